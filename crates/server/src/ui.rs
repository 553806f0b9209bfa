//! The plain board at `/board`, from before there was an app; its files are
//! embedded so that the binary needs nothing beside it.

use axum::http::header;
use axum::response::{Html, IntoResponse};

/// `GET /board`
pub async fn index() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], Html(include_str!("../page/index.html")))
}

/// `GET /board.js`
pub async fn script() -> impl IntoResponse {
    file("text/javascript; charset=utf-8", include_str!("../page/board.js"))
}

/// `GET /board.css`
pub async fn style() -> impl IntoResponse {
    file("text/css; charset=utf-8", include_str!("../page/board.css"))
}

fn file(kind: &'static str, body: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], body)
}
