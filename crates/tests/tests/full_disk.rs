//! The disk fills up and is freed: nobody gets a wrong answer, nothing is
//! half done, and a call that ended meanwhile counts when there is space.

use caly_core::outcome::{CallFacts, ChannelKind, EndedBy, Outcome};
use caly_core::time::{At, MINUTE};
use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::script::{Script, Step};
use caly_server::clock::{Clock, StillClock, SystemClock};
use caly_server::finish::{complete_call, jobs};
use caly_tests::behind::Behind;
use caly_tests::{Setup, TestApp};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// The machine's clock, which can be put forward.
#[derive(Default)]
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> At {
        SystemClock.now().plus(self.0.load(Ordering::Relaxed))
    }
}

struct World {
    clock: Arc<Ahead>,
    app: TestApp,
    behind: Behind,
    http: Client,
    token: String,
}

impl World {
    async fn new() -> Self {
        let clock = Arc::new(Ahead::default());
        let app = TestApp::with(Setup { clock: Some(clock.clone()), ..Setup::default() }).await;
        let behind = Behind::open(&app).await;
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let ask = json!({"email": "user@example.com", "password": "password"});
        let answer = http.post(format!("{}/api/auth/login", app.base)).json(&ask).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        Self { token: body["token"].as_str().unwrap().to_owned(), clock, app, behind, http }
    }

    async fn add_member(&self, n: usize) -> Response {
        // A long name, so that pages are used up.
        let ask = json!({"email": format!("n{n}@example.com"), "role": "agent", "title": "x".repeat(100)});
        let url = format!("{}/api/teams/members", self.app.base);
        self.http.post(url).bearer_auth(&self.token).json(&ask).send().await.unwrap()
    }

    async fn hook(&self, path: &str, sid: &str) -> Response {
        let url = format!("{}/exotel/{}/{path}", self.app.base, self.app.doors[0].hook_key);
        // As long as a carrier may make it, so that it needs a page.
        let query = [("CallSid", sid), ("CallFrom", caly_tests::CALLER), ("CustomField", &"x".repeat(6_000))];
        self.http.get(url).query(&query).send().await.unwrap()
    }

    /// Fills the disk until a member is refused; how that was said.
    async fn fill(&self) -> Response {
        self.behind.fill_disk().await;
        for n in 0..500 {
            let answer = self.add_member(n).await;
            if answer.status() != 201 {
                return answer;
            }
        }
        panic!("the disk did not fill up");
    }

    async fn members(&self) -> i64 {
        let scope = caly_core::scope::Scope::system(self.app.doors[0].client);
        self.app.store.raw_rows(&scope).await.unwrap().members.len() as i64
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_survived_and_forgotten() {
    let w = World::new().await;
    // A caller who asks for a person before the disk is full, and leaves after.
    let line = w.app.line(0, Knobs::default());
    let sid = line.call_sid.clone();
    let steps = vec![Step::Pause(500), Step::Press("0".into()), Step::Pause(12_000), Step::HangUp];
    let caller = tokio::spawn(caly_rehearsal::carrier::place(line, Script::new("caller", steps), None, None));
    escalated(&w, &sid).await;
    let refused = w.fill().await;
    assert_eq!(refused.status(), 503);
    assert_eq!(refused.headers()["retry-after"], "30");
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["code"], "disk_full", "{body}");
    let members = w.members().await;
    flow_hooks_are_safe(&w).await;
    caller.await.unwrap().unwrap();
    assert_eq!(w.members().await, members, "nothing was half done");
    w.behind.free_disk().await;
    assert_eq!(w.add_member(1_000).await.status(), 201);
    assert_eq!(w.hook("status", "later").await.status(), 200);
    let call = w.app.counted(&w.app.doors[0], &sid).await;
    assert_eq!((call.outcome, call.counted), (Some(Outcome::MessageTaken), true));
    let report = caly_verify::verify(&w.app.store).await.unwrap();
    assert!(report.clean(), "{report}");
}

/// While the disk is full no call can be scored, for as long as it takes: none
/// of their messages is given up.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_waits_for_as_long_as_the_disk_is_full() {
    let clock = Arc::new(StillClock::at(SystemClock.now()));
    let app = TestApp::with(Setup { clock: Some(clock.clone()), ..Setup::default() }).await;
    let (node, scope) = (&app.node, caly_core::scope::Scope::system(app.doors[0].client));
    let behind = Behind::open(&app).await;
    behind.tamper("CREATE TABLE ballast (bytes BLOB)").await;
    behind
        .tamper(
            "CREATE TRIGGER heavy BEFORE UPDATE ON jobs WHEN NEW.state = 'done' \
             BEGIN INSERT INTO ballast VALUES (zeroblob(20000000)); END",
        )
        .await;
    app.store.limit_pages(3_000).await.unwrap();
    let call = app.begun(0, "test").await;
    let mut facts = CallFacts::new(ChannelKind::Rehearsal, EndedBy::Agent, clock.now());
    (facts.is_demo, facts.started_at, facts.answer_played) = (true, Some(clock.now()), true);
    complete_call::complete(&node.app, &scope, call.id, &facts, None, None).await.unwrap();
    let mut tried = 0;
    for _ in 0..20 {
        // The node's own worker may be at it.
        tried += jobs::run_due(&node.app, "test").await.unwrap();
        clock.advance(70_000);
    }
    assert!(tried > 8, "the control: it was tried {tried} times");
    let parked = app.store.parked_jobs(&scope).await.unwrap();
    assert!(parked.is_empty(), "{parked:?}");
    assert_eq!(app.store.waiting_jobs().await.unwrap(), 1);
    behind.free_disk().await;
    jobs::run_due(&node.app, "test").await.unwrap();
    let sums = app.store.sector_sums(&scope, caly_core::sector::Sector::Ecommerce).await.unwrap();
    assert_eq!((sums.calls, app.store.waiting_jobs().await.unwrap()), (1, 0));
}

/// That a session was used is written down once a minute. Where it cannot be,
/// whoever only reads is answered all the same.
#[tokio::test(flavor = "multi_thread")]
async fn who_only_reads_is_answered_while_nothing_can_be_written() {
    let w = World::new().await;
    let lock = w.behind.lock().await;
    w.clock.0.store(2 * MINUTE, Ordering::Relaxed);
    let answer = w.http.get(format!("{}/api/teams", w.app.base)).bearer_auth(&w.token).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    // The control: a change is refused.
    assert_eq!(w.add_member(2_000).await.status(), 503);
    lock.release().await;
    assert_eq!(w.add_member(2_001).await.status(), 201);
}

async fn escalated(w: &World, sid: &str) {
    let scope = caly_core::scope::Scope::system(w.app.doors[0].client);
    for _ in 0..400 {
        let call = w.app.store.call_by_carrier_id(&scope, sid).await.unwrap();
        if call.is_some_and(|call| call.escalated) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the caller was not heard");
}

/// A caller waits behind these: a stream that needs no row, and people.
async fn flow_hooks_are_safe(w: &World) {
    let answer = w.hook("voicebot", "full").await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    assert!(body["url"].as_str().unwrap().contains("/stream/d1-"), "{body}");
    assert_eq!(w.hook("after-bot", "full").await.status(), 302);
    assert_eq!(w.hook("connect", "full").await.status(), 200);
    assert_eq!(w.hook("after-connect", "full").await.status(), 200);
    // A notification is not acknowledged: the carrier sends it again.
    let answer = w.hook("status", "full").await;
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"));
}
