//! The fake carrier: walks the applet flow of one incoming call as Exotel does.
//! Voicebot URL, socket, passthru, and Connect when the passthru asks for it.

mod applets;
mod caller;
pub mod connect;
mod playout;
mod socket;
mod wire;

use crate::checks::Violation;
use crate::knobs::Knobs;
use crate::report::{CallReport, EndedBy, Observed};
use crate::script::Script;
use crate::voice::{CallerVoice, VoiceError};
use applets::Applets;
use connect::ConnectReport;
use socket::{Outcome, StreamAt};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedSender;
use url::Url;

/// One incoming call.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where Caly is, e.g. `http://127.0.0.1:8080`.
    pub base: Url,
    /// The channel's hook key.
    pub hook_key: String,
    /// The number that is called, E.164.
    pub to: String,
    /// The caller's number, E.164.
    pub from: String,
    /// The carrier's id of the call; no two calls share one.
    pub call_sid: String,
    /// When the call comes in.
    pub at: jiff::Timestamp,
    /// The carrier's habits.
    pub knobs: Knobs,
}

/// Why a call could not be walked to its end. A server that merely breaks a
/// rule is reported in [`CallReport::violations`] instead.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// The applet's URL could not be reached.
    #[error("{path} cannot be reached: {why}; is Caly running there?")]
    Unreachable {
        /// Which applet.
        path: String,
        /// What went wrong.
        why: String,
    },
    /// The voicebot URL gave no URL of a stream.
    #[error("the voicebot URL answered {status} without a stream: {}", reason(*status, body))]
    NoStream {
        /// Its status.
        status: u16,
        /// The first characters of its body.
        body: String,
    },
    /// The base or stream address is of no use.
    #[error("the address {0} cannot be called; rehearsals speak plain http and ws")]
    Address(String),
    /// The server stopped reading.
    #[error("the server has not read from the socket for ten seconds")]
    Stalled,
    /// The script speaks and there is no voice.
    #[error("the script says \"{0}\" but there is no voice; run `caly models pull` or install flite")]
    NoVoice(String),
    /// The voice failed.
    #[error(transparent)]
    Voice(#[from] VoiceError),
    /// The recording could not be written.
    #[error("the recording {path} could not be written: {why}")]
    Recording {
        /// Where.
        path: PathBuf,
        /// What went wrong.
        why: String,
    },
    /// A task of the rehearsal broke.
    #[error("the rehearsal itself broke: {0}")]
    Broken(String),
}

/// Caly tells nobody which keys and numbers exist, so a 404 has no words.
fn reason(status: u16, body: &str) -> &str {
    if status == 404 { "the hook key is nobody's, or the number that was called is not its channel's" } else { body }
}

/// Tells the observer and gathers violations.
pub(crate) struct Notes {
    observer: Option<UnboundedSender<Observed>>,
    violations: Vec<Violation>,
}

impl Notes {
    fn see(&self, what: Observed) {
        if let Some(observer) = &self.observer {
            // An observer that has gone away no longer wants to know.
            let _ = observer.send(what);
        }
    }

    fn broke(&mut self, what: Violation) {
        self.see(Observed::Broke(what.clone()));
        self.violations.push(what);
    }
}

/// Places one call and plays `script` on it; real time.
///
/// # Errors
/// See [`RehearsalError`].
pub async fn place(
    line: Line,
    script: Script,
    voice: Option<Arc<dyn CallerVoice>>,
    observer: Option<UnboundedSender<Observed>>,
) -> Result<CallReport, RehearsalError> {
    let mut notes = Notes { observer, violations: Vec::new() };
    let applets = Applets::new(&line)?;
    let (url, voicebot_ms) = applets.voicebot(&mut notes).await?;
    notes.see(Observed::Answered { ms: voicebot_ms });
    let at = StreamAt::of(&url, &line)?;
    let outcome = socket::run(&line, &at, script, voice, &mut notes).await?;
    notes.see(Observed::StreamEnded(outcome.ended_by));
    let after_bot_status = applets.after_bot(&at, &outcome, &mut notes).await?;
    notes.see(Observed::AfterBot(after_bot_status));
    let connect = people(&applets, &line, after_bot_status, &outcome, &mut notes).await?;
    Ok(CallReport {
        call_sid: line.call_sid,
        turns: outcome.turns,
        agent_audio_ms: outcome.agent_audio_ms,
        violations: notes.violations,
        voicebot_ms,
        after_bot_status,
        connect,
        ended_by: outcome.ended_by,
        stream_ms: outcome.stream_ms,
        heard: outcome.heard,
    })
}

/// The people's branch of the flow; a caller who hung up never reaches it.
async fn people(
    applets: &Applets,
    line: &Line,
    after_bot: u16,
    outcome: &Outcome,
    notes: &mut Notes,
) -> Result<Option<ConnectReport>, RehearsalError> {
    if after_bot != 302 || outcome.ended_by == EndedBy::Caller {
        return Ok(None);
    }
    connect::run(applets, &line.knobs, notes).await.map(Some)
}

#[cfg(test)]
mod tests;
