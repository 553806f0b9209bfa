//! Ears and a mouth whose sound and words a test knows.

use caly_core::mind;
use caly_server::live::speech::{Ears, Mouth, Sound, Speech, Words};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// Says everything as a tone.
pub struct Tone {
    pub hz: f64,
    pub ms: u32,
    /// What was said, in order.
    pub texts: Mutex<Vec<String>>,
}

impl Tone {
    pub fn of(hz: f64, ms: u32) -> Arc<Self> {
        Arc::new(Self { hz, ms, texts: Mutex::default() })
    }
}

impl Mouth for Tone {
    fn say(&self, speech: &mind::Speech, rate: u32) -> Sound {
        self.texts.lock().unwrap().push(speech.text.clone());
        let sound: Arc<[i16]> = tone(self.hz, self.ms, rate).into();
        Box::pin(async move { Ok(sound) })
    }

    fn says_anything(&self) -> bool {
        true
    }
}

/// Understands what it is told to, whatever it hears; then nothing.
#[derive(Default)]
pub struct Told {
    pub words: Mutex<VecDeque<String>>,
    /// The samples that it was given, 16 kHz.
    pub heard: Mutex<Vec<Vec<i16>>>,
}

impl Told {
    pub fn words(words: &[&str]) -> Arc<Self> {
        let told = Self::default();
        told.words.lock().unwrap().extend(words.iter().map(|w| (*w).to_owned()));
        Arc::new(told)
    }
}

impl Ears for Told {
    fn recognise(&self, samples: Vec<i16>) -> Words {
        self.heard.lock().unwrap().push(samples);
        let words = self.words.lock().unwrap().front().cloned().unwrap_or_default();
        Box::pin(async move { Ok(words) })
    }
}

/// Keys and short tones: a call of a few seconds.
pub fn keypad() -> Speech {
    Speech { ears: None, mouth: Tone::of(1_000.0, 120) }
}

/// Samples of a tone.
#[expect(clippy::cast_possible_truncation, reason = "a tone of a quarter of full scale")]
pub fn tone(hz: f64, ms: u32, rate: u32) -> Vec<i16> {
    let at = |n: u32| (8_000.0 * (std::f64::consts::TAU * hz * f64::from(n) / f64::from(rate)).sin()) as i16;
    (0..rate * ms / 1_000).map(at).collect()
}

/// The pitch of a tone, by its rising zero crossings, in Hz.
#[expect(clippy::cast_precision_loss, reason = "a few thousand samples")]
pub fn pitch(samples: &[i16], rate: u32) -> f64 {
    let rises: Vec<usize> = (1..samples.len()).filter(|n| samples[n - 1] < 0 && samples[*n] >= 0).collect();
    let (Some(first), Some(last)) = (rises.first(), rises.last()) else { return 0.0 };
    (rises.len() - 1) as f64 * f64::from(rate) / (last - first) as f64
}
