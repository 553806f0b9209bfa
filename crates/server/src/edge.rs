//! What every request passes on its way in and every answer on its way out:
//! one layer, since each layer of a router is a clone and a box a request.

use crate::error::Problem;
use crate::extract::too_large;
use crate::lines::slow_body;
use crate::state::App;
use crate::{request_log, security_headers};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use std::any::Any;
use std::panic::AssertUnwindSafe;
use tracing::Instrument;

/// Names the request, bounds its body's time, catches what its handler throws,
/// and gives the answer its headers.
pub async fn edge(State(app): State<App>, request: Request, next: Next) -> Response {
    let named = request_log::open(&app, &request);
    let policy = security_headers::policy(request.uri().path());
    let (request, late) = slow_body::bound(request, app.config.lines.body);
    let run = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(named.span.clone());
    let response = run.await.unwrap_or_else(|panic| named.span.in_scope(|| panicked(&*panic)));
    let mut response = late.or(in_our_words(response));
    security_headers::set(policy, response.headers_mut());
    request_log::close(&app, &named, &mut response);
    response
}

/// The body limit answers before our extractors do.
fn in_our_words(response: Response) -> Response {
    let ours = || response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t == "application/problem+json");
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE && !ours() { too_large().into_response() } else { response }
}

fn panicked(panic: &(dyn Any + Send)) -> Response {
    let words = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Problem::internal(format!("panic: {}", words.unwrap_or_default())).into_response()
}
