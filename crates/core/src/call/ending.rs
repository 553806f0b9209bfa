//! How a call ends: by us after the goodbye was heard, or by whoever else.

use super::{Call, Command, Fact, Phase};
use crate::outcome::EndedBy;
use crate::time::At;

impl Call {
    /// Say what is queued, then close.
    pub(super) fn leave(&mut self, now: At) {
        if self.phase != Phase::Talking {
            return;
        }
        self.phase = Phase::Leaving;
        self.thought = None;
        self.quiet_since = None;
        self.go_on(now);
        if !self.speaking.busy() {
            self.close(now);
        }
    }

    pub(super) fn close(&mut self, now: At) {
        self.command(Command::Close);
        self.end(EndedBy::Agent, now);
    }

    /// The one end; nothing comes after it.
    pub(super) fn end(&mut self, by: EndedBy, now: At) {
        if self.phase == Phase::Over {
            return;
        }
        if self.facts.started_at.is_some() && by != EndedBy::Agent {
            self.listen_to_the_end(now);
            // The caller, or the line, was faster than the handing over.
            if std::mem::take(&mut self.facts.to_person) {
                self.unreached(false);
            }
        }
        self.seeking_ends(now);
        self.phase = Phase::Over;
        self.facts.ended_at = now;
        self.facts.ended_by = by;
        self.facts.failed = self.facts.started_at.is_none();
        self.facts.hung_up_after_reply = by == EndedBy::Caller
            && self.facts.answer_played
            && !self.asked_since_answer
            && self.facts.helped.is_none();
        self.fact(Fact::Ended { facts: self.facts, agent: self.agent, rating: self.rating });
    }

    /// What was audible when the line went away was heard that far.
    fn listen_to_the_end(&mut self, now: At) {
        self.speaking_cut_by_hang_up(now);
    }
}
