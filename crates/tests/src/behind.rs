//! Behind the door: the tables as they are, read and bent past the store, as
//! no code of ours does. Controls need it to show that a check can fail.
//!
//! One SQL text for both engines, as in the store; what they say differently
//! (JSON, locks, a trigger) is here and nowhere else.

use crate::TestApp;
use caly_store::{Database, Store};
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Row as _, Sqlite, SqlitePool};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// Everything that a call, an owner and a day are made of.
pub const EFFECTS: &[&str] = &[
    "calls",
    "decisions",
    "members",
    "assignments",
    "daily",
    "agent_days",
    "loads",
    "tasks",
    "call_facts",
    "call_turns",
    "jobs",
    "appointments",
    "intents",
    "audit",
    "counters",
];

/// More pages than any test writes.
const SPACE: i64 = 1 << 30;

/// Refuses a row with the error code that the trigger names.
const REFUSE: &str = "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'refused by a test' USING ERRCODE = TG_ARGV[0]; END $$";

const TABLES: &str = "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename";

/// Rows of some tables, as JSON texts in order.
pub type Dump = BTreeMap<String, Vec<String>>;

/// A database, opened beside the store, by an account that no wall holds.
pub struct Behind {
    pool: Pool,
    /// Where an app has the database open: only its own connections can be told
    /// that the disk is full.
    store: Option<Store>,
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Nobody else writes while it is held; reads go on.
pub struct Lock(Held);

enum Held {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Behind {
    /// Opens the app's database.
    pub async fn open(app: &TestApp) -> Self {
        Self { store: Some(app.store.clone()), ..Self::database(&app.database).await }
    }

    /// Opens a SQLite file that another process may have open.
    pub async fn file(path: &Path) -> Self {
        Self::database(&Database::Sqlite(path.to_owned())).await
    }

    async fn database(database: &Database) -> Self {
        let pool = match database {
            Database::Sqlite(file) => {
                let options = SqliteConnectOptions::new().filename(file).busy_timeout(Duration::from_secs(20));
                Pool::Sqlite(SqlitePool::connect_with(options).await.unwrap())
            }
            Database::Postgres(url) => {
                Pool::Postgres(PgPoolOptions::new().max_connections(4).connect(url).await.unwrap())
            }
        };
        Self { pool, store: None }
    }

    async fn limit_pages(&self, pages: i64) {
        let store = self.store.as_ref().unwrap_or_else(|| panic!("opened without its app"));
        store.limit_pages(pages).await.unwrap();
    }

    /// One number.
    pub async fn number(&self, sql: &str) -> i64 {
        match &self.pool {
            Pool::Sqlite(pool) => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(pool).await,
            Pool::Postgres(pool) => sqlx::query_scalar(AssertSqlSafe(whole(sql))).fetch_one(pool).await,
        }
        .unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// The same with one value in it.
    pub async fn number_of(&self, sql: &str, value: &str) -> i64 {
        match &self.pool {
            Pool::Sqlite(pool) => sqlx::query_scalar(AssertSqlSafe(sql)).bind(value).fetch_one(pool).await,
            Pool::Postgres(pool) => sqlx::query_scalar(AssertSqlSafe(whole(sql))).bind(value).fetch_one(pool).await,
        }
        .unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// The first column of every row, a text.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        match &self.pool {
            Pool::Sqlite(pool) => {
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await;
                rows.map(|rows| rows.iter().map(|row| row.get(0)).collect())
            }
            Pool::Postgres(pool) => {
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await;
                rows.map(|rows| rows.iter().map(|row| row.get(0)).collect())
            }
        }
        .unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// These columns of every row as a JSON array, a truth as 0 or 1.
    pub async fn arrays(&self, columns: &[&str], from: &str) -> Vec<String> {
        let columns = columns.join(", ");
        let array = match &self.pool {
            Pool::Sqlite(_) => format!("json_array({columns})"),
            Pool::Postgres(_) => format!("CAST(json_build_array({columns}) AS TEXT)"),
        };
        self.texts(&format!("SELECT {array} {from}")).await
    }

    /// Changes rows by hand; how many.
    pub async fn tamper(&self, sql: &str) -> u64 {
        match &self.pool {
            Pool::Sqlite(pool) => sqlx::query(AssertSqlSafe(sql)).execute(pool).await.map(|done| done.rows_affected()),
            Pool::Postgres(pool) => {
                sqlx::query(AssertSqlSafe(sql)).execute(pool).await.map(|done| done.rows_affected())
            }
        }
        .unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// Every row of these tables.
    pub async fn dump(&self, tables: &[&str]) -> Dump {
        let mut dump = Dump::new();
        for table in tables {
            let mut rows = match &self.pool {
                Pool::Sqlite(_) => {
                    let columns = format!("SELECT group_concat(name) FROM pragma_table_info('{table}')");
                    let columns = self.texts(&columns).await;
                    self.texts(&format!("SELECT json_array({}) FROM {table}", columns[0])).await
                }
                Pool::Postgres(_) => {
                    self.texts(&format!("SELECT CAST(row_to_json({table}) AS TEXT) FROM {table}")).await
                }
            };
            rows.sort();
            dump.insert((*table).to_owned(), rows);
        }
        dump
    }

    /// Keeps everybody else from writing until the lock is released.
    pub async fn lock(&self) -> Lock {
        match &self.pool {
            Pool::Sqlite(pool) => {
                let mut conn = pool.acquire().await.unwrap();
                sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut *conn).await.unwrap();
                Lock(Held::Sqlite(conn))
            }
            Pool::Postgres(pool) => {
                let tables = self.texts(TABLES).await.join(", ");
                let mut conn = pool.acquire().await.unwrap();
                let lock = format!("BEGIN; LOCK TABLE {tables} IN EXCLUSIVE MODE");
                // The tables are taken one by one: a writer who holds a later one
                // and wants an earlier one makes the database refuse somebody.
                while let Err(error) = sqlx::raw_sql(AssertSqlSafe(lock.clone())).execute(&mut *conn).await {
                    let deadlock = error.as_database_error().is_some_and(|e| e.code().as_deref() == Some("40P01"));
                    assert!(deadlock, "{error}");
                    sqlx::raw_sql("ROLLBACK").execute(&mut *conn).await.unwrap();
                }
                Lock(Held::Postgres(conn))
            }
        }
    }

    /// From now on no row comes into this table.
    pub async fn refuse(&self, table: &str) {
        match &self.pool {
            Pool::Sqlite(_) => {
                let sql = format!(
                    "CREATE TRIGGER refused BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused by a test'); END"
                );
                self.tamper(&sql).await;
            }
            Pool::Postgres(_) => {
                self.tamper(REFUSE).await;
                self.tamper(&trigger(table, "INSERT", "raise_exception")).await;
            }
        }
    }

    /// Takes [`Behind::refuse`] back.
    pub async fn allow(&self, table: &str) {
        let of = if matches!(self.pool, Pool::Postgres(_)) { format!(" ON {table}") } else { String::new() };
        self.tamper(&format!("DROP TRIGGER refused{of}")).await;
    }

    /// From now on the disk has no further page.
    pub async fn fill_disk(&self) {
        self.limit_pages(1).await;
        if matches!(self.pool, Pool::Postgres(_)) {
            self.tamper(REFUSE).await;
            // One by one: no lock on a second table is waited for.
            for table in self.texts(TABLES).await {
                self.tamper(&trigger(&table, "INSERT OR UPDATE", "disk_full")).await;
            }
        }
    }

    /// The disk has space again.
    pub async fn free_disk(&self) {
        self.limit_pages(SPACE).await;
        if matches!(self.pool, Pool::Postgres(_)) {
            self.tamper("DROP FUNCTION refuse CASCADE").await;
        }
    }
}

impl Lock {
    /// Longer than a write waits for it before it is refused: the busy timeout
    /// of SQLite, the statement timeout of PostgreSQL.
    #[must_use]
    pub fn patience(&self) -> Duration {
        match self.0 {
            Held::Sqlite(_) => Duration::from_secs(6),
            Held::Postgres(_) => Duration::from_secs(11),
        }
    }

    /// Lets everybody write again.
    pub async fn release(self) {
        match self.0 {
            Held::Sqlite(mut conn) => sqlx::raw_sql("ROLLBACK").execute(&mut *conn).await.map(|_| ()),
            Held::Postgres(mut conn) => sqlx::raw_sql("ROLLBACK").execute(&mut *conn).await.map(|_| ()),
        }
        .unwrap();
    }
}

/// PostgreSQL's sum of a bigint is numeric.
fn whole(sql: &str) -> String {
    format!("SELECT CAST(({sql}) AS BIGINT)")
}

fn trigger(table: &str, on: &str, code: &str) -> String {
    format!("CREATE TRIGGER refused BEFORE {on} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse('{code}')")
}

/// What two dumps do not have in common, a line each.
#[must_use]
pub fn differences(before: &Dump, after: &Dump) -> Vec<String> {
    let mut found = Vec::new();
    for (table, rows) in before {
        let now = after.get(table).map(Vec::as_slice).unwrap_or_default();
        found.extend(rows.iter().filter(|row| !now.contains(row)).map(|row| format!("{table} - {row}")));
        found.extend(now.iter().filter(|row| !rows.contains(row)).map(|row| format!("{table} + {row}")));
    }
    found
}
