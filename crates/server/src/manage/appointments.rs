//! `GET /api/appointments`, `POST /api/appointments/{id}/cancel`: what is booked
//! in the clinic's slot book.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::{Ask, Id};
use crate::manage::page;
use crate::manage::wire::number_for;
use crate::manage::words;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::id::AppointmentId;
use caly_core::time::{At, DAY};
use caly_store::{Appointment, BookedState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The longest span of one reading.
const LONGEST: i64 = 92 * DAY;

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

/// Cancel a booking for a patient who tells a person: its slot is free again.
/// Cancelling again changes nothing.
#[utoipa::path(post, path = "/api/appointments/{id}/cancel", tag = "clinic", params(("id" = i64, Path)),
    responses((status = 200, body = AppointmentView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn cancel_appointment(
    State(app): State<App>,
    who: Who,
    Id(id): Id<AppointmentId>,
) -> Result<Json<AppointmentView>, Problem> {
    let row = app.store.cancel_appointment(&who.scope, id, app.clock.now()).await?;
    Ok(Json(view(&who, row)))
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

fn span(ask: &AppointmentsAsk, now: At) -> Result<(At, At), Problem> {
    let from = page::moment("from", ask.from.as_deref())?.unwrap_or(now);
    let to = page::moment("to", ask.to.as_deref())?.unwrap_or(from.plus(30 * DAY));
    if to <= from || to.since(from) > LONGEST {
        return Err(Problem::bad_request("bad_query", "to must lie after from, by at most 92 days.").at("to"));
    }
    Ok((from, to))
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
    }
}
