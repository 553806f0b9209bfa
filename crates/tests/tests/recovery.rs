//! A node died, and what it had stored by then is all there is: calls end from
//! it, whoever waits for an answer stands on somebody's list, and a row that
//! nobody understands stops no other.

use caly_core::call::Fact;
use caly_core::outcome::{EscalationReason, Outcome};
use caly_core::scope::Scope;
use caly_server::clock::Clock as _;
use caly_server::clock::{StillClock, SystemClock};
use caly_store::{Batch, Call, NewFact, TaskKind};
use caly_tests::behind::Behind;
use caly_tests::{Setup, TestApp};
use serde_json::{Value, json};
use std::sync::Arc;

/// The dead node's name.
const DEAD: &str = "dead";

async fn has_ended(app: &TestApp, door: usize, call: &Call) -> bool {
    let scope = Scope::system(app.doors[door].client);
    app.store.call(&scope, call.id).await.unwrap().ended_at.is_some()
}

/// The facts were stored, and what should have followed from them was not.
async fn stored(app: &TestApp, call: &Call, facts: &[Fact]) {
    let at = app.node.app.clock.now();
    let fact = |(n, fact): (usize, &Fact)| {
        let data = serde_json::to_value(fact).unwrap();
        let kind = data["kind"].as_str().unwrap().to_owned();
        NewFact { seq: n as i64 + 1, at, actor: "agent:1".into(), kind, data }
    };
    let batch = Batch { facts: facts.iter().enumerate().map(fact).collect(), turns: vec![] };
    app.store.record(&Scope::system(app.doors[0].client), call.id, batch, at).await.unwrap();
}

async fn get(app: &TestApp, path: &str) -> Value {
    let http = reqwest::Client::new();
    let body = json!({"email": app.doors[0].email, "password": "password"});
    let entered = http.post(format!("{}/api/auth/login", app.base)).json(&body).send().await.unwrap();
    let token = entered.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned();
    let answer = http.get(format!("{}{path}", app.base)).bearer_auth(token).send().await.unwrap();
    answer.error_for_status().unwrap().json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_a_message_stands_on_a_list_though_the_node_died_before_it_made_one() {
    let clock = Arc::new(StillClock::at(SystemClock.now()));
    let app = TestApp::with(Setup { clock: Some(clock.clone()), ..Setup::default() }).await;
    let scope = Scope::system(app.doors[0].client);
    let [said, only_asked, sought] = [app.begun(0, DEAD).await, app.begun(0, DEAD).await, app.begun(0, DEAD).await];
    let asks = |seeks| Fact::Escalated { reason: EscalationReason::Anger, seeks };
    let message = Fact::Message { name: Some("Asha".into()), text: "The kurta is torn.".into() };
    stored(&app, &said, &[asks(false), message]).await;
    stored(&app, &only_asked, &[asks(false)]).await;
    // Looked for, and not even the looking was stored.
    stored(&app, &sought, &[asks(true)]).await;
    clock.advance(1_000);
    assert_eq!(app.node.recover(DEAD).await.unwrap(), 3);
    for (call, kind, name, text) in [
        (&said, TaskKind::Message, Some("Asha"), "The kurta is torn."),
        (&only_asked, TaskKind::Message, None, "The caller was angry."),
        (&sought, TaskKind::Callback, None, "The caller was angry."),
    ] {
        let ended = app.store.call(&scope, call.id).await.unwrap();
        assert_eq!((ended.outcome, ended.escalated), (Some(Outcome::MessageTaken), true), "{text}");
        let task = app.store.task(&scope, caly_core::id::TaskId(call.id.0)).await.unwrap();
        assert_eq!((task.kind, task.caller_name.as_deref(), task.text.as_str()), (kind, name, text));
        assert_eq!((task.call, task.caller_number.as_deref()), (Some(call.id), Some(caly_tests::CALLER)));
    }
    assert_eq!(get(&app, "/api/tasks").await["tasks"].as_array().unwrap().len(), 3);
    let verified = caly_verify::verify(&app.store).await.unwrap();
    assert!(verified.clean(), "{verified}");
    // Nobody does them: the calls do not stay open for ever.
    clock.advance(100 * 3_600_000);
    app.store.expire_tasks(&scope, clock.now()).await.unwrap();
    assert_eq!(app.store.call(&scope, said.id).await.unwrap().outcome, Some(Outcome::Unresolved));
}

/// The task was there, and the message that should have filled it was lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_not_put_into_its_task_is_put_there_at_the_end() {
    let app = TestApp::start(None).await;
    let scope = Scope::system(app.doors[0].client);
    let call = app.begun(0, DEAD).await;
    let task = caly_store::NewTask {
        id: caly_core::id::TaskId(call.id.0),
        kind: TaskKind::Message,
        caller_name: None,
        caller_number: None,
        text: "The caller was angry.".into(),
        due_at: app.now().plus(24 * 3_600_000),
    };
    app.store.escalate(&scope, call.id, EscalationReason::Anger, Some(task), app.now()).await.unwrap();
    let asks = Fact::Escalated { reason: EscalationReason::Anger, seeks: false };
    stored(&app, &call, &[asks, Fact::Message { name: None, text: "The kurta is torn.".into() }]).await;
    assert_eq!(app.node.recover(DEAD).await.unwrap(), 1);
    let tasks = get(&app, "/api/tasks").await;
    assert_eq!(tasks["tasks"].as_array().unwrap().len(), 1, "{tasks}");
    assert_eq!(tasks["tasks"][0]["text"], "The kurta is torn.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_nobody_understands_keeps_no_other_call_open() {
    let app = TestApp::start(None).await;
    // The eldest first: of one client a call, of the other its zone.
    let (bad, good, foreign) = (app.begun(0, DEAD).await, app.begun(0, DEAD).await, app.begun(1, DEAD).await);
    let behind = Behind::open(&app).await;
    let fact = format!(
        "INSERT INTO call_facts (client_id, call_id, seq, at, actor, kind, data) \
         VALUES ('{}', '{}', 1, 1, 'caller', 'turn', 'no JSON')",
        app.doors[0].client, bad.id
    );
    assert_eq!(behind.tamper(&fact).await, 1);
    let zone = format!("UPDATE clients SET zone = 'Nowhere/At_All' WHERE id = '{}'", app.doors[1].client);
    assert_eq!(behind.tamper(&zone).await, 1);
    assert_eq!(app.node.recover(DEAD).await.unwrap(), 1, "the server starts");
    assert!(has_ended(&app, 0, &good).await);
    assert!(!has_ended(&app, 0, &bad).await && !has_ended(&app, 1, &foreign).await, "the control: they cannot end");
    // And in every round after, whichever client comes first.
    behind.tamper("UPDATE call_facts SET data = '{}' WHERE data = 'no JSON'").await;
    app.node.recover(DEAD).await.unwrap();
    assert!(has_ended(&app, 0, &bad).await && !has_ended(&app, 1, &foreign).await);
}
