//! SQLite by `rusqlite`: a connection whose statements are prepared once, and
//! rows that own what they hold. Nothing here waits for anything but the disk.

use super::value::Value;
use crate::error::{Result, StoreError};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Rows, ToSql};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// Prepared statements kept by each connection; there are some three hundred.
const STATEMENTS: usize = 512;
/// How long a connection waits for another process's lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// One connection, used by one thread at a time.
pub(crate) struct Lite {
    conn: Connection,
    /// By the text's place in the program: every statement is a constant.
    shapes: HashMap<(usize, usize), Arc<Shape>>,
}

/// What does not change between two runs of a statement.
struct Shape {
    columns: Vec<Box<str>>,
    /// For each parameter of SQLite, in its order of appearance, which of our
    /// values it is: `$2` before `$1` is its first.
    values: Vec<usize>,
}

/// All rows of one answer: one text for every string in it, one buffer for
/// every run of bytes.
struct Answer {
    shape: Arc<Shape>,
    cells: Vec<Cell>,
    text: String,
    bytes: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Cell {
    Null,
    Int(i64),
    Real(f64),
    /// From here to there in the answer's text.
    Text(usize, usize),
    /// From here to there in the answer's bytes.
    Bytes(usize, usize),
}

/// A row of an [`Answer`].
pub(crate) struct LiteRow {
    answer: Arc<Answer>,
    first: usize,
    /// Behind the column that was read last: a row is mostly read in the order
    /// of its columns, and comparing names was a seventh of a team list.
    next: AtomicUsize,
}

impl Lite {
    /// Opens the file, makes it when missing, and sets what every connection
    /// of ours has. A reader forgets its pages whenever somebody has written, so
    /// that a large cache would only be memory.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let conn = Connection::open(path)?;
        conn.busy_timeout(PATIENCE)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS);
        // Else a statement whose plan may depend on its values is planned anew
        // for each run: a seventh of a team list.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        conn.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -1024;",
        )?;
        Ok(Self { conn, shapes: HashMap::new() })
    }

    /// The connection itself, for what is set once.
    pub(crate) fn raw(&self) -> &Connection {
        &self.conn
    }

    /// Several statements without values, such as a step of migration.
    pub(crate) fn script(&mut self, text: &str) -> Result<(), rusqlite::Error> {
        self.conn.execute_batch(text)
    }

    /// A statement without values or rows that is run again and again: `BEGIN`.
    pub(crate) fn step(&mut self, text: &'static str) -> Result<(), rusqlite::Error> {
        self.conn.prepare_cached(text)?.raw_execute().map(drop)
    }

    /// Whether a transaction is open. A full disk ends one without being asked.
    pub(crate) fn in_transaction(&self) -> bool {
        !self.conn.is_autocommit()
    }

    pub(crate) fn all(&mut self, sql: &'static str, values: &[Value]) -> Result<Vec<LiteRow>> {
        self.ask(sql, values, usize::MAX)
    }

    pub(crate) fn opt(&mut self, sql: &'static str, values: &[Value]) -> Result<Option<LiteRow>> {
        Ok(self.ask(sql, values, 1)?.pop())
    }

    pub(crate) fn exec(&mut self, sql: &'static str, values: &[Value]) -> Result<u64> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let shape = shape(&mut self.shapes, sql, &statement)?;
        bind(&mut statement, &shape, values)?;
        Ok(statement.raw_execute()? as u64)
    }

    fn ask(&mut self, sql: &'static str, values: &[Value], most: usize) -> Result<Vec<LiteRow>> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let shape = shape(&mut self.shapes, sql, &statement)?;
        bind(&mut statement, &shape, values)?;
        // A change has to run to its end, however few of its rows are wanted.
        let stops = statement.readonly();
        let width = shape.columns.len();
        let mut answer = Answer { shape, cells: Vec::with_capacity(width), text: String::new(), bytes: Vec::new() };
        let mut rows = statement.raw_query();
        let mut count = 0;
        while (count < most || !stops) && read(&mut rows, &mut answer, count < most)? {
            count += 1;
        }
        let answer = Arc::new(answer);
        Ok((0..count.min(most))
            .map(|n| LiteRow { answer: Arc::clone(&answer), first: n * width, next: AtomicUsize::new(0) })
            .collect())
    }
}

impl LiteRow {
    fn cell(&self, name: &str) -> Result<Cell> {
        let (before, from) = self.columns().split_at(self.next.load(Relaxed));
        let here = |columns: &[Box<str>]| columns.iter().position(|c| **c == *name);
        let at = here(from).map(|n| before.len() + n).or_else(|| here(before));
        let at = at.ok_or_else(|| StoreError::Corrupt(format!("there is no column {name}")))?;
        self.next.store(at + 1, Relaxed);
        Ok(self.answer.cells[self.first + at])
    }

    /// The names of all columns, in order.
    pub(crate) fn columns(&self) -> &[Box<str>] {
        &self.answer.shape.columns
    }

    pub(crate) fn int(&self, name: &str) -> Result<Option<i64>> {
        whole(self.cell(name)?, name)
    }

    /// By the column's place.
    pub(crate) fn int_at(&self, at: usize) -> Result<Option<i64>> {
        whole(self.answer.cells[self.first + at], &self.columns()[at])
    }

    pub(crate) fn real(&self, name: &str) -> Result<Option<f64>> {
        match self.cell(name)? {
            Cell::Null => Ok(None),
            Cell::Real(v) => Ok(Some(v)),
            // SQLite keeps a real without a fraction as a whole number where
            // the column has no type, as in an expression.
            #[expect(clippy::cast_precision_loss, reason = "it was a real before")]
            Cell::Int(v) => Ok(Some(v as f64)),
            Cell::Text(..) | Cell::Bytes(..) => Err(unexpected(name, "a number")),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>> {
        match self.cell(name)? {
            Cell::Null => Ok(None),
            Cell::Text(from, to) => Ok(Some(&self.answer.text[from..to])),
            Cell::Int(_) | Cell::Real(_) | Cell::Bytes(..) => Err(unexpected(name, "a text")),
        }
    }

    pub(crate) fn bytes(&self, name: &str) -> Result<Option<&[u8]>> {
        match self.cell(name)? {
            Cell::Null => Ok(None),
            Cell::Bytes(from, to) => Ok(Some(&self.answer.bytes[from..to])),
            Cell::Int(_) | Cell::Real(_) | Cell::Text(..) => Err(unexpected(name, "bytes")),
        }
    }
}

fn whole(cell: Cell, name: &str) -> Result<Option<i64>> {
    match cell {
        Cell::Null => Ok(None),
        Cell::Int(v) => Ok(Some(v)),
        Cell::Real(_) | Cell::Text(..) | Cell::Bytes(..) => Err(unexpected(name, "a whole number")),
    }
}

fn unexpected(name: &str, what: &str) -> StoreError {
    StoreError::Corrupt(format!("column {name} is not {what}"))
}

fn shape(
    shapes: &mut HashMap<(usize, usize), Arc<Shape>>,
    sql: &'static str,
    statement: &CachedStatement<'_>,
) -> Result<Arc<Shape>> {
    let key = (sql.as_ptr() as usize, sql.len());
    // Another process may have added a column behind a `*`.
    if let Some(known) = shapes.get(&key).filter(|s| s.columns.len() == statement.column_count()) {
        return Ok(Arc::clone(known));
    }
    let values = (1..=statement.parameter_count()).map(|n| {
        let number = statement.parameter_name(n).and_then(|name| name[1..].parse::<usize>().ok());
        number.and_then(|n| n.checked_sub(1)).ok_or(rusqlite::Error::InvalidParameterCount(n, n))
    });
    let values = values.collect::<Result<_, _>>()?;
    let columns = statement.column_names().into_iter().map(Box::from).collect();
    let shape = Arc::new(Shape { columns, values });
    shapes.insert(key, Arc::clone(&shape));
    Ok(shape)
}

fn bind(statement: &mut CachedStatement<'_>, shape: &Shape, values: &[Value]) -> Result<(), rusqlite::Error> {
    for (place, &number) in (1..).zip(&shape.values) {
        let value = values.get(number).ok_or(rusqlite::Error::InvalidParameterCount(values.len(), number + 1))?;
        statement.raw_bind_parameter(place, value)?;
    }
    Ok(())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Int(Some(v)) => ValueRef::Integer(*v),
            Value::Text(Some(v)) => ValueRef::Text(v.as_bytes()),
            Value::Bool(v) => ValueRef::Integer(i64::from(*v)),
            Value::Real(v) => ValueRef::Real(*v),
            Value::Bytes(v) => ValueRef::Blob(v),
            Value::Int(None) | Value::Text(None) => ValueRef::Null,
        }))
    }
}

/// The next row, kept or not; false after the last.
fn read(rows: &mut Rows<'_>, answer: &mut Answer, keep: bool) -> Result<bool> {
    let Some(row) = rows.next()? else { return Ok(false) };
    if !keep {
        return Ok(true);
    }
    for n in 0..answer.shape.columns.len() {
        let cell = match row.get_ref(n)? {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(v) => Cell::Int(v),
            ValueRef::Real(v) => Cell::Real(v),
            ValueRef::Text(bytes) => {
                let text = std::str::from_utf8(bytes).map_err(|e| StoreError::Corrupt(e.to_string()))?;
                let from = answer.text.len();
                answer.text.push_str(text);
                Cell::Text(from, answer.text.len())
            }
            ValueRef::Blob(bytes) => {
                let from = answer.bytes.len();
                answer.bytes.extend_from_slice(bytes);
                Cell::Bytes(from, answer.bytes.len())
            }
        };
        answer.cells.push(cell);
    }
    Ok(true)
}
