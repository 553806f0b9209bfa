//! Which answer belongs to which question, and the slots that any intent can
//! ask for by data alone.

use super::ScriptedMind;
use super::open::{missing, read_back};
use super::state::{Step, Wait, Want};
use crate::mind::commands::yes_no;
use crate::mind::prompts;
use crate::mind::slots;
use crate::mind::speak;
use crate::mind::words::plain;
use caly_core::agent::{Goal, Slot, SlotKind};
use caly_core::mind::Expect;
use caly_core::outcome::EscalationReason;
use caly_core::time::Day;
use caly_core::tool::ToolResult;

impl ScriptedMind {
    /// A spoken answer to a flow's question.
    pub(super) fn answered(&mut self, want: &Want, text: &str, words: &[String]) {
        match want {
            Want::Need(name) => self.need_answered(name, text, words),
            Want::NeedRight(name) => match yes_no(words) {
                Some(true) => self.next_need(),
                Some(false) => self.need_wrong(name),
                None => self.need_said_anew(name, text),
            },
            Want::Order | Want::Last4 | Want::Item | Want::Reason | Want::ReturnRight => {
                self.shop_answered(want, text, words);
            }
            _ => self.clinic_answered(want, text, words),
        }
    }

    /// Keys as an answer to a flow's question.
    pub(super) fn answered_by_key(&mut self, want: &Want, keys: &str, first: u32) {
        match self.state.expect {
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
            (Wait::Find, ToolResult::Booking(found)) => self.booking_found(found),
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

    /// The next slot that a message or a person's matter needs, then the
    /// caller's own words.
    pub(super) fn next_need(&mut self) {
        let agent = self.agent();
        let needs = self.state.intent.as_ref().and_then(|n| agent.intent(n)).map_or(&[][..], |i| &i.needs);
        let open = needs.iter().find(|n| !self.state.slots.contains_key(*n) && !self.order_stands_for(n));
        match open {
            Some(name) => self.ask_need(&name.clone()),
            None if self.goal() == Some(Goal::Person) => self.escalate(EscalationReason::Rule),
            None => self.take_message(None),
        }
    }

    /// An order that was verified in this call is not asked for again.
    fn order_stands_for(&self, slot: &str) -> bool {
        slot == "order_number" && self.state.verified && self.state.order.is_some()
    }

    fn ask_need(&mut self, name: &str) {
        let expect = self.agent().slot(name).map_or(Expect::Anything, expected);
        self.ask_slot(Want::Need(name.to_owned()), name, expect);
    }

    fn need_answered(&mut self, name: &str, text: &str, words: &[String]) {
        let agent = self.agent();
        let Some(slot) = agent.slot(name) else { return self.next_need() };
        let value = self.read(slot, text);
        match value {
            Some(value) => self.need_given(slot, value),
            // "I do not have it": the person who calls back will find out.
            None if missing(words) => {
                self.state.slots.insert(name.to_owned(), String::new());
                self.state.misses = 0;
                self.next_need();
            }
            None => self.missed(|mind| mind.ask_need(name)),
        }
    }

    fn need_given(&mut self, slot: &Slot, value: String) {
        self.state.misses = 0;
        self.state.slots.insert(slot.name.clone(), value.clone());
        // Keyed digits and installations without a synthesiser need no read-back.
        if slot.kind != SlotKind::Digits || !self.state.mouth {
            return self.next_need();
        }
        let said = read_back(&slot.read_back, &value);
        let question = format!("That is {said}. Is that right?");
        self.state.ask(Step::Ask(Want::NeedRight(slot.name.clone())), question, None, Expect::YesNo);
    }

    fn need_wrong(&mut self, name: &str) {
        self.state.slots.remove(name);
        self.missed(|mind| mind.ask_need(name));
    }

    /// "No, it is one two three": the new value instead of yes or no.
    fn need_said_anew(&mut self, name: &str, text: &str) {
        let agent = self.agent();
        match agent.slot(name).and_then(|s| self.read(s, text).map(|v| (s, v))) {
            Some((slot, value)) => self.need_given(slot, value),
            None => self.missed(Self::ask_yes_or_no),
        }
    }

    fn read(&self, slot: &Slot, text: &str) -> Option<String> {
        match slot.kind {
            SlotKind::Digits => {
                let (min, max) = (slot.min.unwrap_or(1), slot.max.unwrap_or(12));
                let found = slots::digits(text, min, max)?;
                (usize::from(min)..=usize::from(max)).contains(&found.len()).then_some(found)
            }
            SlotKind::Date => slots::date(text, self.state.now, &self.script.zone).map(|d| d.0),
            SlotKind::Time => slots::time(text).map(speak::time),
            SlotKind::Name => slots::name(text),
            SlotKind::YesNo => yes_no(&plain(text)).map(|yes| if yes { "yes" } else { "no" }.to_owned()),
            SlotKind::Choice | SlotKind::Text => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
        }
    }
}

/// What a slot's complete answer looks like.
pub(super) fn expected(slot: &Slot) -> Expect {
    match slot.kind {
        SlotKind::Digits => Expect::Digits { min: slot.min.unwrap_or(1), max: slot.max.unwrap_or(12) },
        SlotKind::Date => Expect::Date,
        SlotKind::Time => Expect::Time,
        SlotKind::Name => Expect::Name,
        SlotKind::YesNo => Expect::YesNo,
        SlotKind::Choice => Expect::Anything,
        SlotKind::Text => Expect::Message,
    }
}
