//! A forgotten password: `POST /api/auth/password-resets` (anyone asks),
//! `…/use` (with the link), `POST /api/teams/members/{id}/password-reset`
//! (a manager makes the link).

use crate::auth::caller::Caller;
use crate::auth::entry::place;
use crate::auth::guard::Who;
use crate::auth::links::{LinkMade, Minted, RESET_MS, over};
use crate::auth::session;
use crate::bus::Note;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Body, Id};
use crate::mail;
use crate::manage::{fields, invitations};
use crate::state::{App, AppState};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use caly_core::id::MemberId;
use caly_store::LinkKind;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Whose password was forgotten.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskReset {
    /// The login's address.
    #[schema(format = Email)]
    pub email: String,
}

/// The same for every address, known or not.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResetAsked {
    /// Whether this server sends e-mail at all.
    pub sends_email: bool,
    /// What to do now.
    pub detail: String,
}

/// A link and the password to come.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UseReset {
    /// What stood behind `#` in the link.
    pub token: String,
    /// At least 12 characters, not easy to guess.
    #[schema(format = Password, min_length = 12, max_length = 1024)]
    pub password: String,
}

/// Ask for a new password.
///
/// The answer is the same for every address, and it does not wait for anything
/// that depends on it.
#[utoipa::path(post, path = "/api/auth/password-resets", tag = "auth", security(()), request_body = AskReset,
    responses((status = 202, body = ResetAsked), (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn ask_reset(
    State(app): State<App>,
    caller: Caller,
    Body(ask): Body<AskReset>,
) -> Result<(StatusCode, Json<ResetAsked>), Problem> {
    let email = fields::email(&ask.email)?;
    app.login_limits.check(caller.address, &email)?;
    if app.mail.is_none() {
        let detail = "This server sends no e-mail. Ask a manager of your team for a reset link; an owner asks another owner or whoever runs Caly (caly reset-link EMAIL).";
        return Ok((StatusCode::ACCEPTED, Json(ResetAsked { sends_email: false, detail: detail.to_owned() })));
    }
    let place = Arc::clone(&app.letters).try_acquire_owned().map_err(|_| {
        Problem::too_many("Too many people ask for a new password at this moment; try again in a minute.", 60)
    })?;
    // In its own time: how long it takes would say whether the address is known.
    tokio::spawn(async move {
        if let Err(problem) = send_reset(&app, &email).await {
            tracing::warn!(reset.error = %problem.detail, "a reset that was asked for was not made");
        }
        drop(place);
    });
    let detail =
        "If there is an active login with this address, a link is on its way to it; it works once and for one hour.";
    Ok((StatusCode::ACCEPTED, Json(ResetAsked { sends_email: true, detail: detail.to_owned() })))
}

async fn send_reset(app: &AppState, email: &str) -> Result<(), Problem> {
    let Some(user) = app.store.user_by_email(email).await? else { return Ok(()) };
    let (Some(mail), Some(_)) = (&app.mail, place(app, user.id, None).await?) else { return Ok(()) };
    let link = Minted::by(app, "reset", RESET_MS);
    let now = app.clock.now();
    if app.store.make_reset_link(user.id, &link.token_hash, false, link.expires_at, now).await? {
        // A letter that was not taken is logged where it is sent.
        let _ = mail.send(mail::reset(&user.email, &user.name, &link.url)).await;
    }
    Ok(())
}

/// Choose a new password with a link: every session of the login ends.
#[utoipa::path(post, path = "/api/auth/password-resets/use", tag = "auth", security(()), request_body = UseReset,
    responses((status = 204), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn use_reset(
    State(app): State<App>,
    caller: Caller,
    Body(ask): Body<UseReset>,
) -> Result<StatusCode, Problem> {
    app.login_limits.check_address(caller.address)?;
    let (token, now) = (session::hash(&ask.token), app.clock.now());
    let link = app.store.link(LinkKind::PasswordReset, &token, now).await?.ok_or_else(over)?;
    let user = app.store.user(link.user.ok_or_else(over)?).await?;
    app.login_limits.check_account(&user.email)?;
    let clients = app.store.memberships(user.id).await?;
    let mut told = vec![user.email.as_str(), &user.name];
    told.extend(clients.iter().map(|of| of.client_name.as_str()));
    let hash = app.passwords.choose("password", &ask.password, &told, app.chance.as_ref()).await?;
    let user = app.store.reset_password(&token, hash, app.clock.now()).await?;
    app.bus.tell(Note::Sessions(user));
    Ok(StatusCode::NO_CONTENT)
}

/// Make a link with which a member chooses a new password.
#[utoipa::path(post, path = "/api/teams/members/{id}/password-reset", tag = "team", params(("id" = i64, Path)),
    responses((status = 201, body = LinkMade), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn make_reset(
    State(app): State<App>,
    who: Who,
    Id(id): Id<MemberId>,
) -> Result<(StatusCode, Json<LinkMade>), Problem> {
    if id == who.member {
        return Err(Problem::conflict("not_now", "Change your own password at POST /api/auth/password."));
    }
    let member = app.store.member(&who.scope, id).await?;
    invitations::may_touch(&who, member.role)?;
    let link = Minted::by(&app, "reset", RESET_MS);
    let now = app.clock.now();
    let member = app.store.allow_reset(&who.scope, id, member.role, &link.token_hash, link.expires_at, now).await?;
    let letter = mail::reset(&member.email, &member.name, &link.url);
    Ok((StatusCode::CREATED, Json(link.hand_over(&app, letter).await)))
}
