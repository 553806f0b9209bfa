//! RB-1: a member holds the call.

use crate::desk::{Desk, Told};
use crate::policy::Policy;
use crate::stats::{Agenda, gini, mean, real, standard_error};
use crate::world::{DAY_S, Fate, World, mix};
use crate::{Gate, formulas, parallel};
use serde::Serialize;
use std::collections::VecDeque;

const MEMBERS: usize = 12;
const DAYS: f64 = 20.0;
const SERVICE_S: f64 = 240.0;
const PATIENCE_S: f64 = 180.0;
const REDIAL_S: f64 = 3_600.0;
const REDIALS: u8 = 3;
/// The load at which the gates are read.
pub const RHO: f64 = 0.5;

/// One policy's figures, means over worlds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Which policy.
    pub policy: Policy,
    /// Resolved calls per unique caller, %.
    pub resolved: f64,
    /// Its standard error over worlds, points.
    pub resolved_se: f64,
    /// Attempts that left the queue, %.
    pub abandoned: f64,
    /// Mean wait of those who were served, s.
    pub wait_s: f64,
    /// Highest occupancy of a member, %.
    pub busiest: f64,
    /// Lowest occupancy of a member, %.
    pub idlest: f64,
    /// Gini coefficient of the occupancies.
    pub gini: f64,
    /// Members with fewer than 30 calls, per world.
    pub under_30: f64,
}

/// The rows of `policies`, all on the same worlds.
#[must_use]
pub fn run(policies: &[Policy], worlds: usize, seed: u64) -> Vec<Row> {
    let by_world = parallel::map(worlds, |w| {
        let world = world(mix(seed, w as u64), RHO, false);
        policies.iter().map(|p| Shift::new(&world, *p, false).run()).collect::<Vec<_>>()
    });
    policies.iter().enumerate().map(|(at, p)| row(*p, by_world.iter().map(|w| &w[at]))).collect()
}

/// The gate on one row (`docs/routing.md`).
#[must_use]
pub fn gates(row: &Row) -> Vec<Gate> {
    vec![
        Gate::at_least("RB-1 resolved per unique caller, %", row.resolved, 89.0),
        Gate::at_most("RB-1 Gini of occupancy", row.gini, 0.12),
    ]
}

/// Mean wait with equal members, exponential service, endless patience and no
/// redials, over Erlang C's: 1 is exact. The first day is left out.
#[must_use]
pub fn sanity(rho: f64, worlds: usize, seed: u64) -> f64 {
    let waits = parallel::map(worlds, |w| {
        let world = world(mix(seed, w as u64), rho, true);
        let shift = Shift::new(&world, Policy::Random, true).run();
        (shift.waited_s, shift.served)
    });
    let (waited, served) = waits.iter().fold((0.0, 0), |(w, s), x| (w + x.0, s + x.1));
    waited / real(served) / formulas::erlang_c_wait(MEMBERS, rho, SERVICE_S)
}

fn world(seed: u64, rho: f64, equal: bool) -> World {
    World::new(seed, MEMBERS, SERVICE_S, equal, DAYS, |members| {
        rho * members.iter().map(|m| 1.0 / m.service_s).sum::<f64>()
    })
}

fn row<'a>(policy: Policy, shifts: impl Iterator<Item = &'a Ended>) -> Row {
    let all: Vec<&Ended> = shifts.collect();
    let over = |f: &dyn Fn(&Ended) -> f64| mean(all.iter().map(|s| f(s)));
    let resolved: Vec<f64> = all.iter().map(|s| 100.0 * real(s.resolved) / real(s.callers)).collect();
    Row {
        policy,
        resolved: mean(resolved.iter().copied()),
        resolved_se: standard_error(&resolved),
        abandoned: over(&|s| 100.0 * real(s.left) / real(s.left + s.served)),
        wait_s: over(&|s| s.waited_s / real(s.served)),
        busiest: over(&|s| 100.0 * s.occupancy.iter().copied().fold(0.0, f64::max)),
        idlest: over(&|s| 100.0 * s.occupancy.iter().copied().fold(f64::MAX, f64::min)),
        gini: over(&|s| gini(&s.occupancy)),
        under_30: over(&|s| real(s.calls.iter().filter(|n| **n < 30).count())),
    }
}

/// What one world came to.
struct Ended {
    callers: usize,
    resolved: usize,
    served: usize,
    left: usize,
    waited_s: f64,
    occupancy: Vec<f64>,
    calls: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Attempt {
    caller: usize,
    number: u8,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Calls(Attempt),
    Done(usize, Attempt),
}

struct Waiting {
    attempt: Attempt,
    since: f64,
    until: f64,
}

struct Shift<'a> {
    world: &'a World,
    plain: bool,
    desk: Desk<'a>,
    agenda: Agenda<Event>,
    queue: VecDeque<Waiting>,
    resolved: usize,
    served: usize,
    left: usize,
    waited_s: f64,
}

impl<'a> Shift<'a> {
    fn new(world: &'a World, policy: Policy, plain: bool) -> Self {
        let mut agenda = Agenda::new();
        for (caller, (at, _)) in world.arrivals.iter().enumerate() {
            agenda.at(*at, Event::Calls(Attempt { caller, number: 0 }));
        }
        let desk = Desk::new(world, policy);
        Self { world, plain, desk, agenda, queue: VecDeque::new(), resolved: 0, served: 0, left: 0, waited_s: 0.0 }
    }

    fn run(mut self) -> Ended {
        while let Some((now, event)) = self.agenda.next() {
            match event {
                Event::Calls(attempt) => self.calls(attempt, now),
                Event::Done(member, attempt) => self.done(member, attempt, now),
            }
        }
        Ended {
            callers: self.world.arrivals.len(),
            resolved: self.resolved,
            served: self.served,
            left: self.left,
            waited_s: self.waited_s,
            occupancy: self.desk.clerks.iter().map(|c| c.busy_s / (DAYS * DAY_S)).collect(),
            calls: self.desk.clerks.iter().map(|c| c.calls).collect(),
        }
    }

    fn calls(&mut self, attempt: Attempt, now: f64) {
        let free = self.desk.free();
        let kind = self.world.arrivals[attempt.caller].1;
        let chosen = if free.is_empty() { None } else { self.desk.choose(&free, kind, now) };
        if let Some(member) = chosen {
            return self.start(member, attempt, now, now);
        }
        let patience = PATIENCE_S * self.fate(attempt).patience;
        let until = if self.plain { f64::INFINITY } else { now + patience };
        self.queue.push_back(Waiting { attempt, since: now, until });
    }

    fn start(&mut self, member: usize, attempt: Attempt, since: f64, now: f64) {
        if !self.plain || since >= DAY_S {
            self.served += 1;
            self.waited_s += now - since;
        }
        self.desk.clerks[member].holding = true;
        self.agenda.at(now + self.service_s(member, &self.fate(attempt)), Event::Done(member, attempt));
    }

    fn done(&mut self, member: usize, attempt: Attempt, now: f64) {
        let (fate, kind) = (self.fate(attempt), self.world.arrivals[attempt.caller].1);
        let service_s = self.service_s(member, &fate);
        let resolved = fate.resolve < self.world.members[member].resolves[kind];
        let rating = (fate.survey < 0.2).then(|| self.rating(member, resolved, &fate));
        self.desk.clerks[member].busy_s += service_s;
        self.desk.weigh(member, service_s, now);
        self.desk.learn(Some(member), &Told { kind, resolved, rating, handling_s: service_s }, SERVICE_S);
        if resolved {
            self.resolved += 1;
        } else if !self.plain && attempt.number < REDIALS && fate.redial < 0.5 {
            let again = Attempt { number: attempt.number + 1, ..attempt };
            self.agenda.at(now + REDIAL_S * fate.redial_after, Event::Calls(again));
        }
        self.release(member, now);
    }

    /// The first who still waits is next; those who left have left.
    fn release(&mut self, member: usize, now: f64) {
        let clerk = &mut self.desk.clerks[member];
        (clerk.holding, clerk.idle_since) = (false, now);
        while let Some(head) = self.queue.pop_front() {
            if head.until > now {
                return self.start(member, head.attempt, head.since, now);
            }
            self.left += 1;
        }
    }

    fn service_s(&self, member: usize, fate: &Fate) -> f64 {
        let mean_s = self.world.members[member].service_s;
        if self.plain {
            return mean_s * fate.service_exp;
        }
        let variance = (1.0_f64 + 0.8 * 0.8).ln();
        mean_s * (variance.sqrt() * fate.service - variance / 2.0).exp()
    }

    fn rating(&self, member: usize, resolved: bool, fate: &Fate) -> i64 {
        let mood = if resolved { 0.2 } else { -1.0 };
        let opinion = (self.world.members[member].liked + mood + 0.8 * fate.opinion).clamp(1.0, 5.0);
        #[expect(clippy::cast_possible_truncation, reason = "1-5")]
        let rating = opinion.round() as i64;
        rating
    }

    fn fate(&self, attempt: Attempt) -> Fate {
        self.world.fate(attempt.caller, attempt.number)
    }
}
