//! Tokens from the encoder's states, one after the other, with the keys and
//! values of what was said before kept between steps.

use std::sync::atomic::AtomicBool;

use rten::{Model, NodeId, RunOptions, Value, ValueOrView};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use super::check;
use crate::error::SttError;

const LAYERS: usize = 6;
const HEADS: usize = 8;
const HEAD_WIDTH: usize = 36;
const START: u32 = 1;
const END: u32 = 2;

/// A finished search.
pub struct Found {
    pub tokens: Vec<u32>,
    pub confidence: f32,
}

pub struct Decoder {
    model: Model,
    token: NodeId,
    states: NodeId,
    use_cache: NodeId,
    logits: NodeId,
    /// Inputs and outputs of what the decoder itself has said.
    own: Vec<Slot>,
    /// Inputs and outputs of what it attends to: the same in all steps.
    heard: Vec<Slot>,
}

/// One remembered tensor: where it goes in, and where it comes out.
struct Slot {
    past: NodeId,
    present: NodeId,
}

impl Decoder {
    pub fn new(model: Model) -> Result<Self, String> {
        let node = |name: &str| model.node_id(name).map_err(|e| e.to_string());
        let slots = |side: &str| {
            let mut slots = Vec::with_capacity(2 * LAYERS);
            for layer in 0..LAYERS {
                for part in ["key", "value"] {
                    let name = format!("{layer}.{side}.{part}");
                    slots.push(Slot {
                        past: node(&format!("past_key_values.{name}"))?,
                        present: node(&format!("present.{name}"))?,
                    });
                }
            }
            Ok::<_, String>(slots)
        };
        Ok(Self {
            token: node("input_ids")?,
            states: node("encoder_hidden_states")?,
            use_cache: node("use_cache_branch")?,
            logits: node("logits")?,
            own: slots("decoder")?,
            heard: slots("encoder")?,
            model,
        })
    }

    /// The likeliest next token, again and again, up to `most`.
    pub fn decode(
        &self,
        states: &Value,
        most: usize,
        cancel: &AtomicBool,
        options: &RunOptions,
    ) -> Result<Found, SttError> {
        let (logits, mut own, heard) = self.first_step(states, options)?;
        // An end at once is the model's answer to short words ("yes please")
        // in a narrow band, and never right after the voice detector fired.
        let (mut token, chance) = best(&logits, Some(END))?;
        let mut tokens = Vec::new();
        let mut log_chance = 0.0;
        let mut chance = chance;
        while token != END && tokens.len() < most {
            check(cancel)?;
            tokens.push(token);
            log_chance += chance.ln();
            let logits = self.next_step(token, states, &mut own, &heard, options)?;
            (token, chance) = best(&logits, None)?;
        }
        let count = tokens.len().max(1) as f32;
        Ok(Found { tokens, confidence: (log_chance / count).exp() })
    }

    /// Without a past: the graph's other branch, which also gives the keys and
    /// values of the encoder's states for all later steps.
    fn first_step(&self, states: &Value, options: &RunOptions) -> Result<(Value, Vec<Value>, Vec<Value>), SttError> {
        let empty = Tensor::<f32>::zeros(&[1, HEADS, 0, HEAD_WIDTH]);
        let mut inputs = self.inputs(START, states, false);
        for slot in self.own.iter().chain(&self.heard) {
            inputs.push((slot.past, empty.view().into()));
        }
        let mut outputs = vec![self.logits];
        outputs.extend(self.own.iter().chain(&self.heard).map(|s| s.present));
        let mut out = self.run(inputs, &outputs, options)?.into_iter();
        let logits = out.next().ok_or_else(no_output)?;
        let own = out.by_ref().take(self.own.len()).collect();
        Ok((logits, own, out.collect()))
    }

    fn next_step(
        &self,
        token: u32,
        states: &Value,
        own: &mut Vec<Value>,
        heard: &[Value],
        options: &RunOptions,
    ) -> Result<Value, SttError> {
        let mut inputs = self.inputs(token, states, true);
        for (slot, past) in self.own.iter().zip(own.drain(..)) {
            inputs.push((slot.past, past.into()));
        }
        for (slot, past) in self.heard.iter().zip(heard) {
            inputs.push((slot.past, past.into()));
        }
        let mut outputs = vec![self.logits];
        outputs.extend(self.own.iter().map(|s| s.present));
        let mut out = self.run(inputs, &outputs, options)?.into_iter();
        let logits = out.next().ok_or_else(no_output)?;
        own.extend(out);
        Ok(logits)
    }

    fn inputs<'a>(&self, token: u32, states: &'a Value, use_cache: bool) -> Vec<(NodeId, ValueOrView<'a>)> {
        let token = NdTensor::from_data([1, 1], vec![token as i32]);
        let flag = NdTensor::from_data([1], vec![i32::from(use_cache)]);
        vec![(self.token, token.into()), (self.states, states.into()), (self.use_cache, flag.into())]
    }

    fn run(
        &self,
        inputs: Vec<(NodeId, ValueOrView)>,
        outputs: &[NodeId],
        options: &RunOptions,
    ) -> Result<Vec<Value>, SttError> {
        self.model.run(inputs, outputs, Some(options.clone())).map_err(|e| SttError::Model(e.to_string()))
    }
}

fn no_output() -> SttError {
    SttError::Model("the decoder gave nothing".to_owned())
}

/// The likeliest token that is not banned, and its probability.
fn best(logits: &Value, banned: Option<u32>) -> Result<(u32, f32), SttError> {
    let view = logits.as_tensor_view::<f32>().ok_or_else(no_output)?;
    let scores = view.to_vec();
    let (token, top) = scores
        .iter()
        .enumerate()
        .filter(|(at, _)| Some(*at as u32) != banned)
        .max_by(|a, b| a.1.total_cmp(b.1))
        .ok_or_else(no_output)?;
    let sum: f32 = scores.iter().map(|s| (s - top).exp()).sum();
    Ok((token as u32, 1.0 / sum))
}
