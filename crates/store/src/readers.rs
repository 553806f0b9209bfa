//! SQLite's readers: a few threads, each with a connection that cannot write.
//! A read is one trip to one of them, however many statements it has.

use crate::Run;
use crate::error::{Result, StoreError};
use crate::sql::{Conn, Lite, Tx};
use crate::writer::{at_once, roll_back};
use caly_core::id::ClientId;
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// A read is short and does not wait for the disk as a rule, so that two per
/// core keep the cores busy.
const READERS: usize = 4;
/// Reads that may wait; one more is [`StoreError::Busy`].
const QUEUE: usize = 4096;
/// A read that found no reader for so long is answered [`StoreError::Busy`].
const PATIENCE: Duration = Duration::from_secs(2);
/// How many of SQLite's steps (some tens of millions a second) lie between two
/// looks at the clock.
const STEPS: i32 = 100_000;

/// The inlet of the readers' threads.
#[derive(Clone)]
pub(crate) struct Readers(Arc<Gate>);

struct Gate {
    shared: Arc<Shared>,
    /// Yields `None` when the last thread has ended.
    ended: tokio::sync::Mutex<mpsc::Receiver<()>>,
}

struct Shared {
    waiting: Mutex<Waiting>,
    more: Condvar,
}

#[derive(Default)]
struct Waiting {
    reads: VecDeque<Box<dyn Look>>,
    closed: bool,
}

/// A read on its way.
trait Look: Send {
    /// A read that takes longer is given up, as `statement_timeout` does on the
    /// other engine.
    fn longest(&self) -> Duration;
    fn run(self: Box<Self>, conn: &mut Lite);
}

struct Asked<A, T> {
    client: Option<ClientId>,
    args: A,
    longest: Duration,
    run: Run<A, T>,
    since: Instant,
    reply: oneshot::Sender<Result<T>>,
}

impl<A: Send + Sync, T: Send> Look for Asked<A, T> {
    fn longest(&self) -> Duration {
        self.longest
    }

    fn run(self: Box<Self>, conn: &mut Lite) {
        if self.reply.is_closed() {
            return;
        }
        let answer = if self.since.elapsed() > PATIENCE {
            Err(StoreError::Busy)
        } else {
            read(conn, self.client, &self.args, self.run)
        };
        // The asker may have gone away.
        let _ = self.reply.send(answer);
    }
}

impl Readers {
    /// Starts the threads on connections of their own.
    pub(crate) fn start(path: &Path) -> Result<Self> {
        let shared = Arc::new(Shared { waiting: Mutex::default(), more: Condvar::new() });
        let (alive, ended) = mpsc::channel(1);
        let gate = Gate { shared: Arc::clone(&shared), ended: ended.into() };
        for n in 0..READERS {
            let (conn, clock) = open(path)?;
            let (shared, alive) = (Arc::clone(&shared), alive.clone());
            std::thread::Builder::new()
                .name(format!("caly-reader-{n}"))
                .spawn(move || {
                    serve(conn, &clock, &shared);
                    drop(alive);
                })
                .map_err(|e| StoreError::Away(e.into()))?;
        }
        Ok(Self(Arc::new(gate)))
    }

    /// Queues a read and waits for its answer.
    pub(crate) async fn read<A, T>(
        &self,
        client: Option<ClientId>,
        longest: Duration,
        args: A,
        run: Run<A, T>,
    ) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let asked = Box::new(Asked { client, args, longest, run, since: Instant::now(), reply });
        self.0.shared.put(asked)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Takes no more reads and waits for those that were taken.
    pub(crate) async fn close(&self) {
        self.0.shared.close();
        let _ = self.0.ended.lock().await.recv().await;
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.shared.close();
    }
}

impl Shared {
    fn put(&self, look: Box<dyn Look>) -> Result<()> {
        let mut waiting = self.waiting.lock();
        if waiting.closed {
            return Err(StoreError::Closed);
        }
        if waiting.reads.len() >= QUEUE {
            return Err(StoreError::Busy);
        }
        waiting.reads.push_back(look);
        drop(waiting);
        self.more.notify_one();
        Ok(())
    }

    /// The next read; `None` when it was closed and all are answered.
    fn take(&self) -> Option<Box<dyn Look>> {
        let mut waiting = self.waiting.lock();
        loop {
            if let Some(look) = waiting.reads.pop_front() {
                return Some(look);
            }
            if waiting.closed {
                return None;
            }
            self.more.wait(&mut waiting);
        }
    }

    fn close(&self) {
        self.waiting.lock().closed = true;
        self.more.notify_all();
    }
}

/// Until when the connection reads, for the look at the clock.
struct Clock {
    zero: Instant,
    /// Milliseconds from `zero` on.
    until: AtomicU64,
    reading: AtomicBool,
}

impl Clock {
    fn now(&self) -> u64 {
        u64::try_from(self.zero.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn is_over(&self) -> bool {
        self.reading.load(Ordering::Relaxed) && self.now() > self.until.load(Ordering::Relaxed)
    }

    /// A read begins, which may take so long.
    fn begin(&self, longest: Duration) {
        let longest = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
        self.until.store(self.now().saturating_add(longest), Ordering::Relaxed);
        self.reading.store(true, Ordering::Relaxed);
    }

    fn end(&self) {
        self.reading.store(false, Ordering::Relaxed);
    }
}

fn open(path: &Path) -> Result<(Lite, Arc<Clock>)> {
    // Not opened read-only: a WAL reader must be able to write the shared index.
    let mut conn = Lite::open(path)?;
    conn.script("PRAGMA query_only = ON")?;
    let (zero, until, reading) = (Instant::now(), AtomicU64::new(0), AtomicBool::new(false));
    let clock = Arc::new(Clock { zero, until, reading });
    let watch = Arc::clone(&clock);
    conn.raw().progress_handler(STEPS, Some(move || watch.is_over()))?;
    Ok((conn, clock))
}

fn serve(mut conn: Lite, clock: &Clock, shared: &Shared) {
    while let Some(look) = shared.take() {
        clock.begin(look.longest());
        look.run(&mut conn);
        clock.end();
    }
}

fn read<A, T>(conn: &mut Lite, client: Option<ClientId>, args: &A, run: Run<A, T>) -> Result<T> {
    conn.step("BEGIN")?;
    let result = at_once(run(&mut Tx::new(Conn::Sqlite(conn), client), args));
    if result.is_ok() {
        conn.step("COMMIT")?;
    } else {
        roll_back(conn);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::args;

    const SOON: Duration = Duration::from_secs(2);
    const FOREVER: &str =
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) AS n FROM n WHERE x > $1";

    fn count(conn: &mut Lite, sql: &'static str) -> Result<i64> {
        read(conn, None, &sql, |tx, sql| Box::pin(async move { tx.one(sql, args![0_i64]).await?.get("n") }))
    }

    #[test]
    fn a_read_that_takes_too_long_is_given_up_and_the_next_is_answered() {
        let dir = tempfile::tempdir().unwrap();
        let (mut conn, clock) = open(&dir.path().join("caly.db")).unwrap();
        clock.begin(Duration::from_millis(20));
        assert!(matches!(count(&mut conn, FOREVER), Err(StoreError::Busy)));
        assert!(!conn.in_transaction());
        clock.begin(Duration::from_secs(60));
        assert_eq!(count(&mut conn, "SELECT CAST(7 AS BIGINT) AS n WHERE $1 = 0").unwrap(), 7);
    }

    #[tokio::test]
    async fn a_panic_or_a_wait_inside_a_transaction_costs_that_one_only() {
        let dir = tempfile::tempdir().unwrap();
        let readers = Readers::start(&dir.path().join("caly.db")).unwrap();
        for _ in 0..2 * READERS {
            let broken: Result<()> =
                readers.read(None, SOON, (), |_, ()| Box::pin(async { panic!("on purpose") })).await;
            assert!(matches!(broken, Err(StoreError::Database(_))), "{broken:?}");
            let waits = readers.read(None, SOON, (), |_, ()| Box::pin(std::future::pending::<Result<()>>())).await;
            assert!(matches!(waits, Err(StoreError::Database(_))), "{waits:?}");
        }
        let one = readers.read(None, SOON, (), |tx, ()| {
            Box::pin(async move { tx.one("SELECT CAST(1 AS BIGINT) AS one", Vec::new()).await?.get::<i64>("one") })
        });
        assert_eq!(one.await.unwrap(), 1);
        let written = readers
            .read(None, SOON, (), |tx, ()| Box::pin(async move { tx.exec("CREATE TABLE t (a)", Vec::new()).await }));
        assert!(written.await.is_err(), "a reader cannot write");
        readers.close().await;
        let late = readers.read(None, SOON, (), |_, ()| Box::pin(async { Ok(()) })).await;
        assert!(matches!(late, Err(StoreError::Closed)));
    }
}
