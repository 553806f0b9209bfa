//! What goes into a call and what comes out of it. Commands are for the
//! socket, facts are for storage and boards: neither sees the other's.

use super::person::Found;
use crate::event::Speaker;
use crate::id::{AgentId, MemberId};
use crate::mind::{MindIn, MindOut, Speech};
use crate::outcome::{CallFacts, EndedBy, EscalationReason};
use crate::time::At;
use crate::tool::{ToolCall, ToolResult};
use crate::turn::VoiceBit;
use serde::{Deserialize, Serialize};

/// One thing that happened to a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The carrier's `start` was accepted.
    Started,
    /// 16 ms of the caller's audio.
    Voice(VoiceBit),
    /// A recogniser's result for a range that was asked for.
    Recognised {
        /// As asked in [`Command::Recognise`].
        range: u32,
        /// The words; empty for none.
        text: String,
    },
    /// The recogniser has no words for a range: it is full, or it failed.
    NoWords {
        /// As asked in [`Command::Recognise`].
        range: u32,
    },
    /// The recogniser is gone.
    EarsLost,
    /// A key of the telephone.
    Key(char),
    /// A speech begins to play and will last so long.
    Playing {
        /// The speech.
        id: u32,
        /// When its first sample is heard: now, or a moment later when
        /// something before it still plays.
        from: At,
        /// Its whole length, ms.
        ms: i64,
    },
    /// Everything of a speech was played: the carrier's mark, or the pacer's
    /// clock where marks do not come back.
    Played {
        /// The speech.
        id: u32,
    },
    /// A speech cannot be made into sound.
    Unspeakable {
        /// The speech.
        id: u32,
    },
    /// One of the things that the mind wants.
    Mind(MindOut),
    /// The mind has said all it wants for now.
    MindRests,
    /// A tool answered.
    Tool(ToolResult),
    /// What came of looking for a person; again whenever it changes.
    Found(Found),
    /// The socket is gone.
    Gone(EndedBy),
    /// Nothing but time passed.
    Tick,
}

/// What a call wants.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// For the socket.
    Command(Command),
    /// For storage and boards.
    Fact(Fact),
}

/// For the socket to do, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Recognise a range of the caller's audio.
    Recognise {
        /// Counts up; the answer names it.
        range: u32,
        /// From, ms in the caller's audio.
        from_ms: i64,
        /// To, ms in the caller's audio.
        to_ms: i64,
    },
    /// A range is not wanted any more.
    ForgetRange {
        /// Which.
        range: u32,
    },
    /// Hand this to the mind, then feed back what it wants and
    /// [`Input::MindRests`].
    Think(MindIn),
    /// Do this for the caller; answer with [`Input::Tool`].
    RunTool(ToolCall),
    /// Make it into sound and play it after what is queued.
    Speak(Speech),
    /// Stop playing and clear the carrier's queue; keep the rest.
    Pause,
    /// Go on from the last played sample.
    GoOn,
    /// Forget everything that has not been played.
    Drop,
    /// Look for a person, until one is claimed or [`Command::StopSeeking`];
    /// answer with [`Input::Found`].
    Seek,
    /// Nobody is wanted on the line any more.
    StopSeeking,
    /// Close the socket: the flow goes on without us.
    Close,
}

/// What happened, for storage, transcript and boards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// The caller hears us.
    Answered,
    /// A turn of the transcript, redacted.
    Turn {
        /// Who.
        speaker: Speaker,
        /// What: for the agent, the part that was really played.
        text: String,
        /// When it began.
        at: At,
    },
    /// A card number that was said over several turns: what stood for an
    /// earlier turn of the caller is replaced.
    Redacted {
        /// The caller's how many-th turn, from 0.
        turn: usize,
        /// Its text from now on.
        text: String,
    },
    /// Keys were pressed; which ones is nobody's business.
    Keys {
        /// How many.
        count: usize,
    },
    /// The caller cut the agent off.
    Interrupted,
    /// Another agent goes on.
    AgentSwitched {
        /// Who.
        agent: AgentId,
    },
    /// A tool was used.
    ToolUsed {
        /// Its name.
        tool: String,
        /// Whether it changes anything.
        writes: bool,
    },
    /// A tool's answer was played in full.
    AnswerPlayed,
    /// Slots were read back and confirmed.
    Confirmed,
    /// "Did that help?"
    Helped {
        /// Yes or no.
        yes: bool,
    },
    /// The caller's rating.
    Rated {
        /// 0-5.
        stars: u8,
    },
    /// A person is needed.
    Escalated {
        /// Why.
        reason: EscalationReason,
        /// One is looked for while the caller waits; else a task is made.
        #[serde(default)]
        seeks: bool,
    },
    /// Everybody is with a caller: this one waits.
    Queued {
        /// Callers ahead.
        ahead: i64,
    },
    /// A person is claimed and will be dialled.
    PersonFound {
        /// Who.
        member: MemberId,
    },
    /// Nobody took the caller: a task is made of it.
    Unreached {
        /// He chose to be called back.
        callback: bool,
    },
    /// A message for a person; the text is redacted.
    Message {
        /// The caller's name, where he gave one.
        name: Option<String>,
        /// What he wants.
        text: String,
    },
    /// Recognition is gone; the call goes on by keypad.
    EarsLost,
    /// It is over.
    Ended {
        /// Everything that the outcome follows from.
        facts: CallFacts,
        /// The last agent that spoke.
        agent: AgentId,
        /// The caller's rating.
        rating: Option<u8>,
    },
}
