//! Teams: the groups that channels route to.

use crate::Store;
use crate::audit::Note;
use crate::error::{Result, StoreError};
use crate::members::check_rev;
use crate::sql::{DbRow, Tx, args};
use caly_core::id::{ClientId, TeamId};
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

    /// Gives a team another name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Stale`].
    pub async fn rename_team(
        &self,
        scope: &Scope,
        id: TeamId,
        name: &str,
        expected_rev: Option<i64>,
        now: At,
    ) -> Result<Team> {
        let args = (scope.clone(), id, name.to_owned(), expected_rev, now);
        self.write(scope, args, |tx, (scope, id, name, expected, now)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "UPDATE teams SET name = $3, rev = rev + 1 WHERE client_id = $1 AND id = $2 RETURNING *",
                        args![scope.client, id, name],
                    )
                    .await?
                    .ok_or(StoreError::NotFound("team"))?;
                let team = team(&row)?;
                check_rev(*expected, team.rev - 1)?;
                tx.note(Note::new(scope, *now, "team.rename", &serde_json::json!({"team": id, "name": name})));
                Ok(team)
            })
        })
        .await
    }

    /// Removes a team that nothing belongs to. Calls keep the number of the
    /// team that owned them, so a team with calls stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::NotNow`] while it has members,
    /// channels or calls, or is the last one.
    pub async fn delete_team(&self, scope: &Scope, id: TeamId, now: At) -> Result<()> {
        self.write(scope, (scope.clone(), id, now), |tx, (scope, id, now)| {
            Box::pin(async move {
                unused(tx, scope.client, *id).await?;
                let gone =
                    tx.exec("DELETE FROM teams WHERE client_id = $1 AND id = $2", args![scope.client, id]).await?;
                if gone == 0 {
                    return Err(StoreError::NotFound("team"));
                }
                tx.note(Note::new(scope, *now, "team.delete", &serde_json::json!({"team": id})));
                Ok(())
            })
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
    tx.note(Note::new(scope, now, "team.create", &serde_json::json!({"team": id, "name": name})));
    team(&row)
}

async fn unused(tx: &mut Tx<'_>, client: ClientId, id: TeamId) -> Result<()> {
    let count = |sql: &'static str| (sql, args![client, id]);
    let users = [
        (count("SELECT id FROM members WHERE client_id = $1 AND team_id = $2 LIMIT 1"), "move its members first"),
        (
            count("SELECT id FROM channels WHERE client_id = $1 AND team_id = $2 LIMIT 1"),
            "give its channels to another team first",
        ),
        (
            count("SELECT id FROM calls WHERE client_id = $1 AND team_id = $2 LIMIT 1"),
            "it owned calls; rename it instead",
        ),
    ];
    for ((sql, args), why) in users {
        if tx.opt(sql, args).await?.is_some() {
            return Err(StoreError::NotNow(why));
        }
    }
    let another = tx.opt("SELECT id FROM teams WHERE client_id = $1 AND id <> $2 LIMIT 1", args![client, id]).await?;
    another.map(|_| ()).ok_or(StoreError::NotNow("a client keeps at least one team"))
}
