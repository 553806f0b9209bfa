//! `POST /api/auth/password`: a person chooses a new password.

use crate::auth::caller::Caller;
use crate::auth::entry::{LoginAnswer, Ticket, view};
use crate::auth::guard::Who;
use crate::bus::Note;
use crate::error::{Problem, ProblemBody};
use crate::extract::Body;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

/// The password in use and the one to come.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password in use.
    #[schema(format = Password)]
    pub current: String,
    /// At least 12 characters, not easy to guess.
    #[schema(format = Password, min_length = 12, max_length = 1024)]
    pub new: String,
}

/// Change my password: every session ends, and a fresh one begins here.
#[utoipa::path(post, path = "/api/auth/password", tag = "auth", request_body = ChangePassword,
    responses((status = 200, body = LoginAnswer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn change_password(
    State(app): State<App>,
    who: Who,
    caller: Caller,
    Body(ask): Body<ChangePassword>,
) -> Result<Response, Problem> {
    let user = app.store.user(who.user()?).await?;
    app.login_limits.check(caller.address, &user.email)?;
    if !app.passwords.matches(&ask.current, Some(&user.password_hash)).await? {
        // Not 401: the session is alive, and a page must not take it for over.
        return Err(Problem::invalid("current", "This is not the password in use; check it and try again."));
    }
    let member = app.store.member(&who.scope, who.member).await?;
    let told = [user.email.as_str(), &user.name, &member.name, &who.client.name];
    let hash = app.passwords.choose("new", &ask.new, &told, app.chance.as_ref()).await?;
    let ticket = Ticket::mint(&app, &caller, (who.client.id, who.client.sector), who.member, user.id);
    let old = user.password_hash.clone();
    app.store.change_password(old, hash, ticket.session.clone(), app.clock.now()).await?;
    app.bus.tell(Note::Sessions(user.id));
    Ok(ticket.answer(&app, StatusCode::OK, view(&user, &who.client, &member)))
}
