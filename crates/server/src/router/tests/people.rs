//! How people come in, prove themselves and are shown out, with what an
//! attacker would try at each door.

use super::{ALL, House, NOW, PASSWORD, post::PostOffice};
use crate::auth::session;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use caly_core::id::MemberId;
use caly_core::member::{MemberStatus, Role};
use caly_core::time::{HOUR, MINUTE};
use caly_store::MemberPatch;
use serde_json::{Value, json};

const NEW_PASSWORD: &str = "tram mango kettle violin";

impl House {
    async fn post(&self, token: Option<&str>, path: &str, body: Value) -> (StatusCode, Value) {
        self.call(token, Method::POST, path, Some(body)).await
    }

    async fn get(&self, token: &str, path: &str) -> (StatusCode, Value) {
        self.call(Some(token), Method::GET, path, None).await
    }

    /// Adds a member and invites him: his id and the link's token.
    async fn invite(&self, by: &str, email: &str, role: &str) -> (i64, String) {
        let (status, added) =
            self.post(Some(by), "/api/teams/members", json!({"email": email, "role": role, "name": "Nia"})).await;
        assert_eq!(status, StatusCode::CREATED, "{added}");
        let id = added["id"].as_i64().unwrap();
        (id, self.link(by, &format!("/api/teams/members/{id}/invitation"), "/join#").await)
    }

    async fn link(&self, by: &str, path: &str, page: &str) -> String {
        let (status, made) = self.call(Some(by), Method::POST, path, None).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        made["url"].as_str().unwrap().split(page).nth(1).unwrap().to_owned()
    }

    async fn accept(&self, token: &str, password: &str) -> (StatusCode, Value) {
        self.post(None, "/api/invitations/accept", json!({"token": token, "password": password})).await
    }

    async fn login_with(&self, email: &str, password: &str) -> StatusCode {
        self.post(None, "/api/auth/login", json!({"email": email, "password": password})).await.0
    }

    async fn me(&self, token: &str) -> StatusCode {
        self.get(token, "/api/auth/me").await.0
    }

    /// An open stream's body; it ends when the session does.
    async fn stream(&self, token: &str) -> Body {
        let request = Request::get("/api/events").header(header::AUTHORIZATION, format!("Bearer {token}"));
        let response = self.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body()
    }
}

fn code(answer: &(StatusCode, Value)) -> (u16, &str) {
    (answer.0.as_u16(), answer.1["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn an_invited_person_joins_once_with_a_password_of_his_own() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let manager = house.login("manager1@example.com").await;
    let (id, token) = house.invite(&manager, "nia@example.com", "agent").await;
    assert_eq!(house.login_with("nia@example.com", NEW_PASSWORD).await, StatusCode::UNAUTHORIZED);
    let activate = json!({"status": "active"});
    let path = format!("/api/teams/members/{id}");
    assert_eq!(house.call(Some(&manager), Method::PUT, &path, Some(activate)).await.0.as_u16(), 422);
    let (status, seen) = house.post(None, "/api/invitations/look", json!({"token": token})).await;
    assert_eq!(
        (status, &seen["client_name"], &seen["email"], &seen["role"], &seen["password"]),
        (StatusCode::OK, &json!("Client 1"), &json!("nia@example.com"), &json!("agent"), &json!("new"))
    );
    for weak in ["short", "password1234", "nia@example.com", "Client1Client1"] {
        let refused = house.accept(&token, weak).await;
        assert_eq!((code(&refused), &refused.1["field"]), ((422, "invalid_field"), &json!("password")), "{weak}");
    }
    let (status, joined) = house.accept(&token, NEW_PASSWORD).await;
    assert_eq!((status, &joined["user"]["member_id"]), (StatusCode::OK, &json!(id)), "{joined}");
    assert_eq!(house.me(joined["token"].as_str().unwrap()).await, StatusCode::OK);
    assert_eq!(house.login_with("nia@example.com", NEW_PASSWORD).await, StatusCode::OK);
    assert_eq!(code(&house.accept(&token, NEW_PASSWORD).await), (404, "link_over"));
    let again = house.call(Some(&manager), Method::POST, &format!("{path}/invitation"), None).await;
    assert_eq!(code(&again), (409, "not_now"));
}

#[tokio::test]
async fn who_is_added_takes_calls_and_keeps_his_address_when_he_is_gone() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let manager = house.login("manager1@example.com").await;
    let nia = json!({"email": "nia@example.com", "role": "agent"});
    let (status, added) = house.post(Some(&manager), "/api/teams/members", nia.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{added}");
    for (field, value) in [
        ("status", json!("invited")),
        ("team_id", json!(1)),
        ("availability", json!("available")),
        ("takes_calls", json!(true)),
        ("open_limit", json!(10)),
    ] {
        assert_eq!(added[field], value, "{field}: {added}");
    }
    let path = format!("/api/teams/members/{}", added["id"]);
    let (status, gone) = house.call(Some(&manager), Method::DELETE, &path, None).await;
    assert_eq!((status, &gone["status"]), (StatusCode::OK, &json!("inactive")), "{gone}");
    let again = house.post(Some(&manager), "/api/teams/members", nia).await;
    assert_eq!((code(&again), &again.1["field"]), ((409, "email_taken"), &json!("email")));
}

#[tokio::test]
async fn a_link_that_is_old_replaced_or_offers_something_else_opens_nothing() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let owner = house.login("owner1@example.com").await;
    let manager = house.login("manager1@example.com").await;
    let (id, first) = house.invite(&owner, "nia@example.com", "agent").await;
    let path = format!("/api/teams/members/{id}/invitation");
    let second = house.link(&owner, &path, "/join#").await;
    assert_eq!(code(&house.accept(&first, NEW_PASSWORD).await), (404, "link_over"));
    let up = json!({"role": "owner"});
    assert_eq!(house.call(Some(&owner), Method::PUT, &format!("/api/teams/members/{id}"), Some(up)).await.0, 200);
    assert_eq!(code(&house.accept(&second, NEW_PASSWORD).await), (404, "link_over"), "offered another role");
    let refused = house.call(Some(&manager), Method::POST, &path, None).await;
    assert_eq!(code(&refused), (403, "forbidden"), "an owner is invited by an owner");
    let third = house.link(&owner, &path, "/join#").await;
    assert_eq!(house.call(Some(&owner), Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(code(&house.accept(&third, NEW_PASSWORD).await), (404, "link_over"));
    let fourth = house.link(&owner, &path, "/join#").await;
    house.clock.advance(72 * HOUR);
    assert_eq!(code(&house.accept(&fourth, NEW_PASSWORD).await), (404, "link_over"));
    let guessed = session::mint(house.app.chance.as_ref());
    assert_eq!(code(&house.accept(&guessed, NEW_PASSWORD).await), (404, "link_over"));
}

#[tokio::test]
async fn an_existing_login_proves_itself_and_sees_one_client_at_a_time() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    house.client(2, &[Role::Owner]).await;
    let owner = house.login("owner1@example.com").await;
    let (_, token) = house.invite(&owner, "owner2@example.com", "agent").await;
    let (_, seen) = house.post(None, "/api/invitations/look", json!({"token": token})).await;
    assert_eq!(seen["password"], "existing");
    assert_eq!(code(&house.accept(&token, NEW_PASSWORD).await), (401, "wrong_login"), "no taking over by invitation");
    let (status, joined) = house.accept(&token, PASSWORD).await;
    assert_eq!((status, &joined["user"]["role"]), (StatusCode::OK, &json!("agent")), "{joined}");
    let here = joined["token"].as_str().unwrap();
    let (_, list) = house.get(here, "/api/auth/clients").await;
    let clients = list["clients"].as_array().unwrap();
    assert_eq!((clients.len(), &clients[0]["current"]), (2, &json!(true)));
    let there = json!({"client_id": clients[1]["id"]});
    let (status, moved) = house.post(Some(here), "/api/auth/client", there.clone()).await;
    assert_eq!((status, &moved["user"]["client"]["name"]), (StatusCode::OK, &json!("Client 2")));
    assert_eq!(house.me(here).await, StatusCode::UNAUTHORIZED, "the old session ended");
    let second = moved["token"].as_str().unwrap();
    assert_eq!(house.get(second, "/api/teams").await.1["team_members"].as_array().unwrap().len(), 1);
    let foreign = json!({"client_id": uuid::Uuid::from_u128(9).to_string()});
    assert_eq!(house.post(Some(second), "/api/auth/client", foreign).await.0, StatusCode::NOT_FOUND);
    let stranger = house.login("manager1@example.com").await;
    assert_eq!(house.post(Some(&stranger), "/api/auth/client", there).await.0, StatusCode::NOT_FOUND);
    // One login, two clients: nobody in either may reset it.
    let member = house.get(&owner, "/api/teams").await.1["team_members"][4]["id"].clone();
    let path = format!("/api/teams/members/{member}/password-reset");
    let reset = house.call(Some(&owner), Method::POST, &path, None).await;
    assert_eq!(code(&reset), (409, "not_now"));
}

#[tokio::test]
async fn a_forgotten_password_says_nothing_about_who_is_known() {
    let post = PostOffice::open(false).await;
    let house = House::with(&post.settings()).await;
    house.client(1, &ALL).await;
    let old = house.login("agent1@example.com").await;
    let ask = async |email: &str| house.post(None, "/api/auth/password-resets", json!({"email": email})).await;
    let (known, unknown) = (ask("agent1@example.com").await, ask("nobody@example.com").await);
    assert_eq!(known, unknown);
    assert_eq!((known.0, &known.1["sends_email"]), (StatusCode::ACCEPTED, &json!(true)));
    let letter = post.next().await;
    assert!(letter.contains("To: agent1@example.com") && letter.contains("/reset#"), "{letter}");
    let token = letter.split("/reset#").nth(1).unwrap().split_whitespace().next().unwrap();
    let open = house.stream(&old).await;
    let take = async |password: &str| {
        house.post(None, "/api/auth/password-resets/use", json!({"token": token, "password": password})).await
    };
    assert_eq!(code(&take("agent1@example").await), (422, "invalid_field"));
    assert_eq!(take(NEW_PASSWORD).await.0, StatusCode::NO_CONTENT);
    to_bytes(open, 1 << 20).await.unwrap();
    assert_eq!(house.me(&old).await, StatusCode::UNAUTHORIZED);
    assert_eq!(house.login_with("agent1@example.com", PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(house.login_with("agent1@example.com", NEW_PASSWORD).await, StatusCode::OK);
    assert_eq!(code(&take(NEW_PASSWORD).await), (404, "link_over"));
    let silent = House::open().await;
    let (status, told) = silent.post(None, "/api/auth/password-resets", json!({"email": "x@example.com"})).await;
    assert_eq!((status, &told["sends_email"]), (StatusCode::ACCEPTED, &json!(false)));
    assert!(told["detail"].as_str().unwrap().contains("reset-link"), "{told}");
}

#[tokio::test]
async fn a_manager_resets_below_an_owner_and_not_himself() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let manager = house.login("manager1@example.com").await;
    let make = async |id: i64| {
        house.call(Some(&manager), Method::POST, &format!("/api/teams/members/{id}/password-reset"), None).await
    };
    assert_eq!(code(&make(1).await), (403, "forbidden"));
    assert_eq!(code(&make(2).await), (409, "not_now"));
    let (status, made) = make(4).await;
    assert_eq!((status, &made["emailed"]), (StatusCode::CREATED, &json!(false)), "{made}");
    assert!(made["why_not"].as_str().unwrap().contains("smtp.url"), "{made}");
    let token = made["url"].as_str().unwrap().split("/reset#").nth(1).unwrap();
    let take = json!({"token": token, "password": NEW_PASSWORD});
    house.clock.advance(61 * MINUTE);
    assert_eq!(code(&house.post(None, "/api/auth/password-resets/use", take).await), (404, "link_over"));
    assert_eq!(house.login_with("agent1@example.com", PASSWORD).await, StatusCode::OK, "nothing changed");
}

#[tokio::test]
async fn letters_go_out_and_a_mail_server_that_refuses_is_shown() {
    let post = PostOffice::open(false).await;
    let house = House::with(&post.settings()).await;
    house.client(1, &ALL).await;
    let owner = house.login("owner1@example.com").await;
    let priya = json!({"email": "priya@example.com", "role": "agent", "name": "Priya"});
    house.post(Some(&owner), "/api/teams/members", priya).await;
    let (_, made) = house.call(Some(&owner), Method::POST, "/api/teams/members/5/invitation", None).await;
    assert_eq!((&made["emailed"], &made["why_not"]), (&json!(true), &Value::Null), "{made}");
    let letter = post.next().await;
    assert!(letter.contains("Subject: Client 1 invites you") && letter.contains(made["url"].as_str().unwrap()));
    let refusing = PostOffice::open(true).await;
    let house = House::with(&refusing.settings()).await;
    house.client(1, &ALL).await;
    let owner = house.login("owner1@example.com").await;
    let reset = house.call(Some(&owner), Method::POST, "/api/teams/members/4/password-reset", None).await;
    assert_eq!((reset.0, &reset.1["emailed"]), (StatusCode::CREATED, &json!(false)), "{reset:?}");
    assert!(reset.1["why_not"].as_str().unwrap().contains("did not take it"), "{reset:?}");
}

#[tokio::test]
async fn a_changed_password_leaves_one_session_and_the_list_shows_it() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let (one, two) = (house.login("agent1@example.com").await, house.login("agent1@example.com").await);
    let (_, list) = house.get(&two, "/api/auth/sessions").await;
    let of = |n: usize| (list["sessions"][n]["id"].as_str().unwrap(), list["sessions"][n]["current"].clone());
    assert_eq!(list["sessions"].as_array().unwrap().len(), 2);
    let other = if of(0).1 == json!(true) { of(1).0 } else { of(0).0 };
    let open = house.stream(&one).await;
    let path = format!("/api/auth/sessions/{other}");
    let stranger = house.login("owner1@example.com").await;
    assert_eq!(house.call(Some(&stranger), Method::DELETE, &path, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.call(Some(&two), Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
    to_bytes(open, 1 << 20).await.unwrap();
    assert_eq!(house.me(&one).await, StatusCode::UNAUTHORIZED);
    let change = async |token: &str, current: &str, new: &str| {
        house.post(Some(token), "/api/auth/password", json!({"current": current, "new": new})).await
    };
    assert_eq!(change(&two, "wrong", NEW_PASSWORD).await.1["field"], "current");
    assert_eq!(change(&two, PASSWORD, "passwordpassword").await.1["field"], "new");
    let third = house.login("agent1@example.com").await;
    let (status, fresh) = change(&two, PASSWORD, NEW_PASSWORD).await;
    assert_eq!(status, StatusCode::OK, "{fresh}");
    for ended in [&two, &third] {
        assert_eq!(house.me(ended).await, StatusCode::UNAUTHORIZED);
    }
    let fresh = fresh["token"].as_str().unwrap();
    assert_eq!(house.me(fresh).await, StatusCode::OK);
    assert_eq!(house.call(Some(fresh), Method::DELETE, "/api/auth/sessions", None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(house.me(fresh).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_is_deactivated_loses_his_open_stream() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let (owner, agent) = (house.login("owner1@example.com").await, house.login("agent1@example.com").await);
    let open = house.stream(&agent).await;
    assert_eq!(house.call(Some(&owner), Method::DELETE, "/api/teams/members/4", None).await.0, StatusCode::OK);
    to_bytes(open, 1 << 20).await.unwrap();
    assert_eq!(house.me(&agent).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_api_key_acts_as_its_maker_and_never_makes_a_login() {
    let house = House::open().await;
    let scope = house.client(1, &ALL).await;
    let owner = house.login("owner1@example.com").await;
    let make = async |role: &str| house.post(Some(&owner), "/api/api-keys", json!({"name": "Crm", "role": role})).await;
    assert_eq!(code(&make("owner").await), (422, "invalid_field"));
    let (status, made) = make("manager").await;
    assert_eq!((status, &made["role"]), (StatusCode::CREATED, &json!("manager")), "{made}");
    let key = made["token"].as_str().unwrap();
    assert!(key.starts_with("caly_") && key.len() == 48, "{key}");
    house.clock.advance(24 * HOUR);
    assert_eq!(house.get(key, "/api/teams").await.1["team_members"].as_array().unwrap().len(), 4);
    let added = json!({"email": "x@example.com", "role": "agent"});
    assert_eq!(house.post(Some(key), "/api/teams/members", added).await.0, StatusCode::CREATED);
    for (method, path) in [
        (Method::GET, "/api/auth/me"),
        (Method::GET, "/api/auth/sessions"),
        (Method::POST, "/api/teams/members/5/invitation"),
        (Method::POST, "/api/teams/members/4/password-reset"),
        (Method::GET, "/api/api-keys"),
    ] {
        assert_eq!(house.call(Some(key), method, path, None).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    // Its owner stays one, whatever the key's role is.
    for step in [json!({"role": "manager"}), json!({"name": "Another"})] {
        let (status, answer) = house.call(Some(key), Method::PUT, "/api/teams/members/1", Some(step)).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{answer}");
    }
    let cookie = Request::get("/api/teams").header(header::COOKIE, format!("caly_session={key}"));
    assert_eq!(house.send(cookie.body(Body::empty()).unwrap()).await.status(), StatusCode::UNAUTHORIZED);
    // The maker steps down, and so does his key.
    let down = |role| MemberPatch { role: Some(role), ..MemberPatch::default() };
    house.app.store.update_member(&scope, MemberId(1), down(Role::Member), None, NOW).await.unwrap();
    assert_eq!(house.get(key, "/api/dashboard").await.0, StatusCode::FORBIDDEN);
    house.app.store.update_member(&scope, MemberId(1), down(Role::Owner), None, NOW).await.unwrap();
    let owner = house.login("owner1@example.com").await;
    let (_, list) = house.get(&owner, "/api/api-keys").await;
    assert!(!list.to_string().contains(key) && list["api_keys"][0]["seen_at"].is_string(), "{list}");
    let open = house.stream(key).await;
    let path = format!("/api/api-keys/{}", made["id"].as_str().unwrap());
    assert_eq!(house.call(Some(&owner), Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
    to_bytes(open, 1 << 20).await.unwrap();
    assert_eq!(house.get(key, "/api/teams").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(house.app.store.broken_audit(&scope).await.unwrap(), None);
}

#[tokio::test]
async fn keys_end_with_their_maker_and_outlive_his_password() {
    let house = House::open().await;
    let scope = house.client(1, &ALL).await;
    let owner = house.login("owner1@example.com").await;
    let body = json!({"name": "Crm", "role": "agent", "expires_at": "2026-11-24T10:00:00Z"});
    let (_, made) = house.post(Some(&owner), "/api/api-keys", body).await;
    let key = made["token"].as_str().unwrap();
    let change = json!({"current": PASSWORD, "new": NEW_PASSWORD});
    assert_eq!(house.post(Some(&owner), "/api/auth/password", change).await.0, StatusCode::OK);
    assert_eq!(house.get(key, "/api/teams").await.0, StatusCode::OK);
    let out = MemberPatch { status: Some(MemberStatus::Inactive), ..MemberPatch::default() };
    house.app.store.update_member(&scope, MemberId(1), out, None, NOW).await.unwrap();
    assert_eq!(house.get(key, "/api/teams").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_company_is_set_up_with_the_links_token_only() {
    let house = House::open().await;
    assert_eq!(house.call(None, Method::GET, "/api/setup", None).await.1, json!({"needed": true}));
    let hash = session::hash("the-token");
    house.app.store.make_setup_link(&hash, NOW.plus(HOUR), NOW).await.unwrap();
    let ask = |changes: Value| {
        let mut body = json!({"token": "the-token", "company": "Acme Traders", "sector": "healthcare",
            "zone": "Asia/Kolkata", "name": "Asha Rao", "email": "asha@acme.example", "password": NEW_PASSWORD});
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    for (changes, status, field) in [
        (json!({"token": "other"}), 404, "token"),
        (json!({"zone": "Mars/Base"}), 422, "zone"),
        (json!({"sector": "mining"}), 422, "sector"),
        (json!({"password": "AcmeTraders1"}), 422, "password"),
        (json!({"email": "asha"}), 422, "email"),
        (json!({"is_demo": true}), 422, "is_demo"),
    ] {
        let refused = house.post(None, "/api/setup", ask(changes)).await;
        assert_eq!((refused.0.as_u16(), &refused.1["field"]), (status, &json!(field)), "{refused:?}");
    }
    let (status, made) = house.post(None, "/api/setup", ask(json!({}))).await;
    assert_eq!((status, &made["user"]["client"]["is_demo"]), (StatusCode::CREATED, &json!(false)), "{made}");
    assert_eq!(house.call(None, Method::GET, "/api/setup", None).await.1, json!({"needed": false}));
    let token = made["token"].as_str().unwrap();
    let (_, member) = house.get(token, "/api/teams/members/1").await;
    assert!(member["agents"].as_array().is_some_and(|agents| !agents.is_empty()), "{member}");
    for path in ["/api/dashboard", "/api/channels", "/api/sector-config/healthcare", "/api/teams/summary"] {
        assert_eq!(house.get(token, path).await.0, StatusCode::OK, "{path}");
    }
    let again = house.post(None, "/api/setup", ask(json!({"email": "b@acme.example"}))).await;
    assert_eq!(code(&again), (404, "link_over"));
}

#[tokio::test]
async fn every_door_that_takes_a_password_is_counted() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let owner = house.login("owner1@example.com").await;
    let wrong = json!({"token": "t", "password": NEW_PASSWORD});
    for _ in 0..40 {
        house.post(None, "/api/invitations/accept", wrong.clone()).await;
    }
    let set_up = json!({"token": "t", "company": "C", "sector": "saas", "zone": "Asia/Kolkata", "name": "N",
        "email": "n@example.com", "password": NEW_PASSWORD});
    for (path, body) in [
        ("/api/auth/login", json!({"email": "owner1@example.com", "password": PASSWORD})),
        ("/api/invitations/accept", wrong.clone()),
        ("/api/invitations/look", json!({"token": "t"})),
        ("/api/auth/password-resets", json!({"email": "owner1@example.com"})),
        ("/api/auth/password-resets/use", wrong.clone()),
        ("/api/auth/password", json!({"current": PASSWORD, "new": NEW_PASSWORD})),
        ("/api/setup", set_up),
    ] {
        let refused = house.post(Some(&owner), path, body).await;
        assert_eq!(code(&refused), (429, "too_many_requests"), "{path}");
    }
    house.clock.advance(5 * MINUTE);
    assert_eq!(house.login_with("owner1@example.com", PASSWORD).await, StatusCode::OK, "the control: it passes");
}
