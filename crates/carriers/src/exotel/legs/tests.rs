use super::*;
use proptest::prelude::*;

fn read(text: &str) -> (Params, AppletCall) {
    let params = Params::from_form(text.as_bytes());
    let call = AppletCall::read(&params);
    (params, call)
}

fn event(text: &str) -> Option<LegNews> {
    let (params, call) = read(text);
    dial_event(&params, &call)
}

fn ended(talked: Option<bool>, talk_ms: Option<i64>, why: Unanswered, last: bool) -> LegEvent {
    LegEvent::Ends { talked, talk_ms, why, last }
}

#[test]
fn case_21_a_leg_in_the_carriers_words() {
    let one = |text: &str| event(&format!("CallSid=a&DialWhomNumber=%2B919810000001&{text}")).unwrap().event;
    assert_eq!(one("EventType=Dial&Status=busy"), LegEvent::Rings);
    assert_eq!(one("EventType=Ringing&Status=busy"), LegEvent::Rings);
    assert_eq!(one("EventType=Answered&Status=busy"), LegEvent::Answers);
    let plain = ended(None, None, Unanswered::NoAnswer, false);
    for over in ["EventType=Terminal&Status=free", "EventType=Completed", "EventType=Cancelled", "Status=free"] {
        assert_eq!(one(over), plain, "{over}");
    }
    assert_eq!(one("EventType=Terminal&DialCallStatus=busy"), ended(Some(false), None, Unanswered::Busy, false));
    // Without its name it is the last when it says how the dialling went.
    assert_eq!(
        one("DialCallStatus=completed&DialCallDuration=40"),
        ended(Some(true), None, Unanswered::NoAnswer, false)
    );
    assert_eq!(
        one("EventType=Terminal&DialCallStatus=completed&Legs%5B0%5D%5BOnCallDuration%5D=31"),
        ended(Some(true), Some(31_000), Unanswered::NoAnswer, false)
    );
    assert_eq!(event("CallSid=a&EventType=ringing-maybe"), None, "an unknown word says nothing");
    assert_eq!(event("CallSid=a"), None);
}

#[test]
fn case_21_the_applet_after_connect_has_the_last_word() {
    let after = |text: &str| {
        let (params, call) = read(&format!("CallSid=a&{text}"));
        exit(&params, &call)
    };
    let talked = |talk_ms| {
        let event = ended(Some(true), talk_ms, Unanswered::NoAnswer, true);
        Exit::Talked(LegNews { event, number: Some("0981".into()) })
    };
    assert_eq!(after("CallType=completed&DialWhomNumber=0981"), talked(None));
    assert_eq!(
        after("CallType=completed&DialCallStatus=completed&DialCallDuration=45&DialWhomNumber=0981"),
        talked(Some(45_000))
    );
    assert_eq!(
        after(
            "CallType=client-hangup&DialWhomNumber=0981&Legs[0][Number]=1&Legs[1][Number]=2&Legs[0][OnCallDuration]=90&Legs[1][OnCallDuration]=12"
        ),
        talked(Some(12_000))
    );
    assert_eq!(after("CallType=client-hangup"), Exit::CallerLeft);
    for nobody in [
        "CallType=incomplete",
        "CallType=call-attempt&DialCallStatus=no-answer",
        "CallType=voicemail",
        "DialCallStatus=busy",
    ] {
        assert_eq!(after(nobody), Exit::Nobody, "{nobody}");
    }
    assert_eq!(after("CallType=something-new"), Exit::Unknown);
    // Words on the way to the end, and figures without words.
    assert_eq!(after("CallType=completed&DialCallStatus=answered&DialWhomNumber=0981"), talked(None));
    assert_eq!(after("ConversationDuration=35&DialWhomNumber=0981"), talked(Some(35_000)));
    assert_eq!(after("CallType=completed&DialCallStatus=busy"), Exit::Nobody);
    assert_eq!(after("CallType=incomplete&ConversationDuration=0"), Exit::Nobody);
}

#[test]
fn case_20_a_poll_may_say_which_attempt_is_over() {
    let over = |text: &str| failed_attempt(&read(text).1);
    assert_eq!(over("CallSid=a&DialWhomNumber=0981&DialCallStatus=busy"), Some(("0981".into(), Unanswered::Busy)));
    assert_eq!(over("CallSid=a&DialWhomNumber=0981"), Some(("0981".into(), Unanswered::NoAnswer)));
    assert_eq!(over("CallSid=a&DialWhomNumber="), None);
}

#[test]
fn an_events_own_moment_counts_where_it_can_be_true() {
    let at = |time: &str, now| happened_at(&read(&format!("CurrentTime={time}")).0, At(now));
    let said = 1_795_408_200_000; // 2026-11-23 10:00:00 IST
    assert_eq!(at("2026-11-23+10:00:00", said + 60_000), At(said));
    assert_eq!(at("2026-11-23+10:00:00", said - 2_000), At(said - 2_000), "never ahead of us");
    assert_eq!(at("2026-11-23+10:00:00", said + 3_600_000), At(said + 3_600_000), "another clock");
    assert_eq!(at("soon", 5), At(5));
}

#[test]
fn case_24_call_details_with_strings_nulls_and_indian_times() {
    let body = |text: &str| call_details(text.as_bytes());
    let settled = br#"{"Call":{"Sid":"a","Status":"completed","StartTime":"2026-11-24 00:05:00","EndTime":"2026-11-24 00:10:00",
        "Duration":"300","Price":"1.20","Details":{"ConversationDuration":42,"Leg1Status":"completed","Leg2Status":"completed",
        "Legs":[{"Leg":{"Id":1,"OnCallDuration":300}},{"Leg":{"Id":2,"OnCallDuration":42}}]}}}"#;
    let told = call_details(settled).unwrap();
    assert_eq!(told.ended_at.map(At::rfc3339).as_deref(), Some("2026-11-23T18:40:00.000Z"));
    assert_eq!((told.over, told.duration_s, told.talk_ms, told.talked), (true, Some(300), Some(42_000), Some(true)));
    let open = body(r#"{"Call":{"Status":"in-progress","Duration":null,"EndTime":null,"Details":{}}}"#).unwrap();
    assert_eq!((open.over, open.duration_s, open.ended_at, open.talked), (false, None, None, None));
    let number = body(
        r#"{"Call":{"Status":"completed","Duration":12,"Details":{"ConversationDuration":0,"Leg2Status":"no-answer"}}}"#,
    );
    assert_eq!(number.map(|d| (d.duration_s, d.talked)), Some((Some(12), Some(false))));
    assert_eq!(body(r#"{"RestException":{"Status":404}}"#), None);
    assert_eq!(body("<html>"), None);
}

/// Any figure, the largest and smallest ones too.
fn figure() -> impl Strategy<Value = i64> {
    prop_oneof![4 => any::<i64>(), 2 => -5_i64..8_000, 1 => Just(i64::MAX), 1 => Just(i64::MIN)]
}

proptest! {
    #[test]
    fn no_figure_from_outside_is_a_longer_talk_than_there_can_be(s in figure(), leg in figure()) {
        let most = (TALK_S + 60) * SECOND;
        let held = |event: LegEvent| match event {
            LegEvent::Ends { talk_ms, .. } => talk_ms.is_none_or(|ms| (1..=most).contains(&ms)),
            _ => false,
        };
        for text in [
            format!("DialCallStatus=completed&DialCallDuration={s}"),
            format!("DialCallStatus=completed&ConversationDuration={s}"),
            format!("DialCallStatus=completed&Legs[0][OnCallDuration]={leg}&DialCallDuration={s}"),
        ] {
            let (params, call) = read(&format!("CallSid=a&DialWhomNumber=0981&{text}"));
            prop_assert!(held(dial_event(&params, &call).unwrap().event));
            let Exit::Talked(news) = exit(&params, &call) else { panic!("{text}") };
            prop_assert!(held(news.event));
        }
        let body = format!(r#"{{"Call":{{"Status":"completed","Details":{{"ConversationDuration":{s},
            "Legs":[{{"Leg":{{}}}},{{"Leg":{{"OnCallDuration":"{leg}"}}}}]}}}}}}"#);
        let told = call_details(body.as_bytes()).unwrap();
        prop_assert_eq!(told.talk_ms, (s > 0).then(|| s.min(TALK_S + 60) * SECOND));
    }
}
