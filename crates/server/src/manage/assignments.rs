//! `PUT /api/teams/members/{id}/agents` and `GET …/assignments`: which agents
//! a member stands behind, the whole set at once.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Body, Id, IfMatch};
use crate::manage::team_view::{self, own_or_lead};
use crate::manage::wire::{Assignment, Member};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::agent::Catalogue;
use caly_core::id::{AgentId, MemberId, Proficiency};
use caly_core::member::Role;
use caly_store::NewAssignment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// The whole set: what is not in it is unassigned, and keeps its figures.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignAgents {
    /// Each agent at most once.
    pub assignments: Vec<AssignAgent>,
}

/// One agent for the member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignAgent {
    /// Of the catalogue.
    pub agent_id: i64,
    /// How well the member handles what the agent does, 0-100.
    #[schema(minimum = 0, maximum = 100)]
    pub proficiency_level: i64,
}

/// A member's assignments.
#[derive(Debug, Serialize, ToSchema)]
pub struct Assignments {
    /// The member.
    pub member_id: i64,
    /// In the order of the agents' ids.
    pub assignments: Vec<Assignment>,
    /// The member's revision.
    pub rev: i64,
}

/// Set a member's agents.
#[utoipa::path(put, path = "/api/teams/members/{id}/agents", tag = "team", request_body = AssignAgents,
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header, description = "The member's rev you looked at")),
    responses((status = 200, body = Member), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn assign_agents(
    State(app): State<App>,
    who: Who,
    Id(id): Id<MemberId>,
    IfMatch(rev): IfMatch,
    Body(ask): Body<AssignAgents>,
) -> Result<Json<Member>, Problem> {
    let set = checked(&ask.assignments, app.catalogue)?;
    let target = app.store.member(&who.scope, id).await?;
    if target.role == Role::Owner && who.role != Role::Owner {
        return Err(Problem::forbidden("Only an owner changes an owner."));
    }
    match app.store.set_assignments(&who.scope, id, set, rev, app.clock.now()).await {
        Ok(_) => Ok(Json(team_view::read(&app, &who, id).await?)),
        Err(error) => Err(team_view::with_current(&app, &who, id, error.into()).await),
    }
}

/// A member's agents.
#[utoipa::path(get, path = "/api/teams/members/{id}/assignments", tag = "team", params(("id" = i64, Path)),
    responses((status = 200, body = Assignments), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn list_assignments(
    State(app): State<App>,
    who: Who,
    Id(id): Id<MemberId>,
) -> Result<Json<Assignments>, Problem> {
    own_or_lead(&who, id)?;
    let member = team_view::read(&app, &who, id).await?;
    Ok(Json(Assignments { member_id: id.0, assignments: member.agents, rev: member.rev }))
}

/// The set as types; 422 names the index to blame.
fn checked(ask: &[AssignAgent], catalogue: &Catalogue) -> Result<Vec<NewAssignment>, Problem> {
    let mut seen = BTreeSet::new();
    ask.iter()
        .enumerate()
        .map(|(n, one)| {
            let id = AgentId(one.agent_id);
            let field = |name: &str| format!("assignments[{n}].{name}");
            if catalogue.agent(id).is_none() {
                let detail = format!("assignments[{n}]: there is no agent {id}; GET /api/agents lists them.");
                return Err(Problem::invalid(field("agent_id"), detail));
            }
            if !seen.insert(id) {
                let detail = format!("assignments[{n}]: agent {id} is named twice; name each agent once.");
                return Err(Problem::invalid(field("agent_id"), detail));
            }
            let proficiency = Proficiency::new(one.proficiency_level)
                .map_err(|why| Problem::invalid(field("proficiency_level"), format!("assignments[{n}]: {why}.")))?;
            Ok(NewAssignment { agent: id, proficiency })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(pairs: &[(i64, i64)]) -> Vec<AssignAgent> {
        pairs.iter().map(|&(agent_id, proficiency_level)| AssignAgent { agent_id, proficiency_level }).collect()
    }

    #[test]
    fn a_bad_entry_is_named_by_its_index() {
        let catalogue = Catalogue::embedded().unwrap();
        let field = |pairs: &[(i64, i64)]| checked(&ask(pairs), catalogue).unwrap_err().field.unwrap();
        assert_eq!(checked(&ask(&[(1, 80), (2, 0)]), catalogue).unwrap().len(), 2);
        assert_eq!(field(&[(1, 80), (2, 101)]), "assignments[1].proficiency_level");
        assert_eq!(field(&[(1, -1)]), "assignments[0].proficiency_level");
        assert_eq!(field(&[(1, 80), (999, 5)]), "assignments[1].agent_id");
        assert_eq!(field(&[(1, 80), (2, 5), (1, 5)]), "assignments[2].agent_id");
    }
}
