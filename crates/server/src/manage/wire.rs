//! What the API says about members and numbers, and how: seconds and percent
//! with one decimal, times in RFC 3339 UTC, numbers masked by role.

use crate::manage::words;
use caly_core::id::MemberId;
use caly_core::member::{Availability, MemberStatus, Role};
use caly_core::privacy::mask_number;
use caly_core::scope::Scope;
use caly_core::scoring::{Band, Score, Sums, shown};
use caly_core::time::At;
use serde::Serialize;
use utoipa::ToSchema;

/// A member with all-time figures, as lists and single reads show it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Member {
    /// Counted per client.
    #[schema(value_type = i64)]
    pub id: MemberId,
    /// The team.
    pub team_id: i64,
    /// Full name.
    pub name: String,
    /// Unique in the client.
    pub email: String,
    /// Job title.
    pub title: Option<String>,
    /// Own phone, E.164.
    pub phone: Option<String>,
    /// What the person may do.
    #[schema(value_type = words::Role)]
    pub role: Role,
    /// Where the person stands in the team.
    #[schema(value_type = words::MemberStatus)]
    pub status: MemberStatus,
    /// What the person says of himself.
    #[schema(value_type = words::Availability)]
    pub availability: Availability,
    /// Whether calls are given to this person.
    pub takes_calls: bool,
    /// Most open calls owned at once.
    pub open_limit: i64,
    /// When the person was added, RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub joined_at: String,
    /// Every counted call owned.
    pub calls_total: i64,
    /// Those of the current ISO week in the client's zone.
    pub calls_this_week: i64,
    /// Percent of known outcomes that were successes; null without any.
    pub success_rate: Option<f64>,
    /// Mean rating 0-5; null without ratings.
    pub avg_rating: Option<f64>,
    /// Seconds; null without calls.
    pub avg_handling_time: Option<f64>,
    /// 0-100; null reads "no calls yet".
    pub performance_score: Option<f64>,
    /// The parts of the score and how sure it is.
    pub score: ScoreView,
    /// What the member is assigned to.
    pub agents: Vec<Assignment>,
    /// Revision, for `If-Match`.
    pub rev: i64,
}

/// The parts of a score and how sure it is.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ScoreView {
    /// Percent, weight 60.
    pub success: Option<f64>,
    /// Percent, weight 30.
    pub satisfaction: Option<f64>,
    /// Percent, weight 10.
    pub speed: Option<f64>,
    /// The same formula on parts shrunk towards the client's means.
    pub estimate: Option<f64>,
    /// Its 90 % interval, low and high.
    pub interval: Option<[f64; 2]>,
    /// Fewer than 30 known outcomes.
    pub provisional: bool,
    /// Decided on unrounded numbers; null reads "no calls yet".
    #[schema(value_type = Option<words::Band>)]
    pub band: Option<Band>,
}

/// One assignment with its own all-time figures.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Assignment {
    /// Of the catalogue, 1-54.
    pub agent_id: i64,
    /// The agent's slug.
    pub agent_type: String,
    /// The agent's name.
    pub name: String,
    /// The agent's sector.
    #[schema(value_type = words::Sector)]
    pub sector: String,
    /// 0-100.
    pub proficiency_level: u8,
    /// Counted calls of this member with this agent.
    pub calls_handled: i64,
    /// Percent; null without known outcomes.
    pub success_rate: Option<f64>,
    /// Seconds; null without calls.
    pub avg_handling_time: Option<f64>,
}

impl From<Score> for ScoreView {
    fn from(score: Score) -> Self {
        Self {
            success: score.success.map(shown),
            satisfaction: score.satisfaction.map(shown),
            speed: score.speed.map(shown),
            estimate: score.estimate.map(shown),
            interval: score.interval.map(|(low, high)| [shown(low), shown(high)]),
            provisional: score.provisional,
            band: score.band,
        }
    }
}

/// Percent of successes among known outcomes, as shown.
#[must_use]
pub fn success_rate(sums: &Sums) -> Option<f64> {
    percent(sums.successes, sums.known)
}

/// Mean rating 0-5, as shown.
#[must_use]
pub fn avg_rating(sums: &Sums) -> Option<f64> {
    ratio(sums.rating_sum, sums.ratings, 1.0)
}

/// Mean seconds over all calls, as shown.
#[must_use]
pub fn avg_handling_time(sums: &Sums) -> Option<f64> {
    ratio(sums.handling_ms, sums.calls, 0.001)
}

/// `part` of `whole` in percent, as shown; none without a whole.
#[must_use]
pub fn percent(part: i64, whole: i64) -> Option<f64> {
    ratio(part, whole, 100.0)
}

/// `sum / count × scale`, as shown; none without a count.
#[must_use]
pub fn ratio(sum: i64, count: i64, scale: f64) -> Option<f64> {
    #[allow(clippy::cast_precision_loss)] // Sums of calls stay far below 2^53.
    (count > 0).then(|| shown(sum as f64 / count as f64 * scale))
}

/// Milliseconds as seconds with one decimal.
#[must_use]
pub fn seconds(ms: i64) -> f64 {
    #[allow(clippy::cast_precision_loss)] // Durations stay far below 2^53.
    shown(ms as f64 / 1000.0)
}

/// RFC 3339 of an optional moment.
#[must_use]
pub fn when(at: Option<At>) -> Option<String> {
    at.map(At::rfc3339)
}

/// A caller's number as this person may see it: whole for those who lead the
/// team and for the owner or rescuer of the call, else its last four digits.
#[must_use]
pub fn number_for(scope: &Scope, number: Option<&str>, own: bool) -> Option<String> {
    number.map(|number| if own || scope.sees_team() { number.to_owned() } else { mask_number(number) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_one_decimal_or_are_absent() {
        let sums = Sums {
            calls: 3,
            known: 3,
            successes: 2,
            ratings: 2,
            rating_sum: 9,
            handling_ms: 100_000,
            ..Sums::default()
        };
        assert_eq!(success_rate(&sums), Some(66.7));
        assert_eq!(avg_rating(&sums), Some(4.5));
        assert_eq!(avg_handling_time(&sums), Some(33.3));
        assert_eq!(success_rate(&Sums::default()), None);
        assert_eq!(seconds(12_345), 12.3);
    }

    #[test]
    fn a_number_is_whole_for_leaders_and_for_its_own_people() {
        let member = crate::manage::edit_member::tests::who(3, caly_core::member::Role::Member).scope;
        let lead = crate::manage::edit_member::tests::who(4, caly_core::member::Role::Supervisor).scope;
        let number = Some("+919812345678");
        assert_eq!(number_for(&lead, number, false).as_deref(), number);
        assert_eq!(number_for(&member, number, true).as_deref(), number);
        assert!(!number_for(&member, number, false).unwrap().contains("98123"));
        assert_eq!(number_for(&lead, None, true), None);
    }
}
