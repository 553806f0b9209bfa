//! The telephone's band: 300 to 3,400 Hz, as a line cuts a voice.

use std::f64::consts::{PI, SQRT_2};

const LOW_HZ: f64 = 300.0;
const HIGH_HZ: f64 = 3_400.0;

/// Second-order section, direct form I.
struct Section {
    b: [f64; 3],
    a: [f64; 2],
    x: [f64; 2],
    y: [f64; 2],
}

impl Section {
    /// Butterworth at `hz`; the bilinear transform's textbook coefficients.
    fn butterworth(hz: f64, rate: f64, high_pass: bool) -> Self {
        let k = (PI * hz / rate).tan();
        let norm = 1.0 / (1.0 + SQRT_2 * k + k * k);
        let b = if high_pass { [norm, -2.0 * norm, norm] } else { [k * k * norm, 2.0 * k * k * norm, k * k * norm] };
        let a = [2.0 * (k * k - 1.0) * norm, (1.0 - SQRT_2 * k + k * k) * norm];
        Self { b, a, x: [0.0; 2], y: [0.0; 2] }
    }

    fn step(&mut self, x: f64) -> f64 {
        let y = self.b[0] * x + self.b[1] * self.x[0] + self.b[2] * self.x[1]
            - self.a[0] * self.y[0]
            - self.a[1] * self.y[1];
        self.x = [x, self.x[0]];
        self.y = [y, self.y[0]];
        y
    }
}

/// The clip as a telephone line passes it: about 24 dB an octave outside.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "clamped to the range of i16")]
pub fn telephone_band(samples: &[i16], rate: u32) -> Vec<i16> {
    let rate = f64::from(rate);
    let mut sections: Vec<Section> = (0..2).map(|_| Section::butterworth(LOW_HZ, rate, true)).collect();
    // At 8 kHz the corner lies near the end of the band; still stable.
    sections.extend((0..2).map(|_| Section::butterworth(HIGH_HZ.min(rate * 0.45), rate, false)));
    let pass = |s: &i16| sections.iter_mut().fold(f64::from(*s), |x, section| section.step(x));
    samples.iter().map(pass).map(|y| y.clamp(-32_768.0, 32_767.0) as i16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cast_possible_truncation, reason = "a small tone")]
    fn level_after(hz: f64, rate: u32) -> f64 {
        let tone: Vec<i16> =
            (0..rate).map(|i| (10_000.0 * (2.0 * PI * hz * f64::from(i) / f64::from(rate)).sin()) as i16).collect();
        let out = telephone_band(&tone, rate);
        let power: f64 = out[out.len() / 2..].iter().map(|s| f64::from(*s).powi(2)).sum::<f64>();
        10.0 * (power / (out.len() / 2) as f64 / (10_000.0f64.powi(2) / 2.0)).log10()
    }

    #[test]
    fn the_middle_passes_and_the_ends_do_not() {
        for rate in [8_000, 16_000, 24_000] {
            assert!(level_after(1_000.0, rate).abs() < 1.0);
            assert!(level_after(100.0, rate) < -30.0);
        }
        assert!(level_after(6_000.0, 16_000) < -18.0);
    }
}
