//! Everything that is said in the same words in every call, each with a key,
//! so that it can be rendered ahead (and shipped for installations that have
//! no synthesiser).

use caly_core::agent::{Agent, Catalogue, CatalogueError, Slot};

/// A text that never changes, and its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fixed {
    /// The file name of its recording, without ending.
    pub key: &'static str,
    /// The words.
    pub text: &'static str,
}

/// Every fixed text with its key, in a stable order: these, and each agent's
/// greeting, takeover, menu, replies and questions. Texts with `{value}` or
/// names in them are not fixed and not here.
///
/// # Errors
/// [`CatalogueError`] when the embedded catalogue is unsound.
pub fn fixed_prompts() -> Result<Vec<(String, String)>, CatalogueError> {
    let mut all: Vec<(String, String)> = ALL.iter().map(|f| (f.key.to_owned(), f.text.to_owned())).collect();
    for agent in Catalogue::embedded()?.agents() {
        all.push((key(agent, "greeting"), agent.greeting.clone()));
        all.push((key(agent, "takeover"), agent.takeover.clone()));
        all.push((key(agent, "menu"), menu(agent)));
        for intent in &agent.intents {
            all.extend(intent.reply.iter().map(|r| (key(agent, &format!("{}.reply", intent.name)), r.clone())));
        }
        for slot in &agent.slots {
            all.push((key(agent, &format!("{}.ask", slot.name)), slot.ask.clone()));
            all.push((key(agent, &format!("{}.again", slot.name)), slot.again.clone()));
            if !slot.options.is_empty() {
                all.push((key(agent, &format!("{}.keys", slot.name)), options(slot)));
            }
        }
    }
    Ok(all)
}

/// The key of an agent's own text.
#[must_use]
pub fn key(agent: &Agent, what: &str) -> String {
    format!("{}.{}.{what}", agent.sector, agent.slug)
}

/// An agent's keypad menu in words.
#[must_use]
pub fn menu(agent: &Agent) -> String {
    let mut lines: Vec<&str> = agent.menu.iter().map(|m| m.say.as_str()).collect();
    lines.push("For a person, press 0.");
    lines.join(" ")
}

/// A slot's options in words, with their keys.
#[must_use]
pub fn options(slot: &Slot) -> String {
    let lines = slot.options.iter().enumerate().map(|(i, o)| format!("For {o}, press {}.", i + 1));
    lines.collect::<Vec<_>>().join(" ")
}

/// Short texts for the time that a tool or a mind takes, in turn.
pub const FILLERS: [Fixed; 3] = [FILLER_MOMENT, FILLER_LOOK, FILLER_STILL];

/// What a caller hears who waits for a person: by the callers before him.
pub const QUEUE: [Fixed; 5] = [QUEUE_NEXT, QUEUE_ONE, QUEUE_TWO, QUEUE_THREE, QUEUE_MANY];

/// Key of the sound between them; it has no words.
pub const HOLD: &str = "hold.sound";

macro_rules! fixed {
    ($($name:ident = $key:literal: $text:literal;)+) => {
        $(#[doc = $text] pub const $name: Fixed = Fixed { key: $key, text: $text };)+
        /// Every text of this file.
        pub const ALL: &[Fixed] = &[$($name),+];
    };
}

fixed! {
    FILLER_MOMENT = "filler.moment": "One moment, please.";
    FILLER_LOOK = "filler.look": "Let me look that up.";
    FILLER_STILL = "filler.still": "I am still looking. Thank you for waiting.";
    NOT_UNDERSTOOD = "open.again": "Sorry, I did not get that. Please tell me in a few words what you need, or say, a person.";
    STILL_THERE = "silence.there": "Are you still there?";
    CANNOT_HEAR = "silence.bye": "I cannot hear you, so I will end the call. Please call again any time. Goodbye.";
    TAKE_YOUR_TIME = "wait": "Sure, take your time.";
    KEYS_YES_NO = "keys.yes_no": "Press 1 for yes, or 2 for no.";
    KEYS_DAY = "keys.day": "For today, press 1. For tomorrow, press 2. For the day after, press 3. For next week, press 4.";
    KEYS_PAST = "keys.past": "For today, press 1. For yesterday, press 2. For the day before, press 3. For earlier, press 4.";
    KEYS_TIME = "keys.time": "For the morning, press 1. For the afternoon, press 2. For the evening, press 3.";
    KEYS_REASON = "keys.reason": "If it is damaged or wrong, press 1. If it does not fit, press 2. If you changed your mind, press 3.";
    KEYS_HASH = "keys.hash": "Please key it in and press hash.";
    EARS_LOST = "keys.from_now": "I am sorry, I cannot hear you any more. Please use the keys of your phone.";
    YES_OR_NO = "yes_no.again": "Sorry, is that a yes or a no?";
    WRONG_KEY = "keys.again": "Sorry, that is not one of the choices.";
    HELPED = "helped.ask": "Did that help?";
    GLAD = "rating.ask": "I am glad. How was this call, from 1 to 5, where 5 is best? Please press a key.";
    OFFER_PERSON = "person.offer": "I am sorry. Shall I ask a person to call you back?";
    BYE = "bye": "Thank you for calling. Goodbye.";
    PERSON_ASKED = "person.requested": "Of course. I will ask a person to call you back.";
    PERSON_ANGER = "person.anger": "I am sorry about this. I will ask a person to call you back.";
    PERSON_FAILURES = "person.failures": "I am sorry, I am not getting it right. I will ask a person to call you back.";
    PERSON_RULE = "person.rule": "A person has to do this. I will ask one to call you back.";
    PERSON_WILL_CALL = "person.will_call": "Thank you, I have passed it on. A person will call you back. Goodbye.";
    TASK_MADE = "person.task": "I could not get an answer in time, so I have asked a person to finish it and call you back. Goodbye.";
    QUEUE_NEXT = "queue.next": "Everybody is on a call right now. You are next. Please stay on the line.";
    QUEUE_ONE = "queue.one": "Everybody is on a call right now. There is one caller before you. Please stay on the line.";
    QUEUE_TWO = "queue.two": "Everybody is on a call right now. There are two callers before you. Please stay on the line.";
    QUEUE_THREE = "queue.three": "Everybody is on a call right now. There are three callers before you. Please stay on the line.";
    QUEUE_MANY = "queue.many": "Everybody is on a call right now. There are several callers before you. Please stay on the line.";
    QUEUE_OFFER = "queue.offer": "If you would rather be called back, press 1.";
    QUEUE_CONNECTING = "queue.connecting": "Thank you. I am connecting you with a person now. Please stay on the line.";
    QUEUE_NOBODY = "queue.nobody": "I am sorry, nobody has become free yet.";
    QUEUE_CALLBACK = "queue.callback": "All right. A person will call you back on this number. Goodbye.";
    MESSAGE = "message.ask": "Please say your name and, in a few words, what it is about.";
    MESSAGE_NAME = "message.name": "Please say your name, and anything else that a person should know.";
    MESSAGE_MORE = "message.more": "Is there anything else that a person should know? Please say it, or say no.";
    ONCE_MORE = "needs.again": "Sorry. Once more, please.";
    MESSAGE_AGAIN = "message.again": "Please say your message now.";
    NOT_CONNECTED = "not_connected": "I cannot look that up from here, but I can take a message.";
    NO_ANSWER = "no_answer": "The system does not answer right now. I will take a message for a person.";
    ORDER_MISSING = "order.missing": "I cannot find that order number. Please say it once more, digit by digit, or key it in.";
    PHONE_WRONG = "phone.wrong": "That does not match. Please say or key in the last four digits of the phone number on the order.";
    STATUS_PROCESSING = "status.processing": "Your order is being prepared. It has not left yet.";
    STATUS_PARTLY = "status.partly": "A part of your order is on its way. The rest will follow.";
    STATUS_SHIPPED = "status.shipped": "Your order is on its way.";
    STATUS_DELIVERED = "status.delivered": "Your order has been delivered.";
    STATUS_CANCELLED = "status.cancelled": "Your order was cancelled.";
    STATUS_REFUNDED = "status.refunded": "The money for your order has been sent back.";
    RETURN_OPEN = "return.open": "A return is already open for this order. The shop will tell you about the pickup.";
    RETURN_NOTHING = "return.nothing": "I see nothing on this order that can still be returned.";
    RETURN_REFUSED = "return.refused": "The shop's system did not accept this return. A person will look at it.";
    NOTHING_DONE = "nothing_done": "All right, I have not changed anything. What can I do for you?";
    SLOT_TAKEN = "slot.taken": "Sorry, that time was taken just now. Let me look again.";
    NO_SLOTS = "slot.none": "I see no free time then. Which other day suits you?";
    BOOKING_MISSING = "booking.missing": "I cannot find that booking.";
    BOOKING_GONE = "booking.gone": "That booking is cancelled already.";
    BOOKING_NAME = "booking.name": "What is the name on the booking?";
    BOOKING_DAY = "booking.day": "And which day is it?";
    BOOKING_TIME = "booking.time": "And at what time?";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn keys_are_unique_and_texts_speakable() {
        let all = fixed_prompts().unwrap();
        let mut keys = HashSet::new();
        for (key, text) in &all {
            assert!(keys.insert(key.clone()), "{key} twice");
            assert!(!text.contains(['{', '#', '*', '<']), "{key}: {text}");
            assert!(key.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_'), "{key}");
        }
        assert!(all.len() > 80);
    }
}
