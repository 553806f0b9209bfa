//! Marks that come late, or never.

use super::world::World;
use crate::call::{Command, Fact, Input};
use crate::mind::MindIn;

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
