//! A return, asked for at most once: a stored intent first, then a look for
//! one that stands, then one write. When nobody knows whether the write was
//! done, a person looks.

use super::shopify::{NewReturn, Shop, ShopError};
use super::{CallContext, ClientTools, Done, ToolError};
use caly_core::privacy::redact;
use caly_core::scope::Scope;
use caly_core::tool::ToolResult;
use caly_store::{IntentState, NewIntent};

/// What the caller confirmed.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) order_id: String,
    pub(super) order_name: String,
    pub(super) line_item_id: String,
    pub(super) title: String,
    pub(super) reason: String,
}

impl ClientTools {
    pub(super) async fn request_return(&self, scope: &Scope, ctx: &CallContext, wanted: Wanted) -> Done {
        let Some(shop) = self.shop(scope, ctx).await? else {
            return Ok(ToolResult::NotConnected);
        };
        let intent =
            NewIntent { call: ctx.call, order_id: wanted.order_id.clone(), line_item_id: wanted.line_item_id.clone() };
        let (stands, mine) = self.store.begin_intent(scope, intent.clone(), self.clock.now()).await?;
        match (mine, stands.result) {
            (true, _) => self.first_time(scope, ctx, &shop, &intent, &wanted).await,
            (false, Some(name)) if stands.state == IntentState::Done => {
                Ok(ToolResult::ReturnRequested { name, existed: true })
            }
            (false, _) => {
                // A write of this very call that timed out has its task.
                let has_task = stands.state == IntentState::Unknown && stands.call == ctx.call;
                self.not_again(scope, ctx, &shop, &intent, &wanted, has_task).await
            }
        }
    }

    /// The intent is ours: look, then write once.
    async fn first_time(
        &self,
        scope: &Scope,
        ctx: &CallContext,
        shop: &Shop,
        intent: &NewIntent,
        wanted: &Wanted,
    ) -> Done {
        let found = match shop.returnable(&wanted.order_id).await {
            Ok(found) => found,
            // Nothing was written yet, so the next call may begin anew.
            Err(error) => {
                self.settle(scope, intent, IntentState::Refused, None).await?;
                return Err(error.into());
            }
        };
        if let Some(name) = found.open_return_of(&wanted.line_item_id) {
            self.settle(scope, intent, IntentState::Done, Some(name.to_owned())).await?;
            return Ok(ToolResult::ReturnRequested { name: name.to_owned(), existed: true });
        }
        let reason = redact(&wanted.reason);
        let new = NewReturn { order_id: &wanted.order_id, line_item_id: &wanted.line_item_id, reason: &reason };
        match shop.request_return(&new).await {
            Ok(name) => {
                self.settle(scope, intent, IntentState::Done, Some(name.clone())).await?;
                Ok(ToolResult::ReturnRequested { name, existed: false })
            }
            Err(error @ (ShopError::Refused(_) | ShopError::Token | ShopError::Throttled { .. })) => {
                self.settle(scope, intent, IntentState::Refused, None).await?;
                Err(error.into())
            }
            Err(error) => {
                tracing::warn!(call.id = %ctx.call, %error, "a return may or may not have been requested");
                self.settle(scope, intent, IntentState::Unknown, None).await?;
                self.hand_to_a_person(scope, ctx, wanted).await
            }
        }
    }

    /// The intent stood already and how it went is not known: only look.
    async fn not_again(
        &self,
        scope: &Scope,
        ctx: &CallContext,
        shop: &Shop,
        intent: &NewIntent,
        wanted: &Wanted,
        has_task: bool,
    ) -> Done {
        let found = shop.returnable(&wanted.order_id).await?;
        if let Some(name) = found.open_return_of(&wanted.line_item_id) {
            self.settle(scope, intent, IntentState::Done, Some(name.to_owned())).await?;
            return Ok(ToolResult::ReturnRequested { name: name.to_owned(), existed: true });
        }
        if has_task {
            return Ok(ToolResult::Unavailable { task_made: true });
        }
        self.hand_to_a_person(scope, ctx, wanted).await
    }

    async fn hand_to_a_person(&self, scope: &Scope, ctx: &CallContext, wanted: &Wanted) -> Done {
        let text = format!(
            "Check in the shop whether a return of \"{}\" from order {} was requested; if not, request it. \
             Reason: {}",
            wanted.title,
            wanted.order_name,
            redact(&wanted.reason)
        );
        self.make_task(scope, ctx, text).await?;
        Ok(ToolResult::Unavailable { task_made: true })
    }

    async fn settle(
        &self,
        scope: &Scope,
        intent: &NewIntent,
        state: IntentState,
        result: Option<String>,
    ) -> Result<(), ToolError> {
        self.store.settle_intent(scope, intent, state, result, self.clock.now()).await?;
        Ok(())
    }
}
