//! What the server may not do on the carrier's wire, and the judges that
//! notice. They only collect: a rehearsal goes on as the carrier would.

mod connect;
mod outbound;
mod voicebot;

pub use connect::{ConnectAnswer, judge_connect};
pub use outbound::{Heard, StreamJudge};
pub use voicebot::{StreamAddress, judge_voicebot};

use serde::Serialize;

/// Which rule was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A chunk's length is not a multiple of 320 bytes.
    ChunkAlignment,
    /// A chunk is below the minimum.
    ChunkTooSmall,
    /// A chunk is above the maximum.
    ChunkTooLarge,
    /// More audio ahead of play-out than allowed.
    Lead,
    /// A payload is not base64.
    Base64,
    /// A message without, or with a foreign, stream id.
    StreamId,
    /// A message before `start`.
    BeforeStart,
    /// A message well after `stop`.
    AfterStop,
    /// A message that the carrier does not know, or not JSON.
    UnknownMessage,
    /// A known message with a missing or mistyped field.
    Malformed,
    /// A mark name was used twice while the first was waiting.
    MarkReused,
    /// An applet's answer has the wrong status.
    Status,
    /// An applet's answer has the wrong content type.
    ContentType,
    /// An applet's answer has the wrong shape.
    Schema,
    /// An applet's answer has a key that is not documented; only a warning.
    UnknownKey,
    /// The stream address breaks a rule.
    StreamUrl,
    /// An applet's answer came late.
    Slow,
    /// No answer at all.
    NoAnswer,
    /// The same hook sent again was answered differently.
    Unsteady,
    /// The handshake failed.
    Handshake,
    /// The first of two sockets with one token stayed open.
    OldSocketOpen,
    /// The caller gave up waiting.
    CallerGaveUp,
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Which.
    pub rule: Rule,
    /// Since the call began, ms.
    pub at_ms: u64,
    /// What was seen.
    pub detail: String,
}

impl Violation {
    /// Whether it only deserves a look.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        self.rule == Rule::UnknownKey
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} at {} ms: {}", self.rule, self.at_ms, self.detail)
    }
}

/// Violations of one call; of one rule only the first ones are kept in full.
#[derive(Debug, Default)]
pub struct Found {
    list: Vec<Violation>,
    more: u64,
}

/// So many of one rule are kept.
const KEPT: usize = 8;

impl Found {
    /// Notes one.
    pub fn add(&mut self, rule: Rule, at_ms: u64, detail: impl Into<String>) {
        if self.list.iter().filter(|v| v.rule == rule).count() < KEPT {
            self.list.push(Violation { rule, at_ms, detail: detail.into() });
        } else {
            self.more += 1;
        }
    }

    /// All that were kept, and how many more there were.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Violation>, u64) {
        (self.list, self.more)
    }

    /// Adds what another judge found.
    pub fn append(&mut self, other: Self) {
        self.more += other.more;
        other.list.into_iter().for_each(|v| self.add(v.rule, v.at_ms, v.detail));
    }

    /// So far.
    #[must_use]
    pub fn list(&self) -> &[Violation] {
        &self.list
    }
}

/// The content type without its parameters.
fn media_type(header: &str) -> &str {
    header.split(';').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_one_rule_does_not_hide_another() {
        let mut found = Found::default();
        for _ in 0..20 {
            found.add(Rule::Lead, 1, "x");
        }
        found.add(Rule::Base64, 2, "y");
        let (list, more) = found.into_parts();
        assert_eq!((list.len(), more), (KEPT + 1, 12));
        assert!(list[KEPT].to_string().starts_with("Base64 at 2 ms"));
    }
}
