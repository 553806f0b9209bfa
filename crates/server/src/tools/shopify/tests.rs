//! Against a little server with literal answers: what is read, what is
//! repeated and what never is.

use super::*;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use caly_core::tool::OrderState;
use parking_lot::Mutex;
use serde_json::Value;
use std::sync::Arc;

type Script = Arc<Mutex<(Vec<(u16, Value)>, Vec<Value>)>>;

/// A shop that gives these answers in turn and keeps what it was sent.
async fn shop(answers: Vec<(u16, Value)>) -> (Shop, Script) {
    crate::crypto();
    let script: Script = Arc::new(Mutex::new((answers, Vec::new())));
    let app =
        Router::new().route(&format!("/admin/api/{VERSION}/graphql.json"), post(answer)).with_state(script.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let shop = Shop::at(&format!("http://{addr}"), "shpat_test".into(), &Allow::new(&[addr])).await;
    (shop.unwrap(), script)
}

async fn answer(
    State(script): State<Script>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    assert_eq!(headers["x-shopify-access-token"], "shpat_test");
    let mut script = script.lock();
    script.1.push(body);
    let (status, body) = script.0.remove(0);
    (StatusCode::from_u16(status).unwrap(), Json(body))
}

fn zone() -> Zone {
    Zone::named("Asia/Kolkata").unwrap()
}

fn order(name: &str) -> Value {
    json!({
        "id": "gid://shopify/Order/1", "name": name, "phone": "09812345678", "cancelledAt": null,
        "displayFinancialStatus": "PAID", "displayFulfillmentStatus": "FULFILLED",
        "customer": {"defaultPhoneNumber": {"phoneNumber": "+919800000001"}},
        "fulfillments": [{"deliveredAt": null, "estimatedDeliveryAt": "2026-11-24T19:00:00Z",
            "trackingInfo": [{"company": "Delhivery", "number": "DL9"}]}],
        "lineItems": {"nodes": [{"title": "Blue kurta"}]}
    })
}

fn orders(nodes: &[Value]) -> (u16, Value) {
    (200, json!({"data": {"orders": {"nodes": nodes}}}))
}

fn throttled() -> (u16, Value) {
    (
        200,
        json!({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": {"requestedQueryCost": 70, "actualQueryCost": null,
            "throttleStatus": {"maximumAvailable": 1000.0, "currentlyAvailable": 69, "restoreRate": 50.0}}}}),
    )
}

const NEW: NewReturn<'_> =
    NewReturn { order_id: "gid://shopify/Order/1", line_item_id: "gid://x/1", reason: "it came broken" };

#[tokio::test]
async fn an_order_is_the_one_of_exactly_that_name() {
    let (shop, script) = shop(vec![orders(&[order("#10245"), order("#1024")])]).await;
    let found = shop.order("#1024", &zone()).await.unwrap().unwrap();
    assert_eq!(found.name, "#1024");
    assert_eq!(found.phones, ["+919812345678", "+919800000001"]);
    assert_eq!(found.state, OrderState::Shipped);
    assert_eq!(found.tracking, Some(("Delhivery".into(), "DL9".into())));
    // 19:00 UTC is past midnight in India.
    assert_eq!(found.delivery.unwrap().0, "2026-11-25");
    assert_eq!(script.lock().1[0]["variables"]["search"], "name:\"#1024\"");
}

#[tokio::test]
async fn a_name_cannot_widen_the_search() {
    let (shop, script) = shop(vec![orders(&[])]).await;
    assert_eq!(shop.order("#1\" OR name:*", &zone()).await.unwrap(), None);
    assert_eq!(script.lock().1[0]["variables"]["search"], "name:\"#1 OR name:*\"");
}

#[tokio::test]
async fn states_as_the_shop_words_them() {
    let with = |patch: Value| {
        let mut o = order("#1");
        o.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
        orders(&[o])
    };
    let delivered = json!([{"deliveredAt": "2026-11-20T10:00:00Z", "estimatedDeliveryAt": null, "trackingInfo": []}]);
    for (patch, state) in [
        (json!({"cancelledAt": "2026-11-20T10:00:00Z"}), OrderState::Cancelled),
        (json!({"displayFinancialStatus": "REFUNDED"}), OrderState::Refunded),
        (json!({"fulfillments": delivered}), OrderState::Delivered),
        (json!({"displayFulfillmentStatus": "PARTIALLY_FULFILLED"}), OrderState::PartlyShipped),
        (json!({"displayFulfillmentStatus": "UNFULFILLED", "fulfillments": []}), OrderState::Processing),
        (json!({"displayFulfillmentStatus": "A_NEW_WORD"}), OrderState::Processing),
    ] {
        let (shop, _) = shop(vec![with(patch)]).await;
        assert_eq!(shop.order("#1", &zone()).await.unwrap().unwrap().state, state);
    }
}

#[tokio::test]
async fn a_throttled_read_is_repeated_and_not_for_ever() {
    let (one, script) = shop(vec![throttled(), throttled(), orders(&[order("#1")])]).await;
    assert!(one.order("#1", &zone()).await.unwrap().is_some());
    assert_eq!(script.lock().1.len(), 3);
    let (two, script) = shop(vec![throttled(), throttled(), throttled(), orders(&[])]).await;
    assert!(matches!(two.order("#1", &zone()).await, Err(ShopError::Throttled { .. })));
    assert_eq!(script.lock().1.len(), 3);
}

#[tokio::test]
async fn a_write_is_sent_once_whatever_comes_back() {
    for bad in [throttled(), (502, json!({})), (200, json!("?")), (429, json!({}))] {
        let (shop, script) = shop(vec![bad, (200, json!({}))]).await;
        assert!(shop.request_return(&NEW).await.is_err());
        assert_eq!(script.lock().1.len(), 1);
    }
}

#[tokio::test]
async fn a_return_is_asked_for_in_the_shops_words() {
    let done = json!({"data": {"returnRequest": {"return": {"name": "#1024-R1"}, "userErrors": []}}});
    let (shop, script) = shop(vec![(200, done)]).await;
    assert_eq!(shop.request_return(&NEW).await.unwrap(), "#1024-R1");
    let item = script.lock().1[0]["variables"]["input"]["returnLineItems"][0].clone();
    let want = json!({"fulfillmentLineItemId": "gid://x/1", "quantity": 1, "returnReason": "DEFECTIVE",
        "customerNote": "it came broken"});
    assert_eq!(item, want);
}

#[tokio::test]
async fn user_errors_are_refusals_and_a_bad_token_is_its_own_error() {
    let no = json!({"data": {"returnRequest": {"return": null, "userErrors": [{"message": "Not returnable."}]}}});
    let denied = json!({"errors": [{"message": "x", "extensions": {"code": "ACCESS_DENIED"}}]});
    let (shop, _) = shop(vec![(200, no), (401, json!({})), (200, denied)]).await;
    assert!(matches!(shop.request_return(&NEW).await, Err(ShopError::Refused(m)) if m == "Not returnable."));
    assert!(matches!(shop.order("#1", &zone()).await, Err(ShopError::Token)));
    assert!(matches!(shop.order("#1", &zone()).await, Err(ShopError::Token)));
}

#[tokio::test]
async fn returns_that_stand_are_seen() {
    let data = json!({"data": {
        "returnableFulfillments": {"nodes": [{"returnableFulfillmentLineItems": {"nodes": [
            {"quantity": 1, "fulfillmentLineItem": {"id": "a", "lineItem": {"title": "Kurta"}}},
            {"quantity": 0, "fulfillmentLineItem": {"id": "b", "lineItem": {"title": "Scarf"}}}]}}]},
        "order": {"returns": {"nodes": [
            {"name": "#1-R1", "status": "REQUESTED", "returnLineItems": {"nodes": [{"fulfillmentLineItem": {"id": "b"}}]}},
            {"name": "#1-R0", "status": "DECLINED", "returnLineItems": {"nodes": [{"fulfillmentLineItem": {"id": "a"}}]}}]}}
    }});
    let (shop, _) = shop(vec![(200, data)]).await;
    let found = shop.returnable("gid://shopify/Order/1").await.unwrap();
    assert_eq!(found.items, [LineItem { id: "a".into(), title: "Kurta".into(), quantity: 1 }]);
    assert_eq!(found.open_return_of("b"), Some("#1-R1"));
    assert_eq!(found.open_return_of("a"), None);
}

#[tokio::test]
async fn nothing_of_an_answer_or_token_reaches_an_error() {
    let (shop, _) = shop(vec![(500, json!({"secret": "inside-body"}))]).await;
    let error = shop.order("#1", &zone()).await.unwrap_err();
    let shown = format!("{error} {error:?} {shop:?}");
    assert!(!shown.contains("inside-body") && !shown.contains("shpat_test"), "{shown}");
}
