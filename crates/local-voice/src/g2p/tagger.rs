//! Parts of speech by an averaged perceptron: a word with one usual tag gets it from
//! a table, every other from summed weights of what stands around it.

use super::table::{Section, Tables};

/// Penn Treebank tags in byte order: a tie goes to the later one.
const TAGS: [&str; 50] = [
    "$", "''", ",", "-LRB-", "-RRB-", ".", ":", "ADD", "AFX", "CC", "CD", "DT", "EX", "FW", "HYPH", "IN", "JJ", "JJR",
    "JJS", "LS", "MD", "NFP", "NN", "NNP", "NNPS", "NNS", "PDT", "POS", "PRP", "PRP$", "RB", "RBR", "RBS", "RP", "SYM",
    "TO", "UH", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "WDT", "WP", "WP$", "WRB", "XX", "_SP", "``",
];

pub(super) fn tag_index(tag: &str) -> Option<u8> {
    TAGS.binary_search(&tag).ok().and_then(|i| u8::try_from(i).ok())
}

/// One tag per word.
pub(super) fn tags(tables: &Tables, words: &[&str]) -> Vec<&'static str> {
    let context = context(tables, words);
    let mut before = ["-START2-", "-START-"];
    let mut tags = Vec::with_capacity(words.len());
    for (i, word) in words.iter().enumerate() {
        let known = tables.get(Section::TagOf, word).and_then(|v| v.first());
        let tag = match known {
            Some(index) => TAGS[usize::from(*index).min(TAGS.len() - 1)],
            None => predict(tables, &features(i, word, &context, before)),
        };
        tags.push(tag);
        before = [before[1], tag];
    }
    tags
}

/// The words as the weights know them, two borders on each side.
fn context(tables: &Tables, words: &[&str]) -> Vec<String> {
    let known = |word: &&str| {
        let plain = plain(word);
        match tables.get(Section::TaggerWords, &plain) {
            Some(_) => plain,
            None => format!("<{}>", shape(word)),
        }
    };
    let border = |b: [&str; 2]| b.map(str::to_owned);
    let mut context = border(["-START2-", "-START-"]).to_vec();
    context.extend(words.iter().map(known));
    context.extend(border(["-END-", "-END2-"]));
    context
}

fn features(i: usize, word: &str, context: &[String], before: [&str; 2]) -> [String; 15] {
    let [older, last] = before;
    let near = |offset: usize| context[i + offset].as_str();
    let first: String = word.chars().take(1).collect();
    [
        "b".to_owned(),
        format!("s3={}", end(word)),
        format!("p1={first}"),
        format!("w={}", near(2)),
        format!("sh={}", shape(word)),
        if i == 0 { "i0" } else { "i+" }.to_owned(),
        format!("t-1={last}"),
        format!("t-2={older}"),
        format!("t-12={last},{older}"),
        format!("w-1={}", near(1)),
        format!("s3-1={}", end(near(1))),
        format!("w-2={}", near(0)),
        format!("w+1={}", near(3)),
        format!("s3+1={}", end(near(3))),
        format!("w+2={}", near(4)),
    ]
}

fn predict(tables: &Tables, features: &[String]) -> &'static str {
    let mut scores = [0_i32; TAGS.len()];
    let mut any = false;
    for feature in features {
        let Some(weights) = tables.get(Section::Weights, feature) else { continue };
        for weight in weights.as_chunks::<3>().0 {
            any = true;
            if let Some(score) = scores.get_mut(usize::from(weight[0])) {
                *score += i32::from(i16::from_le_bytes([weight[1], weight[2]]));
            }
        }
    }
    let best = scores.iter().enumerate().max_by_key(|(i, score)| (**score, *i));
    best.filter(|_| any).map_or("NN", |(i, _)| TAGS[i])
}

fn plain(word: &str) -> String {
    let digits = word.chars().all(char::is_numeric);
    if word.contains('-') && !word.starts_with('-') {
        "!HYPHEN".to_owned()
    } else if digits && word.chars().count() == 4 {
        "!YEAR".to_owned()
    } else if word.starts_with(char::is_numeric) {
        "!DIGITS".to_owned()
    } else {
        word.to_lowercase()
    }
}

fn shape(word: &str) -> String {
    let mut chars = word.chars();
    if word.chars().all(char::is_alphabetic) {
        let cased = |f: fn(char) -> bool| word.chars().all(f);
        let capital = chars.next().is_some_and(char::is_uppercase) && chars.all(char::is_lowercase);
        let one = word.chars().count() == 1;
        return match () {
            () if cased(char::is_lowercase) => "x",
            () if cased(char::is_uppercase) => {
                if one {
                    "X1"
                } else {
                    "XX"
                }
            }
            () if capital => "Xx",
            () => "xX",
        }
        .to_owned();
    }
    if word.chars().all(char::is_numeric) {
        return "d".to_owned();
    }
    let class = |c: char| match c {
        c if c.is_numeric() => 'd',
        c if c.is_alphabetic() => 'x',
        c => c,
    };
    word.chars().take(4).map(class).collect()
}

/// The last three characters.
fn end(word: &str) -> &str {
    let at = word.char_indices().rev().nth(2).map_or(0, |(i, _)| i);
    &word[at..]
}
