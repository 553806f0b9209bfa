//! `GET /api/jobs` and `POST /api/jobs/retry`: consequences that Caly gave up
//! on after the last try, for whoever mends the cause.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::Body;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Jobs that were given up.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParkedJobs {
    /// Oldest first, 200 at most.
    pub jobs: Vec<ParkedJobView>,
}

/// A job that was given up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ParkedJob)]
pub struct ParkedJobView {
    /// What it does, such as `agent_completed`.
    pub kind: String,
    /// On what, such as a call's id.
    #[serde(rename = "ref")]
    pub reference: String,
    /// How often it was tried.
    pub tries: i64,
    /// Why the last try failed.
    pub reason: String,
}

/// Which job to try again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryJob {
    /// As listed.
    pub kind: String,
    /// As listed.
    #[serde(rename = "ref")]
    pub reference: String,
}

/// List the jobs that were given up.
#[utoipa::path(get, path = "/api/jobs", tag = "settings",
    responses((status = 200, body = ParkedJobs), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn list_jobs(State(app): State<App>, who: Who) -> Result<Json<ParkedJobs>, Problem> {
    let parked = app.store.parked_jobs(&who.scope).await?;
    let view = |job: caly_store::ParkedJob| ParkedJobView {
        kind: job.kind,
        reference: job.reference,
        tries: job.tries,
        reason: job.reason,
    };
    Ok(Json(ParkedJobs { jobs: parked.into_iter().map(view).collect() }))
}

/// Send a job on its way again.
#[utoipa::path(post, path = "/api/jobs/retry", tag = "settings", request_body = RetryJob,
    responses((status = 204), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn retry_job(State(app): State<App>, who: Who, Body(ask): Body<RetryJob>) -> Result<StatusCode, Problem> {
    app.store.retry_job(&who.scope, &ask.kind, &ask.reference, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
