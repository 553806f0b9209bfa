//! What can go wrong with rows, in the words that a handler needs.

/// A read or write that did not happen. Every variant says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such row in this client (another client's row is "no such").
    #[error("there is no such {0}; list them to see what exists")]
    NotFound(&'static str),
    /// A unique rule stands in the way; the word names it (`email`, `slot`, …).
    #[error("that {0} is taken; choose another")]
    Conflict(&'static str),
    /// `If-Match` named an older revision. Read the row again and repeat.
    #[error("the row was changed by someone else (it is at rev {current_rev}); read it again and repeat")]
    Stale {
        /// The revision that the row has now.
        current_rev: i64,
    },
    /// The row's state does not allow this; the sentence says which state does.
    #[error("{0}")]
    NotNow(&'static str),
    /// More writes wait than the queue holds, or every reader is taken. Try
    /// again in a moment.
    #[error("too many requests wait for the database; try again in a second")]
    Busy,
    /// The disk is full. Nothing was written.
    #[error("the disk that holds the database is full; free some space")]
    DiskFull,
    /// Another process holds the database.
    #[error("another process holds the database; stop it or try again")]
    Locked,
    /// The database cannot be reached.
    #[error("the database cannot be reached; check that it runs and try again")]
    Away(#[source] EngineError),
    /// The store was closed.
    #[error("the store is closed; the program is stopping")]
    Closed,
    /// A stored value is not one this version knows.
    #[error("the database holds a value this version does not know: {0}")]
    Corrupt(String),
    /// The address of a database is not one Caly can open.
    #[error("\"{0}\" is not a database; use a file path, sqlite://PATH or postgres://HOST/NAME")]
    Address(String),
    /// A migration failed.
    #[error("the database could not be brought to this version (step {step}): {source}")]
    Migration {
        /// The step's number.
        step: i64,
        /// What the engine said.
        source: EngineError,
    },
    /// A newer Caly has changed the tables; nothing was touched.
    #[error(
        "a newer Caly has used this database (its tables are at step {found}, this one knows {known}); \
         start that one, or restore a backup of before"
    )]
    Newer {
        /// The newest step that was applied.
        found: i64,
        /// The newest step of this version.
        known: i64,
    },
    /// Anything else the engine said.
    #[error("the database refused: {0}")]
    Database(#[source] EngineError),
}

impl StoreError {
    /// Whether the same request may succeed a moment later (503, not 500).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy | Self::DiskFull | Self::Locked | Self::Away(_) | Self::Closed)
    }

    /// Whether PostgreSQL asks for the whole transaction again.
    pub(crate) fn asks_retry(&self) -> bool {
        match self {
            Self::Database(EngineError::Postgres(sqlx::Error::Database(e))) => {
                matches!(e.code().as_deref(), Some("40001" | "40P01"))
            }
            _ => false,
        }
    }
}

/// What an engine, or the way to it, said.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// SQLite.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL.
    #[error(transparent)]
    Postgres(#[from] sqlx::Error),
    /// The file system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Told before to another of the same group, or our own words.
    #[error("{0}")]
    Said(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        // Extended codes; a primary one is the low byte of each.
        match error.sqlite_error().map(|e| e.extended_code) {
            Some(13) => Self::DiskFull,
            Some(5 | 6 | 261 | 262 | 517) => Self::Locked,
            Some(787) => Self::NotFound("row that this one refers to"),
            Some(1555 | 2067) => Self::Conflict("value"),
            // Interrupted: a read that took too long.
            Some(9) => Self::Busy,
            _ => Self::Database(error.into()),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Closed,
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) => Self::Away(error.into()),
            sqlx::Error::Database(e) => match e.code().as_deref() {
                Some("53100") => Self::DiskFull,
                Some("55P03") => Self::Locked,
                // Cancelled: a statement that took too long.
                Some("57014") => Self::Busy,
                Some("23503") => Self::NotFound("row that this one refers to"),
                Some("23505") => Self::Conflict("value"),
                Some(code) if code.starts_with("08") || code.starts_with("57P") => Self::Away(error.into()),
                _ => Self::Database(error.into()),
            },
            _ => Self::Database(error.into()),
        }
    }
}

/// Shorthand of this crate.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
