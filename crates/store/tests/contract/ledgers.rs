//! Standings move exactly once, by the difference, and only their own client's.

use crate::world::*;
use caly_core::id::{AgentId, MemberId};
use caly_core::outcome::Outcome;
use caly_core::scoring::Sums;
use caly_core::sector::Sector;
use caly_store::{Correction, MemberPatch, QUARTER};

#[tokio::test]
async fn a_finished_call_counts_once_everywhere() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            assign(w, a).await;
            let call = place(w, a, "sid").await;
            let owner = call.owner.unwrap();
            not_found(s.score_call(&a.scope, call.id, NOW).await);
            let done = s.complete_call(&a.scope, call.id, ending(Outcome::ResolvedByAgent, true), NOW).await.unwrap();
            assert_eq!(s.waiting_jobs().await.unwrap(), 1);
            not_found(s.score_call(&b.scope, call.id, NOW).await);
            assert!(s.score_call(&a.scope, call.id, NOW).await.unwrap());
            assert!(!s.score_call(&a.scope, call.id, NOW).await.unwrap(), "twice is once");
            assert_eq!(s.waiting_jobs().await.unwrap(), 0);

            let one = Sums::of(&done.completed.unwrap());
            assert_eq!(one.calls, 1);
            let card = s.member_card(&a.scope, owner, &week("2026-W22")).await.unwrap();
            assert_eq!((card.member.sums, card.calls_this_week), (one, 1));
            assert_eq!(card.assignments[0].sums, one);
            assert_eq!(s.member_card(&a.scope, owner, &week("2026-W23")).await.unwrap().calls_this_week, 0);
            let p = s.performance(&a.scope, owner, &day("2026-05-23"), &day("2026-05-29")).await.unwrap();
            assert_eq!((p.total, p.agents, p.days.len()), (one, vec![(AgentId(1), one)], 1));
            assert_eq!(s.sector_sums(&a.scope, Sector::Ecommerce).await.unwrap(), one);
            assert_eq!(s.sector_sums(&b.scope, Sector::Ecommerce).await.unwrap(), Sums::default());
            assert_eq!(
                s.agent_sums(&a.scope, &day("2026-05-29"), &day("2026-05-29")).await.unwrap(),
                [(AgentId(1), one)]
            );
            let sum = s.summary(&a.scope, &day("2026-05-29"), &week("2026-W22")).await.unwrap();
            assert_eq!((sum.active, sum.today, sum.this_week, sum.all_time, sum.open_calls), (3, one, one, one, 0));
            let other = s.summary(&b.scope, &day("2026-05-29"), &week("2026-W22")).await.unwrap();
            let ended = NOW.plus(90_000);
            let quarters = s.day_quarters(&a.scope, &day("2026-05-29"), ended.plus(1)).await.unwrap();
            let of = quarters[0];
            assert_eq!((quarters.len(), of.from.0, of.calls), (1, ended.0 - ended.0 % QUARTER, 1));
            assert_eq!((of.known, of.by_agent, of.escalated, of.rating_sum, of.ratings), (1, 1, 0, 5, 1));
            assert_eq!(of.handling_ms, 80_000);
            assert!(s.day_quarters(&a.scope, &day("2026-05-29"), ended).await.unwrap().is_empty(), "not yet ended");
            assert!(s.day_quarters(&b.scope, &day("2026-05-29"), ended.plus(1)).await.unwrap().is_empty());
            assert_eq!(other.all_time, Sums::default());
            assert!(s.agent_sums(&b.scope, &day("2026-01-01"), &day("2026-12-31")).await.unwrap().is_empty());
            not_found(s.performance(&b.scope, MemberId(77), &day("2026-01-01"), &day("2026-12-31")).await);
            assert!(event_names(w, a).await.contains(&"standing.changed"));
        })
    })
    .await;
}

#[tokio::test]
async fn an_unowned_call_and_a_rescuer_have_their_own_rows() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            let unowned = place(w, a, "unowned").await;
            assert_eq!(unowned.owner, None);
            let mut e = ending(Outcome::ResolvedByMember, true);
            (e.rescuer, e.pickup_ms, e.member_ms) = (Some(a.m2), Some(4_000), 30_000);
            s.complete_call(&a.scope, unowned.id, e, NOW).await.unwrap();
            s.score_call(&a.scope, unowned.id, NOW).await.unwrap();
            let raw = s.raw_rows(&a.scope).await.unwrap();
            let mut days: Vec<_> = raw.daily.iter().map(|d| (d.member.0, d.sums.calls, d.rescue.rescues)).collect();
            days.sort_unstable();
            assert_eq!(days, [(0, 1, 0), (a.m2.0, 0, 1)]);
            assert_eq!(s.member(&a.scope, a.m2).await.unwrap().rescue.pickup_ms, 4_000);
            assert_eq!((raw.calls.len(), raw.members.len(), raw.agent_days.len(), raw.unscored.len()), (1, 3, 1, 0));
            let other = s.raw_rows(&w.b.scope).await.unwrap();
            assert!(other.calls.is_empty() && other.daily.is_empty() && other.members.len() == 3);
            assert_eq!(s.sector_sums(&a.scope, Sector::Ecommerce).await.unwrap().calls, 1);
        })
    })
    .await;
}

#[tokio::test]
async fn a_correction_moves_the_calls_own_day_by_the_difference() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            assign(w, a).await;
            let to = Correction { outcome: Outcome::Unresolved, known: true, success: false };
            let (early, late) = (place(w, a, "1").await, place(w, a, "2").await);
            not_now(s.correct_call(&a.scope, early.id, to, "He called again.", None, NOW).await);
            for call in [&early, &late] {
                s.complete_call(&a.scope, call.id, ending(Outcome::ResolvedByAgent, true), NOW).await.unwrap();
            }
            // One corrected before its message is applied, one after.
            s.correct_call(&a.scope, early.id, to, "He called again.", None, NOW).await.unwrap();
            for call in [&early, &late] {
                s.score_call(&a.scope, call.id, NOW).await.unwrap();
            }
            let rev = s.call(&a.scope, late.id).await.unwrap().rev;
            stale(s.correct_call(&a.scope, late.id, to, "He called again.", Some(rev + 1), NOW).await);
            not_found(s.correct_call(&b.scope, late.id, to, "He called again.", None, NOW).await);
            s.correct_call(&a.scope, late.id, to, "He called again.", Some(rev), NOW).await.unwrap();
            let sums = s.sector_sums(&a.scope, Sector::Ecommerce).await.unwrap();
            assert_eq!((sums.calls, sums.known, sums.successes, sums.ok_handling_ms, sums.ln_sq), (2, 2, 0, 0, 0));
            let raw = s.raw_rows(&a.scope).await.unwrap();
            assert_eq!(raw.agent_days[0].resolved_by_agent, 0);
            assert!(raw.daily.iter().all(|d| d.sums.successes == 0));
            assert!(s.audit(&a.scope, 0, 200).await.unwrap().iter().any(|e| e.action == "call.correct"));
        })
    })
    .await;
}

#[tokio::test]
async fn who_can_be_rung_takes_calls_has_a_phone_and_an_agent() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            let count = async |side: &Side| {
                s.summary(&side.scope, &day("2026-05-29"), &week("2026-W22")).await.unwrap().can_be_rung
            };
            assert_eq!(count(a).await, 0);
            assign(w, a).await;
            assert_eq!(count(a).await, 0, "no telephone");
            for m in [a.m1, a.m2] {
                let phone = MemberPatch { phone: Some(Some("+919810000001".into())), ..MemberPatch::default() };
                s.update_member(&a.scope, m, phone, None, NOW).await.unwrap();
            }
            assert_eq!((count(a).await, count(&w.b).await), (2, 0));
            let away = MemberPatch { takes_calls: Some(false), ..MemberPatch::default() };
            s.update_member(&a.scope, a.m1, away, None, NOW).await.unwrap();
            assert_eq!(count(a).await, 1);
            s.set_assignments(&a.scope, a.m2, vec![], None, NOW).await.unwrap();
            assert_eq!(count(a).await, 0, "no agent");
        })
    })
    .await;
}
