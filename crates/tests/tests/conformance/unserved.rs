//! Callers whom no agent serves: the node is full, the ears are late, the
//! stream breaks off and the flow is faster than its end. They are on the line,
//! so people are dialled.

use crate::rescue::{after_connect, app, clean, connect, event, numbers, rescue};
use crate::speech::{Rendered, Told, keypad, vowel};
use crate::wire::{applet, ask, count, get, hook, http, new_sid, open, row, talk, url_in, voicebot};
use caly_core::outcome::{CallState, Outcome};
use caly_core::rescue::ClaimState;
use caly_server::live::speech::{Ears, Speech, Words};
use caly_tests::{Setup, TestApp};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What the flow asks when the bot's part is over and the caller is still there.
async fn after_bot(app: &TestApp, sid: &str) -> u16 {
    let query = format!("{}&Stream[Status]=completed&Stream[DisconnectedBy]=bot", applet(app, 0, sid));
    get(&hook(app, 0, "after-bot"), &query).await.status
}

/// The stream is refused, somebody is dialled and talks: his leg ends the call.
async fn goes_to_a_person(app: &TestApp, sid: &str) {
    assert_eq!(after_bot(app, sid).await, 302);
    let number = numbers(&connect(app, sid, "").await).remove(0).replace('+', "%2B");
    event(app, sid, &format!("EventType=Answered&DialWhomNumber={number}")).await;
    after_connect(
        app,
        sid,
        &format!("CallType=completed&DialCallStatus=completed&DialCallDuration=31&DialWhomNumber={number}"),
    )
    .await;
    let call = app.counted(&app.doors[0], sid).await;
    assert_eq!((call.outcome, call.rescuer.is_some()), (Some(Outcome::HandedOver), true), "{call:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_full_node_refuses_is_dialled_a_person() {
    let setup = Setup { speech: Some(keypad()), people: true, ..Setup::default() };
    let app = TestApp::with_operator(setup, |config| config.max_calls = 2).await;
    // One client may hold four fifths of two: one.
    let (held, _) = talk(&app, 0).await;
    let sid = new_sid(&app);
    let mut refused = open(&voicebot(&app, 0, &sid).await, None).await.unwrap();
    assert_eq!(refused.closed().await, 1013);
    assert_eq!(row(&app, 0, &sid).await.unwrap().state, CallState::Routed);
    goes_to_a_person(&app, &sid).await;
    drop(held);
    clean(&app).await;
}

/// Ears behind which too much waits.
struct Late;

impl Ears for Late {
    fn recognise(&self, _: Vec<i16>) -> Words {
        Box::pin(async { Err("too much waits".to_owned()) })
    }

    fn late(&self) -> bool {
        true
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_words_come_too_late_new_callers_go_to_people() {
    let speech = |ears: Arc<dyn Ears>| Speech { ears: Some(ears), mouth: Rendered::tone(1_000.0, 120) };
    let late = Setup { speech: Some(speech(Arc::new(Late))), people: true, ..Setup::default() };
    let app = TestApp::with(late).await;
    let sid = new_sid(&app);
    let mut refused = open(&voicebot(&app, 0, &sid).await, None).await.unwrap();
    assert_eq!(refused.closed().await, 1013);
    goes_to_a_person(&app, &sid).await;
    clean(&app).await;
    // The control: with ears in time the same caller is talked with.
    let app = TestApp::with(Setup { speech: Some(speech(Told::words("hello"))), ..Setup::default() }).await;
    let (mut stream, _) = talk(&app, 0).await;
    stream.listen().await;
}

/// Ears that are broken, and count who asks them.
#[derive(Default)]
struct Broken(AtomicU32);

impl Ears for Broken {
    fn recognise(&self, _: Vec<i16>) -> Words {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Err("broken".to_owned()) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_five_callers_is_not_tried_by_the_sixth() {
    let ears = Arc::new(Broken::default());
    let speech = Speech { ears: Some(Arc::clone(&ears) as _), mouth: Rendered::tone(1_000.0, 120) };
    let app = TestApp::with(Setup { speech: Some(speech), ..Setup::default() }).await;
    let mut asked = Vec::new();
    for _ in 0..6 {
        let (mut stream, sid) = talk(&app, 0).await;
        stream.listen().await;
        stream.say(&vowel(900, 16_000), 16_000).await;
        stream.say(&vec![0; 16_000], 16_000).await;
        stream.listen().await;
        drop(stream);
        app.counted(&app.doors[0], &sid).await;
        asked.push(ears.0.swap(0, Ordering::Relaxed));
    }
    assert!(asked[..5].iter().all(|n| *n > 0), "{asked:?}");
    assert_eq!(asked[5], 0, "by keypad from the beginning");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_has_the_line_keeps_it_when_the_broken_stream_is_noticed() {
    let app = app().await;
    let (mut stream, sid) = talk(&app, 0).await;
    stream.listen().await;
    // The carrier's side is gone, and the flow goes on before this side knows.
    assert_eq!(after_bot(&app, &sid).await, 302);
    let number = numbers(&connect(&app, &sid, "").await).remove(0).replace('+', "%2B");
    event(&app, &sid, &format!("EventType=Answered&DialWhomNumber={number}")).await;
    drop(stream);
    tokio::time::timeout(std::time::Duration::from_secs(20), app.node.telephony.registry.drained())
        .await
        .expect("the stream's end is stored");
    let call = row(&app, 0, &sid).await.unwrap();
    assert_eq!((call.state, call.outcome), (CallState::Talking, None));
    assert_eq!(rescue(&app, &sid).await.1[0].state, ClaimState::Talking, "he is busy for others");
    assert_eq!(count(&app, "SELECT COUNT(*) FROM call_facts WHERE kind = 'ended'").await, 1, "the control");
    let talked = format!("CallType=completed&DialCallStatus=completed&DialCallDuration=31&DialWhomNumber={number}");
    after_connect(&app, &sid, &talked).await;
    let call = app.counted(&app.doors[0], &sid).await;
    assert_eq!((call.outcome, call.rescuer.is_some()), (Some(Outcome::HandedOver), true));
    assert_eq!(count(&app, "SELECT COUNT(*) FROM jobs WHERE kind = 'agent_completed'").await, 1);
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_that_only_the_stream_tells_is_kept_for_calling_back() {
    let app = app().await;
    let sid = new_sid(&app);
    // The first hook has no number.
    let url = format!("{}?CallSid={sid}&Direction=incoming", hook(&app, 0, "voicebot"));
    let said = ask(http().get(url)).await;
    let mut stream = open(&url_in(&said), None).await.unwrap();
    assert_eq!(row(&app, 0, &sid).await.unwrap().caller_number, None, "the control");
    stream.start(&sid).await;
    stream.listen().await;
    assert_eq!(row(&app, 0, &sid).await.unwrap().caller_number.as_deref(), Some("+919812345678"));
}
