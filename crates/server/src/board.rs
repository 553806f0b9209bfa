//! What people watch: the day's figures and the live stream.

pub mod feed_wire;
