//! What every request passes on its way in and every answer on its way out:
//! one layer, since each layer of a router is a clone and a box a request.

use crate::config::Config;
use crate::error::Problem;
use crate::extract::too_large;
use crate::lines::slow_body;
use crate::state::App;
use crate::{request_log, security_headers};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use std::any::Any;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use tracing::Instrument;

/// Names the request, bounds its body's time, catches what its handler throws,
/// and gives the answer its headers.
pub async fn edge(State(app): State<App>, request: Request, next: Next) -> Response {
    if !knows_its_name(&app.config, request.headers()) {
        return another_name().into_response();
    }
    let named = request_log::open(&app, &request);
    let policy = security_headers::policy(request.uri().path());
    let (request, late) = slow_body::bound(request, app.config.lines.body);
    let run = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(named.span.clone());
    let response = run.await.unwrap_or_else(|panic| named.span.in_scope(|| panicked(&*panic)));
    let mut response = late.or(in_our_words(response));
    security_headers::set(policy, response.headers_mut());
    request_log::close(&app, &named, &mut response);
    response
}

/// A server that only this machine reaches answers to this machine's names and
/// its public one: a page that somebody else's name server points here has
/// another, and would read what the demo's known login opens.
fn knows_its_name(config: &Config, headers: &HeaderMap) -> bool {
    if !config.listen.ip().is_loopback() {
        return true;
    }
    // Browsers always send it; what sends none is no browser.
    let Some(host) = headers.get(header::HOST) else { return true };
    let name = name_of(host.to_str().unwrap_or_default());
    let here = |name: &str| name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost");
    let loopback = |name: &str| name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let public = config.public_url.split_once("://").map_or("", |(_, rest)| rest);
    loopback(name) || here(name) || name.eq_ignore_ascii_case(name_of(public.split('/').next().unwrap_or_default()))
}

/// `name` of `name:port` and of `[name]:port`.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

fn another_name() -> Problem {
    Problem::new(
        StatusCode::MISDIRECTED_REQUEST,
        "another_name",
        "This server listens on its own machine only and is not known by the name in the Host header; set CALY_PUBLIC_URL to the address that people and the carrier use, and start it again.",
    )
}

/// The body limit answers before our extractors do.
fn in_our_words(response: Response) -> Response {
    let ours = || response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t == "application/problem+json");
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE && !ours() { too_large().into_response() } else { response }
}

fn panicked(panic: &(dyn Any + Send)) -> Response {
    let words = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Problem::internal(format!("panic: {}", words.unwrap_or_default())).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Overrides;

    #[test]
    fn only_this_machines_names_and_the_public_one_are_answered_on_loopback() {
        let config = |listen: &str, public: &str| {
            let set = [("CALY_LISTEN", listen), ("CALY_PUBLIC_URL", public)];
            let env = |key: &str| set.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned());
            Config::load(&Overrides::default(), &env).unwrap()
        };
        let asked = |config: &Config, host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            knows_its_name(config, &headers)
        };
        let here = config("127.0.0.1:8080", "https://calls.example.com");
        for host in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]:8080", "127.1.2.3", "calls.example.com"] {
            assert!(asked(&here, host), "{host}");
        }
        for host in ["rebound.example.net:8080", "127.0.0.1.example.net", "calls.example.com.example.net", ""] {
            assert!(!asked(&here, host), "{host}");
        }
        assert!(knows_its_name(&here, &HeaderMap::new()));
        assert!(asked(&config("0.0.0.0:8080", "https://calls.example.com"), "caly.internal:8080"));
    }
}
