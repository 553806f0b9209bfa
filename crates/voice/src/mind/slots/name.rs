//! Names, and one of several things that were offered.

use super::number;
use crate::mind::words::{close, distance, plain, sound};

/// A person's name, capitalised: what is left of "my name is Asha Rao". At
/// most three words; `None` when nothing is left or it is no name.
#[must_use]
pub fn name(text: &str) -> Option<String> {
    let words = plain(text);
    let lead = words
        .iter()
        .rposition(|w| matches!(w.as_str(), "name" | "is" | "naam" | "am" | "for" | "called" | "this" | "mera"));
    let rest = lead.map_or(&words[..], |at| &words[at + 1..]);
    const NOT_NAMES: &[&str] = &[
        "the", "a", "my", "it", "yes", "no", "okay", "um", "uh", "please", "hai", "sir", "madam", "patient", "mr",
        "mrs", "miss", "ms", "ji", "speaking", "here", "not", "know", "do", "i", "you", "what", "haan", "nahi", "and",
        "to", "mother", "father", "son", "daughter", "wife", "husband",
    ];
    let kept: Vec<String> = rest
        .iter()
        .filter(|w| !NOT_NAMES.contains(&w.as_str()) && w.chars().all(char::is_alphabetic))
        .take(3)
        .map(|w| capital(w))
        .collect();
    (!kept.is_empty()).then(|| kept.join(" "))
}

/// Whether `heard` may be what a recogniser wrote for `written`: every word of
/// the written name was said as it sounds, titles aside.
#[must_use]
pub fn same_person(heard: &str, written: &str) -> bool {
    let words = |text: &str| {
        let titles = ["mr", "mrs", "ms", "miss", "master", "shri", "smt", "ji"];
        plain(text).into_iter().filter(|w| !titles.contains(&w.as_str())).collect::<Vec<_>>()
    };
    let (heard, written) = (words(heard), words(written));
    let each = written.iter().all(|name| heard.iter().any(|word| alike(word, name)));
    // "Asharao" for "Asha Rao".
    !written.is_empty() && (each || close(&heard.concat(), &written.concat()))
}

/// Which of the offered titles is meant, from 0: by its number, by "first"
/// and "last", or by the title's own telling words as they sound. `None` when
/// none or more than one fits as well.
#[must_use]
pub fn pick(text: &str, titles: &[&str]) -> Option<usize> {
    let words = plain(text);
    let mut scores: Vec<(usize, usize)> = titles.iter().enumerate().map(|(i, t)| (overlap(&words, t), i)).collect();
    scores.sort_by(|a, b| b.cmp(a));
    if let [(best, at), rest @ ..] = scores.as_slice()
        && *best > 0
        && rest.first().is_none_or(|(next, _)| next < best)
    {
        return Some(*at);
    }
    if words.iter().any(|w| w == "last") {
        return titles.len().checked_sub(1);
    }
    let n = usize::try_from(number(&words)?).ok()?;
    (1..=titles.len()).contains(&n).then(|| n - 1)
}

/// Letters of the title's words that were said, twice where they were heard
/// exactly and once where they only sound alike.
fn overlap(words: &[String], title: &str) -> usize {
    const COMMON: &[&str] =
        &["doctor", "the", "and", "for", "with", "first", "last", "one", "two", "three", "second", "third"];
    plain(title)
        .iter()
        .filter(|t| t.len() >= 3 && !COMMON.contains(&t.as_str()))
        .map(|t| match t.len() {
            n if words.contains(t) => 2 * n,
            n if words.iter().any(|w| w.len() >= 3 && alike(w, t)) => n,
            _ => 0,
        })
        .sum()
}

fn alike(heard: &str, meant: &str) -> bool {
    let root = heard.len().min(meant.len()).min(6);
    heard == meant
        || (sound(heard) == sound(meant) && distance(heard, meant) <= 2)
        // "dentist" for "dental", "skirts" for "skirt".
        || (root >= 4 && heard.is_char_boundary(root) && meant.is_char_boundary(root) && heard[..root] == meant[..root])
        || (meant.len() >= 6 && distance(heard, meant) <= 1)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_is_left() {
        for (text, want) in [
            ("My name is Asha Rao.", "Asha Rao"),
            ("asha rao", "Asha Rao"),
            ("it's for my mother Lakshmi", "Lakshmi"),
            ("this is Ravi Kumar speaking", "Ravi Kumar"),
            ("mera naam Suresh hai", "Suresh"),
        ] {
            assert_eq!(name(text).as_deref(), Some(want), "{text}");
        }
        assert_eq!(name("yes"), None);
        assert_eq!(name("1234"), None);
        assert_eq!(name(""), None);
    }

    #[test]
    fn a_persons_name_as_it_sounds() {
        for heard in ["Asha Rao", "Asha Row", "Aasha Rao", "Rao Asha", "Asharao", "Mrs Asha Rao"] {
            assert!(same_person(heard, "Asha Rao"), "{heard}");
        }
        for heard in ["", "Asha", "Rao", "Ravi Kumar", "Caller", "Asha Nair"] {
            assert!(!same_person(heard, "Asha Rao"), "{heard}");
        }
        assert!(same_person("Asha Rao", "Smt. Asha Rao"));
        assert!(!same_person("Caller", "Caller 3210") && !same_person("Asha", "") && !same_person("", ""));
    }

    #[test]
    fn choices_by_number_or_title() {
        let items = ["Blue cotton kurta", "Steel water bottle", "Leather belt"];
        for (text, want) in [
            ("the second one", Some(1)),
            ("option 3", Some(2)),
            ("the bottle", Some(1)),
            ("the blue one please", Some(0)),
            ("lether belt", Some(2)),
            ("the last one", Some(2)),
            ("four", None),
            ("everything", None),
        ] {
            assert_eq!(pick(text, &items), want, "{text}");
        }
        assert_eq!(pick("doctor row", &["Doctor Rao, general medicine", "Doctor Mehta, skin"]), Some(0));
        // "meet" sounds like "mehta", but "rao" was heard exactly.
        assert_eq!(pick("i want to meet doctor rao", &["Doctor Rao general", "Doctor Mehta skin"]), Some(0));
        assert_eq!(pick("the skin doctor", &["Doctor Rao, general medicine", "Doctor Mehta, skin"]), Some(1));
    }
}
