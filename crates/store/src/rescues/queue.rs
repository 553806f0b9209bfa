//! The queue on the open stream: first come, first served, and only for
//! callers whose node still asks.

use super::claim::{self, claim_for};
use super::{Claim, held, lock, tell};
use crate::Store;
use crate::calls::{self, Call};
use crate::error::Result;
use crate::sql::{Tx, args};
use caly_core::event::RescueStep;
use caly_core::id::{CallId, ClientId};
use caly_core::member::Availability;
use caly_core::outcome::CallState;
use caly_core::rescue::{LEASE_MS, QUEUE_SILENCE_MS};
use caly_core::routing::{Candidate, choose_rescuer};
use caly_core::scope::Scope;
use caly_core::time::At;

/// What came of asking for a person.
#[derive(Debug, Clone, PartialEq)]
pub enum Sought {
    /// This one is yours until his lease runs out.
    Claimed(Box<Claim>),
    /// Everybody who takes calls is with a caller.
    Waiting {
        /// Callers who asked before and still wait.
        ahead: i64,
    },
    /// Nobody is at the phone: nothing to wait for.
    Nobody,
}

impl Store {
    /// Asks for a person for a call that is on the stream: claims one, or
    /// takes (and keeps) a place in the queue. Asked again and again while the
    /// caller waits; who stops asking loses his place.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`]; [`crate::StoreError::NotNow`] after the end.
    pub async fn seek_person(&self, scope: &Scope, id: CallId, seed: u64, now: At) -> Result<Sought> {
        self.write(scope, (scope.client, id, seed, now), |tx, (client, id, seed, now)| {
            Box::pin(async move { seek(tx, *client, *id, *seed, *now).await })
        })
        .await
    }

    /// The caller does not wait any more; a claim that was made for him and
    /// not dialled yet is given back.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`].
    pub async fn leave_queue(&self, scope: &Scope, id: CallId, now: At) -> Result<()> {
        self.write(scope, (scope.client, id, now), |tx, (client, id, now)| {
            Box::pin(async move {
                let call = lock(tx, *client, *id).await?;
                tx.exec("UPDATE rescues SET waits = FALSE WHERE client_id = $1 AND call_id = $2", args![client, id])
                    .await?;
                let undone = tx
                    .exec(
                        "UPDATE claims SET state = 'over' WHERE client_id = $1 AND call_id = $2 AND state = 'held' \
                         AND dialled_at IS NULL",
                        args![client, id],
                    )
                    .await?;
                if undone > 0 {
                    tell(tx, &call, None, RescueStep::Over, *now);
                }
                Ok(())
            })
        })
        .await
    }
}

async fn seek(tx: &mut Tx<'_>, client: ClientId, id: CallId, seed: u64, now: At) -> Result<Sought> {
    let team = calls::find(tx, client, id).await?.team;
    claim::lock_team(tx, client, team).await?;
    let call = lock(tx, client, id).await?;
    if call.state == CallState::Ended {
        return Err(crate::StoreError::NotNow("this call has ended"));
    }
    claim::expire(tx, client, now).await?;
    if let Some(claim) = held(tx, client, id).await? {
        return Ok(Sought::Claimed(Box::new(claim)));
    }
    let first = claim::open(tx, client, &call, true, now).await?;
    let (snapshot, numbers) = calls::dialable(tx, client, &call, now).await?;
    // Nobody else is ever taken: who counted the others would let a later
    // caller pass.
    let eligible = |c: &&Candidate| {
        c.availability == Availability::Available && c.takes_calls && (c.assigned || Some(c.member) == call.owner)
    };
    let (free, ahead) = (
        snapshot.candidates.iter().filter(eligible).filter(|c| c.in_rescue == 0).count(),
        ahead(tx, client, &call, now).await?,
    );
    let reachable = snapshot.candidates.iter().any(|c| eligible(&c));
    let decision = choose_rescuer(snapshot, call.owner, Vec::new(), seed);
    // Whoever asked before goes first.
    let turn = i64::try_from(free).unwrap_or(i64::MAX) > ahead;
    if turn && let Some(claim) = claim_for(tx, client, &call, &decision, &numbers, now.plus(LEASE_MS), now).await? {
        return Ok(Sought::Claimed(Box::new(claim)));
    }
    if !reachable {
        tx.exec("UPDATE rescues SET waits = FALSE WHERE client_id = $1 AND call_id = $2", args![client, id]).await?;
        return Ok(Sought::Nobody);
    }
    if first {
        tell(tx, &call, None, RescueStep::Queued, now);
    }
    Ok(Sought::Waiting { ahead })
}

/// Callers of the same team and agent who asked before and still wait.
async fn ahead(tx: &mut Tx<'_>, client: ClientId, call: &Call, now: At) -> Result<i64> {
    tx.one(
        "SELECT COUNT(*) AS ahead FROM rescues r JOIN rescues own \
         ON own.client_id = r.client_id AND own.call_id = $2 \
         WHERE r.client_id = $1 AND r.team_id = $3 AND r.agent_id = $4 AND r.waits AND r.seen_at > $5 \
         AND (r.asked_at, r.call_id) < (own.asked_at, own.call_id)",
        args![client, call.id, call.team, call.entry_agent, now.plus(-QUEUE_SILENCE_MS)],
    )
    .await?
    .get("ahead")
}
