//! A supervisor's word after the call, and the calls as a table.

use caly_core::outcome::{CallFacts, ChannelKind, EndedBy, Helped};
use caly_core::scope::Scope;
use caly_server::clock::{Clock, StillClock, SystemClock};
use caly_server::finish::{complete_call, jobs};
use caly_store::{Call, MemberPatch};
use caly_tests::{Setup, TestApp};
use serde_json::{Value, json};
use std::sync::Arc;

const DAY_MS: i64 = 24 * 3_600_000;

struct Shop {
    app: TestApp,
    clock: Arc<StillClock>,
    token: String,
}

impl Shop {
    async fn open() -> Self {
        let clock = Arc::new(StillClock::at(SystemClock.now()));
        let app = TestApp::with(Setup { clock: Some(clock.clone()), ..Setup::default() }).await;
        let token = login(&app).await;
        Self { app, clock, token }
    }

    /// Some days later, with a session of that day.
    async fn later(&mut self, days: i64) {
        self.clock.advance(days * DAY_MS);
        self.token = login(&self.app).await;
    }

    fn scope(&self) -> Scope {
        Scope::system(self.app.doors[0].client)
    }

    /// A call that its agent resolved just now.
    async fn resolved(&self) -> Call {
        let (node, scope, now) = (&self.app.node, self.scope(), self.clock.now());
        let call = self.app.begun(0, "test").await;
        let mut facts = CallFacts::new(ChannelKind::Rehearsal, EndedBy::Agent, now.plus(60_000));
        facts.is_demo = true;
        (facts.started_at, facts.first_audio, facts.last_audio) = (Some(now), Some(now), Some(now.plus(60_000)));
        facts.answer_played = true;
        facts.helped = Some(Helped::Yes);
        complete_call::complete(&node.app, &scope, call.id, &facts, None, None).await.unwrap();
        // The node's own worker may be at it.
        while self.app.store.waiting_jobs().await.unwrap() > 0 {
            jobs::run_due(&node.app, "test").await.unwrap();
        }
        self.app.store.call(&scope, call.id).await.unwrap()
    }

    async fn correct(&self, call: &Call, body: Value) -> (u16, Value) {
        let url = format!("{}/api/calls/{}/outcome", self.app.base, call.id);
        let answer = reqwest::Client::new().put(url).bearer_auth(&self.token).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn export(&self, query: &str) -> (u16, String) {
        let url = format!("{}/api/calls/export?{query}", self.app.base);
        let answer = reqwest::Client::new().get(url).bearer_auth(&self.token).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// (calls, successes) of each day of the owner.
    async fn days(&self, call: &Call) -> Vec<(String, i64, i64)> {
        let raw = self.app.store.raw_rows(&self.scope()).await.unwrap();
        let of_owner = raw.daily.iter().filter(|d| Some(d.member) == call.owner);
        of_owner.map(|d| (d.day.to_string(), d.sums.calls, d.sums.successes)).collect()
    }

    async fn clean(&self) {
        let report = caly_verify::verify(&self.app.store).await.unwrap();
        assert!(report.clean(), "{report}");
    }
}

async fn login(app: &TestApp) -> String {
    let body = json!({"email": app.doors[0].email, "password": "password"});
    let http = reqwest::Client::new();
    let answer = http.post(format!("{}/api/auth/login", app.base)).json(&body).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_moves_the_calls_own_day_and_no_other() {
    let mut shop = Shop::open().await;
    let call = shop.resolved().await;
    let before = shop.days(&call).await;
    assert_eq!(before.iter().map(|d| (d.1, d.2)).collect::<Vec<_>>(), [(1, 1)]);
    shop.later(3).await;
    // What follows from what happened cannot be said, and a reason is needed.
    for (body, field) in [
        (json!({"outcome": "message_taken", "reason": "He left a note."}), "outcome"),
        (json!({"outcome": "failed", "reason": "It broke."}), "outcome"),
        (json!({"outcome": "unresolved", "reason": " "}), "reason"),
    ] {
        let (status, problem) = shop.correct(&call, body).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some(field)), "{problem}");
    }
    assert_eq!(shop.days(&call).await, before);
    let body = json!({"outcome": "unresolved", "reason": "He called again about the same order."});
    for _ in 0..3 {
        let (status, view) = shop.correct(&call, body.clone()).await;
        assert_eq!(
            (status, view["outcome"].as_str(), view["resolved"].as_bool()),
            (200, Some("unresolved"), Some(false))
        );
    }
    let after = shop.days(&call).await;
    assert_eq!(after, [(before[0].0.clone(), 1, 0)], "its own day, three days ago, once");
    shop.clean().await;
    let audit = shop.app.store.audit(&shop.scope(), 0, 200).await.unwrap();
    let told: Vec<_> = audit.iter().filter(|e| e.action == "call.correct").collect();
    assert_eq!(told.len(), 1, "said three times, written once");
    assert!(told[0].body.contains("resolved_by_agent") && told[0].body.contains("called again"), "{}", told[0].body);
    // Back again: as if nothing had been.
    let back = json!({"outcome": "resolved_by_agent", "reason": "It was another order."});
    assert_eq!(shop.correct(&call, back).await.0, 200);
    assert_eq!(shop.days(&call).await, before);
    shop.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_exported_whole_and_without_formulas() {
    let shop = Shop::open().await;
    let mut calls = Vec::new();
    for _ in 0..203 {
        calls.push(shop.resolved().await);
        shop.clock.advance(1_000);
    }
    let owner = calls[0].owner.unwrap();
    let patch =
        MemberPatch { name: Some("=HYPERLINK(\"http://x\",\"Asha, \"\"A\"\"\")".into()), ..MemberPatch::default() };
    shop.app.store.update_member(&shop.scope(), owner, patch, None, shop.clock.now()).await.unwrap();
    let (status, text) = shop.export("").await;
    assert_eq!(status, 200);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let at = |name: &str| head.iter().position(|h| h == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 203, "more than one page");
    let ids: std::collections::BTreeSet<_> = rows.iter().map(|r| r[at("call_id")].to_owned()).collect();
    assert_eq!(ids, calls.iter().map(|c| c.id.to_string()).collect());
    let own: Vec<_> = rows.iter().filter(|r| r[at("owner_id")] == owner.0.to_string()).collect();
    assert!(own.iter().all(|r| &r[at("owner")] == "'=HYPERLINK(\"http://x\",\"Asha, \"\"A\"\"\")"), "{:?}", own[0]);
    assert!(
        rows.iter().all(|r| &r[at("caller_number")] == "'+919812345678" && &r[at("outcome")] == "resolved_by_agent")
    );
    assert!(rows.iter().all(|r| !r.iter().any(|cell| cell.starts_with(['=', '+', '-', '@']))));
    // The filters of the list, an audit entry, and nothing for a question that makes no sense.
    let (_, none) = shop.export("outcome=abandoned").await;
    assert_eq!(none.lines().count(), 1, "the header alone");
    assert_eq!(shop.export("limit=5").await.0, 400);
    let (newest, _) = shop.app.store.audit_page(&shop.scope(), None, 10).await.unwrap();
    assert_eq!(newest.items.iter().filter(|e| e.action == "calls.export").count(), 2);
}
