//! `/exotel/{hook_key}/after-bot`: the Passthru behind the bot. 200 hangs up,
//! 302 goes on to people. It branches on our own state and on what the
//! carrier says of the stream, and it never answers 5xx.

use super::hook;
use crate::finish::rescue;
use crate::live::Telephony;
use crate::state::App;
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use caly_core::outcome::{CallState, Outcome};
use caly_core::rescue::RescueEnd;
use caly_store::{Received, RecordingKind, StoreError};
use std::sync::Arc;

/// 200: the bot finished. 302: a person is needed, or the bot never was.
pub async fn after_bot(
    State(app): State<App>,
    Extension(tel): Extension<Arc<Telephony>>,
    Path(hook_key): Path<String>,
    request: Request,
) -> Response {
    let known = match hook::known(&app, &tel, &hook_key, request).await {
        Ok(known) => known,
        Err(answer) => return answer,
    };
    let status = match tokio::time::timeout_at(known.until, branch(&app, &known)).await {
        Ok(Ok(status)) => status,
        Ok(Err(e)) => {
            tracing::warn!(hook.error = %e, "after-bot without the database; a person is the safe branch");
            StatusCode::FOUND
        }
        Err(_) => {
            tracing::warn!("the database was too slow for after-bot; a person is the safe branch");
            StatusCode::FOUND
        }
    };
    // The caller's way is decided and does not depend on this.
    match tokio::time::timeout_at(known.until, talk_recorded(&app, &known)).await {
        Ok(Ok(())) => {}
        Ok(Err(e)) => tracing::warn!(hook.error = %e, "where a talk was recorded could not be stored"),
        Err(_) => tracing::warn!("the database was too slow for where a talk was recorded"),
    }
    status.into_response()
}

async fn branch(app: &App, known: &hook::Known) -> Result<StatusCode, StoreError> {
    let (stored, received) = hook::remember(app, known, "after_bot").await?;
    if let Received::Again { answer: Some(answer) } = received {
        return Ok(word_to_status(&answer));
    }
    let status = decide(app, known).await?;
    app.store.answer_hook(&known.scope, &stored, if status == StatusCode::OK { "200" } else { "302" }).await?;
    Ok(status)
}

/// The applet recorded the talk: fetched where the channel keeps talks.
async fn talk_recorded(app: &App, known: &hook::Known) -> Result<(), StoreError> {
    let url = known.call.stream.as_ref().and_then(|stream| stream.recording_url.as_ref());
    let (Some(url), Some(sid), true) = (url, &known.call.call_sid, known.channel.keep_talks) else { return Ok(()) };
    let Some(call) = app.store.call_by_carrier_id(&known.scope, sid).await? else { return Ok(()) };
    if hook::keeps_quiet(app, &known.scope).await {
        return Ok(());
    }
    app.store.expect_recording(&known.scope, call.id, RecordingKind::Talk, url, app.clock.now()).await
}

fn word_to_status(answer: &str) -> StatusCode {
    if answer == "200" { StatusCode::OK } else { StatusCode::FOUND }
}

async fn decide(app: &App, known: &hook::Known) -> Result<StatusCode, StoreError> {
    if known.call.stream.as_ref().is_some_and(|s| s.failed()) {
        return Ok(StatusCode::FOUND);
    }
    let Some(sid) = &known.call.call_sid else { return Ok(StatusCode::FOUND) };
    let Some(call) = app.store.call_by_carrier_id(&known.scope, sid).await? else {
        // A call we have never heard of reached a person's queue at least.
        return Ok(StatusCode::FOUND);
    };
    if known.call.stream.as_ref().is_some_and(|s| s.caller_left()) {
        if call.state == CallState::Handoff {
            // He hung up while he was handed over: nobody is dialled.
            app.store.end_rescue(&known.scope, call.id, RescueEnd::CallerLeft, None, app.clock.now()).await?;
            rescue::settle(app, &known.scope, call.id).await?;
        }
        return Ok(StatusCode::OK);
    }
    if let Some((looking, _)) = app.store.rescue(&known.scope, call.id).await?
        && looking.ended == Some(RescueEnd::Callback)
    {
        return Ok(StatusCode::OK);
    }
    // An agent who is done has stored that before its socket closes. A call that
    // still waits for its stream, or whose stream broke off, has a caller on the
    // line whom nobody served.
    let unserved = matches!(call.state, CallState::New | CallState::Routed | CallState::Streaming);
    let person = call.escalated || unserved || call.outcome == Some(Outcome::Failed);
    Ok(if person { StatusCode::FOUND } else { StatusCode::OK })
}
