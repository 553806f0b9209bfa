//! `GET /api/teams/members/{id}/performance`: one member's window of days.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Ask, Id};
use crate::manage::team_view::{Lens, own_or_lead};
use crate::manage::wire::{ScoreView, avg_handling_time, avg_rating, ratio, success_rate};
use crate::manage::words;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::id::{AgentId, MemberId};
use caly_core::scoring::{Band, Prior, RescueSums, Sums, score, shown};
use caly_core::time::{Day, Zone};
use caly_store::Assignment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::{IntoParams, ToSchema};

/// Days of a window.
const WINDOWS: [i64; 3] = [7, 30, 90];

/// Which window.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PerformanceAsk {
    /// 7, 30 or 90 days ending today in the client's zone; 7 when left out.
    #[param(schema_with = windows)]
    pub days: Option<i64>,
}

fn windows() -> Object {
    ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some(WINDOWS)).build()
}

/// A member's figures in a window of days.
#[derive(Debug, Serialize, ToSchema)]
pub struct Performance {
    /// The member.
    pub member_id: i64,
    /// The window's length.
    pub days: i64,
    /// Its first local day.
    pub from: String,
    /// Its last local day: today.
    pub to: String,
    /// The zone in which days are counted.
    pub zone: String,
    /// Counted calls.
    pub calls_total: i64,
    /// Calls with a known outcome.
    pub calls_known: i64,
    /// Ratings given.
    pub ratings: i64,
    /// Percent; null without known outcomes.
    pub success_rate: Option<f64>,
    /// 0-5; null without ratings.
    pub avg_rating: Option<f64>,
    /// Seconds; null without calls.
    pub avg_handling_time: Option<f64>,
    /// 0-100; null reads "no calls yet".
    pub performance_score: Option<f64>,
    /// The parts of the score and how sure it is.
    pub score: ScoreView,
    /// Calls taken over from an agent, outside the score.
    pub rescues: Rescues,
    /// One row per agent with calls in the window or assigned now.
    pub agents: Vec<AgentFigures>,
    /// One entry for every day of the window, oldest first.
    pub trend: Vec<TrendDay>,
}

/// Calls taken over from an agent.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rescues {
    /// How many.
    pub total: i64,
    /// Those that were resolved.
    pub resolved: i64,
    /// Mean seconds until the person spoke; null without rescues.
    pub avg_pickup_time: Option<f64>,
}

/// The window's figures with one agent.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgentFigures {
    /// The agent.
    pub agent_id: i64,
    /// Its slug.
    pub agent_type: String,
    /// Its name.
    pub name: String,
    /// Its sector.
    #[schema(value_type = words::Sector)]
    pub sector: String,
    /// Whether the member is assigned to it now.
    pub assigned: bool,
    /// 0-100; null when not assigned.
    pub proficiency_level: Option<u8>,
    /// Counted calls.
    pub calls_handled: i64,
    /// Percent; null without known outcomes.
    pub success_rate: Option<f64>,
    /// 0-5; null without ratings.
    pub avg_rating: Option<f64>,
    /// Seconds; null without calls.
    pub avg_handling_time: Option<f64>,
}

/// One local day.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct TrendDay {
    /// `YYYY-MM-DD`.
    #[schema(format = Date)]
    pub day: String,
    /// False on a day without calls: not the same as 0 %.
    pub has_calls: bool,
    /// Counted calls.
    pub calls: i64,
    /// Percent; null without known outcomes.
    pub success_rate: Option<f64>,
    /// 0-5; null without ratings.
    pub avg_rating: Option<f64>,
    /// Seconds; null without calls.
    pub avg_handling_time: Option<f64>,
    /// 0-100; null without known outcomes.
    pub performance_score: Option<f64>,
    /// Of the day's score.
    #[schema(value_type = Option<words::Band>)]
    pub band: Option<Band>,
}

/// A member's performance.
#[utoipa::path(get, path = "/api/teams/members/{id}/performance", tag = "team",
    params(("id" = i64, Path), PerformanceAsk),
    responses((status = 200, body = Performance), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn member_performance(
    State(app): State<App>,
    who: Who,
    Id(id): Id<MemberId>,
    Ask(ask): Ask<PerformanceAsk>,
) -> Result<Json<Performance>, Problem> {
    own_or_lead(&who, id)?;
    let lens = Lens::of(&app, &who).await?;
    let today = lens.zone.day(app.clock.now());
    let (days, from) = window(ask.days, &today)?;
    let figures = app.store.performance(&who.scope, id, &from, &today).await?;
    let rows = app.store.assignments(&who.scope, id).await?;
    let by_day = figures.days.into_iter().map(|d| (d.day, d.sums)).collect();
    let (total, score) = (figures.total, score(&figures.total, &lens.prior));
    Ok(Json(Performance {
        member_id: id.0,
        days,
        trend: trend(&from, days, &by_day, &lens.prior),
        from: from.0,
        to: today.0,
        zone: who.client.zone.clone(),
        calls_total: total.calls,
        calls_known: total.known,
        ratings: total.ratings,
        success_rate: success_rate(&total),
        avg_rating: avg_rating(&total),
        avg_handling_time: avg_handling_time(&total),
        performance_score: score.performance.map(shown),
        score: score.into(),
        rescues: Rescues::from(figures.rescue),
        agents: by_agent(&lens, &figures.agents, &rows),
    }))
}

impl From<RescueSums> for Rescues {
    fn from(sums: RescueSums) -> Self {
        Self {
            total: sums.rescues,
            resolved: sums.rescues_resolved,
            avg_pickup_time: ratio(sums.pickup_ms, sums.rescues, 0.001),
        }
    }
}

/// One row per agent with calls in the window or assigned now.
fn by_agent(lens: &Lens<'_>, window: &[(AgentId, Sums)], rows: &[Assignment]) -> Vec<AgentFigures> {
    let mut agents: BTreeMap<AgentId, Sums> = window.iter().copied().collect();
    for row in rows.iter().filter(|row| row.assigned) {
        agents.entry(row.agent).or_default();
    }
    let assigned = |id: AgentId| rows.iter().find(|row| row.agent == id && row.assigned);
    agents
        .into_iter()
        .map(|(id, sums)| {
            let (agent_type, name, sector) = lens.names(id);
            AgentFigures {
                agent_id: id.0,
                agent_type,
                name,
                sector,
                assigned: assigned(id).is_some(),
                proficiency_level: assigned(id).map(|row| row.proficiency.get()),
                calls_handled: sums.calls,
                success_rate: success_rate(&sums),
                avg_rating: avg_rating(&sums),
                avg_handling_time: avg_handling_time(&sums),
            }
        })
        .collect()
}

fn window(ask: Option<i64>, today: &Day) -> Result<(i64, Day), Problem> {
    let days = ask.unwrap_or(7);
    if !WINDOWS.contains(&days) {
        return Err(Problem::bad_request("bad_query", "days must be 7, 30 or 90.").at("days"));
    }
    let from = Zone::shift(today, 1 - days).ok_or_else(|| Problem::internal("today is not a day"))?;
    Ok((days, from))
}

/// Every day from `from` on, with the day's sums where there are any.
fn trend(from: &Day, days: i64, by_day: &BTreeMap<Day, Sums>, prior: &Prior) -> Vec<TrendDay> {
    (0..days)
        .filter_map(|n| Zone::shift(from, n))
        .map(|day| {
            let sums = by_day.get(&day).copied().unwrap_or_default();
            let score = score(&sums, prior);
            TrendDay {
                day: day.0,
                has_calls: sums.calls > 0,
                calls: sums.calls,
                success_rate: success_rate(&sums),
                avg_rating: avg_rating(&sums),
                avg_handling_time: avg_handling_time(&sums),
                performance_score: score.performance.map(shown),
                band: score.band,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day(text.into())
    }

    #[test]
    fn the_window_is_one_of_three() {
        assert_eq!(window(None, &day("2026-11-23")).unwrap(), (7, day("2026-11-17")));
        assert_eq!(window(Some(30), &day("2026-11-23")).unwrap().1, day("2026-10-25"));
        assert_eq!(window(Some(8), &day("2026-11-23")).unwrap_err().field.as_deref(), Some("days"));
    }

    #[test]
    fn a_day_without_calls_is_marked_and_not_zero() {
        let sums = Sums { calls: 2, known: 2, successes: 0, handling_ms: 60_000, ..Sums::default() };
        let by_day = BTreeMap::from([(day("2026-11-18"), sums)]);
        let trend = trend(&day("2026-11-17"), 7, &by_day, &Prior::of(&Sums::default()));
        assert_eq!(trend.len(), 7);
        assert_eq!((trend[0].has_calls, trend[0].success_rate), (false, None));
        assert_eq!((trend[1].has_calls, trend[1].success_rate), (true, Some(0.0)));
        assert_eq!(trend[6].day, "2026-11-23");
    }
}
