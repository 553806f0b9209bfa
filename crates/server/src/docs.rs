//! The API browser at `/api/docs`, its parts shipped inside the binary.

use axum::Router;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Where the document is served.
pub const DOCUMENT: &str = "/api/openapi.json";

/// The browser's routes; the document itself is a route of the API.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    // "Try it out" sends the cookie but not the header that unsafe verbs need:
    // people press Authorize and paste a token.
    SwaggerUi::new("/api/docs").config(Config::from(DOCUMENT).persist_authorization(false)).into()
}
