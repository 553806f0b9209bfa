//! A client's shop over Shopify's Admin GraphQL, with the client's own
//! credentials. Reads may be repeated; a write is sent once.
//!
//! Fields and arguments are those of the documented version below. Status:
//! spoken to a fake shop only, never yet to a live one.

mod exchange;
mod read;
#[cfg(test)]
mod tests;

use crate::outbound::{Allow, Outbound, OutboundError};
use caly_core::time::Zone;
use caly_core::tool::{LineItem, Order};
use secrecy::SecretString;
use serde_json::json;

/// The one place that names the version; supported for a year from its date.
pub const VERSION: &str = "2026-07";

/// Longest note that Shopify takes with a return, in characters.
const MOST_NOTE: usize = 300;

/// A shop that can be spoken to.
#[derive(Debug, Clone)]
pub struct Shop {
    outbound: Outbound,
    token: SecretString,
}

/// Why a shop did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// The token is missing, wrong or lacks a scope.
    #[error("the shop refused the access token; store a new one in the sector settings")]
    Token,
    /// The shop understood and said no.
    #[error("the shop refused: {0}")]
    Refused(String),
    /// The shop wants fewer requests; nothing was done.
    #[error("the shop asks for fewer requests; nothing was done")]
    Throttled {
        /// After so many ms it would answer.
        after_ms: u64,
    },
    /// No answer that can be trusted: of a write nobody knows whether it was done.
    #[error("the shop answered with status {status}, which says nothing about the request")]
    Nonsense {
        /// HTTP status.
        status: u16,
    },
    /// The address cannot be called or did not answer.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
}

/// A return to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReturn<'a> {
    /// The shop's order id.
    pub order_id: &'a str,
    /// The fulfilment line item.
    pub line_item_id: &'a str,
    /// The caller's words.
    pub reason: &'a str,
}

/// What an order's returns look like now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Returnable {
    /// What can be returned.
    pub items: Vec<LineItem>,
    /// Returns that were asked for or are under way: name, and its line items.
    pub open: Vec<(String, Vec<String>)>,
}

impl Returnable {
    /// The name of an open return that holds a line item.
    #[must_use]
    pub fn open_return_of(&self, line_item_id: &str) -> Option<&str> {
        let holds = |of: &&(String, Vec<String>)| of.1.iter().any(|id| id == line_item_id);
        self.open.iter().find(holds).map(|(name, _)| name.as_str())
    }
}

impl Shop {
    /// Checks and pins the shop's address.
    ///
    /// # Errors
    /// [`ShopError::Outbound`] for an address that may not or cannot be called.
    pub async fn at(address: &str, token: SecretString, allow: &Allow) -> Result<Self, ShopError> {
        Ok(Self { outbound: Outbound::to(address, allow).await?, token })
    }

    /// The shop's own name: a read that needs nothing but a valid token.
    ///
    /// # Errors
    /// [`ShopError`].
    pub async fn name(&self) -> Result<String, ShopError> {
        let data = self.ask(SHOP, json!({})).await?;
        data["shop"]["name"].as_str().map(ToOwned::to_owned).ok_or(ShopError::Nonsense { status: 200 })
    }

    /// The order of exactly this name ("#1024"); days are the client's.
    ///
    /// # Errors
    /// [`ShopError`].
    pub async fn order(&self, name: &str, zone: &Zone) -> Result<Option<Order>, ShopError> {
        // The search matches beginnings and parts, so the name is compared.
        let search = format!("name:\"{}\"", name.replace(['"', '\\'], ""));
        let data = self.ask(ORDER, json!({ "search": search })).await?;
        read::order(data, name, zone)
    }

    /// What can be returned of an order, and what was asked for already.
    ///
    /// # Errors
    /// [`ShopError`].
    pub async fn returnable(&self, order_id: &str) -> Result<Returnable, ShopError> {
        read::returnable(self.ask(RETURNABLE, json!({ "order": order_id })).await?)
    }

    /// Asks for a return of one item; the answer is its name in the shop. Sent
    /// once: after an error other than [`ShopError::Refused`],
    /// [`ShopError::Throttled`] and [`ShopError::Token`] it may have been done.
    ///
    /// # Errors
    /// [`ShopError`].
    pub async fn request_return(&self, new: &NewReturn<'_>) -> Result<String, ShopError> {
        let note: String = new.reason.chars().take(MOST_NOTE).collect();
        let item = json!({
            "fulfillmentLineItemId": new.line_item_id,
            "quantity": 1,
            "returnReason": read::reason_word(new.reason),
            "customerNote": note,
        });
        let input = json!({ "input": { "orderId": new.order_id, "returnLineItems": [item] } });
        read::requested(self.tell(REQUEST, input).await?)
    }
}

/// A GraphQL operation by its name.
#[derive(Clone, Copy)]
struct Operation {
    name: &'static str,
    text: &'static str,
}

const SHOP: Operation = Operation { name: "ShopName", text: "query ShopName { shop { name } }" };

const ORDER: Operation = Operation {
    name: "OrderByName",
    text: "query OrderByName($search: String!) {
  orders(first: 5, query: $search) { nodes {
    id name phone cancelledAt displayFinancialStatus displayFulfillmentStatus
    customer { defaultPhoneNumber { phoneNumber } }
    fulfillments(first: 10) { deliveredAt estimatedDeliveryAt trackingInfo(first: 1) { company number } }
    lineItems(first: 10) { nodes { title } }
  } }
}",
};

const RETURNABLE: Operation = Operation {
    name: "Returnable",
    text: "query Returnable($order: ID!) {
  returnableFulfillments(orderId: $order, first: 10) { nodes {
    returnableFulfillmentLineItems(first: 20) { nodes {
      quantity fulfillmentLineItem { id lineItem { title } }
    } }
  } }
  order(id: $order) { returns(first: 20) { nodes {
    name status
    returnLineItems(first: 20) { nodes { ... on ReturnLineItem { fulfillmentLineItem { id } } } }
  } } }
}",
};

const REQUEST: Operation = Operation {
    name: "RequestReturn",
    text: "mutation RequestReturn($input: ReturnRequestInput!) {
  returnRequest(input: $input) { return { name } userErrors { message } }
}",
};
