//! Events: what boards follow, kept for ten minutes.

use crate::Store;
use crate::error::Result;
use crate::sql::{DbRow, Tx, args, from_json};
use caly_core::event::Event;
use caly_core::id::ClientId;
use caly_core::scope::Scope;
use caly_core::time::At;

/// An event with its id.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Counted per client without holes; the order of commits.
    pub id: i64,
    /// When.
    pub at: At,
    /// What.
    pub event: Event,
}

/// What came after an id.
#[derive(Debug, Clone, PartialEq)]
pub struct Events {
    /// Something between was forgotten (or the id is from another database):
    /// the board reads everything again and goes on from `last`.
    pub reset: bool,
    /// The events, oldest first; empty on a reset.
    pub items: Vec<StoredEvent>,
    /// The client's highest id.
    pub last: i64,
}

impl Store {
    /// At most `limit` (1-200) events after `after`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn events(&self, scope: &Scope, after: i64, limit: i64) -> Result<Events> {
        let args = (scope.client, after, crate::page_limit(limit));
        self.read(scope, args, |tx, (client, after, limit)| {
            Box::pin(async move {
                let rows = tx
                    .all(
                        "SELECT * FROM events WHERE client_id = $1 AND id > $2 ORDER BY id LIMIT $3",
                        args![client, after, limit],
                    )
                    .await?;
                let items = rows.iter().map(event).collect::<Result<Vec<_>>>()?;
                let counter = last(tx, *client).await?;
                let hole = match items.first() {
                    Some(first) => first.id > after + 1,
                    None => counter > *after,
                };
                let reset = hole || *after > counter;
                Ok(Events { reset, items: if reset { Vec::new() } else { items }, last: counter })
            })
        })
        .await
    }

    /// The client's highest event id, 0 before the first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_event(&self, scope: &Scope) -> Result<i64> {
        self.read(scope, scope.client, |tx, client| Box::pin(async move { last(tx, *client).await })).await
    }

    /// Forgets events older than `before`; how many they were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn prune_events(&self, scope: &Scope, before: At) -> Result<u64> {
        self.write(scope, (scope.client, before), |tx, (client, before)| {
            Box::pin(async move {
                tx.exec("DELETE FROM events WHERE client_id = $1 AND at < $2", args![client, before]).await
            })
        })
        .await
    }
}

async fn last(tx: &mut Tx<'_>, client: ClientId) -> Result<i64> {
    let row = tx.opt("SELECT value FROM counters WHERE client_id = $1 AND name = 'event'", args![client]).await?;
    row.map_or(Ok(0), |row| row.get("value"))
}

fn event(row: &DbRow) -> Result<StoredEvent> {
    Ok(StoredEvent { id: row.get("id")?, at: row.get("at")?, event: from_json(&row.get::<String>("body")?)? })
}
