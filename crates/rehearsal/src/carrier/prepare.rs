//! A script's words as sound, made before the call is placed.

use super::Carrier;
use crate::audio::{read_wav, resample, telephone_band};
use crate::error::RehearsalError;
use crate::script::{CallPlan, Step};
use crate::stream::{Act, held};
use std::sync::Arc;

/// What callers' voices are made at; streams of other rates get it resampled.
const MADE_AT: u32 = 16_000;

impl Carrier {
    /// The script's steps with their sound, at 16 kHz.
    pub(super) async fn prepare(&self, plan: &CallPlan) -> Result<Vec<Act>, RehearsalError> {
        let mut acts = Vec::with_capacity(plan.script.steps.len());
        for step in &plan.script.steps {
            acts.push(match step.clone() {
                Step::Say(said) => {
                    let samples = self.speak(plan, said.clone()).await?;
                    Act::Clip { said, samples: Arc::new(samples) }
                }
                Step::PlayWav(path) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    Act::Clip { said: format!("[file {name}]"), samples: Arc::new(read_wav(&path, MADE_AT)?) }
                }
                Step::Press(keys) => Act::Press(keys),
                Step::WaitForQuiet { ms } => Act::WaitForQuiet(ms),
                Step::WaitForAudio => Act::WaitForAudio,
                Step::InterruptAfter(ms) => Act::InterruptAfter(ms),
                Step::Pause(ms) => Act::Pause(ms),
                Step::HangUp => Act::HangUp,
                Step::WaitEnd => Act::WaitEnd,
            });
        }
        Ok(acts)
    }

    /// The same at the stream's rate, in the telephone's band if that is asked.
    pub(super) fn at_rate(&self, acts: Vec<Act>, rate: u32) -> Vec<Act> {
        let band = self.line.knobs.telephone_band;
        let line = |samples: Arc<Vec<i16>>| {
            if !band && rate == MADE_AT {
                return samples;
            }
            let samples = resample(&samples, MADE_AT, rate);
            Arc::new(if band { telephone_band(&samples, rate) } else { samples })
        };
        let change = |act| match act {
            Act::Clip { said, samples } => Act::Clip { said, samples: line(samples) },
            other => other,
        };
        acts.into_iter().map(change).collect()
    }

    async fn speak(&self, plan: &CallPlan, said: String) -> Result<Vec<i16>, RehearsalError> {
        let voice = Arc::clone(&plan.voice);
        let spoken = tokio::task::spawn_blocking(move || voice.say(&said, MADE_AT));
        match held(self.line.pace, spoken).await {
            Ok(samples) => Ok(samples?),
            Err(e) => std::panic::resume_unwind(e.into_panic()),
        }
    }
}
