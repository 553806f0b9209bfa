use crate::tell::Telling;
use crate::{DataArgs, lock, start};
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
    let mut lock = lock::take(&config.data)?;
    let store = start::store(&config).await?;
    let master = start::master(&config, &store).await?;
    let installed = start::speech(&config)?;
    let node = start::node(&config, &store, &master, &installed, None)?;
    let ended = start::recover(&node, &mut lock).await?;
    if ended > 0 {
        eprintln!("caly: ended {ended} calls that the last run left open");
    }
    let listener = start::listen(&config).await?;
    let (addr, url) = (listener.local_addr()?, &config.public_url);
    let tell = Telling::of(args.json);
    if store.clients().await?.is_empty() {
        let link = start::setup_link(&config, &store).await?;
        tell.say("setup", || first_start(&link), || json!({ "url": link }));
    }
    tell.say(
        "ready",
        || format!("caly: listening on http://{addr}, reached as {url}"),
        || json!({ "listen": addr, "url": url, "speech": installed.missing.is_none(), "ended": ended }),
    );
    node.serve(listener, start::stop_signal()?).await;
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// There is no default account: whoever reads the console makes the first.
fn first_start(link: &str) -> String {
    format!(
        "caly: there is no client yet. Set up your company within 72 hours at this link, which works once:\n\n  {link}\n\n\
         caly: print a new one with caly setup-link; to see Caly at work with made-up data run: caly demo"
    )
}
