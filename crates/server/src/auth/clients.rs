//! `GET /api/auth/clients`, `POST /api/auth/client`: a login that belongs to
//! several clients sees them and goes from one to another.

use crate::auth::caller::Caller;
use crate::auth::entry::{LoginAnswer, Ticket, place, view};
use crate::auth::guard::Who;
use crate::bus::Note;
use crate::error::{Problem, ProblemBody};
use crate::extract::Body;
use crate::manage::words;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use caly_core::id::ClientId;
use caly_core::member::{MemberStatus, Role};
use caly_core::scope::Scope;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The clients in which a login is an active member.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnClients {
    /// The one used last first.
    pub clients: Vec<OwnClient>,
}

/// A client and what the login may do there.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnClient {
    /// The client.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What the person may do there.
    #[schema(value_type = words::Role)]
    pub role: Role,
    /// Whether this session is in it.
    pub current: bool,
}

/// Where to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterClient {
    /// One of `GET /api/auth/clients`.
    pub client_id: String,
}

/// List my clients.
#[utoipa::path(get, path = "/api/auth/clients", tag = "auth",
    responses((status = 200, body = OwnClients), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn list_clients(State(app): State<App>, who: Who) -> Result<Json<OwnClients>, Problem> {
    let mut clients = Vec::new();
    for of in app.store.memberships(who.user()?).await? {
        let member = app.store.member(&Scope::system(of.client), of.member).await?;
        if member.status == MemberStatus::Active {
            let (id, current) = (of.client.to_string(), of.client == who.client.id);
            clients.push(OwnClient { id, name: of.client_name, role: member.role, current });
        }
    }
    Ok(Json(OwnClients { clients }))
}

/// Go to another of my clients: a new token, and the old session ends.
#[utoipa::path(post, path = "/api/auth/client", tag = "auth", request_body = EnterClient,
    responses((status = 200, body = LoginAnswer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn enter_client(
    State(app): State<App>,
    who: Who,
    caller: Caller,
    Body(ask): Body<EnterClient>,
) -> Result<Response, Problem> {
    let wanted: ClientId = ask.client_id.parse().map_err(|why| Problem::invalid("client_id", format!("{why}.")))?;
    let user = app.store.user(who.user()?).await?;
    let (client, member) =
        place(&app, user.id, Some(wanted)).await?.ok_or_else(|| Problem::not_found("client").at("client_id"))?;
    let ticket = Ticket::mint(&app, &caller, (client.id, client.sector), member.id, user.id);
    app.store.switch_session(&who.session, ticket.session.clone(), app.clock.now()).await?;
    app.bus.tell(Note::Sessions(user.id));
    Ok(ticket.answer(&app, StatusCode::OK, view(&user, &client, &member)))
}
