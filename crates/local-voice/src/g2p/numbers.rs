//! English number words. They end up in the lexicon word by word, so "and", commas
//! and hyphens only matter as separators.

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: [&str; 12] = [
    "",
    "thousand",
    "million",
    "billion",
    "trillion",
    "quadrillion",
    "quintillion",
    "sextillion",
    "septillion",
    "octillion",
    "nonillion",
    "decillion",
];
/// The Indian steps: value and word, largest first.
const INDIAN: [(u128, &str); 3] = [(10_000_000, "crore"), (100_000, "lakh"), (1_000, "thousand")];

/// "one thousand two hundred thirty-four" ("and" is never spoken by the voice).
pub(super) fn cardinal(n: u128) -> String {
    if n < 1_000 {
        return below_thousand(n);
    }
    let groups = (0..SCALES.len()).rev().filter_map(|scale| {
        let group = n / 1_000_u128.pow(u32::try_from(scale).unwrap_or(0)) % 1_000;
        (group > 0).then(|| format!("{} {}", below_thousand(group), SCALES[scale]))
    });
    groups.collect::<Vec<_>>().join(" ").trim_end().to_owned()
}

/// "one lakh twenty thousand", "two crore".
pub(super) fn indian(n: u128) -> String {
    let mut words = Vec::new();
    let mut rest = n;
    for (value, name) in INDIAN {
        let count = rest / value;
        rest %= value;
        if count > 0 {
            words.push(format!("{} {name}", cardinal(count)));
        }
    }
    if rest > 0 || words.is_empty() {
        words.push(cardinal(rest));
    }
    words.join(" ")
}

/// "twenty-third", "thousandth".
pub(super) fn ordinal(n: u128) -> String {
    let words = cardinal(n);
    let at = words.rfind([' ', '-']).map_or(0, |i| i + 1);
    let (head, last) = words.split_at(at);
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        _ => match last.strip_suffix('y') {
            Some(stem) => format!("{stem}ieth"),
            None => format!("{last}th"),
        },
    };
    format!("{head}{last}")
}

/// "nineteen oh-five", "two thousand five", "twenty ten".
pub(super) fn year(n: u128) -> String {
    let (high, low) = (n / 100, n % 100);
    if high == 0 || (high.is_multiple_of(10) && low < 10) || high >= 100 {
        return cardinal(n);
    }
    match low {
        0 => format!("{} hundred", cardinal(high)),
        1..10 => format!("{} oh-{}", cardinal(high), cardinal(low)),
        _ => format!("{} {}", cardinal(high), cardinal(low)),
    }
}

/// "three point one four"; zeros at the end of the fraction are not spoken.
pub(super) fn decimal(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() {
        return Some(cardinal(whole));
    }
    Some(format!("{} point {}", cardinal(whole), digits(fraction)))
}

/// "one zero two four": every digit by its name, other characters skipped.
pub(super) fn digits(text: &str) -> String {
    let names = text.chars().filter_map(|c| c.to_digit(10)).map(|d| ONES[d as usize]);
    names.collect::<Vec<_>>().join(" ")
}

fn below_thousand(n: u128) -> String {
    // Each index is below the table's length: n < 1000.
    let word = |table: &[&str], i: u128| table[usize::try_from(i).unwrap_or(0)].to_owned();
    let mut words = Vec::new();
    if n >= 100 {
        words.push(format!("{} hundred", word(&ONES, n / 100)));
    }
    match n % 100 {
        0 if n > 0 => {}
        rest @ 0..20 => words.push(word(&ONES, rest)),
        rest if rest % 10 == 0 => words.push(word(&TENS, rest / 10)),
        rest => words.push(format!("{}-{}", word(&TENS, rest / 10), word(&ONES, rest % 10))),
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_words() {
        assert_eq!(cardinal(0), "zero");
        assert_eq!(cardinal(1_234), "one thousand two hundred thirty-four");
        assert_eq!(cardinal(5_000_000), "five million");
        assert_eq!(indian(12_050_000), "one crore twenty lakh fifty thousand");
        assert_eq!(ordinal(42), "forty-second");
        assert_eq!(ordinal(1_000), "one thousandth");
        assert_eq!((year(1905), year(2010)), ("nineteen oh-five".into(), "twenty ten".into()));
        assert_eq!(decimal("3.140").as_deref(), Some("three point one four"));
        assert_eq!(digits("1024"), "one zero two four");
    }
}
