//! A client's business rules: one document, changed as a whole.

use crate::Store;
use crate::audit::Note;
use crate::error::Result;
use crate::members::check_rev;
use crate::sql::{args, from_json, to_json};
use caly_core::rules::Rules;
use caly_core::scope::Scope;
use caly_core::time::At;

/// The rules that hold, and since when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredRules {
    /// The rules; the default where nobody set any.
    pub rules: Rules,
    /// Revision; 0 where nobody set any.
    pub rev: i64,
    /// When they were set.
    pub updated_at: Option<At>,
    /// By whom, `member:7`.
    pub updated_by: Option<String>,
}

impl Store {
    /// The client's rules.
    ///
    /// # Errors
    /// When the database does not answer, or a stored document is not rules.
    pub async fn rules(&self, scope: &Scope) -> Result<StoredRules> {
        self.read(scope, scope.client, |tx, client| {
            Box::pin(async move {
                let row = tx.opt("SELECT * FROM business_rules WHERE client_id = $1", args![client]).await?;
                let Some(row) = row else { return Ok(StoredRules::default()) };
                let body: String = row.get("body")?;
                Ok(StoredRules {
                    rules: from_json(&body)?,
                    rev: row.get("rev")?,
                    updated_at: Some(row.get("updated_at")?),
                    updated_by: Some(row.get("updated_by")?),
                })
            })
        })
        .await
    }

    /// Replaces the client's rules.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] when `expected_rev` is not the stored one (0:
    /// never set).
    pub async fn put_rules(&self, scope: &Scope, rules: Rules, expected_rev: Option<i64>, now: At) -> Result<i64> {
        self.write(scope, (scope.clone(), rules, expected_rev, now), |tx, (scope, rules, expected, now)| {
            Box::pin(async move {
                let body = to_json(rules)?;
                let row = tx
                    .one(
                        "INSERT INTO business_rules (client_id, body, rev, updated_at, updated_by) \
                         VALUES ($1, $2, 1, $3, $4) ON CONFLICT (client_id) DO UPDATE SET \
                         body = excluded.body, rev = business_rules.rev + 1, \
                         updated_at = excluded.updated_at, updated_by = excluded.updated_by RETURNING rev",
                        args![scope.client, &body, now, scope.actor_word()],
                    )
                    .await?;
                let rev: i64 = row.get("rev")?;
                check_rev(*expected, rev - 1)?;
                tx.note(Note::new(scope, *now, "rules.put", &serde_json::json!({"rev": rev, "rules": rules})));
                Ok(rev)
            })
        })
        .await
    }
}
