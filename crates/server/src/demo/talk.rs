//! A conversation of the made-up past: the real scripted mind, asked by a
//! made-up caller and answered by a made-up shop or clinic. No sound, no clock:
//! what was said gets its times afterwards.

use super::caller::{Answer, Caller};
use super::told::{Beat, Told};
use super::world::World;
use caly_core::agent::{Agent, Goal, Intent, SlotKind};
use caly_core::call::Fact;
use caly_core::event::Speaker;
use caly_core::mind::{Expect, Heard, Mind as _, MindIn, MindOut};
use caly_core::outcome::{EndedBy, Helped};
use caly_core::privacy::{Redactor, redact};
use caly_voice::mind::prompts::{HELPED, OFFER_PERSON, QUEUE, QUEUE_OFFER};
use caly_voice::mind::script::ScriptedMind;
use rand::RngExt as _;

/// No made-up conversation is longer.
const MOST_TURNS: usize = 24;
const PERSON: &[&str] = &[
    "I want to talk to a person, please.",
    "Can I speak to somebody?",
    "Please connect me to a person.",
    "I want to speak to a human.",
    "Connect me to the manager, please.",
];
const THANKS: &[&str] = &["Yes, thank you.", "Yes, thanks.", "Yes.", "Yes, thank you."];
const NO_HELP: &[&str] = &["No.", "No, sorry.", "No, not really."];
const NO_CALL: &[&str] = &["No, thank you.", "No, leave it.", "No."];

/// How a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turnout {
    /// The caller has what he wanted, now or when a person has called back.
    Helped,
    /// He has not, neither now nor then.
    NotHelped,
    /// He hangs up in the middle, after so many of his turns.
    Leaves(usize),
    /// He asks for a person and hangs up in the queue.
    WantsPerson,
}

/// What can be wished for so that the call can go that way; what an agent
/// does itself comes more often than what it passes on. `draw` is 0 to 1.
pub(super) fn wish<'a>(agents: &[&'a Agent], how: Turnout, draw: f64) -> Option<&'a Intent> {
    // An answer that is a question back answers nothing.
    let asks_back = |intent: &Intent| intent.reply.as_ref().is_some_and(|r| r.ends_with('?'));
    let fits = |agent: &Agent, intent: &Intent| match how {
        Turnout::Leaves(_) => intent.goal != Goal::Answer,
        Turnout::WantsPerson => !asks_back(intent) && (by_itself(intent) || !asks_freely(agent, intent)),
        _ => !asks_back(intent),
    };
    let all: Vec<(&Intent, f64)> = agents
        .iter()
        .flat_map(|agent| agent.intents.iter().map(move |intent| (*agent, intent)))
        .filter(|(agent, intent)| fits(agent, intent))
        .map(|(_, intent)| intent)
        .map(|intent| (intent, if by_itself(intent) { 4.0 } else { 1.0 }))
        .collect();
    let mut left = draw * all.iter().map(|(_, weight)| weight).sum::<f64>();
    all.iter()
        .find(|(_, weight)| {
            left -= weight;
            left < 0.0
        })
        .or(all.last())
        .map(|(intent, _)| *intent)
}

/// Whether its first question takes any words, a request for a person as well:
/// the mind takes them for a name or a message there.
fn asks_freely(agent: &Agent, intent: &Intent) -> bool {
    match intent.needs.first().and_then(|name| agent.slot(name)) {
        Some(slot) => matches!(slot.kind, SlotKind::Name | SlotKind::Text),
        None => intent.goal == Goal::Message,
    }
}

fn by_itself(intent: &Intent) -> bool {
    !matches!(intent.goal, Goal::Message | Goal::Person)
}

/// A call as it is held.
pub(super) struct Talk<'a> {
    /// The agents' mind.
    pub mind: ScriptedMind,
    /// Who calls.
    pub caller: Caller,
    /// What tools answer.
    pub world: World<'a>,
    /// How it goes.
    pub how: Turnout,
    /// What it is about.
    pub wish: &'a Intent,
    /// The key that is pressed when a rating is asked for.
    pub rating: Option<u8>,
    /// There is time for one more question.
    pub long: bool,
}

struct Held<'a> {
    talk: Talk<'a>,
    told: Told,
    redactor: Redactor,
    /// The beats of the caller's turns.
    turns: Vec<usize>,
    expect: Expect,
    /// What the agent said since the caller's last turn.
    asked: String,
    wished: usize,
    over: bool,
}

impl Talk<'_> {
    /// Holds it to its end.
    pub(super) fn hold(self) -> Told {
        let told = Told::new(self.mind.agent_id());
        let phone = Some(self.caller.phone.clone());
        let mut held = Held {
            talk: self,
            told,
            redactor: Redactor::default(),
            turns: Vec::new(),
            expect: Expect::Anything,
            asked: String::new(),
            wished: 0,
            over: false,
        };
        held.input(MindIn::Begin { caller: phone, ears: true });
        for turn in 0..MOST_TURNS {
            if held.over {
                break;
            }
            held.turn(turn);
        }
        held.told
    }
}

impl Held<'_> {
    fn turn(&mut self, turn: usize) {
        match self.talk.how {
            // A message that was left would make a task.
            Turnout::Leaves(after) if turn >= after || self.expect == Expect::Message => return self.leave(),
            Turnout::WantsPerson if turn > 0 => {
                let line = PERSON[self.talk.caller.rng.random_range(0..PERSON.len())];
                return self.says(line.to_owned());
            }
            _ => {}
        }
        if self.expect == Expect::Rating {
            return match self.talk.rating {
                Some(stars) => self.presses(&stars.to_string()),
                None => self.silence(),
            };
        }
        if turn == 0 || self.asked.contains("Please tell me in a few words") {
            return self.wishes();
        }
        if self.asked.contains(HELPED.text) {
            return self.was_helped();
        }
        if self.asked.contains(OFFER_PERSON.text) {
            let line = NO_CALL[self.talk.caller.rng.random_range(0..NO_CALL.len())];
            return self.says(line.to_owned());
        }
        let agent = self.agent();
        let (asked, expect) = (std::mem::take(&mut self.asked), self.expect.clone());
        match self.talk.caller.answer(agent, &asked, &expect) {
            Answer::Words(text) => self.says(text),
            Answer::Keys(keys) => self.presses(&keys),
            Answer::Silence => self.silence(),
        }
    }

    /// In the catalogue's words; after a miss in the plainest of them.
    fn wishes(&mut self) {
        let intent = self.talk.wish;
        let utterances = if self.wished == 0 { &intent.utterances[..] } else { &intent.utterances[..1] };
        self.wished += 1;
        let text = self.talk.caller.wish(utterances);
        self.says(text);
    }

    fn was_helped(&mut self) {
        let agent = self.agent();
        let more = agent.intents.iter().find(|i| by_itself(i) && i.name != self.talk.wish.name);
        // Who was not helped asks nothing more: a short wish can be heard as a yes.
        let asks_more = self.talk.how == Turnout::Helped && std::mem::take(&mut self.talk.long);
        if let Some(intent) = more.filter(|_| asks_more) {
            let text = self.talk.caller.wish(&intent.utterances);
            return self.says(text);
        }
        let lines = if self.talk.how == Turnout::Helped { THANKS } else { NO_HELP };
        let line = lines[self.talk.caller.rng.random_range(0..lines.len())];
        self.says(line.to_owned());
    }

    fn agent(&self) -> &'static Agent {
        self.talk.mind.agent()
    }

    fn says(&mut self, text: String) {
        let redacted = self.redactor.turn(&text);
        for (turn, text) in redacted.replace {
            if let Some(Beat::Turn(_, said)) = self.turns.get(turn).and_then(|at| self.told.beats.get_mut(*at)) {
                *said = text;
            }
        }
        self.turns.push(self.told.beats.len());
        self.told.beats.push(Beat::Turn(Speaker::Caller, redacted.text));
        self.input(MindIn::Heard(Heard { text, keys: String::new() }));
    }

    fn presses(&mut self, keys: &str) {
        self.told.fact(Fact::Keys { count: keys.len() });
        self.input(MindIn::Heard(Heard { text: String::new(), keys: keys.trim_end_matches('#').into() }));
    }

    fn silence(&mut self) {
        self.told.beats.push(Beat::Pause(6_000));
        self.input(MindIn::Silence(1));
    }

    fn input(&mut self, input: MindIn) {
        self.asked.clear();
        self.talk.mind.handle(input, self.talk.world.now);
        while let Some(out) = self.talk.mind.poll() {
            if self.over {
                continue;
            }
            self.out(out);
        }
    }

    fn out(&mut self, out: MindOut) {
        let leaves = matches!(self.talk.how, Turnout::Leaves(_));
        let facts = &mut self.told.facts;
        match out {
            MindOut::Say(speech) => {
                self.asked.push_str(&speech.text);
                self.asked.push(' ');
                self.told.beats.push(Beat::Turn(Speaker::Agent, speech.text));
                if speech.resolving && leaves {
                    return self.leave();
                }
                if speech.resolving {
                    self.told.facts.answer_played = true;
                    self.told.fact(Fact::AnswerPlayed);
                }
            }
            MindOut::Expect(expect) => self.expect = expect,
            MindOut::Tool(call) => {
                self.told.fact(Fact::ToolUsed { tool: call.name().to_owned(), writes: call.writes() });
                self.told.beats.push(Beat::Pause(900));
                let answer = self.talk.world.answer(&call, &mut self.talk.caller);
                self.talk.mind.handle(MindIn::Tool(answer), self.talk.world.now);
            }
            MindOut::Switch(agent) => {
                self.told.agent = agent;
                self.told.fact(Fact::AgentSwitched { agent });
            }
            MindOut::Confirmed => {
                facts.slots_confirmed = true;
                self.told.fact(Fact::Confirmed);
            }
            MindOut::Helped(yes) => {
                facts.helped = Some(if yes { Helped::Yes } else { Helped::No });
                self.told.fact(Fact::Helped { yes });
            }
            MindOut::Rated(stars) => {
                self.told.rating = Some(stars);
                self.told.fact(Fact::Rated { stars });
            }
            MindOut::Escalate(_) | MindOut::Message { .. } if leaves => self.leave(),
            MindOut::Escalate(reason) => {
                let seeks = self.talk.how == Turnout::WantsPerson;
                facts.asked_for_person = Some(reason);
                // Without people on the line the task is made at once.
                facts.task_made |= !seeks;
                self.told.fact(Fact::Escalated { reason, seeks });
                if seeks {
                    self.queue();
                }
            }
            MindOut::Message { name, text } => {
                facts.task_made = true;
                let text = redact(&text);
                self.told.message = Some((name.clone(), text.clone()));
                self.told.fact(Fact::Message { name, text });
            }
            MindOut::End => {
                facts.ended_by = EndedBy::Agent;
                self.over = true;
            }
        }
    }

    /// In the middle of what is being said.
    fn leave(&mut self) {
        self.over = true;
        let share = self.talk.caller.rng.random_range(0.45..1.0);
        if let Some(Beat::Turn(Speaker::Agent, text)) = self.told.beats.last_mut() {
            let words: Vec<&str> = text.split(' ').collect();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a share"
            )]
            let heard = ((words.len() as f64 * share) as usize).max(1);
            if heard < words.len() {
                *text = format!("{} —", words[..heard].join(" "));
            }
        }
    }

    /// He waits a while for somebody to be free, and is called back later.
    fn queue(&mut self) {
        self.over = true;
        let ahead = self.talk.caller.rng.random_range(0..=2_usize);
        self.told.fact(Fact::Queued { ahead: i64::try_from(ahead).unwrap_or_default() });
        for place in (0..=ahead).rev().take(2) {
            self.told.beats.push(Beat::Turn(Speaker::Agent, QUEUE[place].text.to_owned()));
            self.told.beats.push(Beat::Wait(self.talk.caller.rng.random_range(12_000..30_000)));
        }
        self.told.beats.push(Beat::Turn(Speaker::Agent, QUEUE_OFFER.text.to_owned()));
        self.told.facts.task_made = true;
        self.told.fact(Fact::Unreached { callback: false });
    }
}

#[cfg(test)]
mod tests;
