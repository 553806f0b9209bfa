//! Ears that are lost in the middle of a call.

use super::talk::{OWN, Talk};
use caly_core::mind::{Expect, MindOut};
use caly_core::outcome::EscalationReason as Why;
use caly_core::sector::Sector;
use caly_core::tool::ToolCall;

#[test]
fn the_order_that_was_asked_for_is_keyed_and_told() {
    let mut t = Talk::shop(OWN);
    t.say("where is my order").hears("order number");
    t.lose_ears().hears("use the keys").hears("order number").hears("press hash");
    t.expects(Expect::Digits { min: 3, max: 8 });
    t.press("1024#").hears("is on its way").hears("Press 1 for yes").press("1").press("5").wants(&MindOut::Rated(5));
    assert!(t.ended());
}

#[test]
fn an_open_question_becomes_the_menu_and_only_once() {
    let mut t = Talk::shop(OWN);
    t.lose_ears().hears("use the keys").hears("For the status of an order, press 1.").expects(Expect::Choice(6));
    t.lose_ears();
    assert!(t.outs.is_empty(), "said twice: {:?}", t.outs);
    t.press("1").hears("order number").press("1024#").hears("is on its way");
}

#[test]
fn a_return_goes_on_where_it_stood() {
    let mut t = Talk::shop(OWN);
    t.say("I want to return an item").say("1024").lose_ears().hears("1, blue kurta. 2, steel bottle.");
    t.press("2").hears("If it does not fit, press 2.").press("2").hears("Press 1 for yes");
    assert!(t.tools().iter().all(|c| !c.writes()));
    t.press("1").hears("Your return is requested");
    let mut t = Talk::shop(OWN);
    t.say("I want to return an item").say("1024").say("the kurta").say("too small").lose_ears();
    t.hears("Shall I ask the shop").hears("Press 1 for yes").press("1").hears("Your return is requested");
}

#[test]
fn an_appointment_is_booked_to_its_end_by_keys() {
    let mut t = Talk::clinic();
    t.say("I want to book an appointment").lose_ears().hears("press 1");
    t.press("1").hears("For tomorrow, press 2.").press("2").hears("For the morning, press 1.").press("1");
    t.hears("Which one suits you?").press("1").hears("Shall I book it?").hears("Press 1 for yes");
    t.press("1");
    assert!(t.tools().iter().any(|c| matches!(c, ToolCall::Book { .. })));
}

#[test]
fn words_that_nobody_can_hear_go_to_a_person() {
    let mut t = Talk::shop(OWN);
    t.say("I want to speak to a person").lose_ears().hears("passed it on");
    assert!(t.ended());
    assert_eq!(t.all.iter().filter(|o| matches!(o, MindOut::Escalate(Why::Requested))).count(), 1);
    let mut t = Talk::with(Sector::Ecommerce, OWN, true, true);
    t.say("where is my order").say("1024").lose_ears().hears("Did that help?").hears("Press 1 for yes");
}
