//! `POST /api/talks`: a person talks with the client's agent from the browser's
//! microphone, in the same call path as a caller on the phone.

use crate::auth::guard::Who;
use crate::auth::session::hash as token_hash;
use crate::error::{Problem, ProblemBody};
use crate::inbound::keys::mint_token;
use crate::inbound::place_call::{RATE, TOKEN_MS};
use crate::manage::channels::HookKeys as _;
use crate::manage::edit_channel::entry;
use crate::state::{App, AppState};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use caly_core::id::{AgentId, CallId};
use caly_core::outcome::ChannelKind;
use caly_core::sector::Sector;
use caly_store::{Channel, NewCall, NewChannel, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

/// A call that waits for the browser's sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TalkPlaced {
    /// The call, as in `GET /api/calls/{id}`.
    pub call_id: String,
    /// Where its WebSocket is, on this server; good once, for a minute. It
    /// speaks the carrier's frames: `start`, `media`, `dtmf`, `mark`, `stop`
    /// there, `media`, `mark`, `clear` back.
    pub path: String,
    /// 16-bit little-endian samples a second, both ways.
    pub sample_rate: u32,
}

/// Talk with the agent from a browser. The call counts like one by phone.
#[utoipa::path(post, path = "/api/talks", tag = "calls",
    responses((status = 201, body = TalkPlaced), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn place_talk(State(app): State<App>, who: Who) -> Result<(StatusCode, Json<TalkPlaced>), Problem> {
    let channel = browser_channel(&app, &who).await?;
    let token = mint_token(app.chance.as_ref());
    let now = app.clock.now();
    let id = CallId(app.chance.id(now));
    let path = format!("/talk/{token}?sample-rate={RATE}");
    let agent = app.catalogue.agent(channel.entry_agent);
    let new = NewCall {
        id,
        channel: channel.id,
        carrier_call_id: format!("talk-{id}"),
        caller_number: None,
        caller_raw: None,
        dialled: None,
        agent_type: agent.map_or_else(String::new, |a| a.slug.clone()),
        seed: app.chance.seed(),
        token_hash: token_hash(&token),
        token_expires_at: now.plus(TOKEN_MS),
        stream_url: path.clone(),
        // The socket's node takes it over with the first frame.
        node: "browser".into(),
        degraded: false,
        attributes: serde_json::json!({"member": who.member}).to_string(),
    };
    let placed = app.store.place_call(&who.scope, new, now).await?;
    Ok((StatusCode::CREATED, Json(TalkPlaced { call_id: placed.call.id.to_string(), path, sample_rate: RATE })))
}

/// The client's browser channel, made by its first talk.
async fn browser_channel(app: &AppState, who: &Who) -> Result<Channel, Problem> {
    let channels = app.store.channels(&who.scope).await?;
    if let Some(found) = of_browser(&channels) {
        return switched_on(found);
    }
    let new = new_channel(app, who, &channels, ChannelKind::Browser, "Browser").await?;
    match app.store.create_channel(&who.scope, new, app.clock.now()).await {
        // Another first talk was faster.
        Err(StoreError::Conflict("browser channel")) => {
            let channels = app.store.channels(&who.scope).await?;
            switched_on(of_browser(&channels).ok_or_else(|| Problem::not_found("channel"))?)
        }
        made => Ok(made?),
    }
}

/// Data of before there was one at the most may hold several.
fn of_browser(channels: &[Channel]) -> Option<&Channel> {
    let mut all = channels.iter().filter(|c| c.kind == ChannelKind::Browser);
    all.clone().find(|c| c.is_active).or_else(|| all.next())
}

fn switched_on(channel: &Channel) -> Result<Channel, Problem> {
    if channel.is_active {
        return Ok(channel.clone());
    }
    Err(Problem::conflict(
        "browser_off",
        "Talks from the browser are switched off; an owner or a manager switches the channel \"Browser\" on again in the settings.",
    ))
}

/// A channel that nobody has to make by hand, beside those that there are. The
/// agent that answers the phone answers here.
pub(super) async fn new_channel(
    app: &AppState,
    who: &Who,
    channels: &[Channel],
    kind: ChannelKind,
    name: &str,
) -> Result<NewChannel, Problem> {
    let (sector, entry_agent) = answers(app, who, channels)?;
    let team = app.store.teams(&who.scope).await?.first().ok_or_else(|| Problem::not_found("team"))?.id;
    let key = app.vault.make(&who.scope).await?;
    Ok(NewChannel {
        kind,
        carrier: if kind == ChannelKind::Browser { "browser" } else { "exotel" }.into(),
        name: name.into(),
        number: None,
        sector,
        team,
        entry_agent,
        hook_key_hash: key.hash,
        hook_key_sealed: key.sealed,
        account_sid: None,
        hook_basic_hash: None,
    })
}

fn answers(app: &AppState, who: &Who, channels: &[Channel]) -> Result<(Sector, AgentId), Problem> {
    let by_phone = |c: &&Channel| matches!(c.kind, ChannelKind::Phone | ChannelKind::Rehearsal) && c.is_active;
    match channels.iter().find(by_phone) {
        Some(channel) => Ok((channel.sector, channel.entry_agent)),
        None => Ok((who.client.sector, entry(app, who.client.sector, None)?)),
    }
}
