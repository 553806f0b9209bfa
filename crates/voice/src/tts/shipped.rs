//! The recordings that every copy of Caly carries: what calls say by keypad on
//! a machine that has no synthesiser. Found by the words of a sentence, so a
//! text is said from the recordings of its sentences, and one sentence that
//! many agents share is carried once.
//!
//! `make prompts` makes those that are missing and takes away those that no
//! text asks for any more.

use super::adpcm;
use crate::mind::prompts::{self, Fixed, fixed_prompts};
use caly_core::agent::{Agent, Catalogue, CatalogueError};
use caly_local_voice::tts::sentences;
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;

static RECORDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/prompts");

/// The rate of the recordings, Hz: a telephone's.
pub const RATE: u32 = 8_000;

/// The shop's front desk, order status, returns and refunds, and the clinic's
/// appointments. Of other sectors the front desk's greeting and menu are
/// recorded.
const IN_FULL: std::ops::RangeInclusive<i64> = 1..=4;

/// Where an agent's own greeting has no recording.
const GREETING: Fixed = Fixed { key: "any.greeting", text: "Hello, and thank you for calling." };

/// The samples of a text at [`RATE`], sentence by sentence. A sentence without
/// a recording is left out when another of the text has one; a greeting or a
/// handing over (by `prompt`) without any is a general one. `None`: this text
/// cannot be said, and the call takes the way to a person.
#[must_use]
pub fn say(text: &str, prompt: &str) -> Option<Vec<i16>> {
    recorded(text).or_else(|| match prompt.rsplit('.').next() {
        Some("greeting") => recorded(GREETING.text),
        Some("takeover") => recorded(prompts::FILLER_MOMENT.text),
        _ => None,
    })
}

/// Whether every fixed text of an agent is recorded.
#[must_use]
pub fn in_full(agent: &Agent) -> bool {
    IN_FULL.contains(&agent.id.0)
}

/// Whether every sentence of a text is recorded.
#[must_use]
pub fn is_whole(text: &str) -> bool {
    sentences(text).iter().all(|s| RECORDED.get_file(file_name(s)).is_some())
}

/// The name of a sentence's recording: its words, however they are set.
#[must_use]
pub fn file_name(sentence: &str) -> String {
    let words = sentence.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty());
    let mut name = words.map(|w| w.replace('\'', "").to_lowercase()).collect::<Vec<_>>().join("_");
    if name.len() > LONGEST {
        let sum = fnv(&name);
        let cut = (0..=LONGEST).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
        name.truncate(cut);
        name = format!("{name}-{sum:08x}");
    }
    name + ".ima"
}

/// Every sentence that has to be recorded, by the name of its file.
///
/// # Errors
/// [`CatalogueError`] when the embedded catalogue is unsound.
pub fn wanted() -> Result<BTreeMap<String, String>, CatalogueError> {
    let agents = Catalogue::embedded()?.agents();
    let full = agents.iter().filter(|a| in_full(a));
    let own: Vec<String> = full.map(|a| prompts::key(a, "")).collect();
    let mut texts: Vec<String> = vec![GREETING.text.to_owned()];
    texts.extend(prompts::ALL.iter().map(|f| f.text.to_owned()));
    let of_full = |key: &str| own.iter().any(|agent| key.starts_with(agent));
    texts.extend(fixed_prompts()?.into_iter().filter(|(key, _)| of_full(key)).map(|(_, text)| text));
    texts.extend(agents.iter().filter(|a| is_entry(a)).flat_map(|a| [a.greeting.clone(), prompts::menu(a)]));
    let named = |s: &str| (file_name(s), s.to_owned());
    Ok(texts.iter().flat_map(|t| sentences(t)).map(named).collect())
}

/// Longer names are cut and end in a sum: some file systems take 143 bytes.
const LONGEST: usize = 80;

fn is_entry(agent: &Agent) -> bool {
    Catalogue::embedded().is_ok_and(|c| c.entry_agent(agent.sector).is_some_and(|entry| entry.id == agent.id))
}

fn recorded(text: &str) -> Option<Vec<i16>> {
    let files = sentences(text).into_iter().filter_map(|s| RECORDED.get_file(file_name(s)));
    let sound: Vec<i16> = files.flat_map(|f| adpcm::decode(f.contents())).collect();
    (!sound.is_empty()).then_some(sound)
}

/// FNV-1a: the same on every machine and in every version of Rust.
fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |sum, b| (sum ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests;
