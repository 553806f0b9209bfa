//! The shop's orders and returns.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const OWN: &str = "+919812345678";
const OTHER: &str = "+919811112222";

#[derive(Default)]
pub(super) struct Orders {
    all: Vec<Order>,
}

struct Order {
    number: u32,
    phone: &'static str,
    status: &'static str,
    cancelled: Option<Timestamp>,
    delivered: Option<Timestamp>,
    expected: Option<Timestamp>,
    items: Vec<&'static str>,
    /// A return's name and the index of its item.
    returns: Vec<(String, usize)>,
}

impl Orders {
    /// #1024 shipped, #1025 in the works, #1026 delivered and returnable, #1027
    /// cancelled, #1028 shipped to another phone.
    pub(super) fn seeded(now: Timestamp) -> Self {
        let day = |n: i64| now.saturating_add(SignedDuration::from_hours(24 * n)).ok();
        let order = |number, phone, status, items: &[&'static str]| Order {
            number,
            phone,
            status,
            cancelled: None,
            delivered: None,
            expected: None,
            items: items.to_vec(),
            returns: Vec::new(),
        };
        let all = vec![
            Order { expected: day(2), ..order(1024, OWN, "FULFILLED", &["Blue kurta"]) },
            order(1025, OWN, "UNFULFILLED", &["Table lamp"]),
            Order { delivered: day(-3), ..order(1026, OWN, "FULFILLED", &["Running shoes", "Steel bottle"]) },
            Order { cancelled: day(-1), ..order(1027, OWN, "UNFULFILLED", &["Wall clock"]) },
            Order { expected: day(1), ..order(1028, OTHER, "FULFILLED", &["Phone cover"]) },
        ];
        Self { all }
    }

    /// Orders whose name begins with the searched one, as the real search does.
    pub(super) fn search(&self, search: &str) -> Vec<Value> {
        let wanted: String = search.chars().filter(char::is_ascii_digit).collect();
        let fits = |o: &&Order| !wanted.is_empty() && o.number.to_string().starts_with(&wanted);
        self.all.iter().filter(fits).map(Order::told).collect()
    }

    pub(super) fn returnable(&self, id: &str) -> Value {
        let Some(order) = self.all.iter().find(|o| o.id() == id) else {
            return json!({ "returnableFulfillments": { "nodes": [] }, "order": null });
        };
        let free = |i: &usize| order.delivered.is_some() && !order.returns.iter().any(|r| r.1 == *i);
        let item = |i: usize| {
            json!({ "quantity": 1, "fulfillmentLineItem": {
                "id": order.item_id(i), "lineItem": { "title": order.items[i] } } })
        };
        let items: Vec<Value> = (0..order.items.len()).filter(free).map(item).collect();
        let returned = |r: &(String, usize)| {
            json!({ "name": r.0, "status": "REQUESTED",
                "returnLineItems": { "nodes": [{ "fulfillmentLineItem": { "id": order.item_id(r.1) } }] } })
        };
        let returns: Vec<Value> = order.returns.iter().map(returned).collect();
        let fulfillments = if items.is_empty() {
            json!([])
        } else {
            json!([{ "returnableFulfillmentLineItems": { "nodes": items } }])
        };
        json!({ "returnableFulfillments": { "nodes": fulfillments }, "order": { "returns": { "nodes": returns } } })
    }

    pub(super) fn request_return(&mut self, input: &Value, refusal: Option<&str>) -> Value {
        let refused = |why: &str| json!({ "return": null, "userErrors": [{ "field": ["input"], "message": why }] });
        if let Some(why) = refusal {
            return refused(why);
        }
        let id = input["orderId"].as_str().unwrap_or_default();
        let Some(order) = self.all.iter_mut().find(|o| o.id() == id) else {
            return refused("Order does not exist");
        };
        let item = input["returnLineItems"][0]["fulfillmentLineItemId"].as_str().unwrap_or_default();
        let index = (0..order.items.len()).find(|i| order.item_id(*i) == item);
        let free = index.filter(|i| order.delivered.is_some() && !order.returns.iter().any(|r| r.1 == *i));
        let Some(index) = free else {
            return refused("Return line item is not returnable");
        };
        let name = format!("#{}-R{}", order.number, order.returns.len() + 1);
        order.returns.push((name.clone(), index));
        json!({ "return": { "name": name, "status": "REQUESTED" }, "userErrors": [] })
    }

    pub(super) fn returns(&self) -> Vec<(String, String)> {
        let of = |o: &Order| {
            let name = format!("#{}", o.number);
            o.returns.iter().map(move |r| (name.clone(), r.0.clone())).collect::<Vec<_>>()
        };
        self.all.iter().flat_map(of).collect()
    }
}

impl Order {
    fn id(&self) -> String {
        format!("gid://shopify/Order/{}", self.number)
    }

    fn item_id(&self, index: usize) -> String {
        format!("gid://shopify/FulfillmentLineItem/{}{index}", self.number)
    }

    fn told(&self) -> Value {
        let tracking = json!([{ "company": "Blue Dart", "number": format!("BD{}77", self.number) }]);
        let fulfillments = if self.status == "FULFILLED" {
            json!([{ "deliveredAt": time(self.delivered), "estimatedDeliveryAt": time(self.expected), "trackingInfo": tracking }])
        } else {
            json!([])
        };
        let items: Vec<Value> = self.items.iter().map(|t| json!({ "title": t })).collect();
        json!({
            "id": self.id(),
            "name": format!("#{}", self.number),
            "phone": self.phone,
            "cancelledAt": time(self.cancelled),
            "displayFinancialStatus": "PAID",
            "displayFulfillmentStatus": self.status,
            "customer": { "defaultPhoneNumber": { "phoneNumber": self.phone } },
            "fulfillments": fulfillments,
            "lineItems": { "nodes": items },
        })
    }
}

fn time(at: Option<Timestamp>) -> Option<String> {
    at.map(|t| t.to_string())
}
