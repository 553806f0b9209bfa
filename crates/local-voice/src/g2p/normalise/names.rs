//! Titles, abbreviations, "No. 5", "#5" and Roman numerals.

use regex::Captures;

use super::super::numbers::ordinal;
use super::rewrite::{around, group};
use super::{Rewrite, Step, Words, alternatives, is_word};

const ROMAN: &str = "((?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))";

pub(super) fn steps(words: &Words) -> Vec<(String, Step)> {
    let titles = alternatives(words.titles.keys().map(String::as_str));
    let short = alternatives(words.abbreviations.keys().map(String::as_str));
    let counted = alternatives(words.roman_cardinal.iter().map(String::as_str));
    let ranked = alternatives(words.roman_ordinal.iter().map(String::as_str));
    vec![
        (format!(r"\b({titles})\.? "), title as Step),
        (format!("({short})"), abbreviation),
        (r"\b(No|Nos)\. ?".into(), number),
        ("#".into(), hash),
        (format!(r"\b({counted}) {ROMAN}\b"), chapter),
        (format!(r"\b({ranked}) {ROMAN}\b"), king),
    ]
}

fn title(words: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    if !around(found, whole).1.is_some_and(|c| c.is_ascii_uppercase()) {
        return Rewrite::Pass;
    }
    words.titles.get(group(found, 1)).map(|w| format!("{w} ")).into()
}

/// At the end of a text the full stop of "Ltd." also ends the sentence.
fn abbreviation(words: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    let (before, after) = around(found, whole);
    if is_word(before) || before == Some('.') || is_word(after) {
        return Rewrite::Pass;
    }
    let short = group(found, 1);
    let stop = if after.is_none() && short.ends_with('.') { "." } else { "" };
    words.abbreviations.get(short).map(|w| format!("{w}{stop}")).into()
}

fn number(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    if !around(found, whole).1.is_some_and(char::is_numeric) {
        return Rewrite::Pass;
    }
    Rewrite::To(if group(found, 1) == "No" { "Number " } else { "Numbers " }.into())
}

fn hash(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    let (before, after) = around(found, whole);
    let figure = after.is_some_and(char::is_numeric);
    if is_word(before) || before == Some('&') || !figure {
        return Rewrite::Pass;
    }
    Rewrite::To("number ".into())
}

fn chapter(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    let Some(n) = roman(found, whole) else { return Rewrite::Pass };
    Rewrite::To(format!("{} {n}", group(found, 1)))
}

fn king(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    let Some(n) = roman(found, whole) else { return Rewrite::Pass };
    Rewrite::To(format!("{} the {}", group(found, 1), ordinal(n)))
}

/// The numeral's value; `None` when it is the start of "I'm" or no numeral at all.
fn roman(found: &Captures<'_>, whole: &str) -> Option<u128> {
    let numeral = found.get(2).filter(|m| !m.is_empty() && !m.as_str().starts_with(['D', 'M']))?;
    let mut after = whole[numeral.end()..].chars();
    if matches!(after.next(), Some('.' | '\'' | '’')) && is_word(after.next()) {
        return None;
    }
    let values: Vec<u128> = numeral.as_str().chars().map(digit).collect();
    let signed = values.iter().enumerate().map(|(i, v)| (values.get(i + 1).is_some_and(|n| n > v), *v));
    // A smaller numeral before a larger one counts against it.
    let (less, more): (Vec<_>, Vec<_>) = signed.partition(|(less, _)| *less);
    let sum = |side: Vec<(bool, u128)>| side.into_iter().map(|(_, v)| v).sum::<u128>();
    Some(sum(more).saturating_sub(sum(less)))
}

fn digit(c: char) -> u128 {
    match c {
        'I' => 1,
        'V' => 5,
        'X' => 10,
        'L' => 50,
        'C' => 100,
        _ => 500,
    }
}
