//! What a carrier recorded of a call: named by a hook, fetched by a job, kept
//! sealed. This crate sees no sound in clear: the server's vault seals and opens.

use crate::Store;
use crate::calls;
use crate::error::{Result, StoreError};
use crate::jobs::FETCH_RECORDING;
use crate::sql::{DbRow, Tx, args};
use crate::words::RecordingKind;
use caly_core::id::{CallId, ClientId};
use caly_core::scope::Scope;
use caly_core::time::At;

/// A recording with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Where the carrier keeps it.
    pub url: String,
    /// What was fetched; none until then.
    pub fetched: Option<Fetched>,
}

/// What was fetched of a recording. `Debug` hides the bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    /// `audio/mpeg`, `audio/wav` or `audio/ogg`, by its own bytes.
    pub content_type: String,
    /// How many bytes it has in clear.
    pub bytes: i64,
    /// As the vault sealed it.
    pub sealed: Vec<u8>,
}

impl std::fmt::Debug for Fetched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetched").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// How far a recording is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It is being fetched, or will be.
    Pending,
    /// It is here.
    Ready,
    /// It was given up, and why.
    Failed(String),
}

/// A recording without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingState {
    /// Of what.
    pub kind: RecordingKind,
    /// How far it is.
    pub progress: Progress,
}

/// A job that was done and left no recording says that there is to be none.
const STATES: &str = "SELECT r.kind, r.fetched_at, j.state, j.reason FROM recordings r \
     LEFT JOIN jobs j ON j.client_id = r.client_id AND j.kind = $3 AND j.ref = r.call_id || '/' || r.kind \
     WHERE r.client_id = $1 AND r.call_id = $2 AND (r.fetched_at IS NOT NULL OR j.state <> 'done') ORDER BY r.kind";

impl Store {
    /// The carrier names where a recording of the call will be: it is fetched
    /// by a job of the same transaction. The first address of a kind stands.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (call).
    pub async fn expect_recording(
        &self,
        scope: &Scope,
        of: CallId,
        kind: RecordingKind,
        url: &str,
        now: At,
    ) -> Result<()> {
        self.write(scope, (scope.client, of, kind, url.to_owned(), now), |tx, (client, of, kind, url, now)| {
            Box::pin(async move {
                calls::find(tx, *client, *of).await?;
                expect(tx, *client, *of, *kind, url, *now).await
            })
        })
        .await
    }

    /// Every recording of a call and how far it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (call).
    pub async fn recordings(&self, scope: &Scope, of: CallId) -> Result<Vec<RecordingState>> {
        self.read(scope, (scope.client, of), |tx, (client, of)| {
            Box::pin(async move {
                calls::find(tx, *client, *of).await?;
                let rows = tx.all(STATES, args![client, of, FETCH_RECORDING]).await?;
                rows.iter().map(state).collect()
            })
        })
        .await
    }

    /// One recording with its bytes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (call or recording).
    pub async fn recording(&self, scope: &Scope, of: CallId, kind: RecordingKind) -> Result<Recording> {
        self.read(scope, (scope.client, of, kind), |tx, (client, of, kind)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "SELECT url, content_type, bytes, sealed FROM recordings \
                         WHERE client_id = $1 AND call_id = $2 AND kind = $3",
                        args![client, of, kind],
                    )
                    .await?;
                recording(&row.ok_or(StoreError::NotFound("recording"))?)
            })
        })
        .await
    }

    /// Stores what was fetched and marks its job done, together. What was
    /// stored before stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (recording).
    pub async fn put_recording(
        &self,
        scope: &Scope,
        of: CallId,
        kind: RecordingKind,
        fetched: Fetched,
        now: At,
    ) -> Result<()> {
        self.write(scope, (scope.client, of, kind, fetched, now), |tx, (client, of, kind, fetched, now)| {
            Box::pin(async move {
                let n = tx
                    .exec(
                        "UPDATE recordings SET content_type = COALESCE(content_type, $4), \
                         bytes = COALESCE(bytes, $5), sealed = COALESCE(sealed, $6), \
                         fetched_at = COALESCE(fetched_at, $7) \
                         WHERE client_id = $1 AND call_id = $2 AND kind = $3",
                        args![client, of, kind, &fetched.content_type, fetched.bytes, &fetched.sealed, now],
                    )
                    .await?;
                if n == 0 {
                    return Err(StoreError::NotFound("recording"));
                }
                tx.exec(
                    "UPDATE jobs SET state = 'done', reason = NULL WHERE client_id = $1 AND kind = $2 AND ref = $3",
                    args![client, FETCH_RECORDING, reference(*of, *kind)],
                )
                .await?;
                Ok(())
            })
        })
        .await
    }
}

/// The reference of a recording's job.
fn reference(of: CallId, kind: RecordingKind) -> String {
    format!("{of}/{}", kind.word())
}

/// What a job's reference names; `None` when it names nothing.
#[must_use]
pub fn referred(reference: &str) -> Option<(CallId, RecordingKind)> {
    let (call, kind) = reference.split_once('/')?;
    Some((call.parse().ok()?, RecordingKind::from_word(kind)?))
}

/// The row and its job, in the transaction of whatever named the address.
pub(crate) async fn expect(
    tx: &mut Tx<'_>,
    client: ClientId,
    of: CallId,
    kind: RecordingKind,
    url: &str,
    now: At,
) -> Result<()> {
    let new = tx
        .exec(
            "INSERT INTO recordings (client_id, call_id, kind, url, named_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (client_id, call_id, kind) DO NOTHING",
            args![client, of, kind, url, now],
        )
        .await?;
    if new > 0 {
        tx.exec(
            "INSERT INTO jobs (client_id, kind, ref, body, state, due_at, created_at) \
             VALUES ($1, $2, $3, '{}', 'waiting', $4, $4)",
            args![client, FETCH_RECORDING, reference(of, kind), now],
        )
        .await?;
    }
    Ok(())
}

fn state(row: &DbRow) -> Result<RecordingState> {
    let fetched: Option<At> = row.opt("fetched_at")?;
    let job: Option<String> = row.opt("state")?;
    let progress = match (fetched, job.as_deref()) {
        (Some(_), _) => Progress::Ready,
        (None, Some("parked")) => Progress::Failed(row.opt("reason")?.unwrap_or_default()),
        (None, _) => Progress::Pending,
    };
    Ok(RecordingState { kind: row.get("kind")?, progress })
}

fn recording(row: &DbRow) -> Result<Recording> {
    let sealed: Option<Vec<u8>> = row.opt("sealed")?;
    let fetched = match sealed {
        Some(sealed) => Some(Fetched { content_type: row.get("content_type")?, bytes: row.get("bytes")?, sealed }),
        None => None,
    };
    Ok(Recording { url: row.get("url")?, fetched })
}
