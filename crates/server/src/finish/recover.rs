//! A call whose socket or node died is ended from the facts it had stored.

use caly_core::call::Fact;
use caly_core::outcome::{CallFacts, ChannelKind, EndedBy, Helped};
use caly_core::time::At;
use caly_store::{Call, StoredFact};

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
