//! `POST /api/rehearsals`: a synthetic caller rings one of the client's own
//! rehearsal lines, over the carrier's real wire.

use crate::caller;
use caly_core::outcome::ChannelKind;
use caly_core::scope::Scope;
use caly_rehearsal::carrier::{self, Line};
use caly_rehearsal::knobs::Knobs;
use caly_rehearsal::scenarios::{self, Scenario};
use caly_rehearsal::script::Script;
use caly_rehearsal::voice::CallerVoice;
use caly_server::error::Problem;
use caly_server::manage::rehearsals::{Placing, RehearsalAsk, RehearsalPlaced, Rehearsals};
use caly_server::vault::{Purpose, Vault};
use caly_store::{Channel, Store};
use secrecy::ExposeSecret;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Rehearsed calls at once: they share the machine with real callers.
const AT_ONCE: usize = 4;
/// A line without a number is still called something.
const NO_NUMBER: &str = "+918000000000";

/// Callers who ring this very server.
#[derive(Clone)]
pub struct Callers {
    store: Store,
    vault: Vault,
    base: String,
    models: PathBuf,
    places: Arc<Semaphore>,
    voice: Arc<OnceLock<Option<Arc<dyn CallerVoice>>>>,
}

impl Callers {
    /// For the server that listens at `listen`, with the voice of `models`.
    pub fn new(store: Store, vault: Vault, listen: SocketAddr, models: PathBuf) -> Self {
        let host = if listen.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { listen.ip() };
        let base = format!("http://{}", SocketAddr::new(host, listen.port()));
        let places = Arc::new(Semaphore::new(AT_ONCE));
        Self { store, vault, base, models, places, voice: Arc::default() }
    }

    async fn start(self, scope: Scope, ask: RehearsalAsk) -> Result<RehearsalPlaced, Problem> {
        let scenario = scenario(ask.script.as_deref())?;
        let channel = self.channel(&scope, ask.channel_id, scenario).await?;
        let script = scenario.script();
        let voice = self.voice_for(&script).await?;
        let permit = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            let full = format!("{AT_ONCE} rehearsed calls are on already; try again when one has ended.");
            // Theirs to wait for, not ours to mend: no 503.
            Problem { code: "rehearsals_full", ..Problem::too_many(full, 30) }
        })?;
        let line = self.line(&scope, &channel).await?;
        let placed = RehearsalPlaced { script: script.name.clone(), carrier_call_id: line.call_sid.clone() };
        tokio::spawn(ring(line, script, voice, permit));
        Ok(placed)
    }

    /// The channel asked for, or the first that fits; only lines that exist for
    /// rehearsing can be rung, so that no figure of the business moves.
    async fn channel(&self, scope: &Scope, wanted: Option<i64>, scenario: Scenario) -> Result<Channel, Problem> {
        let kind = if scenario.name == "echo" { ChannelKind::Echo } else { ChannelKind::Rehearsal };
        let mut channels = self.store.channels(scope).await?;
        if let Some(id) = wanted {
            channels.retain(|c| c.id.0 == id);
            if channels.is_empty() {
                return Err(Problem::not_found("channel"));
            }
        }
        channels.into_iter().find(|c| c.kind == kind && c.is_active).ok_or_else(|| {
            Problem::invalid(
                "channel_id",
                format!("\"{}\" rings an active channel of the kind {kind}; there is none to ring.", scenario.name),
            )
        })
    }

    /// Loaded at the first spoken rehearsal, off the request's thread.
    async fn voice_for(&self, script: &Script) -> Result<Option<Arc<dyn CallerVoice>>, Problem> {
        if !script.speaks() {
            return Ok(None);
        }
        let (voice, models) = (Arc::clone(&self.voice), self.models.clone());
        let load = move || voice.get_or_init(|| caller::voice(&models, &std::env::temp_dir())).clone();
        let voice = tokio::task::spawn_blocking(load).await.map_err(Problem::internal)?;
        voice.map(Some).ok_or_else(|| {
            Problem::invalid(
                "script",
                "This call is spoken and no voice is installed; run `caly models pull`, or choose \"order_keypad\".",
            )
        })
    }

    async fn line(&self, scope: &Scope, channel: &Channel) -> Result<Line, Problem> {
        let key = self.vault.open_hook_key(scope, &channel.hook_key_sealed, Purpose::Rehearse).await;
        let key = key.map_err(Problem::internal)?;
        let number = channel.number.as_deref().unwrap_or(NO_NUMBER);
        caller::line(&self.base, key.expose_secret(), number, Knobs::with_people()).map_err(Problem::internal)
    }
}

fn scenario(wanted: Option<&str>) -> Result<Scenario, Problem> {
    let name = wanted.unwrap_or(scenarios::ALL[0].name);
    scenarios::named(name).ok_or_else(|| Problem::invalid("script", format!("There is no script \"{name}\".")))
}

/// The call itself; what it was worth is in the call's own row.
async fn ring(line: Line, script: Script, voice: Option<Arc<dyn CallerVoice>>, _place: OwnedSemaphorePermit) {
    let (name, sid) = (script.name.clone(), line.call_sid.clone());
    match carrier::place(line, script, voice, None).await {
        Ok(report) if report.violations.is_empty() => {
            tracing::info!(rehearsal.script = name, call.sid = sid, "a rehearsed call ended");
        }
        Ok(report) => {
            tracing::warn!(rehearsal.script = name, call.sid = sid, rehearsal.broken = ?report.violations, "a rehearsed call broke rules of the wire");
        }
        Err(error) => {
            tracing::warn!(rehearsal.script = name, call.sid = sid, error.cause = %error, "a rehearsed call did not get through");
        }
    }
}

impl Rehearsals for Callers {
    fn scripts(&self) -> Vec<String> {
        scenarios::ALL.iter().map(|s| s.name.to_owned()).collect()
    }

    fn place(&self, scope: &Scope, ask: RehearsalAsk) -> Placing {
        Box::pin(self.clone().start(scope.clone(), ask))
    }
}
