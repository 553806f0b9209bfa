//! One Caly a data directory: a second start gets a clear line instead of a
//! second writer. The file also names the node that ran here last: whoever
//! holds the lock knows that it is dead, however fresh its traces are.

use anyhow::{Context, bail};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// A node's name is shorter than this.
const LONGEST: u64 = 200;

/// Held for the life of the process; the system lets go of it when we die.
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// The node that ran on this directory before us. `None` where nobody did,
    /// and in a copy of the directory: what was copied may still be running.
    pub fn last_node(&mut self) -> std::io::Result<Option<String>> {
        let mut text = String::new();
        self.0.rewind()?;
        if (&self.0).take(LONGEST).read_to_string(&mut text).is_err() {
            // Not ours; what it holds is swept when its time has come.
            return Ok(None);
        }
        let own = self.0.metadata()?.ino().to_string();
        let named = text.strip_suffix('\n').and_then(|line| line.split_once(' '));
        Ok(named.filter(|(file, _)| *file == own).map(|(_, node)| node.to_owned()))
    }

    /// Notes who runs here now, for the next start. Cut off in the middle it
    /// names nobody.
    pub fn note(&mut self, node: &str) -> std::io::Result<()> {
        let line = format!("{} {node}\n", self.0.metadata()?.ino());
        self.0.set_len(0)?;
        self.0.rewind()?;
        self.0.write_all(line.as_bytes())
    }
}

/// Takes the directory, making it when it is not there.
pub fn take(data: &Path) -> anyhow::Result<Lock> {
    let mut builder = std::fs::DirBuilder::new();
    // Numbers, words and password hashes are in it.
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(data).with_context(|| {
        format!("the data directory {} cannot be made; choose another with --data DIR", data.display())
    })?;
    let path = data.join("caly.lock");
    let file =
        OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path).with_context(|| {
            format!(
                "{} cannot be written; check the directory's owner or choose another with --data DIR",
                path.display()
            )
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

    #[test]
    fn the_next_start_knows_the_last_node_and_a_copy_of_the_directory_does_not() {
        let (dir, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut lock = super::take(dir.path()).unwrap();
        assert_eq!(lock.last_node().unwrap(), None);
        lock.note("node-a-rather-long-name").unwrap();
        drop(lock);
        std::fs::copy(dir.path().join("caly.lock"), copy.path().join("caly.lock")).unwrap();
        assert_eq!(super::take(copy.path()).unwrap().last_node().unwrap(), None, "it may still run");
        let mut lock = super::take(dir.path()).unwrap();
        assert_eq!(lock.last_node().unwrap().as_deref(), Some("node-a-rather-long-name"));
        lock.note("node-b").unwrap();
        assert_eq!(lock.last_node().unwrap().as_deref(), Some("node-b"), "nothing of the longer name is left");
        drop(lock);
        std::fs::write(dir.path().join("caly.lock"), [0xff, 0xfe]).unwrap();
        assert_eq!(super::take(dir.path()).unwrap().last_node().unwrap(), None);
    }
}
