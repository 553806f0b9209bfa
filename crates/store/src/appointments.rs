//! What is booked in the clinic's slot book. That no two are booked at one doctor and time is a
//! unique index on both engines.

use crate::Store;
use crate::audit::Note;
use crate::doctors::takes_bookings;
use crate::error::{Result, StoreError};
use crate::sql::{DbRow, Tx, args};
use caly_core::id::{AppointmentId, CallId, ClientId, DoctorId};
use caly_core::scope::Scope;
use caly_core::time::At;
use serde::{Deserialize, Serialize};

/// A booking's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookedState {
    /// Stands.
    Booked,
    /// Given up; its slot is free.
    Cancelled,
}

/// A booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its number, told to the caller.
    pub id: AppointmentId,
    /// The doctor.
    pub doctor: DoctorId,
    /// When it starts.
    pub starts_at: At,
    /// Who called.
    pub caller_number: Option<String>,
    /// For whom.
    pub patient_name: String,
    /// Booked or cancelled.
    pub state: BookedState,
    /// The call that made it.
    pub call: Option<CallId>,
    /// Revision.
    pub rev: i64,
}

/// A booking to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAppointment {
    /// The doctor.
    pub doctor: DoctorId,
    /// When it starts.
    pub starts_at: At,
    /// Who called.
    pub caller_number: Option<String>,
    /// For whom.
    pub patient_name: String,
    /// The call that makes it.
    pub call: Option<CallId>,
}

fn appointment(row: &DbRow) -> Result<Appointment> {
    let state: String = row.get("state")?;
    Ok(Appointment {
        id: row.get("id")?,
        doctor: row.get("doctor_id")?,
        starts_at: row.get("starts_at")?,
        caller_number: row.opt("caller_number")?,
        patient_name: row.get("patient_name")?,
        state: match state.as_str() {
            "booked" => BookedState::Booked,
            "cancelled" => BookedState::Cancelled,
            _ => return Err(StoreError::Corrupt(state)),
        },
        call: row.opt("call_id")?,
        rev: row.get("rev")?,
    })
}

impl Store {
    /// Bookings that start in `from..to`, cancelled ones included, by start;
    /// at most 2000.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn appointments(&self, scope: &Scope, from: At, to: At) -> Result<Vec<Appointment>> {
        self.read(scope, (scope.client, from, to), |tx, (client, from, to)| {
            Box::pin(async move {
                let rows = tx
                    .all(
                        "SELECT * FROM appointments WHERE client_id = $1 AND starts_at >= $2 \
                         AND starts_at < $3 ORDER BY starts_at, id LIMIT 2000",
                        args![client, from, to],
                    )
                    .await?;
                rows.iter().map(appointment).collect()
            })
        })
        .await
    }

    /// One booking by its number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn appointment(&self, scope: &Scope, id: AppointmentId) -> Result<Appointment> {
        self.read(scope, (scope.client, id), |tx, (client, id)| Box::pin(async move { find(tx, *client, *id).await }))
            .await
    }

    /// The standing bookings at a moment; whose name fits is the asker's rule.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn appointments_at(&self, scope: &Scope, starts_at: At) -> Result<Vec<Appointment>> {
        self.read(scope, (scope.client, starts_at), |tx, (client, at)| {
            Box::pin(async move {
                let rows = tx
                    .all(
                        "SELECT * FROM appointments WHERE client_id = $1 AND starts_at = $2 \
                         AND state = 'booked' ORDER BY id",
                        args![client, at],
                    )
                    .await?;
                rows.iter().map(appointment).collect()
            })
        })
        .await
    }

    /// Books a slot.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] (`slot`) when it is taken or the doctor is not
    /// active; [`StoreError::NotFound`] (doctor or call).
    pub async fn book(&self, scope: &Scope, new: NewAppointment) -> Result<Appointment> {
        self.write(scope, (scope.client, new), |tx, (client, new)| {
            Box::pin(async move {
                takes_bookings(tx, *client, new.doctor).await?;
                let id = tx.next(*client, "appointment").await?;
                let row = tx
                    .opt(
                        "INSERT INTO appointments (client_id, id, doctor_id, starts_at, caller_number, \
                         patient_name, state, call_id, rev) \
                         VALUES ($1, $2, $3, $4, $5, $6, 'booked', $7, 1) \
                         ON CONFLICT (client_id, doctor_id, starts_at) WHERE state = 'booked' \
                         DO NOTHING RETURNING *",
                        args![client, id, new.doctor, new.starts_at, &new.caller_number, &new.patient_name, new.call],
                    )
                    .await?;
                appointment(&row.ok_or(StoreError::Conflict("slot"))?)
            })
        })
        .await
    }

    /// Moves a standing booking, in one statement: it never holds two slots
    /// and never none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] (`slot`) when it is taken or the doctor is not
    /// active; [`StoreError::NotFound`] when there is no such standing booking
    /// or doctor.
    pub async fn move_appointment(
        &self,
        scope: &Scope,
        id: AppointmentId,
        doctor: DoctorId,
        starts_at: At,
    ) -> Result<Appointment> {
        let args = (scope.client, id, doctor, starts_at);
        let moved = self.write(scope, args, |tx, (client, id, doctor, starts_at)| {
            Box::pin(async move {
                takes_bookings(tx, *client, *doctor).await?;
                let row = tx
                    .opt(
                        "UPDATE appointments SET doctor_id = $3, starts_at = $4, rev = rev + 1 \
                         WHERE client_id = $1 AND id = $2 AND state = 'booked' RETURNING *",
                        args![client, id, doctor, starts_at],
                    )
                    .await?;
                appointment(&row.ok_or(StoreError::NotFound("appointment"))?)
            })
        });
        match moved.await {
            // The only unique rule that an update can meet here.
            Err(StoreError::Conflict(_)) => Err(StoreError::Conflict("slot")),
            other => other,
        }
    }

    /// Cancels a booking; cancelling again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn cancel_appointment(&self, scope: &Scope, id: AppointmentId, now: At) -> Result<Appointment> {
        self.write(scope, (scope.clone(), id, now), |tx, (scope, id, now)| {
            Box::pin(async move {
                let changed = tx
                    .exec(
                        "UPDATE appointments SET state = 'cancelled', rev = rev + 1 \
                         WHERE client_id = $1 AND id = $2 AND state = 'booked'",
                        args![scope.client, id],
                    )
                    .await?;
                let row = find(tx, scope.client, *id).await?;
                if changed > 0 {
                    let body = serde_json::json!({"appointment": id, "doctor": row.doctor, "starts_at": row.starts_at});
                    tx.note(Note::new(scope, *now, "appointment.cancel", &body));
                }
                Ok(row)
            })
        })
        .await
    }
}

async fn find(tx: &mut Tx<'_>, client: ClientId, id: AppointmentId) -> Result<Appointment> {
    let row = tx.opt("SELECT * FROM appointments WHERE client_id = $1 AND id = $2", args![client, id]).await?;
    appointment(&row.ok_or(StoreError::NotFound("appointment"))?)
}
