//! What is taken out before anything is stored or logged, and how numbers of
//! people are kept and shown (`SECURITY.md`).

mod cards;
mod digits;
mod numbers;

pub use cards::{Redacted, Redactor, redact};
pub use numbers::{Country, canonical_number, mask_number};
