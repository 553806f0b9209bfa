//! What must be looked up before a client is known, and nothing else: clients,
//! users, sessions, one-time links, hook keys, stream tokens, nodes, and the jobs
//! that are due.

mod jobs;
mod links;
mod sessions;
mod streams;
mod users;

pub use links::Link;
pub(crate) use links::{Bound, NewLink, Target, alone, make as make_link, take as take_link, void as void_links};
pub use sessions::{NewSession, OpenSession, Session};
pub(crate) use sessions::{begin as begin_session, end_of_member};
pub use streams::{ClaimedStream, HookOwner};
pub use users::{Membership, NewUser, User};
pub(crate) use users::{email_key, insert as insert_user};

use crate::Store;
use crate::error::{Result, StoreError};
use crate::sql::{DbRow, Tx, args};
use caly_core::id::ClientId;
use caly_core::sector::Sector;
use caly_core::time::At;
use serde::{Deserialize, Serialize};

/// A tenant company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// Its name.
    pub name: String,
    /// Its line of business.
    pub sector: Sector,
    /// IANA name of the zone in which its days are cut.
    pub zone: String,
    /// How its figures and dates are written, a BCP 47 tag.
    pub language: String,
    /// Whether rehearsed calls count (set by the demo and tests only).
    pub is_demo: bool,
    /// The fairness dial λ of routing, 0-80.
    pub fairness: i64,
    /// Its revision.
    pub rev: i64,
    /// When it was made.
    pub created_at: At,
}

/// A client to be made.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// UUIDv7, handed in.
    pub id: ClientId,
    /// Its name.
    pub name: String,
    /// Its line of business.
    pub sector: Sector,
    /// IANA zone.
    pub zone: String,
    /// Whether rehearsed calls count.
    pub is_demo: bool,
}

/// λ of routing for a new client.
const FAIRNESS: i64 = 40;

pub(crate) fn client(row: &DbRow) -> Result<Client> {
    Ok(Client {
        id: row.get("id")?,
        name: row.get("name")?,
        sector: row.get("sector")?,
        zone: row.get("zone")?,
        language: row.get("language")?,
        is_demo: row.get("is_demo")?,
        fairness: row.get("fairness")?,
        rev: row.get("rev")?,
        created_at: row.get("created_at")?,
    })
}

impl Store {
    /// Makes a client.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] (`client id`) when it exists.
    pub async fn create_client(&self, new: NewClient, now: At) -> Result<Client> {
        self.write_global((new, now), |tx, (new, now)| Box::pin(async move { insert_client(tx, new, *now).await }))
            .await
    }

    /// A client by its id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn client(&self, id: ClientId) -> Result<Client> {
        self.read_global(id, |tx, id| Box::pin(async move { find(tx, *id).await })).await
    }

    /// All clients, oldest first: for jobs, the sweeper and `verify`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clients(&self) -> Result<Vec<Client>> {
        self.read_global((), |tx, ()| {
            Box::pin(async move {
                let rows = tx.all("SELECT * FROM clients ORDER BY created_at, id", Vec::new()).await?;
                rows.iter().map(client).collect()
            })
        })
        .await
    }

    /// Says that this node lives. Calls of a node that has not said so for a
    /// while are completed by the sweeper of another.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn beat(&self, node: &str, now: At) -> Result<()> {
        self.write_global((node.to_owned(), now), |tx, (node, now)| {
            Box::pin(async move {
                tx.exec(
                    "INSERT INTO nodes (node, seen_at) VALUES ($1, $2) \
                     ON CONFLICT (node) DO UPDATE SET seen_at = excluded.seen_at",
                    args![node, now],
                )
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Forgets nodes that have not said so since then. How many they were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn prune_nodes(&self, seen_before: At) -> Result<u64> {
        self.write_global(seen_before, |tx, before| {
            Box::pin(async move { tx.exec("DELETE FROM nodes WHERE seen_at < $1", args![before]).await })
        })
        .await
    }
}

pub(crate) async fn find(tx: &mut Tx<'_>, id: ClientId) -> Result<Client> {
    let row = tx.opt("SELECT * FROM clients WHERE id = $1", args![id]).await?;
    client(&row.ok_or(StoreError::NotFound("client"))?)
}

pub(crate) async fn insert_client(tx: &mut Tx<'_>, new: &NewClient, now: At) -> Result<Client> {
    let row = tx
        .opt(
            "INSERT INTO clients (id, name, sector, zone, is_demo, fairness, rev, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, 1, $7) ON CONFLICT (id) DO NOTHING RETURNING *",
            args![new.id, &new.name, new.sector, &new.zone, new.is_demo, FAIRNESS, now],
        )
        .await?
        .ok_or(StoreError::Conflict("client id"))?;
    client(&row)
}
