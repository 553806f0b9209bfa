//! The fake carrier: walks a flow's applets for a call, over HTTP and the
//! stream's socket, as the wire documents say a real one does.

mod dial;
mod hooks;
mod prepare;
mod streaming;
mod walk;

use crate::error::RehearsalError;
use crate::flow::Flow;
use crate::knobs::{Knobs, Pace};
use crate::report::{CallReport, Happening};
use crate::script::CallPlan;
use jiff::Timestamp;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// Hears what happens, with the call's id.
pub type Watch = Arc<dyn Fn(&str, &Happening) + Send + Sync>;

/// A phone line to a server.
#[derive(Clone)]
pub struct Line {
    /// Scheme, host and port of the server, e.g. `http://127.0.0.1:8080`.
    pub base_url: String,
    /// The channel's hook key; `{k}` in the flow's paths.
    pub hook_key: String,
    /// The dialled number, E.164.
    pub number: String,
    /// The carrier's account.
    pub account_sid: String,
    /// User and password on the stream's upgrade.
    pub basic: Option<(String, String)>,
    /// Where the stream's socket really is: the server's public address may
    /// not lead here. Without TLS.
    pub dial: Option<SocketAddr>,
    /// Time of day when the carrier is made; it goes on by tokio's clock.
    pub epoch: Timestamp,
    /// Of call ids and noise: same seed, same ids.
    pub seed: u64,
    /// How the carrier behaves.
    pub knobs: Knobs,
    /// The applets.
    pub flow: Flow,
    /// Where sound is kept; `None` keeps none.
    pub recordings: Option<PathBuf>,
    /// Real or virtual time.
    pub pace: Pace,
    /// Hears what happens.
    pub watch: Option<Watch>,
}

impl Line {
    /// A well-behaved carrier with Caly's own flow.
    #[must_use]
    pub fn new(base_url: &str, hook_key: &str, number: &str, epoch: Timestamp, seed: u64) -> Self {
        Self {
            base_url: base_url.to_owned(),
            hook_key: hook_key.to_owned(),
            number: number.to_owned(),
            account_sid: "acme1m".to_owned(),
            basic: None,
            dial: None,
            epoch,
            seed,
            knobs: Knobs::default(),
            flow: Flow::default(),
            recordings: None,
            pace: Pace::Real,
            watch: None,
        }
    }
}

/// A carrier with one line. Calls may run side by side.
pub struct Carrier {
    line: Line,
    base: Url,
    http: reqwest::Client,
    born: Instant,
    calls: AtomicU64,
}

impl Carrier {
    /// Checks the address and the flow; nothing is called yet. Inside a tokio
    /// runtime.
    ///
    /// # Errors
    /// [`RehearsalError::BadUrl`], [`RehearsalError::BadFlow`], and
    /// [`RehearsalError::Sound`] when the recordings' directory cannot be made.
    pub fn new(line: Line) -> Result<Self, RehearsalError> {
        let base = base_url(&line.base_url)?;
        line.flow.check()?;
        if let Some(dir) = &line.recordings {
            std::fs::create_dir_all(dir)
                .map_err(|e| RehearsalError::Sound { path: dir.clone(), why: e.to_string() })?;
        }
        let http = http_client(&base)?;
        Ok(Self { line, base, http, born: Instant::now(), calls: AtomicU64::new(0) })
    }

    /// Whether a Caly answers there.
    ///
    /// # Errors
    /// [`RehearsalError::Unreachable`] or [`RehearsalError::NotServing`].
    pub async fn check(&self) -> Result<(), RehearsalError> {
        let url = || self.base.to_string();
        let answer = tokio::time::timeout(Duration::from_secs(10), self.http.get(self.path("/health")).send()).await;
        let answer = answer
            .map_err(|e| RehearsalError::Unreachable { url: url(), source: e.into() })?
            .map_err(|e| RehearsalError::Unreachable { url: url(), source: e.into() })?;
        if !answer.status().is_success() {
            return Err(RehearsalError::NotServing { url: url(), status: answer.status().as_u16() });
        }
        Ok(())
    }

    /// An id for the next call, 32 hexadecimal digits.
    #[must_use]
    pub fn new_call_sid(&self) -> String {
        let mut random = ChaCha8Rng::seed_from_u64(self.line.seed);
        random.set_stream(self.calls.fetch_add(1, Ordering::Relaxed));
        format!("{:016x}{:016x}", random.next_u64(), random.next_u64())
    }

    /// Places one call and walks it to its end.
    ///
    /// # Errors
    /// When no call could be placed at all: nobody answers, the hook is
    /// unknown, the caller has no voice, a sound file is unusable.
    pub async fn call(&self, plan: &CallPlan) -> Result<CallReport, RehearsalError> {
        self.call_as(&self.new_call_sid(), plan).await
    }

    /// [`Carrier::call`] with an id that was taken before.
    ///
    /// # Errors
    /// As [`Carrier::call`].
    pub async fn call_as(&self, call_sid: &str, plan: &CallPlan) -> Result<CallReport, RehearsalError> {
        walk::Walker::new(self, call_sid, plan).walk().await
    }

    /// The line.
    #[must_use]
    pub fn line(&self) -> &Line {
        &self.line
    }

    fn now(&self) -> Timestamp {
        // A century of calls would overflow; then the clock stands still.
        self.line.epoch.checked_add(self.born.elapsed()).unwrap_or(self.line.epoch)
    }

    /// An address under the base; `{k}` is the hook key.
    fn path(&self, path: &str) -> String {
        let base = self.base.as_str().trim_end_matches('/');
        format!("{base}{}", path.replace("{k}", &self.line.hook_key))
    }
}

fn base_url(given: &str) -> Result<Url, RehearsalError> {
    let bad = |why: &str| RehearsalError::BadUrl { url: given.to_owned(), why: why.to_owned() };
    let url = Url::parse(given).map_err(|e| bad(&e.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad("it must begin with http:// or https://"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(bad("it must end with the host, the port or a path"));
    }
    Ok(url)
}

fn http_client(base: &Url) -> Result<reqwest::Client, RehearsalError> {
    static CRYPTO: Once = Once::new();
    CRYPTO.call_once(|| {
        // An error only says that the binary has chosen one already.
        drop(rustls::crypto::ring::default_provider().install_default());
    });
    // 302 is an answer here, not a way to go.
    let mut builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    if matches!(base.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|e| RehearsalError::Unreachable { url: base.to_string(), source: e.into() })
}
