//! What holds for every answer of the document, said once instead of at seventy
//! handlers: the refusals of the gate and of the reader of bodies, the type in
//! which problems are sent, how ids and revisions are written, a few words
//! where a handler has none.

use crate::auth::permit::{self, Access};
use axum::http::{Method, StatusCode};
use caly_core::member::Role;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::schema::{SchemaFormat, SchemaType, Type};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, ResponseBuilder, Schema};

const JSON: &str = "application/json";
const PROBLEM_JSON: &str = "application/problem+json";
const PROBLEM: &str = "#/components/schemas/Problem";

/// A revision, quoted or not, or any.
const REV: &str = r#"^(\*|(W/)?"?[0-9]{1,18}"?)$"#;

/// Every role there is.
const ROLES: usize = [Role::Owner, Role::Manager, Role::Supervisor, Role::Member].len();
/// Not JSON, too slow, too large, another type, JSON that does not fit.
const OF_A_BODY: [&str; 5] = ["400", "408", "413", "415", "422"];

/// Completes every operation.
pub fn complete(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            for status in refusals(&method, path, operation.request_body.is_some()) {
                operation.responses.responses.entry(status.to_owned()).or_insert_with(problem);
            }
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(parameter) = parameter {
                    shape(parameter);
                }
            }
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(response) = response {
                    describe(status, response);
                    name_problems(response);
                }
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let PathItem { get, put, post, delete, .. } = item;
    [(Method::GET, get), (Method::PUT, put), (Method::POST, post), (Method::DELETE, delete)]
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// The statuses with which `auth::guard` and `extract::Body` refuse.
fn refusals(method: &Method, path: &str, body: bool) -> Vec<&'static str> {
    let mut statuses = Vec::new();
    if let Some(Access::Roles(roles)) = permit::access(method, path) {
        statuses.push("401");
        // A role or a key that may not, or a cookie from a foreign page.
        if roles.len() < ROLES || !permit::open_to_keys(path) || !method.is_safe() {
            statuses.push("403");
        }
    }
    if body {
        statuses.extend(OF_A_BODY);
    }
    statuses
}

/// What `extract::Id` and `extract::IfMatch` can read.
fn shape(parameter: &mut Parameter) {
    let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema else { return };
    let text = schema.schema_type == SchemaType::Type(Type::String);
    match (parameter.parameter_in.clone(), parameter.name.as_str()) {
        (ParameterIn::Path, "id") if text => schema.format = Some(SchemaFormat::Custom("uuid".to_owned())),
        (ParameterIn::Header, "If-Match") => schema.pattern = Some(REV.to_owned()),
        _ => {}
    }
}

fn problem() -> RefOr<Response> {
    let content = Content::new(Some(Ref::new(PROBLEM)));
    RefOr::T(ResponseBuilder::new().content(PROBLEM_JSON, content).build())
}

/// A response without a description is no OpenAPI 3.1.
fn describe(status: &str, response: &mut Response) {
    let words = status.parse::<StatusCode>().ok().and_then(|status| status.canonical_reason());
    if response.description.is_empty() {
        response.description = words.unwrap_or(status).to_owned();
    }
}

fn name_problems(response: &mut Response) {
    let is_problem = |content: &RefOr<Content>| matches!(content, RefOr::T(Content { schema: Some(RefOr::Ref(to)), .. }) if to.ref_location == PROBLEM);
    if response.content.get(JSON).is_some_and(is_problem)
        && let Some(content) = response.content.shift_remove(JSON)
    {
        response.content.insert(PROBLEM_JSON.to_owned(), content);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_and_the_reader_are_documented() {
        assert_eq!(refusals(&Method::GET, "/health", false), [""; 0]);
        assert_eq!(refusals(&Method::GET, "/api/teams", false), ["401"]);
        assert_eq!(refusals(&Method::GET, "/api/rules", false), ["401", "403"]);
        assert_eq!(refusals(&Method::GET, "/api/auth/me", false), ["401", "403"]);
        assert_eq!(refusals(&Method::POST, "/api/tasks/{id}/claim", false), ["401", "403"]);
        assert_eq!(refusals(&Method::POST, "/api/auth/login", true), OF_A_BODY);
    }
}
