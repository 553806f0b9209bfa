//! Thirty days up to yesterday: made-up calls, talked by the real mind, run
//! through the real routing, finishing and scoring with a clock that stands
//! where each call ended.

use super::caller::{Caller, pick};
use super::cast::{self, Company};
use super::past::{self, PastCall};
use super::talk::{self, Talk, Turnout};
use super::told::{self, Told};
use super::world::World;
use super::{DemoError, Door};
use crate::app::Node;
use crate::clock::{Clock, StillClock};
use crate::finish::{complete_call, jobs, rescue};
use crate::live::ledger;
use caly_core::agent::Agent;
use caly_core::call::Fact;
use caly_core::id::{CallId, MemberId, TaskId};
use caly_core::outcome::{CallState, EscalationReason};
use caly_core::scope::{Actor, Scope};
use caly_core::time::{At, Day, MINUTE, Zone};
use caly_store::{Call, NewCall, NewTask, StoreError, TaskKind, TaskState};
use caly_voice::mind::script::{Script, ScriptedMind};
use rand::RngExt as _;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng as _;
use std::sync::Arc;

/// How far back the demo remembers.
const DAYS: i64 = 30;
/// A caller whose call lasts longer than this asks one thing more.
const LONG_MS: i64 = 150_000;
const CALLED_BACK: &[&str] =
    &["Called back, all done.", "Settled on the phone.", "Spoke to the caller, it is arranged.", "Done."];
const IN_VAIN: &[&str] = &["Tried three times, nobody picked up.", "The caller had gone elsewhere.", "Number busy."];

/// One company's past as it is made.
struct Making<'a> {
    node: &'a Node,
    clock: &'a StillClock,
    company: &'static Company,
    door: &'a Door,
    scope: Scope,
    zone: Zone,
    script: Arc<Script>,
    agents: Vec<&'static Agent>,
    entry: &'static Agent,
    /// In the order of the company's people.
    people: Vec<Scope>,
}

/// A message that somebody calls back about.
struct Open {
    at: At,
    task: TaskId,
    by: Option<MemberId>,
    resolved: bool,
    note: &'static str,
}

/// Adds the days that are missing up to yesterday; how many calls that were.
/// `past_node` is a node over the same store whose clock is `clock`. Where it
/// was cut off, the next start goes on.
///
/// # Errors
/// [`DemoError`].
pub async fn top_up(past_node: &Node, clock: &StillClock, doors: &[Door], now: At) -> Result<usize, DemoError> {
    let mut made = 0;
    for (company, door) in [&cast::SHOP, &cast::CLINIC].into_iter().zip(doors) {
        let making = Making::new(past_node, clock, company, door).await?;
        let today = making.zone.day(now);
        for back in (1..=DAYS).rev() {
            let Some(day) = Zone::shift(&today, -back) else { continue };
            made += making.one_day(&day).await?;
        }
    }
    clock.set(now);
    Ok(made)
}

impl<'a> Making<'a> {
    async fn new(
        node: &'a Node,
        clock: &'a StillClock,
        company: &'static Company,
        door: &'a Door,
    ) -> Result<Self, DemoError> {
        let app = &node.app;
        let scope = Scope::system(door.client);
        let zone = complete_call::zone(app, &scope).await?;
        let script = node.telephony.scripts.get(&company.sector).ok_or(DemoError::Agent(company.entry_agent))?;
        let entry = app.catalogue.by_slug(company.sector, company.entry_agent);
        let mut people = Vec::new();
        for (person, id) in company.people.iter().zip(1..) {
            let user = app.store.user_by_email(person.email).await?.ok_or(DemoError::Person(person.name))?.id;
            let actor = Actor::Person { user, member: MemberId(id), role: person.role };
            people.push(Scope { client: door.client, actor });
        }
        Ok(Self {
            script: Arc::new(script.in_zone(zone.clone())),
            agents: app.catalogue.in_sector(company.sector).collect(),
            entry: entry.ok_or(DemoError::Agent(company.entry_agent))?,
            node,
            clock,
            company,
            door,
            scope,
            zone,
            people,
        })
    }

    async fn one_day(&self, day: &Day) -> Result<usize, DemoError> {
        let Some(midnight) = self.zone.at(day, 0) else { return Ok(0) };
        // The last call of a day is its proof: ended, the day is complete.
        let (_, weekday) = self.zone.minute_of_day(midnight);
        let mean = if self.company.name == cast::SHOP.name { 22.0 } else { 9.0 };
        let calls = past::day(seed(self.company, day), weekday, mean);
        let Some(last) = calls.last() else { return Ok(0) };
        let store = &self.node.app.store;
        let there = store.call_by_carrier_id(&self.scope, &carrier_id(day, last)).await?;
        if there.is_some_and(|call| call.state == CallState::Ended) {
            return Ok(0);
        }
        let mut made = 0;
        let mut open: Vec<Open> = Vec::new();
        for call in calls {
            let begins = midnight.plus(call.begins_ms);
            let (due, later) = open.into_iter().partition(|o: &Open| o.at < begins);
            open = later;
            self.call_back(due).await?;
            let (first, message) = self.play(day, begins, &call).await?;
            made += usize::from(first);
            open.extend(message);
        }
        self.call_back(open).await?;
        jobs::run_due(&self.node.app, &self.node.telephony.node).await?;
        Ok(made)
    }

    /// What somebody did about the messages, in the order in which he did.
    async fn call_back(&self, mut due: Vec<Open>) -> Result<(), DemoError> {
        due.sort_by_key(|o| o.at);
        for Open { at, task, by, resolved, note } in due {
            let scope = by.and_then(|m| self.people.get(place(m)?)).unwrap_or(&self.scope);
            self.clock.set(at);
            self.node.app.store.finish_task(scope, task, resolved, Some(note.to_owned()), None, at).await?;
        }
        Ok(())
    }

    /// One call: whether it is new, and the message that it leaves for a person.
    /// A start that was cut off left its last call somewhere on this way; its
    /// words come out the same again, and what was stored is not stored twice.
    async fn play(&self, day: &Day, begins: At, past: &PastCall) -> Result<(bool, Option<Open>), DemoError> {
        let store = &self.node.app.store;
        self.clock.set(begins);
        let placed = store.place_call(&self.scope, self.new_call(day, past, begins), begins).await?;
        let (first, call) = (placed.first, placed.call);
        if matches!(call.state, CallState::New | CallState::Routed) {
            store.start_stream(&self.scope, call.id, &format!("past-{}", call.id), "past", None, begins).await?;
        }
        let person = call.owner.and_then(|m| self.company.people.get(place(m)?));
        let mut rng = ChaCha12Rng::seed_from_u64(past.words);
        let how = turnout(past, person.map_or(0.7, |p| p.skill), &mut rng);
        let Some(mut told) = self.talk(past, how, begins, rng.clone()) else { return Ok((first, None)) };
        let facts = told.timed(begins, past.lasts_ms);
        if call.state != CallState::Ended {
            self.store_talk(&call, &told, &facts).await?;
        }
        let resolved = how == Turnout::Helped;
        let note = *pick(&mut rng, if resolved { CALLED_BACK } else { IN_VAIN });
        let at = told.facts.ended_at.plus(rng.random_range(6..70) * MINUTE);
        let task = self.open_task(&call).await?;
        Ok((first, task.map(|task| Open { at, task, by: call.owner, resolved, note })))
    }

    async fn store_talk(&self, call: &Call, told: &Told, facts: &[(At, Fact)]) -> Result<(), DemoError> {
        let app = &self.node.app;
        let ends = told.facts.ended_at;
        app.store.record(&self.scope, call.id, told::batch(told.entry, facts)?, ends).await?;
        if told.agent != told.entry {
            let slug = self.agents.iter().find(|a| a.id == told.agent).map_or("", |a| a.slug.as_str());
            app.store.switch_agent(&self.scope, call.id, told.agent, slug, ends).await?;
        }
        self.leave_task(call, told, facts).await?;
        self.clock.set(ends);
        complete_call::complete(app, &self.scope, call.id, &told.facts, told.rating, None).await?;
        jobs::run_due(app, &self.node.telephony.node).await?;
        debug_assert!(self.clock.now() == ends);
        Ok(())
    }

    /// A call's task has its id.
    async fn open_task(&self, call: &Call) -> Result<Option<TaskId>, DemoError> {
        let id = TaskId(call.id.0);
        match self.node.app.store.task(&self.scope, id).await {
            Ok(task) => Ok((task.state != TaskState::Done).then_some(id)),
            Err(StoreError::NotFound(_)) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    fn talk(&self, past: &PastCall, how: Turnout, begins: At, rng: ChaCha12Rng) -> Option<Told> {
        let talk = Talk {
            mind: ScriptedMind::new(Arc::clone(&self.script), self.entry.id, true)?,
            caller: Caller::new(rng, past.caller.clone(), self.company.sector),
            world: World { zone: &self.zone, now: begins },
            how,
            wish: talk::wish(&self.agents, how, past.wish_draw)?,
            rating: rating(past),
            long: past.lasts_ms > LONG_MS,
        };
        Some(talk.hold())
    }

    /// As the ledger of a live call does: one task a call, made by the request
    /// for a person or by the message.
    async fn leave_task(&self, call: &Call, told: &Told, facts: &[(At, Fact)]) -> Result<(), DemoError> {
        let store = &self.node.app.store;
        let asked = facts.iter().find_map(|(at, fact)| match fact {
            Fact::Escalated { reason, seeks } => Some((*at, *reason, *seeks)),
            _ => None,
        });
        if let Some((at, reason, true)) = asked {
            store.escalate(&self.scope, call.id, reason, None, at).await?;
        }
        if !told.facts.task_made {
            return Ok(());
        }
        let ends = told.facts.ended_at;
        let (name, text) = told.message.clone().unwrap_or_else(|| {
            let reason = asked.map_or(EscalationReason::Requested, |(_, reason, _)| reason);
            (None, ledger::words(reason).to_owned())
        });
        let new = NewTask {
            id: TaskId(call.id.0),
            kind: TaskKind::Message,
            caller_name: name,
            caller_number: call.caller_number.clone(),
            text,
            due_at: ends.plus(rescue::TASK_DUE_MS),
        };
        match asked {
            Some((at, reason, false)) => {
                store.escalate(&self.scope, call.id, reason, Some(new), at).await?;
            }
            _ => {
                store.put_message(&self.scope, call.id, new, ends).await?;
            }
        }
        Ok(())
    }

    fn new_call(&self, day: &Day, past: &PastCall, begins: At) -> NewCall {
        let app = &self.node.app;
        let sid = carrier_id(day, past);
        NewCall {
            id: CallId(app.chance.id(begins)),
            channel: self.door.channel,
            caller_number: Some(past.caller.clone()),
            caller_raw: Some(past.caller.clone()),
            dialled: Some(self.company.number.into()),
            agent_type: self.company.entry_agent.into(),
            seed: app.chance.seed(),
            token_hash: format!("past-{}-{sid}", self.company.name),
            token_expires_at: begins.plus(MINUTE),
            stream_url: String::new(),
            node: "past".into(),
            degraded: false,
            attributes: "{}".into(),
            carrier_call_id: sid,
        }
    }
}

/// Where a member stands among the company's people.
fn place(member: MemberId) -> Option<usize> {
    usize::try_from(member.0 - 1).ok()
}

fn carrier_id(day: &Day, call: &PastCall) -> String {
    format!("past-{day}-{:03}", call.number)
}

fn seed(company: &Company, day: &Day) -> u64 {
    let hash = blake3::hash(format!("{}/{day}", company.name).as_bytes());
    u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap_or_default())
}

/// How it goes: better luck for callers of skilled owners.
fn turnout(past: &PastCall, skill: f64, rng: &mut ChaCha12Rng) -> Turnout {
    if past.luck < skill {
        return Turnout::Helped;
    }
    match (past.luck - skill) / (1.0 - skill).max(1e-6) {
        rest if rest < 0.45 => Turnout::NotHelped,
        rest if rest < 0.7 => Turnout::Leaves(*pick(rng, &[0, 1, 1, 1, 2, 2, 3])),
        _ => Turnout::WantsPerson,
    }
}

/// A third of callers press a key.
fn rating(past: &PastCall) -> Option<u8> {
    (past.rating_draw < 0.34).then_some(match past.rating_draw {
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
