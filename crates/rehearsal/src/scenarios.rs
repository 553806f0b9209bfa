//! The named calls, as data: what a caller wants and says.

use crate::script::{Script, Step};
use Step::{HangUp, Press, WaitEnd};

/// Long enough that a pause between two sentences of the agent is no end.
const QUIET_MS: u64 = 900;
const END: Step = WaitEnd { ms: 20_000 };

/// A scenario and what it shows.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// The name.
    pub name: &'static str,
    /// What the call shows, in one line.
    pub shows: &'static str,
    /// Which sector's channel it calls.
    pub sector: Sector,
    build: fn() -> Vec<Step>,
}

/// Whose number is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sector {
    /// The online shop.
    Ecommerce,
    /// The clinic.
    Healthcare,
}

impl Sector {
    /// As the server writes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ecommerce => "ecommerce",
            Self::Healthcare => "healthcare",
        }
    }
}

/// All of them; the first is the one that the demo plays.
pub const ALL: [Scenario; 13] = [
    shop("order", "An order question, answered from the shop and rated.", order),
    shop("order_keypad", "The same with keys only.", order_keypad),
    shop("return", "A return, requested after read-back.", return_item),
    shop("refund", "A refund, which a person decides.", refund),
    clinic("appointment_book", "An appointment is booked.", book),
    clinic("appointment_move", "An appointment (number 1) is moved.", move_one),
    clinic("appointment_cancel", "An appointment (number 1) is cancelled.", cancel),
    shop("interrupt", "The caller talks over the agent.", interrupt),
    shop("person", "The caller asks for a person and leaves a message.", person),
    shop("wrong_twice", "A wrong order number twice.", wrong_twice),
    shop("hang_up_after_answer", "The caller has the answer and hangs up.", hang_up_after_answer),
    shop("echo", "Speaks a few sentences to an echo.", echo),
    shop("silent", "Says nothing at all.", silent),
];

/// Beside them: a call whose words are those of the line that is rung.
pub const QUESTION: &str = "question";

/// The scenario of this name.
#[must_use]
pub fn named(name: &str) -> Option<Scenario> {
    ALL.into_iter().find(|s| s.name == name)
}

impl Scenario {
    /// The script to play.
    #[must_use]
    pub fn script(&self) -> Script {
        Script::new(self.name, (self.build)())
    }
}

/// Moving or cancelling the appointment with this booking number.
#[must_use]
pub fn with_booking(name: &str, number: u64) -> Option<Script> {
    let mut script = named(name)?.script();
    let key = script.steps.iter_mut().find(|s| **s == Press("1#".into()))?;
    *key = Press(format!("{number}#"));
    Some(script)
}

const fn shop(name: &'static str, shows: &'static str, build: fn() -> Vec<Step>) -> Scenario {
    Scenario { name, shows, sector: Sector::Ecommerce, build }
}

const fn clinic(name: &'static str, shows: &'static str, build: fn() -> Vec<Step>) -> Scenario {
    Scenario { name, shows, sector: Sector::Healthcare, build }
}

/// Waits for the agent before each deed, then for the end.
fn after_each_answer(deeds: Vec<Step>) -> Vec<Step> {
    let wait = || Step::WaitQuiet { ms: QUIET_MS };
    deeds.into_iter().flat_map(|deed| [wait(), deed]).chain([END]).collect()
}

fn say(text: &str) -> Step {
    Step::Say(text.to_owned())
}

fn press(keys: &str) -> Step {
    Press(keys.to_owned())
}

fn order() -> Vec<Step> {
    after_each_answer(vec![say("Where is my order?"), say("One zero two four."), say("Yes, thank you."), press("5")])
}

fn order_keypad() -> Vec<Step> {
    after_each_answer(vec![press("1"), press("1024#"), press("1"), press("5")])
}

fn return_item() -> Vec<Step> {
    after_each_answer(vec![
        say("I want to return an item."),
        say("One zero two six."),
        say("The first one."),
        say("It is too big."),
        say("Yes, please."),
        say("Yes, thank you."),
        press("4"),
    ])
}

/// A caller who asks one thing that the catalogue answers, says that it helped
/// and rates it. `asks` are his words, which any sector has its own of.
#[must_use]
pub fn question(asks: &str) -> Script {
    Script::new(QUESTION, after_each_answer(vec![say(asks), say("Yes, thank you."), press("5")]))
}

/// The same with keys only.
#[must_use]
pub fn question_by_key(key: u8) -> Script {
    Script::new(QUESTION, after_each_answer(vec![press(&key.to_string()), press("1"), press("5")]))
}

/// A caller who says these recordings (samples and their rate in Hz), one
/// after each answer.
#[must_use]
pub fn recordings(all: Vec<(Vec<i16>, u32)>) -> Script {
    let deeds = all.into_iter().map(|(samples, rate)| Step::Wav(samples.into(), rate)).collect();
    Script::new("recordings", after_each_answer(deeds))
}

fn refund() -> Vec<Step> {
    after_each_answer(vec![
        say("I want my money back."),
        say("One zero two six."),
        say("Yes, please."),
        say("My name is Asha Rao, and I returned the item last week."),
    ])
}

fn book() -> Vec<Step> {
    after_each_answer(vec![
        say("I want to book an appointment."),
        say("Anyone."),
        say("Tomorrow."),
        say("In the morning."),
        say("The first one."),
        say("My name is Asha Rao."),
        say("Yes, please."),
        say("Yes, thank you."),
        press("5"),
    ])
}

fn move_one() -> Vec<Step> {
    after_each_answer(vec![
        say("I need to reschedule my appointment."),
        press("1#"),
        say("Day after tomorrow."),
        say("Any time."),
        say("The first one."),
        say("Yes, please."),
        say("Yes, thank you."),
        press("5"),
    ])
}

fn cancel() -> Vec<Step> {
    after_each_answer(vec![
        say("Please cancel my appointment."),
        press("1#"),
        say("Yes, please."),
        say("Yes, thank you."),
        press("5"),
    ])
}

fn interrupt() -> Vec<Step> {
    let mut steps = after_each_answer(vec![say("Where is my order?"), say("One zero two four.")]);
    steps.pop();
    let text = "Wait, I want to speak to a person.".to_owned();
    steps.push(Step::Interrupt { after_ms: 1_000, text });
    steps.extend(after_each_answer(vec![say("My name is Asha Rao, please call me back.")]));
    steps
}

fn person() -> Vec<Step> {
    after_each_answer(vec![say("I want to speak to a person."), say("My name is Asha Rao, and my parcel is late.")])
}

fn wrong_twice() -> Vec<Step> {
    after_each_answer(vec![
        say("Where is my order?"),
        say("Nine nine nine."),
        say("Nine nine eight."),
        say("My name is Ravi, please call me back."),
    ])
}

fn hang_up_after_answer() -> Vec<Step> {
    let mut steps = after_each_answer(vec![say("Where is my order?"), say("One zero two four."), HangUp]);
    steps.pop();
    steps
}

fn echo() -> Vec<Step> {
    // The echo comes while the caller still speaks: there is no answer to wait for.
    let wait = || Step::Pause(1_500);
    vec![say("Hello, can you hear me?"), wait(), say("One two three four five."), wait(), HangUp]
}

fn silent() -> Vec<Step> {
    vec![WaitEnd { ms: 60_000 }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_script_ends() {
        let names: std::collections::BTreeSet<_> = ALL.iter().map(|s| s.name).collect();
        assert_eq!(names.len(), ALL.len());
        for one in ALL {
            let last = one.script().steps.pop();
            assert!(matches!(last, Some(HangUp | WaitEnd { .. })), "{}: {last:?}", one.name);
        }
        assert!(named("nothing").is_none());
    }

    #[test]
    fn keys_alone_need_no_voice_and_a_booking_number_is_put_in() {
        assert!(!named("order_keypad").unwrap().script().speaks());
        assert!(named("order").unwrap().script().speaks());
        let moved = with_booking("appointment_move", 42).unwrap();
        assert!(moved.steps.contains(&Press("42#".into())) && !moved.steps.contains(&Press("1#".into())));
        assert_eq!(with_booking("order", 42), None);
    }
}
