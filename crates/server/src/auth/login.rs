//! `POST /api/auth/login`, `POST /api/auth/logout`, `GET /api/auth/me`.

use crate::auth::guard::Who;
use crate::auth::session;
use crate::bus::Note;
use crate::error::{Problem, ProblemBody};
use crate::extract::Body;
use crate::manage::words;
use crate::state::{App, AppState};
use axum::Json;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use caly_core::id::{ClientId, UserId};
use caly_core::member::{Availability, MemberStatus, Role};
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_core::time::At;
use caly_store::{Client, Member, NewSession, SessionKind, User};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use utoipa::ToSchema;

/// Who wants in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginAsk {
    /// The login's address.
    pub email: String,
    /// The login's password.
    #[schema(format = Password)]
    pub password: String,
    /// Which client, for a login with several; the last one used when left out.
    pub client_id: Option<String>,
}

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
    /// Made by `caly demo`.
    pub is_demo: bool,
}

/// One answer for an unknown address, a wrong password and a person who is no
/// active member anywhere: nothing can be learnt from it.
fn wrong() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "wrong_login", "E-mail or password is not right; check both and try again.")
}

/// Log in.
#[utoipa::path(post, path = "/api/auth/login", tag = "auth", security(()), request_body = LoginAsk,
    responses((status = 200, body = LoginAnswer), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 429, body = ProblemBody)))]
pub async fn login(
    State(app): State<App>,
    from: From,
    headers: HeaderMap,
    Body(ask): Body<LoginAsk>,
) -> Result<Response, Problem> {
    app.login_limits.check(from.0, &ask.email)?;
    let wanted = ask.client_id.as_deref().map(str::parse::<ClientId>).transpose();
    let wanted = wanted.map_err(|why| Problem::invalid("client_id", format!("{why}.")))?;
    let user = app.store.user_by_email(&ask.email).await?;
    let stored = user.as_ref().map(|u| u.password_hash.as_str());
    if !app.passwords.matches(&ask.password, stored).await? {
        return Err(wrong());
    }
    let user = user.ok_or_else(wrong)?;
    let (client, member) = place(&app, &user, wanted).await?.ok_or_else(wrong)?;
    let (token, expires_at) = open_session(&app, &client, &member, user.id, from_page(&headers)).await?;
    let user = view(user, &client, &member);
    let answer = LoginAnswer { token_type: "Bearer", expires_at: expires_at.rfc3339(), user, token };
    let cookie = session::cookie(app.secure_cookie(), &answer.token);
    Ok((AppendHeaders(cookie.map(|c| (header::SET_COOKIE, c))), Json(answer)).into_response())
}

/// The client that is entered: the one asked for, or the last one used in
/// which the person is an active member.
async fn place(app: &AppState, user: &User, wanted: Option<ClientId>) -> Result<Option<(Client, Member)>, Problem> {
    for membership in app.store.memberships(user.id).await? {
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

async fn open_session(
    app: &AppState,
    client: &Client,
    member: &Member,
    user: UserId,
    page: bool,
) -> Result<(String, At), Problem> {
    let now = app.clock.now();
    let token = session::mint(app.chance.as_ref());
    let expires_at = now.plus(session::LIFETIME_MS);
    let (kind, idle_ms) = match page {
        true => (SessionKind::Browser, session::idle_ms(client.sector)),
        false => (SessionKind::Bearer, session::LIFETIME_MS),
    };
    let token_hash = session::hash(&token);
    let new = NewSession { token_hash, user, client: client.id, member: member.id, kind, idle_ms, expires_at };
    app.store.create_session(new, now).await?;
    Ok((token, expires_at))
}

/// Our own page says so; its session ends when the browser is left alone.
fn from_page(headers: &HeaderMap) -> bool {
    headers.get("x-caly-client").is_some_and(|v| v == "web")
}

fn view(user: User, client: &Client, member: &Member) -> UserView {
    UserView {
        id: user.id.to_string(),
        email: user.email,
        name: member.name.clone(),
        member_id: member.id.0,
        role: member.role,
        availability: member.availability,
        client: ClientView {
            id: client.id.to_string(),
            name: client.name.clone(),
            sector: client.sector,
            zone: client.zone.clone(),
            is_demo: client.is_demo,
        },
    }
}

/// Log out: the session ends everywhere at once, its open streams too.
#[utoipa::path(post, path = "/api/auth/logout", tag = "auth",
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn logout(State(app): State<App>, who: Who) -> Result<Response, Problem> {
    app.store.end_session(&who.session, app.clock.now()).await?;
    if let Some(user) = who.user() {
        app.bus.tell(Note::Sessions(user));
    }
    let cookie = session::no_cookie(app.secure_cookie());
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookie.map(|c| (header::SET_COOKIE, c)))).into_response())
}

/// Who am I.
#[utoipa::path(get, path = "/api/auth/me", tag = "auth", responses((status = 200, body = UserView), (status = 401, body = ProblemBody)))]
pub async fn me(State(app): State<App>, who: Who) -> Result<Json<UserView>, Problem> {
    let user = app.store.user(who.user().ok_or_else(Problem::unauthenticated)?).await?;
    let member = app.store.member(&who.scope, who.member).await?;
    Ok(Json(view(user, &who.client, &member)))
}

/// The address that a login is counted for: the peer's, or, behind a proxy
/// that the operator named, the last address that no such proxy added.
pub struct From(pub IpAddr);

impl FromRequestParts<App> for From {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let peer =
            parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |c| c.0.ip());
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
        Ok(Self(origin(app, peer, forwarded.collect::<Vec<_>>().join(",").as_str())))
    }
}

fn origin(app: &AppState, peer: IpAddr, forwarded: &str) -> IpAddr {
    last_untrusted(&app.config.trusted_proxies, peer, forwarded)
}

fn last_untrusted(trusted: &[IpNet], peer: IpAddr, forwarded: &str) -> IpAddr {
    let mut seen = peer;
    for hop in forwarded.split(',').rev() {
        if !trusted.iter().any(|net| net.contains(&seen)) {
            break;
        }
        match hop.trim().parse() {
            Ok(address) => seen = address,
            Err(_) => break,
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_addresses_are_believed_from_named_proxies_only() {
        let ip = |s: &str| s.parse::<IpAddr>().unwrap();
        let proxy = ["10.0.0.0/24".parse().unwrap()];
        assert_eq!(last_untrusted(&[], ip("10.0.0.1"), "1.1.1.1"), ip("10.0.0.1"));
        assert_eq!(last_untrusted(&proxy, ip("10.0.0.1"), "6.6.6.6, 1.1.1.1"), ip("1.1.1.1"));
        assert_eq!(last_untrusted(&proxy, ip("9.9.9.9"), "1.1.1.1"), ip("9.9.9.9"));
        assert_eq!(last_untrusted(&proxy, ip("10.0.0.1"), ""), ip("10.0.0.1"));
    }
}
