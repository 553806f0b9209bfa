//! What a request carries, read once and refused with a [`Problem`] that names
//! the field.

use crate::error::Problem;
use axum::body::Bytes;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use std::str::FromStr;

/// PostgreSQL keeps no text with it, and no person types it.
const NO_NUL: &str = "A text holds the character U+0000; leave it out.";

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// The query string.
#[derive(Debug)]
pub struct Ask<T>(pub T);

/// The one id in the path.
#[derive(Debug)]
pub struct Id<T>(pub T);

/// The revision that the sender believes to be current (`If-Match: "3"` or `3`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(req: Request, state: &S) -> Result<Self, Problem> {
        let (head, body) = req.into_parts();
        let read = Bytes::from_request(Request::from_parts(head.clone(), body), state).await;
        let bytes = read.map_err(|rejection| refused_body(&rejection.into()))?;
        let again = Request::from_parts(head, bytes.clone().into());
        match axum::Json::<T>::from_request(again, state).await {
            Ok(axum::Json(value)) => fits(&bytes).map(|()| Self(value)),
            Err(rejection) => Err(refused_body(&rejection)),
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Ask<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(Problem::bad_request("bad_query", NO_NUL));
        }
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let (field, why) = blamed(&rejection.body_text(), "query string: ");
                let problem = Problem::bad_request("bad_query", format!("The query string cannot be read: {why}."));
                Err(match field {
                    Some(field) => problem.at(field),
                    None => problem,
                })
            }
        }
    }
}

impl<T, S> FromRequestParts<S> for Id<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| {
            Problem::bad_request(
                "bad_id",
                "The id in the address cannot be read; send it exactly as the API returned it.",
            )
        })?;
        let id = text.parse::<T>().map_err(|why| Problem::bad_request("bad_id", format!("{why}.")).at("id"))?;
        Ok(Self(id))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if_match(&parts.headers).map(Self)
    }
}

fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or("").trim();
    if text == "*" {
        return Ok(None);
    }
    text.trim_start_matches("W/").trim_matches('"').parse().map(Some).map_err(|_| {
        Problem::bad_request(
            "bad_if_match",
            "If-Match must be the resource's rev, such as \"3\"; leave it out to write over whatever is there.",
        )
        .at("If-Match")
    })
}

/// What serde takes and we do not.
fn fits(json: &[u8]) -> Result<(), Problem> {
    let refused = |why| Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_field", why));
    // Serde reads [1, "x"] into a struct as well, by the order of its fields.
    if !json.trim_ascii_start().starts_with(b"{") {
        return refused("The body must be a JSON object.");
    }
    if holds_nul(json) { refused(NO_NUL) } else { Ok(()) }
}

/// Whether valid JSON writes U+0000, which it can as `\u0000` only.
fn holds_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = &rest[at + 1..];
        if escape.starts_with(b"u0000") {
            return true;
        }
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

fn refused_body(rejection: &JsonRejection) -> Problem {
    let text = rejection.body_text();
    match rejection {
        JsonRejection::JsonDataError(_) => {
            let (field, why) = blamed(&text, "target type: ");
            let problem = Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid_field",
                format!("The body does not fit: {why}."),
            );
            match field {
                Some(field) => problem.at(field),
                None => problem,
            }
        }
        JsonRejection::JsonSyntaxError(_) => {
            Problem::bad_request("bad_json", "The body is not valid JSON; check its quotes and commas.")
        }
        JsonRejection::MissingJsonContentType(_) => Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "Send the body as JSON with the header \"Content-Type: application/json\".",
        ),
        other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => Problem::bad_request("bad_body", "The body could not be read to its end; send it again."),
    }
}

/// 413 in our words.
#[must_use]
pub fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is larger than 1 MiB; send less at once.")
}

/// Splits "…: path.to.field: why at line 1 column 5" into field and reason. A
/// reason without a path keeps the whole sentence.
fn blamed(text: &str, after: &str) -> (Option<String>, String) {
    let rest = text.split_once(after).map_or(text, |(_, rest)| rest);
    let rest = rest.split_once(" at line ").map_or(rest, |(rest, _)| rest);
    if let Some(name) = rest.split("unknown field `").nth(1).and_then(|r| r.split('`').next()) {
        return (Some(name.to_owned()), rest.to_owned());
    }
    if let Some(name) = rest.split("missing field `").nth(1).and_then(|r| r.split('`').next()) {
        return (Some(name.to_owned()), rest.to_owned());
    }
    match rest.split_once(": ") {
        Some((path, why)) if !path.contains(' ') => (Some(path.to_owned()), why.to_owned()),
        _ => (None, rest.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body;
    use axum::http::Request as HttpRequest;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        #[allow(dead_code)]
        level: i64,
    }

    async fn refusal(content: &str, body: &str) -> Problem {
        let req =
            HttpRequest::post("/").header("content-type", content).body(body::Body::from(body.to_owned())).unwrap();
        Body::<Line>::from_request(req, &()).await.map(|Body(line)| line.level).unwrap_err()
    }

    #[tokio::test]
    async fn a_refused_body_names_its_field() {
        let unknown = refusal("application/json", r#"{"level": 1, "client_id": 2}"#).await;
        assert_eq!((unknown.status.as_u16(), unknown.field.as_deref()), (422, Some("client_id")));
        let missing = refusal("application/json", "{}").await;
        assert_eq!(missing.field.as_deref(), Some("level"));
        let wrong = refusal("application/json", r#"{"level": "x"}"#).await;
        assert_eq!(wrong.field.as_deref(), Some("level"));
        assert_eq!(refusal("application/json", "{").await.code, "bad_json");
        assert_eq!(refusal("application/json", "[1]").await.code, "invalid_field");
        assert_eq!(refusal("text/plain", "{}").await.code, "not_json");
    }

    #[test]
    fn nul_is_found_where_it_is_one() {
        for (json, holds) in [
            (r#"{"a": "x\u0000"}"#, true),
            (r#"{"a": "\\u0000"}"#, false),
            (r#"{"a": "\\\u0000"}"#, true),
            (r#"{"a": "\n\u0001"}"#, false),
        ] {
            assert_eq!(holds_nul(json.as_bytes()), holds, "{json}");
        }
    }

    #[test]
    fn if_match_is_a_revision() {
        let read = |v: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, header::HeaderValue::from_static(v));
            if_match(&headers)
        };
        assert_eq!(read("\"3\""), Ok(Some(3)));
        assert_eq!(read("3"), Ok(Some(3)));
        assert_eq!(read("*"), Ok(None));
        assert_eq!(read("abc").unwrap_err().code, "bad_if_match");
        assert_eq!(if_match(&HeaderMap::new()), Ok(None));
    }
}
