//! `GET /api/teams/summary`: the team at a glance.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::manage::team_view::Lens;
use crate::manage::wire::{ScoreView, avg_handling_time, avg_rating, success_rate};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::scoring::{Sums, score, shown};
use serde::Serialize;
use utoipa::ToSchema;

/// The team at a glance, unowned calls included.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamSummary {
    /// Today in the client's zone.
    #[schema(format = Date)]
    pub day: String,
    /// The current ISO week there.
    pub week: String,
    /// The zone in which days are counted.
    pub zone: String,
    /// People by status and availability.
    pub members: MemberCounts,
    /// Calls that are on.
    pub calls_in_progress: i64,
    /// Tasks that nobody closed.
    pub open_tasks: i64,
    /// Calls of today in which a person was asked for.
    pub escalated_today: i64,
    /// Counted calls that ended today.
    pub today: SummaryFigures,
    /// Counted calls of the current ISO week.
    pub this_week: SummaryFigures,
    /// Every counted call.
    pub all_time: SummaryFigures,
}

/// How many people.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberCounts {
    /// Work here.
    pub active: i64,
    /// Were asked to join.
    pub invited: i64,
    /// Left or paused.
    pub inactive: i64,
    /// Active and available.
    pub available: i64,
    /// Active and busy.
    pub busy: i64,
    /// Active, taking calls, with a phone and an assigned agent: a caller who
    /// asks for a person can be connected to them.
    pub can_be_rung: i64,
}

/// Figures over all members and agents.
#[derive(Debug, Serialize, ToSchema)]
pub struct SummaryFigures {
    /// Counted calls.
    pub calls: i64,
    /// Percent; null without known outcomes.
    pub success_rate: Option<f64>,
    /// 0-5; null without ratings.
    pub avg_rating: Option<f64>,
    /// Ratings given.
    pub ratings: i64,
    /// Seconds; null without calls.
    pub avg_handling_time: Option<f64>,
    /// 0-100; null reads "no calls yet".
    pub performance_score: Option<f64>,
    /// The parts of the score and how sure it is.
    pub score: ScoreView,
}

/// The team at a glance.
#[utoipa::path(get, path = "/api/teams/summary", tag = "team",
    responses((status = 200, body = TeamSummary), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn team_summary(State(app): State<App>, who: Who) -> Result<Json<TeamSummary>, Problem> {
    let lens = Lens::of(&app, &who).await?;
    let day = lens.zone.day(app.clock.now());
    let all = app.store.summary(&who.scope, &day, &lens.week).await?;
    let figures = |sums: &Sums| SummaryFigures::of(sums, &lens);
    Ok(Json(TeamSummary {
        day: day.0,
        week: lens.week.0.clone(),
        zone: who.client.zone.clone(),
        members: MemberCounts {
            active: all.active,
            invited: all.invited,
            inactive: all.inactive,
            available: all.available,
            busy: all.busy,
            can_be_rung: all.can_be_rung,
        },
        calls_in_progress: all.open_calls,
        open_tasks: all.open_tasks,
        escalated_today: all.escalated_today,
        today: figures(&all.today),
        this_week: figures(&all.this_week),
        all_time: figures(&all.all_time),
    }))
}

impl SummaryFigures {
    fn of(sums: &Sums, lens: &Lens<'_>) -> Self {
        let score = score(sums, &lens.prior);
        Self {
            calls: sums.calls,
            success_rate: success_rate(sums),
            avg_rating: avg_rating(sums),
            ratings: sums.ratings,
            avg_handling_time: avg_handling_time(sums),
            performance_score: score.performance.map(shown),
            score: score.into(),
        }
    }
}
