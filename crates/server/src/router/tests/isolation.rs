//! Every operation × every role × a second client's ids: the table decides who
//! may ask, the scope decides what exists.

use super::{ALL, House, NOW};
use crate::auth::permit::{Access, TABLE};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use caly_core::event::{Speaker, Turn};
use caly_core::id::{
    AgentId, AppointmentId, CallId, ChannelId, DoctorId, MemberId, Proficiency, SessionId, TaskId, TeamId,
};
use caly_core::member::Role;
use caly_core::outcome::{ChannelKind, EscalationReason};
use caly_core::scope::{Actor, Scope};
use caly_core::sector::Sector;
use caly_core::time::MINUTE;
use caly_store::{
    Batch, Fetched, NewApiKey, NewAppointment, NewAssignment, NewCall, NewChannel, NewDoctor, NewTask, RecordingKind,
    TaskKind,
};
use futures::StreamExt;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// Stands in everything that a client writes down, so that a leak shows itself.
const MARKS: [&str; 2] = ["Aardvark", "Zebra"];

/// What a client has of each kind: its ids.
pub(super) struct Things {
    member: i64,
    pub(super) call: CallId,
    pub(super) task: TaskId,
    channel: ChannelId,
    session: SessionId,
    key: SessionId,
    team: TeamId,
    doctor: DoctorId,
    visit: AppointmentId,
}

pub(super) async fn furnish(house: &House, scope: &Scope, n: usize) -> Things {
    let (s, mark) = (&house.app.store, MARKS[n - 1]);
    // The second client has more of everything: its last ids are nobody's here.
    for extra in 0..5 * (n as u128 - 1) {
        house.person(scope, 5_000 + extra, &format!("{mark}{extra}@example.com"), Role::Member).await;
    }
    let member = MemberId(4 + 5 * (n as i64 - 1));
    let set = vec![NewAssignment { agent: AgentId(1), proficiency: Proficiency::new(80).unwrap() }];
    s.set_assignments(scope, member, set, None, NOW).await.unwrap();
    let mut channel = ChannelId(0);
    let mut team = TeamId(0);
    for at in 0..5 * n - 4 {
        team = s.create_team(scope, &format!("{mark} team {at}"), NOW).await.unwrap().id;
        channel = s.create_channel(scope, new_channel(mark, at, s, scope).await, NOW).await.unwrap().id;
    }
    let call = new_call(mark, channel);
    let call = s.place_call(scope, call, NOW).await.unwrap().call;
    let heard = Turn { seq: 1, speaker: Speaker::Caller, text: format!("I am {mark}"), at: NOW };
    s.record(scope, call.id, Batch { facts: vec![], turns: vec![heard] }, NOW).await.unwrap();
    let task = new_task(mark);
    let task = s.escalate(scope, call.id, EscalationReason::Requested, Some(task), NOW).await.unwrap().unwrap();
    s.hand_off(scope, call.id, NOW).await.unwrap();
    a_voicemail(house, scope, call.id, mark).await;
    let shop = house.app.catalogue.sector(Sector::Ecommerce).unwrap();
    // An address that is refused before anything is asked of any network.
    let keys = [("shopify_store_url", "127.0.0.1:9"), ("shopify_access_token", mark)];
    let keys = keys.map(|(field, value)| (field.to_owned(), Some(value.to_owned().into())));
    house.app.vault.put(scope, shop, keys.into()).await.unwrap();
    let (doctor, visit) = a_slot_book(s, scope, n, mark).await;
    let (session, key) = logins(house, scope, n, mark).await;
    Things { member: member.0, call: call.id, task: task.id, channel, session, key, team, doctor, visit }
}

/// Doctors with one booking each; the last ones.
async fn a_slot_book(s: &caly_store::Store, scope: &Scope, n: usize, mark: &str) -> (DoctorId, AppointmentId) {
    let mut last = (DoctorId(0), AppointmentId(0));
    for at in 0..5 * n - 4 {
        let (name, speciality) = (format!("Doctor {mark} {at}"), "Skin".to_owned());
        let new = NewDoctor { name, speciality, slot_minutes: 15, hours: vec![], is_active: true };
        let doctor = s.add_doctor(scope, new, NOW).await.unwrap().id;
        let (caller_number, patient_name) = (Some("+919800000001".to_owned()), mark.to_owned());
        let visit = NewAppointment { doctor, starts_at: NOW.plus(MINUTE), caller_number, patient_name, call: None };
        last = (doctor, s.book(scope, visit).await.unwrap().id);
    }
    last
}

/// What the caller said after the tone; the tests read text.
async fn a_voicemail(house: &House, scope: &Scope, call: CallId, mark: &str) {
    let (s, kind) = (&house.app.store, RecordingKind::Voicemail);
    s.expect_recording(scope, call, kind, "https://recordings.exotel.com/x", NOW).await.unwrap();
    let sealed = house.app.vault.seal_recording(scope, call, kind, mark.into()).await.unwrap();
    let fetched = Fetched { content_type: "audio/wav".into(), bytes: 5, sealed };
    s.put_recording(scope, call, kind, fetched, NOW).await.unwrap();
}

/// The owner's session and his API key.
async fn logins(house: &House, scope: &Scope, n: usize, mark: &str) -> (SessionId, SessionId) {
    let s = &house.app.store;
    house.login(&format!("owner{n}@example.com")).await;
    let user = s.user_by_email(&format!("owner{n}@example.com")).await.unwrap().unwrap().id;
    let session = s.open_sessions(user, NOW).await.unwrap()[0].id;
    let owner = Scope { actor: Actor::Person { user, member: MemberId(1), role: Role::Owner }, ..scope.clone() };
    let key = NewApiKey {
        id: SessionId(Uuid::from_u128(mark.len() as u128 * 3_000)),
        token_hash: format!("key of {mark}"),
        name: mark.into(),
        role: Role::Member,
        expires_at: None,
    };
    (session, s.create_api_key(&owner, key, NOW).await.unwrap().id)
}

async fn new_channel(mark: &str, at: usize, s: &caly_store::Store, scope: &Scope) -> NewChannel {
    NewChannel {
        kind: ChannelKind::Rehearsal,
        carrier: "exotel".into(),
        name: format!("{mark} line {at}"),
        number: Some(format!("+9180000000{at}{}", mark.len())),
        sector: Sector::Ecommerce,
        team: s.teams(scope).await.unwrap()[0].id,
        entry_agent: AgentId(1),
        hook_key_hash: format!("{mark}{at}"),
        hook_key_sealed: format!("{mark}{at}"),
        account_sid: None,
        hook_basic_hash: None,
    }
}

fn new_call(mark: &str, channel: ChannelId) -> NewCall {
    NewCall {
        id: CallId(Uuid::from_u128(mark.len() as u128 * 1_000)),
        channel,
        carrier_call_id: format!("{mark}-sid"),
        caller_number: Some("+919800000001".into()),
        caller_raw: None,
        dialled: None,
        agent_type: "front_desk".into(),
        seed: 7,
        token_hash: mark.into(),
        token_expires_at: NOW.plus(MINUTE),
        stream_url: format!("wss://{mark}"),
        node: "n".into(),
        degraded: false,
        attributes: "{}".into(),
    }
}

fn new_task(mark: &str) -> NewTask {
    NewTask {
        id: TaskId(Uuid::from_u128(mark.len() as u128 * 2_000)),
        kind: TaskKind::Message,
        caller_name: Some(mark.into()),
        caller_number: Some("+919800000001".into()),
        text: format!("Please call {mark}"),
        due_at: NOW.plus(MINUTE),
    }
}

/// A path with the ids of `of` in it, and a body that the route takes.
fn request_for(method: &Method, path: &str, of: &Things) -> (String, Option<Value>) {
    let id = match path.split('/').nth(2) {
        Some("teams") if path == "/api/teams/{id}" => of.team.0.to_string(),
        Some("teams") => of.member.to_string(),
        Some("calls") => of.call.to_string(),
        Some("tasks") => of.task.to_string(),
        Some("auth") => of.session.to_string(),
        Some("api-keys") => of.key.to_string(),
        Some("channels") => of.channel.0.to_string(),
        Some("doctors") => of.doctor.0.to_string(),
        Some("appointments") => of.visit.0.to_string(),
        _ => String::new(),
    };
    let body = match (method.as_str(), path) {
        ("POST", "/api/teams/members") => {
            Some(json!({"email": format!("new{}@example.com", of.member), "role": "agent"}))
        }
        ("PUT", "/api/teams/members/{id}") => Some(json!({"availability": "busy"})),
        ("PUT", "/api/teams/members/{id}/agents") => Some(json!({"assignments": []})),
        ("POST", "/api/tasks/{id}/done" | "/api/calls/{id}/disposition") => Some(json!({"resolved": true})),
        ("PUT", "/api/calls/{id}/outcome") => Some(json!({"outcome": "unresolved", "reason": "He called again."})),
        ("POST", "/api/teams") => Some(json!({"name": "Evening"})),
        ("PUT", "/api/teams/{id}") => Some(json!({"name": "Morning"})),
        ("POST", "/api/channels") => Some(json!({"kind": "rehearsal", "name": "Another line"})),
        ("PUT", "/api/channels/{id}") => Some(json!({"is_active": true})),
        ("PUT", "/api/company") => {
            // A clinic, so that the doctors after it are taken.
            Some(
                json!({"name": "C", "sector": "healthcare", "zone": "Asia/Kolkata", "language": "en-GB", "fairness": 10}),
            )
        }
        ("POST", "/api/doctors") => {
            Some(json!({"name": "Doctor Rao", "speciality": "Skin", "slot_minutes": 15, "hours": []}))
        }
        ("PUT", "/api/doctors/{id}") => Some(json!({"name": "Doctor Nair", "speciality": "Skin", "slot_minutes": 20,
            "hours": [{"weekday": 1, "from": "09:00", "to": "24:00"}], "is_active": false, "rev": 1})),
        ("POST", "/api/jobs/retry") => Some(json!({"kind": "agent_completed", "ref": of.call.to_string()})),
        ("PUT", "/api/rules") => Some(json!({"hours": [{"weekday": 1, "from_min": 540, "to_min": 1080}]})),
        ("PUT", "/api/channels/{id}/carrier") => Some(json!({"fallback_number": "+918022223333"})),
        ("POST", "/api/sector-config") => Some(json!({"sector": "ecommerce", "config": {}})),
        ("POST", "/api/sector-config/{sector}/test") => Some(json!({})),
        ("POST", "/api/invitations/look") => Some(json!({"token": "t"})),
        ("POST", "/api/invitations/accept" | "/api/auth/password-resets/use") => {
            Some(json!({"token": "t", "password": "tram mango kettle violin"}))
        }
        ("POST", "/api/setup") => Some(json!({"token": "t", "company": "C", "sector": "saas", "zone": "Asia/Kolkata",
            "name": "N", "email": "n@example.com", "password": "tram mango kettle violin"})),
        ("POST", "/api/auth/password-resets") => Some(json!({"email": "owner2@example.com"})),
        ("POST", "/api/api-keys") => Some(json!({"name": "Reports", "role": "agent"})),
        ("POST", "/api/rehearsals") => Some(json!({"channel_id": of.channel.0})),
        _ => None,
    };
    (path.replace("{id}", &id).replace("{sector}", "ecommerce"), body)
}

/// The answer's status and whole text; of a stream, what comes at once.
async fn ask(house: &House, token: Option<&str>, method: &Method, path: &str, of: &Things) -> (StatusCode, String) {
    let (uri, body) = request_for(method, path, of);
    let mut request = Request::builder().method(method.clone()).uri(uri).header("last-event-id", "0");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let body = body.map_or_else(Body::empty, |b| Body::from(b.to_string()));
    let response = house.send(request.body(body).unwrap()).await;
    let (status, mut chunks, mut text) = (response.status(), response.into_body().into_data_stream(), String::new());
    while let Ok(Some(chunk)) = tokio::time::timeout(Duration::from_millis(300), chunks.next()).await {
        text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
    }
    (status, text)
}

fn routes() -> impl Iterator<Item = &'static (Method, &'static str, Access)> {
    // Coming and going is asked by the tests of sessions.
    TABLE.iter().filter(|(method, path, _)| !ends_the_session(method, path) && *path != "/api/auth/login")
}

fn ends_the_session(method: &Method, path: &str) -> bool {
    ["/api/auth/logout", "/api/auth/password", "/api/auth/client"].contains(&path)
        || (*method == Method::DELETE && path == "/api/auth/sessions")
}

/// Anyone may ask, and gets nothing without a one-time link.
fn needs_a_link(method: &Method, path: &str) -> bool {
    path.starts_with("/api/invitations/")
        || path == "/api/auth/password-resets/use"
        || (*method == Method::POST && path == "/api/setup")
}

#[tokio::test]
async fn no_role_reaches_a_second_clients_rows_on_any_route() {
    let house = House::open().await;
    let (one, two) = (house.client(1, &ALL).await, house.client(2, &ALL).await);
    let (_, theirs) = (furnish(&house, &one, 1).await, furnish(&house, &two, 2).await);
    let before = everything(&house, &two).await;
    for role in ALL {
        let token = house.login(&format!("{role}1@example.com")).await;
        for (method, path, access) in routes() {
            let (status, text) = ask(&house, Some(&token), method, path, &theirs).await;
            let asked = format!("{role}: {method} {path} → {status} {text}");
            assert!(!text.contains("Zebra") && !text.contains(&theirs.call.to_string()), "{asked}");
            let expected = match access {
                Access::Roles(roles) if !roles.contains(&role) => status == StatusCode::FORBIDDEN,
                _ if path.contains("{id}")
                    || ["/api/rehearsals", "/api/jobs/retry"].contains(path)
                    || needs_a_link(method, path) =>
                {
                    status == StatusCode::NOT_FOUND || no_rehearsals(&text)
                }
                // The second who may add a member meets the first one's address,
                // and the second doctor the first one's name.
                _ => status.is_success() || text.contains("email_taken") || text.contains("name_taken"),
            };
            assert!(expected, "{asked}");
        }
    }
    assert_eq!(everything(&house, &two).await, before, "nothing there moved");
}

/// What a client has that requests could move.
async fn everything(house: &House, scope: &Scope) -> String {
    let s = &house.app.store;
    let book = (s.doctors(scope).await.unwrap(), s.appointments(scope, NOW, NOW.plus(MINUTE + 1)).await.unwrap());
    format!("{:?} {book:?}", s.raw_rows(scope).await.unwrap())
}

/// This house has no rehearsals to offer.
fn no_rehearsals(text: &str) -> bool {
    text.contains("no_rehearsals")
}

#[tokio::test]
async fn the_same_requests_succeed_with_ones_own_ids() {
    // The control: what was refused above was refused for whose it is.
    let house = House::open().await;
    let one = house.client(1, &ALL).await;
    let own = furnish(&house, &one, 1).await;
    let mut seen = String::new();
    for role in ALL {
        let token = house.login(&format!("{role}1@example.com")).await;
        for (method, path, access) in routes().filter(|(m, _, _)| *m == Method::GET) {
            let (status, text) = ask(&house, Some(&token), method, path, &own).await;
            let allowed = !matches!(access, Access::Roles(roles) if !roles.contains(&role));
            let expected = if allowed { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(status, expected, "{role}: {method} {path}: {text}");
            seen.push_str(&text);
        }
    }
    assert!(seen.contains("Aardvark"), "the mark shows where it may");
    let owner = house.login("owner1@example.com").await;
    for (method, path, _) in
        routes().filter(|(m, p, _)| *m != Method::GET && *m != Method::DELETE && !p.contains("rehearsals"))
    {
        let (status, text) = ask(&house, Some(&owner), method, path, &own).await;
        // A call that is on has no outcome yet: found, and refused for that; and
        // nothing of it was given up.
        let not_yet =
            ["has accepted", "counts can be corrected", "parked job"].iter().any(|words| text.contains(words));
        let expected = status.is_success() || needs_a_link(method, path) || not_yet;
        assert!(expected, "{method} {path}: {status} {text}");
    }
}

#[tokio::test]
async fn without_a_login_only_the_open_routes_answer() {
    let house = House::open().await;
    let one = house.client(1, &ALL).await;
    let own = furnish(&house, &one, 1).await;
    for (method, path, access) in TABLE.iter().filter(|(_, path, _)| *path != "/api/auth/login") {
        for token in [None, Some("wrong"), Some("")] {
            let (status, text) = ask(&house, token, method, path, &own).await;
            let expected = match access {
                Access::Anyone if needs_a_link(method, path) => StatusCode::NOT_FOUND,
                Access::Anyone if *path == "/api/auth/password-resets" => StatusCode::ACCEPTED,
                Access::Anyone => StatusCode::OK,
                Access::Roles(_) => StatusCode::UNAUTHORIZED,
            };
            assert_eq!(status, expected, "{method} {path}: {text}");
            assert!(!text.contains("Aardvark"), "{method} {path}: {text}");
        }
    }
}

#[tokio::test]
async fn a_brand_new_clients_lists_are_empty() {
    let house = House::open().await;
    let one = house.client(1, &ALL).await;
    furnish(&house, &one, 1).await;
    house.client(3, &[Role::Owner]).await;
    let token = house.login("owner3@example.com").await;
    for (path, list) in [
        ("/api/calls", "calls"),
        ("/api/tasks", "tasks"),
        ("/api/channels", "channels"),
        ("/api/doctors", "doctors"),
        ("/api/appointments", "appointments"),
    ] {
        let (status, body) = house.call(Some(&token), Method::GET, path, None).await;
        assert_eq!((status, body[list].as_array().map(Vec::len)), (StatusCode::OK, Some(0)), "{path}: {body}");
    }
}
