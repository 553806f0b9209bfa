//! Which answer belongs to which question.

use super::ScriptedMind;
use super::state::{Wait, Want};
use crate::mind::prompts;
use crate::mind::slots;
use crate::mind::words::plain;
use caly_core::agent::Goal;
use caly_core::mind::Expect;
use caly_core::outcome::EscalationReason;
use caly_core::time::Day;
use caly_core::tool::ToolResult;

impl ScriptedMind {
    /// A spoken answer to a flow's question.
    pub(super) fn answered(&mut self, want: &Want, text: &str, words: &[String]) {
        match want {
            Want::Need(name) => self.need_answered(name, text, words),
            Want::NeedRight(name) => self.need_right(name, text, words),
            Want::NeedsRight => self.needs_right(text, words),
            Want::Order | Want::Last4 | Want::Item | Want::Reason | Want::ReturnRight => {
                self.shop_answered(want, text, words);
            }
            _ => self.clinic_answered(want, text, words),
        }
    }

    /// Keys as an answer to a flow's question.
    pub(super) fn answered_by_key(&mut self, want: &Want, keys: &str, first: u32) {
        match (self.state.expect.clone(), want) {
            (Expect::Date | Expect::Time, Want::Need(name)) => self.need_by_key(name, first),
            (expect, _) => self.answered_by_flow_key(&expect, want, keys, first),
        }
    }

    fn answered_by_flow_key(&mut self, expect: &Expect, want: &Want, keys: &str, first: u32) {
        match expect {
            Expect::YesNo => match first {
                1 => self.answered(want, "yes", &plain("yes")),
                2 => self.answered(want, "no", &plain("no")),
                _ => self.missed(Self::wrong_key),
            },
            Expect::Date => match self.day_by_key(first) {
                Some(day) => self.day_given(want, day),
                None => self.missed(Self::wrong_key),
            },
            Expect::Time => match first {
                1..=3 => self.time_given(want, [0, 12 * 60, 16 * 60][first as usize - 1]),
                _ => self.missed(Self::wrong_key),
            },
            _ if *want == Want::Reason => match first {
                1..=3 => self
                    .reason_given(["Damaged or wrong item", "It does not fit", "Changed my mind"][first as usize - 1]),
                _ => self.missed(Self::wrong_key),
            },
            _ => self.answered(want, keys, &plain(keys)),
        }
    }

    fn day_by_key(&self, key: u32) -> Option<Day> {
        let said = ["today", "tomorrow", "day after", "next week"].get((key as usize).checked_sub(1)?)?;
        slots::date(said, self.state.now, &self.script.zone)
    }

    /// A tool's answer, at the step that waited for it.
    pub(super) fn told(&mut self, wait: Wait, answer: ToolResult) {
        match (wait, answer) {
            (Wait::Order, ToolResult::Order(order)) => self.order_found(order),
            (Wait::Items, ToolResult::Returnable { items, open_return }) => self.items_found(items, open_return),
            (Wait::Return, ToolResult::ReturnRequested { name, existed }) => self.return_requested(&name, existed),
            (Wait::Doctors, ToolResult::Doctors(doctors)) => self.doctors_found(doctors),
            (Wait::Slots, ToolResult::Slots(free)) => self.slots_found(free),
            (Wait::Find, ToolResult::Booking(found)) => self.number_found(found),
            (Wait::FindNamed, ToolResult::Booking(found)) => self.booking_found(found),
            (Wait::Book | Wait::Move | Wait::Cancel, ToolResult::Booking(Some(made))) => self.booking_made(wait, made),
            (Wait::Book | Wait::Move, ToolResult::SlotTaken) => {
                self.state.fixed(prompts::SLOT_TAKEN);
                self.look_for_slots();
            }
            // An answer to something else, or a booking that vanished: nothing
            // true can be said of it.
            _ => self.take_message(Some(prompts::NO_ANSWER)),
        }
    }

    /// The far side refused a write in its own words; a person reads them.
    pub(super) fn refused(&mut self, why: &str) {
        self.state.reason = Some(why.to_owned());
        if matches!(self.goal(), Some(Goal::RequestReturn)) {
            self.state.fixed(prompts::RETURN_REFUSED);
        }
        self.escalate(EscalationReason::Rule);
    }
}
