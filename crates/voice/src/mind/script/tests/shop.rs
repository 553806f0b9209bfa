use super::talk::{OWN, Talk};
use caly_core::id::AgentId;
use caly_core::mind::{Expect, MindOut};
use caly_core::outcome::EscalationReason as Why;
use caly_core::rules::Rules;
use caly_core::sector::Sector;
use caly_core::tool::{ToolCall, ToolResult};
use std::sync::Arc;

const STRANGER: &str = "+911111111111";

#[test]
fn an_order_question_is_answered_and_rated() {
    let mut t = Talk::shop(OWN);
    t.hears("thank you for calling").expects(Expect::Anything);
    t.say("where is my order")
        .wants(&MindOut::Switch(AgentId(2)))
        .hears("order number")
        .expects(Expect::Digits { min: 3, max: 8 });
    t.say("one oh two four").wants(&MindOut::Tool(ToolCall::FindOrder { name: "#1024".into() }));
    t.hears("Order one zero two four is on its way. It should reach you on Wednesday, 25 November.")
        .hears("Did that help?");
    assert_eq!(t.resolving(), 1);
    t.say("yes thank you").wants(&MindOut::Helped(true)).expects(Expect::Rating);
    t.press("5").wants(&MindOut::Rated(5)).wants(&MindOut::End);
    assert!(t.ended());
}

#[test]
fn the_number_may_come_with_the_wish_and_tracking_is_spelled() {
    let mut t = Talk::shop(OWN);
    t.say("what is the tracking number of order 1024").hears("The tracking number is B D seven seven.");
    t.say("no").wants(&MindOut::Helped(false)).hears("Shall I ask a person");
    t.say("yes").wants(&MindOut::Escalate(Why::Requested)).expects(Expect::Message);
    t.say("this is Ravi, the parcel is late").hears("A person will call you back");
    assert_eq!(
        t.message(),
        Some((
            Some("Ravi".into()),
            "Order status: tracking number, order #1024. this is Ravi, the parcel is late".into()
        ))
    );
}

#[test]
fn a_stranger_is_asked_for_the_phone_and_told_nothing_before() {
    let mut t = Talk::shop(STRANGER);
    t.say("where is my order").say("1024").hears("last four digits").expects(Expect::Digits { min: 4, max: 4 });
    assert!(!t.heard().contains("on its way"));
    t.say("one one one one").hears("does not match");
    t.say("three two one zero").hears("is on its way");
    assert_eq!(t.resolving(), 1);
}

#[test]
fn a_stranger_who_does_not_know_the_phone_gets_a_person() {
    let mut t = Talk::shop(STRANGER);
    t.say("where is my order").say("1024").press("1111").press("2222").wants(&MindOut::Escalate(Why::Failures));
    assert_eq!(t.resolving(), 0);
}

#[test]
fn a_wrong_order_number_twice_brings_a_person() {
    let mut t = Talk::shop(OWN);
    t.say("where is my parcel")
        .say("nine nine nine")
        .hears("I cannot find that order number")
        .expects(Expect::Digits { min: 3, max: 8 });
    t.say("nine nine eight").wants(&MindOut::Escalate(Why::Failures)).expects(Expect::Message);
    t.silence(1).silence(2);
    assert!(t.ended() && t.resolving() == 0);
}

#[test]
fn a_person_is_asked_for() {
    for at_once in [true, false] {
        let mut t = Talk::shop(OWN);
        if !at_once {
            t.say("where is my order");
        }
        t.say("I want to speak to a person").wants(&MindOut::Escalate(Why::Requested)).expects(Expect::Message);
        t.say("my name is Asha Rao and my parcel is late").wants(&MindOut::End);
        assert_eq!(t.message().unwrap().0.as_deref(), Some("Asha Rao"));
        let escalations = t.all.iter().filter(|o| matches!(o, MindOut::Escalate(_))).count();
        assert_eq!(escalations, 1);
    }
}

#[test]
fn anger_and_two_misses_bring_a_person() {
    Talk::shop(OWN).say("this is useless you idiots").wants(&MindOut::Escalate(Why::Anger));
    let mut t = Talk::shop(OWN);
    t.say("purple elephants")
        .hears("did not get that")
        .say("it will rain tomorrow")
        .wants(&MindOut::Escalate(Why::Failures));
}

#[test]
fn a_return_is_requested_after_read_back() {
    let mut t = Talk::shop(OWN);
    t.say("I want to return an item").wants(&MindOut::Switch(AgentId(3))).say("ten twenty four");
    t.hears("1, blue kurta. 2, steel bottle.").expects(Expect::Choice(2));
    t.say("the bottle").hears("reason");
    t.say("it is too big").hears("return the steel bottle from order one zero two four").expects(Expect::YesNo);
    assert!(t.tools().iter().all(|c| !c.writes()), "nothing is written before the yes");
    t.say("haan ji").wants(&MindOut::Confirmed).wants(&MindOut::Tool(ToolCall::RequestReturn {
        order_id: "gid://1".into(),
        order_name: "#1024".into(),
        line_item_id: "L2".into(),
        title: "steel bottle".into(),
        reason: "it is too big".into(),
    }));
    t.hears("Your return is requested").hears("Did that help?");
    t.say("yes").silence(1);
    assert!(t.ended() && !t.all.iter().any(|o| matches!(o, MindOut::Rated(_))));
}

#[test]
fn a_return_that_is_not_confirmed_writes_nothing() {
    let mut t = Talk::shop(OWN);
    t.say("my item is damaged")
        .say("1024")
        .say("the kurta")
        .hears("Shall I ask the shop")
        .say("no")
        .hears("not changed anything");
    assert!(t.tools().iter().all(|c| !c.writes()));
    t.say("bye");
    assert!(t.ended());
}

#[test]
fn a_refund_is_a_persons_matter_with_its_order() {
    let mut t = Talk::shop(OWN);
    t.say("I want my money back").hears("order number").say("1024").hears("order one zero two four. Is that right?");
    t.say("yes").wants(&MindOut::Escalate(Why::Rule)).expects(Expect::Message);
    t.say("Asha, it has been two weeks");
    assert!(t.message().unwrap().1.starts_with("Returns and refunds: refund status, order #1024. "));
    assert_eq!(t.resolving(), 0);
    assert!(t.tools().is_empty());
}

#[test]
fn without_a_connector_a_message_is_taken() {
    let mut t = Talk::shop(OWN);
    t.instead = Some(ToolResult::NotConnected);
    t.say("where is my order").say("1024").hears("I can take a message").expects(Expect::Message);
    t.say("please call me about my order");
    assert!(t.ended() && t.message().is_some() && t.resolving() == 0);
}

#[test]
fn a_write_that_timed_out_is_not_repeated() {
    let mut t = Talk::shop(OWN);
    t.say("return my product").say("1024").say("the kurta").say("too small");
    t.instead = Some(ToolResult::Unavailable { task_made: true });
    t.say("yes").hears("asked a person to finish it");
    assert!(t.ended() && t.tools().iter().filter(|c| c.writes()).count() == 1 && t.resolving() == 0);
}

#[test]
fn the_shop_may_refuse_or_have_nothing_to_return() {
    let mut t = Talk::shop(OWN);
    t.say("return my product").say("1024").say("the kurta").say("too small");
    t.instead = Some(ToolResult::Refused("not eligible".into()));
    t.say("yes").hears("did not accept").wants(&MindOut::Escalate(Why::Rule));
    for (open_return, words) in [(true, "already open"), (false, "nothing on this order")] {
        let mut t = Talk::shop(OWN);
        t.say("where is my order").say("1024").instead = Some(ToolResult::Returnable { items: vec![], open_return });
        t.say("I want to return the order").hears(words);
        assert!(t.tools().iter().all(|c| !c.writes()));
    }
}

#[test]
fn silence_asks_again_then_offers_keys_then_ends() {
    let mut t = Talk::shop(OWN);
    t.silence(1).hears("Are you still there?");
    t.silence(2).hears("press 1").expects(Expect::Choice(6));
    t.press("1").hears("order number");
    t.silence(1).hears("order number").silence(2).silence(3).wants(&MindOut::Escalate(Why::Failures));
    let mut t = Talk::shop(OWN);
    t.silence(1).silence(2).silence(3).hears("I cannot hear you");
    assert!(t.ended());
}

#[test]
fn keys_alone_are_enough_for_an_order() {
    let mut t = Talk::with(Sector::Ecommerce, OWN, false, false);
    t.hears("For the status of an order, press 1.").expects(Expect::Choice(6));
    t.press("7").hears("not one of the choices").press("1").expects(Expect::Digits { min: 3, max: 8 });
    t.press("1024#")
        .hears("Your order is on its way.")
        .hears("Press 1 for yes")
        .press("1")
        .press("4")
        .wants(&MindOut::Rated(4));
    assert!(t.ended());
    let fixed = crate::mind::prompts::fixed_prompts().unwrap();
    for out in &t.all {
        let MindOut::Say(s) = out else { continue };
        let key = s.prompt.as_ref().unwrap_or_else(|| panic!("{} has no recording", s.text));
        assert!(fixed.contains(&(key.clone(), s.text.clone())), "{key}: {}", s.text);
    }
}

#[test]
fn key_zero_is_a_person_and_star_repeats() {
    let mut t = Talk::with(Sector::Ecommerce, OWN, false, false);
    t.press("*").hears("press 1").press("0").wants(&MindOut::Escalate(Why::Requested));
    assert!(t.ended());
}

#[test]
fn the_caller_may_go_on_to_the_next_wish() {
    let mut t = Talk::shop(OWN);
    t.say("where is my order").say("1024");
    t.say("no I want to return an item from it").wants(&MindOut::Switch(AgentId(3))).hears("blue kurta");
    t.say("repeat please").hears("blue kurta");
    t.say("wait").hears("take your time");
}

#[test]
fn an_answer_may_be_heard_again_and_noise_is_no_miss() {
    let mut t = Talk::shop(OWN);
    t.say("where is my order").say("").say("").hears("order number").say("1024");
    t.say("sorry say that again").hears("is on its way").hears("Did that help?");
    assert_eq!(t.tools().len(), 1);
    t.say("yes").say("okay hmm").expects(Expect::Rating).press("3").wants(&MindOut::Rated(3));
}

#[test]
fn a_caller_may_change_the_subject_or_lack_the_number() {
    let mut t = Talk::shop(OWN);
    t.say("where is my order").say("actually i want to return my product").wants(&MindOut::Switch(AgentId(3)));
    t.say("I do not have the number").expects(Expect::Message).say("this is Ravi about a kurta");
    assert_eq!(t.message().unwrap().0.as_deref(), Some("Ravi"));
}

#[test]
fn the_clients_own_phrase_brings_a_person() {
    let rules = Rules { escalation_phrases: vec!["legal notice".into()], ..Rules::default() };
    let mut t = Talk::shop(OWN);
    t.mind = t.mind.under(Arc::new(rules));
    t.say("i will send you a legal notice").wants(&MindOut::Escalate(Why::Rule));
    let mut t = Talk::shop(OWN);
    t.say("i will send you a legal notice");
    assert!(!t.all.contains(&MindOut::Escalate(Why::Rule)), "the control: without the rule it does not");
}
