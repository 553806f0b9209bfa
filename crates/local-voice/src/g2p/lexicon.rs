//! Words to phonemes by the two dictionaries and misaki's rules for what is not in
//! them: function words, letters, -s, -ed and -ing.

use super::stress::{self, PRIMARY, SECONDARY, Stress};
use super::table::{Reading, Section, Tables};

mod number;
mod suffix;

pub(super) use number::{Figure, units};

/// What is known of the words to the right (words are read from the last to the
/// first, because "the" and "to" depend on what follows).
#[derive(Clone, Copy, Default)]
pub(super) struct Context {
    /// Whether the next sound is a vowel; `None` before a pause.
    pub vowel_next: Option<bool>,
    pub to_next: bool,
}

/// A word to look up.
#[derive(Clone, Copy)]
pub(super) struct Query<'a> {
    pub tag: Option<&'a str>,
    pub stress: Option<Stress>,
    /// `None` for words made of numbers, which know nothing of what follows.
    pub context: Option<Context>,
}

impl Query<'_> {
    pub const PLAIN: Query<'static> = Query { tag: None, stress: None, context: None };
}

pub(super) struct Lexicon<'a> {
    tables: &'a Tables,
}

impl<'a> Lexicon<'a> {
    pub fn over(tables: &'a Tables) -> Self {
        Self { tables }
    }

    /// A word of text, already with straight apostrophes.
    pub fn word(&self, word: &str, tag: &str, context: Context) -> Option<String> {
        let stress = match word {
            w if w == w.to_lowercase() => None,
            w if w == w.to_uppercase() => Some(4),
            _ => Some(1),
        };
        let query = Query { tag: Some(tag), stress, context: Some(context) };
        if let Some(special) = self.special(word, tag, query) {
            return Some(special);
        }
        let small = word.to_lowercase();
        let word = if self.reads_as_small(word, &small, query) { &small } else { word };
        self.known_or_owner(word, query).or_else(|| suffix::stemmed(self, word, query))
    }

    /// The dictionary's reading, or the letters' names.
    pub fn lookup(&self, word: &str, query: Query<'_>) -> Option<String> {
        let shouted = word == word.to_uppercase() && self.gold(word).is_none();
        let small = word.to_lowercase();
        let word = if shouted { small.as_str() } else { word };
        let name = shouted && query.tag == Some("NNP");
        let reading = self.gold(word).or_else(|| if name { None } else { self.silver(word) });
        let phonemes = reading.and_then(|r| choose(&r, query));
        match phonemes {
            Some(p) if !name || p.contains(PRIMARY) => Some(stress::apply(p, query.stress)),
            _ => self.letters(word),
        }
    }

    pub fn knows(&self, word: &str) -> bool {
        if self.listed(word) || matches!(word, "%" | "&" | "+" | "@") {
            return true;
        }
        if word.is_empty() || !word.chars().all(|c| c.is_ascii_alphabetic()) {
            return false;
        }
        let upper = |w: &str| w == w.to_uppercase();
        word.len() == 1 || (upper(word) && self.gold(&word.to_lowercase()).is_some()) || upper(&word[1..])
    }

    /// Each letter by its name, the last one strongest.
    pub fn letters(&self, word: &str) -> Option<String> {
        let mut names = String::new();
        for letter in word.chars().filter(|c| c.is_alphabetic()) {
            match self.gold(&letter.to_uppercase().to_string())? {
                Reading::One(name) => names.push_str(name),
                all @ Reading::ByTag(_) => names.push_str(all.of("DEFAULT")??),
            }
        }
        let mut weak = stress::apply(&names, Some(0));
        if let Some(at) = weak.rfind(SECONDARY) {
            weak.replace_range(at..at + SECONDARY.len_utf8(), &PRIMARY.to_string());
        }
        Some(weak)
    }

    fn listed(&self, word: &str) -> bool {
        self.gold(word).is_some() || self.silver(word).is_some()
    }

    fn gold(&self, word: &str) -> Option<Reading<'a>> {
        self.entry(Section::Gold, word)
    }

    fn silver(&self, word: &str) -> Option<Reading<'a>> {
        self.entry(Section::Silver, word)
    }

    /// A word also answers to its Capitalised form and the other way round.
    fn entry(&self, section: Section, word: &str) -> Option<Reading<'a>> {
        let exact = self.tables.reading(section, word);
        if exact.is_some() || word.chars().count() < 2 {
            return exact;
        }
        let small = word.to_lowercase();
        let capital = capitalised(&small);
        if word == small {
            self.tables.reading(section, &capital).filter(|_| capital != small)
        } else if word == capital {
            self.tables.reading(section, &small)
        } else {
            None
        }
    }

    fn default_of(&self, word: &str, tag: &str) -> Option<String> {
        let reading = self.gold(word)?;
        match &reading {
            Reading::One(p) => Some((*p).to_owned()),
            Reading::ByTag(_) => reading.of(tag).or_else(|| reading.of("DEFAULT"))?.map(str::to_owned),
        }
    }

    /// A capitalised or shouted common word is read like the small one.
    fn reads_as_small(&self, word: &str, small: &str, query: Query<'_>) -> bool {
        let letters = word.chars().filter(|c| *c != '\'').all(char::is_alphabetic);
        let long = word.chars().count();
        let tail: String = word.chars().skip(1).collect();
        let plain_case = word == word.to_uppercase() || tail == tail.to_lowercase();
        long > 1
            && letters
            && word != "'"
            && word != small
            && (query.tag != Some("NNP") || long > 7)
            && !self.listed(word)
            && plain_case
            && (self.listed(small) || suffix::stemmed(self, small, query).is_some())
    }

    fn known_or_owner(&self, word: &str, query: Query<'_>) -> Option<String> {
        if self.knows(word) {
            return self.lookup(word, query);
        }
        let owner = word.strip_suffix("s'").map(|w| format!("{w}'s"));
        if let Some(owner) = owner.filter(|w| self.knows(w)) {
            return self.lookup(&owner, query);
        }
        let bare = word.strip_suffix('\'').filter(|w| self.knows(w))?;
        self.lookup(bare, query)
    }

    /// Words whose sound depends on their job in the sentence.
    fn special(&self, word: &str, tag: &str, query: Query<'_>) -> Option<String> {
        let context = query.context.unwrap_or_default();
        let vowel = context.vowel_next;
        let plain = Query { tag: None, stress: None, ..query };
        let said = |s: &str| Some(s.to_owned());
        match word {
            "." | "/" if tag == "ADD" => {
                let name = if word == "." { "dot" } else { "slash" };
                self.lookup(name, Query { stress: Some(-1), ..plain })
            }
            "%" => self.lookup("percent", plain),
            "&" => self.lookup("and", plain),
            "+" => self.lookup("plus", plain),
            "@" => self.lookup("at", plain),
            _ if dotted_letters(word) => self.letters(word),
            "a" | "A" => said(if tag == "DT" { "ɐ" } else { "ˈA" }),
            "am" | "Am" | "AM" if tag.starts_with("NN") => self.letters(word),
            "am" if vowel.is_some() => said("ɐm"),
            "am" | "Am" | "AM" => self.default_of("am", "DEFAULT"),
            "AN" if tag.starts_with("NN") => self.letters(word),
            "an" | "An" | "AN" => said("ɐn"),
            "I" if tag == "PRP" => said("ˌI"),
            "by" | "By" | "BY" if tag.starts_with("RB") || tag.starts_with("ADV") => said("bˈI"),
            "TO" if !matches!(tag, "TO" | "IN") => None,
            "to" | "To" | "TO" => match vowel {
                None => self.default_of("to", "DEFAULT"),
                Some(false) => said("tə"),
                Some(true) => said("tʊ"),
            },
            "IN" if tag == "NNP" => None,
            "in" | "In" | "IN" => said(if vowel.is_none() || tag != "IN" { "ˈɪn" } else { "ɪn" }),
            "THE" if tag != "DT" => None,
            "the" | "The" | "THE" => said(if vowel == Some(true) { "ði" } else { "ðə" }),
            "used" | "Used" | "USED" => {
                let habit = matches!(tag, "VBD" | "JJ") && context.to_next;
                self.default_of("used", if habit { "VBD" } else { "DEFAULT" })
            }
            _ if tag == "IN" && matches!(word.to_lowercase().as_str(), "vs" | "vs.") => self.lookup("versus", plain),
            _ => None,
        }
    }
}

/// "Calendar", from "calendar".
fn capitalised(small: &str) -> String {
    let mut chars = small.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// "U.S.", "p.m": letters with full stops between, one or two at a time.
fn dotted_letters(word: &str) -> bool {
    word.trim_matches('.').contains('.')
        && word.chars().all(|c| c == '.' || c.is_alphabetic())
        && word.split('.').all(|part| part.chars().count() < 3)
}

fn choose<'a>(reading: &Reading<'a>, query: Query<'_>) -> Option<&'a str> {
    if let Reading::One(phonemes) = reading {
        return Some(phonemes);
    }
    let pause = query.context.is_some_and(|c| c.vowel_next.is_none());
    if let Some(before_pause) = reading.of("None").filter(|_| pause) {
        return before_pause;
    }
    let exact = query.tag.and_then(|tag| reading.of(tag));
    let family = || query.tag.and_then(|tag| reading.of(family(tag)));
    exact.or_else(family).or_else(|| reading.of("DEFAULT")).flatten()
}

/// The dictionary's name for a tag and its kin.
fn family(tag: &str) -> &str {
    match tag {
        t if t.starts_with("VB") => "VERB",
        t if t.starts_with("NN") => "NOUN",
        t if t.starts_with("RB") || t.starts_with("ADV") => "ADV",
        t if t.starts_with("JJ") || t.starts_with("ADJ") => "ADJ",
        t => t,
    }
}
