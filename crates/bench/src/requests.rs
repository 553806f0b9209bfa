//! What comes over HTTP: calls that start, and the team's page.

use crate::Args;
use crate::machine::{Meter, Span};
use crate::server::Server;
use crate::table::{Table, Taken};
use anyhow::{Context, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use std::future::Future;

/// Requests of one measurement.
const COUNT: usize = 1_000;
/// Requests under way at once.
const AT_ONCE: usize = 16;
/// People on the team's page.
const TEAM: usize = 50;
const BAR_START: f64 = 0.35;
const BAR_TEAM: f64 = 0.7;

/// Starts with the demo's team of eight, then the page of a team of fifty.
pub async fn measure(args: &Args, server: &Server, table: &mut Table) -> anyhow::Result<()> {
    let mut spans = Vec::new();
    for run in 0..args.repeats {
        spans.push(watched(server, |n| start_call(server, run, n)).await?);
    }
    add(table, "1,000 call starts", BAR_START, &spans, "voicebot URLs, 16 at once");
    grow_team(server).await?;
    let mut spans = Vec::new();
    for _ in 0..args.repeats {
        spans.push(watched(server, |_| list_team(server)).await?);
    }
    add(table, "1,000 team lists", BAR_TEAM, &spans, "GET /api/teams, 50 members, 16 at once");
    Ok(())
}

/// CPU seconds of repeated work.
pub fn add(table: &mut Table, what: &str, bar: f64, spans: &[Span], how: &str) {
    let values = spans.iter().map(|s| s.cpu_s).collect();
    table.add(what, Taken { values, others: worst(spans), over: how.to_owned() }, "CPU-s", Some(bar));
}

/// The most that others did beside one of them.
pub fn worst(spans: &[Span]) -> f64 {
    spans.iter().map(|s| s.others).fold(0.0, f64::max)
}

async fn watched<F: Future<Output = anyhow::Result<()>>>(
    server: &Server,
    one: impl Fn(usize) -> F,
) -> anyhow::Result<Span> {
    // Connections and prepared statements are there before the clock runs.
    run(0..AT_ONCE * 2, &one).await?;
    let meter = Meter::start(server.pid())?;
    run(AT_ONCE * 2..AT_ONCE * 2 + COUNT, &one).await?;
    meter.stop()
}

async fn run<F: Future<Output = anyhow::Result<()>>>(
    range: std::ops::Range<usize>,
    one: &impl Fn(usize) -> F,
) -> anyhow::Result<()> {
    stream::iter(range.map(one)).buffer_unordered(AT_ONCE).try_collect().await
}

async fn start_call(server: &Server, run: usize, n: usize) -> anyhow::Result<()> {
    // As the carrier asks, ids and numbers apart.
    let url = format!(
        "{}/exotel/{}/voicebot?CallSid=start-{run}-{n}&CallFrom=%2B9198{run:02}{n:06}&CallTo=%2B918047491899\
         &Direction=incoming&Created=2026-11-23+10%3A00%3A00&DialCallDuration=0&StartTime=2026-11-23+10%3A00%3A00\
         &EndTime=1970-01-01+05%3A30%3A00&CallType=call-attempt&flow_id=30842&tenant_id=acme1m\
         &CurrentTime=2026-11-23+10%3A00%3A00",
        server.base, server.key
    );
    let body = server.http.get(url).send().await?.error_for_status()?.text().await?;
    ensure!(body.contains("/stream/"), "a start was answered without a stream: {body}");
    Ok(())
}

async fn list_team(server: &Server) -> anyhow::Result<()> {
    let answer = server.http.get(format!("{}/api/teams", server.base)).bearer_auth(&server.token).send().await?;
    let body = answer.error_for_status()?.bytes().await?;
    ensure!(body.len() > TEAM * 100, "a team list was too short: {} bytes", body.len());
    Ok(())
}

async fn grow_team(server: &Server) -> anyhow::Result<()> {
    let team = server.get("/api/teams").await?;
    let there = team["team_members"].as_array().context("no team came")?.len();
    for n in there..TEAM {
        let body = json!({"email": format!("bench{n}@example.com"), "role": "agent", "title": "Trainee"});
        server.post("/api/teams/members", &body).await.context("a member cannot be added")?;
    }
    let team = server.get("/api/teams").await?;
    let now = team["team_members"].as_array().map_or(0, Vec::len);
    ensure!(now == TEAM, "the team has {now} people instead of {TEAM}");
    Ok(())
}
