//! People: who they are, what they may, and what their sums say.

mod list;

pub use list::{MemberCard, MemberFilter};

use crate::audit::Note;
use crate::error::{Result, StoreError};
use crate::global::{Target, email_key, void_links};
use crate::sql::{DbRow, Tx, args};
use crate::sums;
use crate::{LinkKind, Store};
use caly_core::event::Event;
use caly_core::id::{ClientId, MemberId, TeamId, UserId};
use caly_core::member::{Availability, MemberStatus, Role};
use caly_core::scope::Scope;
use caly_core::scoring::{RescueSums, Sums};
use caly_core::time::At;
use serde::{Deserialize, Serialize};

/// A person in a team, with the all-time sums of the calls he owned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// The id.
    pub id: MemberId,
    /// The team.
    pub team: TeamId,
    /// The login, once the invitation was accepted.
    pub user: Option<UserId>,
    /// E-mail, unique in the client without regard to case.
    pub email: String,
    /// Name.
    pub name: String,
    /// Job title.
    pub title: Option<String>,
    /// Phone, as it is dialled.
    pub phone: Option<String>,
    /// What he may do.
    pub role: Role,
    /// Invited, active or inactive.
    pub status: MemberStatus,
    /// What he says of himself.
    pub availability: Availability,
    /// Whether he owns calls at all.
    pub takes_calls: bool,
    /// Open owned calls above which he owns no more.
    pub open_limit: i64,
    /// Revision for `If-Match`.
    pub rev: i64,
    /// When he was added.
    pub joined_at: At,
    /// All counted calls that he owned.
    pub sums: Sums,
    /// Calls that he rescued; outside the score.
    pub rescue: RescueSums,
}

/// A person to be added as `invited`, without a login.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// `None`: the client's first team.
    pub team: Option<TeamId>,
    /// E-mail.
    pub email: String,
    /// Name; without one the title, else the e-mail stands in.
    pub name: Option<String>,
    /// Job title.
    pub title: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Role.
    pub role: Role,
    /// Whether he owns calls.
    pub takes_calls: bool,
    /// At most so many open owned calls.
    pub open_limit: i64,
}

/// What to change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct MemberPatch {
    /// Name.
    pub name: Option<String>,
    /// Job title; `Some(None)` clears it.
    pub title: Option<Option<String>>,
    /// Phone; `Some(None)` clears it.
    pub phone: Option<Option<String>>,
    /// Role.
    pub role: Option<Role>,
    /// `Active` or `Inactive`.
    pub status: Option<MemberStatus>,
    /// Availability.
    pub availability: Option<Availability>,
    /// Whether he owns calls.
    pub takes_calls: Option<bool>,
    /// At most so many open owned calls.
    pub open_limit: Option<i64>,
    /// Another team of the client.
    pub team: Option<TeamId>,
}

pub(crate) fn member(row: &DbRow) -> Result<Member> {
    Ok(Member {
        id: row.get("id")?,
        team: row.get("team_id")?,
        user: row.opt("user_id")?,
        email: row.get("email")?,
        name: row.get("name")?,
        title: row.opt("title")?,
        phone: row.opt("phone")?,
        role: row.get("role")?,
        status: row.get("status")?,
        availability: row.get("availability")?,
        takes_calls: row.get("takes_calls")?,
        open_limit: row.get("open_limit")?,
        rev: row.get("rev")?,
        joined_at: row.get("joined_at")?,
        sums: sums::read(row, "")?,
        rescue: sums::read_rescue(row)?,
    })
}

impl Store {
    /// Adds a person as `invited` and `available`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] (`email`), inactive people included;
    /// [`StoreError::NotFound`] when the team is not this client's.
    pub async fn add_member(&self, scope: &Scope, new: NewMember, now: At) -> Result<Member> {
        self.write(scope, (scope.clone(), new, now), |tx, (scope, new, now)| {
            Box::pin(async move {
                let member = insert(tx, scope.client, new, *now).await?;
                changed(tx, scope, &member, "member.add", *now);
                Ok(member)
            })
        })
        .await
    }

    /// One person.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn member(&self, scope: &Scope, id: MemberId) -> Result<Member> {
        self.read(scope, (scope.client, id), |tx, (client, id)| Box::pin(async move { find(tx, *client, *id).await }))
            .await
    }

    /// Changes a person. Making him inactive ends his sessions and keeps
    /// everything else.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Stale`]; [`StoreError::NotNow`]
    /// when `Active` is asked for before an invitation was accepted.
    pub async fn update_member(
        &self,
        scope: &Scope,
        id: MemberId,
        patch: MemberPatch,
        expected_rev: Option<i64>,
        now: At,
    ) -> Result<Member> {
        let args = (scope.clone(), id, patch, expected_rev, now);
        self.write(scope, args, |tx, (scope, id, patch, expected, now)| {
            Box::pin(async move {
                let member = lock(tx, scope.client, *id, *expected).await?;
                let before = (member.role, member.status);
                let member = patched(member, patch)?;
                save(tx, scope.client, &member).await?;
                if before != (member.role, member.status) {
                    void_links(tx, LinkKind::Invitation, Target::Member(scope.client, *id)).await?;
                }
                if member.status == MemberStatus::Inactive {
                    crate::global::end_of_member(tx, scope.client, *id, *now).await?;
                }
                changed(tx, scope, &member, "member.update", *now);
                Ok(member)
            })
        })
        .await
    }

    /// Gives an invited person his login: he becomes active.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (member or user); [`StoreError::Conflict`] when
    /// the login is somebody in this client already.
    pub async fn attach_user(&self, scope: &Scope, id: MemberId, user: UserId, now: At) -> Result<Member> {
        self.write(scope, (scope.clone(), id, user, now), |tx, (scope, id, user, now)| {
            Box::pin(async move {
                let member = lock(tx, scope.client, *id, None).await?;
                attach(tx, scope, member, *user, *now).await
            })
        })
        .await
    }
}

/// Gives a locked person his login.
pub(crate) async fn attach(
    tx: &mut Tx<'_>,
    scope: &Scope,
    mut member: Member,
    user: UserId,
    now: At,
) -> Result<Member> {
    member.user = Some(user);
    member.status = MemberStatus::Active;
    let new = tx
        .exec(
            "INSERT INTO memberships (user_id, client_id, member_id) \
             VALUES ($1, $2, $3) ON CONFLICT (user_id, client_id) DO NOTHING",
            args![user, scope.client, member.id],
        )
        .await?;
    if new == 0 {
        return Err(StoreError::Conflict("login"));
    }
    save(tx, scope.client, &member).await?;
    changed(tx, scope, &member, "member.accept", now);
    Ok(member)
}

pub(crate) async fn insert(tx: &mut Tx<'_>, client: ClientId, new: &NewMember, now: At) -> Result<Member> {
    let team = match new.team {
        Some(team) => team,
        None => first_team(tx, client).await?,
    };
    let email = new.email.trim().to_owned();
    let name = new
        .name
        .clone()
        .filter(|name| !name.trim().is_empty())
        .or_else(|| new.title.clone().filter(|title| !title.trim().is_empty()))
        .unwrap_or_else(|| email.clone());
    let id = tx.next(client, "member").await?;
    let row = tx
        .opt(
            "INSERT INTO members (client_id, id, team_id, email, email_key, name, title, phone, \
             role, status, availability, takes_calls, open_limit, rev, joined_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14) \
             ON CONFLICT (client_id, email_key) DO NOTHING RETURNING *",
            args![
                client,
                id,
                team,
                &email,
                email_key(&email),
                &name,
                &new.title,
                &new.phone,
                new.role,
                MemberStatus::Invited,
                Availability::Available,
                new.takes_calls,
                new.open_limit,
                now
            ],
        )
        .await?
        .ok_or(StoreError::Conflict("email"))?;
    member(&row)
}

async fn first_team(tx: &mut Tx<'_>, client: ClientId) -> Result<TeamId> {
    let row = tx.opt("SELECT id FROM teams WHERE client_id = $1 ORDER BY id LIMIT 1", args![client]).await?;
    row.ok_or(StoreError::NotFound("team"))?.get("id")
}

pub(crate) async fn find(tx: &mut Tx<'_>, client: ClientId, id: MemberId) -> Result<Member> {
    let row = tx.opt("SELECT * FROM members WHERE client_id = $1 AND id = $2", args![client, id]).await?;
    member(&row.ok_or(StoreError::NotFound("member"))?)
}

/// Takes the row's lock by raising its revision (both engines lock on update),
/// then compares; an error rolls the raise back.
pub(crate) async fn lock(tx: &mut Tx<'_>, client: ClientId, id: MemberId, expected_rev: Option<i64>) -> Result<Member> {
    let row = tx
        .opt("UPDATE members SET rev = rev + 1 WHERE client_id = $1 AND id = $2 RETURNING *", args![client, id])
        .await?
        .ok_or(StoreError::NotFound("member"))?;
    let member = member(&row)?;
    check_rev(expected_rev, member.rev - 1)?;
    Ok(member)
}

/// Holds the row until the end of the transaction and leaves it as it is.
pub(crate) async fn hold(tx: &mut Tx<'_>, client: ClientId, id: MemberId) -> Result<Member> {
    let row =
        tx.opt("UPDATE members SET rev = rev WHERE client_id = $1 AND id = $2 RETURNING *", args![client, id]).await?;
    member(&row.ok_or(StoreError::NotFound("member"))?)
}

/// `If-Match`: nothing sent, or the same.
pub(crate) fn check_rev(expected: Option<i64>, current_rev: i64) -> Result<()> {
    match expected {
        Some(rev) if rev != current_rev => Err(StoreError::Stale { current_rev }),
        _ => Ok(()),
    }
}

fn patched(mut m: Member, patch: &MemberPatch) -> Result<Member> {
    if patch.status == Some(MemberStatus::Active) && m.user.is_none() {
        return Err(StoreError::NotNow(
            "this person has not accepted an invitation yet; status becomes active when he does",
        ));
    }
    if patch.status == Some(MemberStatus::Invited) {
        return Err(StoreError::NotNow("status takes active or inactive"));
    }
    m.name = patch.name.clone().unwrap_or(m.name);
    m.title = patch.title.clone().unwrap_or(m.title);
    m.phone = patch.phone.clone().unwrap_or(m.phone);
    m.role = patch.role.unwrap_or(m.role);
    m.status = patch.status.unwrap_or(m.status);
    m.availability = patch.availability.unwrap_or(m.availability);
    m.takes_calls = patch.takes_calls.unwrap_or(m.takes_calls);
    m.open_limit = patch.open_limit.unwrap_or(m.open_limit);
    m.team = patch.team.unwrap_or(m.team);
    Ok(m)
}

pub(crate) async fn save(tx: &mut Tx<'_>, client: ClientId, m: &Member) -> Result<()> {
    tx.exec(
        "UPDATE members SET name = $3, title = $4, phone = $5, role = $6, status = $7, \
         availability = $8, takes_calls = $9, open_limit = $10, team_id = $11, user_id = $12 \
         WHERE client_id = $1 AND id = $2",
        args![
            client,
            m.id,
            &m.name,
            &m.title,
            &m.phone,
            m.role,
            m.status,
            m.availability,
            m.takes_calls,
            m.open_limit,
            m.team,
            m.user
        ],
    )
    .await?;
    Ok(())
}

/// The event and the audit entry of a change to a person.
pub(crate) fn changed(tx: &mut Tx<'_>, scope: &Scope, m: &Member, action: &'static str, now: At) {
    tx.emit(now, Event::MemberChanged { member_id: m.id, rev: m.rev });
    let body = serde_json::json!({
        "member": m.id, "role": m.role, "status": m.status, "availability": m.availability,
        "takes_calls": m.takes_calls, "open_limit": m.open_limit, "team": m.team, "rev": m.rev,
    });
    tx.note(Note::new(scope, now, action, &body));
}
