//! SQLite's one writer, a thread that owns its connection: it takes what is
//! queued, runs it in one transaction with a savepoint per job, commits once,
//! and only then acknowledges. To the asker a write is one trip to this thread,
//! however many statements it has.

use crate::error::{EngineError, Result, StoreError};
use crate::sql::{Conn, Lite, Tx};
use crate::{Committed, Run};
use caly_core::id::ClientId;
use futures::FutureExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot};

/// Writes that may wait; one more is [`StoreError::Busy`].
const QUEUE: usize = 1024;
/// Writes that share one commit at the most.
const GROUP: usize = 256;
/// While writes come side by side, a group waits this long for more: a commit
/// costs as much as several writes (PostgreSQL's `commit_delay`). One asker
/// alone never waits.
const COMPANY: Duration = Duration::from_micros(500);

/// The inlet of the writer's thread.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Work>>,
    counts: Arc<Counts>,
}

/// What the writer did since it started.
#[derive(Debug, Default)]
struct Counts {
    jobs: AtomicU64,
    commits: AtomicU64,
}

/// A write on its way through the queue.
trait Work: Send {
    fn client(&self) -> Option<ClientId>;
    /// Whether it may be committed.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// After the commit, or with the reason why there was none.
    fn acknowledge(self: Box<Self>, failed: Option<StoreError>);
}

struct Queued<A, T> {
    client: Option<ClientId>,
    args: A,
    run: Run<A, T>,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<A: Send + Sync, T: Send> Work for Queued<A, T> {
    fn client(&self) -> Option<ClientId> {
        self.client
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let work = async {
            let value = (self.run)(tx, &self.args).await?;
            tx.flush().await?;
            Ok(value)
        };
        let result = at_once(work);
        let ok = result.is_ok();
        self.result = Some(result);
        ok
    }

    fn acknowledge(self: Box<Self>, failed: Option<StoreError>) {
        let answer = match (self.result, failed) {
            // Its own error says more than the batch's.
            (Some(Err(own)), _) => Err(own),
            (_, Some(reason)) => Err(reason),
            (Some(ok), None) => ok,
            (None, None) => Err(StoreError::Closed),
        };
        // The asker may have gone away; the write stands all the same.
        let _ = self.reply.send(answer);
    }
}

impl Writer {
    /// Starts the writer's thread on its connection.
    pub(crate) fn start(conn: Lite, committed: broadcast::Sender<Committed>) -> Result<Self> {
        let (queue, inlet) = mpsc::channel(QUEUE);
        let counts = Arc::new(Counts::default());
        let counted = Arc::clone(&counts);
        std::thread::Builder::new()
            .name("caly-writer".into())
            .spawn(move || serve(conn, inlet, &committed, &counted))
            .map_err(|e| StoreError::Away(e.into()))?;
        Ok(Self { queue, counts })
    }

    /// Queues a write and waits for its commit.
    pub(crate) async fn write<A, T>(&self, client: Option<ClientId>, args: A, run: Run<A, T>) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work = Box::new(Queued { client, args, run, result: None, reply });
        self.queue.try_send(work).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// (writes run, commits made) since the start.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.counts.jobs.load(Ordering::Relaxed), self.counts.commits.load(Ordering::Relaxed))
    }
}

/// The outcome of a transaction on SQLite. Every statement there has its answer
/// at once, so the future never waits; one that does awaits something else
/// inside a transaction, which is a mistake of ours.
pub(crate) fn at_once<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(|| work.now_or_never())) {
        Ok(Some(result)) => result,
        Ok(None) => Err(StoreError::Database(EngineError::Said("a transaction waited for something else".into()))),
        // The hook has printed it; the thread serves the others.
        Err(_) => Err(StoreError::Database(EngineError::Said("a transaction panicked".into()))),
    }
}

fn serve(
    mut conn: Lite,
    mut inlet: mpsc::Receiver<Box<dyn Work>>,
    committed: &broadcast::Sender<Committed>,
    counts: &Counts,
) {
    let mut batch = Vec::with_capacity(GROUP);
    let mut notes = Vec::new();
    let mut crowded = false;
    while inlet.blocking_recv_many(&mut batch, GROUP) > 0 {
        if crowded {
            std::thread::sleep(COMPANY);
            let room = GROUP - batch.len();
            batch.extend(std::iter::from_fn(|| inlet.try_recv().ok()).take(room));
        }
        crowded = batch.len() > 1;
        let outcome = commit_group(&mut conn, &mut batch, &mut notes);
        counts.jobs.fetch_add(batch.len() as u64, Ordering::Relaxed);
        if let Err(error) = &outcome {
            tracing::warn!(store.error = %error, store.jobs = batch.len(), "group was not committed");
            notes.clear();
        } else {
            counts.commits.fetch_add(1, Ordering::Relaxed);
        }
        let mut failed = outcome.err();
        for work in batch.drain(..) {
            work.acknowledge(failed.as_mut().map(same_again));
        }
        for note in notes.drain(..) {
            // Nobody listening is normal.
            let _ = committed.send(note);
        }
    }
}

/// One transaction for the whole group. An error means that nothing of it was
/// committed.
fn commit_group(conn: &mut Lite, batch: &mut [Box<dyn Work>], notes: &mut Vec<Committed>) -> Result<()> {
    conn.step("BEGIN IMMEDIATE")?;
    let done = match batch {
        // Alone it needs no savepoint: its end is the transaction's.
        [work] => {
            if !run(conn, work.as_mut(), notes) {
                roll_back(conn);
                return Ok(());
            }
            Ok(())
        }
        several => several.iter_mut().try_for_each(|work| one_of_group(conn, work.as_mut(), notes)),
    };
    done.and_then(|()| Ok(conn.step("COMMIT")?)).inspect_err(|_| roll_back(conn))
}

fn one_of_group(conn: &mut Lite, work: &mut dyn Work, notes: &mut Vec<Committed>) -> Result<()> {
    conn.step("SAVEPOINT job")?;
    if !run(conn, work, notes) {
        // Fails when the engine itself ended the transaction (a full disk):
        // then the whole group is told so.
        conn.step("ROLLBACK TO job")?;
    }
    Ok(conn.step("RELEASE job")?)
}

fn run(conn: &mut Lite, work: &mut dyn Work, notes: &mut Vec<Committed>) -> bool {
    let mut tx = Tx::new(Conn::Sqlite(conn), work.client());
    let ok = work.run(&mut tx);
    if ok {
        notes.extend(tx.committed());
    }
    ok
}

/// Leaves no transaction open.
pub(crate) fn roll_back(conn: &mut Lite) {
    // The engine may have rolled back already.
    if conn.in_transaction()
        && let Err(error) = conn.step("ROLLBACK")
    {
        tracing::warn!(store.error = %error, "a transaction could not be rolled back");
    }
}

/// Errors are not Clone; each of the group gets the kind and the words.
fn same_again(error: &mut StoreError) -> StoreError {
    match error {
        StoreError::DiskFull => StoreError::DiskFull,
        StoreError::Locked => StoreError::Locked,
        StoreError::Busy => StoreError::Busy,
        StoreError::Closed => StoreError::Closed,
        other => StoreError::Away(EngineError::Said(other.to_string())),
    }
}
