//! Numbers, days and times as they are spoken.

use caly_core::time::Day;

/// Digit by digit, letters by their names: "1024" → "one zero two four".
#[must_use]
pub fn spelled(text: &str) -> String {
    let parts: Vec<String> = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| match c.to_digit(10) {
            Some(d) => DIGITS[d as usize].to_owned(),
            None => c.to_uppercase().collect(),
        })
        .collect();
    parts.join(" ")
}

/// A day: "today", "tomorrow" or "Wednesday, 25 November".
#[must_use]
pub fn day(day: &Day, today: &Day) -> String {
    if day == today {
        return "today".to_owned();
    }
    if caly_core::time::Zone::shift(today, 1).as_ref() == Some(day) {
        return "tomorrow".to_owned();
    }
    let number = |r: std::ops::Range<usize>| day.0.get(r).and_then(|t| t.parse::<usize>().ok());
    match (number(0..4), number(5..7), number(8..10)) {
        (Some(y), Some(m), Some(d)) if (1..=12).contains(&m) => {
            format!("{}, {d} {}", WEEKDAYS[weekday(y, m, d)], MONTHS[m - 1])
        }
        _ => day.0.clone(),
    }
}

/// A minute of the day: "10:30 in the morning", "4 in the afternoon".
#[must_use]
pub fn time(minute: i64) -> String {
    let (hour, min) = (minute.div_euclid(60), minute.rem_euclid(60));
    let part = match hour {
        0..=11 => "in the morning",
        12..=16 => "in the afternoon",
        _ => "in the evening",
    };
    let clock = if hour % 12 == 0 { 12 } else { hour % 12 };
    if min == 0 { format!("{clock} {part}") } else { format!("{clock}:{min:02} {part}") }
}

/// "a, b and c".
#[must_use]
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Sunday 0, by Zeller's rule as Sakamoto tabulated it.
fn weekday(year: usize, month: usize, day: usize) -> usize {
    const SHIFT: [usize; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let y = if month < 3 { year.saturating_sub(1) } else { year };
    (y + y / 4 - y / 100 + y / 400 + SHIFT[month - 1] + day) % 7
}

const DIGITS: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_spoken() {
        assert_eq!(spelled("#1024"), "one zero two four");
        assert_eq!(spelled("AW-7"), "A W seven");
        let today = Day("2026-11-23".into());
        assert_eq!(day(&Day("2026-11-24".into()), &today), "tomorrow");
        assert_eq!(day(&Day("2026-11-25".into()), &today), "Wednesday, 25 November");
        assert_eq!(day(&Day("2027-01-01".into()), &today), "Friday, 1 January");
        assert_eq!(time(630), "10:30 in the morning");
        assert_eq!(time(960), "4 in the afternoon");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
