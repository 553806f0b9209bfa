//! E-mail: short plain letters through the operator's mail server. Caly works
//! without one; then links are copied by hand.

use crate::config::smtp::Smtp;
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;
use std::time::Duration;

/// A mail server that has not taken a letter by then is given up.
const PATIENCE: Duration = Duration::from_secs(15);

/// A letter to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// A letter was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The operator has named no mail server.
    #[error("This server sends no e-mail (smtp.url is not set); copy the link and hand it over yourself.")]
    NotSet,
    /// The address cannot be written to.
    #[error("The address cannot be written to ({0}); copy the link and hand it over yourself.")]
    Address(String),
    /// The mail server refused or did not answer.
    #[error("The mail server did not take it ({0}); copy the link and hand it over yourself.")]
    Refused(String),
}

/// Sends letters.
#[derive(Debug, Clone)]
pub struct Mail {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mail {
    /// The operator's mail server; nothing is sent yet.
    ///
    /// # Errors
    /// When the address is none (it was checked when it was read).
    pub fn new(smtp: &Smtp, public_url: &str) -> Result<Self, lettre::transport::smtp::Error> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp.url.expose_secret())?;
        let host = url::Url::parse(public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let name = ClientId::Domain(host.unwrap_or_else(|| "caly".to_owned()));
        let server = server.timeout(Some(PATIENCE)).hello_name(name).build();
        Ok(Self { server, from: smtp.from.clone() })
    }

    /// Hands a letter to the mail server.
    ///
    /// # Errors
    /// [`MailError`], which is also logged here; never with the letter's text.
    pub async fn send(&self, letter: Letter) -> Result<(), MailError> {
        let sent = tokio::time::timeout(PATIENCE, self.try_send(letter)).await;
        let sent = sent.unwrap_or_else(|_| Err(MailError::Refused("no answer in time".to_owned())));
        if let Err(error) = &sent {
            tracing::warn!(mail.error = %error, "a letter was not sent");
        }
        sent
    }

    async fn try_send(&self, letter: Letter) -> Result<(), MailError> {
        let address =
            letter.to.parse().map_err(|e: lettre::address::AddressError| MailError::Address(e.to_string()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text)
            .map_err(|e| MailError::Address(e.to_string()))?;
        self.server.send(message).await.map(drop).map_err(|e| MailError::Refused(e.to_string()))
    }
}

/// The invitation to a client.
#[must_use]
pub fn invitation(to: &str, name: &str, client: &str, url: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: format!("{client} invites you to its contact centre"),
        text: format!(
            "Hello {name},\n\n{client} invites you to its contact centre on Caly. Open this link to join:\n\n{url}\n\n\
             The link works once and for 72 hours. If you did not expect it, ignore this letter.\n"
        ),
    }
}

/// The way to a new password.
#[must_use]
pub fn reset(to: &str, name: &str, url: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "A new password for Caly".to_owned(),
        text: format!(
            "Hello {name},\n\nOpen this link to choose a new password:\n\n{url}\n\n\
             The link works once and for one hour. All your sessions end when it is used.\n\
             If nobody asked for it in your name, ignore this letter: your password stays as it is.\n"
        ),
    }
}
