//! `GET /health` and `GET /ready`: is the process alive, may it be sent calls.

use crate::error::{Problem, ProblemBody};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// Alive.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`: a process that is not does not answer.
    pub status: &'static str,
    /// The version of Caly.
    pub version: &'static str,
}

/// The process answers.
#[utoipa::path(get, path = "/health", tag = "service", security(()), responses((status = 200, body = Health)))]
pub async fn health() -> Json<Health> {
    Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// The node may be sent calls: it is not stopping and its database answers.
#[utoipa::path(get, path = "/ready", tag = "service", security(()),
    responses((status = 200, body = Health), (status = 503, body = ProblemBody)))]
pub async fn ready(State(app): State<App>) -> Result<Json<Health>, Problem> {
    if app.is_draining() {
        return Err(Problem::busy(
            "stopping",
            "This node is finishing its calls and takes no new ones; send them to another.",
            5,
        ));
    }
    app.store.ping().await?;
    Ok(health().await)
}
