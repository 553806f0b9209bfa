//! The eight bad days that the product's first document promises to handle,
//! each through the front door and in its order.

use caly_core::outcome::Outcome;
use caly_core::scope::Scope;
use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::report::CallReport;
use caly_rehearsal::script::{Script, Step};
use caly_rehearsal::shop::Mode;
use caly_server::live::speech::Speech;
use caly_store::Call;
use caly_tests::behind::Behind;
use caly_tests::{Setup, TestApp};
use caly_voice::tts::Mouth;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;

/// The order's status by keys, told, helped, rated.
const ORDER: [&str; 4] = ["1", "1024#", "1", "5"];

struct Shop {
    app: TestApp,
    token: String,
}

impl Shop {
    async fn open() -> Self {
        let speech = Speech { ears: None, mouth: Arc::new(Mouth::recordings()) };
        let app = TestApp::with(Setup { speech: Some(speech), ..Setup::default() }).await;
        let body = json!({"email": app.doors[0].email, "password": "password"});
        let answer = reqwest::Client::new().post(format!("{}/api/auth/login", app.base)).json(&body).send().await;
        let token = answer.unwrap().json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned();
        Self { app, token }
    }

    fn scope(&self) -> Scope {
        Scope::system(self.app.doors[0].client)
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = reqwest::Client::new().request(method, format!("{}{path}", self.app.base));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null))
    }

    fn script(name: &str, keys: &[&str]) -> Script {
        let pressed = keys.iter().flat_map(|k| [Step::WaitQuiet { ms: 900 }, Step::Press((*k).to_owned())]);
        Script::new(name, pressed.chain([Step::WaitEnd { ms: 60_000 }]).collect())
    }

    async fn call(&self, name: &str, keys: &[&str]) -> (CallReport, Call) {
        let placed = self.app.place(self.app.line(0, Knobs::default()), Self::script(name, keys), None).await;
        assert!(placed.0.violations.is_empty(), "{:?}", placed.0.violations);
        placed
    }

    async fn clean(&self) {
        let report = caly_verify::verify(&self.app.store).await.unwrap();
        assert!(report.clean(), "{report}");
    }

    /// Everybody who is assigned to the entry agent.
    async fn assigned(&self) -> Vec<i64> {
        let members = self.app.store.raw_rows(&self.scope()).await.unwrap().members;
        members.iter().map(|m| m.id.0).filter(|id| *id != 8).collect()
    }
}

/// The routing finds nobody: all are away. The sector's agent answers all the
/// same and solves it; the call has no owner and moves no person's numbers.
#[tokio::test(flavor = "multi_thread")]
async fn scenario_1_nobody_can_be_routed_to() {
    let shop = Shop::open().await;
    for id in shop.assigned().await {
        let path = format!("/api/teams/members/{id}");
        assert_eq!(shop.ask(Method::PUT, &path, Some(json!({"availability": "away"}))).await.0, 200);
    }
    let (_, call) = shop.call("scenario_1", &ORDER).await;
    assert_eq!((call.outcome, call.owner), (Some(Outcome::ResolvedByAgent), None));
    let (_, seen) = shop.ask(Method::GET, &format!("/api/calls/{}", call.id), None).await;
    assert!(seen["decision"]["chosen"].is_null() && !seen["decision"]["why"].is_null(), "{seen}");
    shop.clean().await;
}

/// A member leaves the team while his call is on: it stays his, and no further
/// one becomes his.
#[tokio::test(flavor = "multi_thread")]
async fn scenario_2_a_member_is_removed() {
    let shop = Shop::open().await;
    let line = shop.app.line(0, Knobs::default());
    let sid = line.call_sid.clone();
    let placing = shop.app.place(line, Shop::script("scenario_2", &ORDER), None);
    let removing = async {
        let owner = loop {
            let call = shop.app.store.call_by_carrier_id(&shop.scope(), &sid).await.unwrap();
            if let Some(owner) = call.and_then(|call| call.owner) {
                break owner;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        };
        let (status, left) = shop.ask(Method::DELETE, &format!("/api/teams/members/{owner}"), None).await;
        assert!(status == 200 || status == 204, "{left}");
        owner
    };
    let ((_, call), gone) = tokio::join!(placing, removing);
    assert_eq!((call.owner, call.outcome), (Some(gone), Some(Outcome::ResolvedByAgent)));
    let leaves = [Step::WaitQuiet { ms: 900 }, Step::HangUp];
    let further = (0..6).map(|_| {
        let script = Script::new("scenario_2", leaves.clone().into());
        shop.app.place(shop.app.line(0, Knobs::default()), script, None)
    });
    for (_, next) in futures::future::join_all(further).await {
        assert!(next.owner.is_some() && next.owner != Some(gone), "{:?}", next.owner);
    }
    shop.clean().await;
}

/// The numbers cannot be moved: the carrier is answered and the caller served
/// as if they could, and they move once it is mended.
#[tokio::test(flavor = "multi_thread")]
async fn scenario_3_counting_fails() {
    let shop = Shop::open().await;
    let behind = Behind::open(&shop.app).await;
    behind.refuse("daily").await;
    let line = shop.app.line(0, Knobs::default());
    let sid = line.call_sid.clone();
    let report = caly_rehearsal::carrier::place(line, Shop::script("scenario_3", &ORDER), None, None).await.unwrap();
    assert!(report.violations.is_empty(), "{:?}", report.violations);
    let call = shop.app.store.call_by_carrier_id(&shop.scope(), &sid).await.unwrap().unwrap();
    assert_eq!(call.outcome, Some(Outcome::ResolvedByAgent), "the caller's side does not wait for the numbers");
    assert_eq!(behind.number("SELECT COUNT(*) FROM daily").await, 0);
    assert_eq!(shop.app.store.waiting_jobs().await.unwrap(), 1, "nothing is lost");
    behind.allow("daily").await;
    shop.app.counted(&shop.app.doors[0], &sid).await;
    assert_eq!(behind.number("SELECT SUM(calls) FROM daily").await, 1);
    shop.clean().await;
}

/// Nobody is assigned to any agent: the sector's agents answer.
#[tokio::test(flavor = "multi_thread")]
async fn scenario_4_nobody_is_assigned() {
    let shop = Shop::open().await;
    for id in shop.assigned().await {
        let path = format!("/api/teams/members/{id}/agents");
        assert_eq!(shop.ask(Method::PUT, &path, Some(json!({"assignments": []}))).await.0, 200);
    }
    let (_, call) = shop.call("scenario_4", &ORDER).await;
    assert_eq!((call.outcome, call.owner), (Some(Outcome::ResolvedByAgent), None));
    assert_eq!(call.agent_type, "order_status");
    shop.clean().await;
}

/// No such sector: the answer names those there are.
#[tokio::test(flavor = "multi_thread")]
async fn scenario_5_there_is_no_such_sector() {
    let shop = Shop::open().await;
    for (method, path, body) in [
        (Method::GET, "/api/sector-config/farming", None),
        (Method::POST, "/api/sector-config", Some(json!({"sector": "farming", "config": {}}))),
        (Method::POST, "/api/sector-config/farming/test", Some(json!({}))),
    ] {
        let (status, problem) = shop.ask(method, path, body).await;
        assert_eq!((status, problem["code"].as_str()), (404, Some("unknown_sector")), "{problem}");
        let words = problem["detail"].as_str().unwrap();
        assert!(words.contains("farming") && words.contains("ecommerce") && words.contains("saas"), "{words}");
    }
}

/// The shop's API does not answer: it is given up after ten seconds, the caller
/// is told, and somebody is to call back.
#[tokio::test(flavor = "multi_thread")]
async fn scenario_6_an_api_does_not_answer_in_time() {
    let shop = Shop::open().await;
    shop.app.shop.set_mode(Mode::Slow(60_000));
    let (report, call) = shop.call("scenario_6", &["1", "1024#"]).await;
    let said = shop.app.said(0, &call).await;
    assert_eq!(call.outcome, Some(Outcome::MessageTaken), "{said:#?}");
    assert!(report.agent_audio_ms > 5_000, "{said:#?}");
    let (_, tasks) = shop.ask(Method::GET, "/api/tasks", None).await;
    assert_eq!(tasks["tasks"].as_array().map(Vec::len), Some(1), "{tasks}");
    shop.clean().await;
}

/// A proficiency is a whole number from 0 to 100; with one that is not, nothing
/// of the set is taken.
#[tokio::test(flavor = "multi_thread")]
async fn scenario_7_a_proficiency_is_out_of_range() {
    let shop = Shop::open().await;
    let path = "/api/teams/members/1/agents";
    let kept = "/api/teams/members/1/assignments";
    let (_, before) = shop.ask(Method::GET, kept, None).await;
    for level in [json!(-1), json!(101), json!(50.5), json!("fifty"), json!(null)] {
        let set = json!({"assignments": [{"agent_id": 2, "proficiency_level": 10}, {"agent_id": 1, "proficiency_level": level}]});
        let (status, problem) = shop.ask(Method::PUT, path, Some(set)).await;
        assert!((status == 422 || status == 400) && problem["detail"].is_string(), "{level}: {status} {problem}");
    }
    assert_eq!(shop.ask(Method::GET, kept, None).await.1, before, "all or nothing");
    for level in [0, 100] {
        let set = json!({"assignments": [{"agent_id": 1, "proficiency_level": level}]});
        assert_eq!(shop.ask(Method::PUT, path, Some(set)).await.0, 200);
    }
}

/// What is missing is named.
#[tokio::test(flavor = "multi_thread")]
async fn scenario_8_a_required_field_is_missing() {
    let shop = Shop::open().await;
    for (path, body, field) in [
        ("/api/teams/members", json!({"role": "agent"}), "email"),
        ("/api/teams", json!({}), "name"),
        ("/api/channels", json!({"kind": "phone", "name": "Main"}), "number"),
        ("/api/api-keys", json!({"role": "agent"}), "name"),
    ] {
        let (status, problem) = shop.ask(Method::POST, path, Some(body)).await;
        assert_eq!(status, 422, "{path}: {problem}");
        assert!(problem.to_string().contains(field) && problem["detail"].is_string(), "{path}: {problem}");
    }
}
