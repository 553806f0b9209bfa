//! The `agent_completed` message.

use crate::id::{AgentId, CallId, MemberId};
use crate::outcome::Outcome;
use crate::sector::Sector;
use crate::time::{At, Day, IsoWeek};
use serde::{Deserialize, Serialize};

/// Everything that the ledgers need to know of a finished call. Emitted once a
/// call, stored as the job's body, and never recomputed from later state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completed {
    /// The call.
    pub call: CallId,
    /// The member it is attributed to.
    pub owner: Option<MemberId>,
    /// The member who took it over.
    pub rescuer: Option<MemberId>,
    /// The last agent that spoke.
    pub agent: AgentId,
    /// That agent's slug, the seed's `agent_type`.
    pub agent_type: String,
    /// The channel's sector.
    pub sector: Sector,
    /// Local day of `ended_at`, in the client's zone at that moment.
    pub day: Day,
    /// Local ISO week of `ended_at`.
    pub week: IsoWeek,
    /// When the call ended.
    pub ended_at: At,
    /// What it was worth.
    pub outcome: Outcome,
    /// Whether it counts at all (channel kind; early abandon; failure).
    pub counted: bool,
    /// Whether the outcome is known.
    pub known: bool,
    /// Resolved, by whomever.
    pub success: bool,
    /// The seed's name for `success`.
    pub resolved: bool,
    /// A person was asked for.
    pub escalated: bool,
    /// First to last audio plus the human leg, waiting excluded, in ms.
    pub handling_ms: i64,
    /// The agent's part of it.
    pub agent_ms: i64,
    /// The member's part of it.
    pub member_ms: i64,
    /// Time the caller waited for a person.
    pub waiting_ms: i64,
    /// The completing agent's expected handling time, in ms.
    pub baseline_ms: i64,
    /// The caller's rating, 0-5.
    pub customer_satisfaction: Option<u8>,
    /// From the request for a person to his first word, in ms.
    pub pickup_ms: Option<i64>,
}

impl Completed {
    /// The seed's `handling_time_seconds`.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a call is far shorter than 2^53 ms"
    )]
    pub fn handling_time_seconds(&self) -> f64 {
        self.handling_ms as f64 / 1000.0
    }
}
