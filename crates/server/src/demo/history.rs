//! Thirty days up to yesterday: made-up calls, run through the real routing,
//! finishing and scoring with a clock that stands where each call ended.

use super::cast::{self, Company};
use super::past::{self, PastCall};
use super::{DemoError, Door};
use crate::app::Node;
use crate::clock::{Clock, StillClock};
use crate::finish::{complete_call, jobs};
use caly_core::agent::Agent;
use caly_core::id::{CallId, ChannelId};
use caly_core::outcome::{CallFacts, ChannelKind, EndedBy, EscalationReason, Helped};
use caly_core::scope::Scope;
use caly_core::time::{At, Day, MINUTE, Zone};
use caly_store::NewCall;
use std::sync::Arc;

/// How far back the demo remembers.
const DAYS: i64 = 30;

/// Adds the days that are missing up to yesterday; how many calls that were.
/// `past_node` is a node over the same store whose clock is `clock`.
///
/// # Errors
/// [`DemoError`].
pub async fn top_up(past_node: &Node, clock: &StillClock, doors: &[Door], now: At) -> Result<usize, DemoError> {
    let mut made = 0;
    for (company, door) in [&cast::SHOP, &cast::CLINIC].into_iter().zip(doors) {
        let scope = Scope::system(door.client);
        let zone = complete_call::zone(&past_node.app, &scope).await?;
        let today = zone.day(now);
        for back in (1..=DAYS).rev() {
            let Some(day) = Zone::shift(&today, -back) else { continue };
            made += one_day(past_node, clock, company, door, &zone, &day).await?;
        }
    }
    clock.set(now);
    Ok(made)
}

async fn one_day(
    node: &Node,
    clock: &StillClock,
    company: &'static Company,
    door: &Door,
    zone: &Zone,
    day: &Day,
) -> Result<usize, DemoError> {
    let scope = Scope::system(door.client);
    let Some(midnight) = zone.at(day, 0) else { return Ok(0) };
    // The last call of a day is its proof: with it the day is complete.
    let (_, weekday) = zone.minute_of_day(midnight);
    let mean = if company.name == cast::SHOP.name { 22.0 } else { 9.0 };
    let calls = past::day(seed(company, day), weekday, mean);
    let Some(last) = calls.last() else { return Ok(0) };
    if node.app.store.call_by_carrier_id(&scope, &carrier_id(day, last)).await?.is_some() {
        return Ok(0);
    }
    let count = calls.len();
    for call in calls {
        play(node, clock, company, door, day, midnight, &call).await?;
    }
    jobs::run_due(&node.app, &node.telephony.node).await?;
    Ok(count)
}

fn carrier_id(day: &Day, call: &PastCall) -> String {
    format!("past-{day}-{:03}", call.number)
}

fn seed(company: &Company, day: &Day) -> u64 {
    let hash = blake3::hash(format!("{}/{day}", company.name).as_bytes());
    u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap_or_default())
}

async fn play(
    node: &Node,
    clock: &StillClock,
    company: &'static Company,
    door: &Door,
    day: &Day,
    midnight: At,
    past: &PastCall,
) -> Result<(), DemoError> {
    let app = &node.app;
    let scope = Scope::system(door.client);
    let begins = midnight.plus(past.begins_ms);
    clock.set(begins);
    let agents: Vec<&Agent> = app.catalogue.in_sector(company.sector).collect();
    let Some(agent) = agents.get(pick(past.agent_draw, agents.len())) else { return Ok(()) };
    let new = new_call(node, door.channel, company, day, past, begins);
    let id = app.store.place_call(&scope, new, begins).await?.call;
    app.store.start_stream(&scope, id.id, &format!("past-{}", id.id), "past", begins).await?;
    if agent.id != id.agent {
        app.store.switch_agent(&scope, id.id, agent.id, &agent.slug, begins).await?;
    }
    let skill = id.owner.and_then(|m| company.people.get(usize::try_from(m.0 - 1).ok()?)).map_or(0.7, |p| p.skill);
    let (facts, rating) = facts(past, begins, skill);
    if let Some(reason) = facts.asked_for_person {
        app.store.escalate(&scope, id.id, reason, None, begins.plus(past.lasts_ms / 2)).await?;
    }
    clock.set(facts.ended_at);
    complete_call::complete(app, &scope, id.id, &facts, rating, None).await?;
    jobs::run_due(app, &node.telephony.node).await?;
    debug_assert!(clock.now() == facts.ended_at);
    Ok(())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "an index")]
fn pick(draw: f64, count: usize) -> usize {
    ((draw * count as f64) as usize).min(count.saturating_sub(1))
}

fn new_call(node: &Node, channel: ChannelId, company: &Company, day: &Day, past: &PastCall, begins: At) -> NewCall {
    let app = &node.app;
    let sid = carrier_id(day, past);
    NewCall {
        id: CallId(app.chance.id(begins)),
        channel,
        caller_number: Some(past.caller.clone()),
        caller_raw: Some(past.caller.clone()),
        dialled: Some(company.number.into()),
        agent_type: company.entry_agent.into(),
        seed: app.chance.seed(),
        token_hash: format!("past-{}-{sid}", company.name),
        token_expires_at: begins.plus(MINUTE),
        stream_url: String::new(),
        node: "past".into(),
        degraded: false,
        attributes: "{}".into(),
        carrier_call_id: sid,
    }
}

/// What happened: better luck for callers of skilled owners.
fn facts(past: &PastCall, begins: At, skill: f64) -> (CallFacts, Option<u8>) {
    let ended_at = begins.plus(past.lasts_ms);
    let mut facts = CallFacts::new(ChannelKind::Rehearsal, EndedBy::Caller, ended_at);
    facts.is_demo = true;
    facts.started_at = Some(begins);
    facts.first_audio = Some(begins.plus(400));
    facts.last_audio = Some(ended_at);
    if past.luck < skill {
        facts.answer_played = true;
        facts.helped = Some(Helped::Yes);
        facts.ended_by = EndedBy::Agent;
        return (facts, rating(past, true));
    }
    let rest = (past.luck - skill) / (1.0 - skill).max(1e-6);
    if rest < 0.45 {
        facts.answer_played = true;
        facts.helped = Some(Helped::No);
        facts.ended_by = EndedBy::Agent;
        (facts, None)
    } else {
        // Abandoned after a while, or asked for a person who never came.
        facts.asked_for_person = (rest > 0.7).then_some(EscalationReason::Requested);
        (facts, None)
    }
}

/// A third of callers press a key.
fn rating(past: &PastCall, resolved: bool) -> Option<u8> {
    (resolved && past.rating_draw < 0.34).then_some(match past.rating_draw {
        d if d < 0.17 => 5,
        d if d < 0.28 => 4,
        d if d < 0.32 => 3,
        _ => 2,
    })
}

/// A clock to make the past with.
#[must_use]
pub fn still(now: At) -> Arc<StillClock> {
    Arc::new(StillClock::at(now))
}
