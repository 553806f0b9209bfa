//! A local day's counted calls in quarters of an hour: what the overview draws.

use crate::Store;
use crate::error::Result;
use crate::sql::{DbRow, args};
use caly_core::scope::Scope;
use caly_core::time::{At, Day, MINUTE};

/// Every zone's offset is a multiple of it, so quarters add up to local hours.
pub const QUARTER: i64 = 15 * MINUTE;

/// Counted calls of a day that ended within one quarter of an hour; all
/// figures are sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quarter {
    /// Its beginning.
    pub from: At,
    /// Calls.
    pub calls: i64,
    /// Calls whose outcome is known.
    pub known: i64,
    /// Calls that an agent resolved alone.
    pub by_agent: i64,
    /// Calls that asked for a person.
    pub escalated: i64,
    /// Ratings, added up.
    pub rating_sum: i64,
    /// How many ratings.
    pub ratings: i64,
    /// Handling, in ms.
    pub handling_ms: i64,
}

const QUARTERS: &str = "SELECT ended_at / $4 AS quarter, CAST(COUNT(*) AS BIGINT) AS calls, \
     CAST(SUM(CASE WHEN known THEN 1 ELSE 0 END) AS BIGINT) AS known, \
     CAST(SUM(CASE WHEN outcome = 'resolved_by_agent' THEN 1 ELSE 0 END) AS BIGINT) AS by_agent, \
     CAST(SUM(CASE WHEN escalated THEN 1 ELSE 0 END) AS BIGINT) AS escalated, \
     CAST(COALESCE(SUM(rating), 0) AS BIGINT) AS rating_sum, CAST(COUNT(rating) AS BIGINT) AS ratings, \
     CAST(SUM(handling_ms) AS BIGINT) AS handling_ms \
     FROM calls WHERE client_id = $1 AND day = $2 AND ended_at < $3 AND counted \
     GROUP BY ended_at / $4 ORDER BY quarter";

impl Store {
    /// The quarters of a local day that have calls, oldest first, of calls that
    /// ended before `until`. The day is the one stored with each call.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn day_quarters(&self, scope: &Scope, day: &Day, until: At) -> Result<Vec<Quarter>> {
        self.read(scope, (scope.client, day.clone(), until), |tx, (client, day, until)| {
            Box::pin(async move {
                let rows = tx.all(QUARTERS, args![client, day, until, QUARTER]).await?;
                rows.iter().map(quarter).collect()
            })
        })
        .await
    }
}

fn quarter(row: &DbRow) -> Result<Quarter> {
    Ok(Quarter {
        from: At(row.get::<i64>("quarter")? * QUARTER),
        calls: row.get("calls")?,
        known: row.get("known")?,
        by_agent: row.get("by_agent")?,
        escalated: row.get("escalated")?,
        rating_sum: row.get("rating_sum")?,
        ratings: row.get("ratings")?,
        handling_ms: row.get("handling_ms")?,
    })
}
