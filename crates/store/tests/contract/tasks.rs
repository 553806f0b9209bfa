//! Tasks and what they do to outcomes.

use crate::world::*;
use caly_core::id::{CallId, TaskId};
use caly_core::member::Role;
use caly_core::outcome::{EscalationReason, Outcome};
use caly_core::sector::Sector;
use caly_store::{Call, Ending, MemberFilter, NewTask, Owed, Task, TaskFilter, TaskState};

async fn message(w: &World, sid: &str) -> (Call, Task) {
    let (s, a) = (&w.s, &w.a);
    let call = place(w, a, sid).await;
    let task = s.create_task(&a.scope, Some(call.id), new_task(), NOW).await.unwrap();
    s.complete_call(&a.scope, call.id, ending(Outcome::MessageTaken, false), NOW).await.unwrap();
    s.score_call(&a.scope, call.id, NOW).await.unwrap();
    (call, task)
}

#[tokio::test]
async fn a_task_is_claimed_released_and_done_by_one() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            assign(w, a).await;
            let (call, task) = message(w, "sid").await;
            assert_eq!(s.task(&a.scope, task.id).await.unwrap(), task);
            not_found(s.task(&b.scope, task.id).await);
            not_found(s.claim_task(&b.scope, task.id, b.m1, None, NOW).await);
            not_found(s.release_task(&b.scope, task.id, None, NOW).await);
            not_found(s.finish_task(&b.scope, task.id, true, None, None, NOW).await);
            not_found(s.create_task(&b.scope, Some(call.id), new_task(), NOW).await);
            assert_eq!(s.task(&a.scope, task.id).await.unwrap(), task);

            stale(s.claim_task(&a.scope, task.id, a.m1, Some(9), NOW).await);
            let mine = s.claim_task(&a.scope, task.id, a.m1, Some(1), NOW).await.unwrap();
            assert_eq!((mine.state, mine.claimed_by), (TaskState::Claimed, Some(a.m1)));
            not_now(s.claim_task(&a.scope, task.id, a.m2, None, NOW).await);
            // A member saw it free, and a colleague was faster.
            let late = a.person(a.m2, Role::Member);
            not_found(s.release_task(&late, task.id, None, NOW).await);
            not_found(s.finish_task(&late, task.id, true, None, None, NOW).await);
            not_found(s.claim_task(&late, task.id, a.m2, None, NOW).await);
            assert_eq!(s.task(&a.scope, task.id).await.unwrap(), mine, "nothing of it was kept");
            assert!(mine.seen_by(&a.person(a.m1, Role::Member)) && mine.seen_by(&a.person(a.m2, Role::Supervisor)));
            let for_m2 = TaskFilter { for_member: Some(a.m2), ..Default::default() };
            assert!(s.tasks(&a.scope, for_m2, None, 9).await.unwrap().items.is_empty());
            assert_eq!(s.release_task(&a.scope, task.id, None, NOW).await.unwrap().state, TaskState::Open);
            let me = a.person(a.m2, Role::Member);
            let done = s.finish_task(&me, task.id, true, Some("called".into()), None, NOW).await.unwrap();
            assert_eq!((done.state, done.done_by, done.resolved), (TaskState::Done, Some(a.m2), Some(true)));
            not_now(s.finish_task(&me, task.id, false, None, None, NOW).await);
            not_now(s.claim_task(&a.scope, task.id, a.m1, None, NOW).await);
            let told = event_names(w, a).await.iter().filter(|n| **n == "task.changed").count();
            assert_eq!(told, 4, "made, claimed, released, done");
            let call = s.call(&a.scope, call.id).await.unwrap();
            assert_eq!((call.outcome, call.success), (Some(Outcome::ResolvedByMember), true));
            let sums = s.sector_sums(&a.scope, Sector::Ecommerce).await.unwrap();
            assert_eq!((sums.calls, sums.known, sums.successes), (1, 1, 1));
            let (all, wk) = (MemberFilter::default(), week("2026-W22"));
            let list = |of| s.members_and_sums(&a.scope, of, all.clone(), &wk, None, 2);
            let (page, same) = list(Sector::Ecommerce).await.unwrap();
            assert_eq!((page.items.len(), page.next.is_some(), same), (2, true, sums));
            assert_eq!(list(Sector::Healthcare).await.unwrap().1.calls, 0);
        })
    })
    .await;
}

#[tokio::test]
async fn a_task_expires_once_and_then_moves_nothing() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let (call, task) = message(w, "sid").await;
            let late = task.due_at.plus(1);
            assert_eq!(s.expire_tasks(&a.scope, task.due_at).await.unwrap(), 0);
            assert_eq!(s.expire_tasks(&b.scope, late).await.unwrap(), 0);
            assert_eq!(s.expire_tasks(&a.scope, late).await.unwrap(), 1);
            assert_eq!(s.expire_tasks(&a.scope, late).await.unwrap(), 0);
            let told = event_names(w, a).await.iter().filter(|n| **n == "task.changed").count();
            assert_eq!(told, 2, "made, expired");
            let sums = s.sector_sums(&a.scope, Sector::Ecommerce).await.unwrap();
            assert_eq!((sums.calls, sums.known, sums.successes), (1, 1, 0));
            let done = s.finish_task(&a.scope, task.id, true, None, None, late).await.unwrap();
            assert_eq!(done.state, TaskState::Done);
            assert_eq!(s.call(&a.scope, call.id).await.unwrap().outcome, Some(Outcome::Unresolved));
            assert_eq!(s.sector_sums(&a.scope, Sector::Ecommerce).await.unwrap(), sums);
        })
    })
    .await;
}

#[tokio::test]
async fn a_task_closed_after_its_time_and_before_the_sweep_leaves_nothing_open() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            let (call, task) = message(w, "sid").await;
            s.finish_task(&a.scope, task.id, true, None, None, task.due_at.plus(1)).await.unwrap();
            assert_eq!(s.call(&a.scope, call.id).await.unwrap().outcome, Some(Outcome::Unresolved));
            assert_eq!(s.expire_tasks(&a.scope, task.due_at.plus(2)).await.unwrap(), 0);
            let sums = s.sector_sums(&a.scope, Sector::Ecommerce).await.unwrap();
            assert_eq!((sums.calls, sums.known, sums.successes), (1, 1, 0));
        })
    })
    .await;
}

#[tokio::test]
async fn a_task_closed_before_its_call_ends_settles_the_call() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            let call = place(w, a, "sid").await;
            let task = s.create_task(&a.scope, Some(call.id), new_task(), NOW).await.unwrap();
            s.finish_task(&a.scope, task.id, true, None, None, NOW).await.unwrap();
            let end = s.complete_call(&a.scope, call.id, ending(Outcome::MessageTaken, false), NOW).await.unwrap();
            assert_eq!(end.call.outcome, Some(Outcome::ResolvedByMember));
            assert!(end.completed.unwrap().known);
        })
    })
    .await;
}

#[tokio::test]
async fn tasks_page_newest_first() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let none: Option<CallId> = None;
            for n in 0..3 {
                s.create_task(&a.scope, none, new_task(), NOW.plus(n)).await.unwrap();
            }
            let open = TaskFilter { state: Some(TaskState::Open), ..Default::default() };
            let first = s.tasks(&a.scope, open.clone(), None, 2).await.unwrap();
            assert_eq!(first.items[0].created_at, NOW.plus(2));
            let rest = s.tasks(&a.scope, open.clone(), first.next, 2).await.unwrap();
            assert_eq!((rest.items.len(), rest.next), (1, None));
            assert!(s.tasks(&b.scope, open, None, 9).await.unwrap().items.is_empty());
        })
    })
    .await;
}

/// A node may die between a fact and what follows from it: the end of the call
/// makes up for it, once.
#[tokio::test]
async fn a_call_ends_as_a_taken_message_only_with_its_task() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            let end = |owed: &Owed, outcome| Ending {
                asked: Some(EscalationReason::Anger),
                owed: Some(owed.clone()),
                ..ending(outcome, false)
            };
            let tasks = async |id: CallId| {
                let of = TaskFilter { call: Some(id), ..Default::default() };
                let page = s.tasks(&a.scope, of, None, 9).await.unwrap();
                page.items.into_iter().map(|t| t.text).collect::<Vec<_>>()
            };
            let owed = |text: &str, message| Owed { task: NewTask { text: text.into(), ..new_task() }, message };
            let lost = place(w, a, "lost").await;
            let own = owed("About my order", true);
            let ended = s.complete_call(&a.scope, lost.id, end(&own, Outcome::MessageTaken), NOW).await.unwrap();
            assert_eq!((ended.call.escalated, ended.call.escalation_reason), (true, Some(EscalationReason::Anger)));
            assert!(ended.completed.unwrap().escalated);
            assert_eq!(tasks(lost.id).await, ["About my order"]);
            assert!(s.raw_rows(&a.scope).await.unwrap().tasked == [lost.id]);
            s.complete_call(&a.scope, lost.id, end(&owed("again", false), Outcome::MessageTaken), NOW).await.unwrap();
            assert_eq!(tasks(lost.id).await, ["About my order"], "the first ending stands");
            // Its task is there: only a message is put into it, and nothing doubled.
            let half = place(w, a, "half").await;
            let made = NewTask { id: TaskId(uuid()), ..new_task() };
            s.create_task(&a.scope, Some(half.id), made.clone(), NOW).await.unwrap();
            let words = Owed { task: NewTask { text: "Two of them".into(), ..made }, message: true };
            s.complete_call(&a.scope, half.id, end(&words, Outcome::MessageTaken), NOW).await.unwrap();
            assert_eq!(tasks(half.id).await, ["Two of them"]);
            let other = place(w, a, "other").await;
            s.create_task(&a.scope, Some(other.id), new_task(), NOW).await.unwrap();
            s.complete_call(&a.scope, other.id, end(&owed("x", false), Outcome::MessageTaken), NOW).await.unwrap();
            assert_eq!(tasks(other.id).await, ["Please call back"]);
            // What is no message owes none.
            let none = place(w, a, "none").await;
            s.complete_call(&a.scope, none.id, end(&own, Outcome::Unresolved), NOW).await.unwrap();
            assert!(tasks(none.id).await.is_empty());
        })
    })
    .await;
}

#[tokio::test]
async fn a_message_fills_its_open_task_or_makes_one() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let call = place(w, a, "sid").await;
            let mut new = new_task();
            not_found(s.put_message(&b.scope, call.id, new.clone(), NOW).await);
            let made = s.put_message(&a.scope, call.id, new.clone(), NOW).await.unwrap();
            (new.text, new.caller_name) = ("About my order".into(), None);
            let filled = s.put_message(&a.scope, call.id, new.clone(), NOW).await.unwrap();
            assert_eq!((filled.id, filled.rev), (made.id, made.rev + 1));
            assert_eq!(filled.text, "About my order");
            assert_eq!(filled.caller_name.as_deref(), Some("Asha"), "a name that was given stays");
            let done = s.finish_task(&a.scope, made.id, true, None, None, NOW).await.unwrap();
            new.text = "too late".into();
            assert_eq!(s.put_message(&a.scope, call.id, new, NOW).await.unwrap(), done);
        })
    })
    .await;
}
