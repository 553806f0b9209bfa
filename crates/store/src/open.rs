//! Opening either engine, and bringing its tables to this version.

use crate::error::{Result, StoreError};
use crate::readers::Readers;
use crate::sql::{Lite, args};
use crate::writer::Writer;
use crate::{Committed, Store};
use caly_core::id::ClientId;
use sqlx::migrate::MigrateDatabase;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Executor, PgConnection, PgPool};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use tokio::sync::broadcast;

/// Listeners that fall further behind than this look anew.
const NOTES: usize = 1024;
/// One text for both engines, in the order of their numbers.
const STEPS: &[(i64, &str)] = &[
    (1, include_str!("../migrations/0001_tables.sql")),
    (2, include_str!("../migrations/0002_calls_of_a_day.sql")),
    (3, include_str!("../migrations/0003_rescues.sql")),
    (4, include_str!("../migrations/0004_people.sql")),
    (5, include_str!("../migrations/0005_business_rules.sql")),
    (6, include_str!("../migrations/0006_company.sql")),
    (7, include_str!("../migrations/0007_recordings.sql")),
    (8, include_str!("../migrations/0008_long_histories.sql")),
    (9, include_str!("../migrations/0009_slot_book.sql")),
];
/// Row-level security and whatever else only PostgreSQL has, after the tables.
const POSTGRES_STEPS: &[(i64, &str)] = &[
    (1001, include_str!("../migrations/postgres/0001_row_level_security.sql")),
    (1003, include_str!("../migrations/postgres/0003_row_level_security_of_rescues.sql")),
    (1004, include_str!("../migrations/postgres/0004_people.sql")),
    (1005, include_str!("../migrations/postgres/0005_business_rules.sql")),
    (1007, include_str!("../migrations/postgres/0007_recordings.sql")),
];
/// Two nodes that start together migrate one after the other.
const MIGRATION_LOCK: i64 = 0x0CA1_7001;
/// The writer keeps the pages that every write touches, and copies the log back
/// into the file at 16 MiB: a page that each call changes is then copied once.
/// What a job's savepoint would restore stays in memory until its release; in a
/// temporary file every job of a group would write its pages once more.
const WRITER: &str = "PRAGMA cache_size = -4096; PRAGMA wal_autocheckpoint = 4096; PRAGMA temp_store = MEMORY";
/// A write waits for locks too, and what it began must not be lost for nothing.
const LONGEST_WRITE: Duration = Duration::from_secs(10);
/// The newest of both engines' steps that was applied.
const NEWEST: &str = "SELECT MAX(version) AS newest FROM schema_versions WHERE version < 1000";
const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT PRIMARY KEY)";

/// Where the rows are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file; made when missing, its directory too.
    Sqlite(PathBuf),
    /// A `postgres://` address. The login needs the right to make roles once,
    /// for the two that row-level security works with.
    Postgres(String),
}

impl FromStr for Database {
    type Err = StoreError;

    /// `postgres://…`, `sqlite://PATH`, or a plain file path.
    fn from_str(address: &str) -> Result<Self> {
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            return Ok(Self::Postgres(address.to_owned()));
        }
        let path = address.strip_prefix("sqlite:").unwrap_or(address);
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.contains("://") {
            return Err(StoreError::Address(address.to_owned()));
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

#[derive(Clone)]
pub(crate) enum Engine {
    Sqlite { readers: Readers, writer: Writer },
    Postgres(PgPool),
}

impl Store {
    /// Opens the database, makes it when missing (SQLite), and migrates it.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another process holds the file,
    /// [`StoreError::Away`] without a server, [`StoreError::Migration`].
    pub async fn open(database: &Database) -> Result<Self> {
        let committed = broadcast::channel(NOTES).0;
        let engine = match database {
            Database::Sqlite(path) => open_sqlite(path, committed.clone()).await?,
            Database::Postgres(url) => open_postgres(url).await?,
        };
        Ok(Self { engine, committed })
    }

    /// Whether the database answers (for `/ready`).
    ///
    /// # Errors
    /// Whatever keeps it from answering.
    pub async fn ping(&self) -> Result<()> {
        self.read_global((), |tx, ()| {
            Box::pin(async move { tx.one("SELECT CAST(1 AS BIGINT) AS one", Vec::new()).await?.get::<i64>("one") })
        })
        .await?;
        Ok(())
    }

    /// `sqlite` or `postgres`.
    #[must_use]
    pub fn engine_name(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite { .. } => "sqlite",
            Engine::Postgres(_) => "postgres",
        }
    }

    /// Writes run and commits made by SQLite's writer since it was opened; the
    /// fewer the second, the better it groups. `None` on PostgreSQL.
    #[must_use]
    pub fn group_commits(&self) -> Option<(u64, u64)> {
        match &self.engine {
            Engine::Sqlite { writer, .. } => Some(writer.counts()),
            Engine::Postgres(_) => None,
        }
    }

    /// Ends every reader; the writer ends when the last clone is dropped.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { readers, .. } => readers.close().await,
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

/// Enters the client's rows (or the global tables) for this transaction: the
/// role is bound by row-level security, the setting names the client.
pub(crate) async fn enter(conn: &mut PgConnection, client: Option<ClientId>) -> Result<()> {
    let (id, role) = whose(client);
    sqlx::query("SELECT set_config('app.client_id', $1, true), set_config('role', $2, true)")
        .bind(id)
        .bind(role)
        .execute(conn)
        .await?;
    Ok(())
}

/// Enters to read: a statement that takes longer is given up.
pub(crate) async fn enter_to_read(conn: &mut PgConnection, client: Option<ClientId>, longest: Duration) -> Result<()> {
    let (id, role) = whose(client);
    sqlx::query(
        "SELECT set_config('app.client_id', $1, true), set_config('role', $2, true), \
         set_config('statement_timeout', $3, true)",
    )
    .bind(id)
    .bind(role)
    .bind(longest.as_millis().to_string())
    .execute(conn)
    .await?;
    Ok(())
}

fn whose(client: Option<ClientId>) -> (String, &'static str) {
    match client {
        Some(client) => (client.to_string(), "caly_app"),
        None => (String::new(), "caly_global"),
    }
}

/// The newest step of both engines that this version knows.
pub(crate) fn newest_step() -> i64 {
    STEPS.last().map_or(0, |&(step, _)| step)
}

/// Numbers, words and password hashes are in it: nobody else on this machine
/// reads them.
fn make_dir(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir)
}

async fn open_sqlite(path: &Path, committed: broadcast::Sender<Committed>) -> Result<Engine> {
    let path = path.to_owned();
    let opened = tokio::task::spawn_blocking(move || {
        if let Some(dir) = path.parent() {
            make_dir(dir).map_err(|e| StoreError::Away(e.into()))?;
        }
        let mut conn = Lite::open(&path)?;
        migrate_sqlite(&mut conn)?;
        conn.script(WRITER)?;
        let readers = Readers::start(&path)?;
        Ok(Engine::Sqlite { readers, writer: Writer::start(conn, committed)? })
    });
    opened.await.map_err(|_| StoreError::Closed)?
}

/// Rows of a later version may mean what this one would misread.
fn not_newer(newest: Option<i64>) -> Result<()> {
    match newest {
        Some(found) if found > newest_step() => Err(StoreError::Newer { found, known: newest_step() }),
        _ => Ok(()),
    }
}

fn migrate_sqlite(conn: &mut Lite) -> Result<()> {
    conn.script(VERSIONS)?;
    let newest = conn.opt(NEWEST, &[])?.map(|row| row.int("newest")).transpose()?;
    not_newer(newest.flatten())?;
    for &(step, text) in STEPS {
        let fail = |e: rusqlite::Error| StoreError::Migration { step, source: e.into() };
        conn.step("BEGIN IMMEDIATE").map_err(fail)?;
        let this = args![step];
        let done = conn.opt("SELECT version FROM schema_versions WHERE version = $1", &this)?;
        if done.is_none() {
            conn.script(text).map_err(fail)?;
            conn.exec("INSERT INTO schema_versions (version) VALUES ($1)", &this)?;
        }
        conn.step("COMMIT").map_err(fail)?;
    }
    Ok(())
}

async fn open_postgres(url: &str) -> Result<Engine> {
    if !sqlx::Postgres::database_exists(url).await? {
        sqlx::Postgres::create_database(url).await?;
    }
    let options = PgConnectOptions::from_str(url)?
        .application_name("caly")
        .statement_cache_capacity(512)
        .options([("statement_timeout", &*LONGEST_WRITE.as_millis().to_string())]);
    let pool =
        PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(2)).connect_with(options).await?;
    migrate_postgres(&pool).await?;
    Ok(Engine::Postgres(pool))
}

async fn migrate_postgres(pool: &PgPool) -> Result<()> {
    let mut tx = pool.begin().await?;
    // As long as it takes: another node may be at it, and the tables may be large.
    sqlx::query("SET LOCAL statement_timeout = 0").execute(&mut *tx).await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(MIGRATION_LOCK).execute(&mut *tx).await?;
    (&mut *tx).execute(VERSIONS).await?;
    not_newer(sqlx::query_scalar(NEWEST).fetch_one(&mut *tx).await?)?;
    for &(step, text) in STEPS.iter().chain(POSTGRES_STEPS) {
        let fail = |e: sqlx::Error| StoreError::Migration { step, source: e.into() };
        let done = sqlx::query("SELECT version FROM schema_versions WHERE version = $1")
            .bind(step)
            .fetch_optional(&mut *tx)
            .await
            .map_err(fail)?;
        if done.is_none() {
            sqlx::raw_sql(text).execute(&mut *tx).await.map_err(fail)?;
            sqlx::query("INSERT INTO schema_versions (version) VALUES ($1)")
                .bind(step)
                .execute(&mut *tx)
                .await
                .map_err(fail)?;
        }
    }
    tx.commit().await?;
    Ok(())
}
