//! Fetches what a carrier recorded: behind its login, again and again while it
//! is not there yet (a carrier may answer 404 for minutes), and sealed before
//! it is stored. A worker of its own, so that no slow carrier keeps a call from
//! being counted.
//!
//! Where a recording lies was said by a webhook, which nobody signed. The login
//! therefore goes to the carrier's own hosts only, and to the one that the
//! channel's owner has typed; any other address is not even asked.

use super::jobs::put_back;
use super::reconcile::{CarrierLogin, login_of};
use crate::hipaa;
use crate::outbound::{Allow, Limit, Outbound, OutboundError};
use crate::state::App;
use crate::vault::{Purpose, VaultError};
use caly_core::id::CallId;
use caly_core::scope::Scope;
use caly_core::time::{MINUTE, SECOND};
use caly_store::jobs::FETCH_RECORDING;
use caly_store::recordings::referred;
use caly_store::{Fetched, Job, RecordingKind, StoreError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Looked for at least so often.
const EVERY: Duration = Duration::from_secs(5);
/// Fetched at once, which bounds what is held in memory.
const BATCH: i64 = 4;
/// A claimed job is another node's after this: longer than a fetch may take.
const LEASE_MS: i64 = 3 * MINUTE;
/// With [`back_off_ms`] two hours, as long as a carrier's figures take to settle.
const TRIES: i64 = 9;
/// An hour of a telephone's sound as the carrier packs it.
const LIMIT: Limit = Limit { most: 10 * 1024 * 1024, within: Duration::from_secs(60) };
/// The carrier's hosts: this one and those below it.
const CARRIER: &str = "exotel.com";

/// Why a recording was not stored.
enum Missed {
    /// It may be there later.
    Later(String),
    /// Somebody has to mend something first.
    Never(String),
}

/// Works until stopped. A fetch in hand is given up then: its lease runs out,
/// and it comes again.
pub async fn work(app: App, node: String, stop: CancellationToken) {
    let rounds = async {
        loop {
            match run_due(&app, &node).await {
                Ok(0) => tokio::time::sleep(EVERY).await,
                // There may be more than one batch.
                Ok(_) => {}
                Err(e) => {
                    tracing::warn!(jobs.error = %e, "recordings cannot be claimed; trying again");
                    tokio::time::sleep(EVERY).await;
                }
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = rounds => {}
    }
}

/// Fetches what is due now, once; how many that were.
///
/// # Errors
/// When jobs cannot be claimed.
pub async fn run_due(app: &App, node: &str) -> Result<usize, StoreError> {
    let jobs = app.store.claim_jobs(FETCH_RECORDING, node, BATCH, LEASE_MS, app.clock.now()).await?;
    let count = jobs.len();
    futures::future::join_all(jobs.into_iter().map(|job| run(app, job))).await;
    Ok(count)
}

async fn run(app: &App, job: Job) {
    match fetch(app, &job).await {
        Ok(()) => {}
        Err(Missed::Later(why)) => put_back(app, &job, &why, (job.tries < TRIES).then(|| back_off_ms(job.tries))).await,
        Err(Missed::Never(why)) => put_back(app, &job, &why, None).await,
    }
}

/// 30 s, 1 min, 2 min … 64 min.
fn back_off_ms(tries: i64) -> i64 {
    (30 * SECOND) << tries.clamp(1, 8).saturating_sub(1)
}

async fn fetch(app: &App, job: &Job) -> Result<(), Missed> {
    let scope = Scope::system(job.client);
    let (id, kind) =
        referred(&job.reference).ok_or_else(|| Missed::Never("the job names no recording of a call".into()))?;
    if hipaa::is_on(app, &scope).await? {
        // It was switched on after the recording was named: it stays where it is.
        return Ok(app.store.finish_job(job).await?);
    }
    let call = app.store.call(&scope, id).await?;
    let channel = app.store.channel(&scope, call.channel).await?;
    let login = login_of(app, &scope, &channel, Purpose::FetchRecording).await?;
    let login = login.ok_or_else(|| {
        let why = "the channel has no carrier login; store one under Settings, Phone numbers, then try again";
        Missed::Never(why.into())
    })?;
    let named = app.store.recording(&scope, id, kind).await?;
    let sound = get(app, &named.url, &login).await?;
    store(app, &scope, id, kind, sound).await
}

/// The bytes, from a host that may have the login.
async fn get(app: &App, named: &str, login: &CarrierLogin) -> Result<Vec<u8>, Missed> {
    let (origin, path) = place(named, &login.host).map_err(Missed::Never)?;
    let carrier = Outbound::to(&origin, &Allow::new(&app.config.outbound_allow)).await?;
    let answer = carrier.get_basic_within(&path, &login.key, &login.token, LIMIT).await?;
    match answer.status {
        200 => Ok(answer.body),
        404 => Err(Missed::Later("the carrier does not have the recording (yet): it answered 404".into())),
        status @ (401 | 403) => {
            let mend = "check it under Settings, Phone numbers, then try again";
            Err(Missed::Never(format!("the carrier refused the channel's login with {status}; {mend}")))
        }
        status @ (408 | 425 | 429 | 500..=599) => Err(Missed::Later(format!("the carrier answered {status}"))),
        status => Err(Missed::Never(format!("the carrier answered {status}, which is no recording"))),
    }
}

async fn store(app: &App, scope: &Scope, id: CallId, kind: RecordingKind, sound: Vec<u8>) -> Result<(), Missed> {
    let content_type = audio(&sound).ok_or_else(|| Missed::Never("what the carrier sent is no sound".into()))?;
    let bytes = i64::try_from(sound.len()).unwrap_or(i64::MAX);
    let sealed = app.vault.seal_recording(scope, id, kind, sound).await?;
    let fetched = Fetched { content_type: content_type.to_owned(), bytes, sealed };
    Ok(app.store.put_recording(scope, id, kind, fetched, app.clock.now()).await?)
}

/// Where to ask, and for what: only of the carrier, or of the host that the
/// login was stored for.
fn place(named: &str, login_host: &str) -> Result<(String, String), String> {
    let url = Url::parse(named).map_err(|_| "the carrier named no web address".to_owned())?;
    let host = url.host_str().unwrap_or_default();
    let below = host.strip_suffix(CARRIER).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'));
    let carriers = below && url.scheme() == "https" && url.port().is_none();
    let own = typed(login_host).is_some_and(|own| own.origin().is_tuple() && own.origin() == url.origin());
    let bare = url.username().is_empty() && url.password().is_none();
    if !(carriers || own) || !bare {
        return Err(format!("{host} is none of the carrier's hosts: it was not asked, and got no login"));
    }
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    Ok((url.origin().ascii_serialization(), path))
}

/// The login's host as [`Outbound::to`] reads it.
fn typed(host: &str) -> Option<Url> {
    let full = if host.contains("://") { host.to_owned() } else { format!("https://{host}") };
    Url::parse(&full).ok()
}

/// What kind of sound it is by its own first bytes: what it is said to be may
/// be wrong, and a browser shall never be given anything else under this name.
fn audio(sound: &[u8]) -> Option<&'static str> {
    match sound {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some("audio/wav"),
        [b'O', b'g', b'g', b'S', ..] => Some("audio/ogg"),
        [b'I', b'D', b'3', ..] => Some("audio/mpeg"),
        // A frame of layer III, of a version and at a rate that exist.
        [0xFF, head, rate, ..] if head & 0xE6 == 0xE2 && head & 0x18 != 0x08 && rate & 0xF0 != 0xF0 => {
            Some("audio/mpeg")
        }
        _ => None,
    }
}

impl From<StoreError> for Missed {
    fn from(error: StoreError) -> Self {
        Self::Later(error.to_string())
    }
}

impl From<VaultError> for Missed {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Store(error) => error.into(),
            other => Self::Never(other.to_string()),
        }
    }
}

impl From<OutboundError> for Missed {
    fn from(error: OutboundError) -> Self {
        match error {
            OutboundError::Unreachable { .. } | OutboundError::TimedOut { .. } => Self::Later(error.to_string()),
            OutboundError::Refused { .. } | OutboundError::TooLarge { .. } => Self::Never(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_goes_to_the_carrier_or_to_whom_it_was_stored_for() {
        let api = "https://api.in.exotel.com";
        let asked = |named: &str, host: &str| place(named, host).ok();
        let (at, path) = asked("https://recordings.exotel.com/exotelrecordings/a%20b.mp3?x=1", api).unwrap();
        assert_eq!((at.as_str(), path.as_str()), ("https://recordings.exotel.com", "/exotelrecordings/a%20b.mp3?x=1"));
        for fine in ["https://exotel.com/x", "https://RECORDINGS.Exotel.com/x", "https://a.b.exotel.com:443/x"] {
            assert!(asked(fine, api).is_some(), "{fine}");
        }
        for foreign in [
            "https://recordings.exotel.com.evil.example/x.mp3",
            "https://evilexotel.com/x.mp3",
            "https://recordings.exotel.com@evil.example/x.mp3",
            "https://u:p@recordings.exotel.com/x.mp3",
            "https://evil.example/recordings.exotel.com/x.mp3",
            "https://evil.example#recordings.exotel.com",
            "https://evil.example\\.exotel.com/x.mp3",
            "http://recordings.exotel.com/x.mp3",
            "https://recordings.exotel.com:8443/x.mp3",
            "https://127.0.0.1/x.mp3",
            "https://[::1]/x.mp3",
            "file:///etc/exotel.com",
            "data:audio/mpeg;base64,SUQz",
            "exotel.com",
            "",
        ] {
            assert_eq!(asked(foreign, api), None, "{foreign}");
        }
        // The operator's own proxy of the carrier, and nothing beside it.
        let proxy = "http://10.0.0.7:8099";
        assert!(asked("http://10.0.0.7:8099/r/x.mp3", proxy).is_some());
        for beside in ["http://10.0.0.7:8098/x", "https://10.0.0.7:8099/x", "http://10.0.0.8:8099/x"] {
            assert_eq!(asked(beside, proxy), None, "{beside}");
        }
        assert!(asked("https://calls.example/x", "calls.example").is_some(), "typed without a scheme");
        assert_eq!(asked("data:x", "data:y"), None, "two addresses without a host are not one");
    }

    #[test]
    fn sound_is_known_by_its_first_bytes() {
        assert_eq!(audio(b"RIFF\x24\0\0\0WAVEfmt "), Some("audio/wav"));
        assert_eq!(audio(b"ID3\x04"), Some("audio/mpeg"));
        assert_eq!(audio(&[0xFF, 0xFB, 0x90, 0]), Some("audio/mpeg"));
        assert_eq!(audio(&[0xFF, 0xF3, 0x48, 0]), Some("audio/mpeg"));
        assert_eq!(audio(b"OggS\0"), Some("audio/ogg"));
        for other in [&b"<html>"[..], b"", b"RIFF\x24\0\0\0AVI ", b"{\"RestException\":{}}", &[0xFF, 0xFE, 0x3C, 0]] {
            assert_eq!(audio(other), None, "{other:?}");
        }
    }

    #[test]
    fn nine_tries_take_two_hours() {
        let waited: i64 = (1..TRIES).map(back_off_ms).sum();
        assert_eq!(waited, 255 * 30 * SECOND);
    }
}
