//! The caller's sound: any frame size and rate in, 16 ms voice bits out, and
//! the last half minute kept for the recogniser. Time is counted in samples,
//! never in messages.

use caly_core::turn::VoiceBit;
use caly_voice::audio::Resampler;
use caly_voice::vad::{FRAME, Vad, VadFrame};

/// What the recogniser may be asked for, ms.
const KEPT_MS: usize = 30_000;
/// Everything inside is 16 kHz.
const RATE: u32 = 16_000;
const PER_MS: usize = 16;

/// One call's ear.
pub struct CallerAudio {
    rate: u32,
    resampler: Option<Resampler>,
    vad: Vad,
    /// Kept samples, 16 kHz; the first is number `base` of the call.
    kept: Vec<i16>,
    base: usize,
    judged: usize,
    bits: Vec<VadFrame>,
}

impl CallerAudio {
    /// For a stream of `rate` samples a second.
    #[must_use]
    pub fn new(rate: u32) -> Self {
        Self {
            rate,
            resampler: (rate != RATE).then(|| Resampler::new(rate, RATE)),
            vad: Vad::default(),
            kept: Vec::new(),
            base: 0,
            judged: 0,
            bits: Vec::new(),
        }
    }

    /// Samples a second on the wire.
    #[must_use]
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// Takes whole s16le samples; `heard` is called for each 16 ms.
    pub fn push(&mut self, bytes: &[u8], own_db: f32, mut heard: impl FnMut(VoiceBit)) {
        let samples: Vec<i16> = bytes.as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect();
        match &mut self.resampler {
            Some(resampler) => resampler.push(&samples, &mut self.kept),
            None => self.kept.extend_from_slice(&samples),
        }
        let ready = (self.kept.len() - self.judged) / FRAME * FRAME;
        self.bits.clear();
        self.vad.push(&self.kept[self.judged..self.judged + ready], &mut self.bits);
        for frame in &self.bits {
            self.judged += FRAME;
            let at_ms = i64::try_from((self.base + self.judged) / PER_MS).unwrap_or(i64::MAX);
            heard(VoiceBit { at_ms, voiced: frame.voiced, level_db: frame.level_db, own_db });
        }
        self.forget();
    }

    /// The samples of a range, as far as they are kept.
    #[must_use]
    pub fn range(&self, from_ms: i64, to_ms: i64) -> Vec<i16> {
        let index = |ms: i64| {
            let number = usize::try_from(ms.max(0)).unwrap_or(0) * PER_MS;
            number.saturating_sub(self.base).min(self.kept.len())
        };
        let (from, to) = (index(from_ms), index(to_ms));
        self.kept[from..to.max(from)].to_vec()
    }

    fn forget(&mut self) {
        let most = KEPT_MS * PER_MS;
        // In one move every few seconds, not in a small one with every frame.
        if self.judged > most + most / 4 {
            let drop = self.judged - most;
            self.kept.drain(..drop);
            self.base += drop;
            self.judged -= drop;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_counted_in_samples_whatever_the_frames() {
        for sizes in [vec![320], vec![3200], vec![34, 642, 2, 3202]] {
            let mut audio = CallerAudio::new(16_000);
            let mut last = 0;
            let mut sent = 0;
            for size in sizes.iter().cycle().take(400) {
                audio.push(&vec![0; *size], -120.0, |bit| last = bit.at_ms);
                sent += size;
            }
            let truth = i64::try_from(sent / 32).unwrap();
            assert!((truth - last).abs() <= 16, "{sizes:?}: {last} of {truth}");
        }
    }

    #[test]
    fn a_range_is_what_was_said_then() {
        let mut audio = CallerAudio::new(16_000);
        for n in 0..1000_i16 {
            audio.push(&[n.to_le_bytes(); 160].concat(), -120.0, |_| {});
        }
        // 10 ms a value: 5,000 ms is value 500.
        assert_eq!(audio.range(5_000, 5_010), vec![500; 160]);
        for _ in 0..50_000 {
            audio.push(&[0; 320], -120.0, |_| {});
        }
        assert!(audio.kept.len() < 1_300_000 / 2, "memory is bounded");
        assert!(audio.range(0, 10).is_empty());
    }
}
