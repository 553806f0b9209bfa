use super::*;
use proptest::prelude::*;
use serde_json::Value;

fn frame(text: &str) -> Frame {
    read(text, &mut Vec::new()).unwrap()
}

fn start() -> Start {
    Start {
        stream_sid: "S".into(),
        call_sid: Some("C".into()),
        account_sid: Some("acme1m".into()),
        from: Some("+919812345678".into()),
        to: Some("+918047491899".into()),
        sample_rate: Some(8000),
    }
}

#[test]
fn case_07_a_start_in_each_dialect_is_the_same() {
    let snake = r#"{"event":"start","sequence_number":"1","stream_sid":"S","start":{"stream_sid":"S","call_sid":"C","account_sid":"acme1m","from":"+919812345678","to":"+918047491899","custom_parameters":{"t":"x"},"media_format":{"encoding":"raw","sample_rate":"8000","bit_rate":"128"}}}"#;
    let camel = r#"{"event":"start","sequenceNumber":1,"streamSid":"S","start":{"streamSid":"S","callSid":"C","accountSid":"acme1m","from":"+919812345678","to":"+918047491899","customParameters":{},"mediaFormat":{"encoding":"audio/x-raw","sampleRate":8000,"bitRate":"128kbps"}}}"#;
    let odd = r#"{"event":"start","stream_sid":"S","start":{"call_sid":"C","account_sid":"acme1m","from":"+919812345678","to":"+918047491899","custom_parameters":"","media_format":{"sample_rate":"8000Hz"}}}"#;
    for text in [snake, camel, odd] {
        assert_eq!(frame(text), Frame::Start(start()), "{text}");
    }
}

#[test]
fn case_07_either_spelling_and_both_at_once_are_the_same() {
    let ways: [&[usize]; 4] = [&[0], &[1], &[0, 1], &[1, 0]];
    for spelled in ways {
        let field = |names: [&str; 2], value: &str| -> String {
            spelled.iter().map(|n| format!("\"{}\":{value},", names[*n])).collect()
        };
        let sid = field(["stream_sid", "streamSid"], "\"S\"");
        let outer = sid.clone() + &field(["sequence_number", "sequenceNumber"], "\"3\"");
        let call = field(["call_sid", "callSid"], "\"C\"") + &field(["account_sid", "accountSid"], "\"acme1m\"");
        let rate = field(["sample_rate", "sampleRate"], "8000");
        let format = field(["media_format", "mediaFormat"], &format!(r#"{{{rate}"encoding":"raw"}}"#));
        let start_body = format!(r#"{{{sid}{call}{format}"from":"+919812345678","to":"+918047491899"}}"#);
        let said = |event: &str, body: &str| frame(&format!(r#"{{{outer}"event":"{event}","{event}":{body}}}"#));
        assert_eq!(said("start", &start_body), Frame::Start(start()), "{spelled:?}");
        let media = said("media", r#"{"chunk":"2","timestamp":"100","payload":"AQI="}"#);
        assert_eq!(media, Frame::Media { sequence: Some(3), timestamp: Some(100) }, "{spelled:?}");
        assert_eq!(said("dtmf", r#"{"digit":"5","duration":"100"}"#), Frame::Key(Some('5')), "{spelled:?}");
        assert_eq!(said("mark", r#"{"name":"t1-1"}"#), Frame::Mark("t1-1".into()), "{spelled:?}");
        let stop = said("stop", &format!(r#"{{{call}"reason":"callended"}}"#));
        assert_eq!(stop, Frame::Stop(Some("callended".into())), "{spelled:?}");
    }
}

#[test]
fn case_07_a_spelling_that_says_nothing_gives_way_to_the_other() {
    for nothing in ["null", "\"\""] {
        let text = format!(
            r#"{{"event":"start","stream_sid":{nothing},"streamSid":"S","start":{{"call_sid":{nothing},"callSid":"C","media_format":null,"mediaFormat":{{"sample_rate":{nothing},"sampleRate":"16000Hz"}}}}}}"#
        );
        let Frame::Start(start) = frame(&text) else { panic!("{text}") };
        assert_eq!((start.stream_sid.as_str(), start.call_sid.as_deref()), ("S", Some("C")), "{text}");
        assert_eq!(start.sample_rate, Some(16_000), "{text}");
    }
}

#[test]
fn case_10_what_we_send_can_be_read_back() {
    for dialect in [Dialect::Superset, Dialect::Minimal] {
        let mut encoder = Encoder::new("S", dialect, 8_000);
        let mut audio = Vec::new();
        assert!(matches!(read(&encoder.media(&[7; 3_200]), &mut audio), Ok(Frame::Media { .. })));
        assert_eq!(audio, [7; 3_200]);
        assert_eq!(frame(&encoder.mark("t1-2")), Frame::Mark("t1-2".into()));
    }
}

#[test]
fn case_07_custom_parameters_may_be_anything() {
    for params in ["null", "\"\"", "{}", "[]", "7"] {
        let text = format!(r#"{{"event":"start","stream_sid":"S","start":{{"custom_parameters":{params}}}}}"#);
        assert!(matches!(frame(&text), Frame::Start(s) if s.stream_sid == "S"), "{text}");
    }
}

#[test]
fn media_lands_in_the_buffer() {
    let mut audio = vec![9; 3];
    let text = r#"{"event":"media","stream_sid":"S","sequence_number":3,"media":{"chunk":"2","timestamp":200,"payload":"AQIDBA=="}}"#;
    assert_eq!(read(text, &mut audio), Ok(Frame::Media { sequence: Some(3), timestamp: Some(200) }));
    assert_eq!(audio, [1, 2, 3, 4]);
    let escaped = r#"{"event":"media","media":{"payload":"\/\/8="}}"#;
    assert_eq!(read(escaped, &mut audio), Ok(Frame::Media { sequence: None, timestamp: None }));
    assert_eq!(audio, [255, 255]);
    for odd in ["null", "\"x\"", "1.5", "-3", "true", "[1,{}]", r#"{"a":[1]}"#] {
        let text = format!(r#"{{"event":"media","media":{{"timestamp":{odd},"payload":"AQI="}}}}"#);
        assert_eq!(read(&text, &mut audio), Ok(Frame::Media { sequence: None, timestamp: None }), "{odd}");
    }
}

#[test]
fn case_09_a_bad_payload_is_dropped_and_leaves_nothing() {
    let mut audio = Vec::new();
    assert_eq!(read(r#"{"event":"media","media":{"payload":"%%%"}}"#, &mut audio), Err(FrameError::Payload));
    assert!(audio.is_empty());
    assert_eq!(read(r#"{"event":"media"}"#, &mut audio), Err(FrameError::NoBody("media")));
    assert!(matches!(read("{", &mut audio), Err(FrameError::Json(_))));
}

#[test]
fn case_14_every_key_and_nothing_else_is_a_key() {
    let dtmf = |digit: &str| frame(&format!(r#"{{"event":"dtmf","dtmf":{{"digit":{digit},"duration":"100"}}}}"#));
    for key in "0123456789*#".chars() {
        assert_eq!(dtmf(&format!("\"{key}\"")), Frame::Key(Some(key)));
    }
    assert_eq!(dtmf("7"), Frame::Key(Some('7')));
    for other in ["\"A\"", "\"12\"", "\"\"", "12", "-1", "1.5", "null"] {
        assert_eq!(dtmf(other), Frame::Key(None), "{other}");
    }
}

#[test]
fn keys_marks_and_stops() {
    assert_eq!(frame(r##"{"event":"dtmf","dtmf":{"digit":"#","duration":"100"}}"##), Frame::Key(Some('#')));
    assert_eq!(frame(r#"{"event":"dtmf","dtmf":{"digit":5,"duration":100}}"#), Frame::Key(Some('5')));
    assert_eq!(frame(r#"{"event":"dtmf","dtmf":{"digit":"A"}}"#), Frame::Key(None));
    assert_eq!(frame(r#"{"event":"mark","mark":{"name":"t3-1"}}"#), Frame::Mark("t3-1".into()));
    assert_eq!(frame(r#"{"event":"stop","stop":{"reason":"callended"}}"#), Frame::Stop(Some("callended".into())));
    assert_eq!(frame(r#"{"event":"stop"}"#), Frame::Stop(None));
    assert_eq!(frame(r#"{"event":"clear"}"#), Frame::Other);
}

#[test]
fn case_10_the_superset_holds_both_spellings() {
    let mut encoder = Encoder::new("S\"1", Dialect::Superset, 16_000);
    encoder.media(&[0; 3200]);
    let frame: Value = serde_json::from_str(&encoder.media(&[0; 3200])).unwrap();
    assert_eq!(frame["stream_sid"], "S\"1");
    assert_eq!(frame["streamSid"], "S\"1");
    assert_eq!(frame["sequence_number"], 2);
    assert_eq!(frame["media"]["chunk"], "2");
    assert_eq!(frame["media"]["timestamp"], "100");
    assert_eq!(frame["media"]["payload"].as_str().unwrap().len(), 4268);
    let mark: Value = serde_json::from_str(&encoder.mark("t1-2")).unwrap();
    assert_eq!(mark["mark"]["name"], "t1-2");
    let clear: Value = serde_json::from_str(&encoder.clear()).unwrap();
    assert_eq!((clear["event"].as_str(), clear["sequence_number"].as_i64()), (Some("clear"), Some(4)));
}

#[test]
fn the_minimal_dialect_says_only_what_is_documented() {
    let frame: Value = serde_json::from_str(&Encoder::new("S", Dialect::Minimal, 8000).media(&[0; 4])).unwrap();
    assert_eq!(frame, serde_json::json!({"event":"media","stream_sid":"S","media":{"payload":"AAAAAA=="}}));
}

proptest! {
    #[test]
    fn case_10_chunks_keep_every_byte_and_the_rules(
        rate in prop::sample::select(vec![8_000_u32, 16_000, 24_000]),
        pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..9_000), 0..8),
    ) {
        let mut chunker = Chunker::new(rate);
        let mut out: Vec<Vec<u8>> = Vec::new();
        for piece in &pieces {
            chunker.push(piece, |chunk| out.push(chunk.to_vec()));
        }
        out.extend(chunker.finish());
        for chunk in &out {
            prop_assert!(chunk.len() % 320 == 0 && (3_200..=100_000).contains(&chunk.len()));
        }
        let whole: Vec<u8> = pieces.concat();
        let sent = out.concat();
        prop_assert_eq!(&sent[..whole.len()], &whole[..]);
        prop_assert!(sent[whole.len()..].iter().all(|b| *b == 0) && sent.len() - whole.len() < chunk_bytes(rate));
    }

    #[test]
    fn no_text_is_too_strange(text in ".{0,200}") {
        let _ = read(&text, &mut Vec::new());
    }
}
