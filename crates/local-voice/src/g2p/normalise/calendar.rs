//! Times and dates.

use regex::Captures;

use super::super::numbers::{cardinal, ordinal};
use super::rewrite::group;
use super::{Rewrite, Step, Words, alternatives, is_any, rewrite};

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) fn times_and_dates() -> Vec<(String, Step)> {
    vec![
        (r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s?([AaPp])\.?[Mm](?:\.|\b))?".into(), time as Step),
        (r"\b(\d{4})-(\d{2})-(\d{2})\b".into(), iso_date),
        (r"\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b".into(), slash_date),
    ]
}

pub(super) fn month_names(words: &Words) -> Vec<(String, Step)> {
    let short: Vec<String> = words.months.keys().map(|m| capital(m)).collect();
    let all = words.months.values().map(String::as_str).chain(short.iter().map(String::as_str));
    let months = alternatives(all.chain(["Sept"]));
    vec![
        (format!(r"\b({months})\.? (\d{{1,2}}(?:st|nd|rd|th)?)\b(,? \d{{4}}\b)?"), month_day as Step),
        (format!(r"\b(the )?(\d{{1,2}}) (?:of )?({months})\b\.?"), day_month),
    ]
}

/// "March third", with the year where there is one; `None` for no such day.
pub(super) fn date(year: &str, month: u128, day: u128) -> Option<String> {
    let name = usize::try_from(month).ok().and_then(|m| MONTHS.get(m.checked_sub(1)?))?;
    if !(1..=31).contains(&day) {
        return None;
    }
    let year = if year.is_empty() { String::new() } else { format!(", {year}") };
    Some(format!("{name} {}{year}", ordinal(day)))
}

pub(super) fn value(text: &str) -> u128 {
    text.parse().unwrap_or(u128::MAX)
}

fn time(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    let after = rewrite::around(found, whole).1;
    if after.is_some_and(char::is_numeric) {
        return Rewrite::Pass;
    }
    let [hour, minute, second] = [1, 2, 3].map(|i| value(group(found, i)));
    let seconds = !group(found, 3).is_empty();
    if hour > 24 || minute > 59 || (seconds && second > 59) {
        return Rewrite::Keep;
    }
    let half = group(found, 4).to_uppercase();
    let mut words = cardinal(hour);
    words += &match minute {
        0 if half.is_empty() && !seconds => " o'clock".to_owned(),
        0 => String::new(),
        1..10 => format!(" oh {}", cardinal(minute)),
        _ => format!(" {}", cardinal(minute)),
    };
    if seconds {
        words += &format!(" and {} second{}", cardinal(second), if second == 1 { "" } else { "s" });
    }
    if !half.is_empty() {
        // With full stops the lexicon spells the letters; a following one serves twice.
        words += &format!(" {half}.M{}", if after == Some('.') { "" } else { "." });
    }
    Rewrite::To(words)
}

fn iso_date(_: &Words, found: &Captures<'_>, _: &str) -> Rewrite {
    date(group(found, 1), value(group(found, 2)), value(group(found, 3))).into()
}

/// Month first, as the voice's makers read it, unless that cannot be.
fn slash_date(_: &Words, found: &Captures<'_>, _: &str) -> Rewrite {
    let (first, second, year) = (value(group(found, 1)), value(group(found, 2)), group(found, 3));
    let year = match year.len() {
        2 if value(year) > 30 => format!("19{year}"),
        2 => format!("20{year}"),
        _ => year.to_owned(),
    };
    let (month, day) = if first <= 12 { (first, second) } else { (second, first) };
    date(&year, month, day).into()
}

fn month_day(words: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    let end = found.get(2).map_or(0, |m| m.end());
    if is_any(whole[end..].chars().next(), ":%") {
        return Rewrite::Pass;
    }
    let day = value(group(found, 2).trim_end_matches(char::is_alphabetic));
    let month = full_name(words, group(found, 1)).filter(|_| (1..=31).contains(&day));
    month.map(|m| format!("{m} {}{}", ordinal(day), group(found, 3))).into()
}

fn day_month(words: &Words, found: &Captures<'_>, _: &str) -> Rewrite {
    let day = value(group(found, 2));
    let month = full_name(words, group(found, 3)).filter(|_| (1..=31).contains(&day));
    month.map(|m| format!("the {} of {m}", ordinal(day))).into()
}

fn full_name(words: &Words, month: &str) -> Option<String> {
    let short: String = month.to_lowercase().chars().take(3).collect();
    words.months.get(&short).cloned()
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
    first.to_uppercase() + rest
}
