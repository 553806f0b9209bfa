//! Stores for tests: a SQLite file in a temporary directory, or a database in
//! a private PostgreSQL cluster that is started once per process from whatever
//! `initdb` is found.

mod cluster;

use crate::error::Result;
use crate::open::Engine;
use crate::{Database, Store};
use cluster::Cluster;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

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

    /// A fresh database in the private cluster; `None`, said loudly, when this
    /// machine has no PostgreSQL.
    ///
    /// # Errors
    /// When the cluster does not start or the database cannot be made.
    ///
    /// # Panics
    /// Without PostgreSQL when `CI=true`: there it is required.
    pub async fn postgres() -> Result<Option<Self>> {
        static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let Some(cluster) = CLUSTER.get_or_init(Cluster::start) else {
            let line = format!("SKIPPED: PostgreSQL was not found; add it with: {HOW_TO_ADD_POSTGRES}");
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{line}");
            eprintln!("{line}");
            return Ok(None);
        };
        // Roles belong to the whole cluster: two databases must not make them at once.
        static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
        let _turn = ONE_AT_A_TIME.lock().await;
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let database = Database::Postgres(cluster.url(&format!("caly_{n}")));
        let store = Store::open(&database).await?;
        Ok(Some(Self { store, database, _dir: None }))
    }
}

impl Store {
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
