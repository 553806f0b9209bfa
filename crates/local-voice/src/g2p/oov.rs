//! Words in no dictionary: a small character network, read out by collapsing repeats
//! and dropping blanks (CTC).

use std::path::Path;
use std::sync::Arc;

use rten::{Model, NodeId, RunOptions, ThreadPool};
use rten_tensor::Tensor;
use serde::Deserialize;

use super::G2pError;
use super::table::read;

pub(super) struct Oov {
    model: Model,
    input: NodeId,
    output: NodeId,
    alphabet: Alphabet,
    pool: Arc<ThreadPool>,
}

#[derive(Deserialize)]
struct Alphabet {
    #[serde(rename = "in")]
    letters: Vec<char>,
    #[serde(rename = "out")]
    phonemes: Vec<char>,
    maxlen: usize,
}

impl Oov {
    pub fn load(dir: &Path) -> Result<Self, G2pError> {
        let model = Model::load_file(dir.join("oov.onnx")).map_err(|e| G2pError::pack("oov.onnx", &e))?;
        let node = |name| model.node_id(name).map_err(|e| G2pError::pack("oov.onnx", &e));
        Ok(Self {
            input: node("chars")?,
            output: node("ids")?,
            alphabet: read(dir, "oov.json")?,
            pool: Arc::new(ThreadPool::with_num_threads(1)),
            model,
        })
    }

    /// Empty when no letter of the word is in the network's alphabet.
    pub fn phonemes(&self, word: &str) -> Result<String, G2pError> {
        let ids: Vec<i32> = word.chars().filter_map(|c| self.id(c)).take(self.alphabet.maxlen).collect();
        if ids.is_empty() {
            return Ok(String::new());
        }
        let input = vec![(self.input, Tensor::from_data(&[1, ids.len()], ids).into())];
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let failed = |why: String| G2pError::Word { word: word.to_owned(), why };
        let [out] = self.model.run_n(input, [self.output], Some(options)).map_err(|e| failed(e.to_string()))?;
        let out = out.into_tensor::<i32>().ok_or_else(|| failed("the output is not of ids".into()))?;
        Ok(self.collapse(&out.into_data()))
    }

    /// Id 0 is the blank.
    fn id(&self, letter: char) -> Option<i32> {
        let at = self.alphabet.letters.iter().position(|l| *l == letter)?;
        i32::try_from(at + 1).ok()
    }

    fn collapse(&self, ids: &[i32]) -> String {
        let mut last = 0;
        let mut out = String::new();
        for id in ids {
            if *id != last && *id > 0 {
                let at = usize::try_from(id - 1).unwrap_or(usize::MAX);
                out.extend(self.alphabet.phonemes.get(at));
            }
            last = *id;
        }
        out
    }
}
