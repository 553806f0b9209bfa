//! A call arrives, is talked and ends.

use crate::world::*;
use caly_core::event::{Speaker, Turn};
use caly_core::id::{AgentId, CallId};
use caly_core::outcome::{CallState, ChannelKind, EscalationReason, Outcome};
use caly_store::{Batch, Blank, CallFilter, NewFact, StoreError};

#[tokio::test]
async fn a_call_is_placed_once_with_an_owner_and_a_replayable_reason() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            assign(w, a).await;
            let first = s.place_call(&a.scope, new_call(a, "sid"), NOW).await.unwrap();
            assert!(first.first);
            let owner = first.call.owner.unwrap();
            assert!([a.m1, a.m2].contains(&owner));
            let decision = s.decision(&a.scope, first.call.id).await.unwrap().unwrap();
            assert_eq!(caly_core::routing::replay(&decision), Some(owner));
            let mut retry = new_call(a, "sid");
            retry.stream_url = "wss://other".into();
            let again = s.place_call(&a.scope, retry, NOW).await.unwrap();
            assert!(!again.first);
            assert_eq!(again.call, first.call);
            assert_eq!(s.call_by_carrier_id(&a.scope, "sid").await.unwrap(), Some(first.call.clone()));
            // The same carrier id in another client is another call; nobody there
            // is assigned, so it is unowned.
            assert!(s.call_by_carrier_id(&b.scope, "sid").await.unwrap().is_none());
            let other = place(w, b, "sid").await;
            assert_eq!(other.owner, None);
            not_found(s.call(&b.scope, first.call.id).await);
            not_found(s.decision(&b.scope, first.call.id).await);
            let mut foreign = new_call(a, "x");
            foreign.channel = caly_core::id::ChannelId(9);
            not_found(s.place_call(&a.scope, foreign, NOW).await);
            assert_eq!(event_names(w, b).await.last(), Some(&"call.started"));
            let echo = s.create_channel(&a.scope, channel(a.team, ChannelKind::Echo, "e"), NOW).await.unwrap();
            let mut call = new_call(a, "echo");
            call.channel = echo.id;
            let echo = s.place_call(&a.scope, call, NOW).await.unwrap();
            assert_eq!((echo.call.owner, echo.decision), (None, None));
        })
    })
    .await;
}

#[tokio::test]
async fn a_channel_known_from_before_must_be_as_it_was_seen() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            let seen = s.channel(&a.scope, a.channel).await.unwrap().rev;
            let first = s.place_call_as_seen(&a.scope, new_call(a, "seen"), seen, NOW).await.unwrap();
            assert!(first.first);
            let again = s.place_call_as_seen(&a.scope, new_call(a, "seen"), seen, NOW).await.unwrap();
            assert_eq!((again.first, again.call), (false, first.call));
            s.rotate_hook_key(&a.scope, a.channel, "new hash".into(), "sealed".into(), None, NOW).await.unwrap();
            // Neither a new call nor the answer of the one before, for an old key.
            for sid in ["late", "seen"] {
                let late = s.place_call_as_seen(&a.scope, new_call(a, sid), seen, NOW).await;
                assert!(matches!(late, Err(StoreError::Stale { current_rev }) if current_rev > seen), "{late:?}");
            }
            assert!(s.call_by_carrier_id(&a.scope, "late").await.unwrap().is_none());
            // Another client's channel of the same number is no such one.
            not_found(s.place_call_as_seen(&w.b.scope, foreign(a, "x"), seen, NOW).await);
        })
    })
    .await;
}

fn foreign(of: &Side, sid: &str) -> caly_store::NewCall {
    caly_store::NewCall { channel: caly_core::id::ChannelId(999), ..new_call(of, sid) }
}

#[tokio::test]
async fn sixty_four_hooks_of_one_call_place_it_once() {
    both(|w| {
        Box::pin(async move {
            let tasks: Vec<_> = (0..64)
                .map(|n| {
                    let (s, scope) = (w.s.clone(), w.a.scope.clone());
                    let mut new = new_call(&w.a, "same");
                    new.token_hash = format!("t{n}");
                    tokio::spawn(async move { s.place_call(&scope, new, NOW).await })
                })
                .collect();
            let mut firsts = 0;
            for task in tasks {
                firsts += i32::from(task.await.unwrap().unwrap().first);
            }
            assert_eq!(firsts, 1);
        })
    })
    .await;
}

#[tokio::test]
async fn the_stream_token_holds_once_within_its_time() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let call = place(w, a, "sid").await;
            let hash = new_call(a, "sid").token_hash;
            assert!(s.claim_stream("no such", NOW).await.unwrap().is_none());
            assert!(s.claim_stream(&hash, NOW.plus(60_000)).await.unwrap().is_none(), "too late");
            let claimed = s.claim_stream(&hash, NOW).await.unwrap().unwrap();
            assert_eq!((claimed.client, claimed.call, claimed.upgrade), (a.scope.client, call.id, 1));
            assert_eq!(s.claim_stream(&hash, NOW).await.unwrap().unwrap().upgrade, 2, "the carrier's retry");
            assert!(s.claim_stream(&hash, NOW).await.unwrap().is_none());
            not_found(s.start_stream(&b.scope, call.id, "st", "n1", None, NOW).await);
            let live = s.start_stream(&a.scope, call.id, "st", "n1", None, NOW).await.unwrap();
            assert_eq!((live.state, live.epoch, live.answered_at), (CallState::Streaming, 1, Some(NOW)));
            not_now(s.start_stream(&a.scope, call.id, "st", "n1", None, NOW).await);
            assert_eq!(s.prune_stream_tokens(NOW.plus(60_001)).await.unwrap(), 1);
        })
    })
    .await;
}

#[tokio::test]
async fn facts_turns_and_agents_are_recorded_once() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let call = place(w, a, "sid").await;
            let batch = Batch {
                facts: vec![NewFact {
                    seq: 1,
                    at: NOW,
                    actor: "caller".into(),
                    kind: "said_yes".into(),
                    data: serde_json::json!({"k": 1}),
                }],
                turns: vec![Turn { seq: 1, speaker: Speaker::Caller, text: "hello".into(), at: NOW }],
            };
            not_found(s.record(&b.scope, call.id, batch.clone(), NOW).await);
            s.record(&a.scope, call.id, batch.clone(), NOW).await.unwrap();
            let events = s.last_event(&a.scope).await.unwrap();
            s.record(&a.scope, call.id, batch.clone(), NOW).await.unwrap();
            assert_eq!(s.last_event(&a.scope).await.unwrap(), events, "a repeat is no event");
            assert_eq!(s.facts(&a.scope, call.id).await.unwrap(), batch.facts);
            assert_eq!(s.turns(&a.scope, call.id).await.unwrap(), batch.turns);
            not_found(s.facts(&b.scope, call.id).await);
            not_found(s.turns(&b.scope, call.id).await);
            not_found(s.switch_agent(&b.scope, call.id, AgentId(2), "order_status", NOW).await);
            let on = s.switch_agent(&a.scope, call.id, AgentId(2), "order_status", NOW).await.unwrap();
            assert_eq!((on.agent, on.entry_agent), (AgentId(2), AgentId(1)));
            let names = event_names(w, a).await;
            assert_eq!(names.iter().filter(|n| **n == "call.agent_switched").count(), 1);
            not_found(s.bot_done(&b.scope, call.id, NOW).await);
            assert_eq!(s.bot_done(&a.scope, call.id, NOW).await.unwrap().state, CallState::BotDone);
        })
    })
    .await;
}

#[tokio::test]
async fn a_card_number_is_taken_out_of_everything_that_holds_its_turn() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let call = place(w, a, "sid").await;
            let said = |seq: i64, text: &str| Turn { seq, speaker: Speaker::Caller, text: text.into(), at: NOW };
            let fact = |seq: i64, text: &str| NewFact {
                seq,
                at: NOW,
                actor: "caller".into(),
                kind: "turn".into(),
                data: serde_json::json!({"kind": "turn", "speaker": "caller", "text": text}),
            };
            let batch = Batch {
                facts: vec![fact(4, "it is 4111 1111"), fact(5, "yes")],
                turns: vec![said(2, "it is 4111 1111"), said(3, "yes")],
            };
            s.record(&a.scope, call.id, batch, NOW).await.unwrap();
            let stored = async || {
                let turns = s.turns(&a.scope, call.id).await.unwrap();
                let facts = s.facts(&a.scope, call.id).await.unwrap();
                let events = s.events(&a.scope, 0, 200).await.unwrap().items;
                format!("{turns:?} {facts:?} {events:?}")
            };
            assert_eq!(stored().await.matches("4111").count(), 3, "the control: it is everywhere");
            let blank = |turn, fact| Blank { turn, fact, text: "it is [card number]".into() };
            not_found(s.blank_turns(&b.scope, call.id, vec![blank(2, 4)], NOW).await);
            let before = s.last_event(&a.scope).await.unwrap();
            s.blank_turns(&a.scope, call.id, vec![blank(2, 4), blank(9, 9)], NOW).await.unwrap();
            let now = stored().await;
            assert_eq!(now.matches("4111").count(), 0, "{now}");
            assert_eq!(s.turns(&a.scope, call.id).await.unwrap(), [said(2, "it is [card number]"), said(3, "yes")]);
            assert_eq!(s.facts(&a.scope, call.id).await.unwrap()[0].data["text"], "it is [card number]");
            assert_eq!(s.last_event(&a.scope).await.unwrap(), before + 1, "boards are told");
        })
    })
    .await;
}

#[tokio::test]
async fn a_person_is_asked_for_once() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let call = place(w, a, "sid").await;
            not_found(s.escalate(&b.scope, call.id, EscalationReason::Anger, None, NOW).await);
            let task = s
                .escalate(&a.scope, call.id, EscalationReason::Requested, Some(new_task()), NOW)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(task.call, Some(call.id));
            let again = s.escalate(&a.scope, call.id, EscalationReason::Anger, Some(new_task()), NOW).await.unwrap();
            assert!(again.is_none());
            let call = s.call(&a.scope, call.id).await.unwrap();
            assert_eq!(call.escalation_reason, Some(EscalationReason::Requested));
            let names = event_names(w, a).await;
            assert_eq!(names.iter().filter(|n| **n == "call.escalated").count(), 1);
            s.complete_call(&a.scope, call.id, ending(Outcome::Unresolved, false), NOW).await.unwrap();
            not_now(s.switch_agent(&a.scope, call.id, AgentId(2), "x", NOW).await);
        })
    })
    .await;
}

#[tokio::test]
async fn a_call_ends_once_and_lists_page() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let mut ids = Vec::new();
            for n in 0..5 {
                ids.push(place(w, a, &format!("sid{n}")).await.id);
            }
            not_found(s.complete_call(&b.scope, ids[0], ending(Outcome::Unresolved, false), NOW).await);
            assert_eq!(s.call(&a.scope, ids[0]).await.unwrap().state, CallState::Routed);
            let first = s.complete_call(&a.scope, ids[0], ending(Outcome::ResolvedByAgent, true), NOW).await.unwrap();
            assert!(first.first && first.completed.is_some());
            let again = s.complete_call(&a.scope, ids[0], ending(Outcome::Failed, false), NOW).await.unwrap();
            assert!(!again.first && again.completed.is_none());
            assert_eq!(again.call, first.call);
            let mut seen = Vec::<CallId>::new();
            let mut cursor = None;
            loop {
                let page = s.calls(&a.scope, CallFilter::default(), cursor, 2).await.unwrap();
                seen.extend(page.items.iter().map(|c| c.id));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            ids.reverse();
            assert_eq!(seen, ids, "newest first, none twice, none lost");
            let open = CallFilter { open: Some(true), ..Default::default() };
            assert_eq!(s.calls(&a.scope, open.clone(), None, 9).await.unwrap().items.len(), 4);
            let ended = CallFilter {
                outcome: Some(Outcome::ResolvedByAgent),
                open: Some(false),
                from: Some(NOW),
                to: Some(NOW.plus(1)),
                ..Default::default()
            };
            assert_eq!(s.calls(&a.scope, ended, None, 9).await.unwrap().items.len(), 1);
            assert!(s.calls(&b.scope, open, None, 9).await.unwrap().items.is_empty());
        })
    })
    .await;
}
