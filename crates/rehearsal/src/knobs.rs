//! How this carrier behaves: every variant that has been seen on the wire, and
//! every fault that a server must survive.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Spelling of keys on the socket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// `stream_sid`, as documented.
    #[default]
    Snake,
    /// `streamSid`, as in the carrier's newer samples.
    Camel,
}

/// How whole numbers are written on the socket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbers {
    /// `"3"`.
    #[default]
    String,
    /// `3`.
    Int,
}

/// Length of the audio frames that we send.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrameLength {
    /// 20 ms.
    Ms20,
    /// 100 ms, as documented.
    #[default]
    Ms100,
    /// 20, 100, 60, 20, 40 ms in turn.
    Mixed,
}

/// How phone numbers are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// `+919812345678`.
    #[default]
    E164,
    /// `09812345678`.
    Zero,
}

/// How the Passthru behind the bot tells of the stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamParams {
    /// `Stream[Status]=…`.
    #[default]
    Flat,
    /// `Stream={"Status":…}`.
    Json,
}

/// Body of a status callback after the call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusBody {
    /// None is sent: the rule for incoming flow calls.
    #[default]
    Unsent,
    /// `multipart/form-data`.
    Multipart,
    /// `application/x-www-form-urlencoded`.
    Urlencoded,
    /// `application/json`.
    Json,
    /// A POST without a body.
    Empty,
}

/// A speakerphone: our own audio comes back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LineEcho {
    /// Delay, ms; 100-500 is usual.
    pub delay_ms: u32,
    /// Loudness relative to what was played, dB; −15 to −30 is usual.
    pub db: f32,
}

/// A person whom the flow dials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leg {
    /// Picks up and talks.
    Answers {
        /// Ringing, ms.
        after_ms: u64,
        /// Conversation, ms.
        talks_ms: u64,
    },
    /// Engaged.
    Busy,
    /// Rings until the carrier gives up.
    NoAnswer,
}

/// What counts as wrong. The defaults are the wire documents' rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Smallest chunk in bytes; `None` is 3,200, and 1,600 at 8 kHz.
    pub min_chunk: Option<usize>,
    /// Largest chunk, bytes.
    pub max_chunk: usize,
    /// Most audio queued here ahead of play-out, ms.
    pub max_lead_ms: u64,
    /// An applet's answer later than this is a violation, ms.
    pub slow_answer_ms: u64,
    /// What still arrives so long after `stop` was on its way, ms.
    pub stop_grace_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { min_chunk: None, max_chunk: 100_000, max_lead_ms: 400, slow_answer_ms: 5_000, stop_grace_ms: 500 }
    }
}

impl Limits {
    /// The smallest chunk at a rate, bytes.
    #[must_use]
    pub fn min_chunk_at(&self, rate: u32) -> usize {
        self.min_chunk.unwrap_or(if rate == 8_000 { 1_600 } else { 3_200 })
    }
}

/// Which clock the call runs by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pace {
    /// The wall's.
    #[default]
    Real,
    /// tokio's paused clock. It runs ahead whenever the runtime is idle, also
    /// while other threads (a database, a recogniser) still work; so each frame
    /// holds it for this much real time, and a request until its answer.
    Virtual {
        /// Real time given per frame.
        breath: Duration,
    },
}

/// All settings; [`Knobs::default`] is a well-behaved documented carrier.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Knobs {
    /// Spelling of keys.
    pub dialect: Dialect,
    /// Numbers as strings or integers.
    pub numbers: Numbers,
    /// Length of our frames.
    pub frame: FrameLength,
    /// Instead of the stream URL's `sample-rate`, for what we send and play: a
    /// carrier that ignores the wish. Hz.
    pub rate: Option<u32>,
    /// Spelling of phone numbers.
    pub num_format: NumberFormat,
    /// The Passthru's stream parameters.
    pub stream_params: StreamParams,
    /// The status callback.
    pub status_body: StatusBody,
    /// Every HTTP hook is sent so many times more, all at once; the answers
    /// must be the same.
    pub dup: u32,
    /// The Passthru behind the bot comes before the caller's hang-up is told on
    /// the socket.
    pub reorder: bool,
    /// The socket breaks without `stop` when the caller hangs up.
    pub drop_stop: bool,
    /// After so many ms we neither read nor write, and keep the socket.
    pub half_dead_after_ms: Option<u64>,
    /// The first handshake is abandoned after the upgrade, then tried again.
    pub handshake_fail_once: bool,
    /// Marks are never echoed.
    pub no_marks: bool,
    /// `clear` returns the marks that were waiting.
    pub marks_on_clear: bool,
    /// The stream is refused for want of capacity.
    pub throttle: bool,
    /// Every n-th frame loses its last byte.
    pub odd_bytes_every: Option<u32>,
    /// Every n-th frame is followed by one with broken base64.
    pub bad_base64_every: Option<u32>,
    /// Every n-th frame is sent twice with the same numbers.
    pub duplicate_every: Option<u32>,
    /// A speakerphone.
    pub echo: Option<LineEcho>,
    /// The caller's voice is cut to 300-3,400 Hz.
    pub telephone_band: bool,
    /// Noise on the caller's line, dB below full scale (e.g. −60).
    pub noise_db: Option<f32>,
    /// The stream is cut after so many ms (60 minutes on the real carrier).
    pub cap_ms: Option<u64>,
    /// Without the `Exotel-Version` header.
    pub header_missing: bool,
    /// So many Connect requests at once; the answers must be the same.
    pub connect_polls: u32,
    /// People, in the order in which they are dialled; then nobody answers.
    pub legs: Vec<Leg>,
    /// What counts as wrong.
    pub limits: Limits,
}
