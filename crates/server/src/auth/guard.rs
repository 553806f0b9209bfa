//! The one gate in front of the API: table, session, membership, role.

use crate::auth::permit::{self, Access};
use crate::auth::session::{self, Carried};
use crate::error::Problem;
use crate::state::{App, AppState};
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use caly_core::id::{MemberId, SessionId, UserId};
use caly_core::member::{MemberStatus, Role};
use caly_core::scope::{Actor, Scope};
use caly_core::time::At;
use caly_store::{Client, SessionKind};
use std::sync::Arc;

/// The header that a browser's own script can set and a foreign form cannot.
const CLIENT_HEADER: &str = "x-caly-client";

/// Who asks, as found out for this very request.
#[derive(Debug, Clone)]
pub struct Who {
    /// The right to act: first argument of every store method.
    pub scope: Scope,
    /// The person in this client.
    pub member: MemberId,
    /// The person's role right now.
    pub role: Role,
    /// The client.
    pub client: Arc<Client>,
    /// The session's stored hash.
    pub session: Arc<str>,
    /// The session as its owner sees it.
    pub session_id: SessionId,
    /// How the token came.
    pub carried: Carried,
    /// When the session was last known to be used.
    pub seen_at: At,
}

impl Who {
    /// The login.
    ///
    /// # Errors
    /// 401 when no person acts, which the guard does not let happen.
    pub fn user(&self) -> Result<UserId, Problem> {
        self.scope.user().ok_or_else(Problem::unauthenticated)
    }

    /// Whether a program acts with an API key.
    #[must_use]
    pub fn is_key(&self) -> bool {
        matches!(self.scope.actor, Actor::Key { .. })
    }
}

/// Lets a request through or answers it.
///
/// # Errors
/// 401 without a live session, 403 when the role or the browser's origin does
/// not allow it, 404 for a route that the table does not name.
pub async fn guard(
    State(app): State<App>,
    path: MatchedPath,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    // Refused until the table names it: forgetting a line closes a route.
    let access = permit::access(request.method(), path.as_str()).ok_or_else(|| Problem::not_found("route"))?;
    if let Access::Roles(roles) = access {
        let (token, carried) = session::carried(request.headers()).ok_or_else(Problem::unauthenticated)?;
        if carried == Carried::Cookie {
            same_site(&app, request.method(), request.headers())?;
        }
        let who = identify(&app, &session::hash(&token), carried).await?;
        if !roles.contains(&who.role) {
            return Err(Problem::forbidden(format!(
                "Your role \"{}\" does not allow this; ask a manager or the owner.",
                who.role
            )));
        }
        if who.is_key() && !permit::open_to_keys(path.as_str()) {
            return Err(Problem::forbidden(
                "An API key does not make or end logins and keys; log in as a person for this.",
            ));
        }
        used(&app, &who).await;
        request.extensions_mut().insert(who);
    }
    Ok(next.run(request).await)
}

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Who>().cloned().ok_or_else(Problem::unauthenticated)
    }
}

/// The person behind a token's hash, or 401. Looking does not keep a session
/// alive; a request does ([`used`]).
///
/// # Errors
/// 401 when the session is gone, over or idle, or its member is not active.
pub async fn identify(app: &AppState, token_hash: &str, carried: Carried) -> Result<Who, Problem> {
    let now = app.clock.now();
    // Read each time: a role that changed or a member who left counts at once.
    let found = app.store.person_behind(token_hash, now).await?;
    let (live, client, member) = found.ok_or_else(Problem::unauthenticated)?;
    if carried == Carried::Cookie && now.since(live.seen_at) >= session::idle_ms(client.sector) {
        return Err(Problem::unauthenticated());
    }
    if member.status != MemberStatus::Active {
        return Err(Problem::unauthenticated());
    }
    // Of a key's role and its maker's the lesser counts: the words of a role
    // are in the order of what they allow, most first.
    let role = live.role.map_or(member.role, |role| role.max(member.role));
    let actor = match live.kind {
        SessionKind::Key if carried == Carried::Cookie => return Err(Problem::unauthenticated()),
        SessionKind::Key => Actor::Key { user: live.user, member: member.id, role, key: live.id },
        SessionKind::Browser | SessionKind::Bearer => Actor::Person { user: live.user, member: member.id, role },
    };
    Ok(Who {
        scope: Scope { client: live.client, actor },
        member: member.id,
        role,
        client: Arc::new(client),
        session: token_hash.into(),
        session_id: live.id,
        carried,
        seen_at: live.seen_at,
    })
}

/// Writes down that the session was used, at most once a minute. Where that
/// cannot be written the request goes on: who reads needs no free disk.
async fn used(app: &AppState, who: &Who) {
    let now = app.clock.now();
    if now.since(who.seen_at) < session::TOUCH_MS {
        return;
    }
    if let Err(error) = app.store.touch_session(&who.session, now).await {
        tracing::warn!(store.error = %error, "the use of a session was not written down");
    }
}

/// With a cookie the browser sends the token by itself: an unsafe verb needs
/// proof that this server's own page asked for it.
fn same_site(app: &AppState, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    let own_script = headers.get(CLIENT_HEADER).is_some_and(|v| v == "web");
    let origin = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok());
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok());
    if own_script && origin.is_some_and(|origin| is_own(origin, &app.config.public_url, host, app.secure_cookie())) {
        return Ok(());
    }
    Err(Problem::new(
        axum::http::StatusCode::FORBIDDEN,
        "foreign_origin",
        "With the cookie, a change needs the header \"X-Caly-Client: web\" and an Origin of this server; programs send the token as Bearer instead.",
    ))
}

/// The public address, or, without TLS in front, the address asked for.
fn is_own(origin: &str, public_url: &str, host: Option<&str>, secure: bool) -> bool {
    origin.eq_ignore_ascii_case(public_url)
        || (!secure && host.is_some_and(|host| origin.eq_ignore_ascii_case(&format!("http://{host}"))))
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn only_the_own_origin_may_write_with_a_cookie() {
        let public = "https://calls.example.com";
        assert!(is_own("https://calls.example.com", public, Some("calls.example.com"), true));
        assert!(!is_own("https://evil.example", public, Some("evil.example"), true));
        assert!(!is_own("http://evil.example", public, Some("evil.example"), true));
        assert!(!is_own("null", public, None, true));
        assert!(is_own("http://127.0.0.1:9", "http://127.0.0.1:8080", Some("127.0.0.1:9"), false));
        assert!(!is_own("http://evil.example", "http://127.0.0.1:8080", Some("127.0.0.1:8080"), false));
    }
}
