//! `POST` and `DELETE /api/teams/members/{id}/invitation` for managers;
//! `POST /api/invitations/look` and `…/accept` for whoever was invited.

use crate::auth::caller::Caller;
use crate::auth::entry::{LoginAnswer, Ticket, moment, view};
use crate::auth::guard::Who;
use crate::auth::links::{INVITATION_MS, LinkMade, Minted, over};
use crate::auth::{login, session};
use crate::error::{Problem, ProblemBody};
use crate::extract::{Body, Id};
use crate::mail;
use crate::manage::{fields, words};
use crate::state::{App, AppState};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use caly_core::id::{MemberId, UserId};
use caly_core::member::Role;
use caly_core::scope::Scope;
use caly_store::{Client, LinkKind, Login, Member, NewUser};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The token of a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookInvitation {
    /// What stood behind `#` in the link.
    pub token: String,
}

/// What an invitation is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationView {
    /// Who invites.
    pub client_name: String,
    /// Whom: the link holds for this address only.
    pub email: String,
    /// The name that the inviting side wrote down.
    pub name: String,
    /// What the person will be allowed to do.
    #[schema(value_type = words::Role)]
    pub role: Role,
    /// Whether accepting it takes a new password or that of the login which
    /// this address has already.
    pub password: WhichPassword,
    /// RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

/// The password that accepting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhichPassword {
    /// A new one is chosen.
    New,
    /// The address has a login: its password is asked for.
    Existing,
}

/// Accepting.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// What stood behind `#` in the link.
    pub token: String,
    /// How the person is called; for a new login only.
    pub name: Option<String>,
    /// A new password of at least 12 characters, or the login's own.
    #[schema(format = Password, max_length = 1024)]
    pub password: String,
}

/// Invite a member: a link to copy, and by e-mail where that is set up. It
/// voids the one before.
#[utoipa::path(post, path = "/api/teams/members/{id}/invitation", tag = "team", params(("id" = i64, Path)),
    responses((status = 201, body = LinkMade), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn invite(
    State(app): State<App>,
    who: Who,
    Id(id): Id<MemberId>,
) -> Result<(StatusCode, Json<LinkMade>), Problem> {
    let member = app.store.member(&who.scope, id).await?;
    may_touch(&who, member.role)?;
    let link = Minted::by(&app, "join", INVITATION_MS);
    let now = app.clock.now();
    let member = app.store.invite(&who.scope, id, member.role, &link.token_hash, link.expires_at, now).await?;
    let letter = mail::invitation(&member.email, &member.name, &who.client.name, &link.url);
    Ok((StatusCode::CREATED, Json(link.hand_over(&app, letter).await)))
}

/// Take an invitation back.
#[utoipa::path(delete, path = "/api/teams/members/{id}/invitation", tag = "team", params(("id" = i64, Path)),
    responses((status = 204), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn withdraw(State(app): State<App>, who: Who, Id(id): Id<MemberId>) -> Result<StatusCode, Problem> {
    let member = app.store.member(&who.scope, id).await?;
    may_touch(&who, member.role)?;
    app.store.withdraw_invitation(&who.scope, id, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whatever touches an owner is an owner's.
///
/// # Errors
/// 403.
pub fn may_touch(who: &Who, role: Role) -> Result<(), Problem> {
    if role == Role::Owner && who.role != Role::Owner {
        return Err(Problem::forbidden("Only an owner makes a link for an owner."));
    }
    Ok(())
}

/// Look at an invitation.
#[utoipa::path(post, path = "/api/invitations/look", tag = "auth", security(()), request_body = LookInvitation,
    responses((status = 200, body = InvitationView), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 429, body = ProblemBody)))]
pub async fn look(
    State(app): State<App>,
    caller: Caller,
    Body(ask): Body<LookInvitation>,
) -> Result<Json<InvitationView>, Problem> {
    app.login_limits.check_address(caller.address)?;
    let open = open(&app, &session::hash(&ask.token)).await?;
    let known = app.store.user_by_email(&open.member.email).await?.is_some();
    Ok(Json(InvitationView {
        client_name: open.client.name,
        email: open.member.email,
        name: open.member.name,
        role: open.member.role,
        password: if known { WhichPassword::Existing } else { WhichPassword::New },
        expires_at: moment(Some(open.expires_at)),
    }))
}

/// Accept an invitation: the person is a member, and logged in.
#[utoipa::path(post, path = "/api/invitations/accept", tag = "auth", security(()), request_body = AcceptInvitation,
    responses((status = 200, body = LoginAnswer), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn accept(
    State(app): State<App>,
    caller: Caller,
    Body(ask): Body<AcceptInvitation>,
) -> Result<Response, Problem> {
    app.login_limits.check_address(caller.address)?;
    let token = session::hash(&ask.token);
    let Open { client, member, .. } = open(&app, &token).await?;
    app.login_limits.check_account(&member.email)?;
    let name = ask.name.map_or_else(|| Ok(member.name.clone()), |name| fields::line("name", &name))?;
    let who = Newcomer { email: &member.email, name, company: &client.name };
    let login = who.login(&app, &ask.password).await?;
    let ticket = Ticket::mint(&app, &caller, (client.id, client.sector), member.id, login.user());
    let (scope, now) = (Scope::system(client.id), app.clock.now());
    let member = app.store.accept_invitation(&scope, &token, login, ticket.session.clone(), now).await?;
    let user = app.store.user(ticket.session.user).await?;
    Ok(ticket.answer(&app, StatusCode::OK, view(&user, &client, &member)))
}

/// Somebody who comes in for the first time, here or anywhere.
pub struct Newcomer<'a> {
    /// His address.
    pub email: &'a str,
    /// His name.
    pub name: String,
    /// The company that he comes to.
    pub company: &'a str,
}

impl Newcomer<'_> {
    /// The login of his address when it has one and the password is that
    /// login's; else a new one with a password that is worth something.
    ///
    /// # Errors
    /// 401, 422 at `password`, 429.
    pub async fn login(self, app: &AppState, password: &str) -> Result<Login, Problem> {
        if let Some(user) = app.store.user_by_email(self.email).await? {
            let proved = app.passwords.matches(password, Some(&user.password_hash)).await?;
            return if proved { Ok(Login::Existing(user.id)) } else { Err(login::wrong()) };
        }
        let told = [self.email, &self.name, self.company];
        let password_hash = app.passwords.choose("password", password, &told, app.chance.as_ref()).await?;
        let id = UserId(app.chance.id(app.clock.now()));
        Ok(Login::New(NewUser { id, email: self.email.to_owned(), name: self.name, password_hash }))
    }
}

struct Open {
    client: Client,
    member: Member,
    expires_at: caly_core::time::At,
}

async fn open(app: &AppState, token_hash: &str) -> Result<Open, Problem> {
    let link = app.store.link(LinkKind::Invitation, token_hash, app.clock.now()).await?.ok_or_else(over)?;
    let (Some(client), Some(member)) = (link.client, link.member) else { return Err(over()) };
    let member = app.store.member(&Scope::system(client), member).await?;
    // The address that was written to, and what was offered, must still be so.
    let same = link.role == Some(member.role) && link.email_key == Some(member.email.trim().to_lowercase());
    if !same || member.user.is_some() {
        return Err(over());
    }
    Ok(Open { client: app.store.client(client).await?, member, expires_at: link.expires_at })
}
