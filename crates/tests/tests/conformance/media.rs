//! Cases 9-11: sound in every framing, sound out by the rules, and the rate.

use crate::logs;
use crate::speech::{Rendered, Told, bytes, keypad, pitch, voice_pitch, vowel};
use crate::wire::{self, Got, Stream, new_sid, talk, voicebot};
use caly_rehearsal::checks::{self, Phase, Violation};
use caly_rehearsal::knobs::{Dialect, Frame, Knobs, Numbers};
use caly_rehearsal::scenarios;
use caly_rehearsal::script::{Script, Step};
use caly_server::live::speech::Speech;
use caly_tests::{Setup, TestApp};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

async fn app(speech: Speech) -> TestApp {
    TestApp::with(Setup { speech: Some(speech), ..Setup::default() }).await
}

/// The caller is silent, speaks for 1.5 s, is silent: s16le at 16 kHz.
fn said() -> Vec<u8> {
    let silence = vec![0; 16_000];
    bytes(&[silence.clone(), vowel(1_500, 16_000), silence].concat())
}

/// Frames as one carrier or the other cuts them: bytes and ms.
type Framing = Box<dyn Fn(usize) -> usize>;

/// What is wrong with the `n`th frame.
type Faults = fn(usize) -> Fault;

/// What the ears were given of a call whose sound came in these frames.
async fn heard(app: &TestApp, told: &Told, framing: Framing, fault: Faults) -> Vec<i16> {
    told.heard.lock().unwrap().clear();
    let (mut stream, sid) = talk(app, 0).await;
    stream.listen().await;
    let sound = said();
    let (mut at, mut n) = (0, 0);
    while at < sound.len() {
        let to = (at + framing(n)).min(sound.len());
        send(&mut stream, &sound[at..to], fault(n)).await;
        (at, n) = (to, n + 1);
    }
    let given = given(told).await;
    stream.stop(&sid).await;
    app.counted(&app.doors[0], &sid).await;
    given
}

async fn given(told: &Told) -> Vec<i16> {
    for _ in 0..400 {
        if let Some(samples) = told.heard.lock().unwrap().last() {
            return samples.clone();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the caller was not heard within ten seconds");
}

#[derive(Clone, Copy)]
enum Fault {
    None,
    ByteTooMany,
    Twice,
    Rubbish,
}

async fn send(stream: &mut Stream, sound: &[u8], fault: Fault) {
    let ms = (sound.len() / 32) as u64;
    match fault {
        Fault::None => stream.media(sound, ms).await,
        Fault::ByteTooMany => stream.media(&[sound, &[0x5a]].concat(), ms).await,
        Fault::Twice => {
            stream.media(sound, ms).await;
            stream.again(sound, ms).await;
        }
        Fault::Rubbish => {
            stream.send(r#"{"event":"media","stream_sid":"st-1","media":{"payload":"@@no base64@@"}}"#).await;
            stream.send(r#"{"event":"media","stream_sid":"st-1""#).await;
            stream.send(r#"{"event":"silence","stream_sid":"st-1"}"#).await;
            stream.media(sound, ms).await;
        }
    }
}

/// Where the voice begins in what the ears were given, and how long it is, ms.
fn voice(samples: &[i16]) -> (usize, usize) {
    let loud = |s: &i16| s.unsigned_abs() > 1_500;
    let first = samples.iter().position(loud).unwrap();
    let last = samples.iter().rposition(loud).unwrap();
    (first / 16, (last - first) / 16)
}

#[tokio::test(flavor = "multi_thread")]
async fn case_09_the_callers_timeline_is_true_in_every_framing() {
    let logs = logs::listen();
    let told = Told::words("");
    let mouth = Rendered::tone(1_000.0, 120);
    let app = app(Speech { ears: Some(Arc::clone(&told) as _), mouth }).await;
    let clean = heard(&app, &told, Box::new(|_| 3_200), |_| Fault::None).await;
    let (begins, lasts) = voice(&clean);
    assert!(lasts.abs_diff(1_500) <= 20, "{lasts} ms of 1500");
    let framings: [(&str, Framing, Faults); 7] = [
        ("20 ms", Box::new(|_| 640), |_| Fault::None),
        ("mixed", Box::new(|n| [640, 3_200, 1_920][n % 3]), |_| Fault::None),
        ("cut in the middle of samples", Box::new(|_| 641), |_| Fault::None),
        ("a byte too many", Box::new(|_| 3_200), |n| if n % 3 == 1 { Fault::ByteTooMany } else { Fault::None }),
        ("twice", Box::new(|_| 3_200), |n| if n % 2 == 1 { Fault::Twice } else { Fault::None }),
        ("rubbish between", Box::new(|_| 3_200), |n| if n % 5 == 0 { Fault::Rubbish } else { Fault::None }),
        ("all at once", Box::new(|_| 32_000), |_| Fault::None),
    ];
    for (name, framing, fault) in framings {
        let samples = heard(&app, &told, framing, fault).await;
        let (first, length) = voice(&samples);
        assert!(first.abs_diff(begins) <= 20 && length.abs_diff(1_500) <= 20, "{name}: {first}, {length}");
        assert!(samples.len().abs_diff(clean.len()) <= 320, "{name}: {} of {}", samples.len(), clean.len());
        let differ = samples.iter().zip(&clean).filter(|(a, b)| a != b).count();
        assert!(differ * 50 < clean.len(), "{name}: the sound itself, {differ} samples of {}", clean.len());
    }
    // 35 frames: 17 came twice; 7 times two of three texts were no frames.
    assert_eq!(logs.lines_with(&["frames.dropped\":17"]), 1, "duplicates are counted");
    assert_eq!(logs.lines_with(&["frames.dropped\":14"]), 1, "what cannot be read is counted");
}

fn keys(name: &str) -> Script {
    scenarios::named(name).unwrap().script()
}

#[tokio::test(flavor = "multi_thread")]
async fn case_10_what_we_send_keeps_every_rule_at_every_rate() {
    let app = app(Speech { ears: None, mouth: Rendered::tone(1_000.0, 730) }).await;
    let habits = [
        Knobs::default(),
        Knobs { rate: Some(8_000), frame: Frame::Ms20, ..Knobs::default() },
        Knobs { rate: Some(24_000), dialect: Dialect::Camel, numbers: Numbers::Int, ..Knobs::default() },
    ];
    let calls = habits.map(|knobs| app.place(app.line(0, knobs), keys("order_keypad"), None));
    for (report, call) in futures::future::join_all(calls).await {
        assert!(report.violations.is_empty(), "{:?}", report.violations);
        assert!(report.agent_audio_ms > 2_000 && call.resolved, "{report:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_10_nothing_comes_before_start_or_after_stop() {
    let app = app(Speech { ears: None, mouth: Rendered::tone(1_000.0, 6_000) }).await;
    let sid = new_sid(&app);
    let mut stream = wire::open(&voicebot(&app, 0, &sid).await, None).await.unwrap();
    stream.send(r#"{"event":"connected"}"#).await;
    assert!(timeout(Duration::from_millis(800), stream.next()).await.is_err(), "nothing before start");
    stream.start(&sid).await;
    assert!(matches!(stream.next().await, Got::Sound(_)));
    // In the middle of a speech the caller hangs up.
    let hang_up = Script::new("hang up", vec![Step::Pause(1_200), Step::HangUp]);
    let (report, call) = app.place(app.line(0, Knobs::default()), hang_up, None).await;
    assert!(report.violations.is_empty(), "{:?}", report.violations);
    assert!(report.agent_audio_ms > 0, "it was speaking");
    assert_eq!(call.ended_by, Some(caly_core::outcome::EndedBy::Caller));
}

#[tokio::test(flavor = "multi_thread")]
async fn case_10_the_last_chunk_is_filled_up_with_silence() {
    let app = app(Speech { ears: None, mouth: Rendered::tone(1_000.0, 250) }).await;
    let (mut stream, _) = talk(&app, 0).await;
    while !matches!(stream.next().await, Got::Mark(_)) {}
    let chunks: Vec<&Vec<i16>> =
        stream.got.iter().filter_map(|g| if let Got::Sound(s) = g { Some(s) } else { None }).collect();
    assert_eq!(chunks.iter().map(|c| c.len()).collect::<Vec<_>>(), [1_600, 1_600, 1_600]);
    assert!(chunks[2][800..].iter().all(|s| *s == 0) && chunks[2][..800].iter().any(|s| *s != 0));
    assert!(stream.broken.is_empty(), "{:?}", stream.broken);
}

#[test]
fn case_10_the_checks_notice_what_breaks_a_rule() {
    let payload = base64_simd::STANDARD.encode_to_string([0; 100]);
    let text = format!(r#"{{"event":"media","stream_sid":"X","media":{{"payload":"{payload}"}}}}"#);
    let (_, broken) = checks::read(&text, "st-1", Phase::Stopped, 900);
    for rule in [Violation::ChunkSmall(100), Violation::ChunkStep(100), Violation::Lead(900)] {
        assert!(broken.contains(&rule), "{rule}: {broken:?}");
    }
    assert!(broken.iter().any(|v| matches!(v, Violation::AfterStop(_))), "{broken:?}");
    assert!(broken.iter().any(|v| matches!(v, Violation::StreamId { .. })), "{broken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_11_the_bytes_decide_the_rate_and_no_pitch_is_wrong() {
    let logs = logs::listen();
    let told = Told::words("");
    let mouth = Rendered::tone(1_000.0, 1_000);
    let app = app(Speech { ears: Some(Arc::clone(&told) as _), mouth }).await;
    // The address asks for 16000 each time.
    for (announced, real) in [("8000", 8_000), ("8000Hz", 16_000), ("24000", 24_000), ("16000", 16_000)] {
        told.heard.lock().unwrap().clear();
        let sid = new_sid(&app);
        let mut stream = wire::open(&voicebot(&app, 0, &sid).await, None).await.unwrap();
        stream.start_at(&sid, announced).await;
        send_at(&mut stream, &vec![0; real as usize / 2], real).await;
        while !matches!(stream.next().await, Got::Mark(_)) {}
        let sound: Vec<i16> =
            stream.got.iter().flat_map(|g| if let Got::Sound(s) = g { s.as_slice() } else { &[] }).copied().collect();
        let hz = pitch(&sound[..real as usize * 9 / 10], real);
        assert!((hz - 1_000.0).abs() < 10.0, "announced {announced}, really {real}: {hz} Hz");
        stream.listen_out().await;
        send_at(&mut stream, &[vowel(1_200, real), vec![0; real as usize]].concat(), real).await;
        let (heard, said) = (voice_pitch(&given(&told).await, 16_000), voice_pitch(&vowel(1_200, real), real));
        assert!((heard / said - 1.0).abs() < 0.02, "announced {announced}, really {real}: {heard} Hz of {said}");
        stream.stop(&sid).await;
        app.counted(&app.doors[0], &sid).await;
    }
    assert_eq!(logs.lines_with(&["the bytes decide"]), 3, "a mismatch is logged, agreement is not");
}

async fn send_at(stream: &mut Stream, samples: &[i16], rate: u32) {
    for frame in samples.chunks(rate as usize / 50) {
        stream.media(&bytes(frame), 20).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_11_without_sound_the_address_is_believed() {
    let app = app(keypad()).await;
    let sid = new_sid(&app);
    let mut stream = wire::open(&voicebot(&app, 0, &sid).await, None).await.unwrap();
    stream.start_at(&sid, "8000").await;
    while !matches!(stream.next().await, Got::Mark(_)) {}
    let Some(Got::Sound(sound)) = stream.got.first() else { panic!("{:?}", stream.got) };
    assert!((pitch(sound, 16_000) - 1_000.0).abs() < 10.0);
}
