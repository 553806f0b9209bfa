//! Made-up calls go as they were meant to, fit into their time, and differ.

use super::*;
use crate::demo::cast::{CLINIC, Company, SHOP};
use crate::demo::told::batch;
use caly_core::agent::Catalogue;
use caly_core::outcome::{Outcome, decide};
use caly_core::time::{At, Day, Zone};
use caly_voice::mind::script::Script;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng as _;
use std::collections::BTreeSet;
use std::sync::Arc;

const ROUNDS: u64 = 150;

struct Desk {
    company: &'static Company,
    agents: Vec<&'static Agent>,
    script: Arc<Script>,
    zone: Zone,
}

impl Desk {
    fn of(company: &'static Company) -> Self {
        let zone = Zone::named(Zone::DEFAULT).unwrap();
        let script = Arc::new(Script::new(company.sector, zone.clone()).unwrap());
        Self { company, agents: Catalogue::embedded().unwrap().in_sector(company.sector).collect(), script, zone }
    }

    fn begins(&self) -> At {
        self.zone.at(&Day("2026-11-23".into()), 11 * 60).unwrap()
    }

    #[expect(clippy::cast_precision_loss, reason = "a share of a few hundred")]
    fn call(&self, how: Turnout, seed: u64) -> Told {
        let entry = self.agents.iter().find(|a| a.slug == self.company.entry_agent).unwrap().id;
        let draw = seed as f64 / ROUNDS as f64;
        let caller = Caller::new(ChaCha12Rng::seed_from_u64(seed), "+919812345678".into(), self.company.sector);
        let talk = Talk {
            mind: ScriptedMind::new(Arc::clone(&self.script), entry, true).unwrap(),
            caller,
            world: World { zone: &self.zone, now: self.begins() },
            how,
            wish: wish(&self.agents, how, draw).unwrap(),
            rating: seed.is_multiple_of(3).then_some(5),
            long: seed.is_multiple_of(4),
        };
        talk.hold()
    }
}

fn said(told: &Told) -> String {
    let line = |beat: &Beat| match beat {
        Beat::Turn(who, text) => Some(format!("{who:?}: {text}\n")),
        _ => None,
    };
    told.beats.iter().filter_map(line).collect()
}

#[test]
fn every_call_goes_as_it_was_meant() {
    for desk in [Desk::of(&SHOP), Desk::of(&CLINIC)] {
        let (mut alone, mut missed) = (0, 0);
        for seed in 0..ROUNDS {
            for how in [Turnout::Helped, Turnout::NotHelped, Turnout::Leaves(2), Turnout::WantsPerson] {
                let mut told = desk.call(how, seed);
                let facts = told.timed(desk.begins(), 90_000);
                let outcome = decide(&told.facts).outcome.unwrap();
                let words = said(&told);
                let right = match how {
                    Turnout::Helped => [Outcome::ResolvedByAgent, Outcome::MessageTaken].contains(&outcome),
                    Turnout::NotHelped => [Outcome::Unresolved, Outcome::MessageTaken].contains(&outcome),
                    Turnout::Leaves(_) => outcome == Outcome::Abandoned,
                    Turnout::WantsPerson => outcome == Outcome::MessageTaken,
                };
                assert!(right, "{how:?} {seed}: {outcome:?}\n{words}");
                let asked = told.facts.asked_for_person.is_some();
                assert!(asked || how != Turnout::WantsPerson, "{seed}: nobody asked for\n{words}");
                assert_eq!(told.facts.task_made && !asked, told.message.is_some() && !asked, "{seed}\n{words}");
                assert!(words.contains("Caller: ") && !words.contains("{}"), "{seed}\n{words}");
                alone += usize::from(outcome == Outcome::ResolvedByAgent);
                missed += words.matches("Sorry, I did not get that. Please tell me").count();
                fits(&told, &facts, &desk);
            }
        }
        assert!(alone > 70, "{alone} of {ROUNDS} were resolved by an agent");
        assert!(missed < 40, "{missed} wishes were not understood");
    }
}

/// In order, inside the call, and every turn once in the transcript.
fn fits(told: &Told, facts: &[(At, Fact)], desk: &Desk) {
    let (begins, ends) = (desk.begins(), told.facts.ended_at);
    assert!(facts.is_sorted_by_key(|(at, _)| *at));
    assert!(facts.iter().all(|(at, _)| (begins..=ends).contains(at)));
    assert!((15_000..600_000).contains(&ends.since(begins)), "{} ms: {}", ends.since(begins), said(told));
    let rows = batch(told.entry, facts).unwrap();
    assert_eq!(rows.turns.len(), rows.facts.iter().filter(|f| f.kind == "turn").count());
    assert!(rows.facts.iter().zip(1..).all(|(f, n)| f.seq == n) && rows.turns.iter().zip(1..).all(|(t, n)| t.seq == n));
}

#[test]
fn no_two_callers_say_the_same() {
    for desk in [Desk::of(&SHOP), Desk::of(&CLINIC)] {
        let texts: BTreeSet<String> = (0..ROUNDS).map(|seed| said(&desk.call(Turnout::Helped, seed))).collect();
        assert!(texts.len() as u64 > ROUNDS - 5, "{} of {ROUNDS} differ", texts.len());
    }
}

#[test]
fn the_same_seed_is_the_same_call() {
    let desk = Desk::of(&CLINIC);
    assert_eq!(desk.call(Turnout::Helped, 5).beats, desk.call(Turnout::Helped, 5).beats);
}
