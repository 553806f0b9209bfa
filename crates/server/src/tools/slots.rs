//! The clinic's slot book over the store's rows.

mod calendar;

use super::{CallContext, ClientTools, Done, ToolError};
use calendar::{DAYS_AHEAD, Days, Practice, Taken, Wish};
use caly_core::id::{AppointmentId, DoctorId};
use caly_core::scope::Scope;
use caly_core::time::{At, DAY, MINUTE};
use caly_core::tool::{Booking, Doctor, ToolCall, ToolResult};
use caly_store::{Appointment, BookedState, NewAppointment, StoreError};

/// No slot is longer, ms: so far around a time its neighbours are looked at.
const LONGEST_SLOT: i64 = 120 * MINUTE;

impl ClientTools {
    pub(super) async fn slot_book(&self, scope: &Scope, ctx: &CallContext, call: ToolCall) -> Done {
        let book = self.book_of(scope).await?;
        if book.active.is_empty() && book.left.is_empty() {
            return Ok(ToolResult::NotConnected);
        }
        match call {
            ToolCall::ListDoctors => Ok(ToolResult::Doctors(book.active.into_iter().map(|p| p.doctor).collect())),
            ToolCall::FreeSlots { doctor, from, after_minute, limit } => {
                self.free_slots(scope, &book, Wish { doctor, from, after_minute, limit }).await
            }
            ToolCall::Book { doctor, starts_at, patient } => {
                let new = NewAppointment {
                    doctor,
                    starts_at,
                    caller_number: ctx.caller.clone(),
                    patient_name: patient,
                    call: Some(ctx.call),
                };
                self.book(scope, &book, new).await
            }
            ToolCall::FindBooking { number, patient, starts_at } => {
                self.find_booking(scope, &book, number, patient.zip(starts_at)).await
            }
            ToolCall::Move { number, starts_at, doctor } => {
                self.move_booking(scope, &book, number, doctor, starts_at).await
            }
            ToolCall::Cancel { number } => {
                self.told(&book, self.store.cancel_appointment(scope, number, book.days.now).await)
            }
            ToolCall::FindOrder { .. } | ToolCall::FindReturnable { .. } | ToolCall::RequestReturn { .. } => {
                Ok(ToolResult::NotConnected)
            }
        }
    }

    async fn book_of(&self, scope: &Scope) -> Result<Book, ToolError> {
        let (mut active, mut left) = (Vec::new(), Vec::new());
        for row in self.store.doctors(scope).await? {
            let doctor = Doctor { id: row.id, name: row.name, speciality: row.speciality };
            if row.is_active {
                let hours = row.hours.iter().map(|h| (h.weekday, h.from_min, h.to_min)).collect();
                active.push(Practice { hours, slot_minutes: row.slot_minutes, doctor });
            } else {
                left.push(doctor);
            }
        }
        let holidays = self.store.rules(scope).await?.rules.holidays;
        let closed = holidays.into_iter().map(|holiday| holiday.day).collect();
        let days = Days { zone: self.zone(scope).await?, now: self.clock.now(), closed };
        Ok(Book { active, left, days })
    }

    async fn free_slots(&self, scope: &Scope, book: &Book, wish: Wish) -> Done {
        // One day more than is offered: local days begin before or after UTC's.
        let to = book.days.now.plus((DAYS_AHEAD + 2) * DAY);
        let taken = self.taken(scope, book.days.now, to, None).await?;
        let (practices, wish) = book.asked(wish);
        Ok(ToolResult::Slots(calendar::free(&practices, &taken, &wish, &book.days)))
    }

    /// What is booked and could reach into `from..to`; not the one that moves.
    async fn taken(&self, scope: &Scope, from: At, to: At, moving: Option<AppointmentId>) -> Result<Taken, ToolError> {
        let near = self.store.appointments(scope, from.plus(-LONGEST_SLOT), to.plus(LONGEST_SLOT)).await?;
        let stands = near.iter().filter(|a| a.state == BookedState::Booked && Some(a.id) != moving);
        Ok(stands.map(|a| (a.doctor, a.starts_at)).collect())
    }

    async fn book(&self, scope: &Scope, book: &Book, new: NewAppointment) -> Done {
        // The same call asking again for what it has is a repeat, not a clash.
        for standing in self.store.appointments_at(scope, new.starts_at).await? {
            if standing.call == new.call && standing.doctor == new.doctor {
                return self.told(book, Ok(standing));
            }
        }
        let taken = self.taken(scope, new.starts_at, new.starts_at, None).await?;
        if !book.has_slot(new.doctor, new.starts_at, &taken) {
            return Ok(ToolResult::SlotTaken);
        }
        self.told(book, self.store.book(scope, new).await)
    }

    /// By its own number, or by the patient's name with day and time.
    async fn find_booking(
        &self,
        scope: &Scope,
        book: &Book,
        number: Option<AppointmentId>,
        named: Option<(String, At)>,
    ) -> Done {
        if let Some(number) = number {
            return self.told(book, self.store.appointment(scope, number).await);
        }
        let Some((patient, starts_at)) = named else {
            return Ok(ToolResult::Booking(None));
        };
        let at = self.store.appointments_at(scope, starts_at).await?;
        let mut fitting = at.into_iter().filter(|a| same_name(&a.patient_name, &patient));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => self.told(book, Ok(only)),
            // Nobody, or two of one name at one time: the number must say it.
            _ => Ok(ToolResult::Booking(None)),
        }
    }

    async fn move_booking(
        &self,
        scope: &Scope,
        book: &Book,
        number: AppointmentId,
        doctor: DoctorId,
        starts_at: At,
    ) -> Done {
        let taken = self.taken(scope, starts_at, starts_at, Some(number)).await?;
        if !book.has_slot(doctor, starts_at, &taken) {
            return Ok(ToolResult::SlotTaken);
        }
        self.told(book, self.store.move_appointment(scope, number, doctor, starts_at).await)
    }

    fn told(&self, book: &Book, row: Result<Appointment, StoreError>) -> Done {
        match row {
            Ok(row) => Ok(ToolResult::Booking(Some(book.booking(row)))),
            Err(StoreError::NotFound("appointment")) => Ok(ToolResult::Booking(None)),
            Err(StoreError::Conflict("slot")) => Ok(ToolResult::SlotTaken),
            Err(other) => Err(other.into()),
        }
    }
}

/// The clinic's doctors at one moment.
struct Book {
    active: Vec<Practice>,
    /// No longer active: bookings with them are told, moved away and cancelled.
    left: Vec<Doctor>,
    days: Days,
}

impl Book {
    fn has_slot(&self, doctor: DoctorId, starts_at: At, taken: &Taken) -> bool {
        let practice = self.active.iter().find(|p| p.doctor.id == doctor);
        practice.is_some_and(|p| {
            calendar::is_free(p, starts_at, taken) && calendar::slot_at(p, starts_at, &self.days).is_some()
        })
    }

    /// Whose times are looked at. A booking with a doctor who has left moves to
    /// another: one of the same speciality where there is one.
    fn asked(&self, wish: Wish) -> (Vec<Practice>, Wish) {
        let Some(left) = self.left.iter().find(|d| Some(d.id) == wish.doctor) else {
            return (self.active.clone(), wish);
        };
        let same = |p: &&Practice| p.doctor.speciality.to_lowercase() == left.speciality.to_lowercase();
        let same: Vec<Practice> = self.active.iter().filter(same).cloned().collect();
        let others = if same.is_empty() { self.active.clone() } else { same };
        (others, Wish { doctor: None, ..wish })
    }

    fn booking(&self, row: Appointment) -> Booking {
        let found = self.active.iter().map(|p| &p.doctor).chain(&self.left).find(|d| d.id == row.doctor);
        let doctor = found.cloned().unwrap_or_else(
            // The foreign key keeps doctors of bookings; this is for reading only.
            || Doctor { id: row.doctor, name: "the doctor".into(), speciality: String::new() },
        );
        Booking {
            number: row.id,
            patient: row.patient_name,
            phone: row.caller_number,
            slot: calendar::told(doctor, row.starts_at, &self.days.zone),
            cancelled: row.state == BookedState::Cancelled,
        }
    }
}

/// The same name, however it was written: case, dots and titles aside.
fn same_name(a: &str, b: &str) -> bool {
    let plain = |name: &str| {
        let words = name.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        words.filter(|w| !w.is_empty() && !matches!(w.as_str(), "mr" | "mrs" | "ms" | "miss")).collect::<Vec<_>>()
    };
    let (a, b) = (plain(a), plain(b));
    !a.is_empty() && a == b
}
