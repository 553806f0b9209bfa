//! What words say about the turn itself; their meaning is the mind's affair.

use crate::mind::Expect;

/// Whether words answer what was expected, as far as the turn must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// Nothing more has to come.
    Complete,
    /// More is likely to come.
    Incomplete,
    /// Cannot be said.
    Open,
}

const YES_NO: &[&str] =
    &["yes", "yeah", "yep", "no", "nope", "haan", "han", "ji", "nahi", "nahin", "correct", "right", "sure"];
const BACKCHANNEL: &[&str] = &[
    "haan", "han", "hmm", "hm", "mm", "mhm", "uh", "um", "okay", "ok", "theek", "thik", "hai", "achha", "accha",
    "acha", "right", "yeah", "yes", "ji", "sure", "alright", "i", "see", "oh",
];
/// What recognisers write for a hum. Alone they are no sentence.
const HUM: &[&str] = &["her", "him", "hum", "hem", "ham", "hun", "huh", "eh", "ah", "er", "erm", "mmm", "m"];
const STOP: &[&str] = &[
    "stop", "wait", "ruko", "rukiye", "hold", "agent", "person", "human", "operator", "sorry", "excuse", "listen",
    "suno",
];
const DIGIT: &[&str] = &[
    "zero",
    "oh",
    "o",
    "one",
    "two",
    "to",
    "too",
    "three",
    "four",
    "for",
    "five",
    "six",
    "seven",
    "eight",
    "ate",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
/// "I see", "theek hai", "oh okay yes": longer than this it is an answer.
const LONGEST_BACKCHANNEL: usize = 3;

fn tokens(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|t| !t.is_empty()).map(str::to_lowercase)
}

/// Only "hmm", "okay", "theek hai": the caller listens, he does not speak.
#[must_use]
pub fn is_backchannel(text: &str) -> bool {
    let words: Vec<String> = tokens(text).collect();
    let listens = |w: &String| BACKCHANNEL.contains(&w.as_str()) || HUM.contains(&w.as_str());
    words.len() <= LONGEST_BACKCHANNEL && words.iter().all(listens)
}

/// Words that cut us off at once, backchannel or not: "wait", "ruko", "agent".
#[must_use]
pub fn stops_at_once(text: &str) -> bool {
    tokens(text).any(|w| STOP.contains(&w.as_str()))
}

/// Judges words against what was expected.
#[must_use]
pub fn judge(expect: &Expect, text: &str) -> Judged {
    match expect {
        Expect::YesNo if tokens(text).any(|w| YES_NO.contains(&w.as_str())) => Judged::Complete,
        Expect::Digits { min, max } => match digits(text) {
            n if n >= usize::from(*max) => Judged::Complete,
            n if n < usize::from(*min) => Judged::Incomplete,
            _ => Judged::Open,
        },
        _ if tokens(text).next().is_none() => Judged::Incomplete,
        _ => Judged::Open,
    }
}

/// How many digits the words may stand for, at least.
fn digits(text: &str) -> usize {
    tokens(text)
        .map(|word| match word.as_str() {
            w if w.bytes().all(|b| b.is_ascii_digit()) => w.len(),
            w if TENS.contains(&w) => 1,
            w if DIGIT.contains(&w) => 1,
            _ => 0,
        })
        .sum()
}
