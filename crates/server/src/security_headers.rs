//! Headers that every answer carries.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Scripts, styles and connections from this server only.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// The API browser writes style attributes; everything else stays as strict.
const DOCS_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the answers of one address carry.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    csp: &'static str,
    /// Nobody on the way keeps it.
    private: bool,
}

/// The policy of an address.
#[must_use]
pub fn policy(path: &str) -> Policy {
    let docs = path.starts_with("/api/docs");
    Policy { csp: if docs { DOCS_CSP } else { CSP }, private: !docs && path.starts_with("/api/") }
}

/// Sets what a handler has not set itself.
pub fn set(policy: Policy, headers: &mut HeaderMap) {
    put(headers, header::CONTENT_SECURITY_POLICY, policy.csp);
    put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, header::X_FRAME_OPTIONS, "DENY");
    put(headers, header::REFERRER_POLICY, "no-referrer");
    put(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(headers, HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(self)");
    if policy.private {
        put(headers, header::CACHE_CONTROL, "no-store");
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
