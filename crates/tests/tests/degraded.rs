//! Ears and mouths that are lost in the middle of a spoken call, over the real
//! wire: the call goes on by keys, or a person goes on.

use caly_core::mind;
use caly_core::outcome::{EscalationReason, Outcome};
use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::script::{Script, Step};
use caly_server::live::speech::{Ears, Mouth, Sound, Speech, Words};
use caly_tests::behind::Behind;
use caly_tests::{TestApp, caller_voice, pack_dir};
use futures::{FutureExt, StreamExt};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Ears that go deaf after so many ranges.
struct GoingDeaf(Arc<dyn Ears>, AtomicU32);

impl Ears for GoingDeaf {
    fn recognise(&self, samples: Vec<i16>) -> Words {
        let left = self.1.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
        match left {
            Ok(_) => self.0.recognise(samples),
            Err(_) => async { Err("the recogniser is gone".to_owned()) }.boxed(),
        }
    }
}

/// A mouth that never answers after so many speeches.
struct GoingMute(Arc<dyn Mouth>, AtomicU32);

impl Mouth for GoingMute {
    fn say(&self, speech: &mind::Speech, rate: u32) -> Sound {
        let left = self.1.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
        match left {
            Ok(_) => self.0.say(speech, rate),
            Err(_) => futures::stream::pending().boxed(),
        }
    }

    fn says_anything(&self) -> bool {
        true
    }
}

const END: Step = Step::WaitEnd { ms: 20_000 };

fn wait() -> Step {
    Step::WaitQuiet { ms: 900 }
}

fn say(text: &str) -> Step {
    Step::Say(text.into())
}

fn press(keys: &str) -> Step {
    Step::Press(keys.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_loses_its_ears_goes_on_by_keys() {
    let Some(pack) = pack_dir() else { return };
    let deaf = |speech: Speech| Speech {
        ears: speech.ears.map(|ears| Arc::new(GoingDeaf(ears, AtomicU32::new(1))) as Arc<dyn Ears>),
        ..speech
    };
    let app = TestApp::start_with(Some(pack.clone()), deaf).await;
    let steps = vec![
        wait(),
        say("Where is my order?"),
        wait(),
        say("One zero two four."),
        wait(),
        press("1024#"),
        wait(),
        press("1"),
        wait(),
        press("5"),
        END,
    ];
    let talk = app.talk("lost_ears", 0, Knobs::default(), Script::new("lost_ears", steps), &caller_voice(&pack)).await;
    talk.in_order(&["caller: where is my order", "order number", "use the keys", "order number", "press hash"]);
    talk.in_order(&["use the keys", "is on its way", "did that help", "press 1 for yes", "from 1 to 5"]);
    assert_eq!(talk.count("ears_lost"), 1);
    assert_eq!((talk.call.outcome, talk.call.rating), (Some(Outcome::ResolvedByAgent), Some(5)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_loses_its_mouth_goes_to_a_person() {
    let Some(pack) = pack_dir() else { return };
    let mute = |speech: Speech| Speech { mouth: Arc::new(GoingMute(speech.mouth, AtomicU32::new(1))), ..speech };
    let app = TestApp::start_with(Some(pack.clone()), mute).await;
    let steps = vec![wait(), say("Where is my order?"), END];
    let talk =
        app.talk("lost_mouth", 0, Knobs::default(), Script::new("lost_mouth", steps), &caller_voice(&pack)).await;
    assert_eq!((talk.call.outcome, talk.call.escalated), (Some(Outcome::MessageTaken), true), "{:#?}", talk.said);
    assert_eq!(talk.call.escalation_reason, Some(EscalationReason::Degraded));
    assert_eq!(talk.report.after_bot_status, 302, "the flow goes on to people");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_number_said_over_several_turns_is_stored_nowhere() {
    let Some(pack) = pack_dir() else { return };
    let app = TestApp::start(Some(pack.clone())).await;
    let steps = vec![
        wait(),
        say("Four one one one, one one one one."),
        Step::Pause(1_200),
        say("One one one one, one one one one."),
        wait(),
        Step::HangUp,
    ];
    let talk = app.talk("card", 0, Knobs::default(), Script::new("card", steps), &caller_voice(&pack)).await;
    assert!(talk.said.iter().filter(|t| t.contains("[card number]")).count() >= 1, "{:#?}", talk.said);
    let digits = |text: &str| text.matches("one").count() + text.matches('1').count();
    for turn in talk.said.iter().filter(|t| t.starts_with("caller: ")) {
        assert_eq!(digits(turn), 0, "{:#?}", talk.said);
    }
    assert!(is_of_a_card("Four one one one, one one one one. One.") && is_of_a_card("1111 1111 1"), "the control");
    let said_in = ["call_turns", "call_facts", "events"];
    let tables = [&said_in[..], &["tasks", "intents", "jobs"]].concat();
    for (table, rows) in Behind::open(&app).await.dump(&tables).await {
        let mut said = Vec::new();
        rows.iter().for_each(|row| sentences(&serde_json::from_str(row).unwrap(), &mut said));
        assert!(!said.iter().any(|text| is_of_a_card(text)), "{table}: {said:#?}");
        let silent = !said_in.contains(&table.as_str());
        assert!(silent || said.iter().any(|text| text.contains("[card number]")), "the control, {table}: {said:#?}");
    }
}

/// What was said, in a row: whatever holds a space. Ids and times hold none,
/// and may hold any figures by chance.
fn sentences(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => match serde_json::from_str(text) {
            Ok(inner @ (Value::Array(_) | Value::Object(_))) => sentences(&inner, into),
            _ if text.contains(' ') => into.push(text.clone()),
            _ => {}
        },
        Value::Array(all) => all.iter().for_each(|one| sentences(one, into)),
        Value::Object(all) => all.values().for_each(|one| sentences(one, into)),
        _ => {}
    }
}

/// Whether more than half of the card stands there, in figures or words. The
/// agent may read half of it back as a number of something else, before there
/// is more to know it by.
fn is_of_a_card(text: &str) -> bool {
    let figures = text.to_lowercase().replace("one", "1").replace("four", "4");
    let said: String = figures.chars().filter(|c| c.is_alphanumeric()).collect();
    said.contains("411111111") || said.contains("111111111")
}
