//! Values on their way out of a row.

use crate::error::{Result, StoreError};
use caly_core::id::{
    AgentId, AppointmentId, CallId, ChannelId, ClientId, DoctorId, MemberId, Proficiency, TaskId, TeamId, UserId,
};
use caly_core::member::{Availability, MemberStatus, Role};
use caly_core::outcome::{CallState, ChannelKind, EndedBy, EscalationReason, Outcome};
use caly_core::rescue::{ClaimState, RescueEnd};
use caly_core::sector::Sector;
use caly_core::time::{At, Day, IsoWeek};
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

/// A row of either engine.
pub(crate) enum DbRow {
    /// SQLite's.
    Sqlite(SqliteRow),
    /// PostgreSQL's.
    Postgres(PgRow),
}

impl DbRow {
    /// A column that always has a value.
    pub(crate) fn get<T: Col>(&self, name: &str) -> Result<T> {
        self.opt(name)?.ok_or_else(|| StoreError::Corrupt(format!("column {name} is empty")))
    }

    /// A column that may be empty.
    pub(crate) fn opt<T: Col>(&self, name: &str) -> Result<Option<T>> {
        T::Base::read(self, name)?.map(T::from_base).transpose()
    }
}

/// What both engines store: BIGINT, TEXT, BOOLEAN, DOUBLE PRECISION.
pub(crate) trait Base: Sized {
    fn read(row: &DbRow, name: &str) -> Result<Option<Self>>;
}

/// What this crate reads.
pub(crate) trait Col: Sized {
    /// How it is stored.
    type Base: Base;
    /// From the stored form.
    fn from_base(base: Self::Base) -> Result<Self>;
}

macro_rules! base {
    ($($t:ty),+) => { $(
        impl Base for $t {
            fn read(row: &DbRow, name: &str) -> Result<Option<Self>> {
                Ok(match row {
                    DbRow::Sqlite(row) => row.try_get(name)?,
                    DbRow::Postgres(row) => row.try_get(name)?,
                })
            }
        }
        impl Col for $t {
            type Base = $t;
            fn from_base(base: $t) -> Result<Self> { Ok(base) }
        }
    )+ };
}
base!(i64, String, bool, f64);

macro_rules! col {
    ($(($($t:ident),+): $base:ty, |$v:ident| $e:expr;)+) => { $($(
        impl Col for $t {
            type Base = $base;
            fn from_base($v: $base) -> Result<Self> {
                type This = $t;
                $e
            }
        }
    )+)+ };
}
use crate::{SessionKind, TaskKind, TaskState};
col! {
    (MemberId, TeamId, ChannelId, DoctorId, AppointmentId, AgentId, At): i64, |v| Ok(This {0: v});
    (Day, IsoWeek): String, |v| Ok(This {0: v});
    (ClientId, CallId, TaskId, UserId): String,
        |v| v.parse::<This>().map_err(|e| StoreError::Corrupt(e.to_string()));
    (Role, MemberStatus, Availability, Sector, Outcome, EscalationReason, ChannelKind, EndedBy, ClaimState, RescueEnd,
     CallState, TaskKind, TaskState, SessionKind): String,
        |v| This::from_word(&v).ok_or_else(|| StoreError::Corrupt(v.clone()));
    (Proficiency): i64, |v| This::new(v).map_err(|e| StoreError::Corrupt(e.to_string()));
}
