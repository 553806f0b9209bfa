//! Why a rehearsal could not be held at all. What the server did wrong during
//! one is a [`crate::checks::Violation`] in the report instead.

use std::path::PathBuf;

/// A rehearsal that did not take place, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// The address is not one that can be called.
    #[error("\"{url}\" is not an address to rehearse against ({why}); give one like http://127.0.0.1:8080")]
    BadUrl {
        /// As given.
        url: String,
        /// The rule that it breaks.
        why: String,
    },
    /// Nobody answers there.
    #[error("no server answers at {url}; start one with `caly demo`, or check the address")]
    Unreachable {
        /// Scheme, host and port.
        url: String,
        /// What the network said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Somebody answers who is not, or not yet, a Caly.
    #[error("{url} answered {status} to a health check; is a Caly running there?")]
    NotServing {
        /// Scheme, host and port.
        url: String,
        /// HTTP status.
        status: u16,
    },
    /// The hook key or the dialled number is nobody's there.
    #[error("the server does not know this hook key or number (status {status}); copy the hook URL from the channel's page")]
    UnknownHook {
        /// HTTP status.
        status: u16,
    },
    /// The caller cannot speak.
    #[error(transparent)]
    Voice(#[from] VoiceError),
    /// A sound file cannot be read or written.
    #[error("cannot use the sound file {}: {why}", path.display())]
    Sound {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        why: String,
    },
    /// The flow names an applet that is not in it.
    #[error("the flow leads to \"{0}\", which is not one of its applets")]
    BadFlow(String),
    /// A scenario that does not exist.
    #[error("there is no scenario \"{name}\"; choose one of: {known}")]
    UnknownScenario {
        /// As given.
        name: String,
        /// The names that exist.
        known: String,
    },
}

/// Why the caller's voice gave no sound.
#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    /// There is no voice on this machine.
    #[error("the caller has no voice here; run `caly models pull`, install flite, or use keypad scripts and sound files")]
    Absent,
    /// The local pack failed.
    #[error(transparent)]
    Local(#[from] caly_local_voice::tts::TtsError),
    /// The flite process failed.
    #[error("flite could not speak: {0}")]
    Flite(String),
}
