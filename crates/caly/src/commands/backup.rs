use crate::{DataArgs, start};
use anyhow::{Context, bail};
use caly_server::clock::{Clock, SystemClock};
use caly_store::backup;
use std::fs::{self, File, Permissions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Options of `caly backup`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// The file to make, or a directory for one named by its time.
    to: PathBuf,
    /// Replace the file when it exists.
    #[arg(long)]
    force: bool,
}

/// One consistent copy; works beside a running server.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = args.data.load()?;
    if config.database.is_some() {
        bail!("{}", NoSqlite("pg_dump --format=custom --file FILE DATABASE_URL"));
    }
    let from = start::sqlite_file(&config)?;
    let to = if args.to.is_dir() { args.to.join(name()?) } else { args.to };
    if to.exists() && !args.force {
        bail!("{} exists; choose another name or replace it with --force", to.display());
    }
    let part = PathBuf::from(format!("{}.part", to.display()));
    remove(&part)?;
    backup::copy(&from, &part).await.context("the backup was not taken")?;
    backup::check(&part).await.context("the backup was taken and is not whole; look at the disk")?;
    settle(&part, &to, args.force)?;
    println!("{}", to.display());
    eprintln!(
        "caly: the vault's key is not in it ({}). Without that key the stored credentials are lost: keep a copy of it \
         apart from the backups.",
        start::key_place(&config)
    );
    Ok(ExitCode::SUCCESS)
}

/// PostgreSQL has tools that know it better.
#[derive(Debug, thiserror::Error)]
#[error("this data is in PostgreSQL; use its own tool: {0}")]
pub struct NoSqlite(pub &'static str);

/// On the disk under its name, whole, for its owner only.
fn settle(part: &Path, to: &Path, force: bool) -> anyhow::Result<()> {
    let file = File::open(part)?;
    file.set_permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600))?;
    file.sync_all()?;
    if force {
        fs::rename(part, to)?;
    } else {
        // Unlike a rename, a link never takes the place of a file that came between.
        fs::hard_link(part, to).with_context(|| format!("{} cannot be made", to.display()))?;
        fs::remove_file(part)?;
    }
    sync_dir(to)
}

/// A new name lasts once its directory is on the disk.
pub fn sync_dir(file: &Path) -> anyhow::Result<()> {
    let dir = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(File::open(dir)?.sync_all()?)
}

/// Removes a file that may not be there.
pub fn remove(file: &Path) -> anyhow::Result<()> {
    match fs::remove_file(file) {
        Err(e) if e.kind() != ErrorKind::NotFound => {
            Err(e).with_context(|| format!("{} is in the way and cannot be removed", file.display()))
        }
        _ => Ok(()),
    }
}

fn name() -> anyhow::Result<String> {
    let now = jiff::Timestamp::from_millisecond(SystemClock.now().0)?;
    Ok(format!("caly-{}.db", now.strftime("%Y%m%dT%H%M%SZ")))
}
