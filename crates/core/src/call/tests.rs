//! The call without a socket, a runtime or a clock: single stories, and every
//! sequence of a few inputs.

mod marks;
mod person;
mod sequences;
mod world;

use super::*;
use crate::event::Speaker;
use crate::mind::MindOut;
use crate::outcome::Outcome;
use crate::tool::{ToolCall, ToolResult};
use world::World;

#[test]
fn a_plain_call_from_greeting_to_goodbye() {
    let mut w = World::started();
    w.say("Hello, how can I help?", false);
    w.play_all();
    w.caller_says("where is my order");
    assert!(matches!(w.thoughts.last(), Some(MindIn::Heard(h)) if h.text == "where is my order"));
    w.wish(MindOut::Tool(ToolCall::ListDoctors));
    w.feed(Input::Tool(ToolResult::Doctors(vec![])));
    w.say("It is on its way.", true);
    w.play_all();
    assert!(w.has(&Fact::AnswerPlayed));
    w.wish(MindOut::Helped(true));
    w.say("Goodbye.", false);
    w.wish(MindOut::End);
    assert!(!w.closed, "the goodbye is heard first");
    w.play_all();
    assert!(w.closed);
    assert_eq!(w.verdict().outcome, Some(Outcome::ResolvedByAgent));
    assert_eq!(w.agent_said(), ["Hello, how can I help?", "It is on its way.", "Goodbye."]);
}

#[test]
fn marks_that_never_come_do_not_hold_the_goodbye() {
    let mut w = World::started();
    w.say("Goodbye.", false);
    w.playing();
    w.wish(MindOut::End);
    let begun = w.now;
    w.ticks_until(|w| w.closed);
    assert_eq!(w.now.since(begun), 1_000 + 1_500, "its length and the grace");
}

#[test]
fn an_interrupted_answer_is_cut_where_the_caller_cut_it() {
    let mut w = World::started();
    w.say("one two three four five six seven eight", true);
    w.playing();
    w.pass(400);
    w.voice(20);
    assert_eq!(w.last_command(), Some(&Command::Pause));
    w.silence(40);
    w.recognised("no that is wrong");
    assert!(!w.has(&Fact::AnswerPlayed));
    assert!(w.has(&Fact::Interrupted));
    let said = w.agent_said();
    assert!(said[0].ends_with('—') && said[0].len() < 40, "{said:?}");
    assert!(matches!(w.thoughts.last(), Some(MindIn::Heard(h)) if h.text == "no that is wrong"));
}

#[test]
fn a_listening_noise_lets_the_answer_go_on() {
    let mut w = World::started();
    w.say("your order is on its way", true);
    w.say("Did that help?", false);
    w.wish(MindOut::Expect(Expect::YesNo));
    w.playing();
    w.voice(20);
    w.silence(40);
    w.recognised("haan");
    assert_eq!(w.last_command(), Some(&Command::GoOn));
    assert!(!w.thoughts.iter().any(|t| matches!(t, MindIn::Heard(_))));
    w.play_all();
    assert!(w.has(&Fact::AnswerPlayed));
}

#[test]
fn yes_into_the_question_itself_is_an_answer() {
    let mut w = World::started();
    w.say("Did that help?", false);
    w.wish(MindOut::Expect(Expect::YesNo));
    w.playing();
    w.voice(20);
    w.silence(40);
    w.recognised("yes");
    assert!(matches!(w.thoughts.last(), Some(MindIn::Heard(h)) if h.text == "yes"));
}

#[test]
fn stop_words_act_before_the_turn_is_over() {
    let mut w = World::started();
    w.say("a long explanation of many things", false);
    w.playing();
    w.voice(20);
    w.silence(14);
    w.recognised("wait wait");
    assert!(w.commands.contains(&Command::Drop));
}

#[test]
fn a_caller_who_began_first_is_not_talked_over() {
    let mut w = World::started();
    w.say("Hello.", false);
    w.voice(10);
    w.playing();
    assert_eq!(w.last_command(), Some(&Command::Pause));
}

#[test]
fn a_key_ends_a_pause_too() {
    let mut w = World::started();
    w.say("Press one or two.", false);
    w.playing();
    w.voice(20);
    w.feed(Input::Key('2'));
    assert!(matches!(w.thoughts.last(), Some(MindIn::Heard(h)) if h.keys == "2"));
    w.say("You pressed two.", false);
    w.play_all();
    assert!(w.agent_said().contains(&"You pressed two.".to_owned()), "nothing waits behind the pause");
}

#[test]
fn a_speech_without_sound_says_nothing_of_the_one_that_plays() {
    let mut w = World::started();
    w.say("your order is on its way", true);
    w.playing();
    w.say("Did that help?", false);
    w.feed(Input::Unspeakable { id: 2 });
    assert!(!w.has(&Fact::AnswerPlayed), "it still plays");
    w.play_all();
    assert!(w.has(&Fact::AnswerPlayed));
}

#[test]
fn a_lost_mouth_is_a_matter_for_a_person() {
    let mut w = World::started();
    for id in [1, 2] {
        w.say("Hello.", false);
        w.feed(Input::Unspeakable { id });
    }
    assert!(w.closed && w.has(&Fact::Escalated { reason: EscalationReason::Degraded, seeks: false }));
    assert_eq!(w.verdict().outcome, Some(Outcome::MessageTaken));
}

#[test]
fn a_dead_mouth_holds_nobody_in_silence_for_more_than_eight_seconds() {
    for expect in [Expect::Anything, Expect::Digits { min: 3, max: 8 }] {
        for queued in 1..4 {
            let mut w = World::with(|setup| setup.time_up = Some(("bye".into(), "A person will call.".into())));
            w.wish(MindOut::Expect(expect.clone()));
            for _ in 0..queued {
                w.say("Hello.", false);
            }
            w.ticks_until(|w| w.closed);
            assert!(w.now <= At(8 * SECOND), "{queued}: {:?}", w.now);
            assert!(w.has(&Fact::Escalated { reason: EscalationReason::Degraded, seeks: false }));
        }
    }
}

#[test]
fn a_dead_mouth_promises_a_call_where_a_recording_can_say_it() {
    let mut w = World::with(|setup| setup.time_up = Some(("bye".into(), "A person will call.".into())));
    w.say("Hello.", false);
    w.feed(Input::Unspeakable { id: 1 });
    assert!(!w.closed, "the promise is played first");
    let id = w.last_speech().unwrap();
    w.feed(Input::Playing { id, from: w.now, ms: 1_000 });
    w.pass(1_000);
    w.feed(Input::Played { id });
    assert!(w.closed && w.agent_said() == ["A person will call."]);
}

#[test]
fn a_mouth_that_is_lost_in_the_goodbye_does_not_hold_the_line() {
    let mut w = World::started();
    for _ in 0..5 {
        w.say("Goodbye.", false);
    }
    w.wish(MindOut::End);
    w.ticks_until(|w| w.closed);
    assert_eq!(w.now, At(5_500), "two are waited for, not five");
}

#[test]
fn ears_that_are_full_for_a_moment_are_asked_again_when_the_turn_is_over() {
    let mut w = World::started();
    w.voice(20);
    // Silence enough to ask ahead, and not for the end of the turn.
    while w.ranges == 0 {
        w.silence(1);
    }
    let ahead = w.ranges;
    w.feed(Input::NoWords { range: ahead });
    assert!(!w.has(&Fact::EarsLost));
    while w.ranges == ahead {
        w.silence(1);
    }
    w.feed(Input::NoWords { range: ahead });
    assert!(!w.has(&Fact::EarsLost), "that range is nobody's any more");
    // The turn is over: what is not heard now is lost, and keys are surer.
    let range = w.ranges;
    w.feed(Input::NoWords { range });
    assert!(w.has(&Fact::EarsLost));
}

#[test]
fn lost_ears_go_on_by_keypad() {
    let mut w = World::started();
    w.voice(20);
    w.silence(40);
    w.ticks_until(|w| w.has(&Fact::EarsLost));
    assert!(matches!(w.thoughts.last(), Some(MindIn::Begin { ears: false, .. })));
    w.feed(Input::Key('1'));
    assert!(matches!(w.thoughts.last(), Some(MindIn::Heard(h)) if h.keys == "1"));
}

#[test]
fn digits_are_gathered_until_complete_or_hash_or_a_pause() {
    for (keys, pause, want) in [("1024", false, "1024"), ("10#", false, "10"), ("10", true, "10")] {
        let mut w = World::started();
        w.wish(MindOut::Expect(Expect::Digits { min: 2, max: 4 }));
        for key in keys.chars() {
            w.feed(Input::Key(key));
        }
        if pause {
            w.ticks_until(|w| w.thoughts.len() > 1);
        }
        assert!(matches!(w.thoughts.last(), Some(MindIn::Heard(h)) if h.keys == want), "{keys}");
        assert!(w.has(&Fact::Keys { count: want.len() }), "how many, never which");
    }
}

#[test]
fn a_slow_tool_is_bridged_then_given_up() {
    let mut w = World::started();
    w.wish(MindOut::Tool(ToolCall::ListDoctors));
    let asked = w.now;
    w.ticks_until(|w| w.spoken() == 1);
    assert_eq!(w.now.since(asked), FILLER_MS);
    w.play_all();
    w.ticks_until(|w| w.spoken() == 2);
    w.play_all();
    w.ticks_until(|w| w.closed);
    assert_eq!(w.now.since(asked), THOUGHT_MS);
    assert!(w.has(&Fact::Escalated { reason: EscalationReason::Degraded, seeks: false }));
}

#[test]
fn a_hang_up_after_the_whole_answer_is_an_implied_yes() {
    let story = |after: i64, marked: bool| {
        let mut w = World::started();
        w.say("it is on its way", true);
        w.playing();
        w.pass(after);
        if marked {
            w.feed(Input::Played { id: 1 });
        }
        w.feed(Input::Gone(EndedBy::Caller));
        (w.verdict().outcome, w.verdict().implied)
    };
    let implied = (Some(Outcome::ResolvedByAgent), true);
    assert_eq!(story(11_000, true), implied);
    assert_eq!(story(11_000, false), implied, "the mark was lost");
    assert_eq!(story(999, false), (Some(Outcome::Abandoned), false), "it still plays");
}

#[test]
fn a_hang_up_in_a_pause_leaves_what_was_heard() {
    let mut w = World::started();
    w.say("one two three four five six seven eight", false);
    w.playing();
    w.pass(500);
    w.voice(20);
    w.feed(Input::Gone(EndedBy::Caller));
    assert_eq!(w.agent_said().len(), 1);
    assert!(w.agent_said()[0].starts_with("one"));
}

#[test]
fn the_line_is_left_before_the_carrier_cuts_it() {
    let mut w = World::started();
    w.ticks_until(|w| w.closed);
    let ended = w.ended.unwrap();
    let lasted = ended.ended_at.since(ended.started_at.unwrap());
    assert!((LONGEST_MS..LONGEST_MS + 10 * SECOND).contains(&lasted), "{lasted}");
    assert_eq!(ended.asked_for_person, Some(EscalationReason::Rule));
}

#[test]
fn a_carrier_that_stops_sending_in_a_turn_does_not_hold_the_call() {
    let mut w = World::started();
    w.voice(20);
    w.ticks_until(|w| matches!(w.thoughts.last(), Some(MindIn::Silence(1))));
    assert!(w.now.since(At(0)) < 10 * SECOND);
}

#[test]
fn a_card_number_said_over_several_turns_is_taken_out_of_the_earlier_ones() {
    let mut w = World::started();
    w.caller_says("it is 4111 1111");
    w.caller_says("and then 1111 1111");
    let text = |n: usize| format!("{:?}", w.facts[n..].iter().find(|f| matches!(f, Fact::Turn { .. })));
    assert!(text(0).contains("4111"), "nobody could know yet");
    let blanked = Fact::Redacted { turn: 0, text: "it is [card number]".into() };
    assert!(w.has(&blanked), "{:?}", w.facts);
    let later = w.facts.iter().filter(|f| matches!(f, Fact::Turn { .. })).nth(1);
    assert!(!format!("{later:?}").contains("1111"), "{later:?}");
}

#[test]
fn card_numbers_are_not_in_the_transcript() {
    let mut w = World::started();
    w.caller_says("my card is 4111 1111 1111 1111");
    let text = w.facts.iter().find_map(|f| match f {
        Fact::Turn { speaker: Speaker::Caller, text, .. } => Some(text.clone()),
        _ => None,
    });
    assert!(!text.unwrap().contains("4111"));
}
