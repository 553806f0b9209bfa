//! The OpenAPI 3.1 document, generated from the handlers and the router.

mod shared;

use crate::board::feed_wire::WireEvent;
use crate::router::api_routes;
use axum::Json;
use std::sync::LazyLock;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

/// The whole document; `caly openapi` prints it.
#[must_use]
pub fn openapi() -> Document {
    let mut document = OpenApiRouter::with_openapi(Head::openapi()).merge(api_routes()).into_openapi();
    shared::complete(&mut document);
    document
}

/// The document as JSON with two spaces and a last newline, as it is committed.
#[must_use]
pub fn openapi_json() -> String {
    // The document is made of strings, numbers and maps with string keys only.
    let mut text = openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// The parts that are not said at a handler.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Caly",
        description = "Calls answered by AI agents, owned by people. Errors are application/problem+json with a stable `code`, a sentence that says what to do, and the `field` to blame. Times are RFC 3339 UTC, durations seconds with one decimal.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    security(("bearer" = []), ("cookie" = [])),
    components(schemas(WireEvent)),
    modifiers(&Security),
)]
struct Head;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The token of POST /api/auth/login."))
            .build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description(
            crate::auth::session::COOKIE,
            "Set at login. Unsafe verbs with it also need the header `X-Caly-Client: web` and an Origin of this server. Over https its name begins with `__Host-`.",
        );
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "service", security(()), responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub async fn serve() -> Json<&'static Document> {
    static DOCUMENT: LazyLock<Document> = LazyLock::new(openapi);
    Json(&DOCUMENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Open to anyone, and a known login proves itself.
    const KNOWS_LOGINS: [&str; 3] = ["/api/auth/login", "/api/invitations/accept", "/api/setup"];

    #[test]
    fn every_operation_says_what_can_go_wrong_and_who_may() {
        let document = serde_json::to_value(openapi()).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                assert!(operation["operationId"].is_string(), "{method} {path} has no operationId");
                let open = matches!(
                    crate::auth::permit::access(&method.to_uppercase().parse().unwrap(), path),
                    Some(crate::auth::permit::Access::Anyone)
                );
                assert_eq!(
                    operation["responses"].get("401").is_some(),
                    !open || (method == "post" && KNOWS_LOGINS.contains(&path.as_str())),
                    "{method} {path}: 401"
                );
            }
        }
    }

    #[test]
    fn every_reference_resolves() {
        let text = openapi_json();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        for part in text.split("\"$ref\": \"").skip(1) {
            let pointer = part.split('"').next().unwrap().trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }
}
