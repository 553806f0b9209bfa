//! One call's facts in, one verdict out.
//!
//! Facts are what happened, never what a model said of it. Where two facts
//! speak, the one that a person still has to act on wins: a person's
//! disposition, then a person who talked, then an open task, then what the
//! agent did.

use super::{ChannelKind, EndedBy, EscalationReason, Outcome};
use crate::member::words;
use crate::time::{At, SECOND};
use serde::{Deserialize, Serialize};

words! {
    /// What the caller answered to "did that help?".
    Helped {
        /// Yes, or key 1.
        Yes = "yes",
        /// No, or key 2.
        No = "no",
    }
}

/// A caller who leaves within this of `start` was never served; ms.
pub const EARLY_ABANDON_MS: i64 = 10 * SECOND;

/// What happened in a call; every field is a fact that was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallFacts {
    /// The channel's kind.
    pub channel: ChannelKind,
    /// The client is a demo: its rehearsals count.
    pub is_demo: bool,
    /// The stream's `start`; none when no stream ever began.
    pub started_at: Option<At>,
    /// When the call ended.
    pub ended_at: At,
    /// First audio of the conversation.
    pub first_audio: Option<At>,
    /// Last audio of the conversation.
    pub last_audio: Option<At>,
    /// Time on the stream in which the caller waited for a person, ms.
    pub waiting_ms: i64,
    /// Time behind the stream in which phones rang, ms.
    #[serde(default)]
    pub rang_ms: i64,
    /// The agent's part ended for a person to be dialled.
    #[serde(default)]
    pub to_person: bool,
    /// A person's talk, by the carrier or by the browser, ms.
    pub human_talk_ms: i64,
    /// A person talked with the caller.
    pub person_talked: bool,
    /// The rescuer's word: resolved or not; none while open.
    pub disposition: Option<bool>,
    /// A person was asked for, by the caller or by the agent's rule, and why.
    pub asked_for_person: Option<EscalationReason>,
    /// A tool's answer was given and its reply played in full.
    pub answer_played: bool,
    /// Collected slots were read back and confirmed.
    pub slots_confirmed: bool,
    /// What the caller said to "did that help?".
    pub helped: Option<Helped>,
    /// The caller hung up when the last reply had been played in full.
    pub hung_up_after_reply: bool,
    /// A task for a person exists.
    pub task_made: bool,
    /// Who ended the call.
    pub ended_by: EndedBy,
    /// The carrier or a provider failed.
    pub failed: bool,
}

impl CallFacts {
    /// A call of which nothing is known but when and by whom it ended.
    #[must_use]
    pub fn new(channel: ChannelKind, ended_by: EndedBy, ended_at: At) -> Self {
        Self {
            channel,
            is_demo: false,
            started_at: None,
            ended_at,
            first_audio: None,
            last_audio: None,
            waiting_ms: 0,
            rang_ms: 0,
            to_person: false,
            human_talk_ms: 0,
            person_talked: false,
            disposition: None,
            asked_for_person: None,
            answer_played: false,
            slots_confirmed: false,
            helped: None,
            hung_up_after_reply: false,
            task_made: false,
            ended_by,
            failed: false,
        }
    }

    /// A fact that can carry `resolved_by_agent`; words alone never do.
    #[must_use]
    pub fn has_resolving_fact(&self) -> bool {
        self.answer_played || self.slots_confirmed
    }

    /// The call's time, split: whose it was.
    #[must_use]
    pub fn handling(&self) -> Handling {
        let span = match (self.first_audio, self.last_audio) {
            (Some(first), Some(last)) => last.since(first),
            _ => 0,
        };
        let waiting_ms = self.waiting_ms.max(0);
        let agent_ms = (span - waiting_ms).max(0);
        let member_ms = self.human_talk_ms.max(0);
        let waiting_ms = waiting_ms + self.rang_ms.max(0);
        Handling { agent_ms, member_ms, waiting_ms, handling_ms: agent_ms + member_ms }
    }

    /// Time from the stream's start to the end; none without a stream.
    fn lasted_ms(&self) -> i64 {
        self.started_at.map_or(0, |start| self.ended_at.since(start))
    }
}

/// Where a call's time went, ms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handling {
    /// First to last audio of the conversation, waiting excluded.
    pub agent_ms: i64,
    /// The human leg.
    pub member_ms: i64,
    /// Waiting for a person.
    pub waiting_ms: i64,
    /// `agent_ms` + `member_ms`.
    pub handling_ms: i64,
}

/// What a call was worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The outcome; none on an echo channel.
    pub outcome: Option<Outcome>,
    /// The outcome says success or not.
    pub known: bool,
    /// Resolved, by whomever.
    pub success: bool,
    /// Same as `success`.
    pub resolved: bool,
    /// A person was asked for, whoever resolved it.
    pub escalated: bool,
    /// The caller hung up after the full reply and said nothing.
    pub implied: bool,
    /// It moves the sums.
    pub counted: bool,
}

/// The one outcome of a call that ended with these facts.
#[must_use]
pub fn decide(facts: &CallFacts) -> Verdict {
    if facts.channel == ChannelKind::Echo {
        return Verdict {
            outcome: None,
            known: false,
            success: false,
            resolved: false,
            escalated: false,
            implied: false,
            counted: false,
        };
    }
    let (outcome, implied) = outcome(facts);
    let early = outcome == Outcome::Abandoned && facts.lasted_ms() <= EARLY_ABANDON_MS;
    let success = is_success(outcome);
    Verdict {
        outcome: Some(outcome),
        known: is_known(outcome) && !early,
        success,
        resolved: success,
        escalated: facts.asked_for_person.is_some(),
        implied,
        counted: channel_counts(facts) && outcome != Outcome::Failed && !early,
    }
}

/// A `message_taken` whose task was done (`resolved` as the person said) or
/// came due (`resolved` = false). Any other verdict stays as it is: each call
/// moves once.
#[must_use]
pub fn after_task(verdict: &Verdict, resolved: bool) -> Verdict {
    moved(verdict, Outcome::MessageTaken, resolved)
}

/// A `handed_over` whose rescuer said how it ended. Any other verdict stays.
#[must_use]
pub fn after_disposition(verdict: &Verdict, resolved: bool) -> Verdict {
    moved(verdict, Outcome::HandedOver, resolved)
}

fn moved(verdict: &Verdict, from: Outcome, resolved: bool) -> Verdict {
    if verdict.outcome != Some(from) {
        return *verdict;
    }
    let outcome = by_person(resolved);
    Verdict { outcome: Some(outcome), known: true, success: resolved, resolved, ..*verdict }
}

/// The outcome, and whether the caller's silence stands for his yes.
fn outcome(facts: &CallFacts) -> (Outcome, bool) {
    if let Some(resolved) = facts.disposition {
        return (by_person(resolved), false);
    }
    if facts.person_talked || facts.human_talk_ms > 0 {
        return (Outcome::HandedOver, false);
    }
    if facts.task_made {
        return (Outcome::MessageTaken, false);
    }
    match facts.helped {
        Some(Helped::Yes) if facts.has_resolving_fact() => (Outcome::ResolvedByAgent, false),
        Some(Helped::No) => (Outcome::Unresolved, false),
        _ if is_implied(facts) => (Outcome::ResolvedByAgent, true),
        _ => (without_help(facts), false),
    }
}

/// A request for a person takes the silence's meaning away.
fn is_implied(facts: &CallFacts) -> bool {
    facts.has_resolving_fact()
        && facts.helped.is_none()
        && facts.asked_for_person.is_none()
        && facts.ended_by == EndedBy::Caller
        && facts.hung_up_after_reply
}

/// Nobody resolved it and nobody has it on a list.
fn without_help(facts: &CallFacts) -> Outcome {
    if facts.failed || matches!(facts.ended_by, EndedBy::Carrier | EndedBy::Sweeper) {
        return Outcome::Failed;
    }
    let served = facts.has_resolving_fact() || facts.asked_for_person.is_some();
    if facts.ended_by == EndedBy::Caller && !served { Outcome::Abandoned } else { Outcome::Unresolved }
}

fn by_person(resolved: bool) -> Outcome {
    if resolved { Outcome::ResolvedByMember } else { Outcome::Unresolved }
}

/// What a corrected outcome says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corrected {
    /// It says success or not.
    pub known: bool,
    /// It is a success.
    pub success: bool,
}

/// What a supervisor may say that a call was worth. `None`: the others stand
/// for something that happened (a task, a talk, a failure) and cannot be said.
#[must_use]
pub fn corrected(to: Outcome) -> Option<Corrected> {
    is_known(to).then(|| Corrected { known: true, success: is_success(to) })
}

fn is_success(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::ResolvedByAgent | Outcome::ResolvedByMember)
}

fn is_known(outcome: Outcome) -> bool {
    is_success(outcome) || matches!(outcome, Outcome::Unresolved | Outcome::Abandoned)
}

fn channel_counts(facts: &CallFacts) -> bool {
    match facts.channel {
        ChannelKind::Phone | ChannelKind::Browser => true,
        ChannelKind::Rehearsal => facts.is_demo,
        ChannelKind::Echo => false,
    }
}
