//! Every sequence of five inputs, and long ones at random: [`World`] holds the
//! invariants at each step, and time alone brings every call to its end.

use super::super::*;
use super::world::World;
use crate::mind::MindOut;
use crate::tool::{ToolCall, ToolResult};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy)]
enum Step {
    Voice,
    Pause,
    Silence,
    Words,
    Noise,
    Key,
    Say,
    Playing,
    Played,
    Unspeakable,
    Tool,
    Answer,
    Escalate,
    End,
    Deaf,
    Gone,
    Wake,
    Free,
    Full,
    Empty,
}
use Step::*;

/// `Voice` and `Playing` reach the deep states; what they lead to is there too.
const ALL: [Step; 17] = [
    Voice,
    Pause,
    Silence,
    Words,
    Noise,
    Key,
    Say,
    Playing,
    Played,
    Unspeakable,
    Tool,
    Answer,
    Escalate,
    End,
    Deaf,
    Gone,
    Wake,
];

fn step(w: &mut World, step: Step) {
    match step {
        Voice => w.voice(17),
        Pause => w.silence(14),
        Silence => w.silence(32),
        Words => w.recognised("yes where is my order"),
        Noise => w.recognised("hmm"),
        Key => w.feed(Input::Key('1')),
        Say => w.say("it is on its way", true),
        Playing => drop(w.playing()),
        Played => w.feed(Input::Played { id: w.last_speech().unwrap_or(9) }),
        Unspeakable => w.feed(Input::Unspeakable { id: w.last_speech().unwrap_or(9) }),
        Tool => w.wish(MindOut::Tool(ToolCall::ListDoctors)),
        Answer => w.feed(Input::Tool(ToolResult::NotConnected)),
        Escalate => w.wish(MindOut::Escalate(EscalationReason::Requested)),
        End => w.wish(MindOut::End),
        Deaf => w.feed(Input::EarsLost),
        Gone => w.feed(Input::Gone(EndedBy::Caller)),
        Wake => drop(w.tick()),
        Free => w.feed(Input::Found(Found::Person(crate::id::MemberId(3)))),
        Full => w.feed(Input::Found(Found::Queue { ahead: 1 })),
        Empty => w.feed(Input::Found(Found::Nobody)),
    }
}

/// From here only time passes: within 13 s something is said or thought, and
/// within the longest call it is over. The longest gap is a tool that is given
/// up, whose fillers were played before.
fn time_alone_ends_it(w: &mut World, rounds: usize) {
    for _ in 0..rounds {
        if w.call.is_over() {
            return;
        }
        let (said, since) = (w.thoughts.len() + w.spoken(), w.now);
        while !w.call.is_over() && w.thoughts.len() + w.spoken() == said {
            assert!(w.tick());
            assert!(w.now.since(since) <= 13 * SECOND || w.call.is_over(), "left in silence: {:?}", w.call);
        }
    }
}

fn every_sequence(of: &[Step], length: u32) {
    every_sequence_of(World::started, of, length);
}

fn every_sequence_of(start: fn() -> World, of: &[Step], length: u32) {
    let n = of.len();
    for code in 0..n.pow(length) {
        let mut w = start();
        let mut rest = code;
        for _ in 0..length {
            step(&mut w, of[rest % n]);
            rest /= n;
        }
        if code % 61 == 0 {
            time_alone_ends_it(&mut w, 4);
        }
    }
}

#[test]
fn every_sequence_of_five_inputs() {
    every_sequence(&[Voice, Silence, Words, Key, Say, Playing, Played, Tool, End, Wake], 5);
}

#[test]
fn every_sequence_of_four_with_the_rare_ones() {
    every_sequence(&ALL, 4);
}

#[test]
fn every_sequence_of_four_while_a_person_is_looked_for() {
    let of =
        [Voice, Silence, Words, Key, Say, Playing, Played, Unspeakable, Answer, End, Gone, Wake, Free, Full, Empty];
    every_sequence_of(
        || {
            let mut w = World::with_people();
            w.wish(MindOut::Escalate(EscalationReason::Requested));
            w
        },
        &of,
        4,
    );
}

#[test]
fn every_sequence_before_the_start() {
    for a in ALL {
        for b in ALL {
            let mut w = World::new();
            step(&mut w, a);
            w.feed(Input::Started);
            step(&mut w, b);
            w.feed(Input::Started);
            let answered = w.facts.iter().filter(|f| **f == Fact::Answered).count();
            assert_eq!(answered, usize::from(!matches!(a, Gone)));
        }
    }
}

/// A path that chance found: a pause and the speech in it run out at the same
/// moment.
#[test]
fn a_pause_that_ends_when_its_speech_is_due() {
    let mut w = World::started();
    for now in [Say, Playing, Say, Voice, Wake, Playing, Wake, Voice, Voice] {
        step(&mut w, now);
    }
    time_alone_ends_it(&mut w, 1_000);
    assert!(w.call.is_over());
}

/// Another: the caller stops a speech, a person is looked for, and then his turn
/// is over or he presses a key. The speech stayed stopped, and he waited in
/// silence for as long as the queue lasts.
#[test]
fn what_the_caller_stopped_before_a_person_was_looked_for_is_said_after_him() {
    for last in [Silence, Key] {
        let mut w = World::with_people();
        for now in [Voice, Say, Playing, Escalate, last, Full] {
            step(&mut w, now);
        }
        time_alone_ends_it(&mut w, 1_000);
        assert!(w.call.is_over());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn long_calls_with_people_at_random(path in proptest::collection::vec(0..17_usize, 5..60)) {
        let mut w = World::with_people();
        for choice in path {
            let usual = [Voice, Pause, Silence, Words, Key, Say, Playing, Played, Unspeakable, Tool, Answer, Escalate,
                Wake, Free, Full, Empty, End];
            step(&mut w, usual[choice]);
        }
        time_alone_ends_it(&mut w, 1_000);
        prop_assert!(w.call.is_over());
    }

    #[test]
    fn long_calls_at_random(path in proptest::collection::vec(0..ALL.len() - 2, 5..60)) {
        let mut w = World::started();
        for choice in path {
            // All but the hang-up and the deaf ear, which end too early.
            let usual = [Voice, Pause, Silence, Words, Noise, Key, Say, Playing, Played, Unspeakable, Tool, Answer, Escalate, Wake, End];
            step(&mut w, usual[choice]);
        }
        time_alone_ends_it(&mut w, 1_000);
        prop_assert!(w.call.is_over());
    }
}
