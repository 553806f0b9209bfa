//! Rates: a call is 8, 16 or 24 kHz on the wire and 16 kHz inside. One
//! polyphase filter at each edge, streaming.

use std::f32::consts::PI;

/// Taps a phase: enough that what would alias is 50 dB down.
const TAPS: usize = 32;

/// Turns a stream of one rate into another.
#[derive(Debug, Clone)]
pub struct Resampler {
    up: usize,
    down: usize,
    /// `up` phases of [`TAPS`] coefficients each.
    phases: Vec<[f32; TAPS]>,
    history: Vec<f32>,
    /// Position of the next output in units of 1/up input samples.
    position: usize,
}

impl Resampler {
    /// From one rate to another, in samples a second.
    #[must_use]
    pub fn new(from: u32, to: u32) -> Self {
        let common = gcd(from, to);
        let (up, down) = ((to / common) as usize, (from / common) as usize);
        Self { up, down, phases: phases(up, down), history: vec![0.0; TAPS], position: 0 }
    }

    /// Takes samples; appends what they become.
    pub fn push(&mut self, samples: &[i16], out: &mut Vec<i16>) {
        self.history.extend(samples.iter().map(|s| f32::from(*s)));
        while self.position / self.up + TAPS <= self.history.len() {
            let window = &self.history[self.position / self.up..][..TAPS];
            let phase = &self.phases[self.position % self.up];
            let sum: f32 = window.iter().zip(phase).map(|(x, c)| x * c).sum();
            #[expect(clippy::cast_possible_truncation, reason = "clamped to the range of a sample")]
            out.push(sum.round().clamp(-32_768.0, 32_767.0) as i16);
            self.position += self.down;
        }
        let done = (self.position / self.up).min(self.history.len());
        self.history.drain(..done);
        self.position -= done * self.up;
    }
}

/// A windowed sinc, cut at the lower of the two Nyquist rates.
#[expect(clippy::cast_precision_loss, reason = "a few hundred taps")]
fn phases(up: usize, down: usize) -> Vec<[f32; TAPS]> {
    let cutoff = 0.92 / up.max(down) as f32;
    let length = TAPS * up;
    let centre = (length - 1) as f32 / 2.0;
    let tap = |n: usize| {
        let x = n as f32 - centre;
        let sinc = if x.abs() < 1e-6 { cutoff } else { (PI * cutoff * x).sin() / (PI * x) };
        // Blackman: side lobes 58 dB down.
        let w = 2.0 * PI * n as f32 / (length - 1) as f32;
        sinc * (0.42 - 0.5 * w.cos() + 0.08 * (2.0 * w).cos()) * up as f32
    };
    (0..up).map(|phase| std::array::from_fn(|k| tap((TAPS - 1 - k) * up + phase))).collect()
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    fn tone(hz: f32, rate: u32, seconds: f32) -> Vec<i16> {
        (0..(rate as f32 * seconds) as usize)
            .map(|n| ((2.0 * PI * hz * n as f32 / rate as f32).sin() * 10_000.0) as i16)
            .collect()
    }

    #[expect(clippy::cast_precision_loss)]
    fn crossings_hz(samples: &[i16], rate: u32) -> f32 {
        let ups = samples.windows(2).filter(|w| w[0] < 0 && w[1] >= 0).count();
        ups as f32 * rate as f32 / samples.len() as f32
    }

    #[test]
    fn a_tone_keeps_its_pitch_and_its_level_whatever_the_pieces() {
        for (from, to) in [(8_000, 16_000), (16_000, 8_000), (24_000, 16_000), (16_000, 24_000)] {
            let mut resampler = Resampler::new(from, to);
            let mut out = Vec::new();
            for piece in tone(1_000.0, from, 2.0).chunks(37) {
                resampler.push(piece, &mut out);
            }
            let body = &out[2_000..];
            assert!((crossings_hz(body, to) - 1_000.0).abs() < 10.0, "{from}->{to}: {}", crossings_hz(body, to));
            let peak = body.iter().map(|s| s.unsigned_abs()).max().unwrap();
            assert!((9_700..=10_300).contains(&peak), "{from}->{to}: {peak}");
            let expected = u64::from(to) * 2;
            assert!(out.len().abs_diff(usize::try_from(expected).unwrap()) < 64);
        }
    }

    #[test]
    fn what_would_alias_is_gone() {
        let mut out = Vec::new();
        Resampler::new(16_000, 8_000).push(&tone(6_000.0, 16_000, 1.0), &mut out);
        let peak = out[200..].iter().map(|s| s.unsigned_abs()).max().unwrap();
        assert!(peak < 32, "10,000 became {peak}: less than 50 dB down");
    }
}
