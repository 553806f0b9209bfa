//! `GET /api/agents`: the catalogue's agents of the client's sector, with what
//! they did for this client.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::Ask;
use crate::manage::wire::{avg_handling_time, success_rate};
use crate::manage::words;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::agent::Agent;
use caly_core::id::AgentId;
use caly_core::member::Role;
use caly_core::scoring::Sums;
use caly_core::sector::Sector;
use caly_core::time::Zone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// The days, today included, that an agent's figures are of.
const DAYS: i64 = 30;

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
    /// What it understands, by the catalogue's names.
    pub intents: Vec<String>,
    /// Seconds that a good call takes.
    pub expected_handling_time: f64,
    /// What it did for this client; shown to those who lead the team.
    pub figures: Option<AgentRecord>,
}

/// An agent's last 30 days in one client, whoever owned the calls.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct AgentRecord {
    /// Counted calls that it completed.
    pub calls: i64,
    /// Percent; null without known outcomes.
    pub success_rate: Option<f64>,
    /// Seconds; null without calls.
    pub avg_handling_time: Option<f64>,
}

/// List agents.
#[utoipa::path(get, path = "/api/agents", tag = "team", params(AgentsAsk),
    responses((status = 200, body = Agents), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody)))]
pub async fn list_agents(State(app): State<App>, who: Who, Ask(ask): Ask<AgentsAsk>) -> Result<Json<Agents>, Problem> {
    let wanted = wanted(ask.sector.as_deref(), who.client.sector)?;
    let records = match who.role {
        Role::Member => None,
        Role::Owner | Role::Manager | Role::Supervisor => Some(records(&app, &who).await?),
    };
    let shown = app.catalogue.agents().iter().filter(|a| wanted.is_none_or(|sector| a.sector == sector));
    let mut agents: Vec<AgentView> = shown.map(|agent| AgentView::of(agent, records.as_ref())).collect();
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

async fn records(app: &App, who: &Who) -> Result<BTreeMap<AgentId, Sums>, Problem> {
    let zone = Zone::named(&who.client.zone).map_err(Problem::internal)?;
    let today = zone.day(app.clock.now());
    let from = Zone::shift(&today, 1 - DAYS).ok_or_else(|| Problem::internal("the client's zone has no such day"))?;
    Ok(app.store.agent_sums(&who.scope, &from, &today).await?.into_iter().collect())
}

impl AgentView {
    fn of(agent: &Agent, records: Option<&BTreeMap<AgentId, Sums>>) -> Self {
        Self {
            agent_id: agent.id.0,
            agent_type: agent.slug.clone(),
            name: agent.name.clone(),
            sector: agent.sector,
            purpose: agent.purpose.clone(),
            resolves: agent.resolves.clone(),
            escalates: agent.escalates.clone(),
            intents: agent.intents.iter().map(|intent| intent.name.clone()).collect(),
            expected_handling_time: f64::from(agent.expected_handling_seconds),
            figures: records.map(|all| AgentRecord::of(all.get(&agent.id).copied().unwrap_or_default())),
        }
    }
}

impl AgentRecord {
    fn of(sums: Sums) -> Self {
        Self { calls: sums.calls, success_rate: success_rate(&sums), avg_handling_time: avg_handling_time(&sums) }
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

    #[test]
    fn an_agent_without_calls_has_no_rate_rather_than_0() {
        let record = AgentRecord::of(Sums::default());
        assert_eq!(record, AgentRecord { calls: 0, success_rate: None, avg_handling_time: None });
    }
}
