//! Teams: the groups that channels route to.

use crate::Store;
use crate::error::Result;
use crate::sql::{DbRow, Tx, args};
use caly_core::id::TeamId;
use caly_core::scope::Scope;
use caly_core::time::At;
use serde::{Deserialize, Serialize};

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// Its revision.
    pub rev: i64,
    /// When it was made.
    pub created_at: At,
}

fn team(row: &DbRow) -> Result<Team> {
    Ok(Team { id: row.get("id")?, name: row.get("name")?, rev: row.get("rev")?, created_at: row.get("created_at")? })
}

impl Store {
    /// Makes a team; its id is the client's next.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn create_team(&self, scope: &Scope, name: &str, now: At) -> Result<Team> {
        self.write(scope, (scope.clone(), name.to_owned(), now), |tx, (scope, name, now)| {
            Box::pin(async move { insert(tx, scope, name, *now).await })
        })
        .await
    }

    /// All teams, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn teams(&self, scope: &Scope) -> Result<Vec<Team>> {
        self.read(scope, scope.client, |tx, client| {
            Box::pin(async move {
                let rows = tx.all("SELECT * FROM teams WHERE client_id = $1 ORDER BY id", args![client]).await?;
                rows.iter().map(team).collect()
            })
        })
        .await
    }
}

pub(crate) async fn insert(tx: &mut Tx<'_>, scope: &Scope, name: &str, now: At) -> Result<Team> {
    let id = tx.next(scope.client, "team").await?;
    let row = tx
        .one(
            "INSERT INTO teams (client_id, id, name, rev, created_at) VALUES ($1, $2, $3, 1, $4) RETURNING *",
            args![scope.client, id, name, now],
        )
        .await?;
    tx.note(crate::audit::Note::new(scope, now, "team.create", &serde_json::json!({"team": id, "name": name})));
    team(&row)
}
