//! Telephone numbers: one canonical form for comparing, one masked for showing.

/// Whose national format a number without a country code is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Country {
    /// India: ten digits, trunk prefix 0, country code 91.
    In,
}

/// Fewest and most digits of an E.164 number behind its plus.
const E164_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// The E.164 form of a number as a carrier or a shop writes it, or `None` for
/// what is no number ("anonymous", an unresolved template, a SIP name).
///
/// Real traffic writes `0` + ten digits where the carrier's documents say
/// E.164, so the hint decides before the digits do.
#[must_use]
pub fn canonical_number(raw: &str, country: Country) -> Option<String> {
    let text = raw.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let digits = digits_only(text)?;
    // A plus before the trunk prefix (`+0731…`) comes from naive formatters.
    let international = text.starts_with('+') && !digits.starts_with('0');
    let full = if international {
        digits
    } else if let Some(abroad) = digits.strip_prefix("00") {
        abroad.to_owned()
    } else {
        national(&digits, country)?
    };
    let valid = E164_DIGITS.contains(&full.len()) && !full.starts_with('0');
    valid.then(|| format!("+{full}"))
}

/// A number for those who may not see it whole: the country code and the last
/// four digits, `+91••••••5678`.
#[must_use]
pub fn mask_number(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    // Fewer digits would show most of the number.
    if digits.len() < 8 {
        return "••••".to_owned();
    }
    let code = if number.starts_with("+1") { 1 } else { 2 };
    let hidden = digits.len() - code - 4;
    let shown = |of: &[char]| of.iter().collect::<String>();
    let plus = if number.starts_with('+') { "+" } else { "" };
    let tail = shown(&digits[digits.len() - 4..]);
    format!("{plus}{}{}{tail}", shown(&digits[..code]), "•".repeat(hidden))
}

/// The digits of a text that holds nothing else but the usual separators.
fn digits_only(text: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_digit() || " -.()/".contains(c);
    let body = text.strip_prefix('+').unwrap_or(text);
    if !body.chars().all(allowed) {
        return None;
    }
    let digits: String = body.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

fn national(digits: &str, country: Country) -> Option<String> {
    match country {
        Country::In => {
            let own = digits.trim_start_matches('0');
            match own.len() {
                10 => Some(format!("91{own}")),
                12 if own.starts_with("91") => Some(own.to_owned()),
                _ => None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canon(raw: &str) -> Option<String> {
        canonical_number(raw, Country::In)
    }

    #[test]
    fn every_way_to_write_an_indian_number_is_one_number() {
        for raw in [
            "09812345678",
            "9812345678",
            "+919812345678",
            "919812345678",
            "0919812345678",
            "00919812345678",
            "+91 98123-45678",
            "+09812345678",
            " (0) 98123 45678 ",
            "tel:+919812345678",
        ] {
            assert_eq!(canon(raw).as_deref(), Some("+919812345678"), "{raw}");
        }
    }

    #[test]
    fn landlines_and_other_countries() {
        assert_eq!(canon("08047491899").as_deref(), Some("+918047491899"));
        assert_eq!(canon("+14155550123").as_deref(), Some("+14155550123"));
        assert_eq!(canon("0014155550123").as_deref(), Some("+14155550123"));
        assert_eq!(canon("9198765432").as_deref(), Some("+919198765432"), "ten digits are national");
    }

    #[test]
    fn what_is_no_number_is_none() {
        for raw in ["", "+", "anonymous", "{{CallFrom}}", "sip:a@b", "123", "12345678901234567890", "०९८१"] {
            assert_eq!(canon(raw), None, "{raw}");
        }
    }

    #[test]
    fn masks_all_but_code_and_four() {
        assert_eq!(mask_number("+919812345678"), "+91••••••5678");
        assert_eq!(mask_number("+14155550123"), "+1••••••0123");
        assert_eq!(mask_number("1234"), "••••");
        assert_eq!(mask_number("anonymous"), "••••");
    }
}
