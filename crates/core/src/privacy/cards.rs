//! Card numbers: found as digits or spoken words, also across turns, and
//! blanked before anything is stored or logged.
//!
//! A run of 13-19 digits that passes the Luhn check is a card. Callers speak
//! it in groups over several turns, and the first groups are already stored
//! when the last one is said; so a [`Redactor`] answers with the earlier turns
//! that must be written again. One such run in ten is no card and is blanked
//! all the same: a transcript may lose an order number, never keep a card.

use super::digits::{Digit, digits_of};

/// Fewest and most digits of a card number (ISO/IEC 7812).
const FEWEST: usize = 13;
const MOST: usize = 19;
/// Words that may stand between two digits of one number ("and then").
const MOST_BETWEEN: usize = 3;
/// What stands where a card number was.
const BLANK: &str = "[card number]";

/// Blanks card numbers within one text.
#[must_use]
pub fn redact(text: &str) -> String {
    Redactor::default().turn(text).text
}

/// What to store: this turn, and earlier turns that must be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// Names this turn in later `replace` lists: 0, 1, 2 … per redactor.
    pub handle: usize,
    /// The turn's text, redacted as far as is known now.
    pub text: String,
    /// Earlier turns by handle, with the text that replaces what was stored.
    pub replace: Vec<(usize, String)>,
}

/// Redaction over the turns of one speaker of one call.
#[derive(Default)]
pub struct Redactor {
    next: usize,
    /// Turns that hold digits which may still become part of a card.
    open: Vec<OpenTurn>,
    /// The digits of the open turns, unbroken.
    chain: Vec<(usize, Digit)>,
    /// Words since the last digit.
    gap: usize,
}

struct OpenTurn {
    handle: usize,
    text: String,
    cuts: Vec<(usize, usize)>,
}

// It may hold half a card number, which is nobody's to see.
impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor").field("turns", &self.next).finish_non_exhaustive()
    }
}

impl Redactor {
    /// Takes the speaker's next turn.
    pub fn turn(&mut self, text: &str) -> Redacted {
        let handle = self.next;
        self.next += 1;
        self.open.push(OpenTurn { handle, text: text.to_owned(), cuts: Vec::new() });
        let (digits, behind) = digits_of(text);
        let mut changed = Vec::new();
        for (n, digit) in digits.iter().enumerate() {
            let gap = digit.gap + if n == 0 { self.gap } else { 0 };
            if gap > MOST_BETWEEN {
                self.chain.clear();
            }
            self.chain.push((handle, *digit));
            changed.extend(self.cut_cards_ending_here());
            if n > 0 && digit.gap == 0 {
                self.cut_on(digits[n - 1].end, digit.end);
            }
        }
        self.gap = if digits.is_empty() { self.gap + behind } else { behind };
        let redacted = Redacted { handle, text: self.text_of(handle), replace: self.replaced(&changed, handle) };
        self.forget();
        redacted
    }

    /// Cuts every card that the chain's last digit completes.
    fn cut_cards_ending_here(&mut self) -> Vec<usize> {
        let n = self.chain.len();
        if !self.chain.last().is_some_and(|(_, d)| d.closes) {
            return Vec::new();
        }
        let starts = (FEWEST..=MOST.min(n)).map(|len| n - len);
        let cards: Vec<Vec<(usize, Digit)>> = starts
            .map(|start| &self.chain[start..])
            .filter(|run| run[0].1.opens && passes_luhn(run))
            .map(<[_]>::to_vec)
            .collect();
        cards.iter().flat_map(|card| self.cut(card)).collect()
    }

    /// Blanks one card in every turn that says part of it.
    fn cut(&mut self, card: &[(usize, Digit)]) -> Vec<usize> {
        let mut changed = Vec::new();
        for turn in &mut self.open {
            let mut own = card.iter().filter(|(handle, _)| *handle == turn.handle).map(|(_, d)| d);
            if let Some(first) = own.next() {
                let end = own.next_back().map_or(first.end, |last| last.end);
                turn.cuts.push((first.start, end));
                changed.push(turn.handle);
            }
        }
        changed
    }

    /// A digit said in one breath behind a card goes with it: a recogniser
    /// hears a repeated digit once too often, and then the card ends early.
    fn cut_on(&mut self, from: usize, to: usize) {
        let cuts = self.open.last_mut().map(|turn| &mut turn.cuts);
        cuts.into_iter().flatten().filter(|cut| cut.1 == from).for_each(|cut| cut.1 = to);
    }

    fn text_of(&self, handle: usize) -> String {
        self.open.iter().find(|t| t.handle == handle).map(OpenTurn::blanked).unwrap_or_default()
    }

    fn replaced(&self, changed: &[usize], now: usize) -> Vec<(usize, String)> {
        let earlier = |t: &&OpenTurn| t.handle != now && changed.contains(&t.handle);
        self.open.iter().filter(earlier).map(|t| (t.handle, t.blanked())).collect()
    }

    /// Keeps what can still become part of a card: at most 18 digits.
    fn forget(&mut self) {
        if self.gap > MOST_BETWEEN {
            self.chain.clear();
        }
        let surplus = self.chain.len().saturating_sub(MOST - 1);
        self.chain.drain(..surplus);
        let chain = &self.chain;
        self.open.retain(|turn| chain.iter().any(|(handle, _)| *handle == turn.handle));
    }
}

impl OpenTurn {
    fn blanked(&self) -> String {
        let mut cuts = self.cuts.clone();
        cuts.sort_unstable();
        let (mut out, mut at) = (String::new(), 0);
        for (start, end) in cuts {
            if start >= at {
                out.push_str(&self.text[at..start]);
                out.push_str(BLANK);
            }
            at = at.max(end);
        }
        out.push_str(&self.text[at..]);
        out
    }
}

/// The check digit of ISO/IEC 7812.
fn passes_luhn(run: &[(usize, Digit)]) -> bool {
    let weigh = |(place, value): (usize, u8)| match (place % 2, u32::from(value) * 2) {
        (0, _) => u32::from(value),
        (_, twice) if twice > 9 => twice - 9,
        (_, twice) => twice,
    };
    let sum: u32 = run.iter().rev().map(|(_, d)| d.value).enumerate().map(weigh).sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn written_cards_are_blanked_and_neighbours_stay() {
        assert_eq!(redact("card 4111 1111-1111 1111, thanks"), "card [card number], thanks");
        assert_eq!(redact("4111111111111111"), "[card number]");
        assert_eq!(redact("amex 378282246310005 ok"), "amex [card number] ok");
        assert_eq!(redact("४१११ ११११ ११११ ११११"), "[card number]");
    }

    #[test]
    fn what_is_no_card_stays() {
        for text in ["4111 1111 1111 1112", "order 1024", "+91 98123 45678", "", "no digits", "4111 1111 1111"] {
            assert_eq!(redact(text), text);
        }
    }

    #[test]
    fn spoken_cards_are_blanked() {
        let said = "my card is four one one one, triple one one and then one one one one \
                    one one double one ok";
        assert_eq!(redact(said), "my card is [card number] ok");
        assert_eq!(redact("five five fifty five twenty one 4444 3333 eleven 10 five"), {
            // 5555 21 4444 3333 11 10 5 is no card.
            "five five fifty five twenty one 4444 3333 eleven 10 five"
        });
    }

    #[test]
    fn a_card_over_turns_blanks_the_earlier_ones() {
        let mut redactor = Redactor::default();
        assert_eq!(redactor.turn("sure it is 4111 1111").text, "sure it is 4111 1111");
        assert_eq!(redactor.turn("go on").text, "go on");
        assert_eq!(redactor.turn("one one one one").replace, []);
        let last = redactor.turn("1111 that is all");
        assert_eq!(last.text, "[card number] that is all");
        let want = [(0, "sure it is [card number]".to_owned()), (2, "[card number]".to_owned())];
        assert_eq!(last.replace, want);
    }

    #[test]
    fn a_digit_heard_too_often_goes_with_the_card() {
        assert_eq!(redact("4111 1111 1111 1111 1, ok"), "[card number], ok");
        let mut redactor = Redactor::default();
        redactor.turn("four one one one one one one one");
        assert_eq!(redactor.turn("one one one one one one one one one.").text, "[card number].");
        assert_eq!(redactor.turn("1024 is the order").text, "1024 is the order");
    }

    #[test]
    fn a_conversation_between_breaks_the_run() {
        let mut redactor = Redactor::default();
        redactor.turn("4111 1111 1111");
        redactor.turn("wait I have to look for it");
        assert_eq!(redactor.turn("1111").text, "1111");
    }

    #[test]
    fn debug_shows_no_digit() {
        let mut redactor = Redactor::default();
        redactor.turn("4111 1111");
        assert!(!format!("{redactor:?}").contains("4111"));
    }

    /// A number with its check digit, `len` digits in all.
    fn card(mut digits: Vec<u8>) -> String {
        let text = |d: &[u8]| d.iter().map(|n| char::from(b'0' + n)).collect::<String>();
        digits.push(0);
        let check = (0..10).find(|n| {
            *digits.last_mut().unwrap() = *n;
            let run: Vec<_> = digits_of(&text(&digits)).0.into_iter().map(|d| (0, d)).collect();
            passes_luhn(&run)
        });
        *digits.last_mut().unwrap() = check.unwrap();
        text(&digits)
    }

    proptest! {
        #[test]
        fn no_card_survives_however_it_is_split(
            digits in proptest::collection::vec(0..10_u8, 12..19),
            cuts in proptest::collection::vec(1..6_usize, 20),
        ) {
            let card = card(digits);
            let mut redactor = Redactor::default();
            let mut stored = std::collections::BTreeMap::new();
            let (mut rest, mut sizes) = (card.as_str(), cuts.iter());
            while !rest.is_empty() {
                let (group, more) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
                let answer = redactor.turn(&format!("then {group}"));
                stored.insert(answer.handle, answer.text);
                stored.extend(answer.replace);
                rest = more;
            }
            let left: usize = stored.values().map(|t| t.matches(|c: char| c.is_ascii_digit()).count()).sum();
            prop_assert_eq!(left, 0, "{:?}", stored);
        }

        #[test]
        fn never_panics(text in "\\PC{0,80}") {
            let _ = redact(&text);
        }
    }
}
