//! Applet requests in, values out: lenient in every way in which Exotel's own
//! documents differ from each other and from what was seen. A field is never
//! required but `CallSid`, and even its absence is a value.

mod params;
mod times;

pub use params::Params;
pub use times::ist;

use caly_core::time::At;

/// What an applet says of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppletCall {
    /// The carrier's id of the call; `None` when absent, unresolved or not of
    /// the form `[A-Za-z0-9._-]{1,64}`.
    pub call_sid: Option<String>,
    /// The caller's number as sent.
    pub from: Option<String>,
    /// The dialled number as sent.
    pub to: Option<String>,
    /// `incoming`, `inbound`, `outbound-dial`, …: an open word.
    pub direction: Option<String>,
    /// `call-attempt`, `completed`, `client-hangup`, `incomplete`, `voicemail`.
    pub call_type: Option<String>,
    /// Open word.
    pub call_status: Option<String>,
    /// Open word.
    pub dial_call_status: Option<String>,
    /// Whom Connect dials or dialled.
    pub dial_whom: Option<String>,
    /// Keys of a Gather, without the quotes they come wrapped in.
    pub digits: Option<String>,
    /// When the call began.
    pub started_at: Option<At>,
    /// When it ended; the constant 1970 that flows send means "not yet".
    pub ended_at: Option<At>,
    /// Seconds of ringing and talk of the second leg.
    pub dial_duration_s: Option<i64>,
    /// Where a recording will be.
    pub recording_url: Option<String>,
    /// What became of the stream, on hooks behind a Voicebot.
    pub stream: Option<StreamEnd>,
}

/// What became of the audio stream, flat or as JSON in one key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreamEnd {
    /// The stream's id.
    pub stream_sid: Option<String>,
    /// `completed`, `cancelled`, `failed`: an open word.
    pub status: Option<String>,
    /// `bot`, `user`, `NA`: an open word.
    pub disconnected_by: Option<String>,
    /// Seconds.
    pub duration_s: Option<i64>,
    /// The carrier's words for a failure.
    pub error: Option<String>,
    /// Such as `Streaming_call_throttled`.
    pub detailed_status: Option<String>,
    /// Where the recording will be.
    pub recording_url: Option<String>,
}

impl StreamEnd {
    /// The stream failed or was refused: the caller never reached the agent.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.status.as_deref().is_some_and(|s| s.eq_ignore_ascii_case("failed"))
            || self.detailed_status.as_deref().is_some_and(|s| s.to_ascii_lowercase().contains("throttled"))
    }

    /// The caller hung up.
    #[must_use]
    pub fn caller_left(&self) -> bool {
        self.disconnected_by.as_deref().is_some_and(|s| s.eq_ignore_ascii_case("user"))
    }
}

impl AppletCall {
    /// Reads what is there.
    #[must_use]
    pub fn read(params: &Params) -> Self {
        let text = |names: &[&str]| params.first(names).map(str::to_owned);
        let time = |name| params.get(name).and_then(ist);
        Self {
            call_sid: params.get("CallSid").filter(|s| is_sid(s)).map(str::to_owned),
            from: text(&["CallFrom", "From"]),
            to: text(&["CallTo", "To"]),
            direction: text(&["Direction"]),
            call_type: text(&["CallType"]),
            call_status: text(&["CallStatus", "Status"]),
            dial_call_status: text(&["DialCallStatus"]),
            dial_whom: text(&["DialWhomNumber"]),
            digits: params.get("digits").map(|d| d.trim_matches('"').to_owned()).filter(|d| !d.is_empty()),
            started_at: time("StartTime").or_else(|| time("Created")),
            ended_at: time("EndTime"),
            dial_duration_s: params.get("DialCallDuration").and_then(|n| n.parse().ok()),
            recording_url: text(&["RecordingUrl"]),
            stream: StreamEnd::read(params),
        }
    }
}

impl StreamEnd {
    fn read(params: &Params) -> Option<Self> {
        let fields = params.nested("Stream");
        if fields.is_empty() {
            return None;
        }
        let text = |name: &str| fields.get(name).map(str::to_owned);
        Some(Self {
            stream_sid: text("StreamSID"),
            status: text("Status"),
            disconnected_by: text("DisconnectedBy"),
            duration_s: fields.get("Duration").and_then(|n| n.parse().ok()),
            error: text("Error"),
            detailed_status: text("DetailedStatus"),
            recording_url: text("RecordingUrl"),
        })
    }
}

fn is_sid(sid: &str) -> bool {
    (1..=64).contains(&sid.len()) && sid.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

#[cfg(test)]
mod tests;
