//! Every spoken call, sound both ways in telephone band over the real wire:
//! what came of it, who owns it, what was said in which order, and that the
//! wire's rules and the counters hold. Order and outcomes, never wall time.

use caly_core::outcome::{EscalationReason, Outcome};
use caly_core::scope::Scope;
use caly_rehearsal::knobs::{Dialect, Frame, Knobs, Numbers};
use caly_rehearsal::report::{EndedBy, Observed};
use caly_rehearsal::scenarios;
use caly_rehearsal::script::{Script, Step};
use caly_rehearsal::voice::CallerVoice;
use caly_store::{Appointment, BookedState, IntentState, NewIntent, Task, TaskState};
use caly_tests::talk::Talk;
use caly_tests::{CALLER, TestApp, caller_voice, pack_dir};
use std::sync::Arc;

const SHOP: usize = 0;
const CLINIC: usize = 1;

fn script(name: &str) -> Script {
    scenarios::named(name).unwrap().script()
}

/// A Caly with ears and a caller with a voice; `None` is a loud skip.
async fn spoken() -> Option<(TestApp, Arc<dyn CallerVoice>)> {
    let pack = pack_dir()?;
    Some((TestApp::start(Some(pack.clone())).await, caller_voice(&pack)))
}

async fn counted(app: &TestApp) -> (i64, i64) {
    let scope = Scope::system(app.doors[SHOP].client);
    let sums = app.store.sector_sums(&scope, caly_core::sector::Sector::Ecommerce).await.unwrap();
    (sums.calls, sums.successes)
}

async fn only_task(app: &TestApp, talk: &Talk) -> Task {
    let scope = Scope::system(app.doors[SHOP].client);
    let mut tasks = app.store.tasks(&scope, Default::default(), None, 10).await.unwrap().items;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    let task = tasks.remove(0);
    assert_eq!((task.call, task.state), (Some(talk.call.id), TaskState::Open));
    task
}

fn answered_and_rated(talk: &Talk, rating: i64) {
    let call = &talk.call;
    assert_eq!((call.outcome, call.rating), (Some(Outcome::ResolvedByAgent), Some(rating)), "{:#?}", talk.said);
    assert_eq!((call.escalated, call.implied), (false, false));
    assert_eq!((talk.report.after_bot_status, talk.report.ended_by), (200, EndedBy::Bot));
}

fn message_taken(talk: &Talk, reason: EscalationReason) {
    let call = &talk.call;
    assert_eq!((call.outcome, call.escalated), (Some(Outcome::MessageTaken), true), "{:#?}", talk.said);
    assert_eq!(call.escalation_reason, Some(reason));
    assert_eq!(talk.report.after_bot_status, 302, "the flow goes on to people");
    assert!(talk.report.connect.as_ref().unwrap().numbers.is_empty(), "nobody is dialled yet");
    assert_eq!(call.rating, None, "nobody is asked how an escalated call was");
}

fn order_answered(talk: &Talk) {
    answered_and_rated(talk, 5);
    assert_eq!(talk.call.agent_type, "order_status");
    talk.in_order(&[
        "agent: ",
        "caller: ",
        "order number",
        "caller: ",
        "is on its way",
        "did that help",
        "caller: yes",
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_question_is_answered_owned_rated_and_counted_once() {
    let Some((app, voice)) = spoken().await else { return };
    let talk = app.talk("order", SHOP, Knobs::default(), script("order"), &voice).await;
    order_answered(&talk);
    assert_eq!(counted(&app).await, (1, 1));
    assert!(app.shop.asked().iter().all(|a| a.token.is_some()), "the client's own credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_kilohertz_in_the_other_dialect_is_the_same_call() {
    let Some((app, voice)) = spoken().await else { return };
    let knobs = Knobs {
        rate: Some(8_000),
        dialect: Dialect::Camel,
        numbers: Numbers::Int,
        frame: Frame::Ms20,
        ..Knobs::default()
    };
    let talk = app.talk("order_8khz", SHOP, knobs, script("order"), &voice).await;
    order_answered(&talk);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_is_read_back_and_requested_once() {
    let Some((app, voice)) = spoken().await else { return };
    let talk = app.talk("return", SHOP, Knobs::default(), script("return"), &voice).await;
    answered_and_rated(&talk, 4);
    assert_eq!(talk.call.agent_type, "returns_refunds");
    talk.in_order(&["caller: ", "order number", "running shoes", "reason", "shall i ask the shop", "caller: yes"]);
    talk.in_order(&["shall i ask the shop", "your return is requested", "did that help"]);
    assert_eq!(app.shop.returns(), [("#1026".to_owned(), "#1026-R1".to_owned())]);
    let written = app.shop.asked().iter().filter(|a| a.query.contains("returnRequest(")).count();
    assert_eq!(written, 1, "asked for once, not merely granted once");
    let new = NewIntent {
        call: talk.call.id,
        order_id: "gid://shopify/Order/1026".into(),
        line_item_id: "gid://shopify/FulfillmentLineItem/10260".into(),
    };
    let scope = Scope::system(app.doors[SHOP].client);
    let (intent, may_write) = app.store.begin_intent(&scope, new, app.now()).await.unwrap();
    assert_eq!((intent.call, intent.state, may_write), (talk.call.id, IntentState::Done, false));
}

async fn bookings(app: &TestApp) -> Vec<Appointment> {
    let now = app.now();
    let scope = Scope::system(app.doors[CLINIC].client);
    app.store.appointments(&scope, now, now.plus(40 * caly_core::time::DAY)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_is_booked_moved_and_cancelled() {
    let Some((app, voice)) = spoken().await else { return };
    let before: Vec<_> = bookings(&app).await.iter().map(|a| a.id).collect();
    let talk = app.talk("appointment_book", CLINIC, Knobs::default(), script("appointment_book"), &voice).await;
    answered_and_rated(&talk, 5);
    talk.in_order(&["caller: ", "which one suits you", "shall i book it", "caller: yes", "did that help"]);
    let mut new: Vec<_> = bookings(&app).await.into_iter().filter(|a| !before.contains(&a.id)).collect();
    assert_eq!(new.len(), 1, "{new:?}");
    let booked = new.remove(0);
    assert_eq!((booked.state, booked.call), (BookedState::Booked, Some(talk.call.id)));
    assert_eq!(booked.caller_number.as_deref(), Some(CALLER));

    let number = u64::try_from(booked.id.0).unwrap();
    let change = |name| scenarios::with_booking(name, number).unwrap();
    let talk = app.talk("appointment_move", CLINIC, Knobs::default(), change("appointment_move"), &voice).await;
    answered_and_rated(&talk, 5);
    talk.in_order(&["caller: ", "i found it", "which one suits you", "i move it to", "caller: yes", "did that help"]);
    let moved = bookings(&app).await.into_iter().find(|a| a.id == booked.id).unwrap();
    assert_eq!((moved.state, moved.doctor), (BookedState::Booked, booked.doctor));
    assert!(moved.starts_at > booked.starts_at, "{moved:?} after {booked:?}");
    assert_eq!(bookings(&app).await.len(), before.len() + 1, "moved, not copied");

    let talk = app.talk("appointment_cancel", CLINIC, Knobs::default(), change("appointment_cancel"), &voice).await;
    answered_and_rated(&talk, 5);
    talk.in_order(&["caller: ", "shall i cancel it", "caller: yes", "did that help"]);
    let gone = bookings(&app).await.into_iter().find(|a| a.id == booked.id).unwrap();
    assert_eq!((gone.state, gone.starts_at), (BookedState::Cancelled, moved.starts_at));
}

/// The number of the speech that a mark names: `t7-2` is speech 7.
fn speech_of(mark: &str) -> u32 {
    mark.trim_start_matches('t').split_once('-').unwrap().0.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_interrupts_is_heard_at_once() {
    let Some((app, voice)) = spoken().await else { return };
    let talk = app.talk("interrupt", SHOP, Knobs::default(), script("interrupt"), &voice).await;
    message_taken(&talk, EscalationReason::Requested);
    assert_eq!(talk.clears(), 1, "exactly one clear: {:?}", talk.seen);
    assert_eq!(talk.count("interrupted"), 1);
    // Cut where the caller cut: a beginning of the answer, never its end, and
    // what was queued behind it was never said.
    let cut = talk.said.iter().position(|t| t.starts_with("agent: ") && t.ends_with('—')).unwrap();
    assert!(talk.said[cut].starts_with("agent: order one"), "{}", talk.said[cut]);
    assert!(!talk.said[cut].contains("courier"), "{}", talk.said[cut]);
    assert!(!talk.said.iter().any(|t| t.contains("did that help")), "{:#?}", talk.said);
    assert_eq!(talk.count("answer_played"), 0, "half an answer is none");
    talk.in_order(&["—", "caller: ", "ask a person to call you back", "your name", "caller: ", "passed it on"]);
    // The old turn is over at the carrier too: none of its marks comes after
    // the clear, and the next turn plays.
    let clear = talk.seen.iter().position(|o| matches!(o, Observed::Cleared)).unwrap();
    let marked = |seen: &[Observed]| -> Vec<u32> {
        seen.iter().filter_map(|o| if let Observed::Marked(name) = o { Some(speech_of(name)) } else { None }).collect()
    };
    let heard = marked(&talk.seen[..clear]).into_iter().max().unwrap();
    // The answer (heard + 1) was cut, "Did that help?" (heard + 2) waited behind it.
    assert!(marked(&talk.seen[clear..]).iter().all(|id| *id > heard + 2), "{:?}", talk.seen);
    let after = &talk.seen[clear..];
    let quiet = after.iter().position(|o| matches!(o, Observed::AgentQuiet(_))).unwrap();
    assert!(after[quiet..].iter().any(|o| matches!(o, Observed::AgentSpeaks(_))), "the next turn plays");
    let task = only_task(&app, &talk).await;
    assert!(task.text.to_lowercase().contains("call me"), "{}", task.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_a_person_becomes_one_task() {
    let Some((app, voice)) = spoken().await else { return };
    let talk = app.talk("person", SHOP, Knobs::default(), script("person"), &voice).await;
    message_taken(&talk, EscalationReason::Requested);
    talk.in_order(&["caller: ", "ask a person to call you back", "your name", "caller: ", "passed it on"]);
    let task = only_task(&app, &talk).await;
    assert_eq!(task.caller_number.as_deref(), Some(CALLER));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_order_number_twice_goes_to_a_person_by_the_agents_own_rule() {
    let Some((app, voice)) = spoken().await else { return };
    let talk = app.talk("wrong_twice", SHOP, Knobs::default(), script("wrong_twice"), &voice).await;
    message_taken(&talk, EscalationReason::Failures);
    talk.in_order(&["order number", "caller: ", "cannot find that order", "caller: ", "i am not getting it right"]);
    talk.in_order(&["i am not getting it right", "your name", "caller: ", "passed it on"]);
    only_task(&app, &talk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_caller_who_has_his_answer_may_just_hang_up() {
    let Some((app, voice)) = spoken().await else { return };
    let talk = app.talk("hang_up", SHOP, Knobs::default(), script("hang_up_after_answer"), &voice).await;
    let call = &talk.call;
    assert_eq!((call.outcome, call.implied, call.rating), (Some(Outcome::ResolvedByAgent), true, None));
    assert_eq!(talk.report.ended_by, EndedBy::Caller);
    talk.in_order(&["order number", "caller: ", "is on its way"]);
    assert_eq!(counted(&app).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_echoes_never_interrupts_us() {
    let Some((app, voice)) = spoken().await else { return };
    let call = |name: &'static str, db: f32, late_ms: u64| {
        let knobs = Knobs { line_echo_db: Some(db), line_echo_ms: Some(late_ms), ..Knobs::default() };
        app.talk(name, SHOP, knobs, script("order"), &voice)
    };
    let (loud, late, quiet) =
        tokio::join!(call("echo_20db", -20.0, 120), call("echo_15db", -15.0, 300), call("echo_30db", -30.0, 500));
    for talk in [loud, late, quiet] {
        order_answered(&talk);
        assert_eq!((talk.clears(), talk.count("interrupted")), (0, 0), "{:?}", talk.seen);
    }
    assert_eq!(counted(&app).await, (3, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_only_listens_does_not_interrupt() {
    let Some((app, voice)) = spoken().await else { return };
    let wait = || Step::WaitQuiet { ms: 900 };
    let say = |text: &str| Step::Say(text.into());
    let over = |text: &str| Step::Interrupt { after_ms: 700, text: text.into() };
    let call = |name: &'static str, noise: &str| {
        let steps = vec![
            wait(),
            say("Where is my order?"),
            wait(),
            say("One zero two four."),
            over(noise),
            wait(),
            say("Yes, thank you."),
            wait(),
            Step::Press("5".into()),
            Step::WaitEnd { ms: 20_000 },
        ];
        app.talk(name, SHOP, Knobs::default(), Script::new(name, steps), &voice)
    };
    let (okay, hmm) = tokio::join!(call("backchannel_okay", "Okay."), call("backchannel_hmm", "Hmm."));
    for talk in [okay, hmm] {
        order_answered(&talk);
        assert_eq!(talk.count("interrupted"), 0, "{:#?}", talk.said);
        assert!(!talk.said.iter().any(|t| t.ends_with('—')), "{:#?}", talk.said);
        assert_eq!(talk.count("answer_played"), 1, "the answer was heard to its end");
    }
}
