//! Digits of a text as a caller writes or says them.

/// One digit and the bytes of the text that say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Digit {
    /// 0-9.
    pub(super) value: u8,
    /// First byte of its word.
    pub(super) start: usize,
    /// Byte behind its word.
    pub(super) end: usize,
    /// A number can begin here: the first digit of its word.
    pub(super) opens: bool,
    /// A number can end here: the last digit of its word.
    pub(super) closes: bool,
    /// Words that say no digit between the digit before and this one.
    pub(super) gap: usize,
}

/// The digits of a text and the words behind the last of them.
pub(super) fn digits_of(text: &str) -> (Vec<Digit>, usize) {
    let words = words_of(text);
    let mut digits = Vec::new();
    let (mut at, mut gap) = (0, 0);
    while at < words.len() {
        match say(&words[at..]) {
            Some((values, used)) => {
                let (start, end) = (words[at].0, words[at + used - 1].1);
                let last = values.len() - 1;
                digits.extend(values.iter().enumerate().map(|(i, &value)| Digit {
                    value,
                    start,
                    end,
                    opens: i == 0,
                    closes: i == last,
                    gap: if i == 0 { gap } else { 0 },
                }));
                gap = 0;
                at += used;
            }
            None => {
                gap += 1;
                at += 1;
            }
        }
    }
    (digits, gap)
}

type Word<'a> = (usize, usize, &'a str);

/// Runs of digits and runs of letters, with their bytes.
fn words_of(text: &str) -> Vec<Word<'_>> {
    let class = |c: char| match c {
        c if written(c).is_some() => 1,
        c if c.is_alphanumeric() || c == '\'' => 2,
        _ => 0,
    };
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut before = 0;
    for (at, c) in text.char_indices() {
        let (now, end) = (class(c), at + c.len_utf8());
        match words.last_mut() {
            Some(word) if now != 0 && now == before => *word = (word.0, end, &text[word.0..end]),
            _ if now != 0 => words.push((at, end, &text[at..end])),
            _ => {}
        }
        before = now;
    }
    words
}

/// The digits that the first words say, and how many words that takes.
fn say(words: &[Word<'_>]) -> Option<(Vec<u8>, usize)> {
    let word = words[0].2.to_lowercase();
    let written: Option<Vec<u8>> = word.chars().map(written).collect();
    if let Some(values) = written.filter(|v| !v.is_empty()) {
        return Some((values, 1));
    }
    let next = words.get(1).map(|w| w.2.to_lowercase());
    let next_unit = next.as_deref().and_then(|w| unit(w).or_else(|| w.parse().ok().filter(|n| *n < 10)));
    match (word.as_str(), next_unit) {
        ("double", Some(n)) => return Some((vec![n; 2], 2)),
        ("triple" | "treble", Some(n)) => return Some((vec![n; 3], 2)),
        _ => {}
    }
    match (tens(&word), next_unit) {
        (Some(t), Some(n)) if n > 0 => return Some((vec![t, n], 2)),
        (Some(t), _) => return Some((vec![t, 0], 1)),
        _ => {}
    }
    teen(&word).map(|n| (vec![1, n], 1)).or_else(|| unit(&word).map(|n| (vec![n], 1)))
}

/// ASCII, Devanagari and full-width digits.
fn written(c: char) -> Option<u8> {
    let from = |zero: char| u8::try_from(u32::from(c).checked_sub(u32::from(zero))?).ok();
    ['0', '०', '０'].into_iter().find_map(|zero| from(zero).filter(|n| *n < 10))
}

fn place(word: &str, names: &[&str]) -> Option<u8> {
    names.iter().position(|n| *n == word).and_then(|n| u8::try_from(n).ok())
}

fn unit(word: &str) -> Option<u8> {
    const NAMES: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    match word {
        "oh" | "o" | "nought" | "naught" => Some(0),
        _ => place(word, &NAMES),
    }
}

fn teen(word: &str) -> Option<u8> {
    const NAMES: [&str; 10] =
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];
    place(word, &NAMES)
}

fn tens(word: &str) -> Option<u8> {
    const NAMES: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    place(word, &NAMES).map(|n| n + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        digits_of(text).0.iter().map(|d| char::from(b'0' + d.value)).collect()
    }

    #[test]
    fn reads_digits_as_they_are_said() {
        assert_eq!(read("four one oh Double two triple nine"), "41022999");
        assert_eq!(read("forty two, twenty, seventeen and 3-14"), "42201".to_owned() + "7314");
        assert_eq!(read("५४ and ７"), "547");
        assert_eq!(read("no number here"), "");
    }

    #[test]
    fn counts_the_words_between() {
        let (digits, behind) = digits_of("it is 4 and then five please thanks");
        assert_eq!(digits.iter().map(|d| d.gap).collect::<Vec<_>>(), [2, 2]);
        assert_eq!(behind, 2);
    }
}
