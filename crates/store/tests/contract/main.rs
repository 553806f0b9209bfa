//! Every public method × both engines × two clients. A test that asks with the
//! second client's ids must be told "no such" and leave nothing changed.

mod access;
mod appointments;
mod calls;
mod coverage;
mod global;
mod ledgers;
mod people;
mod recordings;
mod records;
mod rescues;
mod tasks;
mod versions;
mod wall;
mod world;
mod writer;
