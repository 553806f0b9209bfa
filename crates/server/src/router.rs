//! Every URL of Caly on one page. Who may call what is the table of
//! `auth/permit.rs`; what is not in it is refused.

use crate::auth::{clients, guard, login, own_password, resets, sessions};
use crate::board::{dashboard, feed};
use crate::error::Problem;
use crate::manage::{
    agents, api_keys, appointments, assignments, audit, calls, channel_requests, channels, company, correct_call,
    doctors, edit_channel, edit_member, export, invitations, jobs, members, performance, recordings, rehearsals,
    rescues, rules, sectors, setup, summary, talks, tasks, teams,
};
use crate::state::App;
use crate::{docs, edge, health, openapi, web};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The largest body of an API request.
const BODY_LIMIT: usize = 1024 * 1024;

/// The routes of the OpenAPI document.
#[must_use]
pub fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // service
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        .routes(routes!(openapi::serve))
        // who
        .routes(routes!(login::login))
        .routes(routes!(login::logout))
        .routes(routes!(login::me))
        .routes(routes!(own_password::change_password))
        .routes(routes!(sessions::list_sessions, sessions::end_sessions))
        .routes(routes!(sessions::end_session))
        .routes(routes!(clients::list_clients))
        .routes(routes!(clients::enter_client))
        .routes(routes!(resets::ask_reset))
        .routes(routes!(resets::use_reset))
        .routes(routes!(invitations::look))
        .routes(routes!(invitations::accept))
        .routes(routes!(setup::setup_state, setup::set_up))
        // team
        .routes(routes!(members::list_team, teams::make_team))
        .routes(routes!(teams::list_teams))
        .routes(routes!(teams::rename_team, teams::remove_team))
        .routes(routes!(summary::team_summary))
        .routes(routes!(members::add_member))
        .routes(routes!(members::read_member, edit_member::edit_member, edit_member::deactivate_member))
        .routes(routes!(invitations::invite, invitations::withdraw))
        .routes(routes!(resets::make_reset))
        .routes(routes!(assignments::assign_agents))
        .routes(routes!(assignments::list_assignments))
        .routes(routes!(performance::member_performance))
        .routes(routes!(agents::list_agents))
        // calls and what follows from them
        .routes(routes!(calls::list_calls))
        .routes(routes!(export::export_calls))
        .routes(routes!(calls::read_call))
        .routes(routes!(recordings::hear_recording))
        .routes(routes!(correct_call::correct_outcome))
        .routes(routes!(rescues::dispose_call))
        .routes(routes!(tasks::list_tasks))
        .routes(routes!(tasks::claim_task))
        .routes(routes!(tasks::release_task))
        .routes(routes!(tasks::finish_task))
        .routes(routes!(channels::list_channels, edit_channel::make_channel))
        .routes(routes!(edit_channel::edit_channel))
        .routes(routes!(edit_channel::rotate_key))
        .routes(routes!(channel_requests::list_requests))
        .routes(routes!(rules::read_rules, rules::put_rules))
        .routes(routes!(channels::set_carrier))
        .routes(routes!(rehearsals::place_rehearsal))
        .routes(routes!(talks::place_talk))
        // settings
        .routes(routes!(company::read_company, company::put_company))
        .routes(routes!(jobs::list_jobs))
        .routes(routes!(jobs::retry_job))
        .routes(routes!(sectors::list_sectors, sectors::save_sector))
        .routes(routes!(sectors::read_sector))
        .routes(routes!(sectors::try_sector))
        .routes(routes!(api_keys::list_api_keys, api_keys::make_api_key))
        .routes(routes!(api_keys::revoke_api_key))
        .routes(routes!(audit::list_audit))
        .merge(clinic_routes())
        // boards
        .routes(routes!(dashboard::dashboard))
        .routes(routes!(feed::events))
}

/// The clinic's book.
fn clinic_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(doctors::list_doctors, doctors::add_doctor))
        .routes(routes!(doctors::put_doctor))
        .routes(routes!(appointments::list_appointments))
        .routes(routes!(appointments::cancel_appointment))
}

/// The whole server: the API behind its guard, then `hooks` (the carriers'
/// routes, which bring their own keys), the API browser and the pages.
pub fn build(app: App, hooks: Router<App>) -> Router {
    let api: Router<App> = api_routes().into();
    api.route_layer(from_fn_with_state(App::clone(&app), guard::guard))
        .merge(hooks)
        .merge(docs::routes())
        .fallback(web::elsewhere)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(App::clone(&app), edge::edge))
        .with_state(app)
}

async fn wrong_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        "This address does not take this method; the Allow header and GET /api/openapi.json say which it takes.",
    )
}

#[cfg(test)]
mod tests;
