//! Inbox, intents, settings, audit, events, jobs.

use crate::world::*;
use caly_core::outcome::Outcome;
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_store::jobs::AGENT_COMPLETED;
use caly_store::{Hook, IntentState, NewIntent, Received, Rehashed, StoreError};

fn hook(dedupe: &str) -> Hook {
    Hook {
        provider: "exotel".into(),
        call_sid: "s".into(),
        kind: "status".into(),
        event: String::new(),
        leg: String::new(),
        dedupe: dedupe.into(),
        raw: "{}".into(),
        at: NOW,
    }
}

#[tokio::test]
async fn a_hook_is_received_once_and_answered_the_same() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            assert_eq!(s.receive_hook(&a.scope, hook("1")).await.unwrap(), Received::New);
            assert_eq!(s.receive_hook(&a.scope, hook("1")).await.unwrap(), Received::Again { answer: None });
            not_found(s.answer_hook(&b.scope, &hook("1"), "no").await);
            s.answer_hook(&a.scope, &hook("1"), "yes").await.unwrap();
            s.answer_hook(&a.scope, &hook("1"), "later").await.unwrap();
            assert_eq!(
                s.receive_hook(&a.scope, hook("1")).await.unwrap(),
                Received::Again { answer: Some("yes".into()) }
            );
            assert_eq!(s.receive_hook(&b.scope, hook("1")).await.unwrap(), Received::New);
            let call = place(w, a, "s").await;
            let seen = s.seen_hooks(&a.scope, call.channel).await.unwrap();
            assert_eq!((seen.len(), seen[0].kind.as_str(), seen[0].call), (1, "status", call.id));
            assert!(s.seen_hooks(&b.scope, call.channel).await.unwrap().is_empty(), "their call is another");
        })
    })
    .await;
}

#[tokio::test]
async fn a_return_is_begun_once_unless_it_was_refused() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let call = place(w, a, "sid").await;
            let new = NewIntent { call: call.id, order_id: "o".into(), line_item_id: "l".into() };
            not_found(s.begin_intent(&b.scope, new.clone(), NOW).await);
            assert!(s.begin_intent(&a.scope, new.clone(), NOW).await.unwrap().1);
            assert!(!s.begin_intent(&a.scope, new.clone(), NOW).await.unwrap().1);
            not_found(s.settle_intent(&b.scope, &new, IntentState::Done, None, NOW).await);
            s.settle_intent(&a.scope, &new, IntentState::Refused, Some("no".into()), NOW).await.unwrap();
            assert!(s.begin_intent(&a.scope, new.clone(), NOW).await.unwrap().1);
            s.settle_intent(&a.scope, &new, IntentState::Unknown, None, NOW).await.unwrap();
            let (stands, may_write) = s.begin_intent(&a.scope, new, NOW).await.unwrap();
            assert_eq!((stands.state, may_write), (IntentState::Unknown, false), "never a second write");
        })
    })
    .await;
}

#[tokio::test]
async fn settings_and_data_keys_belong_to_their_client() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let set = |v: Option<&str>| vec![("token".to_owned(), v.map(str::to_owned))];
            s.put_settings(&a.scope, Sector::Ecommerce, set(Some("sealed1")), NOW).await.unwrap();
            s.put_settings(&a.scope, Sector::Ecommerce, set(Some("sealed2")), NOW).await.unwrap();
            s.put_settings(&b.scope, Sector::Ecommerce, set(None), NOW).await.unwrap();
            let fields = s.settings(&a.scope, Sector::Ecommerce).await.unwrap();
            assert_eq!((fields.len(), fields[0].sealed.as_str()), (1, "sealed2"));
            assert!(!format!("{fields:?}").contains("sealed2"));
            assert!(s.settings(&b.scope, Sector::Ecommerce).await.unwrap().is_empty());
            assert!(s.settings(&a.scope, Sector::Healthcare).await.unwrap().is_empty());
            s.put_settings(&a.scope, Sector::Ecommerce, set(None), NOW).await.unwrap();
            assert!(s.settings(&a.scope, Sector::Ecommerce).await.unwrap().is_empty());
            assert_eq!(s.put_data_key(&a.scope, "k1", NOW).await.unwrap(), "k1");
            assert_eq!(s.put_data_key(&a.scope, "k2", NOW).await.unwrap(), "k1", "the first stands");
            assert_eq!(s.data_key(&a.scope).await.unwrap().as_deref(), Some("k1"));
            assert_eq!(s.data_key(&b.scope).await.unwrap(), None);
        })
    })
    .await;
}

#[tokio::test]
async fn a_data_key_is_rewrapped_with_every_channels_hash_or_not_at_all() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            s.put_data_key(&a.scope, "old", NOW).await.unwrap();
            s.put_data_key(&b.scope, "old", NOW).await.unwrap();
            let channels = s.channels(&a.scope).await.unwrap();
            let hashes: Vec<Rehashed> = channels
                .iter()
                .map(|c| Rehashed {
                    channel: c.id,
                    hook_key_hash: format!("rehashed {}", c.id.0),
                    hook_basic_hash: None,
                })
                .collect();
            let not_now = |r: Result<(), StoreError>| assert!(matches!(r, Err(StoreError::NotNow(_))), "{r:?}");
            not_now(s.rewrap(&a.scope, "older", "new", hashes.clone(), NOW).await);
            not_now(s.rewrap(&a.scope, "old", "new", hashes[1..].to_vec(), NOW).await);
            assert_eq!(s.data_key(&a.scope).await.unwrap().as_deref(), Some("old"), "all or nothing");
            s.rewrap(&a.scope, "old", "new", hashes.clone(), NOW).await.unwrap();
            assert_eq!(s.data_key(&a.scope).await.unwrap().as_deref(), Some("new"));
            assert_eq!(s.data_key(&b.scope).await.unwrap().as_deref(), Some("old"), "nobody else's");
            let (client, found) = s.hook_channel(&hashes[0].hook_key_hash).await.unwrap().unwrap();
            assert_eq!((client, found.id), (a.scope.client, hashes[0].channel));
        })
    })
    .await;
}

#[tokio::test]
async fn the_audit_is_a_chain_per_client() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            assign(w, a).await;
            let entries = s.audit(&a.scope, 0, 200).await.unwrap();
            assert!(entries.len() > s.audit(&b.scope, 0, 200).await.unwrap().len());
            assert_eq!(entries[0].prev_hash, "");
            assert_eq!(entries[1].prev_hash, entries[0].hash);
            assert_eq!(s.audit(&a.scope, 1, 1).await.unwrap(), entries[1..2]);
            let (page, head) = s.audit_page(&a.scope, None, 2).await.unwrap();
            let newest: Vec<_> = entries.iter().rev().take(2).cloned().collect();
            assert_eq!((&page.items, page.next), (&newest, Some(newest[1].seq)));
            assert_eq!(head.as_ref(), entries.last());
            let (rest, same) = s.audit_page(&a.scope, page.next, 200).await.unwrap();
            assert_eq!((rest.items.len(), rest.next, same), (entries.len() - 2, None, head));
            assert_eq!(s.broken_audit(&a.scope).await.unwrap(), None);
            let read = serde_json::json!({"channels": [1]});
            s.append_audit(&a.scope, "channel.show_hook_urls", read.clone(), NOW).await.unwrap();
            let last = s.audit(&a.scope, 0, 200).await.unwrap().pop().unwrap();
            let look = |scope: &Scope, read: &serde_json::Value, minutes: i64| {
                let (scope, read) = (scope.clone(), read.clone());
                let at = NOW.plus(minutes * 60_000);
                async move { s.append_look(&scope, "channel.show_hook_urls", read, at).await.unwrap() }
            };
            look(&a.scope, &read, 9).await;
            assert_eq!(s.audit(&a.scope, 0, 200).await.unwrap().last(), Some(&last), "a page that reads again");
            look(&a.scope, &serde_json::json!({"channels": [2]}), 9).await;
            look(&a.scope, &read, 11).await;
            look(&b.scope, &read, 11).await;
            let now = s.audit(&a.scope, 0, 200).await.unwrap();
            assert_eq!(now.len(), usize::try_from(last.seq).unwrap() + 2, "another look, and the same one later");
            assert_eq!(s.broken_audit(&b.scope).await.unwrap(), None);
            assert_eq!((last.action.as_str(), last.body.as_str()), ("channel.show_hook_urls", r#"{"channels":[1]}"#));
            assert_eq!(s.broken_audit(&a.scope).await.unwrap(), None);
            w.meddle("UPDATE audit SET body = '{}' WHERE seq = 2").await;
            assert_eq!(s.broken_audit(&a.scope).await.unwrap(), Some(2), "the control must fail");
        })
    })
    .await;
}

#[tokio::test]
async fn events_replay_reset_and_are_told_after_the_commit() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let mut told = s.committed();
            let before = s.last_event(&a.scope).await.unwrap();
            place(w, a, "sid").await;
            let note = told.recv().await.unwrap();
            assert_eq!((note.client, note.last_event), (a.scope.client, before + 1));
            let new = s.events(&a.scope, before, 200).await.unwrap();
            assert_eq!((new.reset, new.items.len(), new.last), (false, 1, before + 1));
            assert!(s.events(&a.scope, before + 1, 9).await.unwrap().items.is_empty());
            assert!(s.events(&a.scope, before + 9, 9).await.unwrap().reset, "an id of another database");
            assert_eq!(s.prune_events(&a.scope, NOW).await.unwrap(), 0);
            assert_eq!(s.prune_events(&a.scope, NOW.plus(1)).await.unwrap(), before as u64 + 1);
            assert!(s.events(&a.scope, before, 9).await.unwrap().reset, "forgotten");
            assert!(!s.events(&a.scope, before + 1, 9).await.unwrap().reset);
            assert!(!s.events(&b.scope, 0, 9).await.unwrap().items.is_empty(), "the other client's stay");
        })
    })
    .await;
}

#[tokio::test]
async fn jobs_are_leased_retried_and_parked_with_their_reason() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            for sid in ["1", "2"] {
                let call = place(w, a, sid).await;
                s.complete_call(&a.scope, call.id, ending(Outcome::Unresolved, false), NOW).await.unwrap();
            }
            let jobs = s.claim_jobs(AGENT_COMPLETED, "n1", 1, 1_000, NOW).await.unwrap();
            assert_eq!((jobs.len(), jobs[0].tries, jobs[0].client), (1, 1, a.scope.client));
            let others = s.claim_jobs(AGENT_COMPLETED, "n2", 9, 1_000, NOW).await.unwrap();
            assert_eq!(others.len(), 1, "a leased one is not claimed");
            assert_ne!(others[0].reference, jobs[0].reference);
            let later = s.claim_jobs(AGENT_COMPLETED, "n2", 9, 1_000, NOW.plus(1_000)).await.unwrap();
            assert_eq!(later.len(), 2, "leases end");
            // Not tried: the claim's try is given back.
            s.postpone_job(&jobs[0], "away", NOW.plus(4_000)).await.unwrap();
            let back = s.claim_jobs(AGENT_COMPLETED, "n1", 9, 1_000, NOW.plus(4_000)).await.unwrap();
            let tries = back.iter().map(|job| (job.reference == jobs[0].reference, job.tries));
            assert_eq!(tries.collect::<std::collections::BTreeMap<_, _>>(), [(true, 2), (false, 3)].into());
            s.fail_job(&jobs[0], "later", Some(NOW.plus(5_000))).await.unwrap();
            assert!(s.claim_jobs(AGENT_COMPLETED, "n1", 9, 1_000, NOW.plus(1_500)).await.unwrap().is_empty());
            s.fail_job(&jobs[0], "broken", None).await.unwrap();
            assert!(s.score_call(&a.scope, others[0].reference.parse().unwrap(), NOW).await.unwrap());
            s.fail_job(&others[0], "too late to fail", None).await.unwrap();
            s.postpone_job(&others[0], "too late to wait", NOW).await.unwrap();
            let parked = s.parked_jobs(&a.scope).await.unwrap();
            assert_eq!((parked.len(), parked[0].reason.as_str()), (1, "broken"));
            assert!(s.parked_jobs(&b.scope).await.unwrap().is_empty());
            assert_eq!(s.waiting_jobs().await.unwrap(), 0);
            let mut none = jobs[0].clone();
            none.reference = "none".into();
            not_found(s.fail_job(&none, "x", None).await);
            not_found(s.postpone_job(&none, "x", NOW).await);
            let (kind, broken) = (jobs[0].kind.as_str(), jobs[0].reference.as_str());
            not_found(s.retry_job(&b.scope, kind, broken, NOW).await);
            not_found(s.retry_job(&a.scope, kind, &others[0].reference, NOW).await);
            s.retry_job(&a.scope, kind, broken, NOW).await.unwrap();
            let again = s.claim_jobs(AGENT_COMPLETED, "n1", 9, 1_000, NOW).await.unwrap();
            assert_eq!((again.len(), again[0].tries, again[0].reference.as_str()), (1, 1, broken));
        })
    })
    .await;
}
