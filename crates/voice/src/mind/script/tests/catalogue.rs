//! Every agent of the catalogue in whole conversations: each intent reaches
//! its goal, by words and by keys, with its slots asked in order, said back,
//! mended on "no" and passed on.

use super::talk::{OWN, Talk};
use crate::mind::prompts::fixed_prompts;
use crate::mind::speak::spelled;
use caly_core::agent::{Agent, Catalogue, Goal, Intent, Slot, SlotKind};
use caly_core::mind::{Expect, MindOut};
use caly_core::outcome::EscalationReason as Why;

fn agents() -> &'static [Agent] {
    Catalogue::embedded().unwrap().agents()
}

fn entry(agent: &Agent) -> &'static Agent {
    Catalogue::embedded().unwrap().entry_agent(agent.sector).unwrap()
}

fn by_data(goal: Goal) -> bool {
    matches!(goal, Goal::Answer | Goal::Message | Goal::Person)
}

/// A call at the sector's front desk in which this intent was understood.
fn wished(agent: &Agent, intent: &Intent, said: &str) -> Talk {
    let mut t = Talk::at(agent.sector, entry(agent).id, OWN, true, true);
    t.say(said);
    assert_eq!(t.mind.agent_id(), agent.id, "{said:?} leads elsewhere: {}", t.heard());
    if let Some(reply) = &intent.reply {
        t.hears(reply);
    }
    if agent.id != entry(agent).id {
        t.wants(&MindOut::Switch(agent.id));
    }
    t
}

/// A plausible answer and what the task says of it; the second is another one.
fn answers(slot: &Slot) -> [(String, String); 2] {
    let two = |a: &str, b: &str, c: &str, d: &str| [(a.to_owned(), b.to_owned()), (c.to_owned(), d.to_owned())];
    match slot.kind {
        SlotKind::Digits => ["4719026385", "8352046719"].map(|digits| {
            let n = usize::from(slot.min.unwrap()).max(usize::from(slot.max.unwrap().min(10)));
            (spelled(&digits[..n]), digits[..n].to_owned())
        }),
        SlotKind::Date if slot.past => two("yesterday", "2026-11-22", "last friday", "2026-11-20"),
        SlotKind::Date => two("tomorrow", "2026-11-24", "on friday", "2026-11-27"),
        SlotKind::Time => two("half past ten", "10:30 in the morning", "at four pm", "4 in the afternoon"),
        SlotKind::Name => two("my name is Asha Rao", "Asha Rao", "the name is Ravi Kumar", "Ravi Kumar"),
        SlotKind::Choice if !slot.options.is_empty() => {
            [0, 1].map(|i| (format!("the {} please", slot.options[i]), slot.options[i].clone()))
        }
        SlotKind::YesNo => two("yes", "yes", "no", "no"),
        SlotKind::Choice | SlotKind::Text => two("the blue thing", "the blue thing", "the red thing", "the red thing"),
    }
}

fn in_the_end(kind: SlotKind) -> bool {
    matches!(kind, SlotKind::Date | SlotKind::Time | SlotKind::Name | SlotKind::Choice)
}

/// Answers every slot in order; what the task must hold in the end.
fn collect(t: &mut Talk, slots: &[&Slot], at: &str) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for slot in slots {
        assert!(t.heard().contains(&slot.ask), "{at}: {} is not asked in {:?}", slot.name, t.heard());
        let [(first, _), (second, value)] = answers(slot);
        if slot.kind == SlotKind::Digits {
            t.say(&first).hears("Is that right?").expects(Expect::YesNo);
            t.say("no").hears(&slot.ask).say(&second);
            assert!(t.heard().contains(&spelled(&value)), "{at}: {}: {:?}", slot.name, t.heard());
            t.say("yes");
        } else {
            t.say(&second);
        }
        told.push(value);
    }
    if let Some(n) = slots.iter().position(|s| in_the_end(s.kind)) {
        t.hears("So, ").hears("Is that right?").expects(Expect::YesNo);
        let [(first, value), _] = answers(slots[n]);
        t.say(&format!("no {first}")).hears("Is that right?");
        told[n] = value;
        t.say("yes");
    }
    told
}

#[test]
fn every_intent_that_is_data_alone_reaches_its_goal() {
    for agent in agents() {
        for intent in agent.intents.iter().filter(|i| by_data(i.goal)) {
            let at = format!("{}/{}/{}", agent.sector, agent.slug, intent.name);
            let mut t = wished(agent, intent, &intent.utterances[0]);
            if intent.goal == Goal::Answer {
                answered(&mut t, intent, &at);
                continue;
            }
            let slots: Vec<&Slot> = intent.needs.iter().map(|n| agent.slot(n).unwrap()).collect();
            let told = collect(&mut t, &slots, &at);
            if intent.goal == Goal::Person {
                t.wants(&MindOut::Escalate(Why::Rule));
            }
            t.expects(Expect::Message).say("this is Meena and please hurry");
            assert!(t.ended(), "{at}");
            let (name, text) = t.message().unwrap_or_else(|| panic!("{at}: no message"));
            let opening = format!("{}: {}", agent.name, intent.name.replace('_', " "));
            assert!(text.starts_with(&opening) && text.ends_with("please hurry"), "{at}: {text}");
            assert!(told.iter().all(|v| text.contains(v)), "{at}: {told:?} not all in {text:?}");
            assert_eq!(name.as_deref(), Some("Meena"), "{at}");
            assert_eq!(t.resolving(), 0, "{at}");
            let escalated = t.all.iter().any(|o| matches!(o, MindOut::Escalate(_)));
            assert_eq!(escalated, intent.goal == Goal::Person, "{at}");
        }
    }
}

fn answered(t: &mut Talk, intent: &Intent, at: &str) {
    let asks_back = intent.reply.as_ref().is_some_and(|r| r.ends_with('?'));
    if asks_back {
        t.expects(Expect::Anything).say("thank you");
    } else {
        t.hears("Did that help?").expects(Expect::YesNo).say("yes").wants(&MindOut::Helped(true)).press("5");
    }
    // What the catalogue tells resolves as a tool's answer does; a question back
    // tells nothing.
    assert_eq!(t.resolving(), usize::from(!asks_back), "{at}");
    assert!(t.ended() && t.message().is_none(), "{at}");
}

#[test]
fn every_intent_with_a_tool_begins_its_flow() {
    for agent in agents() {
        for intent in agent.intents.iter().filter(|i| !by_data(i.goal)) {
            let t = wished(agent, intent, &intent.utterances[0]);
            let asks = matches!(t.expected(), Some(Expect::Digits { .. } | Expect::Choice(_) | Expect::Anything));
            assert!(asks || !t.tools().is_empty(), "{}/{}: {:?}", agent.slug, intent.name, t.outs);
        }
    }
}

/// Every line of every menu, with keys alone, until the end.
#[test]
fn every_menu_works_with_keys_alone() {
    let fixed = fixed_prompts().unwrap();
    for agent in agents() {
        for (item, mouth) in agent.menu.iter().flat_map(|m| [(m, true), (m, false)]) {
            let at = format!("{}/{} key {}", agent.sector, agent.slug, item.key);
            let mut t = Talk::at(agent.sector, agent.id, OWN, false, mouth);
            t.hears(&item.say).press(&item.key.to_string());
            let to = Catalogue::embedded().unwrap();
            let to = to.by_slug(agent.sector, item.agent.as_deref().unwrap_or(&agent.slug)).unwrap();
            assert_eq!(t.mind.agent_id(), to.id, "{at}");
            assert!(!t.heard().contains("not one of the choices"), "{at}");
            if !by_data(to.intent(&item.intent).unwrap().goal) {
                continue;
            }
            for _ in 0..30 {
                match t.expected() {
                    _ if t.ended() => break,
                    Some(Expect::Digits { max, .. }) => {
                        t.press(&format!("{}#", &"1234567890123456"[..usize::from(max)]))
                    }
                    Some(Expect::Choice(most)) if t.heard().contains(&item.say) && most > 0 => t.press("0"),
                    _ => t.press("1"),
                };
            }
            assert!(t.ended(), "{at}: {:?}", t.heard());
            let said: Vec<_> =
                t.all.iter().filter_map(|o| if let MindOut::Say(s) = o { Some(s) } else { None }).collect();
            for speech in said.iter().filter(|_| !mouth) {
                let known = speech.prompt.as_ref().is_some_and(|k| fixed.contains(&(k.clone(), speech.text.clone())));
                assert!(known, "{at}: no recording of {:?}", speech.text);
            }
        }
    }
}

#[test]
fn what_was_said_back_wrong_three_times_goes_to_a_person() {
    let mut t = Talk::shop(OWN);
    t.say("deliver it on another day").say("1024").say("yes").say("tomorrow").hears("So, tomorrow. Is that right?");
    t.say("no").hears("Once more").hears("Which day suits you?").say("saturday").hears("Saturday, 28 November");
    t.say("the day is wrong").say("friday").hears("So, Friday, 27 November.");
    t.say("no").wants(&MindOut::Escalate(Why::Failures));
    t.say("any day, this is Ravi");
    assert!(t.message().unwrap().1.contains("order #1024"));
}

#[test]
fn what_a_caller_lacks_is_left_to_the_person() {
    let mut t = Talk::shop(OWN);
    t.say("i was charged twice").say("i do not have it").hears("which day").say("i do not know").hears("name");
    t.say("Asha Rao").wants(&MindOut::End);
    let (_, text) = t.message().unwrap();
    assert_eq!(text, "Payments and billing: charged twice. Asha Rao");
}

#[test]
fn another_wish_while_a_slot_is_asked_is_followed() {
    let mut t = Talk::shop(OWN);
    t.say("i want to change my delivery address").hears("order number");
    t.say("actually where is my order right now").hears("What is your order number?");
    t.say("1024").hears("on its way");
}
