use crate::bars::Bars;
use caly_local_voice::pack::{self, PullOptions};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to do with the speech pack.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Fetch and verify the speech pack (36 MB), once.
    Pull {
        /// Where to put it (default: CALY_MODELS, else the user's data directory).
        #[arg(long, value_name = "DIR", env = "CALY_MODELS")]
        dir: Option<PathBuf>,
        /// Take the archives from this directory instead of the network.
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
    },
    /// Say what is there.
    Status {
        /// Where to look.
        #[arg(long, value_name = "DIR", env = "CALY_MODELS")]
        dir: Option<PathBuf>,
        /// Print it as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs a command of `caly models`.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    caly_server::crypto();
    match command {
        Command::Pull { dir, from } => {
            let dir = dir.map_or_else(pack::default_dir, Ok)?;
            let options = PullOptions { from, ..PullOptions::from_env() };
            pack::pull(&dir, &options, &Bars::new()).await?;
            eprintln!("caly: the speech pack is in {}", dir.display());
            Ok(ExitCode::SUCCESS)
        }
        Command::Status { dir, json } => {
            let dir = dir.map_or_else(pack::default_dir, Ok)?;
            let missing = pack::Pack::open(&dir).err().map(|e| e.to_string());
            match &missing {
                _ if json => println!("{}", json!({ "dir": dir, "ready": missing.is_none(), "missing": missing })),
                Some(why) => println!("{why}"),
                None => println!("the speech pack is in {}", dir.display()),
            }
            Ok(if missing.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}
