//! The human leg ends a call: what the carrier said of it, the agent's part as
//! it was stored, one outcome. Called by every hook that may have been the last
//! word, by the ledger and by the sweeper; the first that finds all facts
//! together completes the call.

use super::{complete_call, recover};
use crate::live::house::House;
use crate::live::ledger;
use crate::state::AppState;
use caly_core::id::{CallId, TaskId};
use caly_core::outcome::{CallFacts, CallState, EndedBy, EscalationReason};
use caly_core::rescue::RescueEnd;
use caly_core::scope::Scope;
use caly_core::time::{At, HOUR};
use caly_store::{Call, NewTask, Owed, Rescue, StoreError, TaskKind};

/// A carrier says only so many things of one leg.
const TRIES: u32 = 8;
/// A task is due this long after it was made.
pub const TASK_DUE_MS: i64 = 24 * HOUR;

/// Completes a call whose human leg and agent's part are both over; else
/// nothing is changed.
///
/// # Errors
/// When the database does not answer: try again, nothing is half done.
pub async fn settle(app: &AppState, scope: &Scope, id: CallId) -> Result<(), StoreError> {
    for _ in 1..TRIES {
        match settle_once(app, scope, id).await {
            // The carrier said more meanwhile: what it says now is to be told.
            Err(StoreError::Stale { .. }) => {}
            settled => return settled,
        }
    }
    settle_once(app, scope, id).await
}

async fn settle_once(app: &AppState, scope: &Scope, id: CallId) -> Result<(), StoreError> {
    let call = app.store.call(scope, id).await?;
    let people = matches!(call.state, CallState::Handoff | CallState::Ringing | CallState::Talking);
    if !people || call.bot_done_at.is_none() {
        return Ok(());
    }
    let Some((rescue, _)) = app.store.rescue(scope, id).await? else { return Ok(()) };
    match rescue.ended {
        Some(how) => finish(app, scope, &call, &rescue, how).await,
        None => Ok(()),
    }
}

async fn finish(app: &AppState, scope: &Scope, call: &Call, rescue: &Rescue, how: RescueEnd) -> Result<(), StoreError> {
    let (mut facts, rating) = agents_part(app, scope, call).await?;
    // Where nobody asked and the flow went to people, the agent was not there.
    let asked = *facts.asked_for_person.get_or_insert(EscalationReason::Degraded);
    if !call.escalated {
        app.store.escalate(scope, call.id, asked, None, app.clock.now()).await?;
    }
    let mut left_over = None;
    let ended_at = rescue.ended_at.unwrap_or_else(|| app.clock.now());
    facts.ended_at = ended_at.max(facts.last_audio.unwrap_or(ended_at));
    facts.failed = false;
    facts.rang_ms = rang_ms(call, rescue);
    match how {
        RescueEnd::Talked => {
            facts.ended_by = EndedBy::Carrier;
            facts.person_talked = true;
            facts.human_talk_ms = rescue.talk_ms.unwrap_or(0);
            facts.disposition = rescue.disposition;
        }
        RescueEnd::Nobody | RescueEnd::CallerLeft | RescueEnd::Callback => {
            let left = how == RescueEnd::CallerLeft;
            facts.ended_by = if left { EndedBy::Caller } else { EndedBy::Agent };
            // A hook that says meanwhile that somebody talked undoes both.
            left_over = Some(owed(app, scope, call, rescue, how).await?);
            facts.task_made = true;
        }
    }
    let took = complete_call::Took {
        rescuer: rescue.taken_by,
        pickup_ms: rescue.answered_at.map(|at| at.since(rescue.asked_at).max(0)),
        rescue: Some(Box::new(rescue.clone())),
        owed: left_over,
    };
    complete_call::complete_with(app, scope, call.id, &facts, rating, None, took).await.map(drop)
}

/// What is owed to a caller whom nobody reached, made with the call's end.
///
/// # Errors
/// When the database does not answer.
pub async fn owed(
    app: &AppState,
    scope: &Scope,
    call: &Call,
    rescue: &Rescue,
    how: RescueEnd,
) -> Result<Owed, StoreError> {
    let kind = if rescue.recording_url.is_some() { TaskKind::Voicemail } else { TaskKind::Callback };
    let why = call.escalation_reason.map_or("The agent could not be reached.", ledger::words);
    let what = match how {
        RescueEnd::CallerLeft => "The caller hung up while waiting for a person.",
        RescueEnd::Callback => "The caller wants to be called back.",
        RescueEnd::Nobody | RescueEnd::Talked if rescue.recording_url.is_some() => "The caller left a voicemail.",
        RescueEnd::Nobody | RescueEnd::Talked => "Nobody could take the call.",
    };
    let task = NewTask {
        id: TaskId(call.id.0),
        kind,
        caller_name: None,
        caller_number: call.caller_number.clone(),
        text: format!("{why} {what}"),
        due_at: House::read(app, scope).await?.due(app.clock.now(), TASK_DUE_MS),
    };
    Ok(Owed { task, message: false })
}

/// The agent's part: as the call itself summed it up, or, where it never came
/// to that, as its facts have it.
async fn agents_part(app: &AppState, scope: &Scope, call: &Call) -> Result<(CallFacts, Option<u8>), StoreError> {
    let channel = app.store.channel(scope, call.channel).await?;
    let is_demo = app.store.client(scope.client).await?.is_demo;
    let stored = app.store.facts(scope, call.id).await?;
    Ok(recover::facts(call, channel.kind, is_demo, &stored, app.clock.now()))
}

/// How long phones rang behind the stream.
fn rang_ms(call: &Call, rescue: &Rescue) -> i64 {
    let from = call.bot_done_at.unwrap_or(rescue.asked_at);
    let to: Option<At> = rescue.answered_at.or(rescue.ended_at);
    to.map_or(0, |to| to.since(from).max(0))
}
