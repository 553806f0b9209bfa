//! The agents' hands: each tool works for one call, under the client's scope
//! and with the client's own credentials. What is true comes back as a
//! [`ToolResult`]; nothing here decides what is said.

mod returns;
pub mod shopify;
mod slots;
#[cfg(test)]
mod tests;

use crate::clock::{Chance, Clock};
use crate::finish::rescue::TASK_DUE_MS;
use crate::live::house::House;
use crate::outbound::Allow;
use crate::vault::{Purpose, Vault, VaultError};
use caly_core::id::{CallId, TaskId};
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_core::time::{UnknownZone, Zone};
use caly_core::tool::{ToolCall, ToolResult};
use caly_store::{NewTask, Store, StoreError, TaskKind};
use futures::future::BoxFuture;
use shopify::{Shop, ShopError};
use std::sync::Arc;

/// The call that a tool works for.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// The call; the idempotency key of what it changes.
    pub call: CallId,
    /// The caller's number, E.164, when known.
    pub caller: Option<String>,
}

/// What the live call asks for tools. A call never waits for ever: every
/// implementation answers within its own bounds, if only with
/// [`ToolResult::Unavailable`].
pub trait Tools: Send + Sync {
    /// Runs one tool.
    fn run<'a>(&'a self, scope: &'a Scope, ctx: &'a CallContext, call: ToolCall) -> BoxFuture<'a, ToolResult>;
}

/// The tools over the store, the vault and the client's connectors.
#[derive(Clone)]
pub struct ClientTools {
    store: Store,
    vault: Vault,
    allow: Allow,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
}

/// A tool could not do its work; logged once, here.
#[derive(Debug, thiserror::Error)]
enum ToolError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Shop(#[from] ShopError),
    #[error(transparent)]
    Zone(#[from] UnknownZone),
}

type Done = Result<ToolResult, ToolError>;

impl Tools for ClientTools {
    fn run<'a>(&'a self, scope: &'a Scope, ctx: &'a CallContext, call: ToolCall) -> BoxFuture<'a, ToolResult> {
        Box::pin(async move {
            let done = self.dispatch(scope, ctx, call).await;
            done.unwrap_or_else(|error| {
                tracing::warn!(client.id = %scope.client, call.id = %ctx.call, %error, "a tool failed");
                match error {
                    ToolError::Shop(ShopError::Refused(why)) => ToolResult::Refused(why),
                    ToolError::Shop(ShopError::Token) => ToolResult::NotConnected,
                    _ => ToolResult::Unavailable { task_made: false },
                }
            })
        })
    }
}

impl ClientTools {
    /// Tools whose outbound calls may also reach the operator's `allow` list.
    #[must_use]
    pub fn new(store: Store, vault: Vault, allow: Allow, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        Self { store, vault, allow, clock, chance }
    }

    async fn dispatch(&self, scope: &Scope, ctx: &CallContext, call: ToolCall) -> Done {
        match call {
            ToolCall::FindOrder { name } => self.find_order(scope, ctx, &name).await,
            ToolCall::FindReturnable { order_id } => self.find_returnable(scope, ctx, &order_id).await,
            ToolCall::RequestReturn { order_id, order_name, line_item_id, title, reason } => {
                let wanted = returns::Wanted { order_id, order_name, line_item_id, title, reason };
                self.request_return(scope, ctx, wanted).await
            }
            other => self.slot_book(scope, ctx, other).await,
        }
    }

    async fn find_order(&self, scope: &Scope, ctx: &CallContext, name: &str) -> Done {
        let Some(shop) = self.shop(scope, ctx).await? else {
            return Ok(ToolResult::NotConnected);
        };
        let zone = self.zone(scope).await?;
        Ok(ToolResult::Order(shop.order(name, &zone).await?))
    }

    async fn find_returnable(&self, scope: &Scope, ctx: &CallContext, order_id: &str) -> Done {
        let Some(shop) = self.shop(scope, ctx).await? else {
            return Ok(ToolResult::NotConnected);
        };
        let found = shop.returnable(order_id).await?;
        Ok(ToolResult::Returnable { open_return: !found.open.is_empty(), items: found.items })
    }

    /// The client's shop; none without both address and token.
    async fn shop(&self, scope: &Scope, ctx: &CallContext) -> Result<Option<Shop>, ToolError> {
        let why = Purpose::Tool(ctx.call);
        let address = self.vault.open(scope, Sector::Ecommerce, "shopify_store_url", why).await?;
        let token = self.vault.open(scope, Sector::Ecommerce, "shopify_access_token", why).await?;
        let (Some(address), Some(token)) = (address, token) else {
            return Ok(None);
        };
        let address = secrecy::ExposeSecret::expose_secret(&address);
        Ok(Some(Shop::at(address, token, &self.allow).await?))
    }

    async fn zone(&self, scope: &Scope) -> Result<Zone, ToolError> {
        Ok(Zone::named(&self.store.client(scope.client).await?.zone)?)
    }

    /// A message for a person, because a tool could not finish.
    async fn make_task(&self, scope: &Scope, ctx: &CallContext, text: String) -> Result<(), ToolError> {
        let now = self.clock.now();
        let task = NewTask {
            id: TaskId(self.chance.id(now)),
            kind: TaskKind::Message,
            caller_name: None,
            caller_number: ctx.caller.clone(),
            text,
            due_at: House::of(&self.store, scope).await?.due(now, TASK_DUE_MS),
        };
        self.store.create_task(scope, Some(ctx.call), task, now).await?;
        Ok(())
    }
}
