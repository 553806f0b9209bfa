//! IMA ADPCM: four bits a sample, mono, without a header. The tables are those
//! of the IMA Digital Audio Technical Working Group's 1992 recommendation.

/// The step sizes of the recommendation.
const STEPS: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107,
    118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963,
    1_060, 1_166, 1_282, 1_411, 1_552, 1_707, 1_878, 2_066, 2_272, 2_499, 2_749, 3_024, 3_327, 3_660, 4_026, 4_428,
    4_871, 5_358, 5_894, 6_484, 7_132, 7_845, 8_630, 9_493, 10_442, 11_487, 12_635, 13_899, 15_289, 16_818, 18_500,
    20_350, 22_385, 24_623, 27_086, 29_794, 32_767,
];
/// How far each magnitude moves along the steps.
const MOVES: [i32; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];

/// Two samples a byte, the first in the low half. A last odd sample is doubled.
#[must_use]
pub fn encode(samples: &[i16]) -> Vec<u8> {
    let mut state = State::default();
    let pair = |pair: &[i16]| {
        let low = state.encode(pair[0]);
        low | state.encode(*pair.get(1).unwrap_or(&pair[0])) << 4
    };
    samples.chunks(2).map(pair).collect()
}

/// The samples of what [`encode`] made.
#[must_use]
pub fn decode(bytes: &[u8]) -> Vec<i16> {
    let mut state = State::default();
    bytes.iter().flat_map(|b| [b & 15, b >> 4]).map(|code| state.decode(code)).collect()
}

/// What coder and decoder both know of the past.
#[derive(Default)]
struct State {
    sample: i32,
    step: usize,
}

impl State {
    fn encode(&mut self, sample: i16) -> u8 {
        let difference = i32::from(sample) - self.sample;
        let mut rest = difference.abs();
        let mut code = if difference < 0 { 8 } else { 0 };
        for (bit, size) in [(4, STEPS[self.step]), (2, STEPS[self.step] >> 1), (1, STEPS[self.step] >> 2)] {
            if rest >= size {
                code |= bit;
                rest -= size;
            }
        }
        self.decode(code);
        code
    }

    fn decode(&mut self, code: u8) -> i16 {
        let step = STEPS[self.step];
        let bit = |mask: u8, size: i32| if code & mask == 0 { 0 } else { size };
        let size = (step >> 3) + bit(4, step) + bit(2, step >> 1) + bit(1, step >> 2);
        let moved = if code & 8 == 0 { self.sample + size } else { self.sample - size };
        self.sample = moved.clamp(i32::from(i16::MIN), i32::from(i16::MAX));
        self.step = self.step.saturating_add_signed(MOVES[usize::from(code & 7)] as isize).min(STEPS.len() - 1);
        #[expect(clippy::cast_possible_truncation, reason = "clamped to the range of a sample")]
        let sample = self.sample as i16;
        sample
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn speech_like_sound_comes_back_close() {
        let tone = |hz: f32, n: f32| (n * hz * std::f32::consts::TAU / 8_000.0).sin();
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a test's tone")]
        let sound: Vec<i16> = (0..8_000)
            .map(|n| n as f32)
            .map(|n| (tone(220.0, n) * 6_000.0 + tone(900.0, n) * 3_000.0) as i16)
            .collect();
        let back = decode(&encode(&sound));
        let power = |x: f64| x * x;
        let signal: f64 = sound.iter().map(|s| power(f64::from(*s))).sum();
        let noise: f64 = sound.iter().zip(&back).map(|(a, b)| power(f64::from(*a) - f64::from(*b))).sum();
        // Four bits give some 25 dB on tones; a slip in a table costs ten of them.
        assert!(signal / noise > 100.0, "{} dB", 10.0 * (signal / noise).log10());
    }

    #[test]
    fn a_known_run_is_coded_as_the_recommendation_says() {
        // From rest the step is 7: +7 is 4+0+0 with the half step of rounding
        // (7/8 = 0), which moves two steps on.
        assert_eq!(encode(&[7, 7]), [0x04]);
        assert_eq!(decode(&[0x04]), [7, 8]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_sound_and_twice_as_many(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert_eq!(decode(&bytes).len(), bytes.len() * 2);
        }

        #[test]
        fn any_sound_is_half_as_many_bytes(sound in proptest::collection::vec(any::<i16>(), 0..400)) {
            prop_assert_eq!(encode(&sound).len(), sound.len().div_ceil(2));
        }
    }
}
