//! `/connect`: whom the carrier dials. The member who was claimed on the
//! stream, else the next best; each further question of the same call gives the
//! last one up, and an empty list ends in voicemail.

use super::hook::{self, Known};
use crate::finish::rescue;
use crate::live::Telephony;
use crate::state::App;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use caly_carriers::exotel::answers::{ConnectAnswer, Person};
use caly_carriers::exotel::legs;
use caly_core::event::Speaker;
use caly_core::outcome::{CallState, Outcome};
use caly_core::privacy::{Country, canonical_number};
use caly_core::rescue::{Brief, RING_S, TALK_S, brief};
use caly_store::{Call, Claim, NextPerson, StoreError};
use std::sync::Arc;

/// Whom to dial, in the form that was asked for.
pub async fn connect(
    State(app): State<App>,
    Extension(tel): Extension<Arc<Telephony>>,
    Path(hook_key): Path<String>,
    request: Request,
) -> Response {
    let known = match hook::known(&app, &tel, &hook_key, request).await {
        Ok(known) => known,
        Err(answer) => return answer,
    };
    let answer = match tokio::time::timeout_at(known.until, whom(&app, &known)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(e)) => {
            tracing::warn!(hook.error = %e, "connect without the database; the fallback number is the safe branch");
            fallback(&known)
        }
        Err(_) => {
            tracing::warn!("the database was too slow for connect; the fallback number is the safe branch");
            fallback(&known)
        }
    };
    if known.versioned {
        Json(answer).into_response()
    } else {
        // "Dial Whom": plain text, empty for nobody.
        let numbers = answer.destination.numbers.join(",");
        ([(header::CONTENT_TYPE, "text/plain")], numbers).into_response()
    }
}

/// Without an open row nobody can be claimed; somebody is rung all the same.
fn fallback(known: &Known) -> ConnectAnswer {
    match &known.channel.fallback_number {
        Some(number) => ConnectAnswer::fallback(number),
        None => ConnectAnswer::nobody(),
    }
}

async fn whom(app: &App, known: &Known) -> Result<ConnectAnswer, StoreError> {
    // Kept for the record. It is not answered from there: the same words
    // again may be about the next attempt.
    hook::remember(app, known, "connect").await?;
    let Some(sid) = &known.call.call_sid else { return Ok(fallback(known)) };
    let Some(call) = app.store.call_by_carrier_id(&known.scope, sid).await? else {
        return Ok(fallback(known));
    };
    if broke_off(&call) {
        return Ok(fallback(known));
    }
    let now = app.clock.now();
    if matches!(call.state, CallState::New | CallState::Routed | CallState::Streaming) {
        // The stream never came, failed, or broke off before we noticed: the
        // caller was not served, and no agent will end this call.
        app.store.hand_off(&known.scope, call.id, now).await?;
    }
    // Before anybody is claimed: whoever is dialled then is told at once.
    let line = line(app, known, &call).await?;
    let failed = legs::failed_attempt(&known.call).and_then(|(number, why)| Some((e164(&number)?, why)));
    match app.store.next_person(&known.scope, call.id, failed, app.chance.seed(), now).await? {
        NextPerson::Dial(claim) => Ok(dial(app, known, &claim, &line)),
        NextPerson::Nobody => {
            rescue::settle(app, &known.scope, call.id).await?;
            // The agent's end may have come between.
            let broke_off = broke_off(&app.store.call(&known.scope, call.id).await?);
            Ok(if broke_off { fallback(known) } else { ConnectAnswer::nobody() })
        }
    }
}

/// It ended without an agent or a person, and the caller is still there: its
/// row is told and claims nobody any more.
fn broke_off(call: &Call) -> bool {
    call.state == CallState::Ended && call.outcome == Some(Outcome::Failed)
}

fn dial(app: &App, known: &Known, claim: &Claim, line: &str) -> ConnectAnswer {
    let dialled = known.call.to.as_deref().and_then(e164).or_else(|| known.channel.number.clone());
    let events = format!("{}/exotel/{}/dial-event", app.config.public_url, known.hook_key);
    ConnectAnswer::person(&Person {
        number: &claim.number,
        dialled: dialled.as_deref(),
        brief: Some(line),
        ring_s: RING_S,
        talk_s: TALK_S,
        events_url: &events,
    })
}

/// The line that the person hears first.
async fn line(app: &App, known: &Known, call: &Call) -> Result<String, StoreError> {
    let company = app.store.client(known.scope.client).await?.name;
    let turns = app.store.turns(&known.scope, call.id).await?;
    // The caller's longest turn says what it is about, better than his last,
    // which asks for a person.
    let said = turns.iter().filter(|t| t.speaker == Speaker::Caller).max_by_key(|t| t.text.len());
    Ok(brief(&Brief {
        company: &company,
        agent: app.catalogue.agent(call.agent).map_or("the agent", |a| a.name.as_str()),
        reason: call.escalation_reason,
        caller: None,
        words: said.map(|t| t.text.as_str()),
    }))
}

/// A number as claims have it.
pub(super) fn e164(number: &str) -> Option<String> {
    canonical_number(number, Country::In)
}
