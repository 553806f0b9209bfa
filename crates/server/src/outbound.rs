//! The one HTTP client that talks to addresses a client typed. The guard is in
//! its only constructor: https, the name resolved and checked by us, the
//! checked address pinned, no private ranges, no redirects, 10 s, 1 MiB.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::lookup_host;
use url::Url;

/// Longest wait for a whole answer.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// Largest answer that is read.
pub const MOST_BYTES: usize = 1024 * 1024;

/// Why nothing came back. Bodies of answers are never echoed.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// The address is not one that may be called.
    #[error("{url} may not be called: {why}")]
    Refused {
        /// Scheme and host, without path or credentials.
        url: String,
        /// The rule.
        why: &'static str,
    },
    /// No such host, no connection, or a bad certificate.
    #[error("{host} cannot be reached; check the address in the sector settings")]
    Unreachable {
        /// The host.
        host: String,
        /// The cause, for logs.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The answer did not come in time.
    #[error("{host} did not answer within {} seconds", within.as_secs())]
    TimedOut {
        /// The host.
        host: String,
        /// How long was waited.
        within: Duration,
    },
    /// The answer is larger than what is read.
    #[error("{host} answered more than {} MiB", most / 1024 / 1024)]
    TooLarge {
        /// The host.
        host: String,
        /// What would have been read, bytes.
        most: usize,
    },
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body, within the limit.
    pub body: Vec<u8>,
}

/// How much is read, and how long it may take in all.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Bytes of the answer.
    pub most: usize,
    /// For the whole answer.
    pub within: Duration,
}

/// What an answer in JSON may be.
const USUAL: Limit = Limit { most: MOST_BYTES, within: TIMEOUT };

/// A client for exactly one checked and pinned address.
#[derive(Debug, Clone)]
pub struct Outbound {
    http: reqwest::Client,
    base: Url,
    host: String,
}

/// What the operator allows beyond the rules: exact addresses, which may also
/// be spoken to without TLS.
#[derive(Debug, Clone, Default)]
pub struct Allow(Arc<[SocketAddr]>);

impl Allow {
    /// The operator's list.
    #[must_use]
    pub fn new(list: &[SocketAddr]) -> Self {
        Self(list.into())
    }

    fn holds(&self, addr: SocketAddr) -> bool {
        self.0.contains(&addr)
    }
}

impl Outbound {
    /// Checks an address that a client typed, resolves it once and pins what
    /// was checked: a name that later resolves elsewhere changes nothing.
    ///
    /// # Errors
    /// [`OutboundError::Refused`] names the broken rule,
    /// [`OutboundError::Unreachable`] a name that does not resolve.
    pub async fn to(address: &str, allow: &Allow) -> Result<Self, OutboundError> {
        let base = parse(address)?;
        let host = base.host_str().unwrap_or_default().to_owned();
        let port = base.port_or_known_default().unwrap_or(443);
        // `host_str` keeps the brackets of an IPv6 literal; look-ups want none.
        let name = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let found = tokio::time::timeout(TIMEOUT, lookup_host((name.as_str(), port)))
            .await
            .map_err(|_| OutboundError::TimedOut { host: host.clone(), within: TIMEOUT })?
            .map_err(|e| OutboundError::Unreachable { host: host.clone(), source: Box::new(e) })?;
        let addrs: Vec<SocketAddr> = found.collect();
        for addr in &addrs {
            check(&base, *addr, allow)?;
        }
        if addrs.is_empty() {
            return Err(refused(&base, "its name has no address"));
        }
        let http = client(&name, &addrs)
            .map_err(|e| OutboundError::Unreachable { host: host.clone(), source: Box::new(e) })?;
        Ok(Self { http, base, host })
    }

    /// Posts JSON to a path below the pinned address.
    ///
    /// # Errors
    /// [`OutboundError`]; a status that is no success is an [`Answer`].
    pub async fn post_json(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &serde_json::Value,
    ) -> Result<Answer, OutboundError> {
        let mut url = self.base.clone();
        url.set_path(path);
        let mut request = self.http.post(url).json(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.read(request).await
    }

    /// Gets `path` (with its query) below the pinned address, as JSON.
    ///
    /// # Errors
    /// [`OutboundError`]; a status that is no success is an [`Answer`].
    pub async fn get(&self, path: &str, bearer: Option<&str>) -> Result<Answer, OutboundError> {
        let mut request = self.http.get(self.below(path)).header("accept", "application/json, application/fhir+json");
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        self.read(request).await
    }

    /// Gets `path` (with its query) below the pinned address, with a name and
    /// a password.
    ///
    /// # Errors
    /// [`OutboundError`]; a status that is no success is an [`Answer`].
    pub async fn get_basic(&self, path: &str, name: &str, password: &str) -> Result<Answer, OutboundError> {
        self.get_basic_within(path, name, password, USUAL).await
    }

    /// The same for an answer that may be larger or slower than JSON is.
    ///
    /// # Errors
    /// [`OutboundError`]; a status that is no success is an [`Answer`].
    pub async fn get_basic_within(
        &self,
        path: &str,
        name: &str,
        password: &str,
        limit: Limit,
    ) -> Result<Answer, OutboundError> {
        let request = self.http.get(self.below(path)).basic_auth(name, Some(password)).timeout(limit.within);
        self.read_within(request, limit).await
    }

    /// Posts a form to `path` below the pinned address.
    ///
    /// # Errors
    /// [`OutboundError`]; a status that is no success is an [`Answer`].
    pub async fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Result<Answer, OutboundError> {
        self.read(self.http.post(self.below(path)).form(form)).await
    }

    /// The typed address keeps its own path (a FHIR base is `…/api/r4`).
    fn below(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        if !path.is_empty() {
            url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
            url.set_query(query);
        }
        url
    }

    async fn read(&self, request: reqwest::RequestBuilder) -> Result<Answer, OutboundError> {
        self.read_within(request, USUAL).await
    }

    async fn read_within(&self, request: reqwest::RequestBuilder, limit: Limit) -> Result<Answer, OutboundError> {
        let mut response = request.send().await.map_err(|e| self.failed(e, limit))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|e| self.failed(e, limit))? {
            if body.len() + piece.len() > limit.most {
                return Err(OutboundError::TooLarge { host: self.host.clone(), most: limit.most });
            }
            body.extend_from_slice(&piece);
        }
        Ok(Answer { status, body })
    }

    fn failed(&self, e: reqwest::Error, limit: Limit) -> OutboundError {
        let host = self.host.clone();
        if e.is_timeout() {
            OutboundError::TimedOut { host, within: limit.within }
        } else {
            // Without the URL: a token may be part of it.
            OutboundError::Unreachable { host, source: Box::new(e.without_url()) }
        }
    }
}

fn client(name: &str, addrs: &[SocketAddr]) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .resolve_to_addrs(name, addrs)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(TIMEOUT)
        .no_proxy()
        .build()
}

fn parse(address: &str) -> Result<Url, OutboundError> {
    let full = if address.contains("://") { address.to_owned() } else { format!("https://{address}") };
    let not_an_address = || OutboundError::Refused { url: "the address".to_owned(), why: "it is not a web address" };
    let url = Url::parse(&full).map_err(|_| not_an_address())?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err(not_an_address());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(&url, "it carries a user name or a password"));
    }
    Ok(url)
}

fn check(url: &Url, addr: SocketAddr, allow: &Allow) -> Result<(), OutboundError> {
    if allow.holds(addr) {
        return Ok(());
    }
    if url.scheme() != "https" {
        return Err(refused(url, "only https is spoken"));
    }
    if inside(addr.ip()) {
        return Err(refused(url, "it points inside a private network"));
    }
    Ok(())
}

fn refused(url: &Url, why: &'static str) -> OutboundError {
    OutboundError::Refused { url: format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default()), why }
}

/// Whether an address is anything but public unicast.
fn inside(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => inside_v4(ip),
        IpAddr::V6(ip) => inside_v6(ip),
    }
}

fn inside_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        // Carrier-grade NAT (RFC 6598), protocol assignments (RFC 6890) and
        // benchmarking (RFC 2544).
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
}

fn inside_v6(ip: Ipv6Addr) -> bool {
    // Addresses that carry an IPv4 address are judged by it: mapped,
    // NAT64 (RFC 6052) and 6to4 (RFC 3056).
    let s = ip.segments();
    let v4 = |hi: u16, lo: u16| Ipv4Addr::from((u32::from(hi) << 16) | u32::from(lo));
    if let Some(mapped) = ip.to_ipv4() {
        return inside_v4(mapped) || ip.is_loopback() || ip.is_unspecified();
    }
    if s[0] == 0x64 && s[1] == 0xff9b {
        return inside_v4(v4(s[6], s[7]));
    }
    if s[0] == 0x2002 {
        return inside_v4(v4(s[1], s[2]));
    }
    // Only 2000::/3 is global unicast; documentation lies inside it.
    (s[0] & 0xe000) != 0x2000 || (s[0] == 0x2001 && s[1] == 0x0db8)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn why(address: &str) -> String {
        match Outbound::to(address, &Allow::default()).await {
            Ok(_) => "allowed".to_owned(),
            Err(e) => e.to_string(),
        }
    }

    #[tokio::test]
    async fn inside_addresses_are_refused() {
        for address in [
            "https://127.0.0.1",
            "https://10.1.2.3",
            "https://192.168.1.1",
            "https://172.20.0.1",
            "https://169.254.169.254",
            "https://100.64.0.1",
            "https://0.0.0.0",
            "https://[::1]",
            "https://[::ffff:10.0.0.1]",
            "https://[64:ff9b::a00:1]",
            "https://[2002:a00:1::]",
            "https://[fd00::1]",
            "https://[fe80::1]",
            "https://2130706433",
            "https://localhost",
        ] {
            assert!(why(address).await.contains("private network"), "{address}: {}", why(address).await);
        }
    }

    #[tokio::test]
    async fn only_https_and_no_credentials() {
        assert!(why("http://8.8.8.8").await.contains("only https"));
        assert!(why("https://u:p@8.8.8.8").await.contains("password"));
        assert!(why("not an address").await.contains("not a web address"));
        assert!(!why("https://u:geheim@8.8.8.8").await.contains("geheim"));
    }

    #[tokio::test]
    async fn the_operators_exact_address_is_allowed() {
        let addr: SocketAddr = "127.0.0.1:8099".parse().unwrap();
        let allow = Allow::new(&[addr]);
        crate::crypto();
        assert!(Outbound::to("http://127.0.0.1:8099", &allow).await.is_ok());
        assert!(Outbound::to("http://127.0.0.1:8098", &allow).await.is_err());
    }
}
