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
    /// Its first status.
    pub status: u16,
    /// How long the first answer took, in ms.
    pub ms: u64,
    /// Who was dialled, in order.
    pub numbers: Vec<String>,
    /// What each of them heard first.
    pub briefs: Vec<String>,
    /// Who took the call.
    pub answered_by: Option<String>,
    /// Nobody could be asked, and the flow's own fallback number was dialled.
    pub fell_back: bool,
    /// The exit that the flow took, as the applet behind it is told.
    pub exit: String,
    /// What `/after-connect` answered; 0 when it was not reached.
    pub after_status: u16,
}

/// How one attempt ended.
enum Attempt {
    /// Somebody talked so long, ms.
    Talked(u64),
    /// Not, with the carrier's word for it.
    Not(&'static str),
    /// The caller hung up while it rang.
    Left,
}

/// An applet that asks for ever is broken.
const MOST_ATTEMPTS: usize = 30;

pub(super) async fn run(applets: &Applets, knobs: &Knobs, notes: &mut Notes) -> Result<ConnectReport, RehearsalError> {
    let mut report = ConnectReport {
        status: 0,
        ms: 0,
        numbers: Vec::new(),
        briefs: Vec::new(),
        answered_by: None,
        fell_back: false,
        exit: "call-attempt".into(),
        after_status: 0,
    };
    let extra = dial(applets, knobs, &mut report, notes).await?;
    let call_type = report.exit.clone();
    match applets.get("after-connect", &call_type, &extra, notes).await {
        Ok(answer) if matches!(answer.status, 200 | 302) => report.after_status = answer.status,
        Ok(answer) => {
            report.after_status = answer.status;
            notes.broke(Violation::Status { path: "after-connect".into(), status: answer.status });
        }
        // The flow does not wait for a server that is dead.
        Err(_) if report.fell_back => {}
        Err(e) => return Err(e),
    }
    Ok(report)
}

/// Asks, dials, and asks again, as the answers want it; what the applet behind
/// is told.
async fn dial(
    applets: &Applets,
    knobs: &Knobs,
    report: &mut ConnectReport,
    notes: &mut Notes,
) -> Result<String, RehearsalError> {
    let mut last = String::new();
    while report.numbers.len() < MOST_ATTEMPTS {
        let Some(body) = ask(applets, knobs, &last, report, notes).await? else {
            return fall_back(knobs, report).await;
        };
        let numbers = numbers(&body);
        if numbers.is_empty() {
            report.exit = if report.numbers.is_empty() { "call-attempt".into() } else { "incomplete".into() };
            return Ok(last);
        }
        for number in &numbers {
            let leg = knobs.legs.get(report.numbers.len()).copied().unwrap_or(Leg::NoAnswer);
            report.numbers.push(number.clone());
            report.briefs.extend(body["start_call_playback"]["value"].as_str().map(ToOwned::to_owned));
            let attempt = attempt(applets, knobs, &body, number, leg, notes).await?;
            last = format!("&DialWhomNumber={}", escape(number));
            match attempt {
                Attempt::Talked(ms) => {
                    report.answered_by = Some(number.clone());
                    report.exit = "completed".into();
                    let s = ms.div_ceil(1_000);
                    return Ok(format!("{last}&DialCallStatus=completed&DialCallDuration={s}"));
                }
                Attempt::Left => {
                    report.exit = "client-hangup".into();
                    return Ok(format!("{last}&DialCallStatus=canceled"));
                }
                Attempt::Not(status) => last = format!("{last}&DialCallStatus={status}"),
            }
        }
        if body["fetch_after_attempt"] != true {
            break;
        }
    }
    report.exit = "incomplete".into();
    Ok(last)
}

/// One question, as often at once as the knobs say; `None` when the answer is
/// none and the flow falls back.
async fn ask(
    applets: &Applets,
    knobs: &Knobs,
    last: &str,
    report: &mut ConnectReport,
    notes: &mut Notes,
) -> Result<Option<Value>, RehearsalError> {
    let answer = match applets.get("connect", "call-attempt", last, notes).await {
        Ok(answer) => answer,
        Err(e) if knobs.fallback.is_none() => return Err(e),
        Err(_) => return Ok(None),
    };
    for _ in 0..knobs.connect_polls {
        let again = applets.get("connect", "call-attempt", last, notes).await?;
        if again.body != answer.body {
            notes.broke(Violation::Shape { path: "connect".into(), why: "two polls of one attempt differ".into() });
        }
    }
    if report.status == 0 {
        (report.status, report.ms) = (answer.status, answer.ms);
    }
    if answer.status != 200 {
        notes.broke(Violation::Status { path: "connect".into(), status: answer.status });
        return Ok(None);
    }
    json_type("connect", &answer, notes);
    let body: Value = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
    shape(&body).into_iter().for_each(|why| notes.broke(Violation::Shape { path: "connect".into(), why }));
    Ok(Some(body))
}

/// The flow's own number: no events, no questions.
async fn fall_back(knobs: &Knobs, report: &mut ConnectReport) -> Result<String, RehearsalError> {
    let Some(number) = &knobs.fallback else { return Ok(String::new()) };
    report.fell_back = true;
    report.numbers.push(number.clone());
    let leg = knobs.legs.first().copied().unwrap_or(Leg::NoAnswer);
    let Leg::Answer { after_ms, talk_ms } = leg else {
        report.exit = "incomplete".into();
        return Ok(String::new());
    };
    tokio::time::sleep(Duration::from_millis(after_ms + talk_ms)).await;
    report.answered_by = Some(number.clone());
    report.exit = "completed".into();
    let s = talk_ms.div_ceil(1_000);
    Ok(format!("&DialWhomNumber={}&DialCallStatus=completed&DialCallDuration={s}", escape(number)))
}

async fn attempt(
    applets: &Applets,
    knobs: &Knobs,
    body: &Value,
    number: &str,
    leg: Leg,
    notes: &mut Notes,
) -> Result<Attempt, RehearsalError> {
    let events = body["dial_passthru_event_url"].as_str().filter(|_| !knobs.no_dial_events);
    event(applets, events, "Dial", "busy", number, notes).await?;
    event(applets, events, "Ringing", "busy", number, notes).await?;
    match leg {
        Leg::Answer { after_ms, talk_ms } => {
            tokio::time::sleep(Duration::from_millis(after_ms)).await;
            event(applets, events, "Answered", "busy", number, notes).await?;
            tokio::time::sleep(Duration::from_millis(talk_ms)).await;
            event(applets, events, "Terminal", "free", number, notes).await?;
            return Ok(Attempt::Talked(talk_ms));
        }
        Leg::CallerLeaves { after_ms } => {
            tokio::time::sleep(Duration::from_millis(after_ms)).await;
            event(applets, events, "Cancelled", "free", number, notes).await?;
            return Ok(Attempt::Left);
        }
        Leg::Busy => {}
        Leg::NoAnswer => tokio::time::sleep(Duration::from_millis(500)).await,
    }
    event(applets, events, "Cancelled", "free", number, notes).await?;
    Ok(Attempt::Not(if leg == Leg::Busy { "busy" } else { "no-answer" }))
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
