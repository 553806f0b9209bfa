//! Minds: what is understood and what is answered. The scripted mind is a
//! value that needs no model and no network.

pub mod commands;
pub mod matcher;
pub mod prompts;
pub mod script;
pub mod slots;
pub mod speak;
pub mod words;
