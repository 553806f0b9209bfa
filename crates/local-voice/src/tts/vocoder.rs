//! Spectral planes to samples: a pulse train at the predicted pitch, filtered by the
//! harmonic plane, plus shaped noise, plus a part with a phase of its own; then an
//! inverse short-time transform with a quarter hop.
//!
//! The planes are made for 24 kHz (1,200 points, hop 300). For a lower rate the lower
//! bins are the whole story, so a shorter transform renders that rate directly.

use std::f32::consts::{PI, TAU};
use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::acoustic::Planes;

/// Points of the transform the planes were made for.
const FULL: usize = 1_200;
/// Pitch below this, Hz, is silence of the voice.
const VOICED: f32 = 40.0;
/// Harmonics above this, Hz, were absent when the voice was trained.
const HIGHEST: f32 = 11_000.0;
/// The planes are logs; above this they would be clicks.
const LOUDEST: f32 = 7.0;
/// Complex normal values that the noise draws from.
const NOISE_VALUES: usize = 1 << 14;

pub(super) struct Vocoder {
    rate: f32,
    points: usize,
    window: Vec<f32>,
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    noise: Vec<Complex32>,
}

impl Vocoder {
    #[allow(clippy::cast_precision_loss)] // rates and sizes are small
    pub fn new(rate: u32) -> Self {
        let points = FULL * rate as usize / 24_000;
        let mut planner = RealFftPlanner::new();
        let hann = |i: usize| 0.5 - 0.5 * (TAU * i as f32 / points as f32).cos();
        Self {
            rate: rate as f32,
            points,
            window: (0..points).map(hann).collect(),
            forward: planner.plan_fft_forward(points),
            inverse: planner.plan_fft_inverse(points),
            noise: normal_values(),
        }
    }

    /// `frames × rate / 80` samples, about −1 to 1.
    pub fn render(&self, planes: &Planes) -> Vec<f32> {
        let (n, hop, frames) = (self.points, self.points / 4, planes.frames);
        if frames == 0 {
            return Vec::new();
        }
        let source = reflected(&self.pulses(&planes.pitch), n / 2);
        let mut sum = vec![0.0; (frames + 3) * hop];
        let mut weight = vec![0.0; sum.len()];
        let mut time = self.forward.make_input_vec();
        let mut bins = self.forward.make_output_vec();
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
        for frame in 0..frames {
            let at = frame * hop;
            self.analyse(&source[at..at + n], &mut time, &mut bins);
            self.shape(planes, frame, &mut bins, &mut chance);
            // Both buffers come from the plan itself, so the sizes agree and the
            // transform cannot fail.
            if self.inverse.process(&mut bins, &mut time).is_err() {
                debug_assert!(false, "buffers of the plan's own sizes");
            }
            for i in 0..n {
                // The planes' scale is that of the full transform, whatever ours is.
                sum[at + i] += time[i] * self.window[i] / FULL_F32;
                weight[at + i] += self.window[i] * self.window[i];
            }
        }
        let kept = n / 2..n / 2 + frames * hop;
        let levelled = sum[kept.clone()].iter().zip(&weight[kept]);
        levelled.map(|(s, w)| s / w.max(1e-11)).collect()
    }

    /// A cosine of amplitude 1 comes out with magnitude 1.
    #[allow(clippy::cast_precision_loss)]
    fn analyse(&self, source: &[f32], time: &mut [f32], bins: &mut [Complex32]) {
        let unit = 4.0 / self.points as f32;
        for ((t, s), w) in time.iter_mut().zip(source).zip(&self.window) {
            *t = s * w * unit;
        }
        if self.forward.process(time, bins).is_err() {
            debug_assert!(false, "buffers of the plan's own sizes");
        }
    }

    fn shape(&self, planes: &Planes, frame: usize, bins: &mut [Complex32], chance: &mut Chance) {
        let size = |x: f32| x.min(LOUDEST).exp();
        for (k, bin) in bins.iter_mut().enumerate() {
            let i = k * planes.frames + frame;
            let turned = Complex32::from_polar(size(planes.harmonic[i]), PI * planes.turn[i].tanh());
            let noise = self.noise[chance.below(NOISE_VALUES)] * size(planes.noise[i]);
            let free = Complex32::from_polar(size(planes.free[i]), planes.phase[i]);
            *bin = *bin * turned + noise + free;
        }
        // A real signal has real ends of its spectrum.
        let last = bins.len() - 1;
        bins[0].im = 0.0;
        bins[last].im = 0.0;
    }

    /// Every harmonic below the limit at amplitude 1:
    /// Σ cos(h·t) for h = 1..H is sin((H + ½)t) / (2 sin(t/2)) − ½.
    #[allow(clippy::cast_possible_truncation)] // the phase is within one turn
    fn pulses(&self, pitch: &[f32]) -> Vec<f32> {
        let limit = HIGHEST.min(self.rate / 2.0 - 100.0);
        let mut turns = 0.0_f64;
        let mut out = Vec::with_capacity(pitch.len() * self.points / 4);
        for frequency in self.pitch_by_sample(pitch) {
            let f = frequency.max(VOICED);
            turns = (turns + f64::from(f) / f64::from(self.rate)).fract();
            out.push(if frequency > VOICED {
                pulse((turns * std::f64::consts::TAU) as f32, (limit / f).floor())
            } else {
                0.0
            });
        }
        out
    }

    /// Straight lines between the middles of the frames, level before the first and
    /// after the last.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn pitch_by_sample<'a>(&self, pitch: &'a [f32]) -> impl Iterator<Item = f32> + 'a {
        let hop = self.points / 4;
        (0..pitch.len() * hop).map(move |i| {
            let x = ((i as f32 + 0.5) / hop as f32 - 0.5).max(0.0);
            let left = x as usize;
            let right = (left + 1).min(pitch.len() - 1);
            pitch[left] + (pitch[right] - pitch[left]) * (x - left as f32)
        })
    }
}

const FULL_F32: f32 = 1_200.0;

fn pulse(phase: f32, harmonics: f32) -> f32 {
    let order = harmonics + 0.5;
    let below = 2.0 * (phase * 0.5).sin();
    // At the pulse itself the quotient is 0/0; its limit is the order.
    let peak = if below.abs() <= 2e-3 { order } else { (order * phase).sin() / below };
    peak - 0.5
}

/// The signal with `pad` mirrored samples on each side (shorter signals repeat their
/// last mirror image, which only happens below two frames).
fn reflected(signal: &[f32], pad: usize) -> Vec<f32> {
    let last = signal.len().saturating_sub(1);
    let head = (1..=pad).rev().map(|i| signal[i.min(last)]);
    let tail = (1..=pad).map(|i| signal[last.saturating_sub(i)]);
    head.chain(signal.iter().copied()).chain(tail).collect()
}

fn normal_values() -> Vec<Complex32> {
    let mut chance = Chance(0x2545_F491_4F6C_DD1D);
    let draw = |_| {
        let size = (-2.0 * chance.unit().ln()).sqrt();
        Complex32::from_polar(size, TAU * chance.unit())
    };
    (0..NOISE_VALUES).map(draw).collect()
}

/// xorshift64: the noise only has to sound like noise and be the same every time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    #[allow(clippy::cast_possible_truncation)] // the remainder is below `n`
    fn below(&mut self, n: usize) -> usize {
        ((self.next() >> 20) % n as u64) as usize
    }

    /// Within (0, 1].
    #[allow(clippy::cast_precision_loss)] // 24 bits fit
    fn unit(&mut self) -> f32 {
        ((self.next() >> 40) + 1) as f32 / 16_777_216.0
    }
}
