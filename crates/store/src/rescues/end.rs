//! The end of a rescue, what is still to be looked at, and the rescuer's word.

use super::{Rescue, lock, rescue};
use crate::Store;
use crate::audit::Note;
use crate::calls::{self, Call};
use crate::error::{Result, StoreError};
use crate::recordings;
use crate::sql::{Tx, args};
use crate::standings::{self, Correction};
use crate::words::RecordingKind;
use caly_core::id::{CallId, ClientId};
use caly_core::outcome::{CallState, Outcome};
use caly_core::rescue::RescueEnd;
use caly_core::scope::Scope;
use caly_core::time::At;

/// Rescues are looked at in portions of so many.
const PORTION: i64 = 100;

/// What became of a disposition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposed {
    /// The outcome moved.
    Moved(Box<Call>),
    /// The call still goes on: kept for its end.
    Kept(Box<Call>),
}

impl Store {
    /// The agent's part is over and the flow goes on to people.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn hand_off(&self, scope: &Scope, id: CallId, now: At) -> Result<Call> {
        self.write(scope, (scope.client, id, now), |tx, (client, id, now)| {
            Box::pin(async move {
                let call = lock(tx, *client, *id).await?;
                super::claim::open(tx, *client, &call, false, *now).await?;
                super::forward(tx, *client, *id, "handoff").await?;
                tx.exec(
                    "UPDATE calls SET bot_done_at = COALESCE(bot_done_at, $3) WHERE client_id = $1 AND id = $2",
                    args![client, id, now],
                )
                .await?;
                calls::find(tx, *client, *id).await
            })
        })
        .await
    }

    /// Nobody talked, and nobody will: every claim is given back. That a person
    /// talked outranks it. Where the carrier names a voicemail, it is kept and
    /// fetched by a job.
    /// `None` where nobody was ever looked for and nothing recorded.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn end_rescue(
        &self,
        scope: &Scope,
        id: CallId,
        how: RescueEnd,
        recording: Option<String>,
        now: At,
    ) -> Result<Option<Rescue>> {
        let args = (scope.client, id, how, recording, now);
        self.write(scope, args, |tx, (client, id, how, recording, now)| {
            Box::pin(async move {
                let call = lock(tx, *client, *id).await?;
                if call.state != CallState::Ended {
                    super::claim::open(tx, *client, &call, false, *now).await?;
                    tx.exec(
                        "UPDATE rescues SET ended = COALESCE(ended, $3), ended_at = COALESCE(ended_at, $4), \
                         check_at = $4 WHERE client_id = $1 AND call_id = $2",
                        args![client, id, how, now],
                    )
                    .await?;
                    close(tx, *client, *id).await?;
                } else if recording.is_some() && super::claim::open(tx, *client, &call, false, *now).await? {
                    // Nobody was looked for before it ended; what was said lies here.
                    tx.exec(
                        "UPDATE rescues SET ended = $3, ended_at = $4 WHERE client_id = $1 AND call_id = $2",
                        args![client, id, how, now],
                    )
                    .await?;
                }
                tx.exec(
                    "UPDATE rescues SET recording_url = COALESCE(recording_url, $3) \
                     WHERE client_id = $1 AND call_id = $2",
                    args![client, id, recording],
                )
                .await?;
                if let Some(url) = recording {
                    recordings::expect(tx, *client, *id, RecordingKind::Voicemail, url, *now).await?;
                }
                super::find(tx, *client, *id).await
            })
        })
        .await
    }

    /// Rescues of calls that have not ended and should be looked at by now,
    /// the longest overdue first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn overdue_rescues(&self, scope: &Scope, now: At) -> Result<Vec<Rescue>> {
        self.read(scope, (scope.client, now), |tx, (client, now)| {
            Box::pin(async move {
                let rows = tx
                    .all(
                        "SELECT r.* FROM rescues r JOIN calls c ON c.client_id = r.client_id AND c.id = r.call_id \
                         WHERE r.client_id = $1 AND r.check_at <= $2 AND c.ended_at IS NULL \
                         AND c.state IN ('handoff', 'ringing', 'talking') ORDER BY r.check_at LIMIT $3",
                        args![client, now, PORTION],
                    )
                    .await?;
                rows.iter().map(rescue).collect()
            })
        })
        .await
    }

    /// The carrier was asked and could not say: it is asked again then.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn check_rescue_at(&self, scope: &Scope, id: CallId, at: At) -> Result<()> {
        self.write(scope, (scope.client, id, at), |tx, (client, id, at)| {
            Box::pin(async move {
                tx.exec(
                    "UPDATE rescues SET checks = checks + 1, check_at = $3 WHERE client_id = $1 AND call_id = $2",
                    args![client, id, at],
                )
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Something was said of the call that only the carrier can explain: it is
    /// asked by then, or sooner where that was due. No question is spent.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn check_rescue_by(&self, scope: &Scope, id: CallId, at: At) -> Result<()> {
        self.write(scope, (scope.client, id, at), |tx, (client, id, at)| {
            Box::pin(async move {
                // The lesser of two has another name on each engine.
                tx.exec(
                    "UPDATE rescues SET check_at = CASE WHEN check_at > $3 THEN $3 ELSE check_at END \
                     WHERE client_id = $1 AND call_id = $2",
                    args![client, id, at],
                )
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// The rescuer says how it went: a call that stands at `handed_over` moves,
    /// with its own day; one that still goes on keeps the word for its end.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (call, or nobody took it over);
    /// [`StoreError::Stale`]; [`StoreError::NotNow`] when it was said before.
    pub async fn dispose_call(
        &self,
        scope: &Scope,
        id: CallId,
        resolved: bool,
        expected_rev: Option<i64>,
        now: At,
    ) -> Result<Disposed> {
        let args = (scope.clone(), id, resolved, expected_rev, now);
        self.write(scope, args, |tx, (scope, id, resolved, expected, now)| {
            Box::pin(async move {
                let call = lock(tx, scope.client, *id).await?;
                crate::members::check_rev(*expected, call.rev)?;
                if super::find(tx, scope.client, *id).await?.is_none() {
                    return Err(StoreError::NotNow("nobody took this call over"));
                }
                tx.note(Note::new(scope, *now, "call.dispose", &serde_json::json!({"call": id, "resolved": resolved})));
                dispose(tx, scope.client, &call, *resolved, *now).await
            })
        })
        .await
    }
}

async fn dispose(tx: &mut Tx<'_>, client: ClientId, call: &Call, resolved: bool, now: At) -> Result<Disposed> {
    match (call.state, call.outcome) {
        (CallState::Talking | CallState::Ringing | CallState::Handoff, _) => {
            tx.exec(
                "UPDATE rescues SET disposition = $3 WHERE client_id = $1 AND call_id = $2",
                args![client, call.id, resolved],
            )
            .await?;
            calls::find(tx, client, call.id).await.map(|call| Disposed::Kept(Box::new(call)))
        }
        (_, Some(Outcome::HandedOver)) => {
            tx.exec("UPDATE calls SET rev = rev + 1 WHERE client_id = $1 AND id = $2", args![client, call.id]).await?;
            let outcome = if resolved { Outcome::ResolvedByMember } else { Outcome::Unresolved };
            standings::correct(tx, client, call, Correction { outcome, known: true, success: resolved }, now).await?;
            calls::find(tx, client, call.id).await.map(|call| Disposed::Moved(Box::new(call)))
        }
        _ => Err(StoreError::NotNow("only a call that a person took over, and of which nobody has said how it went")),
    }
}

/// Whatever holds somebody for this call lets go; in the transaction that ends
/// it.
pub(crate) async fn close(tx: &mut Tx<'_>, client: ClientId, id: CallId) -> Result<()> {
    tx.exec("UPDATE rescues SET waits = FALSE WHERE client_id = $1 AND call_id = $2 AND waits", args![client, id])
        .await?;
    tx.exec(
        "UPDATE claims SET state = 'over' WHERE client_id = $1 AND call_id = $2 AND state <> 'over'",
        args![client, id],
    )
    .await?;
    Ok(())
}
