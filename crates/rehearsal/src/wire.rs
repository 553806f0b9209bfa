//! The carrier's messages as literal fixtures of the wire documents, with
//! values put in: `<name>` in a template is replaced. JSON values come ready
//! (quoted or bare), query values are percent-encoded on the way in.

mod query;
mod socket;

pub use query::{HookFacts, StreamEnd, dial_digits, hook_query, ist, status_fields, stream_params};
pub use socket::{Outgoing, StreamIds};

/// Puts values in; a name that the template lacks is ignored.
#[must_use]
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let value = after.find('>').and_then(|close| {
            let name = &after[..close];
            values.iter().find(|(n, _)| *n == name).map(|(_, v)| (close, *v))
        });
        if let Some((close, value)) = value {
            out.push_str(value);
            rest = &after[close + 1..];
        } else {
            out.push('<');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// A JSON string, quotes included.
#[must_use]
pub fn text(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in_once_and_never_read_again() {
        assert_eq!(fill("a<x>b<y>", &[("x", "<y>"), ("y", "2")]), "a<y>b2");
        assert_eq!(fill("1 < 2 <none>", &[]), "1 < 2 <none>");
        assert_eq!(text("a\"b"), r#""a\"b""#);
    }
}
