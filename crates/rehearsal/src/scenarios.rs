//! Named calls as data: what a caller does to have one thing done.

use crate::error::RehearsalError;
use crate::script::{Script, Step, listen};
use serde::Serialize;

/// The caller of the demo's orders.
pub const CALLER: &str = "+919812345678";

/// Which of the demo's clients is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The online shop.
    Shop,
    /// The clinic.
    Clinic,
    /// Any channel that sends sound back.
    Echo,
}

/// A named call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scenario {
    /// Short, for command lines.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Whom to call.
    pub place: Place,
    /// From where, E.164.
    pub from: &'static str,
    /// What is done.
    pub script: Script,
}

impl Scenario {
    /// Whether the caller speaks, so that a voice is needed.
    #[must_use]
    pub fn speaks(&self) -> bool {
        self.script.steps.iter().any(|s| matches!(s, Step::Say(_)))
    }
}

/// All of them; the first is the one to show.
#[must_use]
pub fn all() -> Vec<Scenario> {
    let shop = |name, about, steps| scenario(name, about, Place::Shop, steps);
    let clinic = |name, about, steps| scenario(name, about, Place::Clinic, steps);
    vec![
        shop("order", "Asks where order 1024 is, says that it helped, and rates the call 5.", order()),
        shop("return", "Returns the steel bottle of order 1026.", a_return()),
        clinic("book", "Books an appointment with the general physician.", book()),
        clinic("move", "Moves booking 1.", move_booking(1)),
        clinic("cancel", "Cancels booking 1.", cancel(1)),
        shop("interrupt", "Interrupts the answer with a new question.", interrupt()),
        shop("person", "Asks for a person and leaves a message.", person()),
        shop("wrong-number", "Gives a wrong order number twice.", wrong_number()),
        shop("hang-up", "Hangs up after the answer.", hang_up()),
        shop("keys", "Asks for order 1024 by keys alone and rates the call 4.", keys_order()),
        shop("keys-person", "Presses 0 for a person.", keys_person()),
        scenario("echo", "Speaks to an echo and hangs up.", Place::Echo, echo()),
        scenario("keys-echo", "Sends silence and a key to an echo for ten seconds.", Place::Echo, keys_echo()),
    ]
}

/// The scenario of a name.
///
/// # Errors
/// [`RehearsalError::UnknownScenario`] with the names that exist.
pub fn find(name: &str) -> Result<Scenario, RehearsalError> {
    let all = all();
    let known = all.iter().map(|s| s.name).collect::<Vec<_>>().join(", ");
    let found = all.into_iter().find(|s| s.name == name);
    found.ok_or_else(|| RehearsalError::UnknownScenario { name: name.to_owned(), known })
}

/// Moves a booking by its number to the day after tomorrow.
#[must_use]
pub fn move_booking(number: u32) -> Vec<Step> {
    talk(
        &[
            "I want to reschedule my appointment.",
            &spelled(number),
            "The day after tomorrow.",
            "Any time.",
            "The first one.",
            "Yes.",
            "Yes.",
        ],
        rate("5"),
    )
}

/// Cancels a booking by its number.
#[must_use]
pub fn cancel(number: u32) -> Vec<Step> {
    talk(&["Please cancel my appointment.", &spelled(number), "Yes.", "Yes."], rate("4"))
}

fn order() -> Vec<Step> {
    talk(&["Where is my order?", "One zero two four.", "Yes, thank you."], rate("5"))
}

fn a_return() -> Vec<Step> {
    talk(
        &["I want to return an item.", "One zero two six.", "The bottle.", "It is damaged.", "Yes.", "Yes, thank you."],
        rate("5"),
    )
}

fn book() -> Vec<Step> {
    talk(
        &[
            "I want to book an appointment.",
            "The general physician.",
            "Tomorrow.",
            "Ten thirty in the morning.",
            "The first one.",
            "My name is Asha Rao.",
            "Yes.",
            "Yes.",
        ],
        rate("5"),
    )
}

fn interrupt() -> Vec<Step> {
    let mut steps = talk(&["Where is my order?"], vec![]);
    steps.extend([
        Step::Say("One zero two four.".to_owned()),
        Step::InterruptAfter(1_500),
        Step::Say("Wait, what is the tracking number?".to_owned()),
    ]);
    steps.extend(listen());
    steps.push(Step::Say("Yes, thank you.".to_owned()));
    steps.extend(rate("4"));
    steps
}

fn person() -> Vec<Step> {
    talk(&["I want to speak to a person.", "My name is Asha Rao and my parcel is late."], vec![Step::WaitEnd])
}

fn wrong_number() -> Vec<Step> {
    talk(&["Where is my parcel?", "Nine nine nine.", "Nine nine eight.", "My name is Asha Rao."], vec![Step::WaitEnd])
}

fn hang_up() -> Vec<Step> {
    let mut steps = talk(&["Where is my order?", "One zero two four."], vec![]);
    steps.push(Step::HangUp);
    steps
}

fn keys_order() -> Vec<Step> {
    keyed(&["1", "1024#", "1", "4"])
}

fn keys_person() -> Vec<Step> {
    keyed(&["0"])
}

fn echo() -> Vec<Step> {
    let mut steps = vec![Step::Say("Hello, can you hear me?".to_owned())];
    steps.extend(listen());
    steps.push(Step::HangUp);
    steps
}

fn keys_echo() -> Vec<Step> {
    vec![Step::Pause(1_000), Step::Press("5".to_owned()), Step::Pause(9_000), Step::HangUp]
}

/// The greeting, then every sentence with the agent's answer to it, then the
/// last steps.
fn talk(sentences: &[&str], last: Vec<Step>) -> Vec<Step> {
    let mut steps: Vec<Step> = listen().into();
    for sentence in sentences {
        steps.push(Step::Say((*sentence).to_owned()));
        steps.extend(listen());
    }
    // A goodbye is waited for, not listened to and then answered.
    if last == [Step::WaitEnd] {
        steps.truncate(steps.len() - listen().len());
    }
    steps.extend(last);
    steps
}

fn keyed(keys: &[&str]) -> Vec<Step> {
    let press = |k: &&str| listen().into_iter().chain([Step::Press((*k).to_owned())]).collect::<Vec<_>>();
    keys.iter().flat_map(press).chain([Step::WaitEnd]).collect()
}

fn rate(key: &str) -> Vec<Step> {
    vec![Step::Press(key.to_owned()), Step::WaitEnd]
}

/// A number digit by digit, as a voice says it best.
fn spelled(number: u32) -> String {
    const WORDS: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let word = |c: char| c.to_digit(10).and_then(|d| usize::try_from(d).ok()).map_or("", |d| WORDS[d]);
    let words: Vec<&str> = number.to_string().chars().map(word).collect();
    format!("{}.", words.join(" "))
}

fn scenario(name: &'static str, about: &'static str, place: Place, steps: Vec<Step>) -> Scenario {
    Scenario { name, about, place, from: CALLER, script: Script::new(name, steps) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        let mut names: Vec<_> = all().iter().map(|s| s.name).collect();
        assert!(names.iter().all(|n| find(n).is_ok_and(|s| s.name == *n)));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all().len());
        assert!(find("x").unwrap_err().to_string().contains("order, return"));
    }

    #[test]
    fn every_call_comes_to_an_end_and_keypad_ones_need_no_voice() {
        for s in all() {
            assert!(matches!(s.script.steps.last(), Some(Step::WaitEnd | Step::HangUp)), "{}", s.name);
            assert_eq!(s.speaks(), !s.name.starts_with("keys"), "{}", s.name);
        }
        assert_eq!(spelled(120), "one two zero.");
    }
}
