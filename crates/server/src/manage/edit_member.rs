//! `PUT` and `DELETE /api/teams/members/{id}`: who may change what of whom.

use crate::auth::guard::Who;
use crate::bus::Note;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Body, Id, IfMatch};
use crate::manage::team_view;
use crate::manage::wire::Member;
use crate::manage::{fields, teams, words};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::id::{MemberId, TeamId};
use caly_core::member::{Availability, MemberStatus, Role};
use caly_store::{MemberPatch, StoreError};
use serde::Deserialize;
use utoipa::ToSchema;

/// Any of these; what is left out stays as it is.
#[derive(Debug, Default, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMember {
    /// Job title; null removes it.
    #[serde(default, deserialize_with = "fields::some")]
    #[schema(value_type = Option<String>)]
    pub title: Option<Option<String>>,
    /// Full name.
    pub name: Option<String>,
    /// What the person may do. Nobody changes his own.
    #[schema(value_type = Option<words::Role>)]
    pub role: Option<Role>,
    /// `active` only after the invitation was accepted.
    #[schema(value_type = Option<words::SettableStatus>)]
    pub status: Option<MemberStatus>,
    /// Own phone; null removes it.
    #[serde(default, deserialize_with = "fields::some")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
    /// What the person says of himself.
    #[schema(value_type = Option<words::Availability>)]
    pub availability: Option<Availability>,
    /// Whether calls are given to this person.
    pub takes_calls: Option<bool>,
    /// Most open calls owned at once, 1-100.
    #[schema(minimum = 1, maximum = 100)]
    pub open_limit: Option<i64>,
    /// Another team of the client.
    pub team_id: Option<i64>,
}

/// Change a member.
#[utoipa::path(put, path = "/api/teams/members/{id}", tag = "team", request_body = EditMember,
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header, description = "The rev you looked at")),
    responses((status = 200, body = Member), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn edit_member(
    State(app): State<App>,
    who: Who,
    Id(id): Id<MemberId>,
    IfMatch(rev): IfMatch,
    Body(edit): Body<EditMember>,
) -> Result<Json<Member>, Problem> {
    apply(&app, &who, id, rev, edit).await
}

/// Deactivate a member: no new calls, no login; everything is kept.
#[utoipa::path(delete, path = "/api/teams/members/{id}", tag = "team",
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header, description = "The rev you looked at")),
    responses((status = 200, body = Member), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn deactivate_member(
    State(app): State<App>,
    who: Who,
    Id(id): Id<MemberId>,
    IfMatch(rev): IfMatch,
) -> Result<Json<Member>, Problem> {
    let edit = EditMember { status: Some(MemberStatus::Inactive), ..EditMember::default() };
    apply(&app, &who, id, rev, edit).await
}

/// How often a change is tried when somebody else changes the same member
/// between our look and our write.
const TRIES: u32 = 3;

async fn apply(
    app: &App,
    who: &Who,
    id: MemberId,
    rev: Option<i64>,
    edit: EditMember,
) -> Result<Json<Member>, Problem> {
    team_view::own_or_lead(who, id)?;
    let mut tries = 1;
    loop {
        let row = app.store.member(&who.scope, id).await?;
        let target = Target { id, role: row.role, accepted: row.user.is_some() };
        permitted(who, target, &edit)?;
        let patch = checked(target, edit.clone())?.patch();
        // What was permitted was this revision: written over no other one.
        let expected = rev.unwrap_or(row.rev);
        match app.store.update_member(&who.scope, id, patch, Some(expected), app.clock.now()).await {
            Err(StoreError::Stale { .. }) if rev.is_none() && tries < TRIES => tries += 1,
            Err(error) => return Err(team_view::with_current(app, who, id, teams::at_team(error)).await),
            Ok(member) => {
                if let Some(user) = member.user {
                    app.bus.tell(Note::Sessions(user));
                }
                return Ok(Json(team_view::read(app, who, id).await?));
            }
        }
    }
}

impl EditMember {
    fn patch(self) -> MemberPatch {
        MemberPatch {
            name: self.name,
            title: self.title,
            phone: self.phone,
            role: self.role,
            status: self.status,
            availability: self.availability,
            takes_calls: self.takes_calls,
            open_limit: self.open_limit,
            team: self.team_id.map(TeamId),
        }
    }

    fn only_availability(&self) -> bool {
        self.title.is_none()
            && self.name.is_none()
            && self.role.is_none()
            && self.status.is_none()
            && self.phone.is_none()
            && self.takes_calls.is_none()
            && self.open_limit.is_none()
            && self.team_id.is_none()
    }
}

/// The person who is to be changed, as far as permission depends on it.
#[derive(Debug, Clone, Copy)]
struct Target {
    id: MemberId,
    role: Role,
    accepted: bool,
}

/// What each role may change (`SECURITY.md`, roles). Owner: everything, except
/// his own role and standing, so that no client is left without an owner.
fn permitted(who: &Who, target: Target, edit: &EditMember) -> Result<(), Problem> {
    let own = who.member == target.id;
    // The person's role, not the asker's: a key may act with a lesser one.
    if own && edit.role.is_some_and(|role| role != target.role) {
        return Err(Problem::forbidden("Nobody changes his own role; ask another owner or manager.").at("role"));
    }
    if own && edit.status == Some(MemberStatus::Inactive) {
        return Err(Problem::forbidden("Nobody deactivates himself; ask another owner or manager.").at("status"));
    }
    match who.role {
        Role::Owner => Ok(()),
        Role::Manager if own && edit.only_availability() => Ok(()),
        Role::Manager if target.role == Role::Owner => Err(Problem::forbidden("Only an owner changes an owner.")),
        Role::Manager if edit.role == Some(Role::Owner) => {
            Err(Problem::forbidden("Only an owner makes somebody an owner.").at("role"))
        }
        Role::Manager => Ok(()),
        Role::Supervisor if edit.only_availability() && (own || target.role != Role::Owner) => Ok(()),
        Role::Supervisor => {
            Err(Problem::forbidden("A supervisor changes availability and assignments; ask a manager for the rest."))
        }
        Role::Member if edit.only_availability() => Ok(()),
        Role::Member => Err(Problem::forbidden("You may change your own availability; ask a manager for the rest.")),
    }
}

fn checked(target: Target, edit: EditMember) -> Result<EditMember, Problem> {
    match edit.status {
        Some(MemberStatus::Invited) => {
            return Err(Problem::invalid("status", "status takes \"active\" or \"inactive\"."));
        }
        Some(MemberStatus::Active) if !target.accepted => {
            return Err(Problem::invalid(
                "status",
                "The invitation has not been accepted yet; a member becomes active by accepting it.",
            ));
        }
        _ => {}
    }
    if edit.open_limit.is_some_and(|n| !(1..=100).contains(&n)) {
        return Err(Problem::invalid("open_limit", "open_limit must be a whole number from 1 to 100."));
    }
    Ok(EditMember {
        title: edit.title.map(|t| t.map(|t| fields::line("title", &t)).transpose()).transpose()?,
        name: edit.name.map(|n| fields::line("name", &n)).transpose()?,
        phone: edit.phone.map(|p| p.map(|p| fields::phone(&p)).transpose()).transpose()?,
        ..edit
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::auth::session::Carried;
    use caly_core::id::{ClientId, SessionId, UserId};
    use caly_core::scope::{Actor, Scope};
    use caly_core::sector::Sector;
    use caly_core::time::At;
    use caly_store::Client;
    use std::sync::Arc;
    use uuid::Uuid;

    pub(crate) fn who(member: i64, role: Role) -> Who {
        let (client, user, member) = (ClientId(Uuid::nil()), UserId(Uuid::nil()), MemberId(member));
        Who {
            scope: Scope { client, actor: Actor::Person { user, member, role } },
            member,
            role,
            client: Arc::new(Client {
                id: client,
                name: "Shop".into(),
                sector: Sector::Ecommerce,
                language: "en-IN".into(),
                zone: "Asia/Kolkata".into(),
                is_demo: true,
                fairness: 40,
                rev: 1,
                created_at: At(0),
            }),
            session: "".into(),
            session_id: SessionId(Uuid::nil()),
            carried: Carried::Bearer,
            seen_at: At(0),
        }
    }

    fn target(id: i64, role: Role) -> Target {
        Target { id: MemberId(id), role, accepted: true }
    }

    fn edit(json: &str) -> EditMember {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn nobody_raises_himself_and_managers_leave_owners_alone() {
        let role = |r: &str| edit(&format!(r#"{{"role": "{r}"}}"#));
        assert!(permitted(&who(1, Role::Owner), target(1, Role::Owner), &role("manager")).is_err());
        assert!(permitted(&who(2, Role::Manager), target(2, Role::Manager), &role("owner")).is_err());
        assert!(permitted(&who(2, Role::Manager), target(3, Role::Member), &role("owner")).is_err());
        assert!(permitted(&who(2, Role::Manager), target(1, Role::Owner), &edit(r#"{"name": "x"}"#)).is_err());
        assert!(permitted(&who(2, Role::Manager), target(3, Role::Member), &role("supervisor")).is_ok());
        assert!(permitted(&who(1, Role::Owner), target(2, Role::Manager), &role("owner")).is_ok());
        assert!(permitted(&who(1, Role::Owner), target(1, Role::Owner), &edit(r#"{"status": "inactive"}"#)).is_err());
    }

    #[test]
    fn a_key_with_a_lesser_role_leaves_its_owner_an_owner() {
        let role = |r: &str| edit(&format!(r#"{{"role": "{r}"}}"#));
        let key = who(1, Role::Manager);
        for refused in [role("manager"), role("agent"), role("owner"), edit(r#"{"name": "x"}"#)] {
            assert!(permitted(&key, target(1, Role::Owner), &refused).is_err(), "{refused:?}");
        }
        assert!(permitted(&key, target(1, Role::Owner), &edit(r#"{"availability": "away"}"#)).is_ok());
        assert!(permitted(&who(1, Role::Owner), target(1, Role::Owner), &role("owner")).is_ok());
    }

    #[test]
    fn supervisors_and_members_write_availability_only() {
        let away = edit(r#"{"availability": "away"}"#);
        let more = edit(r#"{"availability": "away", "open_limit": 3}"#);
        assert!(permitted(&who(4, Role::Supervisor), target(3, Role::Member), &away).is_ok());
        assert!(permitted(&who(4, Role::Supervisor), target(3, Role::Member), &more).is_err());
        assert!(permitted(&who(4, Role::Supervisor), target(1, Role::Owner), &away).is_err());
        assert!(permitted(&who(3, Role::Member), target(3, Role::Member), &away).is_ok());
        assert!(permitted(&who(3, Role::Member), target(3, Role::Member), &more).is_err());
    }

    #[test]
    fn the_invited_cannot_be_activated() {
        let invited = Target { accepted: false, ..target(3, Role::Member) };
        let refused = checked(invited, edit(r#"{"status": "active"}"#)).unwrap_err();
        assert_eq!((refused.status.as_u16(), refused.field.as_deref()), (422, Some("status")));
        assert!(checked(target(3, Role::Member), edit(r#"{"status": "active"}"#)).is_ok());
        assert!(checked(invited, edit(r#"{"status": "invited"}"#)).is_err());
        assert!(checked(invited, edit(r#"{"open_limit": 0}"#)).is_err());
        assert!(serde_json::from_str::<EditMember>(r#"{"calls_total": 9}"#).is_err());
    }
}
