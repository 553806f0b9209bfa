//! What the carrier says on the socket: `connected`, `start`, `media`, `dtmf`,
//! `mark`, `stop`, in both spellings (telephony contract §2.2).

use super::{fill, text};
use crate::knobs::{Dialect, Numbers};

const CONNECTED: &str = r#"{"event":"connected"}"#;

const START: [&str; 2] = [
    r#"{"event":"start","sequence_number":<seq>,"stream_sid":<stream>,"start":{"stream_sid":<stream>,"call_sid":<call>,"account_sid":<account>,"from":<from>,"to":<to>,"custom_parameters":<custom>,"media_format":{"encoding":"raw","sample_rate":<rate>,"bit_rate":"128"}}}"#,
    r#"{"event":"start","sequenceNumber":<seq>,"streamSid":<stream>,"start":{"streamSid":<stream>,"callSid":<call>,"accountSid":<account>,"from":<from>,"to":<to>,"customParameters":<custom>,"mediaFormat":{"encoding":"audio/x-raw","sampleRate":<rate>,"bitRate":"128kbps"}}}"#,
];
const MEDIA: [&str; 2] = [
    r#"{"event":"media","sequence_number":<seq>,"stream_sid":<stream>,"media":{"chunk":<chunk>,"timestamp":<ms>,"payload":"<payload>"}}"#,
    r#"{"event":"media","sequenceNumber":<seq>,"streamSid":<stream>,"media":{"chunk":<chunk>,"timestamp":<ms>,"payload":"<payload>"}}"#,
];
const DTMF: [&str; 2] = [
    r#"{"event":"dtmf","sequence_number":<seq>,"stream_sid":<stream>,"dtmf":{"digit":<digit>,"duration":<ms>}}"#,
    r#"{"event":"dtmf","sequenceNumber":<seq>,"streamSid":<stream>,"dtmf":{"digit":<digit>,"duration":<ms>}}"#,
];
const MARK: [&str; 2] = [
    r#"{"event":"mark","sequence_number":<seq>,"stream_sid":<stream>,"mark":{"name":<name>}}"#,
    r#"{"event":"mark","sequenceNumber":<seq>,"streamSid":<stream>,"mark":{"name":<name>}}"#,
];
const STOP: [&str; 2] = [
    r#"{"event":"stop","sequence_number":<seq>,"stream_sid":<stream>,"stop":{"call_sid":<call>,"account_sid":<account>,"reason":<reason>}}"#,
    r#"{"event":"stop","sequenceNumber":<seq>,"streamSid":<stream>,"stop":{"callSid":<call>,"accountSid":<account>,"reason":<reason>}}"#,
];

/// Who speaks on a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamIds {
    /// Stream id.
    pub stream: String,
    /// Call id.
    pub call: String,
    /// Account slug.
    pub account: String,
    /// Caller, as the carrier writes numbers.
    pub from: String,
    /// Dialled number, likewise.
    pub to: String,
    /// Pairs of the stream URL's query.
    pub custom: Vec<(String, String)>,
    /// Sample rate, Hz.
    pub rate: u32,
}

/// Writes one stream's messages and counts them.
pub struct Outgoing {
    ids: StreamIds,
    dialect: Dialect,
    numbers: Numbers,
    stream: String,
    sequence: u64,
    chunk: u64,
    last: String,
}

impl Outgoing {
    /// A stream that has said nothing yet.
    #[must_use]
    pub fn new(ids: StreamIds, dialect: Dialect, numbers: Numbers) -> Self {
        let stream = text(&ids.stream);
        Self { ids, dialect, numbers, stream, sequence: 0, chunk: 0, last: String::new() }
    }

    /// `connected`; it carries no number.
    #[must_use]
    pub fn connected(&self) -> String {
        CONNECTED.to_owned()
    }

    /// `start`.
    pub fn start(&mut self) -> String {
        let ids = self.ids.clone();
        let custom = serde_json::to_string(&ids.custom.into_iter().collect::<std::collections::BTreeMap<_, _>>());
        let values = [
            ("call", text(&ids.call)),
            ("account", text(&ids.account)),
            ("from", text(&ids.from)),
            ("to", text(&ids.to)),
            ("custom", custom.unwrap_or_else(|_| "{}".to_owned())),
            ("rate", self.number(u64::from(ids.rate))),
        ];
        self.write(&START, &values)
    }

    /// `media`: a payload in base64 that begins `ms` after the stream did.
    pub fn media(&mut self, payload: &str, ms: u64) -> String {
        self.chunk += 1;
        let values = [("chunk", self.number(self.chunk)), ("ms", self.number(ms)), ("payload", payload.to_owned())];
        let written = self.write(&MEDIA, &values);
        self.last.clone_from(&written);
        written
    }

    /// The last `media` again, with the same numbers.
    #[must_use]
    pub fn media_again(&self) -> String {
        self.last.clone()
    }

    /// `dtmf`: a key of 100 ms.
    pub fn dtmf(&mut self, digit: char) -> String {
        let values = [("digit", text(&digit.to_string())), ("ms", self.number(100))];
        self.write(&DTMF, &values)
    }

    /// `mark`: all audio before it has been played.
    pub fn mark(&mut self, name: &str) -> String {
        self.write(&MARK, &[("name", text(name))])
    }

    /// `stop`: `callended` when the caller hung up, `stopped` otherwise.
    pub fn stop(&mut self, reason: &str) -> String {
        let values = [("call", text(&self.ids.call)), ("account", text(&self.ids.account)), ("reason", text(reason))];
        self.write(&STOP, &values)
    }

    fn number(&self, value: u64) -> String {
        match self.numbers {
            Numbers::String => format!("\"{value}\""),
            Numbers::Int => value.to_string(),
        }
    }

    fn write(&mut self, templates: &[&str; 2], values: &[(&str, String)]) -> String {
        self.sequence += 1;
        let template = templates[usize::from(self.dialect == Dialect::Camel)];
        let sequence = self.number(self.sequence);
        let mut all = vec![("seq", sequence.as_str()), ("stream", self.stream.as_str())];
        all.extend(values.iter().map(|(n, v)| (*n, v.as_str())));
        fill(template, &all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn ids() -> StreamIds {
        StreamIds {
            stream: "S".into(),
            call: "C".into(),
            account: "acme1m".into(),
            from: "+919812345678".into(),
            to: "+918047491899".into(),
            custom: vec![("t".into(), "tok".into())],
            rate: 8_000,
        }
    }

    fn read(s: &str) -> Value {
        serde_json::from_str(s).unwrap()
    }

    #[test]
    fn the_documented_spelling_word_for_word() {
        let mut out = Outgoing::new(ids(), Dialect::Snake, Numbers::String);
        assert_eq!(out.connected(), r#"{"event":"connected"}"#);
        assert_eq!(
            read(&out.start()),
            json!({"event":"start","sequence_number":"1","stream_sid":"S","start":{"stream_sid":"S","call_sid":"C",
                "account_sid":"acme1m","from":"+919812345678","to":"+918047491899","custom_parameters":{"t":"tok"},
                "media_format":{"encoding":"raw","sample_rate":"8000","bit_rate":"128"}}})
        );
        assert_eq!(
            out.media("AAA=", 0),
            r#"{"event":"media","sequence_number":"2","stream_sid":"S","media":{"chunk":"1","timestamp":"0","payload":"AAA="}}"#
        );
        assert!(out.media_again().contains(r#""sequence_number":"2""#));
        assert_eq!(
            out.dtmf('#'),
            r##"{"event":"dtmf","sequence_number":"3","stream_sid":"S","dtmf":{"digit":"#","duration":"100"}}"##
        );
        assert_eq!(read(&out.mark("t\"1"))["mark"]["name"], "t\"1");
        assert_eq!(read(&out.stop("callended"))["stop"]["reason"], "callended");
    }

    #[test]
    fn the_newer_spelling_with_bare_numbers() {
        let mut out = Outgoing::new(ids(), Dialect::Camel, Numbers::Int);
        let start = read(&out.start());
        assert_eq!(start["sequenceNumber"], 1);
        assert_eq!(start["start"]["callSid"], "C");
        assert_eq!(start["start"]["mediaFormat"]["sampleRate"], 8_000);
        assert_eq!(read(&out.media("", 200))["media"]["timestamp"], 200);
        assert!(!out.stop("stopped").contains("_sid"));
    }
}
