//! Tasks: what a person is asked to do after a call.

mod finish;
mod message;

pub(crate) use finish::{said_before_the_end, settled};
pub use message::Owed;
pub(crate) use message::stand_for;

use crate::calls::{self, Call};
use crate::error::{Result, StoreError};
use crate::members::check_rev;
use crate::sql::{DbRow, Tx, args};
use crate::{Page, Store, TaskKind, TaskState, page_limit};
use caly_core::event::Event;
use caly_core::id::{CallId, ClientId, MemberId, TaskId};
use caly_core::scope::Scope;
use caly_core::time::At;
use serde::{Deserialize, Serialize};

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The call that it came from.
    pub call: Option<CallId>,
    /// Message, callback or voicemail.
    pub kind: TaskKind,
    /// Where it stands.
    pub state: TaskState,
    /// The caller's name, when given.
    pub caller_name: Option<String>,
    /// The number to call.
    pub caller_number: Option<String>,
    /// What it is about, redacted.
    pub text: String,
    /// When it was made.
    pub created_at: At,
    /// By when it moves the call's outcome.
    pub due_at: At,
    /// Who has it.
    pub claimed_by: Option<MemberId>,
    /// Who closed it.
    pub done_by: Option<MemberId>,
    /// When it was closed.
    pub done_at: Option<At>,
    /// What the closer said.
    pub resolved: Option<bool>,
    /// The closer's note.
    pub note: Option<String>,
    /// Revision.
    pub rev: i64,
}

/// A task to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// UUIDv7, handed in; a repeat with the same id changes nothing.
    pub id: TaskId,
    /// Message, callback or voicemail.
    pub kind: TaskKind,
    /// The caller's name.
    pub caller_name: Option<String>,
    /// The number to call.
    pub caller_number: Option<String>,
    /// What it is about, redacted.
    pub text: String,
    /// By when (24 h after it is made).
    pub due_at: At,
}

/// Which tasks; `None` means any.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// In this state.
    pub state: Option<TaskState>,
    /// Of this call.
    pub call: Option<CallId>,
    /// Nobody's or this member's (what a member sees).
    pub for_member: Option<MemberId>,
}

/// Where a page of tasks starts: below this one, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskCursor {
    /// When it was made.
    pub created_at: At,
    /// Its id.
    pub id: TaskId,
}

impl Task {
    /// Whether whoever acts may see it and do something with it: a member his
    /// own and those that nobody holds, as in the list.
    #[must_use]
    pub fn seen_by(&self, scope: &Scope) -> bool {
        let own = |by: Option<MemberId>| by.is_some() && by == scope.member();
        scope.sees_team() || self.claimed_by.is_none() || own(self.claimed_by) || own(self.done_by)
    }
}

fn task(row: &DbRow) -> Result<Task> {
    Ok(Task {
        id: row.get("id")?,
        call: row.opt("call_id")?,
        kind: row.get("kind")?,
        state: row.get("state")?,
        caller_name: row.opt("caller_name")?,
        caller_number: row.opt("caller_number")?,
        text: row.get("text")?,
        created_at: row.get("created_at")?,
        due_at: row.get("due_at")?,
        claimed_by: row.opt("claimed_by")?,
        done_by: row.opt("done_by")?,
        done_at: row.opt("done_at")?,
        resolved: row.opt("resolved")?,
        note: row.opt("note")?,
        rev: row.get("rev")?,
    })
}

macro_rules! list {
    ($led:literal) => {
        concat!(
            "SELECT * FROM tasks WHERE client_id = $1 AND (created_at, id) < ($2, $3) ",
            $led,
            " AND ($4 IS NULL OR state = $4) AND ($5 IS NULL OR call_id = $5) \
             AND ($6 IS NULL OR claimed_by IS NULL OR claimed_by = $6) \
             ORDER BY created_at DESC, id DESC LIMIT $7"
        )
    };
}
const LIST: &str = list!("");
/// Few tasks are open beside years of closed ones.
const LIST_OF_STATE: &str = list!("AND state = $4");

impl Store {
    /// Makes a task, of a call or of none.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (call).
    pub async fn create_task(&self, scope: &Scope, of: Option<CallId>, new: NewTask, now: At) -> Result<Task> {
        self.write(scope, (scope.client, of, new, now), |tx, (client, of, new, now)| {
            Box::pin(async move {
                let call = match of {
                    Some(id) => Some(calls::find(tx, *client, *id).await?),
                    None => None,
                };
                insert(tx, *client, call.as_ref(), new, *now).await
            })
        })
        .await
    }

    /// One task.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn task(&self, scope: &Scope, id: TaskId) -> Result<Task> {
        self.read(scope, (scope.client, id), |tx, (client, id)| Box::pin(async move { find(tx, *client, *id).await }))
            .await
    }

    /// A page of tasks, newest first, at most 200, below `cursor`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tasks(
        &self,
        scope: &Scope,
        filter: TaskFilter,
        cursor: Option<TaskCursor>,
        limit: i64,
    ) -> Result<Page<Task, TaskCursor>> {
        let args = (scope.client, filter, cursor, page_limit(limit));
        self.read(scope, args, |tx, (client, f, cursor, limit)| {
            Box::pin(async move {
                let below = cursor.map_or(i64::MAX, |c| c.created_at.0);
                let id = cursor.map_or(String::new(), |c| c.id.to_string());
                let values = args![client, below, id, f.state, f.call, f.for_member, limit + 1];
                let rows = tx.all(if f.state.is_some() { LIST_OF_STATE } else { LIST }, values).await?;
                let tasks = rows.iter().map(task).collect::<Result<_>>()?;
                Ok(Page::cut(tasks, *limit, |t: &Task| TaskCursor { created_at: t.created_at, id: t.id }))
            })
        })
        .await
    }

    /// Takes an open (or expired) task. Taking one's own again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (task or member); [`StoreError::Stale`];
    /// [`StoreError::NotNow`] when somebody else has it or it is done.
    pub async fn claim_task(
        &self,
        scope: &Scope,
        id: TaskId,
        member: MemberId,
        expected_rev: Option<i64>,
        now: At,
    ) -> Result<Task> {
        let args = (scope.clone(), id, member, expected_rev, now);
        self.write(scope, args, |tx, (scope, id, member, expected, now)| {
            Box::pin(async move {
                let before = lock(tx, scope, *id, *expected).await?;
                match (before.state, before.claimed_by) {
                    (TaskState::Done, _) => return Err(StoreError::NotNow("this task is done")),
                    (_, Some(holder)) if holder != *member => {
                        return Err(StoreError::NotNow("somebody else has this task; ask for its release"));
                    }
                    _ => {}
                }
                // An expired one stays expired: it moves nothing any more.
                let row = tx
                    .one(
                        "UPDATE tasks SET claimed_by = $3, \
                         state = CASE WHEN state = 'open' THEN 'claimed' ELSE state END \
                         WHERE client_id = $1 AND id = $2 RETURNING *",
                        args![scope.client, id, member],
                    )
                    .await?;
                changed(tx, scope.client, task(&row)?, *now).await
            })
        })
        .await
    }

    /// Gives a task back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Stale`]; [`StoreError::NotNow`]
    /// when it is done.
    pub async fn release_task(&self, scope: &Scope, id: TaskId, expected_rev: Option<i64>, now: At) -> Result<Task> {
        let args = (scope.clone(), id, expected_rev, now);
        self.write(scope, args, |tx, (scope, id, expected, now)| {
            Box::pin(async move {
                let before = lock(tx, scope, *id, *expected).await?;
                if before.state == TaskState::Done {
                    return Err(StoreError::NotNow("this task is done"));
                }
                let row = tx
                    .one(
                        "UPDATE tasks SET claimed_by = NULL, \
                         state = CASE WHEN state = 'claimed' THEN 'open' ELSE state END \
                         WHERE client_id = $1 AND id = $2 RETURNING *",
                        args![scope.client, id],
                    )
                    .await?;
                changed(tx, scope.client, task(&row)?, *now).await
            })
        })
        .await
    }
}

/// Makes a task in the transaction that decided on it.
pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    client: ClientId,
    of: Option<&Call>,
    new: &NewTask,
    now: At,
) -> Result<Task> {
    let row = tx
        .opt(
            "INSERT INTO tasks (client_id, id, call_id, kind, state, caller_name, caller_number, \
             text, created_at, due_at, rev) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1) \
             ON CONFLICT (client_id, id) DO NOTHING RETURNING *",
            args![
                client,
                new.id,
                of.map(|call| call.id),
                new.kind,
                TaskState::Open,
                &new.caller_name,
                &new.caller_number,
                &new.text,
                now,
                new.due_at
            ],
        )
        .await?;
    match row {
        Some(row) => changed(tx, client, task(&row)?, now).await,
        None => find(tx, client, new.id).await,
    }
}

pub(crate) async fn find(tx: &mut Tx<'_>, client: ClientId, id: TaskId) -> Result<Task> {
    let row = tx.opt("SELECT * FROM tasks WHERE client_id = $1 AND id = $2", args![client, id]).await?;
    task(&row.ok_or(StoreError::NotFound("task"))?)
}

/// Locks by raising the revision, as members do. Whoever may not see it does
/// not find it: a colleague may have taken it since it was looked at.
async fn lock(tx: &mut Tx<'_>, scope: &Scope, id: TaskId, expected_rev: Option<i64>) -> Result<Task> {
    let row = tx
        .opt("UPDATE tasks SET rev = rev + 1 WHERE client_id = $1 AND id = $2 RETURNING *", args![scope.client, id])
        .await?;
    let task = task(&row.ok_or(StoreError::NotFound("task"))?)?;
    if !task.seen_by(scope) {
        return Err(StoreError::NotFound("task"));
    }
    check_rev(expected_rev, task.rev - 1)?;
    Ok(task)
}

/// Notes the event of a task's change.
async fn changed(tx: &mut Tx<'_>, client: ClientId, task: Task, now: At) -> Result<Task> {
    let owner_id = match task.call {
        Some(call) => calls::find(tx, client, call).await?.owner,
        None => None,
    };
    tx.emit(now, Event::TaskChanged { task_id: task.id, claimed_by: task.claimed_by, owner_id, rev: task.rev });
    Ok(task)
}
