//! The caller's side of the line: band, noise, the speakerphone's echo, and
//! the faults of the frames.

use super::ears::Ears;
use crate::audio::{gain, mix, to_bytes};
use crate::knobs::{FrameLength, Knobs};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const MIXED: [u64; 5] = [20, 100, 60, 20, 40];

/// Length of the n-th frame, ms.
pub(super) fn length_ms(frame: FrameLength, n: u64) -> u64 {
    match frame {
        FrameLength::Ms20 => 20,
        FrameLength::Ms100 => 100,
        FrameLength::Mixed => MIXED[usize::try_from(n % 5).unwrap_or(0)],
    }
}

/// What the line adds to the caller's sound.
pub(super) struct LineNoise {
    noise: Option<(f32, ChaCha8Rng)>,
}

impl LineNoise {
    pub(super) fn new(knobs: &Knobs, seed: u64) -> Self {
        Self { noise: knobs.noise_db.map(|db| (32_767.0 * gain(db), ChaCha8Rng::seed_from_u64(seed))) }
    }

    /// Adds echo and noise to the frame that begins at `from`.
    pub(super) fn add(&mut self, audio: &mut [i16], from: u64, rate: u32, knobs: &Knobs, ears: &Ears) {
        if let Some(echo) = knobs.echo {
            let delay = u64::from(echo.delay_ms) * u64::from(rate) / 1_000;
            // Before the delay has passed there is nothing to come back.
            if let Some(begin) = from.checked_sub(delay) {
                mix(audio, &ears.played(begin, audio.len()), gain(echo.db));
            }
        }
        if let Some((level, random)) = &mut self.noise {
            let noise: Vec<i16> = audio.iter().map(|_| uniform(random)).collect();
            // A uniform sound's level is its peak over the square root of 3.
            mix(audio, &noise, *level * 3f32.sqrt() / 32_767.0);
        }
    }
}

fn uniform(random: &mut ChaCha8Rng) -> i16 {
    let [low, high, ..] = random.next_u32().to_le_bytes();
    i16::from_le_bytes([low, high])
}

/// Base64 of a frame; every so many frames it lacks its last byte.
pub(super) fn payload(audio: &[i16], n: u64, knobs: &Knobs) -> String {
    let mut bytes = to_bytes(audio);
    if every(knobs.odd_bytes_every, n) {
        bytes.pop();
    }
    base64_simd::STANDARD.encode_to_string(&bytes)
}

/// Whether the n-th frame (from 0) is one of every so many.
pub(super) fn every(each: Option<u32>, n: u64) -> bool {
    each.is_some_and(|each| each > 0 && (n + 1).is_multiple_of(u64::from(each)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knobs::LineEcho;

    #[test]
    fn our_own_sound_comes_back_later_and_weaker() {
        let knobs = Knobs { echo: Some(LineEcho { delay_ms: 200, db: -20.0 }), ..Knobs::default() };
        let mut ears = Ears::new(1_000);
        ears.hear(&[0; 100]);
        ears.hear(&[10_000; 100]);
        ears.hear(&[0; 200]);
        let mut line = LineNoise::new(&knobs, 1);
        let mut frame = vec![0; 100];
        line.add(&mut frame, 200, 1_000, &knobs, &ears);
        assert_eq!(frame, [0; 100]);
        line.add(&mut frame, 300, 1_000, &knobs, &ears);
        assert!(frame.iter().all(|s| (999..=1_000).contains(s)), "{frame:?}");
    }

    #[test]
    fn noise_has_the_level_that_was_asked_for() {
        let knobs = Knobs { noise_db: Some(-40.0), ..Knobs::default() };
        let mut line = LineNoise::new(&knobs, 7);
        let mut frame = vec![0; 20_000];
        line.add(&mut frame, 0, 8_000, &knobs, &Ears::new(8_000));
        let rms = (frame.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / 20_000.0).sqrt();
        assert!((20.0 * (rms / 32_767.0).log10() + 40.0).abs() < 0.5);
    }

    #[test]
    fn faults_come_every_so_often() {
        let knobs = Knobs { odd_bytes_every: Some(3), ..Knobs::default() };
        let len = |n| base64_simd::STANDARD.decode_to_vec(payload(&[1, 2], n, &knobs)).unwrap().len();
        assert_eq!([len(0), len(1), len(2), len(3), len(5)], [4, 4, 3, 4, 3]);
        assert!(!every(None, 0) && !every(Some(0), 0) && every(Some(1), 0));
        assert_eq!((0..6).map(|n| length_ms(FrameLength::Mixed, n)).sum::<u64>(), 260);
    }
}
