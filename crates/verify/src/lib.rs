//! `caly verify`: counters are a cache of the call log, and this proves it.
//! Every counter is recomputed from raw rows, read in one snapshot per client,
//! by other code than the one that moved it. It only reads, so it runs beside
//! a live server as well as on a stopped one's data.

mod read;
pub mod recompute;
pub mod report;
mod rescues;
mod tasks;
#[cfg(test)]
mod tests;

pub use report::{Difference, Report};

use caly_core::scope::Scope;
use caly_store::{Store, StoreError};

/// Checks every counter of every client, and the chain of its audit.
///
/// # Errors
/// [`StoreError`] when the rows cannot be read; a wrong counter is no error
/// but a [`Difference`].
pub async fn verify(store: &Store) -> Result<Report, StoreError> {
    let mut report = Report::default();
    for client in store.clients().await? {
        let scope = Scope::system(client.id);
        // A channel's kind never changes, so it may be read apart.
        let channels = store.channels(&scope).await?;
        let rows = store.raw_rows(&scope).await?;
        report.clients += 1;
        read::check(&client, &channels, &rows, &mut report);
        if let Some(seq) = store.broken_audit(&scope).await? {
            report.differences.push(Difference {
                client: client.id.to_string(),
                table: "audit",
                key: seq.to_string(),
                column: "chain",
                stored: 0,
                recomputed: seq,
            });
        }
    }
    Ok(report)
}
