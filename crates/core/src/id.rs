//! Identifiers as types, so that a member's number can never stand where an
//! agent's is asked for.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// A text or number was not a valid identifier or bounded number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text is not a UUID.
    #[error("\"{0}\" is not a valid id; send the id exactly as the API returned it")]
    NotAUuid(String),
    /// The text is not a whole number above zero.
    #[error("\"{0}\" is not a valid id; ids here are whole numbers above zero")]
    NotANumber(String),
    /// A proficiency outside 0-100.
    #[error("proficiency_level is {0}; send a whole number from 0 to 100")]
    Proficiency(i64),
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(s: &str) -> Result<Self, IdError> {
                Uuid::parse_str(s).map(Self).map_err(|_| IdError::NotAUuid(s.to_owned()))
            }
        }
    };
}

macro_rules! counted_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(s: &str) -> Result<Self, IdError> {
                match s.parse::<i64>() {
                    Ok(n) if n > 0 => Ok(Self(n)),
                    _ => Err(IdError::NotANumber(s.to_owned())),
                }
            }
        }
    };
}

uuid_id! {
    /// A tenant company. UUIDv7 as text in storage.
    ClientId
}
uuid_id! {
    /// A call. UUIDv7 as text in storage.
    CallId
}
uuid_id! {
    /// A task (message, callback, voicemail). UUIDv7 as text in storage.
    TaskId
}
uuid_id! {
    /// A login. UUIDv7 as text in storage.
    UserId
}
uuid_id! {
    /// A session or an API key, as its owner sees it. UUIDv7 as text in storage.
    SessionId
}
counted_id! {
    /// A person in a team, counted per client from 1.
    MemberId
}
counted_id! {
    /// A team, counted per client from 1.
    TeamId
}
counted_id! {
    /// A channel (a phone number or another way in), counted per client from 1.
    ChannelId
}
counted_id! {
    /// A doctor of a clinic's slot book, counted per client from 1.
    DoctorId
}
counted_id! {
    /// A booking in a clinic's slot book, counted per client from 1. It is the
    /// number that the agent tells the caller.
    AppointmentId
}
counted_id! {
    /// One of the 54 AI agents of the catalogue, 1-54, never renumbered.
    AgentId
}

/// How well a member handles what an agent does: a whole number from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Proficiency(u8);

impl Proficiency {
    /// Checks the range once; it is never checked again.
    ///
    /// # Errors
    /// [`IdError::Proficiency`] outside 0-100.
    pub fn new(level: i64) -> Result<Self, IdError> {
        match u8::try_from(level) {
            Ok(n) if n <= 100 => Ok(Self(n)),
            _ => Err(IdError::Proficiency(level)),
        }
    }

    /// The level, 0-100.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for Proficiency {
    type Error = IdError;
    fn try_from(level: i64) -> Result<Self, IdError> {
        Self::new(level)
    }
}

impl From<Proficiency> for i64 {
    fn from(p: Proficiency) -> i64 {
        i64::from(p.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proficiency_is_checked_at_the_edge() {
        assert_eq!(Proficiency::new(100).map(Proficiency::get), Ok(100));
        assert_eq!(Proficiency::new(101), Err(IdError::Proficiency(101)));
        assert_eq!(Proficiency::new(-1), Err(IdError::Proficiency(-1)));
        assert!(serde_json::from_str::<Proficiency>("101").is_err());
    }

    #[test]
    fn counted_ids_start_at_one() {
        assert_eq!("7".parse(), Ok(MemberId(7)));
        assert!("0".parse::<MemberId>().is_err());
        assert!("-3".parse::<MemberId>().is_err());
        assert!("x".parse::<CallId>().is_err());
    }
}
