//! Worlds side by side, results in the worlds' order.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// `job(0..n)` on every core; the order of the answers does not depend on it.
pub(crate) fn map<T: Send>(n: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(n)));
    let worker = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= n {
                return;
            }
            let answer = job(at);
            // A poisoned lock means that another worker panicked; scope re-raises it.
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, answer));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(worker);
        }
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, answer)| answer).collect()
}
