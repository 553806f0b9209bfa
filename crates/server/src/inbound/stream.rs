//! `wss …/exotel/{hook_key}/stream/{token}`: the audio socket. The token is
//! judged before the upgrade, and nothing is opened before it holds.

use super::degraded;
use super::hook::{self, Known};
use super::place_call;
use crate::auth::session::hash as token_hash;
use crate::live::Telephony;
use crate::live::socket::{self, Admitted, Late, Ticket};
use crate::state::App;
use axum::Extension;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64_simd::STANDARD;
use caly_carriers::exotel::stream::Start;
use caly_carriers::exotel::webhook::{AppletCall, Params};
use caly_core::id::CallId;
use caly_core::scope::{Actor, Scope};
use caly_store::{Call, Channel, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Frames are at most this large; the carrier sends 100 ms at a time.
const FRAME: usize = 64 * 1024;
/// A degraded call's row is tried for this long.
const LATE: Duration = Duration::from_secs(8);
/// Between two tries.
const AGAIN: Duration = Duration::from_millis(250);
/// The socket's read buffer, about one frame of 100 ms: the default costs
/// 125 KiB a call more, and it doubles twice while frames come.
const READ_BUFFER: usize = 4 * 1024;

/// Upgrades for a token that holds; 404 before the upgrade for any other.
pub async fn stream(
    State(app): State<App>,
    Extension(tel): Extension<Arc<Telephony>>,
    Path((hook_key, token)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Some((client, channel)) = hook::channel_of(&app, &tel, &hook_key).await else {
        tracing::warn!(security.event = "unknown_hook_key", "a stream came with a key that is nobody's");
        return hook::nobody();
    };
    if !knows_password(&tel, &channel, &headers) {
        tracing::warn!(security.event = "bad_stream_password", client.id = %client, "a stream came without its password");
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic")]).into_response();
    }
    let scope = Scope { client, actor: Actor::Carrier(channel.id) };
    let rate = rate(query.as_deref());
    match ticket(&app, &tel, &scope, &channel, token).await {
        Ok(Some(ticket)) => {
            let admitted = Admitted { scope, channel, ticket, hook_key, rate };
            sized(upgrade).on_upgrade(move |socket| socket::run(app, tel, Box::new(admitted), socket))
        }
        Ok(None) => {
            tracing::warn!(security.event = "bad_stream_token", client.id = %client, "a stream came with a token that does not hold");
            hook::nobody()
        }
        Err(e) => {
            tracing::warn!(stream.error = %e, "a stream could not be admitted");
            hook::nobody()
        }
    }
}

/// A socket as large as audio needs.
pub(super) fn sized(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade.read_buffer_size(READ_BUFFER).max_message_size(FRAME).max_frame_size(FRAME)
}

/// Where Basic was switched on for the channel, the socket must carry it.
fn knows_password(tel: &Telephony, channel: &Channel, headers: &HeaderMap) -> bool {
    let Some(hash) = &channel.hook_basic_hash else { return true };
    let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let given = given.and_then(|v| v.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let Some(credentials) = given.and_then(|(_, text)| STANDARD.decode_to_vec(text.trim()).ok()) else { return false };
    String::from_utf8(credentials).is_ok_and(|given| tel.keys.knows_basic(hash, &given))
}

/// What a token stands for; `None` when it does not hold.
async fn ticket(
    app: &App,
    tel: &Telephony,
    scope: &Scope,
    channel: &Channel,
    token: String,
) -> Result<Option<Ticket>, StoreError> {
    let now = app.clock.now();
    if let Some(claim) = degraded::open(&tel.keys, &token, now) {
        let own = claim.client == scope.client && claim.channel == channel.id;
        let holds = own && tel.spent.spend(&token, now);
        let late = Late { id: CallId(app.chance.id(now)), call_sid: claim.call_sid, token };
        return Ok(holds.then_some(Ticket::Late(late)));
    }
    let Some(claimed) = app.store.claim_stream(&token_hash(&token), now).await? else { return Ok(None) };
    if claimed.client != scope.client || claimed.channel != channel.id {
        return Ok(None);
    }
    Ok(Some(Ticket::Call(Box::new(app.store.call(scope, claimed.call).await?))))
}

/// The row that the voicebot hook could not make, now that `start` says what
/// it says. The database may still be slow: the caller waits a moment.
pub(crate) async fn late_row(
    app: &App,
    tel: &Telephony,
    admitted: &Admitted,
    late: &Late,
    start: &Start,
) -> Result<Call, StoreError> {
    let named = if late.call_sid.is_empty() { start.call_sid.clone() } else { Some(late.call_sid.clone()) };
    let sid = named.unwrap_or_else(|| token_hash(&late.token));
    let known = Known {
        scope: admitted.scope.clone(),
        channel: admitted.channel.clone(),
        params: Params::default(),
        call: AppletCall { from: start.from.clone(), to: start.to.clone(), ..AppletCall::default() },
        versioned: false,
        hook_key: admitted.hook_key.clone(),
        until: Instant::now() + LATE,
    };
    loop {
        match place_call::place_late(app, tel, &known, late.id, &sid, &late.token).await {
            Err(e) if e.is_temporary() && Instant::now() < known.until => {
                tracing::warn!(stream.error = %e, "a call's row could not be made yet");
                tokio::time::sleep(AGAIN).await;
            }
            placed => return placed.map(|placed| placed.call),
        }
    }
}

/// The rate that our own address asked for.
pub(super) fn rate(query: Option<&str>) -> u32 {
    let params = Params::from_form(query.unwrap_or_default().as_bytes());
    match params.get("sample-rate") {
        Some("8000") => 8_000,
        Some("24000") => 24_000,
        _ => place_call::RATE,
    }
}
