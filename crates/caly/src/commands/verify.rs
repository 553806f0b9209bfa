use crate::{DataArgs, start};
use std::process::ExitCode;

/// Options of `caly verify`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// Print the finding as JSON.
    #[arg(long)]
    json: bool,
}

/// Recomputes every counter; works beside a running server too.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = args.data.load()?;
    let store = start::existing_store(&config).await?;
    let report = caly_verify::verify(&store).await?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    store.close().await;
    Ok(if report.clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
