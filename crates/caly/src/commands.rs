//! One file a command, at most forty lines of doing each.

pub mod backup;
pub mod demo;
pub mod models;
pub mod openapi;
pub mod rehearse;
pub mod reset_link;
pub mod restore;
pub mod serve;
pub mod setup_link;
pub mod simulate;
pub mod vault;
pub mod verify;

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

/// Logs go to standard error, so that `--json` owns standard output.
pub fn tracing() {
    let filter = EnvFilter::try_from_env("CALY_LOG").unwrap_or_else(|_| EnvFilter::new("warn,caly=info"));
    tracing_subscriber::registry()
        .with(fmt::layer().with_writer(std::io::stderr).with_target(true))
        .with(filter)
        .init();
}
