//! Where a conversation stands, and the queue of what the mind wants.

use super::Slots;
use crate::mind::prompts::{self, Fixed};
use caly_core::id::AgentId;
use caly_core::mind::{Expect, MindOut, Speech};
use caly_core::time::{At, Day};
use caly_core::tool::{Booking, Doctor, LineItem, Order, Slot, ToolCall};
use std::collections::VecDeque;

/// The step that the caller's next words belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Not begun.
    Before,
    /// What is wanted?
    Open,
    /// A question of a flow.
    Ask(Want),
    /// A tool is at work.
    Waiting(Wait),
    /// "Did that help?"
    Helped,
    /// "Shall a person call you?"
    OfferPerson,
    /// Keys 0-5.
    Rating,
    /// Free words for a person; `escalated`: a task stands already.
    Message { escalated: bool },
    /// Over.
    Done,
}

/// What a flow asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Want {
    /// A slot of the intent's `needs`, and whether it is right.
    Need(String),
    NeedRight(String),
    /// Whether all that was collected is right.
    NeedsRight,
    Order,
    Last4,
    Item,
    Reason,
    ReturnRight,
    Doctor,
    Day,
    Time,
    Slot,
    Patient,
    BookRight,
    Number,
    /// The name on the booking whose number was said.
    BookedFor,
    OldName,
    OldDay,
    OldTime,
    CancelRight,
    MoveRight,
}

/// Which tool's answer is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    Order,
    Items,
    Return,
    Doctors,
    Slots,
    Book,
    Find,
    /// By name, day and time.
    FindNamed,
    Cancel,
    Move,
}

/// What has to be said once more when the caller did not hear it.
#[derive(Debug, Clone, Default)]
struct Question {
    text: String,
    prompt: Option<String>,
}

#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // facts of the call, not modes of a machine
pub(super) struct State {
    pub agent: AgentId,
    pub intent: Option<String>,
    pub mouth: bool,
    pub ears: bool,
    pub caller: Option<String>,
    pub now: At,
    pub step: Step,
    pub expect: Expect,
    pub turns: u32,
    pub misses: u8,
    /// Orders not found, phones not matched, bookings not found: in the whole call.
    pub failed_looks: u8,
    /// The words in which the wish was first said; they often hold the day
    /// and the doctor already.
    pub wish: String,
    pub slots: Slots,
    /// The caller said yes to what was said back.
    pub needs_right: bool,
    /// Times that something said back was wrong, in this wish.
    pub wrong: u8,
    pub order: Option<Order>,
    pub verified: bool,
    pub items: Vec<LineItem>,
    pub item: Option<LineItem>,
    pub reason: Option<String>,
    pub doctors: Vec<Doctor>,
    pub doctor: Option<Doctor>,
    pub day: Option<Day>,
    pub after: Option<i64>,
    pub free: Vec<Slot>,
    pub slot: Option<Slot>,
    pub patient: Option<String>,
    pub booking: Option<Booking>,
    /// Found by its number, from another phone than it was booked from: nothing
    /// of it is told or changed before the name on it was said.
    pub unproven: Option<Booking>,
    pub rated: bool,
    pub out: VecDeque<MindOut>,
    question: Question,
    /// The tool's answer that "did that help?" asks about.
    told: Option<Question>,
    speeches: u32,
}

impl State {
    pub fn new(agent: AgentId, mouth: bool) -> Self {
        Self {
            agent,
            intent: None,
            mouth,
            ears: true,
            caller: None,
            now: At::default(),
            step: Step::Before,
            expect: Expect::Nothing,
            turns: 0,
            misses: 0,
            failed_looks: 0,
            wish: String::new(),
            slots: Slots::new(),
            needs_right: false,
            wrong: 0,
            order: None,
            verified: false,
            items: Vec::new(),
            item: None,
            reason: None,
            doctors: Vec::new(),
            doctor: None,
            day: None,
            after: None,
            free: Vec::new(),
            slot: None,
            patient: None,
            booking: None,
            unproven: None,
            rated: false,
            out: VecDeque::new(),
            question: Question::default(),
            told: None,
            speeches: 0,
        }
    }

    /// Forgets what belonged to the last wish; a verified order stays.
    pub fn fresh(&mut self) {
        self.misses = 0;
        self.slots.clear();
        (self.needs_right, self.wrong) = (false, 0);
        self.items.clear();
        (self.item, self.reason, self.doctor, self.day) = (None, None, None, None);
        (self.after, self.slot, self.patient, self.booking) = (None, None, None, None);
        self.unproven = None;
        self.free.clear();
    }

    /// Says something that the caller may interrupt.
    pub fn say(&mut self, text: String, prompt: Option<String>) {
        self.speak(text, prompt, false, true);
    }

    /// Says a fixed text.
    pub fn fixed(&mut self, fixed: Fixed) {
        self.say(fixed.text.to_owned(), Some(fixed.key.to_owned()));
    }

    /// Says what a tool answered: played in full it resolves the call.
    pub fn resolve(&mut self, text: String, prompt: Option<String>) {
        self.told = Some(Question { text: text.clone(), prompt: prompt.clone() });
        self.speak(text, prompt, true, true);
    }

    /// Says a text that is not cut.
    pub fn final_words(&mut self, fixed: Fixed) {
        self.speak(fixed.text.to_owned(), Some(fixed.key.to_owned()), false, false);
    }

    /// Remembers what was asked and says what a complete answer is.
    pub fn question(&mut self, text: String, prompt: Option<String>, expect: Expect) {
        self.question = Question { text, prompt };
        self.expecting(expect);
    }

    /// Asks and goes to a step.
    pub fn ask(&mut self, step: Step, text: String, prompt: Option<String>, expect: Expect) {
        self.say(text.clone(), prompt.clone());
        if expect == Expect::YesNo && !self.ears {
            self.fixed(prompts::KEYS_YES_NO);
        }
        self.step = step;
        self.question(text, prompt, expect);
    }

    /// Asks a fixed question.
    pub fn ask_fixed(&mut self, step: Step, fixed: Fixed, expect: Expect) {
        self.ask(step, fixed.text.to_owned(), Some(fixed.key.to_owned()), expect);
    }

    /// The last question once more; where it asks about an answer, the answer too.
    pub fn repeat(&mut self) {
        if let (Step::Helped, Some(told)) = (&self.step, self.told.clone()) {
            self.speak(told.text, told.prompt, true, true);
        }
        let Question { text, prompt } = self.question.clone();
        if !text.is_empty() {
            self.say(text, prompt);
        }
        self.expect_again();
    }

    /// The same expectation once more.
    pub fn expect_again(&mut self) {
        self.expecting(self.expect.clone());
    }

    /// Calls a tool and waits for it.
    pub fn call(&mut self, wait: Wait, tool: ToolCall) {
        self.misses = 0;
        self.step = Step::Waiting(wait);
        self.expecting(Expect::Nothing);
        self.out.push_back(MindOut::Tool(tool));
    }

    fn expecting(&mut self, expect: Expect) {
        self.expect = expect.clone();
        self.out.push_back(MindOut::Expect(expect));
    }

    fn speak(&mut self, text: String, prompt: Option<String>, resolving: bool, interruptible: bool) {
        self.speeches += 1;
        self.out.push_back(MindOut::Say(Speech { id: self.speeches, text, prompt, resolving, interruptible }));
    }
}
