//! Calls that people should have ended by now: the carrier is asked, and where
//! it cannot be asked or does not answer, what is known decides. Only calls in
//! handoff, ringing or talking; never more questions than the carrier allows.

use super::rescue;
use super::sweeper::{EVERY, go_on};
use crate::live::Telephony;
use crate::outbound::{Allow, Outbound};
use crate::state::App;
use crate::vault::{Purpose, Sealed, VaultError};
use caly_carriers::exotel::legs::{CallDetails, call_details};
use caly_core::id::CallId;
use caly_core::outcome::CallState;
use caly_core::rescue::{ClaimState, LegEvent, RescueEnd, Unanswered};
use caly_core::scope::Scope;
use caly_core::time::{At, MINUTE, SECOND};
use caly_store::rescues::may_talk_until;
use caly_store::{Call, Channel, Claim, Rescue, StoreError};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Rounds come every five seconds and the carrier answers 200 questions a
/// minute: so many a round leave room for others.
const A_ROUND: usize = 8;
/// A carrier that does not answer is asked so often.
const TRIES: i64 = 3;
/// Between two questions about one call, and a little by chance.
const AGAIN_MS: i64 = MINUTE;
/// The same where the carrier did not answer so often, while somebody may talk.
const SELDOM_MS: i64 = 5 * MINUTE;
/// The carrier's own account of a call is there about so long after its end.
pub const SETTLES_MS: i64 = 45 * SECOND;
/// The agent's part may still be on its way to storage.
const LEDGER_MS: i64 = 30 * SECOND;

/// The carrier's API of a channel, as the vault keeps it.
#[derive(Clone, Serialize, Deserialize)]
pub struct CarrierLogin {
    /// `https://api.exotel.com` or another of its regions.
    pub host: String,
    /// The account.
    pub account_sid: String,
    /// The API key.
    pub key: String,
    /// The API token.
    pub token: String,
}

/// Looks until stopped, in a task of its own: a carrier that hangs keeps only
/// its own calls waiting. A question in hand is given up at a stop, because
/// what follows from an answer are whole transactions, and whoever looks next
/// goes on behind the last of them.
pub async fn work(app: App, tel: Arc<Telephony>, stop: CancellationToken) {
    let rounds = async {
        loop {
            if let Err(e) = overdue(&app, &tel).await {
                tracing::warn!(reconcile.error = %e, "overdue calls could not be looked at; trying again");
            }
            tokio::time::sleep(EVERY).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = rounds => {}
    }
}

/// One round over every client.
///
/// # Errors
/// When the database does not answer; what was done stays done.
pub async fn overdue(app: &App, tel: &Telephony) -> Result<(), StoreError> {
    let mut due = Vec::new();
    for client in app.store.clients().await? {
        let scope = Scope::system(client.id);
        let overdue = app.store.overdue_rescues(&scope, app.clock.now()).await;
        let overdue = go_on(client.id, None, overdue)?.unwrap_or_default();
        due.extend(overdue.into_iter().map(|looking| (scope.clone(), looking)));
    }
    // Whoever's they are: the client that comes first in the list has no turn
    // before the others.
    due.sort_by_key(|(_, looking)| looking.check_at);
    // Side by side, so that eight silent carriers take no longer than one.
    let looked = due.into_iter().take(A_ROUND).map(|(scope, looking)| look_or_leave(app, tel, scope, looking));
    futures::future::join_all(looked).await.into_iter().collect()
}

async fn look_or_leave(app: &App, tel: &Telephony, scope: Scope, looking: Rescue) -> Result<(), StoreError> {
    let looked = look(app, tel, &scope, &looking).await;
    if go_on(scope.client, Some(looking.call), looked)?.is_none() {
        // The longest overdue come first: it must not stand there.
        let later = app.store.check_rescue_at(&scope, looking.call, soon(app, AGAIN_MS)).await;
        go_on(scope.client, Some(looking.call), later)?;
    }
    Ok(())
}

async fn look(app: &App, tel: &Telephony, scope: &Scope, looking: &Rescue) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut call = app.store.call(scope, looking.call).await?;
    if call.bot_done_at.is_none() {
        if tel.registry.holds(call.id) || now.since(looking.ended_at.unwrap_or(looking.asked_at)) < LEDGER_MS {
            return app.store.check_rescue_at(scope, call.id, now.plus(LEDGER_MS)).await;
        }
        // Its ledger is gone: what it stored is all there will be.
        call = app.store.hand_off(scope, call.id, now).await?;
    }
    if looking.ended.is_some() {
        return rescue::settle(app, scope, call.id).await;
    }
    let channel = app.store.channel(scope, call.channel).await?;
    match ask(app, scope, &channel, &call).await {
        Asked::Told(details) if details.over => tell(app, scope, &call, &details).await?,
        Asked::Told(_) => return app.store.check_rescue_at(scope, call.id, soon(app, AGAIN_MS)).await,
        Asked::Silent if looking.checks + 1 < TRIES => {
            return app.store.check_rescue_at(scope, call.id, soon(app, AGAIN_MS)).await;
        }
        asked @ (Asked::Silent | Asked::Nobody) => {
            if let Some(until) = conclude(app, scope, &call, channel.fallback_number.is_some()).await? {
                // It may still say so before.
                let asks = matches!(asked, Asked::Silent);
                let next = if asks { until.min(soon(app, SELDOM_MS)) } else { until };
                return app.store.check_rescue_at(scope, call.id, next).await;
            }
        }
    }
    rescue::settle(app, scope, call.id).await
}

fn soon(app: &App, after_ms: i64) -> At {
    let jitter = i64::try_from(app.chance.seed() % 20_000).unwrap_or(0);
    app.clock.now().plus(after_ms + jitter)
}

/// What the carrier says is a leg's last word.
async fn tell(app: &App, scope: &Scope, call: &Call, details: &CallDetails) -> Result<(), StoreError> {
    let now = app.clock.now();
    let at = details.ended_at.filter(|at| *at <= now).unwrap_or(now);
    let event =
        LegEvent::Ends { talked: details.talked, talk_ms: details.talk_ms, why: Unanswered::NoAnswer, last: true };
    app.store.leg_event(scope, call.id, event, None, at, now).await?;
    // Where a person talked, that stands; else nobody came.
    app.store.end_rescue(scope, call.id, RescueEnd::Nobody, None, now).await.map(drop)
}

/// Without the carrier: a person who picked up talked, however long; else
/// nobody came. While somebody is claimed, or may be talking, nothing is
/// concluded, and it is said until when that may be so: an end that was told
/// once is not taken back when the flow leaves Connect after a talk.
async fn conclude(app: &App, scope: &Scope, call: &Call, has_fallback: bool) -> Result<Option<At>, StoreError> {
    let now = app.clock.now();
    let claims = app.store.rescue(scope, call.id).await?.map(|(_, claims)| claims).unwrap_or_default();
    let held = claims.iter().filter(|c| c.state != ClaimState::Over).map(|c| c.lease_until);
    let until = held.chain(may_talk_until(call, &claims, has_fallback)).max();
    if let Some(until) = until.filter(|until| *until > now) {
        return Ok(Some(until));
    }
    decide(app, scope, call, &claims).await?;
    Ok(None)
}

/// The flow has left Connect and did not say how: nobody talks any more. What
/// is known decides as soon as late words of the legs are in and the carrier
/// can be asked; of what a carrier dialled by itself nothing more will come.
///
/// # Errors
/// When the database does not answer.
pub async fn left_unsaid(app: &App, scope: &Scope, call: CallId) -> Result<(), StoreError> {
    let call = app.store.call(scope, call).await?;
    let channel = app.store.channel(scope, call.channel).await?;
    let claims = app.store.rescue(scope, call.id).await?.map(|(_, claims)| claims).unwrap_or_default();
    if channel.carrier_login_sealed.is_some() || !claims.is_empty() {
        return app.store.check_rescue_by(scope, call.id, app.clock.now().plus(SETTLES_MS)).await;
    }
    decide(app, scope, &call, &claims).await?;
    rescue::settle(app, scope, call.id).await
}

async fn decide(app: &App, scope: &Scope, call: &Call, claims: &[Claim]) -> Result<(), StoreError> {
    let now = app.clock.now();
    let picked_up = |c: &&Claim| c.leg.answered_at.is_some() || c.leg.talked == Some(true);
    // How long is not known; an open line is no talk.
    let talked = LegEvent::Ends { talked: Some(true), talk_ms: None, why: Unanswered::Lease, last: true };
    if let Some(claim) = claims.iter().rev().find(picked_up) {
        let at = claim.leg.ended_at.or(claim.leg.answered_at).unwrap_or(now);
        app.store.leg_event(scope, call.id, talked, Some(claim.number.clone()), at, now).await?;
    } else if call.state == CallState::Talking {
        // Somebody whom the carrier dialled by itself: by a number that no claim has.
        app.store.leg_event(scope, call.id, talked, Some(String::new()), now, now).await?;
    }
    app.store.end_rescue(scope, call.id, RescueEnd::Nobody, None, now).await.map(drop)
}

enum Asked {
    Told(CallDetails),
    /// It should have answered and did not.
    Silent,
    /// The channel has no login.
    Nobody,
}

async fn ask(app: &App, scope: &Scope, channel: &Channel, call: &Call) -> Asked {
    let login = match login_of(app, scope, channel, Purpose::Reconcile).await {
        Ok(Some(login)) => login,
        Ok(None) => return Asked::Nobody,
        Err(e) => {
            tracing::warn!(channel.id = %channel.id, vault.error = %e, "a carrier's login does not open");
            return Asked::Nobody;
        }
    };
    match details(app, &login, &call.carrier_call_id).await {
        Ok(Some(details)) => Asked::Told(details),
        Ok(None) => Asked::Silent,
        Err(e) => {
            tracing::warn!(call.id = %call.id, carrier.error = %e, "the carrier did not say what became of a call");
            Asked::Silent
        }
    }
}

/// The login of a channel's carrier; `None` where it has none.
///
/// # Errors
/// [`VaultError`] when what is stored does not open.
pub(super) async fn login_of(
    app: &App,
    scope: &Scope,
    channel: &Channel,
    why: Purpose,
) -> Result<Option<CarrierLogin>, VaultError> {
    let Some(sealed) = &channel.carrier_login_sealed else { return Ok(None) };
    let login = app.vault.open_carrier_login(scope, sealed, why).await?;
    serde_json::from_str(login.expose_secret()).map(Some).map_err(|_| Sealed.into())
}

async fn details(
    app: &App,
    login: &CarrierLogin,
    call_sid: &str,
) -> Result<Option<CallDetails>, crate::outbound::OutboundError> {
    let api = Outbound::to(&login.host, &Allow::new(&app.config.outbound_allow)).await?;
    let path = format!("/v1/Accounts/{}/Calls/{call_sid}.json?details=true", login.account_sid);
    let answer = api.get_basic(&path, &login.key, &login.token).await?;
    Ok((answer.status == 200).then(|| call_details(&answer.body)).flatten())
}

#[cfg(test)]
mod tests;
