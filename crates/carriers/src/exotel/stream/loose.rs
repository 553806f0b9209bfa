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

/// A counter or a number of milliseconds, or anything else, which is no error:
/// it is only looked at in doubt. Allocates nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count(pub Option<u64>);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(CountVisitor)
    }
}

struct CountVisitor;

impl<'de> Visitor<'de> for CountVisitor {
    type Value = Count;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a count")
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Count, E> {
        Ok(Count(v.trim().parse().ok()))
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Count, E> {
        Ok(Count(u64::try_from(v).ok()))
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Count, E> {
        Ok(Count(Some(v)))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Count, E> {
        Ok(Count(None))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Count, E> {
        Ok(Count(None))
    }

    fn visit_unit<E: Error>(self) -> Result<Count, E> {
        Ok(Count(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Count, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Count(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Count, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Count(None))
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
