//! The fake shop over HTTP, asked as the public documentation asks.

use caly_rehearsal::shop::{Mood, Shop, order, seed_orders};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

fn now() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

async fn shop() -> Shop {
    Shop::open("shpat_1", seed_orders(now()), now()).await.unwrap()
}

fn http() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn send(shop: &Shop, token: &str, version: &str, query: &str, variables: Value) -> reqwest::Response {
    let url = format!("{}/admin/api/{version}/graphql.json", shop.url());
    let request = http().post(url).header("X-Shopify-Access-Token", token);
    request.json(&json!({"query": query, "variables": variables})).send().await.unwrap()
}

async fn ask(shop: &Shop, query: &str, variables: Value) -> Value {
    let answer = send(shop, "shpat_1", "2026-07", query, variables).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

const FIND: &str = "query($q: String!) { orders(first: 5, query: $q) { edges { node { name phone displayFulfillmentStatus
    cancelledAt fulfillments(first: 1) { estimatedDeliveryAt trackingInfo { number company } } lineItems(first: 9) { nodes { title } } } } } }";
const RETURNABLE: &str = "query($o: ID!) { returnableFulfillments(orderId: $o, first: 10) { nodes {
    returnableFulfillmentLineItems(first: 9) { nodes { quantity fulfillmentLineItem { id lineItem { title } } } } } }
    order(id: $o) { returns(first: 9) { nodes { name status returnLineItems(first: 9) { nodes { ... on ReturnLineItem { fulfillmentLineItem { id } } } } } } } }";
const REQUEST: &str = "mutation($i: ReturnRequestInput!) { returnRequest(input: $i) { return { id name status } userErrors { code field message } } }";

fn scarf() -> Value {
    json!({"i": {"orderId": "gid://shopify/Order/1026", "returnLineItems": [{
        "fulfillmentLineItemId": "gid://shopify/FulfillmentLineItem/10260", "quantity": 1,
        "returnReason": "DEFECTIVE", "customerNote": "torn"}]}})
}

#[tokio::test]
async fn an_order_is_found_by_its_name_and_only_what_was_asked_for_comes() {
    let shop = shop().await;
    let answer = ask(&shop, FIND, json!({"q": "name:\"#1024\""})).await;
    let edges = answer["data"]["orders"]["edges"].as_array().unwrap();
    assert_eq!(edges.len(), 1);
    assert_eq!(
        edges[0]["node"],
        json!({"name": "#1024", "phone": "+919812345678", "displayFulfillmentStatus": "FULFILLED", "cancelledAt": null,
            "fulfillments": [{"estimatedDeliveryAt": "2026-11-25T10:00:00Z",
                "trackingInfo": [{"number": "DL102477", "company": "Delhivery"}]}],
            "lineItems": {"nodes": [{"title": "Blue kurta"}]}})
    );
    assert!(answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"].is_number());
    shop.put_order(order("#10245", "+919800000001", &["Rug"], now()));
    let both = ask(&shop, FIND, json!({"q": "name:1024"})).await;
    assert_eq!(both["data"]["orders"]["edges"].as_array().unwrap().len(), 2, "the search takes beginnings");
    let none = ask(&shop, FIND, json!({"q": "name:#9"})).await;
    assert_eq!(none["data"]["orders"]["edges"], json!([]));
}

#[tokio::test]
async fn a_return_is_requested_once_and_kept() {
    let shop = shop().await;
    let order = json!({"o": "gid://shopify/Order/1026"});
    let before = ask(&shop, RETURNABLE, order.clone()).await;
    let items = &before["data"]["returnableFulfillments"]["nodes"][0]["returnableFulfillmentLineItems"]["nodes"];
    assert_eq!(items.as_array().unwrap().len(), 2);
    assert_eq!(items[0]["fulfillmentLineItem"]["lineItem"]["title"], "Silk scarf");
    let done = ask(&shop, REQUEST, scarf()).await;
    assert_eq!(done["data"]["returnRequest"]["return"]["name"], "#1026-R1");
    assert_eq!(done["data"]["returnRequest"]["return"]["status"], "REQUESTED");
    let again = ask(&shop, REQUEST, scarf()).await;
    assert_eq!(again["data"]["returnRequest"]["return"], Value::Null);
    assert_eq!(again["data"]["returnRequest"]["userErrors"][0]["code"], "NOT_FOUND");
    let after = ask(&shop, RETURNABLE, order).await;
    let left = &after["data"]["returnableFulfillments"]["nodes"][0]["returnableFulfillmentLineItems"]["nodes"];
    assert_eq!(left.as_array().unwrap().len(), 1);
    let held = &after["data"]["order"]["returns"]["nodes"][0]["returnLineItems"]["nodes"][0];
    assert_eq!(held["fulfillmentLineItem"]["id"], "gid://shopify/FulfillmentLineItem/10260");
    assert_eq!(shop.returns_of("#1026").len(), 1);
    let asked = shop.asked();
    assert_eq!(asked.len(), 4);
    assert_eq!((asked[1].fields[0].as_str(), asked[1].mutation, asked[1].status), ("returnRequest", true, 200));
}

#[tokio::test]
async fn what_cannot_be_returned_is_refused_in_the_shops_words() {
    let shop = shop().await;
    for (order, code) in [("gid://shopify/Order/1024", "NOT_FOUND"), ("gid://shopify/Order/1", "NOT_FOUND")] {
        let mut input = scarf();
        input["i"]["orderId"] = order.into();
        let answer = ask(&shop, REQUEST, input).await;
        assert_eq!(answer["data"]["returnRequest"]["userErrors"][0]["code"], code);
    }
    let mut two = scarf();
    two["i"]["returnLineItems"][0]["quantity"] = 2.into();
    assert_eq!(ask(&shop, REQUEST, two).await["data"]["returnRequest"]["userErrors"][0]["code"], "INVALID");
    let mut word = scarf();
    word["i"]["returnLineItems"][0]["returnReason"] = "BROKEN".into();
    assert_eq!(ask(&shop, REQUEST, word).await["errors"][0]["extensions"]["code"], "INVALID_VARIABLE");
    shop.set_mood(Mood::Refuses);
    let refused = ask(&shop, REQUEST, scarf()).await;
    assert_eq!(refused["data"]["returnRequest"]["userErrors"][0]["code"], "INVALID_STATE");
    assert!(shop.returns_of("#1026").is_empty());
}

#[tokio::test]
async fn a_request_that_does_not_fit_the_schema_is_an_error() {
    let shop = shop().await;
    for (query, code) in [
        ("{ orders(first: 1) { nodes { colour } } }", "undefinedField"),
        ("{ orders { nodes { id } } }", "BAD_REQUEST"),
        ("{ orders(first: 1) { nodes { lineItems { nodes { id } } } } }", "BAD_REQUEST"),
        ("{ orders(first: 1) }", "selectionMismatch"),
        ("{ orders(first: 1) { nodes { name { first } } } }", "selectionMismatch"),
        ("{ products(first: 1) { nodes { id } } }", "undefinedField"),
        ("{ order(id: \"1024\") { id } }", "argumentLiteralsIncompatible"),
    ] {
        assert_eq!(ask(&shop, query, json!({})).await["errors"][0]["extensions"]["code"], code, "{query}");
    }
    assert!(ask(&shop, "{ orders(", json!({})).await["errors"][0]["message"].is_string());
}

#[tokio::test]
async fn a_wrong_token_and_a_wrong_version() {
    let shop = shop().await;
    assert_eq!(send(&shop, "x", "2026-07", FIND, json!({"q": ""})).await.status(), 401);
    assert_eq!(send(&shop, "shpat_1", "latest", FIND, json!({"q": ""})).await.status(), 404);
    assert_eq!(shop.asked().iter().map(|a| a.status).collect::<Vec<_>>(), [401, 404]);
}

#[tokio::test]
async fn moods() {
    let shop = shop().await;
    let find = || ask(&shop, FIND, json!({"q": "name:#1025"}));
    shop.set_mood(Mood::Throttled(2));
    for _ in 0..2 {
        let answer = find().await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "THROTTLED");
        assert!(answer["extensions"]["cost"]["actualQueryCost"].is_null() && answer.get("data").is_none());
    }
    assert!(find().await["data"].is_object());
    shop.set_mood(Mood::Slow(Duration::from_millis(1)));
    assert!(find().await["data"].is_object());
    shop.set_mood(Mood::Broken);
    assert_eq!(send(&shop, "shpat_1", "2026-07", FIND, json!({"q": ""})).await.status(), 500);
    shop.set_mood(Mood::Garbage);
    assert!(send(&shop, "shpat_1", "2026-07", FIND, json!({"q": ""})).await.json::<Value>().await.is_err());
}

#[tokio::test]
async fn a_silent_shop_may_have_done_it_or_not() {
    for (mood, returns) in [(Mood::Silent, 0), (Mood::DoesButNeverAnswers, 1)] {
        let shop = shop().await;
        shop.set_mood(mood);
        let waited = tokio::time::timeout(Duration::from_millis(500), ask(&shop, REQUEST, scarf())).await;
        assert!(waited.is_err());
        assert_eq!(shop.returns_of("#1026").len(), returns, "{mood:?}");
        assert_eq!(shop.asked()[0].status, 0);
    }
}
