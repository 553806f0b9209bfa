//! A clinic enters its doctors, its agent offers their times, and a person
//! cancels what was booked.

use super::{ALL, House, NOW};
use crate::outbound::Allow;
use crate::tools::{CallContext, ClientTools, Tools};
use axum::http::{Method, StatusCode};
use caly_core::id::{CallId, DoctorId};
use caly_core::scope::Scope;
use caly_core::time::{DAY, MINUTE};
use caly_core::tool::{Slot, ToolCall, ToolResult};
use caly_store::NewAppointment;
use serde_json::{Value, json};
use uuid::Uuid;

impl House {
    /// A client whose line of business the manager sets to healthcare.
    async fn clinic(&self) -> (Scope, String) {
        let scope = self.client(1, &ALL).await;
        let token = self.login("manager1@example.com").await;
        let company = json!({"name": "Clinic", "sector": "healthcare", "zone": "Asia/Kolkata", "language": "en-IN",
            "fairness": 40});
        let (status, set) = self.call(Some(&token), Method::PUT, "/api/company", Some(company)).await;
        assert_eq!(status, StatusCode::OK, "{set}");
        (scope, token)
    }

    /// What the agent in a call is told.
    async fn tool(&self, scope: &Scope, call: ToolCall) -> ToolResult {
        let app = &self.app;
        let (clock, chance) = (app.clock.clone(), app.chance.clone());
        let tools = ClientTools::new(app.store.clone(), app.vault.clone(), Allow::new(&[]), clock, chance);
        let ctx = CallContext { call: CallId(Uuid::from_u128(1)), caller: None };
        tools.run(scope, &ctx, call).await
    }

    async fn offered(&self, scope: &Scope) -> Vec<Slot> {
        let ask = ToolCall::FreeSlots { doctor: None, from: None, after_minute: None, limit: 3 };
        match self.tool(scope, ask).await {
            ToolResult::Slots(slots) => slots,
            other => panic!("{other:?}"),
        }
    }
}

fn rao() -> Value {
    json!({"name": " Doctor Rao ", "speciality": "Skin", "slot_minutes": 20,
        "hours": [{"weekday": 3, "from": "09:00", "to": "24:00"}, {"weekday": 2, "from": "10:00", "to": "10:40"}]})
}

/// The body of a change: the doctor with some fields other.
fn with(mut doctor: Value, other: Value) -> Value {
    let Value::Object(other) = other else { panic!("{other}") };
    doctor.as_object_mut().unwrap().extend(other);
    doctor
}

#[tokio::test]
async fn only_a_clinic_keeps_a_book() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let token = house.login("owner1@example.com").await;
    let change = with(rao(), json!({"is_active": true, "rev": 1}));
    for (method, path, body) in [(Method::POST, "/api/doctors", rao()), (Method::PUT, "/api/doctors/1", change)] {
        let (status, problem) = house.call(Some(&token), method, path, Some(body)).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("no_slot_book")), "{problem}");
    }
}

#[tokio::test]
async fn a_doctor_who_is_entered_is_offered_and_one_who_left_is_not() {
    let house = House::open().await;
    let (scope, token) = house.clinic().await;
    let call = async |method, path: &str, body| house.call(Some(&token), method, path, body).await;
    assert_eq!(house.tool(&scope, ToolCall::ListDoctors).await, ToolResult::NotConnected, "no book yet");
    let (status, made) = call(Method::POST, "/api/doctors", Some(rao())).await;
    let hours = json!([{"weekday": 2, "from": "10:00", "to": "10:40"}, {"weekday": 3, "from": "09:00", "to": "24:00"}]);
    let expected = json!({"id": 1, "name": "Doctor Rao", "speciality": "Skin", "slot_minutes": 20, "hours": hours,
        "is_active": true, "rev": 1});
    assert_eq!((status, &made), (StatusCode::CREATED, &expected));
    let slots = house.offered(&scope).await;
    let read: Vec<_> = slots.iter().map(|s| (s.day.0.as_str(), s.minute, s.doctor.name.as_str())).collect();
    let (tuesday, wednesday) = ("2026-11-24", "2026-11-25");
    let first = [(tuesday, 600, "Doctor Rao"), (tuesday, 620, "Doctor Rao"), (wednesday, 540, "Doctor Rao")];
    assert_eq!(read, first);
    let away = with(rao(), json!({"is_active": false, "rev": 1}));
    let (status, put) = call(Method::PUT, "/api/doctors/1", Some(away.clone())).await;
    assert_eq!((status, &put["is_active"], &put["rev"]), (StatusCode::OK, &json!(false), &json!(2)), "{put}");
    assert!(house.offered(&scope).await.is_empty());
    let (status, problem) = call(Method::PUT, "/api/doctors/1", Some(away.clone())).await;
    let said = (status, &problem["code"], &problem["field"], &problem["current"]);
    assert_eq!(said, (StatusCode::CONFLICT, &json!("stale"), &json!("rev"), &put), "{problem}");
    let (status, problem) = call(Method::PUT, "/api/doctors/9", Some(away)).await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("not_found")), "{problem}");
    let (_, audit) = call(Method::GET, "/api/audit", None).await;
    let newest: Vec<_> = audit["entries"].as_array().unwrap().iter().map(|e| &e["action"]).take(2).collect();
    assert_eq!(newest, ["doctor.update", "doctor.create"], "{audit}");
}

#[tokio::test]
async fn faults_are_named_and_a_name_is_one_active_doctors() {
    let house = House::open().await;
    let (_, token) = house.clinic().await;
    let call = async |method, path: &str, body| house.call(Some(&token), method, path, body).await;
    let bad = with(
        rao(),
        json!({"name": "", "slot_minutes": 121, "hours": [
        {"weekday": 1, "from": "09:00", "to": "12:00"}, {"weekday": 1, "from": "11:00", "to": "13:00"},
        {"weekday": 8, "from": "09:00", "to": "12:00"}, {"weekday": 2, "from": "12:00", "to": "09:00"}]}),
    );
    let (status, problem) = call(Method::POST, "/api/doctors", Some(bad)).await;
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| &e["field"]).collect();
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(fields, ["name", "slot_minutes", "hours[1]", "hours[2].weekday", "hours[3].to"], "{problem}");
    assert_eq!(problem["field"], "name");
    assert_eq!(call(Method::POST, "/api/doctors", Some(rao())).await.0, StatusCode::CREATED);
    let same = with(rao(), json!({"name": "doctor RAO"}));
    let (status, problem) = call(Method::POST, "/api/doctors", Some(same.clone())).await;
    let said = (status, &problem["code"], &problem["field"]);
    assert_eq!(said, (StatusCode::CONFLICT, &json!("name_taken"), &json!("name")), "{problem}");
    let away = with(rao(), json!({"is_active": false, "rev": 1}));
    assert_eq!(call(Method::PUT, "/api/doctors/1", Some(away)).await.0, StatusCode::OK);
    assert_eq!(call(Method::POST, "/api/doctors", Some(same)).await.0, StatusCode::CREATED, "the name is free");
    let (_, list) = call(Method::GET, "/api/doctors", None).await;
    let ids: Vec<_> = list["doctors"].as_array().unwrap().iter().map(|d| &d["id"]).collect();
    assert_eq!(ids, [2, 1], "active ones first: {list}");
}

#[tokio::test]
async fn a_booking_is_cancelled_once_and_its_slot_is_free_again() {
    let house = House::open().await;
    let (scope, manager) = house.clinic().await;
    house.call(Some(&manager), Method::POST, "/api/doctors", Some(rao())).await;
    let before = house.offered(&scope).await;
    let visit = NewAppointment {
        doctor: DoctorId(1),
        starts_at: before[0].starts_at,
        caller_number: Some("+919812345678".into()),
        patient_name: "Asha Nair".into(),
        call: None,
    };
    house.app.store.book(&scope, visit).await.unwrap();
    assert_ne!(house.offered(&scope).await, before);
    let path = "/api/appointments/1/cancel";
    let member = house.login("agent1@example.com").await;
    assert_eq!(house.call(Some(&member), Method::POST, path, None).await.0, StatusCode::FORBIDDEN);
    let lead = house.login("supervisor1@example.com").await;
    for _ in 0..2 {
        let (status, gone) = house.call(Some(&lead), Method::POST, path, None).await;
        assert_eq!((status, &gone["id"], &gone["state"]), (StatusCode::OK, &json!(1), &json!("cancelled")), "{gone}");
    }
    assert_eq!(house.offered(&scope).await, before);
    let booked = house.app.store.appointments(&scope, NOW, NOW.plus(DAY + MINUTE)).await.unwrap();
    assert_eq!(booked.iter().map(|b| b.rev).collect::<Vec<_>>(), [2], "the second time changed nothing");
    let (status, problem) = house.call(Some(&lead), Method::POST, "/api/appointments/7/cancel", None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("not_found")), "{problem}");
}

#[tokio::test]
async fn nothing_is_offered_on_a_holiday_of_the_company() {
    let house = House::open().await;
    let (scope, manager) = house.clinic().await;
    house.call(Some(&manager), Method::POST, "/api/doctors", Some(rao())).await;
    let first = house.offered(&scope).await[0].day.clone();
    let shut = json!({"holidays": [{"day": first.0, "name": "Founder's day"}]});
    let (status, rules) = house.call(Some(&manager), Method::PUT, "/api/rules", Some(shut)).await;
    assert_eq!(status, StatusCode::OK, "{rules}");
    let offered = house.offered(&scope).await;
    assert!(!offered.is_empty() && offered.iter().all(|slot| slot.day != first), "{offered:?}");
}
