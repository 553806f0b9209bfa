//! The play-out clock: what the caller would hear, sample by sample.
//!
//! Contract: time is a count of samples since the stream began. [`Playout::advance`]
//! plays up to a time and gives back exactly that many samples, silence where
//! nothing was queued; marks are reached when all audio that was queued before
//! them has been played; a clear drops what has not started.

use std::collections::VecDeque;

enum Item {
    Audio { samples: Vec<i16>, played: usize },
    Mark(String),
}

/// A queue of audio and marks, and how far it has been played.
pub struct Playout {
    rate: u32,
    queue: VecDeque<Item>,
    position: u64,
}

impl Playout {
    /// Nothing queued, at time 0.
    #[must_use]
    pub fn new(rate: u32) -> Self {
        Self { rate, queue: VecDeque::new(), position: 0 }
    }

    /// Queues audio behind what is there.
    pub fn push(&mut self, samples: Vec<i16>) {
        if !samples.is_empty() {
            self.queue.push_back(Item::Audio { samples, played: 0 });
        }
    }

    /// Queues a mark. With nothing queued before it, it is reached at the next
    /// [`Playout::advance`].
    pub fn mark(&mut self, name: String) {
        self.queue.push_back(Item::Mark(name));
    }

    /// Drops the audio that has not started; a chunk that has started plays on.
    /// Gives back the marks that were waiting; they are reached no more.
    pub fn clear(&mut self) -> Vec<String> {
        let started = |i: &Item| matches!(i, Item::Audio { played, .. } if *played > 0);
        let mut marks = Vec::new();
        let mut keep = VecDeque::new();
        for item in self.queue.drain(..) {
            match item {
                Item::Mark(name) => marks.push(name),
                audio if started(&audio) => keep.push_back(audio),
                Item::Audio { .. } => {}
            }
        }
        self.queue = keep;
        marks
    }

    /// Plays up to `until` (samples since the start; earlier is nothing) and
    /// gives back what was heard and the marks that were reached.
    pub fn advance(&mut self, until: u64) -> (Vec<i16>, Vec<String>) {
        let mut missing = usize::try_from(until.saturating_sub(self.position)).unwrap_or(0);
        let mut heard = Vec::with_capacity(missing);
        let mut reached = Vec::new();
        while let Some(item) = self.queue.front_mut() {
            match item {
                Item::Mark(name) => {
                    reached.push(std::mem::take(name));
                    self.queue.pop_front();
                }
                Item::Audio { samples, played } => {
                    let take = missing.min(samples.len() - *played);
                    heard.extend_from_slice(&samples[*played..*played + take]);
                    *played += take;
                    missing -= take;
                    if *played < samples.len() {
                        break;
                    }
                    self.queue.pop_front();
                }
            }
        }
        heard.resize(heard.len() + missing, 0);
        self.position = self.position.max(until);
        (heard, reached)
    }

    /// Audio still to be played, ms.
    #[must_use]
    pub fn queued_ms(&self) -> u64 {
        self.queued(self.queue.len()) * 1_000 / u64::from(self.rate)
    }

    /// When the next mark is reached, in samples since the start.
    #[must_use]
    pub fn next_mark_at(&self) -> Option<u64> {
        let before = self.queue.iter().position(|i| matches!(i, Item::Mark(_)))?;
        Some(self.position + self.queued(before))
    }

    /// Whether there is neither audio nor a mark.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    fn queued(&self, items: usize) -> u64 {
        let left = |i: &Item| match i {
            Item::Audio { samples, played } => (samples.len() - played) as u64,
            Item::Mark(_) => 0,
        };
        self.queue.iter().take(items).map(left).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playout() -> Playout {
        Playout::new(1_000) // one sample a millisecond
    }

    #[test]
    fn silence_until_audio_then_audio_then_silence() {
        let mut p = playout();
        assert_eq!(p.advance(3).0, [0, 0, 0]);
        p.push(vec![1, 2, 3, 4]);
        assert_eq!(p.queued_ms(), 4);
        assert_eq!(p.advance(5).0, [1, 2]);
        assert_eq!(p.queued_ms(), 2);
        assert_eq!(p.advance(9).0, [3, 4, 0, 0]);
        assert_eq!(p.advance(9).0, [0; 0]);
        assert_eq!(p.advance(4).0, [0; 0], "time does not go back");
    }

    #[test]
    fn a_mark_comes_back_when_all_before_it_was_played() {
        let mut p = playout();
        p.push(vec![1; 10]);
        p.mark("a".into());
        p.push(vec![2; 5]);
        p.mark("b".into());
        assert_eq!(p.next_mark_at(), Some(10));
        assert_eq!(p.advance(9).1, [""; 0]);
        assert_eq!(p.advance(10).1, ["a"]);
        assert_eq!(p.next_mark_at(), Some(15));
        assert_eq!(p.advance(20).1, ["b"]);
        assert_eq!(p.next_mark_at(), None);
    }

    #[test]
    fn a_mark_with_nothing_before_it_comes_back_at_once() {
        let mut p = playout();
        p.mark("now".into());
        assert_eq!(p.advance(0).1, ["now"]);
        assert!(p.is_empty());
    }

    #[test]
    fn clear_drops_what_has_not_started_and_returns_its_marks() {
        let mut p = playout();
        p.push(vec![1; 4]);
        p.mark("a".into());
        p.push(vec![2; 4]);
        p.mark("b".into());
        p.advance(2);
        assert_eq!(p.clear(), ["a", "b"]);
        let (heard, reached) = p.advance(8);
        assert_eq!(heard, [1, 1, 0, 0, 0, 0]);
        assert!(reached.is_empty());
    }

    #[test]
    fn clear_before_anything_started_drops_all() {
        let mut p = playout();
        p.push(vec![1; 4]);
        assert!(p.clear().is_empty());
        assert_eq!(p.advance(2).0, [0, 0]);
    }
}
