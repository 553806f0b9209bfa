//! `GET /api/channels`: the ways in, and for those who set them up the
//! addresses that the carrier is given.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::manage::words;
use crate::state::{App, AppState};
use axum::Json;
use axum::extract::State;
use caly_core::member::Role;
use caly_core::outcome::ChannelKind;
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_store::Channel;
use futures::future::BoxFuture;
use serde::Serialize;
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
    /// The status callback.
    pub status: String,
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
        app.store.append_audit(&who.scope, "channel.show_hook_urls", read, app.clock.now()).await?;
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
