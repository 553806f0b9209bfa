//! What the carrier says of the person's leg: dial events, the applet after
//! Connect, status callbacks and Call Details, each in its own words (Exotel's
//! developer documents have a page on each). Open words are never a closed
//! list: what is not known says nothing.

use super::webhook::{AppletCall, Params, ist};
use caly_core::rescue::{LegEvent, TALK_S, Unanswered};
use caly_core::time::{At, SECOND};
use serde_json::Value;

/// Connect ends a talk after [`TALK_S`]; a figure beyond it and a minute is
/// none that a carrier means.
const MOST_TALK_S: i64 = TALK_S + 60;

/// What a request behind Connect says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegNews {
    /// What happened.
    pub event: LegEvent,
    /// The number of the leg, as sent.
    pub number: Option<String>,
}

/// How the flow left Connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// A person talked.
    Talked(LegNews),
    /// Nobody did.
    Nobody,
    /// The caller hung up before anybody did.
    CallerLeft,
    /// It does not say.
    Unknown,
}

/// Reads a dial event. One without `EventType` that names a dial status is the
/// leg's last; `None` where nothing is said.
#[must_use]
pub fn dial_event(params: &Params, call: &AppletCall) -> Option<LegNews> {
    let kind = params.get("EventType").map(str::to_ascii_lowercase);
    let number = call.dial_whom.clone();
    let event = match kind.as_deref() {
        Some("dial" | "ringing") => LegEvent::Rings,
        Some("answered") => LegEvent::Answers,
        Some("terminal" | "completed" | "cancelled" | "canceled") => ends(params, call, false),
        _ if call.dial_call_status.is_some() || call.recording_url.is_some() => ends(params, call, false),
        _ if params.get("Status").is_some_and(|s| s.eq_ignore_ascii_case("free")) => ends(params, call, false),
        _ => return None,
    };
    Some(LegNews { event, number })
}

/// Reads what the applet after Connect is told.
#[must_use]
pub fn exit(params: &Params, call: &AppletCall) -> Exit {
    let word = |text: &Option<String>| text.as_deref().map(str::to_ascii_lowercase).unwrap_or_default();
    let (kind, dial) = (word(&call.call_type), word(&call.dial_call_status));
    let (talked, talk_ms, why) = said(params, call, true);
    let person = || {
        let event = LegEvent::Ends { talked: Some(true), talk_ms, why, last: true };
        Exit::Talked(LegNews { event, number: call.dial_whom.clone() })
    };
    let (talked, unanswered) = (talked == Some(true), unanswered(&dial));
    match (kind.as_str(), dial.as_str()) {
        (_, "completed") => person(),
        // Whatever word on its way to the end the leg still stands at.
        ("completed", _) if !unanswered => person(),
        ("client-hangup", _) if talked => person(),
        ("client-hangup", _) => Exit::CallerLeft,
        ("incomplete" | "call-attempt" | "voicemail", _) => Exit::Nobody,
        _ if unanswered => Exit::Nobody,
        _ if talked => person(),
        _ => Exit::Unknown,
    }
}

/// Which attempt a poll of Connect says is over, and why.
#[must_use]
pub fn failed_attempt(call: &AppletCall) -> Option<(String, Unanswered)> {
    let number = call.dial_whom.clone()?;
    Some((number, why(call.dial_call_status.as_deref().unwrap_or_default())))
}

fn ends(params: &Params, call: &AppletCall, last: bool) -> LegEvent {
    let (talked, talk_ms, why) = said(params, call, last);
    LegEvent::Ends { talked, talk_ms, why, last }
}

/// Whether a person talked, how long, ms, and why not.
fn said(params: &Params, call: &AppletCall, last: bool) -> (Option<bool>, Option<i64>, Unanswered) {
    let status = call.dial_call_status.as_deref().unwrap_or_default().to_ascii_lowercase();
    let talk = on_call_s(params);
    let talked = match status.as_str() {
        "completed" => Some(true),
        status if unanswered(status) => Some(false),
        _ => talk.filter(|s| *s > 0).map(|_| true),
    };
    // Without the leg's own figure, ringing and talk together are the best
    // that is known, and only of a leg that was answered.
    let whole = call.dial_duration_s.filter(|s| last && *s > 0 && talked == Some(true));
    (talked, talk.filter(|s| *s > 0).or(whole).map(talk_ms), why(&status))
}

/// A carrier's words for a leg that nobody picked up.
fn unanswered(status: &str) -> bool {
    matches!(status, "busy" | "no-answer" | "failed" | "canceled" | "cancelled")
}

/// Seconds that the person was on the line, where a leg says so. The caller's
/// own leg comes first.
fn on_call_s(params: &Params) -> Option<i64> {
    let seconds = |name: &str| params.get(name).and_then(|s| s.parse::<i64>().ok());
    seconds("ConversationDuration")
        .or_else(|| seconds("Legs[1][OnCallDuration]"))
        .or_else(|| params.get("Legs[1][Number]").is_none().then(|| seconds("Legs[0][OnCallDuration]")).flatten())
}

fn talk_ms(seconds: i64) -> i64 {
    seconds.clamp(0, MOST_TALK_S) * SECOND
}

fn why(status: &str) -> Unanswered {
    match status.to_ascii_lowercase().as_str() {
        "busy" => Unanswered::Busy,
        "failed" => Unanswered::Failed,
        "canceled" | "cancelled" => Unanswered::CallerLeft,
        _ => Unanswered::NoAnswer,
    }
}

/// When an event happened: the carrier's own moment where it is near ours (it
/// may be late on the wire), else now.
#[must_use]
pub fn happened_at(params: &Params, now: At) -> At {
    const NEAR_MS: i64 = 300 * SECOND;
    let said = params.get("CurrentTime").and_then(ist);
    said.filter(|at| (now.0 - at.0).abs() <= NEAR_MS).map_or(now, |at| at.min(now))
}

/// What Call Details knows of a call. Figures settle minutes after the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallDetails {
    /// Whether the call is over.
    pub over: bool,
    /// When, UTC.
    pub ended_at: Option<At>,
    /// The whole call, seconds; a string, a number or null on the wire.
    pub duration_s: Option<i64>,
    /// How long a person and the caller talked, ms.
    pub talk_ms: Option<i64>,
    /// Whether a person talked; none where nothing is said of a second leg.
    pub talked: Option<bool>,
}

/// Reads Call Details as JSON; `None` when it is none.
#[must_use]
pub fn call_details(body: &[u8]) -> Option<CallDetails> {
    let whole: Value = serde_json::from_slice(body).ok()?;
    let call = whole.get("Call")?;
    let text = |v: &Value| v.as_str().map(str::to_ascii_lowercase);
    let status = text(&call["Status"])?;
    let details = &call["Details"];
    let talk_s = count(&details["ConversationDuration"]).or_else(|| {
        let legs = details["Legs"].as_array()?;
        legs.get(1).and_then(|leg| count(&leg["Leg"]["OnCallDuration"]))
    });
    let second = text(&details["Leg2Status"]).filter(|s| !s.is_empty());
    Some(CallDetails {
        over: matches!(status.as_str(), "completed" | "failed" | "busy" | "no-answer" | "canceled"),
        ended_at: call["EndTime"].as_str().and_then(ist),
        duration_s: count(&call["Duration"]),
        talk_ms: talk_s.filter(|s| *s > 0).map(talk_ms),
        talked: match (talk_s, second.as_deref()) {
            (Some(s), _) if s > 0 => Some(true),
            (_, Some(status)) => Some(status == "completed"),
            (Some(_), None) => Some(false),
            (None, None) => None,
        },
    })
}

/// A count as a number or as text.
fn count(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests;
