//! What a client entrusts to us. Each client has its own data key, wrapped by
//! the installation's key, which lives outside the data directory; each value
//! is bound to its client, sector and field, so that a sealed text moved to
//! another row does not open (`SECURITY.md`, "a stolen database").
//!
//! Values are opened here only, and the opener says why.

pub mod key_file;
pub mod rotate;
pub mod seal;
mod settings;
#[cfg(test)]
mod tests;

pub use key_file::KeyFileError;
pub use seal::{Sealed, SecretKey};
pub use settings::{Changes, Fault, SettingState, Values};

use crate::clock::{Chance, Clock};
use crate::error::Problem;
use crate::inbound::keys::{PathKeys, mint_hook_key};
use crate::manage::channels::{HookKeys, NewKey};
use caly_core::id::{CallId, ClientId};
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_store::{Channel, RecordingKind, Store, StoreError};
use futures::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// Why a value is opened; written to the log with the field's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An agent's tool works for a call.
    Tool(CallId),
    /// A person with the right to it looks at a channel's hook URLs.
    ShowHookUrl,
    /// A rehearsed call rings the channel.
    Rehearse,
    /// The carrier is asked what became of a call.
    Reconcile,
    /// The carrier is asked for a recording.
    FetchRecording,
}

/// The vault did not open or take a value. Values are never part of it.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// Another key file, another row, or damage.
    #[error(transparent)]
    Sealed(#[from] Sealed),
    /// The rows cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The sector has no such setting.
    #[error("there is no setting \"{0}\" in this sector; list the sector's fields to see what exists")]
    UnknownField(String),
    /// The value does not fit the field's rule.
    #[error("the value of \"{field}\" does not fit; {hint}")]
    DoesNotFit {
        /// The field.
        field: String,
        /// What would fit, from the catalogue.
        hint: String,
    },
}

/// Seals and opens; cheap to clone.
#[derive(Clone)]
pub struct Vault {
    store: Store,
    master: SecretKey,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// A vault over the store's rows with the installation's key
    /// ([`key_file::load`]).
    #[must_use]
    pub fn new(store: Store, master: SecretKey, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        Self { store, master, clock, chance }
    }

    /// Opens one setting; `None` when it is not set.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn open(
        &self,
        scope: &Scope,
        sector: Sector,
        field: &str,
        purpose: Purpose,
    ) -> Result<Option<SecretString>, VaultError> {
        let set = self.store.settings(scope, sector).await?;
        let Some(setting) = set.into_iter().find(|s| s.field == field) else {
            return Ok(None);
        };
        tracing::debug!(client.id = %scope.client, vault.field = field, vault.purpose = ?purpose, "opened");
        let key = self.data_key(scope).await?;
        Ok(Some(text(key.open(&setting.sealed, &belongs(scope.client, sector, field))?)?))
    }

    /// Seals a channel's hook key for showing it again later.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn seal_hook_key(&self, scope: &Scope, key: &str) -> Result<String, VaultError> {
        let data_key = self.data_key(scope).await?;
        Ok(data_key.seal(key.as_bytes(), &hook_of(scope.client), self.chance.as_ref()))
    }

    /// Opens what [`Vault::seal_hook_key`] sealed for the same client.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn open_hook_key(
        &self,
        scope: &Scope,
        sealed: &str,
        purpose: Purpose,
    ) -> Result<SecretString, VaultError> {
        tracing::debug!(client.id = %scope.client, vault.purpose = ?purpose, "opened");
        let key = self.data_key(scope).await?;
        text(key.open(sealed, &hook_of(scope.client))?)
    }

    /// Seals the carrier's API of one of the client's channels.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn seal_carrier_login(&self, scope: &Scope, login: &str) -> Result<String, VaultError> {
        let data_key = self.data_key(scope).await?;
        Ok(data_key.seal(login.as_bytes(), &login_of(scope.client), self.chance.as_ref()))
    }

    /// Opens what [`Vault::seal_carrier_login`] sealed for the same client.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn open_carrier_login(
        &self,
        scope: &Scope,
        sealed: &str,
        purpose: Purpose,
    ) -> Result<SecretString, VaultError> {
        tracing::debug!(client.id = %scope.client, vault.purpose = ?purpose, "opened");
        let key = self.data_key(scope).await?;
        text(key.open(sealed, &login_of(scope.client))?)
    }

    /// Seals a recording of one of the client's calls, off this thread: it may
    /// have megabytes, and calls are spoken here.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn seal_recording(
        &self,
        scope: &Scope,
        call: CallId,
        kind: RecordingKind,
        sound: Vec<u8>,
    ) -> Result<Vec<u8>, VaultError> {
        let (key, belongs) = (self.data_key(scope).await?, recording_of(scope.client, call, kind));
        let chance = Arc::clone(&self.chance);
        let sealed = tokio::task::spawn_blocking(move || key.seal_bytes(&sound, &belongs, chance.as_ref())).await;
        sealed.map_err(|_| Sealed.into())
    }

    /// Opens what [`Vault::seal_recording`] sealed for the same call.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn open_recording(
        &self,
        scope: &Scope,
        call: CallId,
        kind: RecordingKind,
        sealed: Vec<u8>,
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, VaultError> {
        let (key, belongs) = (self.data_key(scope).await?, recording_of(scope.client, call, kind));
        let opened = tokio::task::spawn_blocking(move || key.open_bytes(&sealed, &belongs)).await;
        Ok(opened.map_err(|_| Sealed)??)
    }

    /// The client's data key; made at its first use.
    async fn data_key(&self, scope: &Scope) -> Result<SecretKey, VaultError> {
        let belongs = key_of(scope.client);
        let wrapped = match self.store.data_key(scope).await? {
            Some(wrapped) => wrapped,
            None => {
                let fresh = SecretKey::make(self.chance.as_ref());
                let wrapped = self.master.seal(fresh.bytes(), &belongs, self.chance.as_ref());
                // Another node may have been first: what stands is what counts.
                self.store.put_data_key(scope, &wrapped, self.clock.now()).await?
            }
        };
        let bytes = self.master.open(&wrapped, &belongs)?;
        Ok(SecretKey::from_bytes(&bytes).ok_or(Sealed)?)
    }
}

impl HookKeys for Vault {
    fn make<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<NewKey, Problem>> {
        Box::pin(async move {
            let key = mint_hook_key(self.chance.as_ref());
            let sealed = self.seal_hook_key(scope, &key).await.map_err(problem)?;
            Ok(NewKey { hash: PathKeys::new(&self.master).hook_hash(&key), sealed })
        })
    }

    fn basic_hash(&self, credentials: &str) -> String {
        PathKeys::new(&self.master).basic_hash(credentials)
    }

    fn open<'a>(&'a self, scope: &'a Scope, channel: &'a Channel) -> BoxFuture<'a, Result<String, Problem>> {
        Box::pin(async move {
            let key = self.open_hook_key(scope, &channel.hook_key_sealed, Purpose::ShowHookUrl).await;
            key.map(|key| key.expose_secret().to_owned()).map_err(problem)
        })
    }
}

/// A value that does not open is the operator's matter, in the log.
fn problem(error: VaultError) -> Problem {
    match error {
        VaultError::Store(error) => error.into(),
        other => Problem::internal(other),
    }
}

/// What a value belongs to, with a separator that no part can hold.
fn belongs(client: ClientId, sector: Sector, field: &str) -> Vec<u8> {
    format!("setting\0{client}\0{sector}\0{field}").into_bytes()
}

/// Without the channel: it gets its number when the sealed key is stored.
fn hook_of(client: ClientId) -> Vec<u8> {
    format!("hook-key\0{client}").into_bytes()
}

fn key_of(client: ClientId) -> Vec<u8> {
    format!("data-key\0{client}").into_bytes()
}

fn login_of(client: ClientId) -> Vec<u8> {
    format!("carrier-login\0{client}").into_bytes()
}

/// A recording moved to another call, or taken for another kind, does not open.
fn recording_of(client: ClientId, call: CallId, kind: RecordingKind) -> Vec<u8> {
    format!("recording\0{client}\0{call}\0{}", kind.word()).into_bytes()
}

fn text(bytes: zeroize::Zeroizing<Vec<u8>>) -> Result<SecretString, VaultError> {
    Ok(std::str::from_utf8(&bytes).map_err(|_| Sealed)?.to_owned().into())
}
