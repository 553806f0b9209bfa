//! Calls on a machine that has neither ears nor a synthesiser: keys and the
//! shipped recordings, over the real wire, until every kind of end.

use caly_core::outcome::{EscalationReason, Outcome};
use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::script::{Script, Step};
use caly_server::live::speech::Speech;
use caly_store::Call;
use caly_tests::{Setup, TestApp, talk::recordings};
use caly_voice::tts::Mouth;
use std::path::Path;
use std::sync::Arc;

/// What passes for speech in a recording of the call.
const LOUD: u16 = 1_000;

/// A Caly without a pack and without `flite`, whatever this machine has.
async fn bare() -> TestApp {
    let speech = Speech { ears: None, mouth: Arc::new(Mouth::recordings()) };
    TestApp::with(Setup { speech: Some(speech), ..Setup::default() }).await
}

/// Presses each of the keys when the agent has spoken.
async fn keyed(app: &TestApp, door: usize, name: &str, from: Option<&str>, keys: &[&str]) -> (Call, Vec<String>) {
    let deeds = keys.iter().flat_map(|k| [Step::WaitQuiet { ms: 900 }, Step::Press((*k).to_owned())]);
    let script = Script::new(name, deeds.chain([Step::WaitEnd { ms: 40_000 }]).collect());
    let dir = recordings().join(name);
    std::fs::create_dir_all(&dir).unwrap();
    let mut line = app.line(door, Knobs { record_dir: Some(dir), ..Knobs::default() });
    if let Some(from) = from {
        from.clone_into(&mut line.from);
    }
    let (report, call) = app.place(line, script, None).await;
    let said = app.said(door, &call).await;
    println!("{name}: {said:#?}");
    assert!(report.violations.is_empty(), "{name}: {:?}", report.violations);
    assert!(report.agent_audio_ms > 5_000, "{name}: {report:?}");
    let loud = loud_ms(report.heard.as_deref().unwrap());
    assert!(loud > 2_000, "{name}: {loud} ms of what came over the wire could be heard");
    (call, said)
}

/// Milliseconds in which the agent's channel can be heard.
fn loud_ms(file: &Path) -> usize {
    let mut wav = hound::WavReader::open(file).unwrap();
    let per_frame = wav.spec().sample_rate as usize / 50;
    let agent: Vec<i16> = wav.samples::<i16>().map(Result::unwrap).skip(1).step_by(2).collect();
    agent.chunks(per_frame).filter(|f| f.iter().any(|s| s.unsigned_abs() > LOUD)).count() * 20
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_told_helps_and_is_rated() {
    let app = bare().await;
    let (known, stranger) = tokio::join!(
        keyed(&app, 0, "bare_order", None, &["1", "1024#", "1", "5"]),
        // A number that the shop does not know gives the order's last four.
        keyed(&app, 0, "bare_stranger", Some("+919000000001"), &["1", "1024#", "5678", "1", "4"]),
    );
    for ((call, said), rating) in [(known, 5), (stranger, 4)] {
        assert_eq!((call.outcome, call.rating), (Some(Outcome::ResolvedByAgent), Some(rating)), "{said:#?}");
        assert!(said.iter().any(|turn| turn.contains("is on its way")), "{said:#?}");
    }
    assert!(caly_verify::verify(&app.store).await.unwrap().clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_recordings_cannot_say_goes_to_a_person() {
    let app = bare().await;
    let (asked, item, refund, booking, unhelped, unrecorded) = tokio::join!(
        keyed(&app, 0, "bare_person", None, &["0"]),
        keyed(&app, 0, "bare_return", None, &["2", "1026#"]),
        keyed(&app, 0, "bare_refund", None, &["3", "1026#"]),
        keyed(&app, 1, "bare_booking", None, &["1"]),
        keyed(&app, 0, "bare_unhelped", None, &["1", "1024#", "2", "1"]),
        keyed(&app, 0, "bare_unrecorded", None, &["4"]),
    );
    use EscalationReason::{Requested, Rule};
    let all =
        [(asked, Requested), (item, Rule), (refund, Rule), (booking, Rule), (unhelped, Requested), (unrecorded, Rule)];
    for ((call, said), reason) in all {
        assert_eq!((call.outcome, call.escalated), (Some(Outcome::MessageTaken), true), "{said:#?}");
        assert_eq!(call.escalation_reason, Some(reason), "{said:#?}");
    }
    assert!(caly_verify::verify(&app.store).await.unwrap().clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_said_to_whoever_asks() {
    let app = bare().await;
    for path in ["health", "ready"] {
        let answer = reqwest::get(format!("{}/{path}", app.base)).await.unwrap().json::<serde_json::Value>().await;
        let notice = answer.unwrap()["notice"].clone();
        assert!(notice.as_str().unwrap().contains("add it with `caly models pull`"), "{notice}");
    }
}
