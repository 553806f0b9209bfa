//! Money, measures, phones, ranges and fractions.

use regex::Captures;

use super::calendar::{date, value};
use super::rewrite::{around, group};
use super::{BIG, NUMBER, Rewrite, Step, Words, alternatives, is_any, is_word, plural};

const PARTS: [&str; 11] = ["", "", "half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

pub(super) fn money(_: &Words) -> Vec<(String, Step)> {
    vec![
        (format!(r"([$£€])({NUMBER})\s?({BIG})"), big_money as Step),
        (format!(r"({NUMBER})\s?¢"), cents),
        (format!(r"([¥₹₩]|Rs\.?|USD|EUR|GBP)\s?({NUMBER})(?:\s?({BIG}))?"), currency),
    ]
}

pub(super) fn measures(words: &Words) -> Vec<(String, Step)> {
    let units = alternatives(words.units.keys().map(String::as_str));
    vec![
        (format!(r"(-?{NUMBER})\s?°(?:\s?([CF])\b)?"), degrees as Step),
        (format!(r"(-?{NUMBER})\s?({units})\b"), unit),
    ]
}

pub(super) fn phones_and_ranges() -> Vec<(String, Step)> {
    vec![
        (r"(?:\d{3}-)?\d{3}-\d{4}".into(), phone as Step),
        (r"(\d{1,2})/(\d{1,2})".into(), fraction),
        (r"(\d{1,4})\s?[-–]\s?(\d{1,4})".into(), range),
        (r"\+".into(), plus),
    ]
}

/// Whether a figure may begin here: not in the middle of a word or of a decimal.
fn inside(before: Option<char>) -> bool {
    is_word(before) || before == Some('.')
}

fn big_money(words: &Words, found: &Captures<'_>, _: &str) -> Rewrite {
    let unit = words.currency.get(group(found, 1)).map(|w| w[1].as_str());
    unit.map(|u| format!("{} {} {u}", group(found, 2), big(group(found, 3)))).into()
}

fn cents(words: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    if inside(around(found, whole).0) {
        return Rewrite::Pass;
    }
    let figure = group(found, 1);
    words.currency.get("¢").map(|w| format!("{figure} {}", plural(figure, w))).into()
}

fn currency(words: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    if is_word(around(found, whole).0) {
        return Rewrite::Pass;
    }
    let (figure, times) = (group(found, 2), group(found, 3));
    let unit = words.currency.get(group(found, 1).trim_end_matches('.'));
    let said = unit.map(|w| match times {
        "" => format!("{figure} {}", plural(figure, w)),
        _ => format!("{figure} {} {}", big(times), w[1]),
    });
    said.into()
}

fn big(word: &str) -> &str {
    match word {
        "k" | "K" => "thousand",
        "m" | "M" => "million",
        "b" | "B" => "billion",
        word => word,
    }
}

fn degrees(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    let (before, after) = around(found, whole);
    if inside(before) || is_word(after) {
        return Rewrite::Pass;
    }
    let figure = group(found, 1);
    let one = matches!(figure, "1" | "1.0" | "-1");
    let scale = match group(found, 2) {
        "C" => " Celsius",
        "F" => " Fahrenheit",
        _ => "",
    };
    Rewrite::To(format!("{figure} degree{}{scale}", if one { "" } else { "s" }))
}

fn unit(words: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    if inside(around(found, whole).0) {
        return Rewrite::Pass;
    }
    let figure = group(found, 1);
    words.units.get(group(found, 2)).map(|w| format!("{figure} {}", plural(figure, w))).into()
}

fn phone(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    if touches(found, whole, ".-") {
        return Rewrite::Pass;
    }
    let said = group(found, 0).chars().map(|c| if c == '-' { ", ".into() } else { format!("{c} ") });
    Rewrite::To(said.collect::<String>().trim_end().replace(" ,", ","))
}

/// "1/2" is a half, "3/4" three quarters, "10/12" a day in October.
fn fraction(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    if touches(found, whole, "./") {
        return Rewrite::Pass;
    }
    let (a, b) = (value(group(found, 1)), value(group(found, 2)));
    if a == 1 && b == 2 {
        return Rewrite::To("one half".into());
    }
    let part = usize::try_from(b).ok().and_then(|b| PARTS.get(b)).filter(|_| 0 < a && a < b);
    Rewrite::To(match part {
        Some(part) => format!("{a} {part}{}", if a == 1 { "" } else { "s" }),
        None => date("", a, b).unwrap_or_else(|| format!("{a} slash {b}")),
    })
}

fn range(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    let (before, after) = around(found, whole);
    if inside(before) || before == Some('-') || is_word(after) || is_any(after, ".-%") {
        return Rewrite::Pass;
    }
    Rewrite::To(format!("{} to {}", group(found, 1), group(found, 2)))
}

fn plus(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    let (before, after) = around(found, whole);
    let sign = after.is_some_and(char::is_numeric) && !is_word(before) && before != Some('+');
    if sign { Rewrite::To("plus ".into()) } else { Rewrite::Pass }
}

/// Whether a word or one of these marks stands right before or after.
fn touches(found: &Captures<'_>, whole: &str, marks: &str) -> bool {
    let (before, after) = around(found, whole);
    [before, after].into_iter().any(|c| is_word(c) || is_any(c, marks))
}
