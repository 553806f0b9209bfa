//! `GET /api/calls/{id}/recording`: what a carrier recorded, to be heard by
//! those who see the call, and a voicemail by those who see its task.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Ask, Id};
use crate::hipaa;
use crate::manage::{calls, words};
use crate::state::App;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use caly_core::id::CallId;
use caly_store::{Call, Progress, RecordingKind, RecordingState, TaskFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

/// Which recording.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordingAsk {
    /// The voicemail when left out.
    #[param(value_type = Option<words::RecordingKind>)]
    pub kind: Option<String>,
}

/// Something that the carrier recorded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recording)]
pub struct RecordingView {
    /// Of what.
    #[schema(value_type = words::RecordingKind)]
    pub kind: RecordingKind,
    /// Whether it can be heard.
    pub state: words::RecordingState,
    /// Why it was given up; null unless it was.
    pub reason: Option<String>,
}

/// What is known of a call's recordings.
///
/// # Errors
/// When the database does not answer, or there is no such call.
pub async fn of_call(app: &App, who: &Who, id: CallId) -> Result<Vec<RecordingView>, Problem> {
    Ok(app.store.recordings(&who.scope, id).await?.into_iter().map(view).collect())
}

/// Hear a recording.
#[utoipa::path(get, path = "/api/calls/{id}/recording", tag = "calls", params(("id" = String, Path), RecordingAsk),
    responses((status = 200, description = "The sound, whole",
            content((String = "audio/mpeg"), (String = "audio/wav"), (String = "audio/ogg"))),
        (status = 400, body = ProblemBody), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, description = "It is not here yet, or was given up", body = ProblemBody)))]
pub async fn hear_recording(
    State(app): State<App>,
    who: Who,
    Id(id): Id<CallId>,
    Ask(ask): Ask<RecordingAsk>,
) -> Result<Response, Problem> {
    let kind = kind(ask.kind.as_deref())?;
    let call = app.store.call(&who.scope, id).await?;
    if !may_hear(&app, &who, &call, kind).await? {
        return Err(Problem::not_found("call"));
    }
    let known = app.store.recordings(&who.scope, id).await?.into_iter().find(|r| r.kind == kind);
    match known.map(|r| r.progress) {
        Some(Progress::Ready) => {}
        Some(Progress::Pending) => {
            let why = "The carrier has not handed the recording out yet; try again in a minute.";
            return Err(Problem::conflict("recording_pending", why));
        }
        Some(Progress::Failed(why)) => {
            let why = format!("The recording could not be fetched: {why}.");
            return Err(Problem::conflict("recording_failed", why));
        }
        None => return Err(no_recording()),
    }
    if hipaa::is_on(&app, &who.scope).await.map_err(Problem::internal)? {
        // Written before anything is heard.
        app.store.append_audit(&who.scope, "call.listen", json!({"call": id, "kind": kind}), app.clock.now()).await?;
    }
    sound(&app, &who, id, kind).await
}

async fn sound(app: &App, who: &Who, id: CallId, kind: RecordingKind) -> Result<Response, Problem> {
    let stored = app.store.recording(&who.scope, id, kind).await?;
    let fetched = stored.fetched.ok_or_else(no_recording)?;
    let mut opened = app.vault.open_recording(&who.scope, id, kind, fetched.sealed).await.map_err(Problem::internal)?;
    let ending = fetched.content_type.strip_prefix("audio/").unwrap_or_default().replace("mpeg", "mp3");
    let headers = [
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{}-{id}.{ending}\"", kind.word())),
        (header::CONTENT_TYPE, fetched.content_type),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, Body::from(std::mem::take(&mut *opened))).into_response())
}

/// A member who has nothing to do with the call hears the voicemail whose task
/// he may take, as he may read the words of a message.
async fn may_hear(app: &App, who: &Who, call: &Call, kind: RecordingKind) -> Result<bool, Problem> {
    if calls::sees(app, who, call).await? {
        return Ok(true);
    }
    let his = TaskFilter { call: Some(call.id), for_member: Some(who.member), ..TaskFilter::default() };
    Ok(kind == RecordingKind::Voicemail && !app.store.tasks(&who.scope, his, None, 1).await?.items.is_empty())
}

/// Not recorded, or left with the carrier.
fn no_recording() -> Problem {
    let detail = "No recording of this call is kept here.".into();
    Problem { detail, ..Problem::not_found("recording") }
}

fn kind(word: Option<&str>) -> Result<RecordingKind, Problem> {
    let Some(word) = word else { return Ok(RecordingKind::Voicemail) };
    RecordingKind::from_word(word)
        .ok_or_else(|| Problem::bad_request("bad_query", "kind must be voicemail or talk.").at("kind"))
}

fn view(known: RecordingState) -> RecordingView {
    let (state, reason) = match known.progress {
        Progress::Pending => (words::RecordingState::Pending, None),
        Progress::Ready => (words::RecordingState::Ready, None),
        Progress::Failed(why) => (words::RecordingState::Failed, Some(why)),
    };
    RecordingView { kind: known.kind, state, reason }
}
