//! Values on their way into a statement.

use caly_core::id::{
    AgentId, AppointmentId, CallId, ChannelId, ClientId, DoctorId, MemberId, Proficiency, SessionId, TaskId, TeamId,
    UserId,
};
use caly_core::member::{Availability, MemberStatus, Role};
use caly_core::outcome::{CallState, ChannelKind, EndedBy, EscalationReason, Outcome};
use caly_core::rescue::{ClaimState, RescueEnd};
use caly_core::sector::Sector;
use caly_core::time::{At, Day, IsoWeek};
use sqlx::Postgres;
use sqlx::query::Query;

/// A typed value; `None` keeps its type, which PostgreSQL asks for.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// BIGINT.
    Int(Option<i64>),
    /// TEXT.
    Text(Option<String>),
    /// BOOLEAN.
    Bool(bool),
    /// DOUBLE PRECISION.
    Real(f64),
    /// BYTEA, which SQLite keeps as a blob.
    Bytes(Vec<u8>),
}

/// `args![a, b]`: each by reference or value, turned into a [`Value`].
macro_rules! args {
    ($($x:expr),* $(,)?) => { vec![$($crate::sql::Value::from($x)),*] };
}
pub(crate) use args;

pub(crate) fn postgres(sql: &'static str, values: Vec<Value>) -> Query<'static, Postgres, sqlx::postgres::PgArguments> {
    let mut query = sqlx::query::<Postgres>(sql);
    for value in values {
        query = match value {
            Value::Int(v) => query.bind(v),
            Value::Text(v) => query.bind(v),
            Value::Bool(v) => query.bind(v),
            Value::Real(v) => query.bind(v),
            Value::Bytes(v) => query.bind(v),
        };
    }
    query
}

macro_rules! into_value {
    ($(($($t:ty),+) => $variant:ident, |$v:ident| $e:expr;)+) => { $($(
        impl From<$t> for Value {
            fn from($v: $t) -> Self { Value::$variant(Some($e)) }
        }
        impl From<&$t> for Value {
            fn from($v: &$t) -> Self { Value::$variant(Some($e)) }
        }
        impl From<Option<$t>> for Value {
            fn from(v: Option<$t>) -> Self { Value::$variant(v.map(|$v| $e)) }
        }
        impl From<&Option<$t>> for Value {
            fn from(v: &Option<$t>) -> Self { Value::$variant(v.as_ref().map(|$v| $e)) }
        }
    )+)+ };
}
into_value! {
    (MemberId, TeamId, ChannelId, DoctorId, AppointmentId, AgentId, At) => Int, |v| v.0;
    (ClientId, CallId, TaskId, UserId, SessionId, Day, IsoWeek) => Text, |v| v.to_string();
    (Role, MemberStatus, Availability, Sector, Outcome, EscalationReason, ChannelKind, EndedBy, ClaimState, RescueEnd,
     CallState, crate::TaskKind, crate::TaskState, crate::SessionKind, crate::LinkKind, crate::RecordingKind,
     crate::IntentState) => Text, |v| v.word().to_owned();
    (String) => Text, |v| v.clone();
    (i64) => Int, |v| v.to_owned();
    (Proficiency) => Int, |v| i64::from(v.get());
}

impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Value::Text(Some(v.to_owned()))
    }
}
impl From<bool> for Value {
    fn from(v: bool) -> Self {
        Value::Bool(v)
    }
}
impl From<&bool> for Value {
    fn from(v: &bool) -> Self {
        Value::Bool(*v)
    }
}
impl From<f64> for Value {
    fn from(v: f64) -> Self {
        Value::Real(v)
    }
}
impl From<&Vec<u8>> for Value {
    fn from(v: &Vec<u8>) -> Self {
        Value::Bytes(v.clone())
    }
}
