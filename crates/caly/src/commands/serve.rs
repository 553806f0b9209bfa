use crate::tell::Telling;
use crate::{DataArgs, lock, start};
use anyhow::bail;
use serde_json::json;
use std::process::ExitCode;

/// Options of `caly serve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// Print what is worth knowing as JSON lines.
    #[arg(long)]
    json: bool,
}

/// Serves the operator's own data until a stop signal.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = args.data.load()?;
    if config.database.is_none() && !config.data.join("caly.db").exists() {
        bail!("{} holds no data yet; to see Caly at work run: caly demo", config.data.display());
    }
    let _lock = lock::take(&config.data)?;
    let store = start::store(&config).await?;
    if store.clients().await?.is_empty() {
        bail!("the database holds no client yet; to see Caly at work run: caly demo");
    }
    let master = start::master(&config, &store).await?;
    let installed = start::speech(&config)?;
    let node = start::node(&config, &store, &master, &installed, None)?;
    let ended = node.recover().await?;
    if ended > 0 {
        eprintln!("caly: ended {ended} calls that the last run left open");
    }
    let listener = start::listen(&config).await?;
    let (addr, url) = (listener.local_addr()?, &config.public_url);
    Telling::of(args.json).say(
        "ready",
        || format!("caly: listening on http://{addr}, reached as {url}"),
        || json!({ "listen": addr, "url": url, "speech": installed.missing.is_none(), "ended": ended }),
    );
    node.serve(listener, start::stop_signal()?).await?;
    store.close().await;
    Ok(ExitCode::SUCCESS)
}
