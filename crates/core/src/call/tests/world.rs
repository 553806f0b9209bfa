//! A driver in the tests' hands: it drains, keeps what came out, and holds
//! every invariant at every step.

use super::super::*;
use crate::event::Speaker;
use crate::mind::{MindOut, Speech};
use crate::outcome::{Verdict, decide};
use crate::turn::{FRAME_MS, VoiceBit};

pub struct World {
    pub call: Call,
    pub now: At,
    pub facts: Vec<Fact>,
    pub commands: Vec<Command>,
    pub thoughts: Vec<MindIn>,
    pub ended: Option<CallFacts>,
    pub closed: bool,
    /// Speeches that were asked for, with what may still be heard of them.
    speeches: Vec<Speech>,
    begun: Vec<u32>,
    ids: u32,
    /// The last range that was asked for.
    pub ranges: u32,
    audio_ms: i64,
    phase: Phase,
    paused: bool,
    /// Whether a person is looked for.
    pub seeks: bool,
}

impl World {
    pub fn new() -> Self {
        Self::of(|_| {})
    }

    /// A started call with another setup.
    pub fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let mut world = Self::of(change);
        world.feed(Input::Started);
        world
    }

    fn of(change: impl FnOnce(&mut Setup)) -> Self {
        let mut setup = Setup::phone(AgentId(1));
        setup.fillers = vec![("f".into(), "One moment.".into())];
        change(&mut setup);
        let call = Call::new(setup, At(0));
        Self {
            call,
            now: At(0),
            facts: vec![],
            commands: vec![],
            thoughts: vec![],
            ended: None,
            closed: false,
            speeches: vec![],
            begun: vec![],
            ids: 0,
            ranges: 0,
            audio_ms: 0,
            phase: Phase::Waiting,
            paused: false,
            seeks: false,
        }
    }

    pub fn started() -> Self {
        let mut world = Self::new();
        world.feed(Input::Started);
        world
    }

    /// A call where people can be dialled.
    pub fn with_people() -> Self {
        let said = |key: &str| (key.to_owned(), format!("{key}."));
        Self::with(|setup| {
            setup.time_up = Some(said("later"));
            setup.queue = Some(QueueWords {
                ahead: vec![said("next"), said("one"), said("many")],
                offer: said("offer"),
                hold: "hold".into(),
                connecting: said("connecting"),
                nobody: said("nobody"),
                callback: said("callback"),
            });
        })
    }

    /// Everything that was asked to be said, by its prompt or words.
    pub fn speeches(&self) -> Vec<&str> {
        self.speeches.iter().map(|s| s.prompt.as_deref().unwrap_or(&s.text)).collect()
    }

    /// One input and its drain; a thought is followed by the mind's rest.
    pub fn feed(&mut self, input: Input) {
        let ticked = input == Input::Tick;
        self.call.handle(input, self.now);
        let mut thinks = 0;
        while let Some(out) = self.call.poll() {
            assert!(self.ended.is_none(), "{out:?} after the end");
            match out {
                Output::Fact(fact) => self.fact(fact),
                Output::Command(command) => {
                    assert!(!self.closed, "{command:?} after the close");
                    thinks += usize::from(matches!(command, Command::Think(_)));
                    self.command(command);
                }
            }
        }
        assert!(self.call.phase >= self.phase, "the state went back");
        self.phase = self.call.phase;
        assert_eq!(self.call.is_over(), self.ended.is_some());
        self.wakes(ticked && thinks == 0);
        for _ in 0..thinks {
            self.feed(Input::MindRests);
        }
    }

    /// Nobody waits for ever, and nobody is woken for nothing.
    fn wakes(&self, ticked: bool) {
        let wake = self.call.wake_at();
        match self.phase {
            Phase::Waiting | Phase::Over => assert_eq!(wake, None),
            Phase::Talking | Phase::Leaving => assert!(wake.is_some(), "{:?}", self.call),
        }
        assert!(!ticked || wake.is_none_or(|at| at > self.now), "woken for nothing: {:?}", self.call);
    }

    fn fact(&mut self, fact: Fact) {
        if let Fact::Ended { facts, .. } = &fact {
            self.ended = Some(*facts);
            let asked = self.facts.iter().any(|f| matches!(f, Fact::Escalated { .. }));
            assert_eq!(asked, facts.asked_for_person.is_some());
            assert_eq!(facts.answer_played, self.has(&Fact::AnswerPlayed));
            assert!(!self.seeks, "the looking outlives the call");
            let listed = facts.task_made || facts.to_person;
            assert!(!asked || listed, "who asked for a person is dialled one or is on a list");
        }
        if fact == Fact::AnswerPlayed {
            assert!(self.speeches.iter().any(|s| s.resolving && self.begun.contains(&s.id)), "nobody heard it");
        }
        self.facts.push(fact);
    }

    fn command(&mut self, command: Command) {
        match &command {
            Command::Think(input) => self.thoughts.push(input.clone()),
            Command::Speak(speech) => {
                assert!(self.speeches.iter().all(|s| s.id != speech.id), "said twice");
                self.speeches.push(speech.clone());
            }
            Command::Pause => assert!(!std::mem::replace(&mut self.paused, true), "paused twice"),
            Command::GoOn | Command::Drop => {
                assert!(std::mem::replace(&mut self.paused, false), "{command:?} without a pause");
            }
            Command::Recognise { range, from_ms, to_ms } => {
                assert!(*range > self.ranges && from_ms < to_ms && *to_ms <= self.audio_ms);
                self.ranges = *range;
            }
            Command::Close => self.closed = true,
            Command::Seek => assert!(!std::mem::replace(&mut self.seeks, true), "sought twice"),
            Command::StopSeeking => assert!(std::mem::replace(&mut self.seeks, false), "nobody was sought"),
            Command::ForgetRange { .. } | Command::RunTool(_) => {}
        }
        self.commands.push(command);
    }

    pub fn wish(&mut self, wish: MindOut) {
        self.feed(Input::Mind(wish));
    }

    pub fn say(&mut self, text: &str, resolving: bool) {
        self.ids += 1;
        let speech = Speech { id: self.ids, text: text.into(), prompt: None, resolving, interruptible: true };
        self.wish(MindOut::Say(speech));
    }

    /// The first speech that was not begun begins; it lasts a second.
    pub fn playing(&mut self) -> Option<u32> {
        let id = self.speeches.iter().map(|s| s.id).find(|id| !self.begun.contains(id))?;
        self.begun.push(id);
        self.feed(Input::Playing { id, from: self.now, ms: 1_000 });
        Some(id)
    }

    /// The next speech is heard.
    pub fn play_one(&mut self) {
        if let Some(id) = self.playing() {
            self.pass(1_000);
            self.feed(Input::Played { id });
        }
    }

    /// Everything that is queued is heard.
    pub fn play_all(&mut self) {
        if let Some(id) = self.begun.last().copied() {
            self.feed(Input::Played { id });
        }
        while let Some(id) = self.playing() {
            self.pass(1_000);
            self.feed(Input::Played { id });
        }
    }

    pub fn pass(&mut self, ms: i64) {
        self.now = self.now.plus(ms);
    }

    pub fn voice(&mut self, bits: i64) {
        self.bits(bits, true);
    }

    pub fn silence(&mut self, bits: i64) {
        self.bits(bits, false);
    }

    fn bits(&mut self, bits: i64, voiced: bool) {
        for _ in 0..bits {
            self.pass(FRAME_MS);
            self.audio_ms += FRAME_MS;
            let level_db = if voiced { -20.0 } else { -60.0 };
            self.feed(Input::Voice(VoiceBit { at_ms: self.audio_ms, voiced, level_db, own_db: -120.0 }));
        }
    }

    /// The last range that was asked for has these words.
    pub fn recognised(&mut self, text: &str) {
        self.feed(Input::Recognised { range: self.ranges, text: text.into() });
    }

    pub fn caller_says(&mut self, text: &str) {
        self.voice(30);
        self.silence(14);
        self.recognised(text);
        self.silence(60);
    }

    /// Only time passes.
    pub fn tick(&mut self) -> bool {
        let Some(at) = self.call.wake_at() else { return false };
        self.now = self.now.max(at);
        self.feed(Input::Tick);
        true
    }

    pub fn ticks_until(&mut self, done: impl Fn(&Self) -> bool) {
        for _ in 0..2_000 {
            if done(self) {
                return;
            }
            assert!(self.tick(), "it ended before");
        }
        panic!("it never came: {:?}", self.call);
    }

    pub fn has(&self, fact: &Fact) -> bool {
        self.facts.contains(fact)
    }

    pub fn spoken(&self) -> usize {
        self.speeches.len()
    }

    pub fn last_speech(&self) -> Option<u32> {
        self.speeches.last().map(|s| s.id)
    }

    pub fn last_command(&self) -> Option<&Command> {
        self.commands.iter().rfind(|c| !matches!(c, Command::Recognise { .. } | Command::ForgetRange { .. }))
    }

    pub fn verdict(&self) -> Verdict {
        decide(&self.ended.expect("it has ended"))
    }

    pub fn agent_said(&self) -> Vec<String> {
        let said = self.facts.iter().filter_map(|f| match f {
            Fact::Turn { speaker: Speaker::Agent, text, .. } => Some(text.clone()),
            _ => None,
        });
        said.collect()
    }
}
