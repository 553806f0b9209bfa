//! What any agent does: understand a wish, hand over to another agent, ask
//! whether it helped, take a message, bring a person, say goodbye.

use super::state::{Step, Want};
use super::{MOST_MISSES, ScriptedMind};
use crate::mind::commands::{thanks, yes_no};
use crate::mind::prompts::{self, Fixed};
use crate::mind::slots;
use crate::mind::words::plain;
use crate::tts::shipped;
use caly_core::agent::Goal;
use caly_core::id::AgentId;
use caly_core::mind::{Expect, MindOut};
use caly_core::outcome::EscalationReason;

impl ScriptedMind {
    /// The caller's words, at the step where the conversation stands.
    pub(super) fn answer(&mut self, text: &str, words: &[String]) {
        match self.state.step.clone() {
            Step::Before | Step::Done | Step::Waiting(_) => {}
            Step::Open => self.wish(text, words),
            Step::Ask(want) => self.answered(&want, text, words),
            Step::Helped => self.helped(text, words),
            Step::OfferPerson => match yes_no(words) {
                Some(true) => self.escalate(EscalationReason::Requested),
                Some(false) => self.finish(),
                None => self.missed(Self::ask_yes_or_no),
            },
            // A word on the way to the key does not take the key away.
            Step::Rating if self.state.misses == 0 => {
                self.state.misses += 1;
                self.state.expect_again();
            }
            Step::Rating => self.finish(),
            Step::Message { .. } => self.pass_on(Some(text)),
        }
    }

    /// Keys, at the step where the conversation stands.
    pub(super) fn keyed(&mut self, keys: &str) {
        let first = keys.chars().next().and_then(|c| c.to_digit(10)).unwrap_or(0);
        match self.state.step.clone() {
            Step::Before | Step::Done | Step::Waiting(_) => {}
            Step::Open => self.chosen(first),
            Step::Ask(want) => self.answered_by_key(&want, keys, first),
            Step::Helped | Step::OfferPerson => match first {
                1 => self.answer("yes", &plain("yes")),
                2 => self.answer("no", &plain("no")),
                _ => self.missed(Self::wrong_key),
            },
            Step::Rating => self.rated(first),
            Step::Message { .. } => self.pass_on(None),
        }
    }

    pub(super) fn wrong_key(&mut self) {
        self.state.fixed(prompts::WRONG_KEY);
        self.state.repeat();
    }

    pub(super) fn ask_yes_or_no(&mut self) {
        self.state.fixed(prompts::YES_OR_NO);
        if !self.state.ears {
            self.state.fixed(prompts::KEYS_YES_NO);
        }
        self.state.expect_again();
    }

    /// Reads the menu of the agent that talks.
    pub(super) fn ask_menu(&mut self) {
        let agent = self.agent();
        let most = agent.menu.iter().map(|m| m.key).max().unwrap_or(1);
        let key = prompts::key(agent, "menu");
        self.state.ask(Step::Open, prompts::menu(agent), Some(key), Expect::Choice(most));
    }

    fn chosen(&mut self, key: u32) {
        let agent = self.agent();
        let Some(item) = agent.menu.iter().find(|m| u32::from(m.key) == key) else {
            return self.missed(Self::wrong_key);
        };
        let slug = item.agent.as_ref().unwrap_or(&agent.slug);
        if let Some(to) = self.script.catalogue.by_slug(agent.sector, slug) {
            self.start(to.id, &item.intent, "");
        }
    }

    fn wish(&mut self, text: &str, words: &[String]) {
        if let Some(found) = self.script.matcher.best(text, Some(self.state.agent)).filter(|m| m.sure()) {
            return self.start(found.agent, &found.intent, text);
        }
        // "Anything else?" – "no, thanks".
        let done = self.state.intent.is_some() && yes_no(words) == Some(false);
        if done || thanks(words) {
            return self.finish();
        }
        self.missed(|mind| {
            if mind.state.ears {
                mind.state.ask_fixed(Step::Open, prompts::NOT_UNDERSTOOD, Expect::Anything);
            } else {
                mind.ask_menu();
            }
        });
    }

    /// An answer that does not fit may be another wish: "actually I want to
    /// return it". Otherwise it was not understood.
    pub(super) fn other_wish(&mut self, text: &str, words: &[String], again: impl FnOnce(&mut Self)) {
        let found = self.script.matcher.best(text, None).filter(|m| m.sure() && m.score >= 0.45);
        match found.filter(|m| words.len() > 3 && Some(&m.intent) != self.state.intent.as_ref()) {
            Some(found) => self.start(found.agent, &found.intent, text),
            None => self.missed(again),
        }
    }

    /// Begins an intent, handing over to its agent first.
    fn start(&mut self, to: AgentId, name: &str, text: &str) {
        self.state.fresh();
        self.state.wish = text.to_owned();
        self.state.intent = Some(name.to_owned());
        let switched = to != self.state.agent;
        if switched {
            self.state.agent = to;
            self.state.out.push_back(MindOut::Switch(to));
        }
        let agent = self.agent();
        let Some(intent) = agent.intent(name) else { return };
        if !self.state.mouth && !shipped::in_full(agent) {
            // Half of its questions would be silence.
            return self.escalate(EscalationReason::Rule);
        }
        match &intent.reply {
            Some(reply) if intent.goal == Goal::Answer && !reply.ends_with('?') => {
                // The catalogue is what the agent knows: told in full, it resolves.
                let key = prompts::key(agent, &format!("{name}.reply"));
                self.state.resolve(reply.clone(), Some(key));
            }
            Some(reply) => self.say_own(&format!("{name}.reply"), reply),
            None if switched => self.say_own("takeover", &agent.takeover),
            None => {}
        }
        self.state.reason.clone_from(&intent.reason);
        match intent.goal {
            Goal::Answer => self.answer_given(intent.reply.as_deref().unwrap_or_default()),
            Goal::Message | Goal::Person => self.next_need(),
            Goal::TellStatus | Goal::RequestReturn => self.start_order(),
            Goal::Book | Goal::ListDoctors => self.start_doctors(),
            Goal::Move | Goal::Cancel | Goal::FindBooking => self.start_booking(),
        }
    }

    /// The running intent's goal.
    pub(super) fn goal(&self) -> Option<Goal> {
        self.state.intent.as_ref().and_then(|n| self.agent().intent(n)).map(|i| i.goal)
    }

    /// An answer from the catalogue was said. One that ends in a question
    /// leaves the floor to the caller; after any other: did it help?
    fn answer_given(&mut self, reply: &str) {
        if !reply.ends_with('?') {
            return self.ask_helped();
        }
        self.state.step = Step::Open;
        if self.state.ears {
            let key = self.state.intent.as_ref().map(|name| prompts::key(self.agent(), &format!("{name}.reply")));
            self.state.question(reply.to_owned(), key, Expect::Anything);
        } else {
            self.ask_menu();
        }
    }

    /// After an answer was told.
    pub(super) fn ask_helped(&mut self) {
        self.state.misses = 0;
        self.state.ask_fixed(Step::Helped, prompts::HELPED, Expect::YesNo);
    }

    fn helped(&mut self, text: &str, words: &[String]) {
        // The next wish instead of an answer: "and when will it arrive?"
        let next = self.script.matcher.best(text, Some(self.state.agent));
        if let Some(next) = next.filter(|m| m.sure() && m.score >= 0.35 && words.len() > 3) {
            return self.start(next.agent, &next.intent, text);
        }
        match yes_no(words).or_else(|| thanks(words).then_some(true)) {
            Some(true) => {
                self.state.out.push_back(MindOut::Helped(true));
                self.ask_rating();
            }
            Some(false) => {
                self.state.out.push_back(MindOut::Helped(false));
                self.state.misses = 0;
                self.state.ask_fixed(Step::OfferPerson, prompts::OFFER_PERSON, Expect::YesNo);
            }
            None => self.missed(Self::ask_yes_or_no),
        }
    }

    fn ask_rating(&mut self) {
        if self.state.rated {
            return self.finish();
        }
        self.state.rated = true;
        self.state.misses = 0;
        self.state.ask_fixed(Step::Rating, prompts::GLAD, Expect::Rating);
    }

    fn rated(&mut self, key: u32) {
        if let Ok(stars @ 0..=5) = u8::try_from(key) {
            self.state.out.push_back(MindOut::Rated(stars));
        }
        self.finish();
    }

    /// A person is needed: said once, then the caller's words are taken.
    pub(super) fn escalate(&mut self, reason: EscalationReason) {
        if matches!(self.state.step, Step::Message { escalated: true }) {
            return self.pass_on(None);
        }
        self.state.out.push_back(MindOut::Escalate(reason));
        self.state.fixed(match reason {
            EscalationReason::Requested => prompts::PERSON_ASKED,
            EscalationReason::Anger => prompts::PERSON_ANGER,
            EscalationReason::Failures | EscalationReason::Degraded => prompts::PERSON_FAILURES,
            EscalationReason::Rule => prompts::PERSON_RULE,
        });
        self.ask_message(true);
    }

    /// Takes a message, saying why first.
    pub(super) fn take_message(&mut self, why: Option<Fixed>) {
        if let Some(why) = why {
            self.state.fixed(why);
        }
        self.ask_message(false);
    }

    fn ask_message(&mut self, escalated: bool) {
        self.state.misses = 0;
        self.state.step = Step::Message { escalated };
        if self.state.ears && self.state.turns <= super::MOST_TURNS {
            let ask = match (self.named_caller().is_some(), self.given().is_empty()) {
                (true, _) => prompts::MESSAGE_MORE,
                (false, false) => prompts::MESSAGE_NAME,
                (false, true) => prompts::MESSAGE,
            };
            self.state.ask_fixed(Step::Message { escalated }, ask, Expect::Message);
        } else {
            self.pass_on(None);
        }
    }

    /// Passes the caller's words on, with what is known, and ends.
    pub(super) fn pass_on(&mut self, text: Option<&str>) {
        let Step::Message { escalated } = self.state.step else { return };
        // "Anything else?" – "no": all is said.
        let more = |t: &&str| !(self.named_caller().is_some() && nothing(&plain(t)));
        let said = text.map(str::trim).filter(|t| !t.is_empty()).filter(more);
        // Silence after a person was asked for: that task stands already.
        if said.is_some() || !escalated || self.topic().is_some() {
            let known = self.topic().map(|t| format!("{t}. ")).unwrap_or_default();
            let words = said.unwrap_or("No message was left.");
            let name = said.and_then(introduced).or_else(|| self.named_caller()).or_else(|| self.state.patient.clone());
            self.state.out.push_back(MindOut::Message { name, text: format!("{known}{words}") });
        }
        self.end(prompts::PERSON_WILL_CALL);
    }

    /// What the call was about, for the person who reads the task.
    fn topic(&self) -> Option<String> {
        let intent = self.state.intent.as_ref()?;
        let mut topic = format!("{}: {}", self.agent().name, intent.replace('_', " "));
        if let Some(order) = &self.state.order {
            topic.push_str(&format!(", order {}", order.name));
        }
        for part in self.given().iter().filter(|p| self.state.order.is_none() || !p.starts_with("order #")) {
            topic.push_str(&format!(", {part}"));
        }
        if let Some(item) = &self.state.item {
            topic.push_str(&format!(", {}", item.title));
        }
        if let Some(booking) = &self.state.booking {
            topic.push_str(&format!(", booking {}", booking.number));
        }
        Some(topic)
    }

    /// The caller has done.
    pub(super) fn goodbye(&mut self) {
        if self.state.step == Step::Helped {
            self.state.out.push_back(MindOut::Helped(true));
        }
        match self.state.step {
            Step::Message { .. } => self.pass_on(None),
            _ => self.finish(),
        }
    }

    pub(super) fn finish(&mut self) {
        self.end(prompts::BYE);
    }

    pub(super) fn end(&mut self, words: Fixed) {
        self.state.step = Step::Done;
        self.state.final_words(words);
        self.state.question(String::new(), None, Expect::Nothing);
        self.state.out.push_back(MindOut::End);
    }

    /// Asks one of the running agent's slots, with its own words. The second
    /// time in a row it is asked as after a miss.
    pub(super) fn ask_slot(&mut self, want: Want, name: &str, expect: Expect) {
        let Some(slot) = self.agent().slot(name) else {
            // A flow whose agent lacks the slot's data: a person, not silence.
            return self.escalate(EscalationReason::Failures);
        };
        let (what, text) = if self.state.misses > 0 { ("again", &slot.again) } else { ("ask", &slot.ask) };
        let key = prompts::key(self.agent(), &format!("{name}.{what}"));
        self.state.ask(Step::Ask(want), text.clone(), Some(key), expect);
    }

    /// Something was looked for and not found; the second time in the call a
    /// person is asked for.
    pub(super) fn not_found(&mut self, say: Fixed, again: impl FnOnce(&mut Self)) {
        self.state.failed_looks += 1;
        if self.state.failed_looks >= MOST_MISSES {
            return self.escalate(EscalationReason::Failures);
        }
        self.state.fixed(say);
        again(self);
    }
}

/// The name in "this is Asha Rao, I …".
fn introduced(text: &str) -> Option<String> {
    let words = plain(text);
    let lead = words
        .windows(2)
        .position(|w| matches!((w[0].as_str(), w[1].as_str()), ("name", "is") | ("this", "is") | ("i", "am")))?;
    let rest: Vec<&str> = words[lead + 2..]
        .iter()
        .take(2)
        .map(String::as_str)
        .take_while(|w| {
            !matches!(*w, "i" | "and" | "my" | "it" | "calling" | "from" | "about" | "speaking" | "the" | "a" | "not")
        })
        .collect();
    slots::name(&rest.join(" "))
}

/// Whether the caller does not have what was asked for.
pub(super) fn missing(words: &[String]) -> bool {
    yes_no(words) == Some(false) || words.iter().any(|w| matches!(w.as_str(), "forgot" | "lost"))
}

/// Whether the caller has nothing to add.
fn nothing(words: &[String]) -> bool {
    words.len() <= 5 && yes_no(words) == Some(false) || thanks(words)
}
