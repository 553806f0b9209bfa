//! One pass of a pattern over a text, with a look at what stands around each find.

use regex::{Captures, Regex};

/// What becomes of a find.
pub(super) enum Rewrite {
    /// These words instead.
    To(String),
    /// It was meant, but stays as written.
    Keep,
    /// Not what the pattern is for: look again one character further on.
    Pass,
}

impl From<Option<String>> for Rewrite {
    fn from(words: Option<String>) -> Self {
        words.map_or(Self::Keep, Self::To)
    }
}

pub(super) fn rewrite(text: &str, pattern: &Regex, read: impl Fn(&Captures<'_>, &str) -> Rewrite) -> String {
    let (mut out, mut done, mut from) = (String::with_capacity(text.len()), 0, 0);
    while let Some((found, all)) = pattern.captures_at(text, from).and_then(|c| Some((c.get(0)?.range(), c))) {
        match read(&all, text) {
            Rewrite::To(words) => {
                out.push_str(&text[done..found.start]);
                out.push_str(&words);
                done = found.end;
                from = found.end;
            }
            Rewrite::Keep => from = found.end,
            Rewrite::Pass => from = found.start + step(text, found.start),
        }
        if found.is_empty() {
            from = from.max(found.end + step(text, found.end));
        }
        if from > text.len() {
            break;
        }
    }
    out.push_str(&text[done..]);
    out
}

/// The characters before and after a find.
pub(super) fn around(found: &Captures<'_>, text: &str) -> (Option<char>, Option<char>) {
    let range = found.get(0).map_or(0..0, |m| m.range());
    (text[..range.start].chars().next_back(), text[range.end..].chars().next())
}

/// The group's text; empty when it took no part.
pub(super) fn group<'t>(found: &Captures<'t>, i: usize) -> &'t str {
    found.get(i).map_or("", |m| m.as_str())
}

/// `a|b|c`, longest first, so that "mins" is not read as "min".
pub(super) fn alternatives<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut words: Vec<&str> = words.into_iter().collect();
    words.sort_by_key(|w| std::cmp::Reverse(w.chars().count()));
    let escaped: Vec<String> = words.into_iter().map(regex::escape).collect();
    escaped.join("|")
}

fn step(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(1, char::len_utf8)
}
