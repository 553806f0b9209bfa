//! The messages that the carrier sends on the socket, as literal templates
//! from its documents. `@x` is a hole; `#x` a counter, quoted or not.

use crate::knobs::{Dialect, Knobs, Numbers};

const CONNECTED: &str = r#"{"event":"connected"}"#;
const START: [&str; 2] = [
    r##"{"event":"start","sequence_number":#seq,"stream_sid":"@stream","start":{"stream_sid":"@stream","call_sid":"@call","account_sid":"acme1m","from":"@from","to":"@to","custom_parameters":@params,"media_format":{"encoding":"raw","sample_rate":#rate,"bit_rate":"128"}}}"##,
    r##"{"event":"start","sequenceNumber":#seq,"streamSid":"@stream","start":{"streamSid":"@stream","callSid":"@call","accountSid":"acme1m","from":"@from","to":"@to","customParameters":@params,"media_format":{"encoding":"audio/x-raw","sample_rate":#rate,"bit_rate":"128kbps"}}}"##,
];
const MEDIA: [&str; 2] = [
    r##"{"event":"media","sequence_number":#seq,"stream_sid":"@stream","media":{"chunk":#chunk,"timestamp":#time,"payload":"@payload"}}"##,
    r##"{"event":"media","sequenceNumber":#seq,"streamSid":"@stream","media":{"chunk":#chunk,"timestamp":#time,"payload":"@payload"}}"##,
];
const DTMF: [&str; 2] = [
    r##"{"event":"dtmf","sequence_number":#seq,"stream_sid":"@stream","dtmf":{"digit":"@digit","duration":#held}}"##,
    r##"{"event":"dtmf","sequenceNumber":#seq,"streamSid":"@stream","dtmf":{"digit":"@digit","duration":#held}}"##,
];
const MARK: [&str; 2] = [
    r##"{"event":"mark","sequence_number":#seq,"stream_sid":"@stream","mark":{"name":"@name"}}"##,
    r##"{"event":"mark","sequenceNumber":#seq,"streamSid":"@stream","mark":{"name":"@name"}}"##,
];
const STOP: [&str; 2] = [
    r##"{"event":"stop","sequence_number":#seq,"stream_sid":"@stream","stop":{"call_sid":"@call","account_sid":"acme1m","reason":"callended"}}"##,
    r##"{"event":"stop","sequenceNumber":#seq,"streamSid":"@stream","stop":{"callSid":"@call","accountSid":"acme1m","reason":"callended"}}"##,
];
/// Messages that a server has to survive.
const BAD: [&str; 4] = [
    r#"{"event":"media","media":{"payload":"@@not base64@@"}}"#,
    r#"{"event":"silence","stream_sid":"@stream"}"#,
    r#"{"event":"media","stream_sid":"@stream""#,
    r#"{"event":7}"#,
];

/// Writes one stream's messages.
pub(super) struct Writer {
    dialect: usize,
    numbers: Numbers,
    stream: String,
    call: String,
    sequence: u64,
    chunk: u64,
}

impl Writer {
    pub(super) fn new(knobs: &Knobs, stream: &str, call: &str) -> Self {
        let dialect = usize::from(knobs.dialect == Dialect::Camel);
        Self { dialect, numbers: knobs.numbers, stream: stream.into(), call: call.into(), sequence: 0, chunk: 0 }
    }

    pub(super) fn connected(&self) -> String {
        CONNECTED.to_owned()
    }

    /// `params` is a JSON object.
    pub(super) fn start(&mut self, from: &str, to: &str, params: &str, rate: u32) -> String {
        let text = self.fill(START[self.dialect]).replace("@params", params);
        self.number(&text, "#rate", u64::from(rate)).replace("@from", from).replace("@to", to)
    }

    pub(super) fn media(&mut self, samples: &[i16], at_ms: u64, odd: bool) -> String {
        self.chunk += 1;
        let mut bytes: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
        if odd {
            bytes.push(0);
        }
        let text = self.fill(MEDIA[self.dialect]);
        let text = self.number(&self.number(&text, "#chunk", self.chunk), "#time", at_ms);
        text.replace("@payload", &base64_simd::STANDARD.encode_to_string(bytes))
    }

    pub(super) fn dtmf(&mut self, digit: char) -> String {
        let text = self.fill(DTMF[self.dialect]);
        self.number(&text, "#held", 100).replace("@digit", &digit.to_string())
    }

    pub(super) fn mark(&mut self, name: &str) -> String {
        let quoted = serde_json::Value::from(name).to_string();
        self.fill(MARK[self.dialect]).replace("\"@name\"", &quoted)
    }

    pub(super) fn stop(&mut self) -> String {
        self.fill(STOP[self.dialect])
    }

    pub(super) fn bad(&self, n: u64) -> String {
        BAD[(n % BAD.len() as u64) as usize].replace("@stream", &self.stream)
    }

    fn fill(&mut self, template: &str) -> String {
        self.sequence += 1;
        let text = template.replace("@stream", &self.stream).replace("@call", &self.call);
        self.number(&text, "#seq", self.sequence)
    }

    fn number(&self, text: &str, hole: &str, n: u64) -> String {
        match self.numbers {
            Numbers::Text => text.replace(hole, &format!("\"{n}\"")),
            Numbers::Int => text.replace(hole, &n.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_json_in_both_dialects_and_both_number_forms() {
        for (dialect, id) in [(Dialect::Snake, "stream_sid"), (Dialect::Camel, "streamSid")] {
            for numbers in [Numbers::Text, Numbers::Int] {
                let mut w = Writer::new(&Knobs { dialect, numbers, ..Knobs::default() }, "S", "C");
                let start = w.start("+911", "+912", r#"{"t":"x"}"#, 8_000);
                for text in [start, w.media(&[1, 2], 100, false), w.dtmf('#'), w.mark("a\"b"), w.stop()] {
                    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
                    assert_eq!(value[id], "S", "{text}");
                    assert!(!text.contains('@'), "{text}");
                }
                let media: serde_json::Value = serde_json::from_str(&w.media(&[1, 2], 100, false)).unwrap();
                assert_eq!(media["media"]["timestamp"].is_string(), numbers == Numbers::Text);
                assert_eq!(media["media"]["payload"], "AQACAA==");
            }
        }
    }
}
