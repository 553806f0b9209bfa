//! What a router may know of each member, kept as the product keeps it, and the
//! choice that each policy makes from it.

use crate::policy::Policy;
use crate::stats::real;
use crate::world::{KINDS, World};
use caly_core::id::{AgentId, MemberId, Proficiency, TeamId};
use caly_core::member::{Availability, MemberStatus};
use caly_core::routing::{self, Candidate, Served, Snapshot};
use caly_core::scoring::{Prior, Sums};
use caly_core::time::At;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One member's ledger.
#[derive(Debug, Clone)]
pub(crate) struct Clerk {
    sums: Sums,
    by_kind: [Sums; KINDS],
    decayed_s: f64,
    decayed_at: At,
    pub(crate) idle_since: f64,
    pub(crate) busy_s: f64,
    pub(crate) calls: u32,
    pub(crate) holding: bool,
    pub(crate) open_owned: i64,
}

/// All ledgers of a team and the policy's own chance.
pub(crate) struct Desk<'a> {
    world: &'a World,
    policy: Policy,
    pub(crate) clerks: Vec<Clerk>,
    total: Sums,
    rng: ChaCha8Rng,
}

/// What a finished call says.
pub(crate) struct Told {
    pub kind: usize,
    pub resolved: bool,
    pub rating: Option<i64>,
    pub handling_s: f64,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(world: &'a World, policy: Policy) -> Self {
        let clerk = Clerk {
            sums: Sums::default(),
            by_kind: [Sums::default(); KINDS],
            decayed_s: 0.0,
            decayed_at: At(0),
            idle_since: 0.0,
            busy_s: 0.0,
            calls: 0,
            holding: false,
            open_owned: 0,
        };
        let rng = ChaCha8Rng::seed_from_u64(world.seed ^ 0x9057);
        Self { world, policy, clerks: vec![clerk; world.members.len()], total: Sums::default(), rng }
    }

    /// A finished call counts for its member (or for nobody).
    pub(crate) fn learn(&mut self, member: Option<usize>, told: &Told, baseline_s: f64) {
        let mut add = vec![&mut self.total];
        if let Some(m) = member {
            let clerk = &mut self.clerks[m];
            clerk.calls += 1;
            add.extend([&mut clerk.sums, &mut clerk.by_kind[told.kind]]);
        }
        for sums in add {
            sums.calls += 1;
            sums.known += 1;
            sums.successes += i64::from(told.resolved);
            sums.handling_ms += ms(told.handling_s);
            if told.resolved {
                sums.ok_handling_ms += ms(told.handling_s);
                sums.ok_baseline_ms += ms(baseline_s);
            }
            if let Some(rating) = told.rating {
                sums.ratings += 1;
                sums.rating_sum += rating;
                sums.rating_sq += rating * rating;
            }
        }
    }

    /// Busy seconds as the product weighs them.
    pub(crate) fn weigh(&mut self, member: usize, seconds: f64, now: f64) {
        let (clerk, now) = (&mut self.clerks[member], At(ms(now)));
        clerk.decayed_s = routing::decayed(clerk.decayed_s, clerk.decayed_at, now) + seconds;
        clerk.decayed_at = now;
    }

    pub(crate) fn free(&self) -> Vec<usize> {
        (0..self.clerks.len()).filter(|m| !self.clerks[*m].holding).collect()
    }

    /// The policy's choice; none only when ours finds nobody eligible.
    pub(crate) fn choose(&mut self, among: &[usize], kind: usize, now: f64) -> Option<usize> {
        let clerk = |m: usize| &self.clerks[m];
        match self.policy {
            Policy::Random => among.get(self.rng.random_range(0..among.len())).copied(),
            Policy::LongestIdle => least(among, |m| clerk(m).idle_since),
            Policy::LeastOccupied => least(among, |m| clerk(m).busy_s),
            Policy::Greedy => least(among, |m| -raw_score(&clerk(m).sums)),
            Policy::GreedyByType => least(among, |m| -raw_score(&clerk(m).by_kind[kind])),
            Policy::Oracle => least(among, |m| -self.world.members[m].resolves[kind]),
            Policy::First => among.first().copied(),
            Policy::Ours(dial) => {
                let seed = self.rng.random();
                let chosen = routing::choose_owner(self.snapshot(among, kind, now, dial), seed).chosen?;
                Some(index(chosen.team_member_id))
            }
        }
    }

    /// Owner if free, else the policy's choice among the free, else nobody.
    pub(crate) fn rescue(&mut self, owner: Option<usize>, kind: usize, now: f64) -> (Option<usize>, bool) {
        if let Policy::Ours(dial) = self.policy {
            let all: Vec<usize> = (0..self.clerks.len()).collect();
            let (snapshot, seed) = (self.snapshot(&all, kind, now, dial), self.rng.random());
            let found = routing::choose_rescuer(snapshot, owner.map(id), Vec::new(), seed);
            return (found.chosen.map(index), found.served == Served::Owner);
        }
        let free = self.free();
        match owner {
            Some(owner) if free.contains(&owner) => (Some(owner), true),
            _ if free.is_empty() => (None, false),
            _ => (self.choose(&free, kind, now), false),
        }
    }

    fn snapshot(&self, among: &[usize], kind: usize, now: f64, dial: u8) -> Snapshot {
        Snapshot {
            team: TeamId(1),
            agent: AgentId(1),
            agent_type: String::new(),
            rate: Prior::of(&self.total).r,
            fairness: dial,
            candidates: among.iter().map(|m| self.candidate(*m, kind, now)).collect(),
        }
    }

    fn candidate(&self, m: usize, kind: usize, now: f64) -> Candidate {
        let clerk = &self.clerks[m];
        Candidate {
            member: id(m),
            proficiency: middle(),
            status: MemberStatus::Active,
            availability: Availability::Available,
            takes_calls: true,
            assigned: true,
            open_owned: clerk.open_owned,
            open_limit: 10,
            in_rescue: i64::from(clerk.holding),
            busy_s: routing::decayed(clerk.decayed_s, clerk.decayed_at, At(ms(now))),
            member_sums: clerk.sums,
            agent_sums: clerk.by_kind[kind],
        }
    }
}

/// The score as it was first asked for: parts without data are 0.
fn raw_score(sums: &Sums) -> f64 {
    let share = |a: i64, b: i64| if b > 0 { whole(a) / whole(b) } else { 0.0 };
    let speed = share(sums.ok_baseline_ms, sums.ok_handling_ms).min(1.0);
    60.0 * share(sums.successes, sums.known) + 30.0 * share(sums.rating_sum, sums.ratings) / 5.0 + 10.0 * speed
}

fn least(among: &[usize], key: impl Fn(usize) -> f64) -> Option<usize> {
    among.iter().copied().min_by(|a, b| key(*a).total_cmp(&key(*b)))
}

fn middle() -> Proficiency {
    // 50 lies inside 0-100, so this cannot fail.
    Proficiency::new(50).unwrap_or_else(|_| unreachable!())
}

fn id(m: usize) -> MemberId {
    MemberId(i64::try_from(m).map_or(i64::MAX, |m| m + 1))
}

fn index(member: MemberId) -> usize {
    usize::try_from(member.0 - 1).unwrap_or(usize::MAX)
}

#[expect(clippy::cast_possible_truncation, reason = "simulated spans fit in i64")]
fn ms(seconds: f64) -> i64 {
    (seconds * 1_000.0) as i64
}

fn whole(n: i64) -> f64 {
    real(usize::try_from(n).unwrap_or(0))
}
