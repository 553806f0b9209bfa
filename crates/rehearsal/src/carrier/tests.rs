//! Whole calls against a small server that echoes, over HTTP and WebSocket.

use super::*;
use crate::knobs::{Dialect, Frame, Leg, NumFormat, Numbers, StreamParams};
use crate::script::Step;
use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use std::sync::Mutex;

/// What the echo server does wrong, and what it was asked.
#[derive(Default)]
struct Echo {
    base: String,
    after_bot: u16,
    wrong_id: bool,
    tiny: bool,
    no_connect: bool,
    asked: Mutex<Vec<String>>,
    events: Mutex<Vec<String>>,
}

impl Echo {
    fn asked(&self, path: &str) -> Vec<String> {
        self.asked.lock().unwrap().iter().filter(|q| q.starts_with(path)).cloned().collect()
    }
    fn note(&self, path: &str, q: RawQuery) {
        self.asked.lock().unwrap().push(format!("{path}?{}", q.0.unwrap_or_default()));
    }
}

type Shared = State<Arc<Echo>>;

fn told(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

async fn voicebot(State(e): Shared, q: RawQuery) -> Response {
    e.note("voicebot", q);
    // A public host, as a real deployment mints it.
    told(&json!({ "url": "wss://caly.example.com/exotel/K/stream/T?sample-rate=8000&t=T" }))
}

async fn after_bot(State(e): Shared, q: RawQuery) -> StatusCode {
    e.note("after-bot", q);
    StatusCode::from_u16(e.after_bot).unwrap()
}

async fn connect(State(e): Shared, headers: HeaderMap, q: RawQuery) -> Response {
    assert_eq!(headers["exotel-version"], "1.0");
    e.note("connect", q);
    if e.no_connect {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let events = format!("{}/exotel/K/dial-event", e.base);
    told(&json!({ "destination": { "numbers": ["+911", "+912"] }, "dial_passthru_event_url": events }))
}

async fn after_connect(State(e): Shared, q: RawQuery) -> StatusCode {
    e.note("after-connect", q);
    StatusCode::OK
}

async fn dial_event(State(e): Shared, q: RawQuery) -> StatusCode {
    e.note("dial-event", q);
    StatusCode::OK
}

async fn stream(State(e): Shared, up: WebSocketUpgrade) -> Response {
    up.on_upgrade(move |ws| talk(ws, e))
}

/// Echoes speech in chunks of 200 ms, asks for a mark after each, clears on `0`,
/// closes on `*`.
async fn talk(mut ws: WebSocket, e: Arc<Echo>) {
    let (mut sid, mut held, mut quiet) = (String::new(), Vec::new(), false);
    while let Some(Ok(message)) = ws.recv().await {
        let Message::Text(text) = message else { continue };
        let Ok(v) = serde_json::from_str::<Value>(&text) else {
            e.events.lock().unwrap().push("broken".into());
            continue;
        };
        let event = v["event"].as_str().unwrap_or("other").to_owned();
        e.events.lock().unwrap().push(event.clone());
        match event.as_str() {
            "start" => {
                let id = v.get("stream_sid").or_else(|| v.get("streamSid")).unwrap();
                sid = if e.wrong_id { "X".into() } else { id.as_str().unwrap().to_owned() };
                assert!(v.to_string().contains("\"t\":\"T\""));
            }
            "media" if !quiet => {
                let payload = v["media"]["payload"].as_str().unwrap_or_default();
                held.extend(base64_simd::STANDARD.decode_to_vec(payload).unwrap_or_default());
                let least = if e.tiny { 640 } else { 3_200 };
                while held.len() >= least {
                    let chunk: Vec<u8> = held.drain(..least).collect();
                    let payload = base64_simd::STANDARD.encode_to_string(chunk);
                    let media = json!({"event": "media", "stream_sid": sid, "media": {"payload": payload}});
                    let mark = json!({"event": "mark", "stream_sid": sid, "mark": {"name": "m"}});
                    for out in [media, mark] {
                        if ws.send(Message::text(out.to_string())).await.is_err() {
                            return;
                        }
                    }
                }
            }
            "dtmf" if v["dtmf"]["digit"] == "*" => return,
            "dtmf" if v["dtmf"]["digit"] == "0" => {
                // And says nothing more.
                quiet = true;
                let clear = json!({"event": "clear", "stream_sid": sid}).to_string();
                if ws.send(Message::text(clear)).await.is_err() {
                    return;
                }
            }
            _ => {}
        }
    }
}

async fn serve(mut echo: Echo) -> (Url, Arc<Echo>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    echo.base.clone_from(&base);
    let echo = Arc::new(echo);
    let app = Router::new()
        .route("/exotel/K/voicebot", get(voicebot))
        .route("/exotel/K/after-bot", get(after_bot))
        .route("/exotel/K/connect", get(connect))
        .route("/exotel/K/after-connect", get(after_connect))
        .route("/exotel/K/dial-event", get(dial_event))
        .route("/exotel/K/stream/T", get(stream))
        .with_state(Arc::clone(&echo));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (base.parse().unwrap(), echo)
}

fn line(base: Url, knobs: Knobs) -> Line {
    Line {
        base,
        hook_key: "K".into(),
        to: "+918047491899".into(),
        from: "+919812345678".into(),
        call_sid: "c0ffee".into(),
        at: "2026-11-23T06:30:00Z".parse().unwrap(),
        knobs,
    }
}

fn tone(ms: usize) -> Step {
    Step::Wav((0..ms * 8).map(|i| if i % 8 < 4 { 8_000 } else { -8_000 }).collect(), 8_000)
}

fn good() -> Echo {
    Echo { after_bot: 200, ..Echo::default() }
}

#[tokio::test]
async fn a_whole_call_in_both_dialects_breaks_nothing() {
    let camel = Knobs {
        dialect: Dialect::Camel,
        numbers: Numbers::Int,
        frame: Frame::Mixed,
        num_format: NumFormat::Zero,
        stream_params: StreamParams::Json,
        handshake_fail_once: true,
        dup: 2,
        ..Knobs::default()
    };
    for knobs in [Knobs::default(), camel] {
        let (base, echo) = serve(good()).await;
        let dir = tempfile::tempdir().unwrap();
        let dup = knobs.dup as usize;
        let knobs = Knobs { record_dir: Some(dir.path().to_owned()), ..knobs };
        let zero = knobs.num_format == NumFormat::Zero;
        let script = Script::new("t", vec![tone(100), Step::WaitQuiet { ms: 300 }, Step::Press("1#".into())]);
        let (tx, mut seen) = tokio::sync::mpsc::unbounded_channel();
        let report = place(line(base, knobs), script, None, Some(tx)).await.unwrap();
        assert!(report.violations.is_empty(), "{:?}", report.violations);
        assert_eq!((report.ended_by, report.after_bot_status), (EndedBy::Caller, 200));
        assert!(report.turns[0].first_reply_ms.is_some() && report.agent_audio_ms >= 80, "{report:?}");
        assert_eq!(report.turns[1].said, "[1#]");
        let asked = echo.asked("voicebot").remove(0);
        assert!(asked.contains("CurrentTime=2026-11-23+12%3A00%3A00"), "{asked}");
        assert!(asked.contains("EndTime=1970-01-01+05%3A30%3A00&CallType=call-attempt"), "{asked}");
        assert!(asked.contains(if zero { "CallFrom=09812345678" } else { "CallFrom=%2B919812345678" }), "{asked}");
        let after = echo.asked("after-bot");
        assert_eq!(after.len(), 1 + dup);
        assert!(after[0].contains("cancelled") && after[0].contains("user"), "{}", after[0]);
        let events = echo.events.lock().unwrap().clone();
        assert_eq!(events[..2], ["connected", "start"]);
        assert_eq!(events.last().unwrap(), "stop");
        assert!(events.iter().any(|e| e == "mark") && events.iter().filter(|e| *e == "dtmf").count() == 2);
        let mut wav = hound::WavReader::open(report.heard.unwrap()).unwrap();
        assert_eq!((wav.spec().channels, wav.spec().sample_rate), (2, 8_000));
        let right = wav.samples::<i16>().skip(1).step_by(2).filter(|s| s.as_ref().unwrap().unsigned_abs() > 1_000);
        assert!(right.count() > 500, "the agent is on the right channel");
        let mut kinds = Vec::new();
        while let Ok(one) = seen.try_recv() {
            kinds.push(one);
        }
        assert!(kinds.contains(&Observed::Started) && kinds.contains(&Observed::AfterBot(200)));
    }
}

#[tokio::test]
async fn a_bot_that_leaves_brings_the_people() {
    let (base, echo) = serve(Echo { after_bot: 302, ..Echo::default() }).await;
    let legs = vec![Leg::Busy, Leg::Answer { after_ms: 1, talk_ms: 1 }];
    let script = Script::new("t", vec![Step::Press("*".into()), Step::WaitEnd { ms: 5_000 }]);
    let report = place(line(base, Knobs { legs, ..Knobs::default() }), script, None, None).await.unwrap();
    assert_eq!(report.ended_by, EndedBy::Bot);
    let connect = report.connect.unwrap();
    assert_eq!((connect.answered_by.as_deref(), connect.after_status), (Some("+912"), 200));
    let events = echo.asked("dial-event");
    assert_eq!(events.len(), 7, "{events:?}");
    assert!(echo.asked("after-connect")[0].contains("CallType=completed"));
    assert!(echo.asked("after-bot")[0].contains("Stream%5BDisconnectedBy%5D=bot"));
}

#[tokio::test]
async fn a_dead_connect_rings_the_number_in_the_applet_and_without_one_nobody() {
    for fallback in [Some("+918022223333".to_owned()), None] {
        let (base, echo) = serve(Echo { after_bot: 302, no_connect: true, ..Echo::default() }).await;
        let legs = vec![Leg::Answer { after_ms: 1, talk_ms: 1 }];
        let knobs = Knobs { legs, fallback: fallback.clone(), ..Knobs::default() };
        let script = Script::new("t", vec![Step::Press("*".into()), Step::WaitEnd { ms: 5_000 }]);
        let connect = place(line(base, knobs), script, None, None).await.unwrap().connect.unwrap();
        assert_eq!((connect.answered_by, connect.fell_back), (fallback.clone(), fallback.is_some()));
        assert!(echo.asked("dial-event").is_empty(), "nobody told it where");
    }
}

#[tokio::test]
async fn a_server_that_breaks_the_rules_is_found_out() {
    let (base, _) = serve(Echo { wrong_id: true, tiny: true, after_bot: 500, ..Echo::default() }).await;
    let script = Script::new("t", vec![tone(300), Step::Pause(300)]);
    let report = place(line(base, Knobs::default()), script, None, None).await.unwrap();
    let has = |f: fn(&Violation) -> bool| report.violations.iter().any(f);
    assert!(has(|v| matches!(v, Violation::StreamId { .. })) && has(|v| matches!(v, Violation::ChunkSmall(640))));
    assert!(has(|v| matches!(v, Violation::Status { status: 500, .. })));
}

#[tokio::test]
async fn bad_habits_reach_the_server() {
    let (base, echo) = serve(good()).await;
    let knobs = Knobs {
        bad_frames: true,
        odd_bytes: true,
        no_marks: true,
        drop_stop: true,
        line_echo_db: Some(-20.0),
        frame: Frame::Ms20,
        ..Knobs::default()
    };
    let report = place(line(base, knobs), Script::new("t", vec![tone(300), Step::Pause(500)]), None, None).await;
    assert_eq!(report.unwrap().ended_by, EndedBy::Caller);
    let events = echo.events.lock().unwrap().clone();
    assert!(events.iter().any(|e| e == "broken"), "{events:?}");
    assert!(!events.iter().any(|e| e == "mark" || e == "stop"));
}

/// Both habits were seen of carriers; nobody knows which is Exotel's.
#[tokio::test]
async fn marks_of_what_was_cleared_come_back_where_a_carrier_sends_them() {
    for marks_on_clear in [true, false] {
        let (base, echo) = serve(good()).await;
        let knobs = Knobs { marks_on_clear, ..Knobs::default() };
        let script = Script::new("t", vec![tone(1_500), Step::Press("0".into()), Step::Pause(600)]);
        place(line(base, knobs), script, None, None).await.unwrap();
        let events = echo.events.lock().unwrap().clone();
        let cleared = events.iter().position(|e| e == "dtmf").unwrap();
        let after = events[cleared..].iter().filter(|e| *e == "mark").count();
        assert_eq!(after > 0, marks_on_clear, "{after} marks after the clear");
    }
}

/// Where all of the account's streams are in use.
#[tokio::test]
async fn a_throttled_account_opens_no_socket_and_says_so() {
    let (base, echo) = serve(Echo { after_bot: 302, ..Echo::default() }).await;
    let knobs = Knobs { throttled: true, legs: vec![Leg::Answer { after_ms: 1, talk_ms: 1 }], ..Knobs::default() };
    let report = place(line(base, knobs), Script::new("t", vec![tone(100)]), None, None).await.unwrap();
    assert_eq!((report.ended_by, report.connect.is_some()), (EndedBy::NoStream, true));
    assert!(echo.asked("after-bot")[0].contains("Stream%5BDetailedStatus%5D=Streaming_call_throttled"));
    assert!(echo.events.lock().unwrap().is_empty());
}

#[tokio::test]
async fn nobody_there_is_said_plainly() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    drop(listener);
    let gone = place(line(base, Knobs::default()), Script::default(), None, None).await;
    assert!(gone.unwrap_err().to_string().contains("is Caly running there?"));
}
