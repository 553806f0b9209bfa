//! Days that are over: when something was bought, paid or happened.

use super::number;
use super::when::{existing, named_month, named_weekday};
use crate::mind::words::{has, plain};
use caly_core::time::{At, Day, Zone};

/// The day that is meant, today or earlier: "yesterday", "day before", "last
/// Monday", "three days ago", "the fifth", "5 November". `None` when no day
/// is in it or it does not exist.
#[must_use]
pub fn past_date(text: &str, now: At, zone: &Zone) -> Option<Day> {
    let words = plain(text);
    let today = zone.day(now);
    let any = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    let back = |days: i64| Zone::shift(&today, -days);
    if has(&words, "day before") || any(&["parso", "parson"]) {
        return back(2);
    }
    // "Kal" is both neighbours of today in Hindi; here it can only be this one.
    if any(&["yesterday", "kal"]) {
        return back(1);
    }
    if any(&["today", "aaj", "now", "abhi", "just", "morning"]) {
        return back(0);
    }
    if let Some(meant) = words.iter().find_map(|w| named_weekday(w)) {
        let since = (i64::from(zone.minute_of_day(now).1) - meant).rem_euclid(7);
        return back(if since == 0 { 7 } else { since });
    }
    if let Some(at) = words.iter().position(|w| named_month(w).is_some()) {
        return in_month(&words, at, &today);
    }
    if has(&words, "last week") {
        return back(7);
    }
    let n = number(&words);
    if any(&["ago", "back", "before", "pehle"]) {
        let weeks = any(&["week", "weeks", "hafte", "hafta"]);
        return back(i64::from(n.unwrap_or(1)) * if weeks { 7 } else { 1 });
    }
    last_with_day(&today, n?)
}

fn in_month(words: &[String], at: usize, today: &Day) -> Option<Day> {
    let month = named_month(&words[at])?;
    let day = number(&words[at + 1..]).or_else(|| number(&words[..at]))?;
    let year: i32 = today.0.get(..4)?.parse().ok()?;
    [year, year - 1].into_iter().find_map(|y| existing(y, month, day).filter(|d| d <= today))
}

fn last_with_day(today: &Day, day: u32) -> Option<Day> {
    let year: i32 = today.0.get(..4)?.parse().ok()?;
    let month: u32 = today.0.get(5..7)?.parse().ok()?;
    (0..3).find_map(|k| {
        let (y, m) = if month > k { (year, month - k) } else { (year - 1, month + 12 - k) };
        existing(y, m, day).filter(|d| d <= today)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn past_days_in_their_ways() {
        let zone = Zone::named("Asia/Kolkata").unwrap();
        // Monday 2026-11-23, 15:30 in India.
        let now = zone.at(&Day("2026-11-23".into()), 15 * 60 + 30).unwrap();
        for (text, want) in [
            ("today", Some("2026-11-23")),
            ("yesterday", Some("2026-11-22")),
            ("kal hi kiya tha", Some("2026-11-22")),
            ("the day before yesterday", Some("2026-11-21")),
            ("last Friday", Some("2026-11-20")),
            ("on Monday", Some("2026-11-16")),
            ("three days ago", Some("2026-11-20")),
            ("two weeks back", Some("2026-11-09")),
            ("the fifth", Some("2026-11-05")),
            ("the 25th", Some("2026-10-25")),
            ("5 November", Some("2026-11-05")),
            ("twenty fifth of december", Some("2025-12-25")),
            ("last week", Some("2026-11-16")),
            ("i do not remember", None),
        ] {
            assert_eq!(past_date(text, now, &zone).map(|d| d.0).as_deref(), want, "{text}");
        }
    }
}
