//! Sealed settings per sector, and the client's wrapped data key. This crate
//! sees no secret in clear: the server's vault seals and opens.

use crate::Store;
use crate::audit::Note;
use crate::error::Result;
use crate::sql::{DbRow, args};
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_core::time::At;

/// A sealed field. `Debug` hides the sealed value.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the catalogue's sector.
    pub field: String,
    /// As the vault sealed it.
    pub sealed: String,
    /// When it was set.
    pub updated_at: At,
    /// By whom, `member:7`.
    pub updated_by: String,
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setting").field("field", &self.field).finish_non_exhaustive()
    }
}

fn setting(row: &DbRow) -> Result<Setting> {
    Ok(Setting {
        field: row.get("field")?,
        sealed: row.get("sealed")?,
        updated_at: row.get("updated_at")?,
        updated_by: row.get("updated_by")?,
    })
}

impl Store {
    /// The sector's fields that are set, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settings(&self, scope: &Scope, sector: Sector) -> Result<Vec<Setting>> {
        self.read(scope, (scope.client, sector), |tx, (client, sector)| {
            Box::pin(async move {
                let rows = tx
                    .all(
                        "SELECT * FROM sector_settings WHERE client_id = $1 AND sector = $2 ORDER BY field",
                        args![client, sector],
                    )
                    .await?;
                rows.iter().map(setting).collect()
            })
        })
        .await
    }

    /// Sets (`Some(sealed)`) and removes (`None`) fields of a sector at once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn put_settings(
        &self,
        scope: &Scope,
        sector: Sector,
        fields: Vec<(String, Option<String>)>,
        now: At,
    ) -> Result<()> {
        let args = (scope.clone(), sector, fields, now);
        self.write(scope, args, |tx, (scope, sector, fields, now)| {
            Box::pin(async move {
                for (field, sealed) in fields {
                    match sealed {
                        Some(sealed) => {
                            tx.exec(
                                "INSERT INTO sector_settings (client_id, sector, field, sealed, updated_at, updated_by) \
                                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (client_id, sector, field) \
                                 DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at, \
                                 updated_by = excluded.updated_by",
                                args![scope.client, sector, field, sealed, now, scope.actor_word()],
                            )
                            .await?
                        }
                        None => {
                            tx.exec(
                                "DELETE FROM sector_settings WHERE client_id = $1 AND sector = $2 AND field = $3",
                                args![scope.client, sector, field],
                            )
                            .await?
                        }
                    };
                }
                let names: Vec<_> = fields.iter().map(|(field, _)| field).collect();
                let body = serde_json::json!({"sector": sector, "fields": names});
                tx.note(Note::new(scope, *now, "settings.put", &body));
                Ok(())
            })
        })
        .await
    }

    /// The client's data key as it is wrapped, if there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn data_key(&self, scope: &Scope) -> Result<Option<String>> {
        self.read(scope, scope.client, |tx, client| {
            Box::pin(async move {
                let row = tx.opt("SELECT wrapped FROM data_keys WHERE client_id = $1", args![client]).await?;
                row.map(|row| row.get("wrapped")).transpose()
            })
        })
        .await
    }

    /// Stores a new client's data key; the one that stands is answered, which
    /// is another node's when that was first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn put_data_key(&self, scope: &Scope, wrapped: &str, now: At) -> Result<String> {
        let args = (scope.client, wrapped.to_owned(), now);
        self.write(scope, args, |tx, (client, wrapped, now)| {
            Box::pin(async move {
                tx.exec(
                    "INSERT INTO data_keys (client_id, wrapped, created_at) VALUES ($1, $2, $3) \
                     ON CONFLICT (client_id) DO NOTHING",
                    args![client, wrapped, now],
                )
                .await?;
                tx.one("SELECT wrapped FROM data_keys WHERE client_id = $1", args![client]).await?.get("wrapped")
            })
        })
        .await
    }
}
