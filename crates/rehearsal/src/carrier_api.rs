//! The carrier's REST side: Call Details and recordings behind Basic, with the
//! habits of Exotel's API: XML unless `.json` is asked for, `Duration` as
//! text or null until it has settled, recordings that are not there for a while,
//! errors in their own envelope.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::JoinHandle;

/// A running fake; it stops when this is dropped.
pub struct FakeCarrierApi {
    address: SocketAddr,
    kept: Arc<Kept>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Kept {
    /// `Basic …` as it must come.
    password: String,
    calls: Mutex<HashMap<String, Vec<Value>>>,
    asked: Mutex<Vec<String>>,
    recordings: Mutex<HashMap<String, Recording>>,
    /// Recordings that were asked for, with the status of the answer.
    fetched: Mutex<Vec<(String, u16)>>,
}

/// A recording, and how often it is not there yet.
struct Recording {
    missing: usize,
    sound: Vec<u8>,
}

impl FakeCarrierApi {
    /// Opens it on a free port of 127.0.0.1 for this API key and token.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn open(key: &str, token: &str) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let password = format!("Basic {}", base64_simd::STANDARD.encode_to_string(format!("{key}:{token}")));
        let kept = Arc::new(Kept { password, ..Kept::default() });
        let app = Router::new()
            .route("/v1/Accounts/{account}/Calls/{call}", get(details))
            .route("/recordings/{name}", get(recording))
            .with_state(Arc::clone(&kept));
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "the fake carrier's API stopped");
            }
        });
        Ok(Self { address, kept, task })
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address alone, for an operator's allow list.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is said of a call, question by question; the last stays.
    pub fn say(&self, call_sid: &str, answers: Vec<Value>) {
        lock(&self.kept.calls).insert(call_sid.to_owned(), answers);
    }

    /// Keeps a recording that answers 404 the first `missing` times; where it
    /// is. [`tone`] makes one.
    pub fn keep(&self, name: &str, missing: usize, sound: Vec<u8>) -> String {
        lock(&self.kept.recordings).insert(name.to_owned(), Recording { missing, sound });
        format!("{}/recordings/{name}", self.url())
    }

    /// The recordings that anybody asked for, in order, with what was answered.
    #[must_use]
    pub fn fetched(&self) -> Vec<(String, u16)> {
        lock(&self.kept.fetched).clone()
    }

    /// The calls that were asked about, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        lock(&self.kept.asked).clone()
    }
}

impl Drop for FakeCarrierApi {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn details(
    State(kept): State<Arc<Kept>>,
    Path((_, call)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let sent = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    if sent != Some(&kept.password) {
        return error(StatusCode::UNAUTHORIZED, "Authentication is required to view this page.");
    }
    let Some(sid) = call.strip_suffix(".json") else {
        return ([(header::CONTENT_TYPE, "application/xml")], "<TwilioResponse/>").into_response();
    };
    lock(&kept.asked).push(sid.to_owned());
    let mut calls = lock(&kept.calls);
    match calls.get_mut(sid) {
        Some(answers) if answers.len() > 1 => axum::Json(json!({ "Call": answers.remove(0) })).into_response(),
        Some(answers) if answers.len() == 1 => axum::Json(json!({ "Call": answers[0] })).into_response(),
        _ => error(StatusCode::NOT_FOUND, "The requested resource was not found"),
    }
}

async fn recording(State(kept): State<Arc<Kept>>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let answer = found(&kept, &name, &headers);
    lock(&kept.fetched).push((name, answer.status().as_u16()));
    answer
}

fn found(kept: &Kept, name: &str, headers: &HeaderMap) -> Response {
    let sent = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    if sent != Some(&kept.password) {
        return error(StatusCode::UNAUTHORIZED, "Authentication is required to view this page.");
    }
    match lock(&kept.recordings).get_mut(name) {
        Some(Recording { missing: 0, sound }) => {
            ([(header::CONTENT_TYPE, "audio/x-wav")], sound.clone()).into_response()
        }
        Some(later) => {
            later.missing -= 1;
            error(StatusCode::NOT_FOUND, "The requested resource was not found")
        }
        None => error(StatusCode::NOT_FOUND, "The requested resource was not found"),
    }
}

/// A WAV as a carrier records: 8 kHz, 16 bits, mono, a tone of 440 Hz.
#[must_use]
pub fn tone(ms: u32) -> Vec<u8> {
    let data = ms * 16;
    let mut wav = Vec::with_capacity(44 + data as usize);
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + data).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt ");
    wav.extend_from_slice(&16_u32.to_le_bytes());
    // PCM, one channel.
    wav.extend_from_slice(&[1, 0, 1, 0]);
    wav.extend_from_slice(&8_000_u32.to_le_bytes());
    wav.extend_from_slice(&16_000_u32.to_le_bytes());
    wav.extend_from_slice(&[2, 0, 16, 0]);
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&data.to_le_bytes());
    for n in 0..ms * 8 {
        let phase = f64::from(n) * 440.0 * std::f64::consts::TAU / 8_000.0;
        #[expect(clippy::cast_possible_truncation, reason = "within ±8000")]
        wav.extend_from_slice(&((phase.sin() * 8_000.0) as i16).to_le_bytes());
    }
    wav
}

fn error(status: StatusCode, message: &str) -> Response {
    let body = json!({ "RestException": { "Status": status.as_u16(), "Message": message } });
    (status, axum::Json(body)).into_response()
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
