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

/// Calls that warm up the code, so that its pages are not counted as a call's.
const WARM: usize = 10;
/// Between two calls that begin.
const GAP: Duration = Duration::from_millis(30);
const BAR_ECHO: f64 = 0.03;
const BAR_KIB: f64 = 32.0;

/// Echo, then voice activity alone.
pub async fn measure(args: &Args, server: &Server, table: &mut Table) -> anyhow::Result<()> {
    echo(args, server, table).await?;
    voice_activity(args, server, table).await
}

async fn echo(args: &Args, server: &Server, table: &mut Table) -> anyhow::Result<()> {
    let quiet = || Script::new("held", vec![Step::Pause(3_600_000)]);
    drop(hold(server, &server.echo_key, "warm", WARM, quiet).await?);
    sleep(Duration::from_secs(3)).await;
    let empty = resident_kib(server.pid())?;
    let mut held = hold(server, &server.echo_key, "echo", args.echo_calls, quiet).await?;
    let spans = steady(server, args.seconds, args.repeats).await?;
    let full = resident_kib(server.pid())?;
    let lost = fallen(&mut held);
    if lost > 0 {
        bail!("{lost} of {} echo calls ended while they were measured", args.echo_calls);
    }
    drop(held);
    let over = format!("{} calls, {} × {} s", args.echo_calls, args.repeats, args.seconds);
    table.add("echo, CPU per call-minute", per_minute(&spans, args.echo_calls, over), "CPU-s", Some(BAR_ECHO));
    let each = (full - empty) / count(args.echo_calls);
    let over = format!("{} calls, {:.1} to {:.1} MiB resident", args.echo_calls, empty / 1024.0, full / 1024.0);
    table.add("memory per echo call", Taken::once(Some(each), worst(&spans), over), "KiB", Some(BAR_KIB));
    sleep(Duration::from_secs(3)).await;
    Ok(())
}

async fn voice_activity(args: &Args, server: &Server, table: &mut Table) -> anyhow::Result<()> {
    // A voice without words: two seconds loud, one quiet, again and again.
    let script = || Script::new("voices", (0..40).flat_map(|_| [hum(2), Step::Pause(1_000)]).collect());
    let mut spans = Vec::new();
    let seconds = args.seconds.min(12);
    for run in 0..args.repeats {
        // Anew each time: the menu ends a call that says nothing it knows.
        let mut held = hold(server, &server.key, &format!("vad-{run}"), args.vad_calls, script).await?;
        spans.extend(steady(server, seconds, 1).await?);
        let lost = fallen(&mut held);
        if lost > 0 {
            bail!("{lost} of {} keypad calls ended while they were measured", args.vad_calls);
        }
        drop(held);
        sleep(Duration::from_secs(3)).await;
    }
    let over = format!("{} keypad calls, {} × {seconds} s, prompts played", args.vad_calls, args.repeats);
    table.add("voice activity only, CPU per call-minute", per_minute(&spans, args.vad_calls, over), "CPU-s", None);
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

/// A buzz of 120 Hz with overtones.
fn hum(seconds: i16) -> Step {
    let wave = (0..i32::from(seconds) * 8_000).map(|n| i16::try_from((n % 67 - 33) * 200).unwrap_or(0));
    Step::Wav(wave.collect(), 8_000)
}
