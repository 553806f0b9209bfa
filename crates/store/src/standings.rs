//! Standings: the exact integer sums per member, assignment and day, moved by
//! `agent_completed`, corrections and task completions, and by nothing else.

mod apply;
mod windows;

pub use windows::{DaySums, Performance, Summary};

pub(crate) use apply::correct;
pub(crate) use windows::{sector, sector_and_dial};

use crate::audit::Note;
use crate::calls::Call;
use crate::error::{Result, StoreError};
use crate::jobs::AGENT_COMPLETED;
use crate::sql::{args, from_json};
use crate::{Store, calls};
use caly_core::id::CallId;
use caly_core::outcome::Outcome;
use caly_core::scope::Scope;
use caly_core::scoring::Completed;
use caly_core::time::At;

/// What a supervisor or a rescuer says a call was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correction {
    /// The outcome.
    pub outcome: Outcome,
    /// Whether it enters the success rate (`core::outcome` knows).
    pub known: bool,
    /// Whether it is a success.
    pub success: bool,
}

impl Store {
    /// Applies a call's `agent_completed` to every ledger and marks the job
    /// done, in one transaction. `false`: it was applied before; no effect.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the call has emitted none.
    pub async fn score_call(&self, scope: &Scope, id: CallId, now: At) -> Result<bool> {
        self.write(scope, (scope.client, id, now), |tx, (client, id, now)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "UPDATE jobs SET state = 'done', reason = NULL \
                         WHERE client_id = $1 AND kind = $2 AND ref = $3 AND state <> 'done' \
                         RETURNING body",
                        args![client, AGENT_COMPLETED, id.to_string()],
                    )
                    .await?;
                let Some(row) = row else {
                    calls::find(tx, *client, *id).await?;
                    tx.opt(
                        "SELECT ref FROM jobs WHERE client_id = $1 AND kind = $2 AND ref = $3",
                        args![client, AGENT_COMPLETED, id.to_string()],
                    )
                    .await?
                    .ok_or(StoreError::NotFound("agent_completed job"))?;
                    return Ok(false);
                };
                let completed: Completed = from_json(&row.get::<String>("body")?)?;
                apply::add(tx, *client, &completed, *now).await?;
                apply::tell(tx, &completed, *now);
                Ok(true)
            })
        })
        .await
    }

    /// Corrects an ended call's outcome: the standings of the call's own day
    /// move by the difference, in the same transaction, audited with its
    /// reason. The outcome that it has already changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Stale`]; [`StoreError::NotNow`]
    /// before the end and for calls without an outcome.
    pub async fn correct_call(
        &self,
        scope: &Scope,
        id: CallId,
        correction: Correction,
        reason: &str,
        expected_rev: Option<i64>,
        now: At,
    ) -> Result<Call> {
        let args = (scope.clone(), id, correction, reason.to_owned(), expected_rev, now);
        self.write(scope, args, |tx, (scope, id, correction, reason, expected, now)| {
            Box::pin(async move {
                let before = crate::rescues::lock(tx, scope.client, *id).await?;
                crate::members::check_rev(*expected, before.rev)?;
                if before.outcome == Some(correction.outcome) {
                    return Ok(before);
                }
                if before.outcome.is_none() || !before.counted {
                    return Err(StoreError::NotNow(
                        "only a call that ended with an outcome that counts can be corrected",
                    ));
                }
                tx.exec("UPDATE calls SET rev = rev + 1 WHERE client_id = $1 AND id = $2", args![scope.client, id])
                    .await?;
                correct(tx, scope.client, &before, *correction, *now).await?;
                let body = serde_json::json!({
                    "call": id, "from": before.outcome, "to": correction.outcome, "reason": reason,
                });
                tx.note(Note::new(scope, *now, "call.correct", &body));
                calls::find(tx, scope.client, *id).await
            })
        })
        .await
    }
}
