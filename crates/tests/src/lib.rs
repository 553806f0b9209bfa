//! A whole Caly on a free port, with the demo's two clients, a fake shop and a
//! carrier at the far end of a real wire. Tests walk in through the front door.

pub mod behind;
pub mod seed;
pub mod talk;

use caly_core::id::CallId;
use caly_core::time::At;
use caly_rehearsal::carrier::{self, Line};
use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::report::CallReport;
use caly_rehearsal::script::Script;
use caly_rehearsal::shop::FakeShop;
use caly_rehearsal::voice::{CallerVoice, Remembered};
use caly_server::app::{Node, Parts};
use caly_server::clock::{Chance, Clock, SeededChance, SystemChance, SystemClock};
use caly_server::config::{Config, Overrides};
use caly_server::demo::{self, Door, ShopAt};
use caly_server::live::local_speech::{self, Installed};
use caly_server::live::speech::Speech;
use caly_server::vault::SecretKey;
use caly_store::testing::{TempStore, on_postgres};
use caly_store::{Call, Database, NewCall, Store};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const SHOP_TOKEN: &str = "shpat_test";
/// The number that the fake shop's orders belong to.
pub const CALLER: &str = "+919812345678";

/// A running Caly.
pub struct TestApp {
    /// Its node.
    pub node: Node,
    /// Its clients: the shop, then the clinic.
    pub doors: Vec<Door>,
    /// Its address, `http://127.0.0.1:PORT`.
    pub base: String,
    /// The shop's orders.
    pub shop: FakeShop,
    /// The store, for looking behind the door.
    pub store: Store,
    /// Where it keeps its data.
    pub database: Database,
    stop: CancellationToken,
    /// Held for its drop.
    _data: TempDir,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Where the speech pack is; `None` is a loud skip, and a failure in CI.
#[must_use]
pub fn pack_dir() -> Option<PathBuf> {
    let dir = std::env::var_os("CALY_MODELS").map(PathBuf::from).or_else(|| {
        let build = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../build/models");
        build.is_dir().then_some(build)
    });
    let found = dir.filter(|dir| caly_local_voice::pack::Pack::open(dir).is_ok());
    if found.is_none() {
        eprintln!("SKIPPED: no speech pack; add it with: make models");
        assert!(std::env::var_os("CI").is_none(), "CI requires the speech pack");
    }
    found
}

/// What a test wants otherwise than usual.
#[derive(Default)]
pub struct Setup {
    /// Ears and mouth from the speech pack.
    pub pack: Option<PathBuf>,
    /// Ears and mouth of the test's own, before the pack's.
    pub speech: Option<Speech>,
    /// Another database than a fresh one of the run's engine.
    pub database: Option<Database>,
    /// Another listener than a fresh port.
    pub listener: Option<TcpListener>,
    /// Another clock than the machine's.
    pub clock: Option<Arc<dyn Clock>>,
    /// Another public address than the listener's own.
    pub public_url: Option<String>,
    /// Whether the demo's people can be dialled. Without it they have no
    /// telephones: whoever asks for a person leaves a message.
    pub people: bool,
}

impl TestApp {
    /// Starts one; with ears and mouth from `pack`, else keypad only.
    pub async fn start(pack: Option<PathBuf>) -> Self {
        Self::with(Setup { pack, ..Setup::default() }).await
    }

    /// Starts one whose operator has set something more.
    pub async fn start_set(pack: Option<PathBuf>, operator: impl FnOnce(&mut Config)) -> Self {
        Self::build(Setup { pack, ..Setup::default() }, operator, |speech| speech).await
    }

    /// Starts one whose ears or mouth were meddled with.
    pub async fn start_with(pack: Option<PathBuf>, meddle: impl FnOnce(Speech) -> Speech) -> Self {
        Self::build(Setup { pack, ..Setup::default() }, |_| {}, meddle).await
    }

    /// Starts one as the test and its operator want it.
    pub async fn with_operator(setup: Setup, operator: impl FnOnce(&mut Config)) -> Self {
        Self::build(setup, operator, |speech| speech).await
    }

    /// Starts one as the test wants it.
    pub async fn with(setup: Setup) -> Self {
        Self::build(setup, |_| {}, |speech| speech).await
    }

    async fn build(setup: Setup, operator: impl FnOnce(&mut Config), meddle: impl FnOnce(Speech) -> Speech) -> Self {
        let data = tempfile::tempdir().unwrap();
        let listener = match setup.listener {
            Some(listener) => listener,
            None => TcpListener::bind("127.0.0.1:0").await.unwrap(),
        };
        let addr = listener.local_addr().unwrap();
        let now = SystemClock.now();
        let shop = FakeShop::open(SHOP_TOKEN, jiff::Timestamp::from_millisecond(now.0).unwrap()).await.unwrap();
        let over = Overrides { listen: Some(addr.to_string()), data: Some(data.path().into()), ..Overrides::default() };
        let mut config = Config::load(&over, &|_| None).unwrap();
        if let Some(url) = setup.public_url {
            config.public_url = url;
        }
        config.outbound_allow.push(shop.url().trim_start_matches("http://").parse().unwrap());
        operator(&mut config);
        let database = match setup.database {
            Some(database) => database,
            None if on_postgres() => TempStore::chosen().await.unwrap().database,
            None => Database::Sqlite(data.path().join("caly.db")),
        };
        let store = Store::open(&database).await.unwrap();
        let pack = setup.pack.unwrap_or_else(|| data.path().join("nothing"));
        let speech = setup.speech.unwrap_or_else(|| {
            let Installed { speech, .. } = local_speech::load(&pack).unwrap();
            speech
        });
        let node = Node::new(Parts {
            config,
            store: store.clone(),
            master: SecretKey::make(&SeededChance::new(7)),
            clock: setup.clock.unwrap_or_else(|| Arc::new(SystemClock)),
            chance: Arc::new(SystemChance),
            speech: meddle(speech),
            rehearsals: None,
            node: "test".into(),
        })
        .unwrap();
        let at = ShopAt { address: shop.url(), token: SHOP_TOKEN.into() };
        let doors = demo::prepare(&node, "password", Some(at)).await.unwrap();
        if !setup.people {
            take_telephones(&store, &doors).await;
        }
        let stop = CancellationToken::new();
        let (serving, token) = (node.clone(), stop.clone());
        tokio::spawn(async move { serving.serve(listener, token).await });
        Self { node, doors, base: format!("http://{addr}"), shop, store, database, stop, _data: data }
    }

    /// A line to a client's rehearsal channel.
    #[must_use]
    pub fn line(&self, door: usize, knobs: Knobs) -> Line {
        let door = &self.doors[door];
        let now = SystemClock.now();
        Line {
            base: self.base.parse().unwrap(),
            hook_key: door.hook_key.clone(),
            to: door.number.into(),
            from: CALLER.into(),
            call_sid: SystemChance.id(now).simple().to_string(),
            at: jiff::Timestamp::from_millisecond(now.0).unwrap(),
            knobs,
        }
    }

    /// Places a call and waits until it is counted.
    pub async fn place(&self, line: Line, script: Script, voice: Option<Arc<dyn CallerVoice>>) -> (CallReport, Call) {
        let (sid, hook) = (line.call_sid.clone(), line.hook_key.clone());
        let report = carrier::place(line, script, voice, None).await.unwrap();
        let door = self.doors.iter().find(|d| d.hook_key == hook || d.echo_key == hook).unwrap();
        (report, self.counted(door, &sid).await)
    }

    /// A call whose stream began just now, on a node of this name that lives,
    /// and of which nothing else is known.
    pub async fn begun(&self, door: usize, on: &str) -> Call {
        let (app, door) = (&self.node.app, &self.doors[door]);
        let (scope, now) = (caly_core::scope::Scope::system(door.client), app.clock.now());
        let id = app.chance.id(now);
        let new = NewCall {
            id: CallId(id),
            channel: door.channel,
            carrier_call_id: id.simple().to_string(),
            caller_number: Some(CALLER.into()),
            caller_raw: None,
            dialled: None,
            agent_type: "front_desk".into(),
            seed: 1,
            token_hash: format!("test-{id}"),
            token_expires_at: now,
            stream_url: String::new(),
            node: on.into(),
            degraded: false,
            attributes: "{}".into(),
        };
        self.store.beat(on, now).await.unwrap();
        let call = self.store.place_call(&scope, new, now).await.unwrap().call;
        self.store.start_stream(&scope, call.id, "st", on, None, now).await.unwrap()
    }

    /// The call's row, once it has ended and no job waits.
    pub async fn counted(&self, door: &Door, sid: &str) -> Call {
        let scope = caly_core::scope::Scope::system(door.client);
        for _ in 0..400 {
            if let Some(call) = self.store.call_by_carrier_id(&scope, sid).await.unwrap()
                && call.ended_at.is_some()
                && self.store.waiting_jobs().await.unwrap() == 0
            {
                return call;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the call {sid} was not counted within ten seconds");
    }

    /// What was said, `caller: …` and `agent: …`, in order.
    pub async fn said(&self, door: usize, call: &Call) -> Vec<String> {
        let scope = caly_core::scope::Scope::system(self.doors[door].client);
        let turns = self.store.turns(&scope, call.id).await.unwrap();
        turns.into_iter().map(|t| format!("{:?}: {}", t.speaker, t.text).to_lowercase()).collect()
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> At {
        SystemClock.now()
    }
}

async fn take_telephones(store: &Store, doors: &[Door]) {
    for door in doors {
        let scope = caly_core::scope::Scope::system(door.client);
        for member in store.raw_rows(&scope).await.unwrap().members {
            let patch = caly_store::MemberPatch { phone: Some(None), ..Default::default() };
            store.update_member(&scope, member.id, patch, None, SystemClock.now()).await.unwrap();
        }
    }
}

/// The pack's own voice as a caller.
#[must_use]
pub fn caller_voice(pack: &std::path::Path) -> Arc<dyn CallerVoice> {
    let dir = caly_local_voice::pack::Pack::open_tts(pack).unwrap().tts_dir();
    Arc::new(Remembered::new(caly_local_voice::tts::Synthesiser::load(&dir).unwrap()))
}
