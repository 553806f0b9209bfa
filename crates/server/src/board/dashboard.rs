//! `GET /api/dashboard`: the day so far, each figure beside the same time a
//! week ago.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::manage::team_view::Lens;
use crate::manage::wire::{Member, ratio};
use crate::manage::words;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_core::member::MemberStatus;
use caly_core::scoring::Band;
use caly_core::time::{At, Day, MINUTE, Zone};
use caly_store::{MemberFilter, Quarter};
use serde::Serialize;
use utoipa::ToSchema;

/// The day so far.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dashboard {
    /// Today in the client's zone.
    #[schema(format = Date)]
    pub day: String,
    /// The zone in which the day is counted.
    pub zone: String,
    /// When these figures were read, RFC 3339 UTC. They are compared with the
    /// day a week ago up to the same time.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// Counted calls that ended today.
    pub calls: Count,
    /// Percent of today's known outcomes that needed no person.
    pub resolved_without_person: Figure,
    /// Mean rating 0-5.
    pub rating: Figure,
    /// Mean seconds.
    pub avg_handling_time: Figure,
    /// One entry for every local hour of the day, 0-23.
    pub calls_by_hour: Vec<Hour>,
    /// Calls that are on at this moment.
    pub in_progress: i64,
    /// The five best scores that are not provisional first.
    pub top_members: Vec<TopMember>,
}

/// A number of calls and what it was a week ago.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Count {
    /// Today.
    pub value: i64,
    /// A week ago up to the same time.
    pub week_ago: i64,
}

/// A mean or percentage, what it is made of, and what it was a week ago.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct Figure {
    /// Today; null without anything to count.
    pub value: Option<f64>,
    /// How many calls or ratings it is made of.
    pub count: i64,
    /// A week ago up to the same time.
    pub week_ago: Option<f64>,
    /// How many that was made of.
    pub week_ago_count: i64,
}

/// One local hour.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Hour {
    /// 0-23.
    pub hour: i64,
    /// Counted calls that ended in it.
    pub calls: i64,
    /// Of them, resolved by the agent alone.
    pub by_agent: i64,
    /// Of them, calls that asked for a person.
    pub escalated: i64,
}

/// A member as the dashboard's card shows it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TopMember {
    /// The member.
    pub id: i64,
    /// The name.
    pub name: String,
    /// Of the current ISO week.
    pub calls_this_week: i64,
    /// Percent.
    pub success_rate: Option<f64>,
    /// 0-100; null reads "no calls yet".
    pub performance_score: Option<f64>,
    /// Fewer than 30 known outcomes.
    pub provisional: bool,
    /// Decided on unrounded numbers.
    #[schema(value_type = Option<words::Band>)]
    pub band: Option<Band>,
}

/// How many members the card shows.
const TOP: usize = 5;
/// Rows read at once.
const PORTION: i64 = 200;

/// The day so far.
#[utoipa::path(get, path = "/api/dashboard", tag = "boards",
    responses((status = 200, body = Dashboard), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn dashboard(State(app): State<App>, who: Who) -> Result<Json<Dashboard>, Problem> {
    let now = app.clock.now();
    let lens = Lens::of(&app, &who).await?;
    let today = lens.zone.day(now);
    let (minute, _) = lens.zone.minute_of_day(now);
    let (day_then, then) = week_before(&lens.zone, &today, minute, now)?;
    let quarters = app.store.day_quarters(&who.scope, &today, now).await?;
    let figures = Figures::of(&quarters);
    let before = Figures::of(&app.store.day_quarters(&who.scope, &day_then, then).await?);
    let all = app.store.summary(&who.scope, &today, &lens.week).await?;
    Ok(Json(Dashboard {
        calls: Count { value: figures.calls, week_ago: before.calls },
        resolved_without_person: Figure::percent((figures.by_agent, figures.known), (before.by_agent, before.known)),
        rating: Figure::mean((figures.rating_sum, figures.ratings), (before.rating_sum, before.ratings), 1.0),
        avg_handling_time: Figure::mean(
            (figures.handling_ms, figures.calls),
            (before.handling_ms, before.calls),
            0.001,
        ),
        calls_by_hour: by_hour(&quarters, &lens.zone),
        in_progress: all.open_calls,
        top_members: top(members(&app, &who, &lens).await?),
        day: today.0,
        zone: who.client.zone.clone(),
        as_of: now.rfc3339(),
    }))
}

/// The same weekday a week ago and the same wall time then: across a change of
/// clocks that is not 7 × 24 hours.
fn week_before(zone: &Zone, today: &Day, minute: i64, now: At) -> Result<(Day, At), Problem> {
    let unknown = || Problem::internal("the client's zone has no such day");
    let then = Zone::shift(today, -7).ok_or_else(unknown)?;
    let until = zone.at(&then, minute).ok_or_else(unknown)?;
    Ok((then, until.plus(now.0.rem_euclid(MINUTE))))
}

async fn members(app: &App, who: &Who, lens: &Lens<'_>) -> Result<Vec<Member>, Problem> {
    let filter = MemberFilter { status: Some(MemberStatus::Active), ..MemberFilter::default() };
    let (mut members, mut cursor) = (Vec::new(), None);
    loop {
        let page = app.store.members(&who.scope, filter.clone(), &lens.week, cursor, PORTION).await?;
        members.extend(page.items.into_iter().map(|card| lens.member(card)));
        cursor = page.next;
        if cursor.is_none() {
            return Ok(members);
        }
    }
}

/// Integer sums of a span.
#[derive(Debug, Default, PartialEq, Eq)]
struct Figures {
    calls: i64,
    known: i64,
    by_agent: i64,
    rating_sum: i64,
    ratings: i64,
    handling_ms: i64,
}

impl Figures {
    fn of(quarters: &[Quarter]) -> Self {
        quarters.iter().fold(Self::default(), |sum, q| Self {
            calls: sum.calls + q.calls,
            known: sum.known + q.known,
            by_agent: sum.by_agent + q.by_agent,
            rating_sum: sum.rating_sum + q.rating_sum,
            ratings: sum.ratings + q.ratings,
            handling_ms: sum.handling_ms + q.handling_ms,
        })
    }
}

impl Figure {
    /// `(sum, count)` of now and of a week ago, as a mean times `scale`.
    fn mean(now: (i64, i64), then: (i64, i64), scale: f64) -> Self {
        Self {
            value: ratio(now.0, now.1, scale),
            count: now.1,
            week_ago: ratio(then.0, then.1, scale),
            week_ago_count: then.1,
        }
    }

    fn percent(now: (i64, i64), then: (i64, i64)) -> Self {
        Self::mean(now, then, 100.0)
    }
}

/// Hour by hour; the hour that a change of clocks repeats holds both.
fn by_hour(quarters: &[Quarter], zone: &Zone) -> Vec<Hour> {
    let mut hours: Vec<Hour> = (0..24).map(|hour| Hour { hour, calls: 0, by_agent: 0, escalated: 0 }).collect();
    for q in quarters {
        let (minute, _) = zone.minute_of_day(q.from);
        if let Some(hour) = usize::try_from(minute / 60).ok().and_then(|n| hours.get_mut(n)) {
            hour.calls += q.calls;
            hour.by_agent += q.by_agent;
            hour.escalated += q.escalated;
        }
    }
    hours
}

/// Best first; those with too few calls to say after the others.
fn top(members: Vec<Member>) -> Vec<TopMember> {
    let mut top: Vec<TopMember> = members
        .into_iter()
        .filter(|m| m.takes_calls)
        .map(|m| TopMember {
            id: m.id.0,
            name: m.name,
            calls_this_week: m.calls_this_week,
            success_rate: m.success_rate,
            performance_score: m.performance_score,
            provisional: m.score.provisional,
            band: m.score.band,
        })
        .collect();
    top.sort_by(|a, b| {
        let score = |m: &TopMember| m.performance_score.unwrap_or(-1.0);
        a.provisional.cmp(&b.provisional).then(score(b).total_cmp(&score(a))).then(a.id.cmp(&b.id))
    });
    top.truncate(TOP);
    top
}

#[cfg(test)]
mod tests {
    use super::*;
    use caly_core::time::HOUR;

    #[test]
    fn the_week_before_ends_at_the_same_wall_time() {
        let zone = Zone::named("Asia/Kolkata").unwrap();
        let now = At(1_795_413_723_456);
        let today = zone.day(now);
        let (day, then) = week_before(&zone, &today, zone.minute_of_day(now).0, now).unwrap();
        assert_eq!(now.since(then), 7 * 24 * HOUR);
        assert_eq!((zone.day(then), zone.minute_of_day(then)), (day, zone.minute_of_day(now)));
    }

    #[test]
    fn quarters_fall_into_local_hours() {
        // 18:45 UTC is a quarter past midnight in India, of the next day.
        let zone = Zone::named("Asia/Kolkata").unwrap();
        let late = Quarter { from: At(1_795_373_100_000), calls: 2, by_agent: 1, escalated: 1, ..Quarter::default() };
        let hours = by_hour(&[late], &zone);
        assert_eq!(hours[0], Hour { hour: 0, calls: 2, by_agent: 1, escalated: 1 });
        assert_eq!(hours.iter().map(|h| h.calls).sum::<i64>(), 2);
    }

    #[test]
    fn nothing_to_count_is_no_figure() {
        let figure = Figure::percent((0, 0), (1, 2));
        assert_eq!((figure.value, figure.week_ago), (None, Some(50.0)));
    }
}
