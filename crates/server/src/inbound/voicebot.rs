//! `/exotel/{hook_key}/voicebot`: the Voicebot applet asks where the audio
//! goes. The caller hears silence until we answer.

use super::{degraded, hook, place_call};
use crate::live::Telephony;
use crate::state::App;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use caly_carriers::exotel::answers::{VoicebotAnswer, stream_url};
use std::sync::Arc;

/// Answers `{"url": "wss://…"}`, always with 200 for a key that is known.
pub async fn voicebot(
    State(app): State<App>,
    Extension(tel): Extension<Arc<Telephony>>,
    Path(hook_key): Path<String>,
    request: Request,
) -> Response {
    let known = match hook::known(&app, &tel, &hook_key, request).await {
        Ok(known) => known,
        Err(answer) => return answer,
    };
    let Some(sid) = known.call.call_sid.clone() else {
        // Without an id nothing can be stored: the stream names it later.
        return answer(&app, &tel, &known, "");
    };
    match tokio::time::timeout_at(known.until, place_call::place(&app, &tel, &known, &sid)).await {
        Ok(Ok(placed)) => match placed.call.stream_url {
            Some(url) if !url.is_empty() => Json(VoicebotAnswer { url }).into_response(),
            _ => answer(&app, &tel, &known, &sid),
        },
        Ok(Err(e)) => {
            tracing::warn!(hook.error = %e, "a call could not be stored; answering without a row");
            answer(&app, &tel, &known, &sid)
        }
        Err(_) => {
            tracing::warn!("the database was too slow for a call; answering without a row");
            answer(&app, &tel, &known, &sid)
        }
    }
}

/// The safe branch: a token that carries all that the stream must know.
fn answer(app: &App, tel: &Telephony, known: &hook::Known, sid: &str) -> Response {
    let token = degraded::mint(&tel.keys, known.scope.client, known.channel.id, sid, app.clock.now());
    let url = stream_url(&app.config.public_ws_url(), &known.hook_key, &token, place_call::RATE);
    Json(VoicebotAnswer { url }).into_response()
}
