//! Returns and the slot book over a real store; the shop is a little server
//! whose one order has one returnable item, and which can go silent on writes.

use super::*;
use crate::clock::{SeededChance, StillClock};
use crate::vault::SecretKey;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use caly_core::agent::Catalogue;
use caly_core::id::{AgentId, AppointmentId, ClientId, DoctorId};
use caly_core::outcome::ChannelKind;
use caly_core::rules::{Opening, Rules};
use caly_core::time::{At, HOUR, MINUTE};
use caly_core::tool::{Booking, Slot};
use caly_store::testing::TempStore;
use caly_store::{DoctorHours, NewCall, NewChannel, NewClient, NewDoctor, TaskFilter};
use parking_lot::Mutex;
use serde_json::{Value, json};
use uuid::Uuid;

/// 2026-11-23 09:40 in India, a Monday.
const NOW: At = At(1_795_407_000_000);

#[derive(Default)]
struct FakeShop {
    writes: usize,
    stands: bool,
    /// A write is done and its answer is lost.
    loses_answers: bool,
    /// A write is done, and its answer never comes.
    hangs: bool,
}

impl FakeShop {
    /// Does the write whose answer will not come, if it is so minded.
    fn hangs(&mut self) -> bool {
        if self.hangs {
            self.writes += 1;
            self.stands = true;
        }
        self.hangs
    }
}

type Shared = Arc<Mutex<FakeShop>>;

async fn graphql(State(shop): State<Shared>, Json(body): Json<Value>) -> (StatusCode, Json<Value>) {
    let write = body["operationName"] == "RequestReturn";
    if write && shop.lock().hangs() {
        return std::future::pending().await;
    }
    let mut shop = shop.lock();
    if write {
        shop.writes += 1;
        if shop.loses_answers {
            return (StatusCode::GATEWAY_TIMEOUT, Json(json!({})));
        }
        shop.stands = true;
        let done = json!({"data": {"returnRequest": {"return": {"name": "#1-R1"}, "userErrors": []}}});
        return (StatusCode::OK, Json(done));
    }
    let item = json!({"quantity": 1, "fulfillmentLineItem": {"id": "line", "lineItem": {"title": "Kurta"}}});
    let held = json!({"name": "#1-R1", "status": "REQUESTED",
        "returnLineItems": {"nodes": [{"fulfillmentLineItem": {"id": "line"}}]}});
    let returns = if shop.stands { vec![held] } else { vec![] };
    let data = json!({"data": {
        "returnableFulfillments": {"nodes": [{"returnableFulfillmentLineItems": {"nodes": [item]}}]},
        "order": {"returns": {"nodes": returns}}}});
    (StatusCode::OK, Json(data))
}

struct World {
    temp: TempStore,
    scope: Scope,
    tools: ClientTools,
    shop: Shared,
    calls: Vec<CallContext>,
}

async fn world() -> World {
    crate::crypto();
    let temp = TempStore::chosen().await.unwrap();
    let scope = Scope::system(ClientId(Uuid::from_u128(1)));
    let (name, zone) = ("Shop".to_owned(), "Asia/Kolkata".to_owned());
    let new = NewClient { id: scope.client, name, sector: Sector::Ecommerce, zone, is_demo: true };
    temp.store.create_client(new, NOW).await.unwrap();
    let shop = Shared::default();
    let app = Router::new().fallback(post(graphql)).with_state(shop.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let (chance, clock) = (Arc::new(SeededChance::new(1)), Arc::new(StillClock::at(NOW)));
    let vault = Vault::new(temp.store.clone(), SecretKey::make(chance.as_ref()), clock.clone(), chance.clone());
    let entry = Catalogue::embedded().unwrap().sector(Sector::Ecommerce).unwrap();
    let address: secrecy::SecretString = format!("http://{addr}").into();
    let fields = [("shopify_store_url", address), ("shopify_access_token", "shpat_x".into())];
    let changes = fields.into_iter().map(|(f, v)| (f.to_owned(), Some(v))).collect();
    vault.put(&scope, entry, changes).await.unwrap();
    let calls = two_calls(&temp.store, &scope).await;
    let tools = ClientTools::new(temp.store.clone(), vault, Allow::new(&[addr]), clock, chance);
    World { temp, scope, tools, shop, calls }
}

async fn two_calls(store: &Store, scope: &Scope) -> Vec<CallContext> {
    let team = store.create_team(scope, "Front", NOW).await.unwrap().id;
    let line = NewChannel {
        kind: ChannelKind::Phone,
        carrier: "exotel".into(),
        name: "Line".into(),
        number: None,
        sector: Sector::Ecommerce,
        team,
        entry_agent: AgentId(1),
        hook_key_hash: "h".into(),
        hook_key_sealed: "s".into(),
        account_sid: None,
        hook_basic_hash: None,
    };
    let channel = store.create_channel(scope, line, NOW).await.unwrap().id;
    let mut calls = Vec::new();
    for n in 1..=2_u128 {
        let new = NewCall {
            id: CallId(Uuid::from_u128(n)),
            channel,
            carrier_call_id: format!("sid{n}"),
            caller_number: None,
            caller_raw: None,
            dialled: None,
            agent_type: "front_desk".into(),
            seed: 7,
            token_hash: format!("t{n}"),
            token_expires_at: NOW,
            stream_url: "wss://x".into(),
            node: "n1".into(),
            degraded: false,
            attributes: "{}".into(),
        };
        let call = store.place_call(scope, new, NOW).await.unwrap().call.id;
        calls.push(CallContext { call, caller: Some("+919812345678".into()) });
    }
    calls
}

impl World {
    async fn run(&self, call: usize, tool: ToolCall) -> ToolResult {
        self.tools.run(&self.scope, &self.calls[call], tool).await
    }

    async fn ask_return(&self, call: usize) -> ToolResult {
        let request = ToolCall::RequestReturn {
            order_id: "gid://shopify/Order/1".into(),
            order_name: "#1".into(),
            line_item_id: "line".into(),
            title: "Kurta".into(),
            reason: "broken, my card is 4111 1111 1111 1111".into(),
        };
        self.run(call, request).await
    }

    async fn tasks(&self) -> Vec<String> {
        let page = self.temp.store.tasks(&self.scope, TaskFilter::default(), None, 50).await.unwrap();
        page.items.into_iter().map(|t| t.text).collect()
    }

    fn writes(&self) -> usize {
        self.shop.lock().writes
    }

    async fn slots(&self, doctor: DoctorId) -> Vec<Slot> {
        let ask = ToolCall::FreeSlots { doctor: Some(doctor), from: None, after_minute: None, limit: 3 };
        match self.run(0, ask).await {
            ToolResult::Slots(slots) => slots,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_return_is_requested_once_whoever_asks_again() {
    let w = world().await;
    let first = ToolResult::ReturnRequested { name: "#1-R1".into(), existed: false };
    assert_eq!(w.ask_return(0).await, first);
    for call in [0, 1] {
        let again = ToolResult::ReturnRequested { name: "#1-R1".into(), existed: true };
        assert_eq!(w.ask_return(call).await, again);
    }
    assert_eq!((w.writes(), w.tasks().await.len()), (1, 0));
}

#[tokio::test]
async fn one_that_stands_in_the_shop_is_found_and_not_repeated() {
    let w = world().await;
    w.shop.lock().stands = true;
    let found = ToolResult::ReturnRequested { name: "#1-R1".into(), existed: true };
    assert_eq!(w.ask_return(0).await, found);
    assert_eq!(w.writes(), 0);
}

#[tokio::test]
async fn a_lost_answer_becomes_a_task_and_never_a_second_write() {
    let w = world().await;
    w.shop.lock().loses_answers = true;
    let handed = ToolResult::Unavailable { task_made: true };
    assert_eq!(w.ask_return(0).await, handed);
    assert_eq!(w.ask_return(0).await, handed);
    assert_eq!(w.tasks().await.len(), 1, "one call, one task");
    assert_eq!(w.ask_return(1).await, handed);
    assert_eq!(w.writes(), 1);
    assert!(w.tasks().await.iter().all(|t| t.contains("[card number]") && !t.contains("4111")));
    // The write had been done after all: whoever asks next is told so.
    w.shop.lock().stands = true;
    assert!(matches!(w.ask_return(1).await, ToolResult::ReturnRequested { existed: true, .. }));
}

/// Like every task: people have some time after the next opening.
#[tokio::test]
async fn a_task_of_a_tool_keeps_the_opening_hours() {
    let w = world().await;
    // Open on Fridays from nine, in India.
    let hours = vec![Opening { weekday: 5, from_min: 540, to_min: 1_020 }];
    w.temp.store.put_rules(&w.scope, Rules { hours, ..Rules::default() }, None, NOW).await.unwrap();
    w.shop.lock().loses_answers = true;
    assert_eq!(w.ask_return(0).await, ToolResult::Unavailable { task_made: true });
    let due = w.temp.store.tasks(&w.scope, TaskFilter::default(), None, 50).await.unwrap().items[0].due_at;
    // Monday 09:40 to Friday 09:00, and two hours.
    assert_eq!(due, NOW.plus(4 * 24 * HOUR - 40 * MINUTE + 2 * HOUR));
}

/// The shop does it and says nothing: given up after the client's own ten
/// seconds, which pass here as they do in a call.
#[tokio::test]
async fn a_write_that_times_out_becomes_a_task_and_is_found_later() {
    let w = world().await;
    w.shop.lock().hangs = true;
    assert_eq!(w.ask_return(0).await, ToolResult::Unavailable { task_made: true });
    assert_eq!((w.writes(), w.tasks().await.len()), (1, 1));
    for call in [0, 1] {
        assert!(matches!(w.ask_return(call).await, ToolResult::ReturnRequested { existed: true, .. }));
    }
    assert_eq!((w.writes(), w.tasks().await.len()), (1, 1));
}

#[tokio::test]
async fn without_connector_or_doctors_nothing_is_connected() {
    let w = world().await;
    let other = Scope::system(ClientId(Uuid::from_u128(2)));
    let (name, zone) = ("New".to_owned(), "Asia/Kolkata".to_owned());
    let new = NewClient { id: other.client, name, sector: Sector::Ecommerce, zone, is_demo: false };
    w.temp.store.create_client(new, NOW).await.unwrap();
    let find = ToolCall::FindOrder { name: "#1".into() };
    assert_eq!(w.tools.run(&other, &w.calls[0], find).await, ToolResult::NotConnected);
    assert_eq!(w.run(0, ToolCall::ListDoctors).await, ToolResult::NotConnected);
}

/// On Tuesdays from ten to eleven.
fn rao() -> NewDoctor {
    let hours = vec![DoctorHours { weekday: 2, from_min: 600, to_min: 660 }];
    NewDoctor { name: "Doctor Rao".into(), speciality: "Skin".into(), slot_minutes: 20, hours, is_active: true }
}

#[tokio::test]
async fn a_slot_is_booked_moved_found_and_cancelled() {
    let w = world().await;
    let doctor = w.temp.store.add_doctor(&w.scope, rao(), NOW).await.unwrap().id;
    let slots = w.slots(doctor).await;
    let book = |at: &Slot| ToolCall::Book { doctor, starts_at: at.starts_at, patient: "Asha Nair".into() };
    let ToolResult::Booking(Some(first)) = w.run(0, book(&slots[0])).await else { panic!("not booked") };
    let by_number = ToolCall::FindBooking { number: Some(first.number), patient: None, starts_at: None };
    let ToolResult::Booking(Some(found)) = w.run(1, by_number).await else { panic!("not found") };
    assert_eq!((&found, &found.phone), (&first, &w.calls[0].caller), "whose call booked it");
    let repeat = w.run(0, book(&slots[0])).await;
    assert_eq!(repeat, ToolResult::Booking(Some(first.clone())), "a repeat is the same booking");
    assert_eq!(w.run(1, book(&slots[0])).await, ToolResult::SlotTaken);
    let off = ToolCall::Book { doctor, starts_at: slots[1].starts_at.plus(1), patient: "X".into() };
    assert_eq!(w.run(1, off).await, ToolResult::SlotTaken);
    let to = ToolCall::Move { number: first.number, starts_at: slots[1].starts_at, doctor };
    let ToolResult::Booking(Some(moved)) = w.run(0, to).await else { panic!("not moved") };
    assert_eq!((moved.number, moved.slot.minute), (first.number, slots[1].minute));
    assert_eq!(w.slots(doctor).await[0].starts_at, slots[0].starts_at, "the old slot is free again");
    let find = |patient: &str| ToolCall::FindBooking {
        number: None,
        patient: Some(patient.into()),
        starts_at: Some(slots[1].starts_at),
    };
    assert_eq!(w.run(1, find("mrs. asha nair")).await, ToolResult::Booking(Some(moved)));
    assert_eq!(w.run(1, find("somebody else")).await, ToolResult::Booking(None));
    let cancelled = w.run(1, ToolCall::Cancel { number: first.number }).await;
    assert!(matches!(cancelled, ToolResult::Booking(Some(Booking { cancelled: true, .. }))));
    let unknown = ToolCall::Cancel { number: AppointmentId(99) };
    assert_eq!(w.run(1, unknown).await, ToolResult::Booking(None));
}

#[tokio::test]
async fn one_who_has_left_is_neither_offered_nor_booked_and_what_stands_moves_to_another() {
    let w = world().await;
    let s = &w.temp.store;
    let doctor = s.add_doctor(&w.scope, rao(), NOW).await.unwrap().id;
    let slots = w.slots(doctor).await;
    let book =
        |at: &Slot| ToolCall::Book { doctor: at.doctor.id, starts_at: at.starts_at, patient: "Asha Nair".into() };
    let ToolResult::Booking(Some(first)) = w.run(0, book(&slots[0])).await else { panic!("not booked") };
    s.put_doctor(&w.scope, doctor, NewDoctor { is_active: false, ..rao() }, 1, NOW).await.unwrap();
    assert_eq!(w.run(0, ToolCall::ListDoctors).await, ToolResult::Doctors(vec![]), "nobody, but a book");
    assert!(w.slots(doctor).await.is_empty());
    assert_eq!(w.run(1, book(&slots[1])).await, ToolResult::SlotTaken);
    let to = |at: &Slot| ToolCall::Move { number: first.number, starts_at: at.starts_at, doctor: at.doctor.id };
    assert_eq!(w.run(0, to(&slots[1])).await, ToolResult::SlotTaken);
    let by_number = ToolCall::FindBooking { number: Some(first.number), patient: None, starts_at: None };
    let ToolResult::Booking(Some(found)) = w.run(1, by_number).await else { panic!("not found") };
    assert_eq!(found.slot.doctor.name, "Doctor Rao", "it stands, and is told with his name");
    // Others come: who asks for his times is offered those of his speciality.
    for (name, speciality) in [("Doctor Bose", "Eyes"), ("Doctor Nair", "skin")] {
        let new = NewDoctor { name: name.into(), speciality: speciality.into(), ..rao() };
        s.add_doctor(&w.scope, new, NOW).await.unwrap();
    }
    let instead = w.slots(doctor).await;
    assert!(instead.len() == 3 && instead.iter().all(|s| s.doctor.name == "Doctor Nair"), "{instead:?}");
    let ToolResult::Booking(Some(moved)) = w.run(0, to(&instead[0])).await else { panic!("not moved") };
    assert_eq!((moved.number, moved.slot.doctor.name.as_str()), (first.number, "Doctor Nair"));
    let cancelled = w.run(0, ToolCall::Cancel { number: first.number }).await;
    assert!(matches!(cancelled, ToolResult::Booking(Some(Booking { cancelled: true, .. }))));
}

#[tokio::test]
async fn other_slots_from_tomorrow_on_do_not_book_over_what_stands() {
    let w = world().await;
    let doctor = w.temp.store.add_doctor(&w.scope, rao(), NOW).await.unwrap().id;
    let slots = w.slots(doctor).await;
    let book = |starts_at| ToolCall::Book { doctor, starts_at, patient: "Asha Nair".into() };
    // 10:20 on Tuesday; then slots of half an hour: 10:00 and 10:30.
    let ToolResult::Booking(Some(stands)) = w.run(0, book(slots[1].starts_at)).await else { panic!("not booked") };
    let longer = NewDoctor { slot_minutes: 30, ..rao() };
    w.temp.store.put_doctor(&w.scope, doctor, longer, 1, NOW).await.unwrap();
    let offered = w.slots(doctor).await;
    assert!(offered[0].day > slots[1].day, "{offered:?}");
    let ten = slots[0].starts_at;
    assert_eq!(w.run(1, book(ten)).await, ToolResult::SlotTaken);
    // The one that stands is not in its own way.
    let earlier = ToolCall::Move { number: stands.number, starts_at: ten, doctor };
    let ToolResult::Booking(Some(moved)) = w.run(0, earlier).await else { panic!("not moved") };
    assert_eq!(moved.slot.minute, 600);
    assert_eq!(w.slots(doctor).await[0].minute, 630, "half past is free again");
}
