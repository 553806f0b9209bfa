//! Figures to phonemes: years, amounts, decimals, and runs of digits inside words.

use super::super::numbers;
use super::{Lexicon, Query, suffix};

/// The currencies whose sign stands before the figure: unit and hundredth.
const CURRENCIES: [(&str, [&str; 2]); 3] =
    [("$", ["dollar", "cent"]), ("£", ["pound", "pence"]), ("€", ["euro", "cent"])];
const ORDINALS: [&str; 4] = ["st", "nd", "rd", "th"];
const ENDINGS: [&str; 9] = ["ing", "'d", "ed", "'s", "st", "nd", "rd", "th", "s"];

/// A longer figure has no name and is read digit by digit.
const LONGEST: usize = 36;

/// A figure in the text.
#[derive(Clone, Copy)]
pub(in crate::g2p) struct Figure<'a> {
    pub text: &'a str,
    pub currency: Option<&'a str>,
    /// Whether it begins a word; inside one ("A320") digits are read shorter.
    pub head: bool,
}

pub(in crate::g2p) fn units(currency: &str) -> Option<[&'static str; 2]> {
    CURRENCIES.iter().find(|(sign, _)| *sign == currency).map(|(_, units)| *units)
}

impl Figure<'_> {
    /// Digits, separators, perhaps a minus, perhaps one ending ("90s", "3rd").
    pub fn is_number(&self) -> bool {
        if !self.text.contains(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let bare = ENDINGS.iter().find_map(|e| self.text.strip_suffix(e)).unwrap_or(self.text);
        let bare = if self.head { bare.strip_prefix('-').unwrap_or(bare) } else { bare };
        bare.chars().all(|c| c.is_ascii_digit() || ",.".contains(c))
    }
}

impl Lexicon<'_> {
    /// The reading of a figure; `None` when it is too odd to read.
    pub fn number(&self, figure: Figure<'_>) -> Option<String> {
        let bare = figure.text.trim_end_matches(|c: char| c.is_ascii_lowercase() || c == '\'');
        let ending = &figure.text[bare.len()..];
        let positive = bare.strip_prefix('-');
        let mut said = Vec::new();
        if positive.is_some() {
            said.push(self.lookup("minus", Query::PLAIN)?);
        }
        let figure = Figure { text: positive.unwrap_or(bare), ..figure };
        self.figure(figure, ending, positive.is_some(), &mut said)?;
        let said = said.join(" ");
        match ending {
            _ if said.is_empty() => None,
            "s" | "'s" => suffix::with_s(&said),
            "ed" | "'d" => suffix::with_ed(&said),
            "ing" => Some(suffix::with_ing(&said)),
            _ => Some(said),
        }
    }

    fn figure(&self, figure: Figure<'_>, ending: &str, minus: bool, said: &mut Vec<String>) -> Option<()> {
        let Figure { text, currency, head } = figure;
        if text.len() > LONGEST || !text.is_ascii() {
            return self.words(&numbers::digits(text), said);
        }
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let units = currency.and_then(units);
        let ordinal = ORDINALS.contains(&ending);
        if digits && ordinal {
            self.words(&numbers::ordinal(text.parse().ok()?), said)
        } else if digits && text.len() == 4 && !minus && units.is_none() {
            self.words(&numbers::year(text.parse().ok()?), said)
        } else if !head && !text.contains('.') {
            self.inside_a_word(&text.replace(',', ""), said)
        } else if !head || text.matches('.').count() > 1 {
            self.version(&text.replace(',', ""), said)
        } else if let Some(units) = units.filter(|_| text.split_once('.').is_none_or(|(_, c)| c.len() < 3)) {
            self.amount(&text.replace(',', ""), units, said)
        } else {
            self.words(&plain(&text.replace(',', ""), ordinal)?, said)
        }
    }

    /// "A320": three twenty; "007": every digit; "705": seven oh five.
    fn inside_a_word(&self, text: &str, said: &mut Vec<String>) -> Option<()> {
        let round = text.len() != 3 || text.ends_with("00");
        if text.starts_with('0') || text.len() > 3 {
            return self.words(&numbers::digits(text), said);
        }
        if round {
            return self.cardinal(text, said);
        }
        self.cardinal(&text[..1], said)?;
        let Some(last) = text[1..].strip_prefix('0') else { return self.cardinal(&text[1..], said) };
        said.push(self.lookup("O", Query { stress: Some(-4), ..Query::PLAIN })?);
        self.cardinal(last, said)
    }

    /// "10.2.33": two digits together, others one by one.
    fn version(&self, text: &str, said: &mut Vec<String>) -> Option<()> {
        for part in text.split('.').filter(|p| !p.is_empty()) {
            let odd = part.len() != 2 && part[1..].contains(|c| c != '0');
            if part.starts_with('0') || odd {
                self.words(&numbers::digits(part), said)?;
            } else {
                self.cardinal(part, said)?;
            }
        }
        Some(())
    }

    fn amount(&self, text: &str, units: [&str; 2], said: &mut Vec<String>) -> Option<()> {
        let value = |s: &str| if s.is_empty() { Some(0) } else { s.parse::<u128>().ok() };
        let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
        let (whole, cents) = (value(whole)?, value(cents)?);
        if whole > 0 || cents == 0 {
            self.counted(whole, units[0], said)?;
        }
        if whole > 0 && cents > 0 {
            said.push(self.lookup("and", Query::PLAIN)?);
        }
        if cents > 0 { self.counted(cents, units[1], said) } else { Some(()) }
    }

    fn counted(&self, n: u128, unit: &str, said: &mut Vec<String>) -> Option<()> {
        self.words(&numbers::cardinal(n), said)?;
        said.push(self.unit(n, unit)?);
        Some(())
    }

    /// "dollar" or "dollars".
    pub fn unit(&self, n: u128, unit: &str) -> Option<String> {
        if n == 1 || unit == "pence" {
            return self.lookup(unit, Query::PLAIN);
        }
        suffix::plural(self, &format!("{unit}s"), Query::PLAIN)
    }

    fn cardinal(&self, text: &str, said: &mut Vec<String>) -> Option<()> {
        self.words(&numbers::cardinal(text.parse().ok()?), said)
    }

    fn words(&self, words: &str, said: &mut Vec<String>) -> Option<()> {
        for word in words.split(|c: char| !c.is_ascii_lowercase()).filter(|w| !w.is_empty()) {
            let stress = (word == "point").then_some(-4);
            said.push(self.lookup(word, Query { stress, ..Query::PLAIN })?);
        }
        Some(())
    }
}

fn plain(text: &str, ordinal: bool) -> Option<String> {
    match text.strip_prefix('.') {
        Some(fraction) => Some(format!("point {}", numbers::digits(fraction))),
        None if text.contains('.') => numbers::decimal(text),
        None if ordinal => Some(numbers::ordinal(text.parse().ok()?)),
        None => Some(numbers::cardinal(text.parse().ok()?)),
    }
}
