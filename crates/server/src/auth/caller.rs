//! Who stands at the door: where a request comes from and what it says of
//! itself, for counting tries and for the list of sessions.

use crate::error::Problem;
use crate::state::{App, AppState};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Longer names of browsers are cut.
const LONGEST_AGENT: usize = 200;

/// Where a request comes from.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The peer's address, or, behind a proxy that the operator named, the last
    /// address that no such proxy added.
    pub address: IpAddr,
    /// The browser's or program's name for itself.
    pub user_agent: Option<String>,
    /// Our own page says so; its session ends when the browser is left alone.
    pub page: bool,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let peer =
            parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |c| c.0.ip());
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
        let agent = parts.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok());
        Ok(Self {
            address: origin(app, peer, forwarded.collect::<Vec<_>>().join(",").as_str()),
            user_agent: agent.map(|text| text.chars().take(LONGEST_AGENT).collect()),
            page: parts.headers.get("x-caly-client").is_some_and(|v| v == "web"),
        })
    }
}

fn origin(app: &AppState, peer: IpAddr, forwarded: &str) -> IpAddr {
    last_untrusted(&app.config.trusted_proxies, peer, forwarded)
}

fn last_untrusted(trusted: &[IpNet], peer: IpAddr, forwarded: &str) -> IpAddr {
    let mut seen = peer;
    for hop in forwarded.split(',').rev() {
        if !trusted.iter().any(|net| net.contains(&seen)) {
            break;
        }
        match hop.trim().parse() {
            Ok(address) => seen = address,
            Err(_) => break,
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_addresses_are_believed_from_named_proxies_only() {
        let ip = |s: &str| s.parse::<IpAddr>().unwrap();
        let proxy = ["10.0.0.0/24".parse().unwrap()];
        assert_eq!(last_untrusted(&[], ip("10.0.0.1"), "1.1.1.1"), ip("10.0.0.1"));
        assert_eq!(last_untrusted(&proxy, ip("10.0.0.1"), "6.6.6.6, 1.1.1.1"), ip("1.1.1.1"));
        assert_eq!(last_untrusted(&proxy, ip("9.9.9.9"), "1.1.1.1"), ip("9.9.9.9"));
        assert_eq!(last_untrusted(&proxy, ip("10.0.0.1"), ""), ip("10.0.0.1"));
    }
}
