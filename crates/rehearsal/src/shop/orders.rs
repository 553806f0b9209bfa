//! Orders as literal data in the documented shape of the Admin API's `Order`.

use jiff::Timestamp;
use serde_json::{Value, json};

const DAY_HOURS: i64 = 24;

/// An order that was placed three days before `now` and has not left. `name`
/// is "#1024"; items are titles; change fields of the result as needed.
#[must_use]
pub fn order(name: &str, phone: &str, items: &[&str], now: Timestamp) -> Value {
    let number = name.trim_start_matches('#');
    let line = |(i, title): (usize, &&str)| {
        json!({"__typename": "LineItem", "id": format!("gid://shopify/LineItem/{number}{i}"), "title": title,
            "name": title, "quantity": 1, "currentQuantity": 1, "sku": format!("SKU-{number}-{i}"), "variantTitle": null})
    };
    let items: Vec<Value> = items.iter().enumerate().map(line).collect();
    json!({
        "__typename": "Order",
        "id": format!("gid://shopify/Order/{number}"),
        "name": name,
        "email": "caller@example.com",
        "phone": phone,
        "createdAt": at(now, -3),
        "processedAt": at(now, -3),
        "updatedAt": at(now, -1),
        "cancelledAt": null,
        "cancelReason": null,
        "closed": false,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "returnStatus": "NO_RETURN",
        "totalPriceSet": {"shopMoney": {"amount": "1499.0", "currencyCode": "INR"}},
        "customer": {"__typename": "Customer", "id": "gid://shopify/Customer/1", "displayName": "Asha Rao",
            "firstName": "Asha", "lastName": "Rao", "phone": phone,
            "defaultPhoneNumber": {"phoneNumber": phone}, "defaultEmailAddress": {"emailAddress": "caller@example.com"}},
        "fulfillments": [],
        "lineItems": {"nodes": items},
        "returns": {"nodes": []}
    })
}

/// The demo's orders: #1024 on its way, #1025 being packed, #1026 delivered
/// with two items that can be returned, #1027 cancelled, #1028 on its way to
/// somebody with another phone. All but the last belong to +919812345678.
#[must_use]
pub fn seed_orders(now: Timestamp) -> Vec<Value> {
    const CALLER: &str = "+919812345678";
    let mut cancelled = order("#1027", CALLER, &["Clay lamp"], now);
    cancelled["cancelledAt"] = at(now, -2).into();
    cancelled["cancelReason"] = "CUSTOMER".into();
    cancelled["displayFinancialStatus"] = "REFUNDED".into();
    vec![
        shipped(order("#1024", CALLER, &["Blue kurta"], now), now),
        order("#1025", CALLER, &["Cotton bedsheet"], now),
        delivered(order("#1026", CALLER, &["Silk scarf", "Steel bottle"], now), now),
        cancelled,
        shipped(order("#1028", "+919900112233", &["Table runner"], now), now),
    ]
}

/// On its way, to arrive in two days.
fn shipped(order: Value, now: Timestamp) -> Value {
    fulfilled(order, now, Some(2), None)
}

/// Delivered a day ago.
fn delivered(order: Value, now: Timestamp) -> Value {
    fulfilled(order, now, None, Some(-1))
}

fn fulfilled(mut order: Value, now: Timestamp, arrives: Option<i64>, arrived: Option<i64>) -> Value {
    let number = order["name"].as_str().unwrap_or_default().trim_start_matches('#').to_owned();
    let items: Vec<Value> = order["lineItems"]["nodes"].as_array().cloned().unwrap_or_default();
    let line = |(i, item): (usize, Value)| {
        json!({"__typename": "FulfillmentLineItem", "id": format!("gid://shopify/FulfillmentLineItem/{number}{i}"),
            "quantity": 1, "lineItem": item})
    };
    let items: Vec<Value> = items.into_iter().enumerate().map(line).collect();
    let status = if arrived.is_some() { "DELIVERED" } else { "IN_TRANSIT" };
    order["displayFulfillmentStatus"] = "FULFILLED".into();
    order["fulfillments"] = json!([{
        "__typename": "Fulfillment",
        "id": format!("gid://shopify/Fulfillment/{number}"),
        "name": format!("#{number}-F1"),
        "status": "SUCCESS",
        "displayStatus": status,
        "createdAt": at(now, -2),
        "inTransitAt": at(now, -2),
        "deliveredAt": arrived.map(|days| at(now, days)),
        "estimatedDeliveryAt": arrives.map(|days| at(now, days)),
        "trackingInfo": [{"company": "Delhivery", "number": format!("DL{number}77"),
            "url": format!("https://track.example/DL{number}77")}],
        "fulfillmentLineItems": {"nodes": items}
    }]);
    order
}

fn at(now: Timestamp, days: i64) -> String {
    let moved = now.checked_add(jiff::SignedDuration::from_hours(days * DAY_HOURS)).unwrap_or(now);
    moved.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
