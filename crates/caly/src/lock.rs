//! One Caly a data directory: a second start gets a clear line instead of a
//! second writer.

use anyhow::{Context, bail};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

/// Held for the life of the process; the system lets go of it when we die.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held, never read")] File);

/// Takes the directory, making it when it is not there.
pub fn take(data: &Path) -> anyhow::Result<Lock> {
    std::fs::create_dir_all(data).with_context(|| {
        format!("the data directory {} cannot be made; choose another with --data DIR", data.display())
    })?;
    let path = data.join("caly.lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).with_context(|| {
        format!("{} cannot be written; check the directory's owner or choose another with --data DIR", path.display())
    })?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => bail!(
            "another Caly already runs on {}; stop it first, or start this one with --data DIR and --listen ADDR:PORT",
            data.display()
        ),
        Err(TryLockError::Error(e)) => Err(e).with_context(|| format!("{} cannot be locked", path.display())),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_second_start_is_told_so() {
        let dir = tempfile::tempdir().unwrap();
        let first = super::take(dir.path()).unwrap();
        let err = super::take(dir.path()).unwrap_err().to_string();
        assert!(err.contains("another Caly already runs"), "{err}");
        drop(first);
        super::take(dir.path()).unwrap();
    }
}
