//! A call whose socket or node died is ended from the facts it had stored.

use crate::live::ledger;
use caly_core::call::Fact;
use caly_core::outcome::{CallFacts, ChannelKind, EndedBy, Helped};
use caly_core::time::At;
use caly_store::{Call, StoredFact, TaskKind};

/// What the stored facts amount to, and the rating among them.
#[must_use]
pub fn facts(call: &Call, kind: ChannelKind, is_demo: bool, stored: &[StoredFact], now: At) -> (CallFacts, Option<u8>) {
    let mut facts = CallFacts::new(kind, EndedBy::Sweeper, now);
    facts.is_demo = is_demo;
    facts.started_at = call.answered_at;
    facts.failed = call.answered_at.is_none();
    facts.asked_for_person = call.escalation_reason;
    let mut rating = None;
    for row in stored {
        // Facts that this version does not know say nothing about the outcome.
        let Ok(fact) = serde_json::from_value::<Fact>(row.data.clone()) else { continue };
        if let Fact::Ended { facts: own, rating, .. } = fact {
            // The call lived to its end and summed itself up.
            return (own, rating);
        }
        apply(&mut facts, &mut rating, &fact, row.at);
    }
    // It ended when it was last heard of, not when it was found.
    facts.ended_at = facts.last_audio.or(call.answered_at).unwrap_or(now);
    (facts, rating)
}

/// What is left for a person to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Left {
    /// Message or callback.
    pub kind: TaskKind,
    /// The caller's name, where he gave one.
    pub name: Option<String>,
    /// What it is about.
    pub text: String,
    /// The text is the caller's own message.
    pub message: bool,
}

/// What the stored facts leave for a person, whatever was made of it.
#[must_use]
pub fn left(call: &Call, stored: &[StoredFact]) -> Left {
    let why = call.escalation_reason.map_or("The caller wanted a person.", ledger::words);
    let mut left = Left { kind: TaskKind::Message, name: None, text: why.to_owned(), message: false };
    for row in stored {
        match serde_json::from_value::<Fact>(row.data.clone()) {
            Ok(Fact::Escalated { reason, seeks }) if !left.message => {
                left.text = ledger::words(reason).to_owned();
                left.kind = if seeks { TaskKind::Callback } else { TaskKind::Message };
            }
            Ok(Fact::Unreached { callback }) if !callback => left.kind = TaskKind::Message,
            Ok(Fact::Message { name, text }) => {
                left = Left { kind: TaskKind::Message, name: name.or(left.name), text, message: true };
            }
            _ => {}
        }
    }
    left
}

fn apply(facts: &mut CallFacts, rating: &mut Option<u8>, fact: &Fact, at: At) {
    match fact {
        Fact::Turn { at: began, .. } => {
            facts.first_audio.get_or_insert(*began);
            facts.last_audio = Some(at.max(*began));
        }
        Fact::AnswerPlayed => facts.answer_played = true,
        Fact::Confirmed => facts.slots_confirmed = true,
        Fact::Helped { yes } => facts.helped = Some(if *yes { Helped::Yes } else { Helped::No }),
        Fact::Rated { stars } => *rating = Some(*stars),
        Fact::Escalated { reason, seeks } => {
            facts.asked_for_person = Some(*reason);
            facts.task_made |= !seeks;
        }
        Fact::Message { .. } | Fact::Unreached { .. } => facts.task_made = true,
        Fact::Answered
        | Fact::Redacted { .. }
        | Fact::Keys { .. }
        | Fact::Interrupted
        | Fact::AgentSwitched { .. }
        | Fact::ToolUsed { .. }
        | Fact::EarsLost
        | Fact::Queued { .. }
        | Fact::PersonFound { .. }
        | Fact::Ended { .. } => {}
    }
}
