//! Who the members are and what each caller would do, before any policy acts.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Beta, Distribution, Exp1, StandardNormal};

/// Call types, uniform.
pub(crate) const KINDS: usize = 5;
/// Seconds of a working day.
pub(crate) const DAY_S: f64 = 28_800.0;

/// One member's nature.
#[derive(Debug, Clone)]
pub(crate) struct Nature {
    /// Chance of resolving a call of each type.
    pub resolves: [f64; KINDS],
    /// Mean service, s.
    pub service_s: f64,
    /// What callers think of him, before the outcome.
    pub liked: f64,
}

/// Members and callers.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub members: Vec<Nature>,
    /// Time in s and call type of each unique caller.
    pub arrivals: Vec<(f64, usize)>,
    pub seed: u64,
}

/// All chance that one attempt of one caller meets.
#[derive(Debug, Clone)]
pub(crate) struct Fate {
    pub patience: f64,
    pub service: f64,
    pub service_exp: f64,
    pub resolve: f64,
    pub survey: f64,
    pub opinion: f64,
    pub redial: f64,
    pub redial_after: f64,
    pub point: f64,
    pub agent_exp: f64,
    pub takeover: f64,
}

/// A seed of its own for each purpose.
pub(crate) fn mix(seed: u64, n: u64) -> u64 {
    let mut z = seed ^ n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl World {
    /// Members of mean service `mean_s`, all alike when `equal`, and callers at
    /// `rate(members)` per second for `days`.
    pub(crate) fn new(
        seed: u64,
        members: usize,
        mean_s: f64,
        equal: bool,
        days: f64,
        rate: impl Fn(&[Nature]) -> f64,
    ) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let members: Vec<Nature> = (0..members).map(|_| Nature::draw(&mut rng, mean_s, equal)).collect();
        let rate = rate(&members);
        let (mut arrivals, mut now) = (Vec::new(), 0.0);
        loop {
            now += exp1(&mut rng) / rate;
            if now >= days * DAY_S {
                return Self { members, arrivals, seed };
            }
            arrivals.push((now, rng.random_range(0..KINDS)));
        }
    }

    pub(crate) fn fate(&self, caller: usize, attempt: u8) -> Fate {
        let mut rng = ChaCha8Rng::seed_from_u64(mix(self.seed ^ 0xFA7E, (caller as u64) * 8 + u64::from(attempt) + 1));
        Fate {
            patience: exp1(&mut rng),
            service: normal(&mut rng),
            service_exp: exp1(&mut rng),
            resolve: rng.random(),
            survey: rng.random(),
            opinion: normal(&mut rng),
            redial: rng.random(),
            redial_after: exp1(&mut rng),
            point: rng.random(),
            agent_exp: exp1(&mut rng),
            takeover: rng.random(),
        }
    }
}

impl Nature {
    fn draw(rng: &mut ChaCha8Rng, mean_s: f64, equal: bool) -> Self {
        // Beta(9, 3) exists; its mean stands in where it could not be made.
        let base = Beta::new(9.0, 3.0).map_or(0.75, |beta| beta.sample(rng));
        let resolves = std::array::from_fn(|_| (base + 0.10 * normal(rng)).clamp(0.20, 0.97));
        let service_s = mean_s * (0.25 * normal(rng) - 0.03).exp();
        let liked = (3.9 + 0.4 * normal(rng)).min(4.9);
        Self { resolves, service_s: if equal { mean_s } else { service_s }, liked }
    }
}

pub(crate) fn exp1(rng: &mut ChaCha8Rng) -> f64 {
    Exp1.sample(rng)
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(rng)
}
