//! Minds: what is understood and what is answered. The scripted mind is a
//! value that needs no model and no network.

pub mod matcher;
pub mod words;
