//! The catalogue: which AI agents there are, what they understand, what they
//! say and what their work is worth. Data in `catalog/`, one file per agent,
//! embedded at build time, read and checked once.
//!
//! An agent is data plus a [`Goal`] per intent: what the intent ends in. A new
//! agent whose intents end in a message, an answer or a person needs a file
//! and no code.

mod catalogue;
mod check;
mod overlay;

pub use catalogue::{Catalogue, CatalogueError};

use crate::id::AgentId;
use crate::member::words;
use crate::sector::Sector;
use serde::{Deserialize, Serialize};

/// One AI agent as its file in `catalog/agents/<sector>/` says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// 1-54, never renumbered.
    pub id: AgentId,
    /// The `agent_type` on the wire, such as `order_status`; unique in its sector.
    pub slug: String,
    /// The name on screens.
    pub name: String,
    /// The only sector that it works in.
    pub sector: Sector,
    /// What it is for, one sentence for people.
    pub purpose: String,
    /// Spoken when it answers a call.
    pub greeting: String,
    /// Spoken when it takes over from another agent in the same call.
    pub takeover: String,
    /// What a good call of this agent takes, in seconds: the baseline of speed.
    pub expected_handling_seconds: u32,
    /// What resolves a call of this agent, for people.
    pub resolves: Vec<String>,
    /// What makes it ask for a person, for people.
    pub escalates: Vec<String>,
    /// What the caller can choose by keypad; key 0 is always a person.
    pub menu: Vec<MenuItem>,
    /// What it understands.
    pub intents: Vec<Intent>,
    /// What it asks for.
    pub slots: Vec<Slot>,
}

impl Agent {
    /// What the speed of its calls is measured against, in ms.
    #[must_use]
    pub fn expected_handling_ms(&self) -> i64 {
        i64::from(self.expected_handling_seconds) * crate::time::SECOND
    }

    /// An intent by its name.
    #[must_use]
    pub fn intent(&self, name: &str) -> Option<&Intent> {
        self.intents.iter().find(|i| i.name == name)
    }

    /// A slot by its name.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|s| s.name == name)
    }
}

/// One line of an agent's keypad menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuItem {
    /// The key, 1-9.
    pub key: u8,
    /// The words: "For a refund, press 2."
    pub say: String,
    /// The agent's slug in the same sector; absent: the agent itself.
    pub agent: Option<String>,
    /// The intent that the key stands for.
    pub intent: String,
}

/// Something a caller can want.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// Unique within the agent.
    pub name: String,
    /// What it ends in.
    pub goal: Goal,
    /// Slots that are collected before the goal, in this order.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Spoken when it is understood; the whole answer for [`Goal::Answer`].
    pub reply: Option<String>,
    /// The reason of a return that the intent itself already says.
    pub reason: Option<String>,
    /// How callers say it: at least eight, varied, lower case, no punctuation.
    pub utterances: Vec<String>,
}

words! {
    /// What an intent ends in.
    Goal {
        /// The reply is the answer.
        Answer = "answer",
        /// A message for a person: slots, free words, a task.
        Message = "message",
        /// By rule a person's matter: slots, free words, a task, escalated.
        Person = "person",
        /// The shop's order is found, the caller verified, its state told.
        TellStatus = "tell_status",
        /// A return is requested in the shop.
        RequestReturn = "request_return",
        /// An appointment is booked.
        Book = "book",
        /// An appointment is moved.
        Move = "move",
        /// An appointment is cancelled.
        Cancel = "cancel",
        /// The clinic's doctors are told.
        ListDoctors = "list_doctors",
        /// A booking is found and told.
        FindBooking = "find_booking",
    }
}

/// Something an agent asks the caller for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Unique within the agent.
    pub name: String,
    /// How the answer is read.
    pub kind: SlotKind,
    /// Fewest digits of a complete answer; only for [`SlotKind::Digits`].
    pub min: Option<u8>,
    /// Most digits of a complete answer; only for [`SlotKind::Digits`].
    pub max: Option<u8>,
    /// What may be chosen, in the words that are said; only for
    /// [`SlotKind::Choice`]. Empty: the flow offers what its tool answered.
    #[serde(default)]
    pub options: Vec<String>,
    /// A day that is over or today ("when did you pay?"); only for
    /// [`SlotKind::Date`], which means today or later otherwise.
    #[serde(default)]
    pub past: bool,
    /// The question.
    pub ask: String,
    /// The question after an answer that was not understood.
    pub again: String,
    /// How it is said back; `{value}` stands for the value as spoken.
    pub read_back: String,
}

words! {
    /// How a slot's answer is read.
    SlotKind {
        /// Digits, spoken or keyed; read back digit by digit.
        Digits = "digits",
        /// A day.
        Date = "date",
        /// A time of day.
        Time = "time",
        /// A person's name.
        Name = "name",
        /// One of options that the agent offers.
        Choice = "choice",
        /// Yes or no.
        YesNo = "yes_no",
        /// Free words.
        Text = "text",
    }
}

/// One sector's settings as its file in `catalog/sectors/` says them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectorEntry {
    /// The sector.
    pub sector: Sector,
    /// The name on screens.
    pub name: String,
    /// Slug of the agent that answers where nothing else is set.
    pub entry_agent: String,
    /// One sentence for people.
    pub about: String,
    /// The settings that its agents need.
    pub fields: Vec<Field>,
    /// Settings that belong here for people but are kept elsewhere.
    #[serde(default)]
    pub linked: Vec<LinkedGroup>,
}

/// A group of settings that is entered and kept in another place, such as a
/// carrier's credentials on the channel; screens show where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkedGroup {
    /// Unique among the sector's groups.
    pub key: String,
    /// The label on screens.
    pub label: String,
    /// Where the settings are kept.
    pub kept: Kept,
    /// What to do there, for people.
    pub help: String,
}

words! {
    /// Where a linked group of settings is kept.
    Kept {
        /// On each of the client's channels.
        Channel = "channel",
    }
}

/// One setting of a sector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The key in storage and API.
    pub key: String,
    /// The label on screens.
    pub label: String,
    /// The widget; a password is sealed and never shown again.
    pub kind: FieldKind,
    /// Whether the sector's tools need it.
    pub required: bool,
    /// What may be chosen; only for a select.
    #[serde(default)]
    pub options: Vec<String>,
    /// An example.
    pub placeholder: Option<String>,
    /// A regular expression that the value must match.
    pub pattern: Option<String>,
    /// Fields of one group belong to one far side: a new address voids the
    /// group's stored secrets.
    pub url_group: Option<String>,
    /// Where to find the value, for people.
    pub help: String,
}

words! {
    /// How a setting is entered.
    FieldKind {
        /// Plain text.
        Text = "text",
        /// A secret.
        Password = "password",
        /// One of the options.
        Select = "select",
        /// On or off.
        Checkbox = "checkbox",
    }
}
