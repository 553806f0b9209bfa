//! `GET /api/agents`: the catalogue's agents of the client's sector.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::Ask;
use crate::manage::words;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::sector::Sector;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which agents.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgentsAsk {
    /// A sector's word, or `all`; the client's own sector when left out.
    pub sector: Option<String>,
}

/// The agents.
#[derive(Debug, Serialize, ToSchema)]
pub struct Agents {
    /// In the order of their ids.
    pub agents: Vec<AgentView>,
}

/// One AI agent of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Agent)]
pub struct AgentView {
    /// 1-54, never renumbered.
    pub agent_id: i64,
    /// The slug.
    pub agent_type: String,
    /// The name.
    pub name: String,
    /// Its sector.
    #[schema(value_type = words::Sector)]
    pub sector: Sector,
    /// What it is for.
    pub purpose: String,
    /// What resolves a call.
    pub resolves: Vec<String>,
    /// What makes it ask for a person.
    pub escalates: Vec<String>,
    /// Seconds that a good call takes.
    pub expected_handling_time: f64,
}

/// List agents.
#[utoipa::path(get, path = "/api/agents", tag = "team", params(AgentsAsk),
    responses((status = 200, body = Agents), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody)))]
pub async fn list_agents(State(app): State<App>, who: Who, Ask(ask): Ask<AgentsAsk>) -> Result<Json<Agents>, Problem> {
    let wanted = wanted(ask.sector.as_deref(), who.client.sector)?;
    let mut agents: Vec<AgentView> = app
        .catalogue
        .agents()
        .iter()
        .filter(|a| wanted.is_none_or(|sector| a.sector == sector))
        .map(AgentView::from)
        .collect();
    agents.sort_by_key(|a| a.agent_id);
    Ok(Json(Agents { agents }))
}

/// `None` for all of them.
fn wanted(ask: Option<&str>, own: Sector) -> Result<Option<Sector>, Problem> {
    match ask {
        None => Ok(Some(own)),
        Some("all") => Ok(None),
        Some(word) => Sector::from_word(word).map(Some).ok_or_else(|| {
            Problem::bad_request(
                "bad_query",
                "sector must be one of the ten sectors, such as \"ecommerce\", or \"all\".",
            )
            .at("sector")
        }),
    }
}

impl From<&caly_core::agent::Agent> for AgentView {
    fn from(agent: &caly_core::agent::Agent) -> Self {
        Self {
            agent_id: agent.id.0,
            agent_type: agent.slug.clone(),
            name: agent.name.clone(),
            sector: agent.sector,
            purpose: agent.purpose.clone(),
            resolves: agent.resolves.clone(),
            escalates: agent.escalates.clone(),
            expected_handling_time: f64::from(agent.expected_handling_seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sector_is_the_own_one_unless_said() {
        assert_eq!(wanted(None, Sector::Saas), Ok(Some(Sector::Saas)));
        assert_eq!(wanted(Some("all"), Sector::Saas), Ok(None));
        assert_eq!(wanted(Some("telecom"), Sector::Saas), Ok(Some(Sector::Telecom)));
        assert_eq!(wanted(Some("shops"), Sector::Saas).unwrap_err().field.as_deref(), Some("sector"));
    }
}
