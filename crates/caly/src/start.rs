//! What `demo` and `serve` share: the store, the key, ears and mouth, the port.

use crate::lock::Lock;
use crate::rehearsals::Callers;
use anyhow::{Context, bail};
use caly_server::app::{Node, Parts};
use caly_server::auth::links::{INVITATION_MS, Minted};
use caly_server::clock::{Chance, Clock, SystemChance, SystemClock};
use caly_server::config::Config;
use caly_server::live::local_speech::{self, Installed};
use caly_server::vault::{SecretKey, Vault, key_file, rotate};
use caly_store::{Database, Store};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The SQLite file in the data directory. A mistyped directory is told, and not
/// made into a new one.
pub fn sqlite_file(config: &Config) -> anyhow::Result<PathBuf> {
    let file = config.data.join("caly.db");
    if !file.exists() {
        bail!(
            "{} holds no database; name the data directory with --data DIR, or begin one with `caly serve` or `caly demo`",
            config.data.display()
        );
    }
    Ok(file)
}

/// The store of data that is there already.
pub async fn existing_store(config: &Config) -> anyhow::Result<Store> {
    if config.database.is_none() {
        sqlite_file(config)?;
    }
    store(config).await
}

/// Opens the store of a configuration.
pub async fn store(config: &Config) -> anyhow::Result<Store> {
    let database = match &config.database {
        Some(url) => url.parse::<Database>()?,
        None => Database::Sqlite(config.data.join("caly.db")),
    };
    Store::open(&database).await.with_context(|| match &config.database {
        Some(_) => "the database of --database cannot be opened".to_owned(),
        None => format!("the database in {} cannot be opened", config.data.display()),
    })
}

/// The installation's key: beside the data directory, never inside it. A key
/// that does not open every client is said now, not in the middle of a call.
pub async fn master(config: &Config, store: &Store) -> anyhow::Result<SecretKey> {
    let path = key_path(config);
    let env = std::env::var("CALY_VAULT_KEY").ok();
    if env.is_none() && rotate::is_open(&path) {
        bail!("a new vault key was begun and not finished; finish it with: caly vault rotate");
    }
    let sealed_already = !store.clients().await?.is_empty();
    let master = key_file::load(env.as_deref(), &path, sealed_already, &SystemChance)?;
    if let Some(client) = rotate::shut_to(store, &master).await? {
        bail!(
            "the vault's key ({}) does not open the data of client {client}; put back the key that belongs to this \
             data, or finish a rotation that was cut off with: caly vault rotate",
            key_place(config)
        );
    }
    Ok(master)
}

/// The key's file, for whoever keeps it in one.
pub fn key_path(config: &Config) -> PathBuf {
    config.vault_key_file.clone().unwrap_or_else(|| config.data.with_extension("key"))
}

/// Where the key is, in words.
pub fn key_place(config: &Config) -> String {
    match std::env::var_os("CALY_VAULT_KEY") {
        Some(_) => "CALY_VAULT_KEY".to_owned(),
        None => key_path(config).display().to_string(),
    }
}

/// A fresh set-up link; the one before is void.
pub async fn setup_link(config: &Config, store: &Store) -> anyhow::Result<String> {
    let now = SystemClock.now();
    let link = Minted::new(&config.public_url, &SystemChance, now, "setup", INVITATION_MS);
    store.make_setup_link(&link.token_hash, link.expires_at, now).await?;
    Ok(link.url)
}

/// Ears and mouth; what is missing is said once, with the line that adds it.
pub fn speech(config: &Config) -> anyhow::Result<Installed> {
    let dir = models_dir(config)?;
    let installed =
        local_speech::load(&dir).map_err(|e| anyhow::anyhow!("the speech pack in {}: {e}", dir.display()))?;
    if installed.missing.is_some() {
        eprintln!("caly: {} (What speaks: {}.)", caly_server::health::NO_EARS, installed.mouth);
    }
    Ok(installed)
}

/// Where the speech pack is.
pub fn models_dir(config: &Config) -> anyhow::Result<PathBuf> {
    match &config.models {
        Some(dir) => Ok(dir.clone()),
        None => Ok(caly_local_voice::pack::default_dir()?),
    }
}

/// A node over a store, with the machine's clock unless another is given.
pub fn node(
    config: &Config,
    store: &Store,
    master: &SecretKey,
    installed: &Installed,
    clock: Option<Arc<dyn Clock>>,
) -> anyhow::Result<Node> {
    let chance: Arc<dyn Chance> = Arc::new(SystemChance);
    let clock = clock.unwrap_or_else(|| Arc::new(SystemClock));
    // One a process: two that shared a name would end each other's calls.
    let name = format!("node-{}", chance.id(SystemClock.now()).simple());
    let vault = Vault::new(store.clone(), master.clone(), Arc::clone(&clock), Arc::clone(&chance));
    let callers = Callers::new(store.clone(), vault, config.listen, models_dir(config)?);
    Ok(Node::new(Parts {
        config: config.clone(),
        store: store.clone(),
        master: master.clone(),
        clock,
        chance,
        speech: installed.speech.clone(),
        rehearsals: Some(Arc::new(callers)),
        node: name,
    })?)
}

/// Ends what the last run on this directory left open, and notes for the next
/// one who runs now. Calls of other nodes are theirs.
pub async fn recover(node: &Node, lock: &mut Lock) -> anyhow::Result<usize> {
    const WHERE: &str = "the lock file in the data directory cannot be used";
    let ended = match lock.last_node().context(WHERE)? {
        Some(last) => node.recover(&last).await?,
        None => 0,
    };
    lock.note(&node.telephony.node).context(WHERE)?;
    Ok(ended)
}

/// Takes the port, or says who may have it.
pub async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    descriptors(config.lines.most);
    TcpListener::bind(config.listen).await.with_context(|| {
        format!(
            "{} cannot be listened on; another program may have it: give a free one with --listen ADDR:PORT",
            config.listen
        )
    })
}

/// Beside connections: database, log, what is asked of others.
const OTHER_FILES: u64 = 200;

/// As many open files as that takes, where the system lets us have them; said
/// when it does not.
fn descriptors(connections: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let wants = connections as u64 + OTHER_FILES;
    // No limit is none.
    let few = |limit: Option<u64>| limit.is_some_and(|limit| limit < wants);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if !few(current) {
        return;
    }
    let more = if few(maximum) { maximum } else { Some(wants) };
    let raised = setrlimit(Resource::Nofile, Rlimit { current: more, maximum }).is_ok();
    let may = if raised { more } else { current };
    if few(may) {
        eprintln!(
            "caly: this system allows {} open files and {connections} connections may want {wants}; raise the limit \
             (ulimit -n, LimitNOFILE) or lower max_connections",
            may.unwrap_or_default()
        );
    }
}

/// Cancelled by Ctrl-C or a stop signal.
pub fn stop_signal() -> anyhow::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let token = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        token.cancel();
    });
    Ok(stop)
}
