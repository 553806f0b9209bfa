//! The shop's flows: where an order is, and the return of an item. What an
//! order holds is told only to a caller whose phone is the order's, or who
//! knows that phone's last four digits.

use super::ScriptedMind;
use super::needs::expected;
use super::open::missing;
use super::state::{Step, Wait, Want};
use crate::mind::commands::yes_no;
use crate::mind::prompts::{self, Fixed};
use crate::mind::slots;
use crate::mind::speak;
use caly_core::agent::Goal;
use caly_core::mind::{Expect, MindOut};
use caly_core::outcome::EscalationReason;
use caly_core::tool::{LineItem, Order, OrderState, ToolCall};

/// Offered items beyond this many are not remembered by anyone on a phone.
const MOST_ITEMS: usize = 5;

impl ScriptedMind {
    pub(super) fn start_order(&mut self) {
        if self.state.verified && self.state.order.is_some() {
            return self.order_verified();
        }
        // "Where is order 1024?" already says it.
        let wish = std::mem::take(&mut self.state.wish);
        match self.order_number(&wish) {
            Some(number) => self.look_for_order(&number),
            None => self.ask_order(),
        }
    }

    pub(super) fn shop_answered(&mut self, want: &Want, text: &str, words: &[String]) {
        match want {
            Want::Order => match self.order_number(text) {
                Some(number) => self.look_for_order(&number),
                None if missing(words) => self.take_message(None),
                None => self.other_wish(text, words, Self::ask_order),
            },
            Want::Last4 => self.last4_given(text),
            Want::Item => self.item_chosen(text),
            Want::Reason if text.trim().is_empty() => self.missed(Self::ask_reason),
            Want::Reason => self.reason_given(text.trim()),
            _ => match yes_no(words) {
                Some(true) => self.request_return(),
                Some(false) => self.state.ask_fixed(Step::Open, prompts::NOTHING_DONE, Expect::Anything),
                None => self.missed(Self::ask_yes_or_no),
            },
        }
    }

    fn ask_order(&mut self) {
        let expect = self.agent().slot("order_number").map_or(Expect::Anything, expected);
        self.ask_slot(Want::Order, "order_number", expect);
    }

    fn order_number(&self, text: &str) -> Option<String> {
        let slot = self.agent().slot("order_number")?;
        let (min, max) = (slot.min.unwrap_or(3), slot.max.unwrap_or(8));
        let found = slots::digits(text, min, max)?;
        (usize::from(min)..=usize::from(max)).contains(&found.len()).then_some(found)
    }

    fn look_for_order(&mut self, number: &str) {
        self.state.call(Wait::Order, ToolCall::FindOrder { name: format!("#{number}") });
    }

    pub(super) fn order_found(&mut self, order: Option<Order>) {
        let Some(order) = order else {
            return self.not_found(prompts::ORDER_MISSING, |mind| {
                let expect = mind.agent().slot("order_number").map_or(Expect::Anything, expected);
                mind.state.step = Step::Ask(Want::Order);
                mind.state.question(
                    prompts::ORDER_MISSING.text.to_owned(),
                    Some(prompts::ORDER_MISSING.key.to_owned()),
                    expect,
                );
            });
        };
        let known = self.state.caller.as_ref().is_some_and(|c| order.phones.iter().any(|p| same_phone(c, p)));
        let checkable = order.phones.iter().any(|p| last(p, 4).len() == 4);
        self.state.order = Some(order);
        self.state.verified = known;
        if known {
            self.order_verified();
        } else if checkable {
            self.ask_slot(Want::Last4, "phone_last4", Expect::Digits { min: 4, max: 4 });
        } else {
            // Nothing to check the caller against: a person decides.
            self.escalate(EscalationReason::Rule);
        }
    }

    fn last4_given(&mut self, text: &str) {
        // Callers who give the whole number mean its last four.
        let said = slots::digits(text, 4, 4).map(|d| last(&d, 4)).filter(|d| d.len() == 4);
        let Some(said) = said else {
            return self.missed(|mind| mind.ask_slot(Want::Last4, "phone_last4", Expect::Digits { min: 4, max: 4 }));
        };
        let phones = self.state.order.as_ref().map_or(&[][..], |o| &o.phones);
        if phones.iter().any(|p| last(p, 4) == said) {
            self.state.verified = true;
            self.state.misses = 0;
            return self.order_verified();
        }
        self.not_found(prompts::PHONE_WRONG, |mind| mind.state.expect_again());
    }

    fn order_verified(&mut self) {
        let Some(order) = self.state.order.clone() else { return self.ask_order() };
        if self.goal() == Some(Goal::RequestReturn) {
            return self.state.call(Wait::Items, ToolCall::FindReturnable { order_id: order.id });
        }
        self.tell_status(&order);
    }

    fn tell_status(&mut self, order: &Order) {
        let state = status(order.state);
        if !self.state.mouth {
            self.state.resolve(state.text.to_owned(), Some(state.key.to_owned()));
            return self.ask_helped();
        }
        let mut text = state.text.replacen("Your order", &format!("Order {}", speak::spelled(&order.name)), 1);
        text = text.replacen("your order", &format!("order {}", speak::spelled(&order.name)), 1);
        let today = self.script.zone.day(self.state.now);
        if let Some(day) = &order.delivery {
            let day = speak::day(day, &today);
            match order.state {
                OrderState::Delivered => text.push_str(&format!(" It came {}.", on(&day))),
                OrderState::Processing | OrderState::PartlyShipped | OrderState::Shipped => {
                    text.push_str(&format!(" It should reach you {}.", on(&day)));
                }
                OrderState::Cancelled | OrderState::Refunded => {}
            }
        }
        if let Some((carrier, number)) = &order.tracking {
            text.push_str(&format!(" The courier is {carrier}."));
            if self.state.intent.as_deref() == Some("tracking_number") {
                text.push_str(&format!(" The tracking number is {}.", speak::spelled(number)));
            }
        }
        self.state.resolve(text, None);
        self.ask_helped();
    }

    pub(super) fn items_found(&mut self, items: Vec<LineItem>, open_return: bool) {
        if open_return || items.is_empty() {
            let fixed = if open_return { prompts::RETURN_OPEN } else { prompts::RETURN_NOTHING };
            self.state.resolve(fixed.text.to_owned(), Some(fixed.key.to_owned()));
            return self.ask_helped();
        }
        if !self.state.mouth {
            // Titles cannot be said, and nothing is returned unheard.
            return self.escalate(EscalationReason::Rule);
        }
        self.state.items = items;
        self.state.items.truncate(MOST_ITEMS);
        if let [only] = self.state.items.as_slice() {
            self.state.item = Some(only.clone());
            return self.ask_reason();
        }
        self.ask_item();
    }

    fn ask_item(&mut self) {
        let lines: Vec<String> =
            self.state.items.iter().enumerate().map(|(i, item)| format!("{}, {}.", i + 1, item.title)).collect();
        let question = self.agent().slot("item").map_or("", |s| if self.state.misses > 0 { &s.again } else { &s.ask });
        let text = format!("{question} {}", lines.join(" "));
        let most = u8::try_from(self.state.items.len()).unwrap_or(9);
        self.state.ask(Step::Ask(Want::Item), text, None, Expect::Choice(most));
    }

    fn item_chosen(&mut self, text: &str) {
        let titles: Vec<&str> = self.state.items.iter().map(|i| i.title.as_str()).collect();
        match slots::pick(text, &titles) {
            Some(at) => {
                self.state.item = self.state.items.get(at).cloned();
                self.state.misses = 0;
                self.ask_reason();
            }
            None => self.missed(Self::ask_item),
        }
    }

    pub(super) fn ask_reason(&mut self) {
        if self.state.reason.is_some() {
            return self.confirm_return();
        }
        if self.state.ears {
            self.ask_slot(Want::Reason, "reason", Expect::Message);
        } else {
            self.state.ask_fixed(Step::Ask(Want::Reason), prompts::KEYS_REASON, Expect::Choice(3));
        }
    }

    pub(super) fn reason_given(&mut self, reason: &str) {
        self.state.misses = 0;
        self.state.reason = Some(reason.to_owned());
        self.confirm_return();
    }

    fn confirm_return(&mut self) {
        let (Some(order), Some(item)) = (&self.state.order, &self.state.item) else { return self.ask_order() };
        let text = format!(
            "So, you want to return the {} from order {}. Shall I ask the shop for it?",
            item.title,
            speak::spelled(&order.name)
        );
        self.state.ask(Step::Ask(Want::ReturnRight), text, None, Expect::YesNo);
    }

    fn request_return(&mut self) {
        let (Some(order), Some(item)) = (self.state.order.clone(), self.state.item.clone()) else {
            return self.ask_order();
        };
        self.state.out.push_back(MindOut::Confirmed);
        let call = ToolCall::RequestReturn {
            order_id: order.id,
            order_name: order.name,
            line_item_id: item.id,
            title: item.title,
            reason: self.state.reason.clone().unwrap_or_default(),
        };
        self.state.call(Wait::Return, call);
    }

    pub(super) fn return_requested(&mut self, name: &str, existed: bool) {
        if existed {
            self.state.resolve(prompts::RETURN_OPEN.text.to_owned(), Some(prompts::RETURN_OPEN.key.to_owned()));
        } else {
            let text = format!(
                "Done. Your return is requested. Its number is {}. The shop will tell you about the pickup.",
                speak::spelled(name)
            );
            self.state.resolve(text, None);
        }
        self.ask_helped();
    }
}

fn status(state: OrderState) -> Fixed {
    match state {
        OrderState::Processing => prompts::STATUS_PROCESSING,
        OrderState::PartlyShipped => prompts::STATUS_PARTLY,
        OrderState::Shipped => prompts::STATUS_SHIPPED,
        OrderState::Delivered => prompts::STATUS_DELIVERED,
        OrderState::Cancelled => prompts::STATUS_CANCELLED,
        OrderState::Refunded => prompts::STATUS_REFUNDED,
    }
}

fn on(day: &str) -> String {
    if matches!(day, "today" | "tomorrow") { day.to_owned() } else { format!("on {day}") }
}

/// The last `n` digits.
fn last(phone: &str, n: usize) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(n)..].to_owned()
}

/// Equal in all digits, or in the ten of an Indian number written without
/// its country code.
pub(super) fn same_phone(a: &str, b: &str) -> bool {
    let (a, b) = (last(a, 10), last(b, 10));
    a.len() == 10 && a == b
}
