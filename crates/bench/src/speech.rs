//! Spoken calls with the local pack: how long the caller waits after the true
//! end of his words, and what such a call costs.

use crate::Args;
use crate::audio;
use crate::machine::Meter;
use crate::server::Server;
use crate::table::{Table, Taken, percentile};
use anyhow::Context;
use caly_local_voice::pack::Pack;
use caly_local_voice::tts::Synthesiser;
use caly_rehearsal::carrier::place;
use caly_rehearsal::report::{CallReport, TurnTiming};
use caly_rehearsal::scenarios;
use caly_rehearsal::voice::{CallerVoice, Remembered};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Calls that speak at once.
const TOGETHER: usize = 20;
const BAR_PLAIN_MS: f64 = 800.0;
const BAR_DIGITS_MS: f64 = 1_300.0;
/// Words that make a turn one with digits.
const DIGITS: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/// One call after another, then twenty at once.
pub async fn measure(args: &Args, server: &Server, models: &Path, table: &mut Table) -> anyhow::Result<()> {
    let pack = Pack::open_tts(models)?;
    let voice: Arc<dyn CallerVoice> = Arc::new(Remembered::new(Synthesiser::load(&pack.tts_dir())?));
    calls(server, &voice, "warm", 1, 1).await?;
    audio::listening(args, server, "voice activity, CPU per call-minute", table).await?;
    let meter = Meter::start(server.pid())?;
    let alone = calls(server, &voice, "alone", args.spoken_calls, 1).await?;
    let span = meter.stop()?;
    let bars = (Some(BAR_PLAIN_MS), Some(BAR_DIGITS_MS));
    replies(table, "one call", &alone, bars, span.others);
    let meter = Meter::start(server.pid())?;
    let together = calls(server, &voice, "together", TOGETHER, TOGETHER).await?;
    let crowd = meter.stop()?;
    replies(table, "20 calls", &together, (None, None), crowd.others);
    for (who, all, span) in [("one call at a time", &alone, &span), ("20 at once", &together, &crowd)] {
        let minutes = all.iter().map(|r| Duration::from_millis(r.stream_ms).as_secs_f64()).sum::<f64>() / 60.0;
        let over = format!("{} order calls, {minutes:.1} call-minutes, starts and ends included", all.len());
        let what = format!("full local pack, CPU per call-minute, {who}");
        table.add(what, Taken::once(Some(span.cpu_s / minutes), span.others, over), "CPU-s", None);
    }
    Ok(())
}

/// `count` order calls, `at_once` of them at a time.
async fn calls(
    server: &Server,
    voice: &Arc<dyn CallerVoice>,
    name: &str,
    count: usize,
    at_once: usize,
) -> anyhow::Result<Vec<CallReport>> {
    let scenario = scenarios::named("order").context("the rehearsal has no order call")?;
    let mut running = JoinSet::new();
    let mut done = Vec::new();
    for n in 0..count {
        if running.len() >= at_once {
            done.extend(next(&mut running).await?);
        }
        let line = server.line(&server.key, format!("{name}-{n}"))?;
        running.spawn(place(line, scenario.script(), Some(Arc::clone(voice)), None));
        sleep(Duration::from_millis(150)).await;
    }
    while let Some(one) = next(&mut running).await? {
        done.push(one);
    }
    Ok(done)
}

async fn next(
    running: &mut JoinSet<Result<CallReport, caly_rehearsal::RehearsalError>>,
) -> anyhow::Result<Option<CallReport>> {
    running.join_next().await.map(|one| anyhow::Ok(one??)).transpose()
}

fn replies(table: &mut Table, who: &str, calls: &[CallReport], bars: (Option<f64>, Option<f64>), others: f64) {
    let spoken = |t: &&TurnTiming| !t.said.starts_with('[');
    let turns: Vec<&TurnTiming> = calls.iter().flat_map(|c| &c.turns).filter(spoken).collect();
    for (kind, digits, bar) in [("plain", false, bars.0), ("digits", true, bars.1)] {
        let of_kind: Vec<_> = turns.iter().filter(|t| has_digits(&t.said) == digits).collect();
        let mut waits: Vec<f64> = of_kind.iter().filter_map(|t| t.first_reply_ms).map(ms).collect();
        let over = format!("{} of {} turns answered, {} calls", waits.len(), of_kind.len(), calls.len());
        for (part, bar) in [(50, bar), (95, None)] {
            let taken = Taken::once(percentile(&mut waits, part), others, over.clone());
            table.add(format!("end of speech to reply, {who}, {kind}, p{part}"), taken, "ms", bar);
        }
    }
}

fn has_digits(said: &str) -> bool {
    let words = said.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
    // One such word can be chance ("the first one"); a number has more.
    words.filter(|w| DIGITS.contains(&w.as_str())).count() > 1
}

#[expect(clippy::cast_precision_loss, reason = "a wait of some seconds")]
fn ms(wait: u64) -> f64 {
    wait as f64
}

#[cfg(test)]
mod tests {
    use super::has_digits;

    #[test]
    fn a_number_is_more_than_one_digit() {
        assert!(has_digits("One zero two four."));
        assert!(!has_digits("The first one.") && !has_digits("Where is my order?"));
    }
}
