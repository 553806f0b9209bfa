//! A text that may come as a number, a number that may come as a text.

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Whatever came, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loose(pub String);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl Visitor<'_> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Loose, E> {
        Ok(Loose(v.to_owned()))
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Loose, E> {
        Ok(Loose(v.to_string()))
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Loose, E> {
        Ok(Loose(v.to_string()))
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Loose, E> {
        Ok(Loose(v.to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Loose, E> {
        Ok(Loose::default())
    }
}

/// A number of milliseconds, or anything else, which is no error: it is only
/// looked at when the rate is in doubt. Allocates nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Millis(pub Option<u64>);

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(MillisVisitor)
    }
}

struct MillisVisitor;

impl<'de> Visitor<'de> for MillisVisitor {
    type Value = Millis;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("milliseconds")
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Millis, E> {
        Ok(Millis(v.trim().parse().ok()))
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Millis, E> {
        Ok(Millis(u64::try_from(v).ok()))
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Millis, E> {
        Ok(Millis(Some(v)))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Millis, E> {
        Ok(Millis(None))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Millis, E> {
        Ok(Millis(None))
    }

    fn visit_unit<E: Error>(self) -> Result<Millis, E> {
        Ok(Millis(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Millis, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Millis(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Millis, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Millis(None))
    }
}

impl Loose {
    /// The leading number in it: `8000`, `"8000"` and `"8000Hz"` are the same.
    pub fn number(&self) -> Option<u32> {
        let digits: String = self.0.trim().chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    }

    /// The text, unless it is empty.
    pub fn text(self) -> Option<String> {
        (!self.0.is_empty()).then_some(self.0)
    }
}
