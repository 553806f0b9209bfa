//! People in the rehearsal: they answer, do not, are busy; callers hang up,
//! wait, choose to be called back. And sixty-four callers for eight people.

use crate::rescue::{app, only};
use crate::wire::{self, count, http};
use caly_core::id::{AgentId, MemberId, Proficiency};
use caly_core::outcome::{EndedBy, Outcome};
use caly_core::routing::replay_rescue;
use caly_core::scope::Scope;
use caly_rehearsal::knobs::{Knobs, Leg};
use caly_rehearsal::report::CallReport;
use caly_rehearsal::script::{Script, Step};
use caly_rehearsal::{carrier, load};
use caly_store::{Call, Claim, MemberPatch, NewAssignment};
use caly_tests::TestApp;
use caly_tests::behind::Behind;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::Duration;

const ANSWERS: Leg = Leg::Answer { after_ms: 300, talk_ms: 2_100 };

/// Asks for a person by key; then does this.
fn person(then: Vec<Step>) -> Script {
    let ask = vec![Step::WaitQuiet { ms: 900 }, Step::Press("0".into())];
    Script::new("person", [ask, then, vec![Step::WaitEnd { ms: 60_000 }]].concat())
}

async fn ask(app: &TestApp, legs: Vec<Leg>) -> (CallReport, Call, Vec<Claim>) {
    let knobs = Knobs { legs, ..Knobs::default() };
    let (report, call) = app.place(app.line(0, knobs), person(vec![]), None).await;
    assert!(report.violations.is_empty(), "{:?}", report.violations);
    assert_eq!(report.after_bot_status, 302);
    let claims = claims(app, &call).await;
    for claim in &claims {
        assert_eq!(replay_rescue(&claim.decision), Some(claim.member));
    }
    (report, call, claims)
}

async fn claims(app: &TestApp, call: &Call) -> Vec<Claim> {
    let scope = Scope::system(app.doors[0].client);
    app.store.rescue(&scope, call.id).await.unwrap().map(|(_, claims)| claims).unwrap_or_default()
}

async fn clean(app: &TestApp) {
    let verified = caly_verify::verify(&app.store).await.unwrap();
    assert!(verified.clean(), "{verified}");
}

/// A person of the shop, logged in.
async fn login(app: &TestApp, member: MemberId) -> String {
    let scope = Scope::system(app.doors[0].client);
    let email = app.store.member(&scope, member).await.unwrap().email;
    let body = json!({"email": email, "password": "password"});
    let answer = http().post(format!("{}/api/auth/login", app.base)).json(&body).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned()
}

async fn rescues_of(app: &TestApp, member: MemberId) -> (i64, i64) {
    let raw = app.store.raw_rows(&Scope::system(app.doors[0].client)).await.unwrap();
    let of = raw.daily.iter().filter(|d| d.member == member).map(|d| d.rescue);
    of.fold((0, 0), |(n, ok), r| (n + r.rescues, ok + r.rescues_resolved))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_takes_the_call_and_says_how_it_went() {
    let app = app().await;
    let (report, call, claims) = ask(&app, vec![ANSWERS]).await;
    let connect = report.connect.unwrap();
    assert_eq!(connect.numbers.len(), 1);
    assert!(connect.answered_by.is_some() && connect.briefs[0].contains("who asked for a person"), "{connect:?}");
    assert_eq!((call.outcome, call.known, call.counted), (Some(Outcome::HandedOver), false, true));
    assert_eq!((call.rescuer, call.owner), (Some(claims[0].member), Some(claims[0].member)));
    assert!(call.member_ms >= 1_000 && call.pickup_ms.is_some(), "{call:?}");
    assert_eq!(count(&app, "SELECT COUNT(*) FROM tasks").await, 0, "nothing is left to do");
    let him = claims[0].member;
    assert_eq!(rescues_of(&app, him).await, (1, 0));
    // He says that it was resolved: his call, his day.
    let token = login(&app, him).await;
    let url = format!("{}/api/calls/{}", app.base, call.id);
    let seen: Value = http().get(&url).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&seen["rescue"]["ended"], &seen["rescue"]["attempts"][0]["member_id"]),
        (&json!("talked"), &json!(him.0))
    );
    let other = MemberId(if him.0 == 2 { 3 } else { 2 });
    let say =
        |token: String| http().post(format!("{url}/disposition")).bearer_auth(token).json(&json!({"resolved": true}));
    assert_eq!(say(login(&app, other).await).send().await.unwrap().status(), 404, "it is not his");
    let said: Value = say(token.clone()).send().await.unwrap().json().await.unwrap();
    assert_eq!((&said["outcome"], &said["resolved"]), (&json!("resolved_by_member"), &json!(true)));
    assert_eq!(say(token).send().await.unwrap().status(), 409, "it was said");
    assert_eq!(rescues_of(&app, him).await, (1, 1));
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_best_is_dialled_until_somebody_answers() {
    let app = app().await;
    let (report, call, claims) = ask(&app, vec![Leg::Busy, Leg::NoAnswer, ANSWERS]).await;
    let connect = report.connect.unwrap();
    assert_eq!(connect.numbers.len(), 3);
    assert_eq!(connect.numbers.iter().collect::<HashSet<_>>().len(), 3, "nobody twice: {connect:?}");
    let why: Vec<_> =
        claims.iter().map(|c| c.leg.why.filter(|_| c.leg.answered_at.is_none()).map(|w| w.word())).collect();
    assert_eq!(why, [Some("no_answer"), Some("no_answer"), None], "the leg's own end came before the poll's word");
    assert_eq!((call.rescuer, call.outcome), (Some(claims[2].member), Some(Outcome::HandedOver)));
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_dial_events_the_polls_tell() {
    let app = app().await;
    let knobs = Knobs { legs: vec![Leg::Busy, ANSWERS], no_dial_events: true, connect_polls: 3, ..Knobs::default() };
    let (report, call) = app.place(app.line(0, knobs), person(vec![]), None).await;
    assert!(report.violations.is_empty(), "{:?}", report.violations);
    let claims = claims(&app, &call).await;
    assert_eq!(claims.iter().map(|c| c.leg.why.map(|w| w.word())).collect::<Vec<_>>()[0], Some("busy"));
    assert_eq!((call.rescuer, call.outcome), (Some(claims[1].member), Some(Outcome::HandedOver)));
    assert_eq!((call.member_ms, call.pickup_ms), (3_000, None), "what the carrier's last word says, and no more");
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_and_somebody_calls_back() {
    let app = app().await;
    let (report, call, claims) = ask(&app, vec![]).await;
    let connect = report.connect.unwrap();
    assert_eq!(
        (connect.numbers.len(), claims.len(), connect.exit.as_str()),
        (7, 7, "incomplete"),
        "everybody was tried"
    );
    assert_eq!((call.outcome, call.rescuer), (Some(Outcome::MessageTaken), None));
    assert_eq!(count(&app, "SELECT COUNT(*) FROM tasks WHERE kind = 'callback' AND state = 'open'").await, 1);
    assert_eq!(count(&app, "SELECT COUNT(*) FROM claims WHERE state <> 'over'").await, 0);
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_hangs_up_while_it_rings_is_called_back() {
    let app = app().await;
    let (_, call, _) = ask(&app, vec![Leg::CallerLeaves { after_ms: 300 }]).await;
    assert_eq!((call.outcome, call.ended_by), (Some(Outcome::MessageTaken), Some(EndedBy::Caller)));
    assert_eq!(count(&app, "SELECT COUNT(*) FROM claims WHERE state <> 'over'").await, 0);
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_waits_in_the_queue_until_the_only_person_is_free_and_one_is_called_back() {
    let app = app().await;
    only(&app, 1).await;
    let long = Knobs { legs: vec![Leg::Answer { after_ms: 300, talk_ms: 7_000 }], ..Knobs::default() };
    let first = app.line(0, long);
    let (waits, rather) =
        (app.line(0, Knobs { legs: vec![ANSWERS], ..Knobs::default() }), app.line(0, Knobs::default()));
    let (first_sid, waits_sid, rather_sid) = (first.call_sid.clone(), waits.call_sid.clone(), rather.call_sid.clone());
    let first = tokio::spawn(carrier::place(first, person(vec![]), None, None));
    until(&app, "SELECT COUNT(*) FROM claims WHERE state <> 'over'", 1).await;
    let waits = tokio::spawn(carrier::place(waits, person(vec![]), None, None));
    until(&app, "SELECT COUNT(*) FROM rescues WHERE waits", 1).await;
    let calls_back = vec![Step::Pause(2_500), Step::Press("1".into())];
    let rather = carrier::place(rather, person(calls_back), None, None).await.unwrap();
    assert_eq!(rather.after_bot_status, 200, "he is called back: the flow hangs up");
    for report in [first.await.unwrap().unwrap(), waits.await.unwrap().unwrap(), rather] {
        assert!(report.violations.is_empty(), "{:?}", report.violations);
    }
    let door = &app.doors[0];
    let (first, waited, rather) = (
        app.counted(door, &first_sid).await,
        app.counted(door, &waits_sid).await,
        app.counted(door, &rather_sid).await,
    );
    assert_eq!((first.rescuer, waited.rescuer), (Some(MemberId(1)), Some(MemberId(1))));
    assert!(waited.waiting_ms > 1_000 && waited.pickup_ms.unwrap() > 1_000, "{waited:?}");
    let said = app.said(0, &waited).await;
    assert!(
        said.iter().any(|s| s.contains("you are next")) && said.iter().any(|s| s.contains("connecting you")),
        "{said:?}"
    );
    assert!(!said.iter().any(|s| s.contains("call you back")), "{said:?}");
    assert_eq!(rather.outcome, Some(Outcome::MessageTaken));
    assert_eq!(count(&app, "SELECT COUNT(*) FROM tasks WHERE kind = 'callback'").await, 1);
    clean(&app).await;
}

async fn until(app: &TestApp, sql: &'static str, n: i64) {
    for _ in 0..600 {
        if count(app, sql).await == n {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{sql} was never {n}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_callers_for_eight_people_and_nobody_is_claimed_twice() {
    let app = app().await;
    let scope = Scope::system(app.doors[0].client);
    let eighth = MemberPatch { takes_calls: Some(true), ..MemberPatch::default() };
    app.store.update_member(&scope, MemberId(8), eighth, None, app.now()).await.unwrap();
    let set = vec![NewAssignment { agent: AgentId(1), proficiency: Proficiency::new(50).unwrap() }];
    app.store.set_assignments(&scope, MemberId(8), set, None, app.now()).await.unwrap();
    let leg = Leg::Answer { after_ms: 100, talk_ms: 400 };
    let report = load::run(64, 64.0, |_| load::Job {
        line: app.line(0, Knobs { legs: vec![leg; 8], ..Knobs::default() }),
        script: person(vec![]),
        voice: None,
    })
    .await;
    assert!(report.errors.is_empty(), "{report:?}");
    let calls = wire::calls(&app, 0).await;
    for call in &calls {
        app.counted(&app.doors[0], &call.carrier_call_id).await;
    }
    let calls = wire::calls(&app, 0).await;
    assert_eq!(calls.len(), 64);
    let taken = calls.iter().filter(|c| c.outcome == Some(Outcome::HandedOver)).count();
    let tasks = calls.iter().filter(|c| c.outcome == Some(Outcome::MessageTaken)).count();
    println!("64 callers, 8 people: {taken} talked with one, {tasks} are called back");
    assert_eq!(taken + tasks, 64);
    assert!(taken >= 8, "everybody was at work: {taken}");
    assert_eq!(count(&app, "SELECT COUNT(*) FROM tasks").await, i64::try_from(tasks).unwrap());
    assert_eq!(count(&app, "SELECT COUNT(*) FROM claims WHERE state <> 'over'").await, 0);
    clean(&app).await;
    // The control: were they all one person's, it would be seen.
    Behind::open(&app).await.tamper("UPDATE claims SET member_id = 1").await;
    assert!(!caly_verify::verify(&app.store).await.unwrap().clean());
}
