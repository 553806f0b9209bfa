//! Programmable Connect: what it must answer, and the people who are dialled.

use super::applets::{Applets, escape, json_type};
use super::{Notes, RehearsalError};
use crate::checks::Violation;
use crate::knobs::{Knobs, Leg};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;

/// What Connect did.
#[derive(Debug, Clone, Serialize)]
pub struct ConnectReport {
    /// Its status.
    pub status: u16,
    /// How long it took, in ms.
    pub ms: u64,
    /// Whom to dial, in order.
    pub numbers: Vec<String>,
    /// Who took the call.
    pub answered_by: Option<String>,
    /// What `/after-connect` answered.
    pub after_status: u16,
}

pub(super) async fn run(applets: &Applets, knobs: &Knobs, notes: &mut Notes) -> Result<ConnectReport, RehearsalError> {
    let answer = applets.get("connect", "call-attempt", "", notes).await?;
    let body: Value = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
    if answer.status == 200 {
        json_type("connect", &answer, notes);
        shape(&body).into_iter().for_each(|why| notes.broke(Violation::Shape { path: "connect".into(), why }));
    } else {
        notes.broke(Violation::Status { path: "connect".into(), status: answer.status });
    }
    let numbers = numbers(&body);
    let (answered_by, call_type, dial) = dial(applets, knobs, &body, &numbers, notes).await?;
    let who = answered_by.clone().unwrap_or_default();
    let extra = format!("&DialCallStatus={dial}&DialWhomNumber={}", escape(&who));
    let after_status = applets.get("after-connect", call_type, &extra, notes).await?.status;
    if after_status != 200 && after_status != 302 {
        notes.broke(Violation::Status { path: "after-connect".into(), status: after_status });
    }
    Ok(ConnectReport { status: answer.status, ms: answer.ms, numbers, answered_by, after_status })
}

/// Who answered, the call's type and the dial status.
async fn dial(
    applets: &Applets,
    knobs: &Knobs,
    body: &Value,
    numbers: &[String],
    notes: &mut Notes,
) -> Result<(Option<String>, &'static str, &'static str), RehearsalError> {
    let events = body["dial_passthru_event_url"].as_str();
    let mut last = "no-answer";
    for (i, number) in numbers.iter().enumerate() {
        let leg = knobs.legs.get(i).copied().unwrap_or(Leg::NoAnswer);
        event(applets, events, "Dial", "busy", number, notes).await?;
        event(applets, events, "Ringing", "busy", number, notes).await?;
        match leg {
            Leg::Answer { after_ms, talk_ms } => {
                tokio::time::sleep(Duration::from_millis(after_ms)).await;
                event(applets, events, "Answered", "busy", number, notes).await?;
                tokio::time::sleep(Duration::from_millis(talk_ms)).await;
                event(applets, events, "Terminal", "free", number, notes).await?;
                return Ok((Some(number.clone()), "completed", "completed"));
            }
            Leg::Busy => last = "busy",
            Leg::NoAnswer => {
                tokio::time::sleep(Duration::from_millis(500)).await;
                last = "no-answer";
            }
        }
        event(applets, events, "Cancelled", "free", number, notes).await?;
    }
    Ok((None, if numbers.is_empty() { "call-attempt" } else { "incomplete" }, last))
}

async fn event(
    applets: &Applets,
    url: Option<&str>,
    kind: &str,
    status: &str,
    number: &str,
    notes: &mut Notes,
) -> Result<(), RehearsalError> {
    let Some(url) = url.and_then(|u| applets.reachable(u)) else { return Ok(()) };
    let extra = format!("&EventType={kind}&Status={status}&DialWhomNumber={}", escape(number));
    applets.get_at(url, "dial-event", "call-attempt", &extra, notes).await?;
    Ok(())
}

fn numbers(body: &Value) -> Vec<String> {
    let list = body["destination"]["numbers"].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|n| n.as_str().map(ToOwned::to_owned)).collect()
}

/// Keys, what fits them, and what that is called.
type Kind<'a> = (&'a [&'a str], fn(&Value) -> bool, &'a str);

/// What is wrong with a Connect answer (the table of Programmable Connect).
#[must_use]
pub fn shape(body: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    match body["destination"]["numbers"].as_array() {
        None => wrong.push("destination.numbers is not a list".to_owned()),
        Some(list) if list.iter().any(|n| !n.is_string()) => wrong.push("a destination number is not a string".into()),
        Some(_) => {}
    }
    let text = ["outgoing_phone_number", "recording_channels", "dial_passthru_event_url"];
    let flags = ["fetch_after_attempt", "record"];
    let counts = ["max_ringing_duration", "max_conversation_duration"];
    let objects = ["music_on_hold", "start_call_playback", "parallel_ringing"];
    let kinds: [Kind<'_>; 4] = [
        (&text, Value::is_string, "a string"),
        (&flags, Value::is_boolean, "true or false"),
        (&counts, Value::is_u64, "a count of seconds"),
        (&objects, Value::is_object, "an object"),
    ];
    for (keys, fits, kind) in kinds {
        let bad = keys.iter().filter(|k| body.get(**k).is_some_and(|v| !fits(v)));
        wrong.extend(bad.map(|k| format!("{k} is not {kind}")));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_connect_answer_is_checked_key_by_key() {
        assert!(shape(&json!({"destination": {"numbers": []}})).is_empty());
        let full = json!({"destination": {"numbers": ["+91981"]}, "record": true, "max_ringing_duration": 30,
            "music_on_hold": {"type": "operator_tone"}, "dial_passthru_event_url": "https://x/y"});
        assert!(shape(&full).is_empty());
        assert_eq!(shape(&Value::Null), ["destination.numbers is not a list"]);
        let bad = json!({"destination": {"numbers": [1]}, "record": "yes", "max_ringing_duration": "30"});
        assert_eq!(shape(&bad).len(), 3);
    }
}
