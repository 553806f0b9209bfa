//! The second implementation: from call rows to what every counter should
//! hold. It shares no code with `core::scoring` and asks the database for no
//! sums, so that one mistake cannot hide in both.

use crate::report::Difference;
use std::collections::BTreeMap;

/// A finished call as the call log has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallRow {
    /// The client's id.
    pub client: String,
    /// The call's id.
    pub id: String,
    /// Whether the client is a demo client.
    pub is_demo: bool,
    /// `phone`, `browser`, `rehearsal` or `echo`.
    pub kind: String,
    /// The outcome's word; empty on an echo channel.
    pub outcome: String,
    /// The row says that the outcome is known.
    pub known: bool,
    /// The row says that it succeeded.
    pub success: bool,
    /// The row says that it was resolved.
    pub resolved: bool,
    /// The row says that it counts.
    pub counted: bool,
    /// A person was asked for.
    pub escalated: bool,
    /// Owner's number; 0 for none.
    pub owner: i64,
    /// Rescuer's number; 0 for none.
    pub rescuer: i64,
    /// Completing agent.
    pub agent: i64,
    /// Local day.
    pub day: String,
    /// Handling time, ms.
    pub handling_ms: i64,
    /// The agent's expected handling time, ms.
    pub baseline_ms: i64,
    /// The caller's rating.
    pub rating: Option<i64>,
    /// Until a person's first word, ms.
    pub pickup_ms: i64,
}

/// The columns of a ledger row, in the order of [`COLUMNS`].
pub type Cells = [i64; 15];

/// What the ledgers call their columns.
pub const COLUMNS: [&str; 15] = [
    "calls",
    "known",
    "successes",
    "rating_sum",
    "rating_sq",
    "ratings",
    "handling_ms",
    "ok_handling_ms",
    "ok_baseline_ms",
    "ln_sum",
    "ln_sq",
    "rescues",
    "rescues_resolved",
    "pickup_ms",
    "escalated",
];

/// A ledger: key columns joined by `/`, then its cells.
pub type Ledger = BTreeMap<(String, String), Cells>;

/// Every ledger, recomputed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Ledgers {
    /// member
    pub standings: Ledger,
    /// member/agent
    pub assignments: Ledger,
    /// member/agent/day, member 0 for unowned calls
    pub daily: Ledger,
    /// agent/day: calls, resolved by the agent, escalated
    pub agent_days: BTreeMap<(String, String), [i64; 3]>,
}

/// What the agents' ledger calls its columns.
pub const AGENT_COLUMNS: [&str; 3] = ["calls", "resolved_by_agent", "escalated"];

/// Walks the call log once.
#[must_use]
pub fn recompute(calls: &[CallRow]) -> Ledgers {
    let mut ledgers = Ledgers::default();
    for call in calls.iter().filter(|c| counts(c)) {
        let cells = owner_cells(call);
        let client = &call.client;
        if call.owner != 0 {
            add(&mut ledgers.standings, client, format!("{}", call.owner), &cells);
            add(&mut ledgers.assignments, client, format!("{}/{}", call.owner, call.agent), &cells);
        }
        let mut on_day = cells;
        on_day[14] = i64::from(call.escalated);
        add(&mut ledgers.daily, client, format!("{}/{}/{}", call.owner, call.agent, call.day), &on_day);
        if call.rescuer != 0 {
            let rescue = rescue_cells(call);
            add(&mut ledgers.standings, client, format!("{}", call.rescuer), &rescue);
            add(&mut ledgers.daily, client, format!("{}/{}/{}", call.rescuer, call.agent, call.day), &rescue);
        }
        let day = ledgers.agent_days.entry((client.clone(), format!("{}/{}", call.agent, call.day))).or_default();
        day[0] += 1;
        day[1] += i64::from(call.outcome == "resolved_by_agent");
        day[2] += i64::from(call.escalated);
    }
    ledgers
}

/// What a row says of itself that its outcome and channel contradict. Whether
/// a caller left within ten seconds is the row's own word, for both flags.
#[must_use]
pub fn flags(call: &CallRow) -> Vec<Difference> {
    let won = won(call);
    let early = call.outcome == "abandoned" && !call.known;
    let known = won || call.outcome == "unresolved" || (call.outcome == "abandoned" && !early);
    let of_channel = match call.kind.as_str() {
        "phone" | "browser" => true,
        "rehearsal" => call.is_demo,
        _ => false,
    };
    let counted = of_channel && !matches!(call.outcome.as_str(), "" | "failed") && !early;
    let pairs = [
        ("known", call.known, known),
        ("success", call.success, won),
        ("resolved", call.resolved, won),
        ("counted", call.counted, counted),
    ];
    pairs
        .into_iter()
        .filter(|(_, stored, recomputed)| stored != recomputed)
        .map(|(column, stored, recomputed)| Difference {
            client: call.client.clone(),
            table: "calls",
            key: call.id.clone(),
            column,
            stored: stored.into(),
            recomputed: recomputed.into(),
        })
        .collect()
}

fn counts(call: &CallRow) -> bool {
    call.counted && !call.outcome.is_empty()
}

fn won(call: &CallRow) -> bool {
    matches!(call.outcome.as_str(), "resolved_by_agent" | "resolved_by_member")
}

fn owner_cells(call: &CallRow) -> Cells {
    let won = won(call);
    let known = won || matches!(call.outcome.as_str(), "unresolved" | "abandoned");
    let mut cells = Cells::default();
    cells[0] = 1;
    cells[1] = i64::from(known);
    cells[2] = i64::from(won);
    if let Some(stars) = call.rating {
        cells[3] = stars;
        cells[4] = stars.pow(2);
        cells[5] = 1;
    }
    cells[6] = call.handling_ms;
    if won {
        // Neither time counts as less than a second.
        let took = if call.handling_ms < 1_000 { 1_000 } else { call.handling_ms };
        let due = if call.baseline_ms < 1_000 { 1_000 } else { call.baseline_ms };
        cells[7] = took;
        cells[8] = due;
        cells[9] = millionths((took as f64 / due as f64).ln());
        cells[10] = cells[9].pow(2);
    }
    cells
}

#[expect(clippy::cast_possible_truncation, reason = "the logarithm of two call times is small")]
fn millionths(x: f64) -> i64 {
    (x * 1_000_000.0).round() as i64
}

fn rescue_cells(call: &CallRow) -> Cells {
    let mut cells = Cells::default();
    cells[11] = 1;
    cells[12] = i64::from(call.outcome == "resolved_by_member");
    cells[13] = call.pickup_ms;
    cells
}

fn add(ledger: &mut Ledger, client: &str, key: String, cells: &Cells) {
    let row = ledger.entry((client.to_owned(), key)).or_default();
    for (sum, cell) in row.iter_mut().zip(cells) {
        *sum += cell;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call() -> CallRow {
        CallRow {
            client: "c".into(),
            id: "1".into(),
            kind: "phone".into(),
            outcome: "resolved_by_agent".into(),
            owner: 3,
            agent: 2,
            day: "2026-11-23".into(),
            known: true,
            success: true,
            resolved: true,
            counted: true,
            handling_ms: 60_000,
            baseline_ms: 120_000,
            rating: Some(4),
            ..CallRow::default()
        }
    }

    #[test]
    fn one_call_moves_four_ledgers() {
        let l = recompute(&[call()]);
        let cells = l.standings[&("c".into(), "3".into())];
        assert_eq!(cells[..9], [1, 1, 1, 4, 16, 1, 60_000, 60_000, 120_000]);
        assert_eq!(cells[9], -693_147);
        assert_eq!(l.assignments[&("c".into(), "3/2".into())], cells);
        assert_eq!(l.daily[&("c".into(), "3/2/2026-11-23".into())], cells);
        assert_eq!(l.agent_days[&("c".into(), "2/2026-11-23".into())], [1, 1, 0]);
    }

    #[test]
    fn what_the_row_says_of_itself_is_checked() {
        assert_eq!(flags(&call()), []);
        let wrong = |c: CallRow| flags(&c).iter().map(|d| d.column).collect::<Vec<_>>();
        assert_eq!(wrong(CallRow { kind: "rehearsal".into(), ..call() }), ["counted"]);
        assert_eq!(wrong(CallRow { counted: false, ..call() }), ["counted"]);
        assert_eq!(wrong(CallRow { outcome: "failed".into(), ..call() }).len(), 4);
        let lost = CallRow { outcome: "abandoned".into(), success: false, resolved: false, ..call() };
        assert_eq!(wrong(lost.clone()), [""; 0]);
        assert_eq!(wrong(CallRow { known: false, ..lost.clone() }), ["counted"]);
        assert_eq!(wrong(CallRow { known: false, counted: false, ..lost }), [""; 0]);
    }

    #[test]
    fn what_does_not_count_moves_nothing() {
        assert_eq!(recompute(&[CallRow { counted: false, ..call() }]), Ledgers::default());
    }

    #[test]
    fn nobodys_call_moves_the_day_only() {
        let l = recompute(&[CallRow { owner: 0, ..call() }]);
        assert!(l.standings.is_empty() && l.assignments.is_empty());
        assert!(l.daily.contains_key(&("c".into(), "0/2/2026-11-23".into())));
    }
}
