//! `POST /api/auth/login`, `POST /api/auth/logout`, `GET /api/auth/me`.

use crate::auth::caller::Caller;
use crate::auth::entry::{LoginAnswer, Ticket, UserView, place, view};
use crate::auth::guard::Who;
use crate::auth::session;
use crate::bus::Note;
use crate::error::{Problem, ProblemBody};
use crate::extract::Body;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use caly_core::id::ClientId;
use serde::Deserialize;
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

/// One answer for an unknown address, a wrong password and a person who is no
/// active member anywhere: nothing can be learnt from it.
#[must_use]
pub fn wrong() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "wrong_login", "E-mail or password is not right; check both and try again.")
}

/// Log in.
#[utoipa::path(post, path = "/api/auth/login", tag = "auth", security(()), request_body = LoginAsk,
    responses((status = 200, body = LoginAnswer), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 429, body = ProblemBody)))]
pub async fn login(State(app): State<App>, caller: Caller, Body(ask): Body<LoginAsk>) -> Result<Response, Problem> {
    app.login_limits.check(caller.address, &ask.email)?;
    let wanted = ask.client_id.as_deref().map(str::parse::<ClientId>).transpose();
    let wanted = wanted.map_err(|why| Problem::invalid("client_id", format!("{why}.")))?;
    let user = app.store.user_by_email(&ask.email).await?;
    let stored = user.as_ref().map(|u| u.password_hash.as_str());
    if !app.passwords.matches(&ask.password, stored).await? {
        return Err(wrong());
    }
    let user = user.ok_or_else(wrong)?;
    let (client, member) = place(&app, user.id, wanted).await?.ok_or_else(wrong)?;
    let ticket = Ticket::mint(&app, &caller, (client.id, client.sector), member.id, user.id);
    app.store.create_session(ticket.session.clone(), app.clock.now()).await?;
    Ok(ticket.answer(&app, StatusCode::OK, view(&user, &client, &member)))
}

/// Log out: the session ends everywhere at once, its open streams too.
#[utoipa::path(post, path = "/api/auth/logout", tag = "auth",
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn logout(State(app): State<App>, who: Who) -> Result<Response, Problem> {
    app.store.end_session(&who.session, app.clock.now()).await?;
    app.bus.tell(Note::Sessions(who.user()?));
    let cookie = session::no_cookie(app.secure_cookie());
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookie.map(|c| (header::SET_COOKIE, c)))).into_response())
}

/// Who am I.
#[utoipa::path(get, path = "/api/auth/me", tag = "auth",
    responses((status = 200, body = UserView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn me(State(app): State<App>, who: Who) -> Result<Json<UserView>, Problem> {
    // Before anything else is read, so that nothing falls between.
    let last_event = app.store.last_event(&who.scope).await?;
    let user = app.store.user(who.user()?).await?;
    let member = app.store.member(&who.scope, who.member).await?;
    Ok(Json(UserView { last_event: Some(last_event), ..view(&user, &who.client, &member) }))
}
