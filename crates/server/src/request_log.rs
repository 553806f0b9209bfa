//! One span and one id per request. What is secret in an address (hook keys,
//! stream tokens) never reaches a log; query strings are not logged at all.

use crate::state::App;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use caly_core::time::At;
use tracing::Span;

/// The header in which an answer names its request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request under way.
#[derive(Debug)]
pub struct Named {
    id: String,
    began: At,
    /// What its lines in the log stand in.
    pub span: Span,
}

/// Gives a request its id and its span.
pub fn open(app: &App, request: &Request) -> Named {
    let began = app.clock.now();
    let id = app.chance.id(began).to_string();
    let span = tracing::info_span!("request", request.id = %id, http.method = %request.method(), http.path = %redacted(request.uri().path()));
    Named { id, began, span }
}

/// Logs the answer, and names the request in it.
pub fn close(app: &App, named: &Named, response: &mut Response) {
    named.span.in_scope(|| {
        tracing::debug!(
            http.status = response.status().as_u16(),
            http.ms = app.clock.now().since(named.began),
            "answered"
        );
    });
    if let Ok(value) = HeaderValue::from_str(&named.id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
}

/// The path without what would let somebody in.
#[must_use]
pub fn redacted(path: &str) -> String {
    // A pasted address may have a slash too many, or be written otherwise: no
    // route of ours, and the key is in it all the same.
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let ours = path.starts_with("/exotel/") || path.starts_with("/talk/");
    if !ours && (first.contains('%') || ["exotel", "talk"].iter().any(|word| first.eq_ignore_ascii_case(word))) {
        return "/…".to_owned();
    }
    if path.starts_with("/talk/") {
        return "/talk/…".to_owned();
    }
    let Some(rest) = path.strip_prefix("/exotel/") else { return path.to_owned() };
    let mut parts = rest.split('/').skip(1);
    match parts.next() {
        Some("stream") => "/exotel/…/stream/…".to_owned(),
        Some(hook) => format!("/exotel/…/{hook}"),
        None => "/exotel/…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn case_30_keys_and_tokens_stay_out_of_the_log() {
        assert_eq!(redacted("/exotel/k3y/voicebot"), "/exotel/…/voicebot");
        assert_eq!(redacted("/exotel/k3y/stream/t0ken"), "/exotel/…/stream/…");
        assert_eq!(redacted("/exotel/k3y"), "/exotel/…");
        assert_eq!(redacted("/talk/t0ken"), "/talk/…");
        for pasted in ["//exotel/k3y/voicebot", "/%65xotel/k3y/voicebot", "/Exotel/k3y/stream/t0ken", "///talk/t0ken"] {
            assert_eq!(redacted(pasted), "/…");
        }
        assert_eq!(redacted("/talk-audio.js"), "/talk-audio.js");
        assert_eq!(redacted("/api/teams"), "/api/teams");
    }
}
