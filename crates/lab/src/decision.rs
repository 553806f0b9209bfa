//! What a decision costs: 200 members × 54 agents.

use crate::Gate;
use caly_core::id::{AgentId, MemberId, Proficiency, TeamId};
use caly_core::member::{Availability, MemberStatus};
use caly_core::routing::{Candidate, Snapshot, choose_owner};
use caly_core::scoring::Sums;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::Duration;

const MEMBERS: i64 = 200;
const AGENTS: usize = 54;
/// The bound, µs of CPU at the median (`docs/routing.md`).
pub const BOUND_US: f64 = 50.0;

/// Median and 99th percentile in µs of `times` decisions by the given CPU clock.
/// Each takes its snapshot out of the 200 × 54 table and decides; storing it is
/// not in it.
#[must_use]
pub fn cost_us(times: usize, seed: u64, cpu: impl Fn() -> Duration) -> (f64, f64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let table: Vec<Vec<Sums>> = (0..AGENTS).map(|_| (0..MEMBERS).map(|_| sums(&mut rng)).collect()).collect();
    let members: Vec<Candidate> = (1..=MEMBERS).map(|id| candidate(id, &mut rng)).collect();
    let mut took: Vec<f64> = (0..times)
        .map(|n| {
            let before = cpu();
            let snapshot = snapshot(&members, &table[n % AGENTS]);
            let decision = choose_owner(snapshot, n as u64);
            let spent = cpu().saturating_sub(before);
            std::hint::black_box(decision);
            spent.as_secs_f64() * 1e6
        })
        .collect();
    took.sort_by(f64::total_cmp);
    (crate::stats::percentile(&took, 0.5), crate::stats::percentile(&took, 0.99))
}

/// The bound on the median.
#[must_use]
pub fn gate(median_us: f64) -> Gate {
    Gate::at_most("the decision at 200 members × 54 agents, µs CPU at the median", median_us, BOUND_US)
}

fn snapshot(members: &[Candidate], row: &[Sums]) -> Snapshot {
    let candidates = members.iter().zip(row).map(|(c, sums)| Candidate { agent_sums: *sums, ..c.clone() }).collect();
    Snapshot {
        team: TeamId(1),
        agent: AgentId(1),
        agent_type: "front_desk".into(),
        rate: 0.75,
        fairness: 40,
        candidates,
    }
}

fn candidate(id: i64, rng: &mut ChaCha8Rng) -> Candidate {
    Candidate {
        member: MemberId(id),
        // 50 lies inside 0-100, so this cannot fail.
        proficiency: Proficiency::new(50).unwrap_or_else(|_| unreachable!()),
        status: MemberStatus::Active,
        availability: Availability::Available,
        takes_calls: true,
        assigned: true,
        open_owned: rng.random_range(0..8),
        open_limit: 10,
        in_rescue: 0,
        busy_s: rng.random_range(0.0..20_000.0),
        member_sums: sums(rng),
        agent_sums: Sums::default(),
    }
}

fn sums(rng: &mut ChaCha8Rng) -> Sums {
    let known = rng.random_range(0..200_i64);
    Sums { calls: known, known, successes: rng.random_range(0..=known), ..Sums::default() }
}
