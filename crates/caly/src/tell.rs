//! What a command tells while it runs: lines for people, or with `--json` one
//! JSON object a line on standard output.

use serde_json::{Value, json};

/// How it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// Words on standard error, the lasting part on standard output.
    People,
    /// `{"event": …}` a line on standard output.
    Json,
}

impl Telling {
    /// As `--json` says.
    pub fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::People }
    }

    /// One thing that happened: its words for people, or its data.
    pub fn say(self, event: &str, words: impl FnOnce() -> String, data: impl FnOnce() -> Value) {
        match self {
            Self::People => eprintln!("{}", words()),
            Self::Json => println!("{}", with_event(event, data())),
        }
    }
}

fn with_event(event: &str, data: Value) -> Value {
    let mut line = json!({ "event": event });
    if let (Some(line), Value::Object(data)) = (line.as_object_mut(), data) {
        line.extend(data);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_carries_its_event_and_its_data() {
        assert_eq!(with_event("ready", json!({"url": "x"})), json!({"event": "ready", "url": "x"}));
    }
}
