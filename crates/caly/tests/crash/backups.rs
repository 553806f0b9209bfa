//! Backups beside a running server under call load: each restored into a fresh
//! directory and verified, none without what was acknowledged before it.
//! `CALY_BACKUPS` says how many (`make storm`: 200).

use crate::load::{Acks, Load};
use crate::prepared;
use crate::server::{self, Server};
use caly_tests::behind::Behind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

fn wanted() -> usize {
    std::env::var("CALY_BACKUPS").ok().and_then(|n| n.parse().ok()).unwrap_or(5)
}

struct House {
    home: tempfile::TempDir,
    key: String,
}

impl House {
    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn caly(&self, words: &[&str], data: &Path) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caly"));
        // As on the machine that a backup is carried to: the key comes apart from it.
        command.env_clear().env("CALY_VAULT_KEY", &self.key).args(words).arg("--data").arg(data);
        let out = command.output().unwrap();
        (out.status.success(), String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned())
    }

    /// Restores a backup into a fresh directory; what is lost of what it must hold.
    async fn restored(&self, file: &Path, must: &Acks) -> Result<Vec<String>, String> {
        let fresh = self.path("restored");
        if fresh.exists() {
            std::fs::remove_dir_all(&fresh).unwrap();
        }
        let (ok, said) = self.caly(&["restore", file.to_str().unwrap()], &fresh);
        if !ok {
            return Err(said);
        }
        assert!(!said.contains("does not open"), "{said}");
        assert!(server::verify(&fresh), "a restored backup does not verify");
        Ok(must.lost(&Behind::file(&fresh.join("caly.db")).await).await)
    }

    /// The file alone, without its log, as `cp` takes it.
    async fn plainly_copied(&self, data: &Path, must: &Acks) -> Result<Vec<String>, String> {
        let file = self.path("plain.db");
        std::fs::copy(data.join("caly.db"), &file).unwrap();
        self.restored(&file, must).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_under_call_load_are_each_whole() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let doors = prepared(&data).await;
    let key = std::fs::read_to_string(data.with_extension("key")).unwrap().trim().to_owned();
    let house = House { home, key };
    let mut server = Server::start(&data, false);
    server.ready().await;
    let mut acks = Acks::default();
    let mut load = Load::start(&server.base, &doors, &mut acks, 1).await;
    let file = house.path("backup.db");
    let mut sizes = Vec::new();
    for n in 0..wanted() {
        let before = acks.calls.len() + acks.members.len() + acks.hooks.len();
        // Something new each time, so that a stale copy cannot pass.
        while acks.calls.len() + acks.members.len() + acks.hooks.len() < before + 5 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            load.hear(&mut acks);
        }
        let must = acks.lasting();
        let (ok, said) = house.caly(&["backup", file.to_str().unwrap(), "--force"], &data);
        assert!(ok, "{said}");
        assert_eq!(house.restored(&file, &must).await, Ok(Vec::new()), "backup {n}");
        sizes.push(std::fs::metadata(&file).unwrap().len() / 1024);
        load.hear(&mut acks);
    }
    controls(&house, &data, &file, &mut load, &mut acks).await;
    server.kill();
    load.stop(&mut acks).await;
    let (first, last) = (sizes[0], sizes[sizes.len() - 1]);
    eprintln!("{} backups of {first} to {last} KiB, each restored and verified; acknowledged: {acks}", sizes.len());
    assert!(acks.calls.len() >= wanted() && acks.members.len() >= wanted(), "too little load: {acks}");
}

/// What must not pass: a copy without the log, and a counter that was bent.
async fn controls(house: &House, data: &Path, file: &Path, load: &mut Load, acks: &mut Acks) {
    let mut noticed = 0;
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        load.hear(acks);
        let plain = house.plainly_copied(data, &acks.lasting()).await;
        noticed += usize::from(plain.as_ref().map_or(true, |lost| !lost.is_empty()));
    }
    // A copy right after a checkpoint may be whole by luck; five are not.
    assert!(noticed > 0, "copies without the log were whole");
    let bent = house.path("bent.db");
    std::fs::copy(file, &bent).unwrap();
    let behind = Behind::file(&bent).await;
    assert!(behind.tamper("UPDATE members SET calls = calls + 1").await > 0);
    drop(behind);
    let refused = house.restored(&bent, &Acks::default()).await.unwrap_err();
    assert!(refused.contains("nothing was changed") && refused.contains("counters"), "{refused}");
}
