//! The message that a caller leaves: it fills the task that his request for a
//! person made, or makes one.

use super::{NewTask, Task, insert, task};
use crate::calls::Call;
use crate::error::Result;
use crate::sql::{Tx, args};
use crate::{Store, rescues};
use caly_core::event::Event;
use caly_core::id::{CallId, ClientId};
use caly_core::outcome::CallState;
use caly_core::scope::Scope;
use caly_core::time::At;

/// What a person finds on his list, for a call that ends as a taken message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Made where the call has no task yet.
    pub task: NewTask,
    /// Its text is the message itself, which an open task of its id gets too.
    pub message: bool,
}

impl Store {
    /// Stores the caller's message. A task with the same id gets its text and
    /// name while it is open or claimed; a closed one stays as it is.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] (call).
    pub async fn put_message(&self, scope: &Scope, of: CallId, new: NewTask, now: At) -> Result<Task> {
        self.write(scope, (scope.client, of, new, now), |tx, (client, of, new, now)| {
            Box::pin(async move {
                let call = crate::calls::find(tx, *client, *of).await?;
                put(tx, *client, &call, new, *now).await
            })
        })
        .await
    }

    /// The caller spoke after the tone: his call's open task says so. A call
    /// that had ended without a task gets this one; one that goes on gets its
    /// own with its end.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] (call).
    pub async fn mark_voicemail(&self, scope: &Scope, of: CallId, new: NewTask, now: At) -> Result<()> {
        self.write(scope, (scope.client, of, new, now), |tx, (client, of, new, now)| {
            Box::pin(async move {
                let call = rescues::lock(tx, *client, *of).await?;
                let row = tx
                    .opt(
                        "UPDATE tasks SET kind = $3, text = $4, rev = rev + 1 WHERE client_id = $1 AND id = $2 \
                         AND call_id = $2 AND state IN ('open', 'claimed') AND kind <> $3 RETURNING *",
                        args![client, of, new.kind, &new.text],
                    )
                    .await?;
                if let Some(row) = row {
                    super::changed(tx, *client, task(&row)?, *now).await?;
                } else if call.state == CallState::Ended && !has_any(tx, *client, *of).await? {
                    insert(tx, *client, Some(&call), new, *now).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// A repeat changes nothing.
async fn put(tx: &mut Tx<'_>, client: ClientId, call: &Call, new: &NewTask, now: At) -> Result<Task> {
    let row = tx
        .opt(
            "UPDATE tasks SET text = $3, caller_name = COALESCE($4, caller_name), rev = rev + 1 \
             WHERE client_id = $1 AND id = $2 AND state IN ('open', 'claimed') \
             AND (text <> $3 OR caller_name IS DISTINCT FROM COALESCE($4, caller_name)) RETURNING *",
            args![client, new.id, &new.text, &new.caller_name],
        )
        .await?;
    let Some(row) = row else { return insert(tx, client, Some(call), new, now).await };
    let filled = task(&row)?;
    tx.emit(
        now,
        Event::TaskChanged { task_id: filled.id, claimed_by: filled.claimed_by, owner_id: call.owner, rev: filled.rev },
    );
    Ok(filled)
}

/// Whether the call has a task, whatever became of it.
async fn has_any(tx: &mut Tx<'_>, client: ClientId, call: CallId) -> Result<bool> {
    let sql = "SELECT COUNT(*) AS n FROM tasks WHERE client_id = $1 AND call_id = $2";
    Ok(tx.one(sql, args![client, call]).await?.get::<i64>("n")? > 0)
}

/// In the transaction that ends the call: nobody's message is without a task,
/// whatever was lost between a fact and what should have followed from it.
pub(crate) async fn stand_for(tx: &mut Tx<'_>, client: ClientId, call: &Call, owed: &Owed, now: At) -> Result<()> {
    if owed.message || !has_any(tx, client, call.id).await? {
        put(tx, client, call, &owed.task, now).await?;
    }
    Ok(())
}
