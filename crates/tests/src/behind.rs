//! Behind the door: the tables as they are, read and bent past the store, as
//! no code of ours does. Controls need it to show that a check can fail.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Row as _, SqlitePool};
use std::collections::BTreeMap;
use std::path::Path;

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

/// Rows of some tables, as JSON texts in order.
pub type Dump = BTreeMap<String, Vec<String>>;

/// A database file, opened beside the store.
pub struct Behind {
    pool: SqlitePool,
}

impl Behind {
    /// Opens the file.
    pub async fn open(file: &Path) -> Self {
        let options = SqliteConnectOptions::new().filename(file).busy_timeout(std::time::Duration::from_secs(20));
        Self { pool: SqlitePool::connect_with(options).await.unwrap() }
    }

    /// One number.
    pub async fn number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&self.pool).await.unwrap()
    }

    /// The first column of every row, as text.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&self.pool).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(0)).collect()
    }

    /// Changes rows by hand; how many.
    pub async fn tamper(&self, sql: &str) -> u64 {
        sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&self.pool).await.unwrap().rows_affected()
    }

    /// Every row of these tables.
    pub async fn dump(&self, tables: &[&str]) -> Dump {
        let mut dump = Dump::new();
        for table in tables {
            let columns = self.texts(&format!("SELECT group_concat(name) FROM pragma_table_info('{table}')")).await;
            let mut rows = self.texts(&format!("SELECT json_array({}) FROM {table}", columns[0])).await;
            rows.sort();
            dump.insert((*table).to_owned(), rows);
        }
        dump
    }
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
