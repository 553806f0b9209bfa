//! Returns: what can be sent back, and asking for it.

use super::Stock;
use super::select::error;
use serde_json::{Value, json};

const REASONS: [&str; 10] = [
    "COLOR",
    "DEFECTIVE",
    "NOT_AS_DESCRIBED",
    "OTHER",
    "SIZE_TOO_LARGE",
    "SIZE_TOO_SMALL",
    "STYLE",
    "UNKNOWN",
    "UNWANTED",
    "WRONG_ITEM",
];
const MOST_NOTE: usize = 300;

/// Delivered fulfilments with what is left to return of them.
pub(crate) fn returnable(order: &Value) -> Vec<Value> {
    let delivered = |f: &&Value| !f["deliveredAt"].is_null();
    let whole = |f: &Value| {
        let items = nodes(&f["fulfillmentLineItems"]);
        let left: Vec<Value> = items
            .iter()
            .filter(|item| left_of(order, item) > 0)
            .map(|item| {
                json!({"__typename": "ReturnableFulfillmentLineItem", "quantity": left_of(order, item),
                    "fulfillmentLineItem": item})
            })
            .collect();
        let id = f["id"].as_str().unwrap_or_default().replace("Fulfillment", "ReturnableFulfillment");
        json!({"__typename": "ReturnableFulfillment", "id": id, "fulfillment": f,
            "returnableFulfillmentLineItems": {"nodes": left}})
    };
    let fulfillments = order["fulfillments"].as_array().map(Vec::as_slice).unwrap_or_default();
    let some = |f: &Value| !nodes(&f["returnableFulfillmentLineItems"]).is_empty();
    fulfillments.iter().filter(delivered).map(whole).filter(some).collect()
}

/// `returnRequest`: the payload, or the error of a request that does not fit
/// the schema.
pub(crate) fn request_return(stock: &mut Stock, input: &Value, refuses: bool) -> Result<Value, Value> {
    let lines = checked(input)?;
    if refuses {
        return Ok(refused("INVALID_STATE", &["input", "orderId"], "Order is not eligible for returns."));
    }
    let (now, number) = (stock.now, stock.next_return);
    let Some(order) = stock.orders.iter_mut().find(|o| o["id"] == input["orderId"]) else {
        return Ok(refused("NOT_FOUND", &["input", "orderId"], "Order does not exist."));
    };
    let open = returnable(order);
    let mut asked = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let items = open.iter().flat_map(|f| nodes(&f["returnableFulfillmentLineItems"]));
        let found = items.into_iter().find(|item| item["fulfillmentLineItem"]["id"] == line["fulfillmentLineItemId"]);
        let wanted = line["quantity"].as_u64().unwrap_or(0);
        let at = format!("{i}");
        match found {
            None => {
                let field = ["input", "returnLineItems", &at, "fulfillmentLineItemId"];
                return Ok(refused("NOT_FOUND", &field, "Fulfillment line item cannot be returned."));
            }
            Some(item) if item["quantity"].as_u64().unwrap_or(0) < wanted || wanted == 0 => {
                let field = ["input", "returnLineItems", &at, "quantity"];
                return Ok(refused("INVALID", &field, "Quantity is more than can be returned."));
            }
            Some(item) => asked.push(json!({
                "__typename": "ReturnLineItem",
                "id": format!("gid://shopify/ReturnLineItem/{number}{i}"),
                "quantity": wanted,
                "returnReason": line["returnReason"],
                "returnReasonNote": "",
                "customerNote": line["customerNote"],
                "fulfillmentLineItem": item["fulfillmentLineItem"],
            })),
        }
    }
    let made = made(order, number, &asked, now);
    stock.next_return += 1;
    Ok(json!({"return": made, "userErrors": []}))
}

fn made(order: &mut Value, number: u64, lines: &[Value], now: jiff::Timestamp) -> Value {
    let count = nodes(&order["returns"]).len() + 1;
    let made = json!({
        "__typename": "Return",
        "id": format!("gid://shopify/Return/{number}"),
        "name": format!("{}-R{count}", order["name"].as_str().unwrap_or_default()),
        "status": "REQUESTED",
        "createdAt": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "totalQuantity": lines.iter().filter_map(|l| l["quantity"].as_u64()).sum::<u64>(),
        "order": {"__typename": "Order", "id": order["id"], "name": order["name"]},
        "returnLineItems": {"nodes": lines},
    });
    order["returnStatus"] = "RETURN_REQUESTED".into();
    if let Some(returns) = order["returns"]["nodes"].as_array_mut() {
        returns.push(made.clone());
    }
    made
}

/// Types and enums, which the real API judges before anything is done.
fn checked(input: &Value) -> Result<&Vec<Value>, Value> {
    let invalid = |why: &str| {
        let message = format!("Variable $input of type ReturnRequestInput! was provided invalid value for {why}");
        error(&message, "INVALID_VARIABLE")
    };
    if !input["orderId"].is_string() {
        return Err(invalid("orderId (Expected value to not be null)"));
    }
    let lines = input["returnLineItems"].as_array().ok_or_else(|| invalid("returnLineItems"))?;
    for line in lines {
        if !line["fulfillmentLineItemId"].is_string() || !line["quantity"].is_u64() {
            return Err(invalid("returnLineItems.fulfillmentLineItemId or quantity"));
        }
        let reason = line["returnReason"].as_str().unwrap_or_default();
        if !REASONS.contains(&reason) {
            return Err(invalid(&format!("returnLineItems.returnReason ({reason:?} is not one of its words)")));
        }
        if line["customerNote"].as_str().is_some_and(|n| n.chars().count() > MOST_NOTE) {
            return Err(invalid("returnLineItems.customerNote (too long)"));
        }
    }
    Ok(lines)
}

fn refused(code: &str, field: &[&str], message: &str) -> Value {
    json!({"return": null, "userErrors": [{"code": code, "field": field, "message": message}]})
}

/// Of a fulfilled item, what no open return holds.
fn left_of(order: &Value, item: &Value) -> u64 {
    let open = |r: &&Value| !matches!(r["status"].as_str(), Some("CANCELED" | "DECLINED"));
    let held: u64 = nodes(&order["returns"])
        .iter()
        .filter(open)
        .flat_map(|r| nodes(&r["returnLineItems"]))
        .filter(|l| l["fulfillmentLineItem"]["id"] == item["id"])
        .filter_map(|l| l["quantity"].as_u64())
        .sum();
    item["quantity"].as_u64().unwrap_or(0).saturating_sub(held)
}

fn nodes(connection: &Value) -> &[Value] {
    connection["nodes"].as_array().map(Vec::as_slice).unwrap_or_default()
}
