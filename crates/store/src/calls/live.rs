//! A call is talked: its stream, its facts and turns, its agents, the request
//! for a person.

use super::{Call, call, find};
use crate::Store;
use crate::audit::Note;
use crate::error::{Result, StoreError};
use crate::sql::{DbRow, Tx, args, from_json, to_json};
use crate::tasks::{self, NewTask, Task};
use caly_core::event::{Event, Speaker, Turn};
use caly_core::id::{AgentId, CallId, ClientId, MemberId};
use caly_core::outcome::EscalationReason;
use caly_core::scope::Scope;
use caly_core::time::At;
use serde::{Deserialize, Serialize};

/// A fact to be stored; facts are what outcomes are made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewFact {
    /// Position in the call, counted by the call from 1; a repeat is ignored.
    pub seq: i64,
    /// When it happened.
    pub at: At,
    /// `caller`, `agent:2`, `member:7`, `carrier`, `system`.
    pub actor: String,
    /// What, such as `tool_answered`.
    pub kind: String,
    /// Details, redacted.
    pub data: serde_json::Value,
}

/// A fact as stored.
pub type StoredFact = NewFact;

/// What a call hands over at once, at most a second's worth.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Facts.
    pub facts: Vec<NewFact>,
    /// Turns, redacted.
    pub turns: Vec<Turn>,
}

impl Store {
    /// Accepts the stream's `start`: state forward, the node that holds the
    /// socket, the token used up. The first hook may have come without the
    /// caller's number; then `start` brings it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::NotNow`] when a stream was
    /// accepted before or the call is over.
    pub async fn start_stream(
        &self,
        scope: &Scope,
        id: CallId,
        stream_sid: &str,
        node: &str,
        caller: Option<&str>,
        now: At,
    ) -> Result<Call> {
        let args = (scope.client, id, stream_sid.to_owned(), node.to_owned(), caller.map(str::to_owned), now);
        self.write(scope, args, |tx, (client, id, sid, node, caller, now)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "UPDATE calls SET state = 'streaming', answered_at = COALESCE(answered_at, $3), \
                         stream_sid = $4, node = $5, caller_number = COALESCE(caller_number, $6), \
                         epoch = epoch + 1, rev = rev + 1 \
                         WHERE client_id = $1 AND id = $2 AND state IN ('new', 'routed') RETURNING *",
                        args![client, id, now, sid, node, caller.clone()],
                    )
                    .await?;
                let Some(row) = row else {
                    find(tx, *client, *id).await?;
                    return Err(StoreError::NotNow("this call's stream came already"));
                };
                tx.exec(
                    "UPDATE stream_tokens SET used = TRUE WHERE client_id = $1 AND call_id = $2",
                    args![client, id],
                )
                .await?;
                call(&row)
            })
        })
        .await
    }

    /// Stores facts and turns; positions that exist are left as they are.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn record(&self, scope: &Scope, id: CallId, batch: Batch, now: At) -> Result<()> {
        self.write(scope, (scope.client, id, batch, now), |tx, (client, id, batch, now)| {
            Box::pin(async move { store_batch(tx, *client, *id, batch, *now).await })
        })
        .await
    }

    /// Another agent goes on; the owner stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::NotNow`] after the end.
    pub async fn switch_agent(
        &self,
        scope: &Scope,
        id: CallId,
        agent: AgentId,
        agent_type: &str,
        now: At,
    ) -> Result<Call> {
        let args = (scope.client, id, agent, agent_type.to_owned(), now);
        self.write(scope, args, |tx, (client, id, agent, slug, now)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "UPDATE calls SET agent_id = $3, agent_type = $4, rev = rev + 1 \
                         WHERE client_id = $1 AND id = $2 AND state <> 'ended' RETURNING *",
                        args![client, id, agent, slug],
                    )
                    .await?;
                let call = open_or_why(tx, *client, *id, row).await?;
                tx.emit(*now, Event::AgentSwitched { call_id: call.id, owner_id: call.owner, agent_id: *agent });
                Ok(call)
            })
        })
        .await
    }

    /// A person is needed. The first request marks the call and makes the
    /// task, when one is handed in; later ones change nothing and answer
    /// `None`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::NotNow`] after the end.
    pub async fn escalate(
        &self,
        scope: &Scope,
        id: CallId,
        reason: EscalationReason,
        task: Option<NewTask>,
        now: At,
    ) -> Result<Option<Task>> {
        let args = (scope.clone(), id, reason, task, now);
        self.write(scope, args, |tx, (scope, id, reason, task, now)| {
            Box::pin(async move { escalate(tx, scope, *id, *reason, task.as_ref(), *now).await })
        })
        .await
    }

    /// The agent's part is over; a later state stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn bot_done(&self, scope: &Scope, id: CallId, now: At) -> Result<Call> {
        self.write(scope, (scope.client, id, now), |tx, (client, id, now)| {
            Box::pin(async move {
                tx.exec(
                    "UPDATE calls SET bot_done_at = COALESCE(bot_done_at, $3), rev = rev + 1, \
                     state = CASE WHEN state IN ('new', 'routed', 'streaming') THEN 'bot_done' ELSE state END \
                     WHERE client_id = $1 AND id = $2 AND state <> 'ended'",
                    args![client, id, now],
                )
                .await?;
                find(tx, *client, *id).await
            })
        })
        .await
    }

    /// The transcript, by position.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn turns(&self, scope: &Scope, id: CallId) -> Result<Vec<Turn>> {
        self.read(scope, (scope.client, id), |tx, (client, id)| {
            Box::pin(async move {
                find(tx, *client, *id).await?;
                let rows = tx
                    .all(
                        "SELECT * FROM call_turns WHERE client_id = $1 AND call_id = $2 ORDER BY seq",
                        args![client, id],
                    )
                    .await?;
                rows.iter().map(turn).collect()
            })
        })
        .await
    }

    /// The facts, by position.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn facts(&self, scope: &Scope, id: CallId) -> Result<Vec<StoredFact>> {
        self.read(scope, (scope.client, id), |tx, (client, id)| {
            Box::pin(async move {
                find(tx, *client, *id).await?;
                let rows = tx
                    .all(
                        "SELECT * FROM call_facts WHERE client_id = $1 AND call_id = $2 ORDER BY seq",
                        args![client, id],
                    )
                    .await?;
                rows.iter().map(fact).collect()
            })
        })
        .await
    }
}

/// Marks the call and makes the task, in the transaction that decided on it.
pub(super) async fn escalate(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: CallId,
    reason: EscalationReason,
    task: Option<&NewTask>,
    now: At,
) -> Result<Option<Task>> {
    let row = tx
        .opt(
            "UPDATE calls SET escalated = TRUE, escalation_reason = $3, rev = rev + 1 \
             WHERE client_id = $1 AND id = $2 AND state <> 'ended' AND escalated = FALSE \
             RETURNING *",
            args![scope.client, id, reason],
        )
        .await?;
    if row.is_none() && find(tx, scope.client, id).await?.escalated {
        return Ok(None);
    }
    let call = open_or_why(tx, scope.client, id, row).await?;
    tx.emit(now, Event::CallEscalated { call_id: call.id, owner_id: call.owner, reason });
    let body = serde_json::json!({"call": id, "reason": reason});
    tx.note(Note::new(scope, now, "call.escalate", &body));
    match task {
        Some(task) => tasks::insert(tx, scope.client, Some(&call), task, now).await.map(Some),
        None => Ok(None),
    }
}

/// The row, or why there is none: no such call, or it has ended.
async fn open_or_why(tx: &mut Tx<'_>, client: ClientId, id: CallId, row: Option<DbRow>) -> Result<Call> {
    match row {
        Some(row) => call(&row),
        None => {
            find(tx, client, id).await?;
            Err(StoreError::NotNow("this call has ended"))
        }
    }
}

async fn store_batch(tx: &mut Tx<'_>, client: ClientId, id: CallId, batch: &Batch, now: At) -> Result<()> {
    let owner = tx
        .opt("SELECT owner_id FROM calls WHERE client_id = $1 AND id = $2", args![client, id])
        .await?
        .ok_or(StoreError::NotFound("call"))?
        .opt::<MemberId>("owner_id")?;
    for f in &batch.facts {
        tx.exec(
            "INSERT INTO call_facts (client_id, call_id, seq, at, actor, kind, data) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (client_id, call_id, seq) DO NOTHING",
            args![client, id, f.seq, f.at, &f.actor, &f.kind, f.data.to_string()],
        )
        .await?;
    }
    let mut new = Vec::new();
    for t in &batch.turns {
        let written = tx
            .exec(
                "INSERT INTO call_turns (client_id, call_id, seq, speaker, text, at) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (client_id, call_id, seq) DO NOTHING",
                args![client, id, t.seq, to_json(&t.speaker)?.trim_matches('"'), &t.text, t.at],
            )
            .await?;
        if written > 0 {
            new.push(t.clone());
        }
    }
    if !new.is_empty() {
        tx.emit(now, Event::CallTurn { call_id: id, owner_id: owner, turns: new });
    }
    Ok(())
}

pub(super) fn turn(row: &DbRow) -> Result<Turn> {
    let speaker: String = row.get("speaker")?;
    Ok(Turn {
        seq: row.get("seq")?,
        speaker: from_json::<Speaker>(&format!("\"{speaker}\""))?,
        text: row.get("text")?,
        at: row.get("at")?,
    })
}

fn fact(row: &DbRow) -> Result<StoredFact> {
    Ok(NewFact {
        seq: row.get("seq")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        kind: row.get("kind")?,
        data: from_json(&row.get::<String>("data")?)?,
    })
}
