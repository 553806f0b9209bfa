//! `GET /api/teams`, `POST /api/teams/members`, `GET /api/teams/members/{id}`.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Ask, Body, Id};
use crate::manage::team_view::{self, Lens, own_or_lead};
use crate::manage::wire::Member;
use crate::manage::{fields, page, teams, words};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use caly_core::id::{MemberId, TeamId};
use caly_core::member::{MemberStatus, Role};
use caly_core::time::Zone;
use caly_store::{MemberFilter, NewMember};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Open calls that a new member may own at once.
const OPEN_LIMIT: i64 = 10;

/// Which members.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TeamAsk {
    /// Only those with this status.
    #[param(value_type = Option<words::MemberStatus>)]
    pub status: Option<MemberStatus>,
    /// Only those with this role.
    #[param(value_type = Option<words::Role>)]
    pub role: Option<Role>,
    /// Only those of this team.
    pub team_id: Option<i64>,
    /// As the last page gave it.
    #[param(value_type = Option<String>)]
    pub cursor: Option<String>,
    /// 1-200; 200 when left out.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
}

/// A page of members in the order of their ids. With the role `agent` it holds
/// oneself.
#[derive(Debug, Serialize, ToSchema)]
pub struct Team {
    /// The members.
    pub team_members: Vec<Member>,
    /// For the next page; null at the end.
    pub next_cursor: Option<String>,
}

/// A person to be added as invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// Unique in the client, inactive members included.
    #[schema(format = Email)]
    pub email: String,
    /// Job title.
    pub title: Option<String>,
    /// What the person may do.
    #[schema(value_type = words::Role)]
    pub role: Role,
    /// Full name; made from the title or the e-mail when left out.
    pub name: Option<String>,
    /// Own phone.
    pub phone: Option<String>,
    /// The team; the client's first when left out.
    pub team_id: Option<i64>,
}

/// List the team.
#[utoipa::path(get, path = "/api/teams", tag = "team", params(TeamAsk),
    responses((status = 200, body = Team), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody)))]
pub async fn list_team(State(app): State<App>, who: Who, Ask(ask): Ask<TeamAsk>) -> Result<Response, Problem> {
    let limit = page::limit(ask.limit.or(Some(page::MOST)))?;
    let only = (!who.scope.sees_team()).then_some(who.member);
    let filter = MemberFilter { team: ask.team_id.map(TeamId), status: ask.status, role: ask.role, only };
    let after = ask.cursor.map(|c| c.parse().map_err(|_| page::bad_cursor())).transpose()?;
    let sector = who.client.sector;
    let zone = Zone::named(&who.client.zone).map_err(Problem::internal)?;
    let week = zone.week(app.clock.now());
    let (found, sums) = app.store.members_and_sums(&who.scope, sector, filter, &week, after, limit).await?;
    let lens = Lens::with(&app, zone, week, &sums);
    let team_members: Vec<_> = found.items.into_iter().map(|card| lens.member(card)).collect();
    let rows = team_members.len();
    page::of_rows(&Team { team_members, next_cursor: found.next.map(|id| id.to_string()) }, rows)
}

/// Add a person to the team.
#[utoipa::path(post, path = "/api/teams/members", tag = "team", request_body = AddMember,
    responses((status = 201, body = Member), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn add_member(
    State(app): State<App>,
    who: Who,
    Body(ask): Body<AddMember>,
) -> Result<(StatusCode, Json<Member>), Problem> {
    let new = checked(&who, ask)?;
    let added = app.store.add_member(&who.scope, new, app.clock.now()).await.map_err(teams::at_team)?;
    Ok((StatusCode::CREATED, Json(team_view::read(&app, &who, added.id).await?)))
}

/// One member.
#[utoipa::path(get, path = "/api/teams/members/{id}", tag = "team", params(("id" = i64, Path)),
    responses((status = 200, body = Member), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn read_member(State(app): State<App>, who: Who, Id(id): Id<MemberId>) -> Result<Json<Member>, Problem> {
    own_or_lead(&who, id)?;
    Ok(Json(team_view::read(&app, &who, id).await?))
}

fn checked(who: &Who, ask: AddMember) -> Result<NewMember, Problem> {
    if ask.role == Role::Owner && who.role != Role::Owner {
        return Err(Problem::forbidden("Only an owner makes somebody an owner.").at("role"));
    }
    let email = fields::email(&ask.email)?;
    let title = ask.title.map(|t| fields::line("title", &t)).transpose()?;
    let name = match ask.name {
        Some(name) => fields::line("name", &name)?,
        None => fields::name_from(title.as_deref(), &email),
    };
    Ok(NewMember {
        team: ask.team_id.map(TeamId),
        name: Some(name),
        phone: ask.phone.map(|p| fields::phone(&p)).transpose()?,
        email,
        title,
        role: ask.role,
        takes_calls: true,
        open_limit: OPEN_LIMIT,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manage::edit_member::tests::who;

    #[test]
    fn the_seeds_own_line_is_taken() {
        let ask =
            serde_json::from_str(r#"{"email":"priya@company.com","title":"Priya Sharma","role":"agent"}"#).unwrap();
        let new = checked(&who(2, Role::Manager), ask).unwrap();
        assert_eq!((new.name.as_deref(), new.role, new.open_limit), (Some("Priya Sharma"), Role::Member, 10));
    }

    #[test]
    fn server_owned_fields_are_refused_and_owners_made_by_owners() {
        let extra = r#"{"email":"a@b.co","role":"agent","status":"active"}"#;
        assert!(serde_json::from_str::<AddMember>(extra).is_err());
        let owner = || serde_json::from_str(r#"{"email":"a@b.co","role":"owner"}"#).unwrap();
        assert_eq!(checked(&who(2, Role::Manager), owner()).unwrap_err().status.as_u16(), 403);
        assert!(checked(&who(1, Role::Owner), owner()).is_ok());
    }
}
