//! Parameters as pairs, wherever they came from.

use crate::exotel::storable;
use caly_core::privacy;
use serde_json::Value;

/// Pairs in the order they came. Look-ups ignore case, take the first value
/// that says something, and see neither empty values nor templates that the
/// carrier forgot to fill in. No name and no value holds U+0000 ([`storable`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

/// What callers key in and people write; the rest are the carrier's own words,
/// where a row of digits is a time or an id.
const FREE: &[&str] = &["digits", "CustomField", "Comment"];

/// A JSON body nests no deeper than this; deeper values are ignored.
const DEPTH: usize = 4;

impl Params {
    /// From a URL's query, or a body that is `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn from_form(bytes: &[u8]) -> Self {
        Self::from_pairs(form_urlencoded::parse(bytes).map(|(k, v)| (k.into_owned(), v.into_owned())).collect())
    }

    /// From a JSON body; nested objects become `Outer[Inner]`. Anything that is
    /// not an object is no parameters.
    #[must_use]
    pub fn from_json(bytes: &[u8]) -> Self {
        let mut pairs = Vec::new();
        if let Ok(Value::Object(map)) = serde_json::from_slice(bytes) {
            for (key, value) in map {
                flatten(key, &value, DEPTH, &mut pairs);
            }
        }
        Self::from_pairs(pairs)
    }

    /// From names and values, such as the text parts of a multipart body.
    #[must_use]
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (storable(name), storable(value))).collect())
    }

    /// These, then `other`'s where these say nothing.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// A value by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().filter(|(k, _)| k.eq_ignore_ascii_case(name)).find_map(|(_, v)| said(v))
    }

    /// The first of several names that says something.
    #[must_use]
    pub fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// The fields of `name[Field]=…`, or of `name={"Field":…}`.
    #[must_use]
    pub fn nested(&self, name: &str) -> Self {
        let flat = self.0.iter().filter_map(|(key, value)| {
            let (outer, rest) = key.split_once('[')?;
            let field = rest.strip_suffix(']')?;
            outer.eq_ignore_ascii_case(name).then(|| (field.to_owned(), value.clone()))
        });
        let flat = Self(flat.collect());
        match self.get(name) {
            Some(json) if json.trim_start().starts_with('{') => flat.or(Self::from_json(json.as_bytes())),
            _ => flat,
        }
    }

    /// Whether nothing was sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same without card numbers in what callers key in and people write.
    #[must_use]
    pub fn without_cards(&self) -> Self {
        let pairs = self.0.iter().map(|(name, value)| {
            let free = FREE.iter().any(|free| name.eq_ignore_ascii_case(free));
            (name.clone(), if free { privacy::redact(value) } else { value.clone() })
        });
        Self(pairs.collect())
    }

    /// Every pair, sorted, without the names in `volatile`: the same request
    /// sent again gives the same text.
    #[must_use]
    pub fn canonical(&self, volatile: &[&str]) -> String {
        let mut pairs: Vec<_> =
            self.0.iter().filter(|(k, _)| !volatile.iter().any(|v| k.eq_ignore_ascii_case(v))).collect();
        pairs.sort();
        pairs.dedup();
        let mut text = form_urlencoded::Serializer::new(String::new());
        for (key, value) in pairs {
            text.append_pair(key, value);
        }
        text.finish()
    }
}

/// A value that says something: not empty, not `{{Template}}`, not `null`.
fn said(value: &str) -> Option<&str> {
    let value = value.trim();
    let template = value.starts_with("{{") && value.ends_with("}}");
    (!value.is_empty() && !template && value != "null").then_some(value)
}

fn flatten(key: String, value: &Value, depth: usize, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::String(text) => pairs.push((key, text.clone())),
        Value::Bool(_) | Value::Number(_) => pairs.push((key, value.to_string())),
        Value::Object(map) if depth > 0 => {
            for (inner, value) in map {
                flatten(format!("{key}[{inner}]"), value, depth - 1, pairs);
            }
        }
        Value::Array(list) if depth > 0 => {
            for (i, value) in list.iter().enumerate() {
                flatten(format!("{key}[{i}]"), value, depth - 1, pairs);
            }
        }
        Value::Object(_) | Value::Array(_) => {}
    }
}
