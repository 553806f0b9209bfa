//! Calls that are held: what their sound costs in CPU and memory while it runs,
//! without their beginnings and ends.

use crate::Args;
use crate::machine::{Meter, Span, resident_kib};
use crate::requests::worst;
use crate::server::Server;
use crate::table::{Table, Taken};
use anyhow::bail;
use caly_rehearsal::carrier::{RehearsalError, place};
use caly_rehearsal::report::{CallReport, Observed};
use caly_rehearsal::script::{Script, Step};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

/// Between two calls that begin.
const GAP: Duration = Duration::from_millis(30);
const BAR_ECHO: f64 = 0.03;
const BAR_KIB: f64 = 32.0;

/// Echo, then calls by keypad.
pub async fn measure(args: &Args, server: &Server, table: &mut Table) -> anyhow::Result<()> {
    echo(args, server, table).await?;
    listening(args, server, "keypad, CPU per call-minute", table).await
}

async fn echo(args: &Args, server: &Server, table: &mut Table) -> anyhow::Result<()> {
    let quiet = || Script::new("held", vec![Step::Pause(3_600_000)]);
    let few = args.echo_calls / 5;
    let mut held = hold(server, &server.echo_key, "first", few, quiet).await?;
    sleep(Duration::from_secs(2)).await;
    let base = resident_kib(server.pid())?;
    let more = args.echo_calls - few;
    let mut rest = hold(server, &server.echo_key, "echo", more, quiet).await?;
    let spans = steady(server, args.seconds, args.repeats).await?;
    let full = resident_kib(server.pid())?;
    let lost = fallen(&mut held) + fallen(&mut rest);
    if lost > 0 {
        bail!("{lost} of {} echo calls ended while they were measured", args.echo_calls);
    }
    drop((held, rest));
    let over = format!("{} calls, {} × {} s", args.echo_calls, args.repeats, args.seconds);
    table.add("echo, CPU per call-minute", per_minute(&spans, args.echo_calls, over), "CPU-s", Some(BAR_ECHO));
    // The first calls pay for what is there once: code, statements, page caches.
    let each = (full - base) / count(more);
    let over = format!("{:.1} MiB at {few} calls, {:.1} at {}", base / 1024.0, full / 1024.0, args.echo_calls);
    table.add("memory per echo call", Taken::once(Some(each), worst(&spans), over), "KiB", Some(BAR_KIB));
    sleep(Duration::from_secs(3)).await;
    Ok(())
}

/// Calls that hear prompts and say nothing: without the pack nobody listens,
/// with it every 16 ms of the line are judged and the recogniser is not asked.
pub async fn listening(args: &Args, server: &Server, what: &str, table: &mut Table) -> anyhow::Result<()> {
    let silent = || Script::new("silent", vec![Step::Pause(3_600_000)]);
    let mut spans = Vec::new();
    let seconds = args.seconds.min(10);
    for run in 0..args.repeats {
        // Anew each time: a line on which nobody speaks is ended.
        let mut held = hold(server, &server.key, &format!("listening-{run}"), args.vad_calls, silent).await?;
        spans.extend(steady(server, seconds, 1).await?);
        let lost = fallen(&mut held);
        if lost > 0 {
            bail!("{lost} of {} silent calls ended while they were measured", args.vad_calls);
        }
        drop(held);
        sleep(Duration::from_secs(3)).await;
    }
    let over = format!("{} silent calls, {} × {seconds} s, prompts played", args.vad_calls, args.repeats);
    table.add(what, per_minute(&spans, args.vad_calls, over), "CPU-s", None);
    Ok(())
}

/// Places calls and waits until every stream stands.
async fn hold(
    server: &Server,
    key: &str,
    name: &str,
    calls: usize,
    script: impl Fn() -> Script,
) -> anyhow::Result<JoinSet<Result<CallReport, RehearsalError>>> {
    let mut held = JoinSet::new();
    let (observer, mut seen) = mpsc::unbounded_channel();
    for n in 0..calls {
        held.spawn(place(server.line(key, format!("{name}-{n}"))?, script(), None, Some(observer.clone())));
        sleep(GAP).await;
    }
    let until = Instant::now() + Duration::from_secs(60);
    let mut standing = 0;
    while standing < calls {
        match timeout_at(until, seen.recv()).await {
            Ok(Some(Observed::Started)) => standing += 1,
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => bail!("only {standing} of {calls} {name} calls stand"),
        }
    }
    Ok(held)
}

async fn steady(server: &Server, seconds: u64, windows: usize) -> anyhow::Result<Vec<Span>> {
    sleep(Duration::from_secs(2)).await;
    let mut spans = Vec::new();
    for _ in 0..windows {
        let meter = Meter::start(server.pid())?;
        sleep(Duration::from_secs(seconds)).await;
        spans.push(meter.stop()?);
    }
    Ok(spans)
}

/// Calls that have ended though they should stand.
fn fallen(held: &mut JoinSet<Result<CallReport, RehearsalError>>) -> usize {
    std::iter::from_fn(|| held.try_join_next()).count()
}

fn per_minute(spans: &[Span], calls: usize, over: String) -> Taken {
    let values = spans.iter().map(|s| s.cpu_s / (count(calls) * s.wall_s / 60.0)).collect();
    Taken { values, others: worst(spans), over }
}

#[expect(clippy::cast_precision_loss, reason = "a count of calls")]
fn count(n: usize) -> f64 {
    n as f64
}
