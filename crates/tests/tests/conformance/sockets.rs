//! Cases 6-8: who may open the audio socket, and how it starts.

use crate::speech::keypad;
use crate::wire::{self, Got, applet, get, new_sid, row, talk, url_in, voicebot};
use caly_core::id::AgentId;
use caly_core::outcome::{CallState, ChannelKind};
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_store::{Call, NewChannel};
use caly_tests::{Setup, TestApp};
use std::time::Duration;

async fn app() -> TestApp {
    TestApp::with(Setup { speech: Some(keypad()), ..Setup::default() }).await
}

/// A further line of the shop, with what only some lines have.
async fn line(app: &TestApp, key: &str, basic: Option<&str>, account: Option<&str>) {
    let scope = Scope::system(app.doors[0].client);
    let like = app.store.channel(&scope, app.doors[0].channel).await.unwrap();
    let new = NewChannel {
        kind: ChannelKind::Rehearsal,
        carrier: "exotel".into(),
        name: key.into(),
        number: like.number,
        sector: Sector::Ecommerce,
        team: like.team,
        entry_agent: AgentId(1),
        hook_key_hash: app.node.telephony.keys.hook_hash(key),
        hook_key_sealed: like.hook_key_sealed,
        account_sid: account.map(str::to_owned),
        hook_basic_hash: basic.map(|b| app.node.telephony.keys.basic_hash(b)),
    };
    app.store.create_channel(&scope, new, app.now()).await.unwrap();
}

async fn stream_of(app: &TestApp, key: &str, sid: &str) -> String {
    url_in(&get(&format!("{}/exotel/{key}/voicebot", app.base), &applet(app, 0, sid)).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn case_06_a_token_opens_its_own_socket_and_no_other() {
    let app = app().await;
    let sid = new_sid(&app);
    let url = voicebot(&app, 0, &sid).await;
    let token = url.split("/stream/").nth(1).unwrap().split('?').next().unwrap();
    let unknown = url.replace(token, "AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(wire::open(&unknown, None).await.err(), Some(404));
    assert_eq!(wire::open(&url.replace("/stream/", "x/stream/"), None).await.err(), Some(404), "another hook key");
    // A minute later nobody may come.
    let due = row(&app, 0, &sid).await.unwrap().token_expires_at.unwrap();
    wire::age(&app, app.now().plus(-1).0).await;
    assert_eq!(wire::open(&url, None).await.err(), Some(404), "expired");
    // The control: in its time the same token opens.
    wire::age(&app, due.0).await;
    assert!(wire::open(&url, None).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_06_basic_is_asked_for_where_it_was_switched_on() {
    let app = app().await;
    line(&app, "line-with-basic", Some("caly:opensesame"), None).await;
    let sid = new_sid(&app);
    let url = stream_of(&app, "line-with-basic", &sid).await;
    let basic = |text: &str| format!("Basic {}", base64_simd::STANDARD.encode_to_string(text));
    assert_eq!(wire::open(&url, None).await.err(), Some(401), "missing");
    for wrong in ["caly:opensesam", "opensesame", "", "caly:opensesame2"] {
        assert_eq!(wire::open(&url, Some(&basic(wrong))).await.err(), Some(401), "{wrong}");
    }
    assert_eq!(wire::open(&url, Some("Bearer caly:opensesame")).await.err(), Some(401));
    // Five refusals used nothing up.
    assert!(wire::open(&url, Some(&basic("caly:opensesame"))).await.is_ok());
    // The control: a line without it asks nobody.
    let plain = voicebot(&app, 0, &new_sid(&app)).await;
    assert!(wire::open(&plain, None).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_06_the_second_handshake_takes_over_and_there_is_no_third() {
    let app = app().await;
    let sid = new_sid(&app);
    let url = voicebot(&app, 0, &sid).await;
    let mut first = wire::open(&url, None).await.unwrap();
    let mut second = wire::open(&url, None).await.unwrap();
    assert_eq!(first.next().await, Got::Closed(1008), "the first one is closed");
    assert_eq!(wire::open(&url, None).await.err(), Some(404), "two at most");
    second.start(&sid).await;
    second.ask_by_keys().await;
    assert_eq!(second.closed().await, 1000);
    assert!(app.counted(&app.doors[0], &sid).await.resolved);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_06_once_the_stream_has_started_its_token_is_used_up() {
    let app = app().await;
    let sid = new_sid(&app);
    let url = voicebot(&app, 0, &sid).await;
    let mut stream = wire::open(&url, None).await.unwrap();
    stream.start(&sid).await;
    assert!(matches!(stream.next().await, Got::Sound(_)));
    assert_eq!(wire::open(&url, None).await.err(), Some(404));
    assert!(matches!(stream.next().await, Got::Sound(_) | Got::Mark(_)), "the first one talks on");
}

/// `start` as it is seen and documented; `@c` is the call.
const STARTS: [&str; 7] = [
    r#"{"event":"start","sequence_number":"1","stream_sid":"S7","start":{"stream_sid":"S7","call_sid":"@c","account_sid":"acme1m","from":"+919812345678","to":"+918047491899","custom_parameters":{"t":"x"},"media_format":{"encoding":"raw","sample_rate":"16000","bit_rate":"256"}}}"#,
    r#"{"event":"start","sequenceNumber":1,"streamSid":"S7","start":{"streamSid":"S7","callSid":"@c","accountSid":"acme1m","from":"09812345678","to":"08047491899","customParameters":{},"mediaFormat":{"encoding":"audio/x-raw","sampleRate":16000,"bitRate":256}}}"#,
    r#"{"event":"start","sequence_number":1,"stream_sid":"S7","start":{"stream_sid":"S7","call_sid":"@c","account_sid":"acme1m","media_format":{"encoding":"raw","sample_rate":"16000Hz","bit_rate":"128kbps"}}}"#,
    r#"{"event":"start","stream_sid":"S7","start":{"call_sid":"@c","custom_parameters":null}}"#,
    r#"{"event":"start","stream_sid":"S7","start":{"call_sid":"@c","custom_parameters":"","media_format":{"sample_rate":"8000Hz","bit_rate":"128kbps"}}}"#,
    r#"{"event":"start","start":{"stream_sid":"S7","callSid":"@c","customParameters":[],"media_format":null}}"#,
    r#"{"event":"start","stream_sid":"S7","start":{"stream_sid":"S7","from":7,"to":null}}"#,
];

#[tokio::test(flavor = "multi_thread")]
async fn case_07_every_dialect_of_start_begins_the_same_session() {
    let app = app().await;
    for start in STARTS {
        let sid = new_sid(&app);
        let mut stream = wire::open(&voicebot(&app, 0, &sid).await, None).await.unwrap();
        stream.stream_sid = "S7".into();
        stream.send(r#"{"event":"connected","protocol":"Call","version":"1.0.0"}"#).await;
        stream.phase = caly_rehearsal::checks::Phase::Open;
        stream.send(&start.replace("@c", &sid)).await;
        assert!(matches!(stream.next().await, Got::Sound(_)), "{start}");
        assert!(stream.broken.is_empty(), "{start}: {:?}", stream.broken);
        let call = row(&app, 0, &sid).await.unwrap();
        assert_eq!((call.state, call.stream_sid.as_deref()), (CallState::Streaming, Some("S7")), "{start}");
    }
    // The control: without an id there is nothing to answer to.
    let sid = new_sid(&app);
    let mut stream = wire::open(&voicebot(&app, 0, &sid).await, None).await.unwrap();
    stream.send(&STARTS[3].replace("@c", &sid).replace(r#""stream_sid":"S7","#, "")).await;
    assert_eq!(stream.next().await, Got::Closed(1008));
}

async fn is_flagged(app: &TestApp, call: &Call) -> bool {
    let scope = Scope::system(app.doors[0].client);
    for _ in 0..100 {
        let facts = app.store.facts(&scope, call.id).await.unwrap();
        if facts.iter().any(|f| f.kind == "foreign_start") {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn case_08_a_start_for_another_call_is_refused_and_flagged() {
    let app = app().await;
    let (sid, other) = (new_sid(&app), new_sid(&app));
    voicebot(&app, 0, &other).await;
    let mut stream = wire::open(&voicebot(&app, 0, &sid).await, None).await.unwrap();
    stream.start(&other).await;
    assert_eq!(stream.next().await, Got::Closed(1008));
    let call = row(&app, 0, &sid).await.unwrap();
    assert!(is_flagged(&app, &call).await);
    assert_eq!(call.state, CallState::Routed, "nothing was begun");
    assert_eq!(row(&app, 0, &other).await.unwrap().state, CallState::Routed);
    let scope = Scope::system(app.doors[0].client);
    let others = row(&app, 0, &other).await.unwrap();
    assert!(app.store.facts(&scope, others.id).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_08_a_start_from_another_account_is_refused() {
    let app = app().await;
    for (key, account, code) in [("line-a", "acme1m", None), ("line-b", "someone-else", Some(1008))] {
        line(&app, key, None, Some(account)).await;
        let sid = new_sid(&app);
        let mut stream = wire::open(&stream_of(&app, key, &sid).await, None).await.unwrap();
        stream.start(&sid).await;
        let closed = if let Got::Closed(code) = stream.next().await { Some(code) } else { None };
        assert_eq!(closed, code, "{account}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_08_a_socket_without_a_start_is_closed() {
    let app = app().await;
    let mut stream = wire::open(&voicebot(&app, 0, &new_sid(&app)).await, None).await.unwrap();
    stream.send(r#"{"event":"connected"}"#).await;
    assert_eq!(stream.next().await, Got::Closed(1008));
    // The control: with a start it stays.
    let (mut stream, _) = talk(&app, 0).await;
    assert!(matches!(stream.next().await, Got::Sound(_)));
}
