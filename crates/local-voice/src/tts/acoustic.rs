//! The network: phoneme ids and a speed in, spectral planes and pitch out.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rten::{Model, NodeId, RunOptions, ThreadPool, Value};
use rten_tensor::Tensor;

use super::TtsError;

/// Bins of one spectral frame at 24 kHz (1,200-point transform).
pub(super) const BINS: usize = 601;

/// What the network predicts: each plane is `[BINS][frames]`, one frame per 12.5 ms.
pub(super) struct Planes {
    pub frames: usize,
    /// Log magnitude that shapes the pulse train.
    pub harmonic: Vec<f32>,
    /// Phase turn of the pulse train, through tanh, in half turns.
    pub turn: Vec<f32>,
    /// Log magnitude of the noise.
    pub noise: Vec<f32>,
    /// Log magnitude of the part with a phase of its own.
    pub free: Vec<f32>,
    /// The phase of that part, radians.
    pub phase: Vec<f32>,
    /// Pitch in Hz per frame, 0 where unvoiced.
    pub pitch: Vec<f32>,
}

pub(super) struct Acoustic {
    model: Model,
    inputs: [NodeId; 2],
    outputs: [NodeId; 6],
    ids: BTreeMap<char, i32>,
}

impl Acoustic {
    pub fn load(dir: &Path) -> Result<Self, TtsError> {
        let file = dir.join("hibari.onnx");
        let model = Model::load_file(&file).map_err(|e| pack("hibari.onnx", &e))?;
        let node = |name: &str| model.node_id(name).map_err(|e| pack("hibari.onnx", &e));
        let inputs = [node("ids")?, node("speed")?];
        let outputs = [node("lh")?, node("theta")?, node("ln")?, node("lr")?, node("phi")?, node("f0")?];
        Ok(Self { inputs, outputs, ids: alphabet(dir)?, model })
    }

    /// `None` when no phoneme of the alphabet is in the text.
    pub fn planes(&self, phonemes: &str, speed: f32, pool: &Arc<ThreadPool>) -> Result<Option<Planes>, TtsError> {
        let ids = self.framed_ids(phonemes);
        if ids.len() < 3 {
            return Ok(None);
        }
        let ids = Tensor::from_data(&[1, ids.len()], ids);
        let speed = Tensor::from_data(&[1], vec![speed]);
        let inputs = vec![(self.inputs[0], ids.into()), (self.inputs[1], speed.into())];
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(pool)));
        let out = self.model.run_n(inputs, self.outputs, Some(options));
        unpack(out.map_err(|e| TtsError::Model(e.to_string()))?).map(Some)
    }

    /// Id 0 marks both ends.
    fn framed_ids(&self, phonemes: &str) -> Vec<i32> {
        let inner = phonemes.chars().filter_map(|c| self.ids.get(&c).copied());
        std::iter::once(0).chain(inner).chain(std::iter::once(0)).collect()
    }
}

fn unpack(outputs: [Value; 6]) -> Result<Planes, TtsError> {
    let [lh, theta, ln, lr, phi, f0] = outputs;
    let (harmonic, turn, noise) = (plane(lh)?, plane(theta)?, plane(ln)?);
    let (free, phase, pitch) = (plane(lr)?, plane(phi)?, plane(f0)?);
    let frames = pitch.len();
    let sizes = [&harmonic, &turn, &noise, &free, &phase].map(Vec::len);
    if sizes.iter().any(|n| *n != frames * BINS) {
        return Err(TtsError::Model(format!("planes of {sizes:?} values for {frames} frames")));
    }
    Ok(Planes { frames, harmonic, turn, noise, free, phase, pitch })
}

fn plane(value: Value) -> Result<Vec<f32>, TtsError> {
    let tensor = value.into_tensor::<f32>().ok_or_else(|| TtsError::Model("an output is not of floats".into()))?;
    Ok(tensor.into_data())
}

fn alphabet(dir: &Path) -> Result<BTreeMap<char, i32>, TtsError> {
    let text = std::fs::read(dir.join("vocab.json")).map_err(|e| pack("vocab.json", &e))?;
    serde_json::from_slice(&text).map_err(|e| pack("vocab.json", &e))
}

fn pack(file: &str, why: &dyn std::fmt::Display) -> TtsError {
    TtsError::Pack { file: file.into(), why: why.to_string() }
}
