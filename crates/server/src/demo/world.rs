//! What shop and clinic answered in the made-up past, as plausible as the
//! callers: orders, returns, doctors and their free times.

use super::caller::{Caller, ITEMS, pick};
use super::cast::{PHYSICIANS, Physician};
use caly_core::id::{AppointmentId, DoctorId};
use caly_core::time::{At, Day, Zone};
use caly_core::tool::{Booking, Doctor, LineItem, Order, OrderState, Slot, ToolCall, ToolResult};
use rand::RngExt as _;

/// A day on which no doctor of the demo is there is followed by one.
const LOOK_AHEAD: i64 = 10;
const COURIERS: &[&str] = &["Blue Dart", "Delhivery", "DTDC", "India Post"];

/// The far sides as they stood when the call came in.
#[derive(Debug)]
pub(super) struct World<'a> {
    /// The client's zone.
    pub zone: &'a Zone,
    /// When it is.
    pub now: At,
}

impl World<'_> {
    /// Answers one tool.
    pub(super) fn answer(&self, call: &ToolCall, caller: &mut Caller) -> ToolResult {
        match call {
            ToolCall::FindOrder { name } => ToolResult::Order(Some(self.order(name, caller))),
            ToolCall::FindReturnable { .. } => {
                let many = caller.rng.random_range(1..=2);
                ToolResult::Returnable { items: items(many, caller), open_return: false }
            }
            ToolCall::RequestReturn { order_name, .. } => {
                ToolResult::ReturnRequested { name: format!("{order_name}-R1"), existed: false }
            }
            ToolCall::ListDoctors => {
                let all = (1..).zip(PHYSICIANS).map(|(id, p)| doctor(DoctorId(id), p));
                ToolResult::Doctors(all.collect())
            }
            ToolCall::FreeSlots { doctor, from, after_minute, limit } => {
                ToolResult::Slots(self.free(*doctor, from.as_ref(), after_minute.unwrap_or(0), *limit))
            }
            ToolCall::Book { doctor, starts_at, patient } => {
                let number = AppointmentId(caller.rng.random_range(101..980));
                ToolResult::Booking(self.booking(number, (patient, &caller.phone), *doctor, *starts_at, false))
            }
            ToolCall::FindBooking { number, patient, starts_at } => {
                let number = number.unwrap_or(AppointmentId(417));
                let who = patient.clone().unwrap_or_else(|| caller.name().to_owned());
                let id = DoctorId(caller.rng.random_range(1..=3));
                let stood = self.free(Some(id), None, 600, 1).first().map(|s| s.starts_at);
                ToolResult::Booking(
                    starts_at.or(stood).and_then(|at| self.booking(number, (&who, &caller.phone), id, at, false)),
                )
            }
            ToolCall::Move { number, starts_at, doctor } => {
                ToolResult::Booking(self.booking(*number, (caller.name(), &caller.phone), *doctor, *starts_at, false))
            }
            ToolCall::Cancel { number } => {
                ToolResult::Booking(self.booking(*number, (caller.name(), &caller.phone), DoctorId(1), self.now, true))
            }
        }
    }

    /// Most callers ring from the phone that is on their order.
    fn order(&self, name: &str, caller: &mut Caller) -> Order {
        let states = [OrderState::Shipped, OrderState::Shipped, OrderState::Processing, OrderState::Delivered];
        let state = *pick(&mut caller.rng, &states);
        let days = match state {
            OrderState::Delivered => -caller.rng.random_range(1..4_i64),
            _ => caller.rng.random_range(1..6),
        };
        let shipped = matches!(state, OrderState::Shipped | OrderState::Delivered);
        let courier = *pick(&mut caller.rng, COURIERS);
        let tracking = format!("{}", caller.rng.random_range(1_000_000..9_999_999_u32));
        let phone = if caller.by_chance(0.7) { caller.phone.clone() } else { caller.other_phone.clone() };
        Order {
            id: format!("past/{name}"),
            name: name.to_owned(),
            phones: vec![phone],
            state,
            tracking: shipped.then(|| (courier.to_owned(), tracking)),
            delivery: Zone::shift(&self.zone.day(self.now), days),
            items: items(1, caller).into_iter().map(|i| i.title).collect(),
        }
    }

    /// The next times of one doctor, or of the first.
    fn free(&self, who: Option<DoctorId>, from: Option<&Day>, after: i64, limit: usize) -> Vec<Slot> {
        let id = who.unwrap_or(DoctorId(1));
        let Some(physician) = physician(id) else { return Vec::new() };
        let today = self.zone.day(self.now);
        let first = from.unwrap_or(&today);
        let mut found = Vec::new();
        for day in (0..LOOK_AHEAD).filter_map(|n| Zone::shift(first, n)) {
            let Some(midnight) = self.zone.at(&day, 0) else { continue };
            let weekday = i64::from(self.zone.minute_of_day(midnight).1);
            for (_, opens, closes) in physician.hours.iter().filter(|h| h.0 == weekday) {
                // What was asked for is taken from the day's own hours, as the slot book does.
                let begins = if (*opens..*closes).contains(&after) { after } else { *opens };
                let step = usize::try_from(physician.slot_minutes).unwrap_or(15);
                for minute in (begins..*closes).step_by(step) {
                    let Some(at) = self.zone.at(&day, minute).filter(|at| *at > self.now) else { continue };
                    found.push(Slot { doctor: doctor(id, physician), starts_at: at, day: day.clone(), minute });
                }
            }
            if !found.is_empty() {
                break;
            }
        }
        found.truncate(limit);
        found
    }

    /// Whoever booked rings again from the same phone.
    fn booking(
        &self,
        number: AppointmentId,
        (patient, phone): (&str, &str),
        id: DoctorId,
        starts_at: At,
        cancelled: bool,
    ) -> Option<Booking> {
        let (day, (minute, _)) = (self.zone.day(starts_at), self.zone.minute_of_day(starts_at));
        let slot = Slot { doctor: doctor(id, physician(id)?), starts_at, day, minute };
        Some(Booking { number, patient: patient.to_owned(), phone: Some(phone.to_owned()), slot, cancelled })
    }
}

fn physician(id: DoctorId) -> Option<&'static Physician> {
    PHYSICIANS.get(usize::try_from(id.0 - 1).ok()?)
}

fn doctor(id: DoctorId, p: &Physician) -> Doctor {
    Doctor { id, name: p.name.into(), speciality: p.speciality.into() }
}

/// So many different things, from anywhere in the shop.
fn items(many: usize, caller: &mut Caller) -> Vec<LineItem> {
    let first = caller.rng.random_range(0..ITEMS.len());
    (0..many)
        .map(|n| LineItem { id: format!("past-{n}"), title: ITEMS[(first + 5 * n) % ITEMS.len()].into(), quantity: 1 })
        .collect()
}
