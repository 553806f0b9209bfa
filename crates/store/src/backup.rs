//! A consistent copy of a SQLite file, taken beside a running server, and what
//! is asked of a copy before it takes the place of anything.

use crate::error::{Result, StoreError};
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

/// How long a copy waits for the server to let it look.
const PATIENCE: Duration = Duration::from_secs(30);

/// Copies the database of `from` into the new file `to`: one snapshot, without
/// what was deleted (`VACUUM INTO`). `to` is not fsynced.
///
/// # Errors
/// [`StoreError::Away`], [`StoreError::DiskFull`], [`StoreError::Locked`].
pub async fn copy(from: &Path, to: &Path) -> Result<()> {
    let target = to.to_str().ok_or_else(|| StoreError::Address(to.display().to_string()))?.to_owned();
    beside(from, move |conn| {
        conn.execute("VACUUM INTO ?1", [target])?;
        Ok(())
    })
    .await
}

/// Whether a file is a whole database of Caly's, of this version or an earlier
/// one. Changes nothing.
///
/// # Errors
/// [`StoreError::Corrupt`] with what is wrong.
pub async fn check(file: &Path) -> Result<()> {
    beside(file, |conn| {
        let said = texts(conn, "PRAGMA integrity_check").map_err(damaged)?;
        if said != ["ok"] {
            return Err(StoreError::Corrupt(format!("its pages are damaged: {}", said.join("; "))));
        }
        let dangling = texts(conn, "PRAGMA foreign_key_check").map_err(damaged)?.len();
        if dangling > 0 {
            return Err(StoreError::Corrupt(format!("{dangling} rows refer to rows that are not there")));
        }
        let version = conn
            .query_row("SELECT MAX(version) FROM schema_versions", [], |row| row.get(0))
            .map_err(|_| StoreError::Corrupt("it is not a database of Caly's".into()))?;
        fits(version)
    })
    .await
}

fn fits(version: Option<i64>) -> Result<()> {
    let newest = crate::open::newest_step();
    match version {
        Some(version) if version <= newest => Ok(()),
        Some(version) => Err(StoreError::Corrupt(format!(
            "a newer Caly made it (step {version}, this one knows {newest}); restore it with that one",
        ))),
        None => Err(StoreError::Corrupt("it is empty".into())),
    }
}

/// The first column of every row.
fn texts(conn: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare(sql)?;
    statement.query_map([], |row| row.get(0))?.collect()
}

fn damaged(error: rusqlite::Error) -> StoreError {
    StoreError::Corrupt(format!("it cannot be read: {error}"))
}

/// Does this with a connection of its own, off the threads that serve calls.
async fn beside<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
) -> Result<T> {
    let path = path.to_owned();
    let done = tokio::task::spawn_blocking(move || {
        let conn = Connection::open(path)?;
        conn.busy_timeout(PATIENCE)?;
        work(&conn)
    });
    done.await.map_err(|_| StoreError::Closed)?
}
