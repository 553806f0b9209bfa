//! Whole calls against a tiny server on loopback: one that behaves, and one
//! that breaks a rule at a time.

#[path = "walk/server.rs"]
mod server;

use caly_rehearsal::checks::Rule;
use caly_rehearsal::knobs::{Dialect, FrameLength, Leg, Numbers, Pace, StatusBody, StreamParams};
use caly_rehearsal::report::{ConnectExit, EndedBy};
use caly_rehearsal::script::listen;
use caly_rehearsal::voice::Mute;
use caly_rehearsal::{
    CallPlan, CallReport, CallerVoice, Carrier, Knobs, Line, Load, RehearsalError, Script, Step, load,
};
use server::{Manners, Server};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A voice that needs no model: half a second of tone per word.
struct Tone;

impl CallerVoice for Tone {
    fn name(&self) -> &'static str {
        "tone"
    }

    #[expect(clippy::cast_possible_truncation, reason = "a small tone")]
    fn say(&self, text: &str, rate: u32) -> Result<Vec<i16>, caly_rehearsal::voice::VoiceError> {
        let samples = rate as usize / 2 * text.split_whitespace().count();
        let tone = |i| (9_000.0 * (i as f64 * 440.0 * std::f64::consts::TAU / f64::from(rate)).sin()) as i16;
        Ok((0..samples).map(tone).collect())
    }
}

fn line(server: &Server, knobs: Knobs) -> Line {
    let epoch = "2026-11-23T10:00:00Z".parse().unwrap();
    let mut line = Line::new(&server.base, "key1", "+918047491899", epoch, 7);
    line.knobs = knobs;
    // Loopback needs little: the server's side is a task of this runtime.
    line.pace = Pace::Virtual { breath: Duration::from_micros(300) };
    line
}

fn plan(steps: Vec<Step>) -> CallPlan {
    CallPlan { from: "+919812345678".into(), script: Script::new("test", steps), voice: Arc::new(Tone) }
}

fn polite() -> Vec<Step> {
    let mut steps = vec![Step::Say("hello there".into())];
    steps.extend(listen());
    steps.extend([Step::Press("1234#".into()), Step::HangUp]);
    steps
}

async fn call(server: &Server, knobs: Knobs, steps: Vec<Step>) -> CallReport {
    Carrier::new(line(server, knobs)).unwrap().call(&plan(steps)).await.unwrap()
}

fn rules(report: &CallReport) -> Vec<Rule> {
    report.violations.iter().map(|v| v.rule).collect()
}

#[tokio::test(start_paused = true)]
async fn a_whole_call_in_both_dialects() {
    for (dialect, numbers, frame, rate, params) in [
        (Dialect::Snake, Numbers::String, FrameLength::Ms100, 16_000, StreamParams::Flat),
        (Dialect::Camel, Numbers::Int, FrameLength::Ms20, 8_000, StreamParams::Json),
        (Dialect::Snake, Numbers::Int, FrameLength::Mixed, 24_000, StreamParams::Flat),
    ] {
        let server = Server::start(Manners { rate, ..Manners::default() }).await;
        let knobs = Knobs { dialect, numbers, frame, stream_params: params, ..Knobs::default() };
        let report = call(&server, knobs, polite()).await;
        assert!(report.is_clean(), "{:?}", report.violations);
        assert_eq!((report.ended_by, report.after_bot_status), (EndedBy::Caller, Some(200)));
        assert_eq!(report.turns.len(), 2);
        assert_eq!((report.turns[0].said.as_str(), report.turns[0].began_ms), ("hello there", 0));
        assert!((990..=1_000).contains(&report.turns[0].end_of_speech_ms));
        let stream = report.stream.unwrap();
        assert_eq!(stream.rate, rate);
        assert!(stream.chunks > 0 && stream.agent_ms > 700, "{stream:?}");
        let seen = server.seen();
        assert_eq!(seen.keys, "1234#");
        assert!(seen.hooks[0].starts_with("voicebot?CallSid="), "{:?}", seen.hooks);
        assert!(seen.hooks[1].contains("cancelled") && seen.hooks[1].contains("user"), "{:?}", seen.hooks);
        assert_eq!(seen.stops, ["callended"]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_reply_is_timed_from_the_true_end_of_speech() {
    let server = Server::start(Manners { reply_after_ms: 700, ..Manners::default() }).await;
    let report = call(&server, Knobs::default(), polite()).await;
    let reply = report.turns[0].first_reply_ms.unwrap();
    assert!((700..=1_000).contains(&reply), "{reply}");
}

#[tokio::test(start_paused = true)]
async fn the_server_ends_the_call_and_the_flow_hangs_up() {
    let server = Server::start(Manners { close_after_reply: true, ..Manners::default() }).await;
    let report = call(&server, Knobs::default(), vec![Step::Say("bye".into()), Step::WaitEnd]).await;
    assert!(report.is_clean(), "{:?}", report.violations);
    assert_eq!((report.ended_by, report.cause.as_str()), (EndedBy::Bot, "closed 1000 done"));
    assert!(server.seen().hooks[1].contains("completed&"));
    assert_eq!(server.seen().marks, ["bye"], "the goodbye's mark came back before the close");
}

#[tokio::test(start_paused = true)]
async fn people_are_dialled_after_a_302() {
    let manners = Manners {
        close_after_reply: true,
        after_bot: 302,
        connect: r#"{"destination":{"numbers":["+919800000001","+919800000002"]},"max_ringing_duration":20}"#,
        ..Manners::default()
    };
    let server = Server::start(manners).await;
    let legs = vec![Leg::Busy, Leg::Answers { after_ms: 3_000, talks_ms: 60_000 }];
    let knobs = Knobs { legs, ..Knobs::default() };
    let report = call(&server, knobs, vec![Step::Say("person".into()), Step::WaitEnd]).await;
    assert!(report.is_clean(), "{:?}", report.violations);
    let connect = report.connect.unwrap();
    assert_eq!((connect.exit, connect.talked_ms), (ConnectExit::Talked, 60_000));
    assert_eq!(connect.attempts.iter().map(|a| a.status).collect::<Vec<_>>(), ["busy", "completed"]);
    let seen = server.seen();
    assert_eq!(seen.versioned, ["connect"]);
    assert!(seen.hooks[3].starts_with("after-connect?") && seen.hooks[3].contains("DialCallStatus=completed"));
    assert!(seen.hooks[3].contains("DialCallDuration=63&") && seen.hooks[3].contains("CallType=completed"));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_dialled_and_nobody_answers() {
    for (answer, exit) in [
        (r#"{"destination":{"numbers":[]}}"#, ConnectExit::NotDialled),
        (r#"{"destination":{"numbers":["+919800000001"]},"fetch_after_attempt":"no"}"#, ConnectExit::NotDialled),
        (r#"{"destination":{"numbers":["+919800000001"]}}"#, ConnectExit::NoAnswer),
    ] {
        let manners = Manners { close_after_reply: true, after_bot: 302, connect: answer, ..Manners::default() };
        let server = Server::start(manners).await;
        let report = call(&server, Knobs::default(), vec![Step::Say("person".into()), Step::WaitEnd]).await;
        assert_eq!(report.connect.as_ref().unwrap().exit, exit);
        assert_eq!(rules(&report).contains(&Rule::Schema), answer.contains("\"no\""));
    }
}

#[tokio::test(start_paused = true)]
async fn each_bad_manner_is_noticed() {
    let quiet = Manners::default;
    for (manners, rule) in [
        (Manners { chunk: 3_201, ..quiet() }, Rule::ChunkAlignment),
        (Manners { chunk: 640, ..quiet() }, Rule::ChunkTooSmall),
        (Manners { blast: true, ..quiet() }, Rule::Lead),
        (Manners { stream_id: Some("other"), ..quiet() }, Rule::StreamId),
        (Manners { early: true, ..quiet() }, Rule::BeforeStart),
        (Manners { late: true, ..quiet() }, Rule::AfterStop),
        (Manners { say: Some("{\"event\":\"hello\"}"), ..quiet() }, Rule::UnknownMessage),
        (Manners { after_bot: 500, ..quiet() }, Rule::Status),
        (Manners { content_type: "text/html", ..quiet() }, Rule::ContentType),
        (Manners { deaf: true, ..quiet() }, Rule::CallerGaveUp),
    ] {
        let what = format!("{manners:?}");
        let server = Server::start(manners).await;
        let report = call(&server, Knobs::default(), polite()).await;
        assert!(rules(&report).contains(&rule), "{what}: {:?}", report.violations);
    }
}

#[tokio::test(start_paused = true)]
async fn copies_that_are_answered_differently_are_noticed() {
    let server = Server::start(Manners { unsteady: true, ..Manners::default() }).await;
    let knobs = Knobs { dup: 3, ..Knobs::default() };
    assert_eq!(rules(&call(&server, knobs.clone(), polite()).await), [Rule::Unsteady; 3]);
    let server = Server::start(Manners::default()).await;
    let report = call(&server, knobs, polite()).await;
    assert!(report.is_clean());
    assert_eq!(server.seen().hooks.len(), 8);
}

#[tokio::test(start_paused = true)]
async fn the_faults_of_a_carrier() {
    let with = |knobs: Knobs| async move {
        let server = Server::start(Manners::default()).await;
        (call(&server, knobs, polite()).await, server.seen())
    };
    let (report, seen) = with(Knobs { drop_stop: true, ..Knobs::default() }).await;
    assert!(seen.stops.is_empty() && report.is_clean());
    let (report, seen) = with(Knobs { throttle: true, ..Knobs::default() }).await;
    assert_eq!((report.ended_by, report.stream), (EndedBy::Carrier, None));
    assert!(seen.hooks[1].contains("Streaming_call_throttled") && seen.hooks[1].contains("=failed"));
    let (report, _) = with(Knobs { half_dead_after_ms: Some(300), ..Knobs::default() }).await;
    assert_eq!(report.cause, "the line was dead");
    let (report, seen) = with(Knobs { cap_ms: Some(500), ..Knobs::default() }).await;
    assert_eq!((report.ended_by, seen.stops), (EndedBy::Carrier, vec!["stopped".to_owned()]));
    let faulty =
        Knobs { odd_bytes_every: Some(3), bad_base64_every: Some(4), duplicate_every: Some(5), ..Knobs::default() };
    let (_, seen) = with(faulty).await;
    assert!(seen.odd > 0 && seen.bad > 0 && seen.repeated > 0, "{seen:?}");
    let (report, seen) = with(Knobs { reorder: true, ..Knobs::default() }).await;
    assert!(report.is_clean());
    assert_eq!(seen.order, ["voicebot", "start", "after-bot", "stop"]);
}

#[tokio::test(start_paused = true)]
async fn a_second_socket_with_the_token_closes_the_first() {
    let knobs = || Knobs { handshake_fail_once: true, ..Knobs::default() };
    let server = Server::start(Manners { one_socket: true, ..Manners::default() }).await;
    assert!(call(&server, knobs(), polite()).await.is_clean());
    let server = Server::start(Manners::default()).await;
    let mut steps = polite();
    steps.insert(0, Step::Pause(6_000));
    let report = call(&server, knobs(), steps).await;
    assert_eq!(rules(&report), [Rule::OldSocketOpen], "{report:?}");
}

#[tokio::test(start_paused = true)]
async fn status_callbacks_come_in_four_shapes() {
    for (body, kind) in [
        (StatusBody::Multipart, "multipart/form-data; boundary="),
        (StatusBody::Urlencoded, "application/x-www-form-urlencoded"),
        (StatusBody::Json, "application/json"),
        (StatusBody::Empty, ""),
    ] {
        let server = Server::start(Manners::default()).await;
        let report = call(&server, Knobs { status_body: body, ..Knobs::default() }, polite()).await;
        assert!(report.is_clean(), "{:?}", report.violations);
        let (content_type, text) = server.seen().status.clone().unwrap();
        assert!(content_type.starts_with(kind));
        assert_eq!(text.contains(&report.call_sid), body != StatusBody::Empty);
    }
}

#[tokio::test(start_paused = true)]
async fn both_directions_are_kept_as_sound() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(Manners::default()).await;
    let mut line = line(&server, Knobs::default());
    line.recordings = Some(dir.path().join("calls"));
    let report = Carrier::new(line).unwrap().call(&plan(polite())).await.unwrap();
    let length = |path: &Path| caly_rehearsal::audio::read_wav(path, 16_000).unwrap();
    let (caller, agent) = (length(&report.recordings[0]), length(&report.recordings[1]));
    assert!(caller.iter().any(|s| *s > 8_000) && agent.iter().any(|s| *s > 8_000));
    assert_eq!(caller.len() / 16, usize::try_from(report.stream.unwrap().length_ms).unwrap());
}

#[tokio::test(start_paused = true)]
async fn many_calls_at_a_rate() {
    let server = Server::start(Manners::default()).await;
    let carrier = Arc::new(Carrier::new(line(&server, Knobs::default())).unwrap());
    let report = load(&carrier, Load { calls: 10, per_second: 5.0 }, |_| plan(polite())).await;
    assert_eq!((report.calls.len(), report.failed.len(), report.violations), (10, 0, 0));
    assert_eq!((report.ended["caller"], report.after_bot[&200], report.reply.count), (10, 10, 10));
    let mut ids: Vec<_> = report.calls.iter().map(|c| c.call_sid.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 10);
}

#[tokio::test]
async fn in_real_time_too() {
    let server = Server::start(Manners { close_after_reply: true, ..Manners::default() }).await;
    let mut line = line(&server, Knobs::default());
    line.pace = Pace::Real;
    let steps = vec![Step::Say("hello".into()), Step::WaitEnd];
    let report = Carrier::new(line).unwrap().call(&plan(steps)).await.unwrap();
    assert!(report.is_clean(), "{:?}", report.violations);
    assert!(report.turns[0].first_reply_ms.is_some());
}

#[tokio::test]
async fn what_cannot_be_rehearsed_says_what_to_do() {
    let epoch = "2026-11-23T10:00:00Z".parse().unwrap();
    let at = |url: &str| Carrier::new(Line::new(url, "k", "+918047491899", epoch, 1));
    for bad in ["ftp://x", "nonsense", "http://h/?a=1"] {
        assert!(matches!(at(bad), Err(RehearsalError::BadUrl { .. })), "{bad}");
    }
    let nobody = at("http://127.0.0.1:1").unwrap();
    assert!(matches!(nobody.check().await, Err(RehearsalError::Unreachable { .. })));
    let unreachable = nobody.call(&plan(polite())).await.unwrap_err();
    assert!(unreachable.to_string().contains("caly demo"));
    let server = Server::start(Manners::default()).await;
    assert!(at(&server.base).unwrap().check().await.is_ok());
    let wrong_key = at(&server.base).unwrap().call(&plan(polite())).await;
    assert!(matches!(wrong_key, Err(RehearsalError::UnknownHook { status: 404 })));
    let mute = CallPlan { voice: Arc::new(Mute), ..plan(polite()) };
    assert!(matches!(at(&server.base).unwrap().call(&mute).await, Err(RehearsalError::Voice(_))));
}
