//! SQLite's one writer: it takes what is queued, runs it in one transaction
//! with a savepoint per job, commits once, and only then acknowledges.

use crate::error::{Result, StoreError};
use crate::sql::{Conn, Tx};
use crate::{Committed, Run};
use caly_core::id::ClientId;
use futures::future::BoxFuture;
use sqlx::{Executor, SqliteConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{broadcast, mpsc, oneshot};

/// Writes that may wait; one more is [`StoreError::Busy`].
const QUEUE: usize = 1024;
/// Writes that share one commit at the most.
const GROUP: usize = 256;

/// The inlet of the writer task.
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
    fn run<'a, 'c>(&'a mut self, tx: &'a mut Tx<'c>) -> BoxFuture<'a, bool>;
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

    fn run<'a, 'c>(&'a mut self, tx: &'a mut Tx<'c>) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let mut result = (self.run)(tx, &self.args).await;
            if result.is_ok()
                && let Err(e) = tx.flush().await
            {
                result = Err(e);
            }
            let ok = result.is_ok();
            self.result = Some(result);
            ok
        })
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
    /// Starts the writer task on its connection.
    pub(crate) fn start(conn: SqliteConnection, committed: broadcast::Sender<Committed>) -> Self {
        let (queue, inlet) = mpsc::channel(QUEUE);
        let counts = Arc::new(Counts::default());
        tokio::spawn(serve(conn, inlet, committed, Arc::clone(&counts)));
        Self { queue, counts }
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

async fn serve(
    mut conn: SqliteConnection,
    mut inlet: mpsc::Receiver<Box<dyn Work>>,
    committed: broadcast::Sender<Committed>,
    counts: Arc<Counts>,
) {
    let mut batch = Vec::with_capacity(GROUP);
    while inlet.recv_many(&mut batch, GROUP).await > 0 {
        let mut notes = Vec::new();
        let outcome = commit_group(&mut conn, &mut batch, &mut notes).await;
        counts.jobs.fetch_add(batch.len() as u64, Ordering::Relaxed);
        if let Err(error) = &outcome {
            tracing::warn!(store.error = %error, store.jobs = batch.len(), "group was not committed");
        } else {
            counts.commits.fetch_add(1, Ordering::Relaxed);
        }
        let mut failed = outcome.err();
        for work in batch.drain(..) {
            work.acknowledge(failed.as_mut().map(same_again));
        }
        if failed.is_none() {
            for note in notes {
                // Nobody listening is normal.
                let _ = committed.send(note);
            }
        }
    }
    use sqlx::Connection;
    if let Err(error) = conn.close().await {
        tracing::warn!(store.error = %error, "the writer's connection did not close cleanly");
    }
}

/// One transaction for the whole group. An error means that nothing of it was
/// committed.
async fn commit_group(
    conn: &mut SqliteConnection,
    batch: &mut [Box<dyn Work>],
    notes: &mut Vec<Committed>,
) -> Result<()> {
    conn.execute("BEGIN IMMEDIATE").await?;
    for work in batch.iter_mut() {
        if let Err(error) = one_of_group(conn, work.as_mut(), notes).await {
            roll_back(conn).await;
            return Err(error);
        }
    }
    if let Err(error) = conn.execute("COMMIT").await {
        roll_back(conn).await;
        return Err(error.into());
    }
    Ok(())
}

async fn one_of_group(conn: &mut SqliteConnection, work: &mut dyn Work, notes: &mut Vec<Committed>) -> Result<()> {
    conn.execute("SAVEPOINT job").await?;
    let mut tx = Tx::new(Conn::Sqlite(conn), work.client());
    let ok = work.run(&mut tx).await;
    let note = tx.committed();
    if ok {
        notes.extend(note);
    } else {
        // Fails when the engine itself ended the transaction (a full disk):
        // then the whole group is told so.
        conn.execute("ROLLBACK TO job").await?;
    }
    conn.execute("RELEASE job").await?;
    Ok(())
}

async fn roll_back(conn: &mut SqliteConnection) {
    // The engine may have rolled back already; either way nothing is open.
    if let Err(error) = conn.execute("ROLLBACK").await {
        tracing::debug!(store.error = %error, "nothing left to roll back");
    }
}

/// Errors are not Clone; each of the group gets the kind and the words.
fn same_again(error: &mut StoreError) -> StoreError {
    match error {
        StoreError::DiskFull => StoreError::DiskFull,
        StoreError::Locked => StoreError::Locked,
        StoreError::Busy => StoreError::Busy,
        StoreError::Closed => StoreError::Closed,
        other => StoreError::Away(sqlx::Error::Protocol(other.to_string())),
    }
}
