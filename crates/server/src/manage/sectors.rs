//! `/api/sector-config`: what each sector's agents need from outside, as a list
//! of fields that a browser can draw, and what this client has set.

mod probe;
mod wire;

pub use wire::{Choice, ConfigSaved, FieldView, LinkedGroup, SectorConfig, SectorLine, Sectors, SettingView, Tried};

use crate::auth::guard::Who;
use crate::error::{FieldProblem, Problem, ProblemBody};
use crate::extract::{Body, Id};
use crate::manage::words;
use crate::outbound::Allow;
use crate::state::{App, AppState};
use crate::vault::{Changes, VaultError};
use axum::Json;
use axum::extract::State;
use caly_core::agent::{FieldKind, SectorEntry};
use caly_core::member::Role;
use caly_core::sector::Sector;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Settings of a sector to write.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfigAsk {
    /// The sector's word.
    #[schema(value_type = words::Sector)]
    pub sector: String,
    /// By field: a text (or true/false) replaces, null removes, what is not
    /// named stays.
    #[schema(value_type = Object)]
    pub config: BTreeMap<String, Value>,
}

/// Settings to try out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryAsk {
    /// As in `POST /api/sector-config`, laid over what is stored; not saved.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub config: BTreeMap<String, Value>,
}

/// List the sectors.
#[utoipa::path(get, path = "/api/sector-config", tag = "settings",
    responses((status = 200, body = Sectors), (status = 401, body = ProblemBody)))]
pub async fn list_sectors(State(app): State<App>, who: Who) -> Result<Json<Sectors>, Problem> {
    let mut sectors = Vec::new();
    for entry in app.catalogue.sectors() {
        let stored = app.store.settings(&who.scope, entry.sector).await?;
        // What the operator's catalogue no longer names is kept, but no field.
        let set = stored.iter().filter(|s| entry.fields.iter().any(|f| f.key == s.field)).count();
        sectors.push(wire::line(app.catalogue, entry, set, entry.sector == who.client.sector));
    }
    Ok(Json(Sectors { sectors }))
}

/// Read a sector's fields, settings and agents.
#[utoipa::path(get, path = "/api/sector-config/{sector}", tag = "settings", params(("sector" = words::Sector, Path, description = "A sector's word, such as ecommerce")),
    responses((status = 200, body = SectorConfig), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn read_sector(
    State(app): State<App>,
    who: Who,
    Id(word): Id<String>,
) -> Result<Json<SectorConfig>, Problem> {
    let entry = known(&app, &word)?;
    Ok(Json(config(&app, &who, entry).await?))
}

/// Write a sector's settings, all or none.
#[utoipa::path(post, path = "/api/sector-config", tag = "settings", request_body = ConfigAsk,
    responses((status = 200, body = ConfigSaved), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn save_sector(
    State(app): State<App>,
    who: Who,
    Body(ask): Body<ConfigAsk>,
) -> Result<Json<ConfigSaved>, Problem> {
    let entry = known(&app, &ask.sector)?;
    let changes = changes(ask.config)?;
    secrets_are_the_owners(&who, entry, &changes)?;
    fit(&app, &who, entry, &changes).await?;
    app.vault.put(&who.scope, entry, changes).await.map_err(refused)?;
    Ok(Json(ConfigSaved { message: "Saved.".into(), config: config(&app, &who, entry).await? }))
}

/// Try a sector's settings against the real thing; nothing is saved.
#[utoipa::path(post, path = "/api/sector-config/{sector}/test", tag = "settings", params(("sector" = words::Sector, Path, description = "A sector's word, such as ecommerce")),
    request_body = TryAsk,
    responses((status = 200, body = Tried), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn try_sector(
    State(app): State<App>,
    who: Who,
    Id(word): Id<String>,
    Body(ask): Body<TryAsk>,
) -> Result<Json<Tried>, Problem> {
    let entry = known(&app, &word)?;
    let typed = changes(ask.config)?;
    secrets_are_the_owners(&who, entry, &typed)?;
    fit(&app, &who, entry, &typed).await?;
    let values = app.vault.as_if(&who.scope, entry, typed).await.map_err(refused)?;
    let allow = Allow::new(&app.config.outbound_allow);
    let results = probe::all(entry, &values, &allow, &app.config.stripe_url).await;
    Ok(Json(Tried { ok: !results.is_empty() && results.iter().all(|r| r.ok), results }))
}

async fn config(app: &AppState, who: &Who, entry: &SectorEntry) -> Result<SectorConfig, Problem> {
    let states = app.vault.states(&who.scope, entry).await.map_err(refused)?;
    let channels = app.store.channels(&who.scope).await?;
    let here = channels.into_iter().filter(|c| c.sector == entry.sector).collect();
    Ok(wire::config(app.catalogue, entry, states, here))
}

fn known<'a>(app: &'a AppState, word: &str) -> Result<&'a SectorEntry, Problem> {
    Sector::from_word(word).and_then(|sector| app.catalogue.sector(sector)).ok_or_else(|| {
        let names: Vec<&str> = app.catalogue.sectors().iter().map(|s| s.sector.word()).collect();
        Problem::new(
            axum::http::StatusCode::NOT_FOUND,
            "unknown_sector",
            format!("There is no sector \"{}\"; the sectors are {}.", shortened(word), names.join(", ")),
        )
        .at("sector")
    })
}

/// What somebody typed, in an answer: not longer than a line.
fn shortened(word: &str) -> String {
    word.chars().filter(|c| !c.is_control()).take(40).collect()
}

fn changes(config: BTreeMap<String, Value>) -> Result<Changes, Problem> {
    let mut changes = Changes::new();
    let mut errors = Vec::new();
    for (field, value) in config {
        match value {
            Value::Null => drop(changes.insert(field, None)),
            Value::String(text) => drop(changes.insert(field, Some(text.trim().to_owned().into()))),
            Value::Bool(on) => drop(changes.insert(field, Some(on.to_string().into()))),
            _ => errors.push(FieldProblem { field, detail: "A text, true, false or null.".into() }),
        }
    }
    if errors.is_empty() { Ok(changes) } else { Err(Problem::invalid_fields(errors)) }
}

/// A manager runs the settings, the owner holds the keys.
fn secrets_are_the_owners(who: &Who, entry: &SectorEntry, changes: &Changes) -> Result<(), Problem> {
    let secret = |key: &String| entry.fields.iter().any(|f| f.key == *key && f.kind == FieldKind::Password);
    match changes.keys().find(|key| secret(key)) {
        Some(field) if who.role != Role::Owner => {
            Err(Problem::forbidden("Secrets are entered by the owner; send the other fields without it.").at(field))
        }
        _ => Ok(()),
    }
}

async fn fit(app: &AppState, who: &Who, entry: &SectorEntry, changes: &Changes) -> Result<(), Problem> {
    let faults = app.vault.faults(&who.scope, entry, changes).await.map_err(refused)?;
    if faults.is_empty() {
        return Ok(());
    }
    let errors = faults.into_iter().map(|f| FieldProblem { field: f.field, detail: f.hint }).collect();
    Err(Problem::invalid_fields(errors))
}

fn refused(error: VaultError) -> Problem {
    match error {
        VaultError::Store(error) => error.into(),
        VaultError::UnknownField(field) => Problem::invalid(field, "There is no such setting in this sector."),
        VaultError::DoesNotFit { field, hint } => Problem::invalid(field, hint),
        VaultError::Sealed(sealed) => Problem::internal(sealed),
    }
}
