//! A carrier's bytes ⇄ our values. No sockets, no clock, no store.

pub mod exotel;
