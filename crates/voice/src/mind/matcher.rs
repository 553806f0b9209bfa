//! Which intent of a sector the caller means. Made for a recogniser that gets
//! one word in seven wrong: words count by how telling they are in the sector,
//! and each is compared whole, by its sound and by its letters, so that a
//! wrong letter costs a part of a word and a wrong word costs one word.

mod concepts;
mod elsewhere;

use super::words::{plain, sound};
use caly_core::agent::Agent;
use caly_core::id::AgentId;
use concepts::{concept, little};
use elsewhere::ELSEWHERE;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What the caller most likely wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Whose intent it is.
    pub agent: AgentId,
    /// The intent's name.
    pub intent: String,
    /// How well it fits, 0-1.
    pub score: f32,
    /// How far the next other intent is behind, 0-1.
    pub margin: f32,
}

impl Match {
    /// Whether it may be acted on. Measured on held-out utterances and on
    /// texts that are none of the sector's business (see the tests).
    #[must_use]
    pub fn sure(&self) -> bool {
        self.score >= SURE && (self.margin >= CLEAR || self.score >= 0.5)
    }
}

/// All intents of one sector's agents, ready to be compared with. Built once
/// per sector and shared by its calls.
#[derive(Debug)]
pub struct Matcher {
    features: HashMap<Box<str>, (usize, f32)>,
    /// By feature: where it occurs, so that a text meets only what it shares.
    found_in: Vec<Postings>,
    /// The intent of each example.
    examples: Vec<u32>,
    /// By feature and intent: what speaks for it against the others.
    learned: Vec<f32>,
    intents: Vec<IntentEntry>,
}

#[derive(Debug)]
struct IntentEntry {
    agent: AgentId,
    name: String,
}

/// Where one feature occurs, and with what weight.
#[derive(Debug, Clone, Default)]
struct Postings {
    examples: Box<[(u32, f32)]>,
    centres: Box<[(u32, f32)]>,
}

/// Sorted (feature, weight) pairs of length one.
type Sparse = Vec<(usize, f32)>;

/// So far ahead of every intent, it is no business of the sector's.
const ELSEWHERE_LEAD: f32 = 0.2;
/// Whose intent it is when it is no business of the sector's.
const NOBODY: AgentId = AgentId(0);
/// How much a word that says little counts, a telling word, how it sounds,
/// its letters by threes, its concept, two words in a row, and two concepts
/// near each other. These and the next were chosen by leaving out each fifth
/// of what is learned (see the tests), never by the held-out utterances.
const LITTLE: f32 = 0.6;
const WORD: f32 = 0.8;
const SOUND: f32 = 0.5;
const LETTERS: f32 = 1.1;
const CONCEPT: f32 = 0.9;
const PAIR: f32 = 0.8;
const NEAR: f32 = 0.8;
/// How strongly a feature counts that few examples, or few intents, have.
const RARE_EXAMPLE: f32 = 0.3;
const RARE_INTENT: f32 = 0.5;
/// What a word that no example has takes from everything else.
const UNKNOWN: f32 = 12.0;
/// What was learned by telling intents apart counts so much against likeness.
const LEARNED: f32 = 0.9;
/// Rounds over the examples, the first step's length, and what is left of it
/// after each round.
const ROUNDS: usize = 12;
const RATE: f32 = 4.0;
const DECAY: f32 = 0.9;
/// Below this nothing is done; above it, when the next is not nearly even.
const SURE: f32 = 0.32;
const CLEAR: f32 = 0.01;
/// How much the nearest examples count against the intent as a whole.
const NEAREST: f32 = 0.6;
/// What speaks for the agent that the caller is talking to already.
const SAME_AGENT: f32 = 0.03;

impl Matcher {
    /// Learns the intents of the agents of one sector.
    #[must_use]
    pub fn new<'a>(agents: impl IntoIterator<Item = &'a Agent>) -> Self {
        let mut intents = Vec::new();
        let mut texts = Vec::new();
        for agent in agents {
            for intent in &agent.intents {
                texts.extend(intent.utterances.iter().map(|u| (intents.len(), features(u))));
                intents.push(IntentEntry { agent: agent.id, name: intent.name.clone() });
            }
        }
        texts.extend(ELSEWHERE.iter().map(|text| (intents.len(), features(text))));
        intents.push(IntentEntry { agent: NOBODY, name: String::new() });
        let features = weigh(&texts, intents.len());
        let examples: Vec<(usize, Sparse)> = texts.iter().map(|(i, f)| (*i, vector(&features, f))).collect();
        let of = |n: usize| examples.iter().filter(move |(i, _)| *i == n).map(|(_, v)| v);
        let centres: Vec<Sparse> = (0..intents.len()).map(|n| centre(of(n))).collect();
        let vectors: Vec<&Sparse> = examples.iter().map(|(_, v)| v).collect();
        let mut found_in = vec![Postings::default(); features.len()];
        for (at, list) in postings(&vectors, features.len()).into_iter().enumerate() {
            found_in[at].examples = list;
        }
        for (at, list) in postings(&centres.iter().collect::<Vec<_>>(), features.len()).into_iter().enumerate() {
            found_in[at].centres = list;
        }
        let learned = learn(&examples, features.len(), intents.len());
        let examples = examples.iter().map(|(i, _)| index(*i)).collect();
        Self { features, found_in, examples, learned, intents }
    }

    /// What the index holds in memory, about, in bytes: for capacity planning.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let names: usize = self.features.keys().map(|k| k.len() + size_of::<(Box<str>, (usize, f32))>() + 1).sum();
        let pairs: usize = self.found_in.iter().map(|p| p.examples.len() + p.centres.len()).sum();
        let intents: usize = self.intents.iter().map(|i| size_of::<IntentEntry>() + i.name.len()).sum();
        names
            + pairs * size_of::<(u32, f32)>()
            + self.found_in.len() * size_of::<Postings>()
            + intents
            + self.examples.len() * size_of::<u32>()
            + self.learned.len() * size_of::<f32>()
    }

    /// The best intent for a text, or `None` when it shares nothing with any.
    /// `current` is the agent that talks now: it wins what is nearly even.
    #[must_use]
    pub fn best(&self, text: &str, current: Option<AgentId>) -> Option<Match> {
        let mut ranked = self.ranked(text, current);
        let nobody = ranked.iter().position(|(n, _)| self.intents[*n].agent == NOBODY);
        let nobody = nobody.map_or(0.0, |at| ranked.remove(at).1);
        let (first, score) = *ranked.first()?;
        if score <= SAME_AGENT || nobody - score > ELSEWHERE_LEAD {
            return None;
        }
        let next = ranked.get(1).map_or(0.0, |(_, s)| *s);
        let entry = &self.intents[first];
        Some(Match { agent: entry.agent, intent: entry.name.clone(), score: score.min(1.0), margin: score - next })
    }

    /// Every intent's number with its score, best first.
    fn ranked(&self, text: &str, current: Option<AgentId>) -> Vec<(usize, f32)> {
        let said = vector(&self.features, &features(text));
        let mut near_example = vec![0.0_f32; self.examples.len()];
        let mut near_centre = vec![0.0_f32; self.intents.len()];
        for (feature, weight) in &said {
            let found = &self.found_in[*feature];
            found.examples.iter().for_each(|(at, w)| near_example[*at as usize] += weight * w);
            found.centres.iter().for_each(|(at, w)| near_centre[*at as usize] += weight * w);
        }
        let probable = probable(&self.learned, &said, self.intents.len());
        let mut nearest = vec![[0.0_f32; 2]; self.intents.len()];
        for (intent, s) in self.examples.iter().zip(near_example) {
            let best = &mut nearest[*intent as usize];
            if s > best[0] {
                *best = [s, best[0]];
            } else if s > best[1] {
                best[1] = s;
            }
        }
        let mut scores: Vec<(usize, f32)> = self
            .intents
            .iter()
            .enumerate()
            .map(|(i, entry)| {
                let near = 0.7 * nearest[i][0] + 0.3 * nearest[i][1];
                let bonus = if Some(entry.agent) == current { SAME_AGENT } else { 0.0 };
                let alike = NEAREST * near + (1.0 - NEAREST) * near_centre[i];
                (i, (1.0 - LEARNED) * alike + LEARNED * probable[i] + bonus)
            })
            .collect();
        scores.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        scores
    }
}

/// Features of a text with their weight before they are weighed by rarity.
fn features(text: &str) -> Vec<(String, f32)> {
    let words = plain(text);
    let stems: Vec<String> = words.iter().map(|w| stem(w)).collect();
    let mut found = Vec::new();
    let mut telling: Vec<&str> = Vec::new();
    for (word, stem) in words.iter().zip(&stems) {
        if little(word) {
            found.push((format!("w:{stem}"), LITTLE));
            continue;
        }
        found.push((format!("w:{stem}"), WORD));
        found.push((format!("s:{}", sound(stem)), SOUND));
        let framed: Vec<char> = format!("<{stem}>").chars().collect();
        let grams: Vec<String> = framed.windows(3).map(|g| g.iter().collect()).collect();
        #[allow(clippy::cast_precision_loss)] // a word has few letters
        let share = LETTERS / (grams.len().max(1) as f32).sqrt();
        found.extend(grams.into_iter().map(|g| (format!("c:{g}"), share)));
        let concept = concept(word);
        found.extend(concept.map(|c| (format!("k:{c}"), CONCEPT)));
        telling.push(concept.unwrap_or(stem));
    }
    found.extend(stems.windows(2).map(|w| (format!("b:{} {}", w[0], w[1]), PAIR)));
    for (at, a) in telling.iter().enumerate() {
        for b in telling.iter().skip(at + 1).take(3) {
            let (a, b) = if a < b { (a, b) } else { (b, a) };
            found.push((format!("u:{a} {b}"), NEAR));
        }
    }
    found
}

/// How telling each feature is: rare among examples, and found in few intents.
fn weigh(texts: &[(usize, Vec<(String, f32)>)], intents: usize) -> HashMap<Box<str>, (usize, f32)> {
    let mut seen: HashMap<&str, (usize, Vec<bool>)> = HashMap::new();
    for (intent, features) in texts {
        let mut names: Vec<&str> = features.iter().map(|(n, _)| n.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let entry = seen.entry(name).or_insert_with(|| (0, vec![false; intents]));
            entry.0 += 1;
            entry.1[*intent] = true;
        }
    }
    let mut names: Vec<_> = seen.into_iter().collect();
    names.sort_by(|a, b| a.0.cmp(b.0));
    #[allow(clippy::cast_precision_loss)] // a few thousand at most
    let weight = |examples: usize, spread: usize| {
        (1.0 + texts.len() as f32 / examples as f32).ln().powf(RARE_EXAMPLE)
            * (1.0 + intents as f32 / spread as f32).ln().powf(RARE_INTENT)
    };
    names
        .into_iter()
        .enumerate()
        .map(|(i, (name, (examples, places)))| {
            (name.into(), (i, weight(examples, places.iter().filter(|p| **p).count())))
        })
        .collect()
}

fn vector(known: &HashMap<Box<str>, (usize, f32)>, features: &[(String, f32)]) -> Sparse {
    let mut sums: HashMap<usize, f32> = HashMap::new();
    let mut unknown = 0.0;
    for (name, weight) in features {
        match known.get(name.as_str()) {
            Some((i, rarity)) => *sums.entry(*i).or_default() += weight * rarity,
            // A word that no example has says that the text is about something else.
            None if name.starts_with("w:") => unknown += UNKNOWN,
            None => {}
        }
    }
    let mut pairs: Sparse = sums.into_iter().collect();
    pairs.sort_unstable_by_key(|p| p.0);
    scaled(pairs, unknown)
}

fn centre<'a>(examples: impl Iterator<Item = &'a Sparse>) -> Sparse {
    let mut sums: HashMap<usize, f32> = HashMap::new();
    for (i, w) in examples.flatten() {
        *sums.entry(*i).or_default() += w;
    }
    let mut pairs: Sparse = sums.into_iter().collect();
    pairs.sort_unstable_by_key(|p| p.0);
    scaled(pairs, 0.0)
}

fn scaled(mut pairs: Sparse, extra: f32) -> Sparse {
    let length = (pairs.iter().map(|(_, w)| w * w).sum::<f32>() + extra).sqrt();
    if length > 0.0 {
        pairs.iter_mut().for_each(|(_, w)| *w /= length);
    }
    pairs
}

/// Multinomial logistic regression over the examples, by plain descent in
/// their own order: the same catalogue always gives the same weights.
fn learn(examples: &[(usize, Sparse)], features: usize, intents: usize) -> Vec<f32> {
    let mut weights = vec![0.0_f32; features * intents];
    let mut rate = RATE;
    for _ in 0..ROUNDS {
        for step in 0..examples.len() {
            // A stride that meets the intents in turn, not one after the other.
            let (intent, vector) = &examples[step * 7919 % examples.len()];
            let mut wrong = probable(&weights, vector, intents);
            wrong[*intent] -= 1.0;
            for (feature, weight) in vector {
                let row = &mut weights[feature * intents..(feature + 1) * intents];
                row.iter_mut().zip(&wrong).for_each(|(w, g)| *w -= rate * g * weight);
            }
        }
        rate *= DECAY;
    }
    weights
}

/// How probable each intent is for a text by the learned weights, summing to 1.
fn probable(weights: &[f32], said: &Sparse, intents: usize) -> Vec<f32> {
    let mut sums = vec![0.0_f32; intents];
    for (feature, weight) in said {
        let row = &weights[feature * intents..(feature + 1) * intents];
        sums.iter_mut().zip(row).for_each(|(s, w)| *s += weight * w);
    }
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    sums.iter_mut().for_each(|s| *s = (*s - most).exp());
    let total: f32 = sums.iter().sum();
    sums.iter_mut().for_each(|s| *s /= total);
    sums
}

/// By feature: the vectors that hold it, with its weight there.
fn postings(vectors: &[&Sparse], features: usize) -> Vec<Box<[(u32, f32)]>> {
    let mut lists = vec![Vec::new(); features];
    for (at, vector) in vectors.iter().enumerate() {
        for (feature, weight) in *vector {
            lists[*feature].push((index(at), *weight));
        }
    }
    lists.into_iter().map(Vec::into_boxed_slice).collect()
}

/// A sector has a few thousand examples at most.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// One word for what callers say in several ways, in any sector.
const SAME: &[(&str, &str)] = &[
    ("package", "parcel"),
    ("packet", "parcel"),
    ("shipment", "parcel"),
    ("consignment", "parcel"),
    ("arrive", "come"),
    ("reach", "come"),
    ("came", "come"),
    ("get", "receive"),
    ("got", "receive"),
    ("kindly", "please"),
    ("purchase", "order"),
    ("bought", "order"),
    ("gave", "give"),
    ("sent", "send"),
    ("bill", "payment"),
    ("paid", "pay"),
    ("amount", "money"),
    ("debit", "deduct"),
    ("cut", "deduct"),
    ("somebody", "someone"),
    ("anyone", "someone"),
    ("anybody", "someone"),
    ("broken", "break"),
    ("broke", "break"),
    ("defective", "damage"),
    ("faulty", "damage"),
    ("crack", "damage"),
    ("torn", "damage"),
    ("colour", "color"),
    ("swap", "exchange"),
    ("phone", "call"),
    ("ring", "call"),
    ("mobile", "call"),
    ("visit", "appointment"),
    ("reschedule", "change"),
    ("shift", "change"),
    ("timing", "time"),
    ("physician", "doctor"),
    ("dr", "doctor"),
    ("prescribe", "prescription"),
    ("tablet", "medicine"),
    ("medication", "medicine"),
    ("renewal", "renew"),
    ("specialist", "doctor"),
    ("gone", "go"),
    ("want", "want"),
    ("wish", "want"),
    ("like", "want"),
    ("need", "want"),
];

/// The word without its ending, and one word for its likes.
fn stem(word: &str) -> String {
    let mut w = word;
    for ending in ["ations", "ation", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly"] {
        if let Some(cut) = w.strip_suffix(ending).filter(|c| c.len() >= 3 && !w.ends_with("ss")) {
            w = cut;
            break;
        }
    }
    let w = w.strip_suffix('e').filter(|c| c.len() >= 3).unwrap_or(w);
    static LIKES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let keys = |from: &'static str| [from, from.strip_suffix('e').unwrap_or(from)];
        SAME.iter().rev().flat_map(|(from, to)| keys(from).map(|key| (key, *to))).collect()
    });
    let same = LIKES.get(word).or_else(|| LIKES.get(w));
    same.map_or(w, |to| to.strip_suffix('e').filter(|c| c.len() >= 3).unwrap_or(to)).to_owned()
}

#[cfg(test)]
mod tests;
