//! Sockets, clock and wiring: a call arrives (`inbound`), is talked (`live`),
//! counts (`finish`); people see it (`board`) and change it (`manage`).
//! Every URL stands on one page: `router`.

pub mod auth;
pub mod board;
pub mod bus;
pub mod clock;
pub mod config;
pub mod error;
pub mod extract;
pub mod manage;
pub mod security_headers;
