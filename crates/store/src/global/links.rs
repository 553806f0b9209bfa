//! One-time links: what somebody who is not logged in may do once. Only the
//! token's hash is stored.

use super::sessions;
use crate::error::{Result, StoreError};
use crate::sql::{DbRow, Tx, args};
use crate::{LinkKind, Store};
use caly_core::id::{ClientId, MemberId, UserId};
use caly_core::member::{MemberStatus, Role};
use caly_core::time::{At, MINUTE};

/// A link that can still be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it is good for.
    pub kind: LinkKind,
    /// The client whose people made it.
    pub client: Option<ClientId>,
    /// The person for whom they made it.
    pub member: Option<MemberId>,
    /// A reset's login.
    pub user: Option<UserId>,
    /// His e-mail then, as e-mails are compared.
    pub email_key: Option<String>,
    /// His role then.
    pub role: Option<Role>,
    /// When it runs out.
    pub expires_at: At,
}

/// Whom a link is for; a newer link for the same voids the older ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// An invitation's person.
    Member(ClientId, MemberId),
    /// A reset's login.
    User(UserId),
    /// Whoever runs this installation.
    Operator,
}

/// A link to be made: its target, and what must still be so when it is used.
pub(crate) struct NewLink<'a> {
    pub kind: LinkKind,
    pub token_hash: &'a str,
    pub target: Target,
    /// The person as he is now, where a client's people make the link.
    pub bound: Option<Bound>,
    pub by: String,
    pub expires_at: At,
}

/// A person as he was when somebody made a link for him.
pub(crate) struct Bound {
    pub client: ClientId,
    pub member: MemberId,
    pub email_key: String,
    pub role: Role,
}

/// After a reset was asked for, asking again changes nothing for so long:
/// nobody can void somebody else's link by asking again and again.
const ASKED_MS: i64 = 5 * MINUTE;

impl Store {
    /// The link of a token's hash, when it can still be used.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn link(&self, kind: LinkKind, token_hash: &str, now: At) -> Result<Option<Link>> {
        self.read_global((kind, token_hash.to_owned(), now), |tx, (kind, hash, now)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "SELECT * FROM links WHERE token_hash = $1 AND kind = $2 AND used_at IS NULL \
                         AND expires_at > $3",
                        args![hash, kind, now],
                    )
                    .await?;
                row.as_ref().map(link).transpose()
            })
        })
        .await
    }

    /// A link that makes a client; the one before it is void.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn make_setup_link(&self, token_hash: &str, expires_at: At, now: At) -> Result<()> {
        self.write_global((token_hash.to_owned(), expires_at, now), |tx, (hash, expires_at, now)| {
            Box::pin(async move {
                let new = NewLink {
                    token_hash: hash,
                    kind: LinkKind::Setup,
                    target: Target::Operator,
                    bound: None,
                    by: "system".to_owned(),
                    expires_at: *expires_at,
                };
                make(tx, &new, *now).await
            })
        })
        .await
    }

    /// A link that chooses a new password, because somebody asked for it or
    /// (`operator`) whoever runs Caly made it. False, and no link, when one was
    /// made a moment ago by asking.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn make_reset_link(
        &self,
        user: UserId,
        token_hash: &str,
        operator: bool,
        expires_at: At,
        now: At,
    ) -> Result<bool> {
        let args = (user, token_hash.to_owned(), operator, expires_at, now);
        self.write_global(args, |tx, (user, hash, operator, expires_at, now)| {
            Box::pin(async move {
                if !operator && asked_lately(tx, *user, *now).await? {
                    return Ok(false);
                }
                let new = NewLink {
                    token_hash: hash,
                    kind: LinkKind::PasswordReset,
                    target: Target::User(*user),
                    bound: None,
                    by: "system".to_owned(),
                    expires_at: *expires_at,
                };
                make(tx, &new, *now).await?;
                if *operator {
                    sessions::note_everywhere(tx, *user, *now, "user.reset_link", Some("system")).await?;
                }
                Ok(true)
            })
        })
        .await
    }

    /// Uses a reset link: the password is replaced and every session of the
    /// login ends. API keys stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (`link`) when it was used, ran out or is void.
    pub async fn reset_password(&self, token_hash: &str, password_hash: String, now: At) -> Result<UserId> {
        self.write_global((token_hash.to_owned(), password_hash, now), |tx, (token, hash, now)| {
            Box::pin(async move {
                let link = take(tx, LinkKind::PasswordReset, token, *now).await?;
                let user = link.user.ok_or(StoreError::NotFound("link"))?;
                still_theirs(tx, &link, user).await?;
                tx.exec("UPDATE users SET password_hash = $2 WHERE id = $1", args![user, hash]).await?;
                sessions::end_all(tx, user, *now).await?;
                sessions::note_everywhere(tx, user, *now, "user.reset", None).await?;
                Ok(user)
            })
        })
        .await
    }
}

/// A reset that a client's people made holds while its login is theirs alone
/// and the person is who he was: a reset must never cross a client or a role.
async fn still_theirs(tx: &mut Tx<'_>, link: &Link, user: UserId) -> Result<()> {
    let (Some(client), Some(member)) = (link.client, link.member) else { return Ok(()) };
    tx.enter(client).await?;
    let member = crate::members::hold(tx, client, member).await?;
    let same = member.user == Some(user) && Some(member.role) == link.role && member.status == MemberStatus::Active;
    if same && alone(tx, user).await? { Ok(()) } else { Err(StoreError::NotFound("link")) }
}

/// Whether a login belongs to one client only.
pub(crate) async fn alone(tx: &mut Tx<'_>, user: UserId) -> Result<bool> {
    Ok(tx.all("SELECT client_id FROM memberships WHERE user_id = $1 LIMIT 2", args![user]).await?.len() < 2)
}

async fn asked_lately(tx: &mut Tx<'_>, user: UserId, now: At) -> Result<bool> {
    let row = tx
        .opt(
            "SELECT token_hash FROM links WHERE user_id = $1 AND kind = $2 AND created_at > $3 LIMIT 1",
            args![user, LinkKind::PasswordReset, now.plus(-ASKED_MS)],
        )
        .await?;
    Ok(row.is_some())
}

/// Makes a link and voids the older ones for the same person.
pub(crate) async fn make(tx: &mut Tx<'_>, new: &NewLink<'_>, now: At) -> Result<()> {
    void(tx, new.kind, new.target).await?;
    let user = match new.target {
        Target::User(user) => Some(user),
        Target::Member(..) | Target::Operator => None,
    };
    let bound = new.bound.as_ref();
    tx.exec(
        "INSERT INTO links (token_hash, kind, client_id, member_id, user_id, email_key, role, \
         created_at, created_by, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        args![
            new.token_hash,
            new.kind,
            bound.map(|b| b.client),
            bound.map(|b| b.member),
            user,
            bound.map(|b| b.email_key.clone()),
            bound.map(|b| b.role),
            now,
            &new.by,
            new.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// Takes back what was not used yet; how many they were.
pub(crate) async fn void(tx: &mut Tx<'_>, kind: LinkKind, target: Target) -> Result<u64> {
    match target {
        Target::Member(client, member) => {
            tx.exec(
                "DELETE FROM links WHERE kind = $1 AND client_id = $2 AND member_id = $3 AND used_at IS NULL",
                args![kind, client, member],
            )
            .await
        }
        Target::User(user) => {
            tx.exec("DELETE FROM links WHERE kind = $1 AND user_id = $2 AND used_at IS NULL", args![kind, user]).await
        }
        Target::Operator => tx.exec("DELETE FROM links WHERE kind = $1 AND used_at IS NULL", args![kind]).await,
    }
}

/// Uses a link: of two at the same moment one gets it.
pub(crate) async fn take(tx: &mut Tx<'_>, kind: LinkKind, token_hash: &str, now: At) -> Result<Link> {
    let row = tx
        .opt(
            "UPDATE links SET used_at = $3 WHERE token_hash = $1 AND kind = $2 AND used_at IS NULL \
             AND expires_at > $3 RETURNING *",
            args![token_hash, kind, now],
        )
        .await?;
    link(&row.ok_or(StoreError::NotFound("link"))?)
}

fn link(row: &DbRow) -> Result<Link> {
    Ok(Link {
        kind: row.get("kind")?,
        client: row.opt("client_id")?,
        member: row.opt("member_id")?,
        user: row.opt("user_id")?,
        email_key: row.opt("email_key")?,
        role: row.opt("role")?,
        expires_at: row.get("expires_at")?,
    })
}
