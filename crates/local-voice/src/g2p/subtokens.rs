//! Cuts a token where its writing changes: "iPhone15" is "i", "Phone", "15".

const APOSTROPHES: &str = "'‘’";

/// The runs of a token, left to right; what fits no run is dropped.
pub(super) fn subtokens(token: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < token.len() {
        let rest = &token[at..];
        let length = run(rest, at == 0);
        if length > 0 {
            out.push(&rest[..length]);
        }
        at += if length > 0 { length } else { rest.chars().next().map_or(1, char::len_utf8) };
    }
    out
}

/// Bytes of the run that `rest` begins with; 0 when none does.
fn run(rest: &str, first: bool) -> usize {
    let quotes = prefix(rest, |c| APOSTROPHES.contains(c));
    if quotes > 0 {
        let several = rest[..quotes].chars().count() > 1;
        return if first || several || quotes == rest.len() { quotes } else { 0 };
    }
    let signed = if first { rest.strip_prefix('-') } else { None };
    if let Some(n) = signed.map(figures).filter(|n| *n > 0) {
        return n + 1;
    }
    [lone_capital(rest), figures(rest), prefix(rest, |c| "-_".contains(c)), before_capital(rest), letters(rest)]
        .into_iter()
        .find(|n| *n > 0)
        .unwrap_or_else(|| symbol(rest))
}

fn prefix(s: &str, is: impl Fn(char) -> bool) -> usize {
    s.find(|c| !is(c)).unwrap_or(s.len())
}

/// A capital before a capitalised word: the "X" of "XRay".
fn lone_capital(s: &str) -> usize {
    let mut chars = s.chars();
    let three = [chars.next(), chars.next(), chars.next()];
    match three {
        [Some(a), Some(b), Some(c)] if capital(a) && capital(b) && small(c) => a.len_utf8(),
        _ => 0,
    }
}

/// Digits, each perhaps after one separator.
fn figures(s: &str) -> usize {
    let bytes = s.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    loop {
        if digit(end) {
            end += 1;
        } else if matches!(bytes.get(end), Some(b',' | b'.')) && digit(end + 1) {
            end += 2;
        } else {
            return end;
        }
    }
}

/// Letters up to a small one that stands before a capital: the "You" of "YouTube".
fn before_capital(s: &str) -> usize {
    let word = &s[..letters(s)];
    for (at, c) in word.char_indices() {
        let next = s[at + c.len_utf8()..].chars().next();
        if small(c) && next.is_some_and(capital) {
            return at + c.len_utf8();
        }
    }
    0
}

/// Letters, with apostrophes between them.
fn letters(s: &str) -> usize {
    let mut end = prefix(s, char::is_alphabetic);
    while end > 0 {
        let mut next = s[end..].chars();
        match (next.next(), next.next()) {
            (Some(quote), Some(letter)) if APOSTROPHES.contains(quote) && letter.is_alphabetic() => {
                end += quote.len_utf8() + letter.len_utf8();
            }
            _ => break,
        }
    }
    end
}

fn symbol(s: &str) -> usize {
    let first = s.chars().next();
    first.filter(|c| !c.is_alphanumeric() && *c != '_').map_or(0, char::len_utf8)
}

fn small(c: char) -> bool {
    matches!(c, 'a'..='z' | 'ß'..='ö' | 'ø'..='ÿ')
}

fn capital(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_changes_cut() {
        assert_eq!(subtokens("iPhone15"), ["i", "Phone", "15"]);
        assert_eq!(subtokens("XRay"), ["X", "Ray"]);
        assert_eq!(subtokens("1,234.50"), ["1,234.50"]);
        assert_eq!(subtokens("-5"), ["-5"]);
        // One letter after an apostrophe, as the reference cuts: the pieces touch, so
        // the dictionary is asked for them together first.
        assert_eq!(subtokens("don't"), ["don't"]);
        assert_eq!(subtokens("o'clock"), ["o'c", "lock"]);
        assert_eq!(subtokens("B2B"), ["B", "2", "B"]);
        assert_eq!(subtokens("'tis"), ["'", "tis"]);
    }
}
