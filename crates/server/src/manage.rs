//! What people read and change: the team, calls, tasks, channels, bookings.
//! One file per endpoint group, each in the same order: input, errors,
//! handlers, tests.

pub mod agents;
pub mod api_keys;
pub mod appointments;
pub mod assignments;
pub mod audit;
pub mod calls;
pub mod channel_requests;
pub mod channels;
pub mod company;
pub mod correct_call;
pub mod doctors;
pub mod edit_channel;
pub mod edit_member;
pub mod export;
pub mod fields;
pub mod invitations;
pub mod jobs;
pub mod members;
pub mod page;
pub mod performance;
pub mod recordings;
pub mod rehearsals;
pub mod rescues;
pub mod rules;
pub mod sectors;
pub mod setup;
pub mod summary;
pub mod talks;
pub mod tasks;
pub mod team_view;
pub mod teams;
pub mod wire;
pub mod words;
