//! What every hook has in common: whose it is, and what it says.

use crate::hipaa;
use crate::live::Telephony;
use crate::state::App;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use caly_carriers::exotel::webhook::{AppletCall, Params};
use caly_core::id::ClientId;
use caly_core::privacy::{Country, canonical_number};
use caly_core::scope::{Actor, Scope};
use caly_core::sector::Sector;
use caly_store::{Channel, Hook, Received, StoreError};
use std::collections::HashMap;
use std::sync::RwLock;
use std::time::Duration;
use tokio::time::Instant;

/// Of a hook's patience, what finding its channel may take.
const LOOK_UP: Duration = Duration::from_millis(350);
/// Names that differ when the same request comes again.
const VOLATILE: &[&str] = &["CurrentTime", "DateUpdated"];
/// So many characters of a word stand in a hook's key: PostgreSQL has no row
/// whose key is longer than some 2.7 kB, and then every repeat would fail too.
const KEY_WORD: usize = 64;

/// A hook that belongs to a channel.
#[derive(Debug, Clone)]
pub struct Known {
    /// The client, as the carrier.
    pub scope: Scope,
    /// The channel.
    pub channel: Channel,
    /// What was sent.
    pub params: Params,
    /// What it means.
    pub call: AppletCall,
    /// Whether the `Exotel-Version` header came: Programmable Connect.
    pub versioned: bool,
    /// The key, to build addresses with.
    pub hook_key: String,
    /// The database is waited for until then.
    pub until: Instant,
}

/// Channels by the hash of their hook key, as last seen: the flow hooks answer
/// the safe branch from it while the database is away.
#[derive(Debug, Default)]
pub struct Seen(RwLock<HashMap<String, (ClientId, Channel)>>);

impl Seen {
    /// Remembers a channel.
    pub fn put(&self, hash: &str, client: ClientId, channel: &Channel) {
        let mut map = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        map.insert(hash.to_owned(), (client, channel.clone()));
    }

    fn get(&self, hash: &str) -> Option<(ClientId, Channel)> {
        self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(hash).cloned()
    }

    fn forget(&self, hash: &str) {
        self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner).remove(hash);
    }
}

/// Finds the hook's channel and reads its parameters. The error is the answer:
/// 404 for a key or a number that is nobody's, so that existence stays hidden.
///
/// # Errors
/// The answer to send.
pub async fn known(app: &App, tel: &Telephony, hook_key: &str, request: Request) -> Result<Known, Response> {
    let until = Instant::now() + super::PATIENCE;
    let owner = channel_of(app, tel, hook_key).await.ok_or_else(unknown)?;
    said(owner, hook_key, request, until).await?.dialled_here().ok_or_else(nobody)
}

/// As [`known`], with the channel as this node saw it last, which spares a hook
/// behind whom a caller waits a trip to the database. It holds for as long as
/// the channel's revision does: whoever acts on it names that to the store,
/// and asks [`anew`] when it was another.
///
/// # Errors
/// The answer to send.
pub async fn seen(app: &App, tel: &Telephony, hook_key: &str, request: Request) -> Result<Known, Response> {
    let Some(owner) = tel.seen.get(&tel.keys.hook_hash(hook_key)) else {
        return known(app, tel, hook_key, request).await;
    };
    let until = Instant::now() + super::PATIENCE;
    let seen = said(owner, hook_key, request, until).await?;
    // Its number may have been changed since.
    if seen.names_our_number() { Ok(seen) } else { anew(app, tel, seen).await }
}

/// The same request, with the channel as the database has it.
///
/// # Errors
/// The answer to send.
pub async fn anew(app: &App, tel: &Telephony, seen: Known) -> Result<Known, Response> {
    let (client, channel) = channel_of(app, tel, &seen.hook_key).await.ok_or_else(unknown)?;
    let scope = Scope { client, actor: Actor::Carrier(channel.id) };
    Known { scope, channel, ..seen }.dialled_here().ok_or_else(nobody)
}

fn unknown() -> Response {
    tracing::warn!(security.event = "unknown_hook_key", "a hook came with a key that is nobody's");
    nobody()
}

async fn said(owner: (ClientId, Channel), hook_key: &str, request: Request, until: Instant) -> Result<Known, Response> {
    let (client, channel) = owner;
    let versioned = request.headers().contains_key("exotel-version");
    let params = read(request).await?;
    let call = AppletCall::read(&params);
    let scope = Scope { client, actor: Actor::Carrier(channel.id) };
    Ok(Known { scope, channel, params, call, versioned, hook_key: hook_key.to_owned(), until })
}

impl Known {
    fn dialled_here(self) -> Option<Self> {
        if self.names_our_number() {
            return Some(self);
        }
        tracing::warn!(security.event = "foreign_number", channel.id = %self.channel.id, "a hook named a number that is not this channel's");
        None
    }

    /// `CallTo` must be the channel's own number, where both are known.
    fn names_our_number(&self) -> bool {
        let own = self.channel.number.as_deref().and_then(|n| canonical_number(n, Country::In));
        let to = self.call.to.as_deref().and_then(|n| canonical_number(n, Country::In));
        match (own, to) {
            (Some(own), Some(to)) => own == to,
            _ => true,
        }
    }
}

/// The channel of a hook key; from memory while the database is away.
pub async fn channel_of(app: &App, tel: &Telephony, hook_key: &str) -> Option<(ClientId, Channel)> {
    let hash = tel.keys.hook_hash(hook_key);
    let look = tokio::time::timeout(LOOK_UP, look_up(app, &hash)).await;
    match look {
        Ok(Ok(Some((client, channel)))) => {
            tel.seen.put(&hash, client, &channel);
            Some((client, channel))
        }
        Ok(Ok(None)) => {
            tel.seen.forget(&hash);
            None
        }
        Ok(Err(e)) => {
            tracing::warn!(hook.error = %e, "the database did not answer a hook; going on from memory");
            tel.seen.get(&hash)
        }
        Err(_) => {
            tracing::warn!("the database was too slow for a hook; going on from memory");
            tel.seen.get(&hash)
        }
    }
}

/// Remembers every channel, so that a line which nobody called since the start
/// is answered too while the database is away.
///
/// # Errors
/// When the database does not answer.
pub async fn remember_channels(app: &App, tel: &Telephony) -> Result<(), StoreError> {
    let keys = app.store.hook_keys().await?;
    for client in app.store.clients().await? {
        let channels = app.store.channels(&Scope::system(client.id)).await?;
        for channel in channels.iter().filter(|c| c.is_active) {
            for (hash, _) in keys.iter().filter(|(_, o)| (o.client, o.channel) == (client.id, channel.id)) {
                tel.seen.put(hash, client.id, channel);
            }
        }
    }
    Ok(())
}

async fn look_up(app: &App, hash: &str) -> Result<Option<(ClientId, Channel)>, StoreError> {
    Ok(app.store.hook_channel(hash).await?.filter(|(_, channel)| channel.is_active))
}

/// GET, form, JSON and multipart say the same in the same names.
async fn read(request: Request) -> Result<Params, Response> {
    let query = Params::from_form(request.uri().query().unwrap_or_default().as_bytes());
    let kind = content_type(request.headers());
    let too_large = |_| StatusCode::PAYLOAD_TOO_LARGE.into_response();
    let body = axum::body::to_bytes(request.into_body(), super::BODY_LIMIT).await.map_err(too_large)?;
    Ok(query.or(match kind.as_str() {
        "" | "application/x-www-form-urlencoded" => Params::from_form(&body),
        "application/json" => Params::from_json(&body),
        kind if kind.starts_with("multipart/form-data") => multipart(kind, body).await,
        _ => Params::default(),
    }))
}

fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if value.starts_with("multipart/") {
        value.to_owned()
    } else {
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

async fn multipart(kind: &str, body: Bytes) -> Params {
    let Ok(boundary) = multer::parse_boundary(kind) else { return Params::default() };
    let once = futures::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
    let mut parts = multer::Multipart::new(once, boundary);
    let mut pairs = Vec::new();
    // A part that cannot be read ends the list: what came before it counts.
    while let Ok(Some(part)) = parts.next_field().await {
        let Some(name) = part.name().map(str::to_owned) else { continue };
        let Ok(text) = part.text().await else { break };
        pairs.push((name, text));
    }
    Params::from_pairs(pairs)
}

/// Whether addresses of recordings are not kept; when nobody can say, they are
/// not.
pub async fn keeps_quiet(app: &App, scope: &Scope) -> bool {
    hipaa::is_on(app, scope).await.unwrap_or_else(|e| {
        tracing::warn!(vault.error = %e, "whether HIPAA mode is on is not known; keeping no recording's address");
        true
    })
}

/// Stores a hook as it came; `Some` is the answer that was given before.
///
/// # Errors
/// When the database does not answer.
pub async fn remember(app: &App, known: &Known, kind: &str) -> Result<(Hook, Received), StoreError> {
    let canonical = known.params.canonical(VOLATILE);
    let private = known.channel.sector == Sector::Healthcare && keeps_quiet(app, &known.scope).await;
    let hook = Hook {
        provider: "exotel".into(),
        call_sid: known.call.call_sid.clone().unwrap_or_default(),
        kind: kind.into(),
        event: key_word(known.params.get("EventType")),
        leg: key_word(known.call.dial_whom.as_deref()),
        dedupe: blake3::hash(canonical.as_bytes()).to_hex().to_string(),
        raw: known.params.without_cards().canonical(if private { hipaa::RECORDINGS } else { &[] }),
        at: app.clock.now(),
    };
    let received = app.store.receive_hook(&known.scope, hook.clone()).await?;
    Ok((hook, received))
}

/// The beginning of what was said. The whole of it stands in the raw request
/// and in its hash, which tells two hooks apart that begin alike.
fn key_word(said: Option<&str>) -> String {
    said.unwrap_or_default().chars().take(KEY_WORD).collect()
}

/// There is nothing here, whoever asks.
pub fn nobody() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

#[cfg(test)]
mod tests {
    use super::key_word;
    use crate::app::{Node, Parts};
    use crate::clock::{SeededChance, StillClock, random};
    use crate::config::{Config, Overrides};
    use crate::live::local_speech;
    use crate::state::App;
    use crate::vault::SecretKey;
    use axum::Router;
    use axum::body::Body;
    use axum::http::{Request, StatusCode, header};
    use base64_simd::URL_SAFE_NO_PAD;
    use caly_core::id::{AgentId, ChannelId, ClientId};
    use caly_core::outcome::ChannelKind;
    use caly_core::scope::Scope;
    use caly_core::sector::Sector;
    use caly_core::time::{At, Zone};
    use caly_store::testing::TempStore;
    use caly_store::{NewChannel, NewClient};
    use std::path::Path;
    use std::sync::Arc;
    use tower::ServiceExt;
    use uuid::Uuid;

    /// 2026-11-23T10:00:00Z.
    const NOW: At = At(1_795_428_000_000);

    /// A client's one line, whose hook key is `k`, and its carrier's routes.
    struct Line {
        scope: Scope,
        channel: ChannelId,
        router: Router,
        temp: TempStore,
    }

    impl Line {
        async fn open() -> Self {
            let temp = TempStore::chosen().await.unwrap();
            let node = Node::new(Parts {
                config: Config::load(&Overrides::default(), &|_| None).unwrap(),
                store: temp.store.clone(),
                master: SecretKey::make(&SeededChance::new(7)),
                clock: Arc::new(StillClock::at(NOW)),
                chance: Arc::new(SeededChance::new(8)),
                speech: local_speech::load(Path::new("no speech pack")).unwrap().speech,
                rehearsals: None,
                node: "n".into(),
            });
            let node = node.unwrap();
            let (id, sector) = (ClientId(Uuid::from_u128(1)), Sector::Ecommerce);
            let new = NewClient { id, name: "Client".into(), sector, zone: Zone::DEFAULT.into(), is_demo: true };
            temp.store.create_client(new, NOW).await.unwrap();
            let scope = Scope::system(id);
            let new = NewChannel {
                kind: ChannelKind::Echo,
                carrier: "exotel".into(),
                name: "Line".into(),
                number: None,
                sector,
                team: temp.store.create_team(&scope, "Everybody", NOW).await.unwrap().id,
                entry_agent: AgentId(1),
                hook_key_hash: node.telephony.keys.hook_hash("k"),
                hook_key_sealed: String::new(),
                account_sid: None,
                hook_basic_hash: None,
            };
            let channel = temp.store.create_channel(&scope, new, NOW).await.unwrap().id;
            let router = crate::inbound::routes(Arc::clone(&node.telephony)).with_state(App::clone(&node.app));
            Self { scope, channel, router, temp }
        }

        async fn post(&self, hook: &str, form: &str) -> StatusCode {
            let request = Request::post(format!("/exotel/k/{hook}"))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(form.to_owned()))
                .unwrap();
            self.router.clone().oneshot(request).await.unwrap().status()
        }
    }

    #[tokio::test]
    async fn a_word_of_any_length_is_stored_once_and_told_from_the_next() {
        let line = Line::open().await;
        assert_eq!(line.post("voicebot", "CallSid=c1").await, StatusCode::OK);
        // 5,000 characters by chance: what repeats itself, PostgreSQL packs.
        let long = URL_SAFE_NO_PAD.encode_to_string(random::<3_750>(&SeededChance::new(9)));
        assert_eq!(long.len(), 5_000);
        let one = format!("CallSid=c1&DialWhomNumber={long}&EventType={long}");
        let two = format!("{one}x");
        for form in [&one, &one, &two] {
            assert_eq!(line.post("dial-event", form).await, StatusCode::OK);
        }
        let seen = line.temp.store.seen_hooks(&line.scope, line.channel).await.unwrap();
        assert_eq!(seen.len(), 2, "the same again is one, another end is another");
        for hook in &seen {
            assert_eq!(hook.event, long[..64]);
            assert!(hook.raw.contains(&format!("DialWhomNumber={long}&EventType={long}")), "all of it is kept");
        }
    }

    #[test]
    fn a_key_is_cut_between_characters() {
        assert_eq!(key_word(Some(&"ü".repeat(65))), "ü".repeat(64));
        assert_eq!((key_word(Some("Answered")), key_word(None)), ("Answered".into(), String::new()));
    }
}
