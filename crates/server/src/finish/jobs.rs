//! Applies `agent_completed` messages: claimed with a lease, tried again with
//! back-off, parked with the reason after the last try. A database that cannot
//! just now is not a try. Recordings are fetched by a worker of their own
//! ([`super::recordings`]).

use crate::bus::Note;
use crate::state::App;
use caly_core::id::CallId;
use caly_core::scope::Scope;
use caly_core::time::{MINUTE, SECOND};
use caly_store::jobs::AGENT_COMPLETED;
use caly_store::{Job, StoreError};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// A claimed job is another node's after this.
const LEASE_MS: i64 = MINUTE;
/// Jobs claimed at once.
const BATCH: i64 = 64;
/// Tries before a job is parked.
const TRIES: i64 = 8;
/// A database that is away, full or busy is no try; the job comes again after
/// this.
const PAUSE_MS: i64 = 5 * SECOND;
/// A lost note costs at most this.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Works until stopped; the job in hand is finished first.
pub async fn work(app: App, node: String, stop: CancellationToken) {
    let mut notes = app.bus.listen();
    loop {
        match run_due(&app, &node).await {
            Ok(0) => {}
            // There may be more than one batch.
            Ok(_) => continue,
            Err(e) => tracing::warn!(jobs.error = %e, "jobs cannot be claimed; trying again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            () = a_job_note(&mut notes) => {}
        }
    }
}

pub(super) async fn a_job_note(notes: &mut tokio::sync::broadcast::Receiver<Note>) {
    loop {
        match notes.recv().await {
            Ok(Note::Jobs) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Runs what is due now, once; how many jobs that were.
///
/// # Errors
/// When jobs cannot be claimed.
pub async fn run_due(app: &App, node: &str) -> Result<usize, StoreError> {
    let jobs = app.store.claim_jobs(AGENT_COMPLETED, node, BATCH, LEASE_MS, app.clock.now()).await?;
    let count = jobs.len();
    // Together, so that they share commits.
    futures::future::join_all(jobs.into_iter().map(|job| run(app, job))).await;
    Ok(count)
}

async fn run(app: &App, job: Job) {
    match apply(app, &job).await {
        Ok(()) => {}
        Err(Failed::ForNow(reason)) => {
            let postponed = app.store.postpone_job(&job, &reason, app.clock.now().plus(PAUSE_MS)).await;
            still_leased(&job, postponed);
        }
        Err(Failed::Tried(reason)) => {
            put_back(app, &job, &reason, (job.tries < TRIES).then(|| back_off_ms(job.tries))).await;
        }
    }
}

/// A failed job comes again after `wait_ms`, or is parked with its reason.
pub(super) async fn put_back(app: &App, job: &Job, reason: &str, wait_ms: Option<i64>) {
    let retry = wait_ms.map(|wait| app.clock.now().plus(wait));
    if retry.is_none() {
        tracing::error!(job.kind = job.kind, job.reference = job.reference, job.error = reason, "a job was given up");
    }
    still_leased(job, app.store.fail_job(job, reason, retry).await);
}

fn still_leased(job: &Job, put_back: Result<(), StoreError>) {
    if let Err(e) = put_back {
        // Its lease runs out and it comes again.
        tracing::warn!(job.reference = job.reference, job.error = %e, "a failed job cannot be put back");
    }
}

/// Why a job was not done.
enum Failed {
    /// The database could not just now: says nothing of the job.
    ForNow(String),
    /// A try that failed.
    Tried(String),
}

async fn apply(app: &App, job: &Job) -> Result<(), Failed> {
    let call: CallId = job.reference.parse().map_err(|e| Failed::Tried(format!("{e}")))?;
    let scope = Scope::system(job.client);
    match app.store.score_call(&scope, call, app.clock.now()).await {
        Ok(_) => Ok(()),
        Err(e) if e.is_temporary() => Err(Failed::ForNow(e.to_string())),
        Err(e) => Err(Failed::Tried(e.to_string())),
    }
}

/// 1 s, 2 s, 4 s … 64 s.
fn back_off_ms(tries: i64) -> i64 {
    SECOND << tries.clamp(1, 7).saturating_sub(1)
}
