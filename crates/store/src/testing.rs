//! Stores for tests: a SQLite file in a temporary directory, or a database in
//! a private PostgreSQL cluster that is started once per process from whatever
//! `initdb` is found.

mod cluster;

use crate::error::Result;
use crate::open::Engine;
use crate::{Database, Store};
use cluster::Cluster;
use sqlx::Connection;
use std::sync::OnceLock;

/// A store that vanishes with its value.
pub struct TempStore {
    /// The open store.
    pub store: Store,
    /// Where it is, to open it again.
    pub database: Database,
    /// Held for its drop.
    _dir: Option<tempfile::TempDir>,
}

/// What a machine without PostgreSQL has to do.
pub const HOW_TO_ADD_POSTGRES: &str = "apt-get install postgresql";

impl TempStore {
    /// A fresh SQLite file.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn sqlite() -> Result<Self> {
        let dir = tempfile::tempdir().map_err(|e| crate::StoreError::Away(e.into()))?;
        let database = Database::Sqlite(dir.path().join("caly.db"));
        let store = Store::open(&database).await?;
        Ok(Self { store, database, _dir: Some(dir) })
    }

    /// The engine that the run is about: a fresh database of PostgreSQL when
    /// `CALY_TEST_DATABASE=postgres`, else a fresh SQLite file.
    ///
    /// # Errors
    /// When it cannot be made.
    ///
    /// # Panics
    /// For PostgreSQL without PostgreSQL: whoever asks for it means it.
    pub async fn chosen() -> Result<Self> {
        if !on_postgres() {
            return Self::sqlite().await;
        }
        let made = Self::postgres().await?;
        Ok(made.expect("CALY_TEST_DATABASE=postgres needs PostgreSQL; add it with: apt-get install postgresql"))
    }

    /// A fresh database in the cluster of the run (`CALY_TEST_POSTGRES`, made
    /// by `scripts/with-postgres`) or of this process; `None`, said loudly, when this
    /// machine has no PostgreSQL.
    ///
    /// # Errors
    /// When the cluster does not start or the database cannot be made.
    ///
    /// # Panics
    /// Without PostgreSQL when `CI=true`: there it is required.
    pub async fn postgres() -> Result<Option<Self>> {
        let Some(address) = address() else {
            let line = format!("SKIPPED: PostgreSQL was not found; add it with: {HOW_TO_ADD_POSTGRES}");
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{line}");
            eprintln!("{line}");
            return Ok(None);
        };
        // Roles belong to the whole cluster: two databases must not make them
        // at once. The lock is the cluster's, since tests are processes.
        let mut turn = sqlx::PgConnection::connect(&address("postgres")).await?;
        sqlx::query("SELECT pg_advisory_lock(7)").execute(&mut turn).await?;
        // None is ever dropped, so their number is a name that nobody has.
        let n: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM pg_database").fetch_one(&mut turn).await?;
        let database = Database::Postgres(address(&format!("caly_{n}")));
        let store = Store::open(&database).await?;
        turn.close().await?;
        Ok(Some(Self { store, database, _dir: None }))
    }
}

/// Whether this run is about PostgreSQL.
#[must_use]
pub fn on_postgres() -> bool {
    std::env::var("CALY_TEST_DATABASE").as_deref() == Ok("postgres")
}

/// Makes a database's name its address.
type Address = Box<dyn Fn(&str) -> String + Send>;

/// How a database of the run's cluster is reached, by its name.
fn address() -> Option<Address> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    if let Ok(base) = std::env::var("CALY_TEST_POSTGRES") {
        return Some(Box::new(move |name| format!("{base}/{name}")));
    }
    let cluster = CLUSTER.get_or_init(Cluster::start).as_ref()?;
    Some(Box::new(|name| cluster.url(name)))
}

impl Store {
    /// A read that has no end of its own.
    ///
    /// # Errors
    /// [`crate::StoreError::Busy`] when it was given up.
    pub async fn read_for_ever(&self, scope: &caly_core::scope::Scope) -> Result<i64> {
        self.read(scope, (), |tx, ()| {
            Box::pin(async move {
                let text = if tx.is_postgres() {
                    "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM pg_sleep(60)"
                } else {
                    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) AS n FROM n"
                };
                tx.one(text, Vec::new()).await?.get("n")
            })
        })
        .await
    }

    /// Lets the SQLite file grow to so many pages and no further (never below
    /// what it has): to a writer, a full disk.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn limit_pages(&self, pages: i64) -> Result<()> {
        let Engine::Sqlite { .. } = &self.engine else { return Ok(()) };
        self.write_global(pages, |tx, pages| {
            Box::pin(async move {
                let has: i64 = tx.one("PRAGMA page_count", Vec::new()).await?.get("page_count")?;
                tx.pragma_max_page_count(has.max(*pages))
            })
        })
        .await
    }
}
