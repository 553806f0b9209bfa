//! Claiming the next member, and what Connect is told.

use super::{Claim, DIALLED_MS, check_at, claim, claims, forward, held, lock, tell};
use crate::Store;
use crate::calls::{self, Call};
use crate::error::{Result, StoreError};
use crate::sql::{Tx, args, to_json};
use caly_core::event::RescueStep;
use caly_core::id::{CallId, ClientId, TeamId};
use caly_core::outcome::CallState;
use caly_core::rescue::{ClaimState, LEASE_MS, Leg, LegEvent, RescueEnd, Unanswered};
use caly_core::routing::{self, choose_rescuer};
use caly_core::scope::Scope;
use caly_core::time::{At, SECOND};

/// Two polls of one attempt come within this, ms; without a word of the
/// carrier, a later one means that the attempt is over.
const SAME_POLL_MS: i64 = 4 * SECOND;

/// Whom Connect dials.
#[derive(Debug, Clone, PartialEq)]
pub enum NextPerson {
    /// This one; a repeat of the question gets the same.
    Dial(Box<Claim>),
    /// Nobody is left: the flow goes on to voicemail.
    Nobody,
}

impl Store {
    /// Whom the carrier dials for a call: the one that is claimed already, or
    /// the next. `failed` is the number whose attempt the carrier says is over,
    /// and why; polls of one attempt, however many at once, get one answer.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn next_person(
        &self,
        scope: &Scope,
        id: CallId,
        failed: Option<(String, Unanswered)>,
        seed: u64,
        now: At,
    ) -> Result<NextPerson> {
        let args = (scope.client, id, failed, seed, now);
        self.write(scope, args, |tx, (client, id, failed, seed, now)| {
            Box::pin(async move { next(tx, *client, *id, failed.as_ref(), *seed, *now).await })
        })
        .await
    }

    /// Gives back every claim of the client whose lease ran out without an
    /// answer. A number that went out, and of which nothing at all was heard,
    /// holds its member until the longest talk with him would be over. How many
    /// were given back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn expire_claims(&self, scope: &Scope, now: At) -> Result<u64> {
        self.write(scope, (scope.client, now), |tx, (client, now)| {
            Box::pin(async move { expire(tx, *client, *now).await })
        })
        .await
    }
}

async fn next(
    tx: &mut Tx<'_>,
    client: ClientId,
    id: CallId,
    failed: Option<&(String, Unanswered)>,
    seed: u64,
    now: At,
) -> Result<NextPerson> {
    let team = calls::find(tx, client, id).await?.team;
    lock_team(tx, client, team).await?;
    let call = lock(tx, client, id).await?;
    if call.state == CallState::Ended {
        return Ok(NextPerson::Nobody);
    }
    open(tx, client, &call, false, now).await?;
    forward(tx, client, id, "handoff").await?;
    expire(tx, client, now).await?;
    if let Some(last) = held(tx, client, id).await? {
        match over_by(&last, failed, now) {
            None => return dial(tx, client, &call, last, now).await,
            Some(why) => give_up(tx, client, &call, last, why, now).await?,
        }
    }
    let tried = claims(tx, client, id).await?.into_iter().map(|c| c.member).collect();
    let (snapshot, numbers) = calls::dialable(tx, client, &call, now).await?;
    let decision = choose_rescuer(snapshot, call.owner, tried, seed);
    match claim_for(tx, client, &call, &decision, &numbers, now.plus(LEASE_MS), now).await? {
        Some(claim) => dial(tx, client, &call, claim, now).await,
        None => {
            let over = tx
                .exec(
                    "UPDATE rescues SET ended = $3, ended_at = $4, check_at = $4 \
                     WHERE client_id = $1 AND call_id = $2 AND ended IS NULL",
                    args![client, id, RescueEnd::Nobody, now],
                )
                .await?;
            if over > 0 {
                tell(tx, &call, None, RescueStep::Over, now);
            }
            Ok(NextPerson::Nobody)
        }
    }
}

/// Why the last attempt is over, if this question says so.
fn over_by(last: &Claim, failed: Option<&(String, Unanswered)>, now: At) -> Option<Unanswered> {
    let dialled = last.dialled_at?;
    match failed {
        Some((number, why)) if *number == last.number => Some(*why),
        // About an attempt before this one: the answer to it was this one.
        Some(_) => None,
        None => (now.since(dialled) > SAME_POLL_MS && last.leg.answered_at.is_none()).then_some(Unanswered::NoAnswer),
    }
}

async fn give_up(tx: &mut Tx<'_>, client: ClientId, call: &Call, last: Claim, why: Unanswered, now: At) -> Result<()> {
    let mut leg = last.leg;
    leg.take(LegEvent::Ends { talked: Some(false), talk_ms: None, why, last: true }, now);
    write_leg(tx, client, &last, &leg, ClaimState::Over, now).await?;
    tell(tx, call, Some(last.member), RescueStep::Unanswered, now);
    Ok(())
}

/// The number goes out: the lease begins anew.
async fn dial(tx: &mut Tx<'_>, client: ClientId, call: &Call, of: Claim, now: At) -> Result<NextPerson> {
    if of.dialled_at.is_some() {
        return Ok(NextPerson::Dial(Box::new(of)));
    }
    let until = now.plus(LEASE_MS);
    let row = tx
        .one(
            "UPDATE claims SET dialled_at = $4, lease_until = $5 \
             WHERE client_id = $1 AND call_id = $2 AND attempt = $3 RETURNING *",
            args![client, call.id, of.attempt, now, until],
        )
        .await?;
    look_later(tx, client, call, until).await?;
    Ok(NextPerson::Dial(Box::new(claim(&row)?)))
}

/// Writes what is known of a leg, and whether it still holds its member.
pub(super) async fn write_leg(
    tx: &mut Tx<'_>,
    client: ClientId,
    of: &Claim,
    leg: &Leg,
    state: ClaimState,
    lease_until: At,
) -> Result<()> {
    tx.exec(
        "UPDATE claims SET leg = $4, state = $5, lease_until = $6 \
         WHERE client_id = $1 AND call_id = $2 AND attempt = $3",
        args![client, of.call, of.attempt, to_json(leg)?, state, lease_until],
    )
    .await?;
    Ok(())
}

pub(super) async fn look_later(tx: &mut Tx<'_>, client: ClientId, call: &Call, expected: At) -> Result<()> {
    tx.exec(
        "UPDATE rescues SET check_at = $3 WHERE client_id = $1 AND call_id = $2",
        args![client, call.id, check_at(call, expected)],
    )
    .await?;
    Ok(())
}

/// One team decides at a time, so that the queue keeps its order on
/// PostgreSQL too. The unique indexes hold without it.
pub(super) async fn lock_team(tx: &mut Tx<'_>, client: ClientId, team: TeamId) -> Result<()> {
    tx.exec("UPDATE teams SET rev = rev WHERE client_id = $1 AND id = $2", args![client, team]).await?;
    Ok(())
}

/// The row of the looking; `true` when it is new.
pub(super) async fn open(tx: &mut Tx<'_>, client: ClientId, call: &Call, waits: bool, now: At) -> Result<bool> {
    let new = tx
        .exec(
            "INSERT INTO rescues (client_id, call_id, team_id, agent_id, asked_at, waits, seen_at, check_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $5, $7) ON CONFLICT (client_id, call_id) DO NOTHING",
            args![client, call.id, call.team, call.entry_agent, now, waits, check_at(call, now.plus(LEASE_MS))],
        )
        .await?;
    if new == 0 {
        tx.exec(
            "UPDATE rescues SET waits = $3, seen_at = $4 WHERE client_id = $1 AND call_id = $2",
            args![client, call.id, waits, now],
        )
        .await?;
    }
    Ok(new > 0)
}

/// Claims whom the decision chose; `None` when it chose nobody.
pub(super) async fn claim_for(
    tx: &mut Tx<'_>,
    client: ClientId,
    call: &Call,
    decision: &routing::Rescue,
    numbers: &[String],
    lease_until: At,
    now: At,
) -> Result<Option<Claim>> {
    let Some(member) = decision.chosen else { return Ok(None) };
    let at = decision.snapshot.candidates.iter().position(|c| c.member == member);
    let number = at.and_then(|at| numbers.get(at)).ok_or(StoreError::NotFound("member"))?;
    let attempt = claims(tx, client, call.id).await?.last().map_or(1, |last| last.attempt + 1);
    // The one statement that claims: a member who is held anywhere, or a call
    // that holds somebody, gets no row.
    let row = tx
        .opt(
            "INSERT INTO claims (client_id, call_id, attempt, member_id, number, state, claimed_at, \
             lease_until, leg, decision) VALUES ($1, $2, $3, $4, $5, 'held', $6, $7, $8, $9) \
             ON CONFLICT DO NOTHING RETURNING *",
            args![
                client,
                call.id,
                attempt,
                member,
                number,
                now,
                lease_until,
                to_json(&Leg::default())?,
                to_json(decision)?
            ],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    tx.exec("UPDATE rescues SET waits = FALSE WHERE client_id = $1 AND call_id = $2", args![client, call.id]).await?;
    look_later(tx, client, call, lease_until).await?;
    tell(tx, call, Some(member), RescueStep::Claimed, now);
    claim(&row).map(Some)
}

/// Claims that ran out give their member back. What became of their legs is
/// still open: an answer may be late on the wire.
///
/// Dialled and `held` is a leg of which no word came. Where a carrier tells of
/// its legs, the first word comes within seconds; and a phone that nobody picks
/// up brings, before the lease is over, Connect's next question or its exit,
/// which both end the claim. So he is most likely talking, on a line that tells
/// no more ("Dial Whom"), and the next caller would ring a busy person. The
/// exit behind his talk frees him, the carrier's own word where it can be
/// asked, and the longest talk's end at the latest.
pub(super) async fn expire(tx: &mut Tx<'_>, client: ClientId, now: At) -> Result<u64> {
    tx.exec(
        "UPDATE claims SET state = 'over' WHERE client_id = $1 AND state <> 'over' AND lease_until <= $2 \
         AND (state <> 'held' OR dialled_at IS NULL OR dialled_at <= $3)",
        args![client, now, now.plus(-DIALLED_MS)],
    )
    .await
}
