//! A fake shop that speaks Shopify's Admin GraphQL on this machine: enough of
//! it to find an order, see what can be returned and ask for a return.

mod orders;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use orders::Orders;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;

/// How the shop answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// As it should.
    #[default]
    Well,
    /// "Fewer requests", with an error code inside status 200.
    Throttled,
    /// After this many ms; a write is done first.
    Slow(u64),
    /// Status 500.
    Broken,
    /// Status 200 and no JSON.
    Garbage,
    /// Every return is refused with this sentence.
    Refuses(&'static str),
}

/// One request as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The access token in the header.
    pub token: Option<String>,
    /// The GraphQL text.
    pub query: String,
    /// Its variables.
    pub variables: Value,
}

/// A running fake shop; it stops when this is dropped.
pub struct FakeShop {
    address: SocketAddr,
    inner: Arc<Inner>,
    task: JoinHandle<()>,
}

struct Inner {
    token: String,
    state: Mutex<Shop>,
}

#[derive(Default)]
struct Shop {
    mode: Mode,
    orders: Orders,
    asked: Vec<Asked>,
}

impl FakeShop {
    /// Opens the shop on a free port of 127.0.0.1. `now` dates its orders.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn open(token: &str, now: jiff::Timestamp) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shop = Shop { orders: Orders::seeded(now), ..Shop::default() };
        let inner = Arc::new(Inner { token: token.to_owned(), state: Mutex::new(shop) });
        let app =
            Router::new().route("/admin/api/{version}/graphql.json", post(graphql)).with_state(Arc::clone(&inner));
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "the fake shop stopped");
            }
        });
        Ok(Self { address, inner, task })
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How it answers from now on.
    pub fn set_mode(&self, mode: Mode) {
        self.inner.lock().mode = mode;
    }

    /// Every request so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.inner.lock().asked.clone()
    }

    /// The returns asked for: order name and return name.
    #[must_use]
    pub fn returns(&self) -> Vec<(String, String)> {
        self.inner.lock().orders.returns()
    }
}

impl Drop for FakeShop {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Shop> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn graphql(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: Bytes) -> Response {
    let token = headers.get("x-shopify-access-token").and_then(|v| v.to_str().ok()).map(ToOwned::to_owned);
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return (StatusCode::BAD_REQUEST, "not JSON").into_response();
    };
    let query = body["query"].as_str().unwrap_or_default().to_owned();
    let known = token.as_deref() == Some(inner.token.as_str());
    let (mode, answer) = {
        let mut shop = inner.lock();
        shop.asked.push(Asked { token, query: query.clone(), variables: body["variables"].clone() });
        let silent = matches!(shop.mode, Mode::Throttled | Mode::Broken | Mode::Garbage);
        let answer = (known && !silent).then(|| data(&mut shop, &query, &body["variables"]));
        (shop.mode, answer)
    };
    if !known {
        let why = json!({ "errors": "[API] Invalid API key or access token" });
        return (StatusCode::UNAUTHORIZED, axum::Json(why)).into_response();
    }
    match (mode, answer) {
        (Mode::Slow(ms), Some(answer)) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            axum::Json(answer).into_response()
        }
        (_, Some(answer)) => axum::Json(answer).into_response(),
        (Mode::Throttled, None) => axum::Json(throttled()).into_response(),
        (Mode::Garbage, None) => ([(header::CONTENT_TYPE, "text/html")], "<html>").into_response(),
        (_, None) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Answers by the fields that the text asks for.
fn data(shop: &mut Shop, query: &str, variables: &Value) -> Value {
    if query.contains("returnRequest(") {
        let refusal = if let Mode::Refuses(why) = shop.mode { Some(why) } else { None };
        return json!({ "data": { "returnRequest": shop.orders.request_return(&variables["input"], refusal) } });
    }
    if query.contains("returnableFulfillments(") || query.contains("order(id:") {
        let id = variables.as_object().and_then(|v| v.values().next()).and_then(Value::as_str).unwrap_or_default();
        return json!({ "data": shop.orders.returnable(id) });
    }
    if query.contains("orders(") {
        let search = variables.as_object().and_then(|v| v.values().find_map(Value::as_str)).unwrap_or(query);
        return json!({ "data": { "orders": { "nodes": shop.orders.search(search) } } });
    }
    if query.contains("shop {") {
        return json!({ "data": { "shop": { "name": "Demo Threads" } } });
    }
    json!({ "errors": [{ "message": "Field doesn't exist on type 'QueryRoot'", "extensions": { "code": "undefinedField" } }] })
}

fn throttled() -> Value {
    json!({
        "errors": [{ "message": "Throttled", "extensions": { "code": "THROTTLED" } }],
        "extensions": { "cost": { "requestedQueryCost": 52, "actualQueryCost": null,
            "throttleStatus": { "maximumAvailable": 2000.0, "currentlyAvailable": 42, "restoreRate": 100.0 } } }
    })
}

#[cfg(test)]
mod tests;
