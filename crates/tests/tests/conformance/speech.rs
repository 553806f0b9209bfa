//! Ears and a mouth whose sound and words a test knows.

use caly_core::mind;
use caly_server::live::speech::{Ears, Mouth, Sound, Speech, Words};
use std::sync::{Arc, Mutex};

/// How a mouth makes a text into sound: text, rate, samples.
type Render = Box<dyn Fn(&str, u32) -> Vec<i16> + Send + Sync>;

/// Says everything as it was told to.
pub struct Rendered {
    render: Render,
    /// What was said, in order.
    pub texts: Mutex<Vec<String>>,
}

impl Rendered {
    /// Every text is a tone.
    pub fn tone(hz: f64, ms: u32) -> Arc<Self> {
        Self::by(move |_, rate| tone(hz, ms, rate))
    }

    /// Every text is its own noise: no two places in it are alike.
    pub fn noise(ms: u32) -> Arc<Self> {
        Self::by(move |text, rate| noise(text, rate * ms / 1_000))
    }

    fn by(render: impl Fn(&str, u32) -> Vec<i16> + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { render: Box::new(render), texts: Mutex::default() })
    }

    /// What was said, the `n`th.
    pub fn text(&self, n: usize) -> String {
        self.texts.lock().unwrap()[n].clone()
    }
}

impl Mouth for Rendered {
    fn say(&self, speech: &mind::Speech, rate: u32) -> Sound {
        self.texts.lock().unwrap().push(speech.text.clone());
        let sound: Arc<[i16]> = (self.render)(&speech.text, rate).into();
        Box::pin(futures::stream::once(async move { Ok(sound) }))
    }

    fn says_anything(&self) -> bool {
        true
    }
}

/// Understands what it is told to, whatever it hears.
#[derive(Default)]
pub struct Told {
    words: Mutex<String>,
    /// The samples that it was given, 16 kHz.
    pub heard: Mutex<Vec<Vec<i16>>>,
}

impl Told {
    pub fn words(words: &str) -> Arc<Self> {
        let told = Self::default();
        words.clone_into(&mut told.words.lock().unwrap());
        Arc::new(told)
    }

    /// From now on it hears no words.
    pub fn say_nothing(&self) {
        self.words.lock().unwrap().clear();
    }
}

impl Ears for Told {
    fn recognise(&self, samples: Vec<i16>) -> Words {
        self.heard.lock().unwrap().push(samples);
        let words = self.words.lock().unwrap().clone();
        Box::pin(async move { Ok(words) })
    }
}

/// Keys and short tones: a call of a few seconds.
pub fn keypad() -> Speech {
    Speech { ears: None, mouth: Rendered::tone(1_000.0, 120) }
}

/// Samples of a tone.
#[expect(clippy::cast_possible_truncation, reason = "a tone of a quarter of full scale")]
pub fn tone(hz: f64, ms: u32, rate: u32) -> Vec<i16> {
    let at = |n: u32| (8_000.0 * (std::f64::consts::TAU * hz * f64::from(n) / f64::from(rate)).sin()) as i16;
    (0..rate * ms / 1_000).map(at).collect()
}

/// Samples of the noise that a text is.
pub fn noise(text: &str, samples: u32) -> Vec<i16> {
    let mut state = text.bytes().fold(7_u32, |s, b| s.wrapping_mul(31).wrapping_add(u32::from(b)));
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        i16::try_from(state >> 20).unwrap() - 2_048
    };
    (0..samples).map(|_| next()).collect()
}

/// A voice at 120 Hz: syllables of vowels that glide into each other, as
/// three moving resonances of a pulse.
#[expect(clippy::cast_possible_truncation, reason = "scaled into 16 bit")]
pub fn vowel(ms: u32, rate: u32) -> Vec<i16> {
    const VOWELS: [[f64; 3]; 4] =
        [[730.0, 1_090.0, 2_440.0], [270.0, 2_290.0, 3_010.0], [530.0, 1_840.0, 2_480.0], [300.0, 870.0, 2_240.0]];
    let (tau, hz) = (std::f64::consts::TAU, f64::from(rate));
    let (mut phase, mut past) = (0.0, [[0.0; 2]; 3]);
    let mut sound: Vec<f64> = Vec::new();
    for n in 0..rate * ms / 1_000 {
        let t = f64::from(n) / hz;
        phase += (120.0 + 6.0 * (tau * 1.5 * t).sin()) / hz;
        let pulse = if phase >= 1.0 { 1.0 } else { 0.0 };
        phase %= 1.0;
        let (at, glide) = ((t * 5.0) as usize, (t * 5.0).fract());
        let mut x = pulse;
        for (k, width) in [60.0, 90.0, 120.0].into_iter().enumerate() {
            let formant = VOWELS[at % 4][k] * (1.0 - glide) + VOWELS[(at + 1) % 4][k] * glide;
            let radius = (-tau / 2.0 * width / hz).exp();
            let gain = 1.0 - 2.0 * radius * (tau * formant / hz).cos() + radius * radius;
            x = gain * x + 2.0 * radius * (tau * formant / hz).cos() * past[k][0] - radius * radius * past[k][1];
            past[k] = [x, past[k][0]];
        }
        sound.push(x * (0.75 - 0.25 * (tau * 5.0 * t).cos()));
    }
    let peak = sound.iter().fold(1e-9_f64, |peak, x| peak.max(x.abs()));
    sound.iter().map(|x| (x / peak * 20_000.0) as i16).collect()
}

/// s16le.
pub fn bytes(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|s| s.to_le_bytes()).collect()
}

/// The pitch of a tone, by its rising zero crossings, in Hz.
#[expect(clippy::cast_precision_loss, reason = "a few thousand samples")]
pub fn pitch(samples: &[i16], rate: u32) -> f64 {
    let rises: Vec<usize> = (1..samples.len()).filter(|n| samples[n - 1] < 0 && samples[*n] >= 0).collect();
    let (Some(first), Some(last)) = (rises.first(), rises.last()) else { return 0.0 };
    (rises.len() - 1) as f64 * f64::from(rate) / (last - first) as f64
}

/// The period of a voice's vowel, by its autocorrelation, in Hz.
pub fn voice_pitch(samples: &[i16], rate: u32) -> f64 {
    let loud: Vec<f64> = samples.iter().skip_while(|s| s.unsigned_abs() < 2_000).map(|s| f64::from(*s)).collect();
    let part = &loud[..loud.len().min(rate as usize / 2)];
    let alike = |lag: usize| part.iter().zip(&part[lag..]).map(|(a, b)| a * b).sum::<f64>();
    let lag = (rate / 400..rate / 50).max_by(|a, b| alike(*a as usize).total_cmp(&alike(*b as usize))).unwrap();
    f64::from(rate) / f64::from(lag)
}

#[test]
fn the_tests_own_voice_is_a_voice_and_its_tone_is_a_tone() {
    let mut judged = Vec::new();
    caly_voice::vad::Vad::default().push(&vowel(2_000, 16_000), &mut judged);
    let voiced = judged.iter().filter(|f| f.voiced).count();
    assert!(voiced * 10 > judged.len() * 8, "{voiced} of {}", judged.len());
    assert!((pitch(&tone(1_000.0, 500, 8_000), 8_000) - 1_000.0).abs() < 5.0);
    let (right, wrong) = (voice_pitch(&vowel(1_000, 16_000), 16_000), voice_pitch(&vowel(1_000, 8_000), 16_000));
    assert!((right - 120.0).abs() < 10.0, "{right}");
    assert!(wrong > 200.0, "a voice at the wrong rate is noticed: {wrong}");
}
