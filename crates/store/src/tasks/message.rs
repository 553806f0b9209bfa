//! The message that a caller leaves: it fills the task that his request for a
//! person made, or makes one.

use super::{Task, insert, task};
use crate::Store;
use crate::error::Result;
use crate::sql::args;
use caly_core::event::Event;
use caly_core::id::CallId;
use caly_core::scope::Scope;
use caly_core::time::At;

use super::NewTask;

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
                let row = tx
                    .opt(
                        "UPDATE tasks SET text = $3, caller_name = COALESCE($4, caller_name), rev = rev + 1 \
                         WHERE client_id = $1 AND id = $2 AND state IN ('open', 'claimed') RETURNING *",
                        args![client, new.id, &new.text, &new.caller_name],
                    )
                    .await?;
                let Some(row) = row else { return insert(tx, *client, Some(&call), new, *now).await };
                let filled = task(&row)?;
                tx.emit(
                    *now,
                    Event::TaskChanged {
                        task_id: filled.id,
                        claimed_by: filled.claimed_by,
                        owner_id: call.owner,
                        rev: filled.rev,
                    },
                );
                Ok(filled)
            })
        })
        .await
    }

    /// The caller spoke after the tone: his call's open task says so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mark_voicemail(&self, scope: &Scope, of: CallId, text: &str, now: At) -> Result<()> {
        self.write(scope, (scope.client, of, text.to_owned(), now), |tx, (client, of, text, now)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "UPDATE tasks SET kind = $3, text = $4, rev = rev + 1 WHERE client_id = $1 AND id = $2 \
                         AND call_id = $2 AND state IN ('open', 'claimed') AND kind <> $3 RETURNING *",
                        args![client, of, crate::TaskKind::Voicemail, text],
                    )
                    .await?;
                if let Some(row) = row {
                    super::changed(tx, *client, task(&row)?, *now).await?;
                }
                Ok(())
            })
        })
        .await
    }
}
