//! What a caller does, as data.

use std::sync::Arc;

/// A caller's plan for one call. When the steps are over the caller hangs up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Script {
    /// The plan's name.
    pub name: String,
    /// In order.
    pub steps: Vec<Step>,
}

/// One thing that a caller does or waits for.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Say these words.
    Say(String),
    /// Play samples at a rate in Hz.
    Wav(Arc<[i16]>, u32),
    /// Press keys, one after another.
    Press(String),
    /// Wait until the agent has spoken and then been quiet this long.
    WaitQuiet {
        /// Quiet, in ms.
        ms: u64,
    },
    /// Wait until the agent has spoken this long, then talk over it.
    Interrupt {
        /// Speech of the agent to let pass, in ms.
        after_ms: u64,
        /// What to say.
        text: String,
    },
    /// Be silent.
    Pause(u64),
    /// Hang up.
    HangUp,
    /// Wait for the other side to hang up, at most this long, then hang up.
    WaitEnd {
        /// The longest wait, in ms.
        ms: u64,
    },
}

impl Script {
    /// A script of these steps.
    #[must_use]
    pub fn new(name: &str, steps: Vec<Step>) -> Self {
        Self { name: name.to_owned(), steps }
    }

    /// Whether a voice is needed to play it.
    #[must_use]
    pub fn speaks(&self) -> bool {
        self.steps.iter().any(|s| matches!(s, Step::Say(_) | Step::Interrupt { .. }))
    }
}
