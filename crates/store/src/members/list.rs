//! The list of people with what hangs on each: the nested-list pattern is two
//! queries, the page and then everything that belongs to its range of ids.

use super::{Member, member};
use crate::assignments::{Assignment, assignment};
use crate::error::{Result, StoreError};
use crate::sql::{Tx, args};
use crate::{Page, Store, page_limit, standings};
use caly_core::id::{ClientId, MemberId, TeamId};
use caly_core::member::{MemberStatus, Role};
use caly_core::scope::Scope;
use caly_core::scoring::Sums;
use caly_core::sector::Sector;
use caly_core::time::IsoWeek;

/// A person as lists show him.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberCard {
    /// The person and his all-time sums.
    pub member: Member,
    /// Counted calls that he owned in the asked-for ISO week.
    pub calls_this_week: i64,
    /// His rows per agent, agents that were unassigned included
    /// ([`Assignment::assigned`] tells them apart), by agent id.
    pub assignments: Vec<Assignment>,
}

/// Which people; `None` means any.
#[derive(Debug, Clone, Default)]
pub struct MemberFilter {
    /// Of this team.
    pub team: Option<TeamId>,
    /// With this status.
    pub status: Option<MemberStatus>,
    /// With this role.
    pub role: Option<Role>,
    /// Only this person (a member who sees himself only).
    pub only: Option<MemberId>,
}

const LIST: &str = "SELECT m.*, CAST(COALESCE((SELECT SUM(d.calls) FROM daily d \
     WHERE d.client_id = m.client_id AND d.week = $2 AND d.member_id = m.id), 0) AS BIGINT) AS week_calls \
     FROM members m WHERE m.client_id = $1 AND m.id > $3 \
     AND ($4 IS NULL OR m.team_id = $4) AND ($5 IS NULL OR m.status = $5) \
     AND ($6 IS NULL OR m.role = $6) AND ($7 IS NULL OR m.id = $7) \
     ORDER BY m.id LIMIT $8";

impl Store {
    /// A page of people by id, at most 200, after `cursor`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn members(
        &self,
        scope: &Scope,
        filter: MemberFilter,
        week: &IsoWeek,
        cursor: Option<MemberId>,
        limit: i64,
    ) -> Result<Page<MemberCard, MemberId>> {
        let args = (scope.client, filter, week.clone(), cursor, page_limit(limit));
        self.read(scope, args, |tx, (client, filter, week, cursor, limit)| {
            Box::pin(async move { page(tx, *client, filter, week, *cursor, *limit).await })
        })
        .await
    }

    /// The same, with the sums of the sector that their scores are read
    /// against, as of one moment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn members_and_sums(
        &self,
        scope: &Scope,
        of: Sector,
        filter: MemberFilter,
        week: &IsoWeek,
        cursor: Option<MemberId>,
        limit: i64,
    ) -> Result<(Page<MemberCard, MemberId>, Sums)> {
        let args = (scope.client, of, filter, week.clone(), cursor, page_limit(limit));
        self.read(scope, args, |tx, (client, of, filter, week, cursor, limit)| {
            Box::pin(async move {
                let sums = standings::sector(tx, *client, *of).await?;
                Ok((page(tx, *client, filter, week, *cursor, *limit).await?, sums))
            })
        })
        .await
    }

    /// One person as lists show him.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn member_card(&self, scope: &Scope, id: MemberId, week: &IsoWeek) -> Result<MemberCard> {
        let filter = MemberFilter { only: Some(id), ..MemberFilter::default() };
        let page = self.members(scope, filter, week, None, 1).await?;
        page.items.into_iter().next().ok_or(StoreError::NotFound("member"))
    }
}

async fn page(
    tx: &mut Tx<'_>,
    client: ClientId,
    filter: &MemberFilter,
    week: &IsoWeek,
    cursor: Option<MemberId>,
    limit: i64,
) -> Result<Page<MemberCard, MemberId>> {
    let from = cursor.map_or(0, |id| id.0);
    let values = args![client, week, from, filter.team, filter.status, filter.role, filter.only, limit + 1];
    let rows = tx.all(LIST, values).await?;
    let mut cards = Vec::with_capacity(rows.len());
    for row in &rows {
        let member = member(row)?;
        cards.push(MemberCard { member, calls_this_week: row.get("week_calls")?, assignments: Vec::new() });
    }
    let mut page = Page::cut(cards, limit, |card| card.member.id);
    attach(tx, client, &mut page.items).await?;
    Ok(page)
}

async fn attach(tx: &mut Tx<'_>, client: ClientId, cards: &mut [MemberCard]) -> Result<()> {
    let (Some(first), Some(last)) = (cards.first(), cards.last()) else { return Ok(()) };
    let (first, last) = (first.member.id, last.member.id);
    let rows = tx
        .all(
            "SELECT * FROM assignments WHERE client_id = $1 AND member_id >= $2 AND member_id <= $3 \
             ORDER BY member_id, agent_id",
            args![client, first, last],
        )
        .await?;
    let mut at = 0;
    for row in &rows {
        let of: MemberId = row.get("member_id")?;
        while cards.get(at).is_some_and(|card| card.member.id < of) {
            at += 1;
        }
        // A filter leaves gaps between first and last: their rows are skipped.
        if let Some(card) = cards.get_mut(at).filter(|card| card.member.id == of) {
            card.assignments.push(assignment(row)?);
        }
    }
    Ok(())
}
