//! A node of Caly, put together and run: by the binary with the machine's
//! clock and chance, by a test with still ones.

use crate::catalogue::{self, CatalogueFault};
use crate::clock::{Chance, Clock};
use crate::config::Config;
use crate::finish::{jobs, reconcile, recordings, sweeper};
use crate::inbound;
use crate::inbound::keys::PathKeys;
use crate::lines;
use crate::live::Telephony;
use crate::live::circuit::Circuit;
use crate::live::registry::Registry;
use crate::live::speech::Speech;
use crate::manage::rehearsals::Rehearsals;
use crate::outbound::Allow;
use crate::router;
use crate::state::{App, AppState};
use crate::tools::ClientTools;
use crate::vault::{SecretKey, Vault};
use caly_core::agent::Catalogue;
use caly_core::sector::Sector;
use caly_core::time::Zone;
use caly_store::Store;
use caly_voice::mind::script::Script;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Before it serves, a node waits so long to see its channels.
const FIRST_LOOK: Duration = Duration::from_secs(2);

/// What a node is made of.
pub struct Parts {
    /// What the operator set.
    pub config: Config,
    /// The open store.
    pub store: Store,
    /// The installation's key.
    pub master: SecretKey,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub chance: Arc<dyn Chance>,
    /// Ears and mouth.
    pub speech: Speech,
    /// Places rehearsed calls, where the binary brings that along.
    pub rehearsals: Option<Arc<dyn Rehearsals>>,
    /// The node's name, in call rows: of this process alone.
    pub node: String,
}

/// A node, ready to serve.
#[derive(Clone)]
pub struct Node {
    /// What handlers are given.
    pub app: App,
    /// What calls are given.
    pub telephony: Arc<Telephony>,
    /// Where credentials are.
    pub vault: Vault,
}

/// A node cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The embedded catalogue is unsound: a build fault.
    #[error(transparent)]
    Catalogue(#[from] caly_core::agent::CatalogueError),
    /// The operator's files over it are.
    #[error(transparent)]
    Sectors(#[from] CatalogueFault),
    /// The default zone is missing: a build fault.
    #[error(transparent)]
    Zone(#[from] caly_core::time::UnknownZone),
    /// The password hasher cannot be set up.
    #[error("password hashing cannot be set up: {0}")]
    Passwords(String),
}

impl Node {
    /// Puts a node together; nothing runs yet.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn new(parts: Parts) -> Result<Self, StartError> {
        crate::crypto();
        let Parts { config, store, master, clock, chance, speech, rehearsals, node } = parts;
        let catalogue = catalogue::load(config.catalog_sectors.as_deref())?;
        let vault = Vault::new(store.clone(), master.clone(), Arc::clone(&clock), Arc::clone(&chance));
        let tools = ClientTools::new(
            store.clone(),
            vault.clone(),
            Allow::new(&config.outbound_allow),
            Arc::clone(&clock),
            Arc::clone(&chance),
        );
        let hears = speech.ears.is_some();
        let telephony = Arc::new(Telephony {
            node,
            keys: PathKeys::new(&master),
            seen: inbound::hook::Seen::default(),
            spent: inbound::degraded::Spent::default(),
            registry: Registry::new(config.max_calls),
            speech,
            ears: Circuit::default(),
            mouth: Circuit::default(),
            tools: Arc::new(tools),
            scripts: scripts(catalogue)?,
        });
        let mut app = AppState::new(store, clock, chance, Arc::new(config), catalogue, vault.clone())
            .map_err(|e| StartError::Passwords(format!("{e:?}")))?;
        app.rehearsals = rehearsals;
        app.hears = hears;
        app.hook_keys = Some(Arc::new(vault.clone()));
        Ok(Self { app: Arc::new(app), telephony, vault })
    }

    /// Serves until `stop`; then takes no new calls, lets live ones finish for
    /// as long as the operator allows, and lets the jobs in hand finish.
    pub async fn serve(&self, listener: TcpListener, stop: CancellationToken) {
        let work = CancellationToken::new();
        let workers = self.start_work(&work);
        let remembered = async {
            // Before the first call: other nodes end the calls of a dead one.
            self.app.store.beat(&self.telephony.node, self.app.clock.now()).await?;
            inbound::hook::remember_channels(&self.app, &self.telephony).await
        };
        if !matches!(tokio::time::timeout(FIRST_LOOK, remembered).await, Ok(Ok(()))) {
            tracing::warn!("channels are not known yet; their hooks need the database");
        }
        let router = router::build(App::clone(&self.app), inbound::routes(Arc::clone(&self.telephony)));
        let room = lines::Room::new(self.app.config.lines.clone());
        let served = lines::serve(listener, router, room, async {
            stop.cancelled().await;
            self.drain().await;
        });
        served.await;
        work.cancel();
        for worker in workers {
            if let Err(e) = worker.await {
                tracing::error!(worker.error = %e, "a background worker broke");
            }
        }
    }

    /// Ends what `dead`, a node that certainly runs no more, left open; before
    /// the first request. Without it the sweeper does so half a minute later.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn recover(&self, dead: &str) -> Result<usize, caly_store::StoreError> {
        sweeper::after_start(&self.app, dead).await
    }

    /// What a node does by itself, each in a task of its own, so that nothing
    /// waits for another's database or carrier.
    pub(crate) fn start_work(&self, work: &CancellationToken) -> Vec<tokio::task::JoinHandle<()>> {
        let (node, tel) = (&self.telephony.node, &self.telephony);
        let beats = Arc::new(sweeper::Beats::default());
        vec![
            tokio::spawn(jobs::work(App::clone(&self.app), node.clone(), work.clone())),
            tokio::spawn(recordings::work(App::clone(&self.app), node.clone(), work.clone())),
            tokio::spawn(sweeper::beat(App::clone(&self.app), node.clone(), Arc::clone(&beats), work.clone())),
            tokio::spawn(sweeper::work(App::clone(&self.app), Arc::clone(tel), beats, work.clone())),
            tokio::spawn(reconcile::work(App::clone(&self.app), Arc::clone(tel), work.clone())),
            tokio::spawn(bridge(App::clone(&self.app), work.clone())),
        ]
    }

    async fn drain(&self) {
        self.app.draining.store(true, Ordering::Relaxed);
        let patience = Duration::from_secs(self.app.config.drain_seconds);
        if tokio::time::timeout(patience, self.telephony.registry.drained()).await.is_err() {
            tracing::warn!(
                calls.live = self.telephony.registry.count(),
                "stopping with calls that did not finish in time"
            );
        }
    }
}

/// The store's commits wake this node's boards.
async fn bridge(app: App, stop: CancellationToken) {
    use tokio::sync::broadcast::error::RecvError;
    let mut commits = app.store.committed();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            commit = commits.recv() => match commit {
                Ok(commit) => app.bus.tell(crate::bus::Note::Events(commit.client)),
                // Boards look by themselves after a moment.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }
}

/// Learnt once a process: the demo's history is made by a second node.
static SCRIPTS: OnceLock<HashMap<Sector, Arc<Script>>> = OnceLock::new();

fn scripts(catalogue: &Catalogue) -> Result<HashMap<Sector, Arc<Script>>, StartError> {
    if let Some(scripts) = SCRIPTS.get() {
        return Ok(scripts.clone());
    }
    let zone = Zone::named(Zone::DEFAULT)?;
    let mut scripts = HashMap::new();
    for sector in Sector::ALL {
        if catalogue.in_sector(*sector).next().is_some() {
            scripts.insert(*sector, Arc::new(Script::new(*sector, zone.clone())?));
        }
    }
    Ok(SCRIPTS.get_or_init(|| scripts).clone())
}
