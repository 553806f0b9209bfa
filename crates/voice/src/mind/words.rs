//! From a recogniser's text to plain words, and how much two words sound
//! alike. Everything that understands the caller starts here.

/// Words that a recogniser writes as books did a century ago.
const HYPHENED: [(&str, &str); 3] = [("to-morrow", "tomorrow"), ("to-day", "today"), ("to-night", "tonight")];

/// Lower-case words without punctuation: contractions opened, letters that
/// were spelled out joined ("u p i" → "upi"), digits apart from letters.
#[must_use]
pub fn plain(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let text = HYPHENED.iter().fold(text.to_lowercase(), |text, (old, new)| text.replace(old, new));
    for raw in text.split(|c: char| c.is_whitespace() || "-,:;/!?\"()[]{}#…—–".contains(c)) {
        let word: String = raw
            .chars()
            .filter(|c| c.is_alphanumeric() || *c == '\'' || *c == '’')
            .map(|c| if c == '’' { '\'' } else { c })
            .collect();
        open(word.trim_matches('\''), &mut words);
    }
    joined(words)
}

/// A rough key of how a word sounds: consonants by their class, vowels only
/// at the start, doubles once. Words that a recogniser mixes up mostly share it.
#[must_use]
pub fn sound(word: &str) -> String {
    let mut key = String::new();
    let letters: Vec<char> = word.chars().collect();
    for (i, &c) in letters.iter().enumerate() {
        let class = match c {
            'b' | 'p' => 'p',
            'f' | 'v' => 'f',
            'd' | 't' => 't',
            'c' if matches!(letters.get(i + 1), Some('e' | 'i' | 'y')) => 's',
            'c' | 'g' | 'k' | 'q' => 'k',
            'j' | 's' | 'x' | 'z' => 's',
            'm' | 'n' => 'n',
            'l' | 'r' => 'r',
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' if i == 0 => 'a',
            d if d.is_ascii_digit() => d,
            _ => continue,
        };
        if !key.ends_with(class) {
            key.push(class);
        }
    }
    key
}

/// Letters that must be inserted, removed or replaced to make `a` into `b`.
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let replaced = before + usize::from(ca != *cb);
            before = row[j + 1];
            row[j + 1] = replaced.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// Whether a recogniser may have written `heard` for `meant`: equal, or long
/// enough and one letter (two in long words) away.
#[must_use]
pub fn close(heard: &str, meant: &str) -> bool {
    let allowed = match meant.len() {
        0..=4 => 0,
        5..=7 => 1,
        _ => 2,
    };
    heard == meant || (allowed > 0 && distance(heard, meant) <= allowed)
}

/// Whether the words of `phrase` stand in `words` in a row.
#[must_use]
pub fn has(words: &[String], phrase: &str) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    words.windows(phrase.len()).any(|w| w.iter().zip(&phrase).all(|(a, b)| a == b))
}

fn open(word: &str, into: &mut Vec<String>) {
    let whole = match word {
        "" => return,
        "cannot" | "can't" | "cant" => "can not",
        "won't" | "wont" => "will not",
        "wanna" => "want to",
        "gonna" => "going to",
        "lemme" => "let me",
        "o'clock" => "oclock",
        _ => "",
    };
    if !whole.is_empty() {
        into.extend(whole.split(' ').map(str::to_owned));
        return;
    }
    for (ending, rest) in
        [("n't", "not"), ("'ll", "will"), ("'d", "would"), ("'m", "am"), ("'re", "are"), ("'ve", "have"), ("'s", "")]
    {
        if let Some(stem) = word.strip_suffix(ending).filter(|s| !s.is_empty()) {
            into.push(stem.to_owned());
            // "it's", "what's" and their like hold a verb, a name's 's does not.
            let verb = if ending == "'s" && is_pronoun(stem) { "is" } else { rest };
            if !verb.is_empty() {
                into.push(verb.to_owned());
            }
            return;
        }
    }
    split_digits(&word.replace('\'', ""), into);
}

fn is_pronoun(word: &str) -> bool {
    matches!(word, "it" | "that" | "what" | "where" | "when" | "who" | "how" | "he" | "she" | "there" | "here")
}

/// "10am" → "10", "am"; "25th" stays, it is one word of a date.
fn split_digits(word: &str, into: &mut Vec<String>) {
    let cut = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let (digits, letters) = word.split_at(cut);
    if digits.is_empty() || letters.is_empty() || matches!(letters, "st" | "nd" | "rd" | "th") {
        into.push(word.to_owned());
    } else {
        into.push(digits.to_owned());
        into.push(letters.to_owned());
    }
}

fn joined(words: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut i = 0;
    while i < words.len() {
        let run = words[i..].iter().take_while(|w| w.len() == 1 && !w.as_bytes()[0].is_ascii_digit()).count();
        let half_day = run == 2 && matches!(words[i].as_str(), "a" | "p") && words[i + 1] == "m";
        if run >= 3 || half_day {
            out.push(words[i..i + run].concat());
            i += run;
        } else {
            out.push(words[i].clone());
            i += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(text: &str) -> String {
        plain(text).join(" ")
    }

    #[test]
    fn texts_become_plain_words() {
        assert_eq!(p("Where's my order, please?"), "where is my order please");
        assert_eq!(p("I don't want it; I can't wait."), "i do not want it i can not wait");
        assert_eq!(p("The U P I payment"), "the upi payment");
        assert_eq!(p("10:30 a.m. or 4pm on the 25th"), "10 30 am or 4 pm on the 25th");
        assert_eq!(p("Order #1024"), "order 1024");
        assert_eq!(p("To-morrow, not to-day."), "tomorrow not today");
        assert_eq!(p("  ... "), "");
    }

    #[test]
    fn words_that_sound_alike_share_a_key() {
        assert_eq!(sound("parcel"), sound("barsel"));
        assert_eq!(sound("refund"), sound("rifund"));
        assert_ne!(sound("refund"), sound("order"));
        assert_eq!(distance("tracking", "trucking"), 1);
        assert!(close("appointmant", "appointment") && !close("to", "two"));
    }
}
