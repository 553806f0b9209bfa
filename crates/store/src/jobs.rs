//! Jobs: consequences that were committed with their change, run later, once.
//! Who works on those of all clients is in [`crate::global`].

use crate::Store;
use crate::audit::Note;
use crate::error::{Result, StoreError};
use crate::sql::{Tx, args, to_json};
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

impl Store {
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
