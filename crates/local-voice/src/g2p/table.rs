//! The pack's dictionaries and tagger weights as sorted string tables in one file.
//!
//! Hash maps of these strings cost 150 MB and half a second; this is one buffer and a
//! binary search. `lexicon.tab` is: magic, then per section the number of entries, the
//! offset of every record, and the records (key length, key, value), all
//! little-endian, keys in byte order.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;

use super::G2pError;
use super::tagger::tag_index;

/// The table's file name inside the pack directory.
pub const FILE: &str = "lexicon.tab";
const MAGIC: &[u8; 8] = b"CALYTAB1";
const SECTIONS: usize = 5;
/// Between the readings of a word, and between a part of speech and its reading.
const NEXT: char = '\u{1e}';
const IS: char = '\u{1f}';

/// Which of the pack's tables.
#[derive(Clone, Copy)]
pub(super) enum Section {
    Gold,
    Silver,
    TagOf,
    TaggerWords,
    Weights,
}

/// The readings of a word.
pub(super) enum Reading<'a> {
    /// The same phonemes whatever its part of speech.
    One(&'a str),
    /// By part of speech, `DEFAULT` among them.
    ByTag(&'a str),
}

impl<'a> Reading<'a> {
    /// `Some(None)`: the entry says that this part of speech has no reading.
    pub fn of(&self, tag: &str) -> Option<Option<&'a str>> {
        let Self::ByTag(all) = self else { return None };
        let mut entries = all.split(NEXT).filter_map(|e| e.split_once(IS));
        let (_, reading) = entries.find(|(t, _)| *t == tag)?;
        Some((!reading.is_empty()).then_some(reading))
    }
}

/// All five tables over one buffer.
pub(super) struct Tables {
    bytes: Vec<u8>,
    /// Per section: where its offsets begin, and how many entries it has.
    sections: [(usize, usize); SECTIONS],
}

/// Writes `lexicon.tab` beside the pack's dictionaries (about 10 MB). Called once by
/// `caly models pull`; without it every start builds the same bytes in memory.
///
/// # Errors
/// [`G2pError::Pack`] when a dictionary is missing or the file cannot be written.
pub fn build(dir: &Path) -> Result<(), G2pError> {
    let bytes = in_memory(dir)?;
    // Written aside first: a half-written table must never look like one.
    let aside = dir.join("lexicon.tab.part");
    let written = std::fs::write(&aside, bytes).and_then(|()| std::fs::rename(&aside, dir.join(FILE)));
    written.map_err(|e| G2pError::pack(FILE, &e))
}

impl Tables {
    pub fn load(dir: &Path) -> Result<Self, G2pError> {
        let ready = std::fs::read(dir.join(FILE)).ok().and_then(Self::over);
        match ready {
            Some(tables) => Ok(tables),
            None => Self::over(in_memory(dir)?)
                .ok_or_else(|| G2pError::pack(FILE, &"the table just built does not read back")),
        }
    }

    pub fn get(&self, section: Section, key: &str) -> Option<&[u8]> {
        let (offsets, count) = self.sections[section as usize];
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            let (found, value) = self.record(offsets, middle)?;
            match found.cmp(key.as_bytes()) {
                std::cmp::Ordering::Equal => return Some(value),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    pub fn reading(&self, section: Section, key: &str) -> Option<Reading<'_>> {
        let text = std::str::from_utf8(self.get(section, key)?).ok()?;
        Some(if text.contains(IS) { Reading::ByTag(text) } else { Reading::One(text) })
    }

    fn over(bytes: Vec<u8>) -> Option<Self> {
        if bytes.get(..8)? != MAGIC {
            return None;
        }
        let mut sections = [(0, 0); SECTIONS];
        let mut at = 8;
        for section in &mut sections {
            let count = number(&bytes, at)?;
            *section = (at + 4, count);
            at = number(&bytes, at + 4 + 4 * count)?;
        }
        (at == bytes.len()).then_some(Self { bytes, sections })
    }

    fn record(&self, offsets: usize, i: usize) -> Option<(&[u8], &[u8])> {
        let start = number(&self.bytes, offsets + 4 * i)?;
        let end = number(&self.bytes, offsets + 4 * i + 4)?;
        let (length, rest) = self.bytes.get(start..end)?.split_first()?;
        rest.split_at_checked(usize::from(*length))
    }
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(four)).ok()
}

type Entries = BTreeMap<String, Vec<u8>>;

#[derive(Deserialize)]
#[serde(untagged)]
enum Word {
    One(String),
    ByTag(BTreeMap<String, Option<String>>),
}

#[derive(Deserialize)]
struct TaggerFile {
    tagdict: BTreeMap<String, String>,
    vocab: Vec<String>,
    weights: BTreeMap<String, BTreeMap<String, f64>>,
}

fn in_memory(dir: &Path) -> Result<Vec<u8>, G2pError> {
    let mut bytes = MAGIC.to_vec();
    for name in ["lexicon_us_gold.json.gz", "lexicon_us_silver.json.gz"] {
        let words: BTreeMap<String, Word> = read(dir, name)?;
        let entries = words.into_iter().map(|(k, w)| (k, readings(w).into_bytes()));
        append(&mut bytes, entries.collect())?;
    }
    let name = "tagger.json.gz";
    let TaggerFile { tagdict, vocab, weights } = read(dir, name)?;
    let tag = |t: &str| tag_index(t).ok_or_else(|| G2pError::pack(name, &format!("unknown tag {t}")));
    let tags = tagdict.into_iter().map(|(word, t)| Ok((word, vec![tag(&t)?])));
    append(&mut bytes, tags.collect::<Result<_, G2pError>>()?)?;
    append(&mut bytes, vocab.into_iter().map(|word| (word, Vec::new())).collect())?;
    let packed = weights.into_iter().map(|(feature, by_tag)| {
        let mut value = Vec::with_capacity(3 * by_tag.len());
        for (t, weight) in by_tag {
            value.push(tag(&t)?);
            value.extend(tenths(weight).to_le_bytes());
        }
        Ok((feature, value))
    });
    append(&mut bytes, packed.collect::<Result<_, G2pError>>()?)?;
    Ok(bytes)
}

/// The file's weights have one decimal; whole tenths add up without rounding.
#[allow(clippy::cast_possible_truncation)] // the largest weight is below 100
fn tenths(weight: f64) -> i16 {
    (weight * 10.0).round().clamp(-32_000.0, 32_000.0) as i16
}

fn readings(word: Word) -> String {
    match word {
        Word::One(phonemes) => phonemes,
        Word::ByTag(by_tag) => {
            let entry = |(tag, p): (String, Option<String>)| format!("{tag}{IS}{}", p.unwrap_or_default());
            let entries: Vec<_> = by_tag.into_iter().map(entry).collect();
            entries.join(&NEXT.to_string())
        }
    }
}

fn append(bytes: &mut Vec<u8>, entries: Entries) -> Result<(), G2pError> {
    let size = |n: usize| u32::try_from(n).map_err(|_| G2pError::pack(FILE, &"a table beyond 4 GB"));
    bytes.extend(size(entries.len())?.to_le_bytes());
    let mut at = bytes.len() + 4 * (entries.len() + 1);
    let mut records = Vec::new();
    for (key, value) in entries {
        let length = u8::try_from(key.len()).map_err(|_| G2pError::pack(FILE, &format!("a key too long: {key}")))?;
        bytes.extend(size(at)?.to_le_bytes());
        at += 1 + key.len() + value.len();
        records.push(length);
        records.extend(key.into_bytes());
        records.extend(value);
    }
    bytes.extend(size(at)?.to_le_bytes());
    bytes.extend(records);
    Ok(())
}

pub(super) fn read<T: for<'de> Deserialize<'de>>(dir: &Path, name: &str) -> Result<T, G2pError> {
    let raw = std::fs::read(dir.join(name)).map_err(|e| G2pError::pack(name, &e))?;
    if !name.ends_with(".gz") {
        return serde_json::from_slice(&raw).map_err(|e| G2pError::pack(name, &e));
    }
    let mut text = Vec::new();
    let mut unpacked = flate2::read::GzDecoder::new(raw.as_slice());
    unpacked.read_to_end(&mut text).map_err(|e| G2pError::pack(name, &e))?;
    serde_json::from_slice(&text).map_err(|e| G2pError::pack(name, &e))
}
