//! `make bench`: what a call costs and how long a caller waits, measured on
//! the real binary in a process of its own, with a bar beside each figure.

mod audio;
mod crowd;
mod durable;
mod machine;
mod pages;
mod requests;
mod routing;
mod server;
mod speech;
mod table;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use table::Table;

/// Measures this machine's Caly; nothing else should run beside it.
#[derive(Debug, Parser)]
#[command(name = "caly-bench")]
pub struct Args {
    /// The binary to measure (default: `caly` beside this program).
    #[arg(long, value_name = "FILE")]
    caly: Option<PathBuf>,
    /// The speech pack; without it nothing spoken is measured.
    #[arg(long, value_name = "DIR", env = "CALY_MODELS")]
    models: Option<PathBuf>,
    /// Only these parts (default: all).
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Echo calls held at once.
    #[arg(long, default_value_t = 500)]
    echo_calls: usize,
    /// Calls held at once for voice activity alone.
    #[arg(long, default_value_t = 40)]
    vad_calls: usize,
    /// Seconds of each steady measurement.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Spoken calls, one after another.
    #[arg(long, default_value_t = 5)]
    spoken_calls: usize,
    /// Times that counted work is repeated; the middle one is shown.
    #[arg(long, default_value_t = 3)]
    repeats: usize,
    /// People of the client whose pages are opened.
    #[arg(long, default_value_t = 500)]
    members: usize,
    /// Finished calls of it.
    #[arg(long, default_value_t = 100_000)]
    calls: usize,
    /// Print JSON instead of the table.
    #[arg(long)]
    json: bool,
}

/// A part of the measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Echo and voice activity: CPU and memory of calls that are held.
    Audio,
    /// Call starts and team lists over HTTP.
    Requests,
    /// Completions into SQLite, in this process.
    Durable,
    /// The decision who owns a call.
    Routing,
    /// Every page of a grown client, in a browser.
    Pages,
    /// Spoken calls with the local pack.
    Speech,
}

fn main() -> ExitCode {
    match measured(&Args::parse()) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(over) => {
            eprintln!("bench: {over} figures are over their bar");
            ExitCode::FAILURE
        }
        Err(e) => {
            eprintln!("bench: {e:#}");
            ExitCode::FAILURE
        }
    }
}

fn measured(args: &Args) -> anyhow::Result<usize> {
    // A second install in one process is refused and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let table = runtime.block_on(all(args))?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&table)?);
    } else {
        print!("{table}");
    }
    Ok(table.over())
}

async fn all(args: &Args) -> anyhow::Result<Table> {
    let caly = binary(args)?;
    let wanted = |part| args.only.is_empty() || args.only.contains(&part);
    let mut table = Table::new(machine::others_before().await?, build_of(&caly));
    if wanted(Part::Audio) || wanted(Part::Requests) {
        let server = server::Server::start(&caly, None).await?;
        if wanted(Part::Audio) {
            audio::measure(args, &server, &mut table).await?;
        }
        if wanted(Part::Requests) {
            requests::measure(args, &server, &mut table).await?;
        }
    }
    if wanted(Part::Durable) {
        durable::measure(args, &mut table).await?;
    }
    if wanted(Part::Routing) {
        let others = machine::others_before().await?;
        routing::measure(args, &caly, &mut table, others)?;
    }
    if wanted(Part::Pages) {
        pages::measure(args, &caly, &mut table).await?;
    }
    if wanted(Part::Speech) {
        match &args.models {
            Some(models) if caly_local_voice::pack::Pack::open(models).is_ok() => {
                let server = server::Server::start(&caly, Some(models)).await?;
                speech::measure(args, &server, models, &mut table).await?;
            }
            _ => eprintln!("bench: no speech pack, so nothing spoken is measured; add it with: caly models pull"),
        }
    }
    Ok(table)
}

fn binary(args: &Args) -> anyhow::Result<PathBuf> {
    let beside = || anyhow::Ok(std::env::current_exe()?.with_file_name("caly"));
    let caly = args.caly.clone().map_or_else(beside, Ok)?;
    caly.canonicalize().with_context(|| format!("{} is not there; build it or give it with --caly", caly.display()))
}

/// The folder's name tells how it was built.
fn build_of(caly: &std::path::Path) -> String {
    let folder = caly.parent().and_then(std::path::Path::file_name);
    folder.map_or_else(|| "unknown".to_owned(), |name| name.to_string_lossy().into_owned())
}
