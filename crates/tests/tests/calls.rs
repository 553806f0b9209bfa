//! Calls by key and the echo, through the front door. Spoken ones: spoken.rs.

use caly_core::outcome::Outcome;
use caly_core::scope::Scope;
use caly_rehearsal::checks::Violation;
use caly_rehearsal::knobs::{Dialect, Frame, Knobs, Numbers, StreamParams};
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
async fn keys_alone_are_enough_in_every_dialect() {
    let app = TestApp::start(None).await;
    let dialects = [
        Knobs::default(),
        Knobs { dialect: Dialect::Camel, numbers: Numbers::Int, stream_params: StreamParams::Json, ..Knobs::default() },
        Knobs { frame: Frame::Mixed, odd_bytes: true, bad_frames: true, dup: 2, ..Knobs::default() },
    ];
    let app = &app;
    let calls = dialects.map(|knobs| async move {
        let (report, call) = app.place(app.line(0, knobs.clone()), script("order_keypad"), None).await;
        none(&report.violations);
        assert_eq!(call.outcome, Some(Outcome::ResolvedByAgent), "{knobs:?}: {:?}", app.said(0, &call).await);
    });
    let [a, b, c] = calls;
    tokio::join!(a, b, c);
    assert_eq!(sums(app).await, (3, 3));
    assert!(caly_verify::verify(&app.store).await.unwrap().clean());
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
