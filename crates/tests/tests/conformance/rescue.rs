//! Cases 5 (greeting) and 18-24: people who are dialled, in literal requests.

use crate::carrier_asked::overdue;
use crate::speech::keypad;
use crate::wire::{self, Said, applet, ask, count, get, hook, http, new_sid, row, talk, voicebot};
use caly_core::id::MemberId;
use caly_core::member::Availability;
use caly_core::outcome::{CallState, Outcome};
use caly_core::rescue::{ClaimState, RescueEnd};
use caly_core::scope::Scope;
use caly_rehearsal::carrier::connect::shape;
use caly_server::clock::{Clock, SystemClock};
use caly_store::{Call, CarrierPatch, Claim, MemberPatch, Rescue};
use caly_tests::behind::Behind;
use caly_tests::{Setup, TestApp};
use serde_json::{Value, json};
use std::collections::HashSet;

pub async fn app() -> TestApp {
    TestApp::with(Setup { speech: Some(keypad()), people: true, ..Setup::default() }).await
}

pub fn scope(app: &TestApp) -> Scope {
    Scope::system(app.doors[0].client)
}

/// Only these many of the shop's people are at the phone.
pub async fn only(app: &TestApp, n: usize) {
    let scope = scope(app);
    let takes = |m: &caly_store::Member| m.takes_calls;
    for member in app.store.raw_rows(&scope).await.unwrap().members.iter().filter(|m| takes(m)).skip(n) {
        let away = MemberPatch { availability: Some(Availability::Away), ..MemberPatch::default() };
        app.store.update_member(&scope, member.id, away, None, app.now()).await.unwrap();
    }
}

/// What Connect is answered as Programmable Connect.
pub async fn connect(app: &TestApp, sid: &str, extra: &str) -> Value {
    let url = format!("{}?{}{extra}", hook(app, 0, "connect"), applet(app, 0, sid));
    let said = ask(http().get(url).header("Exotel-Version", "1.0")).await;
    assert_eq!((said.status, said.content_type.as_str()), (200, "application/json"), "{said:?}");
    let body: Value = serde_json::from_str(&said.body).unwrap();
    assert_eq!(shape(&body), [""; 0], "{body}");
    body
}

pub fn numbers(body: &Value) -> Vec<String> {
    body["destination"]["numbers"].as_array().unwrap().iter().map(|n| n.as_str().unwrap().to_owned()).collect()
}

/// What a leg's hooks send besides their own words.
fn leg(app: &TestApp, sid: &str) -> String {
    let own = ["&CallType=call-attempt", "&DialCallDuration=0", "&CurrentTime=2026-11-23+10%3A00%3A01"];
    own.iter().fold(applet(app, 0, sid), |query, part| query.replace(part, ""))
}

pub async fn event(app: &TestApp, sid: &str, extra: &str) {
    let query = format!("{}&{extra}", leg(app, sid));
    assert_eq!(get(&hook(app, 0, "dial-event"), &query).await.status, 200, "{extra}");
}

pub async fn after_connect(app: &TestApp, sid: &str, extra: &str) {
    let query = format!("{}&{extra}", leg(app, sid));
    assert_eq!(get(&hook(app, 0, "after-connect"), &query).await.status, 200, "{extra}");
}

pub async fn rescue(app: &TestApp, sid: &str) -> (Rescue, Vec<Claim>) {
    let call = row(app, 0, sid).await.unwrap();
    app.store.rescue(&scope(app), call.id).await.unwrap().unwrap()
}

/// A caller who never reached the agent, at the first dialled person.
pub async fn dialled(app: &TestApp) -> (String, String) {
    let sid = new_sid(app);
    voicebot(app, 0, &sid).await;
    let number = numbers(&connect(app, &sid, "").await).remove(0);
    (sid, number)
}

pub fn plus(number: &str) -> String {
    number.replace('+', "%2B")
}

/// Naive Indian time as the carrier writes it, this long ago.
fn ist(ago_s: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(SystemClock.now().0 - ago_s * 1_000).unwrap();
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(5).saturating_add(jiff::Span::new().minutes(30)));
    at.to_zoned(zone).strftime("%Y-%m-%d+%H%%3A%M%%3A%S").to_string()
}

pub async fn clean(app: &TestApp) {
    let verified = caly_verify::verify(&app.store).await.unwrap();
    assert!(verified.clean(), "{verified}");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_05_a_greeting_is_plain_text_and_head_says_the_same() {
    let app = app().await;
    let url = format!("{}?{}", hook(&app, 0, "greeting"), applet(&app, 0, "never-seen"));
    let said = ask(http().get(&url)).await;
    assert_eq!((said.status, said.content_type.as_str()), (200, "text/plain"));
    assert_eq!(said.body, "Thank you for calling Kaveri Handlooms.");
    let head = http().head(&url).send().await.unwrap();
    assert_eq!(head.status(), 200);
    assert_eq!(head.headers()["content-type"], "text/plain");
    assert_eq!(head.headers()["content-length"], said.body.len().to_string().as_str());
    assert_eq!(head.text().await.unwrap(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_19_the_claimed_person_is_dialled_with_everything_in_its_type() {
    let app = app().await;
    let (mut stream, sid) = talk(&app, 0).await;
    stream.listen().await;
    stream.press("0").await;
    assert_eq!(stream.closed().await, 1000, "told, then handed over");
    let passthru = format!("{}&Stream[Status]=completed&Stream[DisconnectedBy]=bot", applet(&app, 0, &sid));
    assert_eq!(get(&hook(&app, 0, "after-bot"), &passthru).await.status, 302);
    let call = row(&app, 0, &sid).await.unwrap();
    let (_, claims) = rescue(&app, &sid).await;
    assert_eq!((call.state, claims.len(), claims[0].state), (CallState::Handoff, 1, ClaimState::Held));
    assert_eq!(call.owner, Some(claims[0].member), "the owner is free");
    let body = connect(&app, &sid, "").await;
    assert_eq!(numbers(&body), [claims[0].number.clone()]);
    assert_eq!(body["fetch_after_attempt"], json!(true));
    assert_eq!(body["parallel_ringing"], json!({"activate": false, "max_parallel_attempts": 1}));
    assert_eq!(body["outgoing_phone_number"], app.doors[0].number);
    assert_eq!(body["start_call_playback"]["playback_to"], "callee");
    let brief = body["start_call_playback"]["value"].as_str().unwrap();
    assert!(brief.starts_with("Call for Kaveri Handlooms") && brief.contains("who asked for a person"), "{brief}");
    // Without the version header it is "Dial Whom": plain text.
    let plain = get(&hook(&app, 0, "connect"), &applet(&app, 0, &sid)).await;
    let expected = Said { status: 200, content_type: "text/plain".into(), body: claims[0].number.clone() };
    assert_eq!(plain, expected);
    // Nobody there: an empty list, and a task with a due time.
    only(&app, 0).await;
    let alone = new_sid(&app);
    voicebot(&app, 0, &alone).await;
    assert_eq!(numbers(&connect(&app, &alone, "").await), [""; 0]);
    let ended = app.counted(&app.doors[0], &alone).await;
    assert_eq!((ended.outcome, ended.escalated), (Some(Outcome::MessageTaken), true));
    assert_eq!(count(&app, "SELECT COUNT(*) FROM tasks WHERE kind = 'callback' AND due_at > created_at").await, 1);
    let nobody = get(&hook(&app, 0, "connect"), &applet(&app, 0, &alone)).await;
    assert_eq!((nobody.status, nobody.body.as_str()), (200, ""));
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_19_without_a_row_the_fallback_number_rings() {
    let app = app().await;
    assert_eq!(numbers(&connect(&app, "never-seen", "").await), [""; 0], "the control: none is set");
    let to = CarrierPatch { fallback_number: Some(Some("+918022223333".into())), ..CarrierPatch::default() };
    for channel in app.store.channels(&scope(&app)).await.unwrap() {
        app.store.set_carrier(&scope(&app), channel.id, to.clone(), None, app.now()).await.unwrap();
    }
    let body = connect(&app, "never-seen", "").await;
    assert_eq!((numbers(&body), &body["fetch_after_attempt"]), (vec!["+918022223333".into()], &json!(false)));
    // With the database locked the same: somebody is rung.
    let lock = Behind::open(&app).await.lock().await;
    assert_eq!(numbers(&connect(&app, &new_sid(&app), "").await), ["+918022223333"]);
    lock.release().await;
    // The carrier is the only one who knows how it went: no call, no figures.
    after_connect(&app, "never-seen", "CallType=completed&DialCallStatus=completed").await;
    assert!(wire::calls(&app, 0).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_20_polls_of_one_attempt_replay_and_two_calls_never_share_a_person() {
    let app = app().await;
    only(&app, 1).await;
    let sids = [new_sid(&app), new_sid(&app)];
    for sid in &sids {
        voicebot(&app, 0, sid).await;
    }
    let app = &app;
    let polls = (0..10).map(|n| {
        let sid = &sids[n % 2];
        async move { (n % 2, numbers(&connect(app, sid, "").await)) }
    });
    let answers = futures::future::join_all(polls).await;
    let of = |call: usize| answers.iter().filter(|(n, _)| *n == call).map(|(_, a)| a.clone()).collect::<HashSet<_>>();
    assert!(of(0).len() == 1 && of(1).len() == 1, "one answer a call: {answers:?}");
    let dialled: Vec<_> = of(0).into_iter().chain(of(1)).flatten().collect();
    assert_eq!(dialled.len(), 1, "one person, one reservation: {answers:?}");
    assert_eq!(count(app, "SELECT COUNT(*) FROM claims").await, 1);
    // The next question of the call that has him says that he was busy: nobody
    // is left, and he is free for others.
    let holder = usize::from(of(0).iter().all(Vec::is_empty));
    let busy = format!("&DialWhomNumber={}&DialCallStatus=busy", plus(&dialled[0]));
    assert_eq!(numbers(&connect(app, &sids[holder], &busy).await), [""; 0]);
    assert_eq!(count(app, "SELECT COUNT(*) FROM claims WHERE state <> 'over'").await, 0);
    clean(app).await;
}

/// A row without ids and moments.
fn told(call: &Call, claims: &[Claim]) -> String {
    let own = claims.iter().position(|c| Some(c.member) == call.rescuer);
    format!(
        "{:?} {:?} {:?} rescuer {own:?} talked {} pickup {:?} counted {}",
        call.state, call.outcome, call.ended_by, call.member_ms, call.pickup_ms, call.counted
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn case_21_dial_events_in_every_order_are_one_final_state() {
    let app = app().await;
    let mut ends = HashSet::new();
    for (n, order) in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].into_iter().enumerate() {
        // One after the other, for nobody talks with two at a time.
        let ago = 280 - 45 * i64::try_from(n).unwrap();
        let steps = [
            format!("EventType=Dial&Status=busy&CurrentTime={}", ist(ago)),
            format!("EventType=Answered&Status=busy&CurrentTime={}", ist(ago - 5)),
            format!("EventType=Terminal&Status=free&CurrentTime={}", ist(ago - 35)),
        ];
        let (sid, number) = dialled(&app).await;
        for at in order.into_iter().chain(order) {
            event(&app, &sid, &format!("{}&DialWhomNumber={}", steps[at], plus(&number))).await;
        }
        let call = app.counted(&app.doors[0], &sid).await;
        ends.insert(told(&call, &rescue(&app, &sid).await.1));
    }
    assert_eq!(ends.len(), 1, "{ends:?}");
    let end = ends.into_iter().next().unwrap();
    assert!(end.contains("Ended Some(HandedOver)") && end.contains("rescuer Some(0) talked 30000"), "{end}");
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_21_the_last_word_names_who_took_it() {
    let app = app().await;
    let (sid, first) = dialled(&app).await;
    let failed = format!("&DialWhomNumber={}&DialCallStatus=no-answer", plus(&first));
    let second = numbers(&connect(&app, &sid, &failed).await).remove(0);
    assert_ne!(first, second);
    // Without `EventType`, and about the first: late, and wrong.
    event(&app, &sid, &format!("EventType=Answered&DialWhomNumber={}", plus(&first))).await;
    event(&app, &sid, &format!("Status=free&DialWhomNumber={}", plus(&first))).await;
    let last = format!("DialCallStatus=completed&DialCallDuration=31&DialWhomNumber={}", plus(&second));
    event(&app, &sid, &last).await;
    after_connect(&app, &sid, &format!("CallType=completed&{last}")).await;
    let call = app.counted(&app.doors[0], &sid).await;
    let (_, claims) = rescue(&app, &sid).await;
    assert_eq!(call.rescuer, Some(claims[1].member), "{call:?}");
    assert_eq!((call.outcome, call.member_ms), (Some(Outcome::HandedOver), 31_000));
    clean(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_21_every_way_out_of_connect() {
    let app = app().await;
    let cases = [
        ("CallType=incomplete&DialCallStatus=no-answer", Outcome::MessageTaken),
        ("CallType=client-hangup", Outcome::MessageTaken),
        ("CallType=call-attempt", Outcome::MessageTaken),
        ("CallType=completed&DialCallDuration=12", Outcome::HandedOver),
        ("CallType=client-hangup&Legs[0][Number]=1&Legs[1][Number]=2&Legs[1][OnCallDuration]=9", Outcome::HandedOver),
    ];
    for (exit, outcome) in cases {
        let (sid, number) = dialled(&app).await;
        after_connect(&app, &sid, &format!("{exit}&DialWhomNumber={}", plus(&number))).await;
        let call = app.counted(&app.doors[0], &sid).await;
        assert_eq!(call.outcome, Some(outcome), "{exit}");
        assert_eq!(call.rescuer.is_some(), outcome == Outcome::HandedOver, "{exit}");
    }
    // A voicemail makes the call back a voicemail, and keeps where it lies.
    let (sid, _) = dialled(&app).await;
    after_connect(&app, &sid, "CallType=voicemail&RecordingUrl=https%3A%2F%2Frecordings.exotel.com%2Fx.mp3").await;
    assert_eq!(app.counted(&app.doors[0], &sid).await.outcome, Some(Outcome::MessageTaken));
    assert_eq!(count(&app, "SELECT COUNT(*) FROM tasks WHERE kind = 'voicemail'").await, 1);
    assert_eq!(rescue(&app, &sid).await.0.recording_url.as_deref(), Some("https://recordings.exotel.com/x.mp3"));
    assert_eq!(count(&app, "SELECT COUNT(*) FROM claims WHERE state <> 'over'").await, 0);
    clean(&app).await;
}

/// Every field but the call's id may be missing there.
#[tokio::test(flavor = "multi_thread")]
async fn case_21_a_way_out_that_says_nothing_ends_the_call_on_what_is_known() {
    let app = app().await;
    let bare = async |sid: &str| {
        let said = ask(http().get(hook(&app, 0, "after-connect")).query(&[("CallSid", sid)])).await;
        assert_eq!(said.status, 200, "{said:?}");
    };
    let outcome = async |sid: &str| {
        let call = app.counted(&app.doors[0], sid).await;
        (call.outcome.unwrap(), call.rescuer.is_some())
    };
    let (answered, number) = dialled(&app).await;
    event(&app, &answered, &format!("EventType=Answered&DialWhomNumber={}", plus(&number))).await;
    bare(&answered).await;
    assert_eq!(outcome(&answered).await, (Outcome::HandedOver, true));
    // The leg's last word comes behind it.
    let (late, number) = dialled(&app).await;
    bare(&late).await;
    assert_eq!(count(&app, "SELECT COUNT(*) FROM claims WHERE state <> 'over'").await, 0, "nobody talks any more");
    let last = format!("EventType=Terminal&DialCallStatus=completed&DialWhomNumber={}", plus(&number));
    event(&app, &late, &last).await;
    assert_eq!(outcome(&late).await, (Outcome::HandedOver, true));
    // Nothing comes: it is not waited for the longest talk.
    let (silent, _) = dialled(&app).await;
    bare(&silent).await;
    overdue(&app).await;
    assert_eq!(outcome(&silent).await, (Outcome::MessageTaken, false));
    clean(&app).await;
}

/// Connect was too slow, so the number in the applet itself was rung: a popup's
/// event says so, and no claim is his.
#[tokio::test(flavor = "multi_thread")]
async fn case_21_a_talk_with_nobody_we_know_is_no_call_back() {
    let app = app().await;
    let sid = new_sid(&app);
    voicebot(&app, 0, &sid).await;
    event(&app, &sid, "EventType=Answered&DialWhomNumber=%2B918022223333").await;
    let said = ask(http().get(hook(&app, 0, "after-connect")).query(&[("CallSid", &sid)])).await;
    assert_eq!(said.status, 200, "{said:?}");
    assert_eq!(rescue(&app, &sid).await.0.ended, Some(RescueEnd::Talked));
    // The agent's part, of which there is none, is waited for half a minute.
    Behind::open(&app).await.tamper("UPDATE rescues SET ended_at = 1").await;
    overdue(&app).await;
    let call = app.counted(&app.doors[0], &sid).await;
    assert_eq!((call.outcome, call.rescuer), (Some(Outcome::HandedOver), None), "{call:?}");
    assert_eq!(count(&app, "SELECT COUNT(*) FROM tasks").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_23_a_last_word_three_times_moves_the_figures_once() {
    let app = app().await;
    let (sid, number) = dialled(&app).await;
    let last =
        format!("CallType=completed&DialCallStatus=completed&DialCallDuration=40&DialWhomNumber={}", plus(&number));
    let mut figures = HashSet::new();
    for later in ["", "&CurrentTime=2026-11-23+10%3A05%3A00", "&CurrentTime=2026-11-23+10%3A20%3A00"] {
        after_connect(&app, &sid, &format!("{last}{later}")).await;
        let call = app.counted(&app.doors[0], &sid).await;
        let rescuer = call.rescuer.unwrap();
        let raw = app.store.raw_rows(&scope(&app)).await.unwrap();
        let of = |m: MemberId| raw.daily.iter().filter(|d| d.member == m).map(|d| d.rescue).collect::<Vec<_>>();
        figures.insert(format!("{:?} {:?} {:?}", raw.agent_days, of(rescuer), call.rev));
        assert_eq!(of(rescuer).iter().map(|r| r.rescues).sum::<i64>(), 1);
    }
    assert_eq!(figures.len(), 1, "{figures:?}");
    assert_eq!(count(&app, "SELECT COUNT(*) FROM jobs WHERE kind = 'agent_completed'").await, 1);
    clean(&app).await;
}
