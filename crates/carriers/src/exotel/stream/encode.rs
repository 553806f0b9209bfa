//! Frames to the carrier, written by hand: one String a chunk, no value tree.

use std::fmt::Write;

/// How much is said in each frame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dialect {
    /// What Exotel documents and what its own samples send, together.
    #[default]
    Superset,
    /// Only what is documented.
    Minimal,
}

/// Writes the frames of one stream.
#[derive(Debug, Clone)]
pub struct Encoder {
    /// The stream's id, as a JSON string with its quotes.
    sid: String,
    dialect: Dialect,
    rate: u32,
    sequence: u64,
    chunk: u64,
    sent_bytes: u64,
}

impl Encoder {
    /// For a stream that has started; `rate` in samples a second.
    #[must_use]
    pub fn new(stream_sid: &str, dialect: Dialect, rate: u32) -> Self {
        Self { sid: quoted(stream_sid), dialect, rate, sequence: 0, chunk: 0, sent_bytes: 0 }
    }

    /// One chunk of sound, s16le.
    pub fn media(&mut self, pcm: &[u8]) -> String {
        let mut text = self.head("media", 160 + pcm.len() * 4 / 3 + 4);
        text.push_str(",\"media\":{\"payload\":\"");
        base64_simd::STANDARD.encode_append(pcm, &mut text);
        text.push('"');
        if self.dialect == Dialect::Superset {
            self.chunk += 1;
            let ms = self.sent_bytes * 1000 / (u64::from(self.rate) * 2);
            let (chunk, sequence) = (self.chunk, self.sequence);
            put(
                &mut text,
                format_args!(",\"chunk\":\"{chunk}\",\"timestamp\":\"{ms}\",\"sequenceNumber\":\"{sequence}\""),
            );
        }
        self.sent_bytes += pcm.len() as u64;
        text.push_str("}}");
        text
    }

    /// Asks to be told when everything before it was played.
    pub fn mark(&mut self, name: &str) -> String {
        let mut text = self.head("mark", 160);
        put(&mut text, format_args!(",\"mark\":{{\"name\":{}}}}}", quoted(name)));
        text
    }

    /// Drops what was sent and has not begun to play.
    pub fn clear(&mut self) -> String {
        let mut text = self.head("clear", 96);
        text.push('}');
        text
    }

    fn head(&mut self, event: &str, capacity: usize) -> String {
        let mut text = String::with_capacity(capacity + 2 * self.sid.len());
        put(&mut text, format_args!("{{\"event\":\"{event}\",\"stream_sid\":{}", self.sid));
        if self.dialect == Dialect::Superset {
            self.sequence += 1;
            put(&mut text, format_args!(",\"streamSid\":{},\"sequence_number\":{}", self.sid, self.sequence));
        }
        text
    }
}

fn put(text: &mut String, args: std::fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    let _ = text.write_fmt(args);
}

fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}
