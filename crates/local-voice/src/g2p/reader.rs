//! Words to phonemes, from the last to the first: the dictionaries where they can,
//! longest piece first; the character network where they cannot.

use regex::Regex;

use super::G2pError;
use super::lexicon::{Context, Figure, Lexicon, units};
use super::oov::Oov;
use super::stress;
use super::words::{Token, Word, merged};

/// Marks that are silent inside a word.
const SILENT: &str = "',-._‘’/";
const PAUSES: &str = ";:,.!?—…";
/// Letters, figures or signs of a word that no dictionary holds.
pub(super) const PIECES: &str = r"\p{L}+(?:['’]\p{L}+)*|\d+(?:[,.]\d+)*|[^\w\s]+";

pub(super) struct Reader<'a> {
    pub lexicon: Lexicon<'a>,
    pub oov: &'a Oov,
    pub pieces: &'a Regex,
}

impl Reader<'_> {
    /// The sentence's phonemes with blanks where the text had them.
    pub fn read(&self, mut words: Vec<Word>) -> Result<String, G2pError> {
        let mut context = Context::default();
        for word in words.iter_mut().rev() {
            context = match word {
                Word::One(token) => self.one(token, context)?,
                Word::Many(tokens) => self.many(tokens, context)?,
            };
        }
        let spoken: String = words.iter().map(spoken).collect();
        Ok(spoken.trim().replace('ɾ', "T").replace('ʔ', "t"))
    }

    fn one(&self, token: &mut Token, context: Context) -> Result<Context, G2pError> {
        if token.phonemes.is_none() {
            token.phonemes = Some(match self.listed(token, context) {
                Some(phonemes) => phonemes,
                None => self.unlisted(&token.text)?,
            });
        }
        Ok(after(context, token.phonemes.as_deref().unwrap_or_default(), token))
    }

    /// The longest run that ends at the right edge is read first, then what is left of it.
    fn many(&self, tokens: &mut [Token], mut context: Context) -> Result<Context, G2pError> {
        let (mut left, mut right) = (0, tokens.len());
        while left < right {
            let whole = merged(&tokens[left..right]);
            let found = whole.and_then(|t| Some((self.listed(&t, context)?, t)));
            if let Some((phonemes, whole)) = found {
                context = after(context, &phonemes, &whole);
                tokens[left].phonemes = Some(phonemes);
                for token in &mut tokens[left + 1..right] {
                    token.phonemes = Some(String::new());
                }
                (left, right) = (0, left);
            } else if left + 1 < right {
                left += 1;
            } else {
                right -= 1;
                if !tokens[right].text.chars().all(|c| SILENT.contains(c)) {
                    self.whole_unlisted(tokens)?;
                    return Ok(context);
                }
                tokens[right].phonemes = Some(String::new());
                left = 0;
            }
        }
        settle(tokens);
        Ok(context)
    }

    fn whole_unlisted(&self, tokens: &mut [Token]) -> Result<(), G2pError> {
        let text: String = tokens.iter().map(|t| t.text.as_str()).collect();
        let mut phonemes = self.unlisted(&text)?;
        for token in tokens {
            token.phonemes = Some(std::mem::take(&mut phonemes));
            token.apart = false;
        }
        Ok(())
    }

    fn listed(&self, token: &Token, context: Context) -> Option<String> {
        let text = token.alias.unwrap_or(&token.text).replace(['‘', '’'], "'");
        if let Some(phonemes) = self.lexicon.word(&text, token.tag, context) {
            let unit = token.currency.as_deref().and_then(units);
            let unit = unit.and_then(|u| self.lexicon.unit(2, u[0]));
            return Some(unit.map_or(phonemes.clone(), |u| format!("{phonemes} {u}")));
        }
        let figure = Figure { text: &text, currency: token.currency.as_deref(), head: token.head };
        figure.is_number().then(|| self.lexicon.number(figure)).flatten()
    }

    fn unlisted(&self, text: &str) -> Result<String, G2pError> {
        let mut said = Vec::new();
        for piece in self.pieces.find_iter(text).map(|m| m.as_str()) {
            let first = piece.chars().next().unwrap_or(' ');
            let phonemes = if first.is_numeric() {
                let figure = Figure { text: piece, currency: None, head: false };
                self.lexicon.number(figure).unwrap_or_default()
            } else if first.is_alphabetic() {
                self.oov.phonemes(piece)?
            } else {
                piece.chars().map(sign).collect()
            };
            said.extend((!phonemes.is_empty()).then_some(phonemes));
        }
        Ok(said.join(" "))
    }
}

/// How a sign is said when it stands in an unknown word.
fn sign(c: char) -> &'static str {
    match c {
        '/' => "slˈæʃ",
        '=' => "ˈikwᵊlz",
        '+' => "plˈʌs",
        '&' => "ænd",
        '@' => "æt",
        '%' => "pəɹsˈɛnt",
        '#' => "hˈæʃ",
        '*' => "ˈæstəɹˌɪsk",
        '~' => "tˈɪldə",
        '^' => "kˈɛɹət",
        '<' => "lˈɛs ðən",
        '>' => "ɡɹˈATəɹ ðən",
        '—' => "—",
        _ => "",
    }
}

/// What the word before this one needs to know.
fn after(context: Context, phonemes: &str, token: &Token) -> Context {
    let sound = |c: char| match c {
        c if PAUSES.contains(c) => Some(None),
        c if stress::is_vowel(c) => Some(Some(true)),
        c if stress::is_consonant(c) => Some(Some(false)),
        _ => None,
    };
    let vowel_next = phonemes.chars().find_map(sound).unwrap_or(context.vowel_next);
    let shouted = token.text == "TO" && matches!(token.tag, "TO" | "IN");
    Context { vowel_next, to_next: shouted || matches!(token.text.as_str(), "to" | "To") }
}

/// Silent marks, gaps between kinds of writing, and one main stress for compounds.
fn settle(tokens: &mut [Token]) {
    let text: String = tokens.iter().map(|t| t.text.as_str()).collect();
    let apart = text.contains([' ', '/']) || mixed(&text);
    let last = tokens.len() - 1;
    for (i, token) in tokens.iter_mut().enumerate() {
        if token.phonemes.is_some() {
            token.apart = apart && i > 0;
        } else if i == last && PAUSES.contains(token.text.as_str()) {
            token.phonemes = Some(token.text.clone());
        } else if token.text.chars().all(|c| SILENT.contains(c)) {
            token.phonemes = Some(String::new());
        }
    }
    if !apart {
        share_stress(tokens);
    }
}

fn mixed(text: &str) -> bool {
    let kind = |c: char| match c {
        c if c.is_alphabetic() => 0,
        c if c.is_ascii_digit() => 1,
        _ => 2,
    };
    let mut kinds = text.chars().filter(|c| !SILENT.contains(*c)).map(kind);
    kinds.next().is_some_and(|first| kinds.any(|k| k != first))
}

fn share_stress(tokens: &mut [Token]) {
    let spoken = tokens.iter().enumerate().filter_map(|(i, t)| Some((i, t.phonemes.as_deref()?)));
    let spoken = spoken.filter(|(_, p)| !p.is_empty());
    let mut parts: Vec<_> = spoken.map(|(i, p)| (p.contains(stress::PRIMARY), stress::weight(p), i)).collect();
    let letter_first = parts.len() == 2 && tokens[parts[0].2].text.chars().count() == 1;
    if letter_first {
        return weaken(&mut tokens[parts[1].2]);
    }
    let main = parts.iter().filter(|p| p.0).count();
    if parts.len() < 2 || main <= parts.len().div_ceil(2) {
        return;
    }
    parts.sort_unstable();
    for (_, _, i) in &parts[..parts.len() / 2] {
        weaken(&mut tokens[*i]);
    }
}

fn weaken(token: &mut Token) {
    token.phonemes = token.phonemes.as_deref().map(|p| stress::apply(p, Some(-1)));
}

fn spoken(word: &Word) -> String {
    let tokens = match word {
        Word::One(token) => std::slice::from_ref(token),
        Word::Many(tokens) => tokens.as_slice(),
    };
    let mut out = String::new();
    for token in tokens {
        let phonemes = token.phonemes.as_deref().unwrap_or_default();
        let touches = !out.is_empty() && !out.ends_with(char::is_whitespace);
        if token.apart && touches && !phonemes.is_empty() {
            out.push(' ');
        }
        out.push_str(phonemes);
    }
    if tokens.last().is_some_and(|t| t.blank) {
        out.push(' ');
    }
    out
}
