//! The scripted mind: a whole conversation as a value. What it understands is
//! data (`catalog/`), what each goal does is a flow in `script/`.
//!
//! One input moves it from one step to the next; what it wants then waits in
//! a queue for [`Mind::poll`]. It says nothing that a tool did not answer.

mod clinic;
mod collect;
mod keys;
mod needs;
mod open;
mod shop;
mod state;

use super::commands::{Command, command};
use super::matcher::Matcher;
use super::prompts;
use super::words::plain;
use caly_core::agent::{Agent, Catalogue, CatalogueError};
use caly_core::id::AgentId;
use caly_core::mind::{Expect, Heard, Mind, MindIn, MindOut};
use caly_core::outcome::EscalationReason;
use caly_core::rules::Rules;
use caly_core::sector::Sector;
use caly_core::time::{At, Zone};
use caly_core::tool::ToolResult;
use state::{State, Step};
use std::collections::HashMap;
use std::sync::Arc;

/// Turns after which a call goes to a person, whatever is said: a
/// conversation that long is going round in circles.
const MOST_TURNS: u32 = 60;
/// Answers in a row that are not understood before a person is asked for.
const MOST_MISSES: u8 = 2;

/// What all calls of one client share: the sector's agents and the matcher
/// that knows them, and the client's zone.
#[derive(Debug)]
pub struct Script {
    catalogue: &'static Catalogue,
    matcher: Arc<Matcher>,
    zone: Zone,
}

impl Script {
    /// Learns a sector's agents from the embedded catalogue (some ms).
    ///
    /// # Errors
    /// [`CatalogueError`] when the embedded catalogue is unsound.
    pub fn new(sector: Sector, zone: Zone) -> Result<Self, CatalogueError> {
        let catalogue = Catalogue::embedded()?;
        let matcher = Arc::new(Matcher::new(catalogue.in_sector(sector)));
        Ok(Self { catalogue, matcher, zone })
    }

    /// The same agents in another client's zone; shares the matcher.
    #[must_use]
    pub fn in_zone(&self, zone: Zone) -> Self {
        Self { catalogue: self.catalogue, matcher: Arc::clone(&self.matcher), zone }
    }
}

/// One call's scripted mind. A clone is a whole second mind.
#[derive(Debug, Clone)]
pub struct ScriptedMind {
    script: Arc<Script>,
    rules: Arc<Rules>,
    state: State,
}

impl ScriptedMind {
    /// A mind that has not begun. `mouth` says whether any text can be
    /// spoken; without it only fixed prompts are said, and what needs more
    /// goes to a person.
    ///
    /// `None` when the catalogue has no such agent.
    #[must_use]
    pub fn new(script: Arc<Script>, entry: AgentId, mouth: bool) -> Option<Self> {
        script.catalogue.agent(entry)?;
        Some(Self { script, rules: Arc::default(), state: State::new(entry, mouth) })
    }

    /// The same under the client's rules: their phrases bring a person.
    #[must_use]
    pub fn under(self, rules: Arc<Rules>) -> Self {
        Self { rules, ..self }
    }

    /// The agent that talks now.
    #[must_use]
    pub fn agent_id(&self) -> AgentId {
        self.state.agent
    }

    /// What the agent that talks now is.
    #[must_use]
    pub fn agent(&self) -> &'static Agent {
        let agents = self.script.catalogue;
        // `new` and `switch` only ever store ids of agents that exist; the
        // first agent stands in where a catalogue were empty, which `check` refuses.
        agents.agent(self.state.agent).unwrap_or(&agents.agents()[0])
    }

    fn take(&mut self, input: MindIn, now: At) {
        self.state.now = now;
        match input {
            MindIn::Begin { caller, ears } => self.begin(caller, ears),
            MindIn::Heard(heard) => self.heard(&heard),
            MindIn::Tool(result) => self.tool(result),
            MindIn::Silence(n) => self.silence(n),
            // What was really played is the call's knowledge; the flow waits
            // for the caller's next words either way.
            MindIn::Spoken { .. } | MindIn::Interrupted { .. } => {}
        }
    }

    fn begin(&mut self, caller: Option<String>, ears: bool) {
        if self.state.step != Step::Before {
            if self.state.ears && !ears {
                self.lost_ears();
            }
            return;
        }
        self.state.caller = caller;
        self.state.ears = ears;
        let agent = self.agent();
        self.say_own("greeting", &agent.greeting);
        self.state.step = Step::Open;
        if ears {
            let key = prompts::key(agent, "greeting");
            self.state.question(agent.greeting.clone(), Some(key), Expect::Anything);
        } else {
            self.ask_menu();
        }
    }

    fn heard(&mut self, heard: &Heard) {
        if matches!(self.state.step, Step::Before | Step::Done) {
            return;
        }
        self.state.turns += 1;
        if self.state.turns > MOST_TURNS {
            return self.escalate(EscalationReason::Failures);
        }
        let keys: String = heard.keys.chars().filter(|c| c.is_ascii_digit() || *c == '*').collect();
        if !keys.is_empty() {
            return self.pressed(&keys);
        }
        let words = plain(&heard.text);
        if words.is_empty() && self.state.step != Step::Rating {
            // Noise, or a word that the recogniser lost: no answer, and no miss.
            return self.silence(1);
        }
        if self.rules.wants_person(&heard.text) {
            return self.escalate(EscalationReason::Rule);
        }
        match self.command(&words) {
            Some(command) => self.obey(command),
            None => self.answer(&heard.text, &words),
        }
    }

    /// What may be said at any time, except where free words or a name are
    /// asked for: "I asked for a person twice" is a message there.
    fn command(&self, words: &[String]) -> Option<Command> {
        let found = command(words)?;
        let free = matches!(self.state.expect, Expect::Message | Expect::Name | Expect::Rating);
        (!free || (found == Command::Repeat && words.len() <= 3)).then_some(found)
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Person => self.escalate(EscalationReason::Requested),
            Command::Anger => self.escalate(EscalationReason::Anger),
            Command::Repeat => self.state.repeat(),
            Command::Wait => {
                self.state.fixed(prompts::TAKE_YOUR_TIME);
                self.state.expect_again();
            }
            Command::Goodbye => self.goodbye(),
        }
    }

    fn pressed(&mut self, keys: &str) {
        let digits = matches!(self.state.expect, Expect::Digits { .. } | Expect::Rating);
        match keys {
            "*" => self.state.repeat(),
            "0" if !digits => self.escalate(EscalationReason::Requested),
            _ => self.keyed(&keys.replace('*', "")),
        }
    }

    /// Nobody is left in silence: the question again, then what keys can do,
    /// then a person where something had begun, else goodbye.
    fn silence(&mut self, times: u32) {
        self.state.turns += 1;
        let times = if self.state.turns > MOST_TURNS { u32::MAX } else { times };
        match (&self.state.step, times) {
            (Step::Before | Step::Done | Step::Waiting(_), _) => {}
            (Step::Rating, _) => self.finish(),
            (Step::Message { .. }, 2..) => self.pass_on(None),
            (Step::Helped | Step::OfferPerson, 2..) => self.finish(),
            (_, 0 | 1) => {
                self.state.fixed(prompts::STILL_THERE);
                self.state.repeat();
            }
            (Step::Open, 2) => self.ask_menu(),
            (_, 2) => self.state.repeat(),
            (Step::Open, _) => self.end(prompts::CANNOT_HEAR),
            _ => self.escalate(EscalationReason::Failures),
        }
    }

    /// An answer that was not understood; `again` asks once more, the second
    /// in a row brings a person.
    fn missed(&mut self, again: impl FnOnce(&mut Self)) {
        self.state.misses += 1;
        if self.state.misses >= MOST_MISSES {
            self.escalate(EscalationReason::Failures);
        } else {
            again(self);
        }
    }

    fn tool(&mut self, result: ToolResult) {
        // A late answer to a question that nobody waits for any more.
        let Step::Waiting(wait) = self.state.step.clone() else { return };
        match result {
            ToolResult::NotConnected => self.take_message(Some(prompts::NOT_CONNECTED)),
            ToolResult::Unavailable { task_made: true } => self.end(prompts::TASK_MADE),
            ToolResult::Unavailable { task_made: false } => self.take_message(Some(prompts::NO_ANSWER)),
            ToolResult::Refused(why) => self.refused(&why),
            answer => self.told(wait, answer),
        }
    }

    fn say_own(&mut self, what: &str, text: &str) {
        let key = prompts::key(self.agent(), what);
        self.state.say(text.to_owned(), Some(key));
    }
}

impl Mind for ScriptedMind {
    fn handle(&mut self, input: MindIn, now: At) {
        self.take(input, now);
    }

    fn poll(&mut self) -> Option<MindOut> {
        self.state.out.pop_front()
    }
}

/// Collected slots by name.
type Slots = HashMap<String, String>;

#[cfg(test)]
mod tests;
