//! What people read and change: the team, calls, tasks, channels, bookings.
//! One file per endpoint group, each in the same order: input, errors,
//! handlers, tests.

pub mod fields;
pub mod page;
pub mod wire;
pub mod words;
