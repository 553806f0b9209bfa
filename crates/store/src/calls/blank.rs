//! Taking a card number out of turns that are stored already.

use super::find;
use crate::Store;
use crate::error::Result;
use crate::sql::{Tx, args, from_json, to_json};
use caly_core::event::{Event, Turn};
use caly_core::id::{CallId, ClientId, MemberId};
use caly_core::scope::Scope;
use caly_core::time::At;
use std::collections::HashMap;

/// What replaces the text of a stored turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blank {
    /// The turn's position in the transcript.
    pub turn: i64,
    /// The position of the fact that says the same.
    pub fact: i64,
    /// The text from now on.
    pub text: String,
}

impl Store {
    /// Replaces the text of stored turns, in the transcript, in the facts and
    /// in the events that boards may still replay; boards are told the turns
    /// anew. Positions that do not exist are passed over.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`].
    pub async fn blank_turns(&self, scope: &Scope, id: CallId, blanks: Vec<Blank>, now: At) -> Result<()> {
        self.write(scope, (scope.client, id, blanks, now), |tx, (client, id, blanks, now)| {
            Box::pin(async move {
                let owner = find(tx, *client, *id).await?.owner;
                let mut turns = Vec::new();
                for blank in blanks {
                    fact(tx, *client, *id, blank).await?;
                    turns.extend(turn(tx, *client, *id, blank).await?);
                }
                let texts: HashMap<i64, &str> = blanks.iter().map(|b| (b.turn, b.text.as_str())).collect();
                events(tx, *client, *id, owner, &texts).await?;
                if !turns.is_empty() {
                    tx.emit(*now, Event::CallTurn { call_id: *id, owner_id: owner, turns });
                }
                Ok(())
            })
        })
        .await
    }
}

async fn turn(tx: &mut Tx<'_>, client: ClientId, id: CallId, blank: &Blank) -> Result<Option<Turn>> {
    let row = tx
        .opt(
            "UPDATE call_turns SET text = $4 WHERE client_id = $1 AND call_id = $2 AND seq = $3 RETURNING *",
            args![client, id, blank.turn, &blank.text],
        )
        .await?;
    row.as_ref().map(super::live::turn).transpose()
}

async fn fact(tx: &mut Tx<'_>, client: ClientId, id: CallId, blank: &Blank) -> Result<()> {
    let row = tx
        .opt(
            "SELECT data FROM call_facts WHERE client_id = $1 AND call_id = $2 AND seq = $3",
            args![client, id, blank.fact],
        )
        .await?;
    let Some(row) = row else { return Ok(()) };
    let mut data: serde_json::Value = from_json(&row.get::<String>("data")?)?;
    if let Some(text) = data.get_mut("text") {
        *text = blank.text.clone().into();
        tx.exec(
            "UPDATE call_facts SET data = $4 WHERE client_id = $1 AND call_id = $2 AND seq = $3",
            args![client, id, blank.fact, data.to_string()],
        )
        .await?;
    }
    Ok(())
}

/// Events of the last minutes hold the same words.
async fn events(
    tx: &mut Tx<'_>,
    client: ClientId,
    id: CallId,
    owner: Option<MemberId>,
    texts: &HashMap<i64, &str>,
) -> Result<()> {
    let rows = tx
        .all(
            "SELECT id, body FROM events WHERE client_id = $1 AND body LIKE $2 ORDER BY id",
            args![client, format!("%{id}%")],
        )
        .await?;
    for row in rows {
        let Event::CallTurn { call_id, mut turns, .. } = from_json::<Event>(&row.get::<String>("body")?)? else {
            continue;
        };
        if call_id != id || !turns.iter().any(|t| texts.contains_key(&t.seq)) {
            continue;
        }
        for turn in &mut turns {
            if let Some(text) = texts.get(&turn.seq) {
                turn.text = (*text).to_owned();
            }
        }
        let event = Event::CallTurn { call_id, owner_id: owner, turns };
        tx.exec(
            "UPDATE events SET body = $3 WHERE client_id = $1 AND id = $2",
            args![client, row.get::<i64>("id")?, to_json(&event)?],
        )
        .await?;
    }
    Ok(())
}
