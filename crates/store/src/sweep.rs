//! What the sweeper looks for: calls that nobody will end.

use crate::Store;
use crate::calls::{Call, call};
use crate::error::Result;
use crate::sql::args;
use caly_core::scope::Scope;
use caly_core::time::At;

impl Store {
    /// Calls whose stream never came in its time: they become `failed`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn streams_that_never_came(&self, scope: &Scope, now: At) -> Result<Vec<Call>> {
        self.read(scope, (scope.client, now), |tx, (client, now)| {
            Box::pin(async move {
                let rows = tx
                    .all(
                        "SELECT * FROM calls WHERE client_id = $1 AND ended_at IS NULL \
                         AND state IN ('new', 'routed') AND token_expires_at < $2 \
                         ORDER BY started_at LIMIT 200",
                        args![client, now],
                    )
                    .await?;
                rows.iter().map(call).collect()
            })
        })
        .await
    }

    /// Open calls with a stream whose node has not said that it lives since
    /// `seen_before` ([`Store::beat`]): completed from their stored facts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn orphaned_calls(&self, scope: &Scope, seen_before: At) -> Result<Vec<Call>> {
        self.read(scope, (scope.client, seen_before), |tx, (client, before)| {
            Box::pin(async move {
                let rows = tx
                    .all(
                        "SELECT c.* FROM calls c LEFT JOIN nodes n ON n.node = c.node \
                         WHERE c.client_id = $1 AND c.ended_at IS NULL \
                         AND c.state IN ('streaming', 'bot_done') \
                         AND (n.seen_at IS NULL OR n.seen_at < $2) ORDER BY c.started_at LIMIT 200",
                        args![client, before],
                    )
                    .await?;
                rows.iter().map(call).collect()
            })
        })
        .await
    }

    /// Open calls of one node that began before `started_before`, the eldest
    /// thousand: after its restart their sockets are gone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_calls_of(&self, scope: &Scope, node: &str, started_before: At) -> Result<Vec<Call>> {
        let args = (scope.client, node.to_owned(), started_before);
        self.read(scope, args, |tx, (client, node, before)| {
            Box::pin(async move {
                let rows = tx
                    .all(
                        "SELECT * FROM calls WHERE client_id = $1 AND ended_at IS NULL AND node = $2 \
                         AND started_at < $3 AND state IN ('streaming', 'bot_done') \
                         ORDER BY started_at LIMIT 1000",
                        args![client, node, before],
                    )
                    .await?;
                rows.iter().map(call).collect()
            })
        })
        .await
    }
}
