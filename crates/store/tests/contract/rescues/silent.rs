//! A number went out, and the carrier says nothing of it: he may be talking.

use super::*;
use caly_core::rescue::{RING_S, TALK_S};
use caly_core::time::{MINUTE, SECOND};
use caly_store::rescues::may_talk_until;

/// From a number's going out to the end of the longest talk.
const LONGEST_MS: i64 = (RING_S + TALK_S) * SECOND;

async fn states(w: &World, id: CallId) -> Vec<ClaimState> {
    let (_, claims) = w.s.rescue(&w.a.scope, id).await.unwrap().unwrap();
    claims.iter().map(|claim| claim.state).collect()
}

#[tokio::test]
async fn a_leg_without_a_word_holds_its_member_for_as_long_as_he_may_talk() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            phones(w, a).await;
            let (silent, rung) = (place(w, a, "silent").await.id, place(w, a, "rung").await.id);
            let first = dial(w, silent, None, NOW).await.unwrap();
            let second = dial(w, rung, None, NOW).await.unwrap();
            s.leg_event(&a.scope, rung, RINGS, None, NOW.plus(1_000), NOW.plus(1_000)).await.unwrap();
            assert_eq!(s.expire_claims(&a.scope, NOW.plus(LEASE_MS)).await.unwrap(), 1, "of one the carrier tells");
            assert_eq!(
                (states(w, silent).await, states(w, rung).await),
                ([ClaimState::Held].into(), [ClaimState::Over].into())
            );
            // The next caller rings the other one, and the one after him nobody.
            let third = place(w, a, "third").await.id;
            let next = dial(w, third, None, NOW.plus(LEASE_MS)).await.unwrap();
            assert_eq!((next.member, first.member == second.member), (second.member, false));
            let fourth = place(w, a, "fourth").await.id;
            assert_eq!(waiting(w, fourth, NOW.plus(LEASE_MS)).await, 0);
            // The carrier is asked as early as ever about those who were dialled first.
            let asked = s.overdue_rescues(&a.scope, NOW.plus(LEASE_MS + 2 * MINUTE)).await.unwrap();
            assert_eq!(asked.iter().map(|r| r.call).collect::<HashSet<_>>(), HashSet::from([silent, rung]));
            // Whatever becomes of the words, nobody is held for ever.
            assert_eq!(s.expire_claims(&a.scope, NOW.plus(LONGEST_MS - 1)).await.unwrap(), 0);
            assert_eq!(s.expire_claims(&a.scope, NOW.plus(LONGEST_MS)).await.unwrap(), 1);
            assert_eq!(
                (states(w, silent).await, states(w, third).await),
                ([ClaimState::Over].into(), [ClaimState::Held].into())
            );
        })
    })
    .await;
}

#[tokio::test]
async fn a_silent_leg_is_over_when_connect_asks_again_and_when_its_exit_says_so() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            phones(w, a).await;
            let call = place(w, a, "sid").await.id;
            let first = dial(w, call, None, NOW).await.unwrap();
            // Past the lease, and no number was named.
            let second = dial(w, call, None, NOW.plus(LEASE_MS + 5_000)).await.unwrap();
            assert_ne!(first.member, second.member);
            let (_, claims) = s.rescue(&a.scope, call).await.unwrap().unwrap();
            assert_eq!((claims[0].state, claims[0].leg.why), (ClaimState::Over, Some(Unanswered::NoAnswer)));
            // Minutes later the exit: he talked all the time.
            let end = NOW.plus(400_000);
            assert_eq!(s.expire_claims(&a.scope, end).await.unwrap(), 0);
            let talked = s.leg_event(&a.scope, call, ends(Some(true), true), None, end, end).await.unwrap().unwrap();
            assert_eq!((talked.ended, talked.taken_by), (Some(RescueEnd::Talked), Some(second.member)));
            assert_eq!(states(w, call).await, [ClaimState::Over, ClaimState::Over]);
        })
    })
    .await;
}

#[tokio::test]
async fn who_may_be_talking_is_known_by_his_number_and_by_the_words_of_it() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            phones(w, a).await;
            let until = async |id: CallId, fallback: bool| {
                let call = s.call(&a.scope, id).await.unwrap();
                let claims = s.rescue(&a.scope, id).await.unwrap().map(|(_, claims)| claims).unwrap_or_default();
                may_talk_until(&call, &claims, fallback)
            };
            let longest = |dialled: At| Some(dialled.plus(LONGEST_MS + 2 * MINUTE));
            let call = place(w, a, "sid").await.id;
            s.hand_off(&a.scope, call, NOW.plus(1_000)).await.unwrap();
            assert_eq!(until(call, false).await, None, "nobody was dialled");
            assert_eq!(until(call, true).await, longest(NOW.plus(1_000)), "unless the fallback number was");
            let first = dial(w, call, None, NOW.plus(2_000)).await.unwrap();
            assert_eq!(until(call, false).await, longest(NOW.plus(2_000)));
            s.leg_event(&a.scope, call, RINGS, None, NOW.plus(3_000), NOW.plus(3_000)).await.unwrap();
            assert_eq!(until(call, false).await, longest(NOW.plus(2_000)), "an answer is lost as easily");
            // The first may have been given back meanwhile; what counts is the last.
            let failed = Some((first.number, Unanswered::Busy));
            dial(w, call, failed, NOW.plus(240_000)).await.unwrap();
            assert_eq!(
                until(call, true).await,
                Some(NOW.plus(65 * MINUTE)),
                "not for longer than this after the start"
            );
            s.leg_event(&a.scope, call, ends(Some(false), false), None, NOW.plus(250_000), NOW.plus(250_000))
                .await
                .unwrap();
            assert_eq!(until(call, false).await, None, "of both the end is known");
            assert_eq!(until(call, true).await, Some(NOW.plus(65 * MINUTE)));
            // A talk that is over is followed by no fallback number.
            let other = place(w, a, "other").await.id;
            dial(w, other, None, NOW).await.unwrap();
            s.leg_event(&a.scope, other, ends(Some(true), false), None, NOW.plus(9_000), NOW.plus(9_000))
                .await
                .unwrap();
            assert_eq!(until(other, true).await, None);
            // Somebody whom the carrier dialled by itself.
            let strange = place(w, a, "strange").await.id;
            s.hand_off(&a.scope, strange, NOW).await.unwrap();
            s.leg_event(&a.scope, strange, LegEvent::Answers, None, NOW, NOW).await.unwrap();
            assert_eq!(until(strange, false).await, longest(NOW));
        })
    })
    .await;
}
