//! `GET` and `POST /api/doctors`, `PUT /api/doctors/{id}`: who sees patients,
//! and when. What is booked with them is `manage/appointments.rs`.

use crate::auth::guard::Who;
use crate::error::{FieldProblem, Problem, ProblemBody};
use crate::extract::{Body, Id};
use crate::manage::fields;
use crate::state::{App, AppState};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use caly_core::id::DoctorId;
use caly_core::sector::Sector;
use caly_store::{Doctor, DoctorHours, NewDoctor, StoreError};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use utoipa::ToSchema;

/// Characters of a name: it is said aloud.
const LONGEST_NAME: usize = 80;
/// Characters of a speciality.
const LONGEST_SPECIALITY: usize = 60;
/// Minutes of a slot.
const SLOT: RangeInclusive<i64> = 5..=120;
/// Spans of a week: four a day.
const MOST_HOURS: usize = 28;
/// Minutes of a day.
const DAY_MIN: i64 = 24 * 60;

/// The doctors.
#[derive(Debug, Serialize, ToSchema)]
pub struct Doctors {
    /// Active ones first, then in the order of their ids.
    pub doctors: Vec<DoctorView>,
}

/// One doctor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Doctor)]
pub struct DoctorView {
    /// Counted per client.
    pub id: i64,
    /// As spoken.
    pub name: String,
    /// Speciality.
    pub speciality: String,
    /// Minutes of one slot.
    pub slot_minutes: i64,
    /// When the doctor is there, in the client's zone; by weekday and start.
    pub hours: Vec<HoursView>,
    /// Whether new appointments are made and moved here. Those that stand stay.
    pub is_active: bool,
    /// Revision, to be sent with a change.
    pub rev: i64,
}

/// A span of a weekday.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DoctorHours)]
pub struct HoursView {
    /// Monday is 1, Sunday 7.
    #[schema(minimum = 1, maximum = 7)]
    pub weekday: i64,
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`, at the latest `24:00`; at least one slot behind `from`.
    pub to: String,
}

/// A doctor to be entered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddDoctor {
    /// As spoken, one line of 1 to 80 characters. No two active doctors have the
    /// same, whatever its case: callers and the agent name them by it.
    pub name: String,
    /// What the agent says beside the name, one line of 1 to 60 characters.
    pub speciality: String,
    /// Minutes of one slot.
    #[schema(minimum = 5, maximum = 120)]
    pub slot_minutes: i64,
    /// At most 28 spans; those of one weekday do not overlap. Without any
    /// nothing is offered.
    pub hours: Vec<HoursView>,
}

/// A doctor, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutDoctor {
    /// As spoken, one line of 1 to 80 characters. No two active doctors have the
    /// same, whatever its case: callers and the agent name them by it.
    pub name: String,
    /// What the agent says beside the name, one line of 1 to 60 characters.
    pub speciality: String,
    /// Minutes of one slot.
    #[schema(minimum = 5, maximum = 120)]
    pub slot_minutes: i64,
    /// At most 28 spans; those of one weekday do not overlap. Without any
    /// nothing is offered.
    pub hours: Vec<HoursView>,
    /// Whether new appointments are made and moved here. Those that stand stay.
    pub is_active: bool,
    /// The rev you looked at.
    pub rev: i64,
}

/// List doctors.
#[utoipa::path(get, path = "/api/doctors", tag = "clinic",
    responses((status = 200, body = Doctors), (status = 401, body = ProblemBody)))]
pub async fn list_doctors(State(app): State<App>, who: Who) -> Result<Json<Doctors>, Problem> {
    let doctors = app.store.doctors(&who.scope).await?;
    Ok(Json(Doctors { doctors: doctors.into_iter().map(view).collect() }))
}

/// Enter a doctor. The clinic's agent offers his free times from the next
/// question on.
#[utoipa::path(post, path = "/api/doctors", tag = "clinic", request_body = AddDoctor,
    responses((status = 201, body = DoctorView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn add_doctor(
    State(app): State<App>,
    who: Who,
    Body(ask): Body<AddDoctor>,
) -> Result<(StatusCode, Json<DoctorView>), Problem> {
    keeps_a_book(&who)?;
    let new = checked(ask, true)?;
    let doctor = app.store.add_doctor(&who.scope, new, app.clock.now()).await?;
    Ok((StatusCode::CREATED, Json(view(doctor))))
}

/// Replace a doctor and his hours. Appointments that stand stay, also outside
/// the new hours and of one who is no longer active.
#[utoipa::path(put, path = "/api/doctors/{id}", tag = "clinic", request_body = PutDoctor, params(("id" = i64, Path)),
    responses((status = 200, body = DoctorView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn put_doctor(
    State(app): State<App>,
    who: Who,
    Id(id): Id<DoctorId>,
    Body(ask): Body<PutDoctor>,
) -> Result<Json<DoctorView>, Problem> {
    keeps_a_book(&who)?;
    let PutDoctor { name, speciality, slot_minutes, hours, is_active, rev } = ask;
    let to = checked(AddDoctor { name, speciality, slot_minutes, hours }, is_active)?;
    match app.store.put_doctor(&who.scope, id, to, rev, app.clock.now()).await {
        Ok(doctor) => Ok(Json(view(doctor))),
        Err(error) => Err(with_current(&app, &who, id, error).await),
    }
}

fn keeps_a_book(who: &Who) -> Result<(), Problem> {
    if who.client.sector == Sector::Healthcare {
        return Ok(());
    }
    let detail = "Only a clinic keeps a slot book; set the company's sector to healthcare first.";
    Err(Problem::conflict("no_slot_book", detail))
}

/// The fields as the store takes them, or every one that is to blame.
fn checked(ask: AddDoctor, is_active: bool) -> Result<NewDoctor, Problem> {
    let mut errors = Vec::new();
    let mut line = |field, text: &str, most| {
        fields::line_of(field, text, most).unwrap_or_else(|why| {
            errors.push(FieldProblem { field: field.to_owned(), detail: why.detail });
            String::new()
        })
    };
    let name = line("name", &ask.name, LONGEST_NAME);
    let speciality = line("speciality", &ask.speciality, LONGEST_SPECIALITY);
    if !SLOT.contains(&ask.slot_minutes) {
        let detail = format!("slot_minutes must be {} to {}.", SLOT.start(), SLOT.end());
        errors.push(FieldProblem { field: "slot_minutes".into(), detail });
    }
    let hours = spans(&ask.hours, ask.slot_minutes, &mut errors);
    if errors.is_empty() {
        Ok(NewDoctor { name, speciality, slot_minutes: ask.slot_minutes, hours, is_active })
    } else {
        Err(Problem::invalid_fields(errors))
    }
}

fn spans(ask: &[HoursView], slot_minutes: i64, errors: &mut Vec<FieldProblem>) -> Vec<DoctorHours> {
    if ask.len() > MOST_HOURS {
        let detail = format!("hours takes at most {MOST_HOURS} spans.");
        errors.push(FieldProblem { field: "hours".into(), detail });
        return Vec::new();
    }
    let mut spans: Vec<DoctorHours> = Vec::new();
    for (n, one) in ask.iter().enumerate() {
        let meets =
            |s: &DoctorHours, t: &DoctorHours| s.weekday == t.weekday && s.from_min < t.to_min && t.from_min < s.to_min;
        match span(one, slot_minutes) {
            Ok(span) if spans.iter().any(|other| meets(other, &span)) => errors.push(FieldProblem {
                field: format!("hours[{n}]"),
                detail: "Two spans of one weekday overlap; make them one.".into(),
            }),
            Ok(span) => spans.push(span),
            Err((part, detail)) => errors.push(FieldProblem { field: format!("hours[{n}].{part}"), detail }),
        }
    }
    spans
}

/// One span, or which part of it is to blame and why.
fn span(one: &HoursView, slot_minutes: i64) -> Result<DoctorHours, (&'static str, String)> {
    if !(1..=7).contains(&one.weekday) {
        return Err(("weekday", "weekday is 1 (Monday) to 7 (Sunday).".into()));
    }
    let from_min = minutes(&one.from).filter(|m| *m < DAY_MIN);
    let from_min = from_min.ok_or(("from", "from is a time from 00:00 to 23:59, such as 09:30.".to_owned()))?;
    let to_min = minutes(&one.to);
    let to_min = to_min.ok_or(("to", "to is a time from 00:01 to 24:00, such as 17:30.".to_owned()))?;
    if to_min <= from_min {
        return Err(("to", "to is later than from; a night that goes on is two spans.".into()));
    }
    // A slot length that is itself refused says nothing of the spans.
    if SLOT.contains(&slot_minutes) && to_min - from_min < slot_minutes {
        return Err((
            "to",
            format!("A span holds at least one slot: to is {slot_minutes} minutes after from or later."),
        ));
    }
    Ok(DoctorHours { weekday: one.weekday, from_min, to_min })
}

/// `HH:MM` as minutes since midnight, up to 24:00.
fn minutes(text: &str) -> Option<i64> {
    let digits = |part: &str| {
        let fits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        if fits { part.parse::<i64>().ok() } else { None }
    };
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (digits(hour)?, digits(minute)?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= DAY_MIN).then_some(total)
}

/// A stale refusal shows the doctor as he is now.
async fn with_current(app: &AppState, who: &Who, id: DoctorId, error: StoreError) -> Problem {
    let problem = match error {
        stale @ StoreError::Stale { .. } => Problem::from(stale).at("rev"),
        other => return other.into(),
    };
    match app.store.doctor(&who.scope, id).await {
        Ok(current) => problem.with_current(&view(current)),
        Err(other) => other.into(),
    }
}

fn view(doctor: Doctor) -> DoctorView {
    let clock = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let hours = |h: DoctorHours| HoursView { weekday: h.weekday, from: clock(h.from_min), to: clock(h.to_min) };
    DoctorView {
        id: doctor.id.0,
        name: doctor.name,
        speciality: doctor.speciality,
        slot_minutes: doctor.slot_minutes,
        hours: doctor.hours.into_iter().map(hours).collect(),
        is_active: doctor.is_active,
        rev: doctor.rev,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(hours: &[(i64, &str, &str)]) -> AddDoctor {
        let span = |&(weekday, from, to): &(i64, &str, &str)| HoursView { weekday, from: from.into(), to: to.into() };
        AddDoctor {
            name: " Doctor Rao ".into(),
            speciality: "Skin".into(),
            slot_minutes: 20,
            hours: hours.iter().map(span).collect(),
        }
    }

    fn blamed(ask: AddDoctor) -> Vec<String> {
        checked(ask, true).unwrap_err().errors.into_iter().map(|e| e.field).collect()
    }

    #[test]
    fn what_fits_is_taken_as_minutes() {
        let new = checked(ask(&[(1, "09:00", "12:30"), (1, "12:30", "13:00"), (7, "23:40", "24:00")]), true).unwrap();
        let read: Vec<_> = new.hours.iter().map(|h| (h.weekday, h.from_min, h.to_min)).collect();
        assert_eq!((new.name.as_str(), read), ("Doctor Rao", vec![(1, 540, 750), (1, 750, 780), (7, 1420, 1440)]));
        assert!(checked(ask(&[]), false).unwrap().hours.is_empty());
    }

    #[test]
    fn every_fault_is_named_by_its_path() {
        let night = [(1, "22:00", "06:00"), (0, "09:00", "10:00"), (2, "9:00", "10:00"), (2, "09:00", "24:01")];
        assert_eq!(blamed(ask(&night)), ["hours[0].to", "hours[1].weekday", "hours[2].from", "hours[3].to"]);
        let short = [(3, "09:00", "09:19"), (3, "24:00", "24:00"), (3, "09:60", "11:00"), (3, "+9:00", "11:00")];
        assert_eq!(blamed(ask(&short)), ["hours[0].to", "hours[1].from", "hours[2].from", "hours[3].from"]);
        let meets = [(4, "09:00", "10:00"), (5, "09:00", "10:00"), (4, "09:40", "10:40")];
        assert_eq!(blamed(ask(&meets)), ["hours[2]"]);
        assert_eq!(blamed(ask(&[(1, "09:00", "10:00"); 29])), ["hours"]);
        let nothing = AddDoctor { name: " ".into(), speciality: "x".repeat(61), slot_minutes: 121, ..ask(&[]) };
        assert_eq!(blamed(nothing), ["name", "speciality", "slot_minutes"]);
        let long = AddDoctor { name: "é".repeat(81), slot_minutes: 4, ..ask(&[]) };
        assert_eq!(blamed(long), ["name", "slot_minutes"]);
        assert!(checked(AddDoctor { name: "é".repeat(80), slot_minutes: 5, ..ask(&[]) }, true).is_ok());
    }
}
