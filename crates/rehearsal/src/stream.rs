//! One stream on the carrier's side: a caller speaks into it, the play-out
//! clock plays what comes back, a judge reads every message.

mod caller;
mod ears;
mod frames;
mod pace;
mod socket;
mod walk;

pub(crate) use caller::Act;
pub(crate) use pace::held;
pub(crate) use socket::{Socket, Target, open};
pub(crate) use walk::{StreamPlan, Walk};
