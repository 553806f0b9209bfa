//! Facts in, outcome stored, message emitted. The first ending stands.

use super::recover;
use super::rescue::TASK_DUE_MS;
use crate::bus::Note;
use crate::error::Problem;
use crate::live::house::House;
use crate::state::AppState;
use caly_core::id::{CallId, MemberId, TaskId};
use caly_core::outcome::{CallFacts, Outcome, decide};
use caly_core::scope::Scope;
use caly_core::time::Zone;
use caly_store::{Call, Completion, Ending, NewTask, Owed, Provided, Rescue, StoreError};

/// Ends a call with its facts and the caller's rating.
///
/// # Errors
/// [`StoreError`] when nothing was stored: try again, nothing is half done.
pub async fn complete(
    app: &AppState,
    scope: &Scope,
    call: CallId,
    facts: &CallFacts,
    rating: Option<u8>,
    why_failed: Option<String>,
) -> Result<Completion, StoreError> {
    complete_with(app, scope, call, facts, rating, why_failed, Took::default()).await
}

/// Who took a call over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Took {
    /// The member, where he is one of ours.
    pub rescuer: Option<MemberId>,
    /// From the request for a person to his voice, where it is known.
    pub pickup_ms: Option<i64>,
    /// The looking for him, as the facts were made from it.
    pub rescue: Option<Box<Rescue>>,
    /// What is left for a person when nobody came.
    pub owed: Option<Owed>,
}

/// Ends a call that a person may have taken over.
///
/// # Errors
/// [`StoreError`] when nothing was stored: try again, nothing is half done;
/// [`StoreError::Stale`] when the rescue says something else by now.
pub async fn complete_with(
    app: &AppState,
    scope: &Scope,
    call: CallId,
    facts: &CallFacts,
    rating: Option<u8>,
    why_failed: Option<String>,
    took: Took,
) -> Result<Completion, StoreError> {
    store(app, scope, call, ending(app, scope, call, facts, rating, why_failed, took).await?).await
}

/// Ends a call whose stream never came, unless it came just now.
///
/// # Errors
/// As [`complete`]; [`StoreError::Stale`] when the call has its stream.
pub async fn complete_unstreamed(
    app: &AppState,
    scope: &Scope,
    call: CallId,
    facts: &CallFacts,
    why_failed: String,
) -> Result<Completion, StoreError> {
    let ending = ending(app, scope, call, facts, None, Some(why_failed), Took::default()).await?;
    store(app, scope, call, Ending { provided: Provided::Unstreamed, ..ending }).await
}

/// Ends a call whose agent is done or gone, unless a person has the line by
/// now: the carrier's flow may be faster than the agent's end.
///
/// # Errors
/// As [`complete`]; [`StoreError::Stale`] when his leg ends the call.
pub async fn complete_with_agent(
    app: &AppState,
    scope: &Scope,
    call: CallId,
    facts: &CallFacts,
    rating: Option<u8>,
    why_failed: Option<String>,
    owed: Option<Owed>,
) -> Result<Completion, StoreError> {
    let took = Took { owed, ..Took::default() };
    let ending = ending(app, scope, call, facts, rating, why_failed, took).await?;
    store(app, scope, call, Ending { provided: Provided::WithAgent, ..ending }).await
}

async fn store(app: &AppState, scope: &Scope, call: CallId, ending: Ending) -> Result<Completion, StoreError> {
    let done = app.store.complete_call(scope, call, ending, app.clock.now()).await?;
    app.bus.tell(Note::Jobs);
    Ok(done)
}

async fn ending(
    app: &AppState,
    scope: &Scope,
    call: CallId,
    facts: &CallFacts,
    rating: Option<u8>,
    why_failed: Option<String>,
    took: Took,
) -> Result<Ending, StoreError> {
    let stored = app.store.call(scope, call).await?;
    let zone = zone(app, scope).await?;
    let verdict = decide(facts);
    let time = facts.handling();
    let baseline_ms = app.catalogue.agent(stored.agent).map_or(0, caly_core::agent::Agent::expected_handling_ms);
    let owed = match verdict.outcome {
        Some(Outcome::MessageTaken) => match took.owed {
            Some(owed) => Some(owed),
            None => Some(owed(app, scope, &stored).await?),
        },
        _ => None,
    };
    Ok(Ending {
        outcome: verdict.outcome,
        counted: verdict.counted,
        known: verdict.known,
        success: verdict.success,
        implied: verdict.implied,
        ended_by: facts.ended_by,
        ended_at: facts.ended_at,
        day: zone.day(facts.ended_at),
        week: zone.week(facts.ended_at),
        agent_ms: time.agent_ms,
        member_ms: time.member_ms,
        waiting_ms: time.waiting_ms,
        handling_ms: time.handling_ms,
        baseline_ms,
        rating,
        rescuer: took.rescuer,
        pickup_ms: took.pickup_ms.filter(|_| took.rescuer.is_some()),
        failure_reason: why_failed,
        asked: facts.asked_for_person,
        owed,
        rescue: took.rescue,
        provided: Provided::Nothing,
    })
}

/// What a person finds on his list, should the call not have a task yet.
async fn owed(app: &AppState, scope: &Scope, call: &Call) -> Result<Owed, StoreError> {
    let recover::Left { kind, name, text, message } = recover::left(call, &app.store.facts(scope, call.id).await?);
    let task = NewTask {
        id: TaskId(call.id.0),
        kind,
        caller_name: name,
        caller_number: call.caller_number.clone(),
        text,
        due_at: House::read(app, scope).await?.due(app.clock.now(), TASK_DUE_MS),
    };
    Ok(Owed { task, message })
}

/// The client's zone as it is now.
///
/// # Errors
/// [`StoreError`]; a zone that this build does not know is
/// [`StoreError::Corrupt`].
pub async fn zone(app: &AppState, scope: &Scope) -> Result<Zone, StoreError> {
    let client = app.store.client(scope.client).await?;
    Zone::named(&client.zone).map_err(|e| StoreError::Corrupt(e.to_string()))
}

impl From<caly_core::time::UnknownZone> for Problem {
    fn from(e: caly_core::time::UnknownZone) -> Self {
        Problem::internal(e.to_string())
    }
}
