//! The catalogue of this installation: the one in the binary, with the
//! operator's files over its sectors. Read once, at start.

use caly_core::agent::{Catalogue, CatalogueError};
use std::path::{Path, PathBuf};

/// The operator's files cannot be used as they are.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueFault {
    /// The directory or a file in it cannot be read.
    #[error("{path} of [catalog] sectors (CALY_CATALOG_SECTORS) cannot be read: {source}")]
    Read {
        /// What could not be read.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Most likely another directory was meant.
    #[error("{dir} of [catalog] sectors (CALY_CATALOG_SECTORS) holds no file such as ecommerce.toml")]
    Empty {
        /// The directory.
        dir: PathBuf,
    },
    /// A file says something that no form can draw.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

/// The catalogue, with the files of `sectors` laid over it where it is given.
///
/// # Errors
/// [`CatalogueFault`], naming file and key.
pub fn load(sectors: Option<&Path>) -> Result<&'static Catalogue, CatalogueFault> {
    let embedded = Catalogue::embedded()?;
    let Some(dir) = sectors else { return Ok(embedded) };
    let files = files(dir).map_err(|(path, source)| CatalogueFault::Read { path, source })?;
    if files.is_empty() {
        return Err(CatalogueFault::Empty { dir: dir.to_owned() });
    }
    let names: Vec<&str> = files.iter().map(|(file, _)| file.as_str()).collect();
    tracing::info!(catalog.files = ?names, "the operator's sectors are laid over the catalogue's");
    // Like the one in the binary it lives as long as the process, which reads it once a node.
    Ok(Box::leak(Box::new(embedded.with_sectors(&files)?)))
}

type Unread = (PathBuf, std::io::Error);

/// Every `.toml` of the directory with its text, in the order of their names.
fn files(dir: &Path) -> Result<Vec<(String, String)>, Unread> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| (path, source)
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(at(dir))? {
        let path = entry.map_err(at(dir))?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path).map_err(at(&path))?;
            found.push((path.display().to_string(), text));
        }
    }
    found.sort();
    Ok(found)
}
