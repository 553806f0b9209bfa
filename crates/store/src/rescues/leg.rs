//! What the carrier says of a dialled leg, in whatever order it comes.

use super::claim::{self, look_later, write_leg};
use super::{Claim, Rescue, claims, find, forward, lock, tell};
use crate::Store;
use crate::calls::Call;
use crate::error::Result;
use crate::sql::{Tx, args};
use caly_core::event::RescueStep;
use caly_core::id::{CallId, ClientId, MemberId};
use caly_core::outcome::CallState;
use caly_core::rescue::{ClaimState, LEASE_MS, Leg, LegEvent, LegVerdict, RescueEnd, TALK_S};
use caly_core::scope::Scope;
use caly_core::time::{At, MINUTE, SECOND};

/// Longest talk and a little: then the carrier is asked.
const TALK_MS: i64 = TALK_S * SECOND + MINUTE;

/// What happened on a leg.
type Said = (LegEvent, Option<String>, At);

impl Store {
    /// Takes what the carrier says of the leg to `number` (of the one dialled
    /// last where it names none), as of `at`. An ended call is not moved.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`].
    pub async fn leg_event(
        &self,
        scope: &Scope,
        id: CallId,
        event: LegEvent,
        number: Option<String>,
        at: At,
        now: At,
    ) -> Result<Option<Rescue>> {
        let said: Said = (event, number, at);
        self.write(scope, (scope.client, id, said, now), |tx, (client, id, said, now)| {
            Box::pin(async move {
                let call = lock(tx, *client, *id).await?;
                if call.state != CallState::Ended {
                    claim::open(tx, *client, &call, false, *now).await?;
                    take(tx, *client, &call, said, *now).await?;
                }
                find(tx, *client, *id).await
            })
        })
        .await
    }
}

async fn take(tx: &mut Tx<'_>, client: ClientId, call: &Call, said: &Said, now: At) -> Result<()> {
    let (event, number, at) = said;
    let all = claims(tx, client, call.id).await?;
    let named = number.as_ref().and_then(|n| all.iter().rev().find(|c| c.number == *n));
    let of = match number {
        // Whom we do not know: somebody the carrier dialled by itself.
        Some(_) if named.is_none() => return strangers(tx, client, call, *event, *at, now).await,
        _ => named.or(all.last()),
    };
    let Some(of) = of else { return strangers(tx, client, call, *event, *at, now).await };
    let mut leg = of.leg;
    leg.take(*event, *at);
    let state = hold(&all, of, leg.state());
    // From the answer, not from whatever was told last: words come twice.
    let lease = match state {
        ClaimState::Talking => leg.answered_at.unwrap_or(*at).plus(TALK_MS),
        _ => of.lease_until,
    };
    write_leg(tx, client, of, &leg, state, lease).await?;
    step(tx, client, call, of, state, lease, now).await?;
    // About an attempt that was given up, only an end that says so counts: an
    // answer may be late, or wrong.
    let newest = all.last().is_some_and(|last| last.attempt == of.attempt);
    let certain = newest || matches!(event, LegEvent::Ends { talked: Some(true), .. });
    if let (LegVerdict::Talked { talk_ms }, true) = (leg.verdict(), certain) {
        let answered = answered(of, &leg).or_else(|| all.iter().filter_map(|c| answered(c, &c.leg)).max());
        let ended = leg.over_at().unwrap_or(*at);
        talked(tx, client, call, Some(of.member), answered, talk_ms, ended).await?;
    }
    Ok(())
}

/// When the caller had him: word of an answer can be late, the answer itself was
/// while the phone could still ring.
fn answered(of: &Claim, leg: &Leg) -> Option<At> {
    let longest = of.dialled_at.unwrap_or(of.claimed_at).plus(LEASE_MS);
    Some(leg.answered_at?.min(longest))
}

/// A claim that was given back is not taken again: its member may be another
/// caller's by now.
fn hold(all: &[Claim], of: &Claim, state: ClaimState) -> ClaimState {
    let newest = all.last().is_some_and(|last| last.attempt == of.attempt);
    if of.state == ClaimState::Over || !newest { ClaimState::Over } else { state.max(of.state) }
}

async fn step(
    tx: &mut Tx<'_>,
    client: ClientId,
    call: &Call,
    of: &Claim,
    state: ClaimState,
    lease: At,
    now: At,
) -> Result<()> {
    if state == of.state {
        return Ok(());
    }
    match state {
        ClaimState::Ringing => forward(tx, client, call.id, "ringing").await?,
        ClaimState::Talking => {
            forward(tx, client, call.id, "talking").await?;
            tx.exec(
                "UPDATE calls SET rescuer_id = $3 WHERE client_id = $1 AND id = $2",
                args![client, call.id, of.member],
            )
            .await?;
            look_later(tx, client, call, lease).await?;
        }
        ClaimState::Held | ClaimState::Over => {}
    }
    let said = match state {
        ClaimState::Held => return Ok(()),
        ClaimState::Ringing => RescueStep::Ringing,
        ClaimState::Talking => RescueStep::Talking,
        ClaimState::Over if of.state == ClaimState::Talking => RescueStep::Over,
        ClaimState::Over => RescueStep::Unanswered,
    };
    tell(tx, call, Some(of.member), said, now);
    Ok(())
}

/// The carrier dialled somebody itself (the fallback number): that a person
/// talked is known, who it was is not.
async fn strangers(tx: &mut Tx<'_>, client: ClientId, call: &Call, event: LegEvent, at: At, now: At) -> Result<()> {
    let LegEvent::Ends { talked: Some(true), talk_ms, last: true, .. } = event else {
        if event == LegEvent::Answers {
            forward(tx, client, call.id, "talking").await?;
            look_later(tx, client, call, now.plus(TALK_MS)).await?;
        }
        return Ok(());
    };
    talked(tx, client, call, None, None, talk_ms.unwrap_or(0), at).await
}

/// That a person talked outranks whatever was thought before.
async fn talked(
    tx: &mut Tx<'_>,
    client: ClientId,
    call: &Call,
    member: Option<MemberId>,
    answered_at: Option<At>,
    talk_ms: i64,
    ended_at: At,
) -> Result<()> {
    tx.exec(
        "UPDATE rescues SET ended = $3, ended_at = $4, talk_ms = $5, taken_by = $6, answered_at = $7, \
         check_at = $4 WHERE client_id = $1 AND call_id = $2 AND (ended IS NULL OR ended <> $3)",
        args![client, call.id, RescueEnd::Talked, ended_at, talk_ms, member, answered_at],
    )
    .await?;
    Ok(())
}
