//! `wss …/talk/{token}`: a browser's audio socket. The token is all that it
//! brings: made by `POST /api/talks`, good once, for a minute.

use super::hook;
use super::stream::{self, sized};
use crate::auth::session::hash as token_hash;
use crate::live::Telephony;
use crate::live::socket::{self, Admitted, Ticket};
use crate::state::App;
use axum::Extension;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use caly_core::outcome::ChannelKind;
use caly_core::scope::{Actor, Scope};
use caly_store::StoreError;
use std::sync::Arc;

/// Upgrades for a token that holds; 404 before the upgrade for any other.
pub async fn talk(
    State(app): State<App>,
    Extension(tel): Extension<Arc<Telephony>>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    match admitted(&app, &token, query.as_deref()).await {
        Ok(Some(admitted)) => {
            sized(upgrade).on_upgrade(move |socket| socket::run(app, tel, Box::new(admitted), socket))
        }
        Ok(None) => {
            tracing::warn!(security.event = "bad_talk_token", "a browser came with a token that does not hold");
            hook::nobody()
        }
        Err(e) => {
            tracing::warn!(stream.error = %e, "a talk could not be admitted");
            hook::nobody()
        }
    }
}

async fn admitted(app: &App, token: &str, query: Option<&str>) -> Result<Option<Admitted>, StoreError> {
    let Some(claimed) = app.store.claim_stream(&token_hash(token), app.clock.now()).await? else { return Ok(None) };
    let scope = Scope { client: claimed.client, actor: Actor::Carrier(claimed.channel) };
    let channel = app.store.channel(&scope, claimed.channel).await?;
    if channel.kind != ChannelKind::Browser {
        // A carrier's token is for the carrier's address and its key.
        return Ok(None);
    }
    let ticket = Ticket::Call(Box::new(app.store.call(&scope, claimed.call).await?));
    let rate = stream::rate(query);
    Ok(Some(Admitted { scope, channel, ticket, hook_key: String::new(), rate }))
}
