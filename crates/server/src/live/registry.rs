//! The live calls of this node: bounded, and the newer of two sockets for one
//! call closes the older.

use caly_core::id::{CallId, ClientId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// One node's calls.
#[derive(Debug)]
pub struct Registry {
    most: usize,
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    calls: Mutex<HashMap<CallId, Entry>>,
    left: Notify,
}

#[derive(Debug)]
struct Entry {
    client: ClientId,
    epoch: u64,
    cut: CancellationToken,
}

/// A place in the registry, given back when it is dropped.
#[derive(Debug)]
pub struct Seat {
    call: CallId,
    epoch: u64,
    inner: Arc<Inner>,
    /// A newer socket of the same call took over.
    pub cut: CancellationToken,
}

/// The node carries all that it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this node carries as many calls as it may; raise max_calls or add a node")]
pub struct Full;

impl Registry {
    /// At most `most` calls; one client may hold four fifths of them, so that
    /// no client can shut the others out.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, inner: Arc::default() }
    }

    /// Takes a seat; a seat that the call already had is cut.
    ///
    /// # Errors
    /// [`Full`].
    pub fn take(&self, client: ClientId, call: CallId) -> Result<Seat, Full> {
        let mut calls = lock(&self.inner);
        let older = calls.remove(&call);
        if let Some(older) = &older {
            older.cut.cancel();
        }
        let of_client = calls.values().filter(|e| e.client == client).count();
        if calls.len() >= self.most || of_client >= (self.most * 4 / 5).max(1) {
            return Err(Full);
        }
        let epoch = older.map_or(0, |e| e.epoch + 1);
        let cut = CancellationToken::new();
        calls.insert(call, Entry { client, epoch, cut: cut.clone() });
        Ok(Seat { call, epoch, inner: Arc::clone(&self.inner), cut })
    }

    /// Whether this node has the call.
    #[must_use]
    pub fn holds(&self, call: CallId) -> bool {
        lock(&self.inner).contains_key(&call)
    }

    /// Calls right now.
    #[must_use]
    pub fn count(&self) -> usize {
        lock(&self.inner).len()
    }

    /// Waits until every call has ended.
    pub async fn drained(&self) {
        loop {
            let left = self.inner.left.notified();
            if self.count() == 0 {
                return;
            }
            left.await;
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut calls = lock(&self.inner);
        if calls.get(&self.call).is_some_and(|e| e.epoch == self.epoch) {
            calls.remove(&self.call);
        }
        drop(calls);
        self.inner.left.notify_waiters();
    }
}

fn lock(inner: &Inner) -> std::sync::MutexGuard<'_, HashMap<CallId, Entry>> {
    inner.calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn call(n: u128) -> CallId {
        CallId(Uuid::from_u128(n))
    }

    #[test]
    fn the_newer_socket_cuts_the_older_and_keeps_its_seat() {
        let registry = Registry::new(10);
        let client = ClientId(Uuid::from_u128(1));
        let first = registry.take(client, call(1)).unwrap();
        let second = registry.take(client, call(1)).unwrap();
        assert!(first.cut.is_cancelled() && !second.cut.is_cancelled());
        drop(first);
        assert!(registry.count() == 1 && registry.holds(call(1)));
        drop(second);
        assert!(registry.count() == 0 && !registry.holds(call(1)));
    }

    #[test]
    fn a_full_node_and_a_greedy_client() {
        let registry = Registry::new(5);
        let (a, b) = (ClientId(Uuid::from_u128(1)), ClientId(Uuid::from_u128(2)));
        let _held: Vec<_> = (0..4).map(|n| registry.take(a, call(n)).unwrap()).collect();
        assert_eq!(registry.take(a, call(9)).unwrap_err(), Full);
        let _other = registry.take(b, call(10)).unwrap();
        assert_eq!(registry.take(b, call(11)).unwrap_err(), Full);
    }
}
