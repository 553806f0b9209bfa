//! What we say: queued, audible, played, cut. The transcript holds what was
//! played, so it is written when a speech ends, not when it is queued.

use super::{Call, Command, Fact, Phase, Setup};
use crate::event::Speaker;
use crate::mind::{MindIn, Speech};
use crate::outcome::EscalationReason;
use crate::time::At;

use std::collections::VecDeque;

/// Marks may never come back: after the estimate and this it counts as played.
const MARK_GRACE_MS: i64 = 1_500;
/// Whoever speaks or keys this much after the estimate's end has heard all.
const OVER_MS: i64 = 300;
/// A speech without a sound is passed over after this: a little more than the
/// driver gives the mouth.
const UNSPOKEN_MS: i64 = 3_500;
/// The same behind a speech that nobody heard: with two of these, the second
/// being the promise of a call, nobody waits in silence for more than 8 s.
const UNSPOKEN_AGAIN_MS: i64 = 2_000;
/// So many speeches in a row without a sound, and the mouth is lost.
const MOUTH_TRIES: u32 = 2;
/// Speeches of our own (fillers) are numbered from here.
const OWN_IDS: u32 = 1 << 30;

/// One speech on its way to the caller's ear.
#[derive(Debug, Clone)]
struct InFlight {
    speech: Speech,
    asked: Option<At>,
    begun: Option<At>,
    ms: i64,
}

impl InFlight {
    fn is_over(&self, now: At) -> bool {
        self.begun.is_some_and(|begun| now >= begun.plus(self.ms))
    }
}

/// Everything on its way, in order.
#[derive(Debug, Default)]
pub(super) struct Speaking {
    queue: VecDeque<InFlight>,
    /// Since when the caller talks over us; the rest waits.
    paused: Option<At>,
    /// Speeches of our own so far.
    own: u32,
    /// Speeches in a row that nobody heard.
    unheard: u32,
}

impl Speaking {
    /// The caller hears us right now, by the estimate: the mark that says so
    /// for certain comes later, or never.
    pub(super) fn audible(&self, now: At) -> bool {
        self.paused.is_none() && self.queue.iter().any(|f| f.begun.is_some() && !f.is_over(now))
    }

    /// The front speech, when its sound is over by the estimate and a little.
    fn over(&self, now: At) -> Option<u32> {
        self.queue.front().filter(|f| f.is_over(now.plus(-OVER_MS))).map(|f| f.speech.id)
    }

    /// Only one speech is left: what is heard of it is the question.
    pub(super) fn at_last(&self) -> bool {
        self.queue.len() == 1
    }

    /// Something is on its way or paused.
    pub(super) fn busy(&self) -> bool {
        !self.queue.is_empty()
    }

    pub(super) fn paused(&self) -> bool {
        self.paused.is_some()
    }

    fn front_interruptible(&self) -> bool {
        self.queue.front().is_some_and(|f| f.speech.interruptible)
    }

    /// When the front speech counts as played without a mark.
    pub(super) fn due(&self) -> Option<At> {
        let front = self.queue.front().filter(|_| self.paused.is_none())?;
        match front.begun {
            Some(begun) => Some(begun.plus(front.ms + MARK_GRACE_MS)),
            None if self.unheard > 0 => front.asked.map(|asked| asked.plus(UNSPOKEN_AGAIN_MS)),
            None => front.asked.map(|asked| asked.plus(UNSPOKEN_MS)),
        }
    }

    /// The front speech, when its time is over.
    pub(super) fn overdue(&self, now: At) -> Option<u32> {
        let due = self.due()?;
        let front = self.queue.front()?;
        (now >= due).then_some(front.speech.id)
    }

    /// The front speech became the front at `now` and may wait for its sound.
    fn stamp(&mut self, now: At) {
        if let Some(front) = self.queue.front_mut() {
            front.asked.get_or_insert(now);
        }
    }
}

impl Call {
    pub(super) fn say(&mut self, speech: Speech, now: At) {
        let speech_out = speech.clone();
        self.speaking.queue.push_back(InFlight { speech, asked: None, begun: None, ms: 0 });
        self.speaking.stamp(now);
        self.command(Command::Speak(speech_out));
    }

    pub(super) fn filler(&mut self, nth: u32, now: At) {
        if let Some((key, text)) = self.setup.fillers.get(nth as usize % self.setup.fillers.len().max(1)).cloned() {
            self.say_own(key, text, true, now);
        }
    }

    /// Something that the call says by itself, without the mind.
    pub(super) fn say_own(&mut self, key: String, text: String, interruptible: bool, now: At) {
        self.speaking.own += 1;
        let id = OWN_IDS + self.speaking.own;
        self.say(Speech { id, text, prompt: Some(key), resolving: false, interruptible }, now);
    }

    pub(super) fn playing(&mut self, id: u32, from: At, ms: i64, now: At) {
        let Some(flight) = self.speaking.queue.iter_mut().find(|f| f.speech.id == id) else { return };
        flight.begun.get_or_insert(from);
        flight.ms = ms;
        self.speaking.unheard = 0;
        self.facts.first_audio.get_or_insert(from);
        if self.turn.is_open() && !self.waits_for_person() {
            // He began before we did: he is not talked over.
            self.pause(now);
        }
    }

    /// A speech has no sound and never will have.
    pub(super) fn unspeakable(&mut self, id: u32, now: At) {
        let Some(at) = self.speaking.queue.iter().position(|f| f.speech.id == id) else { return };
        let asked = self.speaking.queue.remove(at).and_then(|f| f.asked);
        self.unheard(asked, now);
        self.after_speech(now);
    }

    /// A mouth that fails twice running is lost, and so is one that fails when
    /// nothing else is to be said: the caller would sit in silence. A person
    /// goes on; that is promised where a kept recording can still say it. What
    /// is queued is not waited for, unless some of it plays already.
    fn unheard(&mut self, asked: Option<At>, now: At) {
        self.speaking.unheard += 1;
        // The caller has heard nothing since it was asked for.
        self.quiet_since = asked;
        let begun = self.speaking.queue.iter().any(|f| f.begun.is_some());
        if begun || (self.speaking.unheard < MOUTH_TRIES && self.speaking.busy()) {
            return;
        }
        match self.phase {
            Phase::Talking => self.lost_mouth(now),
            Phase::Leaving => self.close(now),
            Phase::Waiting | Phase::Over => {}
        }
    }

    fn lost_mouth(&mut self, now: At) {
        self.escalate(EscalationReason::Degraded, now);
        if self.hand_over_in_silence(now) {
            return;
        }
        if let Some((key, text)) = self.setup.time_up.clone() {
            self.say_own(key, text, false, now);
        }
        self.leave(now);
    }

    pub(super) fn played(&mut self, id: u32, now: At) {
        if self.speaking.paused() || !self.speaking.queue.iter().any(|f| f.speech.id == id) {
            // A late mark of something that was dropped.
            return;
        }
        // Everything before it was played as well: marks come in order, and a
        // lost one must not hold the call up.
        while let Some(flight) = self.speaking.queue.pop_front() {
            let last = flight.speech.id == id;
            self.heard_in_full(flight, now);
            if last {
                break;
            }
        }
        self.after_speech(now);
    }

    fn after_speech(&mut self, now: At) {
        self.speaking.stamp(now);
        if self.phase == Phase::Leaving && !self.speaking.busy() {
            self.close(now);
        }
    }

    fn heard_in_full(&mut self, flight: InFlight, now: At) {
        let Some(begun) = flight.begun else {
            self.unheard(flight.asked, now);
            return;
        };
        // What he said after its end, while its mark was on its way, was said
        // after the answer: a late mark does not take that back.
        let spoke_after = self.facts.last_audio > Some(begun.plus(flight.ms));
        self.facts.last_audio = self.facts.last_audio.max(Some(now.min(begun.plus(flight.ms)).max(begun)));
        self.agent_said(flight.speech.text, begun);
        if flight.speech.resolving {
            self.facts.answer_played = true;
            self.asked_since_answer &= spoke_after;
            self.fact(Fact::AnswerPlayed);
        }
        if flight.speech.id < OWN_IDS && self.phase == Phase::Talking {
            // Being told is no thought of its own: nothing is waited for.
            self.command(Command::Think(MindIn::Spoken { id: flight.speech.id }));
        }
    }

    /// What was over at `until` was heard to its end, though its mark is on its
    /// way or lost; that mark is late when it comes, and says nothing more.
    fn heard_until(&mut self, until: At, now: At) {
        while let Some(flight) = self.speaking.queue.pop_front_if(|f| f.is_over(until)) {
            self.heard_in_full(flight, now);
        }
        self.speaking.stamp(now);
    }

    /// The caller talks over us: stop now, decide by his words later.
    pub(super) fn pause(&mut self, now: At) {
        if self.phase != Phase::Talking || self.speaking.paused() {
            return;
        }
        // What is over by now was heard, whether or not its mark came.
        while let Some(id) = self.speaking.over(now) {
            self.played(id, now);
        }
        if self.speaking.audible(now) && self.speaking.front_interruptible() {
            self.speaking.paused = Some(now);
            self.command(Command::Pause);
        }
    }

    /// It was only "hmm": go on from the last played sample.
    pub(super) fn go_on(&mut self, now: At) {
        let Some(paused) = self.speaking.paused.take() else { return };
        self.heard_until(paused, now);
        // All of the rest plays later by the pause, also what had only begun to
        // leave behind the one that was playing.
        for begun in self.speaking.queue.iter_mut().filter_map(|f| f.begun.as_mut()) {
            *begun = begun.plus(now.since(paused));
        }
        self.command(Command::GoOn);
    }

    /// He means it: what was not played is never said.
    pub(super) fn cut(&mut self, now: At) {
        let Some(paused) = self.speaking.paused.take() else { return };
        self.command(Command::Drop);
        self.heard_until(paused, now);
        let Some(front) = std::mem::take(&mut self.speaking.queue).pop_front() else { return };
        let Some(begun) = front.begun else { return };
        let heard = part(&front.speech.text, paused.since(begun), front.ms);
        self.facts.last_audio = self.facts.last_audio.max(Some(paused));
        self.fact(Fact::Interrupted);
        self.agent_broke_off(&heard, begun);
        if front.speech.id < OWN_IDS {
            self.think(MindIn::Interrupted { id: front.speech.id, heard }, now);
        }
    }

    /// The line went away: what was over was heard, and a speech in the middle
    /// of which it went that far.
    pub(super) fn speaking_cut_by_hang_up(&mut self, now: At) {
        let until = self.speaking.paused.take().unwrap_or(now);
        self.heard_until(until, now);
        let Some(front) = std::mem::take(&mut self.speaking.queue).pop_front() else { return };
        // One that was to be heard a moment later was not heard at all.
        let Some(begun) = front.begun.filter(|begun| *begun <= until) else { return };
        let heard = part(&front.speech.text, until.since(begun), front.ms);
        self.facts.last_audio = self.facts.last_audio.max(Some(until));
        if !Self::is_hold(&front.speech) {
            self.agent_broke_off(&heard, begun);
        }
    }

    /// What plays while the caller waits stops at once; what the agent said
    /// before is heard to its end.
    pub(super) fn drop_hold(&mut self, now: At) {
        if self.speaking.queue.front().is_none_or(|f| f.speech.id < OWN_IDS) {
            return;
        }
        let Some(front) = std::mem::take(&mut self.speaking.queue).pop_front() else { return };
        if self.speaking.paused.take().is_none() {
            self.command(Command::Pause);
        }
        self.command(Command::Drop);
        let Some(begun) = front.begun else { return };
        self.facts.last_audio = self.facts.last_audio.max(Some(now.min(begun.plus(front.ms)).max(begun)));
        if !Self::is_hold(&front.speech) {
            self.agent_broke_off(&part(&front.speech.text, now.since(begun), front.ms), begun);
        }
    }

    /// A speech that was cut; of one that was cut before its first word nothing
    /// was said.
    fn agent_broke_off(&mut self, heard: &str, at: At) {
        if !heard.trim().is_empty() {
            self.agent_said(format!("{heard} —"), at);
        }
    }

    fn agent_said(&mut self, text: String, at: At) {
        if !text.is_empty() {
            self.fact(Fact::Turn { speaker: Speaker::Agent, text, at });
        }
    }

    /// A key answers before we have finished asking: no need to finish.
    pub(super) fn hush(&mut self, now: At) {
        self.pause(now);
        self.cut(now);
    }
}

/// The words of a text that fit into the played part of its time, cut at a
/// word.
fn part(text: &str, played_ms: i64, whole_ms: i64) -> String {
    let chars = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let reach = chars.saturating_mul(played_ms.clamp(0, whole_ms)) / whole_ms.max(1);
    let reach = usize::try_from(reach).unwrap_or(0);
    let mut heard = String::new();
    for word in text.split_whitespace() {
        if heard.chars().count() + word.chars().count() > reach {
            break;
        }
        if !heard.is_empty() {
            heard.push(' ');
        }
        heard.push_str(word);
    }
    heard
}

impl Setup {
    /// A setup for a phone call; the rest are fields to set.
    #[must_use]
    pub fn phone(entry_agent: crate::id::AgentId) -> Self {
        Self {
            channel: crate::outcome::ChannelKind::Phone,
            is_demo: false,
            entry_agent,
            caller: None,
            ears: true,
            fillers: Vec::new(),
            queue: None,
            time_up: None,
            limit_ms: super::LONGEST_MS,
        }
    }
}
