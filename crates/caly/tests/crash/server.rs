//! The real binary as a child process.

#![allow(clippy::disallowed_methods)] // how long a start takes is measured, for people to read

use caly_core::time::At;
use caly_server::clock::{Clock, SystemClock};
use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running `caly serve`.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    /// When it was started.
    pub started: At,
    began: Instant,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Server {
    /// With `flite` where it is installed, else with the shipped recordings.
    pub fn start(data: &Path, flite: bool) -> Self {
        // Free a moment ago; nobody else on this machine takes it by name.
        let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let log = File::options().create(true).append(true).open(data.with_extension("log")).unwrap();
        let started = SystemClock.now();
        let path = std::env::var_os("PATH").filter(|_| flite).unwrap_or_default();
        let mut caly = caly(data);
        let child =
            caly.env("PATH", path).args(["--listen", &listen]).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        Self { child, base: format!("http://{listen}"), started, began: Instant::now() }
    }

    /// Waits until it is ready; how long that took, ms.
    pub async fn ready(&mut self) -> u128 {
        let http = reqwest::Client::new();
        for _ in 0..1_200 {
            let status = self.child.try_wait().unwrap();
            assert!(status.is_none(), "the server ended: {status:?}");
            if let Ok(answer) = http.get(format!("{}/ready", self.base)).send().await
                && answer.status() == 200
            {
                return self.began.elapsed().as_millis();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the server was not ready after thirty seconds");
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `caly serve` on a directory, with nothing of this machine's configuration.
fn caly(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caly"));
    command.arg("serve").arg("--data").arg(data).env_clear().env("CALY_MODELS", data.join("nothing"));
    command
}

/// While one runs, another is told so and changes nothing.
pub fn a_second_start_is_refused(data: &Path) {
    let out = caly(data).args(["--listen", "127.0.0.1:0"]).output().unwrap();
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!out.status.success() && said.contains("another Caly already runs"), "{said}");
}

/// `caly verify`: whether it is content.
pub fn verify(data: &Path) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caly"));
    let out = command.arg("verify").arg("--data").arg(data).env_clear().output().unwrap();
    eprintln!("caly verify: {}", String::from_utf8_lossy(&out.stdout).lines().last().unwrap_or_default());
    out.status.success()
}
