//! Connections through a real socket: nobody is waited for without end, idle
//! browsers never keep a carrier out, and what lives long goes on.

use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::script::{Script, Step};
use caly_server::config::Config;
use caly_server::config::lines::Lines;
use caly_tests::TestApp;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const SOON: Duration = Duration::from_millis(500);
/// No wait is as long as this unless something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);
const HALF: &[u8] = b"GET /health HTTP/1.1\r\nhost: lo";

/// A Caly with little patience.
async fn hasty(operator: impl FnOnce(&mut Config)) -> TestApp {
    TestApp::start_set(None, |config| {
        config.lines.head = SOON;
        config.lines.body = SOON;
        operator(config);
    })
    .await
}

async fn connect(app: &TestApp) -> TcpStream {
    TcpStream::connect(app.base.trim_start_matches("http://")).await.unwrap()
}

/// Everything until the other side closes; `None` when it does not in `time`.
async fn until_closed(tcp: &mut TcpStream, time: Duration) -> Option<String> {
    let mut said = Vec::new();
    // A reset is an end as well.
    timeout(time, tcp.read_to_end(&mut said)).await.ok().map(|_| String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn six_hundred_half_heads_are_closed_and_a_patient_server_keeps_them() {
    let app = hasty(|_| {}).await;
    let patient = TestApp::start(None).await;
    let mut halves = Vec::new();
    for _ in 0..600 {
        let mut tcp = connect(&app).await;
        tcp.write_all(HALF).await.unwrap();
        halves.push(tcp);
    }
    let mut control = connect(&patient).await;
    control.write_all(HALF).await.unwrap();
    for tcp in &mut halves {
        assert_eq!(until_closed(tcp, PATIENCE).await.as_deref(), Some(""));
    }
    assert_eq!(until_closed(&mut control, SOON * 3).await, None, "the usual limit is longer");
    control.write_all(b"calhost\r\nconnection: close\r\n\r\n").await.unwrap();
    assert!(until_closed(&mut control, PATIENCE).await.unwrap().starts_with("HTTP/1.1 200"));
}

/// Sends a body in drips and reads the answer.
async fn drips(app: &TestApp, path: &str, kind: &str, body: &str, pause: Duration) -> (String, String) {
    let mut tcp = connect(app).await;
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    tcp.write_all(head.as_bytes()).await.unwrap();
    let (mut reads, mut writes) = tcp.into_split();
    let body = body.to_owned();
    let dripping = tokio::spawn(async move {
        for byte in body.bytes() {
            if writes.write_all(&[byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(pause).await;
        }
        // Closing our side would be giving the request up.
        std::future::pending::<()>().await;
    });
    let mut said = Vec::new();
    // It may close before it has read what we still send.
    let _ = timeout(PATIENCE, reads.read_to_end(&mut said)).await.unwrap();
    dripping.abort();
    let said = String::from_utf8_lossy(&said).into_owned();
    let (head, body) = said.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {said:?}"));
    (head.to_owned(), body.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_trickles_in_is_answered_408() {
    let app = hasty(|_| {}).await;
    let login = json!({"email": "user@example.com", "password": "password"}).to_string();
    let status = format!("/exotel/{}/status", app.doors[0].hook_key);
    let form = "CallSid=slow&Status=completed&CallFrom=%2B919812345678";
    let cases =
        [("/api/auth/login", "application/json", login.as_str()), (&status, "application/x-www-form-urlencoded", form)];
    for (path, kind, body) in cases {
        let (head, said) = drips(&app, path, kind, body, SOON / 10).await;
        assert!(head.starts_with("HTTP/1.1 408"), "{path}: {head}");
        assert!(head.contains("application/problem+json") && head.contains("connection: close"), "{head}");
        let problem: Value = serde_json::from_str(&said).unwrap();
        assert_eq!((&problem["code"], &problem["status"]), (&json!("too_slow"), &json!(408)));
        // The control: the same bytes in their time.
        let (head, _) = drips(&app, path, kind, body, Duration::ZERO).await;
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}");
    }
    let slower = TestApp::start(None).await;
    let (head, _) = drips(&slower, "/api/auth/login", "application/json", &login, SOON / 10).await;
    assert!(head.starts_with("HTTP/1.1 200"), "the usual limit is longer: {head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_and_a_board_outlast_every_limit() {
    let app = hasty(|config| {
        config.lines.idle = SOON;
        config.lines.write = SOON;
    })
    .await;
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let token = login(&app, &http).await;
    let mut board = http.get(format!("{}/api/events", app.base)).bearer_auth(&token).send().await.unwrap();
    assert_eq!(board.status(), 200);
    let steps = vec![Step::Pause(6_000), Step::Press("0".into()), Step::Pause(1_000), Step::HangUp];
    let (report, call) = app.place(app.line(0, Knobs::default()), Script::new("patient", steps), None).await;
    assert!(report.violations.is_empty() && report.agent_audio_ms > 2_000, "{report:?}");
    assert!(call.escalated, "a key was heard twelve limits after the beginning");
    let mut seen = String::new();
    while !seen.contains("call.completed") {
        let chunk = timeout(PATIENCE, board.chunk()).await.unwrap().unwrap();
        seen.push_str(&String::from_utf8_lossy(&chunk.expect("the board's stream ended")));
    }
}

async fn login(app: &TestApp, http: &reqwest::Client) -> String {
    let ask = json!({"email": "user@example.com", "password": "password"});
    let answer = http.post(format!("{}/api/auth/login", app.base)).json(&ask).send().await.unwrap();
    let body: Value = answer.json().await.unwrap();
    body["token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_that_do_nothing_never_keep_a_carrier_out() {
    const MOST: usize = 24;
    let app = TestApp::start_set(None, |config| {
        config.max_calls = 4;
        config.lines = Lines::of(MOST);
    })
    .await;
    let http = reqwest::Client::new();
    let token = login(&app, &http).await;
    // Half of what the calls leave is for boards.
    let mut boards = Vec::new();
    for _ in 0..(MOST - 4) / 2 {
        let board = http.get(format!("{}/api/events", app.base)).bearer_auth(&token).send().await.unwrap();
        assert_eq!(board.status(), 200);
        boards.push(board);
    }
    let one_more = http.get(format!("{}/api/events", app.base)).bearer_auth(&token).send().await.unwrap();
    assert_eq!(one_more.status(), 503);
    assert!(one_more.headers().contains_key("retry-after"));
    let problem: Value = one_more.json().await.unwrap();
    assert_eq!(problem["code"], "too_many_streams");
    // More idle lines and half heads than there are seats.
    let mut idle = Vec::new();
    for n in 0..3 * MOST {
        let mut tcp = connect(&app).await;
        if n % 2 == 0 {
            tcp.write_all(HALF).await.unwrap();
        }
        idle.push(tcp);
    }
    for n in 0..20 {
        let carrier = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        let url = format!("{}/exotel/{}/voicebot", app.base, app.doors[0].hook_key);
        let sid = format!("between-idlers-{n}");
        let query = [("CallSid", sid.as_str()), ("CallFrom", caly_tests::CALLER)];
        assert_eq!(carrier.get(url).query(&query).send().await.unwrap().status(), 200);
    }
    assert_eq!(until_closed(&mut idle[0], PATIENCE).await.as_deref(), Some(""), "the first made way");
    // Boards are not asked to leave; one that is closed is free for another.
    assert!(boards[0].chunk().await.unwrap().is_some());
    boards.clear();
    timeout(PATIENCE, async {
        while http.get(format!("{}/api/events", app.base)).bearer_auth(&token).send().await.unwrap().status() != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .unwrap();
}
