//! Which passwords are taken: long enough, and neither on the lists of what
//! was breached nor made of what everybody knows of the person. No rules of
//! composition: they make passwords worse.

use super::LONGEST;
use crate::error::Problem;

/// Characters.
const SHORTEST: usize = 12;
/// Guesses that an attacker needs at least, as zxcvbn counts them.
const GUESSES: u64 = 100_000_000;

/// The length alone, before any work is done.
pub(super) fn fits(field: &'static str, password: &str) -> Result<(), Problem> {
    if password.chars().count() < SHORTEST {
        return Err(Problem::invalid(
            field,
            format!("{field} must have at least {SHORTEST} characters; a few unrelated words are easy to remember."),
        ));
    }
    if password.len() > LONGEST {
        return Err(Problem::invalid(field, format!("{field} must be shorter than {LONGEST} bytes.")));
    }
    Ok(())
}

/// So many characters must be left of a password without what is known of the
/// person: zxcvbn alone takes any three words in a row for hard.
const OWN: usize = 8;

/// What is known of a person, whole and in its parts: a password made of it is
/// found first.
pub(super) fn words(told: &[&str]) -> Vec<String> {
    let mut words = Vec::new();
    for text in told {
        words.push(text.to_lowercase());
        words.push(text.to_lowercase().split_whitespace().collect());
        let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() > 2);
        words.extend(parts.map(str::to_lowercase));
    }
    words.retain(|word| !word.is_empty());
    // The whole before its parts, so that nothing of it is left over.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// Whether hardly anything is left without what is known of the person.
fn made_of(password: &str, told: &[String]) -> bool {
    let whole = spelt_out(password);
    let left = told.iter().fold(whole.clone(), |left, word| left.replace(&spelt_out(word), ""));
    left != whole && left.chars().filter(|c| c.is_alphanumeric()).count() < OWN
}

/// Figures and signs that stand for letters are read as these.
fn spelt_out(text: &str) -> String {
    let letter = |c: char| match c {
        '4' | '@' => 'a',
        '3' => 'e',
        '1' | 'l' | '|' => 'i',
        '0' => 'o',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.to_lowercase().chars().map(letter).collect()
}

/// # Errors
/// 422 at `field` that says why and what to do.
pub(super) fn hard_to_guess(field: &'static str, password: &str, told: &[String]) -> Result<(), Problem> {
    let words: Vec<&str> = told.iter().map(String::as_str).collect();
    let found = zxcvbn::zxcvbn(password, &words);
    if found.guesses() >= GUESSES && !made_of(password, told) {
        return Ok(());
    }
    let why = found.feedback().and_then(zxcvbn::feedback::Feedback::warning);
    let why = why.map_or_else(String::new, |why| format!(" ({})", why.to_string().trim_end_matches('.')));
    Err(Problem::invalid(
        field,
        format!(
            "{field} is easy to guess{why}: take four unrelated words or let a password manager make one, without your name, e-mail or company in it."
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(password: &str) -> Result<(), Problem> {
        let told = words(&["priya.sharma@acme-traders.in", "Priya Sharma", "Acme Traders Pvt Ltd"]);
        fits("password", password)?;
        hard_to_guess("password", password, &told)
    }

    #[test]
    fn what_is_common_or_made_of_the_person_is_refused() {
        for bad in [
            "short",
            "elevenchars",
            "password1234",
            "123456789012",
            "qwertyuiop12",
            "aaaaaaaaaaaa",
            "letmeinletmein",
            "priya.sharma@acme-traders.in",
            "PriyaSharma2026",
            "acmetraders123",
            "4cmeTr4ders!",
            "sharmapriya1990",
        ] {
            let refused = judge(bad).err().map(|problem| (problem.status.as_u16(), problem.field));
            assert_eq!(refused, Some((422, Some("password".to_owned()))), "{bad}");
        }
        assert!(judge(&"x7!Q".repeat(300)).is_err(), "longer than is hashed");
    }

    #[test]
    fn what_is_hard_to_guess_is_taken_without_rules_of_composition() {
        for good in ["correct horse battery", "tram mango kettle violin", "xk3vq9zt7wpm", "मेरा लंबा गुप्त शब्द यहाँ"]
        {
            assert!(judge(good).is_ok(), "{good}: {:?}", judge(good));
        }
    }
}
