//! `caly verify`: counters are a cache of the call log, and this proves it.
//! Every counter is recomputed from raw rows, read in one snapshot, by other
//! code than the one that moved it.

pub mod recompute;
pub mod report;

pub use report::{Difference, Report};
