//! What came of one call, and what can be watched while it runs.

use crate::carrier::connect::ConnectReport;
use crate::checks::Violation;
use serde::Serialize;
use std::path::PathBuf;

/// One rehearsed call. All times are ms since the stream's `start`, unless said
/// otherwise.
#[derive(Debug, Clone, Serialize)]
pub struct CallReport {
    /// The carrier's id of the call.
    pub call_sid: String,
    /// Each time the caller spoke or keyed something.
    pub turns: Vec<TurnTiming>,
    /// Audible speech of the agent.
    pub agent_audio_ms: u64,
    /// Rules of the wire that the server broke.
    pub violations: Vec<Violation>,
    /// How long the voicebot URL took to answer.
    pub voicebot_ms: u64,
    /// What the passthru after the bot answered.
    pub after_bot_status: u16,
    /// What Connect did, when the flow reached it.
    pub connect: Option<ConnectReport>,
    /// Who ended the stream.
    pub ended_by: EndedBy,
    /// How long the stream lasted.
    pub stream_ms: u64,
    /// The recording, when one was asked for.
    pub heard: Option<PathBuf>,
}

/// One turn of the caller and what it got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TurnTiming {
    /// The words, or the keys in brackets.
    pub said: String,
    /// When the last audible sample (or key) was over.
    pub end_of_speech_ms: u64,
    /// From there to the first audible sample of the answer in the caller's ear.
    pub first_reply_ms: Option<u64>,
    /// For a turn that talked over the agent: from its beginning to silence.
    pub barge_in_ms: Option<u64>,
}

/// Who ended the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The agent's side closed the socket.
    Bot,
    /// The caller hung up.
    Caller,
    /// There was no stream: the handshake failed twice.
    NoStream,
}

/// Something that just happened on the call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Observed {
    /// The voicebot URL answered.
    Answered {
        /// After this many ms.
        ms: u64,
    },
    /// The stream began.
    Started,
    /// The caller begins to say this.
    Said(String),
    /// The caller pressed a key.
    Pressed(char),
    /// The agent became audible, ms since the start.
    AgentSpeaks(u64),
    /// The agent fell silent.
    AgentQuiet(u64),
    /// The server dropped what was queued.
    Cleared,
    /// A mark was reached.
    Marked(String),
    /// The stream is over.
    StreamEnded(EndedBy),
    /// The passthru after the bot answered.
    AfterBot(u16),
    /// A rule of the wire was broken.
    Broke(Violation),
}
