//! One call's socket: a loop with four arms (carrier frame, voice word, a
//! newer socket, timer), each ending in one `handle` and a drain.

mod driver;
mod rate;
mod wire;

pub use wire::{Out, Wire};

use super::Telephony;
use super::ledger::Ledger;
use super::registry::Seat;
use crate::state::App;
use axum::extract::ws::WebSocket;
use caly_carriers::exotel::stream::{Frame, Start, read};
use caly_core::call::Setup;
use caly_core::id::CallId;
use caly_core::outcome::{CallFacts, ChannelKind, EndedBy};
use caly_core::scope::Scope;
use caly_store::{Batch, Call as CallRow, Channel, NewFact};
use caly_voice::mind::prompts::{FILLERS, PERSON_WILL_CALL};
use caly_voice::mind::script::ScriptedMind;
use driver::Driver;
use std::sync::Arc;
use std::time::Duration;

/// `start` comes within this, or it is not the carrier.
const START: Duration = Duration::from_secs(3);
/// Policy violation: a `start` for another call.
const WRONG_CALL: u16 = 1008;
/// Try again later: this node is full.
const FULL: u16 = 1013;

/// Everything that a socket's token stood for.
pub struct Admitted {
    /// The client, as the carrier.
    pub scope: Scope,
    /// The channel.
    pub channel: Channel,
    /// The call's row.
    pub call: CallRow,
    /// Rehearsals of a demo client count.
    pub is_demo: bool,
    /// Samples a second that the address asked for.
    pub rate: u32,
}

/// Holds the conversation until somebody ends it.
pub async fn run(app: App, tel: Arc<Telephony>, admitted: Admitted, socket: WebSocket) {
    let mut wire = Wire::new(socket);
    let Ok(seat) = tel.registry.take(admitted.scope.client, admitted.call.id) else {
        tracing::warn!(call.id = %admitted.call.id, "no seat for a call on this node");
        wire.close(FULL, "this node is full").await;
        return;
    };
    let started = tokio::select! {
        // A second handshake of the same call: the first one's socket is dead.
        () = seat.cut.cancelled() => None,
        start = tokio::time::timeout(START, await_start(&mut wire)) => start.ok().flatten(),
    };
    let Some(start) = started else {
        wire.close(WRONG_CALL, "no start frame came").await;
        return;
    };
    if !belongs(&admitted, &start) {
        tracing::warn!(security.event = "foreign_start", call.id = %admitted.call.id, "a start frame named another call");
        flag(&app, &admitted).await;
        wire.close(WRONG_CALL, "this stream belongs to another call").await;
        return;
    }
    let now = app.clock.now();
    match app.store.start_stream(&admitted.scope, admitted.call.id, &start.stream_sid, &tel.node, now).await {
        Ok(_) => {
            let rate = rate::settle(&mut wire, app.clock.as_ref(), admitted.rate, start.sample_rate).await;
            converse(app, &tel, Admitted { rate, ..admitted }, wire, &start, seat).await;
        }
        Err(e) => {
            tracing::warn!(call.id = %admitted.call.id, stream.error = %e, "a stream could not start");
            wire.close(WRONG_CALL, "this call takes no stream now").await;
        }
    }
}

async fn await_start(wire: &mut Wire) -> Option<Start> {
    let mut nothing = Vec::new();
    loop {
        let text = wire.next_text().await?;
        match read(&text, &mut nothing) {
            Ok(Frame::Start(start)) => return Some(start),
            Ok(Frame::Stop(_)) => return None,
            Ok(_) => {}
            Err(e) => tracing::debug!(frame.error = %e, "a frame was dropped"),
        }
    }
}

/// The start must name the token's call and the channel's account.
fn belongs(admitted: &Admitted, start: &Start) -> bool {
    let same = |a: Option<&str>, b: Option<&str>| match (a, b) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    same(start.call_sid.as_deref(), Some(&admitted.call.carrier_call_id))
        && same(start.account_sid.as_deref(), admitted.channel.account_sid.as_deref())
}

/// Leaves a fact at the call whose token was used for another: before its own
/// facts, which count from 1.
async fn flag(app: &App, admitted: &Admitted) {
    let now = app.clock.now();
    let data = serde_json::json!({"kind": "foreign_start"});
    let fact = NewFact { seq: 0, at: now, actor: "carrier".into(), kind: "foreign_start".into(), data };
    let batch = Batch { facts: vec![fact], turns: Vec::new() };
    if let Err(e) = app.store.record(&admitted.scope, admitted.call.id, batch, now).await {
        tracing::warn!(call.id = %admitted.call.id, ledger.error = %e, "a call could not be flagged");
    }
}

async fn converse(app: App, tel: &Arc<Telephony>, admitted: Admitted, mut wire: Wire, start: &Start, seat: Seat) {
    let Admitted { scope, channel, call, is_demo, rate } = admitted;
    let ledger = Ledger::open(App::clone(&app), scope.clone(), call.id, call.caller_number.clone(), call.agent);
    if channel.kind == ChannelKind::Echo {
        let started = app.clock.now();
        let by = super::echo::talk(&mut wire, &seat.cut, &start.stream_sid, rate).await;
        let mut facts = CallFacts::new(ChannelKind::Echo, by, app.clock.now());
        facts.started_at = Some(started);
        ledger.put(app.clock.now(), caly_core::call::Fact::Ended { facts, agent: call.agent, rating: None }).await;
        ledger.close(seat).await;
        wire.close(1000, "goodbye").await;
        return;
    }
    let Some(mind) = mind_of(tel, &channel, &app, &scope).await else {
        tracing::error!(channel.id = %channel.id, "a channel's entry agent is not in the catalogue");
        wire.close(1011, "no agent").await;
        return;
    };
    let setup = Setup {
        channel: channel.kind,
        is_demo,
        entry_agent: call.agent,
        caller: call.caller_number.clone(),
        ears: tel.speech.ears.is_some(),
        fillers: FILLERS.iter().map(|f| (f.key.to_owned(), f.text.to_owned())).collect(),
        time_up: Some((PERSON_WILL_CALL.key.to_owned(), PERSON_WILL_CALL.text.to_owned())),
    };
    let driver = Driver::new(app, Arc::clone(tel), scope, call, setup, mind, &start.stream_sid, rate);
    driver.talk(wire, ledger, seat).await;
}

async fn mind_of(tel: &Telephony, channel: &Channel, app: &App, scope: &Scope) -> Option<ScriptedMind> {
    let script = tel.scripts.get(&channel.sector)?;
    let zone = match crate::finish::complete_call::zone(app, scope).await {
        Ok(zone) => zone,
        Err(e) => {
            tracing::warn!(client.id = %scope.client, zone.error = %e, "a call goes on without its client's zone");
            return ScriptedMind::new(Arc::clone(script), channel.entry_agent, tel.speech.mouth.says_anything());
        }
    };
    ScriptedMind::new(Arc::new(script.in_zone(zone)), channel.entry_agent, tel.speech.mouth.says_anything())
}

/// The words of an end, for logs.
fn ended(call: CallId, by: EndedBy) {
    tracing::info!(call.id = %call, call.ended_by = %by, "call ended");
}
