//! What callers answer to a question, read from a recogniser's words.

mod digits;
mod name;
mod past;
mod when;

pub use digits::{digits, number};
pub use name::{name, pick, same_person};
pub use past::past_date;
pub use when::{date, time};
