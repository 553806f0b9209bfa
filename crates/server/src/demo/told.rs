//! A held conversation on its way into the store: what was said and what
//! happened, with times that fit into the call.

use crate::live::ledger;
use caly_core::call::Fact;
use caly_core::event::{Speaker, Turn};
use caly_core::id::AgentId;
use caly_core::outcome::{CallFacts, ChannelKind, EndedBy};
use caly_core::time::At;
use caly_store::{Batch, StoreError};

/// A moment between the answer and the first word.
const FIRST_MS: i64 = 400;

/// One thing after the other.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Beat {
    /// Somebody said this.
    Turn(Speaker, String),
    /// This happened; it takes no time.
    Fact(Fact),
    /// Nobody spoke for so long, ms.
    Pause(i64),
    /// The caller waited for a person for so long, ms.
    Wait(i64),
}

/// What became of a conversation.
#[derive(Debug)]
pub(super) struct Told {
    /// In order.
    pub beats: Vec<Beat>,
    /// What the outcome follows from; its times come with [`Told::timed`].
    pub facts: CallFacts,
    /// The message for a person, with the caller's name.
    pub message: Option<(Option<String>, String)>,
    /// The caller's rating.
    pub rating: Option<u8>,
    /// The agent that answered.
    pub entry: AgentId,
    /// The agent that spoke last.
    pub agent: AgentId,
}

impl Told {
    /// Of a call that this agent answers; unless it says otherwise the caller hangs up.
    pub(super) fn new(entry: AgentId) -> Self {
        let mut facts = CallFacts::new(ChannelKind::Rehearsal, EndedBy::Caller, At(0));
        facts.is_demo = true;
        Self { beats: Vec::new(), facts, message: None, rating: None, entry, agent: entry }
    }

    /// Something happened.
    pub(super) fn fact(&mut self, fact: Fact) {
        self.beats.push(Beat::Fact(fact));
    }

    /// Every fact with its time. The call begins at `begins` and would like to
    /// last `wanted` ms: people speak faster or think longer, within reason.
    /// The call's own facts get their times with it.
    pub(super) fn timed(&mut self, begins: At, wanted: i64) -> Vec<(At, Fact)> {
        let natural: i64 = self.beats.iter().map(Beat::ms).sum();
        // In thousandths: a little faster, or up to twice as slow.
        let pace = (wanted * 1_000 / natural.max(1)).clamp(850, 2_000);
        let mut at = begins.plus(FIRST_MS);
        let mut facts = vec![(begins, Fact::Answered)];
        for beat in &self.beats {
            match beat {
                Beat::Turn(speaker, text) => {
                    facts.push((at, Fact::Turn { speaker: *speaker, text: text.clone(), at }));
                }
                Beat::Fact(fact) => facts.push((at, fact.clone())),
                Beat::Wait(ms) => self.facts.waiting_ms += ms * pace / 1_000,
                Beat::Pause(_) => {}
            }
            at = at.plus(beat.ms() * pace / 1_000);
        }
        self.facts.started_at = Some(begins);
        self.facts.first_audio = Some(begins.plus(FIRST_MS));
        self.facts.last_audio = Some(at);
        self.facts.ended_at = at;
        facts.push((at, Fact::Ended { facts: self.facts, agent: self.agent, rating: self.rating }));
        facts
    }
}

impl Beat {
    /// How long it takes at an ordinary pace: to think, and to say it.
    fn ms(&self) -> i64 {
        let length = |text: &str| i64::try_from(text.chars().count()).unwrap_or_default();
        match self {
            Self::Turn(Speaker::Caller, text) => 1_600 + 75 * length(text),
            Self::Turn(_, text) => 500 + 62 * length(text),
            Self::Fact(Fact::Keys { count }) => 1_500 + 450 * i64::try_from(*count).unwrap_or_default(),
            Self::Fact(_) => 0,
            Self::Pause(ms) | Self::Wait(ms) => *ms,
        }
    }
}

/// The rows, exactly as a live call's ledger makes them.
pub(super) fn batch(entry: AgentId, facts: &[(At, Fact)]) -> Result<Batch, StoreError> {
    let (mut batch, mut agent) = (Batch::default(), entry);
    for (seq, (at, fact)) in (1_i64..).zip(facts) {
        match fact {
            Fact::AgentSwitched { agent: next } => agent = *next,
            Fact::Turn { speaker, text, at } => {
                let seq = i64::try_from(batch.turns.len()).unwrap_or_default() + 1;
                batch.turns.push(Turn { seq, speaker: *speaker, text: text.clone(), at: *at });
            }
            _ => {}
        }
        batch.facts.push(ledger::row(seq, *at, agent, fact)?);
    }
    Ok(batch)
}
