//! Cases 12-14: talking over the agent, marks, keys.

use crate::speech::{Rendered, Told, keypad, noise, vowel};
use crate::wire::{Got, Stream, row, talk};
use caly_core::scope::Scope;
use caly_server::live::local_speech;
use caly_server::live::speech::Speech;
use caly_tests::{Setup, TestApp, caller_voice, pack_dir};
use std::sync::Arc;

const SPEECH_MS: u32 = 2_600;
const CHUNK: usize = 1_600;

async fn app(speech: Speech) -> TestApp {
    TestApp::with(Setup { speech: Some(speech), ..Setup::default() }).await
}

/// A call in which the caller says `words` into the greeting. The position of
/// the clear in what came, and how much had come when he stopped speaking.
async fn talk_over(words: &str) -> (TestApp, Arc<Rendered>, Stream, usize, usize) {
    let mouth = Rendered::noise(SPEECH_MS);
    let ears = Told::words(words);
    let app = app(Speech { ears: Some(ears), mouth: Arc::clone(&mouth) as _ }).await;
    let (mut stream, _) = talk(&app, 0).await;
    while stream.heard_ms() < 900 {
        stream.next().await;
    }
    stream.say(&vowel(1_500, 16_000), 16_000).await;
    let spoken = stream.got.len();
    stream.say(&vec![0; 16_000], 16_000).await;
    let clear = stream.got.iter().position(|g| *g == Got::Clear).expect("a clear came");
    (app, mouth, stream, clear, spoken)
}

/// Which chunk of a text's sound this is.
fn place(sound: &[i16], chunk: &[i16]) -> Option<usize> {
    let padded = |part: &[i16]| chunk[..part.len()] == *part && chunk[part.len()..].iter().all(|s| *s == 0);
    sound.chunks(CHUNK).position(padded)
}

fn places(got: &[Got], sound: &[i16]) -> Vec<Option<usize>> {
    got.iter().filter_map(|g| if let Got::Sound(s) = g { Some(place(sound, s)) } else { None }).collect()
}

fn clears(stream: &Stream) -> usize {
    stream.got.iter().filter(|g| **g == Got::Clear).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn case_12_whoever_means_it_cuts_the_agent_off_once() {
    let (_app, mouth, mut stream, clear, spoken) = talk_over("I want to speak to a person.").await;
    assert!(clear < spoken, "while he was still speaking: {clear} of {spoken}");
    assert_eq!(clears(&stream), 1);
    // Marks of before are late; they end nothing of the next turn.
    for late in ["t1-1", "t1-2", "t9-9", "nonsense"] {
        stream.mark(late).await;
    }
    let old = noise(&mouth.text(0), SPEECH_MS * 16);
    while !matches!(stream.next().await, Got::Mark(_)) {}
    assert_eq!(clears(&stream), 1, "exactly one");
    let after = &stream.got[clear..];
    assert!(places(after, &old).iter().all(Option::is_none), "nothing more of the old turn");
    let next: Vec<i16> =
        after.iter().flat_map(|g| if let Got::Sound(s) = g { s.as_slice() } else { &[] }).copied().collect();
    let said = mouth.texts.lock().unwrap().clone();
    let whole = said[1..].iter().map(|text| noise(text, SPEECH_MS * 16)).find(|sound| next[..CHUNK] == sound[..CHUNK]);
    let whole = whole.unwrap_or_else(|| panic!("the next turn plays: {said:?}"));
    assert_eq!(next[..whole.len()], whole[..], "to its end");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_12_a_real_voice_with_real_ears_cuts_the_agent_off_once() {
    let Some(pack) = pack_dir() else { return };
    let mouth = Rendered::noise(6_000);
    let ears = local_speech::load(&pack).unwrap().speech.ears;
    let app = app(Speech { ears, mouth: Arc::clone(&mouth) as _ }).await;
    let words = caller_voice(&pack).say("I want to speak to a person.", 16_000).unwrap();
    let (mut stream, sid) = talk(&app, 0).await;
    while stream.heard_ms() < 900 {
        stream.next().await;
    }
    let louder: Vec<i16> = words.iter().map(|s| s.saturating_mul(2)).collect();
    stream.say(&louder, 16_000).await;
    stream.say(&vec![0; 32_000], 16_000).await;
    while stream.heard_ms() < 3_000 {
        stream.next().await;
    }
    assert_eq!(clears(&stream), 1, "exactly one");
    let clear = stream.got.iter().position(|g| *g == Got::Clear).unwrap();
    let old = noise(&mouth.text(0), 6_000 * 16);
    assert!(places(&stream.got[clear..], &old).iter().all(Option::is_none), "nothing more of the old turn");
    stream.stop(&sid).await;
    assert!(app.counted(&app.doors[0], &sid).await.escalated, "and he was understood");
}

async fn goes_on(words: &str) {
    let (_app, mouth, mut stream, clear, spoken) = talk_over(words).await;
    assert!(clear < spoken, "while he was still speaking");
    while !matches!(stream.next().await, Got::Mark(_)) {}
    assert_eq!(clears(&stream), 1, "exactly one");
    let greeting = noise(&mouth.text(0), SPEECH_MS * 16);
    let before: Vec<usize> = places(&stream.got[..clear], &greeting).into_iter().map(Option::unwrap).collect();
    let sent = before.len();
    assert_eq!(before, (0..sent).collect::<Vec<_>>());
    let after: Vec<usize> = places(&stream.got[clear..], &greeting).into_iter().map(Option::unwrap).collect();
    // What was sent and had not begun to play is sent again, and no more:
    // at most the lead of 400 ms.
    let from = after[0];
    assert!(from <= sent && sent - from <= 4, "goes on at {from}, sent were {sent}");
    let all = greeting.len().div_ceil(CHUNK);
    assert_eq!(after, (from..all).collect::<Vec<_>>(), "without a gap, to the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_12_a_backchannel_takes_back_nothing_that_was_played() {
    goes_on("hmm").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_12_no_words_are_no_interruption() {
    goes_on("").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_12_silence_clears_nothing() {
    let mouth = Rendered::noise(SPEECH_MS);
    let app = app(Speech { ears: Some(Told::words("stop")), mouth }).await;
    let (mut stream, _) = talk(&app, 0).await;
    while stream.heard_ms() < 300 {
        stream.next().await;
    }
    stream.say(&vec![0; 16_000], 16_000).await;
    assert_eq!(clears(&stream), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_13_without_marks_the_goodbye_is_heard_and_the_socket_closes() {
    let app = app(keypad()).await;
    let (mut stream, sid) = talk(&app, 0).await;
    stream.marks = false;
    stream.ask_by_keys().await;
    assert_eq!(stream.closed().await, 1000);
    let tail = &stream.got[stream.got.len() - 3..];
    assert!(matches!(tail, [Got::Sound(_), Got::Mark(_), Got::Closed(1000)]), "{tail:?}");
    let call = app.counted(&app.doors[0], &sid).await;
    assert!(call.resolved && call.rating == Some(5), "{call:?}");
    let last = app.said(0, &call).await.pop().unwrap();
    assert!(last.starts_with("agent: ") && !last.ends_with('—'), "played to its end: {last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_14_keys_between_words_and_unknown_keys() {
    let ears = Told::words("Where is my order?");
    let mouth = Rendered::tone(1_000.0, 120);
    let app = app(Speech { ears: Some(Arc::clone(&ears) as _), mouth }).await;
    let (mut stream, sid) = talk(&app, 0).await;
    stream.listen().await;
    stream.say(&vowel(700, 16_000), 16_000).await;
    stream.say(&vec![0; 16_000], 16_000).await;
    stream.listen_out().await;
    // The number: keys with sounds, and keys that telephones do not have.
    ears.say_nothing();
    stream.press("1").await;
    stream.say(&vowel(300, 16_000), 16_000).await;
    stream.press("0A").await;
    stream.say(&vowel(100, 16_000), 16_000).await;
    stream.press("x2").await;
    stream.say(&vec![0; 3_200], 16_000).await;
    stream.press("4#").await;
    stream.listen().await;
    assert_eq!(keyed(&app, stream, &sid).await, [4], "four digits, and which ones is nobody's business");
    let call = row(&app, 0, &sid).await.unwrap();
    let said = app.said(0, &call).await.join("\n");
    assert!(said.contains("on its way"), "order 1024 was told: {said}");
}

/// How many keys each answer of the caller had, by the stored facts.
async fn keyed(app: &TestApp, mut stream: Stream, sid: &str) -> Vec<i64> {
    stream.stop(sid).await;
    let call = app.counted(&app.doors[0], sid).await;
    let facts = app.store.facts(&Scope::system(app.doors[0].client), call.id).await.unwrap();
    facts.iter().filter(|f| f.kind == "keys").map(|f| f.data["count"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn case_14_every_key_of_a_telephone_is_delivered_and_no_other() {
    let app = app(keypad()).await;
    let calls = "0123456789*#".chars().map(|key| {
        let app = &app;
        async move {
            let (mut stream, sid) = talk(app, 0).await;
            assert!(matches!(stream.next().await, Got::Sound(_)));
            stream.press(&key.to_string()).await;
            // Each is a choice or none; both are answered.
            stream.listen().await;
            assert_eq!(keyed(app, stream, &sid).await, [1], "{key}");
        }
    });
    futures::future::join_all(calls).await;
    let (mut stream, sid) = talk(&app, 0).await;
    assert!(matches!(stream.next().await, Got::Sound(_)));
    stream.press("ADx ").await;
    stream.send(r#"{"event":"dtmf","stream_sid":"st-1","dtmf":{"digit":"12"}}"#).await;
    stream.send(r#"{"event":"dtmf","stream_sid":"st-1"}"#).await;
    assert_eq!(keyed(&app, stream, &sid).await, [0; 0]);
}
