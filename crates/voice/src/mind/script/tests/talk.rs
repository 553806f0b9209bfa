//! A conversation under test, with a shop and a clinic that answer truly.

use crate::mind::script::{Script, ScriptedMind};
use caly_core::id::{AgentId, AppointmentId, DoctorId};
use caly_core::mind::{Expect, Heard, Mind, MindIn, MindOut};
use caly_core::sector::Sector;
use caly_core::time::{At, Day, Zone};
use caly_core::tool::*;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

pub const OWN: &str = "+919876543210";

/// Monday 2026-11-23, 15:30 in India.
pub fn now() -> At {
    zone().at(&Day("2026-11-23".into()), 15 * 60 + 30).unwrap()
}

pub fn zone() -> Zone {
    Zone::named("Asia/Kolkata").unwrap()
}

fn script(sector: Sector) -> Arc<Script> {
    static ALL: OnceLock<HashMap<Sector, Arc<Script>>> = OnceLock::new();
    let made = |s: &Sector| (*s, Arc::new(Script::new(*s, zone()).unwrap()));
    Arc::clone(&ALL.get_or_init(|| Sector::ALL.iter().map(made).collect())[&sector])
}

pub struct Talk {
    pub mind: ScriptedMind,
    /// What was wanted since the last input, in order, tools answered by [`world`].
    pub outs: Vec<MindOut>,
    /// Everything of the whole call.
    pub all: Vec<MindOut>,
    /// Instead of the world's answer, to the next tool only.
    pub instead: Option<ToolResult>,
}

impl Talk {
    pub fn with(sector: Sector, caller: &str, ears: bool, mouth: bool) -> Self {
        let entry = if sector == Sector::Ecommerce { AgentId(1) } else { AgentId(4) };
        Self::at(sector, entry, caller, ears, mouth)
    }

    /// A call that this agent answers.
    pub fn at(sector: Sector, entry: AgentId, caller: &str, ears: bool, mouth: bool) -> Self {
        let mind = ScriptedMind::new(script(sector), entry, mouth).unwrap();
        let mut talk = Self { mind, outs: Vec::new(), all: Vec::new(), instead: None };
        talk.input(MindIn::Begin { caller: Some(caller.to_owned()), ears });
        talk
    }

    pub fn shop(caller: &str) -> Self {
        Self::with(Sector::Ecommerce, caller, true, true)
    }

    pub fn clinic() -> Self {
        Self::clinic_from(OWN)
    }

    pub fn clinic_from(caller: &str) -> Self {
        Self::with(Sector::Healthcare, caller, true, true)
    }

    pub fn input(&mut self, input: MindIn) -> &mut Self {
        self.outs.clear();
        self.mind.handle(input, now());
        while let Some(out) = self.mind.poll() {
            let answer = match &out {
                MindOut::Tool(call) => Some(self.instead.take().unwrap_or_else(|| world(call))),
                _ => None,
            };
            self.outs.push(out.clone());
            self.all.push(out);
            if let Some(answer) = answer {
                self.mind.handle(MindIn::Tool(answer), now());
            }
        }
        self
    }

    pub fn say(&mut self, text: &str) -> &mut Self {
        self.input(MindIn::Heard(Heard { text: text.to_owned(), keys: String::new() }))
    }

    pub fn press(&mut self, keys: &str) -> &mut Self {
        self.input(MindIn::Heard(Heard { text: String::new(), keys: keys.to_owned() }))
    }

    pub fn lose_ears(&mut self) -> &mut Self {
        self.input(MindIn::Begin { caller: Some(OWN.into()), ears: false })
    }

    pub fn silence(&mut self, n: u32) -> &mut Self {
        self.input(MindIn::Silence(n))
    }

    /// All that was said since the last input.
    pub fn heard(&self) -> String {
        let said = self.outs.iter().filter_map(|o| if let MindOut::Say(s) = o { Some(s.text.as_str()) } else { None });
        said.collect::<Vec<_>>().join(" ")
    }

    pub fn hears(&mut self, words: &str) -> &mut Self {
        assert!(self.heard().contains(words), "{words:?} not in {:?}", self.heard());
        self
    }

    pub fn wants(&mut self, out: &MindOut) -> &mut Self {
        assert!(self.outs.contains(out), "{out:?} not in {:#?}", self.outs);
        self
    }

    /// What a complete answer is now.
    pub fn expected(&self) -> Option<Expect> {
        self.all.iter().rev().find_map(|o| if let MindOut::Expect(e) = o { Some(e.clone()) } else { None })
    }

    pub fn expects(&mut self, expect: Expect) -> &mut Self {
        let last = self.outs.iter().rev().find_map(|o| if let MindOut::Expect(e) = o { Some(e.clone()) } else { None });
        assert_eq!(last, Some(expect));
        self
    }

    pub fn ended(&self) -> bool {
        self.all.last() == Some(&MindOut::End)
    }

    /// Tools called in the whole call.
    pub fn tools(&self) -> Vec<&ToolCall> {
        self.all.iter().filter_map(|o| if let MindOut::Tool(t) = o { Some(t) } else { None }).collect()
    }

    /// Speeches that resolve, in the whole call.
    pub fn resolving(&self) -> usize {
        self.all.iter().filter(|o| matches!(o, MindOut::Say(s) if s.resolving)).count()
    }

    pub fn message(&self) -> Option<(Option<String>, String)> {
        self.all.iter().find_map(|o| match o {
            MindOut::Message { name, text } => Some((name.clone(), text.clone())),
            _ => None,
        })
    }
}

/// Order 1024 belongs to [`OWN`]; two doctors; booking 7.
pub fn world(call: &ToolCall) -> ToolResult {
    match call {
        ToolCall::FindOrder { name } => ToolResult::Order((name == "#1024").then(order)),
        ToolCall::FindReturnable { .. } => ToolResult::Returnable {
            items: vec![item("L1", "blue kurta"), item("L2", "steel bottle")],
            open_return: false,
        },
        ToolCall::RequestReturn { .. } => ToolResult::ReturnRequested { name: "#1024-R1".into(), existed: false },
        ToolCall::ListDoctors => ToolResult::Doctors(vec![rao(), mehta()]),
        ToolCall::FreeSlots { from, after_minute, limit, doctor } => {
            let day = from.clone().unwrap_or(Day("2026-11-23".into()));
            let start = after_minute.unwrap_or(0).max(540);
            let doctor = if *doctor == Some(DoctorId(2)) { mehta() } else { rao() };
            ToolResult::Slots((0..*limit as i64).map(|i| slot(&doctor, &day, start + 30 * i)).collect())
        }
        ToolCall::Book { starts_at, patient, .. } => ToolResult::Booking(Some(booking(8, patient, *starts_at))),
        ToolCall::FindBooking { number, patient, starts_at } => {
            let known = *number == Some(AppointmentId(7))
                || (patient.as_deref() == Some("Asha Rao") && *starts_at == zone().at(&Day("2026-11-24".into()), 630));
            ToolResult::Booking(
                known.then(|| booking(7, "Asha Rao", zone().at(&Day("2026-11-24".into()), 630).unwrap())),
            )
        }
        ToolCall::Move { number, starts_at, .. } => {
            ToolResult::Booking(Some(booking(number.0, "Asha Rao", *starts_at)))
        }
        ToolCall::Cancel { number } => {
            let mut b = booking(number.0, "Asha Rao", now());
            b.cancelled = true;
            ToolResult::Booking(Some(b))
        }
    }
}

pub fn order() -> Order {
    Order {
        id: "gid://1".into(),
        name: "#1024".into(),
        phones: vec![OWN.into()],
        state: OrderState::Shipped,
        tracking: Some(("Bluedart".into(), "BD77".into())),
        delivery: Some(Day("2026-11-25".into())),
        items: vec!["blue kurta".into()],
    }
}

pub fn item(id: &str, title: &str) -> LineItem {
    LineItem { id: id.into(), title: title.into(), quantity: 1 }
}

fn rao() -> Doctor {
    Doctor { id: DoctorId(1), name: "Doctor Rao".into(), speciality: "general medicine".into() }
}

fn mehta() -> Doctor {
    Doctor { id: DoctorId(2), name: "Doctor Mehta".into(), speciality: "skin".into() }
}

fn slot(doctor: &Doctor, day: &Day, minute: i64) -> Slot {
    Slot { doctor: doctor.clone(), starts_at: zone().at(day, minute).unwrap(), day: day.clone(), minute }
}

fn booking(number: i64, patient: &str, starts_at: At) -> Booking {
    let (day, (minute, _)) = (zone().day(starts_at), zone().minute_of_day(starts_at));
    Booking {
        number: AppointmentId(number),
        patient: patient.into(),
        phone: Some(OWN.into()),
        slot: slot(&mehta(), &day, minute),
        cancelled: false,
    }
}
