//! `/exotel/{hook_key}/greeting`: what a Greeting or voicemail applet says.
//! Plain text and nothing else; the carrier asks with HEAD first.

use super::hook;
use crate::live::Telephony;
use crate::state::App;
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use caly_store::StoreError;
use std::sync::Arc;

/// What is said where the database is away.
const PLAIN: &str = "Thank you for calling.";
/// Behind Connect, when nobody came.
const VOICEMAIL: &str = "Nobody can take your call right now, so a person will call you back. \
    You may leave a message after the tone.";

/// The words to speak.
pub async fn greeting(
    State(app): State<App>,
    Extension(tel): Extension<Arc<Telephony>>,
    Path(hook_key): Path<String>,
    request: Request,
) -> Response {
    let known = match hook::known(&app, &tel, &hook_key, request).await {
        Ok(known) => known,
        Err(answer) => return answer,
    };
    let words = match tokio::time::timeout_at(known.until, words(&app, &known)).await {
        Ok(Ok(words)) => words,
        Ok(Err(e)) => {
            tracing::warn!(hook.error = %e, "a greeting without the database");
            PLAIN.to_owned()
        }
        Err(_) => PLAIN.to_owned(),
    };
    ([(header::CONTENT_TYPE, "text/plain")], words).into_response()
}

async fn words(app: &App, known: &hook::Known) -> Result<String, StoreError> {
    if let Some(sid) = &known.call.call_sid
        && let Some(call) = app.store.call_by_carrier_id(&known.scope, sid).await?
        && call.escalated
    {
        return Ok(VOICEMAIL.to_owned());
    }
    let company = app.store.client(known.scope.client).await?.name;
    Ok(format!("Thank you for calling {company}."))
}
