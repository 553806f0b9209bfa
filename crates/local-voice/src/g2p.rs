//! Text to phonemes for the local English voice, in misaki's alphabet and by misaki's
//! rules: normalise, cut into words, tag parts of speech, look up two dictionaries,
//! derive suffixes and numbers, and spell the unknown by a small network.
//!
//! [`Phonemiser::phonemes`] is a pure function of the pack and the sentence.

use std::path::Path;

use regex::Regex;

mod lexicon;
mod normalise;
mod numbers;
mod oov;
mod reader;
mod stress;
mod subtokens;
pub mod table;
mod tagger;
mod tokenise;
mod words;

use lexicon::Lexicon;
use normalise::Normaliser;
use oov::Oov;
use reader::Reader;
use table::Tables;
use tokenise::Tokeniser;

/// Why text could not become phonemes.
#[derive(Debug, thiserror::Error)]
pub enum G2pError {
    /// A file of the pack is missing or unreadable.
    #[error("cannot read {file} of the voice pack ({why}); run `caly models pull`")]
    Pack {
        /// The file's name inside the pack directory.
        file: String,
        /// What the reader said.
        why: String,
    },
    /// The network for unknown words failed.
    #[error("cannot spell out the word {word:?}: {why}")]
    Word {
        /// The word.
        word: String,
        /// What the network said.
        why: String,
    },
}

impl G2pError {
    fn pack(file: &str, why: &dyn std::fmt::Display) -> Self {
        Self::Pack { file: file.into(), why: why.to_string() }
    }
}

/// The text-to-phoneme step with its tables; share it by reference.
pub struct Phonemiser {
    normaliser: Normaliser,
    tokeniser: Tokeniser,
    tables: Tables,
    oov: Oov,
    pieces: Regex,
}

impl Phonemiser {
    /// Loads the pack directory (`…/tts-en`). Fast (one file read) when
    /// [`table::build`] has run there, about a second otherwise.
    ///
    /// # Errors
    /// [`G2pError::Pack`] when a file is missing or damaged.
    pub fn load(dir: &Path) -> Result<Self, G2pError> {
        Ok(Self {
            normaliser: Normaliser::load(dir)?,
            tokeniser: Tokeniser::load(dir)?,
            tables: Tables::load(dir)?,
            oov: Oov::load(dir)?,
            pieces: Regex::new(reader::PIECES).map_err(|e| G2pError::pack("piece pattern", &e))?,
        })
    }

    /// The phonemes of one sentence; empty when nothing in it can be said.
    ///
    /// # Errors
    /// [`G2pError::Word`] when the network for unknown words fails.
    pub fn phonemes(&self, sentence: &str) -> Result<String, G2pError> {
        let text = self.normaliser.normalise(sentence);
        let pieces = self.tokeniser.pieces(&text);
        let texts: Vec<&str> = pieces.iter().map(|p| p.text.as_str()).collect();
        let tags = tagger::tags(&self.tables, &texts);
        let reader = Reader { lexicon: Lexicon::over(&self.tables), oov: &self.oov, pieces: &self.pieces };
        reader.read(words::words(&pieces, &tags))
    }
}
