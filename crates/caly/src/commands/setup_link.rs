use crate::{DataArgs, start};
use std::process::ExitCode;

/// Options of `caly setup-link`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
}

/// Prints a set-up link; works beside a running server. The one before is void.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = args.data.load()?;
    let store = start::existing_store(&config).await?;
    let url = start::setup_link(&config, &store).await?;
    store.close().await;
    eprintln!("caly: whoever opens this within 72 hours sets up a company; it works once, and voids the one before:");
    println!("{url}");
    Ok(ExitCode::SUCCESS)
}
