//! Digits as people say them and as recognisers write them.

use crate::mind::words::{close, plain};

/// The digits in a spoken answer: "one oh two four", "ten twenty four",
/// "double five", "1024", "one thousand twenty four". Words that only sound
/// like a digit ("to", "for") count where they stand among digits. Of two
/// readings the one with `min` to `max` digits is taken; `None` when the turn
/// holds no digits at all. The result may have fewer or more than asked for.
#[must_use]
pub fn digits(text: &str, min: u8, max: u8) -> Option<String> {
    let words = plain(text);
    let words = corrected(&words);
    let fits = |d: &String| (usize::from(min)..=usize::from(max)).contains(&d.len());
    let mut readings = Vec::new();
    for run in runs(words) {
        readings.push(spell(&run));
        // A leading "to" or "for" belongs to the sentence as often as to the number.
        let trimmed: Vec<Piece> = run.iter().copied().skip_while(|p| matches!(p, Piece::Maybe(_))).collect();
        readings.push(spell(&trimmed));
    }
    readings.retain(|r| !r.is_empty());
    let fitting = readings.iter().find(|r| fits(r)).cloned();
    fitting.or_else(|| readings.into_iter().max_by_key(String::len))
}

/// A small whole number, "two" or "the second": 1-31.
#[must_use]
pub fn number(words: &[String]) -> Option<u32> {
    words.iter().enumerate().find_map(|(i, w)| {
        let tens = match ordinal(w).or_else(|| cardinal(w))? {
            n @ (20 | 30) => {
                n + words.get(i + 1).and_then(|u| ordinal(u).or_else(|| cardinal(u))).filter(|u| *u < 10).unwrap_or(0)
            }
            n => n,
        };
        (1..=31).contains(&tens).then_some(tens)
    })
}

/// What one word can be in a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    /// A digit for sure.
    Digit(u32),
    /// A word that sounds like this digit.
    Maybe(u32),
    /// 10-19.
    Teen(u32),
    /// 20, 30, … 90.
    Tens(u32),
    /// Two or three of the next digit.
    Times(usize),
    /// Written in digits already: value and length.
    Written(u64, usize),
    /// Hundred, thousand.
    Scale(u64),
    /// "and" between hundreds and the rest.
    And,
}

/// What stands after the last "sorry" or "I mean", when digits follow there.
fn corrected(words: &[String]) -> &[String] {
    let cut = words.iter().rposition(|w| matches!(w.as_str(), "sorry" | "mean" | "actually" | "rather"));
    match cut {
        Some(at)
            if words[at + 1..].iter().any(|w| {
                matches!(piece(w), Some(Piece::Digit(_) | Piece::Written(..) | Piece::Teen(_) | Piece::Tens(_)))
            }) =>
        {
            &words[at + 1..]
        }
        _ => words,
    }
}

/// Stretches of words that are all numbers, each with something sure in it.
fn runs(words: &[String]) -> Vec<Vec<Piece>> {
    let mut runs = Vec::new();
    let mut run: Vec<Piece> = Vec::new();
    for word in words {
        match piece(word).or_else(|| (!run.is_empty()).then(|| garbled(word)).flatten()) {
            Some(p) => run.push(p),
            None if matches!(word.as_str(), "um" | "uh" | "er" | "then" | "hash" | "dash") => {}
            None => runs.push(std::mem::take(&mut run)),
        }
    }
    runs.push(run);
    let alone = words.len() <= 2;
    runs.retain(|r| {
        r.iter().any(|p| !matches!(p, Piece::And | Piece::Times(_) | Piece::Scale(_) | Piece::Maybe(_)))
            || (alone && !r.is_empty())
            || r.len() >= 3
    });
    runs
}

fn piece(word: &str) -> Option<Piece> {
    if !word.is_empty() && word.len() <= 12 && word.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Piece::Written(word.parse().ok()?, word.len()));
    }
    Some(match word {
        "zero" | "nought" | "nil" | "shunya" => Piece::Digit(0),
        "one" | "ek" => Piece::Digit(1),
        "two" => Piece::Digit(2),
        "three" | "teen" => Piece::Digit(3),
        "four" | "char" | "chaar" => Piece::Digit(4),
        "five" | "paanch" => Piece::Digit(5),
        "six" | "chhe" => Piece::Digit(6),
        "seven" | "saat" => Piece::Digit(7),
        "eight" | "aath" => Piece::Digit(8),
        "nine" | "nau" => Piece::Digit(9),
        "oh" | "o" | "owe" => Piece::Maybe(0),
        "won" | "wan" => Piece::Maybe(1),
        "to" | "too" | "tu" | "do" => Piece::Maybe(2),
        "tree" | "free" => Piece::Maybe(3),
        "for" | "fore" | "ford" | "fort" => Piece::Maybe(4),
        "fife" | "fight" => Piece::Maybe(5),
        "sex" | "sicks" | "sick" => Piece::Maybe(6),
        "ate" | "hate" => Piece::Maybe(8),
        "nein" | "mine" => Piece::Maybe(9),
        "double" | "dubble" => Piece::Times(2),
        "triple" | "treble" => Piece::Times(3),
        "hundred" => Piece::Scale(100),
        "thousand" => Piece::Scale(1000),
        "and" => Piece::And,
        _ => match cardinal(word)? {
            n @ 10..=19 => Piece::Teen(n),
            n => Piece::Tens(n),
        },
    })
}

/// A misspelt digit among digits: "sevin", "zeero".
fn garbled(word: &str) -> Option<Piece> {
    const LONG: [(&str, u32); 4] = [("zero", 0), ("three", 3), ("seven", 7), ("eight", 8)];
    let near =
        LONG.iter().find(|(w, _)| close(word, w) || (word.len() >= 4 && crate::mind::words::distance(word, w) == 1));
    near.map(|(_, n)| Piece::Maybe(*n))
}

fn spell(run: &[Piece]) -> String {
    if run.iter().any(|p| matches!(p, Piece::Scale(_))) {
        return counted(run).map_or(String::new(), |n| n.to_string());
    }
    let mut out = String::new();
    let mut times = 1;
    let mut i = 0;
    while i < run.len() {
        let mut one = match run[i] {
            Piece::Digit(d) | Piece::Maybe(d) | Piece::Teen(d) => d.to_string(),
            Piece::Tens(t) => match run.get(i + 1) {
                Some(Piece::Digit(d @ 1..=9) | Piece::Maybe(d @ 1..=9)) => {
                    i += 1;
                    (t + d).to_string()
                }
                _ => t.to_string(),
            },
            Piece::Written(n, len) => format!("{n:0len$}"),
            Piece::Times(n) => {
                times = n;
                i += 1;
                continue;
            }
            Piece::Scale(_) | Piece::And => String::new(),
        };
        one = one.repeat(times);
        times = 1;
        out.push_str(&one);
        i += 1;
    }
    out
}

/// "one thousand and twenty four" as one number.
fn counted(run: &[Piece]) -> Option<u64> {
    let (mut total, mut part) = (0_u64, 0_u64);
    for piece in run {
        match *piece {
            Piece::Digit(d) | Piece::Maybe(d) | Piece::Teen(d) | Piece::Tens(d) => {
                part = part.checked_add(u64::from(d))?
            }
            Piece::Written(n, _) => part = part.checked_add(n)?,
            Piece::Scale(1000) => {
                total = total.checked_add(part.max(1).checked_mul(1000)?)?;
                part = 0;
            }
            Piece::Scale(s) => part = part.max(1).checked_mul(s)?,
            Piece::Times(_) | Piece::And => {}
        }
    }
    total.checked_add(part)
}

fn cardinal(word: &str) -> Option<u32> {
    Some(match word {
        "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" | "das" => 10,
        "eleven" | "gyarah" => 11,
        "twelve" | "barah" => 12,
        "thirteen" => 13,
        "fourteen" => 14,
        "fifteen" => 15,
        "sixteen" => 16,
        "seventeen" => 17,
        "eighteen" => 18,
        "nineteen" => 19,
        "twenty" => 20,
        "thirty" => 30,
        "forty" | "fourty" => 40,
        "fifty" => 50,
        "sixty" => 60,
        "seventy" => 70,
        "eighty" => 80,
        "ninety" => 90,
        _ => return word.parse().ok().filter(|_| word.len() <= 2),
    })
}

fn ordinal(word: &str) -> Option<u32> {
    let written = ["st", "nd", "rd", "th"].iter().find_map(|e| word.strip_suffix(e)).and_then(|n| n.parse().ok());
    written.or(match word {
        "first" | "pehla" => Some(1),
        "second" | "doosra" => Some(2),
        "third" => Some(3),
        "fourth" => Some(4),
        "fifth" => Some(5),
        "sixth" => Some(6),
        "seventh" => Some(7),
        "eighth" => Some(8),
        "ninth" => Some(9),
        "tenth" => Some(10),
        "eleventh" => Some(11),
        "twelfth" => Some(12),
        "thirteenth" => Some(13),
        "fourteenth" => Some(14),
        "fifteenth" => Some(15),
        "sixteenth" => Some(16),
        "seventeenth" => Some(17),
        "eighteenth" => Some(18),
        "nineteenth" => Some(19),
        "twentieth" => Some(20),
        "thirtieth" => Some(30),
        _ => None,
    })
}

/// A clock's numbers, 0-59, each word pair as one: "ten thirty" → 10, 30.
pub(super) fn clock_numbers(words: &[String]) -> Vec<u32> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < words.len() {
        if let Some(n) = cardinal(&words[i]).or(hindi(&words[i])) {
            let unit = words.get(i + 1).and_then(|w| cardinal(w)).filter(|u| *u < 10);
            match unit {
                Some(u) if n >= 20 && n % 10 == 0 => {
                    found.push(n + u);
                    i += 1;
                }
                _ => found.push(n),
            }
        } else if words[i].len() >= 3 && words[i].len() <= 4 {
            // "1030" without its colon.
            if let Ok(n) = words[i].parse::<u32>() {
                found.extend([n / 100, n % 100]);
            }
        }
        i += 1;
    }
    found
}

/// Hindi hours but "do", which in English sentences is no number.
fn hindi(word: &str) -> Option<u32> {
    let names = ["ek", "", "teen", "char", "paanch", "chhe", "saat", "aath", "nau"];
    names.iter().position(|n| *n == word).and_then(|i| u32::try_from(i + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_numbers_in_every_way() {
        for said in [
            "one zero two four",
            "ten twenty four",
            "order number one oh two four",
            "1024",
            "10 24",
            "#1024",
            "It's 1 0 2 4.",
            "one thousand twenty four",
            "one thousand and twenty four",
            "my order is one zero to four",
            "won oh two for",
            "1,024",
            "one zeero two four",
            "the number is ten 24",
            "number one three sorry one zero two four",
            "ek shunya do char",
            "for order one zero two four",
        ] {
            assert_eq!(digits(said, 3, 8).as_deref(), Some("1024"), "{said}");
        }
        assert_eq!(digits("double five one two", 4, 4).as_deref(), Some("5512"));
        assert_eq!(digits("triple seven oh", 4, 4).as_deref(), Some("7770"));
        assert_eq!(digits("to four", 1, 6).as_deref(), Some("24"));
        assert_eq!(digits("for five six seven eight", 4, 4).as_deref(), Some("5678"));
        assert_eq!(digits("four thousand", 4, 4).as_deref(), Some("4000"));
        assert_eq!(digits("zero zero one two", 4, 4).as_deref(), Some("0012"));
        assert_eq!(digits("ninety eight seventy six", 4, 4).as_deref(), Some("9876"));
    }

    #[test]
    fn sentences_are_not_numbers() {
        for said in ["i want to go for a walk", "where is my order", "", "no i do not have it", "thank you for that"] {
            assert_eq!(digits(said, 3, 8), None, "{said}");
        }
    }

    #[test]
    fn small_numbers_and_ordinals() {
        let n = |t: &str| number(&plain(t));
        assert_eq!(n("the second one"), Some(2));
        assert_eq!(n("option three"), Some(3));
        assert_eq!(n("twenty fifth"), Some(25));
        assert_eq!(n("25th"), Some(25));
        assert_eq!(n("thirty first"), Some(31));
        assert_eq!(n("blue"), None);
    }
}
