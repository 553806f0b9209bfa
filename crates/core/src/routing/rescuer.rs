//! Who takes a call over when a person is needed.

use super::owner::{best, weigh_all};
use super::{Candidate, Snapshot, Weighed, hex_seed};
use crate::id::MemberId;
use crate::member::{Availability, MemberStatus};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Where the rescuer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Served {
    /// The call's owner was free.
    Owner,
    /// The owner was not; the best free member was taken.
    Pool,
    /// Nobody was free: the caller waits for the first who is.
    Queue,
}

/// A rescuer's decision with all that led to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rescue {
    /// What was known.
    pub snapshot: Snapshot,
    /// The call's owner, if it has one.
    pub owner: Option<MemberId>,
    /// Members who were rung for this call and did not answer.
    pub tried: Vec<MemberId>,
    /// The seed of all draws.
    #[serde(with = "hex_seed")]
    pub seed: u64,
    /// The free members as they were weighed; empty when the owner was free.
    pub weighed: Vec<Weighed>,
    /// The rescuer; none when the caller queues.
    pub chosen: Option<MemberId>,
    /// How he was found.
    pub served: Served,
}

/// Chooses who takes the call over: the owner if free, else the free
/// eligible member with the best value without the open-calls term, else nobody
/// and the caller queues. There is no exploring here: a caller is waiting.
///
/// Free is available, holding no caller, and not among `tried`. The open limit
/// is about owning and does not keep anybody from a rescue. The decision claims
/// nobody; that is the store's one conditional update.
#[must_use]
pub fn choose_rescuer(snapshot: Snapshot, owner: Option<MemberId>, tried: Vec<MemberId>, seed: u64) -> Rescue {
    let free = |c: &&Candidate| is_free(c) && !tried.contains(&c.member);
    let owner_free = snapshot.candidates.iter().filter(free).any(|c| Some(c.member) == owner);
    let (weighed, chosen, served) = if owner_free {
        (Vec::new(), owner, Served::Owner)
    } else {
        let pool: Vec<&Candidate> = snapshot.candidates.iter().filter(free).filter(|c| c.assigned).collect();
        let weighed = weigh_all(&snapshot, &pool, 0.0, &mut ChaCha8Rng::seed_from_u64(seed));
        let chosen = best(&weighed).map(|at| weighed[at].member);
        (weighed, chosen, if chosen.is_some() { Served::Pool } else { Served::Queue })
    };
    Rescue { snapshot, owner, tried, seed, weighed, chosen, served }
}

/// Decides again from the stored snapshot, owner, tried members and seed.
#[must_use]
pub fn replay_rescue(rescue: &Rescue) -> Option<MemberId> {
    choose_rescuer(rescue.snapshot.clone(), rescue.owner, rescue.tried.clone(), rescue.seed).chosen
}

fn is_free(c: &Candidate) -> bool {
    c.status == MemberStatus::Active && c.availability == Availability::Available && c.takes_calls && c.in_rescue == 0
}
