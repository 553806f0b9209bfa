//! `GET /api/calls/export`: calls as a table for spreadsheets, page by page, so
//! that a year of them needs no more memory than a day.

use crate::auth::guard::Who;
use crate::error::{Problem, ProblemBody};
use crate::extract::Ask;
use crate::finish::complete_call;
use crate::manage::calls::{CallView, CallsAsk, filter, view};
use crate::state::App;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use caly_core::id::MemberId;
use caly_core::scope::Scope;
use caly_core::time::Zone;
use caly_store::{Call, CallCursor, CallFilter, MemberFilter, StoreError};
use futures::Stream;
use std::collections::HashMap;

/// Rows read at once.
const PAGE: i64 = 200;
const HEAD: [&str; 21] = [
    "call_id",
    "started_at",
    "started_local",
    "ended_at",
    "channel_id",
    "caller_number",
    "owner_id",
    "owner",
    "rescuer_id",
    "rescuer",
    "agent_id",
    "agent",
    "outcome",
    "resolved",
    "escalated",
    "escalation_reason",
    "handling_seconds",
    "agent_seconds",
    "member_seconds",
    "waiting_seconds",
    "customer_satisfaction",
];

/// Calls as CSV (RFC 4180, UTF-8), newest first. Takes the filters of
/// `GET /api/calls`; its `cursor` and `limit` are not for this.
#[utoipa::path(get, path = "/api/calls/export", tag = "calls", params(CallsAsk),
    responses((status = 200, description = "A header line and a line a call", content_type = "text/csv", body = String),
        (status = 400, body = ProblemBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn export_calls(State(app): State<App>, who: Who, Ask(ask): Ask<CallsAsk>) -> Result<Response, Problem> {
    if ask.cursor.is_some() || ask.limit.is_some() {
        return Err(Problem::bad_request(
            "bad_query",
            "An export holds every call of its filters; leave cursor and limit out.",
        ));
    }
    let filter = filter(&who, &ask)?;
    let table = Table {
        names: names(&app, &who.scope).await?,
        zone: complete_call::zone(&app, &who.scope).await?,
        app,
        who,
        filter,
        next: Next::First,
    };
    let body = serde_json::json!({"from": ask.from, "to": ask.to, "outcome": ask.outcome, "member": ask.member,
        "agent": ask.agent, "channel": ask.channel});
    let (app, scope) = (&table.app, &table.who.scope);
    app.store.append_audit(scope, "calls.export", body, app.clock.now()).await?;
    let name = format!("attachment; filename=\"calls-{}.csv\"", table.zone.day(app.clock.now()));
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(lines(table))).into_response())
}

/// An export under way.
struct Table {
    app: App,
    who: Who,
    filter: CallFilter,
    names: HashMap<MemberId, String>,
    zone: Zone,
    next: Next,
}

enum Next {
    First,
    Below(CallCursor),
    End,
}

/// A page broke off: the download fails instead of looking complete.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Csv(#[from] csv::Error),
}

fn lines(table: Table) -> impl Stream<Item = Result<Vec<u8>, Broken>> {
    futures::stream::try_unfold(table, async |mut table| {
        let (cursor, first) = match table.next {
            Next::First => (None, true),
            Next::Below(cursor) => (Some(cursor), false),
            Next::End => return Ok(None),
        };
        let page = table.app.store.calls(&table.who.scope, table.filter.clone(), cursor, PAGE).await?;
        table.next = page.next.map_or(Next::End, Next::Below);
        let text = table.page(page.items, first)?;
        Ok(Some((text, table)))
    })
}

impl Table {
    fn page(&self, calls: Vec<Call>, first: bool) -> Result<Vec<u8>, csv::Error> {
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        if first {
            out.write_record(HEAD)?;
        }
        for call in calls {
            let local = self.zone.local(call.started_at);
            out.write_record(self.cells(view(&self.who, call), local).map(as_text))?;
        }
        out.into_inner().map_err(|e| e.into_error().into())
    }

    fn cells(&self, call: CallView, started_local: String) -> [String; HEAD.len()] {
        let agent = self.app.catalogue.agent(caly_core::id::AgentId(call.agent_id)).map(|a| a.name.clone());
        let name = |id: Option<i64>| id.and_then(|id| self.names.get(&MemberId(id)).cloned()).unwrap_or_default();
        let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let (owner, rescuer) = (name(call.owner_id), name(call.rescuer_id));
        [
            call.id,
            call.started_at,
            started_local,
            call.ended_at.unwrap_or_default(),
            call.channel_id.to_string(),
            call.caller_number.unwrap_or_default(),
            id(call.owner_id),
            owner,
            id(call.rescuer_id),
            rescuer,
            call.agent_id.to_string(),
            agent.unwrap_or(call.agent_type),
            call.outcome.map(|o| o.word().to_owned()).unwrap_or_default(),
            call.resolved.to_string(),
            call.escalated.to_string(),
            call.escalation_reason.map(|r| r.word().to_owned()).unwrap_or_default(),
            call.handling_time_seconds.to_string(),
            call.agent_seconds.to_string(),
            call.member_seconds.to_string(),
            call.waiting_seconds.to_string(),
            id(call.customer_satisfaction),
        ]
    }
}

/// A cell that a spreadsheet would run as a formula is marked as text
/// (OWASP, "CSV injection").
fn as_text(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

async fn names(app: &App, scope: &Scope) -> Result<HashMap<MemberId, String>, Problem> {
    let week = complete_call::zone(app, scope).await?.week(app.clock.now());
    let (mut names, mut cursor) = (HashMap::new(), None);
    loop {
        let page = app.store.members(scope, MemberFilter::default(), &week, cursor, PAGE).await?;
        names.extend(page.items.into_iter().map(|card| (card.member.id, card.member.name)));
        cursor = page.next;
        if cursor.is_none() {
            return Ok(names);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::as_text;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for cell in ["=1+1", "+919812345678", "-2", "@SUM(A1)", "\tx", "\r=1"] {
            assert_eq!(as_text(cell.into()), format!("'{cell}"));
        }
        for cell in ["", "Asha = 1", "2026-11-23", "98•••78"] {
            assert_eq!(as_text(cell.into()), cell);
        }
    }
}
