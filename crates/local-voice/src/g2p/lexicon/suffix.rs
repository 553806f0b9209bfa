//! -s, -ed and -ing on a known stem, with the sound that joins them.

use super::{Lexicon, Query};

/// Sounds after which an American t turns into a tap.
const TAP_AFTER: &str = "AIOWYiuæɑəɛɪɹʊʌ";

pub(in crate::g2p) fn stemmed(lexicon: &Lexicon<'_>, word: &str, query: Query<'_>) -> Option<String> {
    let going = Query { stress: query.stress.or(Some(1)), ..query };
    plural(lexicon, word, query).or_else(|| past(lexicon, word, query)).or_else(|| running(lexicon, word, going))
}

/// "orders", "rupee's", "ladies".
pub(in crate::g2p) fn plural(lexicon: &Lexicon<'_>, word: &str, query: Query<'_>) -> Option<String> {
    let long = word.chars().count();
    let bare = word.strip_suffix('s').filter(|_| long >= 3)?;
    let stem = |s: &str| lexicon.knows(s).then(|| s.to_owned());
    let simple = || stem(bare).filter(|_| !bare.ends_with('s'));
    let owner = || bare.strip_suffix('\'').and_then(stem);
    let with_e = || bare.strip_suffix('e').filter(|e| long > 4 && !e.ends_with('i')).and_then(stem);
    let with_y = || bare.strip_suffix("ie").filter(|_| long > 4).and_then(|y| stem(&format!("{y}y")));
    let stem = simple().or_else(owner).or_else(with_e).or_else(with_y)?;
    lexicon.lookup(&stem, query).and_then(|p| with_s(&p))
}

/// "shipped", "moved".
fn past(lexicon: &Lexicon<'_>, word: &str, query: Query<'_>) -> Option<String> {
    let long = word.chars().count();
    let bare = word.strip_suffix('d').filter(|_| long >= 4)?;
    let stem = |s: &str| lexicon.knows(s).then(|| s.to_owned());
    let simple = || stem(bare).filter(|_| !bare.ends_with('d'));
    let with_e = || bare.strip_suffix('e').filter(|e| long > 4 && !e.ends_with('e')).and_then(stem);
    let stem = simple().or_else(with_e)?;
    lexicon.lookup(&stem, query).and_then(|p| with_ed(&p))
}

/// "going", "making", "stopping".
fn running(lexicon: &Lexicon<'_>, word: &str, query: Query<'_>) -> Option<String> {
    let long = word.chars().count();
    let bare = word.strip_suffix("ing").filter(|_| long >= 5)?;
    let stem = |s: &str| lexicon.knows(s).then(|| s.to_owned());
    let simple = || stem(bare).filter(|_| long > 5);
    let with_e = || stem(&format!("{bare}e"));
    let doubled = || stem(&bare[..bare.len() - 1]).filter(|_| long > 5);
    let stem = simple().or_else(with_e).or_else(|| if doubles(bare) { doubled() } else { None })?;
    lexicon.lookup(&stem, query).map(|p| with_ing(&p))
}

/// "stopp", "panick".
fn doubles(bare: &str) -> bool {
    let mut back = bare.chars().rev();
    let (last, before) = (back.next(), back.next());
    let twice = last.is_some() && last == before && last.is_some_and(|c| "bcdgklmnprstvxz".contains(c));
    twice || bare.ends_with("ck")
}

pub(in crate::g2p) fn with_s(stem: &str) -> Option<String> {
    let last = stem.chars().next_back()?;
    Some(match last {
        l if "ptkfθ".contains(l) => format!("{stem}s"),
        l if "szʃʒʧʤ".contains(l) => format!("{stem}ᵻz"),
        _ => format!("{stem}z"),
    })
}

pub(in crate::g2p) fn with_ed(stem: &str) -> Option<String> {
    let last = stem.chars().next_back()?;
    Some(match last {
        l if "pkfθʃsʧ".contains(l) => format!("{stem}t"),
        'd' => format!("{stem}ᵻd"),
        't' => match tapped(stem) {
            Some(tap) => format!("{tap}ᵻd"),
            None if stem.chars().count() < 2 => format!("{stem}ɪd"),
            None => format!("{stem}ᵻd"),
        },
        _ => format!("{stem}d"),
    })
}

pub(in crate::g2p) fn with_ing(stem: &str) -> String {
    match tapped(stem) {
        Some(tap) => format!("{tap}ɪŋ"),
        None => format!("{stem}ɪŋ"),
    }
}

/// "wait" with its t tapped, when the sound before it allows.
fn tapped(stem: &str) -> Option<String> {
    let before = stem.strip_suffix('t')?;
    before.ends_with(|c| TAP_AFTER.contains(c)).then(|| format!("{before}ɾ"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_joining_sound_follows_the_stem() {
        assert_eq!(with_s("kˈæt").as_deref(), Some("kˈæts"));
        assert_eq!(with_s("bˈʌs").as_deref(), Some("bˈʌsᵻz"));
        assert_eq!(with_ed("wˈAt").as_deref(), Some("wˈAɾᵻd"));
        assert_eq!(with_ed("nˈid").as_deref(), Some("nˈidᵻd"));
        assert_eq!(with_ing("ɹˈIt"), "ɹˈIɾɪŋ");
        assert!(doubles("stopp") && doubles("panick") && !doubles("eat"));
    }
}
