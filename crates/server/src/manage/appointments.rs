//! `GET /api/doctors` and `GET /api/appointments`: the clinic's slot book.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::Ask;
use crate::manage::page;
use crate::manage::wire::number_for;
use crate::manage::words;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::time::{At, DAY};
use caly_store::{Appointment, BookedState, DoctorHours, DoctorRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The longest span of one reading.
const LONGEST: i64 = 92 * DAY;

/// The doctors.
#[derive(Debug, Serialize, ToSchema)]
pub struct Doctors {
    /// In the order of their ids.
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
    /// When the doctor is there, in the client's zone.
    pub hours: Vec<HoursView>,
}

/// A span of a weekday.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DoctorHours)]
pub struct HoursView {
    /// Monday is 1.
    pub weekday: i64,
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`.
    pub to: String,
}

/// Which bookings.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AppointmentsAsk {
    /// First moment, RFC 3339; now when left out.
    #[param(format = DateTime)]
    pub from: Option<String>,
    /// Before this moment, RFC 3339; 30 days after `from` when left out.
    #[param(format = DateTime)]
    pub to: Option<String>,
}

/// The bookings of the span, earliest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Appointments {
    /// The bookings.
    pub appointments: Vec<AppointmentView>,
}

/// One booking.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Appointment)]
pub struct AppointmentView {
    /// The number that the agent tells the caller.
    pub id: i64,
    /// The doctor.
    pub doctor_id: i64,
    /// RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub starts_at: String,
    /// For whom.
    pub patient_name: String,
    /// Masked by role.
    pub caller_number: Option<String>,
    /// Whether it stands.
    #[schema(value_type = words::AppointmentState)]
    pub state: BookedState,
    /// The call in which it was made.
    pub call_id: Option<String>,
}

/// List doctors.
#[utoipa::path(get, path = "/api/doctors", tag = "clinic",
    responses((status = 200, body = Doctors), (status = 401, body = ProblemBody)))]
pub async fn list_doctors(State(app): State<App>, who: Who) -> Result<Json<Doctors>, Problem> {
    let hours = app.store.doctor_hours(&who.scope).await?;
    let doctors = app.store.doctors(&who.scope).await?;
    let view = |doctor: DoctorRow| DoctorView {
        hours: hours.iter().filter(|h| h.doctor == doctor.id).map(HoursView::from).collect(),
        id: doctor.id.0,
        name: doctor.name,
        speciality: doctor.speciality,
        slot_minutes: doctor.slot_minutes,
    };
    Ok(Json(Doctors { doctors: doctors.into_iter().map(view).collect() }))
}

/// List bookings.
#[utoipa::path(get, path = "/api/appointments", tag = "clinic", params(AppointmentsAsk),
    responses((status = 200, body = Appointments), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody)))]
pub async fn list_appointments(
    State(app): State<App>,
    who: Who,
    Ask(ask): Ask<AppointmentsAsk>,
) -> Result<Json<Appointments>, Problem> {
    let (from, to) = span(&ask, app.clock.now())?;
    let rows = app.store.appointments(&who.scope, from, to).await?;
    let appointments = rows.into_iter().map(|row| view(&who, row)).collect();
    Ok(Json(Appointments { appointments }))
}

fn view(who: &Who, row: Appointment) -> AppointmentView {
    AppointmentView {
        id: row.id.0,
        doctor_id: row.doctor.0,
        starts_at: row.starts_at.rfc3339(),
        patient_name: row.patient_name,
        caller_number: number_for(&who.scope, row.caller_number.as_deref(), false),
        state: row.state,
        call_id: row.call.map(|call| call.to_string()),
    }
}

impl From<&DoctorHours> for HoursView {
    fn from(hours: &DoctorHours) -> Self {
        Self { weekday: hours.weekday, from: clock(hours.from_min), to: clock(hours.to_min) }
    }
}

fn span(ask: &AppointmentsAsk, now: At) -> Result<(At, At), Problem> {
    let from = page::moment("from", ask.from.as_deref())?.unwrap_or(now);
    let to = page::moment("to", ask.to.as_deref())?.unwrap_or(from.plus(30 * DAY));
    if to <= from || to.since(from) > LONGEST {
        return Err(Problem::bad_request("bad_query", "to must lie after from, by at most 92 days.").at("to"));
    }
    Ok((from, to))
}

fn clock(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_forward_and_bounded() {
        let ask = |from: Option<&str>, to: Option<&str>| AppointmentsAsk {
            from: from.map(Into::into),
            to: to.map(Into::into),
        };
        assert_eq!(span(&ask(None, None), At(5)).unwrap(), (At(5), At(5).plus(30 * DAY)));
        assert!(span(&ask(Some("2026-11-23T00:00:00Z"), Some("2026-11-23T00:00:00Z")), At(0)).is_err());
        assert!(span(&ask(Some("2026-11-23T00:00:00Z"), Some("2027-11-23T00:00:00Z")), At(0)).is_err());
        assert_eq!(clock(570), "09:30");
    }
}
