//! Verified members out of a verified archive.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use super::manifest::{ArchiveSpec, MemberSpec, Take};
use super::vocabulary;
use crate::error::PackError;

/// No member is larger; a bomb stops here.
const LARGEST: u64 = 64 << 20;

/// Fails unless the file's SHA-256 is `wanted` (lower-case hexadecimal).
pub fn verify(path: &Path, wanted: &str) -> Result<(), PackError> {
    let mut file = File::open(path).map_err(PackError::io(path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = file.read(&mut buffer).map_err(PackError::io(path))?;
        if n == 0 {
            break;
        }
        hash.update(&buffer[..n]);
    }
    same(path, wanted, &hex(&hash.finalize()))
}

/// Takes the listed members into `home`, each checked, then renamed.
pub fn members(path: &Path, archive: &ArchiveSpec, home: &Path) -> Result<(), PackError> {
    if archive.file.ends_with(".tgz") { from_tgz(path, archive, home) } else { from_zip(path, archive, home) }
}

fn from_tgz(path: &Path, archive: &ArchiveSpec, home: &Path) -> Result<(), PackError> {
    let file = File::open(path).map_err(PackError::io(path))?;
    let mut tar = tar::Archive::new(GzDecoder::new(BufReader::new(file)));
    let mut missing: Vec<&MemberSpec> = archive.members.iter().collect();
    for entry in tar.entries().map_err(PackError::io(path))? {
        let entry = entry.map_err(PackError::io(path))?;
        let name = entry.path().map_err(PackError::io(path))?.into_owned();
        if let Some(at) = missing.iter().position(|m| Path::new(m.path) == name) {
            let member = missing.swap_remove(at);
            store(entry, member, home, path)?;
        }
    }
    match missing.first() {
        None => Ok(()),
        Some(member) => Err(no_member(archive, member)),
    }
}

fn from_zip(path: &Path, archive: &ArchiveSpec, home: &Path) -> Result<(), PackError> {
    let file = File::open(path).map_err(PackError::io(path))?;
    let mut zip = zip::ZipArchive::new(BufReader::new(file))?;
    for member in archive.members {
        let entry = zip.by_name(member.path).map_err(|_| no_member(archive, member))?;
        store(entry, member, home, path)?;
    }
    Ok(())
}

fn no_member(archive: &ArchiveSpec, member: &MemberSpec) -> PackError {
    PackError::NoMember { archive: archive.file, member: member.path }
}

fn store(entry: impl Read, member: &MemberSpec, home: &Path, archive: &Path) -> Result<(), PackError> {
    let mut bytes = Vec::new();
    entry.take(LARGEST).read_to_end(&mut bytes).map_err(PackError::io(archive))?;
    if member.take == Take::LlamaVocabulary {
        bytes = vocabulary::from_script(&bytes, member.path)?;
    }
    let target = home.join(member.to);
    same(&target, member.sha256, &hex(&Sha256::digest(&bytes)))?;
    write_whole(&target, &bytes)
}

/// Under another name first: a file in its place is a whole file.
fn write_whole(target: &Path, bytes: &[u8]) -> Result<(), PackError> {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let fresh = target.with_file_name(name);
    let mut file = File::create(&fresh).map_err(PackError::io(&fresh))?;
    file.write_all(bytes).map_err(PackError::io(&fresh))?;
    file.sync_all().map_err(PackError::io(&fresh))?;
    std::fs::rename(&fresh, target).map_err(PackError::io(target))
}

fn same(path: &Path, wanted: &str, found: &str) -> Result<(), PackError> {
    if wanted == found {
        return Ok(());
    }
    Err(PackError::Damaged { path: path.to_owned(), wanted: wanted.to_owned(), found: found.to_owned() })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
