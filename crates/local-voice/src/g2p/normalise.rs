//! Text as a person would read it out: times, dates, money, units, abbreviations,
//! phones and signs become words. Plain numbers stay; the lexicon reads them.
//!
//! The word tables are the pack's `normalize.json`; the order of the steps matters
//! (a date must be gone before its dashes could look like a range).

use std::collections::BTreeMap;
use std::path::Path;

use regex::{Captures, Regex};
use serde::Deserialize;

use super::G2pError;
use super::table::read;

mod calendar;
mod figures;
mod india;
mod names;
mod rewrite;

use rewrite::{Rewrite, alternatives, rewrite};

/// A figure: grouped by thousands or plain, perhaps with decimals.
const NUMBER: &str = r"\d+(?:,\d{3})*(?:\.\d+)?";
/// Words for how many thousands, in money.
const BIG: &str = r"hundred|thousand|million|billion|trillion|[kKmMbB]\b";

/// The pack's word tables. Symbols keep the file's order.
#[derive(Deserialize)]
pub(super) struct Words {
    pub months: BTreeMap<String, String>,
    pub titles: BTreeMap<String, String>,
    pub abbreviations: BTreeMap<String, String>,
    pub units: BTreeMap<String, [String; 2]>,
    pub symbols: serde_json::Map<String, serde_json::Value>,
    pub currency: BTreeMap<String, [String; 2]>,
    pub roman_cardinal: Vec<String>,
    pub roman_ordinal: Vec<String>,
}

type Step = fn(&Words, &Captures<'_>, &str) -> Rewrite;

pub(super) struct Normaliser {
    words: Words,
    steps: Vec<(Regex, Step)>,
    symbols: Vec<(Regex, String, bool)>,
    blanks: Regex,
    before_mark: Regex,
}

impl Normaliser {
    pub fn load(dir: &Path) -> Result<Self, G2pError> {
        let words: Words = read(dir, "normalize.json")?;
        let regex = |p: &str| Regex::new(p).map_err(|e| G2pError::pack("normalize.json", &e));
        let steps = steps(&words).into_iter().map(|(p, step)| Ok((regex(&p)?, step)));
        let symbols = words.symbols.iter().map(|(sign, word)| {
            let between = "=<>~".contains(sign.as_str());
            let escaped = regex::escape(sign);
            let pattern = if between { format!(" ?{escaped} ?") } else { escaped };
            let word = word.as_str().unwrap_or_default();
            let word = if word.is_empty() { " ".to_owned() } else { format!(" {word} ") };
            Ok((regex(&pattern)?, word, between))
        });
        Ok(Self {
            steps: steps.collect::<Result<_, G2pError>>()?,
            symbols: symbols.collect::<Result<_, G2pError>>()?,
            blanks: regex(r"\s+")?,
            before_mark: regex(r" +([,.;:!?])")?,
            words,
        })
    }

    pub fn normalise(&self, text: &str) -> String {
        let text = self.blanks.replace_all(text, " ");
        let mut text = text.trim().replace('’', "'").replace('‒', "-").replace('―', "—");
        for (pattern, step) in &self.steps {
            text = rewrite(&text, pattern, |found, whole| step(&self.words, found, whole));
        }
        for (pattern, word, between) in &self.symbols {
            text = rewrite(&text, pattern, |found, whole| symbol(found, whole, word, *between));
        }
        let text = self.blanks.replace_all(&text, " ");
        self.before_mark.replace_all(&text, "$1").trim().to_owned()
    }
}

fn steps(words: &Words) -> Vec<(String, Step)> {
    let mut steps: Vec<(String, Step)> = india::steps();
    steps.extend(calendar::times_and_dates());
    steps.extend(figures::money(words));
    steps.extend(figures::measures(words));
    steps.extend(calendar::month_names(words));
    steps.extend(names::steps(words));
    steps.extend(figures::phones_and_ranges());
    steps
}

/// Comparison signs only count between two things.
fn symbol(found: &Captures<'_>, whole: &str, word: &str, between: bool) -> Rewrite {
    let (before, after) = rewrite::around(found, whole);
    let filled = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    if between && !(filled(before) && filled(after)) {
        return Rewrite::Pass;
    }
    Rewrite::To(word.to_owned())
}

/// "1 rupee", "2 rupees".
fn plural<'a>(figure: &str, words: &'a [String; 2]) -> &'a str {
    let one = matches!(figure.replace(',', "").as_str(), "1" | "1.0" | "-1");
    if one { &words[0] } else { &words[1] }
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

fn is_any(c: Option<char>, set: &str) -> bool {
    c.is_some_and(|c| set.contains(c))
}
