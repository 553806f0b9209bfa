//! `GET /api/audit`: who did what, newest first, and the head of the chain.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::Ask;
use crate::manage::page;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use caly_store::AuditEntry;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Which entries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditAsk {
    /// As the last page gave it.
    #[param(value_type = Option<String>)]
    pub cursor: Option<String>,
    /// 1-200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
}

/// A page of the audit.
#[derive(Debug, Serialize, ToSchema)]
pub struct Audit {
    /// Newest first.
    pub entries: Vec<AuditView>,
    /// For the next page; null at the end.
    pub next_cursor: Option<String>,
    /// The newest entry: who keeps its hash elsewhere can tell later whether
    /// anything before it was changed.
    pub head: Option<Head>,
}

/// One entry of the chain.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditView {
    /// Position, from 1 without holes.
    pub seq: i64,
    /// RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub at: String,
    /// `member:7`, `member:7 key:<id>`, `carrier:1` or `system`.
    pub actor: String,
    /// What, such as `member.update`.
    pub action: String,
    /// Details; never a secret.
    #[schema(value_type = Object)]
    pub body: Value,
    /// SHA-256 over this entry and the one before, hex.
    pub hash: String,
}

/// The head of the chain.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditHead)]
pub struct Head {
    /// How many entries there are.
    pub seq: i64,
    /// The last one's hash.
    pub hash: String,
}

/// List the audit.
#[utoipa::path(get, path = "/api/audit", tag = "settings", params(AuditAsk),
    responses((status = 200, body = Audit), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub async fn list_audit(State(app): State<App>, who: Who, Ask(ask): Ask<AuditAsk>) -> Result<Json<Audit>, Problem> {
    let limit = page::limit(ask.limit)?;
    let before = ask.cursor.map(|c| c.parse::<i64>().map_err(|_| page::bad_cursor())).transpose()?;
    let (page, head) = app.store.audit_page(&who.scope, before, limit).await?;
    Ok(Json(Audit {
        entries: page.items.into_iter().map(view).collect(),
        next_cursor: page.next.map(|seq| seq.to_string()),
        head: head.map(|entry| Head { seq: entry.seq, hash: entry.hash }),
    }))
}

fn view(entry: AuditEntry) -> AuditView {
    AuditView {
        seq: entry.seq,
        at: entry.at.rfc3339(),
        actor: entry.actor,
        action: entry.action,
        // Written by Caly as JSON; shown as text should it ever not be.
        body: serde_json::from_str(&entry.body).unwrap_or(Value::String(entry.body)),
        hash: entry.hash,
    }
}
