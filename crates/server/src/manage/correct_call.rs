//! `PUT /api/calls/{id}/outcome`: a supervisor says what a call was worth after
//! all. The figures of the call's own day move by the difference.

use crate::auth::guard::Who;
use crate::bus::Note;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Body, Id, IfMatch};
use crate::manage::calls::{CallView, view};
use crate::manage::{fields, words};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::id::CallId;
use caly_core::outcome::{Outcome, corrected};
use caly_store::Correction;
use serde::Deserialize;
use utoipa::ToSchema;

/// What the call was worth, and why that is known better now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectOutcome {
    /// One of `resolved_by_agent`, `resolved_by_member`, `unresolved`,
    /// `abandoned`; the others follow from what happened and cannot be said.
    #[schema(value_type = words::Outcome)]
    pub outcome: Outcome,
    /// Kept in the audit log; one line.
    pub reason: String,
}

/// Correct a call's outcome. Saying again what it is changes nothing.
#[utoipa::path(put, path = "/api/calls/{id}/outcome", tag = "calls", request_body = CorrectOutcome,
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The rev you looked at")),
    responses((status = 200, body = CallView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn correct_outcome(
    State(app): State<App>,
    who: Who,
    Id(id): Id<CallId>,
    IfMatch(rev): IfMatch,
    Body(ask): Body<CorrectOutcome>,
) -> Result<Json<CallView>, Problem> {
    let reason = fields::line("reason", &ask.reason)?;
    let verdict = corrected(ask.outcome).ok_or_else(|| {
        Problem::invalid(
            "outcome",
            "outcome takes resolved_by_agent, resolved_by_member, unresolved or abandoned; the others follow from what happened.",
        )
    })?;
    let to = Correction { outcome: ask.outcome, known: verdict.known, success: verdict.success };
    let call = app.store.correct_call(&who.scope, id, to, &reason, rev, app.clock.now()).await?;
    app.bus.tell(Note::Jobs);
    Ok(Json(view(&who, call)))
}
