//! Whole calls through the front door, sound both ways.

use caly_core::outcome::{EscalationReason, Outcome};
use caly_core::scope::Scope;
use caly_rehearsal::checks::Violation;
use caly_rehearsal::knobs::{Dialect, Frame, Knobs, Numbers, StreamParams};
use caly_rehearsal::report::EndedBy;
use caly_rehearsal::{load, scenarios};
use caly_tests::{TestApp, caller_voice, pack_dir};

fn script(name: &str) -> caly_rehearsal::script::Script {
    scenarios::named(name).unwrap().script()
}

fn none(violations: &[Violation]) {
    assert!(violations.is_empty(), "{violations:?}");
}

/// The client's counted calls and successes over all members, from the API's
/// own numbers.
async fn sums(app: &TestApp) -> (i64, i64) {
    let scope = Scope::system(app.doors[0].client);
    let sums = app.store.sector_sums(&scope, caly_core::sector::Sector::Ecommerce).await.unwrap();
    (sums.calls, sums.successes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoken_order_question_is_answered_owned_rated_and_counted_once() {
    let Some(pack) = pack_dir() else { return };
    let app = TestApp::start(Some(pack.clone())).await;
    let (report, call) = app.place(app.line(0, Knobs::default()), script("order"), Some(caller_voice(&pack))).await;
    none(&report.violations);
    let said = app.said(0, &call).await.join("\n");
    assert!(said.contains("on its way"), "{said}");
    assert_eq!((call.outcome, call.rating), (Some(Outcome::ResolvedByAgent), Some(5)), "{said}");
    assert_eq!((report.after_bot_status, report.ended_by), (200, EndedBy::Bot));
    assert_eq!(call.agent_type, "order_status");
    assert!(call.owner.is_some());
    assert_eq!(sums(&app).await, (1, 1));
    assert!(caly_verify::verify(&app.store).await.unwrap().clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoken_request_for_a_person_becomes_one_task() {
    let Some(pack) = pack_dir() else { return };
    let app = TestApp::start(Some(pack.clone())).await;
    let (report, call) = app.place(app.line(0, Knobs::default()), script("person"), Some(caller_voice(&pack))).await;
    none(&report.violations);
    assert_eq!((call.outcome, call.escalated), (Some(Outcome::MessageTaken), true));
    assert_eq!(call.escalation_reason, Some(EscalationReason::Requested));
    assert_eq!(report.after_bot_status, 302, "the flow goes on to people");
    let connect = report.connect.expect("the flow reached Connect");
    assert!(connect.numbers.is_empty(), "nobody is dialled yet");
    let scope = Scope::system(app.doors[0].client);
    let tasks = app.store.tasks(&scope, Default::default(), None, 10).await.unwrap().items;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert_eq!(tasks[0].call, Some(call.id));
    assert!(caly_verify::verify(&app.store).await.unwrap().clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_caller_who_has_his_answer_may_just_hang_up() {
    let Some(pack) = pack_dir() else { return };
    let app = TestApp::start(Some(pack.clone())).await;
    let line = app.line(0, Knobs::default());
    let (report, call) = app.place(line, script("hang_up_after_answer"), Some(caller_voice(&pack))).await;
    none(&report.violations);
    assert_eq!((call.outcome, call.implied), (Some(Outcome::ResolvedByAgent), true));
    assert_eq!(call.rating, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_alone_are_enough_in_every_dialect() {
    let app = TestApp::start(None).await;
    let dialects = [
        Knobs::default(),
        Knobs { dialect: Dialect::Camel, numbers: Numbers::Int, stream_params: StreamParams::Json, ..Knobs::default() },
        Knobs { frame: Frame::Mixed, odd_bytes: true, bad_frames: true, dup: 2, ..Knobs::default() },
    ];
    let app = &app;
    let calls = dialects.into_iter().map(|knobs| async move {
        let (report, call) = app.place(app.line(0, knobs.clone()), script("order_keypad"), None).await;
        none(&report.violations);
        assert_eq!(call.outcome, Some(Outcome::ResolvedByAgent), "{knobs:?}: {:?}", app.said(0, &call).await);
    });
    futures(calls).await;
    assert_eq!(sums(app).await, (3, 3));
    assert!(caly_verify::verify(&app.store).await.unwrap().clean());
}

async fn futures(calls: impl Iterator<Item = impl Future<Output = ()>>) {
    for call in calls {
        call.await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_has_no_owner_no_outcome_and_moves_nothing() {
    let Some(pack) = pack_dir() else { return };
    let app = TestApp::start(None).await;
    let mut line = app.line(0, Knobs::default());
    line.hook_key.clone_from(&app.doors[0].echo_key);
    let (report, call) = app.place(line, script("echo"), Some(caller_voice(&pack))).await;
    assert!(report.agent_audio_ms > 1_000, "sound came back: {report:?}");
    assert_eq!((call.owner, call.outcome), (None, None));
    assert_eq!(sums(&app).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_callers_at_once_are_forty_outcomes() {
    let app = TestApp::start(None).await;
    let report = load::run(40, 20.0, |_| load::Job {
        line: app.line(0, Knobs::default()),
        script: script("order_keypad"),
        voice: None,
    })
    .await;
    assert!(report.errors.is_empty(), "{report:?}");
    assert_eq!(report.placed, 40);
    let scope = Scope::system(app.doors[0].client);
    for _ in 0..400 {
        let open = app.store.calls(&scope, Default::default(), None, 200).await.unwrap().items;
        if open.iter().all(|c| c.ended_at.is_some()) && app.store.waiting_jobs().await.unwrap() == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(sums(&app).await.0, 40);
    let verified = caly_verify::verify(&app.store).await.unwrap();
    assert!(verified.clean() && verified.calls == 40, "{verified}");
}
