//! The caller as a value: time and what was heard go in; sound, keys and the
//! hang-up come out. Times are samples since `start`.

use super::ears::Ears;
use crate::audio::speech_end;
use crate::report::TurnReport;
use std::collections::VecDeque;
use std::sync::Arc;

/// Between two keys, ms.
const KEY_MS: u64 = 250;

/// A step with its sound at hand.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Clip { said: String, samples: Arc<Vec<i16>> },
    Press(String),
    WaitForQuiet(u64),
    WaitForAudio,
    InterruptAfter(u64),
    Pause(u64),
    HangUp,
    WaitEnd,
}

/// What comes out of one frame's time.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub(super) audio: Vec<i16>,
    pub(super) keys: Vec<char>,
    pub(super) began: Option<String>,
    pub(super) hangs_up: Option<&'static str>,
}

struct Turn {
    said: String,
    began: u64,
    end: u64,
}

pub(super) struct Caller {
    acts: VecDeque<Act>,
    rate: u32,
    patience: u64,
    longest: u64,
    /// When the act at the front began, and how far it is (samples or keys).
    since: u64,
    done: usize,
    turns: Vec<Turn>,
}

impl Caller {
    pub(super) fn new(acts: Vec<Act>, rate: u32, patience_ms: u64, longest_ms: u64) -> Self {
        let ms = |ms: u64| ms * u64::from(rate) / 1_000;
        Self {
            acts: acts.into(),
            rate,
            patience: ms(patience_ms),
            longest: ms(longest_ms),
            since: 0,
            done: 0,
            turns: Vec::new(),
        }
    }

    /// The `len` samples from `from` on. `quiet`: nothing is queued at the
    /// carrier any more.
    pub(super) fn frame(&mut self, from: u64, len: usize, ears: &Ears, quiet: bool) -> Frame {
        let mut frame = Frame { audio: Vec::with_capacity(len), ..Frame::default() };
        while frame.audio.len() < len && frame.hangs_up.is_none() {
            let now = from + frame.audio.len() as u64;
            let room = len - frame.audio.len();
            if !self.act(now, room, ears, quiet, &mut frame) {
                break;
            }
        }
        frame.audio.resize(len, 0);
        if frame.hangs_up.is_none() {
            frame.hangs_up = self.gives_up(from + len as u64, ears);
        }
        frame
    }

    /// Plays the front act; `false` when the rest of the frame is silence.
    fn act(&mut self, now: u64, room: usize, ears: &Ears, quiet: bool, frame: &mut Frame) -> bool {
        let rate = u64::from(self.rate);
        let waited = |ms: u64, since: u64| now.saturating_sub(since) >= ms * rate / 1_000;
        let over = match self.acts.front() {
            None | Some(Act::WaitEnd) => return false,
            Some(Act::Clip { .. }) => return self.speak(now, room, frame),
            Some(Act::Press(_)) => return self.press(now, room, frame),
            Some(Act::HangUp) => {
                frame.hangs_up = Some("the caller hung up");
                return false;
            }
            Some(Act::Pause(ms)) => {
                let due = self.since + ms * rate / 1_000;
                silence_until(due, now, room, frame);
                now >= due
            }
            Some(Act::WaitForAudio) => ears.last_heard().is_some_and(|t| t > self.since),
            Some(Act::WaitForQuiet(ms)) => quiet && waited(*ms, self.since.max(ears.last_heard().unwrap_or(0))),
            Some(Act::InterruptAfter(ms)) => ears.speaking_for(now) >= ms * rate / 1_000,
        };
        if over {
            self.next(now);
        }
        over || matches!(self.acts.front(), Some(Act::Pause(_)))
    }

    fn speak(&mut self, now: u64, room: usize, frame: &mut Frame) -> bool {
        let Some(Act::Clip { said, samples }) = self.acts.front() else { return false };
        if self.done == 0 {
            frame.began = Some(said.clone());
            self.turns.push(Turn { said: said.clone(), began: now, end: now + speech_end(samples) as u64 });
        }
        let take = room.min(samples.len() - self.done);
        frame.audio.extend_from_slice(&samples[self.done..self.done + take]);
        self.done += take;
        if self.done == samples.len() {
            self.next(now + take as u64);
        }
        true
    }

    fn press(&mut self, now: u64, room: usize, frame: &mut Frame) -> bool {
        let Some(Act::Press(keys)) = self.acts.front() else { return false };
        let due = self.since + self.done as u64 * KEY_MS * u64::from(self.rate) / 1_000;
        if now < due {
            silence_until(due, now, room, frame);
            return true;
        }
        let Some(key) = keys.chars().nth(self.done) else {
            self.next(now);
            return true;
        };
        if self.done == 0 {
            let said = format!("[keys {keys}]");
            frame.began = Some(said.clone());
            self.turns.push(Turn { said, began: now, end: now });
        }
        frame.keys.push(key);
        self.done += 1;
        if let Some(turn) = self.turns.last_mut() {
            turn.end = now;
        }
        true
    }

    fn next(&mut self, now: u64) {
        self.acts.pop_front();
        self.since = now;
        self.done = 0;
    }

    fn gives_up(&self, now: u64, ears: &Ears) -> Option<&'static str> {
        if now > self.longest {
            return Some("the call took longer than the script allows");
        }
        let busy = matches!(self.acts.front(), Some(Act::Clip { .. } | Act::Press(_) | Act::Pause(_)));
        let since = self.since.max(ears.last_heard().unwrap_or(0));
        (!busy && now > since + self.patience).then_some("the caller lost patience")
    }

    /// Every turn with its reply: the first sound that began after the true
    /// end of speech and before the next turn.
    pub(super) fn turns(&self, ears: &Ears) -> Vec<TurnReport> {
        let ms = |samples: u64| samples * 1_000 / u64::from(self.rate);
        let report = |(i, turn): (usize, &Turn)| {
            let next = self.turns.get(i + 1).map_or(u64::MAX, |t| t.began);
            let reply = ears.runs().iter().map(|r| r.start).find(|s| (turn.end..next).contains(s));
            let over = ears.runs().iter().find(|r| r.start < turn.began && turn.began < r.end);
            TurnReport {
                said: turn.said.clone(),
                began_ms: ms(turn.began),
                end_of_speech_ms: ms(turn.end),
                first_reply_ms: reply.map(|s| ms(s - turn.end)),
                cut_ms: over.map(|r| ms(r.end - turn.began)),
            }
        };
        self.turns.iter().enumerate().map(report).collect()
    }
}

/// Fills up to a time, or up to the frame's end if that is sooner.
fn silence_until(due: u64, now: u64, room: usize, frame: &mut Frame) {
    let wait = usize::try_from(due.saturating_sub(now)).unwrap_or(room).min(room);
    frame.audio.resize(frame.audio.len() + wait, 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(said: &str, samples: Vec<i16>) -> Act {
        Act::Clip { said: said.into(), samples: Arc::new(samples) }
    }

    /// A caller at 1 kHz: a sample is a millisecond.
    fn caller(acts: Vec<Act>) -> Caller {
        Caller::new(acts, 1_000, 5_000, 100_000)
    }

    #[test]
    fn a_clip_is_spoken_across_frames_and_its_reply_is_measured() {
        let mut speech = vec![1_000; 150];
        speech.extend([5; 30]);
        let mut c = caller(vec![Act::Pause(50), clip("hello", speech), Act::WaitForAudio, Act::HangUp]);
        let mut ears = Ears::new(1_000);
        let first = c.frame(0, 100, &ears, true);
        assert_eq!((&first.audio[..50], first.audio[50]), (&[0; 50][..], 1_000));
        assert_eq!(first.began.as_deref(), Some("hello"));
        ears.hear(&[0; 100]);
        assert_eq!(c.frame(100, 100, &ears, true).audio[99], 1_000);
        ears.hear(&[0; 100]);
        assert!(c.frame(200, 100, &ears, true).hangs_up.is_none());
        ears.hear(&[0; 400]);
        ears.hear(&[2_000; 100]);
        assert!(c.frame(700, 100, &ears, true).hangs_up.is_some());
        let turn = &c.turns(&ears)[0];
        assert_eq!((turn.began_ms, turn.end_of_speech_ms, turn.first_reply_ms), (50, 200, Some(400)));
        assert_eq!(turn.cut_ms, None);
    }

    #[test]
    fn keys_come_one_each_quarter_second() {
        let mut c = caller(vec![Act::Press("12#".into()), Act::HangUp]);
        let ears = Ears::new(1_000);
        let mut pressed = Vec::new();
        for i in 0..10 {
            let frame = c.frame(i * 100, 100, &ears, true);
            pressed.extend(frame.keys.into_iter().map(|k| (i, k)));
            if frame.hangs_up.is_some() {
                assert_eq!(i, 7);
                break;
            }
        }
        assert_eq!(pressed, [(0, '1'), (2, '2'), (5, '#')]);
        let turn = &c.turns(&ears)[0];
        assert_eq!((turn.said.as_str(), turn.end_of_speech_ms), ("[keys 12#]", 500));
    }

    #[test]
    fn quiet_needs_an_empty_queue_and_a_pause() {
        let mut c = caller(vec![Act::WaitForQuiet(200), Act::HangUp]);
        let mut ears = Ears::new(1_000);
        ears.hear(&[1_000; 100]);
        assert!(c.frame(100, 100, &ears, true).hangs_up.is_none());
        ears.hear(&[0; 150]);
        assert!(c.frame(250, 100, &ears, true).hangs_up.is_none());
        ears.hear(&[0; 100]);
        assert!(c.frame(350, 100, &ears, false).hangs_up.is_none(), "something is queued");
        assert!(c.frame(350, 100, &ears, true).hangs_up.is_some());
    }

    #[test]
    fn an_interruption_is_told_with_how_long_the_agent_went_on() {
        let mut c = caller(vec![Act::InterruptAfter(300), clip("wait", vec![1_000; 100])]);
        let mut ears = Ears::new(1_000);
        ears.hear(&[1_000; 200]);
        assert!(c.frame(200, 100, &ears, false).began.is_none());
        ears.hear(&[1_000; 100]);
        assert_eq!(c.frame(300, 100, &ears, false).began.as_deref(), Some("wait"));
        ears.hear(&[1_000; 150]);
        ears.hear(&[0; 700]);
        ears.hear(&[1_000; 10]);
        let turn = &c.turns(&ears)[0];
        assert_eq!((turn.cut_ms, turn.first_reply_ms), (Some(150), Some(750)));
    }

    #[test]
    fn the_patient_caller_gives_up_at_last() {
        let mut c = caller(vec![Act::WaitEnd]);
        let ears = Ears::new(1_000);
        assert!(c.frame(4_900, 100, &ears, true).hangs_up.is_none());
        assert!(c.frame(5_000, 100, &ears, true).hangs_up.is_some());
    }
}
