//! Exotel: its applets, its audio stream, its answers.

pub mod answers;
pub mod stream;
pub mod webhook;
