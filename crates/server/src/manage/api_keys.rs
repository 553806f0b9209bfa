//! `GET` and `POST /api/api-keys`, `DELETE /api/api-keys/{id}`: tokens for
//! programs, made and taken back by an owner.

use crate::auth::entry::moment;
use crate::auth::guard::Who;
use crate::auth::session;
use crate::bus::Note;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Body, Id};
use crate::manage::{fields, words};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use caly_core::id::SessionId;
use caly_core::member::Role;
use caly_core::time::At;
use caly_store::{ApiKey, NewApiKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The client's keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeys {
    /// Oldest first.
    pub api_keys: Vec<ApiKeyView>,
}

/// A key; its token is never shown again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub struct ApiKeyView {
    /// Names it for revoking it.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may at most; never more than its maker.
    #[schema(value_type = words::Role)]
    pub role: Role,
    /// The owner who made it, as whom it acts.
    pub member_id: i64,
    /// RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Last use, to the minute.
    #[schema(format = DateTime)]
    pub seen_at: Option<String>,
    /// When it runs out, if it does.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeApiKey {
    /// What it is for.
    pub name: String,
    /// What it may: `manager` at most.
    #[schema(value_type = words::Role)]
    pub role: Role,
    /// When it runs out; never when left out.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

/// A fresh key.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyMade {
    /// Shown this once; send it as `Authorization: Bearer <token>`.
    pub token: String,
    /// The key.
    #[serde(flatten)]
    pub api_key: ApiKeyView,
}

/// List API keys.
#[utoipa::path(get, path = "/api/api-keys", tag = "settings",
    responses((status = 200, body = ApiKeys), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn list_api_keys(State(app): State<App>, who: Who) -> Result<Json<ApiKeys>, Problem> {
    let keys = app.store.api_keys(&who.scope, app.clock.now()).await?;
    Ok(Json(ApiKeys { api_keys: keys.into_iter().map(view).collect() }))
}

/// Make an API key.
#[utoipa::path(post, path = "/api/api-keys", tag = "settings", request_body = MakeApiKey,
    responses((status = 201, body = ApiKeyMade), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn make_api_key(
    State(app): State<App>,
    who: Who,
    Body(ask): Body<MakeApiKey>,
) -> Result<(StatusCode, Json<ApiKeyMade>), Problem> {
    let now = app.clock.now();
    let token = format!("{}{}", session::KEY_PREFIX, session::mint(app.chance.as_ref()));
    let new = NewApiKey {
        id: SessionId(app.chance.id(now)),
        token_hash: session::hash(&token),
        name: fields::line("name", &ask.name)?,
        role: role(ask.role)?,
        expires_at: expiry(ask.expires_at.as_deref(), now)?,
    };
    let api_key = view(app.store.create_api_key(&who.scope, new, now).await?);
    Ok((StatusCode::CREATED, Json(ApiKeyMade { token, api_key })))
}

/// Revoke an API key: what it holds open closes.
#[utoipa::path(delete, path = "/api/api-keys/{id}", tag = "settings", params(("id" = String, Path)),
    responses((status = 204), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn revoke_api_key(State(app): State<App>, who: Who, Id(id): Id<SessionId>) -> Result<StatusCode, Problem> {
    let user = app.store.revoke_api_key(&who.scope, id, app.clock.now()).await?;
    app.bus.tell(Note::Sessions(user));
    Ok(StatusCode::NO_CONTENT)
}

fn role(role: Role) -> Result<Role, Problem> {
    match role {
        Role::Owner => Err(Problem::invalid("role", "A key is manager at most: owners act in person.")),
        other => Ok(other),
    }
}

fn expiry(text: Option<&str>, now: At) -> Result<Option<At>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let at = text.parse::<jiff::Timestamp>().map(|t| At(t.as_millisecond())).ok().filter(|at| *at > now);
    let hint = "expires_at must be a moment to come, such as 2027-06-30T00:00:00Z; leave it out for a key without end.";
    at.map(Some).ok_or_else(|| Problem::invalid("expires_at", hint))
}

fn view(key: ApiKey) -> ApiKeyView {
    ApiKeyView {
        id: key.id.to_string(),
        name: key.name,
        role: key.role,
        member_id: key.member.0,
        created_at: key.created_at.rfc3339(),
        seen_at: moment(key.seen_at),
        expires_at: moment(key.expires_at),
    }
}
