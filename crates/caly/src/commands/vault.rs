use crate::{DataArgs, lock, start};
use anyhow::Context;
use caly_server::clock::{SystemChance, SystemClock};
use caly_server::vault::SecretKey;
use caly_server::vault::rotate::{self, Pair, Rotated};
use caly_store::Store;
use std::process::ExitCode;

/// What `caly vault` does.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Give the vault a new key; run it again if it was cut off.
    ///
    /// With the key in a file, the new one takes its place. With the key in
    /// `CALY_VAULT_KEY`, give the new one as `CALY_VAULT_KEY_NEW` (64 hexadecimal
    /// digits). No Caly may run on this data meanwhile. Backups from before open
    /// with the old key only, and its file is removed at the end: copy it first
    /// if you keep such backups.
    Rotate(Args),
}

/// Options of `caly vault rotate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
}

/// Runs one of them.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let Command::Rotate(args) = command;
    let config = args.data.load()?;
    let _lock = lock::take(&config.data)?;
    let store = start::existing_store(&config).await?;
    let path = start::key_path(&config);
    if let Ok(old) = std::env::var("CALY_VAULT_KEY") {
        let done = rewrap(&store, &of_environment(&old)?).await?;
        println!("{}\ncaly: set CALY_VAULT_KEY to the new key before you start Caly; {WARN}", told(done));
    } else {
        if !rotate::is_open(&path) {
            // A key that is not this data's must not leave a rotation begun.
            start::master(&config, &store).await?;
        }
        let done = rewrap(&store, &rotate::begin(&path, &SystemChance)?).await?;
        rotate::finish(&path)?;
        println!("{}\ncaly: {} now holds the new key; keep a copy apart. {WARN}", told(done), path.display());
        rotate::forget(&path)?;
        println!("caly: removed {}", rotate::beside(&path, "old").display());
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Because those files hold data keys wrapped with it.
const WARN: &str = "Backups taken before open only with the old key: take a new one.";

async fn rewrap(store: &Store, keys: &Pair) -> anyhow::Result<Rotated> {
    let done = rotate::rewrap_all(store, keys, &SystemClock, &SystemChance, |client| {
        eprintln!("caly: client {client} is under the new key");
    });
    done.await.context("the rotation is not finished; both keys are kept: mend this and run it again")
}

fn of_environment(old: &str) -> anyhow::Result<Pair> {
    let new = std::env::var("CALY_VAULT_KEY_NEW")
        .context("the key is in CALY_VAULT_KEY: give the new one as CALY_VAULT_KEY_NEW (openssl rand -hex 32)")?;
    let read = |name: &str, text: &str| {
        SecretKey::from_hex(text).with_context(|| format!("{name} is not a vault key (64 hexadecimal digits)"))
    };
    Ok(Pair { old: read("CALY_VAULT_KEY", old)?, new: read("CALY_VAULT_KEY_NEW", &new)? })
}

fn told(done: Rotated) -> String {
    format!("caly: every client is under the new key ({} now, {} before)", done.clients, done.before)
}
