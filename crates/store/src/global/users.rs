//! Logins and the clients that they belong to.

use super::links::{Target, void as void_links};
use super::sessions::{self, NewSession};
use crate::error::{Result, StoreError};
use crate::sql::{DbRow, Tx, args};
use crate::{LinkKind, Store};
use caly_core::id::{ClientId, MemberId, UserId};
use caly_core::time::At;

/// A login. `Debug` hides the password hash.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// E-mail as written by its owner.
    pub email: String,
    /// Name.
    pub name: String,
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// The client of the last login.
    pub last_client: Option<ClientId>,
    /// When it was made.
    pub created_at: At,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("email", &self.email).finish_non_exhaustive()
    }
}

/// A login to be made.
#[derive(Clone)]
pub struct NewUser {
    /// UUIDv7, handed in.
    pub id: UserId,
    /// E-mail; unique without regard to case.
    pub email: String,
    /// Name.
    pub name: String,
    /// Argon2id in PHC form.
    pub password_hash: String,
}

/// A client that a login belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The client.
    pub client: ClientId,
    /// Its name.
    pub client_name: String,
    /// Who the login is there.
    pub member: MemberId,
}

/// E-mails are compared without case and surrounding blanks.
pub(crate) fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

fn user(row: &DbRow) -> Result<User> {
    Ok(User {
        id: row.get("id")?,
        email: row.get("email")?,
        name: row.get("name")?,
        password_hash: row.get("password_hash")?,
        last_client: row.opt("last_client_id")?,
        created_at: row.get("created_at")?,
    })
}

impl Store {
    /// Makes a login.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] (`email`).
    pub async fn create_user(&self, new: NewUser, now: At) -> Result<User> {
        self.write_global((new, now), |tx, (new, now)| Box::pin(async move { insert(tx, new, *now).await })).await
    }

    /// The login of an e-mail, whatever its case.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        self.read_global(email_key(email), |tx, key| {
            Box::pin(async move {
                let row = tx.opt("SELECT * FROM users WHERE email_key = $1", args![key]).await?;
                row.as_ref().map(user).transpose()
            })
        })
        .await
    }

    /// A login by its id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn user(&self, id: UserId) -> Result<User> {
        self.read_global(id, |tx, id| {
            Box::pin(async move {
                let row = tx.opt("SELECT * FROM users WHERE id = $1", args![id]).await?;
                user(&row.ok_or(StoreError::NotFound("user"))?)
            })
        })
        .await
    }

    /// Replaces the password hash and ends every session of the login.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_password(&self, id: UserId, password_hash: String, now: At) -> Result<()> {
        self.write_global((id, password_hash, now), |tx, (id, hash, now)| {
            Box::pin(async move {
                let n = tx.exec("UPDATE users SET password_hash = $2 WHERE id = $1", args![id, hash]).await?;
                if n == 0 {
                    return Err(StoreError::NotFound("user"));
                }
                sessions::end_all(tx, *id, *now).await
            })
        })
        .await
    }

    /// A person chooses a new password: every session of the login ends and
    /// `fresh` begins. API keys stay.
    ///
    /// # Errors
    /// [`StoreError::NotNow`] when the stored hash is not `old_hash` any more.
    pub async fn change_password(
        &self,
        old_hash: String,
        password_hash: String,
        fresh: NewSession,
        now: At,
    ) -> Result<()> {
        self.write_global((old_hash, password_hash, fresh, now), |tx, (old, hash, fresh, now)| {
            Box::pin(async move {
                let n = tx
                    .exec(
                        "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2",
                        args![fresh.user, old, hash],
                    )
                    .await?;
                if n == 0 {
                    return Err(StoreError::NotNow("the password was changed by another request; log in again"));
                }
                void_links(tx, LinkKind::PasswordReset, Target::User(fresh.user)).await?;
                sessions::end_all(tx, fresh.user, *now).await?;
                sessions::begin(tx, fresh, *now).await?;
                sessions::note_everywhere(tx, fresh.user, *now, "user.password", None).await
            })
        })
        .await
    }

    /// The clients of a login, the one of its last login first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Membership>> {
        self.read_global(user, |tx, user| {
            Box::pin(async move {
                let rows = tx
                    .all(
                        "SELECT p.client_id, p.member_id, c.name FROM memberships p \
                         JOIN clients c ON c.id = p.client_id JOIN users u ON u.id = p.user_id \
                         WHERE p.user_id = $1 \
                         ORDER BY CASE WHEN u.last_client_id = p.client_id THEN 0 ELSE 1 END, c.created_at, c.id",
                        args![user],
                    )
                    .await?;
                rows.iter()
                    .map(|row| {
                        Ok(Membership {
                            client: row.get("client_id")?,
                            client_name: row.get("name")?,
                            member: row.get("member_id")?,
                        })
                    })
                    .collect()
            })
        })
        .await
    }
}

pub(crate) async fn insert(tx: &mut Tx<'_>, new: &NewUser, now: At) -> Result<User> {
    let row = tx
        .opt(
            "INSERT INTO users (id, email, email_key, name, password_hash, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email_key) DO NOTHING RETURNING *",
            args![new.id, new.email.trim(), email_key(&new.email), &new.name, &new.password_hash, now],
        )
        .await?
        .ok_or(StoreError::Conflict("email"))?;
    user(&row)
}
