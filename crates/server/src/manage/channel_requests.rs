//! `GET /api/channels/{id}/requests`: what the carrier last sent to each of a
//! channel's addresses, for whoever connects the applets.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::Id;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::id::ChannelId;
use caly_core::time::At;
use caly_store::{CallFilter, SeenHook};
use serde::Serialize;
use utoipa::ToSchema;

const VOICEBOT: &str = "voicebot";
/// The applets in the order in which a call comes by them.
const APPLETS: [&str; 5] = [VOICEBOT, "after_bot", "connect", "after_connect", "status"];

/// What came of a channel's newest twenty calls.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelRequests {
    /// One light an applet.
    pub applets: Vec<AppletLight>,
    /// The newest sixty requests, newest first.
    pub requests: Vec<CarrierRequest>,
}

/// Whether an applet's address was ever asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppletLight {
    /// `voicebot`, `after_bot`, `connect`, `after_connect` or `status`.
    pub applet: &'static str,
    /// When it was asked last; null: not yet.
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
}

/// A request of the carrier, as it came.
#[derive(Debug, Serialize, ToSchema)]
pub struct CarrierRequest {
    /// Which applet.
    pub applet: String,
    /// The carrier's name of the event; empty where it sends none.
    pub event: String,
    /// The call that it was about.
    pub call_id: String,
    /// When it came.
    #[schema(format = DateTime)]
    pub at: String,
    /// Its parameters as they came, without the key.
    pub raw: String,
}

/// Read what the carrier sent last.
#[utoipa::path(get, path = "/api/channels/{id}/requests", tag = "calls", params(("id" = i64, Path)),
    responses((status = 200, body = ChannelRequests), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn list_requests(
    State(app): State<App>,
    who: Who,
    Id(id): Id<i64>,
) -> Result<Json<ChannelRequests>, Problem> {
    let channel = app.store.channel(&who.scope, ChannelId(id)).await?;
    let seen = app.store.seen_hooks(&who.scope, channel.id).await?;
    // The Voicebot applet's request is the call itself.
    let newest = CallFilter { channel: Some(channel.id), ..CallFilter::default() };
    let called = app.store.calls(&who.scope, newest, None, 1).await?.items.first().map(|call| call.started_at);
    let asked = |applet| seen.iter().find(|hook| hook.kind == applet).map(|hook| hook.at);
    let light = |applet| {
        let last = if applet == VOICEBOT { called } else { asked(applet) };
        AppletLight { applet, last_at: last.map(At::rfc3339) }
    };
    Ok(Json(ChannelRequests { applets: APPLETS.map(light).into(), requests: seen.iter().map(view).collect() }))
}

fn view(hook: &SeenHook) -> CarrierRequest {
    CarrierRequest {
        applet: hook.kind.clone(),
        event: hook.event.clone(),
        call_id: hook.call.to_string(),
        at: hook.at.rfc3339(),
        raw: hook.raw.clone(),
    }
}
