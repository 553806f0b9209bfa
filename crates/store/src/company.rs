//! What a client says of itself: name, line of business, zone, language, and
//! how evenly its calls are spread.

use crate::Store;
use crate::audit::Note;
use crate::error::{Result, StoreError};
use crate::global::{Client, client};
use crate::members::check_rev;
use crate::sql::args;
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_core::time::At;

/// A company as it shall be; whoever hands it in has checked zone and language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// Its line of business: which sector its settings and new channels begin with.
    pub sector: Sector,
    /// IANA zone. Days that were counted stay as they were cut; calls that end
    /// from now on are cut by this one.
    pub zone: String,
    /// BCP 47 tag.
    pub language: String,
    /// The fairness dial λ of routing, 0-80.
    pub fairness: i64,
}

impl Store {
    /// Changes what the client says of itself.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when `expected_rev` is not the stored one.
    pub async fn put_company(&self, scope: &Scope, to: Company, expected_rev: Option<i64>, now: At) -> Result<Client> {
        self.write(scope, (scope.clone(), to, expected_rev, now), |tx, (scope, to, expected, now)| {
            Box::pin(async move {
                // Locks by raising the revision, as members do.
                let row =
                    tx.opt("UPDATE clients SET rev = rev + 1 WHERE id = $1 RETURNING *", args![scope.client]).await?;
                let mut before = client(&row.ok_or(StoreError::NotFound("client"))?)?;
                before.rev -= 1;
                check_rev(*expected, before.rev)?;
                let row = tx
                    .one(
                        "UPDATE clients SET name = $2, sector = $3, zone = $4, language = $5, fairness = $6 \
                         WHERE id = $1 RETURNING *",
                        args![scope.client, &to.name, to.sector, &to.zone, &to.language, to.fairness],
                    )
                    .await?;
                let after = client(&row)?;
                tx.note(Note::new(scope, *now, "company.put", &serde_json::json!({"before": before, "after": after})));
                Ok(after)
            })
        })
        .await
    }
}
