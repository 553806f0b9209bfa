//! Ten `kill -9` of the real binary under load: what was acknowledged is
//! there, nothing counts twice, and the calls that lost their socket are
//! ended from what they had stored.

mod backups;
mod load;
mod past;
mod server;

use caly_core::scope::Scope;
use caly_server::app::{Node, Parts};
use caly_server::clock::{Chance, Clock, SeededChance, StillClock, SystemChance, SystemClock};
use caly_server::config::{Config, Overrides};
use caly_server::demo::{self, Door};
use caly_server::finish::{jobs, reconcile, sweeper};
use caly_server::live::local_speech;
use caly_server::vault::key_file;
use caly_store::{Database, Store};
use caly_tests::behind::Behind;
use load::{Acks, Load};
use server::Server;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How often it is killed; `CALY_KILLS` asks for more (`make storm`: 200).
fn kills() -> u64 {
    std::env::var("CALY_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(10)
}

/// A node inside this process over the data of the killed ones.
struct Inside {
    node: Node,
    clock: Arc<StillClock>,
}

impl Inside {
    async fn open(data: &Path) -> Self {
        let over = Overrides { data: Some(data.into()), ..Overrides::default() };
        let config = Config::load(&over, &|_| None).unwrap();
        let store = Store::open(&Database::Sqlite(data.join("caly.db"))).await.unwrap();
        let sealed = !store.clients().await.unwrap().is_empty();
        let master = key_file::load(None, &data.with_extension("key"), sealed, &SystemChance).unwrap();
        let clock = Arc::new(StillClock::at(SystemClock.now()));
        let speech = local_speech::load(&data.join("nothing")).unwrap().speech;
        let chance: Arc<dyn Chance> = Arc::new(SystemChance);
        let clocked = Arc::clone(&clock);
        let node = "inside".into();
        let parts = Parts { config, store, master, clock: clocked, chance, speech, rehearsals: None, node };
        Self { node: Node::new(parts).unwrap(), clock }
    }

    async fn close(self) {
        self.node.app.store.close().await;
    }

    /// What a node does by itself within a minute, and for calls that were
    /// handed to a person whose end no carrier tells, within some more.
    async fn later(&self) {
        for _ in 0..60 {
            self.clock.advance(61_000);
            sweeper::sweep(&self.node.app, &self.node.telephony.node).await.unwrap();
            reconcile::overdue(&self.node.app, &self.node.telephony).await.unwrap();
        }
        while jobs::run_due(&self.node.app, &self.node.telephony.node).await.unwrap() > 0 {}
    }
}

/// Two demo clients in a directory, without a past.
async fn prepared(data: &Path) -> Vec<Door> {
    std::fs::create_dir_all(data).unwrap();
    let inside = Inside::open(data).await;
    let doors = demo::prepare(&inside.node, "password", None).await.unwrap();
    inside.close().await;
    doors
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_kills_lose_nothing_that_was_acknowledged() {
    let home = tempfile::tempdir().unwrap();
    let data: PathBuf = home.path().join("data");
    let doors = prepared(&data).await;
    let mut acks = Acks::default();
    let chance = SeededChance::new(23);
    let mut ready_ms = Vec::new();
    for kill in 1..=kills() {
        let mut server = Server::start(&data, kill % 3 != 0);
        if kill % 4 == 0 {
            // While it starts.
            tokio::time::sleep(Duration::from_millis(chance.seed() % 150)).await;
            server.kill();
            continue;
        }
        ready_ms.push(server.ready().await);
        assert_eq!(left_open(&data, &server).await, 0, "a call of the last life is still open");
        if kill == 1 {
            server::a_second_start_is_refused(&data);
        }
        let load = Load::start(&server.base, &doors, &mut acks, kill).await;
        tokio::time::sleep(Duration::from_millis(1_200 + chance.seed() % 2_000)).await;
        server.kill();
        load.stop(&mut acks).await;
    }
    eprintln!("start to ready, ms: {ready_ms:?}; acknowledged: {acks}");
    assert!(acks.calls.len() > 20 && acks.members.len() > 5 && acks.hooks.len() > 5, "too little load: {acks}");
    judge(&data, &doors, acks).await;
}

/// Calls whose socket died with an earlier server and that still stand. (One
/// that was handed to a person goes on at the carrier without us.)
async fn left_open(data: &Path, server: &Server) -> i64 {
    let sql = format!(
        "SELECT COUNT(*) FROM calls WHERE ended_at IS NULL AND state IN ('new', 'streaming') AND started_at < {}",
        server.started.0
    );
    Behind::file(&data.join("caly.db")).await.number(&sql).await
}

async fn judge(data: &Path, doors: &[Door], mut acks: Acks) {
    let inside = Inside::open(data).await;
    let behind = Behind::file(&data.join("caly.db")).await;
    inside.later().await;
    assert_eq!(acks.lost(&behind).await, [""; 0]);
    assert_eq!(behind.number("SELECT COUNT(*) FROM calls WHERE outcome IS NULL OR ended_at IS NULL").await, 0);
    let (calls, messages) = (
        behind.number("SELECT COUNT(*) FROM calls").await,
        behind.number("SELECT COUNT(*) FROM jobs WHERE kind = 'agent_completed' AND state = 'done'").await,
    );
    assert_eq!(calls, messages, "one outcome a call, one message an outcome");
    eprintln!(
        "{calls} calls: {:?}",
        behind.texts("SELECT outcome || ' ' || COUNT(*) FROM calls GROUP BY outcome").await
    );
    let report = caly_verify::verify(&inside.node.app.store).await.unwrap();
    assert!(report.clean(), "{report}");
    assert!(server::verify(data), "caly verify found a difference");
    let scope = Scope::system(doors[0].client);
    assert_eq!(inside.node.app.store.broken_audit(&scope).await.unwrap(), None);
    // The controls: an acknowledgement without its row, and a call twice.
    acks.calls.insert("never-written".into());
    acks.members.insert("never-written@example.com".into());
    assert_eq!(acks.lost(&behind).await, ["call never-written", "member never-written@example.com"]);
    let again = "UPDATE jobs SET state = 'waiting' WHERE ref = (SELECT MIN(id) FROM calls WHERE counted)";
    assert_eq!(behind.tamper(again).await, 1);
    inside.later().await;
    assert!(!caly_verify::verify(&inside.node.app.store).await.unwrap().clean(), "a doubled call was not noticed");
    assert!(!server::verify(data), "caly verify passed over a doubled call");
}
