//! Checks of single fields, once, at the edge.

use crate::error::Problem;
use serde::{Deserialize, Deserializer};

/// The longest name or title.
const LONGEST: usize = 120;
/// The longest e-mail address (RFC 5321).
const LONGEST_EMAIL: usize = 254;

/// Absent, `null` and a value are three different things in an edit.
///
/// # Errors
/// Whatever the inner type refuses.
pub fn some<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

/// A line of text between 1 and 120 characters, trimmed.
///
/// # Errors
/// 422 at `field`.
pub fn line(field: &'static str, text: &str) -> Result<String, Problem> {
    line_of(field, text, LONGEST)
}

/// A line of text between 1 and `most` characters, trimmed.
///
/// # Errors
/// 422 at `field`.
pub fn line_of(field: &'static str, text: &str, most: usize) -> Result<String, Problem> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > most || text.chars().any(char::is_control) {
        return Err(Problem::invalid(field, format!("{field} must be one line of 1 to {most} characters.")));
    }
    Ok(text.to_owned())
}

/// An e-mail address as far as it can be checked without writing to it.
///
/// # Errors
/// 422 at `email`.
pub fn email(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let fits = text.len() <= LONGEST_EMAIL
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.contains('@')
                && domain.split('.').count() > 1
                && domain.split('.').all(|part| !part.is_empty())
        });
    if fits {
        Ok(text.to_owned())
    } else {
        Err(Problem::invalid("email", "email must be an address such as priya@company.com."))
    }
}

/// A phone number: digits with an optional plus; spaces and dashes are dropped.
///
/// # Errors
/// 422 at `phone`.
pub fn phone(text: &str) -> Result<String, Problem> {
    let number: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.')).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if (6..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(number);
    }
    Err(Problem::invalid("phone", "phone must be 6 to 15 digits with the country code, such as +919812345678."))
}

/// A name where none was given: the title (people type it there), else the
/// e-mail's own words.
#[must_use]
pub fn name_from(title: Option<&str>, email: &str) -> String {
    if let Some(title) = title {
        return title.to_owned();
    }
    let local = email.split('@').next().unwrap_or(email);
    let words: Vec<String> = local
        .split(['.', '_', '-', '+'])
        .filter(|word| !word.is_empty())
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .collect();
    if words.is_empty() { email.to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_checked() {
        for good in ["priya@company.com", " a.b+c@x.co.in "] {
            assert!(email(good).is_ok(), "{good}");
        }
        for bad in ["", "priya", "a@b", "a@@b.c", "a b@c.de", "@c.de", "a@c..de"] {
            assert_eq!(email(bad).unwrap_err().field.as_deref(), Some("email"), "{bad}");
        }
        assert_eq!(phone("+91 98123-45678").unwrap(), "+919812345678");
        assert!(phone("call me").is_err());
        assert!(line("name", " \n").is_err());
        assert_eq!(line("name", " Priya ").unwrap(), "Priya");
    }

    #[test]
    fn a_missing_name_comes_from_what_is_there() {
        assert_eq!(name_from(Some("Priya Sharma"), "p@x.com"), "Priya Sharma");
        assert_eq!(name_from(None, "priya.sharma@x.com"), "Priya Sharma");
    }

    #[test]
    fn null_is_not_absent() {
        #[derive(Deserialize)]
        struct Edit {
            #[serde(default, deserialize_with = "some")]
            title: Option<Option<String>>,
        }
        let read = |text| serde_json::from_str::<Edit>(text).unwrap().title;
        assert_eq!(read("{}"), None);
        assert_eq!(read(r#"{"title": null}"#), Some(None));
        assert_eq!(read(r#"{"title": "x"}"#), Some(Some("x".into())));
    }
}
