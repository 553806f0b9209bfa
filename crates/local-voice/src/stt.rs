//! The recogniser: Moonshine tiny on rten. English, one utterance at a time.
//!
//! Whole utterances, not a stream: an utterance of three seconds takes less
//! than 100 ms, so partial words come from recognising again, not from state.

mod decoder;
mod vocabulary;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rten::{Model, RunOptions, ThreadPool, Value};
use rten_tensor::NdTensor;

use crate::error::{PackError, SttError};
use crate::pack::Pack;
use decoder::Decoder;
use vocabulary::Vocabulary;

/// Samples a second of what the recogniser takes.
pub const RATE: u32 = 16_000;
/// Longer audio loses its beginning: the model was trained on no more.
const LONGEST: usize = 30 * RATE as usize;
/// Shorter audio is padded with silence: the encoder's convolutions need it.
const SHORTEST: usize = RATE as usize / 2;
/// Telephone levels differ by 30 dB; the model hears best near this peak.
const PEAK: f32 = 0.7;
/// Below this peak (-60 dB) nobody spoke, and the model would make words up.
const SILENCE: f32 = 0.001;

/// What was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// With the model's capitals and punctuation; empty when nobody spoke.
    pub text: String,
    /// Mean probability of the chosen tokens, 0-1; 0 when nobody spoke.
    pub confidence: f32,
}

/// The loaded weights. Shared by all workers; a call costs no copy of them.
pub struct Recogniser {
    encoder: Model,
    decoder: Decoder,
    vocabulary: Vocabulary,
}

impl Recogniser {
    /// Reads 28 MB and prepares them: about a second.
    pub fn load(pack: &Pack) -> Result<Self, PackError> {
        let dir = pack.stt_dir();
        let decoder_file = dir.join("decoder_model_merged.onnx");
        Ok(Self {
            encoder: load(&dir.join("encoder_model.onnx"))?,
            decoder: Decoder::new(load(&decoder_file)?).map_err(|why| model_error(&decoder_file, why))?,
            vocabulary: Vocabulary::load(&dir.join("vocabulary.txt"))?,
        })
    }

    /// Words of one utterance: mono, 16 kHz, -1 to 1. Runs on this thread's
    /// own one-thread pool, so that workers do not fight over rten's global
    /// one. `cancel` is looked at before every token (about 3 ms).
    pub fn recognise(&self, samples: &[f32], cancel: &AtomicBool) -> Result<Heard, SttError> {
        let Some(audio) = prepared(samples) else {
            return Ok(Heard { text: String::new(), confidence: 0.0 });
        };
        let options = own_pool();
        let seconds = audio.len() as f32 / RATE as f32;
        check(cancel)?;
        let states = self.encode(audio, options.clone())?;
        let found = self.decoder.decode(&states, most_tokens(seconds), cancel, &options)?;
        Ok(Heard { text: self.vocabulary.text(&found.tokens), confidence: found.confidence })
    }

    fn encode(&self, audio: Vec<f32>, options: RunOptions) -> Result<Value, SttError> {
        let input = NdTensor::from_data([1, audio.len()], audio);
        self.encoder.run_one(input.into(), Some(options)).map_err(|e| SttError::Model(e.to_string()))
    }
}

fn check(cancel: &AtomicBool) -> Result<(), SttError> {
    if cancel.load(Ordering::Relaxed) {
        return Err(SttError::Cancelled);
    }
    Ok(())
}

/// Fast speech, read-out digits among it, needs about seven tokens a second; a
/// model that has lost its way is stopped here.
fn most_tokens(seconds: f32) -> usize {
    (seconds * 8.0).ceil() as usize + 8
}

/// Cut, levelled and padded; none when it is silent.
fn prepared(samples: &[f32]) -> Option<Vec<f32>> {
    let samples = &samples[samples.len().saturating_sub(LONGEST)..];
    let peak = samples.iter().fold(0.0_f32, |p, s| p.max(s.abs()));
    if peak < SILENCE {
        return None;
    }
    let gain = PEAK / peak;
    let mut audio: Vec<f32> = samples.iter().map(|s| s * gain).collect();
    audio.resize(audio.len().max(SHORTEST), 0.0);
    Some(audio)
}

fn own_pool() -> RunOptions {
    thread_local! {
        static POOL: Arc<ThreadPool> = Arc::new(ThreadPool::with_num_threads(1));
    }
    RunOptions::default().with_thread_pool(Some(POOL.with(Arc::clone)))
}

fn load(path: &Path) -> Result<Model, PackError> {
    let bytes = std::fs::read(path).map_err(PackError::io(path))?;
    Model::load(bytes).map_err(|e| model_error(path, e.to_string()))
}

fn model_error(path: &Path, why: String) -> PackError {
    PackError::Model { path: path.to_owned(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audio_is_levelled_padded_and_cut() {
        let quiet = prepared(&[0.01, -0.02]).unwrap();
        assert_eq!(quiet.len(), SHORTEST);
        assert!((quiet[1] + PEAK).abs() < 1e-6);
        let mut long = vec![0.5; LONGEST + 10];
        long[0] = 1.0;
        let cut = prepared(&long).unwrap();
        assert_eq!(cut.len(), LONGEST);
        assert!((cut[0] - PEAK).abs() < 1e-6, "the old peak must not count");
        assert_eq!(prepared(&[0.0; 16_000]), None);
        assert_eq!(prepared(&[]), None);
    }
}
