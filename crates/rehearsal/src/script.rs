//! What a caller does, as data.

use crate::voice::CallerVoice;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;

/// One thing that a caller does. A script that runs out waits for the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Speaks.
    Say(String),
    /// Plays a sound file: mono or stereo WAV, 16 bit or float, any rate.
    PlayWav(PathBuf),
    /// Presses keys, one each 250 ms: digits, `*`, `#`.
    Press(String),
    /// Until the agent has been silent, with nothing queued, for so long.
    WaitForQuiet {
        /// Silence, ms.
        ms: u64,
    },
    /// Until the agent is heard, counted from this step.
    WaitForAudio,
    /// Until the agent has been speaking for so many ms without a pause; the
    /// next step then talks over it.
    InterruptAfter(u64),
    /// Says nothing for so many ms.
    Pause(u64),
    /// Hangs up.
    HangUp,
    /// Until the other side ends the call.
    WaitEnd,
}

/// A named list of steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// What it is called in reports.
    pub name: String,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// A caller who waits longer than this in one step hangs up, ms.
    #[serde(default = "patience")]
    pub patience_ms: u64,
    /// The longest call, ms; then the caller hangs up.
    #[serde(default = "longest")]
    pub longest_ms: u64,
}

/// One call: who calls, from where, and what is done.
#[derive(Clone)]
pub struct CallPlan {
    /// The caller's number, E.164.
    pub from: String,
    /// What is done.
    pub script: Script,
    /// Who speaks.
    pub voice: Arc<dyn CallerVoice>,
}

impl std::fmt::Debug for CallPlan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallPlan").field("from", &self.from).field("script", &self.script).finish_non_exhaustive()
    }
}

impl Script {
    /// A script with the usual patience: 30 s in a step, 5 minutes in all.
    #[must_use]
    pub fn new(name: &str, steps: Vec<Step>) -> Self {
        Self { name: name.to_owned(), steps, patience_ms: patience(), longest_ms: longest() }
    }
}

/// Listens to the agent's next words to their end. The pause outlasts the one
/// between a filler ("one moment") and the answer.
#[must_use]
pub fn listen() -> [Step; 2] {
    [Step::WaitForAudio, Step::WaitForQuiet { ms: 1_200 }]
}

fn patience() -> u64 {
    30_000
}

fn longest() -> u64 {
    300_000
}
