//! From one rate to another with a windowed-sinc filter: clips of seconds, so
//! clarity goes before speed.

use std::f64::consts::PI;

/// Taps to each side, in samples of the slower rate.
const REACH: f64 = 16.0;

/// The clip at another rate; the length follows exactly (rounded down).
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "clamped, and positions are within the clip")]
pub fn resample(samples: &[i16], from: u32, to: u32) -> Vec<i16> {
    if from == to || samples.is_empty() || from == 0 {
        return samples.to_vec();
    }
    let step = f64::from(from) / f64::from(to);
    // Going down, everything above the new half rate has to go first.
    let cut = (1.0 / step).min(1.0);
    let reach = REACH / cut;
    let count = samples.len() as u64 * u64::from(to) / u64::from(from);
    let at = |n: u64| {
        let centre = n as f64 * step;
        let first = (centre - reach).ceil() as i64;
        let last = (centre + reach).floor() as i64;
        let mut sum = 0.0;
        for i in first..=last {
            let Some(s) = usize::try_from(i).ok().and_then(|i| samples.get(i)) else { continue };
            sum += f64::from(*s) * kernel(i as f64 - centre, cut, reach);
        }
        sum.clamp(-32_768.0, 32_767.0) as i16
    };
    (0..count).map(at).collect()
}

fn kernel(x: f64, cut: f64, reach: f64) -> f64 {
    let hann = 0.5 + 0.5 * (PI * x / reach).cos();
    let arg = PI * x * cut;
    let sinc = if arg.abs() < 1e-9 { 1.0 } else { arg.sin() / arg };
    cut * sinc * hann
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cast_possible_truncation, reason = "a small tone")]
    fn tone(hz: f64, rate: u32, n: u32) -> Vec<i16> {
        (0..n).map(|i| (8_000.0 * (2.0 * PI * hz * f64::from(i) / f64::from(rate)).sin()) as i16).collect()
    }

    #[test]
    fn a_tone_stays_the_tone() {
        for (from, to) in [(8_000, 16_000), (16_000, 8_000), (24_000, 16_000), (16_000, 24_000)] {
            let got = resample(&tone(440.0, from, from), from, to);
            let want = tone(440.0, to, to);
            assert_eq!(got.len(), want.len());
            let middle = want.len() / 4..want.len() * 3 / 4;
            let worst = middle.map(|i| (i32::from(got[i]) - i32::from(want[i])).abs()).max().unwrap();
            assert!(worst < 80, "{from} to {to}: off by {worst}");
        }
    }

    #[test]
    fn what_the_new_rate_cannot_hold_is_gone() {
        let got = resample(&tone(6_000.0, 16_000, 16_000), 16_000, 8_000);
        assert!(got[1_000..7_000].iter().all(|s| s.abs() < 100));
    }
}
