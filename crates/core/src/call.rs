//! A call, as a value.
//!
//! **One mutation, then drain, then wait**: [`Call::handle`] takes one input,
//! [`Call::poll`] is asked until it has nothing more, then the driver waits
//! for the next input or for [`Call::wake_at`]. `handle` before the drain is a
//! bug and is asserted in debug.
//!
//! The call decides; ears, mind, mouth and tools are asked by commands and
//! answer by inputs. What the caller heard is what was played.

mod ending;
mod io;
mod listening;
mod minding;
mod person;
mod speaking;

pub use io::{Command, Fact, Input, Output};
pub use person::{Found, QueueWords};

use crate::id::AgentId;
use crate::mind::{Expect, MindIn};
use crate::outcome::{CallFacts, ChannelKind, EndedBy, EscalationReason, Helped};
use crate::privacy::Redactor;
use crate::time::{At, MINUTE, SECOND};
use crate::turn::Turn;
use listening::Listening;
use person::Seeking;
use speaking::Speaking;
use std::collections::VecDeque;

/// The carrier's cap is 60 minutes; we say goodbye before it cuts, or earlier
/// where the client's rules say so.
pub const LONGEST_MS: i64 = 58 * MINUTE;
/// A mind that needs longer gets a filler.
const FILLER_MS: i64 = 1_200;
/// The second filler, and from here nobody waits in silence.
const FILLER_AGAIN_MS: i64 = 5_500;
/// A tool or a mind that needs longer is given up.
const THOUGHT_MS: i64 = 12 * SECOND;
/// So long a caller may be silent before he is asked again.
const SILENCE_MS: i64 = 6 * SECOND;
/// … and so much longer where he looks for a number or for words. With the
/// time that the next question takes it stays below 8 s.
const KEYING_MS: i64 = 1_500;

/// What a call begins with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The channel's kind.
    pub channel: ChannelKind,
    /// A demo client: its rehearsals count.
    pub is_demo: bool,
    /// The agent that answers.
    pub entry_agent: AgentId,
    /// The caller's number, E.164.
    pub caller: Option<String>,
    /// Whether speech can be recognised.
    pub ears: bool,
    /// What to say while the caller waits: key and words, in turn.
    pub fillers: Vec<(String, String)>,
    /// What to say to a caller who waits for a person; none where people cannot
    /// be dialled: then a task is made at once.
    pub queue: Option<QueueWords>,
    /// What to say when a person goes on without us, because the line's time is
    /// up or nothing else can be said: key and words.
    pub time_up: Option<(String, String)>,
    /// The client's own limit of a call, ms; [`LONGEST_MS`] in any case.
    pub limit_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// The socket stands, `start` has not come.
    Waiting,
    Talking,
    /// The goodbye plays; then the socket closes.
    Leaving,
    Over,
}

/// What is being waited for, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Thought {
    since: At,
    fillers: u32,
}

/// The call. See the module's first paragraph for its contract.
#[derive(Debug)]
pub struct Call {
    setup: Setup,
    phase: Phase,
    agent: AgentId,
    turn: Turn,
    expect: Expect,
    speaking: Speaking,
    listening: Listening,
    thought: Option<Thought>,
    waits_for_tool: bool,
    /// A person is looked for, or found.
    seeking: Option<Seeking>,
    /// Since when nobody speaks and nothing is waited for.
    quiet_since: Option<At>,
    silences: u32,
    caller_words: Redactor,
    facts: CallFacts,
    rating: Option<u8>,
    /// The caller spoke after the last answer was played.
    asked_since_answer: bool,
    out: VecDeque<Output>,
}

impl Call {
    /// A call whose socket stands.
    #[must_use]
    pub fn new(setup: Setup, now: At) -> Self {
        let mut facts = CallFacts::new(setup.channel, EndedBy::Carrier, now);
        facts.is_demo = setup.is_demo;
        Self {
            phase: Phase::Waiting,
            agent: setup.entry_agent,
            turn: Turn::default(),
            expect: Expect::Anything,
            speaking: Speaking::default(),
            listening: Listening::new(setup.ears),
            thought: None,
            waits_for_tool: false,
            seeking: None,
            quiet_since: None,
            silences: 0,
            caller_words: Redactor::default(),
            facts,
            rating: None,
            asked_since_answer: false,
            out: VecDeque::new(),
            setup,
        }
    }

    /// Takes one input.
    pub fn handle(&mut self, input: Input, now: At) {
        debug_assert!(self.out.is_empty(), "drain the call before the next input");
        if self.phase == Phase::Over {
            return;
        }
        match input {
            Input::Started => self.started(now),
            Input::Voice(bit) => self.voice(bit, now),
            Input::Recognised { range, text } => self.recognised(range, &text, now),
            Input::NoWords { range } => self.no_words(range, now),
            Input::EarsLost => self.ears_lost(now),
            Input::Key(key) => self.key(key, now),
            Input::Playing { id, from, ms } => self.playing(id, from, ms, now),
            Input::Played { id } => self.played(id, now),
            Input::Unspeakable { id } => self.unspeakable(id, now),
            Input::Mind(wish) => self.wish(wish, now),
            Input::MindRests => self.mind_rests(now),
            Input::Tool(result) => self.tool_answered(result, now),
            Input::Found(found) => self.found(found, now),
            Input::Gone(by) => self.end(by, now),
            Input::Tick => {}
        }
        self.time(now);
        self.turn.speaking(self.speaking.audible(now));
    }

    /// The next output, until there is none.
    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// When to come back with [`Input::Tick`] if nothing else happens.
    #[must_use]
    pub fn wake_at(&self) -> Option<At> {
        if matches!(self.phase, Phase::Waiting | Phase::Over) {
            return None;
        }
        let silence = self.quiet_since.map(|at| at.plus(self.patience()));
        let talks = self.phase == Phase::Talking && self.seeking.is_none();
        let longest = self.facts.started_at.filter(|_| talks).map(|at| at.plus(self.longest_ms()));
        let seeking = self.seeking_due().filter(|_| self.phase == Phase::Talking);
        let due = [
            self.thought_due(),
            silence,
            longest,
            self.speaking.due(),
            self.listening.due(),
            self.stalled_due(),
            seeking,
        ];
        due.into_iter().flatten().min()
    }

    /// Whether it is over: nothing more will come out.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    fn started(&mut self, now: At) {
        if self.phase != Phase::Waiting {
            return;
        }
        self.phase = Phase::Talking;
        self.facts.started_at = Some(now);
        self.fact(Fact::Answered);
        let caller = self.setup.caller.clone();
        self.think(MindIn::Begin { caller, ears: self.listening.ears }, now);
    }

    /// Everything that only time brings about.
    fn time(&mut self, now: At) {
        if !matches!(self.phase, Phase::Talking | Phase::Leaving) {
            return;
        }
        // These may end a pause, after which a speech may be overdue.
        self.keys_complete(now);
        self.stalled(now);
        while let Some(id) = self.speaking.overdue(now) {
            self.played(id, now);
        }
        self.waited(now);
        self.seeking_time(now);
        self.silent(now);
        self.time_up(now);
    }

    fn longest_ms(&self) -> i64 {
        self.setup.limit_ms.min(LONGEST_MS)
    }

    /// The carrier cuts at 60 minutes: say so before, and let a person go on
    /// with what is not done.
    fn time_up(&mut self, now: At) {
        let up = self.facts.started_at.is_some_and(|at| now.since(at) >= self.longest_ms());
        if self.phase != Phase::Talking || !up || self.seeking.is_some() {
            return;
        }
        if !self.facts.has_resolving_fact() {
            self.escalate(EscalationReason::Rule, now);
            if self.waits_for_person() {
                return;
            }
            if let Some((key, text)) = self.setup.time_up.clone() {
                self.say_own(key, text, false, now);
            }
        }
        self.leave(now);
    }

    /// A mind or a tool takes its time: the caller is told, then it is given up.
    fn waited(&mut self, now: At) {
        let Some(thought) = self.thought else { return };
        let waited = now.since(thought.since);
        if waited >= THOUGHT_MS {
            self.thought = None;
            self.waits_for_tool = false;
            self.escalate(EscalationReason::Degraded, now);
            if !self.waits_for_person() {
                self.leave(now);
            }
            return;
        }
        if self.may_fill() && self.thought_due().is_some_and(|due| now >= due) {
            self.thought = Some(Thought { fillers: thought.fillers + 1, ..thought });
            self.filler(thought.fillers, now);
        }
    }

    /// A filler is for silence: not while we or the caller speak.
    fn may_fill(&self) -> bool {
        !self.speaking.busy() && !self.turn.is_open() && self.thought.is_some_and(|t| t.fillers < 2)
    }

    /// When what is waited for has taken too long for something.
    fn thought_due(&self) -> Option<At> {
        let thought = self.thought?;
        let wait = match thought.fillers {
            0 if self.may_fill() => FILLER_MS,
            1 if self.may_fill() => FILLER_AGAIN_MS,
            _ => THOUGHT_MS,
        };
        Some(thought.since.plus(wait))
    }

    /// Nobody says anything.
    fn silent(&mut self, now: At) {
        let idle = self.phase == Phase::Talking
            && self.thought.is_none()
            && !self.waits_for_person()
            && !self.speaking.busy()
            && !self.turn.is_open()
            && !self.listening.waits();
        if !idle {
            self.quiet_since = None;
            return;
        }
        let since = *self.quiet_since.get_or_insert(now);
        if now.since(since) >= self.patience() {
            self.quiet_since = None;
            self.silences += 1;
            let nth = self.silences;
            self.think(MindIn::Silence(nth), now);
        }
    }

    /// How long silence is waited for. Keying takes longer than speaking.
    fn patience(&self) -> i64 {
        match self.expect {
            Expect::Digits { .. } | Expect::Message => SILENCE_MS + KEYING_MS,
            _ => SILENCE_MS,
        }
    }

    fn helped(&mut self, yes: bool) {
        self.facts.helped = Some(if yes { Helped::Yes } else { Helped::No });
        self.fact(Fact::Helped { yes });
    }

    fn fact(&mut self, fact: Fact) {
        self.out.push_back(Output::Fact(fact));
    }

    fn command(&mut self, command: Command) {
        self.out.push_back(Output::Command(command));
    }
}

#[cfg(test)]
mod tests;
