//! `caly vault rotate` killed with SIGKILL wherever it may be, again and again,
//! and then run to its end: every secret opens, every carrier's key and every
//! session still works, and the key before opens nothing.
//! `CALY_ROTATIONS` says how many rotations (`make storm`: 200).

#![allow(clippy::disallowed_methods)] // how long a rotation takes decides where the kills fall

use caly_core::agent::Catalogue;
use caly_core::id::{AgentId, ClientId, TeamId};
use caly_core::member::Role;
use caly_core::outcome::ChannelKind;
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_server::clock::{Chance, Clock, SeededChance, SystemChance, SystemClock};
use caly_server::inbound::keys::PathKeys;
use caly_server::vault::{Purpose, SecretKey, Vault, key_file, rotate};
use caly_store::{Database, NewChannel, NewClient, Store};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Enough that a rotation is long beside the moment in which a kill arrives.
const CLIENTS: u128 = 16;
const SECRET: &str = "shopify_access_token";
const BASIC: &str = "exotel:twelve letters";
const EMAIL: &str = "asha@fresh.example";
const PASSWORD: &str = "tram mango kettle violin";

fn rotations() -> u64 {
    std::env::var("CALY_ROTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(8)
}

struct House {
    dir: TempDir,
}

fn client(n: u128) -> ClientId {
    ClientId(uuid::Uuid::from_u128(n))
}

fn vault(store: &Store, master: &SecretKey) -> Vault {
    Vault::new(store.clone(), master.clone(), Arc::new(SystemClock), Arc::new(SystemChance))
}

impl House {
    /// Clients who each entrusted a secret, a channel with a password and the
    /// carrier's login, and one that was set up by its owner over the API.
    async fn built() -> Self {
        let house = Self { dir: tempfile::tempdir().unwrap() };
        let store = house.store().await;
        let master = key_file::load(None, &house.key(), false, &SystemChance).unwrap();
        for n in 1..=CLIENTS {
            entrust(&store, &master, n).await;
        }
        store.close().await;
        house
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn key(&self) -> PathBuf {
        self.dir.path().join("data.key")
    }

    /// The key in force, in hexadecimal.
    fn master(&self) -> String {
        std::fs::read_to_string(self.key()).unwrap().trim().to_owned()
    }

    async fn store(&self) -> Store {
        Store::open(&Database::Sqlite(self.data().join("caly.db"))).await.unwrap()
    }

    fn caly(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caly"));
        command.env_clear().env("PATH", "").env("HOME", self.dir.path()).current_dir(self.dir.path());
        command.env("CALY_DATA", self.data()).env("CALY_MODELS", self.dir.path().join("none")).args(words);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, words: &[&str]) -> (bool, String) {
        let out = self.caly(words).output().unwrap();
        (out.status.success(), String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned())
    }

    /// Starts a rotation and kills it; where it was.
    fn cut_off(&self, when: When) -> usize {
        let mut rotating = self.caly(&["vault", "rotate"]).spawn().unwrap();
        let mut told = BufReader::new(rotating.stderr.take().unwrap());
        let (mut line, mut done) = (String::new(), 0);
        match when {
            When::After(time) => std::thread::sleep(time),
            When::Clients(n) => {
                while done < n && told.read_line(&mut line).unwrap() > 0 {
                    done += usize::from(line.contains("is under the new key"));
                    line.clear();
                }
            }
        }
        rotating.kill().unwrap();
        rotating.wait().unwrap();
        // What it had said before it was gone.
        done + told.lines().filter(|said| said.as_ref().is_ok_and(|l| l.contains("is under the new key"))).count()
    }

    /// What of all that was entrusted does not open or ring under a key.
    async fn shut(&self, master: &str) -> Vec<String> {
        let (store, master) = (self.store().await, SecretKey::from_hex(master).unwrap());
        let (vault, keys) = (vault(&store, &master), PathKeys::new(&master));
        let mut shut = Vec::new();
        for n in 1..=CLIENTS {
            let scope = Scope::system(client(n));
            let secret = vault.open(&scope, Sector::Ecommerce, SECRET, Purpose::Rehearse).await;
            let opens = secret.ok().flatten().is_some_and(|s| s.expose_secret() == format!("shpat_{n}"));
            let channel = store.channels(&scope).await.unwrap().remove(0);
            let shown = vault.open_hook_key(&scope, &channel.hook_key_sealed, Purpose::ShowHookUrl).await;
            let shown = shown.is_ok_and(|key| key.expose_secret() == hook_key(n));
            let owner = store.hook_channel(&keys.hook_hash(&hook_key(n))).await.unwrap();
            let rings = owner.is_some_and(|(owner, _)| owner == client(n));
            let basic = keys.knows_basic(channel.hook_basic_hash.as_deref().unwrap(), BASIC);
            for (what, good) in [("secret", opens), ("address", shown), ("hook", rings), ("password", basic)] {
                if !good {
                    shut.push(format!("{what} of {n}"));
                }
            }
        }
        store.close().await;
        shut
    }
}

fn hook_key(n: u128) -> String {
    format!("hook-key-of-client-{n}")
}

async fn entrust(store: &Store, master: &SecretKey, n: u128) {
    let (id, zone, now) = (client(n), "Asia/Kolkata".to_owned(), SystemClock.now());
    let new = NewClient { id, name: format!("c{n}"), sector: Sector::Ecommerce, zone, is_demo: false };
    store.create_client(new, now).await.unwrap();
    let scope = Scope::system(id);
    store.create_team(&scope, "Everybody", now).await.unwrap();
    let (vault, keys) = (vault(store, master), PathKeys::new(master));
    let entry = Catalogue::embedded().unwrap().sector(Sector::Ecommerce).unwrap();
    let changes = [(SECRET.to_owned(), Some(format!("shpat_{n}").into()))].into_iter().collect();
    vault.put(&scope, entry, changes).await.unwrap();
    let channel = NewChannel {
        kind: ChannelKind::Phone,
        carrier: "exotel".into(),
        name: "Line".into(),
        number: None,
        sector: Sector::Ecommerce,
        team: TeamId(1),
        entry_agent: AgentId(1),
        hook_key_hash: keys.hook_hash(&hook_key(n)),
        hook_key_sealed: vault.seal_hook_key(&scope, &hook_key(n)).await.unwrap(),
        account_sid: None,
        hook_basic_hash: Some(keys.basic_hash(BASIC)),
    };
    store.create_channel(&scope, channel, now).await.unwrap();
}

/// Where the kill falls.
#[derive(Debug, Clone, Copy)]
enum When {
    /// So long after the start.
    After(Duration),
    /// When so many clients are said to be done.
    Clients(usize),
}

/// A `caly serve` over the house, gone when dropped.
struct Serving(Child, String);

impl Drop for Serving {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Serving {
    /// With the lines that it told until it was ready.
    fn start(house: &House) -> (Self, Vec<Value>) {
        let listen = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut command = house.caly(&["serve", "--json", "--listen", &listen]);
        let mut serving = Self(command.stderr(Stdio::null()).spawn().unwrap(), format!("http://{listen}"));
        let mut told = Vec::new();
        for line in BufReader::new(serving.0.stdout.take().unwrap()).lines() {
            told.push(serde_json::from_str::<Value>(&line.unwrap()).unwrap());
            if told.last().unwrap()["event"] == "ready" {
                return (serving, told);
            }
        }
        panic!("it ended before it was ready: {told:?}");
    }

    async fn answers(&self, path: &str, token: &str) -> u16 {
        let ask = reqwest::Client::new().get(format!("{}{path}", self.1)).bearer_auth(token);
        ask.send().await.unwrap().status().as_u16()
    }
}

/// A company set up at the console's link, and its owner's session.
async fn session(house: &House) -> String {
    let (ok, link) = house.run(&["setup-link"]);
    assert!(ok, "{link}");
    let token = link.lines().find_map(|l| l.trim().split("/setup#").nth(1)).unwrap().to_owned();
    let (serving, _) = Serving::start(house);
    let body = json!({"token": token, "company": "Fresh Ltd", "sector": "ecommerce", "zone": "Asia/Kolkata",
        "name": "Asha Rao", "email": EMAIL, "password": PASSWORD});
    let made = reqwest::Client::new().post(format!("{}/api/setup", serving.1)).json(&body).send().await.unwrap();
    let made: Value = made.error_for_status().unwrap().json().await.unwrap();
    assert_eq!(made["user"]["role"], json!(Role::Owner.to_string()));
    made["token"].as_str().unwrap().to_owned()
}

/// Everything that must hold once a rotation is over.
async fn whole(house: &House, before: &str, token: &str) {
    let after = house.master();
    assert_ne!(after, before);
    assert_eq!(house.shut(&after).await, [""; 0]);
    let nothing = house.shut(before).await;
    assert_eq!(nothing.len(), 4 * CLIENTS as usize, "the key before still opens something: {nothing:?}");
    let beside: Vec<_> = std::fs::read_dir(house.dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    let left: Vec<_> = beside.iter().filter(|name| name.to_string_lossy().starts_with("data.key.")).collect();
    assert!(left.is_empty(), "{left:?}");
    let (serving, _) = Serving::start(house);
    assert_eq!(serving.answers("/api/auth/me", token).await, 200, "a session does not hang on the key");
    assert_eq!(serving.answers("/api/auth/me", "another").await, 401);
    for n in [1, CLIENTS] {
        let hook = format!("/exotel/{}/voicebot?CallFrom=09812345678", hook_key(n));
        assert_eq!(serving.answers(&hook, "").await, 200);
    }
    assert_eq!(serving.answers("/exotel/hook-key-of-nobody/voicebot", "").await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_wherever_it_was_a_rotation_goes_on_and_nothing_is_lost() {
    caly_server::crypto();
    let house = House::built().await;
    let token = session(&house).await;
    let chance = SeededChance::new(31);
    let began = Instant::now();
    assert!(house.run(&["vault", "rotate"]).0);
    let takes = began.elapsed();
    let (mut kills, mut cut, mut places) = (0, 0, Vec::new());
    for rotation in 0..rotations() {
        let before = house.master();
        // One to three kills in one rotation, and then to its end.
        for _ in 0..=chance.seed() % 3 {
            let when = match (rotation + kills) % 2 {
                0 => When::Clients((chance.seed() % (CLIENTS as u64 + 2)) as usize),
                _ => When::After(takes.mul_f64((chance.seed() % 1_100) as f64 / 1_000.0)),
            };
            let done = house.cut_off(when);
            kills += 1;
            if rotate::is_open(&house.key()) {
                cut += 1;
                places.push(done);
                let (ok, said) = house.run(&["serve", "--listen", "127.0.0.1:0"]);
                assert!(!ok && said.contains("finish it with: caly vault rotate"), "{when:?}: {said}");
            }
        }
        // Killed before it began, or after its end: then this is one of its own.
        let (ok, said) = house.run(&["vault", "rotate"]);
        assert!(ok && said.contains("every client is under the new key"), "{said}");
        whole(&house, &before, &token).await;
    }
    places.sort_unstable();
    eprintln!("{kills} kills, {cut} in the middle, after so many clients: {places:?}; one rotation takes {takes:?}");
    assert!(cut >= rotations() / 4, "too few kills fell into a rotation: {cut} of {kills}");
    control(&house).await;
}

/// A rotation that was cut off and "mended" by hand, the new key in the place
/// of the old one: what was not wrapped anew is shut, and that is seen.
async fn control(house: &House) {
    let coming = rotate::beside(&house.key(), "new");
    let mut half = None;
    for _ in 0..10 {
        let old = house.master();
        house.cut_off(When::Clients(2));
        if !coming.exists() {
            // The kill came too late on a busy machine: this one is over.
            assert!(house.run(&["vault", "rotate"]).0);
            continue;
        }
        let new = std::fs::read_to_string(&coming).unwrap();
        half = Some((house.shut(&old).await, house.shut(&new).await));
        break;
    }
    let (by_old, by_new) = half.expect("no kill fell into a rotation");
    assert!(!by_old.is_empty() && !by_new.is_empty(), "half of it opens with each: {by_old:?} {by_new:?}");
    assert_eq!(by_old.len() + by_new.len(), 4 * CLIENTS as usize, "and each with one of them");
    mended_by_hand(&house.key(), &coming);
    let (ok, said) = house.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(!ok && said.contains("does not open the data of client"), "{said}");
}

fn mended_by_hand(key: &Path, coming: &Path) {
    std::fs::rename(coming, key).unwrap();
    std::fs::remove_file(rotate::beside(key, "old")).unwrap();
}
