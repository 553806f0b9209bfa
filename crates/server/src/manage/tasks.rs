//! `GET /api/tasks` and what a person does with one.

use crate::auth::guard::Who;
use crate::bus::Note;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Ask, Body, Id, IfMatch};
use crate::manage::page::{self, Cursor};
use crate::manage::wire::{number_for, when};
use crate::manage::words;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::id::{CallId, TaskId};
use caly_store::{StoreError, TaskCursor, TaskFilter, TaskKind, TaskState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TasksAsk {
    /// Only those in this state.
    #[param(value_type = Option<words::TaskState>)]
    pub state: Option<String>,
    /// Only those of this call.
    pub call: Option<String>,
    /// As the last page gave it.
    pub cursor: Option<String>,
    /// 1-200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
}

/// A page of tasks, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tasks {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// For the next page; null at the end.
    pub next_cursor: Option<String>,
}

/// Something that a person is asked to do after a call.
#[derive(Debug, Serialize, ToSchema)]
pub struct Task {
    /// The task.
    pub id: String,
    /// The call it comes from.
    pub call_id: Option<String>,
    /// What to do.
    #[schema(value_type = words::TaskKind)]
    pub kind: TaskKind,
    /// How far it is.
    #[schema(value_type = words::TaskState)]
    pub state: TaskState,
    /// As the caller said it.
    pub caller_name: Option<String>,
    /// Masked unless the task or its call is yours.
    pub caller_number: Option<String>,
    /// The message, redacted.
    pub text: String,
    /// RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// 24 hours after creation; two hours after the next opening where that is later.
    #[schema(format = DateTime)]
    pub due_at: String,
    /// Who holds it.
    pub claimed_by: Option<i64>,
    /// Who did it.
    pub done_by: Option<i64>,
    /// When.
    #[schema(format = DateTime)]
    pub done_at: Option<String>,
    /// Revision, for `If-Match`.
    pub rev: i64,
}

/// How it went.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishTask {
    /// Whether the caller was helped: decides the call's outcome.
    pub resolved: bool,
    /// For colleagues.
    pub note: Option<String>,
}

/// List tasks.
#[utoipa::path(get, path = "/api/tasks", tag = "tasks", params(TasksAsk),
    responses((status = 200, body = Tasks), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody)))]
pub async fn list_tasks(State(app): State<App>, who: Who, Ask(ask): Ask<TasksAsk>) -> Result<Json<Tasks>, Problem> {
    let limit = page::limit(ask.limit)?;
    let cursor = ask.cursor.as_deref().map(cursor).transpose()?;
    let page = app.store.tasks(&who.scope, filter(&who, &ask)?, cursor, limit).await?;
    let next = page.next.map(|c| Cursor { at: c.created_at, id: c.id.to_string() }.encode());
    let tasks = page.items.into_iter().map(|task| view(&who, task)).collect();
    Ok(Json(Tasks { tasks, next_cursor: next }))
}

/// Take a task.
#[utoipa::path(post, path = "/api/tasks/{id}/claim", tag = "tasks",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The rev you looked at")),
    responses((status = 200, body = Task), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn claim_task(
    State(app): State<App>,
    who: Who,
    Id(id): Id<TaskId>,
    IfMatch(rev): IfMatch,
) -> Result<Json<Task>, Problem> {
    visible(&app, &who, id).await?;
    let done = app.store.claim_task(&who.scope, id, who.member, rev, app.clock.now()).await;
    answer(&app, &who, id, done).await
}

/// Give a task back.
#[utoipa::path(post, path = "/api/tasks/{id}/release", tag = "tasks",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The rev you looked at")),
    responses((status = 200, body = Task), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn release_task(
    State(app): State<App>,
    who: Who,
    Id(id): Id<TaskId>,
    IfMatch(rev): IfMatch,
) -> Result<Json<Task>, Problem> {
    visible(&app, &who, id).await?;
    let done = app.store.release_task(&who.scope, id, rev, app.clock.now()).await;
    answer(&app, &who, id, done).await
}

/// Close a task and say whether the caller was helped.
#[utoipa::path(post, path = "/api/tasks/{id}/done", tag = "tasks", request_body = FinishTask,
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The rev you looked at")),
    responses((status = 200, body = Task), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn finish_task(
    State(app): State<App>,
    who: Who,
    Id(id): Id<TaskId>,
    IfMatch(rev): IfMatch,
    Body(ask): Body<FinishTask>,
) -> Result<Json<Task>, Problem> {
    visible(&app, &who, id).await?;
    let note = ask.note.map(|note| checked_note(&note)).transpose()?;
    let done = app.store.finish_task(&who.scope, id, ask.resolved, note, rev, app.clock.now()).await;
    app.bus.tell(Note::Jobs);
    answer(&app, &who, id, done).await
}

/// A note of a colleague, bounded.
fn checked_note(note: &str) -> Result<String, Problem> {
    let note = note.trim();
    if note.is_empty() || note.chars().count() > 2_000 {
        return Err(Problem::invalid(
            "note",
            "note must have 1 to 2000 characters; leave it out when there is nothing to say.",
        ));
    }
    Ok(note.to_owned())
}

fn filter(who: &Who, ask: &TasksAsk) -> Result<TaskFilter, Problem> {
    let state = ask.state.as_deref().map(|word| {
        TaskState::from_word(word).ok_or_else(|| {
            Problem::bad_request("bad_query", "state must be open, claimed, done or expired.").at("state")
        })
    });
    let call = ask
        .call
        .as_deref()
        .map(|id| id.parse::<CallId>().map_err(|why| Problem::bad_request("bad_query", format!("{why}.")).at("call")));
    Ok(TaskFilter {
        state: state.transpose()?,
        call: call.transpose()?,
        for_member: (!who.scope.sees_team()).then_some(who.member),
    })
}

fn cursor(text: &str) -> Result<TaskCursor, Problem> {
    let cursor = Cursor::decode(text)?;
    let id = cursor.id.parse().map_err(|_| page::bad_cursor())?;
    Ok(TaskCursor { created_at: cursor.at, id })
}

/// The task, for those who may see it. The store looks once more when it is
/// changed; this look is for an answer about what was asked for.
async fn visible(app: &App, who: &Who, id: TaskId) -> Result<caly_store::Task, Problem> {
    let task = app.store.task(&who.scope, id).await?;
    if task.seen_by(&who.scope) { Ok(task) } else { Err(Problem::not_found("task")) }
}

async fn answer(
    app: &App,
    who: &Who,
    id: TaskId,
    done: Result<caly_store::Task, StoreError>,
) -> Result<Json<Task>, Problem> {
    match done {
        Ok(task) => Ok(Json(view(who, task))),
        Err(error @ StoreError::Stale { .. }) => {
            let current = view(who, visible(app, who, id).await?);
            Err(Problem::from(error).with_current(&current))
        }
        Err(error) => Err(error.into()),
    }
}

fn view(who: &Who, task: caly_store::Task) -> Task {
    // Whoever works on it has to be able to call back.
    let own = task.claimed_by == Some(who.member) || task.done_by == Some(who.member);
    Task {
        id: task.id.to_string(),
        call_id: task.call.map(|call| call.to_string()),
        kind: task.kind,
        state: task.state,
        caller_name: task.caller_name,
        caller_number: number_for(&who.scope, task.caller_number.as_deref(), own),
        text: task.text,
        created_at: task.created_at.rfc3339(),
        due_at: task.due_at.rfc3339(),
        claimed_by: task.claimed_by.map(|m| m.0),
        done_by: task.done_by.map(|m| m.0),
        done_at: when(task.done_at),
        rev: task.rev,
    }
}
