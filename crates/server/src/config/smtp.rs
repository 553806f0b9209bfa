//! `[smtp]`: the operator's mail server, checked at start.

use super::{ConfigError, chosen};
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use secrecy::SecretString;
use serde::Deserialize;

/// The operator's mail server. `Debug` hides its address, which may hold a
/// password.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// `smtps://user:password@host`, or `smtp://host:587?tls=required`.
    pub url: SecretString,
    /// Who letters come from, `Caly <calls@example.com>`.
    pub from: Mailbox,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SmtpFile {
    url: Option<String>,
    from: Option<String>,
}

/// `CALY_SMTP_URL` and `CALY_SMTP_FROM` before the file; both or neither.
pub(super) fn smtp(env: &dyn Fn(&str) -> Option<String>, file: SmtpFile) -> Result<Option<Smtp>, ConfigError> {
    let url = chosen([("CALY_SMTP_URL", env("CALY_SMTP_URL")), ("smtp.url", file.url)]);
    let from = chosen([("CALY_SMTP_FROM", env("CALY_SMTP_FROM")), ("smtp.from", file.from)]);
    let missing = |key, hint| ConfigError::Value { key, value: String::new(), hint };
    match (url, from) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(missing("smtp.from", "say who letters come from, such as \"Caly <calls@example.com>\"")),
        (None, Some(_)) => {
            Err(missing("smtp.url", "name the mail server, such as smtps://user:password@mail.example.com"))
        }
        (Some((url_key, url)), Some((from_key, from))) => {
            let from = from.parse().map_err(|_| ConfigError::Value {
                key: from_key,
                value: from.clone(),
                hint: "give an address such as \"Caly <calls@example.com>\"",
            })?;
            Ok(Some(Smtp { url: address(url_key, &url)?, from }))
        }
    }
}

/// The address without its password in errors.
fn address(key: &'static str, text: &str) -> Result<SecretString, ConfigError> {
    let bad = |hint| {
        let value = text.split(':').next().unwrap_or_default().to_owned();
        ConfigError::Value { key, value, hint }
    };
    let usual = "give smtps://user:password@host, or smtp://host:587?tls=required for STARTTLS";
    let url = url::Url::parse(text).map_err(|_| bad(usual))?;
    AsyncSmtpTransport::<Tokio1Executor>::from_url(text).map_err(|_| bad(usual))?;
    let clear = url.scheme() == "smtp" && !url.query_pairs().any(|(k, v)| k == "tls" && v == "required");
    if clear && url.password().is_some() {
        return Err(bad("this would send its password in clear; use smtps:// or add ?tls=required"));
    }
    Ok(text.to_owned().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &'static [(&'static str, &'static str)]) -> Result<Option<Smtp>, ConfigError> {
        smtp(&|key| pairs.iter().find(|(k, _)| *k == key).map(|(_, v)| (*v).to_owned()), SmtpFile::default())
    }

    #[test]
    fn both_or_neither_and_every_error_names_its_key() {
        assert!(read(&[]).unwrap().is_none());
        let good = [("CALY_SMTP_URL", "smtps://u:secret@mail.example.com"), ("CALY_SMTP_FROM", "Caly <c@example.com>")];
        let smtp = smtp(&|key| good.iter().find(|(k, _)| *k == key).map(|(_, v)| (*v).to_owned()), SmtpFile::default());
        assert!(!format!("{:?}", smtp.unwrap().unwrap()).contains("secret"));
        for (pairs, key) in [
            (&[("CALY_SMTP_URL", "smtps://mail.example.com")][..], "smtp.from"),
            (&[("CALY_SMTP_FROM", "c@example.com")], "smtp.url"),
            (&[("CALY_SMTP_URL", "mail.example.com"), ("CALY_SMTP_FROM", "c@example.com")], "CALY_SMTP_URL"),
            (&[("CALY_SMTP_URL", "http://u:secret@x"), ("CALY_SMTP_FROM", "c@example.com")], "CALY_SMTP_URL"),
            (&[("CALY_SMTP_URL", "smtp://u:secret@x"), ("CALY_SMTP_FROM", "c@example.com")], "CALY_SMTP_URL"),
            (&[("CALY_SMTP_URL", "smtps://x"), ("CALY_SMTP_FROM", "nobody")], "CALY_SMTP_FROM"),
        ] {
            let error = read(pairs).unwrap_err().to_string();
            assert!(error.starts_with(key) && !error.contains("secret"), "{error}");
        }
    }
}
