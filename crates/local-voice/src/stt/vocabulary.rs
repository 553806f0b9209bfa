//! Token ids back into text.

use std::path::Path;

use crate::error::PackError;

/// The first entries (`<unk>`, `<s>`, `</s>`) stand for no text.
const SPECIAL: u32 = 3;

pub struct Vocabulary {
    entries: Vec<Box<[u8]>>,
}

impl Vocabulary {
    pub fn load(path: &Path) -> Result<Self, PackError> {
        let text = std::fs::read_to_string(path).map_err(PackError::io(path))?;
        Ok(Self::new(&text))
    }

    /// One entry a line, in the order of their ids.
    pub fn new(text: &str) -> Self {
        Self { entries: text.split('\n').map(bytes_of).collect() }
    }

    /// The text of the tokens, without the space before the first word. Bytes
    /// that form no character become U+FFFD.
    pub fn text(&self, tokens: &[u32]) -> String {
        let mut bytes = Vec::new();
        for &token in tokens.iter().filter(|t| **t >= SPECIAL) {
            if let Some(entry) = self.entries.get(token as usize) {
                bytes.extend_from_slice(entry);
            }
        }
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }
}

/// `▁` is a space; `<0x41>` is one byte of a character that has no entry.
fn bytes_of(entry: &str) -> Box<[u8]> {
    let byte = entry
        .strip_prefix("<0x")
        .and_then(|rest| rest.strip_suffix('>'))
        .and_then(|hex| u8::from_str_radix(hex, 16).ok());
    match byte {
        Some(byte) => Box::new([byte]),
        None => entry.replace('▁', " ").into_bytes().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_bytes_and_specials() {
        let v = Vocabulary::new("<unk>\n<s>\n</s>\n<0xE2>\n<0x82>\n<0xB9>\n▁pay\n▁\n5");
        assert_eq!(v.text(&[1, 6, 7, 3, 4, 5, 8, 2]), "pay ₹5");
        assert_eq!(v.text(&[3, 99]), "\u{fffd}");
    }
}
