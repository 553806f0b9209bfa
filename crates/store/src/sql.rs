//! One text for two engines: values go in as [`Value`], rows come out as
//! [`DbRow`], and a [`Tx`] is a transaction on whichever engine is open.
//!
//! The rest of the crate writes each statement once, with `$1` placeholders.

mod lite;
mod row;
mod value;

pub(crate) use lite::Lite;
pub(crate) use row::DbRow;
pub(crate) use value::{Value, args};

use crate::error::Result;
use caly_core::event::Event;
use caly_core::id::ClientId;
use caly_core::time::At;
use sqlx::PgConnection;

/// A transaction. Whatever is done through it commits or vanishes together,
/// with the audit entries and the events that were noted on the way.
pub(crate) struct Tx<'c> {
    conn: Conn<'c>,
    client: Option<ClientId>,
    events: Vec<(At, Event)>,
    audits: Vec<crate::audit::Note>,
    last_event: Option<i64>,
}

/// The engine's connection.
pub(crate) enum Conn<'c> {
    /// SQLite.
    Sqlite(&'c mut Lite),
    /// PostgreSQL.
    Postgres(&'c mut PgConnection),
}

impl<'c> Tx<'c> {
    pub(crate) fn new(conn: Conn<'c>, client: Option<ClientId>) -> Self {
        Self { conn, client, events: Vec::new(), audits: Vec::new(), last_event: None }
    }

    /// Whether this is PostgreSQL; for the few statements that differ.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.conn, Conn::Postgres(_))
    }

    /// All rows of a query.
    pub(crate) async fn all(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Vec<DbRow>> {
        match &mut self.conn {
            Conn::Sqlite(c) => {
                let rows = c.all(sql, &values)?;
                Ok(rows.into_iter().map(DbRow::Sqlite).collect())
            }
            Conn::Postgres(c) => {
                let rows = value::postgres(sql, values).fetch_all(&mut **c).await?;
                Ok(rows.into_iter().map(DbRow::Postgres).collect())
            }
        }
    }

    /// The first row, if any.
    pub(crate) async fn opt(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Option<DbRow>> {
        match &mut self.conn {
            Conn::Sqlite(c) => Ok(c.opt(sql, &values)?.map(DbRow::Sqlite)),
            Conn::Postgres(c) => {
                let row = value::postgres(sql, values).fetch_optional(&mut **c).await?;
                Ok(row.map(DbRow::Postgres))
            }
        }
    }

    /// The only row of a query that always has one.
    pub(crate) async fn one(&mut self, sql: &'static str, values: Vec<Value>) -> Result<DbRow> {
        self.opt(sql, values).await?.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    /// Runs a statement; the number of rows it touched.
    pub(crate) async fn exec(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64> {
        match &mut self.conn {
            Conn::Sqlite(c) => c.exec(sql, &values),
            Conn::Postgres(c) => Ok(value::postgres(sql, values).execute(&mut **c).await?.rows_affected()),
        }
    }

    /// How large the SQLite file may become; a pragma takes no parameter.
    #[cfg(feature = "testing")]
    pub(crate) fn pragma_max_page_count(&mut self, pages: i64) -> Result<()> {
        if let Conn::Sqlite(c) = &mut self.conn {
            c.script(&format!("PRAGMA max_page_count = {pages}"))?;
        }
        Ok(())
    }

    /// The next number of the client's counter, from 1. The row stays locked
    /// until the end of the transaction, so numbers have no holes in time.
    pub(crate) async fn next(&mut self, client: ClientId, name: &'static str) -> Result<i64> {
        self.next_block(client, name, 1).await
    }

    async fn next_block(&mut self, client: ClientId, name: &'static str, n: i64) -> Result<i64> {
        let row = self
            .one(
                "INSERT INTO counters (client_id, name, value) VALUES ($1, $2, $3) \
                 ON CONFLICT (client_id, name) DO UPDATE SET value = counters.value + excluded.value \
                 RETURNING value",
                args![client, name, n],
            )
            .await?;
        row.get("value")
    }

    /// Goes on inside this client: PostgreSQL's second wall is told. For the
    /// few changes of a login that are written down in each of its clients.
    pub(crate) async fn enter(&mut self, client: ClientId) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(c) => crate::open::enter(c, Some(client)).await,
        }
    }

    /// Notes an event; its row is written last, just before the commit.
    pub(crate) fn emit(&mut self, at: At, event: Event) {
        self.events.push((at, event));
    }

    /// Notes an audit entry; its row is written before the events.
    pub(crate) fn note(&mut self, note: crate::audit::Note) {
        self.audits.push(note);
    }

    /// Writes what was noted: the audit chain, then the events with ids from
    /// the client's counter. These locks come last in the order, so that ids
    /// appear in the order of commits.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        let Some(client) = self.client else { return Ok(()) };
        for note in std::mem::take(&mut self.audits) {
            crate::audit::append(self, client, note).await?;
        }
        let events = std::mem::take(&mut self.events);
        if events.is_empty() {
            return Ok(());
        }
        let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let last = self.next_block(client, "event", count).await?;
        for (id, (at, event)) in (last - count + 1..).zip(events) {
            self.exec(
                "INSERT INTO events (client_id, id, at, body) VALUES ($1, $2, $3, $4)",
                args![client, id, at, to_json(&event)?],
            )
            .await?;
        }
        self.last_event = Some(last);
        Ok(())
    }

    /// What to tell listeners after the commit.
    pub(crate) fn committed(&self) -> Option<crate::Committed> {
        Some(crate::Committed { client: self.client?, last_event: self.last_event? })
    }
}

/// JSON as stored.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| crate::StoreError::Corrupt(e.to_string()))
}

/// JSON as read.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| crate::StoreError::Corrupt(e.to_string()))
}
