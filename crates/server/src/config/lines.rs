//! How many may be connected, and how long a silent one is waited for.

use super::{ConfigError, number};
use std::time::Duration;

/// Connections: a bound, and an end to every wait for the other side.
#[derive(Debug, Clone)]
pub struct Lines {
    /// Connections at once (`max_connections`, `CALY_MAX_CONNECTIONS`).
    pub most: usize,
    /// From the connection, or a request's first byte, to the end of its head.
    pub head: Duration,
    /// Between two requests. Longer than the ten minutes for which proxies keep
    /// a connection that they mean to use again: a hook must not meet our
    /// closing of it.
    pub idle: Duration,
    /// A request's whole body.
    pub body: Duration,
    /// For a peer that takes nothing of an answer.
    pub write: Duration,
}

/// Beside the calls, unless the operator says otherwise.
const BESIDE_CALLS: usize = 1_500;
/// Fewer beside the calls would leave hooks and people too few.
const LEAST: usize = 100;

impl Lines {
    /// For so many connections, with the usual patience.
    #[must_use]
    pub fn of(most: usize) -> Self {
        let seconds = Duration::from_secs;
        Self { most, head: seconds(20), idle: seconds(660), body: seconds(30), write: seconds(30) }
    }

    /// Boards' streams at once. They and the calls are the only connections
    /// that are kept for long and cannot be asked to make room: half of what
    /// the calls leave stays for requests.
    #[must_use]
    pub fn streams(&self, max_calls: usize) -> usize {
        self.most.saturating_sub(max_calls) / 2
    }
}

/// `CALY_MAX_CONNECTIONS` before the file, never fewer than the calls need.
pub(super) fn lines(
    env: &dyn Fn(&str) -> Option<String>,
    file: Option<usize>,
    max_calls: usize,
) -> Result<Lines, ConfigError> {
    let said = number("CALY_MAX_CONNECTIONS", env, file)?;
    let most = said.unwrap_or(max_calls.saturating_add(BESIDE_CALLS));
    if most < max_calls.saturating_add(LEAST) {
        return Err(ConfigError::Value {
            key: "max_connections",
            value: most.to_string(),
            hint: "give at least 100 more than max_calls: each call is a connection",
        });
    }
    Ok(Lines::of(most))
}
