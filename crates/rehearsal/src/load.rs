//! Many calls at a rate: the load generator.

use crate::carrier::{Line, RehearsalError, place};
use crate::report::{CallReport, EndedBy};
use crate::script::Script;
use crate::voice::CallerVoice;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// One call of a load.
pub struct Job {
    /// The line to call on.
    pub line: Line,
    /// What the caller does.
    pub script: Script,
    /// The caller's voice.
    pub voice: Option<Arc<dyn CallerVoice>>,
}

/// What came of a load.
#[derive(Debug, Default, Serialize)]
pub struct LoadReport {
    /// Calls placed.
    pub placed: usize,
    /// How the streams ended.
    pub ended: BTreeMap<EndedBy, usize>,
    /// What each passthru after the bot answered.
    pub after_bot: BTreeMap<u16, usize>,
    /// Turns, and how many of them were answered.
    pub turns: usize,
    /// Turns that were answered.
    pub answered: usize,
    /// Half of the answers came within this many ms.
    pub reply_p50_ms: Option<u64>,
    /// 95 of 100 answers came within this many ms.
    pub reply_p95_ms: Option<u64>,
    /// Broken rules, by sentence.
    pub violations: BTreeMap<String, usize>,
    /// Calls that could not be walked, by sentence.
    pub errors: BTreeMap<String, usize>,
}

impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} calls, {} of {} turns answered", self.placed, self.answered, self.turns)?;
        if let (Some(p50), Some(p95)) = (self.reply_p50_ms, self.reply_p95_ms) {
            write!(f, " (half within {p50} ms, 95 of 100 within {p95} ms)")?;
        }
        for (by, n) in &self.ended {
            let by = match by {
                EndedBy::Bot => "ended by the agent",
                EndedBy::Caller => "ended by the caller",
                EndedBy::NoStream => "without a stream",
            };
            write!(f, "\n  {n:>5} {by}")?;
        }
        for (status, n) in &self.after_bot {
            write!(f, "\n  {n:>5} after the bot: {status}")?;
        }
        for (rule, n) in &self.violations {
            write!(f, "\n  {n:>5} RULE {rule}")?;
        }
        for (error, n) in &self.errors {
            write!(f, "\n  {n:>5} FAILED {error}")?;
        }
        Ok(())
    }
}

/// Places `calls` calls, `per_second` of them each second, and waits for all.
/// `factory` makes the `n`th call; it gives each its own `call_sid`.
pub async fn run(calls: usize, per_second: f64, mut factory: impl FnMut(usize) -> Job) -> LoadReport {
    let mut running = JoinSet::new();
    let gap = Duration::from_secs_f64(1.0 / per_second.clamp(0.01, 10_000.0));
    let mut clock = tokio::time::interval(gap);
    for n in 0..calls {
        clock.tick().await;
        let job = factory(n);
        running.spawn(place(job.line, job.script, job.voice, None));
    }
    let mut done = Vec::with_capacity(calls);
    while let Some(one) = running.join_next().await {
        done.push(one.unwrap_or_else(|e| Err(RehearsalError::Broken(e.to_string()))));
    }
    sum(done)
}

fn sum(done: Vec<Result<CallReport, RehearsalError>>) -> LoadReport {
    let mut all = LoadReport { placed: done.len(), ..LoadReport::default() };
    let mut replies = Vec::new();
    for one in done {
        match one {
            Ok(report) => add(&mut all, &mut replies, report),
            Err(error) => *all.errors.entry(error.to_string()).or_default() += 1,
        }
    }
    replies.sort_unstable();
    all.answered = replies.len();
    all.reply_p50_ms = percentile(&replies, 50);
    all.reply_p95_ms = percentile(&replies, 95);
    all
}

fn add(all: &mut LoadReport, replies: &mut Vec<u64>, report: CallReport) {
    *all.ended.entry(report.ended_by).or_default() += 1;
    *all.after_bot.entry(report.after_bot_status).or_default() += 1;
    all.turns += report.turns.len();
    replies.extend(report.turns.iter().filter_map(|t| t.first_reply_ms));
    for broken in report.violations {
        *all.violations.entry(broken.to_string()).or_default() += 1;
    }
}

/// The smallest value that `part` of 100 do not exceed (nearest rank).
fn percentile(sorted: &[u64], part: usize) -> Option<u64> {
    let rank = (sorted.len() * part).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::Violation;
    use crate::report::TurnTiming;

    fn report(reply: Option<u64>, violations: Vec<Violation>) -> CallReport {
        let turn = TurnTiming { said: "x".into(), end_of_speech_ms: 0, first_reply_ms: reply, barge_in_ms: None };
        CallReport {
            call_sid: "c".into(),
            turns: vec![turn],
            agent_audio_ms: 0,
            violations,
            voicebot_ms: 1,
            after_bot_status: 200,
            connect: None,
            ended_by: EndedBy::Bot,
            stream_ms: 1,
            heard: None,
        }
    }

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!((percentile(&hundred, 50), percentile(&hundred, 95)), (Some(50), Some(95)));
        assert_eq!((percentile(&[7], 95), percentile(&[], 50)), (Some(7), None));
    }

    #[test]
    fn failures_broken_rules_and_unanswered_turns_are_counted() {
        let bad = report(None, vec![Violation::Base64, Violation::Base64]);
        let all = sum(vec![Ok(report(Some(300), vec![])), Ok(bad), Err(RehearsalError::Stalled)]);
        assert_eq!((all.placed, all.turns, all.answered, all.reply_p50_ms), (3, 2, 1, Some(300)));
        assert_eq!(all.violations["a media payload is not base64"], 2);
        assert_eq!(all.errors.values().sum::<usize>(), 1);
        assert_eq!(all.ended[&EndedBy::Bot], 2);
    }
}
