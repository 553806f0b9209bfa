//! The rehearsal: a fake carrier that walks a call flow against any Caly over
//! the carrier's real wire, callers that speak and press keys, and a fake shop.
//!
//! Nothing here shares a codec with what it tests: messages are literal
//! fixtures of the wire documents with values put in ([`wire`]), and what comes
//! back is judged by those documents alone ([`checks`]). Never yet compared
//! with a live carrier's account.
//!
//! Start at [`carrier::Carrier`]: give it a [`carrier::Line`], then a
//! [`script::CallPlan`]; it hands back a [`report::CallReport`].

pub mod audio;
pub mod carrier;
pub mod checks;
pub mod error;
pub mod flow;
pub mod knobs;
pub mod load;
pub mod playout;
pub mod report;
pub mod scenarios;
pub mod script;
pub mod shop;
pub mod voice;
pub mod wire;

mod stream;

pub use carrier::{Carrier, Line};
pub use error::RehearsalError;
pub use flow::{Applet, Flow};
pub use knobs::Knobs;
pub use load::{Load, LoadReport, load};
pub use report::CallReport;
pub use script::{CallPlan, Script, Step};
pub use voice::{CallerVoice, caller_voice};
