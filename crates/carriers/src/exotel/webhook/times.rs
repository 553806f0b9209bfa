//! Exotel's times are naive and Indian.

use caly_core::time::{At, MINUTE};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// IST is five and a half hours ahead of UTC, all year.
const AHEAD_MS: i64 = 330 * MINUTE;

/// Reads `YYYY-MM-DD HH:MM:SS` as IST. `None` for anything else and for the
/// constant `1970-01-01 05:30:00`, which flows send for "not ended yet".
#[must_use]
pub fn ist(text: &str) -> Option<At> {
    let naive: DateTime = text.trim().replacen(' ', "T", 1).parse().ok()?;
    let ms = naive.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond() - AHEAD_MS;
    (ms != 0).then_some(At(ms))
}
