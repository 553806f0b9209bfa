//! Where to cut text so that the first audio leaves early.

/// More phonemes than this in one run of the network are cut at a clause.
const MOST_PHONEMES: usize = 400;

/// Words whose full stop does not end a sentence.
const TITLES: [&str; 26] = [
    "Adm", "Capt", "Cmdr", "Col", "Cpl", "Dr", "Fr", "Ft", "Gen", "Gov", "Hon", "Lt", "Maj", "Mr", "Mrs", "Ms", "Msgr",
    "Mt", "Pres", "Prof", "Rep", "Rev", "Sen", "Sgt", "St", "Supt",
];

/// The sentences of a text, each without outer blanks. A line break ends one; so does
/// `.`, `!`, `?` or `…` before a blank, unless a title or an initial carries the full
/// stop ("Dr. Rao") or the next word starts small.
#[must_use]
pub fn sentences(text: &str) -> Vec<&str> {
    text.lines().flat_map(of_line).map(str::trim).filter(|s| !s.is_empty()).collect()
}

/// Phonemes in runs that the network takes, cut after clause marks.
pub(super) fn parts(phonemes: &str) -> Vec<String> {
    if phonemes.chars().count() <= MOST_PHONEMES {
        return vec![phonemes.to_owned()];
    }
    let mut parts: Vec<String> = Vec::new();
    for clause in phonemes.split_inclusive([',', ';', ':', '—']) {
        let clause = clause.trim();
        match parts.last_mut() {
            Some(last) if last.chars().count() + clause.chars().count() < MOST_PHONEMES => {
                last.push(' ');
                last.push_str(clause);
            }
            _ => parts.push(clause.to_owned()),
        }
    }
    parts
}

fn of_line(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, mark) in line.char_indices().filter(|(_, c)| ".!?…".contains(*c)) {
        let after = at + mark.len_utf8();
        let rest = &line[after..];
        let next = rest.trim_start_matches(['"', '”', '’', ')', ']']);
        let closed = after + rest.len() - next.len();
        let begins = next.trim_start();
        if after > start && begins.len() < next.len() && ends(&line[start..at], mark, begins) {
            found.push(&line[start..closed]);
            start = closed;
        }
    }
    found.push(&line[start..]);
    found
}

fn ends(before: &str, mark: char, next: &str) -> bool {
    if next.chars().next().is_none_or(char::is_lowercase) {
        return false;
    }
    let word = before.rsplit(' ').next().unwrap_or_default();
    let word = word.trim_start_matches(['(', '"', '“', '\'', '‘']);
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    mark != '.' || !(initial || TITLES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_where_a_speaker_would() {
        let cut = sentences("Hello! Dr. Rao is in. J. K. Iyer too (at 5 p.m. today). Bye\nNow");
        let whole = ["Hello!", "Dr. Rao is in.", "J. K. Iyer too (at 5 p.m. today).", "Bye", "Now"];
        assert_eq!(cut, whole);
        assert!(sentences("  \n ").is_empty());
    }

    #[test]
    fn long_runs_are_cut_at_clauses() {
        let long = "həlˈO ðˈɛɹ, ".repeat(60);
        let parts = parts(&long);
        assert!(parts.len() > 1 && parts.iter().all(|p| p.chars().count() <= MOST_PHONEMES));
    }
}
