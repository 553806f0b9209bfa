//! The one line that a person hears before the caller is joined.

use crate::outcome::EscalationReason;

/// Longest line, characters: about ten seconds of speech.
const LONGEST: usize = 180;
/// Longest part of the caller's own words, characters.
const WORDS: usize = 90;

/// What the line is made of; all of it redacted.
#[derive(Debug, Clone, Copy)]
pub struct Brief<'a> {
    /// The client's name.
    pub company: &'a str,
    /// The agent that had the caller, as people call it.
    pub agent: &'a str,
    /// Why a person is needed.
    pub reason: Option<EscalationReason>,
    /// The caller's name, when he gave one.
    pub caller: Option<&'a str>,
    /// The caller's last own words that say what it is about.
    pub words: Option<&'a str>,
}

/// One line for the carrier to speak to the person who is dialled.
#[must_use]
pub fn brief(of: &Brief<'_>) -> String {
    let who = of.caller.unwrap_or("a caller");
    let why = match of.reason {
        Some(EscalationReason::Requested) => "who asked for a person",
        Some(EscalationReason::Anger) => "who is upset",
        Some(EscalationReason::Failures) => "whom the agent could not help",
        Some(EscalationReason::Rule) => "with a matter for a person",
        Some(EscalationReason::Degraded) | None => "whom the agent could not serve",
    };
    let line = format!("Call for {}, from {}: {who}, {why}.", of.company, of.agent);
    match of.words.map(|words| cut(&speakable(words), WORDS)).filter(|words| !words.is_empty()) {
        Some(words) => cut(&format!("{} The caller said: {words}.", speakable(&line)), LONGEST),
        None => cut(&speakable(&line), LONGEST),
    }
}

/// One line of plain words: what a text-to-speech engine could stumble over is
/// left out.
fn speakable(text: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || " .,:;'?!-+".contains(c) { c } else { ' ' };
    let plain: String = text.chars().map(kept).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `most` characters, cut at a word.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    for word in text.split_whitespace() {
        if kept.chars().count() + word.chars().count() + 1 > most {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    kept
}
