//! Numbers of members and agents (`ARCHITECTURE.md`, "What a call is worth").
//!
//! Everything kept is an integer sum, so that order and duplicates cannot change
//! it and a correction is the difference of two [`Sums`]. Scores are computed
//! when read and never stored.

mod formula;
mod sums;
#[cfg(test)]
mod tests;

pub use formula::{Prior, Score, score, shown};
pub use sums::{AgentSums, Completed, RescueSums, Sums};

use crate::member::words;
use serde::{Deserialize, Serialize};

words! {
    /// The word for a score, decided on the unrounded number.
    Band {
        /// 80 and above.
        Excellent = "excellent",
        /// 60 and above.
        Good = "good",
        /// 40 and above.
        Fair = "fair",
        /// Below 40.
        NeedsImprovement = "needs_improvement",
    }
}

impl Band {
    /// The band of an unrounded score, 0-100.
    #[must_use]
    pub fn of(performance: f64) -> Self {
        match performance {
            p if p >= 80.0 => Self::Excellent,
            p if p >= 60.0 => Self::Good,
            p if p >= 40.0 => Self::Fair,
            _ => Self::NeedsImprovement,
        }
    }
}
