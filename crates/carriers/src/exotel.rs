//! Exotel: its applets, its audio stream, its answers.

pub mod answers;
pub mod legs;
pub mod stream;
pub mod webhook;
