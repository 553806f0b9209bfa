//! Sound out, at most 400 ms ahead of the caller's ear, by deadlines and never
//! by a fixed sleep: a stall is caught up at once instead of becoming a delay.

use caly_carriers::exotel::stream::{Dialect, Encoder, chunk_bytes};
use caly_core::time::At;
use caly_voice::vad::level_db;
use std::collections::VecDeque;
use std::sync::Arc;

/// A chunk is sent when less than this is waiting at the carrier.
const LEAD_MS: i64 = 250;
/// The longest way of a line's echo.
const ECHO_MS: i64 = 600;
/// Silence, in dB below full scale.
const SILENT_DB: f32 = -120.0;

/// One speech in the queue.
#[derive(Debug)]
struct Item {
    id: u32,
    /// What was made of it so far.
    pieces: Vec<Arc<[i16]>>,
    /// Nothing more will be made.
    whole: bool,
    /// Samples sent.
    sent: usize,
    /// When its first sample is heard, and the length that was told with it.
    begun: Option<(At, usize)>,
}

/// One chunk at the carrier, until it was played and its echo has died away.
#[derive(Debug)]
struct Chunk {
    begins: At,
    ends: At,
    level_db: f32,
    /// Whose it is, and its first sample.
    id: u32,
    from: usize,
}

/// What is to be done now.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this frame.
    Send(String),
    /// A speech's first sound leaves. Said again when the speech has become
    /// longer since.
    Begins {
        /// The speech.
        id: u32,
        /// When its first sample is heard.
        from: At,
        /// Its length as far as it is made, ms.
        ms: i64,
    },
}

/// Plays speeches in order. A value: the socket asks what to send and when to
/// come back.
#[derive(Debug)]
pub struct Pacer {
    encoder: Encoder,
    rate: u32,
    queue: VecDeque<Item>,
    /// Speeches that were sent whole; the last of them may still be playing.
    whole: VecDeque<Item>,
    chunks: VecDeque<Chunk>,
    /// When what was sent will have been played.
    played_at: At,
    /// Counts marks, so that each has a name of its own.
    marks: u32,
    /// Marks from before this one were taken back by a clear.
    cleared: u32,
    paused: bool,
}

impl Pacer {
    /// For a stream that has started.
    #[must_use]
    pub fn new(stream_sid: &str, rate: u32, now: At) -> Self {
        Self {
            encoder: Encoder::new(stream_sid, Dialect::Superset, rate),
            rate,
            queue: VecDeque::new(),
            whole: VecDeque::new(),
            chunks: VecDeque::new(),
            played_at: now,
            marks: 0,
            cleared: 0,
            paused: false,
        }
    }

    /// A speech takes its place; its sound comes later.
    pub fn queue(&mut self, id: u32) {
        self.queue.push_back(Item { id, pieces: Vec::new(), whole: false, sent: 0, begun: None });
    }

    /// More sound of a speech that is still wanted.
    pub fn sound(&mut self, id: u32, piece: Arc<[i16]>) {
        if let Some(item) = self.queue.iter_mut().find(|i| i.id == id) {
            item.pieces.push(piece);
        }
    }

    /// A speech has no more sound.
    pub fn sound_ends(&mut self, id: u32) {
        if let Some(item) = self.queue.iter_mut().find(|i| i.id == id) {
            item.whole = true;
        }
    }

    /// A speech that cannot be made is passed over.
    pub fn skip(&mut self, id: u32) {
        self.queue.retain(|i| i.id != id);
    }

    /// When there is something to send; `None` while there is not.
    #[must_use]
    pub fn due(&self) -> Option<At> {
        let ready = !self.paused && self.queue.front().is_some_and(|i| i.ready(self.samples()));
        ready.then(|| self.played_at.plus(-LEAD_MS))
    }

    /// The next thing to do now, if any.
    pub fn step(&mut self, now: At) -> Option<Step> {
        if self.due()? > now {
            return None;
        }
        self.forget_played(now);
        let size = self.samples();
        let item = self.queue.front_mut()?;
        let length = item.length();
        if item.begun.is_none_or(|(_, told)| told != length) {
            let from = item.begun.map_or(self.played_at.max(now), |(from, _)| from);
            item.begun = Some((from, length));
            return Some(Step::Begins { id: item.id, from, ms: millis(length, self.rate) });
        }
        if item.sent >= length {
            let id = item.id;
            self.whole.extend(self.queue.pop_front());
            self.marks += 1;
            return Some(Step::Send(self.encoder.mark(&format!("t{id}-{}", self.marks))));
        }
        let (id, from) = (item.id, item.sent);
        let chunk = item.cut(size);
        item.sent += chunk.len();
        let begins = self.played_at.max(now);
        self.played_at = begins.plus(millis(size, self.rate));
        self.chunks.push_back(Chunk { begins, ends: self.played_at, level_db: level_db(&chunk), id, from });
        let mut bytes: Vec<u8> = chunk.iter().flat_map(|s| s.to_le_bytes()).collect();
        // The last chunk is filled up with silence, as the carrier asks.
        bytes.resize(size * 2, 0);
        Some(Step::Send(self.encoder.media(&bytes)))
    }

    /// Samples of one chunk.
    fn samples(&self) -> usize {
        chunk_bytes(self.rate) / 2
    }

    /// Stops: what the carrier has not begun to play is taken back, chunk by
    /// chunk, into the speeches that it came from.
    pub fn pause(&mut self, now: At) -> String {
        self.paused = true;
        self.cleared = self.marks;
        while let Some(chunk) = self.chunks.pop_back_if(|c| c.begins > now) {
            self.take_back(&chunk);
        }
        self.played_at = self.chunks.back().map_or(now, |c| c.ends.max(now));
        self.encoder.clear()
    }

    fn take_back(&mut self, chunk: &Chunk) {
        if self.queue.front().is_none_or(|i| i.id != chunk.id)
            && let Some(whole) = self.whole.pop_back_if(|i| i.id == chunk.id)
        {
            self.queue.push_front(whole);
        }
        if let Some(item) = self.queue.front_mut().filter(|i| i.id == chunk.id) {
            item.sent = chunk.from;
        }
    }

    /// Goes on from the last played sample. A mark that the clear took back is
    /// sent again behind the speech.
    pub fn go_on(&mut self) {
        self.paused = false;
    }

    /// Forgets everything that was not played.
    pub fn drop_all(&mut self) {
        self.paused = false;
        self.queue.clear();
        self.whole.clear();
    }

    /// The speech of a mark, unless it was cut since.
    #[must_use]
    pub fn mark(&self, name: &str) -> Option<u32> {
        let (id, number) = name.strip_prefix('t')?.split_once('-')?;
        let number: u32 = number.parse().ok()?;
        (number > self.cleared && number <= self.marks).then(|| id.parse().ok())?
    }

    fn forget_played(&mut self, now: At) {
        while self.chunks.pop_front_if(|c| now.since(c.ends) > ECHO_MS).is_some() {}
        let at_carrier = |id: u32, chunks: &VecDeque<Chunk>| chunks.iter().any(|c| c.id == id);
        while self.whole.front().is_some_and(|i| !at_carrier(i.id, &self.chunks)) {
            self.whole.pop_front();
        }
    }

    /// The loudest of our own sound whose echo may be on the line at `now`, dB.
    pub fn own_level(&mut self, now: At) -> f32 {
        self.forget_played(now);
        self.chunks.iter().filter(|c| c.begins <= now).map(|c| c.level_db).fold(SILENT_DB, f32::max)
    }
}

impl Item {
    fn length(&self) -> usize {
        self.pieces.iter().map(|p| p.len()).sum()
    }

    /// A whole chunk waits, or the rest of all there will be.
    fn ready(&self, chunk: usize) -> bool {
        self.whole || self.length() >= self.sent + chunk
    }

    /// The next samples, `most` of them where there are so many.
    fn cut(&self, most: usize) -> Vec<i16> {
        let mut chunk = Vec::with_capacity(most);
        let mut skip = self.sent;
        for piece in &self.pieces {
            let from = skip.min(piece.len());
            skip -= from;
            let to = (from + most - chunk.len()).min(piece.len());
            chunk.extend_from_slice(&piece[from..to]);
        }
        chunk
    }
}

fn millis(samples: usize, rate: u32) -> i64 {
    i64::try_from(samples * 1000 / rate as usize).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(ms: usize) -> Arc<[i16]> {
        vec![1000; ms * 16].into()
    }

    /// A speech with all its sound.
    fn speech(pacer: &mut Pacer, id: u32, ms: usize) {
        pacer.queue(id);
        pacer.sound(id, sound(ms));
        pacer.sound_ends(id);
    }

    fn media(pacer: &mut Pacer, now: At) -> usize {
        let mut sent = 0;
        while let Some(step) = pacer.step(now) {
            sent += usize::from(matches!(&step, Step::Send(text) if text.contains("media")));
        }
        sent
    }

    #[test]
    fn the_lead_is_bounded_and_stalls_are_caught_up() {
        let mut pacer = Pacer::new("S", 16_000, At(0));
        pacer.queue(1);
        assert_eq!(pacer.due(), None, "no sound yet");
        pacer.sound(1, sound(2000));
        pacer.sound_ends(1);
        assert_eq!(media(&mut pacer, At(0)), 3, "300 ms at once");
        assert_eq!(pacer.due(), Some(At(50)));
        assert_eq!(media(&mut pacer, At(1000)), 3, "after a stall the lead is the same");
    }

    #[test]
    fn a_pause_takes_back_what_was_not_played() {
        let mut pacer = Pacer::new("S", 16_000, At(0));
        speech(&mut pacer, 1, 1000);
        media(&mut pacer, At(0));
        pacer.pause(At(120));
        assert_eq!(pacer.due(), None);
        pacer.go_on();
        assert_eq!(pacer.queue.front().unwrap().sent, 200 * 16, "the chunk that plays is played to its end");
        assert_eq!(pacer.due(), Some(At(200 - LEAD_MS)));
    }

    #[test]
    fn a_tail_that_was_sent_whole_comes_back_as_well() {
        let mut pacer = Pacer::new("S", 16_000, At(0));
        for id in [1, 2] {
            speech(&mut pacer, id, 150);
        }
        let marks = |pacer: &mut Pacer, now| {
            let steps: Vec<_> = std::iter::from_fn(|| pacer.step(now)).collect();
            steps.iter().filter(|s| matches!(s, Step::Send(text) if text.contains("mark"))).count()
        };
        assert_eq!(marks(&mut pacer, At(0)), 1, "speech 1 is at the carrier whole, speech 2 in part");
        pacer.pause(At(50));
        let left: Vec<_> = pacer.queue.iter().map(|i| (i.id, i.sent)).collect();
        assert_eq!(left, [(1, 1600), (2, 0)]);
        assert_eq!(pacer.mark("t1-1"), None, "a mark from before the clear is late");
        pacer.go_on();
        assert_eq!(marks(&mut pacer, At(1000)), 1);
        assert_eq!(pacer.mark("t1-2"), Some(1));
        assert_eq!(pacer.mark("t1-9"), None, "a mark that we never sent");
        assert_eq!(pacer.mark("nonsense"), None);
    }

    #[test]
    fn speeches_play_in_order_and_one_that_cannot_be_made_is_passed_over() {
        let mut pacer = Pacer::new("S", 16_000, At(0));
        pacer.queue(1);
        speech(&mut pacer, 2, 100);
        assert_eq!(pacer.step(At(0)), None);
        pacer.skip(1);
        assert_eq!(pacer.step(At(0)), Some(Step::Begins { id: 2, from: At(0), ms: 100 }));
    }

    #[test]
    fn a_speech_leaves_while_its_rest_is_made() {
        let mut pacer = Pacer::new("S", 16_000, At(0));
        pacer.queue(1);
        pacer.sound(1, sound(250));
        assert_eq!(pacer.step(At(0)), Some(Step::Begins { id: 1, from: At(0), ms: 250 }));
        assert_eq!(media(&mut pacer, At(0)), 2, "two whole chunks; half a one waits for its rest");
        assert_eq!(pacer.due(), None);
        pacer.sound(1, sound(100));
        assert_eq!(pacer.step(At(20)), Some(Step::Begins { id: 1, from: At(0), ms: 350 }), "longer than was told");
        assert_eq!(media(&mut pacer, At(20)), 1);
        pacer.sound_ends(1);
        let last: Vec<_> = std::iter::from_fn(|| pacer.step(At(200))).collect();
        assert!(matches!(&last[..], [Step::Send(a), Step::Send(b)] if a.contains("media") && b.contains("mark")));
    }

    #[test]
    fn our_own_level_is_known_for_as_long_as_an_echo_takes() {
        let mut pacer = Pacer::new("S", 16_000, At(0));
        speech(&mut pacer, 1, 100);
        media(&mut pacer, At(0));
        assert!(pacer.own_level(At(50)) > -31.0);
        assert!(pacer.own_level(At(600)) > -31.0);
        assert!(pacer.own_level(At(800)) < -100.0);
    }
}
