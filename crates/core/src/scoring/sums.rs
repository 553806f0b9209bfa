//! The message that a finished call leaves, and the integer sums that it moves.

use crate::id::{AgentId, CallId, MemberId};
use crate::outcome::Outcome;
use crate::sector::Sector;
use crate::time::{At, Day, IsoWeek, SECOND};
use serde::{Deserialize, Serialize};
use std::ops::{Add, AddAssign, Neg, Sub};

/// The `agent_completed` message: everything that the ledgers need, stored as
/// the job's JSON in the transaction that ended the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completed {
    /// The call; with its client the key that makes it count once.
    pub call: CallId,
    /// The member to whom the call is attributed.
    pub owner: Option<MemberId>,
    /// The member who took it over, if any.
    pub rescuer: Option<MemberId>,
    /// The last agent that spoke.
    pub agent: AgentId,
    /// That agent's slug.
    pub agent_type: String,
    /// The channel's sector.
    pub sector: Sector,
    /// Local day of `ended_at`, in the client's zone at that moment.
    pub day: Day,
    /// ISO week of `day`.
    pub week: IsoWeek,
    /// When the call ended.
    pub ended_at: At,
    /// What it was worth.
    pub outcome: Outcome,
    /// Whether it moves any sum.
    pub counted: bool,
    /// Whether the outcome says success or not.
    pub known: bool,
    /// The call succeeded.
    pub success: bool,
    /// Same as `success`; the message carries both names.
    pub resolved: bool,
    /// A person was asked for.
    pub escalated: bool,
    /// Conversation plus human leg, without waiting, ms.
    pub handling_ms: i64,
    /// The agent's part, ms.
    pub agent_ms: i64,
    /// The human leg, ms.
    pub member_ms: i64,
    /// Time that the caller waited for a person, ms.
    pub waiting_ms: i64,
    /// The completing agent's expected handling time, ms.
    pub baseline_ms: i64,
    /// The caller's rating, 0-5.
    pub customer_satisfaction: Option<u8>,
    /// From the request for a person to the rescuer's first word, ms.
    pub pickup_ms: Option<i64>,
}

/// The sums of a member, an assignment, a day or a sector.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sums {
    /// Counted calls.
    pub calls: i64,
    /// Calls whose outcome is known.
    pub known: i64,
    /// Calls that succeeded.
    pub successes: i64,
    /// Σ rating.
    pub rating_sum: i64,
    /// Σ rating².
    pub rating_sq: i64,
    /// Rated calls.
    pub ratings: i64,
    /// Σ handling over all calls, ms.
    pub handling_ms: i64,
    /// Σ handling over successes, each at least 1 s, ms.
    pub ok_handling_ms: i64,
    /// Σ baseline over successes, ms.
    pub ok_baseline_ms: i64,
    /// Σ of x = round(10⁶·ln(handling/baseline)) over successes.
    pub ln_sum: i64,
    /// Σ x² over successes.
    pub ln_sq: i64,
}

impl Sums {
    /// What one call adds; nothing when it is not counted.
    #[must_use]
    pub fn of(c: &Completed) -> Self {
        if !c.counted {
            return Self::default();
        }
        let all = Self {
            calls: 1,
            known: i64::from(c.known),
            successes: i64::from(c.success),
            handling_ms: c.handling_ms.max(0),
            ..Self::default()
        };
        all + Self::of_rating(c) + Self::of_success(c)
    }

    fn of_rating(c: &Completed) -> Self {
        let Some(rating) = c.customer_satisfaction.map(i64::from) else {
            return Self::default();
        };
        Self { ratings: 1, rating_sum: rating, rating_sq: rating * rating, ..Self::default() }
    }

    fn of_success(c: &Completed) -> Self {
        if !c.success {
            return Self::default();
        }
        let handling = c.handling_ms.max(SECOND);
        let baseline = c.baseline_ms.max(SECOND);
        let ln = micro_ln(handling, baseline);
        Self { ok_handling_ms: handling, ok_baseline_ms: baseline, ln_sum: ln, ln_sq: ln * ln, ..Self::default() }
    }
}

/// round(10⁶ · ln(handling/baseline)); both are at least 1 s, so the result
/// stays within ±4·10⁷ for any i64 and its square within i64.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "bounded above")]
fn micro_ln(handling_ms: i64, baseline_ms: i64) -> i64 {
    ((handling_ms as f64 / baseline_ms as f64).ln() * 1e6).round() as i64
}

/// What a rescuer's day gets, outside the score.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RescueSums {
    /// Calls that he took over.
    pub rescues: i64,
    /// Of these, resolved.
    pub rescues_resolved: i64,
    /// Σ time until he picked up, ms.
    pub pickup_ms: i64,
}

impl RescueSums {
    /// What one call adds to its rescuer; nothing without one.
    #[must_use]
    pub fn of(c: &Completed) -> Self {
        if !c.counted || c.rescuer.is_none() {
            return Self::default();
        }
        Self {
            rescues: 1,
            rescues_resolved: i64::from(c.outcome == Outcome::ResolvedByMember),
            pickup_ms: c.pickup_ms.unwrap_or(0).max(0),
        }
    }
}

/// What an agent's day gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AgentSums {
    /// Counted calls.
    pub calls: i64,
    /// Calls that it resolved itself.
    pub resolved_by_agent: i64,
    /// Calls in which a person was asked for.
    pub escalated: i64,
}

impl AgentSums {
    /// What one call adds to its completing agent.
    #[must_use]
    pub fn of(c: &Completed) -> Self {
        if !c.counted {
            return Self::default();
        }
        Self {
            calls: 1,
            resolved_by_agent: i64::from(c.outcome == Outcome::ResolvedByAgent),
            escalated: i64::from(c.escalated),
        }
    }
}

macro_rules! sums {
    ($name:ident { $($field:ident),+ }) => {
        impl Add for $name {
            type Output = Self;
            fn add(self, o: Self) -> Self {
                Self { $($field: self.$field + o.$field),+ }
            }
        }
        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self { $($field: -self.$field),+ }
            }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, o: Self) -> Self {
                self + -o
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, o: Self) {
                *self = *self + o;
            }
        }
        impl std::iter::Sum for $name {
            fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
                all.fold(Self::default(), Add::add)
            }
        }
    };
}
sums!(Sums {
    calls,
    known,
    successes,
    rating_sum,
    rating_sq,
    ratings,
    handling_ms,
    ok_handling_ms,
    ok_baseline_ms,
    ln_sum,
    ln_sq
});
sums!(RescueSums { rescues, rescues_resolved, pickup_ms });
sums!(AgentSums { calls, resolved_by_agent, escalated });
