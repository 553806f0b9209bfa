//! The rules of Caly as values: no runtime, no sockets, no SQL, no clock and no
//! random source. Time enters as [`time::At`], chance as a seed, and everything
//! that a call, a score or a routing decision depends on can be replayed.

pub mod agent;
pub mod call;
pub mod event;
pub mod id;
pub mod member;
pub mod mind;
pub mod outcome;
pub mod privacy;
pub mod rescue;
pub mod routing;
pub mod rules;
pub mod scope;
pub mod scoring;
pub mod sector;
pub mod time;
pub mod tool;
pub mod turn;
