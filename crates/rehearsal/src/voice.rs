//! Who speaks for the caller: the local pack, else a flite process.

mod flite;

pub use crate::error::VoiceError;
pub use flite::Flite;

use caly_local_voice::tts::Synthesiser;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Turns words into sound. May take tens of milliseconds of CPU: called on a
/// blocking thread.
pub trait CallerVoice: Send + Sync {
    /// What to call it in reports.
    fn name(&self) -> &'static str;
    /// The words as mono samples at `rate` (8,000, 16,000 or 24,000 Hz).
    ///
    /// # Errors
    /// [`VoiceError`].
    fn say(&self, text: &str, rate: u32) -> Result<Vec<i16>, VoiceError>;
}

/// The best voice of this machine: the synthesiser in `tts_dir` when it is
/// there, else flite when it is on PATH.
///
/// # Errors
/// [`VoiceError::Absent`]; a pack that is there and damaged is its own error.
pub fn caller_voice(tts_dir: Option<&Path>) -> Result<Arc<dyn CallerVoice>, VoiceError> {
    if let Some(dir) = tts_dir.filter(|d| d.is_dir()) {
        return Ok(Arc::new(Remembering::new(LocalVoice { voice: Synthesiser::load(dir)? })));
    }
    Ok(Arc::new(Remembering::new(Flite::find()?)))
}

/// The local pack's voice.
pub struct LocalVoice {
    voice: Synthesiser,
}

impl LocalVoice {
    /// A voice that is loaded already.
    #[must_use]
    pub fn new(voice: Synthesiser) -> Self {
        Self { voice }
    }
}

impl CallerVoice for LocalVoice {
    fn name(&self) -> &'static str {
        "local"
    }

    fn say(&self, text: &str, rate: u32) -> Result<Vec<i16>, VoiceError> {
        Ok(self.voice.say(text, rate)?)
    }
}

/// For callers who only press keys or play files.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mute;

impl CallerVoice for Mute {
    fn name(&self) -> &'static str {
        "mute"
    }

    fn say(&self, _text: &str, _rate: u32) -> Result<Vec<i16>, VoiceError> {
        Err(VoiceError::Absent)
    }
}

/// Speaks each sentence once and remembers it: under load a hundred callers
/// say the same.
pub struct Remembering<V> {
    voice: V,
    said: Mutex<HashMap<(String, u32), Vec<i16>>>,
}

impl<V> Remembering<V> {
    /// Nothing said yet.
    pub fn new(voice: V) -> Self {
        Self { voice, said: Mutex::default() }
    }
}

impl<V: CallerVoice> CallerVoice for Remembering<V> {
    fn name(&self) -> &'static str {
        self.voice.name()
    }

    fn say(&self, text: &str, rate: u32) -> Result<Vec<i16>, VoiceError> {
        // Held while speaking: a second caller with the same words waits for
        // the first instead of doing the work again.
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = said.get(&(text.to_owned(), rate)) {
            return Ok(known.clone());
        }
        let samples = self.voice.say(text, rate)?;
        said.insert((text.to_owned(), rate), samples.clone());
        Ok(samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    struct Counting(AtomicU32);

    impl CallerVoice for Counting {
        fn name(&self) -> &'static str {
            "counting"
        }

        fn say(&self, text: &str, _rate: u32) -> Result<Vec<i16>, VoiceError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(vec![1; text.len()])
        }
    }

    #[test]
    fn the_same_words_are_spoken_once() {
        let voice = Remembering::new(Counting(AtomicU32::new(0)));
        assert_eq!(voice.say("hello", 8_000).unwrap().len(), 5);
        assert_eq!(voice.say("hello", 8_000).unwrap().len(), 5);
        voice.say("hello", 16_000).unwrap();
        assert_eq!(voice.voice.0.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn the_mute_say_how_to_get_a_voice() {
        assert!(Mute.say("x", 8_000).unwrap_err().to_string().contains("caly models pull"));
    }
}
