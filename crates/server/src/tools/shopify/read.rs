//! The shop's answers as values. Unknown words are read as the least that
//! they can mean; a missing field that matters is nonsense, never a guess.

use super::{Returnable, ShopError};
use caly_core::privacy::{Country, canonical_number};
use caly_core::time::{At, Day, Zone};
use caly_core::tool::{LineItem, Order, OrderState};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

#[derive(Deserialize)]
struct Nodes<T> {
    nodes: Vec<T>,
}

#[derive(Deserialize)]
struct Orders {
    orders: Nodes<ShopOrder>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShopOrder {
    id: String,
    name: String,
    phone: Option<String>,
    cancelled_at: Option<String>,
    display_financial_status: Option<String>,
    display_fulfillment_status: String,
    customer: Option<Customer>,
    #[serde(default)]
    fulfillments: Vec<Fulfillment>,
    line_items: Nodes<Titled>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Customer {
    default_phone_number: Option<Phone>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Phone {
    phone_number: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fulfillment {
    delivered_at: Option<String>,
    estimated_delivery_at: Option<String>,
    #[serde(default)]
    tracking_info: Vec<Tracking>,
}

#[derive(Deserialize)]
struct Tracking {
    company: Option<String>,
    number: Option<String>,
}

#[derive(Deserialize)]
struct Titled {
    title: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReturnableData {
    returnable_fulfillments: Nodes<ReturnableFulfillment>,
    order: Option<OrderReturns>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReturnableFulfillment {
    returnable_fulfillment_line_items: Nodes<ReturnableItem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReturnableItem {
    quantity: u32,
    fulfillment_line_item: FulfilledItem,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FulfilledItem {
    id: String,
    line_item: Titled,
}

#[derive(Deserialize)]
struct OrderReturns {
    returns: Nodes<ShopReturn>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShopReturn {
    name: String,
    status: String,
    return_line_items: Nodes<ReturnItem>,
}

/// Items that were never fulfilled come without the id.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReturnItem {
    fulfillment_line_item: Option<WithId>,
}

#[derive(Deserialize)]
struct WithId {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestData {
    return_request: Requested,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Requested {
    r#return: Option<Named>,
    #[serde(default)]
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct UserError {
    message: String,
}

fn read<T: DeserializeOwned>(data: Value) -> Result<T, ShopError> {
    serde_json::from_value(data).map_err(|_| ShopError::Nonsense { status: 200 })
}

pub(super) fn order(data: Value, name: &str, zone: &Zone) -> Result<Option<Order>, ShopError> {
    let found: Orders = read(data)?;
    Ok(found.orders.nodes.into_iter().find(|o| o.name == name).map(|o| told(o, zone)))
}

fn told(o: ShopOrder, zone: &Zone) -> Order {
    let customers = o.customer.as_ref().and_then(|c| c.default_phone_number.as_ref());
    let mut phones: Vec<String> = [o.phone.as_deref(), customers.map(|p| p.phone_number.as_str())]
        .into_iter()
        .flatten()
        .filter_map(|raw| canonical_number(raw, Country::In))
        .collect();
    phones.dedup();
    let state = state(&o);
    Order {
        phones,
        state,
        tracking: o.fulfillments.iter().rev().find_map(tracking),
        delivery: delivery(&o.fulfillments, state, zone),
        items: o.line_items.nodes.into_iter().map(|i| i.title).collect(),
        id: o.id,
        name: o.name,
    }
}

fn state(o: &ShopOrder) -> OrderState {
    if o.cancelled_at.is_some() {
        return OrderState::Cancelled;
    }
    if o.display_financial_status.as_deref() == Some("REFUNDED") {
        return OrderState::Refunded;
    }
    let delivered = !o.fulfillments.is_empty() && o.fulfillments.iter().all(|f| f.delivered_at.is_some());
    match o.display_fulfillment_status.as_str() {
        "FULFILLED" if delivered => OrderState::Delivered,
        "FULFILLED" => OrderState::Shipped,
        "PARTIALLY_FULFILLED" => OrderState::PartlyShipped,
        _ => OrderState::Processing,
    }
}

fn tracking(f: &Fulfillment) -> Option<(String, String)> {
    let info = f.tracking_info.first()?;
    Some((info.company.clone().unwrap_or_default(), info.number.clone()?))
}

/// The last day on which something arrived or is expected.
fn delivery(fulfillments: &[Fulfillment], state: OrderState, zone: &Zone) -> Option<Day> {
    let when = |f: &Fulfillment| match state {
        OrderState::Delivered => f.delivered_at.clone(),
        OrderState::Shipped | OrderState::PartlyShipped => f.estimated_delivery_at.clone(),
        _ => None,
    };
    let at = fulfillments.iter().filter_map(when).filter_map(|t| t.parse::<jiff::Timestamp>().ok()).max()?;
    Some(zone.day(At(at.as_millisecond())))
}

pub(super) fn returnable(data: Value) -> Result<Returnable, ShopError> {
    let data: ReturnableData = read(data)?;
    let items = data.returnable_fulfillments.nodes.into_iter().flat_map(|f| f.returnable_fulfillment_line_items.nodes);
    let item = |i: ReturnableItem| LineItem {
        id: i.fulfillment_line_item.id,
        title: i.fulfillment_line_item.line_item.title,
        quantity: i.quantity,
    };
    let returns = data.order.map(|o| o.returns.nodes).unwrap_or_default();
    Ok(Returnable {
        items: items.filter(|i| i.quantity > 0).map(item).collect(),
        open: returns.into_iter().filter(|r| matches!(r.status.as_str(), "REQUESTED" | "OPEN")).map(open).collect(),
    })
}

fn open(r: ShopReturn) -> (String, Vec<String>) {
    let ids = r.return_line_items.nodes.into_iter().filter_map(|i| i.fulfillment_line_item);
    (r.name, ids.map(|i| i.id).collect())
}

pub(super) fn requested(data: Value) -> Result<String, ShopError> {
    let answer = read::<RequestData>(data)?.return_request;
    if !answer.user_errors.is_empty() {
        let messages: Vec<String> = answer.user_errors.into_iter().map(|e| e.message).collect();
        return Err(ShopError::Refused(messages.join(" ")));
    }
    answer.r#return.map(|r| r.name).ok_or(ShopError::Nonsense { status: 200 })
}

/// Shopify's word for a reason. The definitions that follow these words (from
/// 2026-01) need one more look-up per shop; the words stay valid until then.
pub(super) fn reason_word(reason: &str) -> &'static str {
    let said = reason.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| said.contains(w));
    if has(&["damag", "broken", "defect", "faulty", "not work"]) {
        "DEFECTIVE"
    } else if has(&["wrong", "different item"]) {
        "WRONG_ITEM"
    } else if has(&["too big", "too large", "too long", "loose"]) {
        "SIZE_TOO_LARGE"
    } else if has(&["too small", "too short", "tight"]) {
        "SIZE_TOO_SMALL"
    } else if has(&["colour", "color"]) {
        "COLOR"
    } else if has(&["description", "described", "picture", "photo"]) {
        "NOT_AS_DESCRIBED"
    } else if has(&["changed my mind", "don't want", "do not want", "no longer"]) {
        "UNWANTED"
    } else {
        "OTHER"
    }
}
