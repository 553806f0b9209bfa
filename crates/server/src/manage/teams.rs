//! `GET /api/teams/all`, `POST /api/teams`, `PUT` and `DELETE /api/teams/{id}`:
//! the groups that channels route to. Their people are `manage/members.rs`.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Body, Id, IfMatch};
use crate::manage::fields;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use caly_core::id::TeamId;
use caly_store::{StoreError, Team};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The client's teams.
#[derive(Debug, Serialize, ToSchema)]
pub struct Teams {
    /// In the order of their ids.
    pub teams: Vec<TeamView>,
}

/// A group of people that channels route to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamGroup)]
pub struct TeamView {
    /// Counted per client.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Revision for `If-Match`.
    pub rev: i64,
}

/// A team's name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameTeam {
    /// One line of 1 to 120 characters.
    pub name: String,
}

/// List the teams.
#[utoipa::path(get, path = "/api/teams/all", tag = "team",
    responses((status = 200, body = Teams), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn list_teams(State(app): State<App>, who: Who) -> Result<Json<Teams>, Problem> {
    let teams = app.store.teams(&who.scope).await?;
    Ok(Json(Teams { teams: teams.into_iter().map(view).collect() }))
}

/// Make a team. Move members to it with `PUT /api/teams/members/{id}`.
#[utoipa::path(post, path = "/api/teams", tag = "team", request_body = NameTeam,
    responses((status = 201, body = TeamView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn make_team(
    State(app): State<App>,
    who: Who,
    Body(ask): Body<NameTeam>,
) -> Result<(StatusCode, Json<TeamView>), Problem> {
    let name = fields::line("name", &ask.name)?;
    let team = app.store.create_team(&who.scope, &name, app.clock.now()).await?;
    Ok((StatusCode::CREATED, Json(view(team))))
}

/// Give a team another name.
#[utoipa::path(put, path = "/api/teams/{id}", tag = "team", request_body = NameTeam,
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header, description = "The rev you looked at")),
    responses((status = 200, body = TeamView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn rename_team(
    State(app): State<App>,
    who: Who,
    Id(id): Id<TeamId>,
    IfMatch(rev): IfMatch,
    Body(ask): Body<NameTeam>,
) -> Result<Json<TeamView>, Problem> {
    let name = fields::line("name", &ask.name)?;
    Ok(Json(view(app.store.rename_team(&who.scope, id, &name, rev, app.clock.now()).await?)))
}

/// Remove a team that has no members, channels or calls.
#[utoipa::path(delete, path = "/api/teams/{id}", tag = "team", params(("id" = i64, Path)),
    responses((status = 204), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn remove_team(State(app): State<App>, who: Who, Id(id): Id<TeamId>) -> Result<StatusCode, Problem> {
    app.store.delete_team(&who.scope, id, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(team: Team) -> TeamView {
    TeamView { id: team.id.0, name: team.name, rev: team.rev }
}

/// A team that a body names and the client does not have: its field is to
/// blame, not the address.
pub(super) fn at_team(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound("channel" | "member") => error.into(),
        StoreError::NotFound(_) => Problem::invalid("team_id", "There is no such team; GET /api/teams/all lists them."),
        other => other.into(),
    }
}
