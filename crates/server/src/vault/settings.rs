//! A sector's settings: written, never read back; absent keeps, `None`
//! removes, a text replaces, and a new address voids the secrets that were
//! meant for the old one.

use super::{Vault, VaultError, belongs, text};
use caly_core::agent::{Field, FieldKind, SectorEntry};
use caly_core::scope::Scope;
use caly_core::time::At;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;

/// By field: `None` removes, a text replaces; what is not named is kept.
pub type Changes = BTreeMap<String, Option<SecretString>>;

/// What may be said of a setting: never its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingState {
    /// The field.
    pub field: String,
    /// Whether it holds a value.
    pub set: bool,
    /// When it was last written.
    pub updated_at: Option<At>,
    /// By whom, `member:7`.
    pub updated_by: Option<String>,
}

impl Vault {
    /// Writes settings of a sector, all or none.
    ///
    /// # Errors
    /// [`VaultError::UnknownField`] and [`VaultError::DoesNotFit`] before
    /// anything is written.
    pub async fn put(&self, scope: &Scope, entry: &SectorEntry, changes: Changes) -> Result<(), VaultError> {
        for (field, value) in &changes {
            let rule = entry.fields.iter().find(|f| f.key == *field);
            let rule = rule.ok_or_else(|| VaultError::UnknownField(field.clone()))?;
            if let Some(value) = value {
                check(rule, value.expose_secret())?;
            }
        }
        let voided = self.voided(scope, entry, &changes).await?;
        let key = self.data_key(scope).await?;
        let mut rows: Vec<(String, Option<String>)> = voided.into_iter().map(|field| (field, None)).collect();
        for (field, value) in changes {
            let aad = belongs(scope.client, entry.sector, &field);
            let sealed = value.map(|v| key.seal(v.expose_secret().as_bytes(), &aad, self.chance.as_ref()));
            rows.push((field, sealed));
        }
        Ok(self.store.put_settings(scope, entry.sector, rows, self.clock.now()).await?)
    }

    /// Every field of a sector and whether it is set.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn states(&self, scope: &Scope, entry: &SectorEntry) -> Result<Vec<SettingState>, VaultError> {
        let stored = self.store.settings(scope, entry.sector).await?;
        let state = |rule: &Field| {
            let found = stored.iter().find(|s| s.field == rule.key);
            SettingState {
                field: rule.key.clone(),
                set: found.is_some(),
                updated_at: found.map(|s| s.updated_at),
                updated_by: found.map(|s| s.updated_by.clone()),
            }
        };
        Ok(entry.fields.iter().map(state).collect())
    }

    /// Secrets of a group whose address changes and that are not set anew.
    async fn voided(&self, scope: &Scope, entry: &SectorEntry, changes: &Changes) -> Result<Vec<String>, VaultError> {
        let mut groups = Vec::new();
        for rule in entry.fields.iter().filter(|f| f.kind != FieldKind::Password && f.url_group.is_some()) {
            if let Some(new) = changes.get(&rule.key)
                && self.differs(scope, entry, &rule.key, new.as_ref()).await?
            {
                groups.push(rule.url_group.clone());
            }
        }
        let meant = |f: &&Field| f.kind == FieldKind::Password && groups.contains(&f.url_group);
        let kept = |f: &&Field| !changes.contains_key(&f.key);
        Ok(entry.fields.iter().filter(meant).filter(kept).map(|f| f.key.clone()).collect())
    }

    async fn differs(
        &self,
        scope: &Scope,
        entry: &SectorEntry,
        field: &str,
        new: Option<&SecretString>,
    ) -> Result<bool, VaultError> {
        let stored = self.store.settings(scope, entry.sector).await?;
        let Some(old) = stored.iter().find(|s| s.field == field) else {
            return Ok(true);
        };
        let key = self.data_key(scope).await?;
        let old = text(key.open(&old.sealed, &belongs(scope.client, entry.sector, field))?)?;
        Ok(new.is_none_or(|new| new.expose_secret() != old.expose_secret()))
    }
}

fn check(rule: &Field, value: &str) -> Result<(), VaultError> {
    let fits = match rule.kind {
        FieldKind::Select => rule.options.iter().any(|o| o == value),
        FieldKind::Checkbox => matches!(value, "true" | "false"),
        FieldKind::Text | FieldKind::Password => !value.trim().is_empty() && value.len() <= 4_096,
    };
    // A pattern that does not compile lets nothing through.
    let matches = rule.pattern.as_ref().is_none_or(|p| regex::Regex::new(p).is_ok_and(|r| r.is_match(value)));
    if fits && matches {
        return Ok(());
    }
    Err(VaultError::DoesNotFit { field: rule.key.clone(), hint: rule.help.clone() })
}
