use super::*;

async fn open() -> FakeShop {
    FakeShop::open("shpat_test", "2026-11-23T06:30:00Z".parse().unwrap()).await.unwrap()
}

async fn ask(shop: &FakeShop, token: &str, query: &str, variables: Value) -> (u16, String) {
    // A second install is refused and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let url = format!("{}/admin/api/2026-07/graphql.json", shop.url());
    let body = json!({ "query": query, "variables": variables });
    let answer = reqwest::Client::new().post(url).header("X-Shopify-Access-Token", token).json(&body).send().await;
    let answer = answer.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn good(shop: &FakeShop, query: &str, variables: Value) -> Value {
    let (status, body) = ask(shop, "shpat_test", query, variables).await;
    assert_eq!(status, 200);
    serde_json::from_str(&body).unwrap()
}

const FIND: &str = "query F($search: String!) { orders(first: 5, query: $search) { nodes { id } } }";
const CAN: &str = "query R($order: ID!) { returnableFulfillments(orderId: $order, first: 9) { nodes { id } } }";
const WANT: &str = "mutation M($input: ReturnRequestInput!) { returnRequest(input: $input) { return { name } } }";

#[tokio::test]
async fn an_order_is_found_by_its_name_and_a_wrong_token_is_refused() {
    let shop = open().await;
    let found = good(&shop, FIND, json!({ "search": "name:\"#1024\"" })).await;
    let node = &found["data"]["orders"]["nodes"][0];
    assert_eq!((node["name"].as_str(), node["phone"].as_str()), (Some("#1024"), Some("+919812345678")));
    assert_eq!(node["fulfillments"][0]["estimatedDeliveryAt"], "2026-11-25T06:30:00Z");
    let none = good(&shop, FIND, json!({ "search": "name:\"#999\"" })).await;
    assert_eq!(none["data"]["orders"]["nodes"], json!([]));
    assert_eq!(ask(&shop, "wrong", FIND, json!({})).await.0, 401);
    assert_eq!(shop.asked().len(), 3);
}

#[tokio::test]
async fn a_return_is_made_once() {
    let shop = open().await;
    let id = "gid://shopify/Order/1026";
    let before = good(&shop, CAN, json!({ "order": id })).await;
    let items = &before["data"]["returnableFulfillments"]["nodes"][0]["returnableFulfillmentLineItems"]["nodes"];
    let item = items[0]["fulfillmentLineItem"]["id"].as_str().unwrap();
    let input = json!({ "input": { "orderId": id, "returnLineItems": [{ "fulfillmentLineItemId": item }] } });
    let made = good(&shop, WANT, input.clone()).await;
    assert_eq!(made["data"]["returnRequest"]["return"]["name"], "#1026-R1");
    let again = good(&shop, WANT, input).await;
    assert_eq!(again["data"]["returnRequest"]["userErrors"][0]["message"], "Return line item is not returnable");
    let after = good(&shop, CAN, json!({ "order": id })).await;
    assert_eq!(after["data"]["order"]["returns"]["nodes"][0]["status"], "REQUESTED");
    assert_eq!(shop.returns(), [("#1026".to_owned(), "#1026-R1".to_owned())]);
}

#[tokio::test]
async fn bad_days_are_played_and_do_not_change_the_state() {
    let shop = open().await;
    shop.set_mode(Mode::Throttled);
    assert_eq!(good(&shop, FIND, json!({})).await["errors"][0]["extensions"]["code"], "THROTTLED");
    shop.set_mode(Mode::Broken);
    assert_eq!(ask(&shop, "shpat_test", FIND, json!({})).await.0, 500);
    shop.set_mode(Mode::Garbage);
    assert_eq!(ask(&shop, "shpat_test", FIND, json!({})).await.1, "<html>");
    shop.set_mode(Mode::Refuses("Not today"));
    let input = json!({ "input": { "orderId": "gid://shopify/Order/1026" } });
    assert_eq!(good(&shop, WANT, input).await["data"]["returnRequest"]["userErrors"][0]["message"], "Not today");
    assert!(shop.returns().is_empty());
}
