//! A person takes a call over by phone: the queue on the stream, the claims
//! with their leases, the dialled legs, and the rescuer's word.
//!
//! A member is claimed by one insert that two unique indexes guard: nobody is
//! claimed twice and no call claims two at once, whatever runs beside it.

mod claim;
mod end;
mod leg;
mod queue;

pub use claim::NextPerson;
pub use end::Disposed;
pub use queue::Sought;

pub(crate) use end::close;

use crate::Store;
use crate::calls::{self, Call};
use crate::error::Result;
use crate::sql::{DbRow, Tx, args, from_json};
use caly_core::event::{Event, RescueStep};
use caly_core::id::{CallId, ClientId, MemberId};
use caly_core::outcome::CallState;
use caly_core::rescue::{ClaimState, Leg, RING_S, RescueEnd, TALK_S};
use caly_core::routing;
use caly_core::scope::Scope;
use caly_core::time::{At, MINUTE, SECOND};

/// A rescue is looked at again this long after it should have been over, ms.
const CHECK_AFTER_MS: i64 = 2 * MINUTE;
/// … and at the latest this long after the call began, ms.
const CHECK_LATEST_MS: i64 = 65 * MINUTE;
/// From a number's going out to the end of the longest talk with whoever has
/// it, ms.
const DIALLED_MS: i64 = (RING_S + TALK_S) * SECOND;

/// The looking for a person, one a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescue {
    /// The call.
    pub call: CallId,
    /// When a person was asked for.
    pub asked_at: At,
    /// Whether the caller waits in the queue on the stream.
    pub waits: bool,
    /// How it ended, once it has.
    pub ended: Option<RescueEnd>,
    /// When.
    pub ended_at: Option<At>,
    /// How long the person talked, ms.
    pub talk_ms: Option<i64>,
    /// Who talked; none where the carrier dialled somebody we do not know.
    pub taken_by: Option<MemberId>,
    /// When he picked up, where the carrier said so.
    pub answered_at: Option<At>,
    /// Where the carrier keeps the voicemail or the talk.
    pub recording_url: Option<String>,
    /// The rescuer's word while the call still goes on.
    pub disposition: Option<bool>,
    /// How often the carrier was asked what became of it.
    pub checks: i64,
    /// When it is looked at next.
    pub check_at: At,
}

impl Rescue {
    /// Whether both lead to the same ending of the call.
    pub(crate) fn ends_as(&self, other: &Self) -> bool {
        let ending = |r: &Self| (r.ended, r.ended_at, r.talk_ms, r.taken_by, r.answered_at, r.disposition);
        ending(self) == ending(other)
    }
}

/// A member who was claimed for a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The call.
    pub call: CallId,
    /// Counts from 1.
    pub attempt: i64,
    /// Who.
    pub member: MemberId,
    /// What is dialled, E.164.
    pub number: String,
    /// Whether it still holds him.
    pub state: ClaimState,
    /// When.
    pub claimed_at: At,
    /// Until when without an answer; of a number that went out, only once any
    /// word of its leg has come ([`Store::expire_claims`]).
    pub lease_until: At,
    /// When Connect was given the number.
    pub dialled_at: Option<At>,
    /// What the carrier said of the leg.
    pub leg: Leg,
    /// Why he: the decision whole, so that it can be replayed.
    pub decision: routing::Rescue,
}

/// Until when the caller may be talking with a person though nobody says so:
/// somebody was dialled, of his leg no end was heard, and the longest talk is
/// not over. Words of a leg are lost, and "Dial Whom" brings none before its
/// end. `has_fallback`: the channel has a number that is rung where we could
/// not say whom; that it was is known to nobody here. `None` where nobody can
/// be talking.
#[must_use]
pub fn may_talk_until(call: &Call, claims: &[Claim], has_fallback: bool) -> Option<At> {
    // Attempts follow one another: an earlier one was over when this went out.
    let last = claims.iter().rev().find(|claim| claim.dialled_at.is_some());
    let talked = |leg: &Leg| leg.answered_at.is_some() || leg.talked == Some(true);
    let from = match last {
        Some(claim) if claim.leg.ended_at.is_none() => claim.dialled_at,
        // The last word, and it does not say how: the flow has left Connect.
        Some(claim) if claim.leg.is_final && claim.leg.talked.is_none() => None,
        // Behind a talk the flow leaves Connect, and nobody else is rung.
        Some(claim) if talked(&claim.leg) => None,
        _ if has_fallback || call.state == CallState::Talking => {
            last.and_then(|claim| claim.leg.ended_at).max(call.bot_done_at)
        }
        _ => None,
    };
    Some(check_at(call, from?.plus(DIALLED_MS)))
}

impl Store {
    /// The looking for a person and everybody who was claimed, in order.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] (call).
    pub async fn rescue(&self, scope: &Scope, id: CallId) -> Result<Option<(Rescue, Vec<Claim>)>> {
        self.read(scope, (scope.client, id), |tx, (client, id)| {
            Box::pin(async move {
                calls::find(tx, *client, *id).await?;
                let Some(rescue) = find(tx, *client, *id).await? else { return Ok(None) };
                Ok(Some((rescue, claims(tx, *client, *id).await?)))
            })
        })
        .await
    }
}

pub(crate) async fn find(tx: &mut Tx<'_>, client: ClientId, id: CallId) -> Result<Option<Rescue>> {
    let row = tx.opt("SELECT * FROM rescues WHERE client_id = $1 AND call_id = $2", args![client, id]).await?;
    row.as_ref().map(rescue).transpose()
}

async fn claims(tx: &mut Tx<'_>, client: ClientId, id: CallId) -> Result<Vec<Claim>> {
    let rows = tx
        .all("SELECT * FROM claims WHERE client_id = $1 AND call_id = $2 ORDER BY attempt", args![client, id])
        .await?;
    rows.iter().map(claim).collect()
}

/// The claim that holds a member for this call.
async fn held(tx: &mut Tx<'_>, client: ClientId, id: CallId) -> Result<Option<Claim>> {
    let row = tx
        .opt("SELECT * FROM claims WHERE client_id = $1 AND call_id = $2 AND state <> 'over'", args![client, id])
        .await?;
    row.as_ref().map(claim).transpose()
}

/// Locks the call's row, so that hooks of one call follow one another.
pub(crate) async fn lock(tx: &mut Tx<'_>, client: ClientId, id: CallId) -> Result<Call> {
    let row =
        tx.opt("UPDATE calls SET rev = rev WHERE client_id = $1 AND id = $2 RETURNING *", args![client, id]).await?;
    calls::call(&row.ok_or(crate::StoreError::NotFound("call"))?)
}

/// Moves the call forward, never back.
async fn forward(tx: &mut Tx<'_>, client: ClientId, id: CallId, to: &'static str) -> Result<()> {
    let sql = match to {
        "talking" => {
            "UPDATE calls SET state = 'talking', rev = rev + 1 WHERE client_id = $1 AND id = $2 \
             AND state NOT IN ('talking', 'ended')"
        }
        "ringing" => {
            "UPDATE calls SET state = 'ringing', rev = rev + 1 WHERE client_id = $1 AND id = $2 \
             AND state NOT IN ('ringing', 'talking', 'ended')"
        }
        _ => {
            "UPDATE calls SET state = 'handoff', rev = rev + 1 WHERE client_id = $1 AND id = $2 \
             AND state IN ('new', 'routed', 'streaming', 'bot_done')"
        }
    };
    tx.exec(sql, args![client, id]).await?;
    Ok(())
}

/// When a rescue is looked at that should be over by `expected`.
fn check_at(call: &Call, expected: At) -> At {
    expected.plus(CHECK_AFTER_MS).min(call.started_at.plus(CHECK_LATEST_MS).max(expected.plus(-CHECK_AFTER_MS)))
}

fn tell(tx: &mut Tx<'_>, call: &Call, member: Option<MemberId>, step: RescueStep, now: At) {
    tx.emit(now, Event::CallRescue { call_id: call.id, owner_id: call.owner, member_id: member, step });
}

pub(crate) fn rescue(row: &DbRow) -> Result<Rescue> {
    Ok(Rescue {
        call: row.get("call_id")?,
        asked_at: row.get("asked_at")?,
        waits: row.get("waits")?,
        ended: row.opt("ended")?,
        ended_at: row.opt("ended_at")?,
        talk_ms: row.opt("talk_ms")?,
        taken_by: row.opt("taken_by")?,
        answered_at: row.opt("answered_at")?,
        recording_url: row.opt("recording_url")?,
        disposition: row.opt("disposition")?,
        checks: row.get("checks")?,
        check_at: row.get("check_at")?,
    })
}

pub(crate) fn claim(row: &DbRow) -> Result<Claim> {
    Ok(Claim {
        call: row.get("call_id")?,
        attempt: row.get("attempt")?,
        member: row.get("member_id")?,
        number: row.get("number")?,
        state: row.get("state")?,
        claimed_at: row.get("claimed_at")?,
        lease_until: row.get("lease_until")?,
        dialled_at: row.opt("dialled_at")?,
        leg: from_json(&row.get::<String>("leg")?)?,
        decision: from_json(&row.get::<String>("decision")?)?,
    })
}
