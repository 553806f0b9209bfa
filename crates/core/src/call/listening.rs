//! What the caller says and keys.

use super::{Call, Command, Fact, Phase};
use crate::event::Speaker;
use crate::mind::{Expect, Heard, MindIn};
use crate::time::{At, SECOND};
use crate::turn::{Judged, TurnOut, VoiceBit, is_backchannel, judge, stops_at_once};

/// Between two keys of one answer.
const KEY_GAP_MS: i64 = 3 * SECOND;
/// A recogniser that needs longer than this is lost.
const EARS_MS: i64 = 3 * SECOND;
/// A turn without any sound from the carrier for this long is none.
const STALL_MS: i64 = 2 * SECOND;

/// A range of audio at the recogniser.
#[derive(Debug, Clone)]
struct Range {
    id: u32,
    /// The words, when they came before the turn was over.
    text: Option<String>,
    /// Since when the turn is over and the words are waited for.
    committed: Option<At>,
}

#[derive(Debug)]
pub(super) struct Listening {
    /// Whether speech can be recognised (still).
    pub(super) ears: bool,
    /// They were lost while the mind slept, and it has to be told.
    pub(super) untold: bool,
    ranges: u32,
    range: Option<Range>,
    began: Option<At>,
    last_bit: At,
    keys: String,
    last_key: Option<At>,
}

impl Listening {
    pub(super) fn new(ears: bool) -> Self {
        Self {
            ears,
            untold: false,
            ranges: 0,
            range: None,
            began: None,
            last_bit: At::default(),
            keys: String::new(),
            last_key: None,
        }
    }

    /// Words or keys are on their way.
    pub(super) fn waits(&self) -> bool {
        self.range.is_some() || self.last_key.is_some()
    }

    pub(super) fn due(&self) -> Option<At> {
        let keys = self.last_key.map(|at| at.plus(KEY_GAP_MS));
        let words = self.range.as_ref().and_then(|r| r.committed).map(|at| at.plus(EARS_MS));
        keys.into_iter().chain(words).min()
    }
}

impl Call {
    pub(super) fn voice(&mut self, bit: VoiceBit, now: At) {
        if self.phase != Phase::Talking || !self.listening.ears {
            return;
        }
        self.listening.last_bit = now;
        for out in self.turn.voice(bit).into_iter().flatten() {
            match out {
                // Words in the queue stop nothing: only a key does.
                TurnOut::Interrupt if self.waits_for_person() => {}
                TurnOut::Interrupt => self.pause(now),
                TurnOut::Start { .. } => self.listening.began = Some(now),
                // … and nobody waits for what they are: what they had stopped
                // before somebody was looked for is said after them.
                TurnOut::Eager { .. } if self.waits_for_person() => self.forget_open(),
                TurnOut::Commit { .. } if self.waits_for_person() => {
                    self.forget_open();
                    self.go_on(now);
                }
                TurnOut::Eager { from_ms, to_ms } => self.recognise(from_ms, to_ms),
                TurnOut::Resume => self.forget(),
                TurnOut::Commit { from_ms, to_ms } => self.commit(from_ms, to_ms, now),
            }
        }
    }

    fn recognise(&mut self, from_ms: i64, to_ms: i64) {
        self.forget();
        self.listening.ranges += 1;
        let id = self.listening.ranges;
        self.listening.range = Some(Range { id, text: None, committed: None });
        self.command(Command::Recognise { range: id, from_ms, to_ms });
    }

    fn forget(&mut self) {
        if let Some(range) = self.listening.range.take()
            && range.text.is_none()
        {
            self.command(Command::ForgetRange { range: range.id });
        }
    }

    /// What was said before a person was looked for goes on to its words.
    fn forget_open(&mut self) {
        if self.listening.range.as_ref().is_some_and(|range| range.committed.is_none()) {
            self.forget();
        }
    }

    fn commit(&mut self, from_ms: i64, to_ms: i64, now: At) {
        if self.listening.range.is_none() {
            self.recognise(from_ms, to_ms);
        }
        if let Some(range) = &mut self.listening.range {
            range.committed = Some(now);
            if let Some(text) = range.text.take() {
                self.listening.range = None;
                self.words(&text, now);
            }
        }
    }

    pub(super) fn recognised(&mut self, id: u32, text: &str, now: At) {
        let Some(range) = self.listening.range.as_mut().filter(|r| r.id == id) else {
            // A range that was forgotten in the meantime.
            return;
        };
        if range.committed.is_some() {
            self.listening.range = None;
            self.words(text, now);
        } else {
            range.text = Some(text.to_owned());
            self.turn.words(text);
            if self.speaking.paused() && stops_at_once(text) {
                self.cut(now);
            }
        }
    }

    /// A range that was asked for ahead is asked for once more when the turn is
    /// over: a recogniser that was full for a moment takes no call's ears. Where
    /// the turn is over, its words are gone, and keys are surer than another try.
    pub(super) fn no_words(&mut self, id: u32, now: At) {
        let Some(range) = self.listening.range.take_if(|r| r.id == id) else { return };
        if range.committed.is_some() {
            self.ears_lost(now);
        }
    }

    /// The caller's turn is over and these are its words.
    fn words(&mut self, text: &str, now: At) {
        let text = text.trim();
        if self.speaking.paused() {
            if self.only_listens(text) {
                self.go_on(now);
                return;
            }
            self.cut(now);
        }
        if text.is_empty() {
            return;
        }
        let at = self.listening.began.take().unwrap_or(now);
        let redacted = self.caller_words.turn(text);
        for (turn, text) in redacted.replace {
            self.fact(Fact::Redacted { turn, text });
        }
        self.fact(Fact::Turn { speaker: Speaker::Caller, text: redacted.text.clone(), at });
        // Without the card too: who does not hear it does not read it back.
        self.heard(Heard { text: redacted.text, keys: String::new() }, now);
    }

    /// "Hmm" while we speak. "Yes" into the question it answers is an answer.
    fn only_listens(&self, text: &str) -> bool {
        let answers = self.speaking.at_last() && judge(&self.expect, text) == Judged::Complete;
        is_backchannel(text) && !stops_at_once(text) && !answers
    }

    /// The carrier stopped sending in the middle of a turn.
    pub(super) fn stalled(&mut self, now: At) {
        if self.stalled_due().is_some_and(|due| now >= due) {
            self.turn.reset();
            self.forget();
            self.go_on(now);
        }
    }

    pub(super) fn stalled_due(&self) -> Option<At> {
        self.turn.is_open().then(|| self.listening.last_bit.plus(STALL_MS))
    }

    pub(super) fn key(&mut self, key: char, now: At) {
        if self.phase != Phase::Talking {
            return;
        }
        self.turn.reset();
        self.forget();
        if self.waits_for_person() {
            self.go_on(now);
            self.key_in_queue(key, now);
            return;
        }
        self.hush(now);
        self.listening.last_key = Some(now);
        if !(key == '#' && matches!(self.expect, Expect::Digits { .. })) {
            self.listening.keys.push(key);
        }
        let enough = match self.expect {
            Expect::Digits { max, .. } => key == '#' || self.listening.keys.len() >= usize::from(max),
            _ => true,
        };
        if enough {
            self.keyed(now);
        }
    }

    /// Keys without an end: after a pause they are the answer.
    pub(super) fn keys_complete(&mut self, now: At) {
        if self.listening.last_key.is_some_and(|at| now.since(at) >= KEY_GAP_MS) {
            self.keyed(now);
        }
        let lost = self.listening.range.as_ref().and_then(|r| r.committed).is_some_and(|at| now.since(at) >= EARS_MS);
        if lost {
            self.ears_lost(now);
        }
    }

    fn keyed(&mut self, now: At) {
        let keys = std::mem::take(&mut self.listening.keys);
        self.listening.last_key = None;
        self.fact(Fact::Keys { count: keys.len() });
        if !keys.is_empty() {
            self.heard(Heard { text: String::new(), keys }, now);
        }
    }

    fn heard(&mut self, heard: Heard, now: At) {
        self.silences = 0;
        self.asked_since_answer = true;
        self.facts.first_audio.get_or_insert(now);
        self.facts.last_audio = Some(now);
        self.think(MindIn::Heard(heard), now);
    }

    pub(super) fn ears_lost(&mut self, now: At) {
        if !self.listening.ears {
            return;
        }
        self.listening.ears = false;
        self.turn.reset();
        self.listening.range = None;
        self.go_on(now);
        self.fact(Fact::EarsLost);
        self.listening.untold = true;
        self.tell_of_lost_ears(now);
    }

    /// The mind starts over in keypad menus with what it knows; while a person
    /// is looked for it sleeps, and is told when nobody comes.
    pub(super) fn tell_of_lost_ears(&mut self, now: At) {
        if self.listening.untold && !self.waits_for_person() {
            self.listening.untold = false;
            let caller = self.setup.caller.clone();
            self.think(MindIn::Begin { caller, ears: false }, now);
        }
    }
}
