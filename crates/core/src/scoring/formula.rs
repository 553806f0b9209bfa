//! The score, its shrunk estimate and the interval around it.

use super::{Band, Sums};
use serde::{Deserialize, Serialize};

/// What is known of a client's sector before a member's own calls speak.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Prior {
    /// Success rate, 0-1.
    pub r: f64,
    /// Mean rating, 0-5.
    pub m: f64,
}

impl Prior {
    /// From the all-time sums of every counted call of the sector, unowned ones
    /// included: r = (successes + 15)/(known + 20), m with 10 ratings of 4.0.
    #[must_use]
    pub fn of(sector_sums: &Sums) -> Self {
        Self {
            r: (real(sector_sums.successes) + 15.0) / (real(sector_sums.known) + 20.0),
            m: (real(sector_sums.rating_sum) + 40.0) / (real(sector_sums.ratings) + 10.0),
        }
    }
}

impl Default for Prior {
    fn default() -> Self {
        Self::of(&Sums::default())
    }
}

/// A standing as numbers, 0-100 each, unrounded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The weighted score; none without a known outcome.
    pub performance: Option<f64>,
    /// Success rate; none without a known outcome.
    pub success: Option<f64>,
    /// Mean rating in percent; none without ratings.
    pub satisfaction: Option<f64>,
    /// Baseline against handling; none without successes.
    pub speed: Option<f64>,
    /// The same formula on shrunk parts; none without a known outcome.
    pub estimate: Option<f64>,
    /// 90 % around the estimate, clipped to 0-100.
    pub interval: Option<(f64, f64)>,
    /// Fewer than 30 known outcomes.
    pub provisional: bool,
    /// The word for `performance`.
    pub band: Option<Band>,
}

const WEIGHTS: [f64; 3] = [0.6, 0.3, 0.1];
const PROVISIONAL_BELOW: i64 = 30;

/// The score of some sums beside the sector's prior.
#[must_use]
pub fn score(sums: &Sums, prior: &Prior) -> Score {
    let known = sums.known > 0;
    let success = known.then(|| 100.0 * real(sums.successes) / real(sums.known));
    let satisfaction = (sums.ratings > 0).then(|| 100.0 * real(sums.rating_sum) / real(sums.ratings) / 5.0);
    let speed = (sums.successes > 0 && sums.ok_handling_ms > 0)
        .then(|| 100.0 * (real(sums.ok_baseline_ms) / real(sums.ok_handling_ms)).min(1.0));
    let performance = success.and_then(|_| weighted([success, satisfaction, speed]));
    let shrunk = known.then(|| shrunk(sums, prior));
    Score {
        performance,
        success,
        satisfaction,
        speed,
        estimate: shrunk.map(|(estimate, _)| estimate),
        interval: shrunk.map(|(estimate, variance)| interval(estimate, variance)),
        provisional: sums.known < PROVISIONAL_BELOW,
        band: performance.map(Band::of),
    }
}

/// One decimal, half to even: how every figure is shown.
#[must_use]
pub fn shown(x: f64) -> f64 {
    (x * 10.0).round_ties_even() / 10.0
}

/// Σ weight × part / Σ weight over the parts that exist.
fn weighted(parts: [Option<f64>; 3]) -> Option<f64> {
    let present = || WEIGHTS.iter().zip(parts).filter_map(|(w, part)| Some((w, part?)));
    let weight: f64 = present().map(|(w, _)| w).sum();
    (weight > 0.0).then(|| present().map(|(w, part)| w * part).sum::<f64>() / weight)
}

/// Estimate and its variance.
fn shrunk(sums: &Sums, prior: &Prior) -> (f64, f64) {
    let (known, successes, ratings) = (real(sums.known), real(sums.successes), real(sums.ratings));
    let (ln_sum, ln_sq) = (real(sums.ln_sum) / 1e6, real(sums.ln_sq) / 1e12);
    let p = (successes + 20.0 * prior.r) / (known + 20.0);
    let m = (real(sums.rating_sum) + 10.0 * prior.m) / (ratings + 10.0);
    let speed = 100.0 * (-ln_sum / (successes + 10.0)).exp().min(1.0);
    let s_r = sample_sd(ratings, real(sums.rating_sum), real(sums.rating_sq)).max(0.5);
    let s_l = sample_sd(successes, ln_sum, ln_sq).max(0.3);
    let variance = 0.36 * 1e4 * p * (1.0 - p) / (known + 21.0)
        + 0.09 * 400.0 * s_r * s_r / (ratings + 10.0)
        + 0.01 * 1e4 * s_l * s_l / (successes + 10.0);
    (0.6 * 100.0 * p + 0.3 * 20.0 * m + 0.1 * speed, variance)
}

fn interval(estimate: f64, variance: f64) -> (f64, f64) {
    let half = 1.645 * variance.sqrt();
    ((estimate - half).clamp(0.0, 100.0), (estimate + half).clamp(0.0, 100.0))
}

/// Sample standard deviation from n, Σx and Σx²; 0 below two values.
fn sample_sd(n: f64, sum: f64, squares: f64) -> f64 {
    if n < 2.0 {
        return 0.0;
    }
    ((squares - sum * sum / n) / (n - 1.0)).max(0.0).sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "sums stay far below 2^53 where it matters")]
fn real(n: i64) -> f64 {
    n as f64
}
