//! The audio socket's text frames (Exotel's "AgentStream", the WebSocket of the
//! Voicebot applet): both JSON dialects in, a superset out. Numbers come as
//! numbers or as strings, ids in snake or camel case, and a frame that says
//! something unknown is not an error.

mod chunk;
mod encode;
mod inflow;
mod loose;
mod wire;

pub use chunk::{Chunker, chunk_bytes};
pub use encode::{Dialect, Encoder};
pub use inflow::Inflow;

use wire::Envelope;

/// A frame that cannot be read; the call goes on without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Not JSON of the protocol's shape.
    #[error("a frame is not valid: {0}")]
    Json(String),
    /// The payload is not base64.
    #[error("a media payload is not base64")]
    Payload,
    /// An event without its body.
    #[error("a {0} frame has no body")]
    NoBody(&'static str),
}

/// One frame from the carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// The socket stands.
    Connected,
    /// The call's data; sound follows.
    Start(Start),
    /// Sound was decoded into the caller's buffer.
    Media {
        /// The frame's number, as the carrier counts.
        sequence: Option<u64>,
        /// Where it begins in the stream, ms, as the carrier counts.
        timestamp: Option<u64>,
    },
    /// A key; `None` for one that telephones do not have.
    Key(Option<char>),
    /// All sound before this mark was played.
    Mark(String),
    /// The carrier ends the stream; its reason, an open word.
    Stop(Option<String>),
    /// An event we do not know: ignored and counted.
    Other,
}

/// What `start` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    /// The stream's id, to be sent back with everything.
    pub stream_sid: String,
    /// The carrier's call id.
    pub call_sid: Option<String>,
    /// The account's slug.
    pub account_sid: Option<String>,
    /// The caller's number as sent.
    pub from: Option<String>,
    /// The dialled number as sent.
    pub to: Option<String>,
    /// Samples a second, as announced; the address that we minted and the
    /// bytes that arrive know better.
    pub sample_rate: Option<u32>,
}

/// Reads one text frame. Sound is decoded into `audio`, which is cleared first
/// and reused from frame to frame; for other frames it stays empty.
///
/// # Errors
/// [`FrameError`]; the frame is to be dropped and counted, the call goes on.
pub fn read(text: &str, audio: &mut Vec<u8>) -> Result<Frame, FrameError> {
    audio.clear();
    let envelope: Envelope = serde_json::from_str(text).map_err(|e| FrameError::Json(e.to_string()))?;
    match &*envelope.event {
        "media" => {
            let media = envelope.media.ok_or(FrameError::NoBody("media"))?;
            decode(&media.payload, audio)?;
            Ok(Frame::Media { sequence: envelope.sequence.0, timestamp: media.timestamp.0 })
        }
        "connected" => Ok(Frame::Connected),
        "start" => {
            let body = envelope.start.ok_or(FrameError::NoBody("start"))?;
            Ok(Frame::Start(body.into_start(envelope.stream_sid)?))
        }
        "dtmf" => {
            let body = envelope.dtmf.ok_or(FrameError::NoBody("dtmf"))?;
            Ok(Frame::Key(key(&body.digit.0)))
        }
        "mark" => {
            let body = envelope.mark.ok_or(FrameError::NoBody("mark"))?;
            Ok(Frame::Mark(body.name.into_owned()))
        }
        "stop" => Ok(Frame::Stop(envelope.stop.and_then(|s| s.reason).map(std::borrow::Cow::into_owned))),
        _ => Ok(Frame::Other),
    }
}

fn decode(payload: &str, audio: &mut Vec<u8>) -> Result<(), FrameError> {
    use base64_simd::{Out, STANDARD};
    let bytes = payload.as_bytes();
    let most = STANDARD.decoded_length(bytes).map_err(|_| FrameError::Payload)?;
    audio.resize(most, 0);
    let Ok(decoded) = STANDARD.decode(bytes, Out::from_slice(audio)) else {
        audio.clear();
        return Err(FrameError::Payload);
    };
    let length = decoded.len();
    audio.truncate(length);
    Ok(())
}

fn key(digit: &str) -> Option<char> {
    let mut chars = digit.trim().chars();
    match (chars.next(), chars.next()) {
        (Some(c @ ('0'..='9' | '*' | '#')), None) => Some(c),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
