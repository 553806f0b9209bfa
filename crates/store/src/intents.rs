//! Intents: written before an outward change, so that it is never made twice.

use crate::error::{Result, StoreError};
use crate::sql::{DbRow, args};
use crate::{IntentState, Store};
use caly_core::id::CallId;
use caly_core::scope::Scope;
use caly_core::time::At;

/// A return that is about to be requested, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// The call that asked for it.
    pub call: CallId,
    /// The shop's order.
    pub order_id: String,
    /// The line item.
    pub line_item_id: String,
    /// How far it has come.
    pub state: IntentState,
    /// What the shop answered.
    pub result: Option<String>,
    /// When it was begun.
    pub created_at: At,
    /// When it was settled.
    pub settled_at: Option<At>,
}

/// An intent to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIntent {
    /// The call that asks for it.
    pub call: CallId,
    /// The shop's order.
    pub order_id: String,
    /// The line item.
    pub line_item_id: String,
}

fn intent(row: &DbRow) -> Result<Intent> {
    Ok(Intent {
        call: row.get("call_id")?,
        order_id: row.get("order_id")?,
        line_item_id: row.get("line_item_id")?,
        state: row.get("state")?,
        result: row.opt("result")?,
        created_at: row.get("created_at")?,
        settled_at: row.opt("settled_at")?,
    })
}

impl Store {
    /// Begins an intent; `true` means that the caller may write to the shop.
    /// One that stands (of whatever call) is answered with `false`, unless the
    /// shop had refused it: then it begins anew.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (call).
    pub async fn begin_intent(&self, scope: &Scope, new: NewIntent, now: At) -> Result<(Intent, bool)> {
        self.write(scope, (scope.client, new, now), |tx, (client, new, now)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "INSERT INTO intents (client_id, call_id, order_id, line_item_id, state, created_at) \
                         VALUES ($1, $2, $3, $4, 'begun', $5) \
                         ON CONFLICT (client_id, order_id, line_item_id) DO UPDATE SET \
                         call_id = excluded.call_id, state = 'begun', result = NULL, \
                         created_at = excluded.created_at, settled_at = NULL \
                         WHERE intents.state = 'refused' RETURNING *",
                        args![client, new.call, &new.order_id, &new.line_item_id, now],
                    )
                    .await?;
                if let Some(row) = row {
                    return Ok((intent(&row)?, true));
                }
                let row = tx
                    .one(
                        "SELECT * FROM intents WHERE client_id = $1 AND order_id = $2 AND line_item_id = $3",
                        args![client, &new.order_id, &new.line_item_id],
                    )
                    .await?;
                Ok((intent(&row)?, false))
            })
        })
        .await
    }

    /// Says how an intent went.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn settle_intent(
        &self,
        scope: &Scope,
        of: &NewIntent,
        state: IntentState,
        result: Option<String>,
        now: At,
    ) -> Result<Intent> {
        let args = (scope.client, of.clone(), state, result, now);
        self.write(scope, args, |tx, (client, of, state, result, now)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "UPDATE intents SET state = $4, result = $5, settled_at = $6 \
                         WHERE client_id = $1 AND order_id = $2 AND line_item_id = $3 RETURNING *",
                        args![client, &of.order_id, &of.line_item_id, state, result, now],
                    )
                    .await?;
                intent(&row.ok_or(StoreError::NotFound("intent"))?)
            })
        })
        .await
    }
}
