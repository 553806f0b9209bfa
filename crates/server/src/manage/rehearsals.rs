//! `POST /api/rehearsals`: places a rehearsed call against this server. The
//! caller that speaks lives in another room; the binary brings it along.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::Body;
use crate::manage::talks;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use caly_core::outcome::ChannelKind;
use caly_core::scope::Scope;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// The one script that rings an echo channel, which people make themselves.
const ECHO: &str = "echo";

/// Places rehearsed calls. The binary implements it.
pub trait Rehearsals: Send + Sync {
    /// The scripts that can be rehearsed, by name.
    fn scripts(&self) -> Vec<String>;
    /// Starts one call in the background and says where it went.
    fn place(&self, scope: &Scope, ask: RehearsalAsk) -> Placing;
}

/// A started rehearsal, or why there is none.
pub type Placing = BoxFuture<'static, Result<RehearsalPlaced, Problem>>;

/// Which call to rehearse.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RehearsalAsk {
    /// The script; the first one when left out. `question` asks what the
    /// line's own agents know, in any sector, and needs no voice.
    pub script: Option<String>,
    /// The channel to call; the client's rehearsal channel when left out,
    /// which is made by its first rehearsal.
    pub channel_id: Option<i64>,
}

/// A rehearsed call that is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RehearsalPlaced {
    /// The script that is played.
    pub script: String,
    /// The carrier's id of the call; it appears in `GET /api/calls`.
    pub carrier_call_id: String,
}

/// Place a rehearsed call.
#[utoipa::path(post, path = "/api/rehearsals", tag = "calls", request_body = RehearsalAsk,
    responses((status = 202, body = RehearsalPlaced), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody), (status = 429, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
pub async fn place_rehearsal(
    State(app): State<App>,
    who: Who,
    Body(ask): Body<RehearsalAsk>,
) -> Result<(StatusCode, Json<RehearsalPlaced>), Problem> {
    let rehearsals = app.rehearsals.as_ref().map(Arc::clone).ok_or_else(absent)?;
    if let Some(script) = &ask.script {
        known(&rehearsals.scripts(), script)?;
    }
    if ask.channel_id.is_none() && ask.script.as_deref() != Some(ECHO) {
        let channels = app.store.channels(&who.scope).await?;
        if !channels.iter().any(|c| c.kind == ChannelKind::Rehearsal) {
            let new = talks::new_channel(&app, &who, &channels, ChannelKind::Rehearsal, "Rehearsal line").await?;
            app.store.create_channel(&who.scope, new, app.clock.now()).await?;
        }
    }
    let placed = rehearsals.place(&who.scope, ask).await?;
    Ok((StatusCode::ACCEPTED, Json(placed)))
}

fn absent() -> Problem {
    Problem::busy(
        "no_rehearsals",
        "This server was started without its rehearsal caller; start it with `caly demo`, or run `caly rehearse` against it.",
        60,
    )
}

fn known(scripts: &[String], script: &str) -> Result<(), Problem> {
    if scripts.iter().any(|s| s == script) {
        return Ok(());
    }
    Err(Problem::invalid("script", format!("There is no script \"{script}\"; choose one of: {}.", scripts.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_script_is_answered_with_the_list() {
        let scripts = vec!["order".to_owned(), "return".to_owned()];
        assert!(known(&scripts, "order").is_ok());
        let refused = known(&scripts, "x").unwrap_err();
        assert_eq!(refused.field.as_deref(), Some("script"));
        assert!(refused.detail.contains("order, return"));
    }
}
