//! Every row that Caly keeps, on SQLite or PostgreSQL, and nothing else.
//!
//! A method takes a [`Scope`] first and sees that client's rows only; another
//! client's row is [`StoreError::NotFound`]. The exceptions stand together in
//! [`global`]: what must be looked up before a client is known. A change, its
//! counters, its audit entry, its job and its event commit together.

pub mod api_keys;
pub mod appointments;
pub mod assignments;
pub mod audit;
pub mod backup;
pub mod calls;
pub mod channels;
pub mod company;
pub mod decisions;
pub mod doctors;
pub mod error;
pub mod events;
pub mod global;
pub mod inbox;
pub mod intents;
pub mod jobs;
pub mod members;
pub mod people;
pub mod raw;
mod readers;
pub mod recordings;
pub mod rescues;
pub mod rewrap;
pub mod rules;
pub mod sector_settings;
mod sql;
pub mod standings;
mod sums;
pub mod sweep;
pub mod tasks;
pub mod teams;
#[cfg(feature = "testing")]
pub mod testing;
mod words;
mod writer;

mod open;

pub use api_keys::{ApiKey, NewApiKey};
pub use appointments::{Appointment, BookedState, NewAppointment};
pub use assignments::{Assignment, NewAssignment};
pub use audit::AuditEntry;
pub use calls::{
    Batch, Blank, Call, CallCursor, CallFilter, Completion, Ending, NewCall, NewFact, Placed, Provided, QUARTER,
    Quarter, StoredFact,
};
pub use channels::{CarrierPatch, Channel, ChannelPatch, NewChannel};
pub use company::Company;
pub use doctors::{Doctor, DoctorHours, NewDoctor};
pub use error::StoreError;
pub use events::{Events, StoredEvent};
pub use global::{
    ClaimedStream, Client, HookOwner, Link, Membership, NewClient, NewSession, NewUser, OpenSession, Session, User,
};
pub use inbox::{Hook, Received, SeenHook};
pub use intents::{Intent, NewIntent};
pub use jobs::{Job, ParkedJob};
pub use members::{Member, MemberCard, MemberFilter, MemberPatch, NewMember};
pub use open::Database;
pub use people::{Login, SetUp};
pub use raw::{RawAgentDay, RawDaily, RawRows};
pub use recordings::{Fetched, Progress, Recording, RecordingState};
pub use rescues::{Claim, Disposed, NextPerson, Rescue, Sought};
pub use rewrap::Rehashed;
pub use rules::StoredRules;
pub use sector_settings::Setting;
pub use standings::{Correction, DaySums, Performance, Summary};
pub use tasks::{NewTask, Owed, Task, TaskCursor, TaskFilter};
pub use teams::Team;
pub use words::{IntentState, LinkKind, RecordingKind, SessionKind, TaskKind, TaskState};

use caly_core::id::ClientId;
use caly_core::scope::Scope;
use error::{EngineError, Result};
use futures::future::BoxFuture;
use open::Engine;
use sql::{Conn, Tx};
use std::time::Duration;
use tokio::sync::broadcast;

/// A list's page and where the next one starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T, C> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// Hand this in for the next page; `None` on the last.
    pub next: Option<C>,
}

impl<T, C> Page<T, C> {
    /// Cuts the one row more than `limit` that was asked for.
    pub(crate) fn cut(mut items: Vec<T>, limit: i64, cursor: impl Fn(&T) -> C) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(cursor) } else { None };
        Self { items, next }
    }
}

/// Pages hold 1 to 200 rows.
pub(crate) fn page_limit(limit: i64) -> i64 {
    limit.clamp(1, 200)
}

/// A transaction with events was committed on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// Whose.
    pub client: ClientId,
    /// The highest event id that it wrote.
    pub last_event: i64,
}

/// The store: cheap to clone, one per process.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    committed: broadcast::Sender<Committed>,
}

/// What a transaction runs: a function without surroundings, because
/// PostgreSQL may ask for it again; what it needs is in its arguments.
pub(crate) type Run<A, T> = for<'a, 'c> fn(&'a mut Tx<'c>, &'a A) -> BoxFuture<'a, Result<T>>;

/// A transaction that PostgreSQL asks for again is tried so often.
const TRIES: u32 = 5;
/// A request waits for it: what takes longer is given up ([`StoreError::Busy`]).
const LONGEST_READ: Duration = Duration::from_secs(2);
/// Nobody waits but an operator: all rows of a client.
const LONGEST_CHECK: Duration = Duration::from_secs(300);
/// A read sees one moment on PostgreSQL too, as it does on SQLite.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

impl Store {
    /// Told after each commit on this node that wrote events. Data is read from
    /// the events table; a missed note costs a moment, never a number.
    #[must_use]
    pub fn committed(&self) -> broadcast::Receiver<Committed> {
        self.committed.subscribe()
    }

    /// A change inside one client.
    pub(crate) async fn write<A, T>(&self, scope: &Scope, args: A, run: Run<A, T>) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        self.change(Some(scope.client), args, run).await
    }

    /// A change of the global tables only.
    pub(crate) async fn write_global<A, T>(&self, args: A, run: Run<A, T>) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        self.change(None, args, run).await
    }

    async fn change<A, T>(&self, client: Option<ClientId>, args: A, run: Run<A, T>) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite { writer, .. } => writer.write(client, args, run).await,
            Engine::Postgres(pool) => {
                let (store, pool) = (self.clone(), pool.clone());
                to_its_end(async move {
                    let mut tries = 1;
                    loop {
                        match store.postgres_once(&pool, client, &args, run).await {
                            Err(e) if e.asks_retry() && tries < TRIES => tries += 1,
                            other => return other,
                        }
                    }
                })
                .await
            }
        }
    }

    async fn postgres_once<A, T>(
        &self,
        pool: &sqlx::PgPool,
        client: Option<ClientId>,
        args: &A,
        run: Run<A, T>,
    ) -> Result<T> {
        let mut transaction = pool.begin().await?;
        open::enter(&mut transaction, client).await?;
        let mut tx = Tx::new(Conn::Postgres(&mut transaction), client);
        let value = run(&mut tx, args).await?;
        tx.flush().await?;
        let note = tx.committed();
        transaction.commit().await?;
        if let Some(note) = note {
            // Nobody listening is normal.
            let _ = self.committed.send(note);
        }
        Ok(value)
    }

    /// Reads inside one client, from one snapshot.
    pub(crate) async fn read<A, T>(&self, scope: &Scope, args: A, run: Run<A, T>) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        self.look(Some(scope.client), LONGEST_READ, args, run).await
    }

    /// Reads all of a client, for an operator who waits minutes.
    pub(crate) async fn read_long<A, T>(&self, scope: &Scope, args: A, run: Run<A, T>) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        self.look(Some(scope.client), LONGEST_CHECK, args, run).await
    }

    /// Reads the global tables.
    pub(crate) async fn read_global<A, T>(&self, args: A, run: Run<A, T>) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        self.look(None, LONGEST_READ, args, run).await
    }

    async fn look<A, T>(&self, client: Option<ClientId>, longest: Duration, args: A, run: Run<A, T>) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite { readers, .. } => readers.read(client, longest, args, run).await,
            Engine::Postgres(pool) => {
                let pool = pool.clone();
                to_its_end(async move {
                    let mut transaction = pool.begin_with(SNAPSHOT).await?;
                    open::enter_to_read(&mut transaction, client, longest).await?;
                    let mut tx = Tx::new(Conn::Postgres(&mut transaction), client);
                    let value = run(&mut tx, &args).await?;
                    transaction.rollback().await?;
                    Ok(value)
                })
                .await
            }
        }
    }
}

/// Runs a transaction of PostgreSQL to its end though the asker may go away,
/// as SQLite's threads do. Dropped between `BEGIN` and its answer, sqlx's would
/// go back to the pool open, and the next one on that connection would join it:
/// a write inside a transaction that only reads.
async fn to_its_end<T: Send + 'static>(transaction: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    tokio::spawn(transaction).await.unwrap_or_else(|end| {
        let panicked = || StoreError::Database(EngineError::Said("a transaction panicked".into()));
        // Else the runtime is stopping.
        Err(if end.is_panic() { panicked() } else { StoreError::Closed })
    })
}
