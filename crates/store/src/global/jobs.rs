//! The jobs of all clients, for whoever works on them: claimed under a lease,
//! then done, put back or parked.

use crate::Store;
use crate::error::{Result, StoreError};
use crate::jobs::{AGENT_COMPLETED, Job};
use crate::sql::{DbRow, args};
use caly_core::time::At;

/// SQLite has one writer, so nobody can be between the choice and the claim.
const CLAIM: &str = "UPDATE jobs SET state = 'leased', leased_by = $1, lease_until = $2, tries = tries + 1 \
     WHERE (client_id, kind, ref) IN (SELECT client_id, kind, ref FROM jobs \
       WHERE kind = $5 AND ((state = 'waiting' AND due_at <= $3) OR (state = 'leased' AND lease_until <= $3)) \
       ORDER BY due_at, ref LIMIT $4) \
     RETURNING client_id, kind, ref, body, tries";
/// PostgreSQL's own text: rows that another node is claiming are passed over.
const CLAIM_POSTGRES: &str = "UPDATE jobs SET state = 'leased', leased_by = $1, lease_until = $2, tries = tries + 1 \
     WHERE (client_id, kind, ref) IN (SELECT client_id, kind, ref FROM jobs \
       WHERE kind = $5 AND ((state = 'waiting' AND due_at <= $3) OR (state = 'leased' AND lease_until <= $3)) \
       ORDER BY due_at, ref LIMIT $4 FOR UPDATE SKIP LOCKED) \
     RETURNING client_id, kind, ref, body, tries";

fn job(row: &DbRow) -> Result<Job> {
    Ok(Job {
        client: row.get("client_id")?,
        kind: row.get("kind")?,
        reference: row.get("ref")?,
        body: row.get("body")?,
        tries: row.get("tries")?,
    })
}

impl Store {
    /// Claims jobs of all clients that are due or whose lease ran out: of one
    /// kind, so that slow work of another never stands before it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim_jobs(
        &self,
        kind: &'static str,
        node: &str,
        limit: i64,
        lease_ms: i64,
        now: At,
    ) -> Result<Vec<Job>> {
        let args = (kind, node.to_owned(), limit, now.plus(lease_ms), now);
        self.write_global(args, |tx, (kind, node, limit, until, now)| {
            Box::pin(async move {
                let text = if tx.is_postgres() { CLAIM_POSTGRES } else { CLAIM };
                let rows = tx.all(text, args![node, until, now, limit, *kind]).await?;
                rows.iter().map(job).collect()
            })
        })
        .await
    }

    /// Marks a job done that has nothing left to do. [`Store::score_call`] and
    /// [`Store::put_recording`] do so themselves.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn finish_job(&self, job: &Job) -> Result<()> {
        self.write_global(job.clone(), |tx, job| {
            Box::pin(async move {
                let n = tx
                    .exec(
                        "UPDATE jobs SET state = 'done', reason = NULL \
                         WHERE client_id = $1 AND kind = $2 AND ref = $3",
                        args![job.client, &job.kind, &job.reference],
                    )
                    .await?;
                if n == 0 { Err(StoreError::NotFound("job")) } else { Ok(()) }
            })
        })
        .await
    }

    /// Puts a failed job back until `retry_at`, or parks it with its reason
    /// when that is `None`. A job that is done stays done.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn fail_job(&self, job: &Job, reason: &str, retry_at: Option<At>) -> Result<()> {
        self.write_global((job.clone(), reason.to_owned(), retry_at), |tx, (job, reason, at)| {
            Box::pin(async move {
                let state = if at.is_some() { "waiting" } else { "parked" };
                let n = tx
                    .exec(
                        "UPDATE jobs SET reason = $4, due_at = COALESCE($5, due_at), \
                         state = CASE WHEN state = 'done' THEN 'done' ELSE $6 END \
                         WHERE client_id = $1 AND kind = $2 AND ref = $3",
                        args![job.client, &job.kind, &job.reference, reason, at, state],
                    )
                    .await?;
                if n == 0 { Err(StoreError::NotFound("job")) } else { Ok(()) }
            })
        })
        .await
    }

    /// Puts a job back that could not be tried: the claim's try is given back.
    /// A job that is done stays done.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn postpone_job(&self, job: &Job, reason: &str, until: At) -> Result<()> {
        self.write_global((job.clone(), reason.to_owned(), until), |tx, (job, reason, until)| {
            Box::pin(async move {
                let n = tx
                    .exec(
                        "UPDATE jobs SET reason = $4, due_at = $5, \
                         tries = CASE WHEN tries > 0 THEN tries - 1 ELSE 0 END, \
                         state = CASE WHEN state = 'done' THEN 'done' ELSE 'waiting' END \
                         WHERE client_id = $1 AND kind = $2 AND ref = $3",
                        args![job.client, &job.kind, &job.reference, reason, until],
                    )
                    .await?;
                if n == 0 { Err(StoreError::NotFound("job")) } else { Ok(()) }
            })
        })
        .await
    }

    /// How many calls of all clients have ended and are not counted yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn waiting_jobs(&self) -> Result<i64> {
        self.read_global((), |tx, ()| {
            Box::pin(async move {
                let text = "SELECT COUNT(*) AS n FROM jobs WHERE kind = $1 AND state IN ('waiting', 'leased')";
                tx.one(text, args![AGENT_COMPLETED]).await?.get("n")
            })
        })
        .await
    }
}
