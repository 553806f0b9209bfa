//! `/exotel/{hook_key}/voicebot`: the Voicebot applet asks where the audio
//! goes. The caller hears silence until we answer.

use super::{degraded, hook, place_call};
use crate::live::Telephony;
use crate::state::App;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use caly_carriers::exotel::answers::{VoicebotAnswer, stream_url};
use caly_store::{Call, Placed, StoreError};
use std::sync::Arc;
use std::time::Duration;

/// What is left of the 800 ms when the database was waited for in vain.
const LAST_LOOK: Duration = Duration::from_millis(60);

/// Answers `{"url": "wss://…"}`, always with 200 for a key that is known.
pub async fn voicebot(
    State(app): State<App>,
    Extension(tel): Extension<Arc<Telephony>>,
    Path(hook_key): Path<String>,
    request: Request,
) -> Response {
    match stream_of(&app, &tel, &hook_key, request).await {
        Ok(answer) | Err(answer) => answer,
    }
}

async fn stream_of(app: &App, tel: &Telephony, hook_key: &str, request: Request) -> Result<Response, Response> {
    let known = hook::seen(app, tel, hook_key, request).await?;
    let Some(sid) = known.call.call_sid.clone() else {
        // Without an id nothing can be stored: the stream names it later.
        let known = hook::anew(app, tel, known).await?;
        return Ok(answer(app, tel, &known, ""));
    };
    match placed(app, tel, &known, &sid).await {
        Err(StoreError::Stale { .. }) => {
            let known = hook::anew(app, tel, known).await?;
            Ok(url_of(app, tel, &known, &sid, placed(app, tel, &known, &sid).await))
        }
        Err(e) => {
            // Nothing can be written; whether the key still opens can be read.
            let known = match tokio::time::timeout(LAST_LOOK, hook::anew(app, tel, known.clone())).await {
                Ok(looked) => looked?,
                Err(_) => known,
            };
            Ok(url_of(app, tel, &known, &sid, Err(e)))
        }
        other => Ok(url_of(app, tel, &known, &sid, other)),
    }
}

async fn placed(app: &App, tel: &Telephony, known: &hook::Known, sid: &str) -> Result<Placed, StoreError> {
    let placing = place_call::place(app, tel, known, sid);
    tokio::time::timeout_at(known.until, placing).await.unwrap_or(Err(StoreError::Busy))
}

fn url_of(app: &App, tel: &Telephony, known: &hook::Known, sid: &str, placed: Result<Placed, StoreError>) -> Response {
    match placed {
        Ok(Placed { call: Call { stream_url: Some(url), .. }, .. }) if !url.is_empty() => {
            Json(VoicebotAnswer { url }).into_response()
        }
        Ok(_) => answer(app, tel, known, sid),
        Err(e) => {
            tracing::warn!(hook.error = %e, "a call could not be stored in time; answering without a row");
            answer(app, tel, known, sid)
        }
    }
}

/// The safe branch: a token that carries all that the stream must know.
fn answer(app: &App, tel: &Telephony, known: &hook::Known, sid: &str) -> Response {
    let token = degraded::mint(&tel.keys, known.scope.client, known.channel.id, sid, app.clock.now());
    let url = stream_url(&app.config.public_ws_url(), &known.hook_key, &token, place_call::RATE);
    Json(VoicebotAnswer { url }).into_response()
}
