//! Mouths: the synthesiser of the pack, else a `flite` process, else the
//! recordings that are shipped; fixed texts are rendered once and kept.

pub mod adpcm;
pub mod shipped;

use caly_local_voice::tts::Synthesiser;
use futures::channel::mpsc;
use futures::stream::{self, BoxStream, StreamExt};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

/// Kept sound, at most: an hour of prompts at 16 kHz would be 115 MB.
const KEPT_BYTES: usize = 48 * 1024 * 1024;

/// Quieter than this (-49 dB) is no speech yet, or no more.
const HEARD: u16 = 120;
/// Kept before and behind what is heard, ms: soft consonants lie there.
const MARGIN_MS: usize = 30;
/// Silence that ends a sentence, ms.
const PAUSE_MS: usize = 160;

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

/// Sound at the asked rate, sentence by sentence as it is made. Letting go of
/// it stops the work.
pub type Sound = BoxStream<'static, Result<Arc<[i16]>, MouthError>>;

/// What makes the sound.
enum Voice {
    /// The speech pack; each thread takes its own worker.
    Pack(Synthesiser),
    /// The program, by its path.
    Flite(PathBuf),
    /// Shipped recordings of fixed texts.
    Recordings,
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

    /// `flite` on the PATH, else the shipped recordings.
    #[must_use]
    pub fn without_pack() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let flite = std::env::split_paths(&path).map(|dir| dir.join("flite")).find(|file| file.is_file());
        Self::of(flite.map_or(Voice::Recordings, Voice::Flite))
    }

    /// The shipped recordings alone: fixed texts, whatever is installed.
    #[must_use]
    pub fn recordings() -> Self {
        Self::of(Voice::Recordings)
    }

    fn of(voice: Voice) -> Self {
        Self { voice: Arc::new(voice), kept: Arc::default() }
    }

    /// Whether any text can be said, or fixed ones only.
    #[must_use]
    pub fn says_anything(&self) -> bool {
        !matches!(*self.voice, Voice::Recordings)
    }

    /// What speaks, for people.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match *self.voice {
            Voice::Pack(_) => "the speech pack",
            Voice::Flite(_) => "flite",
            Voice::Recordings => "recorded prompts",
        }
    }

    /// Says a text at `rate`; a fixed text, which has the key `prompt`, is kept
    /// for the next time.
    pub fn say(&self, text: &str, prompt: Option<&str>, rate: u32) -> Sound {
        let key = (text.to_owned(), rate);
        if let Some(sound) = self.kept.lock().0.get(&key) {
            let sound = Arc::clone(sound);
            return stream::iter([Ok(sound)]).boxed();
        }
        let sound = match &*self.voice {
            Voice::Pack(synthesiser) => pack(synthesiser.worker(), key.0.clone(), rate),
            Voice::Flite(program) => stream::once(flite(program.clone(), key.0.clone(), rate)).boxed(),
            Voice::Recordings => recording(text, prompt.unwrap_or_default(), rate),
        };
        if prompt.is_some() { kept_when_whole(sound, Arc::clone(&self.kept), key) } else { sound }
    }
}

/// Passes on what comes and keeps it when it came to its end.
fn kept_when_whole(sound: Sound, kept: Arc<Mutex<(Kept, usize)>>, key: (String, u32)) -> Sound {
    let state = (sound, Vec::new(), kept, key);
    stream::unfold(state, |(mut sound, mut whole, kept, key)| async move {
        match sound.next().await {
            Some(Ok(piece)) => {
                whole.extend_from_slice(&piece);
                Some((Ok(piece), (sound, whole, kept, key)))
            }
            Some(Err(e)) => {
                whole.clear();
                Some((Err(e), (sound, whole, kept, key)))
            }
            None => {
                if !whole.is_empty() {
                    keep(&kept, key, &whole.into());
                }
                None
            }
        }
    })
    .boxed()
}

fn keep(kept: &Mutex<(Kept, usize)>, key: (String, u32), sound: &Arc<[i16]>) {
    let mut kept = kept.lock();
    let bytes = sound.len() * 2;
    if kept.1 + bytes <= KEPT_BYTES && kept.0.insert(key, Arc::clone(sound)).is_none() {
        kept.1 += bytes;
    }
}

/// Each sentence leaves as soon as it is made.
fn pack(synthesiser: Synthesiser, text: String, rate: u32) -> Sound {
    let (out, pieces) = mpsc::unbounded();
    tokio::task::spawn_blocking(move || {
        for sentence in synthesiser.say_sentence_stream(&text, rate) {
            let piece = sentence.map(|s| trimmed(&s, rate).into()).map_err(|e| MouthError::Failed(e.to_string()));
            let failed = piece.is_err();
            if out.unbounded_send(piece).is_err() || failed {
                // Nobody listens any more, or nothing more can be said.
                return;
            }
        }
    });
    pieces.boxed()
}

/// A shipped recording; decoding one takes about a millisecond.
fn recording(text: &str, prompt: &str, rate: u32) -> Sound {
    let sound = shipped::say(text, prompt).ok_or(MouthError::Unsaid);
    let sound = sound.map(|samples| at_rate(samples, shipped::RATE, rate).into());
    stream::iter([sound]).boxed()
}

/// Without the third of a second that the voice is silent before a sentence
/// and the half behind it: the caller waits through both.
#[must_use]
pub fn trimmed(samples: &[i16], rate: u32) -> Vec<i16> {
    let per_ms = rate as usize / 1_000;
    let heard = |s: &i16| s.unsigned_abs() > HEARD;
    let (Some(first), Some(last)) = (samples.iter().position(heard), samples.iter().rposition(heard)) else {
        return Vec::new();
    };
    let from = first.saturating_sub(MARGIN_MS * per_ms);
    let to = (last + 1 + MARGIN_MS * per_ms).min(samples.len());
    let mut sound = samples[from..to].to_vec();
    sound.resize(last + 1 - from + PAUSE_MS * per_ms, 0);
    sound
}

async fn flite(program: PathBuf, text: String, rate: u32) -> Result<Arc<[i16]>, MouthError> {
    let failed = |e: String| MouthError::Failed(format!("flite: {e}"));
    let output = tokio::process::Command::new(program)
        .args(["-t", &text, "-o", "/dev/stdout"])
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
    Ok(trimmed(&at_rate(samples, from, rate), rate).into())
}

fn at_rate(samples: Vec<i16>, from: u32, rate: u32) -> Vec<i16> {
    if from == rate {
        return samples;
    }
    let mut out = Vec::with_capacity(samples.len() * rate as usize / from as usize + 64);
    crate::audio::Resampler::new(from, rate).push(&samples, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn recordings_say_what_is_recorded_and_how_to_get_more() {
        let mouth = Mouth::recordings();
        assert!(!mouth.says_anything());
        let err = mouth.say("hello", Some("x"), 16_000).next().await.unwrap().unwrap_err().to_string();
        assert!(err.contains("models pull"), "{err}");
    }

    #[test]
    fn silence_around_a_sentence_is_cut_and_nothing_that_is_heard() {
        let silent = |ms: usize| vec![0_i16; ms * 16];
        let said = [silent(300), vec![5_000; 1_600], silent(50), vec![5_000; 1_600], silent(450)].concat();
        let sound = trimmed(&said, 16_000);
        assert_eq!(sound.iter().position(|s| *s != 0), Some(MARGIN_MS * 16));
        assert_eq!(sound.len(), (MARGIN_MS + 100 + 50 + 100 + PAUSE_MS) * 16);
        assert_eq!(sound.iter().filter(|s| **s != 0).count(), 3_200);
        assert!(trimmed(&silent(200), 16_000).is_empty());
    }

    #[tokio::test]
    async fn a_fixed_text_is_kept_whole_and_one_that_broke_off_is_not() {
        let kept = Arc::new(Mutex::<(Kept, usize)>::default());
        let key = ("a b".to_owned(), 8_000);
        let piece = |n: i16| -> Result<Arc<[i16]>, MouthError> { Ok(vec![n; 4].into()) };
        let broken = stream::iter([piece(1), Err(MouthError::Unsaid)]).boxed();
        let _: Vec<_> = kept_when_whole(broken, Arc::clone(&kept), key.clone()).collect().await;
        assert!(kept.lock().0.is_empty());
        let sound = kept_when_whole(stream::iter([piece(1), piece(2)]).boxed(), Arc::clone(&kept), key.clone());
        assert_eq!(sound.collect::<Vec<_>>().await.len(), 2);
        assert_eq!(kept.lock().0[&key].to_vec(), [1, 1, 1, 1, 2, 2, 2, 2]);
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
