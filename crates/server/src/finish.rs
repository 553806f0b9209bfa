//! A call counts: its outcome and the `agent_completed` message in one
//! transaction, and the message applied to the ledgers in another, each once.

pub mod complete_call;
pub mod jobs;
pub mod reconcile;
pub mod recordings;
pub mod recover;
pub mod rescue;
pub mod sweeper;
