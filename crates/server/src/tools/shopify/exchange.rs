//! One request and what its answer means: data, a refusal, or nothing known.

use super::{Operation, Shop, ShopError, VERSION};
use crate::outbound::Answer;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// A read that is throttled is repeated so often.
const READ_TRIES: u32 = 3;
/// A caller waits on the line: longer pauses are not worth it, ms.
const LONGEST_PAUSE_MS: u64 = 2_000;

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    data: Option<Value>,
    #[serde(default)]
    errors: Vec<GraphError>,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Deserialize)]
struct GraphError {
    #[serde(default)]
    extensions: ErrorExtensions,
}

#[derive(Deserialize, Default)]
struct ErrorExtensions {
    code: Option<String>,
}

#[derive(Deserialize, Default)]
struct Extensions {
    #[serde(default)]
    cost: Option<Cost>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cost {
    requested_query_cost: f64,
    throttle_status: Throttle,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Throttle {
    currently_available: f64,
    restore_rate: f64,
}

impl Shop {
    /// A read: repeated a few times while the shop asks for patience.
    pub(super) async fn ask(&self, op: Operation, variables: Value) -> Result<Value, ShopError> {
        let mut tries = 1;
        loop {
            match self.tell(op, variables.clone()).await {
                Err(ShopError::Throttled { after_ms }) if tries < READ_TRIES => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(after_ms.min(LONGEST_PAUSE_MS))).await;
                }
                other => return other,
            }
        }
    }

    /// Sends once.
    pub(super) async fn tell(&self, op: Operation, variables: Value) -> Result<Value, ShopError> {
        let path = format!("/admin/api/{VERSION}/graphql.json");
        let headers = [("x-shopify-access-token", self.token.expose_secret())];
        let body = json!({ "operationName": op.name, "query": op.text, "variables": variables });
        meaning(&self.outbound.post_json(&path, &headers, &body).await?)
    }
}

fn meaning(answer: &Answer) -> Result<Value, ShopError> {
    let nonsense = || ShopError::Nonsense { status: answer.status };
    match answer.status {
        200 => {}
        401..=403 => return Err(ShopError::Token),
        429 => return Err(ShopError::Throttled { after_ms: 1_000 }),
        _ => return Err(nonsense()),
    }
    let body: Body = serde_json::from_slice(&answer.body).map_err(|_| nonsense())?;
    let codes: Vec<&str> = body.errors.iter().filter_map(|e| e.extensions.code.as_deref()).collect();
    if codes.contains(&"THROTTLED") {
        return Err(ShopError::Throttled { after_ms: pause_ms(body.extensions.cost.as_ref()) });
    }
    if codes.contains(&"ACCESS_DENIED") {
        return Err(ShopError::Token);
    }
    if !body.errors.is_empty() {
        return Err(nonsense());
    }
    body.data.ok_or_else(nonsense)
}

/// Until the bucket holds enough for the query; a second where it is not said.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0-60,000")]
fn pause_ms(cost: Option<&Cost>) -> u64 {
    let Some(cost) = cost.filter(|c| c.throttle_status.restore_rate > 0.0) else {
        return 1_000;
    };
    let missing = cost.requested_query_cost - cost.throttle_status.currently_available;
    (1_000.0 * missing / cost.throttle_status.restore_rate).clamp(0.0, 60_000.0) as u64
}
