//! The clinic's flows: book, move, cancel and look up appointments in the
//! slot book, and say which doctors there are.

use super::ScriptedMind;
use super::open::missing;
use super::shop::same_phone;
use super::state::{Step, Wait, Want};
use crate::mind::commands::yes_no;
use crate::mind::prompts;
use crate::mind::slots;
use crate::mind::speak;
use crate::mind::words::{has, plain};
use caly_core::agent::Goal;
use caly_core::id::AppointmentId;
use caly_core::mind::{Expect, MindOut};
use caly_core::outcome::EscalationReason;
use caly_core::time::Day;
use caly_core::tool::{Booking, Doctor, Slot, ToolCall};

/// Slots offered at a time.
const OFFERED: usize = 3;

impl ScriptedMind {
    pub(super) fn start_doctors(&mut self) {
        if !self.state.mouth {
            // Names and times cannot be said from recordings.
            return self.escalate(EscalationReason::Rule);
        }
        self.state.call(Wait::Doctors, ToolCall::ListDoctors);
    }

    pub(super) fn start_booking(&mut self) {
        if !self.state.mouth {
            return self.escalate(EscalationReason::Rule);
        }
        self.ask_number();
    }

    pub(super) fn clinic_answered(&mut self, want: &Want, text: &str, words: &[String]) {
        match want {
            Want::Doctor => self.doctor_given(text, words),
            Want::Day | Want::OldDay => match slots::date(text, self.state.now, &self.script.zone) {
                Some(day) => self.day_given(want, day),
                None if has(words, "any day") || has(words, "anytime") => self.day_given(want, self.today()),
                None => self.other_wish(text, words, |mind| mind.ask_day(want.clone())),
            },
            Want::Time | Want::OldTime => match slots::time(text) {
                Some(minute) => self.time_given(want, minute),
                None => self.missed(|mind| mind.ask_time(want.clone())),
            },
            Want::Slot => self.slot_given(text, words),
            Want::Patient | Want::OldName => match slots::name(text) {
                Some(name) => self.name_given(want, name),
                None => self.missed(|mind| mind.ask_name(want.clone())),
            },
            Want::Number => self.number_given(text, words),
            Want::BookedFor => self.booked_for_given(text),
            _ => self.right(want, words),
        }
    }

    fn today(&self) -> Day {
        self.script.zone.day(self.state.now)
    }

    // The doctors.

    pub(super) fn doctors_found(&mut self, doctors: Vec<Doctor>) {
        if doctors.is_empty() {
            return self.take_message(Some(prompts::NOT_CONNECTED));
        }
        if self.goal() == Some(Goal::ListDoctors) {
            let all: Vec<String> = doctors.iter().map(|d| format!("{} for {}", d.name, d.speciality)).collect();
            self.state
                .resolve(format!("We have {}. I can look for a free time with any of them.", speak::list(&all)), None);
            return self.ask_helped();
        }
        self.state.doctors = doctors;
        let wish = self.state.wish.clone();
        let named = self.pick_doctor(&wish);
        match (named, self.state.doctors.as_slice()) {
            (Some(doctor), _) => {
                self.state.doctor = Some(doctor);
                self.doctor_known();
            }
            (None, [only]) => {
                self.state.doctor = Some(only.clone());
                self.doctor_known();
            }
            _ => self.ask_doctor(),
        }
    }

    fn pick_doctor(&self, text: &str) -> Option<Doctor> {
        let titles: Vec<String> = self.state.doctors.iter().map(|d| format!("{} {}", d.name, d.speciality)).collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        slots::pick(text, &titles).and_then(|i| self.state.doctors.get(i).cloned())
    }

    pub(super) fn ask_doctor(&mut self) {
        if self.state.ears {
            return self.ask_slot(Want::Doctor, "doctor", Expect::Anything);
        }
        let lines: Vec<String> = self
            .state
            .doctors
            .iter()
            .take(9)
            .enumerate()
            .map(|(i, d)| format!("For {}, {}, press {}.", d.name, d.speciality, i + 1))
            .collect();
        let most = u8::try_from(lines.len()).unwrap_or(9);
        self.state.ask(Step::Ask(Want::Doctor), lines.join(" "), None, Expect::Choice(most));
    }

    fn doctor_given(&mut self, text: &str, words: &[String]) {
        let anyone =
            words.iter().any(|w| matches!(w.as_str(), "anyone" | "any" | "anybody" | "whoever" | "koi" | "matter"));
        let found = self.pick_doctor(text);
        if found.is_none() && !anyone && yes_no(words) != Some(false) {
            return self.other_wish(text, words, Self::ask_doctor);
        }
        self.state.doctor = found;
        self.state.misses = 0;
        self.doctor_known();
    }

    /// The day and time may have been said with the wish: "tomorrow at ten".
    fn doctor_known(&mut self) {
        let wish = std::mem::take(&mut self.state.wish);
        let words = plain(&wish);
        // A bare number in a wish is no day: "I need one appointment".
        let says_day = slots::number(&words).is_none() || has(&words, "day after");
        match slots::date(&wish, self.state.now, &self.script.zone).filter(|_| says_day) {
            Some(day) => self.day_given(&Want::Day, day),
            None => self.ask_day(Want::Day),
        }
    }

    // Day, time and a free slot.

    pub(super) fn ask_day(&mut self, want: Want) {
        if !self.state.ears {
            self.state.ask_fixed(Step::Ask(want), prompts::KEYS_DAY, Expect::Date);
        } else if want == Want::OldDay {
            self.state.ask_fixed(Step::Ask(want), prompts::BOOKING_DAY, Expect::Date);
        } else {
            self.ask_slot(want, "day", Expect::Date);
        }
    }

    pub(super) fn day_given(&mut self, want: &Want, day: Day) {
        self.state.misses = 0;
        self.state.day = Some(day);
        let time = if *want == Want::OldDay { Want::OldTime } else { Want::Time };
        self.ask_time(time);
    }

    pub(super) fn ask_time(&mut self, want: Want) {
        if !self.state.ears {
            self.state.ask_fixed(Step::Ask(want), prompts::KEYS_TIME, Expect::Time);
        } else if want == Want::OldTime {
            self.state.ask_fixed(Step::Ask(want), prompts::BOOKING_TIME, Expect::Time);
        } else {
            self.ask_slot(want, "time", Expect::Time);
        }
    }

    pub(super) fn time_given(&mut self, want: &Want, minute: i64) {
        self.state.misses = 0;
        if *want == Want::OldTime {
            return self.find_by_name(minute);
        }
        self.state.after = Some(minute);
        self.look_for_slots();
    }

    pub(super) fn look_for_slots(&mut self) {
        let call = ToolCall::FreeSlots {
            doctor: self.state.doctor.as_ref().map(|d| d.id),
            from: self.state.day.clone(),
            after_minute: self.state.after,
            limit: OFFERED,
        };
        self.state.call(Wait::Slots, call);
    }

    pub(super) fn slots_found(&mut self, free: Vec<Slot>) {
        self.state.free = free;
        self.state.free.truncate(OFFERED);
        if self.state.free.is_empty() {
            return self.not_found(prompts::NO_SLOTS, |mind| mind.ask_day(Want::Day));
        }
        self.offer_slots();
    }

    fn offer_slots(&mut self) {
        let lines: Vec<String> =
            self.state.free.iter().enumerate().map(|(i, s)| format!("{}, {}.", i + 1, self.spoken(s))).collect();
        let text = format!("I have: {} Which one suits you?", lines.join(" "));
        let most = u8::try_from(lines.len()).unwrap_or(9);
        self.state.ask(Step::Ask(Want::Slot), text, None, Expect::Choice(most));
    }

    fn slot_given(&mut self, text: &str, words: &[String]) {
        match self.pick_slot(text, words) {
            Some(slot) => {
                self.state.misses = 0;
                self.state.slot = Some(slot);
                self.slot_known();
            }
            None if yes_no(words) == Some(false) || has(words, "another") || has(words, "other") => {
                self.state.misses = 0;
                self.ask_day(Want::Day);
            }
            None => self.missed(Self::offer_slots),
        }
    }

    fn pick_slot(&self, text: &str, words: &[String]) -> Option<Slot> {
        let free = &self.state.free;
        if let ([only], Some(true)) = (free.as_slice(), yes_no(words)) {
            return Some(only.clone());
        }
        // "Ten thirty" names a slot by its time; "the first" by its place.
        let minute = slots::time(text).filter(|_| slots::pick(text, &["", "", ""]).is_none());
        let timed: Vec<&Slot> = free.iter().filter(|s| Some(s.minute) == minute).collect();
        if let [one] = timed.as_slice() {
            return Some((*one).clone());
        }
        let titles: Vec<String> = free.iter().map(|s| self.spoken(s)).collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        slots::pick(text, &titles).and_then(|i| free.get(i).cloned())
    }

    fn spoken(&self, slot: &Slot) -> String {
        format!("{} at {} with {}", speak::day(&slot.day, &self.today()), speak::time(slot.minute), slot.doctor.name)
    }

    fn slot_known(&mut self) {
        if self.goal() == Some(Goal::Move) {
            return self.confirm_move();
        }
        if self.state.patient.is_some() {
            return self.confirm_book();
        }
        self.ask_name(Want::Patient);
    }

    pub(super) fn ask_name(&mut self, want: Want) {
        if !self.state.ears {
            // Names cannot be keyed; the phone's end finds the caller again.
            let name = self.state.caller.as_ref().map_or("Caller".to_owned(), |c| {
                format!("Caller {}", c.get(c.len().saturating_sub(4)..).unwrap_or_default())
            });
            self.name_given(&want, name);
        } else if want == Want::OldName {
            self.state.ask_fixed(Step::Ask(want), prompts::BOOKING_NAME, Expect::Name);
        } else {
            self.ask_slot(want, "patient", Expect::Name);
        }
    }

    fn name_given(&mut self, want: &Want, name: String) {
        self.state.misses = 0;
        self.state.patient = Some(name);
        if *want == Want::OldName {
            self.ask_day(Want::OldDay);
        } else {
            self.confirm_book();
        }
    }

    // A booking that exists.

    fn ask_number(&mut self) {
        self.ask_slot(Want::Number, "booking_number", Expect::Digits { min: 1, max: 6 });
    }

    fn number_given(&mut self, text: &str, words: &[String]) {
        let number = slots::digits(text, 1, 6).and_then(|d| d.parse().ok()).filter(|n: &i64| *n > 0);
        match number {
            Some(n) => {
                let number = Some(AppointmentId(n));
                self.state.call(Wait::Find, ToolCall::FindBooking { number, patient: None, starts_at: None });
            }
            None if missing(words) => {
                self.state.misses = 0;
                self.ask_name(Want::OldName);
            }
            None => self.other_wish(text, words, Self::ask_number),
        }
    }

    fn find_by_name(&mut self, minute: i64) {
        let starts_at = self.state.day.as_ref().and_then(|d| self.script.zone.at(d, minute));
        let patient = self.state.patient.clone();
        self.state.call(Wait::FindNamed, ToolCall::FindBooking { number: None, patient, starts_at });
    }

    /// Numbers are counted, so that anybody can guess one: alone it is enough
    /// from the phone that booked only.
    pub(super) fn number_found(&mut self, found: Option<Booking>) {
        let own = |b: &Booking| {
            let (caller, phone) = (self.state.caller.as_deref(), b.phone.as_deref());
            caller.zip(phone).is_some_and(|(caller, phone)| same_phone(caller, phone))
        };
        match found {
            Some(booking) if !own(&booking) => {
                self.state.unproven = Some(booking);
                self.ask_booked_for();
            }
            known => self.booking_found(known),
        }
    }

    pub(super) fn ask_booked_for(&mut self) {
        if self.state.ears {
            self.state.ask_fixed(Step::Ask(Want::BookedFor), prompts::BOOKING_NAME, Expect::Name);
        } else {
            // Names cannot be keyed: a person asks.
            self.escalate(EscalationReason::Rule);
        }
    }

    /// Says neither the name nor which of the two was wrong.
    fn booked_for_given(&mut self, text: &str) {
        let Some(said) = slots::name(text) else { return self.missed(Self::ask_booked_for) };
        self.state.misses = 0;
        let named = self.state.unproven.take().filter(|b| slots::same_person(&said, &b.patient));
        self.booking_found(named);
    }

    pub(super) fn booking_found(&mut self, found: Option<Booking>) {
        let Some(booking) = found else {
            return self.not_found(prompts::BOOKING_MISSING, Self::ask_number);
        };
        let cancelled = booking.cancelled;
        let said = format!("{} for {}", self.spoken(&booking.slot), booking.patient);
        self.state.patient = Some(booking.patient.clone());
        self.state.booking = Some(booking);
        if cancelled {
            self.state.resolve(prompts::BOOKING_GONE.text.to_owned(), Some(prompts::BOOKING_GONE.key.to_owned()));
            return self.ask_helped();
        }
        match self.goal() {
            Some(Goal::Cancel) => {
                let text = format!("I found it: {said}. Shall I cancel it?");
                self.state.ask(Step::Ask(Want::CancelRight), text, None, Expect::YesNo);
            }
            Some(Goal::Move) => {
                self.state.doctor = self.state.booking.as_ref().map(|b| b.slot.doctor.clone());
                self.state.say(format!("I found it: {said}."), None);
                self.ask_day(Want::Day);
            }
            _ => {
                self.state.resolve(format!("Your appointment is {said}."), None);
                self.ask_helped();
            }
        }
    }

    // Read back, confirmed, done.

    fn confirm_book(&mut self) {
        let (Some(slot), Some(patient)) = (&self.state.slot, &self.state.patient) else {
            return self.ask_day(Want::Day);
        };
        let text = format!("So, {}, for {patient}. Shall I book it?", self.spoken(slot));
        self.state.ask(Step::Ask(Want::BookRight), text, None, Expect::YesNo);
    }

    fn confirm_move(&mut self) {
        let Some(slot) = &self.state.slot else { return self.ask_day(Want::Day) };
        let text = format!("So, I move it to {}. Is that right?", self.spoken(slot));
        self.state.ask(Step::Ask(Want::MoveRight), text, None, Expect::YesNo);
    }

    fn right(&mut self, want: &Want, words: &[String]) {
        match (yes_no(words), want) {
            (None, _) => self.missed(Self::ask_yes_or_no),
            (Some(false), Want::CancelRight) => {
                self.state.ask_fixed(Step::Open, prompts::NOTHING_DONE, Expect::Anything);
            }
            (Some(false), _) => {
                if *want == Want::BookRight {
                    self.state.patient = None;
                }
                self.missed(|mind| mind.ask_day(Want::Day));
            }
            (Some(true), _) => self.write(want),
        }
    }

    fn write(&mut self, want: &Want) {
        let (slot, booking) = (self.state.slot.clone(), self.state.booking.clone());
        let (wait, call) = match (want, slot, booking) {
            (Want::BookRight, Some(slot), _) => {
                let patient = self.state.patient.clone().unwrap_or_default();
                (Wait::Book, ToolCall::Book { doctor: slot.doctor.id, starts_at: slot.starts_at, patient })
            }
            (Want::MoveRight, Some(slot), Some(booking)) => {
                let (number, starts_at, doctor) = (booking.number, slot.starts_at, slot.doctor.id);
                (Wait::Move, ToolCall::Move { number, starts_at, doctor })
            }
            (Want::CancelRight, _, Some(booking)) => (Wait::Cancel, ToolCall::Cancel { number: booking.number }),
            _ => return self.ask_day(Want::Day),
        };
        self.state.out.push_back(MindOut::Confirmed);
        self.state.call(wait, call);
    }

    pub(super) fn booking_made(&mut self, wait: Wait, made: Booking) {
        let number = speak::spelled(&made.number.to_string());
        let text = match wait {
            Wait::Cancel => "Your appointment is cancelled.".to_owned(),
            Wait::Move => {
                format!("It is moved. Your appointment is {}. The booking number is {number}.", self.spoken(&made.slot))
            }
            _ => format!("It is booked: {}. Your booking number is {number}.", self.spoken(&made.slot)),
        };
        self.state.booking = Some(made);
        self.state.resolve(text, None);
        self.ask_helped();
    }
}
