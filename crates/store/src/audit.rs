//! The audit: append-only, each entry chained to the one before by SHA-256.

use crate::Store;
use crate::error::Result;
use crate::sql::{DbRow, Tx, args};
use caly_core::id::ClientId;
use caly_core::scope::Scope;
use caly_core::time::At;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// One entry of a client's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Position, from 1 without holes.
    pub seq: i64,
    /// When.
    pub at: At,
    /// `member:7`, `member:7 key:<id>`, `carrier:1` or `system`.
    pub actor: String,
    /// What, such as `member.update`.
    pub action: String,
    /// Details as JSON; never a secret.
    pub body: String,
    /// Hash of the entry before, empty for the first.
    pub prev_hash: String,
    /// SHA-256 of this entry and `prev_hash`, hex.
    pub hash: String,
}

/// An entry that the transaction will write before it commits.
#[derive(Clone)]
pub(crate) struct Note {
    at: At,
    actor: String,
    action: &'static str,
    body: String,
}

/// Looks this close together are one, ms.
const SAME_LOOK_MS: i64 = 600_000;
/// Among the newest entries only: one entry too many does no harm.
const RECENT: &str = "SELECT seq FROM (SELECT * FROM audit WHERE client_id = $1 ORDER BY seq DESC LIMIT 100) AS recent \
     WHERE actor = $2 AND action = $3 AND body = $4 AND at > $5 LIMIT 1";

impl Note {
    pub(crate) fn new(scope: &Scope, at: At, action: &'static str, body: &serde_json::Value) -> Self {
        Self::by(scope.actor_word(), at, action, body)
    }

    /// For what has no scope: a login's own matters.
    pub(crate) fn by(actor: String, at: At, action: &'static str, body: &serde_json::Value) -> Self {
        Self { at, actor, action, body: body.to_string() }
    }
}

impl Store {
    /// Entries after `after` (0 from the start), oldest first, at most 200.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit(&self, scope: &Scope, after: i64, limit: i64) -> Result<Vec<AuditEntry>> {
        let args = (scope.client, after, crate::page_limit(limit));
        self.read(scope, args, |tx, (client, after, limit)| {
            Box::pin(async move {
                let rows = tx
                    .all(
                        "SELECT * FROM audit WHERE client_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                        args![client, after, limit],
                    )
                    .await?;
                rows.iter().map(entry).collect()
            })
        })
        .await
    }

    /// A page of entries before `before` (the newest when left out), newest
    /// first, and the chain's head: its newest entry, from the same moment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_page(
        &self,
        scope: &Scope,
        before: Option<i64>,
        limit: i64,
    ) -> Result<(crate::Page<AuditEntry, i64>, Option<AuditEntry>)> {
        let args = (scope.client, before.unwrap_or(i64::MAX), crate::page_limit(limit));
        self.read(scope, args, |tx, (client, before, limit)| {
            Box::pin(async move {
                let newest = "SELECT * FROM audit WHERE client_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
                let rows = tx.all(newest, args![client, before, limit + 1]).await?;
                let head = tx.opt(newest, args![client, i64::MAX, 1_i64]).await?;
                let items = rows.iter().map(entry).collect::<Result<_>>()?;
                Ok((crate::Page::cut(items, *limit, |e: &AuditEntry| e.seq), head.as_ref().map(entry).transpose()?))
            })
        })
        .await
    }

    /// Appends an entry for a look at what an open page reads again and again by
    /// itself: the same look of the same person within ten minutes is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn append_look(
        &self,
        scope: &Scope,
        action: &'static str,
        body: serde_json::Value,
        now: At,
    ) -> Result<()> {
        let note = Note::new(scope, now, action, &body);
        self.write(scope, (scope.client, note), |tx, (client, note)| {
            Box::pin(async move {
                let since = At(note.at.0 - SAME_LOOK_MS);
                let same = args![client, &note.actor, note.action, &note.body, since];
                if tx.opt(RECENT, same).await?.is_none() {
                    tx.note(note.clone());
                }
                Ok(())
            })
        })
        .await
    }

    /// Appends an entry of its own, for what is only read: a change notes its
    /// entry in its own transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn append_audit(
        &self,
        scope: &Scope,
        action: &'static str,
        body: serde_json::Value,
        now: At,
    ) -> Result<()> {
        self.write(scope, (scope.clone(), action, body, now), |tx, (scope, action, body, now)| {
            Box::pin(async move {
                tx.note(Note::new(scope, *now, action, body));
                Ok(())
            })
        })
        .await
    }

    /// Walks the chain; the first position that does not hold, if any.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn broken_audit(&self, scope: &Scope) -> Result<Option<i64>> {
        let (mut prev, mut after) = (String::new(), 0);
        loop {
            let entries = self.audit(scope, after, 200).await?;
            if entries.is_empty() {
                return Ok(None);
            }
            for e in entries {
                let hash = hash(&prev, scope.client, e.seq, e.at, &e.actor, &e.action, &e.body);
                if e.seq != after + 1 || e.prev_hash != prev || e.hash != hash {
                    return Ok(Some(after + 1));
                }
                (prev, after) = (e.hash, e.seq);
            }
        }
    }
}

/// Appends one entry. The counter's row lock makes the chain a chain: the next
/// writer waits here until this transaction ends.
pub(crate) async fn append(tx: &mut Tx<'_>, client: ClientId, note: Note) -> Result<()> {
    let seq = tx.next(client, "audit").await?;
    let prev: String = tx
        .opt("SELECT hash FROM audit WHERE client_id = $1 AND seq = $2", args![client, seq - 1])
        .await?
        .map_or(Ok(String::new()), |row| row.get("hash"))?;
    let hash = hash(&prev, client, seq, note.at, &note.actor, note.action, &note.body);
    tx.exec(
        "INSERT INTO audit (client_id, seq, at, actor, action, body, prev_hash, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![client, seq, note.at, note.actor, note.action, note.body, prev, hash],
    )
    .await?;
    Ok(())
}

/// Each part is led by its length, so that no two entries read the same.
fn hash(prev: &str, client: ClientId, seq: i64, at: At, actor: &str, action: &str, body: &str) -> String {
    let mut sha = Sha256::new();
    for part in [prev, &client.to_string(), &seq.to_string(), &at.0.to_string(), actor, action, body] {
        sha.update((part.len() as u64).to_be_bytes());
        sha.update(part.as_bytes());
    }
    sha.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn entry(row: &DbRow) -> Result<AuditEntry> {
    Ok(AuditEntry {
        seq: row.get("seq")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        action: row.get("action")?,
        body: row.get("body")?,
        prev_hash: row.get("prev_hash")?,
        hash: row.get("hash")?,
    })
}
