//! Whatever comes in: no panic, an end within bounds, no claim without a fact.

use super::talk::{OWN, Talk};
use caly_core::agent::{Catalogue, Goal};
use caly_core::mind::{Heard, MindIn, MindOut};
use caly_core::sector::Sector;
use caly_core::tool::ToolResult;
use proptest::prelude::*;

const SAID: &[&str] = &[
    "where is my order",
    "1024",
    "one zero two four",
    "yes",
    "no",
    "purple",
    "I want to return an item",
    "the first one",
    "tomorrow",
    "ten thirty",
    "Asha Rao",
    "book an appointment",
    "cancel my appointment",
    "seven",
    "nine nine nine",
    "",
    "thank you",
    "repeat",
    "wait",
    "doctor rao",
    "when is my appointment",
    "I want my money back",
    "leave a message",
    "who are you",
    "any time",
    "it is too small",
    "three two one zero",
    "reschedule",
    "which doctors do you have",
    "हाँ",
    "é#*",
];

fn input() -> impl Strategy<Value = MindIn> {
    let text = prop_oneof![8 => prop::sample::select(SAID).prop_map(str::to_owned), 1 => ".{0,30}"];
    let heard = |text: String, keys: String| MindIn::Heard(Heard { text, keys });
    prop_oneof![
        10 => text.prop_map(move |t| heard(t, String::new())),
        4 => "[0-9*#]{1,5}".prop_map(move |k| heard(String::new(), k)),
        2 => (0u32..5).prop_map(MindIn::Silence),
        1 => Just(MindIn::Tool(ToolResult::NotConnected)),
        1 => Just(MindIn::Tool(ToolResult::Order(None))),
        1 => Just(MindIn::Interrupted { id: 1, heard: String::new() }),
        1 => Just(MindIn::Spoken { id: 1 }),
        1 => Just(MindIn::Begin { caller: None, ears: true }),
    ]
}

fn answers(sector: Sector) -> impl Iterator<Item = &'static str> {
    let agents = Catalogue::embedded().unwrap().in_sector(sector);
    let intents = agents.flat_map(|agent| agent.intents.iter().filter(|i| i.goal == Goal::Answer));
    intents.filter_map(|intent| intent.reply.as_deref())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn any_conversation_ends(
        inputs in prop::collection::vec(input(), 1..90),
        clinic: bool, ears: bool, mouth: bool, own: bool,
    ) {
        let sector = if clinic { Sector::Healthcare } else { Sector::Ecommerce };
        let mut t = Talk::with(sector, if own { OWN } else { "anonymous" }, ears, mouth);
        for input in inputs {
            t.input(input);
            prop_assert!(t.outs.len() < 40);
            if t.ended() {
                break;
            }
        }
        // A caller who only goes on talking nonsense ends too.
        for _ in 0..70 {
            if t.ended() { break; }
            t.say("wait");
        }
        prop_assert!(t.ended());
        prop_assert_eq!(t.all.iter().filter(|o| **o == MindOut::End).count(), 1);
        prop_assert!(t.all.iter().filter(|o| matches!(o, MindOut::Rated(_))).count() <= 1);
        // Every resolving claim stands on a tool that was called before it, or
        // is the catalogue's own answer.
        let mut tools = 0;
        for out in &t.all {
            tools += usize::from(matches!(out, MindOut::Tool(_)));
            if let MindOut::Say(speech) = out {
                prop_assert!(!speech.resolving || tools > 0 || answers(sector).any(|reply| reply == speech.text));
            }
        }
        for pair in t.all.windows(2) {
            if let (a, MindOut::Tool(call)) = (&pair[0], &pair[1]) {
                let expect_first = matches!(a, MindOut::Expect(_));
                prop_assert!(expect_first, "{:?} before {:?}", a, call);
            }
        }
        let writes = t.tools().iter().filter(|c| c.writes()).count();
        let confirmed = t.all.iter().filter(|o| **o == MindOut::Confirmed).count();
        prop_assert_eq!(writes, confirmed);
        // Once over, nothing more is said.
        t.say("hello");
        prop_assert!(t.outs.is_empty());
    }
}
