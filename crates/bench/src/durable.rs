//! Completions: outcome and `agent_completed`, then the ledgers. In this
//! process, since a call's own length would hide them on the wire.

use crate::Args;
use crate::machine::{Meter, Span};
use crate::requests;
use crate::table::{Table, Taken};
use caly_core::id::CallId;
use caly_core::outcome::{CallFacts, ChannelKind, EndedBy, Helped};
use caly_core::scope::Scope;
use caly_core::time::MINUTE;
use caly_server::app::{Node, Parts};
use caly_server::clock::{Chance, Clock, SystemChance, SystemClock};
use caly_server::config::{Config, Overrides};
use caly_server::demo::{self, Door};
use caly_server::finish::{complete_call, jobs};
use caly_server::live::local_speech;
use caly_server::vault::key_file;
use caly_store::{Database, NewCall, Store};
use futures::{StreamExt, TryStreamExt, stream};
use std::path::Path;
use std::sync::Arc;

/// Completions of one measurement.
const COUNT: usize = 1_000;
/// Under way at once.
const AT_ONCE: usize = 64;
const BAR: f64 = 0.35;
const CALL_MS: i64 = 90_000;

/// Completes calls 64 at once with every commit on the disk, then scores them.
pub async fn measure(args: &Args, table: &mut Table) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let (node, door) = node(dir.path(), Arc::new(SystemClock)).await?;
    let (mut spans, mut rates) = (Vec::new(), Vec::new());
    for run in 0..args.repeats {
        let calls = place(&node, &door, run).await?;
        let meter = Meter::start(std::process::id())?;
        let ended = finish(&node, &door, calls).await?;
        rates.push(rate(&ended));
        while jobs::run_due(&node.app, "bench").await? > 0 {}
        spans.push(meter.stop()?);
    }
    requests::add(table, "1,000 completions, scored", BAR, &spans, "complete + agent_completed, in process");
    let over = "64 at once, SQLite synchronous=FULL, in process".to_owned();
    table.add(
        "durable completions per second",
        Taken { values: rates, others: requests::worst(&spans), over },
        "/s",
        None,
    );
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a count of calls")]
fn rate(span: &Span) -> f64 {
    COUNT as f64 / span.wall_s
}

async fn finish(node: &Node, door: &Door, calls: Vec<CallId>) -> anyhow::Result<Span> {
    let scope = Scope::system(door.client);
    let ended_at = SystemClock.now();
    let mut facts = CallFacts::new(ChannelKind::Rehearsal, EndedBy::Agent, ended_at);
    facts.is_demo = true;
    facts.started_at = Some(ended_at.plus(-CALL_MS));
    facts.first_audio = Some(ended_at.plus(400 - CALL_MS));
    facts.last_audio = Some(ended_at);
    facts.answer_played = true;
    facts.helped = Some(Helped::Yes);
    let meter = Meter::start(std::process::id())?;
    stream::iter(calls)
        .map(|call| complete_call::complete(&node.app, &scope, call, &facts, Some(5), None))
        .buffer_unordered(AT_ONCE)
        .try_for_each(|_| async { Ok(()) })
        .await?;
    meter.stop()
}

async fn place(node: &Node, door: &Door, run: usize) -> anyhow::Result<Vec<CallId>> {
    let scope = Scope::system(door.client);
    let one = |n: usize| {
        let now = SystemClock.now();
        let new = NewCall {
            id: CallId(SystemChance.id(now)),
            channel: door.channel,
            carrier_call_id: format!("bench-{run}-{n}"),
            caller_number: Some("+919812345678".into()),
            caller_raw: Some("+919812345678".into()),
            dialled: Some(door.number.into()),
            agent_type: "order_status".into(),
            seed: SystemChance.seed(),
            token_hash: format!("bench-{run}-{n}"),
            token_expires_at: now.plus(MINUTE),
            stream_url: String::new(),
            node: "bench".into(),
            degraded: false,
            attributes: "{}".into(),
        };
        let scope = &scope;
        async move {
            let call = node.app.store.place_call(scope, new, now).await?.call;
            node.app.store.start_stream(scope, call.id, &format!("bench-{run}-{n}"), "bench", None, now).await?;
            anyhow::Ok(call.id)
        }
    };
    stream::iter((0..COUNT).map(one)).buffer_unordered(AT_ONCE).try_collect().await
}

/// The demo's clients, made where there are none, in `dir` as `caly demo
/// --data DIR/data` keeps them.
pub async fn node(dir: &Path, clock: Arc<dyn Clock>) -> anyhow::Result<(Node, Door)> {
    let over = Overrides { data: Some(dir.join("data")), ..Overrides::default() };
    let config = Config::load(&over, &|_| None)?;
    let store = Store::open(&Database::Sqlite(dir.join("data").join("caly.db"))).await?;
    let master = key_file::load(None, &dir.join("data.key"), false, &SystemChance)?;
    let speech = local_speech::load(&dir.join("no-models")).map_err(|e| anyhow::anyhow!("{e}"))?.speech;
    let chance: Arc<dyn Chance> = Arc::new(SystemChance);
    let parts = Parts { config, store, master, clock, chance, speech, rehearsals: None, node: "bench".into() };
    let node = Node::new(parts)?;
    let mut doors = demo::prepare(&node, "password", None).await?;
    Ok((node, doors.swap_remove(0)))
}
