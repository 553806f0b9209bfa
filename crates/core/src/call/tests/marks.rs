//! Marks that come late, or never.

use super::world::World;
use crate::call::{Command, EndedBy, Fact, Input};
use crate::mind::MindIn;
use crate::outcome::Outcome;
use crate::time::At;

#[test]
fn case_13_what_is_over_was_heard_though_no_mark_said_so() {
    let mut w = World::started();
    w.say("It is on its way.", true);
    w.say("Did that help?", false);
    w.playing();
    w.pass(1_000);
    w.playing();
    // 300 ms and a little after both: no mark has come, none is overdue.
    w.pass(1_320);
    assert!(!w.has(&Fact::AnswerPlayed), "{:?}", w.facts);
    w.feed(Input::Key('1'));
    assert!(w.has(&Fact::AnswerPlayed) && !w.has(&Fact::Interrupted), "{:?}", w.facts);
    assert!(!w.commands.contains(&Command::Pause), "there is nothing to clear");
    assert_eq!(w.agent_said(), ["It is on its way.", "Did that help?"]);
    assert!(matches!(w.thoughts.last(), Some(MindIn::Heard(h)) if h.keys == "1"), "{:?}", w.thoughts);
}

#[test]
fn case_13_a_key_into_a_speech_still_cuts_it() {
    let mut w = World::started();
    w.say("It is on its way to you.", true);
    w.playing();
    w.pass(600);
    w.feed(Input::Key('1'));
    assert!(w.has(&Fact::Interrupted) && !w.has(&Fact::AnswerPlayed), "{:?}", w.facts);
}

/// An answer that is over at 1,000 ms, and the question behind it, which is on
/// its way at 900 and heard from `begins` on.
fn an_answer_and_a_question(begins: i64) -> World {
    let mut w = World::started();
    w.say("It is on its way.", true);
    w.say("Did that help you today?", false);
    w.playing();
    w.pass(900);
    w.feed(Input::Playing { id: 2, from: At(begins), ms: 1_000 });
    w
}

fn answers(w: &World) -> usize {
    w.facts.iter().filter(|f| **f == Fact::AnswerPlayed).count()
}

#[test]
fn case_13_a_hang_up_before_the_mark_has_heard_what_was_over() {
    for after in [1_000, 1_200, 1_299, 1_400] {
        let mut w = World::started();
        w.say("It is on its way.", true);
        w.say("Did that help you today?", false);
        w.playing();
        w.pass(after);
        w.feed(Input::Gone(EndedBy::Caller));
        assert_eq!(w.agent_said(), ["It is on its way."], "{after}");
        assert_eq!((w.verdict().outcome, w.verdict().implied), (Some(Outcome::ResolvedByAgent), true), "{after}");
        assert!(!w.has(&Fact::Interrupted), "{after}");
        w.feed(Input::Played { id: 1 });
        assert_eq!(answers(&w), 1, "its mark comes too late to say it again");
    }
}

#[test]
fn case_13_a_hang_up_into_a_speech_cuts_it() {
    for into in [1, 500, 999] {
        let mut w = World::started();
        w.say("It is on its way.", true);
        w.say("Did that help you today?", false);
        w.playing();
        w.pass(into);
        w.feed(Input::Gone(EndedBy::Caller));
        assert_eq!((w.verdict().outcome, answers(&w)), (Some(Outcome::Abandoned), 0), "{into}");
        assert!(w.agent_said().iter().all(|said| said.ends_with('—')), "{into}: {:?}", w.agent_said());
    }
}

#[test]
fn case_13_a_hang_up_into_the_question_has_heard_the_answer() {
    let mut w = an_answer_and_a_question(1_000);
    w.pass(600);
    w.feed(Input::Gone(EndedBy::Caller));
    assert_eq!(w.agent_said(), ["It is on its way.", "Did that help —"]);
    assert_eq!((w.verdict().outcome, w.verdict().implied), (Some(Outcome::ResolvedByAgent), true));
    assert_eq!(w.ended.unwrap().last_audio, Some(w.now));
    // What was on its way to him and not yet there, he did not hear.
    let mut w = an_answer_and_a_question(1_100);
    w.pass(150);
    w.feed(Input::Gone(EndedBy::Caller));
    assert_eq!((w.agent_said(), answers(&w)), (vec!["It is on its way.".to_owned()], 1));
    assert_eq!(w.ended.unwrap().last_audio, Some(At(1_000)));
}

#[test]
fn case_13_a_cut_before_the_mark_has_heard_what_was_over() {
    let mut w = an_answer_and_a_question(1_000);
    w.pass(300);
    w.feed(Input::Key('1'));
    assert_eq!((answers(&w), w.has(&Fact::Interrupted)), (1, true), "the question was cut, the answer was not");
    assert_eq!(w.agent_said()[0], "It is on its way.");
    assert!(w.thoughts.contains(&MindIn::Spoken { id: 1 }), "{:?}", w.thoughts);
    assert!(w.thoughts.iter().any(|t| matches!(t, MindIn::Interrupted { id: 2, .. })), "{:?}", w.thoughts);
    w.feed(Input::Played { id: 1 });
    assert_eq!((answers(&w), w.agent_said()[0].as_str()), (1, "It is on its way."), "its mark is late");
    // The same by voice, whose words come later than the cut's moment.
    let mut w = an_answer_and_a_question(1_000);
    w.voice(20);
    assert_eq!(w.last_command(), Some(&Command::Pause));
    w.silence(40);
    w.recognised("thank you very much");
    assert_eq!((answers(&w), w.agent_said()[0].as_str()), (1, "It is on its way."));
    assert!(matches!(w.thoughts.last(), Some(MindIn::Heard(h)) if h.text == "thank you very much"));
    w.feed(Input::Gone(EndedBy::Caller));
    assert!(!w.verdict().implied, "he said something after the answer");
}

#[test]
fn case_13_a_cut_into_the_answer_cuts_it_and_what_was_behind() {
    let mut w = an_answer_and_a_question(1_000);
    w.pass(50);
    w.feed(Input::Key('1'));
    assert_eq!((answers(&w), w.has(&Fact::Interrupted)), (0, true));
    assert_eq!(w.agent_said().len(), 1);
    assert!(w.agent_said()[0].ends_with('—'), "{:?}", w.agent_said());
    w.feed(Input::Played { id: 1 });
    assert_eq!(answers(&w), 0, "a mark of what was dropped");
}

/// He spoke when the answer was over and its mark was not there yet: whatever
/// comes then, the mark or the end, he did speak after the answer.
#[test]
fn case_13_a_late_mark_does_not_take_back_what_the_caller_said() {
    for marked in [false, true] {
        let mut w = World::started();
        w.say("It is on its way.", true);
        w.playing();
        w.pass(1_100);
        w.feed(Input::Key('9'));
        if marked {
            w.pass(100);
            w.feed(Input::Played { id: 1 });
        }
        w.feed(Input::Gone(EndedBy::Caller));
        assert_eq!(answers(&w), 1, "{marked}");
        assert_eq!((w.verdict().outcome, w.verdict().implied), (Some(Outcome::Unresolved), false), "{marked}");
    }
}

#[test]
fn case_13_a_pause_moves_all_that_was_on_its_way() {
    let mut w = an_answer_and_a_question(1_000);
    w.voice(20);
    assert_eq!(w.last_command(), Some(&Command::Pause));
    w.silence(40);
    w.recognised("hmm");
    assert_eq!(w.last_command(), Some(&Command::GoOn));
    assert_eq!(answers(&w), 1, "the answer was over when he began");
    // At 2,210 ms: without the pause the question had ended at 2,000.
    w.pass(350);
    w.feed(Input::Gone(EndedBy::Caller));
    assert_eq!(w.agent_said()[0], "It is on its way.");
    assert!(w.agent_said()[1].ends_with('—'), "{:?}", w.agent_said());
}
