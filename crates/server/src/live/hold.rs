//! What plays while a caller waits for a person: two soft notes and a rest,
//! made here, so that no recording has to be shipped.

use std::f64::consts::TAU;
use std::sync::Arc;

/// One round, ms: a chime and the quiet behind it.
const ROUND_MS: u32 = 6_000;
/// A note rings this long, ms.
const NOTE_MS: u32 = 1_400;
/// The notes (E4, A4), and when they begin, ms.
const NOTES: [(f64, u32); 2] = [(329.63, 0), (440.0, 500)];
/// Loudness of a note's beginning, of full scale: well below a voice.
const LEVEL: f64 = 0.06;

/// One round at `rate` samples a second.
#[must_use]
pub fn round(rate: u32) -> Arc<[i16]> {
    let samples = ROUND_MS * rate / 1_000;
    (0..samples).map(|n| sample(n, rate)).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "two notes of a sixteenth each stay far below full scale")]
fn sample(n: u32, rate: u32) -> i16 {
    let at = f64::from(n) / f64::from(rate);
    let note = |(hz, from_ms): (f64, u32)| {
        let into = at - f64::from(from_ms) / 1_000.0;
        let length = f64::from(NOTE_MS) / 1_000.0;
        if !(0.0..length).contains(&into) {
            return 0.0;
        }
        // A soft start, then it dies away: no clicks at either end.
        let shape = (into / 0.02).min(1.0) * (1.0 - into / length).powi(2);
        (TAU * hz * into).sin() * shape
    };
    (NOTES.into_iter().map(note).sum::<f64>() * LEVEL * f64::from(i16::MAX)) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_soft_begins_and_ends_in_silence_and_fits_every_rate() {
        for rate in [8_000, 16_000, 24_000] {
            let sound = round(rate);
            assert_eq!(sound.len(), 6 * rate as usize);
            let loudest = sound.iter().map(|s| s.unsigned_abs()).max().unwrap();
            assert!((500..5_000).contains(&loudest), "{loudest}");
            assert_eq!((sound[0], *sound.last().unwrap()), (0, 0));
        }
    }
}
