//! A person is looked for while the caller waits on the line.

use super::super::*;
use super::world::World;
use crate::id::MemberId;
use crate::mind::{MindOut, Speech};
use crate::outcome::{Outcome, decide};
use crate::rescue::QUEUE_MS;

const HIM: Found = Found::Person(MemberId(3));

fn asked() -> World {
    let mut w = World::with_people();
    w.wish(MindOut::Escalate(EscalationReason::Requested));
    w
}

/// What the mind says behind its request.
fn mind_goes_on(w: &mut World) {
    let say = |id, text: &str| {
        MindOut::Say(Speech { id, text: text.into(), prompt: None, resolving: false, interruptible: true })
    };
    w.wish(say(101, "I will ask a person to call you back."));
    w.wish(say(102, "Please say your name."));
    w.wish(MindOut::Expect(Expect::Message));
}

fn full(ahead: i64) -> Input {
    Input::Found(Found::Queue { ahead })
}

#[test]
fn a_free_person_is_told_of_and_the_line_is_handed_over() {
    let mut w = asked();
    mind_goes_on(&mut w);
    assert_eq!(w.speeches(), [""; 0], "first it is seen who is there");
    w.feed(Input::Found(HIM));
    assert_eq!(w.speeches(), ["connecting"]);
    assert!(!w.closed, "it is said first");
    w.play_all();
    let facts = w.ended.unwrap();
    assert!(w.closed && facts.to_person && !facts.task_made && facts.ended_by == EndedBy::Agent);
    assert!(w.has(&Fact::PersonFound { member: MemberId(3) }));
    assert!(!w.agent_said().iter().any(|s| s.contains("call you back")), "nothing of it is true any more");
}

#[test]
fn nobody_there_is_as_it_was_before_people_could_be_dialled() {
    let mut w = asked();
    mind_goes_on(&mut w);
    w.feed(Input::Found(Found::Nobody));
    w.play_all();
    assert_eq!(w.agent_said(), ["I will ask a person to call you back.", "Please say your name."]);
    assert!(w.has(&Fact::Unreached { callback: false }));
    w.wish(MindOut::End);
    assert_eq!(decide(&w.ended.unwrap()).outcome, Some(Outcome::MessageTaken));
}

#[test]
fn who_waits_hears_his_place_an_offer_and_a_sound_and_again_when_it_changes() {
    let mut w = asked();
    mind_goes_on(&mut w);
    w.feed(full(1));
    for _ in 0..4 {
        let id = w.playing().unwrap();
        w.pass(1_000);
        w.feed(Input::Played { id });
    }
    assert_eq!(w.speeches()[..4], ["one", "offer", "hold", "hold"]);
    w.feed(full(0));
    w.play_one();
    w.play_one();
    assert!(w.speeches().contains(&"next"));
    assert!(!w.agent_said().iter().any(String::is_empty), "the sound is no turn");
    let before = w.now;
    w.feed(Input::Found(HIM));
    assert!(w.commands.contains(&Command::Drop), "the sound stops at once");
    w.play_all();
    let time = w.ended.unwrap();
    assert_eq!(time.waiting_ms, before.since(At(0)), "waiting is no handling");
}

#[test]
fn nobody_waits_longer_than_two_minutes() {
    let mut w = asked();
    mind_goes_on(&mut w);
    w.feed(full(3));
    while w.seeks {
        match w.playing() {
            Some(id) => {
                w.pass(1_000);
                w.feed(Input::Played { id });
            }
            None => assert!(w.tick()),
        }
        assert!(w.now <= At(QUEUE_MS + 2_000));
    }
    assert!(w.now >= At(QUEUE_MS));
    w.play_all();
    let said = w.agent_said();
    assert_eq!(said[said.len() - 3..], ["nobody.", "I will ask a person to call you back.", "Please say your name."]);
}

#[test]
fn one_brings_a_call_back_and_other_keys_and_words_stop_nothing() {
    let mut w = asked();
    mind_goes_on(&mut w);
    w.feed(full(1));
    w.playing();
    w.feed(Input::Key('7'));
    w.caller_says("hello is anybody there");
    assert!(w.seeks && !w.commands.contains(&Command::Pause));
    assert!(!w.thoughts.iter().any(|t| matches!(t, MindIn::Heard(_))), "the mind sleeps");
    w.feed(Input::Key('1'));
    assert!(w.has(&Fact::Unreached { callback: true }));
    w.play_all();
    let facts = w.ended.unwrap();
    assert!(w.closed && !facts.to_person);
    assert_eq!(decide(&facts).outcome, Some(Outcome::MessageTaken));
}

#[test]
fn ears_lost_in_the_queue_are_told_to_the_mind_when_nobody_comes() {
    let mut w = asked();
    mind_goes_on(&mut w);
    w.feed(full(0));
    w.feed(Input::EarsLost);
    let lost = |w: &World| w.thoughts.iter().filter(|t| matches!(t, MindIn::Begin { ears: false, .. })).count();
    assert_eq!(lost(&w), 0, "the mind sleeps");
    w.feed(Input::Found(Found::Nobody));
    assert_eq!(lost(&w), 1);
    assert_eq!(w.thoughts.last(), Some(&MindIn::Begin { caller: None, ears: false }));
    w.play_all();
    let said = w.agent_said();
    assert!(said.contains(&"I will ask a person to call you back.".to_owned()), "{said:?}");
    assert!(!said.contains(&"Please say your name.".to_owned()), "it cannot be heard: {said:?}");
    // Who is handed over needs no ears.
    let mut w = asked();
    w.feed(Input::EarsLost);
    w.feed(Input::Found(HIM));
    w.play_all();
    assert!(w.closed && lost(&w) == 0);
}

#[test]
fn nothing_is_recognised_in_the_queue_and_again_when_nobody_comes() {
    let mut w = asked();
    mind_goes_on(&mut w);
    w.feed(full(0));
    w.playing();
    let asked_for = |w: &World| w.commands.iter().filter(|c| matches!(c, Command::Recognise { .. })).count();
    w.caller_says("hello is anybody there");
    assert_eq!(asked_for(&w), 0);
    w.feed(Input::Found(Found::Nobody));
    w.play_all();
    w.caller_says("asha rao");
    assert!(asked_for(&w) > 0);
    assert!(matches!(w.thoughts.last(), Some(MindIn::Heard(heard)) if heard.text == "asha rao"));
}

#[test]
fn who_hangs_up_in_the_queue_or_while_he_is_handed_over_is_called_back() {
    let mut waits = asked();
    waits.feed(full(0));
    let mut handed = asked();
    handed.feed(Input::Found(HIM));
    handed.playing();
    for mut w in [asked(), waits, handed] {
        w.feed(Input::Gone(EndedBy::Caller));
        assert!(w.has(&Fact::Unreached { callback: false }));
        let facts = w.ended.unwrap();
        assert!(!facts.to_person && facts.ended_by == EndedBy::Caller);
        assert_eq!(decide(&facts).outcome, Some(Outcome::MessageTaken));
    }
}

#[test]
fn a_store_that_says_nothing_is_not_waited_for() {
    let mut w = asked();
    mind_goes_on(&mut w);
    w.ticks_until(|w| !w.seeks);
    assert_eq!(w.now, At(3_000));
    assert!(w.has(&Fact::Unreached { callback: false }));
}

#[test]
fn a_lost_mouth_goes_on_to_people_in_silence() {
    let mut w = asked();
    w.feed(full(0));
    w.feed(Input::Unspeakable { id: w.last_speech().unwrap() });
    assert!(w.closed && w.ended.unwrap().to_person, "the flow dials without us");
}

#[test]
fn what_the_agent_was_saying_is_heard_before_the_line_is_handed_over() {
    let mut w = World::with_people();
    w.say("I am sorry about this.", false);
    w.playing();
    w.wish(MindOut::Escalate(EscalationReason::Anger));
    w.feed(Input::Found(HIM));
    w.play_all();
    assert_eq!(w.agent_said(), ["I am sorry about this.", "connecting."]);
    assert!(w.closed);
}

#[test]
fn case_27_at_fifty_eight_minutes_a_person_is_looked_for() {
    let mut w = World::with_people();
    w.ticks_until(|w| w.seeks);
    assert!(w.now >= At(LONGEST_MS) && w.has(&Fact::Escalated { reason: EscalationReason::Rule, seeks: true }));
    w.feed(full(0));
    // What is asked for last is heard; fillers of the hour before never were.
    while !w.closed {
        let id = w.last_speech().unwrap();
        w.feed(Input::Playing { id, from: w.now, ms: 1_000 });
        w.pass(1_000);
        w.feed(Input::Played { id });
    }
    assert!(w.now < At(60 * MINUTE), "before the carrier cuts");
    assert!(w.has(&Fact::Unreached { callback: false }));
    assert_eq!(w.agent_said().last().map(String::as_str), Some("later."));
}

#[test]
fn where_people_cannot_be_dialled_a_task_is_made_at_once() {
    let mut w = World::started();
    w.wish(MindOut::Escalate(EscalationReason::Requested));
    assert!(w.has(&Fact::Escalated { reason: EscalationReason::Requested, seeks: false }) && !w.seeks);
}
