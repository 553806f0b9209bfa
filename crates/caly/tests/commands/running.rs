//! The binary, started and stopped.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

pub fn caly(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caly"));
    command.env_clear().env("PATH", "").env("HOME", data).env("CALY_DATA", data.join("data")).current_dir(data);
    // Nothing to hear with and nothing to speak with: what every machine can do.
    command.env("CALY_MODELS", data.join("no models"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A port that nobody has at this moment.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub struct Running {
    pub child: Child,
    pub base: String,
    pub told: String,
    pub _data: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already gone is as good as stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// A demo that says that it is up.
    pub fn demo(more: &[&str]) -> Self {
        Self::demo_until(more, "Ctrl-C")
    }

    pub fn demo_until(more: &[&str], up: &str) -> Self {
        Self::start(&[&["demo"], more].concat(), up)
    }

    pub fn start(words: &[&str], up: &str) -> Self {
        Self::start_on(tempfile::tempdir().unwrap(), words, up)
    }

    pub fn start_on(data: TempDir, words: &[&str], up: &str) -> Self {
        let port = free_port();
        let mut child = caly(data.path()).args(words).args(["--listen", &format!("127.0.0.1:{port}")]).spawn().unwrap();
        let mut told = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        while !told.contains(up) {
            if out.read_line(&mut told).unwrap() == 0 {
                let mut why = String::new();
                child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
                panic!("the demo did not come up: {told} {why}");
            }
        }
        Self { child, base: format!("http://127.0.0.1:{port}"), told, _data: data }
    }

    /// Another demo on the same data.
    pub fn again(mut self, words: &[&str]) -> Self {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let data = std::mem::replace(&mut self._data, tempfile::tempdir().unwrap());
        Self::start_on(data, &[&["demo"], words].concat(), "Ctrl-C")
    }

    /// Logs in; the status and the answer.
    pub async fn login(&self, email: &str, password: &str) -> (u16, Value) {
        caly_server::crypto();
        let body = json!({"email": email, "password": password});
        let answer =
            reqwest::Client::new().post(format!("{}/api/auth/login", self.base)).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

pub fn finished(mut command: Command) -> (Output, String) {
    let out = command.output().unwrap();
    let words = String::from_utf8_lossy(&out.stderr).into_owned();
    (out, words)
}
