//! Text to speech with the local English voice.
//!
//! Contract: [`Synthesiser::load`] reads the `tts-en` pack once; [`Synthesiser::say`]
//! turns text into signed 16-bit mono samples at 8, 16 or 24 kHz. The same text, rate
//! and pack give the same samples. Nothing here reads a clock or a random source.

use std::path::Path;
use std::sync::Arc;

use rten::ThreadPool;

use crate::g2p::{G2pError, Phonemiser};

mod acoustic;
mod sentences;
mod vocoder;

pub use sentences::sentences;

use acoustic::Acoustic;
use vocoder::Vocoder;

/// The sample rates, in Hz, that the voice renders without a resampler.
pub const RATES: [u32; 3] = [8_000, 16_000, 24_000];

/// Why the voice could not be loaded or could not speak.
#[derive(Debug, thiserror::Error)]
pub enum TtsError {
    /// A file of the pack is missing or unreadable.
    #[error("cannot read {file} of the voice pack ({why}); run `caly models pull`")]
    Pack {
        /// The file's name inside the pack directory.
        file: String,
        /// What the reader said.
        why: String,
    },
    /// The rate is not one of [`RATES`].
    #[error("the voice speaks at 8000, 16000 or 24000 Hz, not at {0}")]
    Rate(u32),
    /// The network failed on this text.
    #[error("the voice model failed: {0}; if it persists, run `caly models pull` again")]
    Model(String),
    /// The text could not be turned into phonemes.
    #[error(transparent)]
    Phonemes(#[from] G2pError),
}

/// One voice and its text-to-phoneme step. Share one by reference between threads;
/// give each worker its own [`Synthesiser::worker`] so that they do not queue for
/// one another's network thread.
pub struct Synthesiser {
    voice: Arc<Voice>,
    pool: Arc<ThreadPool>,
}

struct Voice {
    phonemiser: Phonemiser,
    acoustic: Acoustic,
    vocoders: [Vocoder; 3],
}

impl Synthesiser {
    /// Loads the pack directory (`…/tts-en`).
    ///
    /// # Errors
    /// [`TtsError::Pack`] or [`TtsError::Phonemes`] when a file is missing or damaged.
    pub fn load(dir: &Path) -> Result<Self, TtsError> {
        let voice = Voice {
            phonemiser: Phonemiser::load(dir)?,
            acoustic: Acoustic::load(dir)?,
            vocoders: RATES.map(Vocoder::new),
        };
        Ok(Self { voice: Arc::new(voice), pool: one_thread() })
    }

    /// The same voice with a network thread of its own.
    #[must_use]
    pub fn worker(&self) -> Self {
        Self { voice: Arc::clone(&self.voice), pool: one_thread() }
    }

    /// The whole text as samples at `rate` Hz; empty text gives no samples.
    ///
    /// # Errors
    /// See [`TtsError`].
    pub fn say(&self, text: &str, rate: u32) -> Result<Vec<i16>, TtsError> {
        let mut samples = Vec::new();
        for sentence in self.say_sentence_stream(text, rate) {
            samples.extend(sentence?);
        }
        Ok(samples)
    }

    /// One piece of audio per sentence, rendered when it is asked for, so that the
    /// first one can be played while the second is made.
    pub fn say_sentence_stream<'a>(
        &'a self,
        text: &'a str,
        rate: u32,
    ) -> impl Iterator<Item = Result<Vec<i16>, TtsError>> + 'a {
        sentences(text).into_iter().map(move |sentence| self.say_sentence(sentence, rate))
    }

    /// Speaks a string of phonemes as it is (misaki's alphabet: `"həlˈO ðˈɛɹ."`).
    /// Characters outside the alphabet are left out. `speed` 1.0 is the voice's own
    /// pace, useful between 0.5 and 2.0.
    ///
    /// # Errors
    /// [`TtsError::Rate`] or [`TtsError::Model`].
    pub fn say_phonemes(&self, phonemes: &str, speed: f32, rate: u32) -> Result<Vec<i16>, TtsError> {
        let vocoder = self.vocoder(rate)?;
        let Some(planes) = self.voice.acoustic.planes(phonemes, speed, &self.pool)? else {
            return Ok(Vec::new());
        };
        Ok(vocoder.render(&planes).into_iter().map(pcm).collect())
    }

    /// The phonemes of one sentence, for display and tests.
    ///
    /// # Errors
    /// [`TtsError::Phonemes`].
    pub fn phonemes(&self, sentence: &str) -> Result<String, TtsError> {
        Ok(self.voice.phonemiser.phonemes(sentence)?)
    }

    fn say_sentence(&self, sentence: &str, rate: u32) -> Result<Vec<i16>, TtsError> {
        let phonemes = self.phonemes(sentence)?;
        let mut samples = Vec::new();
        for part in sentences::parts(&phonemes) {
            samples.extend(self.say_phonemes(&part, 1.0, rate)?);
        }
        Ok(samples)
    }

    fn vocoder(&self, rate: u32) -> Result<&Vocoder, TtsError> {
        RATES.iter().position(|r| *r == rate).map(|i| &self.voice.vocoders[i]).ok_or(TtsError::Rate(rate))
    }
}

/// rten's global pool would let forty calls fight over the same threads.
fn one_thread() -> Arc<ThreadPool> {
    Arc::new(ThreadPool::with_num_threads(1))
}

#[allow(clippy::cast_possible_truncation)] // clamped to the range of i16 first
fn pcm(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * 32_767.0) as i16
}
