//! `GET` and `PUT /api/company`: what the client says of itself.

use crate::auth::guard::Who;
use crate::error::{FieldProblem, Problem, ProblemBody};
use crate::extract::{Body, IfMatch};
use crate::manage::{fields, words};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::sector::Sector;
use caly_core::time::Zone;
use caly_store::{Client, Company};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How figures and dates are written. What agents speak is the speech pack's.
const LANGUAGES: [&str; 3] = ["en-IN", "en-GB", "en-US"];
/// The most that evenness may weigh against fitness, in points of the score.
const MOST_FAIRNESS: i64 = 80;

/// A company's settings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Company)]
pub struct CompanyView {
    /// Its name.
    pub name: String,
    /// Its line of business.
    #[schema(value_type = words::Sector)]
    pub sector: Sector,
    /// IANA name of the zone in which its days are cut.
    pub zone: String,
    /// How figures and dates are written: one of `languages`.
    pub language: String,
    /// How much an even load weighs against fitness when an owner is chosen, 0-80.
    pub fairness: i64,
    /// The languages there are.
    pub languages: Vec<&'static str>,
    /// Revision for `If-Match`.
    pub rev: i64,
}

/// A company's settings, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutCompany {
    /// One line of 1 to 120 characters.
    pub name: String,
    /// New channels and the settings begin with this sector's; channels that
    /// are there keep theirs.
    #[schema(value_type = words::Sector)]
    pub sector: Sector,
    /// Days that were counted stay as they were cut; calls that end from now on
    /// are counted in this zone.
    pub zone: String,
    /// One of the languages that `GET /api/company` names.
    pub language: String,
    /// 0-80; 40 is what a new company has.
    #[schema(minimum = 0, maximum = 80)]
    pub fairness: i64,
}

/// Read the company's settings.
#[utoipa::path(get, path = "/api/company", tag = "settings",
    responses((status = 200, body = CompanyView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn read_company(State(app): State<App>, who: Who) -> Result<Json<CompanyView>, Problem> {
    Ok(Json(view(app.store.client(who.scope.client).await?)))
}

/// Replace the company's settings.
#[utoipa::path(put, path = "/api/company", tag = "settings", request_body = PutCompany,
    params(("If-Match" = Option<String>, Header, description = "The rev you looked at")),
    responses((status = 200, body = CompanyView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn put_company(
    State(app): State<App>,
    who: Who,
    IfMatch(rev): IfMatch,
    Body(ask): Body<PutCompany>,
) -> Result<Json<CompanyView>, Problem> {
    let errors = faults(&ask);
    if !errors.is_empty() {
        return Err(Problem::invalid_fields(errors));
    }
    let to = Company {
        name: fields::line("name", &ask.name)?,
        sector: ask.sector,
        zone: ask.zone,
        language: ask.language,
        fairness: ask.fairness,
    };
    Ok(Json(view(app.store.put_company(&who.scope, to, rev, app.clock.now()).await?)))
}

fn faults(ask: &PutCompany) -> Vec<FieldProblem> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, detail: String| errors.push(FieldProblem { field: field.into(), detail });
    if let Err(why) = fields::line("name", &ask.name) {
        wrong("name", why.detail);
    }
    if let Err(why) = Zone::named(&ask.zone) {
        wrong("zone", format!("{why}."));
    }
    if !LANGUAGES.contains(&ask.language.as_str()) {
        wrong("language", format!("language must be one of {}.", LANGUAGES.join(", ")));
    }
    if !(0..=MOST_FAIRNESS).contains(&ask.fairness) {
        wrong("fairness", format!("fairness must be 0 to {MOST_FAIRNESS}."));
    }
    errors
}

fn view(client: Client) -> CompanyView {
    CompanyView {
        name: client.name,
        sector: client.sector,
        zone: client.zone,
        language: client.language,
        fairness: client.fairness,
        languages: LANGUAGES.to_vec(),
        rev: client.rev,
    }
}
