//! `/connect`, `/after-connect` and `/status`. Until people can be dialled,
//! Connect names nobody and the flow takes its exit to voicemail; the task
//! that was made is who looks after the caller.

use super::hook;
use crate::live::Telephony;
use crate::state::App;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use caly_carriers::exotel::answers::ConnectAnswer;
use std::sync::Arc;

/// Whom to dial: nobody, in the form that was asked for.
pub async fn connect(
    State(app): State<App>,
    Extension(tel): Extension<Arc<Telephony>>,
    Path(hook_key): Path<String>,
    request: Request,
) -> Response {
    let known = match hook::known(&app, &tel, &hook_key, request).await {
        Ok(known) => known,
        Err(answer) => return answer,
    };
    keep(&app, &known, "connect").await;
    if known.versioned {
        Json(ConnectAnswer::nobody()).into_response()
    } else {
        // "Dial Whom": plain text, empty for nobody.
        ([(header::CONTENT_TYPE, "text/plain")], "").into_response()
    }
}

/// What became of the human leg.
pub async fn after_connect(
    state: State<App>,
    tel: Extension<Arc<Telephony>>,
    path: Path<String>,
    request: Request,
) -> Response {
    stored(state, tel, path, request, "after_connect").await
}

/// A StatusCallback: stored, answered, and never moves a counter.
pub async fn status(
    state: State<App>,
    tel: Extension<Arc<Telephony>>,
    path: Path<String>,
    request: Request,
) -> Response {
    stored(state, tel, path, request, "status").await
}

async fn stored(
    State(app): State<App>,
    Extension(tel): Extension<Arc<Telephony>>,
    Path(hook_key): Path<String>,
    request: Request,
    kind: &str,
) -> Response {
    match hook::known(&app, &tel, &hook_key, request).await {
        Ok(known) if kind == "status" && !keep(&app, &known, kind).await => {
            // A notification is not acknowledged before it is durable.
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")]).into_response()
        }
        Ok(known) => {
            if kind != "status" {
                keep(&app, &known, kind).await;
            }
            StatusCode::OK.into_response()
        }
        Err(answer) => answer,
    }
}

/// Stores the hook; `false` when it is not durable.
async fn keep(app: &App, known: &hook::Known, kind: &str) -> bool {
    match tokio::time::timeout_at(known.until, hook::remember(app, known, kind)).await {
        Ok(Ok(_)) => true,
        Ok(Err(e)) => {
            tracing::warn!(hook.error = %e, hook.kind = kind, "a hook could not be stored");
            false
        }
        Err(_) => {
            tracing::warn!(hook.kind = kind, "the database was too slow for a hook");
            false
        }
    }
}
