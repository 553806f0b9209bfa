//! The installation's key: from the environment or a file that lives outside
//! the data directory, made at the first start and readable by its owner only.

use super::seal::SecretKey;
use crate::clock::Chance;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read or made.
    #[error("the vault's key file {path} cannot be used: {source}; give a writable path with vault_key_file")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("{0} does not hold a vault key (64 hexadecimal digits); restore it from your copy")]
    Damaged(String),
    /// The database holds sealed values, and there is no key.
    #[error(
        "the vault's key file {0} is missing, and this data was sealed with it; restore it, or the stored credentials are lost"
    )]
    Missing(PathBuf),
}

/// Reads the key of `CALY_VAULT_KEY` (64 hexadecimal digits) or of the file;
/// makes the file when it is not there and nothing is sealed yet.
///
/// # Errors
/// [`KeyFileError`].
pub fn load(
    env: Option<&str>,
    path: &Path,
    sealed_already: bool,
    chance: &dyn Chance,
) -> Result<SecretKey, KeyFileError> {
    if let Some(text) = env {
        return SecretKey::from_hex(text).ok_or_else(|| KeyFileError::Damaged("CALY_VAULT_KEY".into()));
    }
    match std::fs::read_to_string(path) {
        Ok(text) => SecretKey::from_hex(&text).ok_or_else(|| KeyFileError::Damaged(path.display().to_string())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && sealed_already => Err(KeyFileError::Missing(path.into())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let key = SecretKey::make(chance);
            write(path, &key).map_err(|source| KeyFileError::Io { path: path.into(), source })?;
            super::rotate::sync_dir(path)?;
            Ok(key)
        }
        Err(source) => Err(KeyFileError::Io { path: path.into(), source }),
    }
}

/// Reads a key file that must be there.
///
/// # Errors
/// [`KeyFileError`].
pub fn read(path: &Path) -> Result<SecretKey, KeyFileError> {
    match std::fs::read_to_string(path) {
        Ok(text) => SecretKey::from_hex(&text).ok_or_else(|| KeyFileError::Damaged(path.display().to_string())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(KeyFileError::Missing(path.into())),
        Err(source) => Err(KeyFileError::Io { path: path.into(), source }),
    }
}

/// Writes a key whole or not at all: beside, then renamed.
pub(super) fn write_new(path: &Path, key: &SecretKey) -> Result<(), KeyFileError> {
    let part = super::rotate::beside(path, "part");
    let io = |source| KeyFileError::Io { path: path.into(), source };
    match std::fs::remove_file(&part) {
        // A run that was cut off here.
        Ok(()) => {}
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(e) => return Err(io(e)),
    }
    write(&part, key).map_err(io)?;
    std::fs::rename(&part, path).map_err(io)
}

fn write(path: &Path, key: &SecretKey) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", key.to_hex().as_str())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededChance;

    #[test]
    fn made_once_for_its_owner_only_and_never_twice() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys/vault.key");
        let chance = SeededChance::new(3);
        let first = load(None, &path, false, &chance).unwrap();
        let again = load(None, &path, true, &chance).unwrap();
        assert_eq!(first.derive("x"), again.derive("x"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(load(None, &path, true, &chance), Err(KeyFileError::Missing(_))));
        std::fs::write(&path, "zz").unwrap();
        assert!(matches!(load(None, &path, true, &chance), Err(KeyFileError::Damaged(_))));
    }
}
