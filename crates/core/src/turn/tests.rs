use super::*;

const QUIET: f32 = -60.0;
const LOUD: f32 = -20.0;

/// Plays a pattern of (voiced, bits) and collects what comes out, with times.
fn play(turn: &mut Turn, start_ms: i64, own_db: f32, pattern: &[(bool, i64)]) -> Vec<(i64, TurnOut)> {
    let mut at_ms = start_ms;
    let mut out = Vec::new();
    for (voiced, bits) in pattern {
        for _ in 0..*bits {
            at_ms += FRAME_MS;
            let level_db = if *voiced { LOUD } else { QUIET };
            let bit = VoiceBit { at_ms, voiced: *voiced, level_db, own_db };
            out.extend(turn.voice(bit).into_iter().flatten().map(|o| (at_ms, o)));
        }
    }
    out
}

fn kinds(out: &[(i64, TurnOut)]) -> Vec<&'static str> {
    out.iter()
        .map(|(_, o)| match o {
            TurnOut::Start { .. } => "start",
            TurnOut::Eager { .. } => "eager",
            TurnOut::Resume => "resume",
            TurnOut::Commit { .. } => "commit",
            TurnOut::Interrupt => "interrupt",
        })
        .collect()
}

#[test]
fn a_plain_turn_starts_with_pre_roll_and_ends_after_half_a_second() {
    let mut turn = Turn::default();
    let out = play(&mut turn, 0, -120.0, &[(false, 60), (true, 60), (false, 60)]);
    assert_eq!(kinds(&out), ["start", "eager", "commit"]);
    let TurnOut::Start { from_ms } = out[0].1 else { panic!() };
    assert_eq!(from_ms, 960 - 250, "250 ms before the first voiced bit");
    assert_eq!(out[1].0 - 1920, 208);
    assert_eq!(out[2].0 - 1920, 496);
}

#[test]
fn a_click_is_no_turn() {
    assert_eq!(play(&mut Turn::default(), 0, -120.0, &[(true, 3), (false, 60)]), []);
}

#[test]
fn going_on_voids_what_was_recognised_ahead() {
    let out = play(&mut Turn::default(), 0, -120.0, &[(true, 20), (false, 20), (true, 20), (false, 60)]);
    assert_eq!(kinds(&out), ["start", "eager", "resume", "eager", "commit"]);
}

#[test]
fn a_complete_answer_ends_early_and_an_incomplete_one_waits() {
    let ends_after = |expect: Expect, words: &str| {
        let mut turn = Turn::default();
        turn.expect(expect);
        let mut out = play(&mut turn, 0, -120.0, &[(true, 20), (false, 14)]);
        assert_eq!(kinds(&out), ["start", "eager"]);
        turn.words(words);
        out = play(&mut turn, 34 * FRAME_MS, -120.0, &[(false, 100)]);
        out[0].0 - 20 * FRAME_MS
    };
    assert_eq!(ends_after(Expect::YesNo, "yes please"), 304);
    assert_eq!(ends_after(Expect::Anything, "my order"), 496);
    assert_eq!(ends_after(Expect::Digits { min: 4, max: 4 }, "one zero two four"), 304);
    assert_eq!(ends_after(Expect::Digits { min: 4, max: 4 }, "one zero"), 1200);
}

#[test]
fn while_we_speak_it_takes_a_quarter_second_to_cut_us() {
    let mut turn = Turn::default();
    turn.speaking(true);
    assert_eq!(kinds(&play(&mut turn, 0, -40.0, &[(true, 15), (false, 40)])), Vec::<&str>::new());
    let out = play(&mut turn, 2000, -40.0, &[(true, 20)]);
    assert_eq!(kinds(&out), ["interrupt", "start"]);
    assert_eq!(out[0].0 - 2000, 256);
}

#[test]
fn our_own_echo_never_cuts_us() {
    let mut turn = Turn::default();
    turn.speaking(true);
    // We play at −5 dB, the line brings it back at −20 dB: 15 dB below.
    assert_eq!(play(&mut turn, 0, -5.0, &[(true, 500)]), []);
    // Without the rule it would.
    assert_ne!(play(&mut turn, 9000, -120.0, &[(true, 20)]), []);
}

/// Plays voiced bits of these levels, over our own sound at −20 dB.
fn levels(turn: &mut Turn, start_ms: i64, levels: impl Iterator<Item = f32>) -> Vec<(i64, TurnOut)> {
    let mut at_ms = start_ms;
    let mut out = Vec::new();
    for level_db in levels {
        at_ms += FRAME_MS;
        let bit = VoiceBit { at_ms, voiced: level_db > -55.0, level_db, own_db: -20.0 };
        out.extend(turn.voice(bit).into_iter().flatten().map(|o| (at_ms, o)));
    }
    out
}

/// A voice as it is: one bit in three is loud, the others are far softer.
fn speech(peak_db: f32) -> impl Iterator<Item = f32> {
    [0.0, -9.0, -16.0].into_iter().cycle().map(move |soft| peak_db + soft)
}

#[test]
fn on_a_line_without_echo_a_soft_caller_cuts_us_in_a_quarter_second() {
    let cut_after = |heard_before_ms: usize| {
        let mut turn = Turn::default();
        turn.speaking(true);
        let quiet = heard_before_ms / 16;
        assert_eq!(levels(&mut turn, 0, std::iter::repeat_n(-60.0, quiet)), []);
        let start = i64::try_from(quiet).unwrap() * FRAME_MS;
        let out = levels(&mut turn, start, speech(-24.0).take(100));
        out.iter().find(|(_, o)| *o == TurnOut::Interrupt).map(|(at, _)| at - start)
    };
    assert_eq!(cut_after(6_000), Some(256), "the line was heard to bring nothing back");
    assert_eq!(cut_after(100), None, "a line that is not known yet may echo");
}

#[test]
fn an_echo_is_learned_and_never_cuts_us_and_the_caller_does() {
    for echo_db in [-15.0, -20.0, -30.0] {
        let mut turn = Turn::default();
        turn.speaking(true);
        // Frames of an echo peak 3 dB over what we play on average, and stop
        // between our sentences.
        let sentence = || speech(-20.0 + echo_db + 3.0).take(120).chain(std::iter::repeat_n(-60.0, 20));
        let mut at_ms = 0;
        for _ in 0..8 {
            assert_eq!(levels(&mut turn, at_ms, sentence()), [], "{echo_db} dB");
            at_ms += 140 * FRAME_MS;
        }
        let out = levels(&mut turn, at_ms, speech(-12.0).map(|l| l.max(-22.0)).take(100));
        assert_eq!(kinds(&out), ["interrupt", "start"], "{echo_db} dB");
        assert_eq!(out[0].0 - at_ms, 256, "{echo_db} dB");
    }
}

#[test]
fn nobody_speaks_for_ever() {
    let out = play(&mut Turn::default(), 0, -120.0, &[(true, 2000)]);
    assert!(matches!(out[1].1, TurnOut::Commit { to_ms, from_ms } if to_ms - from_ms <= 20_300));
}

#[test]
fn listening_noises_and_stop_words() {
    for text in ["hmm", "Her.", "Theek hai.", "okay, yes", "I see", ""] {
        assert!(is_backchannel(text), "{text}");
    }
    for text in ["no", "what", "it is for her", "no that is wrong", "my order", "yes I want to return it"] {
        assert!(!is_backchannel(text), "{text}");
    }
    assert!(stops_at_once("ruko ruko") && stops_at_once("Wait a second") && !stops_at_once("okay"));
}
