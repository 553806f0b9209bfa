//! Plain rows in one snapshot, for `verify`: no SQL sums, no joins. What is
//! recomputed from them is other code's business.

use crate::Store;
use crate::assignments::{Assignment, assignment};
use crate::calls::{Call, call};
use crate::error::Result;
use crate::members::{Member, member};
use crate::rescues::{Claim, Rescue, claim, rescue};
use crate::sql::{DbRow, args};
use crate::sums;
use caly_core::id::{AgentId, CallId, MemberId};
use caly_core::scope::Scope;
use caly_core::scoring::{RescueSums, Sums};
use caly_core::time::{Day, IsoWeek};

/// Everything that counters are made of, and the counters.
#[derive(Debug, Clone, PartialEq)]
pub struct RawRows {
    /// Every call.
    pub calls: Vec<Call>,
    /// Every member with his all-time sums.
    pub members: Vec<Member>,
    /// Every assignment with its sums.
    pub assignments: Vec<Assignment>,
    /// Every daily row.
    pub daily: Vec<RawDaily>,
    /// Every agent's day.
    pub agent_days: Vec<RawAgentDay>,
    /// Every looking for a person.
    pub rescues: Vec<Rescue>,
    /// Every claim on a member.
    pub claims: Vec<Claim>,
    /// Calls that have a task, whatever became of it.
    pub tasked: Vec<CallId>,
    /// Calls whose `agent_completed` was emitted and not yet applied.
    pub unscored: Vec<CallId>,
}

/// A row of `daily`.
#[derive(Debug, Clone, PartialEq)]
pub struct RawDaily {
    /// The member, 0 for nobody.
    pub member: MemberId,
    /// The completing agent.
    pub agent: AgentId,
    /// Local day.
    pub day: Day,
    /// Local ISO week.
    pub week: IsoWeek,
    /// Owned calls.
    pub sums: Sums,
    /// Rescues.
    pub rescue: RescueSums,
    /// Owned calls in which a person was asked for.
    pub escalated: i64,
}

/// A row of `agent_days`.
#[derive(Debug, Clone, PartialEq)]
pub struct RawAgentDay {
    /// The agent.
    pub agent: AgentId,
    /// Local day.
    pub day: Day,
    /// Counted calls that it completed.
    pub calls: i64,
    /// Of them resolved by it.
    pub resolved_by_agent: i64,
    /// Of them escalated.
    pub escalated: i64,
}

impl Store {
    /// All rows of the client that `verify` needs, from one snapshot.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn raw_rows(&self, scope: &Scope) -> Result<RawRows> {
        self.read_long(scope, scope.client, |tx, client| {
            Box::pin(async move {
                let calls = tx.all("SELECT * FROM calls WHERE client_id = $1", args![client]).await?;
                let members = tx.all("SELECT * FROM members WHERE client_id = $1", args![client]).await?;
                let assignments = tx.all("SELECT * FROM assignments WHERE client_id = $1", args![client]).await?;
                let daily = tx.all("SELECT * FROM daily WHERE client_id = $1", args![client]).await?;
                let agent_days = tx.all("SELECT * FROM agent_days WHERE client_id = $1", args![client]).await?;
                let rescues = tx.all("SELECT * FROM rescues WHERE client_id = $1", args![client]).await?;
                let claims = tx.all("SELECT * FROM claims WHERE client_id = $1", args![client]).await?;
                let tasked = tx
                    .all(
                        "SELECT DISTINCT call_id FROM tasks WHERE client_id = $1 AND call_id IS NOT NULL",
                        args![client],
                    )
                    .await?;
                let unscored = tx
                    .all(
                        "SELECT ref FROM jobs WHERE client_id = $1 AND kind = 'agent_completed' \
                         AND state <> 'done'",
                        args![client],
                    )
                    .await?;
                Ok(RawRows {
                    calls: calls.iter().map(call).collect::<Result<_>>()?,
                    members: members.iter().map(member).collect::<Result<_>>()?,
                    assignments: assignments.iter().map(assignment).collect::<Result<_>>()?,
                    daily: daily.iter().map(raw_daily).collect::<Result<_>>()?,
                    agent_days: agent_days.iter().map(raw_agent_day).collect::<Result<_>>()?,
                    rescues: rescues.iter().map(rescue).collect::<Result<_>>()?,
                    claims: claims.iter().map(claim).collect::<Result<_>>()?,
                    tasked: tasked.iter().map(|r| r.get("call_id")).collect::<Result<_>>()?,
                    unscored: unscored.iter().map(|r| r.get("ref")).collect::<Result<_>>()?,
                })
            })
        })
        .await
    }
}

fn raw_daily(row: &DbRow) -> Result<RawDaily> {
    Ok(RawDaily {
        member: row.get("member_id")?,
        agent: row.get("agent_id")?,
        day: row.get("day")?,
        week: row.get("week")?,
        sums: sums::read(row, "")?,
        rescue: sums::read_rescue(row)?,
        escalated: row.get("escalated")?,
    })
}

fn raw_agent_day(row: &DbRow) -> Result<RawAgentDay> {
    Ok(RawAgentDay {
        agent: row.get("agent_id")?,
        day: row.get("day")?,
        calls: row.get("calls")?,
        resolved_by_agent: row.get("resolved_by_agent")?,
        escalated: row.get("escalated")?,
    })
}
