//! Every order of a leg's events, and the line that is spoken first.

use super::*;
use crate::outcome::EscalationReason;

const ENDS: LegEvent = LegEvent::Ends { talked: None, talk_ms: None, why: Unanswered::NoAnswer, last: false };
const DONE: LegEvent = LegEvent::Ends { talked: Some(true), talk_ms: None, why: Unanswered::NoAnswer, last: false };

fn leg(events: &[(LegEvent, i64)]) -> Leg {
    let mut leg = Leg::default();
    for (event, at) in events {
        leg.take(*event, At(*at));
    }
    leg
}

fn orders<T: Copy>(of: [T; 3]) -> [[T; 3]; 6] {
    let [a, b, c] = of;
    [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]]
}

#[test]
fn case_21_every_order_with_repeats_is_the_same_leg() {
    for end in [ENDS, DONE] {
        let events = [(LegEvent::Rings, 1_000), (LegEvent::Answers, 5_000), (end, 65_000)];
        for order in orders(events) {
            let twice: Vec<_> = order.iter().flat_map(|e| [*e, *e]).chain(order).collect();
            assert_eq!(leg(&twice), leg(&events), "{order:?}");
            assert_eq!(leg(&order).verdict(), LegVerdict::Talked { talk_ms: 60_000 });
        }
    }
}

#[test]
fn case_21_until_it_is_certain_a_leg_is_open() {
    assert_eq!(leg(&[]).verdict(), LegVerdict::Open);
    assert_eq!(leg(&[(LegEvent::Answers, 1)]).verdict(), LegVerdict::Open);
    // "Completed" before the answer: the answer's moment is waited for …
    assert_eq!(leg(&[(DONE, 9_000)]).verdict(), LegVerdict::Open);
    // … unless the carrier has had its last word.
    let last = LegEvent::Ends { talked: Some(true), talk_ms: Some(7_000), why: Unanswered::NoAnswer, last: true };
    assert_eq!(leg(&[(DONE, 9_000), (last, 9_500)]).verdict(), LegVerdict::Talked { talk_ms: 7_000 });
}

#[test]
fn case_21_nobody_picked_up() {
    let busy = LegEvent::Ends { talked: Some(false), talk_ms: None, why: Unanswered::Busy, last: false };
    let mut rung = leg(&[(LegEvent::Rings, 1), (busy, 2)]);
    assert_eq!(rung.verdict(), LegVerdict::Unanswered(Unanswered::Busy));
    assert_eq!(rung.state(), ClaimState::Over);
    // An answer that was late on the wire was an answer.
    rung.take(LegEvent::Answers, At(1));
    assert_eq!(rung.verdict(), LegVerdict::Talked { talk_ms: 1 });
}

#[test]
fn word_of_the_end_that_comes_a_day_late_makes_no_talk_of_a_day() {
    let day = 24 * 3_600_000;
    let late = leg(&[(LegEvent::Answers, 5_000), (ENDS, day)]);
    assert_eq!(late.verdict(), LegVerdict::Talked { talk_ms: TALK_S * SECOND });
    assert_eq!(late.over_at(), Some(At(5_000 + TALK_S * SECOND)));
    assert_eq!(leg(&[(ENDS, day)]).over_at(), Some(At(day)));
    assert_eq!(leg(&[(LegEvent::Answers, 5_000)]).over_at(), None);
}

#[test]
fn a_leg_says_whether_its_member_is_free() {
    let steps = [(LegEvent::Rings, 1), (LegEvent::Answers, 2), (ENDS, 3)];
    let states: Vec<_> = (0..=3).map(|n| leg(&steps[..n]).state()).collect();
    assert_eq!(states, [ClaimState::Held, ClaimState::Ringing, ClaimState::Talking, ClaimState::Over]);
}

#[test]
fn the_line_says_who_why_and_what_in_one_breath() {
    let mut of = Brief {
        company: "Kaveri Home",
        agent: "Order status",
        reason: Some(EscalationReason::Failures),
        caller: Some("Asha Rao"),
        words: Some("my parcel is late"),
    };
    assert_eq!(
        brief(&of),
        "Call for Kaveri Home, from Order status: Asha Rao, whom the agent could not help. \
         The caller said: my parcel is late."
    );
    of.words = Some("<b>{x}</b> & \"quoted\" | [card number] \n #1024");
    let odd = brief(&of);
    assert!(!odd.contains(['<', '{', '"', '&', '|', '[', '#', '\n']), "{odd}");
    let long = "very ".repeat(200);
    of.words = Some(&long);
    assert!(brief(&of).chars().count() <= 180, "{}", brief(&of));
    of.caller = None;
    of.words = None;
    of.reason = None;
    assert!(brief(&of).ends_with("a caller, whom the agent could not serve."));
}
