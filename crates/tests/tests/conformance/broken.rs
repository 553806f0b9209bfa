//! Streams that break off in the middle, and rows that nobody understands: the
//! caller is still on the line, and somebody is rung or hears what he said.

use crate::rescue::{after_connect, app, clean, connect, dialled, numbers, rescue, scope};
use crate::wire::{applet, count, get, hook, row, talk};
use caly_core::outcome::Outcome;
use caly_server::finish::reconcile;
use caly_store::CarrierPatch;
use caly_tests::TestApp;
use caly_tests::behind::Behind;

/// A call whose socket dropped in the middle, as the flow goes on with it.
async fn broken(app: &TestApp) -> String {
    let (mut stream, sid) = talk(app, 0).await;
    stream.listen().await;
    drop(stream);
    let call = app.counted(&app.doors[0], &sid).await;
    assert_eq!((call.outcome, call.counted), (Some(Outcome::Failed), false));
    let passthru = format!("{}&Stream[Status]=completed&Stream[DisconnectedBy]=bot", applet(app, 0, &sid));
    assert_eq!(get(&hook(app, 0, "after-bot"), &passthru).await.status, 302);
    sid
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_whose_stream_broke_off_is_put_through_to_the_fallback_number() {
    let app = app().await;
    let sid = broken(&app).await;
    assert_eq!(numbers(&connect(&app, &sid, "").await), [""; 0], "the control: none is set");
    let to = CarrierPatch { fallback_number: Some(Some("+918022223333".into())), ..CarrierPatch::default() };
    app.store.set_carrier(&scope(&app), app.doors[0].channel, to, None, app.now()).await.unwrap();
    let sid = broken(&app).await;
    assert_eq!(numbers(&connect(&app, &sid, "").await), ["+918022223333"]);
    let talked = "CallType=completed&DialCallStatus=completed&DialCallDuration=31&DialWhomNumber=%2B918022223333";
    after_connect(&app, &sid, talked).await;
    let call = row(&app, 0, &sid).await.unwrap();
    assert_eq!(call.outcome, Some(Outcome::Failed), "what it was counted as stands");
    assert_eq!(count(&app, "SELECT COUNT(*) FROM tasks").await, 0, "nobody has to call back");
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voicemail_after_a_stream_that_broke_off_is_on_a_list() {
    let app = app().await;
    let sid = broken(&app).await;
    assert_eq!(numbers(&connect(&app, &sid, "").await), [""; 0]);
    let spoke = "CallType=voicemail&RecordingUrl=https%3A%2F%2Frecordings.exotel.com%2Fx.mp3";
    after_connect(&app, &sid, spoke).await;
    after_connect(&app, &sid, &format!("{spoke}&CurrentTime=2026-11-23+10%3A05%3A00")).await;
    let heard = "SELECT COUNT(*) FROM tasks WHERE kind = 'voicemail' AND state = 'open' \
        AND due_at >= created_at + 86400000 AND caller_number = '+919812345678' AND call_id IS NOT NULL";
    assert_eq!((count(&app, heard).await, count(&app, "SELECT COUNT(*) FROM tasks").await), (1, 1));
    let lies = rescue(&app, &sid).await.0.recording_url;
    assert_eq!(lies.as_deref(), Some("https://recordings.exotel.com/x.mp3"));
    // Without a recording nobody has to listen.
    let silent = broken(&app).await;
    after_connect(&app, &silent, "CallType=call-attempt").await;
    assert_eq!(count(&app, "SELECT COUNT(*) FROM tasks").await, 1);
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rescue_that_nobody_understands_keeps_no_other_waiting() {
    let app = app().await;
    let (bad, _) = dialled(&app).await;
    let (good, _) = dialled(&app).await;
    let call = row(&app, 0, &bad).await.unwrap();
    let behind = Behind::open(&app).await;
    let fact = format!(
        "INSERT INTO call_facts (client_id, call_id, seq, at, actor, kind, data) \
         SELECT client_id, id, 900, 1, 'caller', 'turn', 'no JSON' FROM calls WHERE carrier_call_id = '{bad}'"
    );
    behind.tamper(&fact).await;
    behind.tamper("UPDATE claims SET lease_until = 1, dialled_at = 1").await;
    // The bad one is the longest overdue.
    let overdue = format!("UPDATE rescues SET check_at = CASE WHEN call_id = '{}' THEN 0 ELSE 1 END", call.id);
    behind.tamper(&overdue).await;
    reconcile::overdue(&app.node.app, &app.node.telephony).await.unwrap();
    assert_eq!(app.counted(&app.doors[0], &good).await.outcome, Some(Outcome::MessageTaken));
    assert_eq!(row(&app, 0, &bad).await.unwrap().ended_at, None, "the control: it cannot end");
    assert!(rescue(&app, &bad).await.0.check_at > app.now(), "and it stands in nobody's way");
}
