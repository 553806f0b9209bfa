//! `wss …/exotel/{hook_key}/stream/{token}`: the audio socket. The token is
//! judged before the upgrade, and nothing is opened before it holds.

use super::degraded::{self, Claim};
use super::hook::{self, Known};
use super::keys::token_hash;
use super::place_call;
use crate::live::Telephony;
use crate::live::socket::{self, Admitted};
use crate::state::App;
use axum::Extension;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use caly_carriers::exotel::webhook::{AppletCall, Params};
use caly_core::id::ClientId;
use caly_core::scope::{Actor, Scope};
use caly_store::{Call, Channel, StoreError};
use std::sync::Arc;

/// Frames are at most this large; the carrier sends 100 ms at a time.
const FRAME: usize = 64 * 1024;
/// The socket's read buffer: the default costs 125 KiB a call more.
const READ_BUFFER: usize = 8 * 1024;

/// Upgrades for a token that holds; 404 before the upgrade for any other.
pub async fn stream(
    State(app): State<App>,
    Extension(tel): Extension<Arc<Telephony>>,
    Path((hook_key, token)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Some((client, channel)) = hook::channel_of(&app, &tel, &hook_key).await else {
        tracing::warn!(security.event = "unknown_hook_key", "a stream came with a key that is nobody's");
        return hook::nobody();
    };
    let scope = Scope { client, actor: Actor::Carrier(channel.id) };
    let rate = rate(query.as_deref());
    let admitted = match call_of(&app, &tel, &scope, &channel, &hook_key, &token).await {
        Ok(Some(call)) => admit(&app, scope, channel, call, rate).await,
        Ok(None) => {
            tracing::warn!(security.event = "bad_stream_token", client.id = %client, "a stream came with a token that does not hold");
            return hook::nobody();
        }
        Err(e) => Err(e),
    };
    match admitted {
        Ok(admitted) => upgrade
            .read_buffer_size(READ_BUFFER)
            .max_message_size(FRAME)
            .max_frame_size(FRAME)
            .on_upgrade(move |socket| socket::run(app, tel, admitted, socket)),
        Err(e) => {
            tracing::warn!(stream.error = %e, "a stream could not be admitted");
            hook::nobody()
        }
    }
}

async fn admit(app: &App, scope: Scope, channel: Channel, call: Call, rate: u32) -> Result<Admitted, StoreError> {
    let is_demo = app.store.client(scope.client).await?.is_demo;
    Ok(Admitted { scope, channel, call, is_demo, rate })
}

async fn call_of(
    app: &App,
    tel: &Telephony,
    scope: &Scope,
    channel: &Channel,
    hook_key: &str,
    token: &str,
) -> Result<Option<Call>, StoreError> {
    let now = app.clock.now();
    if let Some(claim) = degraded::open(&tel.keys, token, now) {
        let own = claim.client == scope.client && claim.channel == channel.id;
        if !own || !tel.spent.spend(token, now) {
            return Ok(None);
        }
        return late(app, tel, scope.client, channel, hook_key, &claim, token).await.map(Some);
    }
    let Some(claimed) = app.store.claim_stream(&token_hash(token), now).await? else { return Ok(None) };
    if claimed.client != scope.client || claimed.channel != channel.id {
        return Ok(None);
    }
    app.store.call(scope, claimed.call).await.map(Some)
}

/// The row that the voicebot hook could not make.
async fn late(
    app: &App,
    tel: &Telephony,
    client: ClientId,
    channel: &Channel,
    hook_key: &str,
    claim: &Claim,
    token: &str,
) -> Result<Call, StoreError> {
    let sid = if claim.call_sid.is_empty() { token_hash(token) } else { claim.call_sid.clone() };
    let known = Known {
        scope: Scope { client, actor: Actor::Carrier(channel.id) },
        channel: channel.clone(),
        params: Params::default(),
        call: AppletCall::default(),
        versioned: false,
        hook_key: hook_key.to_owned(),
    };
    Ok(place_call::place_late(app, tel, &known, &sid, token).await?.call)
}

/// The rate that our own address asked for.
fn rate(query: Option<&str>) -> u32 {
    let params = Params::from_form(query.unwrap_or_default().as_bytes());
    match params.get("sample-rate") {
        Some("8000") => 8_000,
        Some("24000") => 24_000,
        _ => place_call::RATE,
    }
}
