//! Sockets, clock and wiring: a call arrives (`inbound`), is talked (`live`),
//! counts (`finish`); people see it (`board`) and change it (`manage`).
//! Every URL stands on one page: `router`.

pub mod app;
pub mod auth;
pub mod board;
pub mod bus;
pub mod catalogue;
pub mod clock;
pub mod config;
pub mod demo;
pub mod docs;
mod edge;
pub mod error;
pub mod extract;
pub mod finish;
pub mod health;
pub mod hipaa;
pub mod inbound;
pub mod lines;
pub mod live;
pub mod mail;
pub mod manage;
pub mod openapi;
pub mod outbound;
pub mod request_log;
pub mod router;
pub mod security_headers;
pub mod state;
pub mod tools;
pub mod vault;
pub mod web;

/// Makes ring the process's TLS provider; every later call changes nothing.
pub fn crypto() {
    // An error says that a provider stands already, which is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
