//! The slots of a message or a person's matter, by data alone: each is asked
//! for in turn, said back and mended on "no"; then the task has them all.

use super::ScriptedMind;
use super::open::missing;
use super::state::{Step, Want};
use crate::mind::commands::yes_no;
use crate::mind::prompts;
use crate::mind::slots;
use crate::mind::speak;
use crate::mind::words::plain;
use caly_core::agent::{Goal, Slot, SlotKind};
use caly_core::mind::Expect;
use caly_core::outcome::EscalationReason;
use caly_core::time::Day;

/// Times that a caller may say "no" to what was said back before a person
/// is asked for.
const MOST_WRONG: u8 = 3;

impl ScriptedMind {
    /// The next slot that the running intent needs; after the last one all
    /// of them are said back, then the caller's own words are taken.
    pub(super) fn next_need(&mut self) {
        let open = self.needs().into_iter().find(|s| !self.state.slots.contains_key(&s.name) && !self.stood_for(s));
        if let Some(slot) = open {
            return self.ask_need(slot);
        }
        let said = self.to_confirm();
        if !self.state.needs_right && self.state.mouth && !said.is_empty() {
            let parts: Vec<String> = said.iter().map(|s| self.read_back(s)).collect();
            let question = format!("So, {}. Is that right?", parts.join(", "));
            return self.state.ask(Step::Ask(Want::NeedsRight), question, None, Expect::YesNo);
        }
        if self.goal() == Some(Goal::Person) {
            self.escalate(EscalationReason::Rule);
        } else {
            self.take_message(None);
        }
    }

    /// The running intent's slots in their order.
    pub(super) fn needs(&self) -> Vec<&'static Slot> {
        let agent = self.agent();
        let needs = self.state.intent.as_ref().and_then(|n| agent.intent(n)).map_or(&[][..], |i| &i.needs);
        needs.iter().filter_map(|n| agent.slot(n)).collect()
    }

    /// An order that was verified in this call is not asked for again; nor
    /// is what a telephone's keys cannot say.
    fn stood_for(&self, slot: &Slot) -> bool {
        let order = slot.name == "order_number" && self.state.verified && self.state.order.is_some();
        order || (!self.state.ears && matches!(slot.kind, SlotKind::Name | SlotKind::Text))
    }

    /// What is said back together at the end. Digits are said back at once,
    /// free words stand as they were heard.
    fn to_confirm(&self) -> Vec<&'static Slot> {
        let given = |s: &&Slot| self.state.slots.get(&s.name).is_some_and(|v| !v.is_empty());
        let kinds = [SlotKind::Date, SlotKind::Time, SlotKind::Name, SlotKind::Choice];
        self.needs().into_iter().filter(|s| kinds.contains(&s.kind)).filter(given).collect()
    }

    fn read_back(&self, slot: &Slot) -> String {
        let value = self.state.slots.get(&slot.name).map_or("", String::as_str);
        let spoken = match slot.kind {
            SlotKind::Digits => speak::spelled(value),
            SlotKind::Date => speak::day(&Day(value.to_owned()), &self.script.zone.day(self.state.now)),
            _ => value.to_owned(),
        };
        slot.read_back.replace("{value}", &spoken)
    }

    fn ask_need(&mut self, slot: &Slot) {
        let want = Want::Need(slot.name.clone());
        let keys = match slot.kind {
            _ if self.state.ears => None,
            SlotKind::Date if slot.past => Some(prompts::KEYS_PAST),
            SlotKind::Date => Some(prompts::KEYS_DAY),
            SlotKind::Time => Some(prompts::KEYS_TIME),
            _ => None,
        };
        if let Some(keys) = keys {
            self.say_own(&format!("{}.ask", slot.name), &slot.ask);
            return self.state.ask_fixed(Step::Ask(want), keys, expected(slot));
        }
        if !self.state.ears && !slot.options.is_empty() {
            self.say_own(&format!("{}.ask", slot.name), &slot.ask);
            let key = prompts::key(self.agent(), &format!("{}.keys", slot.name));
            return self.state.ask(Step::Ask(want), prompts::options(slot), Some(key), expected(slot));
        }
        self.ask_slot(want, &slot.name, expected(slot));
    }

    pub(super) fn need_answered(&mut self, name: &str, text: &str, words: &[String]) {
        let Some(slot) = self.agent().slot(name) else { return self.next_need() };
        let free = slot.kind == SlotKind::Text;
        // "I do not have it": the person who calls back will find out.
        let lacking = slot.kind != SlotKind::YesNo && missing(words) && (!free || words.len() <= 4);
        match self.read(slot, text) {
            Some(value) if !(free && lacking) => self.need_given(slot, value),
            _ if lacking => self.need_lacking(slot),
            _ => self.other_wish(text, words, |mind| mind.ask_need(slot)),
        }
    }

    /// A key for a day or a time; `None` when the key stands for nothing.
    pub(super) fn need_by_key(&mut self, name: &str, key: u32) {
        let Some(slot) = self.agent().slot(name) else { return self.next_need() };
        let said = match (slot.kind, key) {
            (SlotKind::Date, 4) if slot.past => return self.need_lacking(slot),
            (SlotKind::Date, 1..=3) if slot.past => ["today", "yesterday", "day before"][key as usize - 1],
            (SlotKind::Date, 1..=4) => ["today", "tomorrow", "day after", "next week"][key as usize - 1],
            (SlotKind::Time, 1..=3) => ["morning", "afternoon", "evening"][key as usize - 1],
            _ => return self.missed(Self::wrong_key),
        };
        match (slot.kind, self.read(slot, said)) {
            // No clock time was chosen, so none is written down.
            (SlotKind::Time, _) => self.need_given(slot, format!("in the {said}")),
            (_, Some(value)) => self.need_given(slot, value),
            (_, None) => self.missed(Self::wrong_key),
        }
    }

    fn need_lacking(&mut self, slot: &Slot) {
        self.state.slots.insert(slot.name.clone(), String::new());
        self.state.misses = 0;
        self.next_need();
    }

    fn need_given(&mut self, slot: &Slot, value: String) {
        self.state.misses = 0;
        self.state.slots.insert(slot.name.clone(), value);
        // Installations without a synthesiser cannot say it back.
        if slot.kind != SlotKind::Digits || !self.state.mouth {
            return self.next_need();
        }
        let question = format!("That is {}. Is that right?", self.read_back(slot));
        self.state.ask(Step::Ask(Want::NeedRight(slot.name.clone())), question, None, Expect::YesNo);
    }

    /// The answer to "that is one two three, is that right?".
    pub(super) fn need_right(&mut self, name: &str, text: &str, words: &[String]) {
        let slot = self.agent().slot(name);
        match (yes_no(words), slot) {
            (Some(true), _) | (_, None) => self.next_need(),
            // "No, it is one two three": the new value with the no, or instead of it.
            (no, Some(slot)) => match self.read(slot, text) {
                Some(value) => self.need_given(slot, value),
                None if no.is_some() => self.wrong(&[slot]),
                None => self.missed(Self::ask_yes_or_no),
            },
        }
    }

    /// The answer to "so, this and that, is that right?".
    pub(super) fn needs_right(&mut self, text: &str, words: &[String]) {
        let no = match yes_no(words) {
            Some(true) => {
                self.state.needs_right = true;
                return self.next_need();
            }
            no => no.is_some(),
        };
        let said = self.to_confirm();
        let mended: Vec<(&Slot, String)> =
            said.iter().filter_map(|s| Some((*s, self.mended(s, &said, text)?))).collect();
        match mended.as_slice() {
            [(slot, value)] => {
                self.state.slots.insert(slot.name.clone(), value.clone());
                self.state.misses = 0;
                self.next_need();
            }
            _ if no => {
                let named: Vec<&Slot> = said.iter().copied().filter(|s| named(s, words)).collect();
                self.wrong(if named.is_empty() { &said } else { &named });
            }
            _ => self.missed(Self::ask_yes_or_no),
        }
    }

    /// A new value of one slot in "no, Friday". Where several were said back
    /// a name can be anything, so it has to be called one.
    fn mended(&self, slot: &Slot, all: &[&Slot], text: &str) -> Option<String> {
        if slot.kind == SlotKind::Name && all.len() > 1 && !plain(text).iter().any(|w| w == "name") {
            return None;
        }
        let value = self.read(slot, text)?;
        (self.state.slots.get(&slot.name) != Some(&value)).then_some(value)
    }

    /// These are asked for once more, one after the other.
    fn wrong(&mut self, slots: &[&Slot]) {
        self.state.wrong += 1;
        if self.state.wrong >= MOST_WRONG {
            return self.escalate(EscalationReason::Failures);
        }
        for slot in slots {
            self.state.slots.remove(&slot.name);
        }
        self.state.fixed(prompts::ONCE_MORE);
        self.next_need();
    }

    fn read(&self, slot: &Slot, text: &str) -> Option<String> {
        match slot.kind {
            SlotKind::Digits => {
                let (min, max) = (slot.min.unwrap_or(1), slot.max.unwrap_or(12));
                let found = slots::digits(text, min, max)?;
                (usize::from(min)..=usize::from(max)).contains(&found.len()).then_some(found)
            }
            SlotKind::Date if slot.past => slots::past_date(text, self.state.now, &self.script.zone).map(|d| d.0),
            SlotKind::Date => slots::date(text, self.state.now, &self.script.zone).map(|d| d.0),
            SlotKind::Time => slots::time(text).map(speak::time),
            SlotKind::Name => slots::name(text),
            SlotKind::YesNo => yes_no(&plain(text)).map(|yes| if yes { "yes" } else { "no" }.to_owned()),
            SlotKind::Choice if !slot.options.is_empty() => {
                let options: Vec<&str> = slot.options.iter().map(String::as_str).collect();
                slots::pick(text, &options).map(|i| slot.options[i].clone())
            }
            SlotKind::Choice | SlotKind::Text => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
        }
    }

    /// What is known of the running wish, for the person who reads the task:
    /// "order #1024, card debit card, day 2026-11-20".
    pub(super) fn given(&self) -> Vec<String> {
        let value = |s: &&Slot| self.state.slots.get(&s.name).filter(|v| !v.is_empty()).cloned();
        let part = |s: &Slot, v: String| match s.name.as_str() {
            "order_number" => format!("order #{v}"),
            name => format!("{} {v}", name.replace('_', " ")),
        };
        self.needs().into_iter().filter_map(|s| value(&s).map(|v| part(s, v))).collect()
    }

    /// The name that a slot of the running wish holds.
    pub(super) fn named_caller(&self) -> Option<String> {
        let name = self.needs().into_iter().find(|s| s.kind == SlotKind::Name)?;
        self.state.slots.get(&name.name).filter(|v| !v.is_empty()).cloned()
    }
}

/// Whether the caller's words call the slot by its name or kind: "the date is wrong".
fn named(slot: &Slot, words: &[String]) -> bool {
    let kind: &[&str] = match slot.kind {
        SlotKind::Date => &["date", "day"],
        SlotKind::Time => &["time", "timing"],
        SlotKind::Name => &["name"],
        _ => &[],
    };
    words.iter().any(|w| kind.contains(&w.as_str()) || slot.name.split('_').any(|part| part == w))
}

/// What a slot's complete answer looks like.
pub(super) fn expected(slot: &Slot) -> Expect {
    match slot.kind {
        SlotKind::Digits => Expect::Digits { min: slot.min.unwrap_or(1), max: slot.max.unwrap_or(12) },
        SlotKind::Date => Expect::Date,
        SlotKind::Time => Expect::Time,
        SlotKind::Name => Expect::Name,
        SlotKind::YesNo => Expect::YesNo,
        SlotKind::Choice if !slot.options.is_empty() => Expect::Choice(u8::try_from(slot.options.len()).unwrap_or(9)),
        SlotKind::Choice => Expect::Anything,
        SlotKind::Text => Expect::Message,
    }
}
