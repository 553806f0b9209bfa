//! When the caller's turn begins, when it ends, and when he cuts us off.
//!
//! [`Turn`] is a value: 16 ms voice bits, recognised words and what the mind
//! expects go in; [`TurnOut`] comes out. It reads no clock: time is the
//! position in the caller's audio, in ms, so that a recorded call replays to
//! the same decisions (`ARCHITECTURE.md`, "The turn").

mod echo;
mod words;

pub use words::{Judged, is_backchannel, judge, stops_at_once};

use crate::mind::Expect;
use echo::Echo;

/// Length of one voice bit.
pub const FRAME_MS: i64 = 16;
/// So many voiced bits in a row begin a turn.
const BEGIN_FRAMES: u32 = 4;
/// Sound before the first voiced bit that belongs to the turn.
const PRE_ROLL_MS: i64 = 250;
/// Silence after which the words so far are recognised ahead of time.
const EAGER_MS: i64 = 208;
/// Voice of the caller that cuts us off while we speak.
const INTERRUPT_FRAMES: u32 = 16;
/// Nobody speaks longer in one breath than a recogniser can take.
const LONGEST_MS: i64 = 20_000;

/// 16 ms of the caller's audio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VoiceBit {
    /// Where it ends in the caller's audio, ms.
    pub at_ms: i64,
    /// Whether it sounds like a voice.
    pub voiced: bool,
    /// Its level, dB below full scale (0 is the loudest).
    pub level_db: f32,
    /// The loudest of our own sound in the last 600 ms, the longest way of an
    /// echo; −120 when we were silent.
    pub own_db: f32,
}

/// What the turn decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnOut {
    /// The caller began to speak; his sound counts from `from_ms`.
    Start {
        /// With pre-roll, in the caller's audio.
        from_ms: i64,
    },
    /// A short silence: recognise up to `to_ms` ahead of time.
    Eager {
        /// Where the turn began.
        from_ms: i64,
        /// Where it may have ended.
        to_ms: i64,
    },
    /// He goes on: what was recognised ahead of time is void.
    Resume,
    /// The turn is over.
    Commit {
        /// Where it began.
        from_ms: i64,
        /// Where it ended.
        to_ms: i64,
    },
    /// He speaks while we do. A `Start` comes with it.
    Interrupt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nobody speaks; voiced bits are counted.
    Quiet { run: u32 },
    /// The caller speaks, or paused for less than the end of the turn.
    Open { from_ms: i64, last_voice_ms: i64, eager: bool, judged: Option<Judged> },
}

/// The turn of one call. One mutation by [`Turn::voice`], then its result is
/// acted on; words and expectations only change how long silence is waited for.
#[derive(Debug, Clone)]
pub struct Turn {
    state: State,
    expect: Expect,
    speaking: bool,
    echo: Echo,
}

impl Default for Turn {
    fn default() -> Self {
        Self { state: State::Quiet { run: 0 }, expect: Expect::Anything, speaking: false, echo: Echo::default() }
    }
}

impl Turn {
    /// What the mind expects from now on.
    pub fn expect(&mut self, expect: Expect) {
        self.expect = expect;
    }

    /// Whether our own sound is being played.
    pub fn speaking(&mut self, speaking: bool) {
        self.speaking = speaking;
    }

    /// Words recognised ahead of time for the open turn.
    pub fn words(&mut self, text: &str) {
        let verdict = judge(&self.expect, text);
        if let State::Open { judged, .. } = &mut self.state {
            *judged = Some(verdict);
        }
    }

    /// Whether the caller's turn is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    /// Forgets the open turn (a key was pressed instead).
    pub fn reset(&mut self) {
        self.state = State::Quiet { run: 0 };
    }

    /// Takes 16 ms; says what follows from them, at most two things.
    pub fn voice(&mut self, bit: VoiceBit) -> [Option<TurnOut>; 2] {
        let voiced = bit.voiced && !self.echo.explains(bit);
        match self.state {
            State::Quiet { run } => {
                self.echo.learn(bit);
                self.quiet(run, voiced, bit.at_ms)
            }
            State::Open { .. } => [self.open(voiced, bit.at_ms), None],
        }
    }

    fn quiet(&mut self, run: u32, voiced: bool, at_ms: i64) -> [Option<TurnOut>; 2] {
        let need = if self.speaking { INTERRUPT_FRAMES } else { BEGIN_FRAMES };
        // Over our own sound single gaps are common; a gap costs one bit.
        let run = match (voiced, self.speaking) {
            (true, _) => run + 1,
            (false, true) => run.saturating_sub(1),
            (false, false) => 0,
        };
        if run < need {
            self.state = State::Quiet { run };
            return [None, None];
        }
        let from_ms = (at_ms - i64::from(run) * FRAME_MS - PRE_ROLL_MS).max(0);
        self.state = State::Open { from_ms, last_voice_ms: at_ms, eager: false, judged: None };
        self.echo.caller();
        [self.speaking.then_some(TurnOut::Interrupt), Some(TurnOut::Start { from_ms })]
    }

    fn open(&mut self, voiced: bool, at_ms: i64) -> Option<TurnOut> {
        let State::Open { from_ms, last_voice_ms, eager, judged } = &mut self.state else { return None };
        let from = *from_ms;
        if voiced {
            *last_voice_ms = at_ms;
            let was_eager = std::mem::take(eager);
            *judged = None;
            if at_ms - from >= LONGEST_MS {
                self.reset();
                return Some(TurnOut::Commit { from_ms: from, to_ms: at_ms });
            }
            return was_eager.then_some(TurnOut::Resume);
        }
        let silence = at_ms - *last_voice_ms;
        if silence >= patience_ms(&self.expect, *judged) {
            let to_ms = at_ms;
            self.reset();
            return Some(TurnOut::Commit { from_ms: from, to_ms });
        }
        if silence >= EAGER_MS && !*eager {
            *eager = true;
            return Some(TurnOut::Eager { from_ms: from, to_ms: at_ms });
        }
        None
    }
}

/// Silence that ends a turn, ms: short when the words complete what was
/// expected, long while digits are incomplete.
fn patience_ms(expect: &Expect, judged: Option<Judged>) -> i64 {
    match (expect, judged) {
        (_, Some(Judged::Complete)) => 304,
        (Expect::Digits { .. }, Some(Judged::Incomplete)) => 1_200,
        (_, Some(Judged::Incomplete)) | (Expect::Digits { .. } | Expect::Message, _) => 800,
        (Expect::Name | Expect::Date | Expect::Time, _) => 608,
        _ => 496,
    }
}

#[cfg(test)]
mod tests;
