//! A tiny voice server written from the same wire documents. It waits for the
//! caller's sound to stop, says the sound back, and misbehaves on demand.

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::serve::ListenerExt;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

#[derive(Debug, Clone)]
pub struct Manners {
    pub rate: u32,
    pub reply_after_ms: u64,
    pub close_after_reply: bool,
    pub after_bot: u16,
    pub connect: &'static str,
    pub content_type: &'static str,
    /// Bytes of a chunk; 0 is 100 ms, or 3,200 if that is more.
    pub chunk: usize,
    pub blast: bool,
    pub stream_id: Option<&'static str>,
    pub early: bool,
    pub late: bool,
    pub say: Option<&'static str>,
    pub deaf: bool,
    pub unsteady: bool,
    pub one_socket: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            rate: 16_000,
            reply_after_ms: 400,
            close_after_reply: false,
            after_bot: 200,
            connect: r#"{"destination":{"numbers":[]}}"#,
            content_type: "application/json",
            chunk: 0,
            blast: false,
            stream_id: None,
            early: false,
            late: false,
            say: None,
            deaf: false,
            unsteady: false,
            one_socket: false,
        }
    }
}

#[derive(Debug, Default, Clone)]
pub struct Seen {
    pub hooks: Vec<String>,
    pub versioned: Vec<String>,
    pub status: Option<(String, String)>,
    pub order: Vec<String>,
    pub keys: String,
    pub marks: Vec<String>,
    pub stops: Vec<String>,
    pub odd: usize,
    pub bad: usize,
    pub repeated: usize,
}

struct Inner {
    manners: Manners,
    base: Mutex<String>,
    seen: Mutex<Seen>,
    sockets: watch::Sender<u32>,
}

pub struct Server {
    pub base: String,
    inner: Arc<Inner>,
}

impl Server {
    pub async fn start(manners: Manners) -> Self {
        let inner =
            Arc::new(Inner { manners, base: Mutex::default(), seen: Mutex::default(), sockets: watch::channel(0).0 });
        let app = Router::new()
            .route("/health", get(|| async { "ok" }))
            .route("/exotel/key1/status", post(status))
            .route("/exotel/key1/{hook}", any(hook))
            .route("/exotel/key1/stream/{token}", get(stream))
            .with_state(Arc::clone(&inner));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        inner.base.lock().unwrap().clone_from(&base);
        // Without it a chunk may wait 40 ms for an acknowledgement, and a
        // virtual clock runs away meanwhile.
        let listener = listener.tap_io(|tcp| tcp.set_nodelay(true).unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base, inner }
    }

    pub fn seen(&self) -> Seen {
        self.inner.seen.lock().unwrap().clone()
    }
}

type App = State<Arc<Inner>>;

async fn hook(State(app): App, Path(hook): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let count = {
        let mut seen = app.seen.lock().unwrap();
        seen.hooks.push(format!("{hook}?{}", query.unwrap_or_default()));
        seen.order.push(hook.clone());
        if headers.get("exotel-version").is_some_and(|v| v == "1.0") {
            seen.versioned.push(hook.clone());
        }
        seen.hooks.len()
    };
    let manners = &app.manners;
    let json = |body: String| ([(header::CONTENT_TYPE, manners.content_type)], body).into_response();
    match hook.as_str() {
        "voicebot" => {
            let host = app.base.lock().unwrap().replace("http://", "ws://");
            let token = if manners.unsteady { count.to_string() } else { "tok".to_owned() };
            json(
                json!({"url": format!("{host}/exotel/key1/stream/{token}?sample-rate={}&t=tok", manners.rate)})
                    .to_string(),
            )
        }
        "after-bot" => StatusCode::from_u16(manners.after_bot).unwrap().into_response(),
        "connect" => json(manners.connect.to_owned()),
        _ => StatusCode::OK.into_response(),
    }
}

async fn status(State(app): App, headers: HeaderMap, body: Bytes) -> StatusCode {
    let kind = headers.get(header::CONTENT_TYPE).map(|v| v.to_str().unwrap().to_owned());
    app.seen.lock().unwrap().status = Some((kind.unwrap_or_default(), String::from_utf8(body.to_vec()).unwrap()));
    StatusCode::OK
}

async fn stream(State(app): App, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| async move {
        let mut mine = 0;
        app.sockets.send_modify(|n| {
            *n += 1;
            mine = *n;
        });
        let mut newer = app.sockets.subscribe();
        let one = app.manners.one_socket;
        tokio::select! {
            () = talk(&app, socket) => {}
            Ok(_) = newer.wait_for(move |n| one && *n > mine) => {}
        }
    })
}

/// Reads until the caller has been silent for long enough after a sound, then
/// says what it heard.
async fn talk(app: &Inner, mut socket: WebSocket) {
    let m = &app.manners;
    let mut line = Talk { stream: String::new(), heard: Vec::new(), silent_ms: 0, numbers: BTreeSet::new() };
    if m.early {
        say(&mut socket, m, "S", &[1; 1_600]).await;
    }
    while let Some(Ok(message)) = socket.recv().await {
        let Message::Text(text) = message else { continue };
        let stop = line.read(app, &serde_json::from_str(&text).unwrap());
        if stop {
            if m.late {
                tokio::time::sleep(Duration::from_millis(900)).await;
                say(&mut socket, m, &line.stream, &[9_000; 1_600]).await;
            }
            return;
        }
        if m.deaf || line.silent_ms < m.reply_after_ms || !line.heard.iter().any(|s| s.abs() > 500) {
            continue;
        }
        if let Some(text) = m.say {
            drop(socket.send(Message::text(text)).await);
        }
        let words = std::mem::take(&mut line.heard);
        reply(app, &mut socket, &mut line, &words).await;
        if m.close_after_reply {
            let close = CloseFrame { code: 1000, reason: "done".into() };
            drop(socket.send(Message::Close(Some(close))).await);
            return;
        }
    }
}

struct Talk {
    stream: String,
    heard: Vec<i16>,
    silent_ms: u64,
    numbers: BTreeSet<String>,
}

impl Talk {
    /// `true` at the end of the stream.
    fn read(&mut self, app: &Inner, message: &Value) -> bool {
        let mut seen = app.seen.lock().unwrap();
        let either = |a: &str, b: &str| message.get(a).or_else(|| message.get(b)).cloned().unwrap_or_default();
        match message["event"].as_str().unwrap() {
            "start" => {
                self.stream = either("stream_sid", "streamSid").as_str().unwrap().to_owned();
                seen.order.push("start".into());
            }
            "media" => {
                if !self.numbers.insert(either("sequence_number", "sequenceNumber").to_string()) {
                    seen.repeated += 1;
                    return false;
                }
                let Ok(bytes) = base64_simd::STANDARD.decode_to_vec(message["media"]["payload"].as_str().unwrap())
                else {
                    seen.bad += 1;
                    return false;
                };
                seen.odd += bytes.len() % 2;
                let samples: Vec<i16> = bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect();
                if samples.iter().any(|s| s.abs() > 500) {
                    self.silent_ms = 0;
                } else {
                    self.silent_ms += samples.len() as u64 * 1_000 / u64::from(app.manners.rate);
                }
                self.heard.extend(samples);
            }
            "dtmf" => seen.keys.push_str(message["dtmf"]["digit"].as_str().unwrap()),
            "mark" => seen.marks.push(message["mark"]["name"].as_str().unwrap().to_owned()),
            "stop" => {
                seen.stops.push(message["stop"]["reason"].as_str().unwrap().to_owned());
                seen.order.push("stop".into());
                return true;
            }
            _ => {}
        }
        false
    }
}

/// Plays at the caller's pace with 200 ms of lead, and waits for the mark.
async fn reply(app: &Inner, socket: &mut WebSocket, line: &mut Talk, words: &[i16]) {
    let m = &app.manners;
    let begun = Instant::now();
    let mut sent_ms = 0;
    let samples = chunk_bytes(m) / 2;
    for chunk in words.chunks(samples) {
        if !m.blast {
            sleep_until(
                begun + Duration::from_millis(sent_ms) - Duration::from_millis(200).min(Duration::from_millis(sent_ms)),
            )
            .await;
        }
        say(socket, m, &line.stream, chunk).await;
        sent_ms += chunk.len() as u64 * 1_000 / u64::from(m.rate);
    }
    let mark = json!({"event": "mark", "stream_sid": line.stream, "mark": {"name": "bye"}});
    drop(socket.send(Message::text(mark.to_string())).await);
    while !app.seen.lock().unwrap().marks.iter().any(|n| n == "bye") {
        let next = timeout(Duration::from_secs(20), socket.recv()).await;
        let Ok(Some(Ok(Message::Text(text)))) = next else { return };
        if line.read(app, &serde_json::from_str(&text).unwrap()) {
            return;
        }
    }
}

async fn say(socket: &mut WebSocket, m: &Manners, stream: &str, samples: &[i16]) {
    let mut bytes: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
    bytes.resize(chunk_bytes(m), 0);
    let payload = base64_simd::STANDARD.encode_to_string(&bytes);
    let stream = m.stream_id.unwrap_or(stream);
    let media = json!({"event": "media", "stream_sid": stream, "media": {"payload": payload}});
    drop(socket.send(Message::text(media.to_string())).await);
}

fn chunk_bytes(m: &Manners) -> usize {
    match (m.chunk, m.rate) {
        (0, 24_000) => 4_800,
        (0, _) => 3_200,
        (bytes, _) => bytes,
    }
}
