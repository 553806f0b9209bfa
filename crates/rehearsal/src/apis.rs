//! Fakes of the far sides that a sector's settings name: Stripe, a FHIR R4
//! server, Canvas, Moodle and a plain REST API, each with its own way of
//! saying no. Written from their public documents; one server plays all.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Running fakes; they stop when this is dropped.
pub struct FakeApis {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl FakeApis {
    /// Opens them on a free port of 127.0.0.1; `key` is what they accept.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn open(key: &str) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let app = routes().with_state(Arc::from(key));
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "the fake APIs stopped");
            }
        });
        Ok(Self { address, task })
    }

    /// `http://127.0.0.1:PORT`; FHIR R4 is below `/r4`, DSTU2 below `/dstu2`,
    /// Canvas below `/canvas`, Moodle below `/moodle`, REST below `/rest`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address alone, for an operator's allow list.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for FakeApis {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Key = State<Arc<str>>;

fn routes() -> Router<Arc<str>> {
    Router::new()
        .route("/v1/balance", get(stripe))
        .route("/r4/metadata", get(|| async { Json(capability("4.0.1")) }))
        .route("/r4/Practitioner", get(practitioners))
        .route("/dstu2/metadata", get(|| async { Json(capability("1.0.2")) }))
        .route("/canvas/api/v1/users/self", get(canvas))
        .route("/moodle/webservice/rest/server.php", post(moodle))
        .route("/rest", get(rest))
        .route("/moved", get(|| async { (StatusCode::FOUND, [(header::LOCATION, "/rest")]) }))
        .route("/html", get(|| async { ([(header::CONTENT_TYPE, "text/html")], "<html>") }))
        .route("/busy", get(|| async { StatusCode::TOO_MANY_REQUESTS }))
}

fn knows(headers: &HeaderMap, key: &str) -> bool {
    let sent = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    sent.and_then(|v| v.strip_prefix("Bearer ")) == Some(key)
}

fn no(status: StatusCode, body: Value) -> Response {
    (status, Json(body)).into_response()
}

async fn stripe(State(key): Key, headers: HeaderMap) -> Response {
    if !knows(&headers, &key) {
        let error = json!({ "error": { "message": "Invalid API Key provided", "type": "invalid_request_error" } });
        return no(StatusCode::UNAUTHORIZED, error);
    }
    Json(json!({ "object": "balance", "livemode": false, "available": [], "pending": [] })).into_response()
}

fn capability(version: &str) -> Value {
    let kind = if version.starts_with('4') { "CapabilityStatement" } else { "Conformance" };
    json!({ "resourceType": kind, "status": "active", "fhirVersion": version, "format": ["json"] })
}

async fn practitioners(State(key): Key, headers: HeaderMap, Query(ask): Query<HashMap<String, String>>) -> Response {
    if !knows(&headers, &key) {
        return no(StatusCode::UNAUTHORIZED, json!({ "resourceType": "OperationOutcome" }));
    }
    let most = ask.get("_count").map_or("10", String::as_str);
    Json(json!({ "resourceType": "Bundle", "type": "searchset", "total": 0, "link": [], "count": most }))
        .into_response()
}

async fn canvas(State(key): Key, headers: HeaderMap) -> Response {
    if !knows(&headers, &key) {
        let errors = json!({ "errors": [{ "message": "Invalid access token." }] });
        return no(StatusCode::UNAUTHORIZED, errors);
    }
    Json(json!({ "id": 7, "name": "Asha Rao", "locale": null })).into_response()
}

/// Moodle says everything with status 200.
async fn moodle(State(key): Key, Form(form): Form<HashMap<String, String>>) -> Json<Value> {
    let said = |name: &str| form.get(name).map(String::as_str);
    if said("wstoken") != Some(&*key) {
        return Json(
            json!({ "exception": "core\\exception\\moodle_exception", "errorcode": "invalidtoken", "message": "Invalid token" }),
        );
    }
    if said("wsfunction") != Some("core_webservice_get_site_info") || said("moodlewsrestformat") != Some("json") {
        return Json(
            json!({ "exception": "webservice_access_exception", "errorcode": "accessexception", "message": "Access control exception" }),
        );
    }
    Json(json!({ "sitename": "Demo College", "username": "caly", "release": "5.1" }))
}

async fn rest(State(key): Key, headers: HeaderMap) -> Response {
    if knows(&headers, &key) {
        Json(json!({ "ok": true })).into_response()
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}
