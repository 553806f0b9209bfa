//! The judge of what the server sends on the socket (telephony contract §2.3,
//! §2.4, conformance case 10).

use super::{Found, Rule};
use crate::audio::from_bytes;
use crate::knobs::Limits;
use serde_json::Value;
use std::collections::HashSet;

/// What a message means for the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Audio to be queued.
    Audio(Vec<i16>),
    /// A mark to be queued.
    Mark(String),
    /// What is queued is to be dropped.
    Clear,
    /// Nothing that a carrier could use.
    Nothing,
}

/// One stream's judge.
pub struct StreamJudge {
    stream: String,
    rate: u32,
    limits: Limits,
    started: bool,
    stopped_at: Option<u64>,
    marks: HashSet<String>,
}

impl StreamJudge {
    /// For a stream of this id and rate.
    #[must_use]
    pub fn new(stream: &str, rate: u32, limits: Limits) -> Self {
        Self { stream: stream.to_owned(), rate, limits, started: false, stopped_at: None, marks: HashSet::new() }
    }

    /// We said `start`.
    pub fn started(&mut self) {
        self.started = true;
    }

    /// We said `stop`, `at_ms` after the call began.
    pub fn stopped(&mut self, at_ms: u64) {
        self.stopped_at.get_or_insert(at_ms);
    }

    /// A mark was returned or dropped; its name is free again.
    pub fn mark_done(&mut self, name: &str) {
        self.marks.remove(name);
    }

    /// Reads one message, notes what is wrong with it, and says what the line
    /// does about it.
    pub fn message(&mut self, text: &str, at_ms: u64, found: &mut Found) -> Heard {
        if !self.started {
            found.add(Rule::BeforeStart, at_ms, clip(text));
        }
        if self.stopped_at.is_some_and(|stop| at_ms > stop + self.limits.stop_grace_ms) {
            found.add(Rule::AfterStop, at_ms, clip(text));
        }
        let Ok(message) = serde_json::from_str::<Value>(text) else {
            found.add(Rule::UnknownMessage, at_ms, format!("not JSON: {}", clip(text)));
            return Heard::Nothing;
        };
        let event = message["event"].as_str().unwrap_or_default();
        if !matches!(event, "media" | "mark" | "clear") {
            found.add(Rule::UnknownMessage, at_ms, clip(text));
            return Heard::Nothing;
        }
        self.judge_id(&message, at_ms, found);
        match event {
            "media" => self.media(&message, at_ms, found),
            "mark" => self.mark(&message, at_ms, found),
            _ => Heard::Clear,
        }
    }

    /// `queued_ms` of audio are ahead of play-out after a chunk was queued.
    pub fn judge_lead(&self, queued_ms: u64, at_ms: u64, found: &mut Found) {
        if queued_ms > self.limits.max_lead_ms {
            found.add(Rule::Lead, at_ms, format!("{queued_ms} ms queued, at most {}", self.limits.max_lead_ms));
        }
    }

    fn judge_id(&self, message: &Value, at_ms: u64, found: &mut Found) {
        let sent: Vec<&Value> = ["stream_sid", "streamSid"].iter().filter_map(|k| message.get(k)).collect();
        if sent.is_empty() {
            found.add(Rule::StreamId, at_ms, "neither stream_sid nor streamSid");
        }
        for id in sent.into_iter().filter(|id| id.as_str() != Some(&self.stream)) {
            found.add(Rule::StreamId, at_ms, format!("{id} instead of {:?}", self.stream));
        }
    }

    fn media(&self, message: &Value, at_ms: u64, found: &mut Found) -> Heard {
        let Some(payload) = message["media"]["payload"].as_str() else {
            found.add(Rule::Malformed, at_ms, "media without a payload string");
            return Heard::Nothing;
        };
        let Ok(bytes) = base64_simd::STANDARD.decode_to_vec(payload) else {
            found.add(Rule::Base64, at_ms, clip(payload));
            return Heard::Nothing;
        };
        self.judge_size(bytes.len(), at_ms, found);
        Heard::Audio(from_bytes(&bytes))
    }

    fn judge_size(&self, bytes: usize, at_ms: u64, found: &mut Found) {
        let smallest = self.limits.min_chunk_at(self.rate);
        if !bytes.is_multiple_of(320) {
            found.add(Rule::ChunkAlignment, at_ms, format!("{bytes} bytes"));
        }
        if bytes < smallest {
            found.add(Rule::ChunkTooSmall, at_ms, format!("{bytes} bytes, at least {smallest}"));
        }
        if bytes > self.limits.max_chunk {
            found.add(Rule::ChunkTooLarge, at_ms, format!("{bytes} bytes, at most {}", self.limits.max_chunk));
        }
    }

    fn mark(&mut self, message: &Value, at_ms: u64, found: &mut Found) -> Heard {
        let Some(name) = message["mark"]["name"].as_str().filter(|n| !n.is_empty()) else {
            found.add(Rule::Malformed, at_ms, "mark without a name");
            return Heard::Nothing;
        };
        if !self.marks.insert(name.to_owned()) {
            found.add(Rule::MarkReused, at_ms, name);
        }
        Heard::Mark(name.to_owned())
    }
}

fn clip(text: &str) -> String {
    text.chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn b64(bytes: usize) -> String {
        base64_simd::STANDARD.encode_to_string(vec![1u8; bytes])
    }

    fn media(bytes: usize) -> String {
        format!(r#"{{"event":"media","stream_sid":"S","streamSid":"S","media":{{"payload":"{}"}}}}"#, b64(bytes))
    }

    /// Rules broken by one message to a started stream.
    fn broken(text: &str) -> Vec<Rule> {
        let mut judge = StreamJudge::new("S", 16_000, Limits::default());
        judge.started();
        let mut found = Found::default();
        judge.message(text, 0, &mut found);
        found.list().iter().map(|v| v.rule).collect()
    }

    #[test]
    fn what_is_right_is_not_blamed() {
        assert!(broken(&media(3_200)).is_empty());
        assert!(broken(&media(96_000)).is_empty());
        assert!(broken(r#"{"event":"mark","stream_sid":"S","mark":{"name":"t1-1"}}"#).is_empty());
        assert!(broken(r#"{"event":"clear","streamSid":"S"}"#).is_empty());
    }

    #[test]
    fn every_rule_has_something_that_breaks_it() {
        let one = |text: &str| broken(text);
        assert_eq!(one(&media(3_300)), [Rule::ChunkAlignment]);
        assert_eq!(one(&media(640)), [Rule::ChunkTooSmall]);
        assert_eq!(one(&media(100_160)), [Rule::ChunkTooLarge]);
        assert_eq!(one(r#"{"event":"media","stream_sid":"S","media":{"payload":"%%"}}"#), [Rule::Base64]);
        assert_eq!(one(r#"{"event":"media","stream_sid":"S","media":{}}"#), [Rule::Malformed]);
        assert_eq!(one(r#"{"event":"mark","stream_sid":"S","mark":{}}"#), [Rule::Malformed]);
        assert_eq!(one(r#"{"event":"clear"}"#), [Rule::StreamId]);
        assert_eq!(one(r#"{"event":"clear","stream_sid":"S","streamSid":"T"}"#), [Rule::StreamId]);
        assert_eq!(one(r#"{"event":"dtmf","stream_sid":"S"}"#), [Rule::UnknownMessage]);
        assert_eq!(one("hello"), [Rule::UnknownMessage]);
    }

    #[test]
    fn eight_kilohertz_takes_half_chunks() {
        let mut judge = StreamJudge::new("S", 8_000, Limits::default());
        judge.started();
        let mut found = Found::default();
        judge.message(&media(1_600), 0, &mut found);
        assert!(found.list().is_empty());
        let strict = Limits { min_chunk: Some(3_200), ..Limits::default() };
        let mut judge = StreamJudge::new("S", 8_000, strict);
        judge.started();
        judge.message(&media(1_600), 0, &mut found);
        assert_eq!(found.list()[0].rule, Rule::ChunkTooSmall);
    }

    #[test]
    fn before_start_after_stop_lead_and_a_mark_twice() {
        let mut judge = StreamJudge::new("S", 16_000, Limits::default());
        let mut found = Found::default();
        judge.message(&media(3_200), 0, &mut found);
        judge.started();
        judge.judge_lead(400, 5, &mut found);
        judge.judge_lead(401, 6, &mut found);
        let mark = r#"{"event":"mark","stream_sid":"S","mark":{"name":"a"}}"#;
        judge.message(mark, 7, &mut found);
        judge.mark_done("a");
        judge.message(mark, 8, &mut found);
        judge.message(mark, 9, &mut found);
        judge.stopped(100);
        judge.message(&media(3_200), 600, &mut found);
        judge.message(&media(3_200), 601, &mut found);
        let rules: Vec<_> = found.list().iter().map(|v| (v.rule, v.at_ms)).collect();
        assert_eq!(rules, [(Rule::BeforeStart, 0), (Rule::Lead, 6), (Rule::MarkReused, 9), (Rule::AfterStop, 601)]);
    }
}
