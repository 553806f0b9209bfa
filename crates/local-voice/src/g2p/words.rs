//! Tagged tokens to words as the dictionaries hold them: pieces that touch belong to
//! one word, marks and currency signs stand alone.

use super::subtokens::subtokens;
use super::tokenise::Piece;

/// A piece of a word on its way to phonemes.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub text: String,
    pub tag: &'static str,
    pub blank: bool,
    pub phonemes: Option<String>,
    /// Read as another word ("2" as "to" in "B2B").
    pub alias: Option<&'static str>,
    pub currency: Option<String>,
    /// Whether it begins its word.
    pub head: bool,
    /// Whether its phonemes are set apart from those before.
    pub apart: bool,
}

impl Token {
    fn settled(&self) -> bool {
        self.alias.is_some() || self.phonemes.is_some()
    }
}

/// One token that stands alone, or several that touch.
pub(super) enum Word {
    One(Token),
    Many(Vec<Token>),
}

const MARKS: &str = ";:,.!?—…\"“”";
const MARK_TAGS: [&str; 11] = [".", ",", "-LRB-", "-RRB-", "``", "\"\"", "''", ":", "$", "#", "NFP"];

/// Groups the pieces of a sentence.
pub(super) fn words(pieces: &[Piece], tags: &[&'static str]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut currency: Option<String> = None;
    for (i, (piece, tag)) in pieces.iter().zip(tags).enumerate() {
        let more_figures = tags.get(i + 1) == Some(&"CD");
        let texts = subtokens(&piece.text);
        for (j, text) in texts.iter().enumerate() {
            let last = j + 1 == texts.len();
            let mut token = token(text, tag, piece.blank && last);
            let sign = *tag == "$" && ["$", "£", "€"].contains(text);
            if sign {
                currency = Some((*text).to_owned());
                token.phonemes = Some(String::new());
            } else if let Some(mark) = mark(text, tag) {
                token.phonemes = Some(mark);
            } else if currency.is_some() {
                if *tag != "CD" {
                    currency = None;
                } else if last && !more_figures {
                    token.currency.clone_from(&currency);
                }
            } else if *text == "2" && between_letters(&texts, j) {
                token.alias = Some("to");
            }
            place(&mut words, token);
        }
    }
    words.into_iter().map(alone).collect()
}

fn alone(word: Word) -> Word {
    match word {
        Word::Many(mut tokens) if tokens.len() == 1 => Word::One(tokens.remove(0)),
        word => word,
    }
}

fn token(text: &str, tag: &'static str, blank: bool) -> Token {
    Token { text: text.to_owned(), tag, blank, phonemes: None, alias: None, currency: None, head: true, apart: false }
}

/// The sound of a mark: itself, where the voice knows it as a pause.
fn mark(text: &str, tag: &str) -> Option<String> {
    if tag == ":" && matches!(text, "-" | "–") {
        return Some("—".to_owned());
    }
    let letters = text.chars().all(|c| c.is_ascii_alphabetic());
    if !MARK_TAGS.contains(&tag) || letters {
        return None;
    }
    Some(match tag {
        "-LRB-" => "(".to_owned(),
        "-RRB-" => ")".to_owned(),
        "``" => "“".to_owned(),
        "\"\"" | "''" => "”".to_owned(),
        _ => text.chars().filter(|c| MARKS.contains(*c)).collect(),
    })
}

fn between_letters(texts: &[&str], j: usize) -> bool {
    let before = j.checked_sub(1).and_then(|k| texts.get(k)?.chars().next_back());
    let after = texts.get(j + 1).and_then(|t| t.chars().next());
    [before, after].iter().all(|c| c.is_some_and(char::is_alphabetic))
}

fn place(words: &mut Vec<Word>, mut token: Token) {
    if token.settled() {
        return words.push(Word::One(token));
    }
    match words.last_mut() {
        Some(Word::Many(open)) if open.last().is_some_and(|t| !t.blank) => {
            token.head = false;
            open.push(token);
        }
        _ if token.blank => words.push(Word::One(token)),
        _ => words.push(Word::Many(vec![token])),
    }
}

/// The tokens as one: its tag is that of the piece with the most letters.
pub(super) fn merged(tokens: &[Token]) -> Option<Token> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    let size = |t: &Token| -> usize { t.text.chars().map(|c| if c.to_lowercase().eq([c]) { 1 } else { 2 }).sum() };
    let mut heaviest = first;
    for token in tokens {
        if size(token) > size(heaviest) {
            heaviest = token;
        }
    }
    Some(Token {
        text: tokens.iter().map(|t| t.text.as_str()).collect(),
        tag: heaviest.tag,
        blank: last.blank,
        phonemes: None,
        alias: None,
        currency: tokens.iter().filter_map(|t| t.currency.clone()).max(),
        head: first.head,
        apart: first.apart,
    })
}
