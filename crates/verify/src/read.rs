//! From the store's rows to the call log, to the ledgers as they are stored,
//! and to what a row alone already contradicts.

use crate::recompute::{CallRow, Cells, Ledgers, flags, recompute};
use crate::report::{Difference, Report, compare};
use crate::rescues::rescues;
use crate::tasks::tasks;
use caly_core::scoring::{RescueSums, Sums};
use caly_store::raw::RawRows;
use caly_store::{Call, Channel, Client};
use std::collections::HashSet;

/// Checks one client's rows and adds what was found.
pub(crate) fn check(client: &Client, channels: &[Channel], rows: &RawRows, report: &mut Report) {
    let waiting: HashSet<_> = rows.unscored.iter().collect();
    let ended: Vec<&Call> = rows.calls.iter().filter(|c| c.ended_at.is_some()).collect();
    let scored: Vec<CallRow> =
        ended.iter().filter(|c| !waiting.contains(&c.id)).map(|c| call_row(client, channels, c)).collect();
    report.calls += ended.len();
    report.pending += waiting.len();
    report.differences.extend(scored.iter().flat_map(flags));
    report.differences.extend(weeks(client, rows));
    report.differences.extend(rescues(&client.id.to_string(), rows));
    report.differences.extend(tasks(&client.id.to_string(), rows));
    report.differences.extend(compare(&stored(client, rows), &recompute(&scored)));
}

fn call_row(client: &Client, channels: &[Channel], call: &Call) -> CallRow {
    let kind = channels.iter().find(|c| c.id == call.channel).map(|c| c.kind.word());
    CallRow {
        client: client.id.to_string(),
        id: call.id.to_string(),
        is_demo: client.is_demo,
        kind: kind.unwrap_or_default().to_owned(),
        outcome: call.outcome.map(|o| o.word()).unwrap_or_default().to_owned(),
        known: call.known,
        success: call.success,
        resolved: call.resolved,
        counted: call.counted,
        escalated: call.escalated,
        owner: call.owner.map_or(0, |m| m.0),
        rescuer: call.rescuer.map_or(0, |m| m.0),
        agent: call.agent.0,
        day: call.day.as_ref().map(ToString::to_string).unwrap_or_default(),
        handling_ms: call.handling_ms,
        baseline_ms: call.baseline_ms,
        rating: call.rating,
        pickup_ms: call.pickup_ms.unwrap_or(0),
    }
}

fn stored(client: &Client, rows: &RawRows) -> Ledgers {
    let key = |of: String| (client.id.to_string(), of);
    let none = RescueSums::default();
    Ledgers {
        standings: rows.members.iter().map(|m| (key(m.id.to_string()), cells(&m.sums, &m.rescue, 0))).collect(),
        assignments: rows
            .assignments
            .iter()
            .map(|a| (key(format!("{}/{}", a.member, a.agent)), cells(&a.sums, &none, 0)))
            .collect(),
        daily: rows
            .daily
            .iter()
            .map(|d| {
                let of = format!("{}/{}/{}", d.member, d.agent, d.day);
                (key(of), cells(&d.sums, &d.rescue, d.escalated))
            })
            .collect(),
        agent_days: rows
            .agent_days
            .iter()
            .map(|a| (key(format!("{}/{}", a.agent, a.day)), [a.calls, a.resolved_by_agent, a.escalated]))
            .collect(),
    }
}

fn cells(s: &Sums, r: &RescueSums, escalated: i64) -> Cells {
    [
        s.calls,
        s.known,
        s.successes,
        s.rating_sum,
        s.rating_sq,
        s.ratings,
        s.handling_ms,
        s.ok_handling_ms,
        s.ok_baseline_ms,
        s.ln_sum,
        s.ln_sq,
        r.rescues,
        r.rescues_resolved,
        r.pickup_ms,
        escalated,
    ]
}

/// Days whose stored week is not theirs, as YYYYWW.
fn weeks<'a>(client: &'a Client, rows: &'a RawRows) -> impl Iterator<Item = Difference> + 'a {
    rows.daily.iter().filter_map(|d| {
        let written: i64 = d.week.0.replace("-W", "").parse().unwrap_or(0);
        let date: jiff::civil::Date = d.day.0.parse().ok()?;
        let iso = date.iso_week_date();
        let expected = i64::from(iso.year()) * 100 + i64::from(iso.week());
        (written != expected).then(|| Difference {
            client: client.id.to_string(),
            table: "daily",
            key: format!("{}/{}/{}", d.member, d.agent, d.day),
            column: "week",
            stored: written,
            recomputed: expected,
        })
    })
}
