//! `GET /api/channels`: the ways in, and for those who set them up the
//! addresses that the carrier is given.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Body, Id, IfMatch};
use crate::finish::reconcile::CarrierLogin;
use crate::manage::words;
use crate::state::{App, AppState};
use axum::Json;
use axum::extract::State;
use caly_core::id::ChannelId;
use caly_core::member::Role;
use caly_core::outcome::ChannelKind;
use caly_core::privacy::{Country, canonical_number};
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_store::{CarrierPatch, Channel};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The client's channels.
#[derive(Debug, Serialize, ToSchema)]
pub struct Channels {
    /// In the order of their ids.
    pub channels: Vec<ChannelView>,
}

/// A phone number or another way in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Channel)]
pub struct ChannelView {
    /// Counted per client.
    pub id: i64,
    /// What kind of way in.
    #[schema(value_type = words::ChannelKind)]
    pub kind: ChannelKind,
    /// Whose wire it is.
    pub carrier: String,
    /// The name on screens.
    pub name: String,
    /// The number that callers dial.
    pub number: Option<String>,
    /// Its line of business.
    #[schema(value_type = words::Sector)]
    pub sector: Sector,
    /// The team that owns its calls.
    pub team_id: i64,
    /// The agent that answers.
    pub entry_agent_id: i64,
    /// Dialled when Caly cannot say whom. Put the same number into the Connect
    /// applet itself, so that a dead server rings somebody too.
    pub fallback_number: Option<String>,
    /// The carrier's account, checked on every audio stream.
    pub account_sid: Option<String>,
    /// Whether the carrier's API can be asked what became of a call.
    pub carrier_login_set: bool,
    /// Whether calls are taken.
    pub is_active: bool,
    /// What to paste into the carrier's applets. They carry the channel's
    /// secret key: shown to the owner only, and each reading is in the audit.
    pub hook_urls: Option<HookUrls>,
    /// Revision.
    pub rev: i64,
}

/// The addresses for the carrier's applets.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HookUrls {
    /// The Voicebot applet's dynamic URL.
    pub voicebot: String,
    /// The applet after the Voicebot: 200 goes on, 302 connects a person.
    pub after_bot: String,
    /// The Connect applet's dynamic URL.
    pub connect: String,
    /// The applet after Connect.
    pub after_connect: String,
    /// The Greeting or voicemail applet behind "We didn't dial anyone".
    pub greeting: String,
    /// The status callback.
    pub status: String,
}

/// What a channel has of its carrier. What is left out stays, null removes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetCarrier {
    /// Dialled when Caly cannot say whom.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub fallback_number: Option<Option<String>>,
    /// The carrier's API.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<CarrierApi>)]
    pub api: Option<Option<CarrierApi>>,
}

/// Exotel's API: where it is, and as whom it is asked. Written, never read back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CarrierApi {
    /// `https://api.exotel.com` (Singapore) or `https://api.in.exotel.com` (Mumbai).
    pub host: String,
    /// The account.
    pub account_sid: String,
    /// The API key.
    pub key: String,
    /// The API token.
    pub token: String,
}

impl std::fmt::Debug for CarrierApi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CarrierApi").field("host", &self.host).finish_non_exhaustive()
    }
}

/// Set what a channel has of its carrier.
#[utoipa::path(put, path = "/api/channels/{id}/carrier", tag = "calls", request_body = SetCarrier,
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header, description = "The rev you looked at")),
    responses((status = 200, body = ChannelView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn set_carrier(
    State(app): State<App>,
    who: Who,
    Id(id): Id<i64>,
    IfMatch(rev): IfMatch,
    Body(to): Body<SetCarrier>,
) -> Result<Json<ChannelView>, Problem> {
    let fallback_number = to.fallback_number.map(number).transpose()?;
    let account_sid = to.api.as_ref().map(|api| api.as_ref().map(|api| api.account_sid.clone()));
    let login_sealed = match to.api {
        None => None,
        Some(None) => Some(None),
        Some(Some(api)) => Some(Some(seal(&app, &who, api).await?)),
    };
    let patch = CarrierPatch { fallback_number, account_sid, login_sealed };
    let changed = app.store.set_carrier(&who.scope, ChannelId(id), patch, rev, app.clock.now()).await?;
    Ok(Json(view(changed, None)))
}

fn number(typed: Option<String>) -> Result<Option<String>, Problem> {
    let Some(typed) = typed else { return Ok(None) };
    let number = canonical_number(&typed, Country::In);
    number
        .map(Some)
        .ok_or_else(|| Problem::invalid("fallback_number", "Write a telephone number, such as +918047491899."))
}

async fn seal(app: &App, who: &Who, api: CarrierApi) -> Result<String, Problem> {
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if !plain(&api.account_sid) {
        return Err(Problem::invalid("api.account_sid", "Copy the account's SID from the carrier's API settings."));
    }
    for (field, value) in [("api.key", &api.key), ("api.token", &api.token)] {
        if value.trim().is_empty() {
            return Err(Problem::invalid(
                field,
                "Copy it from the carrier's API settings; a login needs all its parts.",
            ));
        }
    }
    let CarrierApi { host, account_sid, key, token } = api;
    let login = serde_json::to_string(&CarrierLogin { host, account_sid, key, token }).map_err(Problem::internal)?;
    app.vault.seal_carrier_login(&who.scope, &login).await.map_err(Problem::internal)
}

/// Tells a field that was left out from one that is null.
fn given<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

/// Makes hook keys and opens their sealed copies. The vault does it, and logs
/// who looked.
pub trait HookKeys: Send + Sync {
    /// A new key for one of the client's channels.
    fn make<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<NewKey, Problem>>;
    /// The keyed hash of the socket's Basic credentials, `user:password`.
    fn basic_hash(&self, credentials: &str) -> String;
    /// The key in clear, for showing to whoever may set the channel up.
    fn open<'a>(&'a self, scope: &'a Scope, channel: &'a Channel) -> BoxFuture<'a, Result<String, Problem>>;
}

/// A hook key as it is stored.
pub struct NewKey {
    /// Keyed hash, for look-up.
    pub hash: String,
    /// Sealed, for showing.
    pub sealed: String,
}

/// List channels.
#[utoipa::path(get, path = "/api/channels", tag = "calls",
    responses((status = 200, body = Channels), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn list_channels(State(app): State<App>, who: Who) -> Result<Json<Channels>, Problem> {
    let rows = app.store.channels(&who.scope).await?;
    Ok(Json(Channels { channels: shown(&app, &who, rows).await? }))
}

/// Channels as this person may see them: the owner's with their addresses,
/// whose reading is in the audit.
///
/// # Errors
/// When the database does not answer or a key does not open.
pub async fn shown(app: &AppState, who: &Who, rows: Vec<Channel>) -> Result<Vec<ChannelView>, Problem> {
    let keys = app.hook_keys.as_deref().filter(|_| who.role == Role::Owner);
    if keys.is_some() && !rows.is_empty() {
        let read = serde_json::json!({"channels": rows.iter().map(|c| c.id.0).collect::<Vec<_>>()});
        app.store.append_look(&who.scope, "channel.show_hook_urls", read, app.clock.now()).await?;
    }
    let mut channels = Vec::new();
    for row in rows {
        let hook_urls = match keys {
            Some(keys) => Some(HookUrls::of(&app.config.public_url, &keys.open(&who.scope, &row).await?)),
            None => None,
        };
        channels.push(view(row, hook_urls));
    }
    Ok(channels)
}

fn view(row: Channel, hook_urls: Option<HookUrls>) -> ChannelView {
    ChannelView {
        id: row.id.0,
        kind: row.kind,
        carrier: row.carrier,
        name: row.name,
        number: row.number,
        sector: row.sector,
        team_id: row.team.0,
        entry_agent_id: row.entry_agent.0,
        fallback_number: row.fallback_number,
        account_sid: row.account_sid,
        carrier_login_set: row.carrier_login_sealed.is_some(),
        is_active: row.is_active,
        hook_urls,
        rev: row.rev,
    }
}

impl HookUrls {
    fn of(public_url: &str, key: &str) -> Self {
        let url = |hook: &str| format!("{public_url}/exotel/{key}/{hook}");
        Self {
            voicebot: url("voicebot"),
            after_bot: url("after-bot"),
            connect: url("connect"),
            after_connect: url("after-connect"),
            greeting: url("greeting"),
            status: url("status"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hooks_stand_under_the_public_address() {
        let urls = HookUrls::of("https://calls.example.com", "k");
        assert_eq!(urls.after_bot, "https://calls.example.com/exotel/k/after-bot");
        assert_eq!(urls.after_connect, "https://calls.example.com/exotel/k/after-connect");
    }
}
