//! What the applets are answered.

use serde::Serialize;

/// The Voicebot applet: where the audio goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoicebotAnswer {
    /// `wss://…`, at most 600 characters and three parameters.
    pub url: String,
}

/// Programmable Connect: whom to dial, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectAnswer {
    /// Ask again after every failed attempt.
    pub fetch_after_attempt: bool,
    /// Whom to dial, in order.
    pub destination: Destination,
    /// How; left out when nobody is dialled.
    #[serde(flatten)]
    pub how: Option<Dialling>,
}

/// Whom to dial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Destination {
    /// E.164; empty for nobody.
    pub numbers: Vec<String>,
}

/// How a person is dialled. Durations are seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dialling {
    /// The number that the person sees: the dialled one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outgoing_phone_number: Option<String>,
    /// How long it rings.
    pub max_ringing_duration: i64,
    /// How long they may talk.
    pub max_conversation_duration: i64,
    /// What the caller hears meanwhile.
    pub music_on_hold: MusicOnHold,
    /// What the person hears before the caller is joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_call_playback: Option<Playback>,
    /// One after the other: a claim is for one member.
    pub parallel_ringing: ParallelRinging,
    /// Where the leg's events go.
    pub dial_passthru_event_url: String,
}

/// What the caller hears while phones ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MusicOnHold {
    /// `operator_tone`: the network's own ringing.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// A line that is spoken when the person picks up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Playback {
    /// `callee`: only the person hears it.
    pub playback_to: &'static str,
    /// `text`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The words.
    pub value: String,
}

/// Whether several phones ring at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParallelRinging {
    /// No.
    pub activate: bool,
    /// How many at most.
    pub max_parallel_attempts: i64,
}

/// One person to be dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person<'a> {
    /// His number, E.164.
    pub number: &'a str,
    /// The number that the caller dialled.
    pub dialled: Option<&'a str>,
    /// The line that he hears first.
    pub brief: Option<&'a str>,
    /// How long his phone rings, seconds.
    pub ring_s: i64,
    /// How long they may talk, seconds.
    pub talk_s: i64,
    /// Where the leg's events go.
    pub events_url: &'a str,
}

impl ConnectAnswer {
    /// Nobody is there.
    #[must_use]
    pub fn nobody() -> Self {
        Self { fetch_after_attempt: false, destination: Destination { numbers: Vec::new() }, how: None }
    }

    /// Dial this one, and ask again when he does not pick up.
    #[must_use]
    pub fn person(of: &Person<'_>) -> Self {
        let playback = |words: &str| Playback { playback_to: "callee", kind: "text", value: words.to_owned() };
        Self {
            fetch_after_attempt: true,
            destination: Destination { numbers: vec![of.number.to_owned()] },
            how: Some(Dialling {
                outgoing_phone_number: of.dialled.map(str::to_owned),
                max_ringing_duration: of.ring_s,
                max_conversation_duration: of.talk_s,
                music_on_hold: MusicOnHold { kind: "operator_tone" },
                start_call_playback: of.brief.map(playback),
                parallel_ringing: ParallelRinging { activate: false, max_parallel_attempts: 1 },
                dial_passthru_event_url: of.events_url.to_owned(),
            }),
        }
    }

    /// Dial this number and do not ask again: nobody can say who is next.
    #[must_use]
    pub fn fallback(number: &str) -> Self {
        Self { fetch_after_attempt: false, destination: Destination { numbers: vec![number.to_owned()] }, how: None }
    }
}

/// The longest address that a Voicebot accepts.
pub const LONGEST_URL: usize = 600;

/// A stream's address: the token stands in the path, because what becomes of a
/// query on the upgrade is not documented; the rate is the applet's own word.
#[must_use]
pub fn stream_url(base_ws: &str, hook_key: &str, token: &str, rate: u32) -> String {
    format!("{base_ws}/exotel/{hook_key}/stream/{token}?sample-rate={rate}&t={token}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_01_an_address_fits() {
        let url = stream_url("wss://calls.example.com", &"k".repeat(32), &"t".repeat(43), 16_000);
        assert!(url.len() <= LONGEST_URL);
        assert!(url.contains("sample-rate=16000"));
    }

    #[test]
    fn case_19_a_person_is_one_number_with_everything_in_its_type() {
        let answer = ConnectAnswer::person(&Person {
            number: "+919810000001",
            dialled: Some("+918047491899"),
            brief: Some("Call for Acme."),
            ring_s: 30,
            talk_s: 3_600,
            events_url: "https://h/exotel/K/dial-event",
        });
        let said = serde_json::to_value(answer).unwrap();
        let documented = serde_json::json!({
            "fetch_after_attempt": true,
            "destination": {"numbers": ["+919810000001"]},
            "outgoing_phone_number": "+918047491899",
            "max_ringing_duration": 30, "max_conversation_duration": 3600,
            "music_on_hold": {"type": "operator_tone"},
            "start_call_playback": {"playback_to": "callee", "type": "text", "value": "Call for Acme."},
            "parallel_ringing": {"activate": false, "max_parallel_attempts": 1},
            "dial_passthru_event_url": "https://h/exotel/K/dial-event"
        });
        assert_eq!(said, documented);
    }

    #[test]
    fn nobody_is_an_empty_list() {
        let json = serde_json::to_string(&ConnectAnswer::nobody()).unwrap();
        assert_eq!(json, r#"{"fetch_after_attempt":false,"destination":{"numbers":[]}}"#);
    }
}
