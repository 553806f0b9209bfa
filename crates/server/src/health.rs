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
    /// What this installation lacks for calls and how to add it; null when it
    /// lacks nothing.
    pub notice: Option<&'static str>,
}

/// Said by the console at start, by the API and on the board.
pub const NO_EARS: &str =
    "Speech recognition is not installed: calls run by keypad; add it with `caly models pull` and start again.";

/// The process answers.
#[utoipa::path(get, path = "/health", tag = "service", security(()), responses((status = 200, body = Health)))]
pub async fn health(State(app): State<App>) -> Json<Health> {
    let notice = (!app.hears).then_some(NO_EARS);
    Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION"), notice })
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
    Ok(health(State(app)).await)
}
