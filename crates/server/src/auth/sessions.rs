//! `GET` and `DELETE /api/auth/sessions`, `DELETE /api/auth/sessions/{id}`: where a
//! login is logged in, in all of its clients, and how that is ended.

use crate::auth::guard::Who;
use crate::auth::session;
use crate::bus::Note;
use crate::error::{Problem, ProblemBody};
use crate::extract::Id;
use crate::manage::words;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use caly_core::id::SessionId;
use caly_store::{OpenSession, SessionKind};
use serde::Serialize;
use utoipa::ToSchema;

/// The sessions of a login.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sessions {
    /// Newest first.
    pub sessions: Vec<SessionView>,
}

/// One place where a login is logged in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// Names it for ending it.
    pub id: String,
    /// Whether a browser holds it or a program.
    #[schema(value_type = words::SessionKind)]
    pub kind: SessionKind,
    /// The client that it is in.
    pub client_id: String,
    /// That client's name.
    pub client_name: String,
    /// Login, RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Last use, to the minute.
    #[schema(format = DateTime)]
    pub seen_at: String,
    /// When it ends at the latest.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// What the browser or program said of itself at login.
    pub user_agent: Option<String>,
    /// Where the login came from.
    pub address: Option<String>,
    /// Whether this very request came with it.
    pub current: bool,
}

/// List where I am logged in.
#[utoipa::path(get, path = "/api/auth/sessions", tag = "auth",
    responses((status = 200, body = Sessions), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn list_sessions(State(app): State<App>, who: Who) -> Result<Json<Sessions>, Problem> {
    let open = app.store.open_sessions(who.user()?, app.clock.now()).await?;
    Ok(Json(Sessions { sessions: open.into_iter().map(|s| view(s, who.session_id)).collect() }))
}

/// End one of my sessions; its open streams close.
#[utoipa::path(delete, path = "/api/auth/sessions/{id}", tag = "auth", params(("id" = String, Path)),
    responses((status = 204), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn end_session(State(app): State<App>, who: Who, Id(id): Id<SessionId>) -> Result<StatusCode, Problem> {
    let user = who.user()?;
    app.store.revoke_session(user, id, app.clock.now()).await?;
    app.bus.tell(Note::Sessions(user));
    Ok(StatusCode::NO_CONTENT)
}

/// Log out everywhere, here too; API keys stay.
#[utoipa::path(delete, path = "/api/auth/sessions", tag = "auth",
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn end_sessions(State(app): State<App>, who: Who) -> Result<Response, Problem> {
    let user = who.user()?;
    app.store.revoke_sessions(user, app.clock.now()).await?;
    app.bus.tell(Note::Sessions(user));
    let cookie = session::no_cookie(app.secure_cookie());
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookie.map(|c| (header::SET_COOKIE, c)))).into_response())
}

fn view(row: OpenSession, current: SessionId) -> SessionView {
    SessionView {
        id: row.id.to_string(),
        kind: row.kind,
        client_id: row.client.to_string(),
        client_name: row.client_name,
        created_at: row.created_at.rfc3339(),
        seen_at: row.seen_at.rfc3339(),
        expires_at: row.expires_at.rfc3339(),
        user_agent: row.user_agent,
        address: row.address,
        current: row.id == current,
    }
}
