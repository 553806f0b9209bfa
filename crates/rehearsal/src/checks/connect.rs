//! The judge of the Connect applet's answer (telephony contract §1.4).

use super::{Found, Rule, media_type};
use serde_json::Value;

/// Whom to dial.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConnectAnswer {
    /// In order.
    pub numbers: Vec<String>,
    /// Whether to ask again after each failed attempt.
    pub again: bool,
    /// Longest ringing, s.
    pub ringing_s: u64,
    /// Longest conversation, s.
    pub talking_s: u64,
}

/// Documented top-level keys and their types.
const KEYS: &[(&str, Kind)] = &[
    ("fetch_after_attempt", Kind::Flag),
    ("destination", Kind::Object),
    ("outgoing_phone_number", Kind::Text),
    ("record", Kind::Flag),
    ("recording_channels", Kind::OneOf(&["single", "dual"])),
    ("max_ringing_duration", Kind::Int),
    ("max_conversation_duration", Kind::Int),
    ("music_on_hold", Kind::Object),
    ("start_call_playback", Kind::Object),
    ("parallel_ringing", Kind::Object),
    ("dial_passthru_event_url", Kind::Text),
];

#[derive(Clone, Copy)]
enum Kind {
    Flag,
    Int,
    Text,
    Object,
    OneOf(&'static [&'static str]),
}

impl Kind {
    fn takes(self, value: &Value) -> bool {
        match self {
            Self::Flag => value.is_boolean(),
            Self::Int => value.is_u64(),
            Self::Text => value.is_string(),
            Self::Object => value.is_object(),
            Self::OneOf(words) => value.as_str().is_some_and(|w| words.contains(&w)),
        }
    }
}

/// Reads the answer to a Programmable Connect request (`versioned`) or to a
/// "Dial Whom" one. `None`: the carrier turns to the fallback URL.
pub fn judge_connect(
    versioned: bool,
    status: u16,
    content_type: &str,
    body: &[u8],
    at_ms: u64,
    found: &mut Found,
) -> Option<ConnectAnswer> {
    if status != 200 {
        found.add(Rule::Status, at_ms, format!("connect answered {status}"));
        return None;
    }
    let wanted = if versioned { "application/json" } else { "text/plain" };
    if media_type(content_type) != wanted {
        found.add(Rule::ContentType, at_ms, format!("connect answered {content_type:?} instead of {wanted}"));
    }
    if !versioned {
        return Some(plain(&String::from_utf8_lossy(body)));
    }
    let Ok(Value::Object(answer)) = serde_json::from_slice::<Value>(body) else {
        found.add(Rule::Schema, at_ms, "connect's answer is not a JSON object");
        return None;
    };
    let mut good = true;
    for (key, value) in &answer {
        match KEYS.iter().find(|(k, _)| k == key) {
            None => found.add(Rule::UnknownKey, at_ms, format!("connect's {key:?}")),
            Some((_, kind)) if !kind.takes(value) => {
                found.add(Rule::Schema, at_ms, format!("connect's {key} is {value}"));
                good = false;
            }
            Some(_) => {}
        }
    }
    let numbers = numbers(&answer, at_ms, found)?;
    let int = |key: &str, usual| answer.get(key).and_then(Value::as_u64).unwrap_or(usual);
    good.then(|| ConnectAnswer {
        numbers,
        again: answer.get("fetch_after_attempt").and_then(Value::as_bool).unwrap_or(false),
        ringing_s: int("max_ringing_duration", 30),
        talking_s: int("max_conversation_duration", 3_600),
    })
}

fn numbers(answer: &serde_json::Map<String, Value>, at_ms: u64, found: &mut Found) -> Option<Vec<String>> {
    let list = answer.get("destination").and_then(|d| d.get("numbers")).and_then(Value::as_array);
    let numbers = list.and_then(|l| l.iter().map(|n| n.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>());
    let Some(numbers) = numbers else {
        found.add(Rule::Schema, at_ms, "connect's destination.numbers is not a list of strings");
        return None;
    };
    for number in numbers.iter().filter(|n| !dialable(n)) {
        found.add(Rule::Schema, at_ms, format!("connect's number {number:?} cannot be dialled"));
    }
    Some(numbers)
}

fn dialable(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or(number);
    (8..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

fn plain(body: &str) -> ConnectAnswer {
    let numbers = body.split(',').map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect();
    ConnectAnswer { numbers, again: false, ringing_s: 30, talking_s: 3_600 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(body: &str) -> (Option<ConnectAnswer>, Vec<Rule>) {
        let mut found = Found::default();
        let answer = judge_connect(true, 200, "application/json", body.as_bytes(), 0, &mut found);
        (answer, found.list().iter().map(|v| v.rule).collect())
    }

    #[test]
    fn the_documented_example_passes() {
        let (answer, rules) = judged(
            r#"{"fetch_after_attempt":false,"destination":{"numbers":["+919812345678","+919800000001"]},
            "outgoing_phone_number":"+918047491899","record":true,"recording_channels":"dual",
            "max_ringing_duration":45,"max_conversation_duration":3600,"music_on_hold":{"type":"operator_tone"},
            "start_call_playback":{"playback_to":"callee","type":"text","value":"Call from Acme"},
            "parallel_ringing":{"activate":true,"max_parallel_attempts":2},
            "dial_passthru_event_url":"https://host/exotel/K/dial-event"}"#,
        );
        assert!(rules.is_empty());
        let answer = answer.unwrap();
        assert_eq!((answer.numbers.len(), answer.again, answer.ringing_s), (2, false, 45));
        assert_eq!(judged(r#"{"destination":{"numbers":[]}}"#).0.unwrap().numbers, [""; 0]);
    }

    #[test]
    fn wrong_types_lead_to_the_fallback_and_unknown_keys_only_warn() {
        let with = |more: &str| judged(&format!(r#"{{"destination":{{"numbers":["+919812345678"]}},{more}}}"#));
        assert_eq!(with(r#""max_ringing_duration":"45""#), (None, vec![Rule::Schema]));
        assert_eq!(with(r#""record":"yes""#), (None, vec![Rule::Schema]));
        assert_eq!(with(r#""recording_channels":"both""#), (None, vec![Rule::Schema]));
        let (answer, rules) = with(r#""colour":"red""#);
        assert!(answer.is_some());
        assert_eq!(rules, [Rule::UnknownKey]);
        assert_eq!(judged(r#"{"destination":{"numbers":[98]}}"#), (None, vec![Rule::Schema]));
        assert_eq!(judged(r#"{"destination":{"numbers":["sip:a@b"]}}"#).1, [Rule::Schema]);
        assert_eq!(judged("[]"), (None, vec![Rule::Schema]));
    }

    #[test]
    fn dial_whom_is_plain_text() {
        let mut found = Found::default();
        let answer = judge_connect(false, 200, "text/plain; charset=utf-8", b"0981, 0982", 0, &mut found);
        assert_eq!(answer.unwrap().numbers, ["0981", "0982"]);
        assert_eq!(judge_connect(false, 200, "text/plain", b"", 0, &mut found), Some(plain("")));
        assert!(found.list().is_empty());
        judge_connect(false, 200, "application/json", b"", 0, &mut found);
        judge_connect(false, 404, "text/plain", b"", 0, &mut found);
        assert_eq!(found.list().iter().map(|v| v.rule).collect::<Vec<_>>(), [Rule::ContentType, Rule::Status]);
    }
}
