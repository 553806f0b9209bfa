//! Many calls at a rate: the load generator.

use crate::carrier::Carrier;
use crate::error::RehearsalError;
use crate::report::{CallReport, EndedBy};
use crate::script::CallPlan;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// How many calls, how fast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Calls in all.
    pub calls: usize,
    /// Calls started per second; 0 or less starts all at once.
    pub per_second: f64,
}

/// What became of them.
#[derive(Debug, Default, Serialize)]
pub struct LoadReport {
    /// Every call that was placed, in order of its end.
    pub calls: Vec<CallReport>,
    /// Calls that could not be placed, by sentence.
    pub failed: BTreeMap<String, usize>,
    /// Replies: true end of speech to first audible sample, ms.
    pub reply: Spread,
    /// Answers of the Voicebot applet, ms.
    pub voicebot: Spread,
    /// Broken rules, warnings aside.
    pub violations: u64,
    /// Calls by who ended the stream.
    pub ended: BTreeMap<&'static str, usize>,
    /// Calls by the status that the hook behind the bot got.
    pub after_bot: BTreeMap<u16, usize>,
}

/// Of a number of measurements.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// How many.
    pub count: usize,
    /// The middle one.
    pub p50: Option<u64>,
    /// 95 of 100 are not above it.
    pub p95: Option<u64>,
    /// The largest.
    pub max: Option<u64>,
}

impl Spread {
    /// Of measurements in any order; percentiles by nearest rank.
    #[must_use]
    pub fn of(mut all: Vec<u64>) -> Self {
        all.sort_unstable();
        let rank = |percent: usize| all.get((all.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        Self { count: all.len(), p50: rank(50), p95: rank(95), max: all.last().copied() }
    }
}

/// Places the calls and waits for the last. `plan` makes the n-th call, from 0.
pub async fn load(carrier: &Arc<Carrier>, load: Load, mut plan: impl FnMut(usize) -> CallPlan) -> LoadReport {
    let began = Instant::now();
    let mut running = JoinSet::new();
    let mut done = Vec::with_capacity(load.calls);
    for n in 0..load.calls {
        let plan = plan(n);
        if load.per_second > 0.0 {
            #[expect(clippy::cast_precision_loss, reason = "calls are far below 2^52")]
            sleep_until(began + Duration::from_secs_f64(n as f64 / load.per_second)).await;
        }
        let carrier = Arc::clone(carrier);
        running.spawn(async move { carrier.call(&plan).await });
    }
    while let Some(call) = running.join_next().await {
        match call {
            Ok(call) => done.push(call),
            Err(e) => std::panic::resume_unwind(e.into_panic()),
        }
    }
    summed(done)
}

fn summed(done: Vec<Result<CallReport, RehearsalError>>) -> LoadReport {
    let mut report = LoadReport::default();
    for call in done {
        match call {
            Ok(call) => report.calls.push(call),
            Err(e) => *report.failed.entry(e.to_string()).or_default() += 1,
        }
    }
    report.reply = Spread::of(report.calls.iter().flat_map(CallReport::reply_ms).collect());
    report.voicebot = Spread::of(report.calls.iter().filter_map(|c| c.voicebot_ms).collect());
    for call in &report.calls {
        report.violations += call.faults().count() as u64 + call.more_violations;
        *report.ended.entry(ended(call.ended_by)).or_default() += 1;
        if let Some(status) = call.after_bot_status {
            *report.after_bot.entry(status).or_default() += 1;
        }
    }
    report
}

fn ended(by: EndedBy) -> &'static str {
    match by {
        EndedBy::Bot => "bot",
        EndedBy::Caller => "caller",
        EndedBy::Carrier => "carrier",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let s = Spread::of((1..=100).rev().collect());
        assert_eq!((s.count, s.p50, s.p95, s.max), (100, Some(50), Some(95), Some(100)));
        assert_eq!(Spread::of(vec![7]), Spread { count: 1, p50: Some(7), p95: Some(7), max: Some(7) });
        assert_eq!(Spread::of(vec![]), Spread::default());
    }
}
