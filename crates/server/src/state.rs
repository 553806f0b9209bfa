//! What every handler is given. Built once by the binary, or by a test from a
//! temporary store, a still clock and seeded chance.

use crate::auth::limits::LoginLimits;
use crate::auth::password::Passwords;
use crate::bus::Bus;
use crate::clock::{Chance, Clock};
use crate::config::Config;
use crate::error::Problem;
use crate::mail::Mail;
use crate::manage::channels::HookKeys;
use crate::manage::rehearsals::Rehearsals;
use crate::vault::Vault;
use caly_core::agent::Catalogue;
use caly_store::Store;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Semaphore;

/// Letters that strangers asked for and that are on their way at once.
const LETTERS: usize = 32;

/// The state, shared by every request.
pub type App = Arc<AppState>;

/// What a node of Caly consists of.
pub struct AppState {
    /// Every row.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub chance: Arc<dyn Chance>,
    /// What the operator set.
    pub config: Arc<Config>,
    /// Wakes streams and workers of this node.
    pub bus: Bus,
    /// The agents that exist.
    pub catalogue: &'static Catalogue,
    /// Places rehearsed calls, where the binary brings that along.
    pub rehearsals: Option<Arc<dyn Rehearsals>>,
    /// Opens hook keys for showing (the vault); without it the addresses stay
    /// hidden.
    pub hook_keys: Option<Arc<dyn HookKeys>>,
    /// What clients entrusted to us.
    pub vault: Vault,
    /// Password work, bounded.
    pub passwords: Passwords,
    /// Login tries, counted.
    pub login_limits: LoginLimits,
    /// Whether callers' words are recognised; without, calls run by keypad.
    pub hears: bool,
    /// The operator's mail server, where there is one.
    pub mail: Option<Mail>,
    /// Letters that anybody may ask for, on their way at once.
    pub letters: Arc<Semaphore>,
    /// Boards' streams that may be open at once.
    pub streams: Arc<Semaphore>,
    /// Set by the stop signal: not ready any more, streams of boards end.
    pub draining: AtomicBool,
}

impl AppState {
    /// The state with everything that follows from its parts; the rest
    /// are fields to set before it is shared.
    ///
    /// # Errors
    /// [`Problem`] when the password hasher or the mail server cannot be set up.
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        config: Arc<Config>,
        catalogue: &'static Catalogue,
        vault: Vault,
    ) -> Result<Self, Problem> {
        let mail = config.smtp.as_ref().map(|smtp| Mail::new(smtp, &config.public_url)).transpose();
        let mail = mail.map_err(Problem::internal)?;
        let streams = config.lines.streams(config.max_calls);
        Ok(Self {
            passwords: Passwords::new(chance.as_ref())?,
            login_limits: LoginLimits::new(Arc::clone(&clock)),
            store,
            clock,
            chance,
            config,
            bus: Bus::default(),
            catalogue,
            vault,
            mail,
            letters: Arc::new(Semaphore::new(LETTERS)),
            streams: Arc::new(Semaphore::new(streams)),
            hook_keys: None,
            rehearsals: None,
            hears: false,
            draining: AtomicBool::new(false),
        })
    }

    /// Cookies are `Secure` everywhere but over http on this machine.
    #[must_use]
    pub fn secure_cookie(&self) -> bool {
        match url::Url::parse(&self.config.public_url) {
            Ok(url) if url.scheme() == "http" => match url.host() {
                Some(url::Host::Ipv4(ip)) => !ip.is_loopback(),
                Some(url::Host::Ipv6(ip)) => !ip.is_loopback(),
                Some(url::Host::Domain(name)) => name != "localhost",
                None => true,
            },
            _ => true,
        }
    }

    /// Whether the node has been told to stop.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}
