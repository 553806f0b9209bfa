//! A client's business rules as data: when people are there, what brings a
//! person, and limits. While nobody is there agents answer as always, and who
//! asks for a person is called back.
//!
//! Hours are wall time in the client's zone, so a day on which clocks change
//! opens and closes when its clocks say so.

use crate::time::{At, Day, HOUR, MINUTE, Zone};
use serde::{Deserialize, Serialize};

/// Minutes of a day.
const DAY_MIN: i64 = 24 * 60;
/// So far ahead an opening is looked for: a year and its leap day.
const AHEAD: i64 = 366;
/// People have this long after opening for what waited overnight.
const AFTER_OPENING_MS: i64 = 2 * HOUR;
/// Most opening spans, holidays and phrases: a page of them, not a database.
pub const MOST: usize = 100;

/// One span of one weekday on which people are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Monday = 1 … Sunday = 7.
    pub weekday: i8,
    /// Minutes since local midnight at which it opens, 0-1439.
    pub from_min: i64,
    /// … and at which it closes, up to 1440; later than `from_min`.
    pub to_min: i64,
}

/// A day on which nobody is there, whatever its weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The local day.
    pub day: Day,
    /// What it is called on screens.
    pub name: String,
}

/// Limits of single calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// A call is brought to its end after so many minutes, 1-58.
    pub call_minutes: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { call_minutes: 58 }
    }
}

/// A client's rules. The default is what a client has before anybody set
/// any: always open, no phrases of its own, the carrier's limits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// When people are there; empty: always.
    pub hours: Vec<Opening>,
    /// Days on which nobody is there.
    pub holidays: Vec<Holiday>,
    /// Words that bring a person, beside those that always do.
    pub escalation_phrases: Vec<String>,
    /// Limits.
    pub limits: Limits,
}

/// A rule that cannot be. Its field is named as on the wire.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct BadRule {
    /// Such as `hours[2].to_min`.
    pub field: String,
    /// What is wrong and what would fit.
    pub why: String,
}

impl Rules {
    /// Everything that is wrong, in the order of the fields.
    #[must_use]
    pub fn faults(&self) -> Vec<BadRule> {
        let mut faults = self.too_many();
        faults.extend(self.hours.iter().enumerate().filter_map(|(n, span)| span.fault(n)));
        faults.extend(self.overlaps());
        faults.extend(self.holidays.iter().enumerate().filter_map(|(n, holiday)| holiday.fault(n)));
        faults.extend(self.escalation_phrases.iter().enumerate().filter_map(|(n, phrase)| phrase_fault(n, phrase)));
        faults.extend(self.limits.faults());
        faults
    }

    /// Whether people are there at `at`.
    #[must_use]
    pub fn is_open(&self, zone: &Zone, at: At) -> bool {
        let (minute, weekday) = zone.minute_of_day(at);
        if self.is_holiday(&zone.day(at)) {
            return false;
        }
        self.hours.is_empty()
            || self.hours.iter().any(|s| s.weekday == weekday && (s.from_min..s.to_min).contains(&minute))
    }

    /// The first moment at or after `at` at which people are there; `None`
    /// when there is none within a year.
    #[must_use]
    pub fn next_opening(&self, zone: &Zone, at: At) -> Option<At> {
        if self.is_open(zone, at) {
            return Some(at);
        }
        // Minute by minute through days that open at all: exact also where a
        // clock is set forward into an opening or back over a closing.
        let last = at.plus(AHEAD * 24 * HOUR);
        let mut t = At((at.0.div_euclid(MINUTE) + 1) * MINUTE);
        while t < last {
            let day = zone.day(t);
            if self.opens_on(zone, t, &day) {
                if self.is_open(zone, t) {
                    return Some(t);
                }
                t = t.plus(MINUTE);
            } else {
                let midnight = Zone::shift(&day, 1).and_then(|next| zone.at(&next, 0));
                t = midnight.filter(|m| *m > t).unwrap_or(t.plus(HOUR));
            }
        }
        None
    }

    /// When a task made at `now` is due: after `within_ms`, but not before
    /// people had some time to do it.
    #[must_use]
    pub fn due(&self, zone: &Zone, now: At, within_ms: i64) -> At {
        let usual = now.plus(within_ms);
        let opened = self.next_opening(zone, now).map_or(usual, |open| open.plus(AFTER_OPENING_MS));
        usual.max(opened)
    }

    /// Whether a turn holds one of the client's own phrases, word by word and
    /// without regard to case and marks.
    #[must_use]
    pub fn wants_person(&self, said: &str) -> bool {
        let said = words(said);
        self.escalation_phrases
            .iter()
            .map(|p| words(p))
            .any(|phrase| !phrase.is_empty() && said.windows(phrase.len()).any(|part| part == phrase))
    }

    fn is_holiday(&self, day: &Day) -> bool {
        self.holidays.iter().any(|h| h.day == *day)
    }

    fn opens_on(&self, zone: &Zone, t: At, day: &Day) -> bool {
        let weekday = zone.minute_of_day(t).1;
        !self.is_holiday(day) && (self.hours.is_empty() || self.hours.iter().any(|s| s.weekday == weekday))
    }

    fn too_many(&self) -> Vec<BadRule> {
        let lists = [
            ("hours", self.hours.len()),
            ("holidays", self.holidays.len()),
            ("escalation_phrases", self.escalation_phrases.len()),
        ];
        let over = lists.into_iter().filter(|(_, n)| *n > MOST);
        over.map(|(field, _)| bad(field.to_owned(), format!("{field} takes at most {MOST} entries."))).collect()
    }

    fn overlaps(&self) -> Vec<BadRule> {
        let meets = |a: &Opening, b: &Opening| a.weekday == b.weekday && a.from_min < b.to_min && b.from_min < a.to_min;
        let pairs =
            self.hours.iter().enumerate().filter(|(n, span)| self.hours[..*n].iter().any(|other| meets(span, other)));
        pairs
            .map(|(n, _)| bad(format!("hours[{n}]"), "Two spans of one weekday overlap; make them one.".into()))
            .collect()
    }
}

impl Opening {
    fn fault(&self, n: usize) -> Option<BadRule> {
        if !(1..=7).contains(&self.weekday) {
            return Some(bad(format!("hours[{n}].weekday"), "weekday is 1 (Monday) to 7 (Sunday).".into()));
        }
        if !(0..DAY_MIN).contains(&self.from_min) {
            return Some(bad(format!("hours[{n}].from_min"), "from_min is 0 to 1439, minutes since midnight.".into()));
        }
        let fits = self.to_min > self.from_min && self.to_min <= DAY_MIN;
        (!fits).then(|| {
            let why = "to_min is later than from_min and at most 1440; a night that goes on is two spans.";
            bad(format!("hours[{n}].to_min"), why.into())
        })
    }
}

impl Holiday {
    fn fault(&self, n: usize) -> Option<BadRule> {
        let real = Zone::shift(&self.day, 0).is_some_and(|day| day == self.day);
        if !real {
            return Some(bad(format!("holidays[{n}].day"), "day is a date such as 2026-01-26.".into()));
        }
        let long = self.name.trim().is_empty() || self.name.chars().count() > MOST;
        long.then(|| bad(format!("holidays[{n}].name"), format!("name is 1 to {MOST} characters.")))
    }
}

impl Limits {
    fn faults(self) -> Vec<BadRule> {
        let mut faults = Vec::new();
        if !(1..=58).contains(&self.call_minutes) {
            faults.push(bad("limits.call_minutes".into(), "call_minutes is 1 to 58; a carrier cuts at 60.".into()));
        }
        faults
    }
}

fn phrase_fault(n: usize, phrase: &str) -> Option<BadRule> {
    let fits = phrase.chars().count() <= MOST && (1..=10).contains(&words(phrase).len());
    (!fits)
        .then(|| bad(format!("escalation_phrases[{n}]"), "A phrase is 1 to 10 words, such as \"legal notice\".".into()))
}

fn bad(field: String, why: String) -> BadRule {
    BadRule { field, why }
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && c != '\'');
    parts.filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests;
