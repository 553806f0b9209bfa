//! A call arrives: the carrier's hooks. A caller waits behind the flow hooks,
//! so they never answer 5xx and never wait longer than 800 ms.

pub mod after_bot;
pub mod connect;
pub mod degraded;
pub mod greeting;
pub mod hook;
pub mod keys;
pub mod person_leg;
pub mod place_call;
pub mod stream;
pub mod talk;
pub mod voicebot;

use crate::live::Telephony;
use crate::state::App;
use axum::extract::DefaultBodyLimit;
use axum::routing::any;
use axum::{Extension, Router};
use std::sync::Arc;
use std::time::Duration;

/// A flow hook answers within 800 ms, with the safe branch if need be: so much
/// of it may pass waiting for the database.
pub const PATIENCE: Duration = Duration::from_millis(700);
/// The largest body of a hook.
const BODY_LIMIT: usize = 64 * 1024;

/// The carriers' routes. They bring their own keys, in the path.
pub fn routes(telephony: Arc<Telephony>) -> Router<App> {
    Router::new()
        .route("/exotel/{hook_key}/voicebot", any(voicebot::voicebot))
        .route("/exotel/{hook_key}/after-bot", any(after_bot::after_bot))
        .route("/exotel/{hook_key}/connect", any(connect::connect))
        .route("/exotel/{hook_key}/after-connect", any(person_leg::after_connect))
        .route("/exotel/{hook_key}/dial-event", any(person_leg::dial_event))
        .route("/exotel/{hook_key}/greeting", any(greeting::greeting))
        .route("/exotel/{hook_key}/status", any(person_leg::status))
        .route("/exotel/{hook_key}/stream/{token}", any(stream::stream))
        .route("/talk/{token}", any(talk::talk))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(Extension(telephony))
}
