//! The API through its front door: a temporary store, a still clock, no socket.

mod clinic;
mod isolation;
mod people;
mod post;
mod recordings;
mod settings;

use super::build;
use crate::auth::password;
use crate::clock::{Clock, SeededChance, StillClock};
use crate::config::{Config, Overrides};
use crate::state::{App, AppState};
use crate::vault::{SecretKey, Vault};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use caly_core::agent::Catalogue;
use caly_core::id::{ClientId, MemberId, UserId};
use caly_core::member::{MemberStatus, Role};
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_core::time::{At, MINUTE};
use caly_store::testing::TempStore;
use caly_store::{MemberPatch, NewClient, NewMember, NewUser};
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;
use uuid::Uuid;

/// 2026-11-23T10:00:00Z.
const NOW: At = At(1_795_428_000_000);
const PASSWORD: &str = "correct horse battery";

struct House {
    app: App,
    clock: Arc<StillClock>,
    router: Router,
    _store: TempStore,
}

impl House {
    async fn open() -> Self {
        Self::with(&[]).await
    }

    /// One whose operator has set something.
    async fn with(env: &[(&str, String)]) -> Self {
        let store = TempStore::chosen().await.unwrap();
        let clock = Arc::new(StillClock::at(NOW));
        let config = Arc::new(
            Config::load(&Overrides::default(), &|key| {
                env.iter().find(|(k, _)| *k == key).map(|(_, value)| value.clone())
            })
            .unwrap(),
        );
        let handed: Arc<dyn Clock> = clock.clone();
        let chance = Arc::new(SeededChance::new(7));
        let catalogue = Catalogue::embedded().unwrap();
        let vault = Vault::new(store.store.clone(), SecretKey::make(chance.as_ref()), handed.clone(), chance.clone());
        let app = Arc::new(AppState::new(store.store.clone(), handed, chance, config, catalogue, vault).unwrap());
        let router = build(App::clone(&app), Router::new());
        Self { app, clock, router, _store: store }
    }

    /// A client with one team; its people are `<role><n>@example.com`.
    async fn client(&self, n: u128, roles: &[Role]) -> Scope {
        let id = ClientId(Uuid::from_u128(n));
        let (name, zone) = (format!("Client {n}"), "Asia/Kolkata".to_owned());
        let new = NewClient { id, name, sector: Sector::Ecommerce, zone, is_demo: true };
        self.app.store.create_client(new, NOW).await.unwrap();
        let scope = Scope::system(id);
        self.app.store.create_team(&scope, "Everybody", NOW).await.unwrap();
        for (at, role) in roles.iter().enumerate() {
            self.person(&scope, n * 100 + at as u128, &format!("{role}{n}@example.com"), *role).await;
        }
        scope
    }

    async fn person(&self, scope: &Scope, n: u128, email: &str, role: Role) {
        let new = NewMember {
            team: None,
            email: email.into(),
            name: Some(email.into()),
            title: None,
            phone: None,
            role,
            takes_calls: true,
            open_limit: 10,
        };
        let member = self.app.store.add_member(scope, new, NOW).await.unwrap();
        let id = UserId(Uuid::from_u128(n));
        let password_hash = password::hash(PASSWORD.as_bytes(), &[9; 16]).unwrap();
        let user = NewUser { id, email: email.into(), name: email.into(), password_hash };
        self.app.store.create_user(user, NOW).await.unwrap();
        self.app.store.attach_user(scope, member.id, id, NOW).await.unwrap();
    }

    async fn send(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn login(&self, email: &str) -> String {
        let body = json!({ "email": email, "password": PASSWORD });
        let (status, body) = self.call(None, Method::POST, "/api/auth/login", Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body["token"].as_str().unwrap().to_owned()
    }

    async fn call(&self, token: Option<&str>, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = match body {
            Some(body) => {
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap()
            }
            None => request.body(Body::empty()).unwrap(),
        };
        read(self.send(request).await).await
    }
}

async fn read(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

const ALL: [Role; 4] = [Role::Owner, Role::Manager, Role::Supervisor, Role::Member];

#[tokio::test]
async fn the_seeds_lines_work_one_after_the_other() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let token = house.login("owner1@example.com").await;
    let t = Some(token.as_str());
    let priya = json!({"email":"priya@company.com","title":"Priya Sharma","role":"agent"});
    let (status, added) = house.call(t, Method::POST, "/api/teams/members", Some(priya.clone())).await;
    assert_eq!(status, StatusCode::CREATED, "{added}");
    assert_eq!(
        (&added["status"], &added["name"], &added["id"]),
        (&json!("invited"), &json!("Priya Sharma"), &json!(5))
    );
    let (status, again) = house.call(t, Method::POST, "/api/teams/members", Some(priya)).await;
    assert_eq!(
        (status, &again["code"], &again["field"]),
        (StatusCode::CONFLICT, &json!("email_taken"), &json!("email"))
    );
    let set = json!({"assignments":[{"agent_id":1,"proficiency_level":80}]});
    let (status, member) = house.call(t, Method::PUT, "/api/teams/members/1/agents", Some(set)).await;
    assert_eq!(status, StatusCode::OK, "{member}");
    assert_eq!(member["agents"][0]["proficiency_level"], 80);
    let (status, team) = house.call(t, Method::GET, "/api/teams", None).await;
    assert_eq!((status, team["team_members"].as_array().unwrap().len()), (StatusCode::OK, 5));
    assert_eq!((&team["next_cursor"], &team["team_members"][0]["performance_score"]), (&Value::Null, &Value::Null));
    let (status, window) = house.call(t, Method::GET, "/api/teams/members/1/performance", None).await;
    assert_eq!((status, window["trend"].as_array().unwrap().len()), (StatusCode::OK, 7));
    for path in [
        "/health",
        "/ready",
        "/api/auth/me",
        "/api/teams/summary",
        "/api/teams/members/1/assignments",
        "/api/agents",
        "/api/calls",
        "/api/tasks",
        "/api/channels",
        "/api/dashboard",
        "/api/doctors",
        "/api/appointments",
        "/api/openapi.json",
    ] {
        let (status, body) = house.call(t, Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
    }
    let (status, body) = house.call(t, Method::POST, "/api/rehearsals", Some(json!({}))).await;
    assert_eq!((status, &body["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("no_rehearsals")));
}

#[tokio::test]
async fn the_api_browser_opens_the_document() {
    let house = House::open().await;
    let get = async |path: &str| house.send(Request::get(path).body(Body::empty()).unwrap()).await;
    let asked = get("/api/docs").await;
    assert_eq!(asked.status(), StatusCode::SEE_OTHER);
    assert_eq!(asked.headers()[header::LOCATION], "/api/docs/");
    for (path, names) in [
        ("/api/docs/", "./swagger-initializer.js"),
        ("/api/docs/swagger-initializer.js", "\"/api/openapi.json\""),
        ("/api/openapi.json", "\"openapi\""),
    ] {
        let found = get(path).await;
        assert_eq!(found.status(), StatusCode::OK, "{path}");
        let text = to_bytes(found.into_body(), 1 << 22).await.unwrap();
        assert!(String::from_utf8_lossy(&text).contains(names), "{path} does not name {names}");
    }
}

#[tokio::test]
async fn a_second_client_sees_nothing_of_the_first() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    house.client(2, &[Role::Owner]).await;
    let token = house.login("owner2@example.com").await;
    let t = Some(token.as_str());
    for (method, path, body) in [
        (Method::GET, "/api/teams/members/3", None),
        (Method::PUT, "/api/teams/members/3", Some(json!({"name": "x"}))),
        (Method::DELETE, "/api/teams/members/3", None),
        (Method::PUT, "/api/teams/members/3/agents", Some(json!({"assignments": []}))),
        (Method::GET, "/api/teams/members/3/performance", None),
        (Method::GET, "/api/calls/00000000-0000-0000-0000-000000000001", None),
    ] {
        let (status, answer) = house.call(t, method.clone(), path, body).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}: {answer}");
    }
    let (_, team) = house.call(t, Method::GET, "/api/teams", None).await;
    assert_eq!(team["team_members"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn roles_are_held_at_the_door_and_a_member_sees_himself() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let token = house.login("agent1@example.com").await;
    let t = Some(token.as_str());
    let (_, team) = house.call(t, Method::GET, "/api/teams", None).await;
    assert_eq!(team["team_members"].as_array().unwrap().len(), 1);
    assert_eq!(house.call(t, Method::GET, "/api/teams/members/1", None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.call(t, Method::GET, "/api/dashboard", None).await.0, StatusCode::FORBIDDEN);
    assert_eq!(house.call(t, Method::DELETE, "/api/teams/members/4", None).await.0, StatusCode::FORBIDDEN);
    let away = json!({"availability": "away"});
    let (status, me) = house.call(t, Method::PUT, "/api/teams/members/4", Some(away)).await;
    assert_eq!((status, &me["availability"]), (StatusCode::OK, &json!("away")));
    let (status, problem) = house.call(None, Method::GET, "/api/teams", None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNAUTHORIZED, &json!("unauthenticated")));
    let (status, problem) = house.call(t, Method::PATCH, "/api/teams", None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::METHOD_NOT_ALLOWED, &json!("wrong_method")));
    assert_eq!(house.call(t, Method::GET, "/api/nothing", None).await.1["code"], "no_route");
}

#[tokio::test]
async fn a_stale_change_is_answered_with_the_current_body() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let token = house.login("owner1@example.com").await;
    let request = |rev: &str| {
        Request::put("/api/teams/members/4")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::IF_MATCH, rev)
            .body(Body::from(r#"{"title":"Night shift"}"#))
            .unwrap()
    };
    let (status, problem) = read(house.send(request("\"1\"")).await).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("stale")), "{problem}");
    let rev = problem["current"]["rev"].as_i64().unwrap();
    let (status, member) = read(house.send(request(&rev.to_string())).await).await;
    assert_eq!((status, &member["title"]), (StatusCode::OK, &json!("Night shift")), "{member}");
}

#[tokio::test]
async fn sessions_end_by_logout_deactivation_time_and_idleness() {
    let house = House::open().await;
    let scope = house.client(1, &ALL).await;
    let bearer = house.login("agent1@example.com").await;
    let house = &house;
    let me = |token: String| async move { house.call(Some(&token), Method::GET, "/api/auth/me", None).await.0 };
    assert_eq!(me(bearer.clone()).await, StatusCode::OK);
    let out = MemberPatch { status: Some(MemberStatus::Inactive), ..MemberPatch::default() };
    house.app.store.update_member(&scope, MemberId(4), out, None, NOW).await.unwrap();
    assert_eq!(me(bearer).await, StatusCode::UNAUTHORIZED);
    let owner = house.login("owner1@example.com").await;
    assert_eq!(house.call(Some(&owner), Method::POST, "/api/auth/logout", None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(me(owner).await, StatusCode::UNAUTHORIZED);
    let manager = house.login("manager1@example.com").await;
    let with_cookie =
        |method: Method| Request::builder().method(method).header(header::COOKIE, format!("caly_session={manager}"));
    let request = with_cookie(Method::GET).uri("/api/teams").body(Body::empty()).unwrap();
    assert_eq!(house.send(request).await.status(), StatusCode::OK);
    let request = with_cookie(Method::POST).uri("/api/auth/logout").body(Body::empty()).unwrap();
    assert_eq!(read(house.send(request).await).await.1["code"], "foreign_origin");
    house.clock.advance(31 * MINUTE);
    let request = with_cookie(Method::GET).uri("/api/teams").body(Body::empty()).unwrap();
    assert_eq!(house.send(request).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(me(manager.clone()).await, StatusCode::OK);
    house.clock.advance(12 * 60 * MINUTE);
    assert_eq!(me(manager.clone()).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_wrong_login_says_nothing_and_a_large_body_is_refused() {
    let house = House::open().await;
    house.client(1, &[Role::Owner]).await;
    let wrong = json!({"email": "owner1@example.com", "password": "no"});
    let nobody = json!({"email": "nobody@example.com", "password": "no"});
    let a = house.call(None, Method::POST, "/api/auth/login", Some(wrong)).await;
    let b = house.call(None, Method::POST, "/api/auth/login", Some(nobody)).await;
    assert_eq!((a.0, &a.1), (StatusCode::UNAUTHORIZED, &b.1));
    let large = json!({"email": "x".repeat(2 << 20), "password": "no"});
    let (status, problem) = house.call(None, Method::POST, "/api/auth/login", Some(large)).await;
    assert_eq!((status, &problem["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("too_large")));
}

#[tokio::test]
async fn the_stream_replays_and_ends_with_the_session() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let token = house.login("owner1@example.com").await;
    let request = Request::get("/api/events")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header("last-event-id", "0")
        .body(Body::empty())
        .unwrap();
    let response = house.send(request).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(house.call(Some(&token), Method::POST, "/api/auth/logout", None).await.0, StatusCode::NO_CONTENT);
    // The body ends by itself: what was replayed before the session was found
    // over depends on which came first, that it ends does not.
    to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let token = house.login("owner1@example.com").await;
    let request = Request::get("/api/events")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header("last-event-id", "0")
        .body(Body::empty())
        .unwrap();
    let mut body = house.send(request).await.into_body().into_data_stream();
    let mut text = String::new();
    while !text.contains("\"member.changed\"") {
        let chunk = futures::StreamExt::next(&mut body).await.unwrap().unwrap();
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    assert!(text.contains("id: 1\n") && text.contains("event: member.changed"), "{text}");
}

#[tokio::test]
async fn a_page_misses_nothing_between_its_first_reading_and_its_stream() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let token = house.login("owner1@example.com").await;
    let (_, me) = house.call(Some(&token), Method::GET, "/api/auth/me", None).await;
    let since = me["last_event"].as_i64().unwrap();
    let (status, made) = house
        .call(
            Some(&token),
            Method::POST,
            "/api/teams/members",
            Some(json!({"email": "between@example.com", "role": "agent"})),
        )
        .await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let request = Request::get(format!("/api/events?after={since}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap();
    let mut body = house.send(request).await.into_body().into_data_stream();
    let mut text = String::new();
    while !text.contains("member.changed") {
        let chunk = futures::StreamExt::next(&mut body).await.unwrap().unwrap();
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    assert!(text.contains(&format!("id: {}\n", since + 1)), "{text}");
    let (status, problem) = house.call(Some(&token), Method::GET, "/api/events?after=-1", None).await;
    assert_eq!((status, &problem["field"]), (StatusCode::BAD_REQUEST, &json!("after")), "{problem}");
}
