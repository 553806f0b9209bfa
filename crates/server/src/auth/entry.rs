//! What everybody who comes in is given: a fresh session, as token and cookie.

use crate::auth::caller::Caller;
use crate::auth::session;
use crate::error::Problem;
use crate::manage::words;
use crate::state::AppState;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use caly_core::id::{ClientId, MemberId, SessionId, UserId};
use caly_core::member::{Availability, MemberStatus, Role};
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_core::time::At;
use caly_store::{Client, Member, NewSession, SessionKind, User};
use serde::Serialize;
use utoipa::ToSchema;

/// A new session.
#[derive(Serialize, ToSchema)]
pub struct LoginAnswer {
    /// Opaque; send it as `Authorization: Bearer <token>`. The same is set as
    /// a cookie.
    pub token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Who is logged in.
    pub user: UserView,
}

/// A person who is logged in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserView {
    /// The login.
    pub id: String,
    /// The login's address.
    pub email: String,
    /// The member's name.
    pub name: String,
    /// The member in this client.
    pub member_id: i64,
    /// What the person may do.
    #[schema(value_type = words::Role)]
    pub role: Role,
    /// What the person says of himself.
    #[schema(value_type = words::Availability)]
    pub availability: Availability,
    /// The client.
    pub client: ClientView,
    /// The newest event when `GET /api/auth/me` was answered: whatever is read
    /// later is kept true by `GET /api/events?after=` this. Null elsewhere.
    pub last_event: Option<i64>,
}

/// A client as its people see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Client)]
pub struct ClientView {
    /// The client.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its line of business.
    #[schema(value_type = words::Sector)]
    pub sector: Sector,
    /// Its time zone.
    pub zone: String,
    /// How its figures and dates are written, a BCP 47 tag.
    pub language: String,
    /// Made by `caly demo`.
    pub is_demo: bool,
}

/// A token and the session that it opens once the store has it.
pub struct Ticket {
    /// Shown once.
    pub token: String,
    /// What is stored.
    pub session: NewSession,
}

impl Ticket {
    /// A ticket for a person of a client.
    #[must_use]
    pub fn mint(
        app: &AppState,
        caller: &Caller,
        (client, sector): (ClientId, Sector),
        member: MemberId,
        user: UserId,
    ) -> Self {
        let now = app.clock.now();
        let token = session::mint(app.chance.as_ref());
        let (kind, idle_ms) = match caller.page {
            true => (SessionKind::Browser, session::idle_ms(sector)),
            false => (SessionKind::Bearer, session::LIFETIME_MS),
        };
        let session = NewSession {
            id: SessionId(app.chance.id(now)),
            token_hash: session::hash(&token),
            user,
            client,
            member,
            kind,
            idle_ms,
            expires_at: now.plus(session::LIFETIME_MS),
            user_agent: caller.user_agent.clone(),
            address: Some(caller.address.to_string()),
        };
        Self { token, session }
    }

    /// The answer to whoever came in.
    #[must_use]
    pub fn answer(self, app: &AppState, status: StatusCode, user: UserView) -> Response {
        let expires_at = self.session.expires_at.rfc3339();
        let cookie = session::cookie(app.secure_cookie(), &self.token);
        let answer = LoginAnswer { token: self.token, token_type: "Bearer", expires_at, user };
        (status, AppendHeaders(cookie.map(|c| (header::SET_COOKIE, c))), Json(answer)).into_response()
    }
}

/// The client that is entered: the one asked for, or the last one used in
/// which the person is an active member.
///
/// # Errors
/// When the database does not answer.
pub async fn place(
    app: &AppState,
    user: UserId,
    wanted: Option<ClientId>,
) -> Result<Option<(Client, Member)>, Problem> {
    for membership in app.store.memberships(user).await? {
        if wanted.is_some_and(|id| id != membership.client) {
            continue;
        }
        let member = app.store.member(&Scope::system(membership.client), membership.member).await?;
        if member.status == MemberStatus::Active {
            return Ok(Some((app.store.client(membership.client).await?, member)));
        }
    }
    Ok(None)
}

/// Who is logged in, for the wire.
#[must_use]
pub fn view(user: &User, client: &Client, member: &Member) -> UserView {
    UserView {
        id: user.id.to_string(),
        email: user.email.clone(),
        name: member.name.clone(),
        member_id: member.id.0,
        role: member.role,
        availability: member.availability,
        client: ClientView {
            id: client.id.to_string(),
            name: client.name.clone(),
            sector: client.sector,
            zone: client.zone.clone(),
            language: client.language.clone(),
            is_demo: client.is_demo,
        },
        last_event: None,
    }
}

/// A moment of the far future and none are different things on the wire.
#[must_use]
pub fn moment(at: Option<At>) -> Option<String> {
    at.map(At::rfc3339)
}
