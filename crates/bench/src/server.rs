//! The real binary in a process and a data directory of its own.

use anyhow::{Context, bail};
use caly_rehearsal::carrier::Line;
use caly_rehearsal::knobs::Knobs;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;

/// The demo's shop: its owner's login and its number.
const OWNER: &str = "user@example.com";
const NUMBER: &str = "+918047491899";
/// The caller whom the demo's fake shop knows.
const CALLER: &str = "+919812345678";
/// Thirty days of history are made before the port opens.
const READY: Duration = Duration::from_mins(5);

/// A running `caly demo`; ended, with its data, when dropped.
pub struct Server {
    child: Child,
    _dir: TempDir,
    /// Its address.
    pub base: String,
    /// For requests of the owner.
    pub http: reqwest::Client,
    /// The owner's session.
    pub token: String,
    /// Hook key of the channel that rehearsals call.
    pub key: String,
    /// Hook key of the echo channel.
    pub echo_key: String,
}

impl Server {
    /// Starts the demo on a free port, with the pack in `models` or without.
    pub async fn start(caly: &Path, models: Option<&Path>) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        eprintln!(
            "bench: starting the server ({} the speech pack) …",
            if models.is_some() { "with" } else { "without" }
        );
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build()?;
        let base = format!("http://127.0.0.1:{port}");
        let child = Self::spawn(caly, dir.path(), &base, models)?;
        let mut server =
            Self { child, _dir: dir, base, http, token: String::new(), key: String::new(), echo_key: String::new() };
        server.ready().await?;
        // Once more on the data that is there now: what making thirty days of
        // history left in the heap would hide what calls take.
        server.end();
        server.child = Self::spawn(caly, server._dir.path(), &server.base, models)?;
        server.ready().await?;
        server.log_in().await?;
        server.key = server.hook_key("rehearsal").await?;
        server.echo_key = server.hook_key("echo").await?;
        Ok(server)
    }

    /// Starts the process anew.
    fn spawn(caly: &Path, dir: &Path, base: &str, models: Option<&Path>) -> anyhow::Result<Child> {
        let log = std::fs::File::create(dir.join("log"))?;
        let listen = base.trim_start_matches("http://");
        Command::new(caly)
            .args(["demo", "--listen", listen, "--data"])
            .arg(dir.join("data"))
            .env("CALY_MODELS", models.unwrap_or(&dir.join("no-models")))
            .env("CALY_MAX_CALLS", "5000")
            .current_dir(dir)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} cannot be started", caly.display()))
    }

    /// Ends the process; its data stays, in `data` of this directory.
    pub fn stop(&mut self) -> PathBuf {
        self.end();
        self._dir.path().to_owned()
    }

    /// Starts it on its data, after [`Self::stop`].
    pub async fn start_again(&mut self, caly: &Path) -> anyhow::Result<()> {
        self.child = Self::spawn(caly, self._dir.path(), &self.base, None)?;
        self.ready().await?;
        self.log_in().await
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A line to one of its channels; `name` is the carrier's id of the call.
    pub fn line(&self, key: &str, name: String) -> anyhow::Result<Line> {
        Ok(Line {
            base: self.base.parse()?,
            hook_key: key.to_owned(),
            to: NUMBER.into(),
            from: CALLER.into(),
            call_sid: name,
            at: jiff::Timestamp::UNIX_EPOCH,
            knobs: Knobs::default(),
        })
    }

    /// A GET of the owner's.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.http.get(format!("{}{path}", self.base)).bearer_auth(&self.token).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// A POST of the owner's.
    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let ask = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.token).json(body);
        Ok(ask.send().await?.error_for_status()?.json().await?)
    }

    fn end(&mut self) {
        // It may have ended by itself; its data goes with the directory.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    async fn ready(&mut self) -> anyhow::Result<()> {
        let until = Instant::now() + READY;
        while Instant::now() < until {
            let answer = self.http.get(format!("{}/health", self.base)).send().await;
            if answer.is_ok_and(|a| a.status().is_success()) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                let log = std::fs::read_to_string(self._dir.path().join("log")).unwrap_or_default();
                bail!("the server ended with {status}: {log}");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        bail!("the server did not answer within {} s", READY.as_secs())
    }

    async fn log_in(&mut self) -> anyhow::Result<()> {
        let body = json!({"email": OWNER, "password": "password"});
        let answer = self.post("/api/auth/login", &body).await.context("the demo's owner cannot log in")?;
        self.token = answer["token"].as_str().context("no token came")?.to_owned();
        Ok(())
    }

    async fn hook_key(&self, kind: &str) -> anyhow::Result<String> {
        let all = self.get("/api/channels").await?;
        let channels = all["channels"].as_array().context("no channels came")?;
        let channel = channels.iter().find(|c| c["kind"] == kind).with_context(|| format!("no {kind} channel"))?;
        let url = channel["hook_urls"]["voicebot"].as_str().context("no hook address came")?;
        Ok(url.rsplit('/').nth(1).context("no key in the hook address")?.to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
