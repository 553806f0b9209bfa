//! Backup, restore and the vault's key, as an operator does them: by the binary.

use caly_core::agent::Catalogue;
use caly_core::id::ClientId;
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_server::clock::{Clock, SeededChance, SystemChance, SystemClock};
use caly_server::vault::{Purpose, SecretKey, Vault, key_file, rotate};
use caly_store::{Database, NewClient, Store};
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tempfile::TempDir;

const SECRET: &str = "shpat_of_the_shop";
const TOKEN: &str = "shopify_access_token";

/// A data directory with a client who entrusted a secret to it.
struct House {
    dir: TempDir,
    scope: Scope,
}

impl House {
    async fn built() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let id = ClientId(uuid(1));
        let house = Self { dir, scope: Scope::system(id) };
        let store = house.store().await;
        let master = key_file::load(None, &house.key(), false, &SeededChance::new(8)).unwrap();
        let new = NewClient {
            id,
            name: "Shop".into(),
            sector: Sector::Ecommerce,
            zone: "Asia/Kolkata".into(),
            is_demo: false,
        };
        store.create_client(new, SystemClock.now()).await.unwrap();
        let entry = Catalogue::embedded().unwrap().sector(Sector::Ecommerce).unwrap();
        let changes = [(TOKEN.to_owned(), Some(SECRET.into()))].into_iter().collect();
        vault(&store, master).put(&house.scope, entry, changes).await.unwrap();
        store.close().await;
        house
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn key(&self) -> PathBuf {
        self.dir.path().join("data.key")
    }

    async fn store(&self) -> Store {
        Store::open(&Database::Sqlite(self.data().join("caly.db"))).await.unwrap()
    }

    async fn secret(&self, hex: &str) -> Option<String> {
        let store = self.store().await;
        let vault = vault(&store, SecretKey::from_hex(hex).unwrap());
        let found = vault.open(&self.scope, Sector::Ecommerce, TOKEN, Purpose::Rehearse).await;
        store.close().await;
        found.ok().flatten().map(|s| s.expose_secret().to_owned())
    }

    fn caly(&self, words: &[&str], env: &[(&str, &str)]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caly"));
        command.env_clear().env("HOME", self.dir.path()).env("CALY_DATA", self.data()).current_dir(self.dir.path());
        command.envs(env.iter().copied()).args(words).stdin(Stdio::null());
        let Output { status, stdout, stderr } = command.output().unwrap();
        (status.success(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
    }
}

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

fn vault(store: &Store, master: SecretKey) -> Vault {
    Vault::new(store.clone(), master, Arc::new(SystemClock), Arc::new(SystemChance))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn holds(file: &Path, what: &[u8]) -> bool {
    std::fs::read(file).unwrap().windows(what.len()).any(|w| w == what)
}

/// Every form in which the key could have been written down.
fn forms(hex: &str) -> Vec<Vec<u8>> {
    let raw: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect();
    let base64 = base64_simd::STANDARD_NO_PAD.encode_to_string(&raw);
    let url = base64_simd::URL_SAFE_NO_PAD.encode_to_string(&raw);
    vec![raw, hex.into(), hex.to_uppercase().into(), base64.into(), url.into()]
}

/// A database that is written to until told to stop; `acknowledged` teams.
struct Load {
    stop: Arc<AtomicBool>,
    acknowledged: Arc<AtomicUsize>,
    writing: tokio::task::JoinHandle<()>,
}

impl Load {
    async fn on(house: &House) -> Self {
        let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (store, scope) = (house.store().await, house.scope.clone());
        let (halt, count) = (Arc::clone(&stop), Arc::clone(&acknowledged));
        let writing = tokio::spawn(async move {
            while !halt.load(Ordering::Relaxed) {
                let name = format!("Team {}", count.load(Ordering::Relaxed));
                store.create_team(&scope, &name, SystemClock.now()).await.unwrap();
                count.fetch_add(1, Ordering::Relaxed);
            }
            store.close().await;
        });
        Self { stop, acknowledged, writing }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_backups_under_load_each_restored_and_verified_and_none_holds_the_key() {
    let house = House::built().await;
    let hex = std::fs::read_to_string(house.key()).unwrap().trim().to_owned();
    assert!(forms(&hex).iter().any(|form| holds(&house.key(), form)), "the control finds it where it is");
    let backups = house.dir.path().join("backups");
    std::fs::create_dir(&backups).unwrap();
    let load = Load::on(&house).await;
    let mut taken = Vec::new();
    for n in 0..20 {
        let file = backups.join(format!("{n}.db"));
        let before = load.acknowledged.load(Ordering::Relaxed);
        let (ok, said) = house.caly(&["backup", text(&file)], &[]);
        assert!(ok && said.contains("the vault's key is not in it"), "{said}");
        taken.push((file, before));
    }
    load.stop.store(true, Ordering::Relaxed);
    load.writing.await.unwrap();
    assert!(load.acknowledged.load(Ordering::Relaxed) > taken[1].1, "it was written to meanwhile");
    for entry in std::fs::read_dir(&backups).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(path.extension().unwrap(), "db", "a backup is one file");
        assert!(forms(&hex).iter().all(|form| !holds(&path, form)), "{}", path.display());
        assert!(!holds(&path, SECRET.as_bytes()));
    }
    for (n, (file, before)) in taken.iter().enumerate() {
        let data = house.dir.path().join(format!("restored-{n}"));
        let env = [("CALY_VAULT_KEY", hex.as_str())];
        let (ok, said) = house.caly(&["restore", text(file), "--data", text(&data)], &env);
        assert!(ok && !said.contains("does not open"), "{said}");
        let (ok, said) = house.caly(&["verify", "--data", text(&data)], &[]);
        assert!(ok, "{said}");
        let store = Store::open(&Database::Sqlite(data.join("caly.db"))).await.unwrap();
        let teams = store.teams(&house.scope).await.unwrap().len();
        assert!(teams >= *before, "backup {n}: {teams} of {before} acknowledged");
        store.close().await;
    }
}

#[tokio::test]
async fn a_restore_changes_nothing_until_the_copy_is_verified() {
    let house = House::built().await;
    let file = house.dir.path().join("one.db");
    assert!(house.caly(&["backup", text(&file)], &[]).0);
    let (ok, said) = house.caly(&["backup", text(&file)], &[]);
    assert!(!ok && said.contains("--force"), "{said}");
    assert!(house.caly(&["backup", text(&file), "--force"], &[]).0);
    let (ok, said) = house.caly(&["restore", text(&file)], &[]);
    assert!(!ok && said.contains("--force"), "{said}");
    let broken = house.dir.path().join("broken.db");
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&broken, &whole[..whole.len() / 2]).unwrap();
    let (ok, said) = house.caly(&["restore", text(&broken), "--force"], &[]);
    assert!(!ok && said.contains("nothing was changed"), "{said}");
    let hex = std::fs::read_to_string(house.key()).unwrap();
    assert_eq!(house.secret(&hex).await.as_deref(), Some(SECRET));
    let lock = std::fs::File::create(house.data().join("caly.lock")).unwrap();
    lock.lock().unwrap();
    let (ok, said) = house.caly(&["restore", text(&file), "--force"], &[]);
    assert!(!ok && said.contains("another Caly already runs"), "{said}");
    drop(lock);
    let (ok, said) = house.caly(&["restore", text(&file), "--force"], &[]);
    assert!(ok && house.data().join("caly.db.before-restore").exists(), "{said}");
    assert_eq!(house.secret(&hex).await.as_deref(), Some(SECRET));
    for command in ["backup", "restore"] {
        let (ok, said) = house.caly(&[command, text(&file), "--database", "postgres://127.0.0.1:1/caly"], &[]);
        assert!(!ok && said.contains("pg_"), "{said}");
    }
}

#[tokio::test]
async fn the_key_is_rotated_in_its_file_and_in_the_environment() {
    let house = House::built().await;
    let old = std::fs::read_to_string(house.key()).unwrap();
    let (ok, said) = house.caly(&["vault", "rotate"], &[]);
    assert!(ok && said.contains("removed") && !said.contains(old.trim()), "{said}");
    let new = std::fs::read_to_string(house.key()).unwrap();
    assert!(!house.dir.path().join("data.key.old").exists());
    assert_eq!((house.secret(&old).await, house.secret(&new).await.as_deref()), (None, Some(SECRET)));
    let third = "5a".repeat(32);
    let env = [("CALY_VAULT_KEY", new.trim()), ("CALY_VAULT_KEY_NEW", third.as_str())];
    let (ok, said) = house.caly(&["vault", "rotate"], &env);
    assert!(ok && said.contains("set CALY_VAULT_KEY") && !said.contains(&third), "{said}");
    assert_eq!((house.secret(&new).await, house.secret(&third).await.as_deref()), (None, Some(SECRET)));
    // The file still holds the key before: no start with what opens nothing.
    let (ok, said) = house.caly(&["serve", "--listen", "127.0.0.1:0"], &[]);
    assert!(!ok && said.contains("does not open the data of client"), "{said}");
    let (ok, said) = house.caly(&["vault", "rotate"], &[]);
    assert!(!ok && said.contains("does not open the data of client"), "{said}");
    assert!(!house.dir.path().join("data.key.old").exists(), "a wrong key begins nothing");
    assert_eq!(house.secret(&third).await.as_deref(), Some(SECRET));
}

#[tokio::test]
async fn a_rotation_that_was_cut_off_keeps_caly_from_starting_and_goes_on() {
    let house = House::built().await;
    let old = std::fs::read_to_string(house.key()).unwrap();
    rotate::begin(&house.key(), &SystemChance).unwrap();
    let (ok, said) = house.caly(&["serve", "--listen", "127.0.0.1:0"], &[]);
    assert!(!ok && said.contains("finish it with: caly vault rotate"), "{said}");
    let coming = std::fs::read_to_string(house.dir.path().join("data.key.new")).unwrap();
    let (ok, said) = house.caly(&["vault", "rotate"], &[]);
    assert!(ok && said.contains("1 now, 0 before"), "{said}");
    assert_eq!(std::fs::read_to_string(house.key()).unwrap(), coming);
    assert_eq!((house.secret(&old).await, house.secret(&coming).await.as_deref()), (None, Some(SECRET)));
    let lock = std::fs::File::create(house.data().join("caly.lock")).unwrap();
    lock.lock().unwrap();
    let (ok, said) = house.caly(&["vault", "rotate"], &[]);
    assert!(!ok && said.contains("another Caly already runs"), "{said}");
}
