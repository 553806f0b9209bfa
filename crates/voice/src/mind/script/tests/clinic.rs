use super::talk::{OWN, Talk};
use caly_core::id::{AppointmentId, DoctorId};
use caly_core::mind::{Expect, MindOut};
use caly_core::outcome::EscalationReason as Why;
use caly_core::sector::Sector;
use caly_core::tool::{ToolCall, ToolResult};

#[test]
fn an_appointment_is_booked() {
    let mut t = Talk::clinic();
    t.say("I want to book an appointment").hears("Which doctor");
    t.say("the skin doctor").hears("Which day").expects(Expect::Date);
    t.say("tomorrow").hears("what time").expects(Expect::Time);
    t.say("half past ten").hears("1, tomorrow at 10:30 in the morning with Doctor Mehta.").expects(Expect::Choice(3));
    t.say("the second one").hears("patient").expects(Expect::Name);
    t.say("my name is Asha Rao")
        .hears("So, tomorrow at 11 in the morning with Doctor Mehta, for Asha Rao. Shall I book it?");
    assert!(t.tools().iter().all(|c| !c.writes()));
    t.say("ji").wants(&MindOut::Confirmed).hears("It is booked").hears("booking number is eight");
    assert!(matches!(t.tools().last(), Some(ToolCall::Book { doctor: DoctorId(2), .. })));
    t.say("yes").press("0").wants(&MindOut::Rated(0));
    assert!(t.ended() && t.resolving() == 1);
}

#[test]
fn what_was_said_with_the_wish_is_not_asked_again() {
    let mut t = Talk::clinic();
    t.say("I want to meet doctor Rao tomorrow").hears("what time");
    t.say("ten thirty").say("ten thirty").hears("patient");
    t.say("Ravi Kumar").hears("10:30 in the morning with Doctor Rao, for Ravi Kumar");
    t.say("no").hears("which day").say("friday").say("evening").hears("Friday, 27 November at 4 in the afternoon");
}

#[test]
fn an_appointment_is_moved() {
    let mut t = Talk::clinic();
    t.say("I need to reschedule").hears("booking number").expects(Expect::Digits { min: 1, max: 6 });
    t.say("seven")
        .hears("I found it")
        .say("day after tomorrow")
        .say("any time")
        .say("first")
        .hears("I move it to Wednesday, 25 November");
    t.say("yes").wants(&MindOut::Confirmed).hears("It is moved");
    assert!(matches!(t.tools().last(), Some(ToolCall::Move { number: AppointmentId(7), .. })));
}

#[test]
fn an_appointment_is_cancelled_by_number_or_by_name_and_time() {
    let mut t = Talk::clinic();
    t.say("please cancel my appointment").say("7").hears("Shall I cancel it?").say("yes").hears("is cancelled");
    assert_eq!(t.resolving(), 1);
    let mut t = Talk::clinic();
    t.say("cancel my booking").say("no I do not have it").hears("name on the booking");
    t.say("Asha Rao")
        .say("tomorrow")
        .say("ten thirty")
        .hears("Shall I cancel it?")
        .say("no")
        .hears("not changed anything");
    assert!(t.tools().iter().all(|c| !c.writes()));
}

#[test]
fn a_number_alone_is_not_enough_from_another_phone() {
    const OTHER: &str = "+919812300000";
    for wish in ["cancel my appointment", "I need to reschedule", "when is my appointment"] {
        let mut t = Talk::clinic_from(OTHER);
        t.say(wish).say("seven").hears("name on the booking").expects(Expect::Name);
        assert!(!t.heard().contains("Asha") && !t.heard().contains("Mehta") && !t.heard().contains("tomorrow"));
        t.say("yes").hears("name on the booking");
        t.say("Ravi Kumar").hears("cannot find that booking").hears("booking number");
        t.say("seven").say("Sunita").wants(&MindOut::Escalate(Why::Failures));
        assert!(!t.all.iter().any(|o| matches!(o, MindOut::Say(s) if s.text.contains("Asha"))));
        assert!(t.resolving() == 0 && t.tools().iter().all(|c| !c.writes()));
    }
    // Who knows the name is the patient, or somebody sent by him.
    let mut t = Talk::clinic_from("anonymous");
    t.say("cancel my appointment").say("seven").say("asha row").hears("for Asha Rao. Shall I cancel it?");
    t.say("yes").hears("is cancelled");
    assert!(matches!(t.tools().last(), Some(ToolCall::Cancel { number: AppointmentId(7) })));
    // Without ears no name can be said.
    let mut t = Talk::clinic_from(OTHER);
    t.say("cancel my appointment").say("seven").lose_ears().wants(&MindOut::Escalate(Why::Rule));
}

#[test]
fn a_booking_that_is_not_found_twice_brings_a_person() {
    let mut t = Talk::clinic();
    t.say("when is my appointment")
        .say("five")
        .hears("cannot find that booking")
        .say("six")
        .wants(&MindOut::Escalate(Why::Failures));
    assert_eq!(t.resolving(), 0);
    let mut t = Talk::clinic();
    t.say("when is my appointment").say("seven").hears("Your appointment is tomorrow at 10:30 in the morning");
    assert_eq!(t.resolving(), 1);
}

#[test]
fn a_slot_that_was_taken_is_offered_anew() {
    let mut t = Talk::clinic();
    t.say("I want to meet doctor Rao tomorrow").say("ten").say("first").say("Ravi");
    t.instead = Some(ToolResult::SlotTaken);
    t.say("yes").hears("was taken just now").hears("I have: 1,").expects(Expect::Choice(3));
    assert_eq!(t.resolving(), 0);
    t.say("second").hears("for Ravi. Shall I book it?");
}

#[test]
fn doctors_are_told_and_emergencies_go_to_people() {
    let mut t = Talk::clinic();
    t.say("which doctors do you have").hears("Doctor Rao for general medicine and Doctor Mehta for skin");
    assert_eq!(t.resolving(), 1);
    let mut t = Talk::clinic();
    t.say("my father has chest pain").hears("call 1 1 2").wants(&MindOut::Escalate(Why::Rule));
    let mut t = Talk::clinic();
    t.say("are my reports ready").wants(&MindOut::Switch(caly_core::id::AgentId(9))).expects(Expect::Name);
}

#[test]
fn keys_alone_book_where_texts_can_be_spoken_and_reach_a_person_where_not() {
    let mut t = Talk::with(Sector::Healthcare, OWN, false, true);
    t.press("1").hears("For Doctor Rao, general medicine, press 1.").press("2").hears("For tomorrow, press 2.");
    t.press("2")
        .hears("For the morning")
        .press("1")
        .press("3")
        .hears("for Caller 3210")
        .press("1")
        .hears("It is booked");
    let mut t = Talk::with(Sector::Healthcare, OWN, false, false);
    t.press("1").wants(&MindOut::Escalate(Why::Rule));
    assert!(t.ended());
}
