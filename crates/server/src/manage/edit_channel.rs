//! `POST /api/channels`, `PUT /api/channels/{id}`, `POST …/rotate-key`.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Body, Id, IfMatch};
use crate::manage::channels::{ChannelView, HookKeys, shown};
use crate::manage::{fields, teams, words};
use crate::state::{App, AppState};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use caly_core::id::{AgentId, ChannelId, TeamId};
use caly_core::outcome::ChannelKind;
use caly_core::privacy::{Country, canonical_number};
use caly_core::sector::Sector;
use caly_store::{Channel, ChannelPatch, NewChannel};
use serde::Deserialize;
use utoipa::ToSchema;

/// A way in to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeChannel {
    /// `phone` for a carrier's number, `echo` for a line test, `rehearsal`
    /// for synthetic callers.
    #[schema(value_type = words::ChannelKind)]
    pub kind: ChannelKind,
    /// The name on screens.
    pub name: String,
    /// The number that callers dial; a `phone` needs one.
    pub number: Option<String>,
    /// Its line of business; the client's when left out.
    #[schema(value_type = Option<words::Sector>)]
    pub sector: Option<Sector>,
    /// The agent that answers; the sector's first when left out.
    pub entry_agent_id: Option<i64>,
    /// The team that owns its calls; the client's first when left out.
    pub team_id: Option<i64>,
    /// The carrier's account, checked when a stream starts.
    pub account_sid: Option<String>,
}

/// Any of these; what is left out stays as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditChannel {
    /// The name on screens.
    pub name: Option<String>,
    /// The number that callers dial; null removes it.
    #[serde(default, deserialize_with = "fields::some")]
    #[schema(value_type = Option<String>)]
    pub number: Option<Option<String>>,
    /// Its line of business; its first agent answers unless one is named.
    #[schema(value_type = Option<words::Sector>)]
    pub sector: Option<Sector>,
    /// The agent that answers.
    pub entry_agent_id: Option<i64>,
    /// The team that owns its calls from now on.
    pub team_id: Option<i64>,
    /// The carrier's account; null removes it.
    #[serde(default, deserialize_with = "fields::some")]
    #[schema(value_type = Option<String>)]
    pub account_sid: Option<Option<String>>,
    /// What the audio socket must carry as Basic; null switches it off.
    #[serde(default, deserialize_with = "fields::some")]
    #[schema(value_type = Option<Basic>)]
    pub basic: Option<Option<Basic>>,
    /// Whether calls are taken.
    pub is_active: Option<bool>,
}

/// Basic credentials of a channel's audio socket. Never shown again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Basic {
    /// Without a colon.
    pub user: String,
    /// At least 12 characters.
    #[schema(format = Password)]
    pub password: String,
}

/// Make a channel.
#[utoipa::path(post, path = "/api/channels", tag = "settings", request_body = MakeChannel,
    responses((status = 201, body = ChannelView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn make_channel(
    State(app): State<App>,
    who: Who,
    Body(ask): Body<MakeChannel>,
) -> Result<(StatusCode, Json<ChannelView>), Problem> {
    let new = new_channel(&app, &who, ask).await?;
    let made = app.store.create_channel(&who.scope, new, app.clock.now()).await.map_err(teams::at_team)?;
    Ok((StatusCode::CREATED, Json(one(&app, &who, made).await?)))
}

/// Change a channel. Calls that are on stay as they were placed.
#[utoipa::path(put, path = "/api/channels/{id}", tag = "settings", request_body = EditChannel,
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header, description = "The rev you looked at")),
    responses((status = 200, body = ChannelView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn edit_channel(
    State(app): State<App>,
    who: Who,
    Id(id): Id<ChannelId>,
    IfMatch(rev): IfMatch,
    Body(edit): Body<EditChannel>,
) -> Result<Json<ChannelView>, Problem> {
    let row = app.store.channel(&who.scope, id).await?;
    let patch = patch(&app, &row, edit)?;
    let row = app.store.update_channel(&who.scope, id, patch, rev, app.clock.now()).await.map_err(teams::at_team)?;
    Ok(Json(one(&app, &who, row).await?))
}

/// Replace a channel's hook key: its old addresses answer 404 from now on, and
/// the new ones must be pasted into the carrier's applets.
#[utoipa::path(post, path = "/api/channels/{id}/rotate-key", tag = "settings",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header, description = "The rev you looked at")),
    responses((status = 200, body = ChannelView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn rotate_key(
    State(app): State<App>,
    who: Who,
    Id(id): Id<ChannelId>,
    IfMatch(rev): IfMatch,
) -> Result<Json<ChannelView>, Problem> {
    let key = app.vault.make(&who.scope).await?;
    let row = app.store.rotate_hook_key(&who.scope, id, key.hash, key.sealed, rev, app.clock.now()).await?;
    Ok(Json(one(&app, &who, row).await?))
}

async fn new_channel(app: &AppState, who: &Who, ask: MakeChannel) -> Result<NewChannel, Problem> {
    if ask.kind == ChannelKind::Browser {
        return Err(Problem::invalid(
            "kind",
            "kind takes phone, rehearsal or echo; the first talk from a browser makes its channel.",
        ));
    }
    if ask.kind == ChannelKind::Phone && ask.number.is_none() {
        return Err(Problem::invalid("number", "A phone channel needs the number that callers dial."));
    }
    let name = fields::line("name", &ask.name)?;
    let number = ask.number.as_deref().map(number).transpose()?;
    let sector = ask.sector.unwrap_or(who.client.sector);
    let entry_agent = entry(app, sector, ask.entry_agent_id)?;
    let team = match ask.team_id {
        Some(id) => TeamId(id),
        None => app.store.teams(&who.scope).await?.first().ok_or_else(|| Problem::not_found("team"))?.id,
    };
    let account_sid = ask.account_sid.as_deref().map(account).transpose()?;
    let key = app.vault.make(&who.scope).await?;
    Ok(NewChannel {
        kind: ask.kind,
        carrier: "exotel".into(),
        name,
        number,
        sector,
        team,
        entry_agent,
        hook_key_hash: key.hash,
        hook_key_sealed: key.sealed,
        account_sid,
        hook_basic_hash: None,
    })
}

fn patch(app: &AppState, row: &Channel, edit: EditChannel) -> Result<ChannelPatch, Problem> {
    if row.kind == ChannelKind::Phone && edit.number == Some(None) {
        return Err(Problem::invalid("number", "A phone channel needs the number that callers dial."));
    }
    let entry = match (edit.sector, edit.entry_agent_id) {
        (None, None) => None,
        (sector, agent) => {
            let sector = sector.unwrap_or(row.sector);
            Some((sector, self::entry(app, sector, agent)?))
        }
    };
    Ok(ChannelPatch {
        name: edit.name.map(|n| fields::line("name", &n)).transpose()?,
        number: edit.number.map(|n| n.as_deref().map(number).transpose()).transpose()?,
        entry,
        team: edit.team_id.map(TeamId),
        account_sid: edit.account_sid.map(|a| a.as_deref().map(account).transpose()).transpose()?,
        hook_basic_hash: edit.basic.map(|b| b.map(|b| basic(app, &b)).transpose()).transpose()?,
        is_active: edit.is_active,
    })
}

/// The agent that answers: the one named, if it is of the sector, or the
/// sector's first.
pub(super) fn entry(app: &AppState, sector: Sector, agent: Option<i64>) -> Result<AgentId, Problem> {
    let Some(id) = agent else {
        let first = app.catalogue.sector(sector).and_then(|s| app.catalogue.by_slug(sector, &s.entry_agent));
        return first.map(|a| a.id).ok_or_else(|| {
            Problem::invalid(
                "sector",
                format!("No agents work in \"{sector}\" yet; GET /api/agents lists those that do."),
            )
        });
    };
    let fits = app.catalogue.agent(AgentId(id)).is_some_and(|a| a.sector == sector);
    fits.then_some(AgentId(id)).ok_or_else(|| {
        Problem::invalid(
            "entry_agent_id",
            format!("Agent {id} does not work in \"{sector}\"; GET /api/agents lists who does."),
        )
    })
}

fn number(text: &str) -> Result<String, Problem> {
    canonical_number(text, Country::In).ok_or_else(|| {
        Problem::invalid("number", "number must be a phone number with its country code, such as +918047491899.")
    })
}

fn account(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    fits.then(|| text.to_owned()).ok_or_else(|| {
        Problem::invalid("account_sid", "account_sid is the carrier's name of the account, such as acme1m.")
    })
}

fn basic(app: &AppState, basic: &Basic) -> Result<String, Problem> {
    if basic.user.is_empty() || basic.user.contains(':') || basic.user.len() > 64 {
        return Err(Problem::invalid("basic.user", "user is 1 to 64 characters without a colon."));
    }
    if !(12..=128).contains(&basic.password.len()) {
        return Err(Problem::invalid("basic.password", "password is 12 to 128 characters."));
    }
    Ok(app.vault.basic_hash(&format!("{}:{}", basic.user, basic.password)))
}

async fn one(app: &AppState, who: &Who, row: Channel) -> Result<ChannelView, Problem> {
    shown(app, who, vec![row]).await?.pop().ok_or_else(|| Problem::not_found("channel"))
}
