//! What is delivered, when and how often: made from a seed, so that the judge
//! knows what must have come of it.

use crate::town::Town;
use caly_core::outcome::{CallFacts, ChannelKind, EndedBy, Helped};
use caly_core::time::At;
use caly_server::clock::{Chance, Clock, SeededChance};
use std::collections::BTreeMap;

/// A hook's own words.
pub type Pairs = Vec<(&'static str, &'static str)>;

/// What arrives.
#[derive(Debug, Clone)]
pub enum What {
    /// A carrier's request.
    Hook(&'static str, Pairs),
    /// The agent's part is over, in one of the [`WAYS`].
    End(usize),
}

/// One arrival.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub call: usize,
    pub house: usize,
    pub sid: String,
    pub begins: At,
    pub what: What,
}

/// One call as it was meant.
#[derive(Debug, Clone)]
pub struct Told {
    pub house: usize,
    pub sid: String,
    pub begins: At,
    /// Handed to people, so its end is not the agent's.
    pub handed: bool,
}

/// All of it.
pub struct Story {
    pub calls: Vec<Told>,
    pub batches: Vec<Vec<Delivery>>,
    /// Which way ended which call; filled while it is delivered.
    pub won: BTreeMap<usize, usize>,
}

/// A way in which an agent's part ends, and what it must be worth.
pub struct Way {
    pub outcome: &'static str,
    pub success: bool,
    pub rating: Option<u8>,
    pub seconds: i64,
}

/// The ways.
pub const WAYS: [Way; 5] = [
    Way { outcome: "resolved_by_agent", success: true, rating: Some(5), seconds: 61 },
    Way { outcome: "resolved_by_agent", success: true, rating: None, seconds: 94 },
    Way { outcome: "unresolved", success: false, rating: Some(2), seconds: 47 },
    Way { outcome: "abandoned", success: false, rating: None, seconds: 6 },
    Way { outcome: "failed", success: false, rating: None, seconds: 33 },
];

/// What the agent saw when it ended this way.
pub fn facts(way: usize, begins: At) -> CallFacts {
    let ended_at = begins.plus(WAYS[way].seconds * 1_000);
    let by = if way == 3 { EndedBy::Caller } else { EndedBy::Agent };
    let mut facts = CallFacts::new(ChannelKind::Phone, by, ended_at);
    facts.started_at = Some(begins);
    facts.first_audio = Some(begins.plus(400));
    facts.last_audio = Some(ended_at);
    facts.answer_played = way < 2;
    facts.helped = [Some(Helped::Yes), Some(Helped::Yes), Some(Helped::No), None, None][way];
    facts.failed = way == 4;
    facts
}

/// Makes the story: `wanted` deliveries in `batches` batches, `step_ms` apart.
pub fn tell(town: &Town, wanted: usize, batches: usize, step_ms: i64, seed: u64) -> Story {
    let chance = SeededChance::new(seed);
    let mut pick = |n: usize| usize::try_from(chance.seed() % n as u64).unwrap();
    let mut story = Story { calls: Vec::new(), batches: vec![Vec::new(); batches], won: BTreeMap::new() };
    let first = town.clock.now();
    let mut made = 0;
    while made < wanted {
        let batch = pick(batches);
        let call = story.calls.len();
        let house = pick(town.houses.len());
        let begins =
            first.plus(i64::try_from(batch).unwrap() * step_ms - 120_000 + i64::try_from(pick(60_000)).unwrap());
        let handed = pick(6) == 0;
        let sid = format!("storm-{seed}-{call}");
        for what in whats(handed, &mut pick) {
            for _ in 0..=pick(5) {
                // One in twenty comes a step late: past a midnight, some past
                // a Monday.
                let late = usize::from(pick(20) == 0 && batch + 1 < batches);
                let delivery = Delivery { call, house, sid: sid.clone(), begins, what: what.clone() };
                story.batches[batch + late].push(delivery);
                made += 1;
            }
        }
        story.calls.push(Told { house, sid, begins, handed });
    }
    for batch in &mut story.batches {
        for i in (1..batch.len()).rev() {
            batch.swap(i, pick(i + 1));
        }
    }
    story
}

/// The messages of one call, before they are repeated.
fn whats(handed: bool, pick: &mut impl FnMut(usize) -> usize) -> Vec<What> {
    let mut whats = Vec::new();
    // One in fifty lacks what came first.
    if pick(50) != 0 {
        whats.push(What::Hook("voicebot", vec![]));
    }
    whats.push(What::Hook("status", vec![("Status", ["completed", "failed", "no-answer"][pick(3)])]));
    if handed {
        whats.push(What::Hook("after-bot", vec![("Stream[Status]", "completed"), ("Stream[DisconnectedBy]", "bot")]));
        whats.push(What::Hook("connect", vec![("DialCallDuration", "0")]));
        whats.push(What::Hook("dial-event", vec![("EventType", "Answered"), ("Status", "busy")]));
        let end = [("completed", "completed"), ("no-answer", "incomplete"), ("canceled", "client-hangup")][pick(3)];
        whats.push(What::Hook("after-connect", vec![("DialCallStatus", end.0), ("CallType", end.1)]));
        return whats;
    }
    let way = pick(WAYS.len());
    whats.push(What::End(way));
    // One in a hundred has two endings that contradict each other.
    if pick(100) == 0 {
        whats.push(What::End((way + 1 + pick(WAYS.len() - 1)) % WAYS.len()));
    }
    whats
}
