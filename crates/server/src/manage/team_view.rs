//! Rows of people as the API shows them: with score, figures and agents.

use crate::auth::guard::Who;
use crate::error::Problem;
use crate::manage::wire::{Assignment, Member, avg_handling_time, avg_rating, success_rate};
use crate::state::AppState;
use caly_core::agent::Catalogue;
use caly_core::id::{AgentId, MemberId};
use caly_core::scoring::{Prior, Sums, score, shown};
use caly_core::time::{IsoWeek, Zone};
use caly_store::MemberCard;

/// What every figure of one client is read against.
pub struct Lens<'a> {
    catalogue: &'a Catalogue,
    /// The sector's means.
    pub prior: Prior,
    /// The client's zone.
    pub zone: Zone,
    /// The current ISO week there.
    pub week: IsoWeek,
}

impl<'a> Lens<'a> {
    /// The lens of the client that asks.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(app: &'a AppState, who: &Who) -> Result<Self, Problem> {
        let zone = Zone::named(&who.client.zone).map_err(Problem::internal)?;
        let week = zone.week(app.clock.now());
        Ok(Self::with(app, zone, week, &app.store.sector_sums(&who.scope, who.client.sector).await?))
    }

    /// The lens of a client whose zone, week there and sector's sums are known.
    #[must_use]
    pub fn with(app: &'a AppState, zone: Zone, week: IsoWeek, sums: &Sums) -> Self {
        Self { catalogue: app.catalogue, prior: Prior::of(sums), zone, week }
    }

    /// One person of a list.
    #[must_use]
    pub fn member(&self, card: MemberCard) -> Member {
        let m = card.member;
        let score = score(&m.sums, &self.prior);
        Member {
            id: m.id,
            team_id: m.team.0,
            name: m.name,
            email: m.email,
            title: m.title,
            phone: m.phone,
            role: m.role,
            status: m.status,
            availability: m.availability,
            takes_calls: m.takes_calls,
            open_limit: m.open_limit,
            joined_at: m.joined_at.rfc3339(),
            calls_total: m.sums.calls,
            calls_this_week: card.calls_this_week,
            success_rate: success_rate(&m.sums),
            avg_rating: avg_rating(&m.sums),
            avg_handling_time: avg_handling_time(&m.sums),
            performance_score: score.performance.map(shown),
            score: score.into(),
            agents: self.assigned(&card.assignments),
            rev: m.rev,
        }
    }

    /// The agents that stand now; rows of earlier ones keep their figures for
    /// the performance page.
    #[must_use]
    pub fn assigned(&self, rows: &[caly_store::Assignment]) -> Vec<Assignment> {
        rows.iter().filter(|row| row.assigned).map(|row| self.assignment(row)).collect()
    }

    fn assignment(&self, row: &caly_store::Assignment) -> Assignment {
        let (agent_type, name, sector) = self.names(row.agent);
        Assignment {
            agent_id: row.agent.0,
            agent_type,
            name,
            sector,
            proficiency_level: row.proficiency.get(),
            calls_handled: row.sums.calls,
            success_rate: success_rate(&row.sums),
            avg_handling_time: avg_handling_time(&row.sums),
        }
    }

    /// Slug, name and sector of an agent. One that a newer version knew and
    /// this one does not keeps its number for a name.
    #[must_use]
    pub fn names(&self, id: AgentId) -> (String, String, String) {
        match self.catalogue.agent(id) {
            Some(agent) => (agent.slug.clone(), agent.name.clone(), agent.sector.word().to_owned()),
            None => (format!("agent_{id}"), format!("Agent {id}"), String::new()),
        }
    }
}

/// One person with all figures.
///
/// # Errors
/// 404 when there is no such member in this client.
pub async fn read(app: &AppState, who: &Who, id: MemberId) -> Result<Member, Problem> {
    let lens = Lens::of(app, who).await?;
    Ok(lens.member(app.store.member_card(&who.scope, id, &lens.week).await?))
}

/// A member sees himself; whoever leads sees the team. Anybody else's id is
/// answered as one that does not exist.
///
/// # Errors
/// 404.
pub fn own_or_lead(who: &Who, id: MemberId) -> Result<(), Problem> {
    if who.scope.sees_team() || who.member == id { Ok(()) } else { Err(Problem::not_found("member")) }
}

/// Adds the current body to a stale refusal, so that both versions can be shown.
pub async fn with_current(app: &AppState, who: &Who, id: MemberId, problem: Problem) -> Problem {
    if problem.code != "stale" {
        return problem;
    }
    match read(app, who, id).await {
        Ok(current) => problem.with_current(&current),
        Err(other) => other,
    }
}
