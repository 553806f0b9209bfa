use super::backup::{NoSqlite, remove, sync_dir};
use crate::{DataArgs, lock, start};
use anyhow::{Context, bail};
use caly_server::vault::{key_file, rotate};
use caly_store::{Database, Store, backup};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Options of `caly restore`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// What `caly backup` made.
    file: PathBuf,
    /// Put it in the place of the database that is there; that one is kept as
    /// caly.db.before-restore.
    #[arg(long)]
    force: bool,
}

/// Verifies a copy of the backup, and only then puts it in its place.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = args.data.load()?;
    if config.database.is_some() {
        bail!("{}", NoSqlite("pg_restore --clean --dbname DATABASE_URL FILE"));
    }
    if !args.file.is_file() {
        bail!("{} is not a file; name what caly backup made", args.file.display());
    }
    let _lock = lock::take(&config.data)?;
    let place = config.data.join("caly.db");
    if place.exists() && !args.force {
        bail!("{} holds a database; replace it with --force (it is kept beside)", config.data.display());
    }
    let part = config.data.join("restore.part");
    clear(&part)?;
    let ready = config.data.join("restore.ready");
    clear(&ready)?;
    let verdict = verified_copy(&args.file, &part, &ready, &start::key_path(&config)).await;
    clear(&part)?;
    if verdict.is_err() {
        clear(&ready)?;
    }
    let note = verdict.with_context(|| format!("{} was not restored; nothing was changed", args.file.display()))?;
    replace(&ready, &place)?;
    println!("caly: restored {} to {}", args.file.display(), place.display());
    if let Some(note) = note {
        eprintln!("caly: {note}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Whole, of a version we know, brought to this one, every counter right. The
/// answer is what the operator should know about the vault's key.
async fn verified_copy(file: &Path, part: &Path, ready: &Path, key: &Path) -> anyhow::Result<Option<String>> {
    fs::copy(file, part)?;
    backup::check(part).await?;
    let store = Store::open(&Database::Sqlite(part.to_owned())).await?;
    let report = caly_verify::verify(&store).await?;
    if !report.clean() {
        bail!("its counters do not follow from its calls:\n{report}");
    }
    let master = match std::env::var("CALY_VAULT_KEY") {
        Ok(text) => caly_server::vault::SecretKey::from_hex(&text),
        Err(_) => key_file::read(key).ok(),
    };
    let opens = match &master {
        Some(master) => rotate::shut_to(&store, master).await?.is_none(),
        None => store.clients().await?.is_empty(),
    };
    store.close().await;
    // One file without a log beside it, whenever the writer lets go of that.
    backup::copy(part, ready).await?;
    Ok((!opens).then(|| {
        format!("the vault's key {} does not open it: put back the key that belongs to this backup", key.display())
    }))
}

/// On the disk, under its name; what was there is kept beside.
fn replace(ready: &Path, place: &Path) -> anyhow::Result<()> {
    let (wal, shm) = (beside(place, "-wal"), beside(place, "-shm"));
    if place.exists() {
        let kept = beside(place, ".before-restore");
        clear(&kept)?;
        // The log goes along: without it the kept file could lack its last calls.
        for (from, to) in [(&wal, beside(&kept, "-wal")), (&shm, beside(&kept, "-shm"))] {
            if from.exists() {
                fs::rename(from, to)?;
            }
        }
        fs::rename(place, &kept)?;
    }
    remove(&wal)?;
    remove(&shm)?;
    File::open(ready)?.sync_all()?;
    fs::rename(ready, place)?;
    sync_dir(place)
}

fn clear(file: &Path) -> anyhow::Result<()> {
    remove(file)?;
    remove(&beside(file, "-wal"))?;
    remove(&beside(file, "-shm"))
}

fn beside(file: &Path, what: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(what);
    name.into()
}
