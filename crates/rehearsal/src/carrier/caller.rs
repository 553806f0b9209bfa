//! The caller on the line: plays a rendered script in steps of 20 ms.

use super::RehearsalError;
use super::playout::audible;
use crate::report::TurnTiming;
use crate::script::{Script, Step};
use crate::voice::{CallerVoice, resample, telephone};
use std::collections::VecDeque;

/// One step of every clock here, in ms.
pub(super) const TICK_MS: u64 = 20;
const KEY_EVERY_MS: u64 = 200;
const REPLY_WITHIN_MS: u64 = 30_000;
/// The agent is quiet after this long without an audible sample.
const QUIET_MS: u64 = 200;

enum Plan {
    Speech { text: String, samples: Vec<i16>, over_agent_ms: Option<u64> },
    Keys(VecDeque<char>, String),
    WaitQuiet(u64),
    Pause(u64),
    HangUp,
    WaitEnd(u64),
}

/// What the caller does in one step.
#[derive(Default)]
pub(super) struct Deed {
    pub samples: Vec<i16>,
    pub begins: Option<String>,
    pub key: Option<char>,
    pub hang_up: bool,
    /// The agent did not answer in this time.
    pub no_reply: Option<u64>,
}

/// The caller and what the caller hears.
pub(super) struct Caller {
    plan: VecDeque<Plan>,
    rate: u32,
    now: u64,
    /// Since the present step began, in ms.
    in_step: u64,
    played: usize,
    heard_since_turn: bool,
    quiet_ms: u64,
    agent_run_ms: u64,
    speaks_over_since: Option<u64>,
    pub turns: Vec<TurnTiming>,
    pub agent_audio_ms: u64,
}

impl Caller {
    /// Renders all speech ahead, so that rendering does not bend the timing.
    pub(super) fn new(script: &Script, voice: Option<&dyn CallerVoice>, rate: u32) -> Result<Self, RehearsalError> {
        let plan: Result<VecDeque<Plan>, _> = script.steps.iter().map(|s| render(s, voice, rate)).collect();
        Ok(Self {
            plan: plan?,
            rate,
            now: 0,
            in_step: 0,
            played: 0,
            heard_since_turn: false,
            quiet_ms: 0,
            agent_run_ms: 0,
            speaks_over_since: None,
            turns: Vec::new(),
            agent_audio_ms: 0,
        })
    }

    /// The agent's samples of this step. Says when it became audible (true) or
    /// quiet (false), with the time.
    pub(super) fn hear(&mut self, agent: &[i16]) -> Option<(bool, u64)> {
        let Some((first, last)) = audible(agent) else {
            let was = self.quiet_ms;
            self.quiet_ms += TICK_MS;
            let fell = self.agent_run_ms > 0 && was < QUIET_MS && self.quiet_ms >= QUIET_MS;
            return fell.then(|| self.fall_quiet());
        };
        self.quiet_ms = 0;
        self.agent_audio_ms += self.ms(last - first + 1);
        let began = self.agent_run_ms == 0;
        self.agent_run_ms += TICK_MS;
        let at = self.now + self.ms(first);
        let waiting = self.speaks_over_since.is_none();
        let open = self.turns.last_mut().filter(|t| t.first_reply_ms.is_none() && t.end_of_speech_ms <= at);
        if let Some(turn) = open.filter(|_| waiting && began) {
            turn.first_reply_ms = Some(at - turn.end_of_speech_ms);
        }
        self.heard_since_turn = true;
        began.then_some((true, at))
    }

    fn fall_quiet(&mut self) -> (bool, u64) {
        self.agent_run_ms = 0;
        let since = self.now + TICK_MS - self.quiet_ms;
        if let (Some(from), Some(turn)) = (self.speaks_over_since.take(), self.turns.last_mut()) {
            turn.barge_in_ms = Some(since.saturating_sub(from));
        }
        (false, since)
    }

    /// What the caller does in the step that `hear` was just called for.
    pub(super) fn act(&mut self) -> Deed {
        let mut deed = Deed::default();
        let n = (u64::from(self.rate) * TICK_MS / 1_000) as usize;
        let done = self.step(n, &mut deed);
        deed.samples.resize(n, 0);
        self.now += TICK_MS;
        self.in_step += TICK_MS;
        if done {
            self.plan.pop_front();
            self.in_step = 0;
            self.played = 0;
        }
        deed
    }

    /// Whether the present step is over.
    fn step(&mut self, n: usize, deed: &mut Deed) -> bool {
        let agent_quiet = self.quiet_ms;
        match self.plan.front_mut() {
            None | Some(Plan::HangUp) => {
                deed.hang_up = true;
                false
            }
            Some(Plan::Pause(ms)) => self.in_step + TICK_MS >= *ms,
            Some(Plan::WaitEnd(ms)) => self.in_step + TICK_MS >= *ms,
            Some(Plan::WaitQuiet(ms)) => {
                let late = self.in_step >= REPLY_WITHIN_MS && !self.heard_since_turn;
                deed.no_reply = late.then_some(REPLY_WITHIN_MS);
                late || (self.heard_since_turn && agent_quiet >= *ms)
            }
            Some(Plan::Keys(..)) => self.key(deed),
            Some(Plan::Speech { .. }) => self.speak(n, deed),
        }
    }

    fn key(&mut self, deed: &mut Deed) -> bool {
        let Some(Plan::Keys(left, all)) = self.plan.front_mut() else { return true };
        if !self.in_step.is_multiple_of(KEY_EVERY_MS) {
            return false;
        }
        deed.key = left.pop_front();
        if !left.is_empty() {
            return false;
        }
        let said = format!("[{all}]");
        self.turn(said, self.now);
        true
    }

    fn speak(&mut self, n: usize, deed: &mut Deed) -> bool {
        let Some(Plan::Speech { text, samples, over_agent_ms }) = self.plan.front() else { return true };
        if self.played == 0 {
            let wait = over_agent_ms.is_some_and(|ms| self.agent_run_ms < ms && self.in_step < REPLY_WITHIN_MS);
            if wait {
                return false;
            }
            deed.begins = Some(text.clone());
            let end = audible(samples).map_or(0, |(_, last)| last + 1);
            let turn = (text.clone(), self.now + self.ms(end));
            // Nobody is talked over by the silence before the first sound.
            let begin = self.now + self.ms(audible(samples).map_or(0, |(first, _)| first));
            self.speaks_over_since = (self.agent_run_ms > 0).then_some(begin);
            self.turn(turn.0, turn.1);
        }
        let Some(Plan::Speech { samples, .. }) = self.plan.front() else { return true };
        let to = (self.played + n).min(samples.len());
        deed.samples = samples[self.played..to].to_vec();
        let over = to == samples.len();
        self.played = to;
        if over {
            self.heard_since_turn = false;
        }
        over
    }

    fn turn(&mut self, said: String, end_of_speech_ms: u64) {
        self.heard_since_turn = false;
        self.turns.push(TurnTiming { said, end_of_speech_ms, first_reply_ms: None, barge_in_ms: None });
    }

    fn ms(&self, samples: usize) -> u64 {
        samples as u64 * 1_000 / u64::from(self.rate)
    }
}

fn render(step: &Step, voice: Option<&dyn CallerVoice>, rate: u32) -> Result<Plan, RehearsalError> {
    let say = |text: &str| -> Result<Vec<i16>, RehearsalError> {
        let voice = voice.ok_or_else(|| RehearsalError::NoVoice(text.to_owned()))?;
        Ok(telephone(&voice.say(text, rate)?, rate))
    };
    Ok(match step {
        Step::Say(text) => Plan::Speech { samples: say(text)?, text: text.clone(), over_agent_ms: None },
        Step::Interrupt { after_ms, text } => {
            Plan::Speech { samples: say(text)?, text: text.clone(), over_agent_ms: Some(*after_ms) }
        }
        Step::Wav(samples, from) => {
            let samples = telephone(&resample(samples, *from, rate), rate);
            Plan::Speech { samples, text: "(a recording)".into(), over_agent_ms: None }
        }
        Step::Press(keys) => Plan::Keys(keys.chars().collect(), keys.clone()),
        Step::WaitQuiet { ms } => Plan::WaitQuiet(*ms),
        Step::Pause(ms) => Plan::Pause(*ms),
        Step::HangUp => Plan::HangUp,
        Step::WaitEnd { ms } => Plan::WaitEnd(*ms),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(ms: usize) -> Step {
        Step::Wav((0..ms * 8).map(|i| if i % 8 < 4 { 8_000 } else { -8_000 }).collect(), 8_000)
    }

    fn caller(steps: Vec<Step>) -> Caller {
        Caller::new(&Script::new("t", steps), None, 8_000).unwrap()
    }

    #[test]
    fn the_reply_is_timed_from_the_last_audible_sample() {
        let mut c = caller(vec![tone(100), Step::WaitQuiet { ms: 100 }, Step::HangUp]);
        let mut hung_up_at = None;
        for tick in 0..60_u64 {
            let agent = if (20..30).contains(&tick) { [5_000; 160] } else { [0; 160] };
            c.hear(&agent);
            if c.act().hang_up {
                hung_up_at.get_or_insert(tick);
            }
        }
        let turn = &c.turns[0];
        assert!((95..=105).contains(&turn.end_of_speech_ms), "{turn:?}");
        assert_eq!(turn.first_reply_ms, Some(400 - turn.end_of_speech_ms));
        assert_eq!(c.agent_audio_ms, 200);
        assert_eq!(hung_up_at, Some(35));
    }

    #[test]
    fn keys_go_out_one_by_one_and_speech_needs_a_voice() {
        let mut c = caller(vec![Step::Press("12#".into())]);
        let mut keys = String::new();
        loop {
            c.hear(&[0; 160]);
            let deed = c.act();
            keys.extend(deed.key);
            if deed.hang_up {
                break;
            }
        }
        assert_eq!((keys.as_str(), c.turns[0].said.as_str(), c.turns[0].end_of_speech_ms), ("12#", "[12#]", 400));
        let talk = Script::new("t", vec![Step::Say("hello".into())]);
        assert!(matches!(Caller::new(&talk, None, 8_000), Err(RehearsalError::NoVoice(_))));
    }

    #[test]
    fn an_interruption_waits_for_the_agent_and_times_its_silence() {
        let Step::Wav(samples, rate) = tone(100) else { unreachable!() };
        let mut c = caller(vec![Step::Wav(samples, rate), Step::Pause(2_000)]);
        if let Some(Plan::Speech { over_agent_ms, .. }) = c.plan.front_mut() {
            *over_agent_ms = Some(300);
        }
        let mut began = None;
        for tick in 0..80_u64 {
            let agent = if (10..40).contains(&tick) || tick >= 60 { [5_000; 160] } else { [0; 160] };
            c.hear(&agent);
            if c.act().begins.is_some() {
                began = Some(tick * TICK_MS);
            }
        }
        assert_eq!(began, Some(480), "300 ms after the agent began at 200 ms, at the step's end");
        assert_eq!(c.turns[0].barge_in_ms, Some(800 - 480));
        assert_eq!(c.turns[0].first_reply_ms, Some(1_200 - c.turns[0].end_of_speech_ms));
    }
}
