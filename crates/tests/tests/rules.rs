//! Business rules as callers meet them: closed hours, a holiday, a phrase that
//! brings a person, the longest call.

use caly_core::outcome::{EndedBy, EscalationReason, Outcome};
use caly_core::scope::Scope;
use caly_core::time::{At, Zone};
use caly_rehearsal::knobs::{Knobs, Leg};
use caly_rehearsal::report::CallReport;
use caly_rehearsal::script::{Script, Step};
use caly_server::live::speech::Speech;
use caly_store::{Call, TaskKind};
use caly_tests::talk::Talk;
use caly_tests::{Setup, TestApp, caller_voice, pack_dir};
use caly_voice::tts::Mouth;
use serde_json::{Value, json};
use std::sync::Arc;

const ZONE: &str = "Asia/Kolkata";
const ANSWERS: Leg = Leg::Answer { after_ms: 300, talk_ms: 2_100 };

/// A shop whose people can be dialled, under these rules.
async fn shop(rules: &Value) -> TestApp {
    let speech = Speech { ears: None, mouth: Arc::new(Mouth::recordings()) };
    let app = TestApp::with(Setup { speech: Some(speech), people: true, ..Setup::default() }).await;
    put(&app, rules).await;
    app
}

async fn put(app: &TestApp, rules: &Value) {
    let http = reqwest::Client::new();
    let body = json!({"email": app.doors[0].email, "password": "password"});
    let answer = http.post(format!("{}/api/auth/login", app.base)).json(&body).send().await.unwrap();
    let token = answer.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned();
    let url = format!("{}/api/rules", app.base);
    let put = http.put(url).bearer_auth(token).json(rules).send().await.unwrap();
    assert!(put.status().is_success(), "{}", put.text().await.unwrap());
}

/// Asks for a person; everybody who is dialled answers.
async fn asks_for_a_person(app: &TestApp) -> (CallReport, Call) {
    let steps = vec![Step::WaitQuiet { ms: 900 }, Step::Press("0".into()), Step::WaitEnd { ms: 60_000 }];
    let knobs = Knobs { legs: vec![ANSWERS; 3], ..Knobs::default() };
    let placed = app.place(app.line(0, knobs), Script::new("person", steps), None).await;
    assert!(placed.0.violations.is_empty(), "{:?}", placed.0.violations);
    placed
}

/// Nobody was dialled, and somebody calls back when they are there again.
async fn is_called_back_after(app: &TestApp, report: &CallReport, call: &Call, opening: At) {
    assert_eq!((call.outcome, call.escalated), (Some(Outcome::MessageTaken), true));
    assert_eq!(call.escalation_reason, Some(EscalationReason::Requested));
    assert!(report.connect.as_ref().is_none_or(|c| c.numbers.is_empty()), "{:?}", report.connect);
    assert!(call.rescuer.is_none());
    let tasks = app.store.tasks(&Scope::system(app.doors[0].client), Default::default(), None, 10).await.unwrap().items;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert!(matches!(tasks[0].kind, TaskKind::Message | TaskKind::Callback), "{tasks:?}");
    assert!(tasks[0].due_at >= opening, "due {} before they open {}", tasks[0].due_at.rfc3339(), opening.rfc3339());
    let verified = caly_verify::verify(&app.store).await.unwrap();
    assert!(verified.clean(), "{verified}");
}

/// The weekday (Monday = 1) so many days from now, and its day.
fn ahead(app: &TestApp, days: i64) -> (i8, caly_core::time::Day) {
    let zone = Zone::named(ZONE).unwrap();
    let day = Zone::shift(&zone.day(app.now()), days).unwrap();
    let noon = zone.at(&day, 12 * 60).unwrap();
    (zone.minute_of_day(noon).1, day)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nobody_is_there_nobody_is_dialled_and_the_call_back_is_due_after_opening() {
    let app = shop(&json!({})).await;
    let (weekday, day) = ahead(&app, 3);
    put(&app, &json!({"hours": [{"weekday": weekday, "from_min": 600, "to_min": 1080}]})).await;
    let (report, call) = asks_for_a_person(&app).await;
    is_called_back_after(&app, &report, &call, Zone::named(ZONE).unwrap().at(&day, 600).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holiday_is_closed_all_day_however_long_the_hours() {
    let app = shop(&json!({})).await;
    let always: Vec<Value> =
        (1..=7).map(|weekday| json!({"weekday": weekday, "from_min": 0, "to_min": 1440})).collect();
    // Two days, so that a midnight between the rule and the call changes nothing.
    let days = [ahead(&app, 0).1, ahead(&app, 1).1];
    let opening = Zone::named(ZONE).unwrap().at(&ahead(&app, 2).1, 0).unwrap();
    let holidays: Vec<Value> = days.iter().map(|day| json!({"day": day.0, "name": "Diwali"})).collect();
    put(&app, &json!({"hours": always, "holidays": holidays})).await;
    let (report, call) = asks_for_a_person(&app).await;
    is_called_back_after(&app, &report, &call, opening).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_people_are_there_the_same_caller_is_connected() {
    // The control of the two above.
    let always: Vec<Value> =
        (1..=7).map(|weekday| json!({"weekday": weekday, "from_min": 0, "to_min": 1440})).collect();
    let app = shop(&json!({"hours": always})).await;
    let (report, call) = asks_for_a_person(&app).await;
    assert_eq!(call.outcome, Some(Outcome::HandedOver));
    assert_eq!(report.connect.map(|c| c.numbers.len()), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_call_is_ended_by_the_agent_with_a_word() {
    let app = shop(&json!({"limits": {"call_minutes": 1}})).await;
    // Hears the menu again and again, for longer than a minute.
    let again = [Step::WaitQuiet { ms: 900 }, Step::Press("*".into())];
    let steps = again.iter().cycle().take(60).cloned().collect();
    let (report, call) = app.place(app.line(0, Knobs::default()), Script::new("long", steps), None).await;
    assert!(report.violations.is_empty(), "{:?}", report.violations);
    assert_eq!(call.ended_by, Some(EndedBy::Agent), "{call:?}");
    let lasted = call.ended_at.unwrap().since(call.started_at);
    assert!((55_000..90_000).contains(&lasted), "{lasted} ms");
    let said = app.said(0, &call).await;
    assert_eq!(call.escalation_reason, Some(EscalationReason::Rule), "{said:#?}");
    // Somebody is at the phone, so nobody is promised a call.
    let word = said.iter().rfind(|turn| turn.starts_with("agent: "));
    assert!(word.is_some_and(|word| word.contains("i am connecting you with a person now")), "{said:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clients_own_phrase_brings_a_person() {
    let Some(pack) = pack_dir() else { return };
    let app = TestApp::start(Some(pack.clone())).await;
    let script = || {
        let says = |words: &str| [Step::WaitQuiet { ms: 900 }, Step::Say(words.into())];
        let steps = [says("I will send you a legal notice."), says("My name is Ravi.")].concat();
        Script::new("phrase", [steps, vec![Step::WaitEnd { ms: 30_000 }]].concat())
    };
    let voice = caller_voice(&pack);
    let talk = async |name: &str| -> Talk { app.talk(name, 0, Knobs::default(), script(), &voice).await };
    let without = talk("phrase_without").await;
    assert!(
        !without.call.escalated || without.call.escalation_reason != Some(EscalationReason::Rule),
        "{:#?}",
        without.said
    );
    put(&app, &json!({"escalation_phrases": ["legal notice"]})).await;
    let with = talk("phrase").await;
    assert_eq!((with.call.escalated, with.call.outcome), (true, Some(Outcome::MessageTaken)), "{:#?}", with.said);
    assert_eq!(with.call.escalation_reason, Some(EscalationReason::Rule));
}
