//! What the call and a mind say to each other. The call decides; a mind only
//! understands and answers. A scripted mind is a value, a language model is a
//! connection: both speak these words, and neither touches a socket, the
//! clock or the store.

use crate::id::AgentId;
use crate::outcome::EscalationReason;
use crate::tool::{ToolCall, ToolResult};
use serde::{Deserialize, Serialize};

/// What a mind is told.
#[derive(Debug, Clone, PartialEq)]
pub enum MindIn {
    /// The call stands; greet the caller. Said once, first.
    Begin {
        /// The caller's number in E.164, when the carrier gave one.
        caller: Option<String>,
        /// Whether speech can be recognised; without it the mind speaks in
        /// keypad menus.
        ears: bool,
    },
    /// The caller's turn is committed.
    Heard(Heard),
    /// A tool answered, failed or timed out.
    Tool(ToolResult),
    /// The caller said nothing where something was expected; counts from 1.
    Silence(u32),
    /// A speech was played to its end.
    Spoken {
        /// The speech's id as given in [`Speech::id`].
        id: u32,
    },
    /// The caller cut a speech; `heard` is the part that was really played.
    Interrupted {
        /// The speech's id.
        id: u32,
        /// Text up to the last played word.
        heard: String,
    },
}

/// A committed turn of the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// What the recogniser understood; empty when keys were pressed.
    pub text: String,
    /// Keys pressed in this turn, `0-9*#`; empty when words were spoken.
    pub keys: String,
}

/// What a mind wants.
#[derive(Debug, Clone, PartialEq)]
pub enum MindOut {
    /// Say this. Several in one answer are played in order.
    Say(Speech),
    /// What a complete answer looks like now.
    Expect(Expect),
    /// Call a tool; the answer comes back as [`MindIn::Tool`].
    Tool(ToolCall),
    /// Another agent goes on with the same caller; the owner stays.
    Switch(AgentId),
    /// The caller confirmed slots that were read back (a resolving fact).
    Confirmed,
    /// The answer to "did that help?".
    Helped(bool),
    /// The caller's rating, 0-5, by keypad.
    Rated(u8),
    /// A person is needed.
    Escalate(EscalationReason),
    /// A message for a person: makes a task.
    Message {
        /// The caller's name where he gave one.
        name: Option<String>,
        /// The message in the caller's words, redacted by the call.
        text: String,
    },
    /// The conversation is over: play what is queued, then hang up.
    End,
}

/// One thing to be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speech {
    /// Unique within the call, counted by the mind from 1.
    pub id: u32,
    /// The words.
    pub text: String,
    /// Key of a prompt that is shipped as audio (for installations without a
    /// synthesiser), where the text is fixed.
    pub prompt: Option<String>,
    /// A tool's answer: played in full it is a resolving fact.
    pub resolving: bool,
    /// Whether the caller's voice may cut it (goodbyes and legal notices: no).
    pub interruptible: bool,
}

/// What the mind expects next: it biases the recogniser and decides how long
/// the end of the turn is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Expect {
    /// Anything.
    #[default]
    Anything,
    /// Yes or no (keys 1 and 2).
    YesNo,
    /// Between `min` and `max` digits, spoken or keyed, `#` ends early.
    Digits {
        /// Fewest digits of a complete answer.
        min: u8,
        /// Most digits of a complete answer.
        max: u8,
    },
    /// A date or a day of the week.
    Date,
    /// A time of day.
    Time,
    /// A person's name.
    Name,
    /// A choice among numbered options (keys 1-n).
    Choice(u8),
    /// The rating, one key 0-5, asked once, 6 s.
    Rating,
    /// A message in free words.
    Message,
    /// Nothing: the caller is told something and the call ends.
    Nothing,
}

/// A mind: one value per call. Pure in the scripted case.
pub trait Mind: Send {
    /// Takes one input.
    fn handle(&mut self, input: MindIn, now: crate::time::At);
    /// The next thing it wants, until `None`.
    fn poll(&mut self) -> Option<MindOut>;
}
