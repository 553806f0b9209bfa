//! HIPAA mode, a setting of the healthcare sector: who looked at a call is
//! written down, and where a carrier keeps a recording is not.

use crate::state::AppState;
use crate::vault::VaultError;
use caly_core::scope::Scope;
use caly_core::sector::Sector;

/// The setting's key in `catalog/sectors/healthcare.toml`.
const FIELD: &str = "hipaa_mode";

/// Names under which a carrier tells where a recording lies.
pub const RECORDINGS: &[&str] = &["RecordingUrl", "Stream[RecordingUrl]", "Stream[StreamRecordingUrl]", "Stream"];

/// Whether the client has switched it on.
///
/// # Errors
/// [`VaultError`] when the settings cannot be read: then nobody knows, and the
/// caller of this must not go on as if it were off.
pub async fn is_on(app: &AppState, scope: &Scope) -> Result<bool, VaultError> {
    let Some(entry) = app.catalogue.sector(Sector::Healthcare) else { return Ok(false) };
    let states = app.vault.states(scope, entry).await?;
    Ok(states.iter().any(|s| s.field == FIELD && s.value.as_deref() == Some("true")))
}
