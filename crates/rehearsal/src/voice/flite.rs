//! A voice from the flite program, for machines without the local pack.

use super::{CallerVoice, VoiceError};
use crate::audio::read_wav;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

/// The program's clearest built-in voice.
const VOICE: &str = "slt";

/// A flite on PATH.
#[derive(Debug)]
pub struct Flite {
    said: AtomicU64,
}

impl Flite {
    /// The flite on PATH.
    ///
    /// # Errors
    /// [`VoiceError::Absent`] when there is none.
    pub fn find() -> Result<Self, VoiceError> {
        let run = Command::new("flite").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        run.map_err(|_| VoiceError::Absent)?;
        Ok(Self { said: AtomicU64::new(0) })
    }

    /// A file of our own: flite cannot write a WAV to a pipe.
    fn file(&self) -> PathBuf {
        let n = self.said.fetch_add(1, Ordering::Relaxed);
        let ours: *const Self = self;
        std::env::temp_dir().join(format!("caly-flite-{}-{:x}-{n}.wav", std::process::id(), ours.addr()))
    }
}

impl CallerVoice for Flite {
    fn name(&self) -> &'static str {
        "flite"
    }

    fn say(&self, text: &str, rate: u32) -> Result<Vec<i16>, VoiceError> {
        let file = self.file();
        let run = Command::new("flite").args(["-voice", VOICE, "-t", text, "-o"]).arg(&file).output();
        let run = run.map_err(|e| VoiceError::Flite(e.to_string()))?;
        if !run.status.success() {
            return Err(VoiceError::Flite(String::from_utf8_lossy(&run.stderr).trim().to_owned()));
        }
        let samples = read_wav(&file, rate).map_err(|e| VoiceError::Flite(e.to_string()));
        if let Err(e) = std::fs::remove_file(&file) {
            tracing::debug!(file = %file.display(), error = %e, "a temporary sound file stays behind");
        }
        samples
    }
}
