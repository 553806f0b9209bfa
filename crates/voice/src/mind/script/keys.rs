//! Ears that are lost in the middle of a call: the conversation goes on where
//! it stood, by keys. What cannot be keyed goes to a person.

use super::ScriptedMind;
use super::state::{Step, Want};
use crate::mind::prompts;
use caly_core::mind::Expect;
use caly_core::outcome::EscalationReason;

impl ScriptedMind {
    /// Speech cannot be recognised any more.
    pub(super) fn lost_ears(&mut self) {
        self.state.ears = false;
        self.state.misses = 0;
        let step = self.state.step.clone();
        if !matches!(step, Step::Before | Step::Done | Step::Waiting(_) | Step::Message { .. }) {
            self.state.fixed(prompts::EARS_LOST);
        }
        match step {
            // A tool is at work: what it answers is asked about by keys.
            Step::Before | Step::Done | Step::Waiting(_) => {}
            Step::Open => self.ask_menu(),
            Step::Helped | Step::OfferPerson | Step::Rating => self.by_key(),
            // Words cannot be taken; what is known of the wish is passed on.
            Step::Message { .. } => self.pass_on(None),
            Step::Ask(want) => self.ask_by_key(want),
        }
    }

    fn ask_by_key(&mut self, want: Want) {
        match want {
            Want::Reason => self.ask_reason(),
            Want::Doctor => self.ask_doctor(),
            Want::Day | Want::OldDay => self.ask_day(want),
            Want::Time | Want::OldTime => self.ask_time(want),
            Want::Patient | Want::OldName => self.ask_name(want),
            Want::BookedFor => self.ask_booked_for(),
            _ => match self.state.expect {
                Expect::YesNo | Expect::Digits { .. } | Expect::Choice(_) => self.by_key(),
                _ => self.escalate(EscalationReason::Degraded),
            },
        }
    }

    /// The question that stands once more, and how keys answer it.
    fn by_key(&mut self) {
        self.state.repeat();
        match self.state.expect {
            Expect::YesNo => self.state.fixed(prompts::KEYS_YES_NO),
            Expect::Digits { .. } => self.state.fixed(prompts::KEYS_HASH),
            _ => {}
        }
    }
}
