//! One error for HTTP: `application/problem+json` with a stable code, a
//! sentence that says what to do, and the field where one is to blame.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use caly_store::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What every handler answers when it cannot do what was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// Stable, for programs.
    pub code: &'static str,
    /// For people: what is wrong and what to do.
    pub detail: String,
    /// The field of the request that is to blame, as a path.
    pub field: Option<String>,
    /// Every field that is to blame, where several are.
    pub errors: Vec<FieldProblem>,
    /// Seconds after which to try again.
    pub retry_after: Option<u32>,
    /// The resource as it is now, for a stale revision.
    pub current: Option<Box<Value>>,
}

/// One field that cannot be accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// The field.
    pub field: String,
    /// What would be accepted.
    pub detail: String,
}

/// The wire form of [`Problem`] (RFC 9457).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Names the kind of problem: `urn:caly:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable code, for programs.
    pub code: String,
    /// What is wrong and what to do.
    pub detail: String,
    /// The field of the request that is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Each field that is to blame, where several are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// The resource as it is now, when yours was stale.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub current: Option<Value>,
}

impl Problem {
    /// Any problem; the named constructors below say which one is usual.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), field: None, errors: Vec::new(), retry_after: None, current: None }
    }

    /// 400: the request cannot be read.
    #[must_use]
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 422: the request can be read, and one field of it cannot be accepted.
    #[must_use]
    pub fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_field", detail).at(field)
    }

    /// 422 for several fields at once; the first is named as the field.
    #[must_use]
    pub fn invalid_fields(errors: Vec<FieldProblem>) -> Self {
        let first = errors.first().map(|e| e.field.clone());
        let detail = "Some fields cannot be accepted; `errors` says what each of them needs.";
        Self { field: first, errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_field", detail) }
    }

    /// 401: nobody, or a session that is over.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "You are not logged in or the session is over; log in at POST /api/auth/login and send the token as \"Authorization: Bearer <token>\".",
        )
    }

    /// 403: the role does not allow it.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// 404: not there, or not yours; the answer is the same.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("There is no such {what} here; check the id in the address."),
        )
    }

    /// 409: the request clashes with what is there.
    #[must_use]
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 429: too many of these.
    #[must_use]
    pub fn too_many(detail: impl Into<String>, retry_after: u32) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail).retry(retry_after)
    }

    /// 503: not now.
    #[must_use]
    pub fn busy(code: &'static str, detail: impl Into<String>, retry_after: u32) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail).retry(retry_after)
    }

    /// 500: our fault. The cause goes to the log, once, here; never to the wire.
    #[must_use]
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(error.cause = %cause, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side and was logged; try again, and if it stays send the x-request-id of this answer to whoever runs Caly.",
        )
    }

    /// Blames a field.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Carries the resource as it is now.
    #[must_use]
    pub fn with_current(mut self, current: &impl Serialize) -> Self {
        self.current = serde_json::to_value(current).ok().map(Box::new);
        self
    }

    fn retry(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let retry_after = self.retry_after;
        let unauthenticated = self.status == StatusCode::UNAUTHORIZED;
        let body = ProblemBody {
            kind: format!("urn:caly:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Problem").to_owned(),
            status: self.status.as_u16(),
            code: self.code.to_owned(),
            detail: self.detail,
            field: self.field,
            errors: self.errors,
            current: self.current.map(|current| *current),
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound("link") => crate::auth::links::over(),
            StoreError::NotFound(what) => Self::not_found(what),
            StoreError::Conflict(name) => on_constraint(name),
            StoreError::Stale { current_rev } => stale(current_rev),
            StoreError::NotNow(why) => Self::conflict("not_now", sentence(why)),
            StoreError::Busy | StoreError::Locked => Self::busy(
                "busy",
                "The database has more to write than it can at this moment; try again in a second.",
                1,
            ),
            StoreError::DiskFull => {
                tracing::error!("the disk that holds the database is full");
                Self::busy(
                    "disk_full",
                    "The server's disk is full, nothing was written; free space there and try again.",
                    30,
                )
            }
            StoreError::Away(cause) => {
                tracing::error!(error.cause = %cause, "the database cannot be reached");
                Self::busy(
                    "database_away",
                    "The database cannot be reached at this moment; try again in a few seconds.",
                    5,
                )
            }
            StoreError::Closed => {
                Self::busy("stopping", "This node is stopping; send the request again, another one takes it.", 1)
            }
            error @ (StoreError::Corrupt(_)
            | StoreError::Address(_)
            | StoreError::Migration { .. }
            | StoreError::Newer { .. }
            | StoreError::Database(_)) => Self::internal(error),
        }
    }
}

/// 409 for each unique rule, in words that say which value to change.
fn on_constraint(name: &str) -> Problem {
    match name {
        "email" => Problem::conflict(
            "email_taken",
            "A member with this e-mail exists already, perhaps inactive; edit that one or use another address.",
        )
        .at("email"),
        "login" => Problem::conflict(
            "login_taken",
            "This login is a member of this client already; log in with it, or ask for the other invitation to be taken back.",
        ),
        "slot" => {
            Problem::conflict("slot_taken", "That doctor is booked at that time; choose another time.").at("starts_at")
        }
        "doctor_name" => Problem::conflict(
            "name_taken",
            "Another active doctor has this name, and the agent tells doctors apart by name; add what callers know him by, such as a first name.",
        )
        .at("name"),
        other => Problem::conflict("taken", format!("That {other} is taken; choose another.")),
    }
}

/// 409 for an older revision; handlers add the current body.
fn stale(current_rev: i64) -> Problem {
    Problem::conflict(
        "stale",
        format!("Somebody changed this in the meantime (it is at rev {current_rev}); look at `current` and send your change again with that rev."),
    )
    .at("If-Match")
}

/// The store's words as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let mut text: String =
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_the_store_says_what_to_do() {
        let cases = [
            (StoreError::NotFound("member"), 404, "not_found"),
            (StoreError::Conflict("email"), 409, "email_taken"),
            (StoreError::Conflict("slot"), 409, "slot_taken"),
            (StoreError::Conflict("doctor_name"), 409, "name_taken"),
            (StoreError::Stale { current_rev: 4 }, 409, "stale"),
            (StoreError::NotNow("the task is done"), 409, "not_now"),
            (StoreError::Busy, 503, "busy"),
            (StoreError::DiskFull, 503, "disk_full"),
            (StoreError::Closed, 503, "stopping"),
            (StoreError::Corrupt("role".into()), 500, "internal"),
        ];
        for (error, status, code) in cases {
            let temporary = error.is_temporary();
            let problem = Problem::from(error);
            assert_eq!((problem.status.as_u16(), problem.code), (status, code));
            assert_eq!(problem.retry_after.is_some(), temporary, "{code}");
            assert!(problem.detail.ends_with('.'), "{}", problem.detail);
        }
    }

    #[test]
    fn a_problem_is_problem_json() {
        let response = Problem::unauthenticated().into_response();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
        let response = Problem::busy("busy", "Later.", 7).into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], "7");
    }
}
