//! Who owns a call and who takes it over: two pure decisions on a snapshot,
//! stored whole and replayable (`docs/routing.md`).
//!
//! [`choose_owner`] never fails and never looks past its snapshot: nobody
//! eligible means that the entry agent answers unowned.

mod owner;
mod rescuer;
#[cfg(test)]
mod tests;

pub use owner::{choose_owner, replay};
pub use rescuer::{Rescue, Served, choose_rescuer, replay_rescue};

use crate::id::{AgentId, MemberId, Proficiency, TeamId};
use crate::member::{Availability, MemberStatus};
use crate::scoring::Sums;
use crate::time::{At, SECOND};
use serde::{Deserialize, Serialize};

/// Half-life of a member's busy seconds, in seconds: one working day.
pub const HALF_LIFE_S: f64 = 28_800.0;

/// The share of an agent's call that counts as busy time of its owner. Time in
/// which he himself held a caller counts fully.
pub const OWNED_SHARE: f64 = 0.25;

/// One member as the router sees him.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Who.
    pub member: MemberId,
    /// Proficiency for the entry agent; 50 where none is assigned.
    pub proficiency: Proficiency,
    /// Where he stands in the team.
    pub status: MemberStatus,
    /// What he says of himself.
    pub availability: Availability,
    /// Whether he takes calls at all.
    pub takes_calls: bool,
    /// Whether he is assigned to the entry agent.
    pub assigned: bool,
    /// Calls that he owns in the states routed to talking.
    pub open_owned: i64,
    /// How many he may own at once.
    pub open_limit: i64,
    /// Calls that he himself holds now.
    pub in_rescue: i64,
    /// Busy seconds, decayed to the moment of the decision ([`decayed`]).
    pub busy_s: f64,
    /// His sums over all agents, all-time.
    pub member_sums: Sums,
    /// His sums with the entry agent, all-time.
    pub agent_sums: Sums,
}

/// Everything that a decision depends on but chance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The channel's team.
    pub team: TeamId,
    /// The entry agent.
    pub agent: AgentId,
    /// Its slug.
    pub agent_type: String,
    /// The client's success rate in the sector, 0-1 ([`crate::scoring::Prior`]).
    pub rate: f64,
    /// λ, the client's fairness dial, 0-80.
    pub fairness: u8,
    /// The members of the team.
    pub candidates: Vec<Candidate>,
}

/// The answer: an owner, and for which of the agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The owner.
    pub team_member_id: MemberId,
    /// His team.
    pub team_id: TeamId,
    /// His proficiency for the entry agent.
    pub proficiency_level: Proficiency,
    /// The entry agent's slug.
    pub agent_type: String,
}

/// How one eligible member was weighed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weighed {
    /// Who.
    pub member: MemberId,
    /// m, the prior mean of his success, 0-1.
    pub prior_mean: f64,
    /// θ, the draw from his Beta distribution, 0-1.
    pub theta: f64,
    /// His busy share against the mean of the eligible, minus 1.
    pub relative: f64,
    /// The value that was compared.
    pub value: f64,
}

/// Chance as it fell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Draws {
    /// Uniform 0-1; below n·ε the choice is uniform among the eligible.
    pub explore: f64,
    /// Position of the uniform choice in `weighed`, when it was made.
    pub uniform: Option<usize>,
    /// One entry per eligible member, in the snapshot's order.
    pub weighed: Vec<Weighed>,
}

/// A decision with all that led to it; stored as JSON beside the call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What was known.
    pub snapshot: Snapshot,
    /// The seed of all draws, in hexadecimal so that JSON readers keep it whole.
    #[serde(with = "hex_seed")]
    pub seed: u64,
    /// What fell.
    pub draws: Draws,
    /// The owner; none when nobody was eligible.
    pub chosen: Option<Chosen>,
    /// One sentence for people.
    pub why: String,
}

/// Busy seconds counted at `last`, as they weigh at `now`.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "spans of ms fit in 2^53")]
pub fn decayed(busy_s: f64, last: At, now: At) -> f64 {
    let elapsed_s = now.since(last) as f64 / SECOND as f64;
    busy_s.max(0.0) * (-elapsed_s / HALF_LIFE_S).exp2()
}

/// JSON numbers lose whole u64 beyond 2^53 in many readers.
mod hex_seed {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(seed: &u64, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&format!("{seed:016x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<u64, D::Error> {
        let text = String::deserialize(d)?;
        u64::from_str_radix(&text, 16).map_err(D::Error::custom)
    }
}
