//! Calls that wait for a person's word: each stands on somebody's list, else
//! its outcome would never move.

use crate::report::Difference;
use caly_core::id::CallId;
use caly_core::outcome::Outcome;
use caly_store::raw::RawRows;
use std::collections::HashSet;

/// Taken messages of which no task tells.
pub(crate) fn tasks(client: &str, rows: &RawRows) -> Vec<Difference> {
    let told: HashSet<CallId> = rows.tasked.iter().copied().collect();
    let lost = rows.calls.iter().filter(|c| c.outcome == Some(Outcome::MessageTaken) && !told.contains(&c.id));
    lost.map(|call| Difference {
        client: client.to_owned(),
        table: "tasks",
        key: call.id.to_string(),
        column: "made",
        stored: 0,
        recomputed: 1,
    })
    .collect()
}
