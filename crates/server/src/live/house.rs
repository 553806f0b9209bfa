//! What a call needs to know of its client: rules, zone, and whether it is a
//! demo.

use crate::state::AppState;
use caly_core::rules::Rules;
use caly_core::scope::Scope;
use caly_core::time::{At, Zone};
use caly_store::{Store, StoreError};
use std::sync::Arc;

/// The client as its rules have it.
#[derive(Debug, Clone, Default)]
pub struct House {
    /// Its rehearsals count.
    pub is_demo: bool,
    /// Its zone; none when the stored name is no zone.
    pub zone: Option<Zone>,
    /// Its rules.
    pub rules: Arc<Rules>,
}

impl House {
    /// As it stands now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(app: &AppState, scope: &Scope) -> Result<Self, StoreError> {
        Self::of(&app.store, scope).await
    }

    /// The same, for those who have no more than the store.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(store: &Store, scope: &Scope) -> Result<Self, StoreError> {
        let client = store.client(scope.client).await?;
        let rules = Arc::new(store.rules(scope).await?.rules);
        Ok(Self { is_demo: client.is_demo, zone: Zone::named(&client.zone).ok(), rules })
    }

    /// As it stands now; a call goes on without it while the database is away.
    pub async fn read_or_default(app: &AppState, scope: &Scope) -> Self {
        Self::read(app, scope).await.unwrap_or_else(|e| {
            tracing::warn!(client.id = %scope.client, client.error = %e, "a call goes on without its client's rules");
            Self::default()
        })
    }

    /// Whether people are there.
    #[must_use]
    pub fn is_open(&self, at: At) -> bool {
        self.zone.as_ref().is_none_or(|zone| self.rules.is_open(zone, at))
    }

    /// When a task made now is due.
    #[must_use]
    pub fn due(&self, now: At, within_ms: i64) -> At {
        self.zone.as_ref().map_or(now.plus(within_ms), |zone| self.rules.due(zone, now, within_ms))
    }
}
