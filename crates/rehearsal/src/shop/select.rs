//! A selection applied to literal data.

use super::graphql::Field;
use serde_json::{Map, Value, json};

/// Only what was asked for. The errors are like the real API's: an unknown
/// field, a connection without `first` or `last`, an object without a
/// selection.
pub(crate) fn select(data: &Value, fields: &[Field], of: &str) -> Result<Value, Value> {
    match data {
        Value::Array(list) => list.iter().map(|one| select(one, fields, of)).collect(),
        Value::Object(object) => {
            if fields.is_empty() {
                return Err(error(&format!("Field must have selections (field '{of}')"), "selectionMismatch"));
            }
            let mut out = Map::new();
            for field in fields {
                if field.on.as_deref().is_some_and(|on| object.get("__typename").is_none_or(|t| t != on)) {
                    continue;
                }
                out.insert(field.alias.clone().unwrap_or_else(|| field.name.clone()), one(object, field, of)?);
            }
            Ok(out.into())
        }
        // A null object may have a selection, a scalar may not.
        Value::Null => Ok(Value::Null),
        scalar if fields.is_empty() => Ok(scalar.clone()),
        _ => Err(error(&format!("Selections can't be made on scalars (field '{of}')"), "selectionMismatch")),
    }
}

fn one(object: &Map<String, Value>, field: &Field, of: &str) -> Result<Value, Value> {
    let value = match object.get(&field.name) {
        Some(value) => value.clone(),
        None => edges(object, &field.name)
            .ok_or_else(|| error(&format!("Field '{}' doesn't exist on type '{of}'", field.name), "undefinedField"))?,
    };
    select(&page(value, field)?, &field.fields, &field.name)
}

/// A connection is kept as its nodes; edges are the same in wrapping.
fn edges(object: &Map<String, Value>, name: &str) -> Option<Value> {
    let nodes = object.get("nodes")?.as_array()?;
    match name {
        "edges" => Some(nodes.iter().enumerate().map(|(i, n)| json!({"cursor": i.to_string(), "node": n})).collect()),
        "pageInfo" => {
            Some(json!({"hasNextPage": false, "hasPreviousPage": false, "startCursor": null, "endCursor": null}))
        }
        _ => None,
    }
}

/// The first or last so many of a connection or a list.
fn page(mut value: Value, field: &Field) -> Result<Value, Value> {
    let number = |name: &str| field.args.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let (first, last) = (number("first"), number("last"));
    if let Some(Value::Array(nodes)) = value.get_mut("nodes") {
        if first.is_none() && last.is_none() {
            let message = format!("you must provide one of first or last (field '{}')", field.name);
            return Err(error(&message, "BAD_REQUEST"));
        }
        cut(nodes, first, last);
    } else if let Value::Array(list) = &mut value {
        cut(list, first, last);
    }
    Ok(value)
}

fn cut(list: &mut Vec<Value>, first: Option<usize>, last: Option<usize>) {
    if let Some(first) = first {
        list.truncate(first);
    }
    if let Some(last) = last {
        list.drain(..list.len().saturating_sub(last));
    }
}

/// One entry of `errors`.
pub(crate) fn error(message: &str, code: &str) -> Value {
    json!({"message": message, "extensions": {"code": code}})
}
