//! A person is looked for while the caller waits on the line: the place in the
//! queue is told, something plays, a call back is offered, and nobody waits
//! longer than two minutes.
//!
//! What the mind wants meanwhile ("I will ask a person to call you back …") is
//! kept and is said when nobody comes.

use super::{Call, Command, Fact, Phase};
use crate::id::MemberId;
use crate::mind::{Expect, MindOut, Speech};
use crate::outcome::EscalationReason;
use crate::rescue::QUEUE_MS;
use crate::time::{At, SECOND};
use std::collections::VecDeque;

/// A store that needs longer to say whether anybody is there is not waited for.
const ASK_MS: i64 = 3 * SECOND;
/// The place in the queue and the offer are said again after this.
const TELL_MS: i64 = 30 * SECOND;
/// Behind the carrier's cap a line cannot wait: it is left this long before.
const CAP_MS: i64 = 80 * SECOND;

/// Words with their prompt's key.
type Said = (String, String);

/// What is said to a caller who waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueWords {
    /// With nobody ahead, one ahead, and so on; the last for any more.
    pub ahead: Vec<Said>,
    /// That a key brings a call back.
    pub offer: Said,
    /// Key of the sound that plays between; it has no words.
    pub hold: String,
    /// A person is there.
    pub connecting: Said,
    /// Nobody became free in time.
    pub nobody: Said,
    /// The caller chose to be called back.
    pub callback: Said,
}

/// What came of looking for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// He is claimed: the line can be handed over.
    Person(MemberId),
    /// Everybody is with a caller; so many wait before this one.
    Queue {
        /// Callers ahead.
        ahead: i64,
    },
    /// Nobody is there.
    Nobody,
}

/// The looking.
#[derive(Debug)]
pub(super) struct Seeking {
    since: At,
    /// Callers ahead, once the store has said so.
    ahead: Option<i64>,
    /// What was told last, and when.
    told: Option<(i64, At)>,
    /// Whether the offer follows what was told.
    offer: bool,
    /// What the mind wanted meanwhile.
    kept: Vec<MindOut>,
    /// A person is claimed: the line is handed over.
    found: bool,
}

impl Call {
    /// Whether the caller waits for a person.
    pub(super) fn waits_for_person(&self) -> bool {
        self.seeking.as_ref().is_some_and(|s| !s.found)
    }

    /// A person is needed: looked for where people can be dialled, else a task
    /// for later is made of it.
    pub(super) fn escalate(&mut self, reason: EscalationReason, now: At) {
        if self.facts.asked_for_person.is_some() {
            return;
        }
        self.facts.asked_for_person = Some(reason);
        let seeks = self.setup.queue.is_some() && self.phase == Phase::Talking;
        self.fact(Fact::Escalated { reason, seeks });
        if !seeks {
            self.facts.task_made = true;
            return;
        }
        self.thought = None;
        self.seeking =
            Some(Seeking { since: now, ahead: None, told: None, offer: false, kept: Vec::new(), found: false });
        self.command(Command::Seek);
    }

    /// Keeps what the mind wants while a person is looked for.
    pub(super) fn keep_for_later(&mut self, wish: MindOut) -> Option<MindOut> {
        match &mut self.seeking {
            Some(seeking) if !seeking.found => {
                seeking.kept.push(wish);
                None
            }
            _ => Some(wish),
        }
    }

    /// The store says what came of looking.
    pub(super) fn found(&mut self, found: Found, now: At) {
        if !self.waits_for_person() || self.phase != Phase::Talking {
            return;
        }
        match found {
            Found::Nobody => self.nobody_comes(None, now),
            Found::Queue { ahead } => {
                let Some(seeking) = &mut self.seeking else { return };
                if seeking.ahead.replace(ahead).is_none() {
                    self.fact(Fact::Queued { ahead });
                }
                self.hold(now);
            }
            Found::Person(member) => self.hand_over(Some(member), now),
        }
    }

    /// The line goes on to a person: said, then the socket closes and the flow
    /// dials.
    fn hand_over(&mut self, member: Option<MemberId>, now: At) {
        self.stop_waiting(now);
        if let Some(seeking) = &mut self.seeking {
            seeking.found = true;
            seeking.kept.clear();
        }
        if let Some(member) = member {
            self.fact(Fact::PersonFound { member });
        }
        self.facts.to_person = true;
        if let Some(words) = self.queue_words(|q| &q.connecting) {
            self.say_own(words.0, words.1, false, now);
        }
        self.leave(now);
    }

    /// The mouth is lost while a person is wanted: the flow finds one without
    /// us, and nobody sits in silence.
    pub(super) fn hand_over_in_silence(&mut self, now: At) -> bool {
        if !self.waits_for_person() {
            return false;
        }
        self.stop_waiting(now);
        if let Some(seeking) = &mut self.seeking {
            seeking.found = true;
        }
        self.facts.to_person = true;
        self.leave(now);
        true
    }

    /// Nobody comes: what the mind wanted is said now, or that somebody will
    /// call.
    fn nobody_comes(&mut self, say: Option<(String, String)>, now: At) {
        self.stop_waiting(now);
        let Some(seeking) = self.seeking.take() else { return };
        self.unreached(false);
        if let Some((key, text)) = say {
            self.say_own(key, text, true, now);
        }
        let mut kept = VecDeque::from(seeking.kept);
        if !self.listening.ears {
            leave_out_question(&mut kept);
        }
        let nothing = !kept.iter().any(|wish| matches!(wish, MindOut::Say(_) | MindOut::End));
        while let Some(wish) = kept.pop_front() {
            self.wish(wish, now);
        }
        if nothing {
            if let Some((key, text)) = self.setup.time_up.clone() {
                self.say_own(key, text, false, now);
            }
            self.leave(now);
        }
        self.tell_of_lost_ears(now);
    }

    /// A key while waiting: 1 brings a call back, any other is nothing.
    pub(super) fn key_in_queue(&mut self, key: char, now: At) {
        self.fact(Fact::Keys { count: 1 });
        if key != '1' {
            return;
        }
        self.stop_waiting(now);
        self.seeking = None;
        self.unreached(true);
        if let Some(words) = self.queue_words(|q| &q.callback) {
            self.say_own(words.0, words.1, false, now);
        }
        self.leave(now);
    }

    /// The call ends while a person is looked for: somebody calls back.
    pub(super) fn seeking_ends(&mut self, now: At) {
        if self.facts.to_person {
            // Closed by us, the flow dials; else the caller was faster.
            return;
        }
        if self.waits_for_person() {
            self.stop_waiting(now);
            self.seeking = None;
            self.unreached(false);
        }
    }

    /// Nobody took the caller: a task is made of it.
    pub(super) fn unreached(&mut self, callback: bool) {
        if !self.facts.task_made {
            self.facts.task_made = true;
            self.fact(Fact::Unreached { callback });
        }
    }

    /// Time that was waited is no handling time.
    fn stop_waiting(&mut self, now: At) {
        self.command(Command::StopSeeking);
        self.drop_hold(now);
        if let Some(seeking) = self.seeking.as_ref().filter(|s| s.ahead.is_some()) {
            self.facts.waiting_ms += now.since(seeking.since).max(0);
        }
    }

    /// Says, offers and plays, one after the other, as long as it is quiet.
    pub(super) fn hold(&mut self, now: At) {
        let Some(words) = self.setup.queue.clone() else { return };
        if self.speaking.busy() || !self.waits_for_person() {
            return;
        }
        let Some(seeking) = &mut self.seeking else { return };
        let Some(ahead) = seeking.ahead else { return };
        let again = seeking.told.is_none_or(|(told, at)| told != ahead || now.since(at) >= TELL_MS);
        if again {
            seeking.told = Some((ahead, now));
            seeking.offer = true;
            let place = usize::try_from(ahead).unwrap_or(0).min(words.ahead.len().saturating_sub(1));
            if let Some((key, text)) = words.ahead.get(place).cloned() {
                self.say_own(key, text, false, now);
            }
        } else if std::mem::take(&mut seeking.offer) {
            self.say_own(words.offer.0, words.offer.1, false, now);
        } else {
            self.say_own(words.hold, String::new(), false, now);
        }
    }

    /// The longest wait, and a store that says nothing.
    pub(super) fn seeking_time(&mut self, now: At) {
        if self.phase != Phase::Talking || !self.waits_for_person() {
            return;
        }
        if self.seeking_due().is_some_and(|due| now >= due) {
            let waited = self.seeking.as_ref().is_some_and(|s| s.ahead.is_some());
            let say = if waited { self.queue_words(|q| &q.nobody) } else { None };
            self.nobody_comes(say, now);
            return;
        }
        self.hold(now);
    }

    /// When the looking is given up.
    pub(super) fn seeking_due(&self) -> Option<At> {
        let seeking = self.seeking.as_ref().filter(|s| !s.found)?;
        let longest = if seeking.ahead.is_some() { QUEUE_MS } else { ASK_MS };
        let cap = self.facts.started_at.map(|at| at.plus(super::LONGEST_MS + CAP_MS));
        let due = seeking.since.plus(longest);
        Some(cap.map_or(due, |cap| due.min(cap.max(seeking.since.plus(ASK_MS)))))
    }

    fn queue_words(&self, of: impl Fn(&QueueWords) -> &Said) -> Option<Said> {
        self.setup.queue.as_ref().map(|q| of(q).clone())
    }

    /// Whether a speech is the sound that plays while one waits.
    pub(super) fn is_hold(speech: &Speech) -> bool {
        speech.text.is_empty()
    }
}

/// Spoken words cannot be taken any more, so they are not asked for.
fn leave_out_question(kept: &mut VecDeque<MindOut>) {
    let Some(expects) = kept.iter().position(|wish| *wish == MindOut::Expect(Expect::Message)) else { return };
    let before = expects.checked_sub(1).filter(|at| matches!(kept[*at], MindOut::Say(_)));
    if let Some(asks) = before {
        kept.remove(asks);
    }
}
