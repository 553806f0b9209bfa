//! How people come in: invitations, resets that a client's people make, and
//! the first owner of a new client.

use crate::assignments::{self, NewAssignment};
use crate::audit::Note;
use crate::error::{Result, StoreError};
use crate::global::{self, Bound, NewLink, Target, email_key};
use crate::members::{self, Member, NewMember};
use crate::sql::{Tx, args};
use crate::{LinkKind, NewClient, NewSession, NewUser, Store, teams};
use caly_core::id::{MemberId, UserId};
use caly_core::member::{MemberStatus, Role};
use caly_core::scope::{Actor, Scope};
use caly_core::time::At;
use serde_json::json;

/// Whose login a person gets.
#[derive(Clone)]
pub enum Login {
    /// A new one, with the password that the person chose.
    New(NewUser),
    /// One that exists and whose password was just proved.
    Existing(UserId),
}

impl Login {
    /// The login's id.
    #[must_use]
    pub fn user(&self) -> UserId {
        match self {
            Self::New(new) => new.id,
            Self::Existing(user) => *user,
        }
    }
}

/// A client to be set up, with its first team and its first owner.
#[derive(Clone)]
pub struct SetUp {
    /// The client.
    pub client: NewClient,
    /// The first team's name.
    pub team: String,
    /// The owner.
    pub owner: NewMember,
    /// The owner's login.
    pub login: Login,
    /// The agents of the client's sector, so that its calls have an owner.
    pub agents: Vec<NewAssignment>,
    /// The owner's first session; its member is filled in.
    pub session: NewSession,
}

impl Store {
    /// Makes the invitation of a person who has not accepted one, and voids the
    /// one before. It holds for this e-mail and for `role`, which must be the
    /// person's. Somebody who left before accepting is `invited` again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::NotNow`] when he has accepted or
    /// his role is another by now.
    pub async fn invite(
        &self,
        scope: &Scope,
        id: MemberId,
        role: Role,
        token_hash: &str,
        expires_at: At,
        now: At,
    ) -> Result<Member> {
        let args = (scope.clone(), id, role, token_hash.to_owned(), expires_at, now);
        self.write(scope, args, |tx, (scope, id, role, hash, expires_at, now)| {
            Box::pin(async move {
                let mut member = waiting(tx, scope, *id).await?;
                as_looked_at(&member, *role)?;
                if member.status == MemberStatus::Inactive {
                    member = members::lock(tx, scope.client, *id, None).await?;
                    member.status = MemberStatus::Invited;
                    members::save(tx, scope.client, &member).await?;
                    members::changed(tx, scope, &member, "member.update", *now);
                }
                let new = NewLink {
                    kind: LinkKind::Invitation,
                    token_hash: hash,
                    target: Target::Member(scope.client, *id),
                    bound: Some(bound(scope, &member)),
                    by: scope.actor_word(),
                    expires_at: *expires_at,
                };
                global::make_link(tx, &new, *now).await?;
                tx.note(Note::new(scope, *now, "member.invite", &json!({"member": id, "role": role})));
                Ok(member)
            })
        })
        .await
    }

    /// Takes an invitation back. Without one nothing changes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::NotNow`] when it was accepted.
    pub async fn withdraw_invitation(&self, scope: &Scope, id: MemberId, now: At) -> Result<()> {
        self.write(scope, (scope.clone(), id, now), |tx, (scope, id, now)| {
            Box::pin(async move {
                waiting(tx, scope, *id).await?;
                let target = Target::Member(scope.client, *id);
                if global::void_links(tx, LinkKind::Invitation, target).await? > 0 {
                    tx.note(Note::new(scope, *now, "member.uninvite", &json!({"member": id})));
                }
                Ok(())
            })
        })
        .await
    }

    /// Accepts an invitation: the login is made where there is none, the person
    /// becomes active, a session begins.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (`link`) when it was used, ran out, was voided,
    /// is another client's, or the person's role or e-mail is another by now;
    /// [`StoreError::Conflict`] when the e-mail got a login in the meantime
    /// (`email`) or the login is somebody here already (`login`).
    pub async fn accept_invitation(
        &self,
        scope: &Scope,
        token_hash: &str,
        login: Login,
        session: NewSession,
        now: At,
    ) -> Result<Member> {
        let args = (scope.clone(), token_hash.to_owned(), login, session, now);
        self.write(scope, args, |tx, (scope, hash, login, session, now)| {
            Box::pin(async move {
                let over = StoreError::NotFound("link");
                let link = global::take_link(tx, LinkKind::Invitation, hash, *now).await?;
                let Some(id) = link.member.filter(|_| link.client == Some(scope.client)) else { return Err(over) };
                let mut member = members::lock(tx, scope.client, id, None).await?;
                let same = Some(email_key(&member.email)) == link.email_key && Some(member.role) == link.role;
                if !same || member.user.is_some() || member.status != MemberStatus::Invited {
                    return Err(over);
                }
                let user = enter(tx, login, &email_key(&member.email), *now).await?;
                if let Login::New(new) = login {
                    // Who comes in for the first time says himself how he is called.
                    member.name.clone_from(&new.name);
                }
                join(tx, scope, member, user, session, *now).await
            })
        })
        .await
    }

    /// Makes a link with which a person of this client chooses a new password.
    /// `role` must be the person's. The link is void once that changes or the
    /// login enters another client.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::NotNow`] when he has no login, is
    /// inactive, his role is another by now, or the login is also another
    /// client's: a reset must never cross a client.
    pub async fn allow_reset(
        &self,
        scope: &Scope,
        id: MemberId,
        role: Role,
        token_hash: &str,
        expires_at: At,
        now: At,
    ) -> Result<Member> {
        let args = (scope.clone(), id, role, token_hash.to_owned(), expires_at, now);
        self.write(scope, args, |tx, (scope, id, role, hash, expires_at, now)| {
            Box::pin(async move {
                let member = members::hold(tx, scope.client, *id).await?;
                as_looked_at(&member, *role)?;
                let Some(user) = member.user.filter(|_| member.status == MemberStatus::Active) else {
                    return Err(StoreError::NotNow("only an active member has a password; invite this person instead"));
                };
                if !global::alone(tx, user).await? {
                    return Err(StoreError::NotNow(
                        "this login belongs to another client too, so nobody here may reset it; the person asks for a reset by e-mail, or whoever runs Caly makes one",
                    ));
                }
                let new = NewLink {
                    kind: LinkKind::PasswordReset,
                    token_hash: hash,
                    target: Target::User(user),
                    bound: Some(bound(scope, &member)),
                    by: scope.actor_word(),
                    expires_at: *expires_at,
                };
                global::make_link(tx, &new, *now).await?;
                tx.note(Note::new(scope, *now, "member.reset_link", &json!({"member": id})));
                Ok(member)
            })
        })
        .await
    }

    /// Uses a set-up link: the client with its team, its owner, his agents and
    /// his session, or nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (`link`) when it was used, ran out or is void;
    /// [`StoreError::Conflict`] when the e-mail got a login in the meantime.
    pub async fn set_up(&self, scope: &Scope, token_hash: &str, new: SetUp, now: At) -> Result<Member> {
        let args = (scope.clone(), token_hash.to_owned(), new, now);
        self.write(scope, args, |tx, (scope, hash, new, now)| {
            Box::pin(async move {
                global::take_link(tx, LinkKind::Setup, hash, *now).await?;
                let client = global::insert_client(tx, &new.client, *now).await?;
                tx.note(Note::new(
                    scope,
                    *now,
                    "client.set_up",
                    &json!({"name": client.name, "sector": client.sector, "zone": client.zone}),
                ));
                teams::insert(tx, scope, &new.team, *now).await?;
                let member = members::insert(tx, scope.client, &new.owner, *now).await?;
                let user = enter(tx, &new.login, &email_key(&member.email), *now).await?;
                assignments::replace(tx, scope.client, member.id, &new.agents, *now).await?;
                join(tx, scope, member, user, &new.session, *now).await
            })
        })
        .await
    }
}

/// A person who has not accepted yet, held.
async fn waiting(tx: &mut Tx<'_>, scope: &Scope, id: MemberId) -> Result<Member> {
    let member = members::hold(tx, scope.client, id).await?;
    match member.user {
        None => Ok(member),
        Some(_) => Err(StoreError::NotNow("this person has accepted an invitation already")),
    }
}

/// Who was looked at, so that nobody makes a link for a role that he did not see.
fn as_looked_at(member: &Member, role: Role) -> Result<()> {
    if member.role == role {
        return Ok(());
    }
    Err(StoreError::NotNow("the person's role was changed in the meantime; look again and repeat"))
}

fn bound(scope: &Scope, member: &Member) -> Bound {
    Bound { client: scope.client, member: member.id, email_key: email_key(&member.email), role: member.role }
}

/// The login, made where it is new; it must be the e-mail's own.
async fn enter(tx: &mut Tx<'_>, login: &Login, key: &str, now: At) -> Result<UserId> {
    match login {
        Login::New(new) if email_key(&new.email) == key => Ok(global::insert_user(tx, new, now).await?.id),
        Login::New(_) => Err(StoreError::NotFound("link")),
        Login::Existing(user) => {
            let row = tx.opt("SELECT id FROM users WHERE id = $1 AND email_key = $2", args![user, key]).await?;
            row.ok_or(StoreError::NotFound("link"))?.get("id")
        }
    }
}

async fn join(
    tx: &mut Tx<'_>,
    scope: &Scope,
    member: Member,
    user: UserId,
    session: &NewSession,
    now: At,
) -> Result<Member> {
    let (client, id, role) = (scope.client, member.id, member.role);
    let own = Scope { client, actor: Actor::Person { user, member: id, role } };
    let member = members::attach(tx, &own, member, user, now).await?;
    global::begin_session(tx, &NewSession { user, client, member: id, ..session.clone() }, now).await?;
    Ok(member)
}
