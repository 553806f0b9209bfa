use crate::{DataArgs, lock, start};
use anyhow::{Context, bail};
use caly_server::clock::{Clock, SystemClock};
use caly_server::config::Config;
use caly_server::demo::{self, Door};
use std::process::ExitCode;

/// Options of `caly demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// Throw the demo's data away and begin anew.
    #[arg(long)]
    fresh: bool,
    /// Listen beyond this machine; the owners get a random password.
    #[arg(long)]
    public: bool,
}

/// Where the demo keeps its data unless told otherwise.
const DATA: &str = "build/demo";

/// Serves two made-up clients with thirty days of history.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = config(&args)?;
    let _lock = lock::take(&config.data)?;
    if args.fresh {
        forget(&config)?;
    }
    let store = start::store(&config).await?;
    let master = start::master(&config, &store).await?;
    let installed = start::speech(&config)?;
    let node = start::node(&config, &store, &master, &installed, None, None)?;
    let password = if args.public { random_password() } else { "password".to_owned() };
    let doors = demo::prepare(&node, &password, None).await?;
    let now = SystemClock.now();
    let still = demo::still(now);
    let past = start::node(&config, &store, &master, &installed, Some(still.clone()), None)?;
    eprintln!("caly: making thirty days of history, through the real routing and scoring …");
    let made = demo::top_up(&past, &still, &doors, now).await?;
    eprintln!("caly: {made} calls were added");
    node.recover().await?;
    let listener = start::listen(&config).await?;
    welcome(&config, &doors, &password);
    node.serve(listener, start::stop_signal()?).await?;
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

fn config(args: &Args) -> anyhow::Result<Config> {
    let mut data = args.data.clone();
    data.data = data.data.or_else(|| std::env::var_os("CALY_DATA").map(Into::into)).or_else(|| Some(DATA.into()));
    let config = data.load()?;
    if !args.public && !config.listen.ip().is_loopback() {
        bail!("the demo's logins are known to everybody: listen on 127.0.0.1, or add --public for a random password");
    }
    Ok(config)
}

fn forget(config: &Config) -> anyhow::Result<()> {
    if config.database.is_some() {
        bail!("--fresh empties the data directory only; empty the PostgreSQL database yourself");
    }
    for name in ["caly.db", "caly.db-wal", "caly.db-shm"] {
        match std::fs::remove_file(config.data.join(name)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(e).with_context(|| format!("{name} cannot be removed"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn random_password() -> String {
    caly_server::inbound::keys::mint_token(&caly_server::clock::SystemChance)
}

fn welcome(config: &Config, doors: &[Door], password: &str) {
    println!("\nCaly is up at {}\n", config.public_url);
    for door in doors {
        println!("  {:<22} log in as {} / {password}", door.name, door.email);
        println!("    Exotel, Voicebot applet    {}/exotel/{}/voicebot", config.public_url, door.hook_key);
        println!("    Exotel, Passthru after it  {}/exotel/{}/after-bot", config.public_url, door.hook_key);
        println!("    Exotel, Connect            {}/exotel/{}/connect", config.public_url, door.hook_key);
    }
    println!("\nTry: curl {}/health, the board at {}/, the API at {}/api/docs", config.public_url, config.public_url, config.public_url);
    println!("Stop with Ctrl-C.");
}
