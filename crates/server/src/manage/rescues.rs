//! Who took a call over, as `GET /api/calls/{id}` tells it, and the rescuer's
//! word on how it went.

use crate::auth::guard::Who;
use crate::bus::Note;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Body, Id, IfMatch};
use crate::manage::calls::{CallView, view};
use crate::manage::wire::{seconds, when};
use crate::manage::words;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::id::CallId;
use caly_core::rescue::{ClaimState, RescueEnd, Unanswered};
use caly_store::{Claim, Disposed, Rescue};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The looking for a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rescue)]
pub struct RescueView {
    /// When a person was asked for, RFC 3339.
    #[schema(format = DateTime)]
    pub asked_at: String,
    /// Whether the caller waits in the queue right now.
    pub waiting: bool,
    /// How it ended; null while it goes on.
    #[schema(value_type = Option<words::RescueEnd>)]
    pub ended: Option<RescueEnd>,
    /// RFC 3339.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// Seconds that a person talked.
    pub talk_seconds: Option<f64>,
    /// Seconds from the request to his voice.
    pub pickup_seconds: Option<f64>,
    /// Where the carrier keeps a recording; to be had with the carrier's login.
    pub recording_url: Option<String>,
    /// Who was claimed, in order.
    pub attempts: Vec<AttemptView>,
}

/// One member who was claimed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RescueAttempt)]
pub struct AttemptView {
    /// Who.
    pub member_id: i64,
    /// Whether he is still held for this call.
    #[schema(value_type = words::ClaimState)]
    pub state: ClaimState,
    /// RFC 3339.
    #[schema(format = DateTime)]
    pub claimed_at: String,
    /// RFC 3339.
    #[schema(format = DateTime)]
    pub dialled_at: Option<String>,
    /// RFC 3339.
    #[schema(format = DateTime)]
    pub answered_at: Option<String>,
    /// RFC 3339.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// Why he did not talk.
    #[schema(value_type = Option<words::Unanswered>)]
    pub why: Option<Unanswered>,
    /// How he was chosen; shown to those who lead the team.
    #[schema(value_type = Option<Object>)]
    pub decision: Option<Value>,
}

/// How it went.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Disposition {
    /// Whether the caller was helped: decides the call's outcome.
    pub resolved: bool,
}

/// What is known of a call's rescue.
///
/// # Errors
/// When the database does not answer, or there is no such call.
pub async fn of_call(app: &App, who: &Who, id: CallId) -> Result<Option<RescueView>, Problem> {
    let Some((rescue, claims)) = app.store.rescue(&who.scope, id).await? else { return Ok(None) };
    let attempts = claims.into_iter().map(|claim| attempt(who, claim)).collect::<Result<_, _>>()?;
    Ok(Some(shown(rescue, attempts)))
}

/// Whether the member is claimed for the call, now or before.
///
/// # Errors
/// When the database does not answer, or there is no such call.
pub async fn claims_him(app: &App, who: &Who, id: CallId) -> Result<bool, Problem> {
    let rescue = app.store.rescue(&who.scope, id).await?;
    Ok(rescue.is_some_and(|(_, claims)| claims.iter().any(|c| c.member == who.member)))
}

/// Say how a call that a person took over went.
#[utoipa::path(post, path = "/api/calls/{id}/disposition", tag = "calls", request_body = Disposition,
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The rev you looked at")),
    responses((status = 200, body = CallView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn dispose_call(
    State(app): State<App>,
    who: Who,
    Id(id): Id<CallId>,
    IfMatch(rev): IfMatch,
    Body(said): Body<Disposition>,
) -> Result<Json<CallView>, Problem> {
    let call = app.store.call(&who.scope, id).await?;
    let his = call.rescuer == Some(who.member);
    if !who.scope.sees_team() && !his {
        // Seen only by those who have to do with it.
        let seen = call.owner == Some(who.member) || claims_him(&app, &who, id).await?;
        return Err(if seen {
            Problem::forbidden("Only whoever took the call over, or who leads the team, says how it went.")
        } else {
            Problem::not_found("call")
        });
    }
    let done = app.store.dispose_call(&who.scope, id, said.resolved, rev, app.clock.now()).await?;
    app.bus.tell(Note::Jobs);
    let (Disposed::Moved(call) | Disposed::Kept(call)) = done;
    Ok(Json(view(&who, *call)))
}

fn shown(rescue: Rescue, attempts: Vec<AttemptView>) -> RescueView {
    RescueView {
        asked_at: rescue.asked_at.rfc3339(),
        waiting: rescue.waits,
        ended: rescue.ended,
        ended_at: when(rescue.ended_at),
        talk_seconds: rescue.talk_ms.map(seconds),
        pickup_seconds: rescue.answered_at.map(|at| seconds(at.since(rescue.asked_at).max(0))),
        recording_url: rescue.recording_url,
        attempts,
    }
}

fn attempt(who: &Who, claim: Claim) -> Result<AttemptView, Problem> {
    let decision = who.scope.sees_team().then(|| serde_json::to_value(&claim.decision)).transpose();
    Ok(AttemptView {
        member_id: claim.member.0,
        state: claim.state,
        claimed_at: claim.claimed_at.rfc3339(),
        dialled_at: when(claim.dialled_at),
        answered_at: when(claim.leg.answered_at),
        ended_at: when(claim.leg.over_at()),
        why: claim.leg.why.filter(|_| claim.leg.answered_at.is_none()),
        decision: decision.map_err(Problem::internal)?,
    })
}
