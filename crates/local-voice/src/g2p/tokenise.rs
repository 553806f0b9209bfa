//! Text to words, the way the tagger was taught: a table of special cases
//! (contractions, "Mr.", "10am"), then marks peeled off both ends of a chunk, then
//! cuts inside it (hyphens, slashes).

use std::collections::BTreeMap;
use std::path::Path;

use regex::Regex;

use super::G2pError;
use super::table::read;

const QUOTES: &str = "'\"”“`‘´’‚,„»«「」『』（）〔〕【】《》〈〉";
const MARKS: &str = "…,:;!?¿¡()[]{}<>_#*&。？！，、；：～·";
const ICONS: &str = "™®©°§¶†‡•";
const LEADING: &str = "§%=—–";
const MONEY: [&str; 23] = [
    "US$", "C$", "A$", "$", "£", "€", "¥", "฿", "₽", "₹", "₩", "₪", "₺", "₴", "₦", "₫", "₱", "₲", "₵", "₸", "₼", "₾",
    "₿",
];
const UNITS: [&str; 44] = [
    "km²", "km³", "dm²", "dm³", "cm²", "cm³", "mm²", "mm³", "km/h", "m/s", "kmh", "mph", "hPa", "mbar", "km", "m²",
    "m³", "dm", "cm", "mm", "ha", "µm", "nm", "yd", "in", "ft", "kg", "mg", "µg", "lb", "oz", "Pa", "mb", "MB", "kb",
    "KB", "gb", "GB", "tb", "TB", "m", "g", "t", "%",
];
const BIG_UNITS: &str = "TGMK";
/// Web and mail addresses stay one word.
const ADDRESS: &str = r"(?i)^(?:(?:(?:https?|ftp)://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:[\w-]+\.)+(?:com|org|net|edu|gov|io|co|uk|de|fr|info|biz|us|ca|au|tv|me|ly|ai)(?:/\S*)?)$";

/// A word and whether a blank follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub text: String,
    pub blank: bool,
}

pub(super) struct Tokeniser {
    special: BTreeMap<String, Vec<String>>,
    address: Regex,
}

impl Tokeniser {
    pub fn load(dir: &Path) -> Result<Self, G2pError> {
        Ok(Self {
            special: read(dir, "tokenizer_exceptions.json")?,
            address: Regex::new(ADDRESS).map_err(|e| G2pError::pack("address pattern", &e))?,
        })
    }

    pub fn pieces(&self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for chunk in text.split_whitespace() {
            pieces.extend(self.words(chunk).into_iter().map(|text| Piece { text, blank: false }));
            if let Some(last) = pieces.last_mut() {
                last.blank = true;
            }
        }
        if let Some(last) = pieces.last_mut() {
            last.blank = text.ends_with(char::is_whitespace);
        }
        pieces
    }

    fn words(&self, chunk: &str) -> Vec<String> {
        if let Some(words) = self.special.get(chunk) {
            return words.clone();
        }
        let (mut front, middle, back) = self.peel(chunk);
        if let Some(words) = self.special.get(middle) {
            front.extend(words.iter().cloned());
        } else if self.address.is_match(middle) {
            front.push(middle.to_owned());
        } else {
            front.extend(cut_inside(middle));
        }
        front.extend(back.into_iter().rev());
        if front.len() > 1 { self.rejoin(front) } else { front }
    }

    /// Marks before, what is left, marks after (outermost first).
    fn peel<'a>(&self, chunk: &'a str) -> (Vec<String>, &'a str, Vec<String>) {
        let (mut s, mut front, mut back) = (chunk, Vec::new(), Vec::new());
        while !s.is_empty() && !self.special.contains_key(s) {
            let (head, rest) = s.split_at(leading(s));
            if !head.is_empty() && self.special.contains_key(rest) {
                front.push(head.to_owned());
                return (front, rest, back);
            }
            let (without, tail) = s.split_at(s.len() - trailing(rest));
            if !tail.is_empty() && self.special.contains_key(without) {
                back.push(tail.to_owned());
                return (front, without, back);
            }
            if head.is_empty() && tail.is_empty() {
                break;
            }
            s = &rest[..rest.len() - tail.len()];
            front.extend((!head.is_empty()).then(|| head.to_owned()));
            back.extend((!tail.is_empty()).then(|| tail.to_owned()));
        }
        (front, s, back)
    }

    /// "Sept" and "." are one special case when they stand together.
    fn rejoin(&self, words: Vec<String>) -> Vec<String> {
        let mut out = Vec::with_capacity(words.len());
        let mut at = 0;
        while at < words.len() {
            let joined = [3, 2].into_iter().find_map(|n| {
                let special = self.special.get(&words.get(at..at + n)?.concat())?;
                Some((n, special))
            });
            match joined {
                Some((n, special)) => {
                    out.extend(special.iter().cloned());
                    at += n;
                }
                None => {
                    out.push(words[at].clone());
                    at += 1;
                }
            }
        }
        out
    }
}

/// Bytes of the mark that `s` begins with.
fn leading(s: &str) -> usize {
    let Some(first) = s.chars().next() else { return 0 };
    let second = s[first.len_utf8()..].chars().next();
    let single = [LEADING, MARKS, QUOTES, ICONS].iter().any(|set| set.contains(first));
    if single || (first == '+' && !second.is_some_and(|c| c.is_ascii_digit())) {
        return first.len_utf8();
    }
    if s.starts_with("..") {
        return s.len() - s.trim_start_matches('.').len();
    }
    MONEY.iter().find(|m| s.starts_with(**m)).map_or(0, |m| m.len())
}

/// Bytes of the longest mark that `s` ends with.
fn trailing(s: &str) -> usize {
    let Some(last) = s.chars().next_back() else { return 0 };
    let dots = s.len() - s.trim_end_matches('.').len();
    let single = ["—–", MARKS, QUOTES, ICONS].iter().any(|set| set.contains(last));
    let candidates = [
        if s.ends_with("……") { "……".len() } else { 0 },
        if dots >= 2 { dots } else { 0 },
        if single || (last == '.' && ends_word(s)) { last.len_utf8() } else { 0 },
        ["'s", "'S", "’s", "’S"].iter().find(|p| s.ends_with(**p)).map_or(0, |p| p.len()),
        after_digit(s, &["+"]),
        after_digit(s, &MONEY),
        after_digit(s, &UNITS),
        if BIG_UNITS.contains(last) && digit_before(s, 1) { 1 } else { 0 },
    ];
    candidates.into_iter().max().unwrap_or(0)
}

fn after_digit(s: &str, ends: &[&str]) -> usize {
    let fits = ends.iter().filter(|e| s.ends_with(**e) && digit_before(s, e.len()));
    fits.map(|e| e.len()).max().unwrap_or(0)
}

fn digit_before(s: &str, length: usize) -> bool {
    s[..s.len() - length].ends_with(|c: char| c.is_ascii_digit())
}

/// Whether the full stop at the end of `s` ends a word ("done.", "USA.") rather than
/// belonging to an initial ("J.").
fn ends_word(s: &str) -> bool {
    let mut before = s.chars().rev().skip(1);
    let Some(last) = before.next() else { return false };
    let closes = last.is_ascii_digit() || small(last) || "%²-+".contains(last);
    let mark = MARKS.contains(last) || QUOTES.contains(last);
    let degrees = "FfCcKk".contains(last) && s.ends_with(&format!("°{last}."));
    closes || mark || degrees || (capital(last) && before.next().is_some_and(capital))
}

/// Splits at marks inside a word; a mark at its very start stays with it.
fn cut_inside(s: &str) -> Vec<String> {
    let mut out = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < s.len() {
        let length = mark_at(s, at);
        if length > 0 && at > 0 {
            if at > start {
                out.push(s[start..at].to_owned());
            }
            out.push(s[at..at + length].to_owned());
            start = at + length;
        }
        at += if length > 0 { length } else { s[at..].chars().next().map_or(1, char::len_utf8) };
    }
    if start < s.len() {
        out.push(s[start..].to_owned());
    }
    out
}

fn mark_at(s: &str, at: usize) -> usize {
    let rest = &s[at..];
    let Some(c) = rest.chars().next() else { return 0 };
    let (before, next) = (s[..at].chars().next_back(), rest[c.len_utf8()..].chars().next());
    let is = |side: Option<char>, f: &dyn Fn(char) -> bool| side.is_some_and(f);
    if rest.starts_with("..") {
        return rest.len() - rest.trim_start_matches('.').len();
    }
    let digits = is(before, &|b| b.is_ascii_digit()) && is(next, &|n| n.is_ascii_digit() || n == '-');
    let stop = is(before, &|b| small(b) || QUOTES.contains(b)) && is(next, &|n| capital(n) || QUOTES.contains(n));
    let letters = is(before, &char::is_alphabetic) && is(next, &char::is_alphabetic);
    let joined = is(before, &char::is_alphanumeric) && is(next, &char::is_alphabetic);
    let single = c == '…'
        || ICONS.contains(c)
        || ("+-*^".contains(c) && digits)
        || (c == '.' && stop)
        || (c == ',' && letters)
        || ("-–—~:<>=/".contains(c) && joined);
    if single {
        return c.len_utf8();
    }
    let long = ["---", "--", "——"].iter().find(|d| rest.starts_with(**d));
    let follows = |d: &&&str| is(rest[d.len()..].chars().next(), &char::is_alphabetic);
    long.filter(follows).filter(|_| is(before, &char::is_alphanumeric)).map_or(0, |d| d.len())
}

fn small(c: char) -> bool {
    matches!(c, 'a'..='z' | 'ß'..='ö' | 'ø'..='ÿ')
}

fn capital(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare() -> Tokeniser {
        let special = [("don't", vec!["do", "n't"]), ("Mr.", vec!["Mr."])];
        let owned = |(k, v): (&str, Vec<&str>)| (k.to_owned(), v.into_iter().map(str::to_owned).collect());
        Tokeniser { special: special.into_iter().map(owned).collect(), address: Regex::new(ADDRESS).unwrap() }
    }

    #[test]
    fn marks_come_off_and_hyphens_cut() {
        let words = |s: &str| bare().pieces(s).into_iter().map(|p| p.text).collect::<Vec<_>>().join("|");
        assert_eq!(words("(Well-made, isn't it?)"), "(|Well|-|made|,|isn't|it|?|)");
        assert_eq!(words("$5.50 for 3km. I don't!"), "$|5.50|for|3|km|.|I|do|n't|!");
        assert_eq!(words("Mr. J. Rao's a@b.co 2+2..."), "Mr.|J.|Rao|'s|a@b.co|2|+|2|...");
    }
}
