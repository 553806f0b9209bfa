//! Another key for the installation. Each client's data key is wrapped anew
//! and its hashes are made anew, one transaction a client, so that a run that
//! was cut off is simply run again: a client that opens with the new key is
//! done. Between begin and end both keys exist:
//!
//! | step | key file | `….old` | `….new` |
//! |---|---|---|---|
//! | before | old | | |
//! | begun | old | old | new |
//! | every client wrapped anew | new | old | |
//! | after | new | | |

use super::key_file::KeyFileError;
use super::seal::{Sealed, SecretKey};
use super::{VaultError, hook_of, key_of};
use crate::clock::{Chance, Clock};
use crate::inbound::keys::PathKeys;
use caly_core::id::ClientId;
use caly_core::scope::Scope;
use caly_store::{Rehashed, Store};
use std::fs::File;
use std::path::{Path, PathBuf};

/// The key in force and the one to come.
#[derive(Debug)]
pub struct Pair {
    /// What the rows were wrapped with.
    pub old: SecretKey,
    /// What they are wrapped with from now on.
    pub new: SecretKey,
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Clients wrapped anew by this run.
    pub clients: usize,
    /// Clients that an earlier, unfinished run had done.
    pub before: usize,
}

/// A rotation that cannot go on. Nothing is lost: run it again.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// A key file.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// The rows cannot be read.
    #[error(transparent)]
    Store(#[from] caly_store::StoreError),
    /// A client opens with neither key.
    #[error(
        "the data of client {client} opens with neither key: {source}; restore the key file that belongs to this data"
    )]
    Neither {
        /// Whose.
        client: ClientId,
        /// Why.
        source: VaultError,
    },
}

/// Begins or goes on: both keys are on the disk when this returns.
///
/// # Errors
/// [`KeyFileError`].
pub fn begin(path: &Path, chance: &dyn Chance) -> Result<Pair, KeyFileError> {
    let (kept, coming) = (beside(path, "old"), beside(path, "new"));
    if !kept.exists() {
        let current = super::key_file::read(path)?;
        super::key_file::write_new(&kept, &current)?;
    }
    let old = super::key_file::read(&kept)?;
    if !coming.exists() {
        let current = super::key_file::read(path)?;
        if current.bytes() != old.bytes() {
            // Every client was done, and the new key is in its place already.
            return Ok(Pair { old, new: current });
        }
        super::key_file::write_new(&coming, &SecretKey::make(chance))?;
    }
    // Before the first row is wrapped with it: a key that a power cut takes
    // back would leave rows that nothing opens.
    sync_dir(path)?;
    Ok(Pair { old, new: super::key_file::read(&coming)? })
}

/// Puts the new key in its place; the old one goes with [`forget`].
///
/// # Errors
/// [`KeyFileError`].
pub fn finish(path: &Path) -> Result<(), KeyFileError> {
    let coming = beside(path, "new");
    if coming.exists() {
        std::fs::rename(&coming, path).map_err(|source| KeyFileError::Io { path: path.into(), source })?;
    }
    sync_dir(path)
}

/// Removes the key that opens nothing any more.
///
/// # Errors
/// [`KeyFileError`].
pub fn forget(path: &Path) -> Result<(), KeyFileError> {
    let kept = beside(path, "old");
    std::fs::remove_file(&kept).map_err(|source| KeyFileError::Io { path: kept, source })?;
    sync_dir(path)
}

/// Whether a rotation was begun and not finished.
#[must_use]
pub fn is_open(path: &Path) -> bool {
    beside(path, "old").exists()
}

/// Where the key before is kept until the end.
#[must_use]
pub fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(what);
    name.into()
}

/// Wraps every client anew; `step` hears of each as it is committed.
///
/// # Errors
/// [`RotateError`]; what was committed stays and is passed over next time.
pub async fn rewrap_all(
    store: &Store,
    keys: &Pair,
    clock: &dyn Clock,
    chance: &dyn Chance,
    mut step: impl FnMut(ClientId),
) -> Result<Rotated, RotateError> {
    let mut done = Rotated::default();
    let clients = store.clients().await?;
    for client in clients.into_iter().map(|c| c.id) {
        match rewrap(store, keys, client, clock, chance).await.map_err(|e| why(client, e))? {
            true => done.clients += 1,
            false => done.before += 1,
        }
        step(client);
    }
    Ok(done)
}

/// The first client that this key does not open, if any.
///
/// # Errors
/// [`VaultError::Store`].
pub async fn shut_to(store: &Store, master: &SecretKey) -> Result<Option<ClientId>, VaultError> {
    for client in store.clients().await? {
        let wrapped = store.data_key(&Scope::system(client.id)).await?;
        if wrapped.is_some_and(|wrapped| master.open(&wrapped, &key_of(client.id)).is_err()) {
            return Ok(Some(client.id));
        }
    }
    Ok(None)
}

/// `false` when it was done before.
async fn rewrap(
    store: &Store,
    keys: &Pair,
    client: ClientId,
    clock: &dyn Clock,
    chance: &dyn Chance,
) -> Result<bool, VaultError> {
    let scope = Scope::system(client);
    let belongs = key_of(client);
    let Some(before) = store.data_key(&scope).await? else { return Ok(false) };
    if keys.new.open(&before, &belongs).is_ok() {
        return Ok(false);
    }
    let data_key = SecretKey::from_bytes(&keys.old.open(&before, &belongs)?).ok_or(Sealed)?;
    let after = keys.new.seal(data_key.bytes(), &belongs, chance);
    let (was, is) = (PathKeys::new(&keys.old), PathKeys::new(&keys.new));
    let mut channels = Vec::new();
    for channel in store.channels(&scope).await? {
        let hook_key = data_key.open(&channel.hook_key_sealed, &hook_of(client))?;
        let hook_key = std::str::from_utf8(&hook_key).map_err(|_| Sealed)?;
        let basic =
            channel.hook_basic_hash.map(|hash| is.carry_basic(&was, &hash, chance).ok_or(Sealed)).transpose()?;
        channels.push(Rehashed { channel: channel.id, hook_key_hash: is.hook_hash(hook_key), hook_basic_hash: basic });
    }
    store.rewrap(&scope, &before, &after, channels, clock.now()).await?;
    Ok(true)
}

fn why(client: ClientId, error: VaultError) -> RotateError {
    match error {
        VaultError::Store(error) => error.into(),
        source => RotateError::Neither { client, source },
    }
}

/// A file's name is lasting once its directory is.
pub(super) fn sync_dir(path: &Path) -> Result<(), KeyFileError> {
    let dir = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(dir).and_then(|d| d.sync_all()).map_err(|source| KeyFileError::Io { path: path.into(), source })
}

#[cfg(test)]
mod tests;
