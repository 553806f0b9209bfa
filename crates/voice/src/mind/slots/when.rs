//! Days and times of day, relative to now in the client's zone.

use super::digits::clock_numbers;
use super::number;
use crate::mind::words::{close, has, plain};
use caly_core::time::{At, Day, Zone};

/// The day that is meant, today or later: "tomorrow", "day after", "next
/// Monday", "in three days", "the twenty fifth", "25 November". `None` when
/// no day is in it or it does not exist.
#[must_use]
pub fn date(text: &str, now: At, zone: &Zone) -> Option<Day> {
    let words = plain(text);
    let today = zone.day(now);
    let weekday = i64::from(zone.minute_of_day(now).1);
    let any = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    let ahead = |days: i64| Zone::shift(&today, days);
    if has(&words, "day after") || any(&["parso", "parson", "overmorrow"]) {
        return ahead(2);
    }
    if any(&["tomorrow", "kal", "tomorow", "tommorow"]) {
        return ahead(1);
    }
    if any(&["today", "aaj", "tonight", "now"]) {
        return ahead(0);
    }
    if let Some(meant) = words.iter().find_map(|w| named_weekday(w)) {
        return ahead(days_to(meant, weekday, any(&["next", "agle"])));
    }
    if let Some(month) = words.iter().position(|w| named_month(w).is_some()) {
        return in_month(&words, month, &today);
    }
    if has(&words, "next week") {
        return ahead(8 - weekday);
    }
    let n = number(&words)?;
    if any(&["days", "day"]) && any(&["in", "after", "within"]) {
        return ahead(i64::from(n));
    }
    next_with_day(&today, n)
}

/// The minute of the day that is meant. Without "am" or "evening" an hour
/// from 1 to 7 is in the afternoon: clinics and shops are closed at night.
/// A part of the day gives its beginning.
#[must_use]
pub fn time(text: &str) -> Option<i64> {
    let words = plain(text);
    let any = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    let numbers: Vec<i64> = clock_numbers(&words).into_iter().map(i64::from).collect();
    let part = part_of_day(&words);
    let Some(&first) = numbers.first() else {
        return part;
    };
    let second = numbers.get(1).copied();
    let (hour, minute) = if any(&["half", "saade", "sade", "sadhe"]) {
        (first, 30)
    } else if has(&words, "quarter past") || any(&["sawa"]) {
        (first, 15)
    } else if has(&words, "quarter to") || any(&["paune"]) {
        (first - 1, 45)
    } else if let (Some(of), true) = (second, any(&["past"])) {
        (of, first)
    } else if let (Some(of), true) =
        (second, any(&["to", "before"]) && first > 4 && first % 5 == 0 && numbers.len() == 2 && has_between(&words))
    {
        (of - 1, 60 - first)
    } else {
        (first, second.filter(|m| *m < 60).unwrap_or(0))
    };
    let hour = if hour == 0 && minute == 45 { 12 } else { hour };
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) {
        return part;
    }
    let morning = any(&["am", "morning", "subah"]);
    let late = any(&["pm", "afternoon", "evening", "night", "shaam", "dopahar"]);
    let hour = match hour {
        12 if morning => 0,
        1..=11 if late => hour + 12,
        1..=7 if !morning => hour + 12,
        h => h,
    };
    Some(hour * 60 + minute)
}

/// "twenty to five": the word stands between the numbers.
fn has_between(words: &[String]) -> bool {
    words
        .iter()
        .position(|w| w == "to" || w == "before")
        .is_some_and(|at| !clock_numbers(&words[..at]).is_empty() && !clock_numbers(&words[at + 1..]).is_empty())
}

fn part_of_day(words: &[String]) -> Option<i64> {
    words.iter().find_map(|w| match w.as_str() {
        "noon" | "midday" | "lunch" => Some(12 * 60),
        "afternoon" | "dopahar" => Some(12 * 60),
        "morning" | "subah" | "anytime" | "any" | "whenever" | "earliest" | "early" | "first" | "anything" => Some(0),
        "evening" | "shaam" | "late" => Some(16 * 60),
        _ => None,
    })
}

/// Monday 1 to Sunday 7.
pub(super) fn named_weekday(word: &str) -> Option<i64> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    const HINDI: [&str; 7] = ["somvar", "mangalvar", "budhvar", "guruvar", "shukravar", "shanivar", "ravivar"];
    const SHORT: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let word = word.strip_suffix('s').filter(|w| w.ends_with("day")).unwrap_or(word);
    let exact = (0..7).find(|i| NAMES[*i] == word || HINDI[*i] == word || SHORT[*i] == word);
    // "today" is two letters from "monday": only words that end alike and are as long may be wrong.
    let near = || (0..7).find(|i| word.len() >= 6 && word.ends_with("ay") && close(word, NAMES[*i]));
    exact.or_else(near).and_then(|i| i64::try_from(i + 1).ok())
}

/// Days from a weekday to another; "next" means the one in the week after
/// this one, unless the week ends first.
fn days_to(meant: i64, today: i64, next: bool) -> i64 {
    let coming = (meant - today).rem_euclid(7);
    let coming = if coming == 0 { 7 } else { coming };
    if next && meant > today { coming + 7 } else { coming }
}

/// January 1 to December 12.
pub(super) fn named_month(word: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let found = (0..12).find(|i| {
        let short = NAMES[*i].len() > 4 && word.len() == 3 && NAMES[*i].starts_with(word);
        NAMES[*i] == word || short || word == "sept" && *i == 8 || word.len() > 5 && close(word, NAMES[*i])
    })?;
    u32::try_from(found + 1).ok()
}

fn in_month(words: &[String], at: usize, today: &Day) -> Option<Day> {
    let month = named_month(&words[at])?;
    // "twenty fifth of november" before, "november twenty five" after.
    let day = number(&words[at + 1..]).or_else(|| number(&words[..at]))?;
    let year: i32 = today.0.get(..4)?.parse().ok()?;
    [year, year + 1].into_iter().find_map(|y| existing(y, month, day).filter(|d| d >= today))
}

fn next_with_day(today: &Day, day: u32) -> Option<Day> {
    let year: i32 = today.0.get(..4)?.parse().ok()?;
    let month: u32 = today.0.get(5..7)?.parse().ok()?;
    (0..3).find_map(|k| {
        let m = month - 1 + k;
        let y = year + i32::from(m >= 12);
        existing(y, m % 12 + 1, day).filter(|d| d >= today)
    })
}

pub(super) fn existing(year: i32, month: u32, day: u32) -> Option<Day> {
    // Moving by no days is the calendar's own check that the day exists.
    Zone::shift(&Day(format!("{year:04}-{month:02}-{day:02}")), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 2026-11-23, 15:30 in India.
    fn day(text: &str) -> Option<String> {
        let zone = Zone::named("Asia/Kolkata").unwrap();
        let now = zone.at(&Day("2026-11-23".into()), 15 * 60 + 30).unwrap();
        date(text, now, &zone).map(|d| d.0)
    }

    #[test]
    fn days_in_their_ways() {
        for (text, want) in [
            ("today", "2026-11-23"),
            ("tomorrow please", "2026-11-24"),
            ("day after tomorrow", "2026-11-25"),
            ("the day after", "2026-11-25"),
            ("kal", "2026-11-24"),
            ("on Wednesday", "2026-11-25"),
            ("wensday", "2026-11-25"),
            ("Monday", "2026-11-30"),
            ("next Monday", "2026-11-30"),
            ("next Friday", "2026-12-04"),
            ("this friday", "2026-11-27"),
            ("next week", "2026-11-30"),
            ("twenty fifth", "2026-11-25"),
            ("the 25th", "2026-11-25"),
            ("twenty second", "2026-12-22"),
            ("25 November", "2026-11-25"),
            ("November twenty five", "2026-11-25"),
            ("third of december", "2026-12-03"),
            ("5 jan", "2027-01-05"),
            ("in three days", "2026-11-26"),
        ] {
            assert_eq!(day(text).as_deref(), Some(want), "{text}");
        }
        assert_eq!(day("thirty first of february"), None);
        assert_eq!(day("whenever you like"), None);
    }

    #[test]
    fn the_day_is_the_clients_own() {
        let zone = Zone::named("Asia/Kolkata").unwrap();
        let late_utc = At(1_795_372_200_000); // 2026-11-22T18:30Z is the 23rd in India
        assert_eq!(date("today", late_utc, &zone).map(|d| d.0).as_deref(), Some("2026-11-23"));
    }

    #[test]
    fn times_in_their_ways() {
        for (text, want) in [
            ("half past ten", 630),
            ("ten thirty", 630),
            ("10:30", 630),
            ("1030", 630),
            ("10:30 a.m.", 630),
            ("4 in the evening", 960),
            ("4pm", 960),
            ("four", 960),
            ("saade das", 630),
            ("quarter to five", 1005),
            ("quarter past eleven", 675),
            ("ten past nine", 550),
            ("twenty to five", 1000),
            ("nine o'clock in the morning", 540),
            ("noon", 720),
            ("in the afternoon", 720),
            ("evening", 960),
            ("12 30", 750),
            ("eleven forty five", 705),
            ("around 5", 1020),
            ("any time", 0),
        ] {
            assert_eq!(time(text), Some(want), "{text}");
        }
        assert_eq!(time("i do not know"), None);
    }
}
