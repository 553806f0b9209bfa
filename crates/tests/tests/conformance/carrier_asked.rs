//! Cases 22 and 24: the carrier is asked what became of a call.

use crate::rescue::{app, clean, dialled, event, plus, rescue, scope};
use crate::speech::keypad;
use crate::wire::{ask, count, hook, http, row};
use caly_core::outcome::Outcome;
use caly_core::time::{At, Zone};
use caly_rehearsal::carrier_api::FakeCarrierApi;
use caly_server::finish::reconcile::{self, CarrierLogin};
use caly_store::{CarrierPatch, Rescue};
use caly_tests::behind::Behind;
use caly_tests::{Setup, TestApp};
use serde_json::json;
use std::net::SocketAddr;

/// A carrier's API that knows the shop's channels.
pub async fn with_api() -> (TestApp, FakeCarrierApi) {
    let api = FakeCarrierApi::open("key", "token").await.unwrap();
    (allowing(&api, vec![api.address()]).await, api)
}

/// The shop's channels have the API's login; the operator allows these.
pub async fn allowing(api: &FakeCarrierApi, allow: Vec<SocketAddr>) -> TestApp {
    let setup = Setup { speech: Some(keypad()), people: true, ..Setup::default() };
    let app = TestApp::with_operator(setup, move |config| config.outbound_allow.extend(allow)).await;
    log_in(&app, api, "token").await;
    app
}

/// The login that the shop's channels have for the carrier's API.
pub async fn log_in(app: &TestApp, api: &FakeCarrierApi, token: &str) {
    let login = CarrierLogin { host: api.url(), account_sid: "acme1m".into(), key: "key".into(), token: token.into() };
    let text = serde_json::to_string(&login).unwrap();
    let sealed = app.node.vault.seal_carrier_login(&scope(app), &text).await.unwrap();
    for channel in app.store.channels(&scope(app)).await.unwrap() {
        let to = CarrierPatch { login_sealed: Some(Some(sealed.clone())), ..CarrierPatch::default() };
        app.store.set_carrier(&scope(app), channel.id, to, None, app.now()).await.unwrap();
    }
}

/// The time to look has come.
pub async fn overdue(app: &TestApp) {
    Behind::open(app).await.tamper("UPDATE rescues SET check_at = 0").await;
    reconcile::overdue(&app.node.app, &app.node.telephony).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn case_22_status_callbacks_in_every_form_end_nothing_and_ask_the_carrier() {
    let (app, api) = with_api().await;
    let (sid, _) = dialled(&app).await;
    let url = hook(&app, 0, "status");
    let fields = [("CallSid", sid.as_str()), ("Status", "completed"), ("DateUpdated", "2026-11-23 10:00:00")];
    let boundary = "xYzZy";
    let mut multipart = String::new();
    for (name, value) in fields {
        multipart
            .push_str(&format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    multipart.push_str(&format!("--{boundary}--\r\n"));
    let before = rescue(&app, &sid).await.0.check_at;
    let forms = [
        http().post(&url).header("content-type", format!("multipart/form-data; boundary={boundary}")).body(multipart),
        http().post(&url).form(&fields),
        http().post(&url).json(&json!({"CallSid": sid, "Status": "completed"})),
        http().post(&url),
        http().post(&url).query(&[("CallSid", "not-placed-yet")]).form(&[("Status", "completed")]),
    ];
    for form in forms {
        assert_eq!(ask(form).await.status, 200);
        assert_eq!(row(&app, 0, &sid).await.unwrap().ended_at, None, "only we end calls");
    }
    let Rescue { check_at: soon, checks, .. } = rescue(&app, &sid).await.0;
    assert!(soon < before && soon > app.now(), "it is looked at sooner");
    assert_eq!(checks, 0, "what we are told spends no question");
    // More of them put nothing off.
    let again = http().post(&url).json(&json!({"CallSid": sid, "Status": "completed", "More": 1}));
    assert_eq!(ask(again).await.status, 200);
    assert_eq!(rescue(&app, &sid).await.0.check_at, soon);
    // Still going on, says the carrier; then that nobody talked.
    api.say(
        &sid,
        vec![
            json!({"Sid": sid, "Status": "in-progress", "Duration": null, "EndTime": null}),
            json!({"Sid": sid, "Status": "completed", "Duration": "40", "Details": {"Leg2Status": "no-answer"}}),
        ],
    );
    overdue(&app).await;
    assert_eq!(row(&app, 0, &sid).await.unwrap().ended_at, None);
    overdue(&app).await;
    let call = app.counted(&app.doors[0], &sid).await;
    assert_eq!(call.outcome, Some(Outcome::MessageTaken));
    assert!(api.asked().len() >= 2);
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_24_call_details_settle_what_the_hooks_left_open() {
    let (app, api) = with_api().await;
    let (sid, number) = dialled(&app).await;
    event(&app, &sid, &format!("EventType=Answered&DialWhomNumber={}", plus(&number))).await;
    // Ten minutes past midnight in India, when it is the day before in UTC.
    let zone = Zone::named("Asia/Kolkata").unwrap();
    let now = app.now();
    let midnight = (now.0 + 330 * 60_000) / 86_400_000 * 86_400_000 - 330 * 60_000;
    let ended = At(midnight + 600_000);
    let ended = if ended > now { At(ended.0 - 86_400_000) } else { ended };
    let naive =
        jiff::Timestamp::from_millisecond(ended.0 + 330 * 60_000).unwrap().strftime("%Y-%m-%d %H:%M:%S").to_string();
    api.say(
        &sid,
        vec![json!({"Sid": sid, "Status": "completed", "EndTime": naive, "Duration": "300", "Price": null,
            "Details": {"ConversationDuration": 42, "Leg1Status": "completed", "Leg2Status": "completed",
                "Legs": [{"Leg": {"Id": 1, "OnCallDuration": 300}}, {"Leg": {"Id": 2, "OnCallDuration": 42}}]}})],
    );
    overdue(&app).await;
    let call = app.counted(&app.doors[0], &sid).await;
    assert_eq!((call.outcome, call.member_ms), (Some(Outcome::HandedOver), 42_000));
    assert_eq!(call.ended_at, Some(ended));
    assert_eq!(call.day, Some(zone.day(ended)));
    assert_ne!(call.day.unwrap().to_string(), ended.rfc3339()[..10], "not the day in UTC");
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_24_a_way_out_that_says_nothing_is_asked_about() {
    let (app, api) = with_api().await;
    let (sid, _) = dialled(&app).await;
    ask(http().get(hook(&app, 0, "after-connect")).query(&[("CallSid", &sid)])).await;
    assert_eq!(row(&app, 0, &sid).await.unwrap().ended_at, None, "the carrier knows how it went");
    assert_eq!(count(&app, "SELECT COUNT(*) FROM claims WHERE state <> 'over'").await, 0, "nobody talks any more");
    let soon = rescue(&app, &sid).await.0.check_at;
    assert!(soon > app.now() && soon < app.now().plus(60_000), "{soon:?}");
    api.say(&sid, vec![json!({"Sid": sid, "Status": "completed", "Details": {"ConversationDuration": 42}})]);
    overdue(&app).await;
    let call = app.counted(&app.doors[0], &sid).await;
    assert_eq!((call.outcome, call.member_ms), (Some(Outcome::HandedOver), 42_000));
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_24_without_the_carrier_what_is_known_decides() {
    let app = app().await;
    let (talked, number) = dialled(&app).await;
    event(&app, &talked, &format!("EventType=Answered&DialWhomNumber={}", plus(&number))).await;
    let (silent, _) = dialled(&app).await;
    // While their claims stand, nobody concludes anything.
    overdue(&app).await;
    assert!(row(&app, 0, &talked).await.unwrap().ended_at.is_none());
    let behind = Behind::open(&app).await;
    behind.tamper("UPDATE claims SET lease_until = 1").await;
    overdue(&app).await;
    assert!(row(&app, 0, &silent).await.unwrap().ended_at.is_none(), "nothing was heard: somebody may be talking");
    // The longest talk is over.
    behind.tamper("UPDATE claims SET dialled_at = 1").await;
    overdue(&app).await;
    assert_eq!(app.counted(&app.doors[0], &talked).await.outcome, Some(Outcome::HandedOver));
    assert_eq!(app.counted(&app.doors[0], &silent).await.outcome, Some(Outcome::MessageTaken));
    clean(&app).await;
}
