use caly_lab::{Gate, Policy, decision, rb1, rb2};
use serde_json::{Value, json};
use std::process::ExitCode;
use std::time::Duration;

/// What can be simulated.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// The routing benchmarks RB-1 (members hold calls) and RB-2 (agents do).
    Routing(Args),
}

/// Options of `caly simulate routing`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Worlds of each benchmark [default: RB-1 100, RB-2 60].
    /// Fewer are quicker and noisier: the gates are made for the default.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    worlds: Option<u32>,
    /// Seed of all worlds.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Only this benchmark.
    #[arg(long, value_name = "1|2", value_parser = clap::value_parser!(u8).range(1..=2))]
    rb: Option<u8>,
    /// Print figures and gates as JSON.
    #[arg(long)]
    json: bool,
    /// Only measure what one decision costs at 200 members × 54 agents.
    #[arg(long)]
    decision: bool,
}

/// Figures, text and gates of one part.
type Part = (Value, String, Vec<Gate>);

/// Runs what was asked; a failed gate is a failed command.
pub fn run(command: Command) -> anyhow::Result<ExitCode> {
    let Command::Routing(args) = command;
    let parts: Vec<Part> = if args.decision {
        vec![cost(&args)]
    } else {
        let asked = |n| args.rb.is_none_or(|rb| rb == n);
        [(1, first as fn(&Args) -> Part), (2, second)]
            .into_iter()
            .filter(|(n, _)| asked(*n))
            .map(|(_, part)| part(&args))
            .collect()
    };
    let gates: Vec<&Gate> = parts.iter().flat_map(|(_, _, gates)| gates).collect();
    if args.json {
        let figures: Vec<&Value> = parts.iter().map(|(figures, _, _)| figures).collect();
        println!("{}", serde_json::to_string_pretty(&json!({ "figures": figures, "gates": gates }))?);
    } else {
        parts.iter().for_each(|(_, text, gates)| {
            println!("{text}");
            gates.iter().for_each(|gate| println!("{gate}"));
            println!();
        });
    }
    Ok(if gates.iter().all(|g| g.pass) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn first(args: &Args) -> Part {
    let worlds = args.worlds.map_or(100, |n| n as usize);
    let rows = rb1::run(&Policy::TABLE, worlds, args.seed);
    let mut text = format!(
        "RB-1: a member holds the call, load {}, {worlds} worlds, seed {}\n{:<16}{:>10}{:>6}{:>10}{:>8}{:>9}{:>9}{:>7}{:>9}\n",
        rb1::RHO,
        args.seed,
        "",
        "resolved%",
        "±se",
        "abandon%",
        "wait s",
        "busiest%",
        "idlest%",
        "Gini",
        "under 30"
    );
    for r in &rows {
        text += &format!(
            "{:<16}{:>10.2}{:>6.2}{:>10.2}{:>8.2}{:>9.1}{:>9.1}{:>7.3}{:>9.2}\n",
            r.policy, r.resolved, r.resolved_se, r.abandoned, r.wait_s, r.busiest, r.idlest, r.gini, r.under_30
        );
    }
    let mut gates: Vec<Gate> = rows.iter().filter(|r| r.policy == Policy::Ours(40)).flat_map(rb1::gates).collect();
    for rho in [0.6, 0.8, 0.9] {
        let off = 100.0 * (rb1::sanity(rho, worlds, args.seed) - 1.0).abs();
        gates.push(gate(format!("RB-1 mean wait off Erlang C at load {rho}, %"), off, 5.0));
    }
    (json!({ "rb": 1, "worlds": worlds, "seed": args.seed, "rows": rows }), text, gates)
}

fn second(args: &Args) -> Part {
    let worlds = args.worlds.map_or(60, |n| n as usize);
    let rows = rb2::run(&rb2::table(), worlds, args.seed);
    let mut text = format!(
        "RB-2: agents hold the calls, load {}, {worlds} worlds, seed {}\n{:<16}{:>7}{:>6}{:>8}{:>8}{:>11}{:>22}\n",
        rb2::LOAD,
        args.seed,
        "",
        "lost%",
        "±se",
        ">10 s%",
        "owner%",
        "resolved%",
        "pickup p50/p90/p99 s"
    );
    for r in &rows {
        let [p50, p90, p99] = r.pickup_s;
        text += &format!(
            "{:<16}{:>7.2}{:>6.2}{:>8.2}{:>8.1}{:>11.2}{:>22}\n",
            r.router,
            r.lost,
            r.lost_se,
            r.over_10_s,
            r.by_owner,
            r.resolved,
            format!("{p50:.1}/{p90:.1}/{p99:.1}")
        );
    }
    let of = |router| rows.iter().filter(move |r| r.router == router);
    let ours = rb2::Router::Late(Policy::Ours(40));
    let mut gates: Vec<Gate> =
        of(ours).zip(of(rb2::Router::Pool)).flat_map(|(ours, pool)| rb2::gates(ours, pool)).collect();
    let (measured, formula) = rb2::sanity(worlds, args.seed);
    gates.push(gate(format!("RB-2 lost off M/M/8+M ({formula:.2} %), points"), (measured - formula).abs(), 0.1));
    (json!({ "rb": 2, "worlds": worlds, "seed": args.seed, "rows": rows }), text, gates)
}

fn cost(args: &Args) -> Part {
    let (median, p99) = decision::cost_us(20_000, args.seed, thread_cpu);
    let text = format!("One decision, 200 members × 54 agents: median {median:.1} µs, p99 {p99:.1} µs of CPU");
    (json!({ "median_us": median, "p99_us": p99 }), text, vec![decision::gate(median)])
}

fn gate(name: String, measured: f64, bound: f64) -> Gate {
    Gate { name, measured, bound, pass: measured <= bound }
}

fn thread_cpu() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(now).unwrap_or_default()
}
