//! The browser app, embedded: its files as they were built, and its one page
//! for every address that a person may have in the address bar.

use crate::error::Problem;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, include_dir};
use std::sync::LazyLock;

mod ahead;

static DIST: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../web/dist");

static AHEAD: LazyLock<ahead::Ahead> = LazyLock::new(|| ahead::Ahead::read(&DIST));

/// The bundler writes a hash of the content into these names.
const HASHED: &str = "assets/";
const FOREVER: &str = "public, max-age=31536000, immutable";
/// These answer programs: a page in place of a 404 would only confuse them.
const NOT_PAGES: &[&str] = &["/api", "/exotel", "/talk", "/health", "/ready", "/metrics"];

/// Whatever no route answers: a file of the app, its page for a browser that
/// asks for one, else 404.
pub async fn elsewhere(request: Request) -> Response {
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let program =
        NOT_PAGES.iter().any(|start| path.strip_prefix(start).is_some_and(|r| r.is_empty() || r.starts_with('/')));
    if reads && !program {
        let name = path.trim_start_matches('/');
        if let Some(answer) = file(name, request.headers()) {
            return answer;
        }
        if !name.starts_with(HASHED) && wants_html(request.headers()) {
            return page(path, request.headers());
        }
    }
    no_route().into_response()
}

/// The app's one page; its router reads the address.
fn page(path: &str, headers: &HeaderMap) -> Response {
    let Some(mut page) = file("index.html", headers) else { return no_route().into_response() };
    if let Some(link) = AHEAD.link(path) {
        page.headers_mut().insert(header::LINK, link.clone());
    }
    page
}

fn file(name: &str, headers: &HeaderMap) -> Option<Response> {
    let kind = kind(name)?;
    let (body, encoding) = encoded(name, headers)?;
    let cache = match name {
        "index.html" => "no-store",
        name if name.starts_with(HASHED) => FOREVER,
        _ => "no-cache",
    };
    let mut response = body.into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding, accept"));
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

/// The smallest form that the browser reads; they were compressed at build time.
fn encoded(name: &str, headers: &HeaderMap) -> Option<(&'static [u8], Option<&'static str>)> {
    let taken = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or("");
    for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
        let small = accepts(taken, encoding).then(|| DIST.get_file(format!("{name}.{ending}"))).flatten();
        if let Some(small) = small {
            return Some((small.contents(), Some(encoding)));
        }
    }
    DIST.get_file(name).map(|f| (f.contents(), None))
}

/// `gzip;q=0` refuses it.
fn accepts(taken: &str, encoding: &str) -> bool {
    taken.split(',').any(|one| {
        let (name, quality) = one.split_once(';').unwrap_or((one, ""));
        let refused =
            quality.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse::<f32>().is_ok_and(|q| q <= 0.0));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/html"))
}

/// What is not in the list is not served: the build's own notes, for one.
fn kind(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "png" => "image/png",
        _ => return None,
    })
}

fn no_route() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_route",
        "There is no such address here; GET /api/openapi.json lists all of them.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    async fn ask(method: Method, path: &str, accept: &str) -> Response {
        let request = Request::builder().method(method).uri(path).header(header::ACCEPT, accept);
        elsewhere(request.body(Body::empty()).unwrap()).await
    }

    #[tokio::test]
    async fn a_browser_gets_the_page_wherever_the_app_has_one() {
        for path in ["/", "/team/3", "/join", "/apis"] {
            let answer = ask(Method::GET, path, "text/html,*/*").await;
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
            assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
            let told = AHEAD.link(path).is_some();
            assert_eq!(answer.headers().contains_key(header::LINK), told, "{path}");
        }
    }

    #[tokio::test]
    async fn programs_and_missing_files_get_a_404() {
        for (method, path, accept) in [
            (Method::GET, "/api/nothing", "text/html"),
            (Method::GET, "/exotel/k/nothing", "text/html"),
            (Method::POST, "/team", "text/html"),
            (Method::GET, "/team", "application/json"),
            (Method::GET, "/assets/gone-123.js", "text/html"),
            (Method::GET, "/.vite/manifest.json", "*/*"),
        ] {
            assert_eq!(ask(method, path, accept).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[test]
    fn an_encoding_can_be_refused() {
        assert!(accepts("gzip, br", "br"));
        assert!(accepts("GZIP;q=0.5", "gzip"));
        assert!(!accepts("gzip;q=0, br", "gzip"));
        assert!(!accepts("", "br"));
    }
}
