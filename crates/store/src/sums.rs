//! The integer sums as columns: said once here, used by every ledger.

use crate::error::Result;
use crate::sql::{DbRow, Value};
use caly_core::scoring::{RescueSums, Sums};

/// The columns of [`Sums`], each as `{table}x AS {name}x`.
macro_rules! sums_cols {
    ($t:literal, $n:literal) => {
        concat!(
            $t,
            "calls AS ",
            $n,
            "calls, ",
            $t,
            "known AS ",
            $n,
            "known, ",
            $t,
            "successes AS ",
            $n,
            "successes, ",
            $t,
            "rating_sum AS ",
            $n,
            "rating_sum, ",
            $t,
            "rating_sq AS ",
            $n,
            "rating_sq, ",
            $t,
            "ratings AS ",
            $n,
            "ratings, ",
            $t,
            "handling_ms AS ",
            $n,
            "handling_ms, ",
            $t,
            "ok_handling_ms AS ",
            $n,
            "ok_handling_ms, ",
            $t,
            "ok_baseline_ms AS ",
            $n,
            "ok_baseline_ms, ",
            $t,
            "ln_sum AS ",
            $n,
            "ln_sum, ",
            $t,
            "ln_sq AS ",
            $n,
            "ln_sq"
        )
    };
}

/// The sums of the columns of [`Sums`], never NULL, BIGINT on both engines.
macro_rules! sums_total {
    () => {
        "CAST(COALESCE(SUM(calls), 0) AS BIGINT) AS calls, \
         CAST(COALESCE(SUM(known), 0) AS BIGINT) AS known, \
         CAST(COALESCE(SUM(successes), 0) AS BIGINT) AS successes, \
         CAST(COALESCE(SUM(rating_sum), 0) AS BIGINT) AS rating_sum, \
         CAST(COALESCE(SUM(rating_sq), 0) AS BIGINT) AS rating_sq, \
         CAST(COALESCE(SUM(ratings), 0) AS BIGINT) AS ratings, \
         CAST(COALESCE(SUM(handling_ms), 0) AS BIGINT) AS handling_ms, \
         CAST(COALESCE(SUM(ok_handling_ms), 0) AS BIGINT) AS ok_handling_ms, \
         CAST(COALESCE(SUM(ok_baseline_ms), 0) AS BIGINT) AS ok_baseline_ms, \
         CAST(COALESCE(SUM(ln_sum), 0) AS BIGINT) AS ln_sum, \
         CAST(COALESCE(SUM(ln_sq), 0) AS BIGINT) AS ln_sq"
    };
}

/// `x = {table}.x + $n` for the eleven columns, from `$5` on.
macro_rules! sums_add_from_5 {
    ($t:literal) => {
        concat!(
            "calls = ",
            $t,
            "calls + $5, known = ",
            $t,
            "known + $6, ",
            "successes = ",
            $t,
            "successes + $7, rating_sum = ",
            $t,
            "rating_sum + $8, ",
            "rating_sq = ",
            $t,
            "rating_sq + $9, ratings = ",
            $t,
            "ratings + $10, ",
            "handling_ms = ",
            $t,
            "handling_ms + $11, ",
            "ok_handling_ms = ",
            $t,
            "ok_handling_ms + $12, ",
            "ok_baseline_ms = ",
            $t,
            "ok_baseline_ms + $13, ",
            "ln_sum = ",
            $t,
            "ln_sum + $14, ln_sq = ",
            $t,
            "ln_sq + $15"
        )
    };
}
pub(crate) use {sums_add_from_5, sums_cols, sums_total};

/// The columns of [`Sums`], in the order in which they always stand.
const NAMES: [&str; 11] = [
    "calls",
    "known",
    "successes",
    "rating_sum",
    "rating_sq",
    "ratings",
    "handling_ms",
    "ok_handling_ms",
    "ok_baseline_ms",
    "ln_sum",
    "ln_sq",
];

/// Reads the columns that [`sums_cols`] named with this prefix; empty (an
/// outer join) is zero. Looked for once, not eleven times: every candidate of
/// every call has twice eleven.
pub(crate) fn read(row: &DbRow, prefix: &str) -> Result<Sums> {
    let [
        calls,
        known,
        successes,
        rating_sum,
        rating_sq,
        ratings,
        handling_ms,
        ok_handling_ms,
        ok_baseline_ms,
        ln_sum,
        ln_sq,
    ] = row.ints(prefix, NAMES)?;
    Ok(Sums {
        calls,
        known,
        successes,
        rating_sum,
        rating_sq,
        ratings,
        handling_ms,
        ok_handling_ms,
        ok_baseline_ms,
        ln_sum,
        ln_sq,
    })
}

/// Reads the columns of [`RescueSums`].
pub(crate) fn read_rescue(row: &DbRow) -> Result<RescueSums> {
    Ok(RescueSums {
        rescues: row.get("rescues")?,
        rescues_resolved: row.get("rescues_resolved")?,
        pickup_ms: row.get("pickup_ms")?,
    })
}

/// The eleven values in the order of the columns.
pub(crate) fn values(s: &Sums) -> impl Iterator<Item = Value> + use<> {
    [
        s.calls,
        s.known,
        s.successes,
        s.rating_sum,
        s.rating_sq,
        s.ratings,
        s.handling_ms,
        s.ok_handling_ms,
        s.ok_baseline_ms,
        s.ln_sum,
        s.ln_sq,
    ]
    .into_iter()
    .map(Value::from)
}
