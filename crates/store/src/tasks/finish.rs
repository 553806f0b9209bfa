//! Closing tasks, and what that does to the outcome of their call: it moves
//! once, by the due time.

use super::{Task, changed, lock, task};
use crate::audit::Note;
use crate::calls::call;
use crate::error::{Result, StoreError};
use crate::rescues;
use crate::sql::{Tx, args};
use crate::standings::{self, Correction};
use crate::{Store, TaskState};
use caly_core::id::{CallId, ClientId, MemberId, TaskId};
use caly_core::outcome::Outcome;
use caly_core::scope::Scope;
use caly_core::time::At;

/// Expired tasks are closed in portions of so many.
const PORTION: i64 = 100;

impl Store {
    /// Closes a task. A call that stands at `message_taken` becomes
    /// `resolved_by_member` or, after the due time in any case, `unresolved`, and
    /// its own day moves with it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Stale`]; [`StoreError::NotNow`]
    /// when it is done already.
    pub async fn finish_task(
        &self,
        scope: &Scope,
        id: TaskId,
        resolved: bool,
        note: Option<String>,
        expected_rev: Option<i64>,
        now: At,
    ) -> Result<Task> {
        let args = (scope.clone(), id, resolved, note, expected_rev, now);
        self.write(scope, args, |tx, (scope, id, resolved, note, expected, now)| {
            Box::pin(async move {
                let before = lock(tx, scope, *id, *expected).await?;
                if before.state == TaskState::Done {
                    return Err(StoreError::NotNow("this task is done already"));
                }
                let done = close(tx, scope, *id, *resolved, note.as_ref(), *now).await?;
                // At its due time the call is unresolved, also where nobody has
                // swept the task yet: nobody will once it is done.
                if let Some(call) = before.call.filter(|_| before.state != TaskState::Expired) {
                    settle(tx, scope.client, call, *resolved && *now <= before.due_at, *now).await?;
                }
                let body = serde_json::json!({"task": id, "resolved": resolved});
                tx.note(Note::new(scope, *now, "task.done", &body));
                changed(tx, scope.client, done, *now).await
            })
        })
        .await
    }

    /// Expires the client's tasks whose time ran out: their calls become
    /// `unresolved`. How many they were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn expire_tasks(&self, scope: &Scope, now: At) -> Result<u64> {
        self.write(scope, (scope.client, now), |tx, (client, now)| {
            Box::pin(async move {
                let rows = tx
                    .all(
                        "UPDATE tasks SET state = 'expired', rev = rev + 1 WHERE client_id = $1 \
                         AND id IN (SELECT id FROM tasks WHERE client_id = $1 \
                           AND state IN ('open', 'claimed') AND due_at < $2 ORDER BY due_at LIMIT $3) \
                         AND state IN ('open', 'claimed') RETURNING *",
                        args![client, now, PORTION],
                    )
                    .await?;
                let mut count = 0;
                for row in &rows {
                    let expired = task(row)?;
                    if let Some(call) = expired.call {
                        settle(tx, *client, call, false, *now).await?;
                    }
                    changed(tx, *client, expired, *now).await?;
                    count += 1;
                }
                Ok(count)
            })
        })
        .await
    }
}

async fn close(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: TaskId,
    resolved: bool,
    note: Option<&String>,
    now: At,
) -> Result<Task> {
    let by: Option<MemberId> = scope.member();
    let row = tx
        .one(
            "UPDATE tasks SET state = 'done', done_by = $3, done_at = $4, resolved = $5, note = $6 \
             WHERE client_id = $1 AND id = $2 RETURNING *",
            args![scope.client, id, by, now, resolved, note.cloned()],
        )
        .await?;
    task(&row)
}

/// Moves the call's outcome if it still stands at `message_taken`. A call that
/// has not ended yet is settled by its own completion, which looks here.
async fn settle(tx: &mut Tx<'_>, client: ClientId, id: CallId, resolved: bool, now: At) -> Result<()> {
    // Waits for a completion that saw this task as it was: what it makes of the
    // call is there for the next statement, and not for this one.
    rescues::lock(tx, client, id).await?;
    let row = tx
        .opt(
            "UPDATE calls SET rev = rev + 1 WHERE client_id = $1 AND id = $2 AND outcome = $3 RETURNING *",
            args![client, id, Outcome::MessageTaken],
        )
        .await?;
    let Some(row) = row else { return Ok(()) };
    standings::correct(tx, client, &call(&row)?, settled(resolved), now).await
}

/// What a message becomes when its task is closed in time.
pub(crate) fn settled(resolved: bool) -> Correction {
    let outcome = if resolved { Outcome::ResolvedByMember } else { Outcome::Unresolved };
    Correction { outcome, known: true, success: resolved }
}

/// What the tasks of a call that ends right now say already: the newest closed
/// one, when none is left open.
pub(crate) async fn said_before_the_end(tx: &mut Tx<'_>, client: ClientId, id: CallId) -> Result<Option<bool>> {
    let rows = tx
        .all(
            "SELECT state, resolved FROM tasks WHERE client_id = $1 AND call_id = $2 \
             ORDER BY done_at DESC",
            args![client, id],
        )
        .await?;
    let mut said = None;
    for row in &rows {
        match row.get::<TaskState>("state")? {
            TaskState::Done => said = said.or(row.opt::<bool>("resolved")?),
            _ => return Ok(None),
        }
    }
    Ok(said)
}
