//! Stress marks and the classes of phonemes (misaki's alphabet).

pub(super) const PRIMARY: char = 'ˈ';
pub(super) const SECONDARY: char = 'ˌ';
const VOWELS: &str = "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ";
const CONSONANTS: &str = "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ";
const LONG: &str = "AIOQWYʤʧ";

/// How strongly a word is said, in halves, as misaki counts: −4 takes all marks away,
/// −2 and −1 weaken, 1 and 2 give an unmarked word a secondary mark, 4 a primary one.
pub(super) type Stress = i8;

pub(super) fn is_vowel(c: char) -> bool {
    VOWELS.contains(c)
}

pub(super) fn is_consonant(c: char) -> bool {
    CONSONANTS.contains(c)
}

/// A word's weight when two words share one stress.
pub(super) fn weight(phonemes: &str) -> usize {
    phonemes.chars().map(|c| if LONG.contains(c) { 2 } else { 1 }).sum()
}

pub(super) fn apply(phonemes: &str, stress: Option<Stress>) -> String {
    let Some(stress) = stress else { return phonemes.to_owned() };
    let (primary, secondary) = (phonemes.contains(PRIMARY), phonemes.contains(SECONDARY));
    let unmarked = !primary && !secondary;
    match stress {
        ..-2 => phonemes.replace([PRIMARY, SECONDARY], ""),
        -2 => weaker(phonemes),
        -1 | 0 if primary => weaker(phonemes),
        0..=2 if unmarked => mark(phonemes, SECONDARY),
        _ if stress >= 2 && !primary && secondary => phonemes.replace(SECONDARY, &PRIMARY.to_string()),
        _ if stress > 2 && unmarked => mark(phonemes, PRIMARY),
        _ => phonemes.to_owned(),
    }
}

fn weaker(phonemes: &str) -> String {
    phonemes.replace(SECONDARY, "").replace(PRIMARY, &SECONDARY.to_string())
}

/// A mark stands right before the vowel that it lifts.
fn mark(phonemes: &str, with: char) -> String {
    let mut marked = phonemes.to_owned();
    if let Some(at) = phonemes.find(is_vowel) {
        marked.insert(at, with);
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_move_with_the_stress() {
        assert_eq!(apply("həlˈO", Some(-1)), "həlˌO");
        assert_eq!(apply("ənd", Some(1)), "ˌənd");
        assert_eq!(apply("ðˌɛm", Some(4)), "ðˈɛm");
        assert_eq!(apply("tu", Some(4)), "tˈu");
        assert_eq!(apply("həlˈOˌ", Some(-4)), "həlO");
        assert_eq!(weight("həlO"), 5);
    }
}
