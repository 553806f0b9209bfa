//! A fake shop that speaks Shopify's Admin GraphQL over HTTP on loopback.
//!
//! Orders are literal JSON with the documented fields; a request's selection
//! is applied to them as the real API does: only what was asked for comes
//! back, a field that the fixture (the documentation) does not have is an
//! error, a connection wants `first` or `last`. Requested returns are kept, and
//! so is every request, for tests.
//!
//! Written from the public reference of the Admin API; never compared with a
//! live shop.

mod answer;
mod graphql;
mod orders;
mod returns;
mod select;

pub use orders::{order, seed_orders};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::ListenerExt;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;

/// How the shop feels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mood {
    /// Answers at once.
    #[default]
    Well,
    /// The next so many requests are throttled, then well.
    Throttled(u32),
    /// Answers after a while.
    Slow(Duration),
    /// Never answers and does nothing.
    Silent,
    /// Does what it is asked and never answers: the caller cannot know.
    DoesButNeverAnswers,
    /// 500 with an HTML page.
    Broken,
    /// 200 with something that is not JSON.
    Garbage,
    /// Every mutation is refused with a user error.
    Refuses,
}

/// One request that was understood, or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// `2026-07`.
    pub version: String,
    /// Names of the root fields, e.g. `orders`.
    pub fields: Vec<String>,
    /// The variables.
    pub variables: Value,
    /// Whether it was a mutation.
    pub mutation: bool,
    /// HTTP status of the answer; 0 for none.
    pub status: u16,
}

/// What the shop holds.
pub(crate) struct Stock {
    pub(crate) orders: Vec<Value>,
    pub(crate) next_return: u64,
    pub(crate) now: Timestamp,
}

struct Inner {
    token: String,
    mood: Mutex<Mood>,
    stock: Mutex<Stock>,
    log: Mutex<Vec<Asked>>,
}

/// A running shop; it closes when this is dropped.
pub struct Shop {
    addr: SocketAddr,
    inner: Arc<Inner>,
    serving: JoinHandle<()>,
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shop {
    /// Opens on a free port of 127.0.0.1. `now` is the date of returns made
    /// here; orders come from [`seed_orders`] and [`order`].
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn open(token: &str, orders: Vec<Value>, now: Timestamp) -> std::io::Result<Self> {
        Self::open_at(SocketAddr::from(([127, 0, 0, 1], 0)), token, orders, now).await
    }

    /// [`Shop::open`] at a given address.
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn open_at(addr: SocketAddr, token: &str, orders: Vec<Value>, now: Timestamp) -> std::io::Result<Self> {
        let inner = Arc::new(Inner {
            token: token.to_owned(),
            mood: Mutex::default(),
            stock: Mutex::new(Stock { orders, next_return: 1, now }),
            log: Mutex::default(),
        });
        let app = Router::new().route("/admin/api/{version}/graphql.json", post(serve)).with_state(Arc::clone(&inner));
        let listener = tokio::net::TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let listener = listener.tap_io(|tcp| {
            if let Err(e) = tcp.set_nodelay(true) {
                tracing::debug!(error = %e, "an answer of the fake shop may be held back");
            }
        });
        let serving = tokio::spawn(async move {
            if let Err(e) = axum::serve(listener, app).await {
                tracing::warn!(error = %e, "the fake shop closed");
            }
        });
        Ok(Self { addr, inner, serving })
    }

    /// Where it is.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its address for a client's settings, `http://127.0.0.1:port`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// From now on.
    pub fn set_mood(&self, mood: Mood) {
        *locked(&self.inner.mood) = mood;
    }

    /// Every request so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        locked(&self.inner.log).clone()
    }

    /// Returns of an order ("#1026"), as the shop keeps them.
    #[must_use]
    pub fn returns_of(&self, order: &str) -> Vec<Value> {
        let stock = locked(&self.inner.stock);
        let found = stock.orders.iter().find(|o| o["name"] == order);
        found.and_then(|o| o["returns"]["nodes"].as_array().cloned()).unwrap_or_default()
    }

    /// Adds or replaces an order by its name.
    pub fn put_order(&self, order: Value) {
        let mut stock = locked(&self.inner.stock);
        stock.orders.retain(|o| o["name"] != order["name"]);
        stock.orders.push(order);
    }
}

async fn serve(
    State(shop): State<Arc<Inner>>,
    Path(version): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mood = next_mood(&shop);
    let request = graphql::Request::read(&body);
    let (status, text) = if known_token(&shop, &headers) {
        judged(&shop, mood, &version, request.as_ref())
    } else {
        let body = json!({"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"});
        (StatusCode::UNAUTHORIZED, body.to_string())
    };
    let silent = matches!(mood, Mood::Silent | Mood::DoesButNeverAnswers);
    note(&shop, version, request.as_ref(), if silent { 0 } else { status.as_u16() });
    match mood {
        Mood::Slow(time) => tokio::time::sleep(time).await,
        _ if silent => std::future::pending::<()>().await,
        _ => {}
    }
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response()
}

fn judged(
    shop: &Inner,
    mood: Mood,
    version: &str,
    request: Result<&graphql::Request, &String>,
) -> (StatusCode, String) {
    let ok = |body: Value| (StatusCode::OK, body.to_string());
    match (mood, request) {
        _ if !is_version(version) => (StatusCode::NOT_FOUND, json!({"errors": "Not Found"}).to_string()),
        (Mood::Broken, _) => (StatusCode::INTERNAL_SERVER_ERROR, "<html>We are sorry</html>".to_owned()),
        (Mood::Garbage, _) => (StatusCode::OK, "{\"data\": {\"orders\": ".to_owned()),
        (Mood::Throttled(_), _) => ok(answer::throttled()),
        (Mood::Silent, _) => ok(Value::Null),
        (_, Err(why)) => ok(json!({"errors": [{"message": why}]})),
        (mood, Ok(request)) => ok(answer::answer(&mut locked(&shop.stock), request, mood == Mood::Refuses)),
    }
}

/// A throttled shop counts down.
fn next_mood(shop: &Inner) -> Mood {
    let mut mood = locked(&shop.mood);
    let now = *mood;
    if let Mood::Throttled(n) = now {
        *mood = if n > 1 { Mood::Throttled(n - 1) } else { Mood::Well };
    }
    now
}

fn known_token(shop: &Inner, headers: &HeaderMap) -> bool {
    headers.get("x-shopify-access-token").is_some_and(|v| v.as_bytes() == shop.token.as_bytes())
}

/// `2026-07`, or `unstable`.
fn is_version(version: &str) -> bool {
    let dated = |v: &str| {
        v.len() == 7 && v.bytes().enumerate().all(|(i, b)| if i == 4 { b == b'-' } else { b.is_ascii_digit() })
    };
    version == "unstable" || dated(version)
}

fn note(shop: &Inner, version: String, request: Result<&graphql::Request, &String>, status: u16) {
    let (fields, variables, mutation) = request.map_or_else(
        |_| (Vec::new(), Value::Null, false),
        |r| (r.fields.iter().map(|f| f.name.clone()).collect(), r.variables.clone(), r.mutation),
    );
    locked(&shop.log).push(Asked { version, fields, variables, mutation, status });
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
