//! What a person sees of a grown client: every page in a browser, until it is
//! there, and what the browser is busy with while somebody types.

use crate::Args;
use crate::crowd::{self, Size};
use crate::machine::Meter;
use crate::server::Server;
use crate::table::{Table, Taken};
use anyhow::{Context, ensure};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Drives the browser; tells what it measured as JSON lines.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/e2e/pages.mjs");
/// As long as the first sweeps of a database that was away.
const CALM: std::time::Duration = std::time::Duration::from_secs(10);

/// One figure of the script.
#[derive(Debug, Deserialize)]
struct Told {
    what: String,
    values: Vec<f64>,
    bar: Option<f64>,
    over: String,
}

/// Fills a client, checks its counters, and opens every page of it.
pub async fn measure(args: &Args, caly: &Path, table: &mut Table) -> anyhow::Result<()> {
    let size = Size { members: args.members, calls: args.calls };
    let mut server = Server::start(caly, None).await?;
    let lines = crowd::add_channels(&server).await?;
    eprintln!("bench: {} members and {} finished calls are made …", size.members, size.calls);
    let dir = server.stop();
    let meter = Meter::start(std::process::id())?;
    let newest = crowd::fill(&dir, size, &lines).await?;
    let made = meter.stop()?;
    eprintln!("bench: they are there after {:.0} s; caly verify …", made.wall_s);
    verify(caly, &dir.join("data"))?;
    server.start_again(caly).await?;
    tokio::time::sleep(CALM).await;
    let meter = Meter::start(server.pid())?;
    let text = drive(args, &server, newest.to_string()).await?;
    let span = meter.stop()?;
    for line in text.lines() {
        let told: Told = serde_json::from_str(line).with_context(|| format!("the script said: {line}"))?;
        // The browser itself is counted among the others; what it needs is the figure.
        let taken = Taken { values: told.values, others: span.others, over: told.over };
        table.add(told.what, taken, "ms", told.bar);
    }
    Ok(())
}

/// A client that the counters contradict would be no client that anybody has.
fn verify(caly: &Path, data: &Path) -> anyhow::Result<()> {
    let done = Command::new(caly).args(["verify", "--data"]).arg(data).output().context("caly verify cannot be run")?;
    let said = String::from_utf8_lossy(&done.stdout);
    eprintln!("bench: {}", said.trim());
    ensure!(done.status.success(), "caly verify found faults: {said}{}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

async fn drive(args: &Args, server: &Server, call: String) -> anyhow::Result<String> {
    let mut node = Command::new("node");
    node.arg(PathBuf::from(SCRIPT)).env("CALY_URL", &server.base).env("CALY_CALL", call);
    node.env("CALY_REPEATS", args.repeats.to_string()).stderr(Stdio::inherit());
    // It runs for minutes: this runtime has other threads.
    let done = tokio::task::spawn_blocking(move || node.output()).await?;
    let done = done.context("node cannot be run; it is needed for the pages")?;
    ensure!(done.status.success(), "the browser's part did not work");
    Ok(String::from_utf8(done.stdout)?)
}
