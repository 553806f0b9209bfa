//! `GET` and `POST /api/setup`: a client is made with the link that the
//! operator's console shows. There is no default account.

use crate::auth::caller::Caller;
use crate::auth::entry::{LoginAnswer, Ticket, view};
use crate::auth::links::over;
use crate::auth::session;
use crate::error::{Problem, ProblemBody};
use crate::extract::Body;
use crate::manage::invitations::Newcomer;
use crate::manage::{fields, words};
use crate::state::{App, AppState};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use caly_core::id::{ClientId, MemberId, Proficiency};
use caly_core::member::Role;
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_core::time::Zone;
use caly_store::{LinkKind, NewAssignment, NewClient, NewMember, SetUp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The first team's name; people rename it.
const FIRST_TEAM: &str = "Front desk";
/// How well the owner does at first with every agent of the sector.
const FIRST_PROFICIENCY: i64 = 50;
/// Open calls that the owner may own at once.
const OPEN_LIMIT: i64 = 10;

/// Whether this Caly waits for its first client.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupState {
    /// True until a client exists.
    pub needed: bool,
}

/// A company and its first owner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUpClient {
    /// What stood behind `#` in the link of the console.
    pub token: String,
    /// The company's name.
    pub company: String,
    /// Its line of business.
    #[schema(value_type = words::Sector)]
    pub sector: Sector,
    /// IANA name of the zone in which its days are cut, such as `Asia/Kolkata`.
    pub zone: String,
    /// The owner's name.
    pub name: String,
    /// The owner's address.
    #[schema(format = Email)]
    pub email: String,
    /// A new password of at least 12 characters, or that of the login which
    /// this address has already.
    #[schema(format = Password, max_length = 1024)]
    pub password: String,
}

/// Is there a client yet?
#[utoipa::path(get, path = "/api/setup", tag = "service", security(()), responses((status = 200, body = SetupState)))]
pub async fn setup_state(State(app): State<App>) -> Result<Json<SetupState>, Problem> {
    Ok(Json(SetupState { needed: app.store.clients().await?.is_empty() }))
}

/// Make a client with its first owner, who is logged in.
#[utoipa::path(post, path = "/api/setup", tag = "service", security(()), request_body = SetUpClient,
    responses((status = 201, body = LoginAnswer), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn set_up(State(app): State<App>, caller: Caller, Body(ask): Body<SetUpClient>) -> Result<Response, Problem> {
    app.login_limits.check_address(caller.address)?;
    let token = session::hash(&ask.token);
    app.store.link(LinkKind::Setup, &token, app.clock.now()).await?.ok_or_else(over)?;
    let email = fields::email(&ask.email)?;
    app.login_limits.check_account(&email)?;
    let (name, company) = (fields::line("name", &ask.name)?, fields::line("company", &ask.company)?);
    let zone = zone(&ask.zone)?;
    let newcomer = Newcomer { email: &email, name: name.clone(), company: &company };
    let login = newcomer.login(&app, &ask.password).await?;
    let now = app.clock.now();
    let id = ClientId(app.chance.id(now));
    let ticket = Ticket::mint(&app, &caller, (id, ask.sector), MemberId(1), login.user());
    let new = SetUp {
        client: NewClient { id, name: company, sector: ask.sector, zone, is_demo: false },
        team: FIRST_TEAM.to_owned(),
        owner: owner(email, name),
        login,
        agents: agents(&app, ask.sector)?,
        session: ticket.session.clone(),
    };
    let member = app.store.set_up(&Scope::system(id), &token, new, now).await?;
    let (user, client) = (app.store.user(ticket.session.user).await?, app.store.client(id).await?);
    tracing::info!(client.id = %id, "a client was set up");
    Ok(ticket.answer(&app, StatusCode::CREATED, view(&user, &client, &member)))
}

fn zone(name: &str) -> Result<String, Problem> {
    Zone::named(name).map_err(|why| Problem::invalid("zone", format!("{why}.")))?;
    Ok(name.to_owned())
}

/// Alone in his company, the owner answers for its calls until others join.
fn owner(email: String, name: String) -> NewMember {
    NewMember {
        team: None,
        email,
        name: Some(name),
        title: None,
        phone: None,
        role: Role::Owner,
        takes_calls: true,
        open_limit: OPEN_LIMIT,
    }
}

fn agents(app: &AppState, sector: Sector) -> Result<Vec<NewAssignment>, Problem> {
    let proficiency = Proficiency::new(FIRST_PROFICIENCY).map_err(Problem::internal)?;
    Ok(app.catalogue.in_sector(sector).map(|agent| NewAssignment { agent: agent.id, proficiency }).collect())
}
