//! A node died, and what it had stored by then is all there is: calls end from
//! it, whoever waits for an answer stands on somebody's list, and a row that
//! nobody understands stops no other.

use caly_core::scope::Scope;
use caly_store::testing::on_postgres;
use caly_tests::TestApp;
use caly_tests::behind::Behind;

/// The dead node's name.
const DEAD: &str = "dead";

async fn has_ended(app: &TestApp, door: usize, call: &caly_store::Call) -> bool {
    let scope = Scope::system(app.doors[door].client);
    app.store.call(&scope, call.id).await.unwrap().ended_at.is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_nobody_understands_keeps_no_other_call_open() {
    let app = TestApp::start(None).await;
    if on_postgres() {
        return;
    }
    // The eldest first: of one client a call, of the other its zone.
    let (bad, good, foreign) = (app.begun(0, DEAD).await, app.begun(0, DEAD).await, app.begun(1, DEAD).await);
    let behind = Behind::open(&app.file()).await;
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
