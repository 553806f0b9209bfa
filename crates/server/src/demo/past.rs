//! What happened on one past day, made up from a seed: the same client and day
//! give the same calls, so that topping up at the next start adds only what is
//! new. Pure; the finishing code that these calls run through is the real one.

use rand::RngExt as _;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng as _;

/// One made-up call.
#[derive(Debug, Clone, PartialEq)]
pub struct PastCall {
    /// Position in the day, from 0; part of the carrier's call id.
    pub number: usize,
    /// Local minute of the day at which it began, with milliseconds.
    pub begins_ms: i64,
    /// Caller's number, E.164.
    pub caller: String,
    /// How long the conversation lasted, ms.
    pub lasts_ms: i64,
    /// How it went, before the owner's skill is known: 0 is the best luck.
    pub luck: f64,
    /// What it was about, among all that the sector's agents understand.
    pub wish_draw: f64,
    /// Whether the caller would press a rating when asked, and how kind he is.
    pub rating_draw: f64,
    /// What its words are drawn from.
    pub words: u64,
}

/// Calls of one day: fewer on Sundays, most before noon and after tea.
///
/// `weekday` is 1 for Monday, `mean` the calls of an ordinary day.
#[must_use]
pub fn day(seed: u64, weekday: i8, mean: f64) -> Vec<PastCall> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let factor = match weekday {
        7 => 0.35,
        6 => 0.7,
        1 => 1.2,
        _ => 1.0,
    };
    let spread: f64 = rng.random_range(0.85..1.15);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive count")]
    let count = (mean * factor * spread).round() as usize;
    let mut calls: Vec<PastCall> = (0..count).map(|number| call(number, &mut rng)).collect();
    calls.sort_by_key(|c| c.begins_ms);
    for (number, call) in calls.iter_mut().enumerate() {
        call.number = number;
        call.words = seed ^ (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    calls
}

const HOUR_MS: f64 = 3_600_000.0;

fn call(number: usize, rng: &mut ChaCha12Rng) -> PastCall {
    // Two humps: around eleven and around five.
    let centre = if rng.random_bool(0.6) { 11.0 } else { 17.0 };
    let hour: f64 = centre + (0..3).map(|_| rng.random_range(-1.0..1.0)).sum::<f64>();
    let lasts: f64 = (rng.random_range(0.0_f64..1.0)).mul_add(2.4, 10.4);
    #[expect(clippy::cast_possible_truncation, reason = "a moment of a day in ms")]
    PastCall {
        number,
        begins_ms: (hour * HOUR_MS) as i64,
        caller: format!("+9198{:08}", rng.random_range(10_000_000..99_999_999_u32)),
        // e^10.4 to e^12.8 ms: half a minute to six minutes.
        lasts_ms: lasts.exp() as i64,
        luck: rng.random_range(0.0..1.0),
        wish_draw: rng.random_range(0.0..1.0),
        rating_draw: rng.random_range(0.0..1.0),
        words: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_day_is_the_same_and_sundays_are_quiet() {
        assert_eq!(day(7, 2, 30.0), day(7, 2, 30.0));
        assert_ne!(day(7, 2, 30.0), day(8, 2, 30.0));
        assert!(day(7, 7, 30.0).len() < day(7, 2, 30.0).len());
        for call in day(9, 1, 200.0) {
            assert!((7 * 3_600_000..=21 * 3_600_000).contains(&call.begins_ms), "{call:?}");
            assert!((30_000..400_000).contains(&call.lasts_ms), "{call:?}");
        }
    }
}
