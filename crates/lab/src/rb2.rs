//! RB-2: agents hold the calls and members rescue.
//!
//! The document leaves open what an agent's own calls come to. Here they go
//! into the owner's row as in the product, resolved with [`AGENT_RESOLVES`]
//! whoever owns them; a takeover's outcome depends on the rescuer and goes into
//! the owner's row too. So the router learns only through a veil, as it must.

use crate::desk::{Desk, Told};
use crate::policy::Policy;
use crate::stats::{Agenda, mean, percentile, real, standard_error};
use crate::world::{Fate, World, mix};
use crate::{Gate, formulas, parallel};
use serde::Serialize;
use std::collections::VecDeque;

const MEMBERS: usize = 8;
const DAYS: f64 = 10.0;
const RESCUE_S: f64 = 150.0;
const AGENT_S: f64 = 180.0;
const TAKEOVER: f64 = 0.25;
const PATIENCE_S: f64 = 45.0;
/// Offered load per member.
pub const LOAD: f64 = 0.5;
/// Share of the calls that an agent finishes which it resolves.
pub const AGENT_RESOLVES: f64 = 0.8;

/// How a rescuer is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "binding", content = "policy", rename_all = "snake_case")]
pub enum Router {
    /// Nobody owns; any free member, at random: the bound on what is lost.
    Pool,
    /// Whoever owns the fewest open calls owns this one, and only he rescues.
    Early,
    /// The policy's owner if free, else its choice of the free, else the queue.
    Late(Policy),
}

/// One router's figures, means over worlds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Which router.
    pub router: Router,
    /// Takeovers whose caller left, %.
    pub lost: f64,
    /// Its standard error over worlds, points.
    pub lost_se: f64,
    /// Takeovers that waited more than 10 s, %.
    pub over_10_s: f64,
    /// Served takeovers that the owner took, %.
    pub by_owner: f64,
    /// Resolved of all takeovers, %.
    pub resolved: f64,
    /// Pick-up of those who were served, s: p50, p90, p99.
    pub pickup_s: [f64; 3],
}

impl std::fmt::Display for Router {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pool => f.pad("pure pool"),
            Self::Early => f.pad("bound early"),
            Self::Late(policy) => policy.fmt(f),
        }
    }
}

/// The table's rows: the pure pool, early binding, then every policy.
#[must_use]
pub fn table() -> Vec<Router> {
    [Router::Pool, Router::Early].into_iter().chain(Policy::TABLE.map(Router::Late)).collect()
}

/// The rows of `routers`, all on the same worlds.
#[must_use]
pub fn run(routers: &[Router], worlds: usize, seed: u64) -> Vec<Row> {
    let by_world = parallel::map(worlds, |w| {
        let world = world(mix(seed, w as u64), false);
        routers.iter().map(|r| Shift::new(&world, *r).run()).collect::<Vec<_>>()
    });
    routers.iter().enumerate().map(|(at, r)| row(*r, by_world.iter().map(|w| &w[at]))).collect()
}

/// The gates of a row against the pure pool on the same worlds (`docs/routing.md`).
#[must_use]
pub fn gates(row: &Row, pool: &Row) -> Vec<Gate> {
    vec![
        Gate::at_most("RB-2 takeovers lost, %", row.lost, pool.lost + 0.15),
        Gate::at_least("RB-2 served by the owner, %", row.by_owner, 62.0),
        Gate::at_least("RB-2 resolved takeovers, %", row.resolved, pool.resolved + 1.0),
    ]
}

/// Lost takeovers with equal members, and the M/M/8+M formula's, both in %.
#[must_use]
pub fn sanity(worlds: usize, seed: u64) -> (f64, f64) {
    let shifts = parallel::map(worlds, |w| Shift::new(&world(mix(seed, w as u64), true), Router::Pool).run());
    let measured = row(Router::Pool, shifts.iter()).lost;
    (measured, 100.0 * formulas::erlang_a_lost(MEMBERS, LOAD, RESCUE_S, PATIENCE_S))
}

fn world(seed: u64, equal: bool) -> World {
    World::new(seed, MEMBERS, RESCUE_S, equal, DAYS, |_| LOAD * real(MEMBERS) / RESCUE_S / TAKEOVER)
}

fn row<'a>(router: Router, shifts: impl Iterator<Item = &'a Ended>) -> Row {
    let all: Vec<&Ended> = shifts.collect();
    let share = |f: &dyn Fn(&Ended) -> usize| mean(all.iter().map(|s| 100.0 * real(f(s)) / real(s.takeovers)));
    let lost: Vec<f64> = all.iter().map(|s| 100.0 * real(s.lost) / real(s.takeovers)).collect();
    let mut pickups: Vec<f64> = all.iter().flat_map(|s| s.pickups.iter().copied()).collect();
    pickups.sort_by(f64::total_cmp);
    Row {
        router,
        lost: mean(lost.iter().copied()),
        lost_se: standard_error(&lost),
        over_10_s: share(&|s| s.over_10_s),
        by_owner: mean(all.iter().map(|s| 100.0 * real(s.by_owner) / real(s.takeovers - s.lost))),
        resolved: share(&|s| s.resolved),
        pickup_s: [0.5, 0.9, 0.99].map(|q| percentile(&pickups, q)),
    }
}

/// What one world came to.
#[derive(Default)]
struct Ended {
    takeovers: usize,
    lost: usize,
    over_10_s: usize,
    by_owner: usize,
    resolved: usize,
    pickups: Vec<f64>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Calls(usize),
    AgentDone(usize),
    Rescued { caller: usize, by: usize },
}

struct Waiting {
    caller: usize,
    since: f64,
    until: f64,
}

struct Shift<'a> {
    world: &'a World,
    router: Router,
    desk: Desk<'a>,
    agenda: Agenda<Event>,
    queue: VecDeque<Waiting>,
    owners: Vec<Option<usize>>,
    ended: Ended,
}

impl<'a> Shift<'a> {
    fn new(world: &'a World, router: Router) -> Self {
        let mut agenda = Agenda::new();
        for (caller, (at, _)) in world.arrivals.iter().enumerate() {
            agenda.at(*at, Event::Calls(caller));
        }
        let policy = match router {
            Router::Pool | Router::Early => Policy::Random,
            Router::Late(policy) => policy,
        };
        let owners = vec![None; world.arrivals.len()];
        let (desk, queue, ended) = (Desk::new(world, policy), VecDeque::new(), Ended::default());
        Self { world, router, desk, agenda, queue, owners, ended }
    }

    fn run(mut self) -> Ended {
        while let Some((now, event)) = self.agenda.next() {
            match event {
                Event::Calls(caller) => self.calls(caller, now),
                Event::AgentDone(caller) => self.agent_done(caller, now),
                Event::Rescued { caller, by } => self.rescued(caller, by, now),
            }
        }
        self.ended
    }

    fn calls(&mut self, caller: usize, now: f64) {
        let all: Vec<usize> = (0..MEMBERS).collect();
        self.owners[caller] = match self.router {
            Router::Pool => None,
            Router::Early => all.into_iter().min_by_key(|m| self.desk.clerks[*m].open_owned),
            Router::Late(_) => self.desk.choose(&all, self.kind(caller), now),
        };
        if let Some(owner) = self.owners[caller] {
            self.desk.clerks[owner].open_owned += 1;
        }
        self.agenda.at(now + agent_s(&self.fate(caller)), Event::AgentDone(caller));
    }

    fn agent_done(&mut self, caller: usize, now: f64) {
        let fate = self.fate(caller);
        if let Some(owner) = self.owners[caller] {
            self.desk.weigh(owner, caly_core::routing::OWNED_SHARE * agent_s(&fate), now);
        }
        if fate.takeover >= TAKEOVER {
            return self.close(caller, fate.resolve < AGENT_RESOLVES, agent_s(&fate));
        }
        self.ended.takeovers += 1;
        match self.rescuer(caller, now) {
            Some(by) => self.start(caller, by, now, now),
            None => self.queue.push_back(Waiting { caller, since: now, until: now + PATIENCE_S * fate.patience }),
        }
    }

    fn rescuer(&mut self, caller: usize, now: f64) -> Option<usize> {
        let (owner, kind) = (self.owners[caller], self.kind(caller));
        if self.router == Router::Early {
            return owner.filter(|m| !self.desk.clerks[*m].holding);
        }
        self.desk.rescue(owner, kind, now).0
    }

    fn start(&mut self, caller: usize, by: usize, since: f64, now: f64) {
        let (waited, fate) = (now - since, self.fate(caller));
        self.ended.pickups.push(waited);
        self.ended.over_10_s += usize::from(waited > 10.0);
        self.ended.by_owner += usize::from(self.owners[caller] == Some(by));
        self.desk.clerks[by].holding = true;
        self.agenda.at(now + self.rescue_s(by, &fate), Event::Rescued { caller, by });
    }

    fn rescued(&mut self, caller: usize, by: usize, now: f64) {
        let fate = self.fate(caller);
        let rescue_s = self.rescue_s(by, &fate);
        let resolved = fate.resolve < self.world.members[by].resolves[self.kind(caller)];
        self.ended.resolved += usize::from(resolved);
        self.desk.clerks[by].busy_s += rescue_s;
        self.desk.weigh(by, rescue_s, now);
        self.close(caller, resolved, agent_s(&fate) + rescue_s);
        self.release(by, now);
    }

    /// The first who still waits (for him, where bound early) is next.
    fn release(&mut self, member: usize, now: f64) {
        let clerk = &mut self.desk.clerks[member];
        (clerk.holding, clerk.idle_since) = (false, now);
        let mut at = 0;
        while let Some(head) = self.queue.get(at) {
            let (caller, since, gone) = (head.caller, head.since, head.until <= now);
            if !gone && self.router == Router::Early && self.owners[caller] != Some(member) {
                at += 1;
                continue;
            }
            self.queue.remove(at);
            if !gone {
                return self.start(caller, member, since, now);
            }
            self.leaves(caller);
        }
    }

    fn leaves(&mut self, caller: usize) {
        let fate = self.fate(caller);
        self.ended.lost += 1;
        self.ended.over_10_s += usize::from(PATIENCE_S * fate.patience > 10.0);
        self.close(caller, false, agent_s(&fate));
    }

    /// The call counts for its owner, as in the product.
    fn close(&mut self, caller: usize, resolved: bool, handling_s: f64) {
        let kind = self.kind(caller);
        self.desk.learn(self.owners[caller], &Told { kind, resolved, rating: None, handling_s }, AGENT_S);
        if let Some(owner) = self.owners[caller] {
            self.desk.clerks[owner].open_owned -= 1;
        }
    }

    fn rescue_s(&self, by: usize, fate: &Fate) -> f64 {
        self.world.members[by].service_s * fate.service_exp
    }

    fn kind(&self, caller: usize) -> usize {
        self.world.arrivals[caller].1
    }

    fn fate(&self, caller: usize) -> Fate {
        self.world.fate(caller, 0)
    }
}

/// How long the agent talks; a takeover comes at a uniform point of it.
fn agent_s(fate: &Fate) -> f64 {
    let whole = AGENT_S * fate.agent_exp;
    if fate.takeover < TAKEOVER { whole * fate.point } else { whole }
}
