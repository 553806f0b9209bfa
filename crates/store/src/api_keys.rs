//! API keys: sessions of programs, with a name and a role of their own, made
//! and taken back by an owner. They act as whoever made them.

use crate::audit::Note;
use crate::error::{Result, StoreError};
use crate::sql::{DbRow, args};
use crate::{SessionKind, Store};
use caly_core::id::{MemberId, SessionId, UserId};
use caly_core::member::Role;
use caly_core::scope::Scope;
use caly_core::time::{At, DAY};
use serde_json::json;

/// A key as its client's owners see it; the token is never shown again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: SessionId,
    /// What it is for.
    pub name: String,
    /// What it may at most.
    pub role: Role,
    /// Who made it, and as whom it acts.
    pub member: MemberId,
    /// When it was made.
    pub created_at: At,
    /// When it was last used, to the minute; `None` before its first use.
    pub seen_at: Option<At>,
    /// When it runs out, if it does.
    pub expires_at: Option<At>,
}

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// UUIDv7, handed in.
    pub id: SessionId,
    /// SHA-256 of the token, hex.
    pub token_hash: String,
    /// What it is for.
    pub name: String,
    /// What it may at most.
    pub role: Role,
    /// When it runs out, if it does.
    pub expires_at: Option<At>,
}

/// Keys that hold at once, per client.
const MOST: usize = 100;
/// A key has no idle limit; a session's column needs a number.
const NEVER_IDLE_MS: i64 = 36_500 * DAY;
/// 9999-12-31: a key without an expiry.
const NEVER: At = At(253_402_214_400_000);

impl Store {
    /// Makes a key that acts as the person of `scope`.
    ///
    /// # Errors
    /// [`StoreError::NotNow`] when no person acts or a hundred keys hold.
    pub async fn create_api_key(&self, scope: &Scope, new: NewApiKey, now: At) -> Result<ApiKey> {
        self.write(scope, (scope.clone(), new, now), |tx, (scope, new, now)| {
            Box::pin(async move {
                let (Some(user), Some(member)) = (scope.user(), scope.member()) else {
                    return Err(StoreError::NotNow("an API key acts as a person; log in to make one"));
                };
                if tx.all(LIVE, args![scope.client, now]).await?.len() >= MOST {
                    return Err(StoreError::NotNow("a hundred API keys hold already; revoke one that is not used"));
                }
                let row = tx
                    .one(
                        "INSERT INTO sessions (token_hash, id, user_id, client_id, member_id, kind, created_at, \
                         seen_at, idle_ms, expires_at, name, role) \
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11) RETURNING *",
                        args![
                            &new.token_hash,
                            new.id,
                            user,
                            scope.client,
                            member,
                            SessionKind::Key,
                            now,
                            NEVER_IDLE_MS,
                            new.expires_at.unwrap_or(NEVER),
                            &new.name,
                            new.role
                        ],
                    )
                    .await?;
                let body = json!({"key": new.id, "name": new.name, "role": new.role});
                tx.note(Note::new(scope, *now, "api_key.create", &body));
                api_key(&row)
            })
        })
        .await
    }

    /// The client's keys that hold, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn api_keys(&self, scope: &Scope, now: At) -> Result<Vec<ApiKey>> {
        self.read(scope, (scope.client, now), |tx, (client, now)| {
            Box::pin(async move { tx.all(LIVE, args![client, now]).await?.iter().map(api_key).collect() })
        })
        .await
    }

    /// Takes a key back; whose it was.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is another client's, over, or no key.
    pub async fn revoke_api_key(&self, scope: &Scope, id: SessionId, now: At) -> Result<UserId> {
        self.write(scope, (scope.clone(), id, now), |tx, (scope, id, now)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "UPDATE sessions SET ended_at = $3 WHERE client_id = $1 AND id = $2 AND kind = 'key' \
                         AND ended_at IS NULL AND expires_at > $3 RETURNING user_id",
                        args![scope.client, id, now],
                    )
                    .await?
                    .ok_or(StoreError::NotFound("API key"))?;
                tx.note(Note::new(scope, *now, "api_key.revoke", &json!({"key": id})));
                row.get("user_id")
            })
        })
        .await
    }
}

const LIVE: &str = "SELECT * FROM sessions WHERE client_id = $1 AND kind = 'key' AND ended_at IS NULL \
                    AND expires_at > $2 ORDER BY created_at, id";

fn api_key(row: &DbRow) -> Result<ApiKey> {
    let (created_at, seen_at, expires_at): (At, At, At) =
        (row.get("created_at")?, row.get("seen_at")?, row.get("expires_at")?);
    Ok(ApiKey {
        id: row.get("id")?,
        name: row.get("name")?,
        role: row.get("role")?,
        member: row.get("member_id")?,
        created_at,
        seen_at: (seen_at != created_at).then_some(seen_at),
        expires_at: (expires_at != NEVER).then_some(expires_at),
    })
}
