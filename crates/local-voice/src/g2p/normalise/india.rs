//! What a caller in India expects to hear, ahead of the general rules: lakh and crore
//! grouping, ten-figure phones and order numbers figure by figure.

use regex::Captures;

use super::super::numbers::{digits, indian};
use super::rewrite::{around, group};
use super::{Rewrite, Step, Words, is_any, is_word};

pub(super) fn steps() -> Vec<(String, Step)> {
    vec![
        (r"(₹|\b(?:Rs|RS|rs|INR)\b\.?)\s?(\d+(?:,\d{2,3})*)(?:\.(\d{1,2})\b)?(?:\s?((?i:lakhs?|crores?))\b)?".into(), rupees as Step),
        (r"\b(\d{1,2}(?:,\d{2})+,\d{3})\b".into(), grouped),
        (r"(?:\+?91[- ]?)?\d{5}[- ]?\d{5}".into(), phone),
        (r"#(\d{3,})\b".into(), order),
        (r"(?i)\b(order|ticket|otp|pin|code|booking|reference|invoice|tracking|number|id)( (?:number|id|no\.?|code|is))? (\d{4,})\b".into(), spelled),
    ]
}

/// "₹1,20,000" in lakh; "₹499.50" with paise. Western grouping is left to the rest.
fn rupees(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    let (figure, paise, scale) = (group(found, 2), group(found, 3), group(found, 4).to_lowercase());
    let (before, after) = around(found, whole);
    let western = !in_lakhs(figure) && paise.is_empty() && scale.is_empty();
    if western || is_word(after) || before == Some('-') {
        return Rewrite::Keep;
    }
    let Ok(value) = figure.replace(',', "").parse() else { return Rewrite::Keep };
    let scale = scale.trim_end_matches('s');
    let said = indian(value);
    // One figure after the point is tenths of a rupee.
    let tenths = if paise.len() == 1 { 10 } else { 1 };
    Rewrite::To(match paise.parse::<u128>() {
        _ if !scale.is_empty() && paise.is_empty() => format!("{said} {scale} rupees"),
        _ if !scale.is_empty() => format!("{said} point {} {scale} rupees", digits(paise)),
        Ok(0) | Err(_) => format!("{said} rupee{}", if value == 1 { "" } else { "s" }),
        Ok(p) => format!("{said} rupee{} and {} paise", if value == 1 { "" } else { "s" }, indian(p * tenths)),
    })
}

fn grouped(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    let (before, after) = around(found, whole);
    if is_any(before, ",.") || is_any(after, ",") {
        return Rewrite::Pass;
    }
    let value = group(found, 1).replace(',', "").parse().ok();
    value.map(indian).into()
}

/// Two groups of five, as Indian numbers are said.
fn phone(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    let (before, after) = around(found, whole);
    if is_word(before) || is_word(after) || is_any(before, "#-,.₹$") {
        return Rewrite::Pass;
    }
    let figures: String = group(found, 0).chars().filter(char::is_ascii_digit).collect();
    let (country, rest) = figures.split_at(figures.len() - 10);
    let code = if country.is_empty() { String::new() } else { format!("plus {}, ", digits(country)) };
    Rewrite::To(format!("{code}{}, {}", digits(&rest[..5]), digits(&rest[5..])))
}

fn order(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    let before = around(found, whole).0;
    if is_word(before) || before == Some('&') {
        return Rewrite::Pass;
    }
    Rewrite::To(format!("number {}", digits(group(found, 1))))
}

fn spelled(_: &Words, found: &Captures<'_>, whole: &str) -> Rewrite {
    if is_any(around(found, whole).1, ",-/:") {
        return Rewrite::Keep;
    }
    Rewrite::To(format!("{}{} {}", group(found, 1), group(found, 2), digits(group(found, 3))))
}

/// "1,20,000" but not "120,000".
fn in_lakhs(figure: &str) -> bool {
    let groups: Vec<&str> = figure.split(',').collect();
    groups.len() > 2 && groups[1..groups.len() - 1].iter().all(|g| g.len() == 2)
}
