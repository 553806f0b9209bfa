//! `caly`: one binary. Each command is a short file under `commands/`.

mod bars;
mod caller;
mod commands;
mod lock;
mod narrate;
mod overhear;
mod rehearsals;
mod start;
mod tell;

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// The C library keeps an arena a thread and gives little of it back: with 500
/// calls the server held 209 MiB there and 87 here.
#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A self-hosted contact centre where AI agents hold the call and people own it.
#[derive(Debug, Parser)]
#[command(name = "caly", version, about, long_about = None, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start with demo data: a shop and a clinic, thirty days of history.
    Demo(commands::demo::Args),
    /// Start on your own data.
    Serve(commands::serve::Args),
    /// Print a fresh one-time link with which a company is set up.
    SetupLink(commands::setup_link::Args),
    /// Print a one-time link with which somebody chooses a new password.
    ResetLink(commands::reset_link::Args),
    /// Place rehearsed calls against any Caly over the carrier's real wire.
    Rehearse(commands::rehearse::Args),
    /// Recompute every counter from the call log; non-zero exit on a difference.
    Verify(commands::verify::Args),
    /// Copy the database into one file, beside a running server too.
    Backup(commands::backup::Args),
    /// Put a backup in the place of the database, once it is verified.
    Restore(commands::restore::Args),
    /// The key of the stored credentials.
    #[command(subcommand)]
    Vault(commands::vault::Command),
    /// Judge the router in simulated worlds; non-zero exit when a gate fails.
    #[command(subcommand)]
    Simulate(commands::simulate::Command),
    /// The speech pack.
    #[command(subcommand)]
    Models(commands::models::Command),
    /// Print the OpenAPI 3.1 document.
    Openapi,
}

/// Options of everything that opens the data directory.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// Configuration file (default: caly.toml here, when there is one).
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// Data directory.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// PostgreSQL instead of SQLite inside the data directory.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

impl DataArgs {
    /// File, environment and these options, checked.
    fn load(&self) -> anyhow::Result<caly_server::config::Config> {
        let over = caly_server::config::Overrides {
            listen: self.listen.clone(),
            data: self.data.clone(),
            database: self.database.clone(),
            file: self.config.clone(),
        };
        Ok(caly_server::config::Config::load(&over, &|key| std::env::var(key).ok())?)
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    commands::tracing();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            eprintln!("caly: the runtime cannot start: {e}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(code) => code,
        Err(e) => {
            eprintln!("caly: {e:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Demo(args) => commands::demo::run(args).await,
        Command::Serve(args) => commands::serve::run(args).await,
        Command::SetupLink(args) => commands::setup_link::run(args).await,
        Command::ResetLink(args) => commands::reset_link::run(args).await,
        Command::Rehearse(args) => commands::rehearse::run(args).await,
        Command::Verify(args) => commands::verify::run(args).await,
        Command::Backup(args) => commands::backup::run(args).await,
        Command::Restore(args) => commands::restore::run(args).await,
        Command::Vault(command) => commands::vault::run(command).await,
        Command::Simulate(command) => commands::simulate::run(command),
        Command::Models(command) => commands::models::run(command).await,
        Command::Openapi => commands::openapi::run(),
    }
}
