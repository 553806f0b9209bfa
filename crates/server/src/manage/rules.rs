//! `GET` and `PUT /api/rules`: the client's business rules as one document.

use crate::auth::guard::Who;
use crate::error::{FieldProblem, Problem, ProblemBody};
use crate::extract::{Body, IfMatch};
use crate::manage::wire::when;
use crate::state::{App, AppState};
use axum::Json;
use axum::extract::State;
use caly_core::rules::{Holiday, Limits, Opening, Rules};
use caly_core::time::{Day, Zone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When people are there, what brings a person, and limits. While nobody is
/// there agents answer as always and people call back. Sent whole: what is left
/// out is its default.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Rules)]
pub struct RulesView {
    /// When people are there; empty: always.
    #[serde(default)]
    pub hours: Vec<OpeningView>,
    /// Days on which nobody is there.
    #[serde(default)]
    pub holidays: Vec<HolidayView>,
    /// Words that bring a person, beside those that always do.
    #[serde(default)]
    pub escalation_phrases: Vec<String>,
    /// Limits.
    #[serde(default)]
    pub limits: LimitsView,
}

/// One span of a weekday, in the client's zone.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Opening)]
pub struct OpeningView {
    /// Monday = 1 … Sunday = 7.
    #[schema(minimum = 1, maximum = 7)]
    pub weekday: i8,
    /// Minutes since midnight at which it opens.
    #[schema(minimum = 0, maximum = 1439)]
    pub from_min: i64,
    /// Minutes since midnight at which it closes.
    #[schema(minimum = 1, maximum = 1440)]
    pub to_min: i64,
}

/// A day on which nobody is there.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Holiday)]
pub struct HolidayView {
    /// The day in the client's zone.
    #[schema(format = Date)]
    pub day: String,
    /// What it is called.
    pub name: String,
}

/// Limits of calls.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = Limits)]
pub struct LimitsView {
    /// A call is brought to its end after so many minutes.
    #[schema(minimum = 1, maximum = 58)]
    pub call_minutes: i64,
}

/// The rules that hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct RulesAnswer {
    /// The rules.
    pub rules: RulesView,
    /// The zone that hours and days are counted in.
    pub zone: String,
    /// Whether people are there now.
    pub open_now: bool,
    /// When they are there next, RFC 3339; null when not within a year.
    #[schema(format = DateTime)]
    pub next_opening: Option<String>,
    /// Revision for `If-Match`; 0 when nobody set any.
    pub rev: i64,
    /// When they were set.
    #[schema(format = DateTime)]
    pub updated_at: Option<String>,
    /// By whom, such as `member:7`.
    pub updated_by: Option<String>,
}

/// Read the business rules.
#[utoipa::path(get, path = "/api/rules", tag = "settings",
    responses((status = 200, body = RulesAnswer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn read_rules(State(app): State<App>, who: Who) -> Result<Json<RulesAnswer>, Problem> {
    Ok(Json(answer(&app, &who).await?))
}

/// Replace the business rules. They hold from the next call on.
#[utoipa::path(put, path = "/api/rules", tag = "settings", request_body = RulesView,
    params(("If-Match" = Option<String>, Header, description = "The rev you looked at")),
    responses((status = 200, body = RulesAnswer), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn put_rules(
    State(app): State<App>,
    who: Who,
    IfMatch(rev): IfMatch,
    Body(view): Body<RulesView>,
) -> Result<Json<RulesAnswer>, Problem> {
    let rules = Rules::from(view);
    let faults = rules.faults();
    if !faults.is_empty() {
        let errors = faults.into_iter().map(|f| FieldProblem { field: f.field, detail: f.why });
        return Err(Problem::invalid_fields(errors.collect()));
    }
    app.store.put_rules(&who.scope, rules, rev, app.clock.now()).await?;
    Ok(Json(answer(&app, &who).await?))
}

async fn answer(app: &AppState, who: &Who) -> Result<RulesAnswer, Problem> {
    let stored = app.store.rules(&who.scope).await?;
    let zone = Zone::named(&who.client.zone).map_err(Problem::internal)?;
    let now = app.clock.now();
    Ok(RulesAnswer {
        open_now: stored.rules.is_open(&zone, now),
        next_opening: when(stored.rules.next_opening(&zone, now)),
        rules: stored.rules.into(),
        zone: who.client.zone.clone(),
        rev: stored.rev,
        updated_at: when(stored.updated_at),
        updated_by: stored.updated_by,
    })
}

impl Default for LimitsView {
    fn default() -> Self {
        Limits::default().into()
    }
}

impl From<Limits> for LimitsView {
    fn from(limits: Limits) -> Self {
        Self { call_minutes: limits.call_minutes }
    }
}

impl From<Rules> for RulesView {
    fn from(rules: Rules) -> Self {
        let opening = |o: Opening| OpeningView { weekday: o.weekday, from_min: o.from_min, to_min: o.to_min };
        Self {
            hours: rules.hours.into_iter().map(opening).collect(),
            holidays: rules.holidays.into_iter().map(|h| HolidayView { day: h.day.0, name: h.name }).collect(),
            escalation_phrases: rules.escalation_phrases,
            limits: rules.limits.into(),
        }
    }
}

impl From<RulesView> for Rules {
    fn from(view: RulesView) -> Self {
        let opening = |o: OpeningView| Opening { weekday: o.weekday, from_min: o.from_min, to_min: o.to_min };
        Self {
            hours: view.hours.into_iter().map(opening).collect(),
            holidays: view.holidays.into_iter().map(|h| Holiday { day: Day(h.day), name: h.name }).collect(),
            escalation_phrases: view.escalation_phrases,
            limits: Limits { call_minutes: view.limits.call_minutes },
        }
    }
}
