//! Session tokens: 256 random bits that say nothing, stored as their hash, the
//! same for Bearer and cookie.

use crate::clock::{Chance, random};
use axum::http::{HeaderMap, HeaderValue, header};
use base64_simd::URL_SAFE_NO_PAD;
use caly_core::sector::Sector;
use caly_core::time::{HOUR, MINUTE};
use sha2::{Digest, Sha256};

/// The cookie's name over http on loopback; elsewhere [`SECURE_COOKIE`].
pub const COOKIE: &str = "caly_session";
/// Bound by the browser to https, this host and the whole path.
pub const SECURE_COOKIE: &str = "__Host-caly_session";
/// So begins the token of an API key: for people who find one, and for
/// programs that look for secrets in texts.
pub const KEY_PREFIX: &str = "caly_";
/// A session ends this long after its login, whatever happens.
pub const LIFETIME_MS: i64 = 12 * HOUR;
/// A use is written down at most this often.
pub const TOUCH_MS: i64 = MINUTE;

/// How the token came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// `Authorization: Bearer`: a program, or curl.
    Bearer,
    /// The cookie: a browser that may be left open.
    Cookie,
}

/// A new token; only its hash is kept.
#[must_use]
pub fn mint(chance: &dyn Chance) -> String {
    URL_SAFE_NO_PAD.encode_to_string(random::<32>(chance))
}

/// SHA-256 in hex, as stored. A slow hash would add nothing: the token is not
/// a word that could be guessed.
#[must_use]
pub fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// How long a browser may be idle: half of it where health is spoken about.
#[must_use]
pub fn idle_ms(sector: Sector) -> i64 {
    if sector == Sector::Healthcare { 15 * MINUTE } else { 30 * MINUTE }
}

/// The token of a request and how it came; Bearer wins.
#[must_use]
pub fn carried(headers: &HeaderMap) -> Option<(String, Carried)> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| (token.trim().to_owned(), Carried::Bearer));
    }
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    cookies.flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == SECURE_COOKIE || name == COOKIE).then(|| (value.to_owned(), Carried::Cookie))
    })
}

/// `Set-Cookie` with a token.
#[must_use]
pub fn cookie(secure: bool, token: &str) -> Option<HeaderValue> {
    set_cookie(secure, token, LIFETIME_MS / 1000)
}

/// `Set-Cookie` that removes it.
#[must_use]
pub fn no_cookie(secure: bool) -> Option<HeaderValue> {
    set_cookie(secure, "", 0)
}

fn set_cookie(secure: bool, token: &str, max_age: i64) -> Option<HeaderValue> {
    let (name, flag) = if secure { (SECURE_COOKIE, "; Secure") } else { (COOKIE, "") };
    // Tokens are URL-safe base64, so this is always a valid header.
    HeaderValue::from_str(&format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age}{flag}")).ok()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemChance;

    #[test]
    fn tokens_are_long_and_stored_hashed() {
        let (a, b) = (mint(&SystemChance), mint(&SystemChance));
        assert_ne!(a, b);
        assert_eq!(a.len(), 43);
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_bearer_wins_over_the_cookie() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("theme=dark; caly_session=c"));
        assert_eq!(carried(&headers), Some(("c".into(), Carried::Cookie)));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("bearer b"));
        assert_eq!(carried(&headers), Some(("b".into(), Carried::Bearer)));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Basic eDp5"));
        assert_eq!(carried(&headers), None);
    }

    #[test]
    fn the_cookie_is_closed_to_scripts_and_other_sites() {
        let plain = set_cookie(false, "t", 5).unwrap();
        assert_eq!(plain, "caly_session=t; Path=/; HttpOnly; SameSite=Strict; Max-Age=5");
        let secure = set_cookie(true, "t", 5).unwrap();
        assert_eq!(secure, "__Host-caly_session=t; Path=/; HttpOnly; SameSite=Strict; Max-Age=5; Secure");
    }
}
