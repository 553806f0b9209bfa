use super::*;
use crate::time::At;

const START: At = At(1_000_000);

/// A phone call of a minute that the caller ended without a word.
fn facts() -> CallFacts {
    CallFacts { started_at: Some(START), ..CallFacts::new(ChannelKind::Phone, EndedBy::Caller, START.plus(60_000)) }
}

/// An answer was given in full.
fn answered() -> CallFacts {
    CallFacts { answer_played: true, ..facts() }
}

fn is(facts: CallFacts, outcome: Outcome, known: bool, counted: bool) {
    let v = decide(&facts);
    assert_eq!((v.outcome, v.known, v.counted), (Some(outcome), known, counted), "{facts:?}");
    assert_eq!(v.success, v.resolved);
    assert_eq!(v.success, matches!(outcome, Outcome::ResolvedByAgent | Outcome::ResolvedByMember));
}

#[test]
fn an_answer_and_a_yes_resolve() {
    is(CallFacts { helped: Some(Helped::Yes), ..answered() }, Outcome::ResolvedByAgent, true, true);
    let slots = CallFacts { slots_confirmed: true, helped: Some(Helped::Yes), ..facts() };
    is(slots, Outcome::ResolvedByAgent, true, true);
    let closed = CallFacts { ended_by: EndedBy::Agent, helped: Some(Helped::Yes), ..answered() };
    is(closed, Outcome::ResolvedByAgent, true, true);
    assert!(!decide(&closed).implied);
}

#[test]
fn a_yes_alone_resolves_nothing() {
    is(CallFacts { helped: Some(Helped::Yes), ..facts() }, Outcome::Abandoned, true, true);
    let we_ended = CallFacts { ended_by: EndedBy::Agent, helped: Some(Helped::Yes), ..facts() };
    is(we_ended, Outcome::Unresolved, true, true);
}

#[test]
fn hanging_up_after_the_full_reply_is_implied() {
    let c = CallFacts { hung_up_after_reply: true, ..answered() };
    is(c, Outcome::ResolvedByAgent, true, true);
    assert!(decide(&c).implied);
    is(CallFacts { hung_up_after_reply: true, ..facts() }, Outcome::Abandoned, true, true);
    is(CallFacts { hung_up_after_reply: false, ..answered() }, Outcome::Unresolved, true, true);
    is(CallFacts { ended_by: EndedBy::Agent, ..c }, Outcome::Unresolved, true, true);
    let asked = CallFacts { asked_for_person: Some(EscalationReason::Requested), ..c };
    is(asked, Outcome::Unresolved, true, true);
}

#[test]
fn a_no_is_unresolved_whoever_ends() {
    for ended_by in EndedBy::ALL {
        let c = CallFacts { helped: Some(Helped::No), ended_by: *ended_by, ..answered() };
        is(c, Outcome::Unresolved, true, true);
        is(CallFacts { hung_up_after_reply: true, ..c }, Outcome::Unresolved, true, true);
    }
}

#[test]
fn leaving_before_anything_is_abandoned_and_early_ones_do_not_count() {
    let after = |ms| CallFacts { ended_at: START.plus(ms), ..facts() };
    is(after(10_001), Outcome::Abandoned, true, true);
    is(after(10_000), Outcome::Abandoned, false, false);
    is(after(0), Outcome::Abandoned, false, false);
    is(CallFacts { started_at: None, ..facts() }, Outcome::Abandoned, false, false);
}

#[test]
fn we_ended_it_without_help_is_unresolved() {
    is(CallFacts { ended_by: EndedBy::Agent, ..facts() }, Outcome::Unresolved, true, true);
    is(CallFacts { ended_by: EndedBy::Agent, ..answered() }, Outcome::Unresolved, true, true);
}

#[test]
fn leaving_after_a_request_for_a_person_is_not_abandoned() {
    let c = CallFacts { asked_for_person: Some(EscalationReason::Anger), ..facts() };
    is(c, Outcome::Unresolved, true, true);
    assert!(decide(&c).escalated);
}

#[test]
fn a_task_is_a_message_and_moves_once() {
    let c = CallFacts {
        task_made: true,
        asked_for_person: Some(EscalationReason::Requested),
        ended_by: EndedBy::Agent,
        ..facts()
    };
    is(c, Outcome::MessageTaken, false, true);
    let taken = decide(&c);
    assert!(taken.escalated && !taken.resolved);
    let done = after_task(&taken, true);
    assert_eq!((done.outcome, done.known, done.success), (Some(Outcome::ResolvedByMember), true, true));
    assert!(done.escalated && done.counted);
    let expired = after_task(&taken, false);
    assert_eq!((expired.outcome, expired.known, expired.success), (Some(Outcome::Unresolved), true, false));
    assert_eq!(after_task(&expired, true), expired, "closing an expired task moves nothing");
    assert_eq!(after_task(&done, false), done);
}

#[test]
fn a_task_without_a_request_is_not_escalated() {
    let c = CallFacts { task_made: true, ..answered() };
    is(c, Outcome::MessageTaken, false, true);
    assert!(!decide(&c).escalated);
    is(CallFacts { ended_at: START.plus(5_000), ..c }, Outcome::MessageTaken, false, true);
    is(CallFacts { failed: true, ..c }, Outcome::MessageTaken, false, true);
}

#[test]
fn a_persons_talk_is_handed_over_until_he_says() {
    let c =
        CallFacts { person_talked: true, asked_for_person: Some(EscalationReason::Rule), task_made: true, ..facts() };
    is(c, Outcome::HandedOver, false, true);
    is(CallFacts { disposition: Some(true), ..c }, Outcome::ResolvedByMember, true, true);
    is(CallFacts { disposition: Some(false), ..c }, Outcome::Unresolved, true, true);
    let open = decide(&c);
    assert_eq!(after_disposition(&open, true).outcome, Some(Outcome::ResolvedByMember));
    assert_eq!(after_disposition(&open, false).outcome, Some(Outcome::Unresolved));
    assert_eq!(after_task(&open, true), open, "a task moves only a message");
    let by_carrier = CallFacts { person_talked: false, human_talk_ms: 9_000, task_made: false, ..c };
    is(by_carrier, Outcome::HandedOver, false, true);
}

#[test]
fn failures_are_kept_and_never_count() {
    is(CallFacts { failed: true, ..facts() }, Outcome::Failed, false, false);
    is(CallFacts { ended_by: EndedBy::Carrier, ..facts() }, Outcome::Failed, false, false);
    is(CallFacts { ended_by: EndedBy::Sweeper, ..facts() }, Outcome::Failed, false, false);
    let after_help = CallFacts { failed: true, helped: Some(Helped::Yes), ..answered() };
    is(after_help, Outcome::ResolvedByAgent, true, true);
}

#[test]
fn an_escalated_call_can_be_resolved_by_the_agent() {
    let c = CallFacts { asked_for_person: Some(EscalationReason::Failures), helped: Some(Helped::Yes), ..answered() };
    is(c, Outcome::ResolvedByAgent, true, true);
    assert!(decide(&c).escalated);
}

#[test]
fn the_channel_says_what_counts() {
    let on = |channel, is_demo| CallFacts { channel, is_demo, helped: Some(Helped::Yes), ..answered() };
    is(on(ChannelKind::Browser, false), Outcome::ResolvedByAgent, true, true);
    is(on(ChannelKind::Rehearsal, false), Outcome::ResolvedByAgent, true, false);
    is(on(ChannelKind::Rehearsal, true), Outcome::ResolvedByAgent, true, true);
    let echo = decide(&on(ChannelKind::Echo, true));
    assert_eq!((echo.outcome, echo.known, echo.counted, echo.success), (None, false, false, false));
    assert_eq!(after_task(&echo, true), echo);
}

#[test]
fn waiting_is_no_handling() {
    let c = CallFacts {
        first_audio: Some(START.plus(1_000)),
        last_audio: Some(START.plus(41_000)),
        waiting_ms: 15_000,
        human_talk_ms: 30_000,
        ..facts()
    };
    let want = Handling { agent_ms: 25_000, member_ms: 30_000, waiting_ms: 15_000, handling_ms: 55_000 };
    assert_eq!(c.handling(), want);
    assert_eq!(facts().handling(), Handling::default());
}

#[test]
fn every_combination_has_one_outcome_and_consistent_words() {
    for bits in 0..4_096_u32 {
        let on = |n: u32| bits & (1 << n) != 0;
        let c = CallFacts {
            answer_played: on(0),
            slots_confirmed: on(1),
            task_made: on(2),
            failed: on(3),
            person_talked: on(4),
            hung_up_after_reply: on(5),
            asked_for_person: on(6).then_some(EscalationReason::Requested),
            helped: on(7).then_some(if on(8) { Helped::Yes } else { Helped::No }),
            disposition: on(9).then_some(on(10)),
            ended_by: if on(11) { EndedBy::Caller } else { EndedBy::Agent },
            ..facts()
        };
        let v = decide(&c);
        assert!(!v.success || v.known, "{c:?}");
        assert_eq!(v.escalated, on(6));
        let by_agent = v.outcome == Some(Outcome::ResolvedByAgent);
        assert!(!by_agent || c.has_resolving_fact(), "words alone resolved {c:?}");
        assert!(!v.implied || by_agent);
    }
}
