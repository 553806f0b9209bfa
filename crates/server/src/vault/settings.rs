//! A sector's settings: written, never read back; absent keeps, `None`
//! removes, a text replaces, and a new address voids the secrets that were
//! meant for the old one.

use super::{Vault, VaultError, belongs, text};
use caly_core::agent::{Field, FieldKind, SectorEntry};
use caly_core::scope::Scope;
use caly_core::time::At;
use caly_store::Setting;
use secrecy::{ExposeSecret, SecretString};
use std::collections::{BTreeMap, BTreeSet};

/// By field: `None` removes, a text replaces; what is not named is kept.
pub type Changes = BTreeMap<String, Option<SecretString>>;

/// A sector's values, opened for use.
pub type Values = BTreeMap<String, SecretString>;

/// A field that cannot be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field.
    pub field: String,
    /// What would fit.
    pub hint: String,
}

/// What may be said of a setting: a secret's value never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingState {
    /// The field.
    pub field: String,
    /// Whether it holds a value.
    pub set: bool,
    /// The value; of a secret never.
    pub value: Option<String>,
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
            if let Some(value) = value
                && !fits(rule, value.expose_secret())
            {
                return Err(VaultError::DoesNotFit { field: field.clone(), hint: rule.help.clone() });
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

    /// Every fault of a change, field by field: unknown fields, values that do
    /// not fit, and what would be missing afterwards. A group of fields is
    /// complete or empty, so that a connection can also be taken away.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn faults(
        &self,
        scope: &Scope,
        entry: &SectorEntry,
        changes: &Changes,
    ) -> Result<Vec<Fault>, VaultError> {
        let mut faults = Vec::new();
        for (field, value) in changes {
            let fault = |hint: &str| Fault { field: field.clone(), hint: hint.to_owned() };
            match (entry.fields.iter().find(|f| f.key == *field), value) {
                (None, _) => faults.push(fault("There is no such setting in this sector.")),
                (Some(rule), Some(value)) if !fits(rule, value.expose_secret()) => faults.push(fault(&rule.help)),
                _ => {}
            }
        }
        let set = self.set_after(scope, entry, changes).await?;
        for rule in entry.fields.iter().filter(|f| f.required && !set.contains(&f.key)) {
            let in_use = |f: &&Field| f.url_group == rule.url_group && set.contains(&f.key);
            if entry.fields.iter().any(|f| in_use(&f)) && !faults.iter().any(|f| f.field == rule.key) {
                faults.push(Fault { field: rule.key.clone(), hint: format!("Needed: {}", rule.help) });
            }
        }
        Ok(faults)
    }

    async fn set_after(
        &self,
        scope: &Scope,
        entry: &SectorEntry,
        changes: &Changes,
    ) -> Result<BTreeSet<String>, VaultError> {
        let voided = self.voided(scope, entry, changes).await?;
        let stored = self.store.settings(scope, entry.sector).await?.into_iter().map(|s| s.field);
        let mut set: BTreeSet<String> = stored.filter(|field| !voided.contains(field)).collect();
        for (field, value) in changes {
            match value {
                Some(_) => set.insert(field.clone()),
                None => set.remove(field),
            };
        }
        Ok(set)
    }

    /// Every field of a sector, whether it is set, and the value of what is no
    /// secret.
    ///
    /// # Errors
    /// [`VaultError::Store`]; [`VaultError::Sealed`] with another key file.
    pub async fn states(&self, scope: &Scope, entry: &SectorEntry) -> Result<Vec<SettingState>, VaultError> {
        let stored = self.store.settings(scope, entry.sector).await?;
        let key = self.data_key(scope).await?;
        let state = |rule: &Field| {
            let found = stored.iter().find(|s| s.field == rule.key);
            let shown = found.filter(|_| rule.kind != FieldKind::Password);
            let open = |s: &Setting| text(key.open(&s.sealed, &belongs(scope.client, entry.sector, &s.field))?);
            Ok(SettingState {
                field: rule.key.clone(),
                set: found.is_some(),
                value: shown.map(open).transpose()?.map(|v| v.expose_secret().to_owned()),
                updated_at: found.map(|s| s.updated_at),
                updated_by: found.map(|s| s.updated_by.clone()),
            })
        };
        entry.fields.iter().map(state).collect()
    }

    /// What the settings would be after `typed`, opened to try them out; nothing
    /// is written. A typed address gets none of the secrets that were stored for
    /// another one.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn as_if(&self, scope: &Scope, entry: &SectorEntry, typed: Changes) -> Result<Values, VaultError> {
        let voided = self.voided(scope, entry, &typed).await?;
        let key = self.data_key(scope).await?;
        let mut values = Values::new();
        for setting in self.store.settings(scope, entry.sector).await? {
            if !voided.contains(&setting.field) {
                let aad = belongs(scope.client, entry.sector, &setting.field);
                values.insert(setting.field, text(key.open(&setting.sealed, &aad)?)?);
            }
        }
        tracing::info!(client.id = %scope.client, vault.purpose = "try", vault.sector = %entry.sector, "opened");
        for (field, value) in typed {
            match value {
                Some(value) => values.insert(field, value),
                None => values.remove(&field),
            };
        }
        Ok(values)
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

fn fits(rule: &Field, value: &str) -> bool {
    let fits = match rule.kind {
        FieldKind::Select => rule.options.iter().any(|o| o == value),
        FieldKind::Checkbox => matches!(value, "true" | "false"),
        FieldKind::Text | FieldKind::Password => !value.trim().is_empty() && value.len() <= 4_096,
    };
    // A pattern that does not compile lets nothing through.
    fits && rule.pattern.as_ref().is_none_or(|p| regex::Regex::new(p).is_ok_and(|r| r.is_match(value)))
}
