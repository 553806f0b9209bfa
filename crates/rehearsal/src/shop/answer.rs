//! The root fields, and the envelope around every answer.

use super::Stock;
use super::graphql::{Field, Request};
use super::returns::{request_return, returnable};
use super::select::{error, select};
use serde_json::{Map, Value, json};

/// The bucket that every answer tells of.
const BUCKET: f64 = 2_000.0;
const RESTORE: f64 = 100.0;

/// The whole answer to an operation.
pub(crate) fn answer(stock: &mut Stock, request: &Request, refuses: bool) -> Value {
    let mut data = Map::new();
    for field in &request.fields {
        match root(stock, request.mutation, field, refuses) {
            Ok(value) => data.insert(field.alias.clone().unwrap_or_else(|| field.name.clone()), value),
            // A request that does not fit the schema is refused as a whole.
            Err(error) => return json!({"errors": [error]}),
        };
    }
    json!({"data": data, "extensions": {"cost": cost(request)}})
}

/// The bucket is empty.
pub(crate) fn throttled() -> Value {
    let mut error = error("Throttled", "THROTTLED");
    error["extensions"]["documentation"] = "https://shopify.dev/api/usage/rate-limits".into();
    json!({"errors": [error], "extensions": {"cost": {"requestedQueryCost": 70, "actualQueryCost": null,
        "throttleStatus": {"maximumAvailable": BUCKET, "currentlyAvailable": 62, "restoreRate": RESTORE}}}})
}

fn root(stock: &mut Stock, mutation: bool, field: &Field, refuses: bool) -> Result<Value, Value> {
    match (mutation, field.name.as_str()) {
        (false, "orders") => orders(stock, field),
        (false, "order") => {
            let found = stock.by_id(&id(field, "id")?).cloned().unwrap_or_default();
            select(&found, &field.fields, "Order")
        }
        (false, "returnableFulfillments") => {
            let order = id(field, "orderId")?;
            let nodes = stock.by_id(&order).map(returnable).unwrap_or_default();
            let whole = Field { fields: vec![field.clone()], ..Field::default() };
            let wrapped = select(&json!({"returnableFulfillments": {"nodes": nodes}}), &whole.fields, "QueryRoot")?;
            let key = field.alias.as_deref().unwrap_or("returnableFulfillments");
            Ok(wrapped[key].clone())
        }
        (true, "returnRequest") => {
            let input = field.args.get("input").cloned().unwrap_or_default();
            select(&request_return(stock, &input, refuses)?, &field.fields, "ReturnRequestPayload")
        }
        (_, name) => {
            let of = if mutation { "Mutation" } else { "QueryRoot" };
            Err(error(&format!("Field '{name}' doesn't exist on type '{of}'"), "undefinedField"))
        }
    }
}

/// `name:#1024`, quoted or not, with or without the sign; it finds what begins
/// so, as the real search may.
fn orders(stock: &Stock, field: &Field) -> Result<Value, Value> {
    let search = field.args.get("query").and_then(Value::as_str).unwrap_or_default();
    let wanted = search.strip_prefix("name:").map(|n| n.trim_matches(['"', '\'', ' ']).trim_start_matches('#'));
    let matches = |order: &&Value| {
        let name = order["name"].as_str().unwrap_or_default().trim_start_matches('#');
        wanted.map_or(search.is_empty(), |w| !w.is_empty() && name.starts_with(w))
    };
    let nodes: Vec<Value> = stock.orders.iter().filter(matches).cloned().collect();
    let wrapped = select(&json!({"orders": {"nodes": nodes}}), std::slice::from_ref(field), "QueryRoot")?;
    Ok(wrapped[field.alias.as_deref().unwrap_or("orders")].clone())
}

fn id(field: &Field, arg: &str) -> Result<String, Value> {
    let given = field.args.get(arg).and_then(Value::as_str);
    let valid = given.filter(|id| id.starts_with("gid://shopify/"));
    valid.map(str::to_owned).ok_or_else(|| {
        error(
            &format!("Argument '{arg}' on Field '{}' has an invalid value", field.name),
            "argumentLiteralsIncompatible",
        )
    })
}

fn cost(request: &Request) -> Value {
    fn count(fields: &[Field]) -> u64 {
        fields.iter().map(|f| u64::from(!f.fields.is_empty()) + count(&f.fields)).sum()
    }
    let cost = if request.mutation { 10 } else { 1 + count(&request.fields) };
    json!({"requestedQueryCost": cost, "actualQueryCost": cost,
        "throttleStatus": {"maximumAvailable": BUCKET, "currentlyAvailable": BUCKET - 12.0, "restoreRate": RESTORE}})
}

impl Stock {
    pub(crate) fn by_id(&self, id: &str) -> Option<&Value> {
        self.orders.iter().find(|o| o["id"] == id)
    }
}
