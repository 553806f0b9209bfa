//! What the carrier's applets send over HTTP: GET with the facts in the query
//! (telephony contract §1.0, §1.1, §1.8).

use super::{fill, text};
use crate::knobs::{Knobs, NumberFormat, StreamParams};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// Inside a flow the end is this constant.
const HOOK: &str = "CallSid=<sid>&CallFrom=<from>&CallTo=<to>&From=<from>&To=<to>&CallStatus=in-progress\
    &Direction=incoming&Created=<created>&DialCallDuration=<dialled_s>&StartTime=<created>\
    &EndTime=1970-01-01+05%3A30%3A00&CallType=<type>&DialWhomNumber=<whom>&flow_id=1024001&CurrentTime=<now>";

const STREAM_FLAT: &str = "&Stream%5BStreamSID%5D=<stream>&Stream%5BStatus%5D=<status>&Stream%5BDuration%5D=<seconds>\
    &Stream%5BStreamUrl%5D=<url>&Stream%5BDisconnectedBy%5D=<by>";
const STREAM_FAILED: &str = "&Stream%5BError%5D=<error>&Stream%5BDetailedStatus%5D=<detail>";
const STREAM_JSON: &str =
    r#"{"StreamSID":<stream>,"Status":<status>,"Duration":<seconds>,"StreamUrl":<url>,"DisconnectedBy":<by>}"#;
const STREAM_JSON_FAILED: &str = r#"{"StreamSID":<stream>,"Status":<status>,"Duration":<seconds>,"StreamUrl":<url>,"DisconnectedBy":<by>,"Error":<error>,"DetailedStatus":<detail>}"#;

/// What every hook tells.
#[derive(Debug, Clone)]
pub struct HookFacts<'a> {
    /// Call id.
    pub sid: &'a str,
    /// Caller, E.164.
    pub from: &'a str,
    /// Dialled number, E.164.
    pub to: &'a str,
    /// When the call came in.
    pub created: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// `call-attempt`, `completed`, `client-hangup`, `incomplete`.
    pub call_type: &'a str,
    /// Who was dialled, or nothing.
    pub whom: &'a str,
    /// Seconds of the second leg, ringing included.
    pub dialled_s: u64,
}

/// How a stream ended, in the carrier's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreamEnd {
    /// Stream id; empty when it never began.
    pub stream: String,
    /// `completed`, `cancelled` or `failed`.
    pub status: &'static str,
    /// `bot`, `user` or `NA`.
    pub by: &'static str,
    /// Length, seconds.
    pub seconds: u64,
    /// Where it went.
    pub url: String,
    /// Of a failed one: error and detailed status.
    pub failure: Option<(String, &'static str)>,
}

/// The query of a hook, without a question mark.
#[must_use]
pub fn hook_query(facts: &HookFacts<'_>, knobs: &Knobs) -> String {
    let values = [
        ("sid", encoded(facts.sid)),
        ("from", encoded(&dial_digits(facts.from, knobs.num_format))),
        ("to", encoded(&dial_digits(facts.to, knobs.num_format))),
        ("created", encoded(&ist(facts.created))),
        ("now", encoded(&ist(facts.now))),
        ("type", encoded(facts.call_type)),
        ("whom", encoded(facts.whom)),
        ("dialled_s", facts.dialled_s.to_string()),
    ];
    fill(HOOK, &borrowed(&values))
}

/// What the Passthru behind the bot adds; begins with `&`.
#[must_use]
pub fn stream_params(end: &StreamEnd, shape: StreamParams) -> String {
    let (error, detail) = end.failure.clone().unwrap_or_default();
    let seconds = end.seconds.to_string();
    let fields = [
        ("stream", end.stream.as_str()),
        ("status", end.status),
        ("seconds", &seconds),
        ("url", &end.url),
        ("by", end.by),
        ("error", &error),
        ("detail", detail),
    ];
    match shape {
        StreamParams::Flat => {
            let values = fields.map(|(n, v)| (n, encoded(v)));
            let failed = if end.failure.is_some() { STREAM_FAILED } else { "" };
            fill(&format!("{STREAM_FLAT}{failed}"), &borrowed(&values))
        }
        StreamParams::Json => {
            let values = fields.map(|(n, v)| (n, text(v)));
            let template = if end.failure.is_some() { STREAM_JSON_FAILED } else { STREAM_JSON };
            format!("&Stream={}", encoded(&fill(template, &borrowed(&values))))
        }
    }
}

/// The fields of a status callback.
#[must_use]
pub fn status_fields(facts: &HookFacts<'_>, knobs: &Knobs) -> Vec<(&'static str, String)> {
    vec![
        ("CallSid", facts.sid.to_owned()),
        ("DateUpdated", ist(facts.now)),
        ("EventType", "terminal".to_owned()),
        ("Status", "completed".to_owned()),
        ("From", dial_digits(facts.from, knobs.num_format)),
        ("To", dial_digits(facts.to, knobs.num_format)),
        ("Direction", "inbound".to_owned()),
        ("StartTime", ist(facts.created)),
        ("EndTime", ist(facts.now)),
        ("RecordingUrl", String::new()),
    ]
}

/// Naive Indian time, as the carrier writes it.
#[must_use]
pub fn ist(at: Timestamp) -> String {
    let india = TimeZone::fixed(Offset::constant(0) + jiff::SignedDuration::from_mins(330));
    at.to_zoned(india).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A number as the carrier writes it; only Indian ones have a zero form.
#[must_use]
pub fn dial_digits(e164: &str, format: NumberFormat) -> String {
    match (format, e164.strip_prefix("+91")) {
        (NumberFormat::Zero, Some(national)) => format!("0{national}"),
        _ => e164.to_owned(),
    }
}

fn encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

fn borrowed<'a, const N: usize>(values: &'a [(&'a str, String); N]) -> [(&'a str, &'a str); N] {
    std::array::from_fn(|i| (values[i].0, values[i].1.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> HookFacts<'static> {
        HookFacts {
            sid: "c1",
            from: "+919812345678",
            to: "+918047491899",
            created: "2026-11-23T18:29:59Z".parse().unwrap(),
            now: "2026-11-23T18:30:00Z".parse().unwrap(),
            call_type: "call-attempt",
            whom: "",
            dialled_s: 0,
        }
    }

    #[test]
    fn the_query_word_for_word() {
        let query = hook_query(&facts(), &Knobs::default());
        assert_eq!(
            query,
            "CallSid=c1&CallFrom=%2B919812345678&CallTo=%2B918047491899&From=%2B919812345678&To=%2B918047491899\
             &CallStatus=in-progress&Direction=incoming&Created=2026-11-23+23%3A59%3A59&DialCallDuration=0\
             &StartTime=2026-11-23+23%3A59%3A59&EndTime=1970-01-01+05%3A30%3A00&CallType=call-attempt\
             &DialWhomNumber=&flow_id=1024001&CurrentTime=2026-11-24+00%3A00%3A00"
        );
        let zero = Knobs { num_format: NumberFormat::Zero, ..Knobs::default() };
        assert!(hook_query(&facts(), &zero).contains("CallFrom=09812345678&CallTo=08047491899"));
    }

    #[test]
    fn the_stream_is_told_flat_or_as_json() {
        let end = StreamEnd {
            stream: "S".into(),
            status: "completed",
            by: "bot",
            seconds: 28,
            url: "wss://h/x?sample-rate=16000".into(),
            failure: None,
        };
        let flat = stream_params(&end, StreamParams::Flat);
        assert!(flat.starts_with("&Stream%5BStreamSID%5D=S&Stream%5BStatus%5D=completed&Stream%5BDuration%5D=28"));
        assert!(flat.ends_with("&Stream%5BDisconnectedBy%5D=bot"));
        let json = stream_params(&end, StreamParams::Json);
        let (_, value) = form_urlencoded::parse(&json.as_bytes()[1..]).next().unwrap();
        let value: serde_json::Value = serde_json::from_str(&value).unwrap();
        assert_eq!((&value["Duration"], &value["DisconnectedBy"]), (&"28".into(), &"bot".into()));
        let failed = StreamEnd { failure: Some(("3009 failed".into(), "Streaming_call_throttled")), ..end };
        assert!(stream_params(&failed, StreamParams::Flat).contains("&Stream%5BError%5D=3009+failed"));
        assert!(stream_params(&failed, StreamParams::Json).contains("Streaming_call_throttled"));
    }
}
