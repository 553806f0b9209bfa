use super::*;
use proptest::prelude::*;

fn query(text: &str) -> AppletCall {
    AppletCall::read(&Params::from_form(text.as_bytes()))
}

#[test]
fn case_25_a_voicebot_request_has_not_ended() {
    let call = query(
        "CallSid=c0ffee&CallFrom=09876543210&CallTo=08047491899&Direction=incoming&Created=2026-11-23+10%3A00%3A00\
         &CurrentTime=2026-11-23+10%3A00%3A01&EndTime=1970-01-01+05%3A30%3A00&CallType=call-attempt",
    );
    assert_eq!(call.call_sid.as_deref(), Some("c0ffee"));
    assert_eq!(call.from.as_deref(), Some("09876543210"));
    assert_eq!(call.started_at.map(At::rfc3339).as_deref(), Some("2026-11-23T04:30:00.000Z"));
    assert_eq!(call.ended_at, None, "the constant of 1970 means not ended");
    assert_eq!(call.stream, None);
}

#[test]
fn case_04_names_come_in_any_case_and_spelling() {
    assert_eq!(query("callsid=a&Callfrom=1").from.as_deref(), Some("1"));
    assert_eq!(query("CallSid=a&From=1&To=2").to.as_deref(), Some("2"));
    assert_eq!(query("From=9&CallFrom=1").from.as_deref(), Some("1"), "CallFrom goes before From");
}

#[test]
fn case_04_templates_and_nonsense_are_missing() {
    assert_eq!(query("CallSid=%7B%7BCallSid%7D%7D").call_sid, None);
    assert_eq!(query("CallSid=a%20b").call_sid, None);
    assert_eq!(query(&format!("CallSid={}", "x".repeat(65))).call_sid, None);
    assert_eq!(query(""), AppletCall::default());
}

#[test]
fn case_25_gathered_digits_lose_their_quotes() {
    assert_eq!(query("CallSid=a&digits=%221234%22").digits.as_deref(), Some("1234"));
    assert_eq!(query("CallSid=a&digits=%22%22").digits, None);
    assert_eq!(query("CallSid=a&digits=").digits, None);
    assert_eq!(query("CallSid=a").digits, None);
    assert_eq!(query("CallSid=a&digits=%22%2A12%23%22").digits.as_deref(), Some("*12#"));
}

#[test]
fn case_25_an_end_in_1970_is_no_end_and_times_are_indian() {
    let ended = |time: &str| query(&format!("CallSid=a&EndTime={time}")).ended_at.map(At::rfc3339);
    assert_eq!(ended("1970-01-01+05%3A30%3A00"), None);
    assert_eq!(ended("1970-01-01%2005:30:00"), None);
    assert_eq!(ended(""), None);
    assert_eq!(ended("soon"), None);
    assert_eq!(ended("2026-11-24+00%3A10%3A00").as_deref(), Some("2026-11-23T18:40:00.000Z"));
}

#[test]
fn case_17_a_stream_in_each_of_its_forms_is_the_same_record() {
    let flat = query(
        "CallSid=a&Stream%5BStreamSID%5D=s1&Stream%5BStatus%5D=cancelled&Stream%5BDuration%5D=28&Stream%5BDisconnectedBy%5D=user",
    );
    let bare = query(
        "CallSid=a&Stream[StreamSID]=s1&Stream[Status]=cancelled&Stream[Duration]=28&Stream[DisconnectedBy]=user",
    );
    let json = query(
        "CallSid=a&Stream=%7B%22StreamSID%22%3A%22s1%22%2C%22Status%22%3A%22cancelled%22%2C%22Duration%22%3A%2228%22%2C%22DisconnectedBy%22%3A%22user%22%7D",
    );
    let body = AppletCall::read(&Params::from_json(
        br#"{"CallSid":"a","Stream":{"StreamSID":"s1","Status":"cancelled","Duration":28,"DisconnectedBy":"user"}}"#,
    ));
    let stream = flat.stream.clone().unwrap();
    assert!(stream.caller_left() && !stream.failed());
    assert_eq!(stream.duration_s, Some(28));
    assert_eq!(flat, bare);
    assert_eq!(flat, json);
    assert_eq!(flat, body);
}

#[test]
fn case_17_a_refused_stream_has_failed() {
    for text in ["Stream[Status]=failed&Stream[DisconnectedBy]=NA", "Stream[DetailedStatus]=Streaming_call_throttled"] {
        assert!(query(text).stream.unwrap().failed(), "{text}");
    }
}

#[test]
fn case_02_the_same_request_again_is_the_same_text() {
    let one = Params::from_form(b"CallSid=a&Status=x&CurrentTime=1");
    let two = Params::from_form(b"Status=x&CurrentTime=2&CallSid=a");
    assert_eq!(one.canonical(&["currenttime"]), two.canonical(&["CurrentTime"]));
    assert_ne!(one.canonical(&[]), two.canonical(&[]));
}

#[test]
fn case_05_query_and_body_together() {
    let both = Params::from_form(b"CallSid=a").or(Params::from_json(br#"{"CallSid":"b","From":"1"}"#));
    assert_eq!(both.get("CallSid"), Some("a"));
    assert_eq!(both.get("from"), Some("1"));
}

#[test]
fn what_no_engine_stores_is_replaced_in_every_form() {
    let all = [
        Params::from_form(b"F%00rom=a%00b"),
        Params::from_json(br#"{"F\u0000rom":"a\u0000b"}"#),
        Params::from_pairs(vec![("F\0rom".into(), "a\0b".into())]),
    ];
    for params in all {
        assert_eq!(params.get("F\u{fffd}rom"), Some("a\u{fffd}b"));
        assert_eq!(params.canonical(&[]), "F%EF%BF%BDrom=a%EF%BF%BDb");
    }
    let nested = Params::from_form(br#"Stream=%7B%22Status%22%3A%22x%5Cu0000%22%7D"#).nested("Stream");
    assert_eq!(nested.get("Status"), Some("x\u{fffd}"));
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = AppletCall::read(&Params::from_form(&bytes));
        let _ = AppletCall::read(&Params::from_json(&bytes));
    }
}

#[test]
fn a_card_number_that_was_keyed_is_not_kept() {
    let params = Params::from_form(b"CallSid=4111111111111111&digits=%224111111111111111%22&Comment=card+4111+1111+1111+1111&StartTime=2026-11-23+10%3A00%3A00");
    let kept = params.without_cards();
    assert!(
        !kept.get("digits").unwrap().contains("4111") && !kept.get("Comment").unwrap().contains("4111"),
        "{kept:?}"
    );
    // What the carrier made up is no card, whatever its digits.
    assert_eq!(kept.get("CallSid"), Some("4111111111111111"));
    assert_eq!(kept.get("StartTime"), Some("2026-11-23 10:00:00"));
}
