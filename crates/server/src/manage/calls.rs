//! `GET /api/calls` and `GET /api/calls/{id}`: what was said, decided, done,
//! and what it was worth.

use crate::auth::guard::Who;
use crate::board::feed_wire::WireTurn;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Ask, Id};
use crate::hipaa;
use crate::manage::page::{self, Cursor};
use crate::manage::recordings::{self, RecordingView};
use crate::manage::rescues::{self, RescueView};
use crate::manage::wire::{number_for, seconds, when};
use crate::manage::words;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::id::{AgentId, CallId, ChannelId, MemberId};
use caly_core::outcome::{CallState, EndedBy, EscalationReason, Outcome};
use caly_store::{Call, CallCursor, CallFilter, StoredFact};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

/// Which calls.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CallsAsk {
    /// Owned or rescued by this member; with the role `agent` only oneself.
    pub member: Option<i64>,
    /// Held by this agent last.
    pub agent: Option<i64>,
    /// With this outcome.
    #[param(value_type = Option<words::Outcome>)]
    pub outcome: Option<String>,
    /// Of this channel.
    pub channel: Option<i64>,
    /// Started at or after, RFC 3339.
    #[param(format = DateTime)]
    pub from: Option<String>,
    /// Started before, RFC 3339.
    #[param(format = DateTime)]
    pub to: Option<String>,
    /// True: only calls that are on; false: only ended ones.
    pub live: Option<bool>,
    /// As the last page gave it.
    pub cursor: Option<String>,
    /// 1-200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
}

/// A page of calls, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Calls {
    /// The calls.
    pub calls: Vec<CallView>,
    /// For the next page; null at the end.
    pub next_cursor: Option<String>,
}

/// One call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Call)]
pub struct CallView {
    /// The call.
    pub id: String,
    /// The carrier's id of it.
    pub carrier_call_id: String,
    /// Where it came in.
    pub channel_id: i64,
    /// Masked unless you lead the team or the call is yours.
    pub caller_number: Option<String>,
    /// How far it is.
    #[schema(value_type = words::CallState)]
    pub state: CallState,
    /// Who it is attributed to.
    pub owner_id: Option<i64>,
    /// Who took it over.
    pub rescuer_id: Option<i64>,
    /// The team of its channel.
    pub team_id: i64,
    /// The agent that answered.
    pub entry_agent_id: i64,
    /// The agent that spoke last.
    pub agent_id: i64,
    /// Its slug.
    pub agent_type: String,
    /// What it was worth; null while it is on and on echo channels.
    #[schema(value_type = Option<words::Outcome>)]
    pub outcome: Option<Outcome>,
    /// The caller was helped.
    pub resolved: bool,
    /// A person was asked for.
    pub escalated: bool,
    /// Why.
    #[schema(value_type = Option<words::EscalationReason>)]
    pub escalation_reason: Option<EscalationReason>,
    /// Resolved because the caller hung up after the full answer.
    pub implied: bool,
    /// Whether it moves any figure.
    pub counted: bool,
    /// RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub answered_at: Option<String>,
    /// RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// Who ended it.
    #[schema(value_type = Option<words::EndedBy>)]
    pub ended_by: Option<EndedBy>,
    /// Seconds of conversation, waiting excluded.
    pub handling_time_seconds: f64,
    /// The part that an agent held.
    pub agent_seconds: f64,
    /// The part that a person held.
    pub member_seconds: f64,
    /// The part that the caller waited.
    pub waiting_seconds: f64,
    /// 0-5, by the caller's keypad.
    pub customer_satisfaction: Option<i64>,
    /// Why it failed, for a failed call.
    pub failure_reason: Option<String>,
    /// Revision.
    pub rev: i64,
}

/// One call with everything that was kept of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallDetail {
    /// The call.
    #[serde(flatten)]
    pub call: CallView,
    /// What was said, in order.
    pub transcript: Vec<WireTurn>,
    /// What happened, in order.
    pub facts: Vec<FactView>,
    /// The looking for a person, when one was asked for.
    pub rescue: Option<RescueView>,
    /// What the carrier recorded of it; empty where nothing was.
    pub recordings: Vec<RecordingView>,
    /// How its owner was chosen: the candidates, the draws, the seed, why.
    /// Shown to those who lead the team.
    #[schema(value_type = Option<Object>)]
    pub decision: Option<Value>,
}

/// One thing that happened in a call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fact)]
pub struct FactView {
    /// Position in the call, from 1.
    pub seq: i64,
    /// RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who did it.
    pub actor: String,
    /// Its name.
    pub kind: String,
    /// What else is known.
    #[schema(value_type = Object)]
    pub data: Value,
}

/// List calls.
#[utoipa::path(get, path = "/api/calls", tag = "calls", params(CallsAsk),
    responses((status = 200, body = Calls), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn list_calls(State(app): State<App>, who: Who, Ask(ask): Ask<CallsAsk>) -> Result<Json<Calls>, Problem> {
    let limit = page::limit(ask.limit)?;
    let cursor = ask.cursor.as_deref().map(cursor).transpose()?;
    let page = app.store.calls(&who.scope, filter(&who, &ask)?, cursor, limit).await?;
    let next = page.next.map(|c| Cursor { at: c.started_at, id: c.id.to_string() }.encode());
    let calls = page.items.into_iter().map(|call| view(&who, call)).collect();
    Ok(Json(Calls { calls, next_cursor: next }))
}

/// One call.
#[utoipa::path(get, path = "/api/calls/{id}", tag = "calls", params(("id" = String, Path)),
    responses((status = 200, body = CallDetail), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn read_call(State(app): State<App>, who: Who, Id(id): Id<CallId>) -> Result<Json<CallDetail>, Problem> {
    let call = app.store.call(&who.scope, id).await?;
    if !sees(&app, &who, &call).await? {
        return Err(Problem::not_found("call"));
    }
    if hipaa::is_on(&app, &who.scope).await.map_err(Problem::internal)? {
        // Written before anything is shown.
        app.store.append_audit(&who.scope, "call.view", json!({"call": id}), app.clock.now()).await?;
    }
    let transcript = app.store.turns(&who.scope, id).await?.into_iter().map(WireTurn::from).collect();
    let facts = app.store.facts(&who.scope, id).await?.into_iter().map(FactView::from).collect();
    let decision = match who.scope.sees_team() {
        true => app
            .store
            .decision(&who.scope, id)
            .await?
            .map(|d| serde_json::to_value(d).map_err(Problem::internal))
            .transpose()?,
        false => None,
    };
    let rescue = rescues::of_call(&app, &who, id).await?;
    let recordings = recordings::of_call(&app, &who, id).await?;
    Ok(Json(CallDetail { call: view(&who, call), transcript, facts, rescue, recordings, decision }))
}

/// Whoever leads the team, and who has or had to do with the call.
pub(super) async fn sees(app: &App, who: &Who, call: &Call) -> Result<bool, Problem> {
    Ok(who.scope.sees_team() || is_own(who, call) || rescues::claims_him(app, who, call.id).await?)
}

pub(super) fn filter(who: &Who, ask: &CallsAsk) -> Result<CallFilter, Problem> {
    Ok(CallFilter {
        of_member: whose(who, ask.member)?,
        owner: None,
        agent: ask.agent.map(AgentId),
        channel: ask.channel.map(ChannelId),
        outcome: outcome(ask.outcome.as_deref())?,
        open: ask.live,
        from: page::moment("from", ask.from.as_deref())?,
        to: page::moment("to", ask.to.as_deref())?,
    })
}

fn cursor(text: &str) -> Result<CallCursor, Problem> {
    let cursor = Cursor::decode(text)?;
    let id = cursor.id.parse().map_err(|_| page::bad_cursor())?;
    Ok(CallCursor { started_at: cursor.at, id })
}

fn is_own(who: &Who, call: &Call) -> bool {
    call.owner == Some(who.member) || call.rescuer == Some(who.member)
}

pub(super) fn view(who: &Who, call: Call) -> CallView {
    CallView {
        caller_number: number_for(&who.scope, call.caller_number.as_deref(), is_own(who, &call)),
        id: call.id.to_string(),
        carrier_call_id: call.carrier_call_id,
        channel_id: call.channel.0,
        state: call.state,
        owner_id: call.owner.map(|m| m.0),
        rescuer_id: call.rescuer.map(|m| m.0),
        team_id: call.team.0,
        entry_agent_id: call.entry_agent.0,
        agent_id: call.agent.0,
        agent_type: call.agent_type,
        outcome: call.outcome,
        resolved: call.resolved,
        escalated: call.escalated,
        escalation_reason: call.escalation_reason,
        implied: call.implied,
        counted: call.counted,
        started_at: call.started_at.rfc3339(),
        answered_at: when(call.answered_at),
        ended_at: when(call.ended_at),
        ended_by: call.ended_by,
        handling_time_seconds: seconds(call.handling_ms),
        agent_seconds: seconds(call.agent_ms),
        member_seconds: seconds(call.member_ms),
        waiting_seconds: seconds(call.waiting_ms),
        customer_satisfaction: call.rating,
        failure_reason: call.failure_reason,
        rev: call.rev,
    }
}

impl From<StoredFact> for FactView {
    fn from(fact: StoredFact) -> Self {
        Self { seq: fact.seq, at: fact.at.rfc3339(), actor: fact.actor, kind: fact.kind, data: fact.data }
    }
}

fn outcome(text: Option<&str>) -> Result<Option<Outcome>, Problem> {
    text.map(|word| {
        Outcome::from_word(word).ok_or_else(|| {
            let all: Vec<&str> = Outcome::ALL.iter().map(|o| o.word()).collect();
            Problem::bad_request("bad_query", format!("outcome must be one of: {}.", all.join(", "))).at("outcome")
        })
    })
    .transpose()
}

/// A member sees his own calls, whatever he asks for.
fn whose(who: &Who, ask: Option<i64>) -> Result<Option<MemberId>, Problem> {
    match (who.scope.sees_team(), ask) {
        (true, ask) => Ok(ask.map(MemberId)),
        (false, Some(id)) if id != who.member.0 => Err(Problem::not_found("member")),
        (false, _) => Ok(Some(who.member)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manage::edit_member::tests::who;
    use caly_core::member::Role;

    #[test]
    fn a_member_asks_for_his_own_calls_whatever_he_writes() {
        assert_eq!(whose(&who(3, Role::Member), None), Ok(Some(MemberId(3))));
        assert_eq!(whose(&who(3, Role::Member), Some(3)), Ok(Some(MemberId(3))));
        assert_eq!(whose(&who(3, Role::Member), Some(4)).unwrap_err().status.as_u16(), 404);
        assert_eq!(whose(&who(4, Role::Supervisor), None), Ok(None));
    }

    #[test]
    fn an_unknown_outcome_is_answered_with_the_list() {
        assert_eq!(outcome(Some("abandoned")), Ok(Some(Outcome::Abandoned)));
        assert!(outcome(Some("won")).unwrap_err().detail.contains("resolved_by_agent"));
    }
}
