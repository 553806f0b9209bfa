//! `POST /api/rehearsals`: a synthetic caller rings one of the client's own
//! rehearsal lines, over the carrier's real wire.

use crate::caller;
use caly_core::agent::{Agent, Catalogue, Goal, Intent};
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
        let (channel, script, voice) = self.prepared(&scope, &ask).await?;
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

    /// Whom to ring, what to say and with which voice.
    async fn prepared(
        &self,
        scope: &Scope,
        ask: &RehearsalAsk,
    ) -> Result<(Channel, Script, Option<Arc<dyn CallerVoice>>), Problem> {
        let name = ask.script.as_deref().unwrap_or(scenarios::ALL[0].name);
        let channel = self.channel(scope, ask.channel_id, name).await?;
        if name == scenarios::QUESTION {
            // Somebody's very first call: without a voice it is keyed.
            let voice = self.voice().await?;
            return Ok((channel.clone(), question(&channel, voice.is_some())?, voice));
        }
        let script = scenario(name)?.script();
        let voice = self.voice_for(&script).await?;
        Ok((channel, script, voice))
    }

    /// The channel asked for, or the first that fits; only lines that exist for
    /// rehearsing can be rung, so that no figure of the business moves.
    async fn channel(&self, scope: &Scope, wanted: Option<i64>, name: &str) -> Result<Channel, Problem> {
        let kind = if name == "echo" { ChannelKind::Echo } else { ChannelKind::Rehearsal };
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
                format!("\"{name}\" rings an active channel of the kind {kind}; there is none to ring."),
            )
        })
    }

    /// Loaded at the first spoken rehearsal, off the request's thread; none
    /// where none is installed.
    async fn voice(&self) -> Result<Option<Arc<dyn CallerVoice>>, Problem> {
        let (voice, models) = (Arc::clone(&self.voice), self.models.clone());
        let load = move || voice.get_or_init(|| caller::voice(&models, &std::env::temp_dir())).clone();
        tokio::task::spawn_blocking(load).await.map_err(Problem::internal)
    }

    async fn voice_for(&self, script: &Script) -> Result<Option<Arc<dyn CallerVoice>>, Problem> {
        if !script.speaks() {
            return Ok(None);
        }
        self.voice().await?.map(Some).ok_or_else(|| {
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

/// What the line's agents know by themselves, asked as their callers do.
fn question(channel: &Channel, spoken: bool) -> Result<Script, Problem> {
    let catalogue = Catalogue::embedded().map_err(Problem::internal)?;
    let entry = catalogue.agent(channel.entry_agent).ok_or_else(|| Problem::not_found("agent"))?;
    if !spoken {
        // Key 0 brings a person, wherever the menu has no such line.
        return Ok(scenarios::question_by_key(answered_by_key(catalogue, entry).unwrap_or(0)));
    }
    let others = catalogue.in_sector(entry.sector).filter(|a| a.id != entry.id);
    let asked = std::iter::once(entry).chain(others).flat_map(|a| &a.intents).find(|i| answers(i));
    let words = asked.or(entry.intents.first()).and_then(|i| i.utterances.first());
    Ok(scenarios::question(words.map_or("What can you do for me", String::as_str)))
}

fn answered_by_key(catalogue: &Catalogue, entry: &Agent) -> Option<u8> {
    let leads = |slug: &str, intent: &str| catalogue.by_slug(entry.sector, slug).and_then(|a| a.intent(intent));
    let line = entry.menu.iter().find(|item| {
        let slug = item.agent.as_deref().unwrap_or(&entry.slug);
        leads(slug, &item.intent).is_some_and(answers)
    });
    line.map(|item| item.key)
}

/// Whether it is told in full and asks nothing back.
fn answers(intent: &Intent) -> bool {
    intent.goal == Goal::Answer && !intent.reply.as_ref().is_some_and(|r| r.ends_with('?'))
}

fn scenario(name: &str) -> Result<Scenario, Problem> {
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
        scenarios::ALL.iter().map(|s| s.name).chain([scenarios::QUESTION]).map(str::to_owned).collect()
    }

    fn place(&self, scope: &Scope, ask: RehearsalAsk) -> Placing {
        Box::pin(self.clone().start(scope.clone(), ask))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever a company does, its first rehearsed caller asks what is answered.
    #[test]
    fn every_sector_has_a_question_that_its_agents_answer() {
        let catalogue = Catalogue::embedded().unwrap();
        for sector in catalogue.sectors() {
            let found = catalogue.in_sector(sector.sector).flat_map(|a| &a.intents).find(|i| answers(i));
            assert!(found.is_some(), "{}", sector.sector);
        }
    }
}
