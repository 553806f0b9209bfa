//! Jobs: consequences that were committed with their change, run later, once.

use crate::Store;
use crate::audit::Note;
use crate::error::{Result, StoreError};
use crate::sql::{DbRow, Tx, args, to_json};
use caly_core::id::ClientId;
use caly_core::scope::Scope;
use caly_core::scoring::Completed;
use caly_core::time::At;

/// The kind of the message that a finished call leaves.
pub const AGENT_COMPLETED: &str = "agent_completed";
/// The kind of the message that a recording is to be fetched.
pub const FETCH_RECORDING: &str = "fetch_recording";

/// A job under a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Whose.
    pub client: ClientId,
    /// What, such as [`AGENT_COMPLETED`].
    pub kind: String,
    /// On what, such as the call's id.
    pub reference: String,
    /// The message as JSON.
    pub body: String,
    /// Tries so far, this one included.
    pub tries: i64,
}

/// A job that was given up; an operator looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedJob {
    /// What.
    pub kind: String,
    /// On what.
    pub reference: String,
    /// Tries.
    pub tries: i64,
    /// Why it was given up.
    pub reason: String,
}

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

    /// The client's parked jobs, for its operator.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn parked_jobs(&self, scope: &Scope) -> Result<Vec<ParkedJob>> {
        self.read(scope, scope.client, |tx, client| {
            Box::pin(async move {
                let rows = tx
                    .all(
                        "SELECT kind, ref, tries, COALESCE(reason, '') AS reason FROM jobs \
                         WHERE client_id = $1 AND state = 'parked' ORDER BY created_at LIMIT 200",
                        args![client],
                    )
                    .await?;
                rows.iter()
                    .map(|row| {
                        Ok(ParkedJob {
                            kind: row.get("kind")?,
                            reference: row.get("ref")?,
                            tries: row.get("tries")?,
                            reason: row.get("reason")?,
                        })
                    })
                    .collect()
            })
        })
        .await
    }

    /// Sends a parked job on its way again, with all its tries.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when no such job is parked.
    pub async fn retry_job(&self, scope: &Scope, kind: &str, reference: &str, now: At) -> Result<()> {
        let args = (scope.clone(), kind.to_owned(), reference.to_owned(), now);
        self.write(scope, args, |tx, (scope, kind, reference, now)| {
            Box::pin(async move {
                let n = tx
                    .exec(
                        "UPDATE jobs SET state = 'waiting', tries = 0, due_at = $4, reason = NULL \
                         WHERE client_id = $1 AND kind = $2 AND ref = $3 AND state = 'parked'",
                        args![scope.client, kind, reference, now],
                    )
                    .await?;
                if n == 0 {
                    return Err(StoreError::NotFound("parked job"));
                }
                tx.note(Note::new(scope, *now, "job.retry", &serde_json::json!({"kind": kind, "ref": reference})));
                Ok(())
            })
        })
        .await
    }
}

/// The outbox row of a finished call; unique on (client, kind, call).
pub(crate) async fn emit_completed(tx: &mut Tx<'_>, client: ClientId, completed: &Completed, now: At) -> Result<()> {
    tx.exec(
        "INSERT INTO jobs (client_id, kind, ref, body, state, due_at, created_at) \
         VALUES ($1, $2, $3, $4, 'waiting', $5, $5)",
        args![client, AGENT_COMPLETED, completed.call.to_string(), to_json(completed)?, now],
    )
    .await?;
    Ok(())
}
