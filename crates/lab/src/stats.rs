//! Means, spreads and the queue of events.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
pub(crate) fn real(n: usize) -> f64 {
    n as f64
}

pub(crate) fn mean(xs: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, n) = xs.into_iter().fold((0.0, 0), |(s, n), x| (s + x, n + 1));
    if n == 0 { 0.0 } else { sum / real(n) }
}

/// Standard error of a mean over worlds.
pub(crate) fn standard_error(xs: &[f64]) -> f64 {
    let m = mean(xs.iter().copied());
    let n = real(xs.len());
    if n < 2.0 { 0.0 } else { (xs.iter().map(|x| (x - m).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt() }
}

/// Gini coefficient: 0 is all equal.
pub(crate) fn gini(xs: &[f64]) -> f64 {
    let n = real(xs.len());
    let apart: f64 = xs.iter().flat_map(|a| xs.iter().map(move |b| (a - b).abs())).sum();
    let total: f64 = xs.iter().sum();
    if total > 0.0 { apart / (2.0 * n * total) } else { 0.0 }
}

/// The value below which a share `q` of a sorted slice lies.
pub(crate) fn percentile(sorted: &[f64], q: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ q ≤ 1")]
    let at = (q * real(sorted.len().saturating_sub(1))).round() as usize;
    sorted.get(at).copied().unwrap_or(0.0)
}

/// Events by time, first in first out among equals.
pub(crate) struct Agenda<E> {
    heap: BinaryHeap<Reverse<(u64, u64, E)>>,
    count: u64,
}

impl<E: Ord> Agenda<E> {
    pub(crate) fn new() -> Self {
        Self { heap: BinaryHeap::new(), count: 0 }
    }

    pub(crate) fn at(&mut self, time: f64, event: E) {
        self.count += 1;
        // The bits of a float that is not negative sort as the float does.
        self.heap.push(Reverse((time.to_bits(), self.count, event)));
    }

    pub(crate) fn next(&mut self) -> Option<(f64, E)> {
        self.heap.pop().map(|Reverse((time, _, event))| (f64::from_bits(time), event))
    }
}
