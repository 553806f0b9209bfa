//! What people watch: the day's figures and the live stream.

pub mod dashboard;
pub mod feed;
pub mod feed_wire;
