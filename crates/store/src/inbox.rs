//! The carrier's hooks as they came: stored first, answered once.

use crate::Store;
use crate::error::Result;
use crate::sql::args;
use caly_core::id::{CallId, ChannelId};
use caly_core::scope::Scope;
use caly_core::time::At;

/// A hook; everything but `raw` and `at` is its identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// `exotel`.
    pub provider: String,
    /// The carrier's call id.
    pub call_sid: String,
    /// `voicebot`, `after_bot`, `connect`, `after_connect`, `status`.
    pub kind: String,
    /// The carrier's event name, or empty.
    pub event: String,
    /// The leg, or empty.
    pub leg: String,
    /// The provider's event id, else the hash of the canonical parameters.
    pub dedupe: String,
    /// The raw request, redacted of the hook key.
    pub raw: String,
    /// When it came.
    pub at: At,
}

/// Whether the hook came before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// The first time.
    New,
    /// Again; with the answer of the first time, once that was stored.
    Again {
        /// What [`Store::answer_hook`] stored.
        answer: Option<String>,
    },
}

/// A hook that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenHook {
    /// Of which call.
    pub call: CallId,
    /// As in [`Hook::kind`].
    pub kind: String,
    /// As in [`Hook::event`].
    pub event: String,
    /// As in [`Hook::raw`].
    pub raw: String,
    /// When it came.
    pub at: At,
}

/// Of the newest calls only: the inbox is found by call and not by time.
const SEEN: &str = "SELECT c.id AS call_id, i.kind, i.event, i.raw, i.received_at \
     FROM (SELECT id, carrier_call_id FROM calls WHERE client_id = $1 AND channel_id = $2 \
           ORDER BY started_at DESC, id DESC LIMIT 20) AS c \
     JOIN carrier_inbox AS i ON i.client_id = $1 AND i.provider = 'exotel' AND i.call_sid = c.carrier_call_id \
     ORDER BY i.received_at DESC, i.kind LIMIT 60";

impl Store {
    /// Stores a hook, or tells that it came before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn receive_hook(&self, scope: &Scope, hook: Hook) -> Result<Received> {
        self.write(scope, (scope.client, hook), |tx, (client, h)| {
            Box::pin(async move {
                let new = tx
                    .exec(
                        "INSERT INTO carrier_inbox (client_id, provider, call_sid, kind, event, leg, \
                         dedupe, received_at, raw) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                         ON CONFLICT (client_id, provider, call_sid, kind, event, leg, dedupe) DO NOTHING",
                        args![client, &h.provider, &h.call_sid, &h.kind, &h.event, &h.leg, &h.dedupe, h.at, &h.raw],
                    )
                    .await?;
                if new > 0 {
                    return Ok(Received::New);
                }
                let row = tx
                    .one(
                        "SELECT answer FROM carrier_inbox WHERE client_id = $1 AND provider = $2 \
                         AND call_sid = $3 AND kind = $4 AND event = $5 AND leg = $6 AND dedupe = $7",
                        args![client, &h.provider, &h.call_sid, &h.kind, &h.event, &h.leg, &h.dedupe],
                    )
                    .await?;
                Ok(Received::Again { answer: row.opt("answer")? })
            })
        })
        .await
    }

    /// Stores what a hook was answered; the first answer stands.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] when the hook was never received.
    pub async fn answer_hook(&self, scope: &Scope, hook: &Hook, answer: &str) -> Result<()> {
        let args = (scope.client, hook.clone(), answer.to_owned());
        self.write(scope, args, |tx, (client, h, answer)| {
            Box::pin(async move {
                let n = tx
                    .exec(
                        "UPDATE carrier_inbox SET answer = COALESCE(answer, $8) \
                         WHERE client_id = $1 AND provider = $2 \
                         AND call_sid = $3 AND kind = $4 AND event = $5 AND leg = $6 AND dedupe = $7",
                        args![client, &h.provider, &h.call_sid, &h.kind, &h.event, &h.leg, &h.dedupe, answer],
                    )
                    .await?;
                if n == 0 { Err(crate::StoreError::NotFound("hook")) } else { Ok(()) }
            })
        })
        .await
    }

    /// What the carrier sent of a channel's newest calls, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn seen_hooks(&self, scope: &Scope, channel: ChannelId) -> Result<Vec<SeenHook>> {
        self.read(scope, (scope.client, channel), |tx, (client, channel)| {
            Box::pin(async move {
                let rows = tx.all(SEEN, args![client, channel]).await?;
                rows.iter()
                    .map(|row| {
                        Ok(SeenHook {
                            call: row.get("call_id")?,
                            kind: row.get("kind")?,
                            event: row.get("event")?,
                            raw: row.get("raw")?,
                            at: row.get("received_at")?,
                        })
                    })
                    .collect()
            })
        })
        .await
    }
}
