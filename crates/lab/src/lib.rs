//! Two benchmarks that judge a router (`docs/routing.md`): RB-1, where
//! a member holds the call, and RB-2, where agents hold it and members rescue.
//!
//! Every policy meets the same worlds: who the members are, when callers come
//! and what each caller would do is drawn from the seed before any policy acts.
//! "Ours" calls [`caly_core::routing`] itself.

pub mod decision;
mod desk;
pub mod formulas;
mod parallel;
mod policy;
pub mod rb1;
pub mod rb2;
mod stats;
mod world;

pub use policy::Policy;

use serde::Serialize;

/// One figure against what it must reach.
#[derive(Debug, Clone, Serialize)]
pub struct Gate {
    /// What is asked, in words.
    pub name: String,
    /// What was measured.
    pub measured: f64,
    /// The bound.
    pub bound: f64,
    /// Whether it holds.
    pub pass: bool,
}

impl Gate {
    fn at_least(name: &str, measured: f64, bound: f64) -> Self {
        Self { name: name.into(), measured, bound, pass: measured >= bound }
    }

    fn at_most(name: &str, measured: f64, bound: f64) -> Self {
        Self { name: name.into(), measured, bound, pass: measured <= bound }
    }
}

impl std::fmt::Display for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = if self.pass { "pass" } else { "FAIL" };
        write!(f, "{word}  {}: {:.3} (bound {:.3})", self.name, self.measured, self.bound)
    }
}
