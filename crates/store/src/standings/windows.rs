//! Sums over windows: what the performance pages and summaries read.

use crate::Store;
use crate::error::Result;
use crate::sql::{DbRow, Tx, args};
use crate::{members, sums};
use caly_core::id::{AgentId, ClientId, MemberId};
use caly_core::scope::Scope;
use caly_core::scoring::{RescueSums, Sums};
use caly_core::sector::Sector;
use caly_core::time::{Day, IsoWeek};

/// One member's window.
#[derive(Debug, Clone, PartialEq)]
pub struct Performance {
    /// Over the window.
    pub total: Sums,
    /// Rescues in the window.
    pub rescue: RescueSums,
    /// Per completing agent, by agent id.
    pub agents: Vec<(AgentId, Sums)>,
    /// Days that have calls, oldest first; days without are not in it.
    pub days: Vec<DaySums>,
}

/// One local day.
#[derive(Debug, Clone, PartialEq)]
pub struct DaySums {
    /// The day.
    pub day: Day,
    /// Its sums.
    pub sums: Sums,
}

/// The client at a glance.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// People who are active.
    pub active: i64,
    /// People who were invited.
    pub invited: i64,
    /// People who are inactive.
    pub inactive: i64,
    /// Active people who are available.
    pub available: i64,
    /// Active people who are busy.
    pub busy: i64,
    /// Active people whom routing may choose and a carrier can ring: they take
    /// calls, have a phone, and are assigned to an agent.
    pub can_be_rung: i64,
    /// Calls in progress.
    pub open_calls: i64,
    /// Tasks that nobody closed, expired ones excluded.
    pub open_tasks: i64,
    /// Counted calls of the day, unowned ones included.
    pub today: Sums,
    /// Counted calls of the ISO week.
    pub this_week: Sums,
    /// All counted calls.
    pub all_time: Sums,
    /// Escalated calls of the day.
    pub escalated_today: i64,
}

const TOTAL: &str = concat!(
    "SELECT ",
    sums::sums_total!(),
    ", CAST(COALESCE(SUM(rescues), 0) AS BIGINT) AS rescues, \
     CAST(COALESCE(SUM(rescues_resolved), 0) AS BIGINT) AS rescues_resolved, \
     CAST(COALESCE(SUM(pickup_ms), 0) AS BIGINT) AS pickup_ms \
     FROM daily WHERE client_id = $1 AND member_id = $2 AND day >= $3 AND day <= $4"
);
const BY_AGENT: &str = concat!(
    "SELECT agent_id, ",
    sums::sums_total!(),
    " FROM daily WHERE client_id = $1 AND member_id = $2 AND day >= $3 AND day <= $4 \
     GROUP BY agent_id ORDER BY agent_id"
);
const BY_DAY: &str = concat!(
    "SELECT day, ",
    sums::sums_total!(),
    " FROM daily WHERE client_id = $1 AND member_id = $2 AND day >= $3 AND day <= $4 \
     GROUP BY day ORDER BY day"
);
/// Owned calls of a sector are in the assignments, unowned ones in the days of
/// member 0: few rows however long the history is.
const SECTOR: &str = concat!(
    "SELECT ",
    sums::sums_total!(),
    ", (SELECT fairness FROM clients WHERE id = $1) AS fairness FROM (\
     SELECT calls, known, successes, rating_sum, rating_sq, ratings, handling_ms, ok_handling_ms, \
       ok_baseline_ms, ln_sum, ln_sq FROM assignments WHERE client_id = $1 AND sector = $2 \
     UNION ALL \
     SELECT calls, known, successes, rating_sum, rating_sq, ratings, handling_ms, ok_handling_ms, \
       ok_baseline_ms, ln_sum, ln_sq FROM daily WHERE client_id = $1 AND member_id = 0 AND sector = $2\
     ) AS both_kinds"
);
/// As [`SECTOR`], over all sectors.
const ALL_TIME: &str = concat!(
    "SELECT ",
    sums::sums_total!(),
    " FROM (\
     SELECT calls, known, successes, rating_sum, rating_sq, ratings, handling_ms, ok_handling_ms, \
       ok_baseline_ms, ln_sum, ln_sq FROM assignments WHERE client_id = $1 \
     UNION ALL \
     SELECT calls, known, successes, rating_sum, rating_sq, ratings, handling_ms, ok_handling_ms, \
       ok_baseline_ms, ln_sum, ln_sq FROM daily WHERE client_id = $1 AND member_id = 0\
     ) AS both_kinds"
);
// A text each: one with both conditions optional reads every day there ever was.
const CLIENT_DAY: &str = concat!(
    "SELECT ",
    sums::sums_total!(),
    ", CAST(COALESCE(SUM(escalated), 0) AS BIGINT) AS escalated FROM daily WHERE client_id = $1 AND day = $2"
);
const CLIENT_WEEK: &str = concat!("SELECT ", sums::sums_total!(), " FROM daily WHERE client_id = $1 AND week = $2");
const AGENTS: &str = concat!(
    "SELECT agent_id, ",
    sums::sums_total!(),
    " FROM daily WHERE client_id = $1 AND day >= $2 AND day <= $3 GROUP BY agent_id ORDER BY agent_id"
);
const COUNTS: &str = "SELECT \
     (SELECT COUNT(*) FROM members WHERE client_id = $1 AND status = 'active') AS active, \
     (SELECT COUNT(*) FROM members WHERE client_id = $1 AND status = 'invited') AS invited, \
     (SELECT COUNT(*) FROM members WHERE client_id = $1 AND status = 'inactive') AS inactive, \
     (SELECT COUNT(*) FROM members WHERE client_id = $1 AND status = 'active' AND availability = 'available') AS available, \
     (SELECT COUNT(*) FROM members WHERE client_id = $1 AND status = 'active' AND availability = 'busy') AS busy, \
     (SELECT COUNT(*) FROM members m WHERE m.client_id = $1 AND m.status = 'active' AND m.takes_calls \
        AND m.phone IS NOT NULL AND m.phone <> '' \
        AND EXISTS (SELECT 1 FROM assignments a WHERE a.client_id = m.client_id AND a.member_id = m.id \
          AND a.assigned)) AS can_be_rung, \
     (SELECT COUNT(*) FROM calls WHERE client_id = $1 AND ended_at IS NULL) AS open_calls, \
     (SELECT COUNT(*) FROM tasks WHERE client_id = $1 AND state IN ('open', 'claimed')) AS open_tasks";

impl Store {
    /// A member's window of local days, both ends included.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`].
    pub async fn performance(&self, scope: &Scope, member: MemberId, from: &Day, to: &Day) -> Result<Performance> {
        let args = (scope.client, member, from.clone(), to.clone());
        self.read(scope, args, |tx, (client, member, from, to)| {
            Box::pin(async move {
                members::find(tx, *client, *member).await?;
                let values = || args![client, member, from, to];
                let total = tx.one(TOTAL, values()).await?;
                let agents = tx.all(BY_AGENT, values()).await?;
                let days = tx.all(BY_DAY, values()).await?;
                Ok(Performance {
                    total: sums::read(&total, "")?,
                    rescue: sums::read_rescue(&total)?,
                    agents: agents.iter().map(by_agent).collect::<Result<_>>()?,
                    days: days.iter().map(by_day).collect::<Result<_>>()?,
                })
            })
        })
        .await
    }

    /// All counted calls of a sector, unowned ones included, of all time: the
    /// prior of every score in it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sector_sums(&self, scope: &Scope, of: Sector) -> Result<Sums> {
        self.read(scope, (scope.client, of), |tx, (client, of)| Box::pin(async move { sector(tx, *client, *of).await }))
            .await
    }

    /// The client at a glance, on a local day and ISO week.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn summary(&self, scope: &Scope, day: &Day, week: &IsoWeek) -> Result<Summary> {
        let args = (scope.client, day.clone(), week.clone());
        self.read(scope, args, |tx, (client, day, week)| {
            Box::pin(async move {
                let n = tx.one(COUNTS, args![client]).await?;
                let today = tx.one(CLIENT_DAY, args![client, day]).await?;
                let this_week = tx.one(CLIENT_WEEK, args![client, week]).await?;
                let all_time = tx.one(ALL_TIME, args![client]).await?;
                Ok(Summary {
                    active: n.get("active")?,
                    invited: n.get("invited")?,
                    inactive: n.get("inactive")?,
                    available: n.get("available")?,
                    busy: n.get("busy")?,
                    can_be_rung: n.get("can_be_rung")?,
                    open_calls: n.get("open_calls")?,
                    open_tasks: n.get("open_tasks")?,
                    today: sums::read(&today, "")?,
                    this_week: sums::read(&this_week, "")?,
                    all_time: sums::read(&all_time, "")?,
                    escalated_today: today.get("escalated")?,
                })
            })
        })
        .await
    }

    /// The whole client's sums per completing agent in a window.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn agent_sums(&self, scope: &Scope, from: &Day, to: &Day) -> Result<Vec<(AgentId, Sums)>> {
        self.read(scope, (scope.client, from.clone(), to.clone()), |tx, (client, from, to)| {
            Box::pin(async move {
                let rows = tx.all(AGENTS, args![client, from, to]).await?;
                rows.iter().map(by_agent).collect()
            })
        })
        .await
    }
}

pub(crate) async fn sector(tx: &mut Tx<'_>, client: ClientId, of: Sector) -> Result<Sums> {
    Ok(sector_and_dial(tx, client, of).await?.0)
}

/// The sector's sums, and the client's fairness dial: what routing weighs
/// everybody with, in one statement.
pub(crate) async fn sector_and_dial(tx: &mut Tx<'_>, client: ClientId, of: Sector) -> Result<(Sums, i64)> {
    let row = tx.one(SECTOR, args![client, of]).await?;
    Ok((sums::read(&row, "")?, row.get("fairness")?))
}

fn by_agent(row: &DbRow) -> Result<(AgentId, Sums)> {
    Ok((row.get("agent_id")?, sums::read(row, "")?))
}

fn by_day(row: &DbRow) -> Result<DaySums> {
    Ok(DaySums { day: row.get("day")?, sums: sums::read(row, "")? })
}
