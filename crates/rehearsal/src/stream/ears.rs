//! What the caller heard of the agent: runs of audible sound on the stream's
//! own time line (samples since `start`).

use crate::audio::{AUDIBLE, first_audible};
use std::collections::VecDeque;

/// A pause longer than this ends a run, ms: longer than between words, shorter
/// than between turns.
const GAP_MS: u64 = 300;

/// Kept of the past for the line's echo, ms.
const MEMORY_MS: u64 = 1_000;

/// Sound without a pause; `end` is behind its last audible sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) start: u64,
    pub(super) end: u64,
}

pub(super) struct Ears {
    rate: u32,
    runs: Vec<Run>,
    audible: u64,
    memory: VecDeque<i16>,
    /// Time of the end of what was heard.
    until: u64,
}

impl Ears {
    pub(super) fn new(rate: u32) -> Self {
        Self { rate, runs: Vec::new(), audible: 0, memory: VecDeque::new(), until: 0 }
    }

    /// Hears what was played next.
    pub(super) fn hear(&mut self, samples: &[i16]) {
        if let Some(first) = first_audible(samples) {
            let last = samples.iter().rposition(|s| s.unsigned_abs() >= AUDIBLE.unsigned_abs()).unwrap_or(first);
            self.note(self.until + first as u64, self.until + last as u64 + 1);
        }
        self.memory.extend(samples);
        let most = usize::try_from(self.ms(MEMORY_MS)).unwrap_or(usize::MAX);
        self.memory.drain(..self.memory.len().saturating_sub(most));
        self.until += samples.len() as u64;
    }

    /// What was played at these times; silence where it is unknown.
    pub(super) fn played(&self, from: u64, len: usize) -> Vec<i16> {
        let begin = self.until - self.memory.len() as u64;
        let at = |t: u64| t.checked_sub(begin).and_then(|i| usize::try_from(i).ok());
        (0..len as u64).map(|i| at(from + i).and_then(|i| self.memory.get(i).copied()).unwrap_or(0)).collect()
    }

    /// The end of the last audible sound.
    pub(super) fn last_heard(&self) -> Option<u64> {
        self.runs.last().map(|r| r.end)
    }

    /// For how long the agent has been speaking, at `now`; 0 when it is not.
    pub(super) fn speaking_for(&self, now: u64) -> u64 {
        match self.runs.last() {
            Some(run) if now.saturating_sub(run.end) < self.ms(GAP_MS) => now.saturating_sub(run.start),
            _ => 0,
        }
    }

    pub(super) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Audible time in all, samples.
    pub(super) fn audible(&self) -> u64 {
        self.audible
    }

    fn note(&mut self, start: u64, end: u64) {
        let gap = self.ms(GAP_MS);
        match self.runs.last_mut() {
            Some(run) if start.saturating_sub(run.end) < gap => {
                self.audible += end - run.end;
                run.end = end;
            }
            _ => {
                self.audible += end - start;
                self.runs.push(Run { start, end });
            }
        }
    }

    fn ms(&self, ms: u64) -> u64 {
        ms * u64::from(self.rate) / 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ears(parts: &[(i16, usize)]) -> Ears {
        let mut ears = Ears::new(1_000);
        for (level, len) in parts {
            ears.hear(&vec![*level; *len]);
        }
        ears
    }

    #[test]
    fn a_short_pause_does_not_end_a_run_and_a_long_one_does() {
        let e = ears(&[(0, 50), (1_000, 100), (0, 200), (-1_000, 50), (100, 400), (500, 10)]);
        assert_eq!(e.runs(), [Run { start: 50, end: 400 }, Run { start: 800, end: 810 }]);
        assert_eq!((e.last_heard(), e.audible()), (Some(810), 360));
    }

    #[test]
    fn speaking_for_counts_from_the_runs_start() {
        let e = ears(&[(0, 50), (1_000, 100)]);
        assert_eq!((e.speaking_for(150), e.speaking_for(449), e.speaking_for(450)), (100, 399, 0));
    }

    #[test]
    fn the_past_can_be_heard_again() {
        let mut e = ears(&[(0, 1_500)]);
        e.hear(&[1, 2, 3]);
        assert_eq!(e.played(1_499, 6), [0, 1, 2, 3, 0, 0]);
        assert_eq!(e.played(0, 2), [0, 0]);
    }
}
