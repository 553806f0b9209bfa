//! The carrier's HTTP requests: GET, everything in the query, IST times.

use super::socket::{Outcome, StreamAt};
use super::{Line, Notes, RehearsalError};
use crate::checks::Violation;
use crate::knobs::StreamParams;
use crate::report::EndedBy;
use jiff::tz::{Offset, TimeZone};
use serde_json::Value;
use std::fmt::Write;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// The carrier gives up on an applet after this long.
const PATIENCE_MS: u64 = 5_000;
/// The rehearsal waits a little longer, to tell a slow answer from none.
const WAITS: Duration = Duration::from_millis(PATIENCE_MS + 2_000);

/// The query that every applet sends.
const COMMON: &str = "CallSid=@call&CallFrom=@from&CallTo=@to&Direction=incoming&Created=@began&DialCallDuration=0&StartTime=@began&EndTime=1970-01-01+05%3A30%3A00&CallType=@type&flow_id=30842&tenant_id=acme1m&From=@from&To=@to&CurrentTime=@now";

/// An applet's answer.
pub(super) struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: String,
    pub ms: u64,
}

/// One call's requests.
pub(super) struct Applets {
    http: reqwest::Client,
    root: Url,
    line: Line,
    began: Instant,
}

impl Applets {
    pub(super) fn new(line: &Line) -> Result<Self, RehearsalError> {
        let bad = |_| RehearsalError::Address(line.base.to_string());
        let root = line.base.join(&format!("/exotel/{}/", line.hook_key)).map_err(bad)?;
        // A second install in one process is refused and changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(WAITS)
            // A carrier keeps no connection open for each call.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(|e| RehearsalError::Broken(e.to_string()))?;
        Ok(Self { http, root, line: line.clone(), began: Instant::now() })
    }

    /// The stream's URL and how long the answer took.
    pub(super) async fn voicebot(&self, notes: &mut Notes) -> Result<(Url, u64), RehearsalError> {
        let answer = self.get("voicebot", "call-attempt", "", notes).await?;
        let url = serde_json::from_str(&answer.body).ok().and_then(|v: Value| v["url"].as_str()?.parse().ok());
        let no_stream =
            || RehearsalError::NoStream { status: answer.status, body: answer.body.chars().take(200).collect() };
        let url = url.filter(|_| answer.status == 200).ok_or_else(no_stream)?;
        json_type("voicebot", &answer, notes);
        Ok((url, answer.ms))
    }

    /// The passthru's status; repeated as often as the knobs say.
    pub(super) async fn after_bot(
        &self,
        at: &StreamAt,
        outcome: &Outcome,
        notes: &mut Notes,
    ) -> Result<u16, RehearsalError> {
        let call_type = if outcome.ended_by == EndedBy::Caller { "client-hangup" } else { "call-attempt" };
        let extra = self.stream_params(at, outcome);
        let first = self.get("after-bot", call_type, &extra, notes).await?.status;
        for _ in 0..self.line.knobs.dup {
            self.get("after-bot", call_type, &extra, notes).await?;
        }
        if first != 200 && first != 302 {
            notes.broke(Violation::Status { path: "after-bot".into(), status: first });
        }
        Ok(first)
    }

    /// GETs an applet with the common parameters, `call_type` and `extra`
    /// (`&key=value…`).
    pub(super) async fn get(
        &self,
        path: &str,
        call_type: &str,
        extra: &str,
        notes: &mut Notes,
    ) -> Result<Answer, RehearsalError> {
        let url = self.root.join(path).map_err(|_| RehearsalError::Address(path.to_owned()))?;
        self.get_at(url, path, call_type, extra, notes).await
    }

    /// The same at an address that the server gave.
    pub(super) async fn get_at(
        &self,
        mut url: Url,
        path: &str,
        call_type: &str,
        extra: &str,
        notes: &mut Notes,
    ) -> Result<Answer, RehearsalError> {
        let own = url.query().map(|q| format!("{q}&")).unwrap_or_default();
        let mut common = self.common(call_type);
        if extra.contains("DialCallDuration=") {
            common = common.replace("&DialCallDuration=0", "");
        }
        url.set_query(Some(&format!("{own}{common}{extra}")));
        let unreachable = |e: reqwest::Error| RehearsalError::Unreachable { path: path.into(), why: chain(&e) };
        let began = Instant::now();
        let mut request = self.http.get(url);
        if path.starts_with("connect") {
            request = request.header("Exotel-Version", "1.0");
        }
        let answer = request.send().await.map_err(unreachable)?;
        let status = answer.status().as_u16();
        let header = answer.headers().get("content-type").and_then(|v| v.to_str().ok());
        let content_type = header.unwrap_or_default().to_owned();
        let body = answer.text().await.map_err(unreachable)?;
        let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        if ms > PATIENCE_MS {
            notes.broke(Violation::Slow { path: path.into(), ms });
        }
        Ok(Answer { status, content_type, body, ms })
    }

    /// A URL that the server gave, at the address that can be reached from here.
    pub(super) fn reachable(&self, given: &str) -> Option<Url> {
        let mut url: Url = given.parse().ok()?;
        url.set_scheme(self.root.scheme()).ok()?;
        url.set_host(self.root.host_str()).ok()?;
        url.set_port(self.root.port()).ok()?;
        Some(url)
    }

    fn common(&self, call_type: &str) -> String {
        let line = &self.line;
        let ist = TimeZone::fixed(Offset::constant(0).saturating_add(jiff::Span::new().minutes(330)));
        let written = |at: jiff::Timestamp| at.to_zoned(ist.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
        let passed = jiff::SignedDuration::try_from(self.began.elapsed()).unwrap_or_default();
        let (began, now) = (written(line.at), written(line.at.checked_add(passed).unwrap_or(line.at)));
        let number = |n: &str| escape(&line.knobs.num_format.write(n));
        COMMON
            .replace("@call", &escape(&line.call_sid))
            .replace("@from", &number(&line.from))
            .replace("@to", &number(&line.to))
            .replace("@began", &escape(&began))
            .replace("@now", &escape(&now))
            .replace("@type", call_type)
    }

    fn stream_params(&self, at: &StreamAt, outcome: &Outcome) -> String {
        let (status, by) = match outcome.ended_by {
            EndedBy::Bot => ("completed", "bot"),
            EndedBy::Caller => ("cancelled", "user"),
            EndedBy::NoStream => ("failed", "NA"),
        };
        let duration = (outcome.stream_ms / 1_000).to_string();
        let mut all = vec![
            ("StreamSID", outcome.stream_sid.as_str()),
            ("Status", status),
            ("Duration", duration.as_str()),
            ("StreamUrl", at.given.as_str()),
            ("DisconnectedBy", by),
        ];
        if outcome.ended_by == EndedBy::NoStream {
            all.push(match self.line.knobs.throttled {
                true => ("DetailedStatus", "Streaming_call_throttled"),
                false => ("Error", "3009 failed to establish ws conn"),
            });
        }
        let mut out = String::new();
        match self.line.knobs.stream_params {
            StreamParams::Flat => all.iter().for_each(|(k, v)| {
                // Writing to a string cannot fail.
                let _ = write!(out, "&Stream%5B{k}%5D={}", escape(v));
            }),
            StreamParams::Json => {
                let object: serde_json::Map<_, _> = all.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
                out = format!("&Stream={}", escape(&Value::Object(object).to_string()));
            }
        }
        out
    }
}

/// Percent-encodes one value of a query.
pub(super) fn escape(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// JSON has to say that it is JSON.
pub(super) fn json_type(path: &str, answer: &Answer, notes: &mut Notes) {
    if !answer.content_type.starts_with("application/json") {
        notes.broke(Violation::ContentType { path: path.into(), got: answer.content_type.clone() });
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(inner) = next {
        let _ = write!(text, ": {inner}");
        next = inner.source();
    }
    text
}
