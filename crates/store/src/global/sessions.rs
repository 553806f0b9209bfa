//! Sessions: opaque tokens, of which only the hash is stored.

use crate::error::{Result, StoreError};
use crate::sql::{DbRow, Tx, args};
use crate::{SessionKind, Store};
use caly_core::id::{ClientId, MemberId, UserId};
use caly_core::time::At;

/// A session that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The login.
    pub user: UserId,
    /// The client that it chose.
    pub client: ClientId,
    /// Who it is there.
    pub member: MemberId,
    /// Cookie or header.
    pub kind: SessionKind,
    /// When it began.
    pub created_at: At,
    /// When it was last used.
    pub seen_at: At,
    /// When it ends at the latest.
    pub expires_at: At,
}

/// A session to be made.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// SHA-256 of the token, hex.
    pub token_hash: String,
    /// The login.
    pub user: UserId,
    /// The client.
    pub client: ClientId,
    /// Who it is there.
    pub member: MemberId,
    /// Cookie or header.
    pub kind: SessionKind,
    /// It ends when unused for so long, ms.
    pub idle_ms: i64,
    /// It ends at the latest then.
    pub expires_at: At,
}

fn session(row: &DbRow) -> Result<Session> {
    Ok(Session {
        user: row.get("user_id")?,
        client: row.get("client_id")?,
        member: row.get("member_id")?,
        kind: row.get("kind")?,
        created_at: row.get("created_at")?,
        seen_at: row.get("seen_at")?,
        expires_at: row.get("expires_at")?,
    })
}

impl Store {
    /// Begins a session and remembers its client as the login's last.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the login is no member of that client.
    pub async fn create_session(&self, new: NewSession, now: At) -> Result<()> {
        self.write_global((new, now), |tx, (new, now)| {
            Box::pin(async move {
                let member = tx
                    .opt(
                        "SELECT member_id FROM memberships \
                         WHERE user_id = $1 AND client_id = $2 AND member_id = $3",
                        args![new.user, new.client, new.member],
                    )
                    .await?;
                if member.is_none() {
                    return Err(StoreError::NotFound("membership"));
                }
                tx.exec(
                    "INSERT INTO sessions (token_hash, user_id, client_id, member_id, kind, \
                     created_at, seen_at, idle_ms, expires_at) \
                     VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)",
                    args![
                        &new.token_hash,
                        new.user,
                        new.client,
                        new.member,
                        new.kind,
                        now,
                        new.idle_ms,
                        new.expires_at
                    ],
                )
                .await?;
                tx.exec("UPDATE users SET last_client_id = $2 WHERE id = $1", args![new.user, new.client]).await?;
                Ok(())
            })
        })
        .await
    }

    /// The session of a token's hash, when it has not ended, expired or idled.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn session(&self, token_hash: &str, now: At) -> Result<Option<Session>> {
        self.read_global((token_hash.to_owned(), now), |tx, (hash, now)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "SELECT * FROM sessions WHERE token_hash = $1 AND ended_at IS NULL \
                         AND expires_at > $2 AND seen_at + idle_ms > $2",
                        args![hash, now],
                    )
                    .await?;
                row.as_ref().map(session).transpose()
            })
        })
        .await
    }

    /// Notes that a session was used; call it at most once a minute each.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn touch_session(&self, token_hash: &str, now: At) -> Result<()> {
        self.write_global((token_hash.to_owned(), now), |tx, (hash, now)| {
            Box::pin(async move {
                tx.exec("UPDATE sessions SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2", args![hash, now])
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Ends one session (logout). Ending it twice changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_session(&self, token_hash: &str, now: At) -> Result<()> {
        self.write_global((token_hash.to_owned(), now), |tx, (hash, now)| {
            Box::pin(async move {
                tx.exec(
                    "UPDATE sessions SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL",
                    args![hash, now],
                )
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Ends every session of a login.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_sessions(&self, user: UserId, now: At) -> Result<()> {
        self.write_global((user, now), |tx, (user, now)| Box::pin(async move { end_all(tx, *user, *now).await })).await
    }
}

pub(super) async fn end_all(tx: &mut Tx<'_>, user: UserId, now: At) -> Result<()> {
    tx.exec("UPDATE sessions SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL", args![user, now]).await?;
    Ok(())
}

/// Ends the sessions of one person in one client (deactivation).
pub(crate) async fn end_of_member(tx: &mut Tx<'_>, client: ClientId, member: MemberId, now: At) -> Result<()> {
    tx.exec(
        "UPDATE sessions SET ended_at = $3 \
         WHERE client_id = $1 AND member_id = $2 AND ended_at IS NULL",
        args![client, member, now],
    )
    .await?;
    Ok(())
}
