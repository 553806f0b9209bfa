//! Routing decisions, stored whole so that they can be replayed.

use crate::Store;
use crate::error::Result;
use crate::sql::{args, from_json};
use caly_core::id::CallId;
use caly_core::routing::Decision;
use caly_core::scope::Scope;

impl Store {
    /// Why the call has its owner; `None` on channels without owners.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] when there is no such call.
    pub async fn decision(&self, scope: &Scope, call: CallId) -> Result<Option<Decision>> {
        self.read(scope, (scope.client, call), |tx, (client, call)| {
            Box::pin(async move {
                crate::calls::find(tx, *client, *call).await?;
                let row = tx
                    .opt("SELECT body FROM decisions WHERE client_id = $1 AND call_id = $2", args![client, call])
                    .await?;
                row.map(|row| from_json(&row.get::<String>("body")?)).transpose()
            })
        })
        .await
    }
}
