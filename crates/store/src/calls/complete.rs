//! A call ends: its outcome and the `agent_completed` job, in one transaction,
//! once.

use super::{Call, call, find, live};
use crate::error::{Result, StoreError};
use crate::sql::{Tx, args};
use crate::tasks::Owed;
use crate::{Rescue, Store, jobs, rescues, tasks};
use caly_core::event::Event;
use caly_core::id::{CallId, ClientId, MemberId};
use caly_core::outcome::{CallState, EndedBy, EscalationReason, Outcome};
use caly_core::routing::{OWNED_SHARE, decayed};
use caly_core::scope::Scope;
use caly_core::scoring::Completed;
use caly_core::time::{At, Day, IsoWeek, SECOND};

/// What the end of a call says; the server's `core::outcome` decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// None on an echo channel: then nothing is emitted.
    pub outcome: Option<Outcome>,
    /// Whether the call counts at all.
    pub counted: bool,
    /// Whether the outcome enters the success rate.
    pub known: bool,
    /// Whether it is a success (= resolved).
    pub success: bool,
    /// Resolved without the caller saying so.
    pub implied: bool,
    /// Who ended it.
    pub ended_by: EndedBy,
    /// When.
    pub ended_at: At,
    /// Local day of the end, in the client's zone at that moment.
    pub day: Day,
    /// Local ISO week of the end.
    pub week: IsoWeek,
    /// Time an agent held the caller, ms.
    pub agent_ms: i64,
    /// Time a person held the caller, ms.
    pub member_ms: i64,
    /// Time nobody did, ms.
    pub waiting_ms: i64,
    /// Handling time, ms, waiting excluded.
    pub handling_ms: i64,
    /// The completing agent's expected handling time, ms.
    pub baseline_ms: i64,
    /// 0-5 by keypad.
    pub rating: Option<u8>,
    /// Who took the call over, if anybody did.
    pub rescuer: Option<MemberId>,
    /// From the request for a person to his voice, ms.
    pub pickup_ms: Option<i64>,
    /// Why it failed, for `failed` and `abandoned`.
    pub failure_reason: Option<String>,
    /// Why a person was asked for, if one was: the call is marked so where it
    /// was not yet.
    pub asked: Option<EscalationReason>,
    /// What a person finds on his list, should this be `message_taken`.
    pub owed: Option<Owed>,
    /// The looking for a person as this ending was made from it. Where it says
    /// something else by now, nothing is ended.
    pub rescue: Option<Box<Rescue>>,
    /// What must still be so.
    pub provided: Provided,
}

/// What must still be so for an ending to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Provided {
    /// Nothing: it is the call's whole end.
    #[default]
    Nothing,
    /// The call waits for its stream.
    Unstreamed,
    /// The call is still the agent's: the flow has not gone on to people.
    WithAgent,
}

/// How completing went.
#[derive(Debug, Clone)]
pub struct Completion {
    /// `false`: it had ended before; nothing was changed.
    pub first: bool,
    /// The call as it stands.
    pub call: Call,
    /// The message that was emitted, when this was the first and the channel
    /// has outcomes.
    pub completed: Option<Completed>,
}

impl Store {
    /// Ends a call. The first ending stands; a repeat changes nothing. The
    /// score job is a row of the same transaction.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] (call or rescuer);
    /// [`crate::StoreError::Stale`] when the carrier has said more of the
    /// person's leg than the ending knows: read the rescue again and repeat;
    /// and when the call is no longer as [`Ending::provided`] says.
    pub async fn complete_call(&self, scope: &Scope, id: CallId, ending: Ending, now: At) -> Result<Completion> {
        self.write(scope, (scope.clone(), id, ending, now), |tx, (scope, id, ending, now)| {
            Box::pin(async move {
                still_so(tx, scope.client, *id, ending).await?;
                let ending = settle_early(tx, scope.client, *id, ending.clone()).await?;
                make_good(tx, scope, *id, &ending, *now).await?;
                complete(tx, scope.client, *id, &ending, *now).await
            })
        })
        .await
    }
}

/// Between reading the rescue and ending the call, another hook may have said
/// that a person talked after all: the two would contradict each other forever.
/// In the same way a stream may have come, or a person while the agent's end
/// was on its way: then the call is his.
async fn still_so(tx: &mut Tx<'_>, client: ClientId, id: CallId, ending: &Ending) -> Result<()> {
    if ending.provided == Provided::Nothing && ending.rescue.is_none() {
        return Ok(());
    }
    let call = rescues::lock(tx, client, id).await?;
    let as_provided = match ending.provided {
        Provided::Nothing => true,
        Provided::Unstreamed => matches!(call.state, CallState::New | CallState::Routed),
        Provided::WithAgent => !matches!(call.state, CallState::Handoff | CallState::Ringing | CallState::Talking),
    };
    let as_seen = match &ending.rescue {
        Some(seen) if call.state != CallState::Ended => {
            rescues::find(tx, client, id).await?.is_some_and(|now| now.ends_as(seen))
        }
        _ => true,
    };
    if as_provided && as_seen { Ok(()) } else { Err(StoreError::Stale { current_rev: call.rev }) }
}

/// A person may close the task of a call that still goes on: then the message
/// is not taken but settled when the call ends.
async fn settle_early(tx: &mut Tx<'_>, client: ClientId, id: CallId, ending: Ending) -> Result<Ending> {
    if ending.outcome != Some(Outcome::MessageTaken) {
        return Ok(ending);
    }
    // Locks the call first: tasks that are closed from here on find it ended.
    tx.exec("UPDATE calls SET rev = rev WHERE client_id = $1 AND id = $2", args![client, id]).await?;
    Ok(match tasks::said_before_the_end(tx, client, id).await?.map(tasks::settled) {
        Some(to) => Ending { outcome: Some(to.outcome), known: to.known, success: to.success, ..ending },
        None => ending,
    })
}

/// Facts are stored before what follows from them. Where a node died between
/// the two, the mark and the task are made with the end itself.
async fn make_good(tx: &mut Tx<'_>, scope: &Scope, id: CallId, ending: &Ending, now: At) -> Result<()> {
    let owed = ending.owed.as_ref().filter(|_| ending.outcome == Some(Outcome::MessageTaken));
    if ending.asked.is_none() && owed.is_none() {
        return Ok(());
    }
    let call = rescues::lock(tx, scope.client, id).await?;
    if call.state == CallState::Ended {
        return Ok(());
    }
    if let Some(reason) = ending.asked {
        live::escalate(tx, scope, id, reason, None, now).await?;
    }
    match owed {
        Some(owed) => tasks::stand_for(tx, scope.client, &call, owed, now).await,
        None => Ok(()),
    }
}

const END: &str = "UPDATE calls SET state = 'ended', outcome = $3, counted = $4, known = $5, \
     success = $6, resolved = $6, implied = $7, ended_by = $8, ended_at = $9, day = $10, week = $11, \
     agent_ms = $12, member_ms = $13, waiting_ms = $14, handling_ms = $15, baseline_ms = $16, \
     rating = $17, rescuer_id = $18, pickup_ms = $19, failure_reason = $20, \
     bot_done_at = COALESCE(bot_done_at, $9), rev = rev + 1 \
     WHERE client_id = $1 AND id = $2 AND state <> 'ended' RETURNING *";

async fn complete(tx: &mut Tx<'_>, client: ClientId, id: CallId, e: &Ending, now: At) -> Result<Completion> {
    let row = tx
        .opt(
            END,
            args![
                client,
                id,
                e.outcome,
                e.counted,
                e.known,
                e.success,
                e.implied,
                e.ended_by,
                e.ended_at,
                &e.day,
                &e.week,
                e.agent_ms,
                e.member_ms,
                e.waiting_ms,
                e.handling_ms,
                e.baseline_ms,
                e.rating.map(i64::from),
                e.rescuer,
                e.pickup_ms,
                &e.failure_reason
            ],
        )
        .await?;
    let Some(row) = row else {
        let call = find(tx, client, id).await?;
        return Ok(Completion { first: false, call, completed: None });
    };
    let call = call(&row)?;
    rescues::close(tx, client, id).await?;
    let completed = e.outcome.map(|outcome| message(&call, e, outcome));
    if let Some(completed) = &completed {
        jobs::emit_completed(tx, client, completed, now).await?;
        bear(tx, client, completed).await?;
    }
    tx.emit(now, Event::CallCompleted { call_id: id, owner_id: call.owner, outcome: e.outcome, ended_at: e.ended_at });
    Ok(Completion { first: true, call, completed })
}

fn message(call: &Call, e: &Ending, outcome: Outcome) -> Completed {
    Completed {
        call: call.id,
        owner: call.owner,
        rescuer: call.rescuer,
        agent: call.agent,
        agent_type: call.agent_type.clone(),
        sector: call.sector,
        day: e.day.clone(),
        week: e.week.clone(),
        ended_at: e.ended_at,
        outcome,
        counted: e.counted,
        known: e.known,
        success: e.success,
        resolved: e.success,
        escalated: call.escalated,
        handling_ms: e.handling_ms,
        agent_ms: e.agent_ms,
        member_ms: e.member_ms,
        waiting_ms: e.waiting_ms,
        baseline_ms: e.baseline_ms,
        customer_satisfaction: e.rating,
        pickup_ms: e.pickup_ms,
    }
}

/// The busy seconds that routing weighs: what a person held counts whole for
/// him, what an agent held counts by a quarter for the owner.
async fn bear(tx: &mut Tx<'_>, client: ClientId, c: &Completed) -> Result<()> {
    let held = seconds(c.member_ms);
    let mut shares: Vec<(MemberId, f64)> = Vec::new();
    if let Some(owner) = c.owner {
        let own = if c.rescuer.is_none() { held } else { 0.0 };
        shares.push((owner, own + OWNED_SHARE * seconds(c.agent_ms)));
    }
    if let Some(rescuer) = c.rescuer {
        shares.push((rescuer, held));
    }
    // One order for everybody, so that two calls never wait for each other.
    shares.sort_by_key(|(member, _)| *member);
    for (member, busy) in shares {
        add_load(tx, client, member, busy, c.ended_at).await?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "spans of ms fit in 2^53")]
fn seconds(ms: i64) -> f64 {
    ms.max(0) as f64 / SECOND as f64
}

async fn add_load(tx: &mut Tx<'_>, client: ClientId, member: MemberId, busy_s: f64, at: At) -> Result<()> {
    // The upsert takes the row's lock and reads it on both engines.
    let row = tx
        .one(
            "INSERT INTO loads (client_id, member_id, busy_s, busy_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (client_id, member_id) DO UPDATE SET busy_s = loads.busy_s \
             RETURNING busy_s, busy_at",
            args![client, member, 0.0, at],
        )
        .await?;
    let (before, last): (f64, At) = (row.get("busy_s")?, row.get("busy_at")?);
    // Calls can end out of order: the later moment stands, the earlier decays.
    let newest = last.max(at);
    let total = decayed(before, last, newest) + decayed(busy_s, at, newest);
    tx.exec(
        "UPDATE loads SET busy_s = $3, busy_at = $4 WHERE client_id = $1 AND member_id = $2",
        args![client, member, total, newest],
    )
    .await?;
    Ok(())
}
