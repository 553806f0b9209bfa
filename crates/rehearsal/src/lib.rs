//! The rehearsal: a fake carrier that places calls against any Caly over the
//! real wire, a caller who speaks and presses keys from a script, checks of
//! the wire's rules and a load generator.
//!
//! It shares no code with the server, so that a mistake in the server's codec
//! cannot hide behind the same mistake here.

pub mod apis;
pub mod carrier;
pub mod carrier_api;
pub mod checks;
pub mod knobs;
pub mod load;
pub mod report;
pub mod scenarios;
pub mod script;
pub mod shop;
pub mod voice;

pub use carrier::{Line, RehearsalError, place};
pub use checks::Violation;
pub use knobs::Knobs;
pub use report::{CallReport, EndedBy, Observed, TurnTiming};
pub use script::{Script, Step};
pub use voice::CallerVoice;
