//! Values on their way out of a row.

use crate::error::{Result, StoreError};
use caly_core::id::{
    AgentId, AppointmentId, CallId, ChannelId, ClientId, DoctorId, MemberId, Proficiency, SessionId, TaskId, TeamId,
    UserId,
};
use caly_core::member::{Availability, MemberStatus, Role};
use caly_core::outcome::{CallState, ChannelKind, EndedBy, EscalationReason, Outcome};
use caly_core::rescue::{ClaimState, RescueEnd};
use caly_core::sector::Sector;
use caly_core::time::{At, Day, IsoWeek};
use sqlx::postgres::PgRow;
use sqlx::{Column, Row};

use super::lite::LiteRow;

/// A row of either engine.
pub(crate) enum DbRow {
    /// SQLite's.
    Sqlite(LiteRow),
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

    /// Whole numbers of columns that stand side by side, each named `prefix`
    /// and its name; an empty one is zero.
    pub(crate) fn ints<const N: usize>(&self, prefix: &str, names: [&str; N]) -> Result<[i64; N]> {
        // By length first: most columns are told apart without a look at them.
        let is = |column: &str, name: &str| {
            column.len() == prefix.len() + name.len() && column.ends_with(name) && column.starts_with(prefix)
        };
        let moved = || StoreError::Corrupt(format!("the columns from {prefix}{} on do not stand together", names[0]));
        let mut values = [0; N];
        match self {
            Self::Sqlite(row) => {
                let columns = row.columns();
                let first = columns.iter().position(|c| is(c, names[0])).ok_or_else(moved)?;
                for (n, name) in names.iter().enumerate() {
                    let at = first + n;
                    columns.get(at).filter(|c| is(c, name)).ok_or_else(moved)?;
                    values[n] = row.int_at(at)?.unwrap_or(0);
                }
            }
            Self::Postgres(row) => {
                let columns = row.columns();
                let first = columns.iter().position(|c| is(c.name(), names[0])).ok_or_else(moved)?;
                for (n, name) in names.iter().enumerate() {
                    let at = first + n;
                    columns.get(at).filter(|c| is(c.name(), name)).ok_or_else(moved)?;
                    values[n] = row.try_get::<Option<i64>, _>(at)?.unwrap_or(0);
                }
            }
        }
        Ok(values)
    }
}

/// What both engines store: BIGINT, TEXT, BOOLEAN, DOUBLE PRECISION, BYTEA.
pub(crate) trait Base {
    /// As it is in the row: a text is only looked at there.
    type In<'r>;
    fn read<'r>(row: &'r DbRow, name: &str) -> Result<Option<Self::In<'r>>>;
}

/// What this crate reads.
pub(crate) trait Col: Sized {
    /// How it is stored.
    type Base: Base;
    /// From the stored form.
    fn from_base(base: <Self::Base as Base>::In<'_>) -> Result<Self>;
}

macro_rules! base {
    ($($t:ty, $in:ty, |$row:ident, $name:ident| $lite:expr, |$v:ident| $own:expr;)+) => { $(
        impl Base for $t {
            type In<'r> = $in;
            // Of the numbers it could be left out, of the text it cannot.
            #[allow(clippy::needless_lifetimes)]
            fn read<'r>(row: &'r DbRow, $name: &str) -> Result<Option<$in>> {
                Ok(match row {
                    DbRow::Sqlite($row) => $lite,
                    DbRow::Postgres(row) => row.try_get($name)?,
                })
            }
        }
        impl Col for $t {
            type Base = $t;
            fn from_base($v: <$t as Base>::In<'_>) -> Result<Self> { Ok($own) }
        }
    )+ };
}
base! {
    i64, i64, |row, name| row.int(name)?, |v| v;
    f64, f64, |row, name| row.real(name)?, |v| v;
    bool, bool, |row, name| row.int(name)?.map(|v| v != 0), |v| v;
    String, &'r str, |row, name| row.text(name)?, |v| v.to_owned();
    Vec<u8>, &'r [u8], |row, name| row.bytes(name)?, |v| v.to_vec();
}

macro_rules! col {
    ($(($($t:ident),+): $base:ty, |$v:ident| $e:expr;)+) => { $($(
        impl Col for $t {
            type Base = $base;
            fn from_base($v: <$base as Base>::In<'_>) -> Result<Self> {
                type This = $t;
                $e
            }
        }
    )+)+ };
}
use crate::{IntentState, LinkKind, RecordingKind, SessionKind, TaskKind, TaskState};
col! {
    (MemberId, TeamId, ChannelId, DoctorId, AppointmentId, AgentId, At): i64, |v| Ok(This {0: v});
    (Day, IsoWeek): String, |v| Ok(This {0: v.to_owned()});
    (ClientId, CallId, TaskId, UserId, SessionId): String,
        |v| v.parse::<This>().map_err(|e| StoreError::Corrupt(e.to_string()));
    (Role, MemberStatus, Availability, Sector, Outcome, EscalationReason, ChannelKind, EndedBy, ClaimState, RescueEnd,
     CallState, TaskKind, TaskState, SessionKind, LinkKind, RecordingKind, IntentState): String,
        |v| This::from_word(v).ok_or_else(|| StoreError::Corrupt(v.to_owned()));
    (Proficiency): i64, |v| This::new(v).map_err(|e| StoreError::Corrupt(e.to_string()));
}
