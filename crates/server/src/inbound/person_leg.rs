//! `/dial-event`, `/after-connect` and `/status`: what becomes of the person's
//! leg. In any order, twice or never: the store's lattice takes them all, and
//! whichever completes the facts ends the call.

use super::connect::e164;
use super::hook::{self, Known};
use crate::finish::reconcile::{self, SETTLES_MS};
use crate::finish::rescue;
use crate::live::Telephony;
use crate::live::house::House;
use crate::state::App;
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use caly_carriers::exotel::legs::{self, Exit, LegNews};
use caly_core::id::TaskId;
use caly_core::rescue::{LegEvent, RescueEnd, Unanswered};
use caly_core::time::At;
use caly_store::{Call, NewTask, StoreError, TaskKind};
use std::sync::Arc;

/// A dialled leg rings, is answered, is over.
pub async fn dial_event(
    State(app): State<App>,
    Extension(tel): Extension<Arc<Telephony>>,
    Path(hook_key): Path<String>,
    request: Request,
) -> Response {
    let known = match hook::known(&app, &tel, &hook_key, request).await {
        Ok(known) => known,
        Err(answer) => return answer,
    };
    let news = legs::dial_event(&known.params, &known.call);
    notification(&known, taken(&app, &known, "dial_event", news)).await
}

/// The flow has left Connect: the carrier's last word on it.
pub async fn after_connect(
    State(app): State<App>,
    Extension(tel): Extension<Arc<Telephony>>,
    Path(hook_key): Path<String>,
    request: Request,
) -> Response {
    let known = match hook::known(&app, &tel, &hook_key, request).await {
        Ok(known) => known,
        Err(answer) => return answer,
    };
    // The flow waits for no 5xx: what is lost here, the reconciler finds.
    notification(&known, left(&app, &known)).await;
    StatusCode::OK.into_response()
}

/// A StatusCallback: stored, and a reason to ask the carrier; by itself it
/// ends nothing.
pub async fn status(
    State(app): State<App>,
    Extension(tel): Extension<Arc<Telephony>>,
    Path(hook_key): Path<String>,
    request: Request,
) -> Response {
    let known = match hook::known(&app, &tel, &hook_key, request).await {
        Ok(known) => known,
        Err(answer) => return answer,
    };
    notification(&known, called_back(&app, &known)).await
}

/// A notification is not acknowledged before it is durable.
async fn notification(known: &Known, taken: impl Future<Output = Result<(), StoreError>>) -> Response {
    match tokio::time::timeout_at(known.until, taken).await {
        Ok(Ok(())) => StatusCode::OK.into_response(),
        Ok(Err(e)) => {
            tracing::warn!(hook.error = %e, "a notification could not be stored");
            again()
        }
        Err(_) => {
            tracing::warn!("the database was too slow for a notification");
            again()
        }
    }
}

fn again() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")]).into_response()
}

async fn taken(app: &App, known: &Known, kind: &str, news: Option<LegNews>) -> Result<(), StoreError> {
    hook::remember(app, known, kind).await?;
    let (Some(call), Some(news)) = (call(app, known).await?, news) else { return Ok(()) };
    let at = legs::happened_at(&known.params, app.clock.now());
    take(app, known, &call, news, at).await?;
    rescue::settle(app, &known.scope, call.id).await
}

async fn take(app: &App, known: &Known, call: &Call, news: LegNews, at: At) -> Result<(), StoreError> {
    let number = news.number.as_deref().and_then(e164);
    app.store.leg_event(&known.scope, call.id, news.event, number, at, app.clock.now()).await.map(drop)
}

async fn left(app: &App, known: &Known) -> Result<(), StoreError> {
    hook::remember(app, known, "after_connect").await?;
    let Some(call) = call(app, known).await? else { return Ok(()) };
    let now = app.clock.now();
    let at = legs::happened_at(&known.params, now);
    let (why, how) = match legs::exit(&known.params, &known.call) {
        Exit::Talked(news) => {
            take(app, known, &call, news, at).await?;
            return rescue::settle(app, &known.scope, call.id).await;
        }
        Exit::Nobody => (Unanswered::NoAnswer, Some(RescueEnd::Nobody)),
        Exit::CallerLeft => (Unanswered::CallerLeft, Some(RescueEnd::CallerLeft)),
        Exit::Unknown => (Unanswered::NoAnswer, None),
    };
    // A leg that was answered stays so: he left, or it broke off, in the talk.
    let event = LegEvent::Ends { talked: None, talk_ms: None, why, last: true };
    take(app, known, &call, LegNews { event, number: known.call.dial_whom.clone() }, at).await?;
    let Some(how) = how else {
        rescue::settle(app, &known.scope, call.id).await?;
        return reconcile::left_unsaid(app, &known.scope, call.id).await;
    };
    let recording = known.call.recording_url.clone();
    let spoke = recording.is_some();
    let recording = if spoke && hook::keeps_quiet(app, &known.scope).await { None } else { recording };
    app.store.end_rescue(&known.scope, call.id, how, recording, now).await?;
    rescue::settle(app, &known.scope, call.id).await?;
    if spoke {
        voicemail(app, known, &call, now).await?;
    }
    Ok(())
}

/// Somebody has to hear it, also where the call had failed before and owes
/// nobody a task.
async fn voicemail(app: &App, known: &Known, call: &Call, now: At) -> Result<(), StoreError> {
    let task = NewTask {
        id: TaskId(call.id.0),
        kind: TaskKind::Voicemail,
        caller_name: None,
        caller_number: call.caller_number.clone(),
        text: "The caller left a voicemail.".to_owned(),
        due_at: House::read(app, &known.scope).await?.due(now, rescue::TASK_DUE_MS),
    };
    app.store.mark_voicemail(&known.scope, call.id, task, now).await
}

async fn called_back(app: &App, known: &Known) -> Result<(), StoreError> {
    hook::remember(app, known, "status").await?;
    if let Some(call) = call(app, known).await? {
        app.store.check_rescue_by(&known.scope, call.id, app.clock.now().plus(SETTLES_MS)).await?;
    }
    Ok(())
}

async fn call(app: &App, known: &Known) -> Result<Option<Call>, StoreError> {
    let Some(sid) = &known.call.call_sid else { return Ok(None) };
    app.store.call_by_carrier_id(&known.scope, sid).await
}
