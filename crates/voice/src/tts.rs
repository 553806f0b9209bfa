//! Mouths: the synthesiser of the pack, else a `flite` process; fixed texts
//! are rendered once and kept.

use caly_local_voice::tts::Synthesiser;
use futures::FutureExt;
use futures::future::BoxFuture;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

/// Kept sound, at most: an hour of prompts at 16 kHz would be 115 MB.
const KEPT_BYTES: usize = 48 * 1024 * 1024;

/// Why there is no sound.
#[derive(Debug, thiserror::Error)]
pub enum MouthError {
    /// The synthesiser failed.
    #[error("the text cannot be spoken: {0}")]
    Failed(String),
    /// Nothing here can say this text.
    #[error("this text has no recording, and no synthesiser is installed; run `caly models pull`")]
    Unsaid,
}

/// Sound at the asked rate.
pub type Sound = BoxFuture<'static, Result<Arc<[i16]>, MouthError>>;

/// What makes the sound.
enum Voice {
    /// The speech pack; each thread takes its own worker.
    Pack(Synthesiser),
    /// The program, by its path.
    Flite(PathBuf),
    /// Nothing: calls can be echoed, not talked.
    None,
}

type Kept = HashMap<(String, u32), Arc<[i16]>>;

/// A mouth, shared by every call.
#[derive(Clone)]
pub struct Mouth {
    voice: Arc<Voice>,
    kept: Arc<Mutex<(Kept, usize)>>,
}

impl Mouth {
    /// The pack's voice.
    #[must_use]
    pub fn pack(synthesiser: Synthesiser) -> Self {
        Self::of(Voice::Pack(synthesiser))
    }

    /// `flite` on the PATH, else a mouth that says nothing.
    #[must_use]
    pub fn without_pack() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let flite = std::env::split_paths(&path).map(|dir| dir.join("flite")).find(|file| file.is_file());
        Self::of(flite.map_or(Voice::None, Voice::Flite))
    }

    fn of(voice: Voice) -> Self {
        Self { voice: Arc::new(voice), kept: Arc::default() }
    }

    /// Whether any text can be said.
    #[must_use]
    pub fn says_anything(&self) -> bool {
        !matches!(*self.voice, Voice::None)
    }

    /// What speaks, for people.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match *self.voice {
            Voice::Pack(_) => "the speech pack",
            Voice::Flite(_) => "flite",
            Voice::None => "nothing",
        }
    }

    /// Says a text at `rate`; a text with `fixed` is kept for the next time.
    pub fn say(&self, text: &str, fixed: bool, rate: u32) -> Sound {
        let key = (text.to_owned(), rate);
        if let Some(sound) = self.kept.lock().0.get(&key) {
            let sound = Arc::clone(sound);
            return async move { Ok(sound) }.boxed();
        }
        let (voice, kept) = (Arc::clone(&self.voice), Arc::clone(&self.kept));
        async move {
            let sound = render(voice, key.0.clone(), rate).await?;
            if fixed {
                keep(&kept, key, &sound);
            }
            Ok(sound)
        }
        .boxed()
    }
}

fn keep(kept: &Mutex<(Kept, usize)>, key: (String, u32), sound: &Arc<[i16]>) {
    let mut kept = kept.lock();
    let bytes = sound.len() * 2;
    if kept.1 + bytes <= KEPT_BYTES && kept.0.insert(key, Arc::clone(sound)).is_none() {
        kept.1 += bytes;
    }
}

async fn render(voice: Arc<Voice>, text: String, rate: u32) -> Result<Arc<[i16]>, MouthError> {
    match &*voice {
        Voice::Pack(synthesiser) => {
            let synthesiser = synthesiser.worker();
            let said = tokio::task::spawn_blocking(move || synthesiser.say(&text, rate).map_err(|e| e.to_string()));
            let said = said.await.map_err(|e| MouthError::Failed(e.to_string()))?;
            said.map(Into::into).map_err(MouthError::Failed)
        }
        Voice::Flite(program) => flite(program, &text, rate).await,
        Voice::None => Err(MouthError::Unsaid),
    }
}

async fn flite(program: &std::path::Path, text: &str, rate: u32) -> Result<Arc<[i16]>, MouthError> {
    let failed = |e: String| MouthError::Failed(format!("flite: {e}"));
    let output = tokio::process::Command::new(program)
        .args(["-t", text, "-o", "/dev/stdout"])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|e| failed(e.to_string()))?;
    let mut wav = hound::WavReader::new(std::io::Cursor::new(output.stdout)).map_err(|e| failed(e.to_string()))?;
    let from = wav.spec().sample_rate;
    // A pipe cannot be measured ahead: the length in the header may be wrong,
    // and what could be read until its end is the sound.
    let samples: Vec<i16> = wav.samples::<i16>().map_while(Result::ok).collect();
    if from == rate {
        return Ok(samples.into());
    }
    let mut out = Vec::with_capacity(samples.len() * rate as usize / from as usize + 64);
    crate::audio::Resampler::new(from, rate).push(&samples, &mut out);
    Ok(out.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mouth_that_has_nothing_says_so() {
        let mouth = Mouth::of(Voice::None);
        assert!(!mouth.says_anything());
        let err = mouth.say("hello", true, 16_000).await.unwrap_err().to_string();
        assert!(err.contains("models pull"), "{err}");
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let kept = Mutex::default();
        let sound: Arc<[i16]> = vec![0; KEPT_BYTES / 4].into();
        for n in 0..5 {
            keep(&kept, (n.to_string(), 16_000), &sound);
        }
        assert_eq!(kept.lock().0.len(), 2);
    }
}
