//! A client that has grown: hundreds of people and months of calls, through the
//! store's own methods, so that every counter is what real calls would leave.

use crate::durable;
use crate::server::Server;
use anyhow::{Context, ensure};
use caly_core::agent::Agent;
use caly_core::event::{Speaker, Turn};
use caly_core::id::{CallId, ChannelId, Proficiency, TaskId, UserId};
use caly_core::member::{Availability, Role};
use caly_core::outcome::{CallFacts, ChannelKind, EndedBy, EscalationReason, Helped};
use caly_core::scope::Scope;
use caly_core::time::{At, DAY, HOUR, MINUTE, SECOND, Zone};
use caly_server::app::Node;
use caly_server::clock::{Chance, Clock, StillClock, SystemChance, SystemClock};
use caly_server::demo;
use caly_server::demo::past::{self, PastCall};
use caly_server::finish::{complete_call, jobs};
use caly_store::{
    Batch, Member, MemberFilter, MemberPatch, NewAssignment, NewCall, NewMember, NewTask, NewUser, TaskKind,
};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

/// Teams, each with a number of its own. Each call's decision keeps every
/// candidate of its team: 30 KiB with fifty of them.
const TEAMS: usize = 50;
/// Days over which the calls are spread, today included.
const DAYS: i64 = 90;
/// Under way at once: the more, the more share a commit.
const AT_ONCE: usize = 64;
/// One call in so many has its words.
const SPOKEN: usize = 50;
/// Words of such a call, and of the newest one.
const TURNS: i64 = 8;
const MANY_TURNS: i64 = 300;
const FIRST: [&str; 20] = [
    "Aditi", "Arjun", "Bhavna", "Chetan", "Deepa", "Eshan", "Farah", "Gopal", "Hema", "Imran", "Jaya", "Kiran", "Lata",
    "Mohan", "Nisha", "Omkar", "Pooja", "Rahul", "Sana", "Tarun",
];
const LAST: [&str; 25] = [
    "Acharya",
    "Bose",
    "Chandra",
    "Das",
    "Edwin",
    "Fernandes",
    "Ghosh",
    "Hegde",
    "Iyer",
    "Joshi",
    "Kapoor",
    "Lal",
    "Mehta",
    "Nair",
    "Ojha",
    "Pillai",
    "Qureshi",
    "Reddy",
    "Sharma",
    "Thomas",
    "Unni",
    "Varma",
    "Wagh",
    "Xavier",
    "Yadav",
];

/// How much there is to be.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// People of the client.
    pub members: usize,
    /// Finished calls of it, the demo's own included.
    pub calls: usize,
}

/// A number for each further team, over the API: only the server seals its key.
pub async fn add_channels(server: &Server) -> anyhow::Result<Vec<ChannelId>> {
    let mut channels = Vec::new();
    for n in 1..TEAMS {
        let team = server.post("/api/teams", &json!({"name": format!("Care {n}")})).await?;
        let body = json!({"kind": "phone", "name": format!("Line {n}"), "number": format!("+9180471000{n:02}"),
            "team_id": team["id"]});
        let channel = server.post("/api/channels", &body).await?;
        channels.push(ChannelId(channel["id"].as_i64().context("a channel came without an id")?));
    }
    Ok(channels)
}

/// Fills the demo's shop in `dir` while no server has it; the newest call's id.
pub async fn fill(dir: &Path, size: Size, lines: &[ChannelId]) -> anyhow::Result<CallId> {
    let clock = Arc::new(StillClock::at(SystemClock.now()));
    let (node, door) = durable::node(dir, clock.clone()).await?;
    let crowd = Crowd { scope: Scope::system(door.client), node, clock, lines };
    crowd.add_people(size.members).await?;
    crowd.add_calls(size.calls).await
}

struct Crowd<'a> {
    node: Node,
    scope: Scope,
    clock: Arc<StillClock>,
    lines: &'a [ChannelId],
}

impl Crowd<'_> {
    async fn add_people(&self, wanted: usize) -> anyhow::Result<()> {
        let teams = self.node.app.store.teams(&self.scope).await?;
        let there = self.members().await?;
        for n in there..wanted {
            let name = format!("{} {}", FIRST[n % FIRST.len()], LAST[n / FIRST.len() % LAST.len()]);
            let new = NewMember {
                team: Some(teams[n % teams.len()].id),
                email: format!("person{n}@example.com"),
                title: Some("Customer care".into()),
                phone: None,
                role: if n % 40 == 0 { Role::Supervisor } else { Role::Member },
                takes_calls: true,
                open_limit: 10,
                name: Some(name),
            };
            let member = self.node.app.store.add_member(&self.scope, new, self.clock.now()).await?;
            self.begins(&member, n).await?;
        }
        let now = self.members().await?;
        ensure!(now == wanted, "the client has {now} people instead of {wanted}");
        Ok(())
    }

    /// Whoever was invited works, with all agents of his sector. Nobody knows
    /// his password.
    async fn begins(&self, member: &Member, n: usize) -> anyhow::Result<()> {
        let (app, now, id) = (&self.node.app, self.clock.now(), member.id);
        let user = NewUser {
            id: UserId(SystemChance.id(now)),
            email: member.email.clone(),
            name: member.name.clone(),
            password_hash: String::new(),
        };
        let user = app.store.create_user(user, now).await?;
        app.store.attach_user(&self.scope, id, user.id, now).await?;
        if n.is_multiple_of(3) {
            let patch = MemberPatch { availability: Some(Availability::Busy), ..MemberPatch::default() };
            app.store.update_member(&self.scope, id, patch, None, now).await?;
        }
        let level = |at: usize| Proficiency::new(i64::try_from(40 + (n * 7 + at * 11) % 60).unwrap_or(50));
        let set: Result<Vec<_>, _> = (self.agents().iter().enumerate())
            .map(|(at, agent)| level(at).map(|proficiency| NewAssignment { agent: agent.id, proficiency }))
            .collect();
        app.store.set_assignments(&self.scope, id, set?, None, now).await?;
        Ok(())
    }

    fn agents(&self) -> Vec<&'static Agent> {
        self.node.app.catalogue.in_sector(demo::cast::SHOP.sector).collect()
    }

    async fn members(&self) -> anyhow::Result<usize> {
        let store = &self.node.app.store;
        let (mut count, mut cursor) = (0, None);
        let week = Zone::named(Zone::DEFAULT)?.week(self.clock.now());
        loop {
            let page = store.members(&self.scope, MemberFilter::default(), &week, cursor, 200).await?;
            count += page.items.len();
            cursor = page.next;
            if cursor.is_none() {
                return Ok(count);
            }
        }
    }

    /// Day by day from today backwards, each scored before the next.
    async fn add_calls(&self, wanted: usize) -> anyhow::Result<CallId> {
        let app = &self.node.app;
        let zone = Zone::named(Zone::DEFAULT)?;
        let now = SystemClock.now();
        let today = zone.day(now);
        let raw = app.store.raw_rows(&self.scope).await?.calls.len();
        let mut left = wanted.saturating_sub(raw);
        #[expect(clippy::cast_precision_loss, reason = "a count of calls")]
        let mean = left as f64 / DAYS as f64;
        let mut newest = None;
        for back in 0.. {
            let midnight = Zone::shift(&today, -back).and_then(|day| zone.at(&day, 0)).context("no such day")?;
            let over = |call: &PastCall| midnight.plus(call.begins_ms + call.lasts_ms + MINUTE).0 < now.0;
            let seed = u64::try_from(back).unwrap_or_default();
            let mut calls: Vec<_> = past::day(seed, 2, mean).into_iter().filter(over).collect();
            calls.truncate(left);
            left -= calls.len();
            self.clock.set(At((midnight.0 + DAY - HOUR).min(now.0)));
            let last = calls.len().saturating_sub(1);
            let one = |(n, call): (usize, PastCall)| self.call(back, n, call, midnight, newest.is_none() && n == last);
            let ids: Vec<CallId> =
                stream::iter(calls.into_iter().enumerate()).map(one).buffered(AT_ONCE).try_collect().await?;
            newest = newest.or(ids.last().copied());
            while jobs::run_due(app, "bench").await? > 0 {}
            while app.store.expire_tasks(&self.scope, now).await? > 0 {}
            app.store.prune_events(&self.scope, now).await?;
            app.store.prune_stream_tokens(now).await?;
            if left == 0 {
                break;
            }
        }
        newest.context("no call was made")
    }

    async fn call(&self, back: i64, n: usize, past: PastCall, midnight: At, longest: bool) -> anyhow::Result<CallId> {
        let (app, scope) = (&self.node.app, &self.scope);
        let begins = midnight.plus(past.begins_ms);
        let call = app.store.place_call(scope, self.new_call(back, n, &past, begins), begins).await?.call;
        app.store.start_stream(scope, call.id, &format!("crowd-{}", call.id), "bench", None, begins).await?;
        let agents = self.agents();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index"
        )]
        let agent = agents[((past.wish_draw * agents.len() as f64) as usize).min(agents.len() - 1)];
        if agent.id != call.agent {
            app.store.switch_agent(scope, call.id, agent.id, &agent.slug, begins).await?;
        }
        if longest || n.is_multiple_of(SPOKEN) {
            let turns = turns(if longest { MANY_TURNS } else { TURNS }, begins);
            app.store.record(scope, call.id, Batch { facts: Vec::new(), turns }, begins).await?;
        }
        let (facts, rating) = facts(&past, begins);
        if let Some(reason) = facts.asked_for_person {
            let task = Some(self.task(&past, facts.ended_at));
            app.store.escalate(scope, call.id, reason, task, facts.ended_at).await?;
        }
        complete_call::complete(app, scope, call.id, &facts, rating, None).await?;
        Ok(call.id)
    }

    fn new_call(&self, back: i64, n: usize, past: &PastCall, begins: At) -> NewCall {
        let name = format!("crowd-{back}-{n}");
        NewCall {
            id: CallId(SystemChance.id(begins)),
            channel: self.lines[n % self.lines.len()],
            caller_number: Some(past.caller.clone()),
            caller_raw: Some(past.caller.clone()),
            dialled: None,
            agent_type: demo::cast::SHOP.entry_agent.into(),
            seed: SystemChance.seed(),
            token_hash: name.clone(),
            token_expires_at: begins.plus(MINUTE),
            stream_url: String::new(),
            node: "bench".into(),
            degraded: false,
            attributes: "{}".into(),
            carrier_call_id: name,
        }
    }

    fn task(&self, past: &PastCall, at: At) -> NewTask {
        NewTask {
            id: TaskId(SystemChance.id(at)),
            kind: TaskKind::Callback,
            caller_name: None,
            caller_number: Some(past.caller.clone()),
            text: "Please call me back about my order.".into(),
            due_at: at.plus(DAY),
        }
    }
}

fn turns(count: i64, begins: At) -> Vec<Turn> {
    let text = |seq: i64| match seq % 2 {
        0 => format!("I ordered two lamps on day {} of the month and only one of them came.", seq % 28 + 1),
        _ => "Thank you. I am looking at the order; the second parcel left the warehouse this morning.".to_owned(),
    };
    let speaker = |seq: i64| if seq % 2 == 0 { Speaker::Caller } else { Speaker::Agent };
    (1..=count).map(|seq| Turn { seq, speaker: speaker(seq), text: text(seq), at: begins.plus(seq * SECOND) }).collect()
}

/// Three in four are helped; of the rest some ask for a person.
fn facts(past: &PastCall, begins: At) -> (CallFacts, Option<u8>) {
    let ended_at = begins.plus(past.lasts_ms);
    let mut facts = CallFacts::new(ChannelKind::Phone, EndedBy::Agent, ended_at);
    facts.is_demo = true;
    facts.started_at = Some(begins);
    facts.first_audio = Some(begins.plus(400));
    facts.last_audio = Some(ended_at);
    if past.luck < 0.92 {
        let well = past.luck < 0.75;
        facts.answer_played = true;
        facts.helped = Some(if well { Helped::Yes } else { Helped::No });
        return (facts, (well && past.rating_draw < 0.34).then_some(if past.rating_draw < 0.2 { 5 } else { 3 }));
    }
    facts.ended_by = EndedBy::Caller;
    facts.asked_for_person = (past.luck > 0.95).then_some(EscalationReason::Requested);
    facts.task_made = facts.asked_for_person.is_some();
    (facts, None)
}
