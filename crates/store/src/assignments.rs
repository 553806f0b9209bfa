//! Which agents a member answers for, how well, and what came of it.

use crate::Store;
use crate::error::Result;
use crate::sql::{DbRow, Tx, args};
use crate::{members, sums};
use caly_core::id::{AgentId, ClientId, MemberId, Proficiency};
use caly_core::scope::Scope;
use caly_core::scoring::Sums;
use caly_core::time::At;
use serde::{Deserialize, Serialize};

/// A member × agent row; it survives being unassigned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// The person.
    pub member: MemberId,
    /// The agent.
    pub agent: AgentId,
    /// 0-100.
    pub proficiency: Proficiency,
    /// Whether he answers for it now.
    pub assigned: bool,
    /// Revision.
    pub rev: i64,
    /// When proficiency or `assigned` last changed.
    pub updated_at: At,
    /// Counted calls of this agent that he owned.
    pub sums: Sums,
}

/// One line of the whole set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewAssignment {
    /// An agent of the catalogue (checked by the asker, who has it).
    pub agent: AgentId,
    /// 0-100.
    pub proficiency: Proficiency,
}

pub(crate) fn assignment(row: &DbRow) -> Result<Assignment> {
    Ok(Assignment {
        member: row.get("member_id")?,
        agent: row.get("agent_id")?,
        proficiency: row.get("proficiency")?,
        assigned: row.get("assigned")?,
        rev: row.get("rev")?,
        updated_at: row.get("updated_at")?,
        sums: sums::read(row, "")?,
    })
}

impl Store {
    /// Replaces the whole set of a member's agents. Rows that are left out are
    /// unassigned and keep their sums; a repeated agent counts once, the last.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`]; [`crate::StoreError::Stale`] against
    /// the member's revision.
    pub async fn set_assignments(
        &self,
        scope: &Scope,
        member: MemberId,
        set: Vec<NewAssignment>,
        expected_rev: Option<i64>,
        now: At,
    ) -> Result<Vec<Assignment>> {
        let args = (scope.clone(), member, set, expected_rev, now);
        self.write(scope, args, |tx, (scope, id, set, expected, now)| {
            Box::pin(async move {
                let member = members::lock(tx, scope.client, *id, *expected).await?;
                replace(tx, scope.client, *id, set, *now).await?;
                members::changed(tx, scope, &member, "member.assign", *now);
                of_member(tx, scope.client, *id).await
            })
        })
        .await
    }

    /// A member's rows by agent id, unassigned ones included.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] when there is no such member.
    pub async fn assignments(&self, scope: &Scope, member: MemberId) -> Result<Vec<Assignment>> {
        self.read(scope, (scope.client, member), |tx, (client, member)| {
            Box::pin(async move {
                members::find(tx, *client, *member).await?;
                of_member(tx, *client, *member).await
            })
        })
        .await
    }
}

pub(crate) async fn replace(
    tx: &mut Tx<'_>,
    client: ClientId,
    member: MemberId,
    set: &[NewAssignment],
    now: At,
) -> Result<()> {
    tx.exec(
        "UPDATE assignments SET assigned = FALSE, rev = rev + 1, updated_at = $3 \
         WHERE client_id = $1 AND member_id = $2 AND assigned = TRUE",
        args![client, member, now],
    )
    .await?;
    for new in set {
        tx.exec(
            "INSERT INTO assignments (client_id, member_id, agent_id, proficiency, assigned, rev, updated_at) \
             VALUES ($1, $2, $3, $4, TRUE, 1, $5) \
             ON CONFLICT (client_id, member_id, agent_id) DO UPDATE SET \
             proficiency = excluded.proficiency, assigned = TRUE, rev = assignments.rev + 1, \
             updated_at = excluded.updated_at",
            args![client, member, new.agent, new.proficiency, now],
        )
        .await?;
    }
    Ok(())
}

async fn of_member(tx: &mut Tx<'_>, client: ClientId, member: MemberId) -> Result<Vec<Assignment>> {
    let rows = tx
        .all(
            "SELECT * FROM assignments WHERE client_id = $1 AND member_id = $2 ORDER BY agent_id",
            args![client, member],
        )
        .await?;
    rows.iter().map(assignment).collect()
}
