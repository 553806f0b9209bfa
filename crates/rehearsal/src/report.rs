//! What a rehearsed call was like, measured at the carrier.

use crate::checks::Violation;
use serde::Serialize;
use std::path::PathBuf;

/// One call from the first ring to the last applet.
#[derive(Debug, Clone, Serialize)]
pub struct CallReport {
    /// The carrier's call id.
    pub call_sid: String,
    /// Name of the script.
    pub script: String,
    /// What the caller said or pressed, in order.
    pub turns: Vec<TurnReport>,
    /// Broken rules, warnings included.
    pub violations: Vec<Violation>,
    /// Broken rules beyond those that are kept in full.
    pub more_violations: u64,
    /// Every hook that was sent and how it was answered.
    pub hooks: Vec<HookReport>,
    /// How long the Voicebot applet waited, ms.
    pub voicebot_ms: Option<u64>,
    /// The stream, where there was one.
    pub stream: Option<StreamReport>,
    /// What the Passthru behind the bot was answered.
    pub after_bot_status: Option<u16>,
    /// What became of the dialling.
    pub connect: Option<ConnectReport>,
    /// Sound files: caller, agent, both (left and right).
    pub recordings: Vec<PathBuf>,
    /// Who ended the stream.
    pub ended_by: EndedBy,
    /// How, in words: a close code, or why the carrier broke off.
    pub cause: String,
}

impl CallReport {
    /// Broken rules that are not mere warnings.
    pub fn faults(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().filter(|v| !v.is_warning())
    }

    /// Whether no rule was broken, warnings aside.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.more_violations == 0 && self.faults().next().is_none()
    }

    /// All measured reply latencies, ms.
    pub fn reply_ms(&self) -> impl Iterator<Item = u64> + '_ {
        self.turns.iter().filter_map(|t| t.first_reply_ms)
    }
}

/// Who ended the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The server closed the socket.
    Bot,
    /// The caller hung up.
    Caller,
    /// The carrier cut it, or it never came to be.
    Carrier,
}

/// One thing that the caller said or pressed. Times count from `start`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TurnReport {
    /// The words, `[keys 1024#]`, or `[file name]`.
    pub said: String,
    /// When it began, ms.
    pub began_ms: u64,
    /// The true end of speech: the last sample above −34 dB of the clip's
    /// peak; of keys the last one. ms.
    pub end_of_speech_ms: u64,
    /// From there to the first audible sample of what the agent began to say
    /// after it, ms. `None`: nothing came before the caller's next turn.
    pub first_reply_ms: Option<u64>,
    /// Where the agent was speaking when this began: how long it went on, ms.
    pub cut_ms: Option<u64>,
}

/// One hook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HookReport {
    /// The applet's name in the flow.
    pub applet: String,
    /// HTTP status; 0 for no answer.
    pub status: u16,
    /// Until the whole answer was there, ms.
    pub ms: u64,
}

/// The stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct StreamReport {
    /// Sample rate, Hz.
    pub rate: u32,
    /// From `start` to the end, ms.
    pub length_ms: u64,
    /// From `start` to the first audible sample, ms.
    pub first_audio_ms: Option<u64>,
    /// Agent's audible time, ms.
    pub agent_ms: u64,
    /// Audio messages that we sent.
    pub frames: u64,
    /// Audio messages that came.
    pub chunks: u64,
    /// Clears that came.
    pub clears: u64,
    /// Marks that came.
    pub marks: u64,
}

/// The dialling of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectReport {
    /// Every attempt in order.
    pub attempts: Vec<Attempt>,
    /// Which exit of the applet was taken.
    pub exit: ConnectExit,
    /// Conversation, ms.
    pub talked_ms: u64,
}

/// One person dialled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// Whom.
    pub number: String,
    /// `completed`, `busy` or `no-answer`.
    pub status: &'static str,
}

/// The exits of the Connect applet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectExit {
    /// After the conversation.
    Talked,
    /// Nobody answered.
    NoAnswer,
    /// Nobody was dialled.
    NotDialled,
}

/// What happens during a call, for somebody who watches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// The stream is open.
    Streaming {
        /// Sample rate, Hz.
        rate: u32,
    },
    /// The caller begins to speak or press.
    CallerBegins {
        /// The words or keys.
        said: String,
    },
    /// The stream is over.
    StreamEnded {
        /// By whom.
        by: EndedBy,
    },
    /// A person is dialled.
    Dialling {
        /// Whom.
        number: String,
    },
    /// The call is over.
    HungUp,
}
