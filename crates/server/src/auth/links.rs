//! One-time links as people see them: an address with the token behind `#`,
//! which no browser sends and no log keeps.

use crate::auth::session;
use crate::clock::Chance;
use crate::error::Problem;
use crate::mail::{Letter, MailError};
use crate::state::AppState;
use caly_core::time::{At, HOUR};
use serde::Serialize;
use utoipa::ToSchema;

/// An invitation and a set-up link hold for three days.
pub const INVITATION_MS: i64 = 72 * HOUR;
/// A reset holds for an hour.
pub const RESET_MS: i64 = HOUR;

/// A link for somebody else, to be copied or already sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkMade {
    /// Shown once; whoever has it can use it once.
    pub url: String,
    /// RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Whether it was handed to the mail server.
    pub emailed: bool,
    /// Why it was not.
    pub why_not: Option<String>,
}

/// A link before it is stored.
pub struct Minted {
    /// The whole address, with the token.
    pub url: String,
    /// What is stored.
    pub token_hash: String,
    /// When it runs out.
    pub expires_at: At,
}

impl Minted {
    /// A fresh link to a page of ours.
    #[must_use]
    pub fn new(public_url: &str, chance: &dyn Chance, now: At, page: &str, lifetime_ms: i64) -> Self {
        let token = session::mint(chance);
        Self {
            url: format!("{public_url}/{page}#{token}"),
            token_hash: session::hash(&token),
            expires_at: now.plus(lifetime_ms),
        }
    }

    /// One that this node makes.
    #[must_use]
    pub fn by(app: &AppState, page: &str, lifetime_ms: i64) -> Self {
        Self::new(&app.config.public_url, app.chance.as_ref(), app.clock.now(), page, lifetime_ms)
    }

    /// The answer for whoever made the link, once `letter` was tried.
    pub async fn hand_over(self, app: &AppState, letter: Letter) -> LinkMade {
        let sent = match &app.mail {
            Some(mail) => mail.send(letter).await,
            None => Err(MailError::NotSet),
        };
        let why_not = sent.err().map(|why| why.to_string());
        LinkMade { url: self.url, expires_at: self.expires_at.rfc3339(), emailed: why_not.is_none(), why_not }
    }
}

/// One answer for a link that was used, ran out, was replaced or never was.
#[must_use]
pub fn over() -> Problem {
    Problem::new(
        axum::http::StatusCode::NOT_FOUND,
        "link_over",
        "This link was used already, has run out or was replaced by a newer one; ask for another.",
    )
    .at("token")
}
