//! The demo: two clients with people, numbers, doctors and a past.

pub mod cast;
pub mod past;
