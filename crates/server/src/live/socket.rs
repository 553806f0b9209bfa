//! One call's socket: a loop with four arms (carrier frame, voice word, a
//! newer socket, timer), each ending in one `handle` and a drain.

mod driver;
mod rate;
mod time;
mod wire;

pub use wire::{Out, Wire};

use super::Telephony;
use super::house::House;
use super::ledger::Ledger;
use super::registry::Seat;
use crate::inbound::stream;
use crate::state::App;
use axum::extract::ws::WebSocket;
use caly_carriers::exotel::storable;
use caly_carriers::exotel::stream::{Frame, Start, read};
use caly_core::call::{QueueWords, Setup};
use caly_core::id::CallId;
use caly_core::outcome::{CallFacts, ChannelKind, EndedBy};
use caly_core::privacy::{Country, canonical_number};
use caly_core::scope::Scope;
use caly_core::time::{MINUTE, Zone};
use caly_store::{Batch, Call as CallRow, Channel, NewFact, StoreError};
use caly_voice::mind::prompts::{self, FILLERS, PERSON_WILL_CALL};
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

/// A socket that may open.
pub struct Admitted {
    /// The client, as the carrier.
    pub scope: Scope,
    /// The channel.
    pub channel: Channel,
    /// What its token stood for.
    pub ticket: Ticket,
    /// The key that it came by.
    pub hook_key: String,
    /// Samples a second that the address asked for.
    pub rate: u32,
}

/// What a token stands for.
pub enum Ticket {
    /// A call's row.
    Call(Box<CallRow>),
    /// A row that is still to be made.
    Late(Late),
}

/// A call whose voicebot hook was answered without the database.
pub struct Late {
    /// The id of the row that will be made.
    pub id: CallId,
    /// The carrier's id; empty when the hook had none.
    pub call_sid: String,
    /// The token.
    pub token: String,
}

impl Ticket {
    fn id(&self) -> CallId {
        match self {
            Self::Call(call) => call.id,
            Self::Late(late) => late.id,
        }
    }
}

/// Holds the conversation until somebody ends it.
/// What is large is boxed: the task keeps room for all that it ever holds, and
/// there are hundreds of calls.
pub async fn run(app: App, tel: Arc<Telephony>, admitted: Box<Admitted>, socket: WebSocket) {
    let mut wire = Wire::new(socket);
    let client = admitted.scope.client;
    if admitted.channel.kind != ChannelKind::Echo
        && let Some(why) = cannot_talk(&app, &tel)
    {
        tracing::warn!(call.id = %admitted.ticket.id(), "{why}");
        return full(wire, admitted.ticket.id()).await;
    }
    let Ok(seat) = tel.registry.take(client, admitted.ticket.id()) else {
        return full(wire, admitted.ticket.id()).await;
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
    let call = match Box::pin(row(&app, &tel, &admitted, &start)).await {
        Ok(call) => call,
        Err(e) => {
            tracing::warn!(stream.error = %e, "a stream came and its call could not be stored");
            wire.close(FULL, "the call could not be stored").await;
            return;
        }
    };
    // The row may have been there after all, under an id of its own.
    let seat = if call.id == admitted.ticket.id() { Ok(seat) } else { tel.registry.take(client, call.id) };
    match seat {
        Ok(seat) => begin(app, &tel, admitted, call, wire, &start, seat).await,
        Err(_) => full(wire, call.id).await,
    }
}

/// Why a new caller is better off with a person at once.
fn cannot_talk(app: &App, tel: &Telephony) -> Option<&'static str> {
    if tel.speech.ears.as_ref().is_some_and(|ears| ears.late()) {
        return Some("more speech waits than this node keeps up with");
    }
    (!tel.mouth.usable(app.clock.now())).then_some("speech could not be made into sound five times in a row")
}

async fn full(wire: Wire, call: CallId) {
    tracing::warn!(call.id = %call, "no seat for a call on this node");
    wire.close(FULL, "this node is full").await;
}

async fn row(app: &App, tel: &Telephony, admitted: &Admitted, start: &Start) -> Result<Box<CallRow>, StoreError> {
    match &admitted.ticket {
        Ticket::Call(call) => Ok(call.clone()),
        Ticket::Late(late) => Ok(Box::new(stream::late_row(app, tel, admitted, late, start).await?)),
    }
}

async fn begin(
    app: App,
    tel: &Arc<Telephony>,
    mut admitted: Box<Admitted>,
    call: Box<CallRow>,
    mut wire: Wire,
    start: &Start,
    seat: Seat,
) {
    if !belongs(&admitted, &call, start) {
        tracing::warn!(security.event = "foreign_start", call.id = %call.id, "a start frame named another call");
        Box::pin(flag(&app, &admitted.scope, call.id)).await;
        wire.close(WRONG_CALL, "this stream belongs to another call").await;
        return;
    }
    let now = app.clock.now();
    let stored = storable(start.stream_sid.clone());
    let caller = start.from.as_deref().and_then(|n| canonical_number(n, Country::In));
    let begun = app.store.start_stream(&admitted.scope, call.id, &stored, &tel.node, caller.as_deref(), now);
    match Box::pin(begun).await {
        Ok(row) => {
            let call = Box::new(row);
            let rate = Box::pin(rate::settle(&mut wire, app.clock.as_ref(), admitted.rate, start.sample_rate)).await;
            admitted.rate = rate;
            converse(app, tel, admitted, call, wire, start, seat).await;
        }
        Err(e) => {
            tracing::warn!(call.id = %call.id, stream.error = %e, "a stream could not start");
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
fn belongs(admitted: &Admitted, call: &CallRow, start: &Start) -> bool {
    let same = |a: Option<&str>, b: Option<&str>| match (a, b) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    same(start.call_sid.as_deref(), Some(&call.carrier_call_id))
        && same(start.account_sid.as_deref(), admitted.channel.account_sid.as_deref())
}

/// Leaves a fact at the call whose token was used for another: before its own
/// facts, which count from 1.
async fn flag(app: &App, scope: &Scope, call: CallId) {
    let now = app.clock.now();
    let data = serde_json::json!({"kind": "foreign_start"});
    let fact = NewFact { seq: 0, at: now, actor: "carrier".into(), kind: "foreign_start".into(), data };
    let batch = Batch { facts: vec![fact], turns: Vec::new() };
    if let Err(e) = app.store.record(scope, call, batch, now).await {
        tracing::warn!(call.id = %call, ledger.error = %e, "a call could not be flagged");
    }
}

async fn converse(
    app: App,
    tel: &Arc<Telephony>,
    admitted: Box<Admitted>,
    call: Box<CallRow>,
    mut wire: Wire,
    start: &Start,
    seat: Seat,
) {
    let rate = admitted.rate;
    let (scope, channel) = (&admitted.scope, &admitted.channel);
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
    let house = Box::pin(House::read_or_default(&app, scope)).await;
    let Some(mind) = mind_of(tel, channel, house.zone.clone()) else {
        tracing::error!(channel.id = %channel.id, "a channel's entry agent is not in the catalogue");
        wire.close(1011, "no agent").await;
        return;
    };
    let setup = Setup {
        channel: channel.kind,
        is_demo: house.is_demo,
        entry_agent: call.agent,
        caller: call.caller_number.clone(),
        ears: tel.speech.ears.is_some() && tel.ears.usable(app.clock.now()),
        fillers: FILLERS.iter().map(|f| (f.key.to_owned(), f.text.to_owned())).collect(),
        // While nobody is there, nobody is looked for: the caller is called
        // back. Behind a browser no carrier dials anybody.
        queue: (channel.kind != ChannelKind::Browser && house.is_open(app.clock.now())).then(queue_words),
        limit_ms: house.rules.limits.call_minutes * MINUTE,
        time_up: Some((PERSON_WILL_CALL.key.to_owned(), PERSON_WILL_CALL.text.to_owned())),
    };
    let mind = mind.under(Arc::clone(&house.rules));
    let driver = Driver::new(app, Arc::clone(tel), scope.clone(), *call, setup, mind, &start.stream_sid, rate);
    // Boxed: an echo call holds its task's memory too, and needs none of this.
    Box::pin(driver.talk(wire, ledger, seat)).await;
}

/// What a caller hears who waits for a person.
fn queue_words() -> QueueWords {
    let said = |f: prompts::Fixed| (f.key.to_owned(), f.text.to_owned());
    QueueWords {
        ahead: prompts::QUEUE.into_iter().map(said).collect(),
        offer: said(prompts::QUEUE_OFFER),
        hold: prompts::HOLD.to_owned(),
        connecting: said(prompts::QUEUE_CONNECTING),
        nobody: said(prompts::QUEUE_NOBODY),
        callback: said(prompts::QUEUE_CALLBACK),
    }
}

fn mind_of(tel: &Telephony, channel: &Channel, zone: Option<Zone>) -> Option<ScriptedMind> {
    let script = tel.scripts.get(&channel.sector)?;
    let script = zone.map_or_else(|| Arc::clone(script), |zone| Arc::new(script.in_zone(zone)));
    ScriptedMind::new(script, channel.entry_agent, tel.speech.mouth.says_anything())
}

/// The words of an end, for logs.
fn ended(call: CallId, by: EndedBy) {
    tracing::info!(call.id = %call, call.ended_by = %by, "call ended");
}
