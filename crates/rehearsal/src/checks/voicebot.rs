//! The judge of the Voicebot applet's answer (telephony contract §1.8).

use super::{Found, Rule, media_type};
use serde_json::Value;
use url::Url;

/// Longest stream address, characters.
const MOST_URL: usize = 600;
/// Most custom pairs, and most characters of them all.
const MOST_PAIRS: usize = 3;
const MOST_PAIR_CHARS: usize = 256;

/// Where the stream goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamAddress {
    /// The whole address.
    pub url: Url,
    /// The `sample-rate` of its query; 8,000 when unsaid.
    pub rate: u32,
    /// The other pairs of its query.
    pub custom: Vec<(String, String)>,
}

/// Reads the answer; `None` when no stream can come of it.
pub fn judge_voicebot(
    status: u16,
    content_type: &str,
    body: &[u8],
    at_ms: u64,
    found: &mut Found,
) -> Option<StreamAddress> {
    if status != 200 {
        found.add(Rule::Status, at_ms, format!("voicebot answered {status}"));
        return None;
    }
    if media_type(content_type) != "application/json" {
        found.add(Rule::ContentType, at_ms, format!("voicebot answered {content_type:?}"));
    }
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(address) = json["url"].as_str() else {
        found.add(Rule::Schema, at_ms, "voicebot's answer is not {\"url\": \"wss://…\"}");
        return None;
    };
    let Ok(url) = Url::parse(address) else {
        found.add(Rule::StreamUrl, at_ms, "not an address");
        return None;
    };
    judge_address(url, address.len(), at_ms, found)
}

fn judge_address(url: Url, length: usize, at_ms: u64, found: &mut Found) -> Option<StreamAddress> {
    match url.scheme() {
        "wss" => {}
        "ws" if is_loopback(&url) => {}
        "ws" => found.add(Rule::StreamUrl, at_ms, "ws:// outside loopback; the carrier wants wss://"),
        other => {
            found.add(Rule::StreamUrl, at_ms, format!("scheme {other:?} instead of wss"));
            return None;
        }
    }
    if length > MOST_URL {
        found.add(Rule::StreamUrl, at_ms, format!("{length} characters, at most {MOST_URL}"));
    }
    let (rates, custom): (Vec<_>, Vec<_>) =
        url.query_pairs().into_owned().collect::<Vec<_>>().into_iter().partition(|(k, _)| k == "sample-rate");
    let chars: usize = custom.iter().map(|(k, v)| k.len() + v.len()).sum();
    if custom.len() > MOST_PAIRS || chars > MOST_PAIR_CHARS {
        let seen = format!("{} pairs of {chars} characters; at most {MOST_PAIRS} of {MOST_PAIR_CHARS}", custom.len());
        found.add(Rule::StreamUrl, at_ms, seen);
    }
    let rate = judge_rate(rates.first().map(|(_, v)| v.as_str()), at_ms, found);
    Some(StreamAddress { url, rate, custom })
}

fn judge_rate(said: Option<&str>, at_ms: u64, found: &mut Found) -> u32 {
    match said.map(str::parse) {
        Some(Ok(rate @ (8_000 | 16_000 | 24_000))) => rate,
        Some(_) => {
            found.add(Rule::StreamUrl, at_ms, format!("sample-rate {}", said.unwrap_or_default()));
            8_000
        }
        None => 8_000,
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, kind: &str, body: &str) -> (Option<StreamAddress>, Vec<Rule>) {
        let mut found = Found::default();
        let address = judge_voicebot(status, kind, body.as_bytes(), 0, &mut found);
        (address, found.list().iter().map(|v| v.rule).collect())
    }

    fn url(url: &str) -> (Option<StreamAddress>, Vec<Rule>) {
        judged(200, "application/json; charset=utf-8", &format!(r#"{{"url":"{url}"}}"#))
    }

    #[test]
    fn a_good_answer_gives_rate_and_pairs() {
        let (address, rules) = url("wss://h.example/s/tok?sample-rate=16000&t=abc");
        let address = address.unwrap();
        assert_eq!((address.rate, address.custom, rules), (16_000, vec![("t".into(), "abc".into())], vec![]));
        assert!(url("ws://127.0.0.1:9/s").1.is_empty());
    }

    #[test]
    fn each_rule_has_something_that_breaks_it() {
        assert_eq!(judged(503, "application/json", "{}"), (None, vec![Rule::Status]));
        assert_eq!(judged(200, "application/json", "{}"), (None, vec![Rule::Schema]));
        assert_eq!(judged(200, "text/xml", r#"{"url":"wss://h"}"#).1, [Rule::ContentType]);
        assert_eq!(url("ws://h.example/s").1, [Rule::StreamUrl]);
        assert_eq!(url("https://h.example/s"), (None, vec![Rule::StreamUrl]));
        assert_eq!(url("wss://h/?sample-rate=44100").1, [Rule::StreamUrl]);
        assert_eq!(url("wss://h/?a=1&b=2&c=3&d=4").1, [Rule::StreamUrl]);
        assert_eq!(url(&format!("wss://h/{}", "x".repeat(700))).1, [Rule::StreamUrl]);
    }
}
