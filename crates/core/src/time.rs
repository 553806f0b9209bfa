//! Time as data. Everything stored is UTC milliseconds; a call's local day and
//! ISO week are computed once, in the client's zone, and kept.

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct At(pub i64);

/// Milliseconds in a second, minute, hour and day of fixed length.
pub const SECOND: i64 = 1_000;
/// 60 seconds, in ms.
pub const MINUTE: i64 = 60 * SECOND;
/// 60 minutes, in ms.
pub const HOUR: i64 = 60 * MINUTE;
/// 24 hours, in ms. A local day can be longer or shorter: use [`Zone`].
pub const DAY: i64 = 24 * HOUR;

impl At {
    /// This moment plus `ms` milliseconds (saturating).
    #[must_use]
    pub fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds since `earlier`, never negative.
    #[must_use]
    pub fn since(self, earlier: At) -> i64 {
        self.0.saturating_sub(earlier.0).max(0)
    }

    /// RFC 3339 in UTC with milliseconds, as the API speaks it.
    #[must_use]
    pub fn rfc3339(self) -> String {
        match Timestamp::from_millisecond(self.0) {
            Ok(t) => format!("{t:.3}"),
            // Outside jiff's ±9999 years: no clock or test gets here, and a
            // number is more honest than a made-up date.
            Err(_) => self.0.to_string(),
        }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// A local calendar day, `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub String);

/// A local ISO week, `2026-W47`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IsoWeek(pub String);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name is not one of the IANA time zones.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a time zone; use an IANA name such as Asia/Kolkata")]
pub struct UnknownZone(pub String);

/// A client's time zone, looked up once by its IANA name.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone where nothing else is said.
    pub const DEFAULT: &'static str = "Asia/Kolkata";

    /// Looks an IANA name up in the bundled database.
    ///
    /// # Errors
    /// [`UnknownZone`] when there is no such zone.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        TimeZone::get(name).map(Self).map_err(|_| UnknownZone(name.to_owned()))
    }

    /// The local day of a moment.
    #[must_use]
    pub fn day(&self, at: At) -> Day {
        Day(self.civil(at).date().to_string())
    }

    /// The local ISO week of a moment.
    #[must_use]
    pub fn week(&self, at: At) -> IsoWeek {
        let week = self.civil(at).date().iso_week_date();
        IsoWeek(format!("{:04}-W{:02}", week.year(), week.week()))
    }

    /// Minutes since local midnight (0-1439) and the weekday, Monday = 1.
    #[must_use]
    pub fn minute_of_day(&self, at: At) -> (i64, i8) {
        let t = self.civil(at);
        (i64::from(t.hour()) * 60 + i64::from(t.minute()), t.date().weekday().to_monday_one_offset())
    }

    /// The moment at which a local wall time occurs; the earlier one when a
    /// clock change makes it occur twice, the moment after the gap when it
    /// does not occur at all. `None` for a text that is not a day.
    #[must_use]
    pub fn at(&self, day: &Day, minute_of_day: i64) -> Option<At> {
        let date: jiff::civil::Date = day.0.parse().ok()?;
        let hour = i8::try_from(minute_of_day / 60).ok()?;
        let minute = i8::try_from(minute_of_day % 60).ok()?;
        let time = jiff::civil::Time::new(hour, minute, 0, 0).ok()?;
        let zoned = date.to_datetime(time).to_zoned(self.0.clone()).ok()?;
        Some(At(zoned.timestamp().as_millisecond()))
    }

    /// The local wall time, `2026-11-23 15:30:00`.
    #[must_use]
    pub fn local(&self, at: At) -> String {
        self.civil(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// `day` moved by whole calendar days.
    #[must_use]
    pub fn shift(day: &Day, days: i64) -> Option<Day> {
        let date: jiff::civil::Date = day.0.parse().ok()?;
        let moved = date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
        Some(Day(moved.to_string()))
    }

    fn civil(&self, at: At) -> jiff::civil::DateTime {
        let t = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
        self.0.to_datetime(t)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_half_past_six_utc_in_india() {
        let zone = Zone::named("Asia/Kolkata").unwrap();
        let before = At(1_795_372_199_000); // 2026-11-22T18:29:59Z
        assert_eq!(before.rfc3339(), "2026-11-22T18:29:59.000Z");
        assert_eq!(zone.day(before).0, "2026-11-22");
        assert_eq!(zone.day(before.plus(SECOND)).0, "2026-11-23");
        assert_eq!(zone.week(before).0, "2026-W47");
        assert_eq!(zone.week(before.plus(SECOND)).0, "2026-W48");
    }

    #[test]
    fn unknown_zones_say_what_to_do() {
        let err = Zone::named("India").unwrap_err().to_string();
        assert!(err.contains("Asia/Kolkata"), "{err}");
    }

    #[test]
    fn wall_times_round_trip() {
        let zone = Zone::named("Asia/Kolkata").unwrap();
        let day = Day("2026-11-23".into());
        let at = zone.at(&day, 9 * 60 + 30).unwrap();
        assert_eq!(zone.day(at), day);
        assert_eq!(zone.minute_of_day(at), (570, 1));
        assert_eq!(Zone::shift(&day, -23).unwrap().0, "2026-10-31");
    }

    /// Every zone there is, from two hours to the next and around each clock
    /// change of four years: no day is missing, none comes back once it is
    /// over for good, a day begins in itself, and weeks turn on Mondays only.
    #[test]
    fn days_and_weeks_hold_in_every_zone_through_every_clock_change() {
        let (from, to) = (At(1_735_689_600_000), At(1_861_920_000_000)); // 2025 to 2028
        let mut changes = 0;
        let mut zones = 0;
        for name in jiff::tz::db().available() {
            let zone = Zone::named(name.as_str()).unwrap();
            let mut moments: Vec<At> = (0..=to.since(from) / (2 * HOUR)).map(|n| from.plus(n * 2 * HOUR)).collect();
            let start = Timestamp::from_millisecond(from.0).unwrap();
            for change in zone.0.following(start).take_while(|c| c.timestamp().as_millisecond() < to.0) {
                let at = At(change.timestamp().as_millisecond());
                moments.extend([-HOUR, -1, 0, 1, HOUR].map(|ms| at.plus(ms)));
                changes += 1;
            }
            moments.sort_unstable();
            zones += 1;
            walk(&zone, name.as_str(), &moments);
        }
        assert!(zones > 400 && changes > 400, "{zones} zones, {changes} clock changes");
    }

    fn walk(zone: &Zone, name: &str, moments: &[At]) {
        let (mut newest, mut week) = (zone.day(moments[0]), zone.week(moments[0]));
        for at in moments {
            let (day, (minute, weekday)) = (zone.day(*at), zone.minute_of_day(*at));
            assert!((0..1_440).contains(&minute) && (1..=7).contains(&weekday), "{name} {at:?}");
            if day > newest {
                // Nobody skips a day in these years (Samoa did, in 2011).
                assert_eq!(Zone::shift(&newest, 1).as_ref(), Some(&day), "{name}: a day is missing");
                let begins = zone.at(&day, 0).unwrap();
                assert_eq!(zone.day(begins), day, "{name}: a day begins in itself");
                assert!(begins <= *at, "{name}: {day} began before its first moment");
                assert_eq!(zone.week(*at) != week, weekday == 1, "{name}: weeks turn on Mondays");
                (newest, week) = (day, zone.week(*at));
            } else if day < newest {
                // A clock that is put back over midnight: the old day has
                // another hour, and no more.
                assert_eq!(Zone::shift(&day, 1).as_ref(), Some(&newest), "{name}");
                assert!(minute >= 1_320, "{name}: {day} came back at minute {minute}");
            }
        }
    }
}
