//! The Llama vocabulary out of the script that carries it as base64: the list
//! of entries, one a line, in the order of their ids.

use crate::error::PackError;

const ENTRIES: usize = 32_000;

/// The entries as text, one a line.
pub fn from_script(script: &[u8], member: &'static str) -> Result<Vec<u8>, PackError> {
    let wrong = |why| PackError::Form { member, why };
    let text = std::str::from_utf8(script).map_err(|_| wrong("not UTF-8"))?;
    let at = text.find("llama_vocab_base64 = \"").ok_or_else(|| wrong("no vocabulary in it"))?;
    let encoded = text[at..].split('"').nth(1).ok_or_else(|| wrong("the vocabulary does not end"))?;
    let bytes = base64_simd::STANDARD.decode_to_vec(encoded).map_err(|_| wrong("the vocabulary is not base64"))?;
    if bytes.split(|b| *b == b'\n').count() != ENTRIES {
        return Err(wrong("not 32,000 entries"));
    }
    Ok(bytes)
}
