//! The owner's choice: a draw of each member's success, less his load.

use super::{Candidate, Chosen, Decision, Draws, Snapshot, Weighed};
use crate::id::MemberId;
use crate::member::{Availability, MemberStatus};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Beta, Distribution};

/// Calls that a prior weighs as much as.
const PRIOR_CALLS: f64 = 10.0;
/// Below this mean, busy shares are noise and nobody is ahead, in seconds.
const QUIET_MEAN_S: f64 = 60.0;
/// What a full load of open calls takes off the value.
const OPEN_WEIGHT: f64 = 120.0;
/// The most that is explored per eligible member.
const EXPLORE: f64 = 0.03;

/// Chooses the owner of a call for the snapshot's entry agent. The same
/// snapshot and seed give the same decision.
#[must_use]
pub fn choose_owner(snapshot: Snapshot, seed: u64) -> Decision {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let eligible: Vec<&Candidate> = snapshot.candidates.iter().filter(|c| is_eligible(c)).collect();
    let draws = draw(&snapshot, &eligible, &mut rng);
    let at = draws.uniform.or_else(|| best(&draws.weighed));
    let chosen = at.map(|at| Chosen {
        team_member_id: eligible[at].member,
        team_id: snapshot.team,
        proficiency_level: eligible[at].proficiency,
        agent_type: snapshot.agent_type.clone(),
    });
    let why = why(&snapshot, &draws, at.map(|at| (eligible[at], &draws.weighed[at])));
    Decision { snapshot, seed, draws, chosen, why }
}

/// Decides again from the stored snapshot and seed.
#[must_use]
pub fn replay(decision: &Decision) -> Option<MemberId> {
    choose_owner(decision.snapshot.clone(), decision.seed).chosen.map(|c| c.team_member_id)
}

/// Busy members may own: an agent holds the call.
fn is_eligible(c: &Candidate) -> bool {
    c.status == MemberStatus::Active
        && !matches!(c.availability, Availability::Offline | Availability::Away)
        && c.takes_calls
        && c.assigned
        && c.open_owned < c.open_limit
}

fn draw(snapshot: &Snapshot, eligible: &[&Candidate], rng: &mut impl Rng) -> Draws {
    if eligible.is_empty() {
        return Draws::default();
    }
    let n = real(eligible.len());
    let explore: f64 = rng.random();
    let chance = n * EXPLORE.min(1.0 / (2.0 * n));
    let uniform = (explore < chance).then(|| rng.random_range(0..eligible.len()));
    let weighed = weigh_all(snapshot, eligible, OPEN_WEIGHT, rng);
    Draws { explore, uniform, weighed }
}

/// Each of the given members with his draw; a full load of open calls takes
/// `open_weight` points off.
pub(super) fn weigh_all(
    snapshot: &Snapshot,
    among: &[&Candidate],
    open_weight: f64,
    rng: &mut impl Rng,
) -> Vec<Weighed> {
    let mean_busy = among.iter().map(|c| c.busy_s).sum::<f64>() / real(among.len().max(1));
    among.iter().map(|c| weigh(snapshot, c, mean_busy, open_weight, rng)).collect()
}

fn weigh(snapshot: &Snapshot, c: &Candidate, mean_busy: f64, open_weight: f64, rng: &mut impl Rng) -> Weighed {
    let prior_mean = prior_mean(snapshot.rate, c);
    let theta = theta(prior_mean, c, rng);
    let relative = if mean_busy < QUIET_MEAN_S { 0.0 } else { c.busy_s / mean_busy - 1.0 };
    let open = whole(c.open_owned + 2 * c.in_rescue) / whole(c.open_limit.max(1));
    let value = 100.0 * theta - f64::from(snapshot.fairness) * relative - open_weight * open;
    Weighed { member: c.member, prior_mean, theta, relative, value }
}

/// m: the sector's rate moved by proficiency, then by his own calls.
fn prior_mean(rate: f64, c: &Candidate) -> f64 {
    let skill = 0.3 * (f64::from(c.proficiency.get()) - 50.0) / 100.0;
    let m0 = (rate + skill).clamp(0.05, 0.95);
    let known = c.member_sums.known.max(0);
    let successes = c.member_sums.successes.clamp(0, known);
    (whole(successes) + PRIOR_CALLS * m0) / (whole(known) + PRIOR_CALLS)
}

/// θ ~ Beta(10 m + s, 10 (1 − m) + f).
fn theta(m: f64, c: &Candidate, rng: &mut impl Rng) -> f64 {
    let known = c.agent_sums.known.max(0);
    let successes = c.agent_sums.successes.clamp(0, known);
    let a = PRIOR_CALLS * m + whole(successes);
    let b = PRIOR_CALLS * (1.0 - m) + whole(known - successes);
    // m lies strictly inside 0-1, so both are above zero and Beta exists; were
    // a snapshot ever broken, the mean is the honest draw.
    Beta::new(a, b).map_or(m, |beta| beta.sample(rng))
}

/// The highest value; the first of equals.
pub(super) fn best(weighed: &[Weighed]) -> Option<usize> {
    (0..weighed.len()).reduce(|a, b| if weighed[b].value > weighed[a].value { b } else { a })
}

fn why(snapshot: &Snapshot, draws: &Draws, chosen: Option<(&Candidate, &Weighed)>) -> String {
    let agent = &snapshot.agent_type;
    let Some((c, w)) = chosen else {
        return format!(
            "Nobody of the {} people in team {} can own a call for {agent} right now, so it is unowned.",
            snapshot.candidates.len(),
            snapshot.team
        );
    };
    let n = draws.weighed.len();
    if draws.uniform.is_some() {
        return format!("Member {} by chance among {n} eligible, to keep learning about everyone.", c.member);
    }
    format!(
        "Member {} of {n} eligible for {agent}: expected success {:.0} % (drawn {:.0} %, proficiency {}), \
         load {} of the mean, {} of {} open calls.",
        c.member,
        100.0 * w.prior_mean,
        100.0 * w.theta,
        c.proficiency.get(),
        load_word(w.relative),
        c.open_owned,
        c.open_limit
    )
}

fn load_word(relative: f64) -> String {
    format!("{:.0} %", 100.0 * (relative + 1.0))
}

#[expect(clippy::cast_precision_loss, reason = "counts of calls")]
fn whole(n: i64) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts of members")]
fn real(n: usize) -> f64 {
    n as f64
}
