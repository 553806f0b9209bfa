//! This machine's ears and mouth, as calls ask for them.

use super::speech::{Ears, Mouth, Sound, Speech, Words};
use caly_core::mind;
use caly_local_voice::pack::Pack;
use caly_local_voice::stt::Recogniser;
use caly_local_voice::tts::Synthesiser;
use caly_voice::stt::SttPool;
use caly_voice::tts;
use futures::{FutureExt, StreamExt};
use std::path::Path;
use std::sync::Arc;

impl Ears for SttPool {
    fn recognise(&self, samples: Vec<i16>) -> Words {
        SttPool::recognise(self, &samples).map(|words| words.map_err(|e| e.to_string())).boxed()
    }

    fn late(&self) -> bool {
        SttPool::late(self)
    }
}

impl Mouth for tts::Mouth {
    fn say(&self, speech: &mind::Speech, rate: u32) -> Sound {
        let sound = tts::Mouth::say(self, &speech.text, speech.prompt.as_deref(), rate);
        StreamExt::boxed(StreamExt::map(sound, |piece| piece.map_err(|e| e.to_string())))
    }

    fn says_anything(&self) -> bool {
        tts::Mouth::says_anything(self)
    }
}

/// What is installed, and a sentence about what is not.
pub struct Installed {
    /// For calls.
    pub speech: Speech,
    /// What speaks: `the speech pack`, `flite` or `recorded prompts`.
    pub mouth: &'static str,
    /// What is missing and how to add it.
    pub missing: Option<String>,
}

/// Loads the speech pack from `dir`; without it calls run by keypad.
///
/// # Errors
/// When the pack is there and cannot be used, or the system gives no thread.
pub fn load(dir: &Path) -> Result<Installed, Box<dyn std::error::Error + Send + Sync>> {
    let pack = match Pack::open(dir) {
        Ok(pack) => pack,
        Err(e) => {
            let mouth = tts::Mouth::without_pack();
            let name = mouth.name();
            let speech = Speech { ears: None, mouth: Arc::new(mouth) };
            return Ok(Installed { speech, mouth: name, missing: Some(e.to_string()) });
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let ears = SttPool::start(Arc::new(Recogniser::load(&pack)?), workers)?;
    let mouth = tts::Mouth::pack(Synthesiser::load(&pack.tts_dir())?);
    let name = mouth.name();
    Ok(Installed { speech: Speech { ears: Some(Arc::new(ears)), mouth: Arc::new(mouth) }, mouth: name, missing: None })
}
