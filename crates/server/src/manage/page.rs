//! Pages by keyset: a cursor is the last row's place, not a count of rows.

use crate::error::Problem;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64_simd::URL_SAFE_NO_PAD;
use caly_core::time::At;
use serde::Serialize;

/// Rows on a page when nothing is said.
const USUAL: i64 = 50;
/// Most rows on a page.
pub const MOST: i64 = 200;

/// The place after which the next page begins: newest first, ties by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The last row's moment.
    pub at: At,
    /// The last row's id.
    pub id: String,
}

impl Cursor {
    /// As the wire carries it.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode_to_string(format!("{}|{}", self.at.0, self.id))
    }

    /// Reads what [`Cursor::encode`] wrote.
    ///
    /// # Errors
    /// 400 for anything else.
    pub fn decode(text: &str) -> Result<Self, Problem> {
        let bytes = URL_SAFE_NO_PAD.decode_to_vec(text).map_err(|_| bad_cursor())?;
        let text = String::from_utf8(bytes).map_err(|_| bad_cursor())?;
        let (at, id) = text.split_once('|').ok_or_else(bad_cursor)?;
        Ok(Self { at: At(at.parse().map_err(|_| bad_cursor())?), id: id.to_owned() })
    }
}

/// 400: the cursor is not ours.
#[must_use]
pub fn bad_cursor() -> Problem {
    Problem::bad_request("bad_query", "cursor is not one that this list gave out; start again without it.").at("cursor")
}

/// An answer of many rows, written into one buffer that has room for them: the
/// framework's grows from 128 bytes, token by token.
///
/// # Errors
/// When a value has no JSON.
pub fn of_rows<T: Serialize>(answer: &T, rows: usize) -> Result<Response, Problem> {
    let mut bytes = Vec::with_capacity(1_000 * (rows + 1));
    serde_json::to_writer(&mut bytes, answer).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response())
}

/// How many rows a page has.
///
/// # Errors
/// 400 outside 1-200.
pub fn limit(ask: Option<i64>) -> Result<i64, Problem> {
    match ask.unwrap_or(USUAL) {
        n if (1..=MOST).contains(&n) => Ok(n),
        _ => {
            Err(Problem::bad_request("bad_query", format!("limit must be a whole number from 1 to {MOST}."))
                .at("limit"))
        }
    }
}

/// An RFC 3339 moment of the query string.
///
/// # Errors
/// 400 at `field`.
pub fn moment(field: &'static str, text: Option<&str>) -> Result<Option<At>, Problem> {
    text.map(|text| {
        text.parse::<jiff::Timestamp>().map(|t| At(t.as_millisecond())).map_err(|_| {
            Problem::bad_request("bad_query", format!("{field} must be a moment such as 2026-11-23T09:30:00Z."))
                .at(field)
        })
    })
    .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_a_forged_one_does_not() {
        let cursor = Cursor { at: At(17), id: "0190-x".into() };
        assert_eq!(Cursor::decode(&cursor.encode()).unwrap(), cursor);
        for bad in ["", "%%%", "aGVsbG8", "eHx5"] {
            assert_eq!(Cursor::decode(bad).unwrap_err().field.as_deref(), Some("cursor"), "{bad}");
        }
    }

    #[test]
    fn pages_are_bounded() {
        assert_eq!(limit(None).unwrap(), 50);
        assert!(limit(Some(0)).is_err());
        assert!(limit(Some(201)).is_err());
    }

    #[test]
    fn moments_are_rfc_3339() {
        assert_eq!(moment("from", Some("1970-01-01T00:00:01Z")).unwrap(), Some(At(1000)));
        assert_eq!(moment("from", Some("1970-01-01T05:30:01+05:30")).unwrap(), Some(At(1000)));
        assert_eq!(moment("from", Some("yesterday")).unwrap_err().field.as_deref(), Some("from"));
    }
}
