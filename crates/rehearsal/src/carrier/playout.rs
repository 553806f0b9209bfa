//! The carrier's play-out clock: what was received waits here and becomes
//! audible in real time.

use std::collections::VecDeque;

/// Below this a sample counts as silence.
pub(super) const AUDIBLE: u16 = 300;

enum Item {
    Chunk { samples: Vec<i16>, played: usize },
    Mark(String),
}

/// Audio and marks in the order in which they came.
#[derive(Default)]
pub(super) struct Playout {
    queue: VecDeque<Item>,
}

impl Playout {
    pub(super) fn chunk(&mut self, samples: Vec<i16>) {
        self.queue.push_back(Item::Chunk { samples, played: 0 });
    }

    pub(super) fn mark(&mut self, name: String) {
        self.queue.push_back(Item::Mark(name));
    }

    /// Drops what has not begun to play; the chunk in play goes on. The marks
    /// that went with it, in order.
    pub(super) fn clear(&mut self) -> Vec<String> {
        let (kept, dropped): (VecDeque<_>, VecDeque<_>) = std::mem::take(&mut self.queue)
            .into_iter()
            .partition(|item| matches!(item, Item::Chunk { played, .. } if *played > 0));
        self.queue = kept;
        let mark = |item| if let Item::Mark(name) = item { Some(name) } else { None };
        dropped.into_iter().filter_map(mark).collect()
    }

    /// Samples that wait.
    pub(super) fn waiting(&self) -> usize {
        let left = |i: &Item| match i {
            Item::Chunk { samples, played } => samples.len() - played,
            Item::Mark(_) => 0,
        };
        self.queue.iter().map(left).sum()
    }

    /// The next `n` samples, silence where nothing waits, and the marks reached.
    pub(super) fn play(&mut self, n: usize) -> (Vec<i16>, Vec<String>) {
        let (mut out, mut marks) = (Vec::with_capacity(n), Vec::new());
        while let Some(front) = self.queue.front_mut() {
            match front {
                Item::Mark(name) => marks.push(std::mem::take(name)),
                Item::Chunk { samples, played } => {
                    let take = (n - out.len()).min(samples.len() - *played);
                    out.extend_from_slice(&samples[*played..*played + take]);
                    *played += take;
                    if *played < samples.len() {
                        break;
                    }
                }
            }
            self.queue.pop_front();
        }
        out.resize(n, 0);
        (out, marks)
    }
}

/// The first and the last audible sample.
pub(super) fn audible(samples: &[i16]) -> Option<(usize, usize)> {
    let loud = |s: &i16| s.unsigned_abs() > AUDIBLE;
    Some((samples.iter().position(loud)?, samples.iter().rposition(loud)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_when_all_before_them_was_played() {
        let mut p = Playout::default();
        p.chunk(vec![1; 5]);
        p.mark("a".into());
        p.chunk(vec![2; 3]);
        assert_eq!(p.play(4), (vec![1; 4], vec![]));
        assert_eq!(p.waiting(), 4);
        assert_eq!(p.play(4), (vec![1, 2, 2, 2], vec!["a".to_owned()]));
        assert_eq!(p.play(2), (vec![0, 0], vec![]));
    }

    #[test]
    fn clear_leaves_the_chunk_in_play() {
        let mut p = Playout::default();
        p.chunk(vec![1; 4]);
        p.chunk(vec![2; 4]);
        p.mark("gone".into());
        let _ = p.play(1);
        assert_eq!(p.clear(), ["gone"]);
        assert_eq!(p.play(8), (vec![1, 1, 1, 0, 0, 0, 0, 0], vec![]));
    }
}
