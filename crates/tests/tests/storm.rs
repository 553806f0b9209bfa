//! Many callers at once: every call ends with one outcome and is counted once,
//! an echo with none; each check is shown to notice.

use caly_rehearsal::carrier::{self, Line, RehearsalError};
use caly_rehearsal::checks::Violation;
use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::report::{CallReport, Observed};
use caly_rehearsal::scenarios;
use caly_rehearsal::script::{Script, Step};
use caly_rehearsal::voice::CallerVoice;
use caly_tests::behind::{Behind, EFFECTS, differences};
use caly_tests::{TestApp, caller_voice, pack_dir};
use std::collections::BTreeMap;
use std::f32::consts::TAU;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;

/// Keys over the prompts, and no more patience than it takes to hear the answer.
fn in_a_hurry() -> Script {
    let keys = |keys: &str| Step::Press(keys.to_owned());
    Script::new(
        "in a hurry",
        vec![
            Step::Pause(10_000),
            keys("1"),
            Step::Pause(600),
            keys("1024#"),
            Step::WaitQuiet { ms: 900 },
            keys("1"),
            Step::Pause(2_500),
            Step::HangUp,
        ],
    )
}

/// The narrow band: half the work for two hundred callers on one machine.
fn narrow() -> Knobs {
    Knobs { rate: Some(8_000), ..Knobs::default() }
}

fn a_tone() -> Script {
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a quiet tone")]
    let wave: Arc<[i16]> = (0..12_000).map(|i| ((i as f32 * TAU * 440.0 / 8_000.0).sin() * 6_000.0) as i16).collect();
    Script::new("a tone", vec![Step::Pause(10_000), Step::Wav(wave, 8_000), Step::Pause(600), Step::HangUp])
}

/// Places a call for each line, `per_second` of them a second, and waits until
/// all are over.
async fn at_once(
    lines: Vec<Line>,
    per_second: u64,
    script: &Script,
    voice: Option<Arc<dyn CallerVoice>>,
) -> Vec<CallReport> {
    static ONE_STORM: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = ONE_STORM.lock().await;
    let mut running = JoinSet::new();
    let mut clock = tokio::time::interval(Duration::from_millis(1_000 / per_second));
    // A machine that is slower than the rate sets its own.
    let ringing = Arc::new(Semaphore::new(10));
    for line in lines {
        clock.tick().await;
        let rings = Arc::clone(&ringing).acquire_owned().await.unwrap();
        let (script, voice) = (script.clone(), voice.clone());
        let (observer, mut seen) = unbounded_channel();
        running.spawn(carrier::place(line, script, voice, Some(observer)));
        tokio::spawn(async move {
            while seen.recv().await.is_some_and(|what| what != Observed::Started) {}
            drop(rings);
            while seen.recv().await.is_some() {}
        });
    }
    let (walked, broken): (Vec<_>, Vec<_>) = running.join_all().await.into_iter().partition(Result::is_ok);
    // A passthru that this machine was too busy to answer in the carrier's five
    // seconds is told, and the outcome must be there all the same.
    for error in broken.into_iter().filter_map(Result::err) {
        assert!(matches!(&error, RehearsalError::Unreachable { path, .. } if path == "after-bot"), "{error}");
        eprintln!("a busy machine: {error}");
    }
    walked.into_iter().filter_map(Result::ok).collect()
}

/// Waits until every call has ended and every message was applied.
async fn settled(app: &TestApp, behind: &Behind) {
    for _ in 0..1_200 {
        let open = behind.number("SELECT COUNT(*) FROM calls WHERE ended_at IS NULL").await;
        if open == 0 && app.store.waiting_jobs().await.unwrap() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("calls or jobs were still open after thirty seconds");
}

/// What a storm left: calls, outcomes, counted ones, messages, and the sum of
/// the days.
async fn tally(behind: &Behind) -> [i64; 5] {
    [
        behind.number("SELECT COUNT(*) FROM calls").await,
        behind.number("SELECT COUNT(*) FROM calls WHERE outcome IS NOT NULL").await,
        behind.number("SELECT COUNT(*) FROM calls WHERE counted").await,
        behind.number("SELECT COUNT(*) FROM jobs WHERE kind = 'agent_completed' AND state = 'done'").await,
        behind.number("SELECT COALESCE(SUM(calls), 0) FROM daily").await,
    ]
}

fn broken(reports: &[CallReport]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    // How far sound runs ahead, and what was under way at the stop, is a matter
    // of the clock; two hundred callers share this machine's with the server.
    let ours = |v: &&Violation| !matches!(v, Violation::Lead(_) | Violation::Slow { .. } | Violation::AfterStop(_));
    for violation in reports.iter().flat_map(|r| &r.violations).filter(ours) {
        *found.entry(violation.to_string()).or_default() += 1;
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_callers_with_keys_are_two_hundred_outcomes() {
    let app = TestApp::start(None).await;
    let behind = Behind::open(&app).await;
    let lines = (0..200).map(|_| app.line(0, narrow())).collect();
    let reports = at_once(lines, 25, &in_a_hurry(), None).await;
    assert_eq!(broken(&reports), BTreeMap::new());
    settled(&app, &behind).await;
    let [calls, outcomes, counted, messages, days] = tally(&behind).await;
    assert_eq!((calls, outcomes, messages, days), (200, 200, 200, counted));
    // One that this machine was too slow to take in its first seconds has an
    // outcome that is told and not counted.
    assert!(counted >= 190, "only {counted} of two hundred were served");
    let words = behind.texts("SELECT outcome || ' ' || COUNT(*) FROM calls GROUP BY outcome").await;
    eprintln!("two hundred calls by keypad on this machine: {words:?}");
    let crowd = behind.number(CROWD).await;
    assert!(crowd > 100, "only {crowd} calls were open at once");
    let most = behind.number("SELECT MAX(open_limit) FROM members").await;
    let held = behind.number(BUSIEST).await;
    assert!((1..=most).contains(&held), "somebody owned {held} open calls at once; the limit is {most}");
    let report = caly_verify::verify(&app.store).await.unwrap();
    assert!(report.clean() && report.calls == 200, "{report}");
    twice(&app, &behind).await;
}

/// Calls that were open at once, at the most.
const CROWD: &str = "SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM calls a JOIN calls b \
     ON b.started_at <= a.started_at AND b.ended_at > a.started_at GROUP BY a.id) AS at_once";

/// Open calls that one person owned at once, at the most.
const BUSIEST: &str = "SELECT COALESCE(MAX(n), 0) FROM (SELECT COUNT(*) AS n FROM calls a JOIN calls b \
     ON a.client_id = b.client_id AND a.owner_id = b.owner_id AND b.started_at <= a.started_at \
     AND b.ended_at > a.started_at GROUP BY a.id) AS at_once";

/// The control: with the message's uniqueness taken away, one call is counted
/// a second time, and both the tally and `verify` say so.
async fn twice(app: &TestApp, behind: &Behind) {
    let before = tally(behind).await;
    let again = "UPDATE jobs SET state = 'waiting' WHERE ref = (SELECT MIN(id) FROM calls WHERE counted)";
    assert_eq!(behind.tamper(again).await, 1);
    settled(app, behind).await;
    let [calls, outcomes, counted, messages, days] = before;
    assert_eq!(tally(behind).await, [calls, outcomes, counted, messages, days + 1]);
    let report = caly_verify::verify(&app.store).await.unwrap();
    assert!(!report.clean(), "a call that counted twice was not noticed");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_echoes_have_no_owner_and_no_outcome_and_move_nothing() {
    let app = TestApp::start(None).await;
    let behind = Behind::open(&app).await;
    // A call's own rows, and the number of its events.
    let own = ["calls", "call_facts", "counters"];
    let moved: Vec<_> = EFFECTS.iter().copied().filter(|t| !own.contains(t)).collect();
    let before = behind.dump(&moved).await;
    let line = || Line { hook_key: app.doors[0].echo_key.clone(), ..app.line(0, narrow()) };
    let reports = at_once((0..200).map(|_| line()).collect(), 25, &a_tone(), None).await;
    assert_eq!(broken(&reports), BTreeMap::new());
    assert!(reports.iter().all(|r| r.agent_audio_ms > 1_000), "sound came back to everybody");
    settled(&app, &behind).await;
    assert_eq!(tally(&behind).await, [200, 0, 0, 0, 0]);
    let crowd = behind.number(CROWD).await;
    assert!(crowd > 100, "only {crowd} calls were open at once");
    assert_eq!(behind.number("SELECT COUNT(*) FROM calls WHERE owner_id IS NOT NULL").await, 0);
    assert_eq!(differences(&before, &behind.dump(&moved).await), [""; 0]);
    // The control: one call that is no echo, and the same look notices.
    app.place(app.line(0, Knobs::default()), in_a_hurry(), None).await;
    assert_eq!(tally(&behind).await, [201, 1, 1, 1, 1]);
    let tables: std::collections::BTreeSet<_> = differences(&before, &behind.dump(&moved).await)
        .iter()
        .filter_map(|line| Some(line.split_once(' ')?.0.to_owned()))
        .collect();
    for table in ["members", "assignments", "daily", "agent_days", "loads", "jobs", "decisions"] {
        assert!(tables.contains(table), "{table} did not move: {tables:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_who_speak_at_once_are_twenty_outcomes() {
    let Some(pack) = pack_dir() else { return };
    let app = TestApp::start(Some(pack.clone())).await;
    let behind = Behind::open(&app).await;
    let lines = (0..20).map(|_| app.line(0, Knobs::default())).collect();
    let script = scenarios::named("order").unwrap().script();
    let reports = at_once(lines, 4, &script, Some(caller_voice(&pack))).await;
    settled(&app, &behind).await;
    let [calls, outcomes, counted, messages, days] = tally(&behind).await;
    let words = behind.texts("SELECT outcome || ' ' || COUNT(*) FROM calls GROUP BY outcome").await;
    eprintln!("twenty spoken calls on this machine: {words:?}, broken rules {:?}", broken(&reports));
    assert_eq!(broken(&reports), BTreeMap::new());
    assert_eq!((calls, outcomes, messages), (20, 20, 20));
    // One that failed has an outcome too.
    let resolved = behind.number("SELECT COUNT(*) FROM calls WHERE outcome = 'resolved_by_agent'").await;
    assert!(resolved >= 15, "{resolved} of twenty: {words:?}");
    assert_eq!(counted, days);
    let report = caly_verify::verify(&app.store).await.unwrap();
    assert!(report.clean() && report.calls == 20, "{report}");
    // The control: one sum that is one too high.
    assert!(behind.tamper("UPDATE daily SET calls = calls + 1").await > 0);
    assert!(!caly_verify::verify(&app.store).await.unwrap().clean());
}
