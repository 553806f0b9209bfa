//! Sessions: opaque tokens, of which only the hash is stored.

use super::Client;
use crate::audit::{self, Note};
use crate::error::{Result, StoreError};
use crate::members::{self, Member};
use crate::sql::{DbRow, Tx, args};
use crate::{SessionKind, Store};
use caly_core::id::{ClientId, MemberId, SessionId, UserId};
use caly_core::member::Role;
use caly_core::time::At;

/// A session that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// As its owner sees it.
    pub id: SessionId,
    /// The login.
    pub user: UserId,
    /// The client that it chose.
    pub client: ClientId,
    /// Who it is there.
    pub member: MemberId,
    /// Cookie, header or API key.
    pub kind: SessionKind,
    /// What an API key may at most; a session may what its person may.
    pub role: Option<Role>,
    /// When it began.
    pub created_at: At,
    /// When it was last used.
    pub seen_at: At,
    /// When it ends at the latest.
    pub expires_at: At,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// Its id.
    pub id: SessionId,
    /// Cookie or header.
    pub kind: SessionKind,
    /// The client.
    pub client: ClientId,
    /// Its name.
    pub client_name: String,
    /// When it began.
    pub created_at: At,
    /// When it was last used, to the minute.
    pub seen_at: At,
    /// When it ends at the latest.
    pub expires_at: At,
    /// What the browser or program said of itself at login.
    pub user_agent: Option<String>,
    /// Where the login came from.
    pub address: Option<String>,
}

/// A session to be made.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// UUIDv7, handed in.
    pub id: SessionId,
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
    /// What the browser or program says of itself.
    pub user_agent: Option<String>,
    /// Where the login comes from.
    pub address: Option<String>,
}

const LIVE: &str = "SELECT * FROM sessions WHERE token_hash = $1 AND ended_at IS NULL \
     AND expires_at > $2 AND seen_at + idle_ms > $2";

fn session(row: &DbRow) -> Result<Session> {
    Ok(Session {
        id: row.get("id")?,
        role: row.opt("role")?,
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
        self.write_global((new, now), |tx, (new, now)| Box::pin(async move { begin(tx, new, *now).await })).await
    }

    /// Goes on in another client: the old session ends, the new one begins.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the login is no member of that client.
    pub async fn switch_session(&self, old_hash: &str, new: NewSession, now: At) -> Result<()> {
        self.write_global((old_hash.to_owned(), new, now), |tx, (old, new, now)| {
            Box::pin(async move {
                end_one(tx, old, *now).await?;
                begin(tx, new, *now).await
            })
        })
        .await
    }

    /// The sessions of a login that hold, newest first; API keys are listed
    /// with their client.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_sessions(&self, user: UserId, now: At) -> Result<Vec<OpenSession>> {
        self.read_global((user, now), |tx, (user, now)| {
            Box::pin(async move {
                let rows = tx
                    .all(
                        "SELECT s.*, c.name AS client_name FROM sessions s JOIN clients c ON c.id = s.client_id \
                         WHERE s.user_id = $1 AND s.kind <> 'key' AND s.ended_at IS NULL \
                         AND s.expires_at > $2 AND s.seen_at + s.idle_ms > $2 \
                         ORDER BY s.created_at DESC, s.id DESC LIMIT 200",
                        args![user, now],
                    )
                    .await?;
                rows.iter().map(open_session).collect()
            })
        })
        .await
    }

    /// Ends one session of a login, with an audit entry in its client.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is another login's, over, or an API key.
    pub async fn revoke_session(&self, user: UserId, id: SessionId, now: At) -> Result<()> {
        self.write_global((user, id, now), |tx, (user, id, now)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "UPDATE sessions SET ended_at = $3 WHERE id = $2 AND user_id = $1 AND kind <> 'key' \
                         AND ended_at IS NULL AND expires_at > $3 RETURNING client_id, member_id",
                        args![user, id, now],
                    )
                    .await?
                    .ok_or(StoreError::NotFound("session"))?;
                let (client, member): (ClientId, MemberId) = (row.get("client_id")?, row.get("member_id")?);
                let note =
                    Note::by(format!("member:{member}"), *now, "session.revoke", &serde_json::json!({"session": id}));
                tx.enter(client).await?;
                audit::append(tx, client, note).await
            })
        })
        .await
    }

    /// Ends every session of a login, with an audit entry in each of its
    /// clients. API keys stay.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn revoke_sessions(&self, user: UserId, now: At) -> Result<()> {
        self.write_global((user, now), |tx, (user, now)| {
            Box::pin(async move {
                end_all(tx, *user, *now).await?;
                note_everywhere(tx, *user, *now, "session.revoke_all", None).await
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
                let row = tx.opt(LIVE, args![hash, now]).await?;
                row.as_ref().map(session).transpose()
            })
        })
        .await
    }

    /// Who stands behind a token's hash: the session when it holds, its client
    /// and the person as they are now, in one trip.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn person_behind(&self, token_hash: &str, now: At) -> Result<Option<(Session, Client, Member)>> {
        self.read_global((token_hash.to_owned(), now), |tx, (hash, now)| {
            Box::pin(async move {
                let Some(row) = tx.opt(LIVE, args![hash, now]).await? else { return Ok(None) };
                let session = session(&row)?;
                let client = super::find(tx, session.client).await?;
                tx.enter(session.client).await?;
                let member = members::find(tx, session.client, session.member).await?;
                Ok(Some((session, client, member)))
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
            Box::pin(async move { end_one(tx, hash, *now).await })
        })
        .await
    }

    /// Forgets sessions and links that ran out or ended before `before`; how
    /// many they were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn prune_logins(&self, before: At) -> Result<u64> {
        self.write_global(before, |tx, before| {
            Box::pin(async move {
                let gone =
                    tx.exec("DELETE FROM sessions WHERE expires_at < $1 OR ended_at < $1", args![before]).await?;
                Ok(gone + tx.exec("DELETE FROM links WHERE expires_at < $1", args![before]).await?)
            })
        })
        .await
    }
}

/// Begins a session of a login that is a member of the client.
pub(crate) async fn begin(tx: &mut Tx<'_>, new: &NewSession, now: At) -> Result<()> {
    let member = tx
        .opt(
            "SELECT member_id FROM memberships WHERE user_id = $1 AND client_id = $2 AND member_id = $3",
            args![new.user, new.client, new.member],
        )
        .await?;
    if member.is_none() {
        return Err(StoreError::NotFound("membership"));
    }
    tx.exec(
        "INSERT INTO sessions (token_hash, id, user_id, client_id, member_id, kind, \
         created_at, seen_at, idle_ms, expires_at, user_agent, address) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11)",
        args![
            &new.token_hash,
            new.id,
            new.user,
            new.client,
            new.member,
            new.kind,
            now,
            new.idle_ms,
            new.expires_at,
            &new.user_agent,
            &new.address
        ],
    )
    .await?;
    tx.exec("UPDATE users SET last_client_id = $2 WHERE id = $1", args![new.user, new.client]).await?;
    Ok(())
}

async fn end_one(tx: &mut Tx<'_>, token_hash: &str, now: At) -> Result<()> {
    tx.exec("UPDATE sessions SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL", args![token_hash, now])
        .await?;
    Ok(())
}

/// Ends every session of a login; programs with an API key go on.
pub(crate) async fn end_all(tx: &mut Tx<'_>, user: UserId, now: At) -> Result<()> {
    tx.exec(
        "UPDATE sessions SET ended_at = $2 WHERE user_id = $1 AND kind <> 'key' AND ended_at IS NULL",
        args![user, now],
    )
    .await?;
    Ok(())
}

/// An audit entry in every client of a login: what happens to a login concerns
/// all of them. `by` is who did it, the person himself when left out.
pub(crate) async fn note_everywhere(
    tx: &mut Tx<'_>,
    user: UserId,
    now: At,
    action: &'static str,
    by: Option<&str>,
) -> Result<()> {
    let rows = tx
        .all("SELECT client_id, member_id FROM memberships WHERE user_id = $1 ORDER BY client_id", args![user])
        .await?;
    for row in rows {
        let (client, member): (ClientId, MemberId) = (row.get("client_id")?, row.get("member_id")?);
        let actor = by.map_or_else(|| format!("member:{member}"), str::to_owned);
        tx.enter(client).await?;
        let note = Note::by(actor, now, action, &serde_json::json!({"member": member}));
        audit::append(tx, client, note).await?;
    }
    Ok(())
}

fn open_session(row: &DbRow) -> Result<OpenSession> {
    Ok(OpenSession {
        id: row.get("id")?,
        kind: row.get("kind")?,
        client: row.get("client_id")?,
        client_name: row.get("client_name")?,
        created_at: row.get("created_at")?,
        seen_at: row.get("seen_at")?,
        expires_at: row.get("expires_at")?,
        user_agent: row.opt("user_agent")?,
        address: row.opt("address")?,
    })
}

/// Ends the sessions and API keys of one person in one client (deactivation).
pub(crate) async fn end_of_member(tx: &mut Tx<'_>, client: ClientId, member: MemberId, now: At) -> Result<()> {
    tx.exec(
        "UPDATE sessions SET ended_at = $3 \
         WHERE client_id = $1 AND member_id = $2 AND ended_at IS NULL",
        args![client, member, now],
    )
    .await?;
    Ok(())
}
