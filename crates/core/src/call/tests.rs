use super::*;
use crate::event::Speaker;
use crate::mind::{MindOut, Speech};
use crate::outcome::{Outcome, decide};
use crate::tool::{ToolCall, ToolResult};
use crate::turn::VoiceBit;

fn call() -> Call {
    Call::new(Setup { fillers: vec![("f".into(), "One moment.".into())], ..Setup::phone(AgentId(1)) }, At(0))
}

fn drain(call: &mut Call) -> Vec<Output> {
    std::iter::from_fn(|| call.poll()).collect()
}

fn give(call: &mut Call, input: Input, at: i64) -> Vec<Output> {
    call.handle(input, At(at));
    drain(call)
}

fn speech(id: u32, text: &str, resolving: bool) -> Speech {
    Speech { id, text: text.into(), prompt: None, resolving, interruptible: true }
}

fn facts(out: &[Output]) -> Vec<&Fact> {
    out.iter().filter_map(|o| if let Output::Fact(f) = o { Some(f) } else { None }).collect()
}

fn commands(out: &[Output]) -> Vec<&Command> {
    out.iter().filter_map(|o| if let Output::Command(c) = o { Some(c) } else { None }).collect()
}

fn ended(out: &[Output]) -> Option<CallFacts> {
    facts(out).into_iter().find_map(|f| if let Fact::Ended { facts, .. } = f { Some(*facts) } else { None })
}

/// A call that has begun and whose mind rests.
fn begun() -> Call {
    let mut call = call();
    give(&mut call, Input::Started, 0);
    give(&mut call, Input::MindRests, 0);
    call
}

/// Says a speech and plays it to its end.
fn say(call: &mut Call, s: Speech, from: i64, ms: i64) -> Vec<Output> {
    let id = s.id;
    give(call, Input::Mind(MindOut::Say(s)), from);
    give(call, Input::MindRests, from);
    give(call, Input::Playing { id, ms }, from);
    give(call, Input::Played { id }, from + ms)
}

/// Voice for so many ms of audio time, at the same clock time.
fn voice(call: &mut Call, from_ms: i64, ms: i64, voiced: bool, at: i64) -> Vec<Output> {
    let mut out = Vec::new();
    for n in 1..=ms / 16 {
        let bit =
            VoiceBit { at_ms: from_ms + n * 16, voiced, level_db: if voiced { -20.0 } else { -70.0 }, own_db: -120.0 };
        out.extend(give(call, Input::Voice(bit), at + n * 16));
    }
    out
}

#[test]
fn a_start_thinks_first_and_is_answered() {
    let mut call = call();
    let out = give(&mut call, Input::Started, 5);
    assert_eq!(facts(&out), [&Fact::Answered]);
    assert!(matches!(commands(&out)[..], [Command::Think(MindIn::Begin { ears: true, .. })]));
}

#[test]
fn an_answer_played_in_full_and_a_hang_up_is_an_implied_resolution() {
    let mut call = begun();
    give(&mut call, Input::Key('1'), 1_000);
    give(&mut call, Input::MindRests, 1_000);
    let out = say(&mut call, speech(1, "It arrives tomorrow.", true), 2_000, 3_000);
    assert!(facts(&out).contains(&&Fact::AnswerPlayed));
    let out = give(&mut call, Input::Gone(EndedBy::Caller), 30_000);
    let facts = ended(&out).unwrap();
    assert!(facts.hung_up_after_reply);
    let verdict = decide(&facts);
    assert_eq!((verdict.outcome, verdict.implied), (Some(Outcome::ResolvedByAgent), true));
    assert!(call.is_over() && give(&mut call, Input::Started, 31_000).is_empty());
}

#[test]
fn a_question_after_the_answer_is_not_implied() {
    let mut call = begun();
    say(&mut call, speech(1, "It arrives tomorrow.", true), 0, 3_000);
    give(&mut call, Input::Key('2'), 4_000);
    let facts = ended(&give(&mut call, Input::Gone(EndedBy::Caller), 20_000)).unwrap();
    assert!(!facts.hung_up_after_reply);
}

#[test]
fn speech_is_recognised_ahead_and_thought_about_at_the_end_of_the_turn() {
    let mut call = begun();
    let out = voice(&mut call, 0, 800, true, 0);
    assert!(commands(&out).is_empty());
    let out = voice(&mut call, 800, 240, false, 800);
    assert!(matches!(commands(&out)[..], [Command::Recognise { range: 1, from_ms: 0, .. }]));
    let early = give(&mut call, Input::Recognised { range: 1, text: "where is my order".into() }, 1_050);
    assert!(commands(&early).is_empty(), "nothing speculative has effects");
    let out = voice(&mut call, 1_040, 400, false, 1_060);
    let thoughts = commands(&out);
    assert!(matches!(thoughts[..], [Command::Think(MindIn::Heard(h))] if h.text == "where is my order"));
    assert!(facts(&out).iter().any(|f| matches!(f, Fact::Turn { speaker: Speaker::Caller, .. })));
}

#[test]
fn talking_over_us_pauses_at_once_and_words_decide() {
    let hear = |words: &str| {
        let mut call = begun();
        give(&mut call, Input::Mind(MindOut::Say(speech(1, "one two three four five six seven eight", false))), 0);
        give(&mut call, Input::MindRests, 0);
        give(&mut call, Input::Playing { id: 1, ms: 8_000 }, 0);
        let out = voice(&mut call, 0, 512, true, 4_000);
        assert_eq!(commands(&out), [&Command::Pause]);
        let mut out = voice(&mut call, 512, 512, false, 4_600);
        out.extend(give(&mut call, Input::Recognised { range: 1, text: words.into() }, 5_200));
        out
    };
    let out = hear("hmm okay");
    assert!(commands(&out).contains(&&Command::GoOn) && !commands(&out).contains(&&Command::Drop));
    let out = hear("no that is the wrong order");
    assert!(commands(&out).contains(&&Command::Drop));
    let cut = facts(&out).into_iter().find_map(|f| match f {
        Fact::Turn { speaker: Speaker::Agent, text, .. } => Some(text.clone()),
        _ => None,
    });
    assert_eq!(cut.as_deref(), Some("one two three four —"), "the transcript holds what was played");
}

#[test]
fn digits_are_gathered_until_they_are_enough() {
    let mut call = begun();
    give(&mut call, Input::Mind(MindOut::Expect(Expect::Digits { min: 4, max: 6 })), 0);
    give(&mut call, Input::MindRests, 0);
    for (n, key) in "1024".chars().enumerate() {
        assert!(commands(&give(&mut call, Input::Key(key), 100 * n as i64)).is_empty());
    }
    let out = give(&mut call, Input::Key('#'), 500);
    assert!(matches!(commands(&out)[..], [Command::Think(MindIn::Heard(h))] if h.keys == "1024"));
    assert!(!format!("{:?}", facts(&out)).contains("1024"), "keys are nobody's business");
}

#[test]
fn keys_without_an_end_are_taken_after_a_pause() {
    let mut call = begun();
    give(&mut call, Input::Mind(MindOut::Expect(Expect::Digits { min: 4, max: 6 })), 0);
    give(&mut call, Input::Key('7'), 0);
    give(&mut call, Input::MindRests, 10);
    assert_eq!(call.wake_at(), Some(At(3_000)));
    let out = give(&mut call, Input::Tick, 3_000);
    assert!(matches!(commands(&out)[..], [Command::Think(MindIn::Heard(h))] if h.keys == "7"));
}

#[test]
fn a_slow_tool_gets_a_filler_and_a_dead_one_a_person() {
    let mut call = begun();
    give(&mut call, Input::Mind(MindOut::Tool(ToolCall::ListDoctors)), 0);
    give(&mut call, Input::MindRests, 0);
    let out = give(&mut call, Input::Tick, 1_200);
    assert!(matches!(commands(&out)[..], [Command::Speak(s)] if s.text == "One moment."));
    let out = give(&mut call, Input::Tick, THOUGHT_MS);
    assert!(facts(&out).iter().any(|f| matches!(f, Fact::Escalated { reason: EscalationReason::Degraded })));
}

#[test]
fn an_answering_tool_goes_back_to_the_mind_once() {
    let mut call = begun();
    give(&mut call, Input::Mind(MindOut::Tool(ToolCall::ListDoctors)), 0);
    give(&mut call, Input::MindRests, 0);
    let out = give(&mut call, Input::Tool(ToolResult::Doctors(Vec::new())), 500);
    assert!(matches!(commands(&out)[..], [Command::Think(MindIn::Tool(_))]));
    assert!(give(&mut call, Input::Tool(ToolResult::Doctors(Vec::new())), 600).is_empty());
}

#[test]
fn the_goodbye_is_heard_before_the_socket_closes_even_without_marks() {
    let mut call = begun();
    give(&mut call, Input::Mind(MindOut::Say(speech(1, "Goodbye.", false))), 0);
    give(&mut call, Input::Mind(MindOut::End), 0);
    let out = give(&mut call, Input::Playing { id: 1, ms: 900 }, 100);
    assert!(out.is_empty());
    assert_eq!(call.wake_at(), Some(At(2_500)), "its end and a second and a half of grace");
    let out = give(&mut call, Input::Tick, 2_500);
    assert_eq!(commands(&out), [&Command::Close]);
    assert_eq!(ended(&out).map(|f| f.ended_by), Some(EndedBy::Agent));
}

#[test]
fn silence_is_asked_about() {
    let mut call = begun();
    give(&mut call, Input::Tick, 10);
    let out = give(&mut call, Input::Tick, 10 + SILENCE_MS);
    assert!(matches!(commands(&out)[..], [Command::Think(MindIn::Silence(1))]));
}

#[test]
fn lost_ears_go_on_by_keypad() {
    let mut call = begun();
    voice(&mut call, 0, 512, true, 0);
    voice(&mut call, 512, 512, false, 512);
    let out = give(&mut call, Input::EarsLost, 1_100);
    assert!(matches!(commands(&out)[..], [Command::Think(MindIn::Begin { ears: false, .. })]));
    assert!(voice(&mut call, 1_100, 512, true, 1_200).is_empty(), "nothing is listened to any more");
}

/// Every sequence of five steps over the alphabet keeps the contract.
#[test]
fn all_five_step_sequences() {
    let alphabet: Vec<Input> = vec![
        Input::Started,
        Input::Key('1'),
        Input::Mind(MindOut::Say(speech(1, "hello there", true))),
        Input::Mind(MindOut::End),
        Input::Mind(MindOut::Escalate(EscalationReason::Requested)),
        Input::MindRests,
        Input::Playing { id: 1, ms: 500 },
        Input::Played { id: 1 },
        Input::Gone(EndedBy::Caller),
        Input::Tick,
    ];
    let n = alphabet.len();
    for code in 0..n.pow(5) {
        let mut call = call();
        let (mut ends, mut closed, mut rest) = (0, false, code);
        for step in 0..5 {
            let input = alphabet[rest % n].clone();
            rest /= n;
            let over = call.is_over();
            let out = give(&mut call, input, 2_000 * step);
            assert!(!over || out.is_empty(), "{code}: something came out after the end");
            for output in &out {
                assert!(!closed || matches!(output, Output::Fact(_)), "{code}: a command after Close");
                closed |= matches!(output, Output::Command(Command::Close));
            }
            ends += usize::from(ended(&out).is_some());
        }
        assert!(ends <= 1, "{code}: ended {ends} times");
        assert_eq!(ends == 1, call.is_over(), "{code}");
    }
}
