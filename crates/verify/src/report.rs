//! What was found, for people and for scripts.

use crate::recompute::{AGENT_COLUMNS, COLUMNS, Ledgers};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A counter that is not what the call log says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The client.
    pub client: String,
    /// `standings` (a member's sums), `assignments`, `daily`, `agent_days`, `calls`,
    /// `claims`, `rescues` or `audit` (the first entry whose hash does not hold).
    pub table: &'static str,
    /// The row's key below the client, joined by `/`.
    pub key: String,
    /// The column.
    pub column: &'static str,
    /// What the database holds.
    pub stored: i64,
    /// What the call log says.
    pub recomputed: i64,
}

/// The whole finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Clients read.
    pub clients: usize,
    /// Finished calls read.
    pub calls: usize,
    /// Jobs that have not been applied yet: their calls are expected to be
    /// missing from the counters and are left out.
    pub pending: usize,
    /// Every difference; empty when all is well.
    pub differences: Vec<Difference>,
}

impl Report {
    /// Whether every counter is what the call log says.
    #[must_use]
    pub fn clean(&self) -> bool {
        self.differences.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} clients, {} finished calls, {} waiting to be counted", self.clients, self.calls, self.pending)?;
        for d in &self.differences {
            if d.table == "audit" {
                writeln!(f, "  {} audit: entry {} is missing or was changed", d.client, d.key)?;
                continue;
            }
            writeln!(
                f,
                "  {} {} {}: {} is {}, the call log says {}",
                d.client, d.table, d.key, d.column, d.stored, d.recomputed
            )?;
        }
        match self.differences.len() {
            0 => write!(f, "every counter is what the call log says"),
            n => write!(f, "{n} differences"),
        }
    }
}

/// Compares what is stored with what was recomputed.
#[must_use]
pub fn compare(stored: &Ledgers, expected: &Ledgers) -> Vec<Difference> {
    let mut found = Vec::new();
    table("standings", &COLUMNS, &stored.standings, &expected.standings, &mut found);
    table("assignments", &COLUMNS, &stored.assignments, &expected.assignments, &mut found);
    table("daily", &COLUMNS, &stored.daily, &expected.daily, &mut found);
    table("agent_days", &AGENT_COLUMNS, &stored.agent_days, &expected.agent_days, &mut found);
    found
}

fn table<const N: usize>(
    name: &'static str,
    columns: &[&'static str; N],
    stored: &BTreeMap<(String, String), [i64; N]>,
    expected: &BTreeMap<(String, String), [i64; N]>,
    found: &mut Vec<Difference>,
) {
    let keys: BTreeSet<_> = stored.keys().chain(expected.keys()).collect();
    // A row of zeros and no row say the same.
    let none = [0; N];
    for key in keys {
        let (have, want) = (stored.get(key).unwrap_or(&none), expected.get(key).unwrap_or(&none));
        for i in (0..N).filter(|&i| have[i] != want[i]) {
            found.push(Difference {
                client: key.0.clone(),
                table: name,
                key: key.1.clone(),
                column: columns[i],
                stored: have[i],
                recomputed: want[i],
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_every_table_is_compared() {
        let key = || ("c".to_owned(), "1".to_owned());
        let empty = Ledgers::default();
        for i in 0..COLUMNS.len() {
            let mut cells = [0; 15];
            cells[i] = 1;
            for table in 0..3 {
                let mut tampered = Ledgers::default();
                let ledger = match table {
                    0 => &mut tampered.standings,
                    1 => &mut tampered.assignments,
                    _ => &mut tampered.daily,
                };
                ledger.insert(key(), cells);
                let found = compare(&tampered, &empty);
                assert_eq!(found.len(), 1);
                assert_eq!(found[0].column, COLUMNS[i]);
            }
        }
        let mut tampered = Ledgers::default();
        tampered.agent_days.insert(key(), [0, 0, 1]);
        assert_eq!(compare(&empty, &tampered)[0].recomputed, 1);
    }
}
