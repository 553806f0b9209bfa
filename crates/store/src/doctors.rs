//! The clinic's doctors and when they are there; what is booked with them is
//! `appointments.rs`.

use crate::Store;
use crate::audit::Note;
use crate::error::{Result, StoreError};
use crate::members::check_rev;
use crate::sql::{DbRow, Tx, args};
use caly_core::id::{ClientId, DoctorId};
use caly_core::scope::Scope;
use caly_core::time::At;
use serde::{Deserialize, Serialize};

/// A doctor with his hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doctor {
    /// The id.
    pub id: DoctorId,
    /// Name as spoken; no two active ones of a client have the same.
    pub name: String,
    /// Speciality.
    pub speciality: String,
    /// Length of a slot, minutes.
    pub slot_minutes: i64,
    /// By weekday and start.
    pub hours: Vec<DoctorHours>,
    /// Whether anything is booked with him; what is booked stands.
    pub is_active: bool,
    /// Revision.
    pub rev: i64,
}

/// A doctor as he shall be; whoever hands it in has checked the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDoctor {
    /// Name as spoken.
    pub name: String,
    /// Speciality.
    pub speciality: String,
    /// Length of a slot, minutes.
    pub slot_minutes: i64,
    /// All of them, in any order.
    pub hours: Vec<DoctorHours>,
    /// Whether anything is booked with him.
    pub is_active: bool,
}

/// A stretch of a weekday, in the client's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DoctorHours {
    /// Monday = 1.
    pub weekday: i64,
    /// First minute of the local day.
    pub from_min: i64,
    /// Minute after the last.
    pub to_min: i64,
}

impl Store {
    /// Adds a doctor with his hours.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] (`doctor_name`) when an active one is called so.
    pub async fn add_doctor(&self, scope: &Scope, new: NewDoctor, now: At) -> Result<Doctor> {
        self.write(scope, (scope.clone(), new, now), |tx, (scope, new, now)| {
            Box::pin(async move {
                // The counter's row is held from here on: names are compared
                // by one writer after the other.
                let id = DoctorId(tx.next(scope.client, "doctor").await?);
                free_name(tx, scope.client, id, new).await?;
                tx.exec(
                    "INSERT INTO doctors (client_id, id, name, speciality, slot_minutes, is_active, rev) \
                     VALUES ($1, $2, $3, $4, $5, $6, 1)",
                    args![scope.client, id, &new.name, &new.speciality, new.slot_minutes, new.is_active],
                )
                .await?;
                set_hours(tx, scope.client, id, &new.hours).await?;
                let doctor = find(tx, scope.client, id).await?;
                tx.note(Note::new(scope, *now, "doctor.create", &serde_json::json!({"doctor": doctor})));
                Ok(doctor)
            })
        })
        .await
    }

    /// Replaces a doctor and his hours. What is booked with him stands, also
    /// outside the new hours.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Stale`]; [`StoreError::Conflict`]
    /// (`doctor_name`) when another active one is called so.
    pub async fn put_doctor(
        &self,
        scope: &Scope,
        id: DoctorId,
        to: NewDoctor,
        expected_rev: i64,
        now: At,
    ) -> Result<Doctor> {
        let args = (scope.clone(), id, to, expected_rev, now);
        self.write(scope, args, |tx, (scope, id, to, expected, now)| {
            Box::pin(async move {
                // Locks the names as adding does, and thereby every doctor.
                tx.exec(
                    "UPDATE counters SET value = value WHERE client_id = $1 AND name = 'doctor'",
                    args![scope.client],
                )
                .await?;
                let before = find(tx, scope.client, *id).await?;
                check_rev(Some(*expected), before.rev)?;
                free_name(tx, scope.client, *id, to).await?;
                tx.exec(
                    "UPDATE doctors SET name = $3, speciality = $4, slot_minutes = $5, is_active = $6, \
                     rev = rev + 1 WHERE client_id = $1 AND id = $2",
                    args![scope.client, id, &to.name, &to.speciality, to.slot_minutes, to.is_active],
                )
                .await?;
                set_hours(tx, scope.client, *id, &to.hours).await?;
                let after = find(tx, scope.client, *id).await?;
                let body = serde_json::json!({"before": before, "after": after});
                tx.note(Note::new(scope, *now, "doctor.update", &body));
                Ok(after)
            })
        })
        .await
    }

    /// All doctors with their hours, active ones first, then by id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn doctors(&self, scope: &Scope) -> Result<Vec<Doctor>> {
        self.read(scope, scope.client, |tx, client| {
            Box::pin(async move {
                let all = "SELECT * FROM doctors WHERE client_id = $1 ORDER BY is_active DESC, id";
                let mut doctors = tx.all(all, args![client]).await?.iter().map(doctor).collect::<Result<Vec<_>>>()?;
                let rows = tx
                    .all("SELECT * FROM doctor_hours WHERE client_id = $1 ORDER BY weekday, from_min", args![client])
                    .await?;
                for row in &rows {
                    let of: DoctorId = row.get("doctor_id")?;
                    if let Some(doctor) = doctors.iter_mut().find(|d| d.id == of) {
                        doctor.hours.push(hours(row)?);
                    }
                }
                Ok(doctors)
            })
        })
        .await
    }

    /// One doctor.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn doctor(&self, scope: &Scope, id: DoctorId) -> Result<Doctor> {
        self.read(scope, (scope.client, id), |tx, (client, id)| Box::pin(async move { find(tx, *client, *id).await }))
            .await
    }
}

/// That nothing is booked with a doctor who is not there is looked up in the
/// transaction that would book it.
pub(crate) async fn takes_bookings(tx: &mut Tx<'_>, client: ClientId, id: DoctorId) -> Result<()> {
    let row = tx.opt("SELECT is_active FROM doctors WHERE client_id = $1 AND id = $2", args![client, id]).await?;
    let active: bool = row.ok_or(StoreError::NotFound("doctor"))?.get("is_active")?;
    if active { Ok(()) } else { Err(StoreError::Conflict("slot")) }
}

async fn find(tx: &mut Tx<'_>, client: ClientId, id: DoctorId) -> Result<Doctor> {
    let row = tx.opt("SELECT * FROM doctors WHERE client_id = $1 AND id = $2", args![client, id]).await?;
    let mut doctor = doctor(&row.ok_or(StoreError::NotFound("doctor"))?)?;
    let rows = tx
        .all(
            "SELECT * FROM doctor_hours WHERE client_id = $1 AND doctor_id = $2 ORDER BY weekday, from_min",
            args![client, id],
        )
        .await?;
    doctor.hours = rows.iter().map(hours).collect::<Result<_>>()?;
    Ok(doctor)
}

/// Compared here and not by the database, whose idea of case ends with ASCII
/// on one engine and depends on its locale on the other.
async fn free_name(tx: &mut Tx<'_>, client: ClientId, id: DoctorId, to: &NewDoctor) -> Result<()> {
    if !to.is_active {
        return Ok(());
    }
    let others =
        tx.all("SELECT name FROM doctors WHERE client_id = $1 AND id <> $2 AND is_active", args![client, id]).await?;
    for row in &others {
        let name: String = row.get("name")?;
        if name_key(&name) == name_key(&to.name) {
            return Err(StoreError::Conflict("doctor_name"));
        }
    }
    Ok(())
}

fn name_key(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

async fn set_hours(tx: &mut Tx<'_>, client: ClientId, id: DoctorId, hours: &[DoctorHours]) -> Result<()> {
    tx.exec("DELETE FROM doctor_hours WHERE client_id = $1 AND doctor_id = $2", args![client, id]).await?;
    for h in hours {
        tx.exec(
            "INSERT INTO doctor_hours (client_id, doctor_id, weekday, from_min, to_min) VALUES ($1, $2, $3, $4, $5)",
            args![client, id, h.weekday, h.from_min, h.to_min],
        )
        .await?;
    }
    Ok(())
}

fn doctor(row: &DbRow) -> Result<Doctor> {
    Ok(Doctor {
        id: row.get("id")?,
        name: row.get("name")?,
        speciality: row.get("speciality")?,
        slot_minutes: row.get("slot_minutes")?,
        hours: Vec::new(),
        is_active: row.get("is_active")?,
        rev: row.get("rev")?,
    })
}

fn hours(row: &DbRow) -> Result<DoctorHours> {
    Ok(DoctorHours { weekday: row.get("weekday")?, from_min: row.get("from_min")?, to_min: row.get("to_min")? })
}
