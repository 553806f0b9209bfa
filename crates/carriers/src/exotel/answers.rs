//! What the applets are answered.

use serde::Serialize;

/// The Voicebot applet: where the audio goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoicebotAnswer {
    /// `wss://…`, at most 600 characters and three parameters.
    pub url: String,
}

/// Programmable Connect, nobody to dial: the flow takes its exit "We didn't
/// dial anyone".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectAnswer {
    /// Ask again after every failed attempt.
    pub fetch_after_attempt: bool,
    /// Whom to dial, in order.
    pub destination: Destination,
}

/// Whom to dial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Destination {
    /// E.164; empty for nobody.
    pub numbers: Vec<String>,
}

impl ConnectAnswer {
    /// Nobody is there.
    #[must_use]
    pub fn nobody() -> Self {
        Self { fetch_after_attempt: false, destination: Destination { numbers: Vec::new() } }
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
    fn nobody_is_an_empty_list() {
        let json = serde_json::to_string(&ConnectAnswer::nobody()).unwrap();
        assert_eq!(json, r#"{"fetch_after_attempt":false,"destination":{"numbers":[]}}"#);
    }
}
