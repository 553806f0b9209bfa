//! `caly serve` on PostgreSQL, as an operator meets it: an empty database, a
//! company, a call, a kill, and the numbers after it.

use caly_store::Database;
use caly_store::testing::TempStore;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const PASSWORD: &str = "tram mango kettle violin";

struct Installation {
    home: TempDir,
    key: PathBuf,
    url: String,
    base: String,
}

struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        // As a power cut ends it.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_address() -> String {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    format!("http://127.0.0.1:{port}")
}

impl Installation {
    /// A database that does not exist yet, beside one that does.
    async fn empty() -> Option<(Self, TempStore)> {
        let beside = TempStore::postgres().await.unwrap()?;
        let Database::Postgres(url) = &beside.database else { panic!("not PostgreSQL") };
        let home = tempfile::tempdir().unwrap();
        let key = home.path().join("data.key");
        let made = Self { home, key, url: format!("{url}_of_the_binary"), base: free_address() };
        Some((made, beside))
    }

    /// Another machine on the same database, with the same key.
    fn another(&self) -> Self {
        let (key, url) = (self.key.clone(), self.url.clone());
        Self { home: tempfile::tempdir().unwrap(), key, url, base: free_address() }
    }

    fn caly(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caly"));
        command.env_clear().env("PATH", "").env("HOME", self.home.path()).current_dir(self.home.path());
        command.env("CALY_DATA", self.home.path().join("data")).env("CALY_MODELS", self.home.path().join("none"));
        command.env("CALY_DATABASE_URL", &self.url).env("CALY_VAULT_KEY_FILE", &self.key).args(words);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts it; the lines that it told until it was ready.
    fn serve(&self) -> (Serving, Vec<Value>) {
        let listen = self.base.trim_start_matches("http://");
        let mut command = self.caly(&["serve", "--json", "--listen", listen]);
        let mut serving = Serving(command.stderr(Stdio::null()).spawn().unwrap());
        let mut told = Vec::new();
        for line in BufReader::new(serving.0.stdout.take().unwrap()).lines() {
            told.push(serde_json::from_str::<Value>(&line.unwrap()).unwrap());
            if told.last().unwrap()["event"] == "ready" {
                return (serving, told);
            }
        }
        panic!("it ended before it was ready: {told:?}");
    }

    async fn post(&self, path: &str, token: &str, body: Value) -> (u16, Value) {
        let request = reqwest::Client::new().post(format!("{}{path}", self.base)).bearer_auth(token).json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn get(&self, path: &str, token: &str) -> Value {
        let request = reqwest::Client::new().get(format!("{}{path}", self.base)).bearer_auth(token);
        request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
    }

    /// A company with a line for rehearsals; its owner's token.
    async fn set_up(&self, told: &[Value]) -> String {
        let link = told.iter().find_map(|line| line["url"].as_str()?.split("/setup#").nth(1)).unwrap();
        let (status, made) = self
            .post(
                "/api/setup",
                "",
                json!({"token": link, "company": "Fresh Ltd", "sector": "ecommerce", "zone": "Asia/Kolkata",
                    "name": "Asha Rao", "email": "asha@fresh.example", "password": PASSWORD}),
            )
            .await;
        assert_eq!(status, 201, "{made}");
        let token = made["token"].as_str().unwrap().to_owned();
        let line = json!({"kind": "rehearsal", "name": "Try", "number": "+918047491899"});
        let (status, channel) = self.post("/api/channels", &token, line).await;
        assert_eq!(status, 201, "{channel}");
        token
    }

    /// A rehearsed call begins; what it was answered.
    async fn rehearse(&self, token: &str) -> Value {
        let (status, placed) = self.post("/api/rehearsals", token, json!({"script": "order_keypad"})).await;
        assert_eq!(status, 202, "{placed}");
        placed
    }

    async fn live_call(&self, token: &str) -> Value {
        for _ in 0..150 {
            let calls = self.get("/api/calls?limit=5", token).await;
            if let Some(call) = calls["calls"].get(0).filter(|call| call["state"] == "streaming") {
                return call.clone();
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("the rehearsed call did not begin within half a minute");
    }

    async fn ended_call(&self, token: &str) -> Value {
        for _ in 0..600 {
            let calls = self.get("/api/calls?limit=5", token).await;
            if let Some(call) = calls["calls"].get(0).filter(|call| !call["outcome"].is_null()) {
                return call.clone();
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("the rehearsed call did not end within two minutes");
    }

    /// What `caly verify` says, and whether it found nothing.
    fn verified(&self) -> (bool, String) {
        let out = self.caly(&["verify"]).output().unwrap();
        (out.status.success(), String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_sets_up_calls_and_survives_a_kill_on_postgres() {
    caly_server::crypto();
    let Some((here, _beside)) = Installation::empty().await else { return };
    let (serving, told) = here.serve();
    let token = here.set_up(&told).await;
    let placed = here.rehearse(&token).await;
    let call = here.ended_call(&token).await;
    assert_eq!(call["carrier_call_id"], placed["carrier_call_id"]);
    assert!(!here.home.path().join("data/caly.db").exists(), "it ran on SQLite");

    drop(serving);
    let (clean, words) = here.verified();
    assert!(clean, "{words}");
    let (_serving, told) = here.serve();
    let setup = |line: &Value| line["url"].as_str().is_some_and(|url| url.contains("/setup#"));
    assert!(!told.iter().any(setup), "a company is there, and a set-up link was shown: {told:?}");
    let login = json!({"email": "asha@fresh.example", "password": PASSWORD});
    let (status, entered) = here.post("/api/auth/login", "", login).await;
    assert_eq!(status, 200, "{entered}");
    let path = format!("/api/calls/{}", call["id"].as_str().unwrap());
    let after = here.get(&path, entered["token"].as_str().unwrap()).await;
    assert_eq!(after["outcome"], call["outcome"]);
}

/// A second machine, or a rolling start beside one that drains.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_one_on_the_database_leaves_the_first_ones_call_alone() {
    caly_server::crypto();
    let Some((here, _beside)) = Installation::empty().await else { return };
    let (_first, told) = here.serve();
    let token = here.set_up(&told).await;
    here.rehearse(&token).await;
    let live = here.live_call(&token).await;
    let there = here.another();
    let (_second, told) = there.serve();
    let ready = told.last().unwrap();
    assert_eq!(ready["ended"], 0, "{ready}");
    assert_eq!(there.live_call(&token).await["id"], live["id"], "the control: it began while the call went on");
    let call = here.ended_call(&token).await;
    assert_eq!((&call["id"], &call["ended_by"]), (&live["id"], &json!("agent")), "not by a sweeper: {call}");
}
