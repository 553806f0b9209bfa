//! A circuit: what failed five times in a row is not waited for by every caller
//! anew. After half a minute one caller tries it again for all.

use caly_core::time::{At, SECOND};
use std::sync::{Mutex, PoisonError};

/// Failures in a row that open it.
const FAILURES: u32 = 5;
/// Until somebody tries again.
const REST_MS: i64 = 30 * SECOND;

/// How one part of speech has been doing on this node.
#[derive(Debug, Default)]
pub struct Circuit(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Since when it is open.
    open: Option<At>,
}

impl Circuit {
    /// It did its work.
    pub fn worked(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }

    /// It did not; `now` is the node's time, not a call's own.
    pub fn failed(&self, now: At) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES {
            state.open = Some(now);
        }
    }

    /// Whether a caller may rely on it. Of an open circuit every half minute
    /// one may.
    #[must_use]
    pub fn usable(&self, now: At) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.open {
            Some(since) if now.since(since) < REST_MS => false,
            Some(_) => {
                state.open = Some(now);
                true
            }
            None => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_in_a_row_open_it_and_one_caller_tries_again() {
        let circuit = Circuit::default();
        let at = |s: i64| At(0).plus(s * SECOND);
        for _ in 0..3 {
            for _ in 1..FAILURES {
                circuit.failed(at(0));
            }
            assert!(circuit.usable(at(0)));
            circuit.worked();
        }
        for _ in 0..FAILURES {
            circuit.failed(at(1));
        }
        assert!(!circuit.usable(at(1)) && !circuit.usable(at(30)));
        assert!(circuit.usable(at(31)), "one tries");
        assert!(!circuit.usable(at(31)), "and not two");
        circuit.failed(at(33));
        assert!(!circuit.usable(at(62)), "it failed again");
        assert!(circuit.usable(at(63)));
        circuit.worked();
        assert!(circuit.usable(at(63)) && circuit.usable(at(63)));
    }
}
