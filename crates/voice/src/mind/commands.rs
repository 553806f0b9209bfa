//! What a caller may say at any time, whatever was asked: a person, once
//! more, wait, goodbye, and anger; and yes and no.

use super::words::{close, has};

/// Said at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// A person is asked for.
    Person,
    /// The caller is angry.
    Anger,
    /// Say that again.
    Repeat,
    /// The caller needs a moment.
    Wait,
    /// The caller has done.
    Goodbye,
}

/// The command in a turn's plain words, if any.
#[must_use]
pub fn command(words: &[String]) -> Option<Command> {
    if words.iter().any(|w| ANGER.contains(&w.as_str())) || ANGRY_PHRASES.iter().any(|p| has(words, p)) {
        return Some(Command::Anger);
    }
    if person(words) {
        return Some(Command::Person);
    }
    // "A repeat prescription" and "repeat my order" are wishes.
    let again =
        |w: &String| matches!(w.as_str(), "prescription" | "medicine" | "medicines" | "tablets" | "order" | "test");
    let once_more = short(words, 2) && words.iter().any(|w| w == "dobara");
    if once_more || short(words, 5) && !words.iter().any(again) && REPEAT.iter().any(|p| has(words, p)) {
        return Some(Command::Repeat);
    }
    if short(words, 7) && GOODBYE.iter().any(|p| has(words, p)) {
        return Some(Command::Goodbye);
    }
    let wait = short(words, 4) && WAIT.iter().any(|p| has(words, p));
    (wait || words == ["stop"]).then_some(Command::Wait)
}

/// Yes or no in a turn's plain words. A soft yes ("okay", "ji") gives way to
/// any no in the same turn; otherwise the first clear word counts.
#[must_use]
pub fn yes_no(words: &[String]) -> Option<bool> {
    if words.len() <= 2 {
        match words.first().map(String::as_str) {
            // What the recogniser makes of a lone yes or no.
            Some("yas" | "yess" | "yea" | "yah" | "es" | "yet" | "han" | "hun" | "hon" | "haa") => {
                return Some(true);
            }
            Some("know" | "noh" | "now" | "nau" | "nay" | "naw") => return Some(false),
            _ => {}
        }
    }
    let word = |list: &[&str], w: &String| list.contains(&w.as_str());
    let clear = words.iter().find_map(|w| if word(YES, w) { Some(true) } else { word(NO, w).then_some(false) });
    clear.or_else(|| words.iter().any(|w| word(SOFT_YES, w)).then_some(true))
}

/// Whether the turn is only thanks.
#[must_use]
pub fn thanks(words: &[String]) -> bool {
    short(words, 4) && words.iter().any(|w| matches!(w.as_str(), "thanks" | "thank" | "dhanyavaad" | "shukriya"))
}

const YES: &[&str] = &[
    "yes",
    "yeah",
    "yep",
    "yup",
    "ya",
    "haan",
    "haanji",
    "haa",
    "correct",
    "absolutely",
    "definitely",
    "bilkul",
    "sahi",
];
const SOFT_YES: &[&str] = &[
    "ji", "okay", "ok", "sure", "right", "fine", "theek", "thik", "confirm", "perfect", "good", "great", "please",
    "it", "course", "ahead", "done",
];
const NO: &[&str] = &[
    "no",
    "nope",
    "nah",
    "na",
    "nahi",
    "nahin",
    "not",
    "wrong",
    "incorrect",
    "never",
    "mat",
    "galat",
    "neither",
    "none",
];

const ANGER: &[&str] = &[
    "stupid",
    "useless",
    "idiot",
    "idiots",
    "ridiculous",
    "pathetic",
    "nonsense",
    "rubbish",
    "bakwas",
    "bewakoof",
    "damn",
    "bloody",
    "hell",
    "fuck",
    "fucking",
    "shit",
    "bullshit",
    "fraudsters",
    "cheaters",
    "cheating",
    "shameless",
    "disgusting",
    "outrageous",
    "horrible",
    "furious",
];
const ANGRY_PHRASES: &[&str] = &[
    "fed up",
    "you are fraud",
    "you are a fraud",
    "are all fraud",
    "fraud company",
    "you are scam",
    "you are a scam",
    "sick of",
    "worst service",
    "consumer court",
    "police complaint",
    "waste of time",
    "wasting my time",
    "legal action",
    "very angry",
    "so angry",
    "am angry",
];
const REPEAT: &[&str] = &[
    "repeat",
    "say again",
    "say that again",
    "say it again",
    "again please",
    "come again",
    "pardon",
    "once more",
    "what did you say",
    "did not hear",
    "did not catch",
    "phir se",
    "one more time",
];
const GOODBYE: &[&str] = &[
    "bye",
    "goodbye",
    "good bye",
    "nothing else",
    "that is all",
    "that will be all",
    "that is it",
    "nothing more",
    "no more questions",
    "hang up",
    "alvida",
    "have a nice day",
];
const WAIT: &[&str] =
    &["wait", "hold on", "one minute", "one moment", "one second", "ruko", "rukiye", "ek minute", "just a minute"];

/// Words that mean a person by themselves, or only after "talk to".
const PEOPLE: &[&str] = &[
    "human",
    "representative",
    "executive",
    "manager",
    "supervisor",
    "operator",
    "insaan",
    "agent",
    "person",
    "staff",
    "officer",
    "receptionist",
];
/// Words of their own that are near one of those.
const OTHERS: &[&str] = &[
    "office",
    "offices",
    "offer",
    "offered",
    "operate",
    "operation",
    "operations",
    "manage",
    "managed",
    "stuff",
    "parent",
    "persons",
    "talks",
    "execution",
];
const ANYONE: &[&str] = &["someone", "somebody", "anyone", "anybody", "people"];
const TALK: &[&str] = &["speak", "talk", "talking", "connect", "transfer", "baat"];
const GIVE: &[&str] = &["want", "need", "get", "put", "give", "pass", "real", "live", "let", "chahiye"];

fn person(words: &[String]) -> bool {
    let question = ["am i", "are you", "is this", "is it"].iter().any(|p| has(words, p)) || has(words, "wrong person");
    if question {
        return false;
    }
    let heard =
        |w: &String, l: &str| !OTHERS.contains(&w.as_str()) && (close(w, l) || (l == "person" && w == "parson"));
    let any = |list: &[&str]| words.iter().any(|w| list.iter().any(|l| heard(w, l)));
    let talk = any(TALK);
    let desk = ["customer care", "human being", "call center", "call centre"].iter().any(|p| has(words, p));
    if desk && (talk || any(GIVE) || words.len() <= 2) {
        return true;
    }
    (any(PEOPLE) && (talk || any(GIVE) || words.len() <= 3)) && !told(words) || (talk && any(ANYONE))
}

/// "Tell the manager that …" leaves a message, it asks for nobody.
fn told(words: &[String]) -> bool {
    let about = [
        "tell",
        "inform",
        "ask",
        "message",
        "doctor",
        "report",
        "complain",
        "harassment",
        "employed",
        "join",
        "sell",
        "health",
    ];
    words.iter().any(|w| about.contains(&w.as_str()))
}

fn short(words: &[String], most: usize) -> bool {
    words.len() <= most
}

#[cfg(test)]
mod tests {
    use super::super::words::plain;
    use super::*;
    use caly_core::agent::Catalogue;

    fn c(text: &str) -> Option<Command> {
        command(&plain(text))
    }

    #[test]
    fn commands_are_heard() {
        for text in [
            "I want to speak to a person",
            "agent",
            "human please",
            "give me the manager",
            "Insaan se baat karni hai",
            "can I talk to somebody",
            "transfer me to a representative",
            "talk to a parson",
            "connect me to customer care",
            "real person",
        ] {
            assert_eq!(c(text), Some(Command::Person), "{text}");
        }
        for text in [
            "this is useless",
            "I am fed up with you",
            "you stupid machine",
            "this company is all fraud company",
            "I will go to consumer court",
        ] {
            assert_eq!(c(text), Some(Command::Anger), "{text}");
        }
        assert_eq!(c("Sorry, say that again?"), Some(Command::Repeat));
        assert_eq!(c("no that is all, thank you"), Some(Command::Goodbye));
        assert_eq!(c("wait one second"), Some(Command::Wait));
    }

    /// Every utterance of the catalogue must reach the matcher, none may end
    /// as a command.
    #[test]
    fn no_intent_is_taken_for_a_command() {
        let c = Catalogue::embedded().unwrap();
        let all = c.agents().iter().flat_map(|a| &a.intents).flat_map(|i| &i.utterances);
        let taken: Vec<_> = all.filter_map(|u| self::c(u).map(|command| (u, command))).collect();
        assert!(taken.is_empty(), "{taken:?}");
    }

    #[test]
    fn yes_and_no_in_their_ways() {
        let y = |t: &str| yes_no(&plain(t));
        for text in [
            "yes",
            "Yeah, that's right.",
            "haan",
            "haan ji",
            "ji",
            "okay",
            "theek hai",
            "sure go ahead",
            "yet",
            "yes please",
            "yes why not",
            "correct",
        ] {
            assert_eq!(y(text), Some(true), "{text}");
        }
        for text in
            ["no", "nahi", "ji nahi", "that is not right", "Nope.", "no thank you", "know", "wrong", "not really"]
        {
            assert_eq!(y(text), Some(false), "{text}");
        }
        assert_eq!(y("purple"), None);
    }
}
