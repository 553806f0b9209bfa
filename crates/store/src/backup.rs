//! A consistent copy of a SQLite file, taken beside a running server, and what
//! is asked of a copy before it takes the place of anything.

use crate::error::{Result, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use std::path::Path;
use std::time::Duration;

/// Copies the database of `from` into the new file `to`: one snapshot, without
/// what was deleted (`VACUUM INTO`). `to` is not fsynced.
///
/// # Errors
/// [`StoreError::Away`], [`StoreError::DiskFull`], [`StoreError::Locked`].
pub async fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut conn = open(from).await?;
    let target = to.to_str().ok_or_else(|| StoreError::Address(to.display().to_string()))?;
    sqlx::query("VACUUM INTO $1").bind(target).execute(&mut conn).await?;
    conn.close().await?;
    Ok(())
}

/// Whether a file is a whole database of Caly's, of this version or an earlier
/// one. Changes nothing.
///
/// # Errors
/// [`StoreError::Corrupt`] with what is wrong.
pub async fn check(file: &Path) -> Result<()> {
    let mut conn = open(file).await?;
    let said: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut conn).await.map_err(damaged)?;
    if said != ["ok"] {
        return Err(StoreError::Corrupt(format!("its pages are damaged: {}", said.join("; "))));
    }
    let dangling = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut conn).await.map_err(damaged)?;
    if !dangling.is_empty() {
        return Err(StoreError::Corrupt(format!("{} rows refer to rows that are not there", dangling.len())));
    }
    let version: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM schema_versions")
        .fetch_one(&mut conn)
        .await
        .map_err(|_| StoreError::Corrupt("it is not a database of Caly's".into()))?;
    conn.close().await?;
    match version {
        Some(version) if version <= crate::open::newest_step() => Ok(()),
        Some(version) => Err(StoreError::Corrupt(format!(
            "a newer Caly made it (step {version}, this one knows {}); restore it with that one",
            crate::open::newest_step()
        ))),
        None => Err(StoreError::Corrupt("it is empty".into())),
    }
}

fn damaged(error: sqlx::Error) -> StoreError {
    StoreError::Corrupt(format!("it cannot be read: {error}"))
}

async fn open(path: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(30));
    Ok(SqliteConnection::connect_with(&options).await?)
}
