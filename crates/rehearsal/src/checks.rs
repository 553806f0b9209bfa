//! The wire's rules for what a server sends, with their source in the
//! carrier's documents: chunks are 3,200 to 100,000 bytes and a multiple of
//! 320, audio runs at most 400 ms ahead of play-out, ids are echoed, nothing
//! comes after `stop`.

use serde::Serialize;
use serde_json::Value;

/// The smallest chunk in bytes; smaller ones are distorted.
pub const CHUNK_MIN: usize = 3_200;
/// The largest chunk in bytes; larger ones time out.
pub const CHUNK_MAX: usize = 100_000;
/// Chunks are a multiple of this many bytes; others leave gaps.
pub const CHUNK_STEP: usize = 320;
/// How far ahead of play-out a chunk may come, in ms, with one step of the
/// play-out clock as tolerance.
pub const LEAD_MAX_MS: u64 = 400 + 20;

/// A rule that the server broke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Violation {
    /// Not JSON, or without `event`.
    #[error("a message is not a JSON object with an event: {0}")]
    NotAMessage(String),
    /// A binary message; the wire is text.
    #[error("a binary message of {0} bytes; the wire is text")]
    Binary(usize),
    /// An event that a server may not send.
    #[error("a server does not send the event \"{0}\"")]
    UnknownEvent(String),
    /// The stream id is missing or another one.
    #[error("a {event} with stream id {got:?}")]
    StreamId {
        /// The message's event.
        event: String,
        /// The id in it.
        got: Option<String>,
    },
    /// The payload is missing or not base64.
    #[error("a media payload is not base64")]
    Base64,
    /// The length is not a multiple of [`CHUNK_STEP`].
    #[error("a chunk of {0} bytes is not a multiple of 320")]
    ChunkStep(usize),
    /// Shorter than [`CHUNK_MIN`].
    #[error("a chunk of {0} bytes is shorter than 3,200")]
    ChunkSmall(usize),
    /// Longer than [`CHUNK_MAX`].
    #[error("a chunk of {0} bytes is longer than 100,000")]
    ChunkLarge(usize),
    /// A mark without a name.
    #[error("a mark without a name")]
    MarkName,
    /// Sent before the stream's `start`.
    #[error("a {0} before the start of the stream")]
    BeforeStart(String),
    /// Sent after the caller's `stop`.
    #[error("a {0} after the stop of the stream")]
    AfterStop(String),
    /// Too far ahead of play-out.
    #[error("a chunk came {0} ms ahead of play-out")]
    Lead(u64),
    /// An applet's answer took longer than the carrier waits.
    #[error("{path} took {ms} ms")]
    Slow {
        /// Which applet.
        path: String,
        /// How long.
        ms: u64,
    },
    /// An applet answered with a status that the carrier has no branch for.
    #[error("{path} answered {status}")]
    Status {
        /// Which applet.
        path: String,
        /// The status.
        status: u16,
    },
    /// An applet answered JSON without saying so.
    #[error("{path} answered with content type {got:?}, not application/json")]
    ContentType {
        /// Which applet.
        path: String,
        /// What it said.
        got: String,
    },
    /// An applet's JSON has a wrong shape.
    #[error("{path}: {why}")]
    Shape {
        /// Which applet.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// The caller waited for an answer that did not come.
    #[error("no answer within {0} ms")]
    NoReply(u64),
}

/// A server's message, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromServer {
    /// Signed 16-bit little-endian audio as samples.
    Media(Vec<i16>),
    /// Tell me when you have played so far.
    Mark(String),
    /// Drop what is queued.
    Clear,
}

/// Where the stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Before `start`.
    Opening,
    /// Between `start` and `stop`.
    Open,
    /// After `stop`.
    Stopped,
}

/// Reads a message and names every rule that it breaks. `queued_ms` is the
/// audio that waits for play-out before this message.
#[must_use]
pub fn read(text: &str, stream_sid: &str, phase: Phase, queued_ms: u64) -> (Option<FromServer>, Vec<Violation>) {
    let value: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    let Some(event) = value["event"].as_str().map(ToOwned::to_owned) else {
        return (None, vec![Violation::NotAMessage(text.chars().take(80).collect())]);
    };
    let mut broken = Vec::new();
    match phase {
        Phase::Opening => broken.push(Violation::BeforeStart(event.clone())),
        Phase::Stopped => broken.push(Violation::AfterStop(event.clone())),
        Phase::Open => {}
    }
    let ids: Vec<&Value> = ["stream_sid", "streamSid"].iter().map(|k| &value[*k]).filter(|v| !v.is_null()).collect();
    if ids.is_empty() || ids.iter().any(|v| v.as_str() != Some(stream_sid)) {
        let got = ids.first().map(|v| v.as_str().map_or_else(|| v.to_string(), ToOwned::to_owned));
        broken.push(Violation::StreamId { event: event.clone(), got });
    }
    let read = match event.as_str() {
        "media" => media(&value, queued_ms, &mut broken),
        "mark" => mark(&value, &mut broken),
        "clear" => Some(FromServer::Clear),
        _ => {
            broken.push(Violation::UnknownEvent(event));
            None
        }
    };
    (read, broken)
}

fn media(value: &Value, queued_ms: u64, broken: &mut Vec<Violation>) -> Option<FromServer> {
    let payload = value["media"]["payload"].as_str().unwrap_or_default();
    let bytes = match base64_simd::STANDARD.decode_to_vec(payload) {
        Ok(bytes) if !bytes.is_empty() => bytes,
        _ => {
            broken.push(Violation::Base64);
            return None;
        }
    };
    if !bytes.len().is_multiple_of(CHUNK_STEP) {
        broken.push(Violation::ChunkStep(bytes.len()));
    }
    if bytes.len() < CHUNK_MIN {
        broken.push(Violation::ChunkSmall(bytes.len()));
    }
    if bytes.len() > CHUNK_MAX {
        broken.push(Violation::ChunkLarge(bytes.len()));
    }
    if queued_ms > LEAD_MAX_MS {
        broken.push(Violation::Lead(queued_ms));
    }
    Some(FromServer::Media(bytes.as_chunks::<2>().0.iter().map(|b| i16::from_le_bytes(*b)).collect()))
}

fn mark(value: &Value, broken: &mut Vec<Violation>) -> Option<FromServer> {
    let name = value["mark"]["name"].as_str().filter(|n| !n.is_empty());
    if name.is_none() {
        broken.push(Violation::MarkName);
    }
    name.map(|n| FromServer::Mark(n.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(bytes: usize) -> String {
        let payload = base64_simd::STANDARD.encode_to_string(vec![1_u8; bytes]);
        format!(r#"{{"event":"media","stream_sid":"S","streamSid":"S","media":{{"payload":"{payload}"}}}}"#)
    }

    fn broken(text: &str, phase: Phase, queued: u64) -> Vec<Violation> {
        read(text, "S", phase, queued).1
    }

    #[test]
    fn a_good_chunk_a_mark_and_a_clear_break_nothing() {
        let (got, none) = read(&chunk(3_200), "S", Phase::Open, 400);
        assert!(none.is_empty());
        assert_eq!(got, Some(FromServer::Media(vec![257; 1_600])));
        let mark = r#"{"event":"mark","stream_sid":"S","mark":{"name":"t1"}}"#;
        assert_eq!(read(mark, "S", Phase::Open, 0), (Some(FromServer::Mark("t1".into())), vec![]));
        let clear = r#"{"event":"clear","streamSid":"S"}"#;
        assert_eq!(read(clear, "S", Phase::Open, 0), (Some(FromServer::Clear), vec![]));
    }

    #[test]
    fn each_rule_of_a_chunk_is_checked() {
        assert_eq!(broken(&chunk(3_300), Phase::Open, 0), [Violation::ChunkStep(3_300)]);
        assert_eq!(broken(&chunk(640), Phase::Open, 0), [Violation::ChunkSmall(640)]);
        assert_eq!(broken(&chunk(100_160), Phase::Open, 0), [Violation::ChunkLarge(100_160)]);
        assert_eq!(broken(&chunk(3_200), Phase::Open, 900), [Violation::Lead(900)]);
        let bad = r#"{"event":"media","stream_sid":"S","media":{"payload":"%%"}}"#;
        assert_eq!(broken(bad, Phase::Open, 0), [Violation::Base64]);
    }

    #[test]
    fn ids_phases_and_events_are_checked() {
        let clear = r#"{"event":"clear","stream_sid":"S"}"#;
        assert_eq!(broken(clear, Phase::Opening, 0), [Violation::BeforeStart("clear".into())]);
        assert_eq!(broken(clear, Phase::Stopped, 0), [Violation::AfterStop("clear".into())]);
        let other = r#"{"event":"clear","stream_sid":"S","streamSid":"X"}"#;
        assert!(matches!(broken(other, Phase::Open, 0)[..], [Violation::StreamId { .. }]));
        assert!(matches!(broken(r#"{"event":"clear"}"#, Phase::Open, 0)[..], [Violation::StreamId { got: None, .. }]));
        let dtmf = r#"{"event":"dtmf","stream_sid":"S"}"#;
        assert_eq!(broken(dtmf, Phase::Open, 0), [Violation::UnknownEvent("dtmf".into())]);
        let mark = r#"{"event":"mark","stream_sid":"S","mark":{}}"#;
        assert_eq!(broken(mark, Phase::Open, 0), [Violation::MarkName]);
        assert!(matches!(broken("hello", Phase::Open, 0)[..], [Violation::NotAMessage(_)]));
    }
}
