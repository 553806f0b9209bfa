//! A person takes a call over: claimed once, in the queue's order, freed again.

mod silent;

use crate::world::*;
use caly_core::id::{CallId, MemberId, TaskId};
use caly_core::member::{Availability, Role};
use caly_core::outcome::{CallState, Outcome};
use caly_core::rescue::{ClaimState, LEASE_MS, LegEvent, RescueEnd, Unanswered};
use caly_core::routing::{Served, replay_rescue};
use caly_core::time::At;
use caly_store::*;
use std::collections::HashSet;

const RINGS: LegEvent = LegEvent::Rings;

fn ends(talked: Option<bool>, last: bool) -> LegEvent {
    LegEvent::Ends { talked, talk_ms: None, why: Unanswered::NoAnswer, last }
}

/// Both who take calls have a telephone.
async fn phones(w: &World, side: &Side) {
    assign(w, side).await;
    for (m, phone) in [(side.m1, "+919810000001"), (side.m2, "09810000002")] {
        let patch = MemberPatch { phone: Some(Some(phone.to_owned())), ..MemberPatch::default() };
        w.s.update_member(&side.scope, m, patch, None, NOW).await.unwrap();
    }
}

async fn claimed(w: &World, id: CallId, at: At) -> Claim {
    match w.s.seek_person(&w.a.scope, id, 1, at).await.unwrap() {
        Sought::Claimed(claim) => *claim,
        other => panic!("{other:?}"),
    }
}

async fn waiting(w: &World, id: CallId, at: At) -> i64 {
    match w.s.seek_person(&w.a.scope, id, 1, at).await.unwrap() {
        Sought::Waiting { ahead } => ahead,
        other => panic!("{other:?}"),
    }
}

async fn dial(w: &World, id: CallId, failed: Option<(String, Unanswered)>, at: At) -> Option<Claim> {
    match w.s.next_person(&w.a.scope, id, failed, 1, at).await.unwrap() {
        NextPerson::Dial(claim) => Some(*claim),
        NextPerson::Nobody => None,
    }
}

#[tokio::test]
async fn the_owner_is_claimed_once_and_the_queue_keeps_its_order() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let lone = place(w, b, "sid").await;
            assert_eq!(s.seek_person(&b.scope, lone.id, 1, NOW).await.unwrap(), Sought::Nobody, "no telephone");
            let number = Some("+918022223333".to_owned());
            let to = CarrierPatch { fallback_number: Some(number.clone()), ..CarrierPatch::default() };
            let set = s.set_carrier(&b.scope, b.channel, to, None, NOW).await.unwrap();
            assert_eq!(
                (set.fallback_number, s.channel(&a.scope, a.channel).await.unwrap().fallback_number),
                (number, None)
            );
            let login = CarrierPatch { login_sealed: Some(Some("sealed".into())), ..CarrierPatch::default() };
            let set = s.set_carrier(&b.scope, b.channel, login.clone(), None, NOW).await.unwrap();
            assert!(set.fallback_number.is_some() && set.carrier_login_sealed.is_some(), "the rest stays");
            stale(s.set_carrier(&b.scope, b.channel, login.clone(), Some(set.rev + 7), NOW).await);
            not_found(s.set_carrier(&b.scope, caly_core::id::ChannelId(99), login, None, NOW).await);
            phones(w, a).await;
            let calls: Vec<_> =
                [place(w, a, "1").await, place(w, a, "2").await, place(w, a, "3").await, place(w, a, "4").await].into();
            not_found(s.seek_person(&b.scope, calls[0].id, 1, NOW).await);
            let first = claimed(w, calls[0].id, NOW).await;
            assert_eq!((Some(first.member), first.decision.served), (calls[0].owner, Served::Owner));
            assert_eq!(claimed(w, calls[0].id, NOW).await, first, "asked again, the same");
            let second = claimed(w, calls[1].id, NOW).await;
            assert_ne!(second.member, first.member);
            for claim in [&first, &second] {
                assert_eq!(replay_rescue(&claim.decision), Some(claim.member));
            }
            assert_eq!(waiting(w, calls[2].id, NOW.plus(1)).await, 0);
            assert_eq!(waiting(w, calls[3].id, NOW.plus(2)).await, 1);
            // The first gives up: the third is next, whoever asks first.
            not_found(s.leave_queue(&b.scope, calls[0].id, NOW).await);
            s.leave_queue(&a.scope, calls[0].id, NOW).await.unwrap();
            assert_eq!(waiting(w, calls[3].id, NOW.plus(3)).await, 1);
            assert_eq!(claimed(w, calls[2].id, NOW.plus(4)).await.member, first.member);
            assert_eq!(waiting(w, calls[3].id, NOW.plus(5)).await, 0);
            // What is busy elsewhere is seen by the owner's choice as well.
            let next = s.place_call(&a.scope, new_call(a, "5"), NOW).await.unwrap().decision.unwrap();
            assert!(next.snapshot.candidates.iter().filter(|c| c.in_rescue == 1).count() == 2, "{next:?}");
            let names = event_names(w, a).await;
            assert!(names.contains(&"call.rescue"));
        })
    })
    .await;
}

/// Somebody who is at the phone for other agents is no reason to let a later
/// caller pass.
#[tokio::test]
async fn only_who_can_be_taken_makes_the_queue_shorter() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            phones(w, a).await;
            let other = active(s, &a.scope, "other@example.com", Role::Member).await.id;
            let phone = MemberPatch { phone: Some(Some("+919810000003".into())), ..MemberPatch::default() };
            s.update_member(&a.scope, other, phone, None, NOW).await.unwrap();
            let mut calls = Vec::new();
            for n in 0..4 {
                calls.push(place(w, a, &format!("{n}")).await.id);
            }
            claimed(w, calls[0], NOW).await;
            claimed(w, calls[1], NOW).await;
            assert_eq!(waiting(w, calls[2], NOW.plus(1)).await, 0, "nobody of this agent is free");
            assert_eq!(waiting(w, calls[3], NOW.plus(2)).await, 1);
            s.leave_queue(&a.scope, calls[0], NOW.plus(3)).await.unwrap();
            assert_eq!(waiting(w, calls[3], NOW.plus(4)).await, 1, "who asked later does not pass");
            claimed(w, calls[2], NOW.plus(5)).await;
        })
    })
    .await;
}

/// His phone rings already, though the carrier has not said so yet: the next
/// caller must not ring it too.
#[tokio::test]
async fn a_number_that_went_out_is_not_given_back_by_leaving_the_queue() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            phones(w, a).await;
            let call = place(w, a, "sid").await;
            claimed(w, call.id, NOW).await;
            dial(w, call.id, None, NOW.plus(1)).await.unwrap();
            s.leave_queue(&a.scope, call.id, NOW.plus(2)).await.unwrap();
            let (_, claims) = s.rescue(&a.scope, call.id).await.unwrap().unwrap();
            assert_eq!(claims.iter().map(|c| c.state).collect::<Vec<_>>(), [ClaimState::Held]);
        })
    })
    .await;
}

#[tokio::test]
async fn who_stops_asking_loses_his_place_and_a_lease_runs_out() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            phones(w, a).await;
            let mut calls = Vec::new();
            for n in 0..4 {
                calls.push(place(w, a, &format!("{n}")).await.id);
            }
            claimed(w, calls[0], NOW).await;
            claimed(w, calls[1], NOW).await;
            assert_eq!(waiting(w, calls[2], NOW).await, 0);
            assert_eq!(waiting(w, calls[3], NOW.plus(1)).await, 1);
            // The third's node died.
            assert_eq!(waiting(w, calls[3], NOW.plus(20_000)).await, 0);
            assert_eq!(s.expire_claims(&a.scope, NOW.plus(LEASE_MS - 1)).await.unwrap(), 0);
            assert_eq!(s.expire_claims(&a.scope, NOW.plus(LEASE_MS)).await.unwrap(), 2);
            claimed(w, calls[3], NOW.plus(LEASE_MS)).await;
            // A person who is away is not waited for.
            for m in [a.m1, a.m2] {
                let away = MemberPatch { availability: Some(Availability::Away), ..MemberPatch::default() };
                s.update_member(&a.scope, m, away, None, NOW).await.unwrap();
            }
            assert_eq!(s.seek_person(&a.scope, calls[2], 1, NOW.plus(LEASE_MS)).await.unwrap(), Sought::Nobody);
            s.complete_call(&a.scope, calls[3], ending(Outcome::Unresolved, false), NOW).await.unwrap();
            let (rescue, claims) = s.rescue(&a.scope, calls[3]).await.unwrap().unwrap();
            assert!(!rescue.waits && claims.iter().all(|c| c.state == ClaimState::Over), "the end lets go");
            not_now(s.seek_person(&a.scope, calls[3], 1, NOW).await);
        })
    })
    .await;
}

#[tokio::test]
async fn polls_of_one_attempt_get_one_number_and_the_next_attempt_the_next() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            phones(w, a).await;
            let call = place(w, a, "sid").await;
            not_found(s.next_person(&b.scope, call.id, None, 1, NOW).await);
            let first = dial(w, call.id, None, NOW).await.unwrap();
            let polls = (0..5).map(|n| {
                let (s, scope, id) = (s.clone(), a.scope.clone(), call.id);
                tokio::spawn(async move { s.next_person(&scope, id, None, n, NOW.plus(100)).await.unwrap() })
            });
            for poll in polls.collect::<Vec<_>>() {
                assert_eq!(poll.await.unwrap(), NextPerson::Dial(Box::new(first.clone())));
            }
            let failed = Some((first.number.clone(), Unanswered::Busy));
            let second = dial(w, call.id, failed.clone(), NOW.plus(9_000)).await.unwrap();
            assert_ne!((second.member, second.attempt), (first.member, first.attempt));
            assert_eq!(dial(w, call.id, failed, NOW.plus(9_100)).await.as_ref(), Some(&second), "the repeat");
            assert_eq!(dial(w, call.id, None, NOW.plus(9_200)).await.as_ref(), Some(&second));
            // Without a word, a question much later is about the next.
            assert_eq!(dial(w, call.id, None, NOW.plus(30_000)).await, None);
            let (rescue, claims) = s.rescue(&a.scope, call.id).await.unwrap().unwrap();
            assert_eq!(rescue.ended, Some(RescueEnd::Nobody));
            assert_eq!(
                claims.iter().map(|c| (c.state, c.leg.why)).collect::<Vec<_>>(),
                [(ClaimState::Over, Some(Unanswered::Busy)), (ClaimState::Over, Some(Unanswered::NoAnswer))]
            );
            not_found(s.rescue(&b.scope, call.id).await);
        })
    })
    .await;
}

#[tokio::test]
async fn a_leg_in_every_order_ends_the_same_and_holds_its_member_until_then() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            phones(w, a).await;
            let events = [
                (RINGS, NOW.plus(1_000)),
                (LegEvent::Answers, NOW.plus(4_000)),
                (ends(Some(true), false), NOW.plus(64_000)),
            ];
            let mut ended = HashSet::new();
            for (n, order) in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].into_iter().enumerate()
            {
                let call = place(w, a, &format!("o{n}")).await;
                let claim = dial(w, call.id, None, NOW).await.unwrap();
                s.hand_off(&a.scope, call.id, NOW).await.unwrap();
                not_found(s.leg_event(&b.scope, call.id, RINGS, None, NOW, NOW).await);
                for at in order.into_iter().chain(order) {
                    let (event, when) = events[at];
                    s.leg_event(&a.scope, call.id, event, Some(claim.number.clone()), when, NOW.plus(70_000))
                        .await
                        .unwrap();
                }
                let (rescue, claims) = s.rescue(&a.scope, call.id).await.unwrap().unwrap();
                assert_eq!((rescue.ended, rescue.taken_by), (Some(RescueEnd::Talked), Some(claim.member)));
                assert_eq!(claims[0].state, ClaimState::Over);
                ended.insert((rescue.talk_ms, rescue.answered_at, rescue.ended_at));
                s.complete_call(&a.scope, call.id, ending(Outcome::HandedOver, false), NOW).await.unwrap();
            }
            assert_eq!(ended.len(), 1);
            assert_eq!(ended.into_iter().next().unwrap().0, Some(60_000));
            // While it rings and while he talks he is nobody else's.
            let call = place(w, a, "held").await;
            let claim = dial(w, call.id, None, NOW).await.unwrap();
            s.leg_event(&a.scope, call.id, LegEvent::Answers, None, NOW, NOW).await.unwrap();
            assert_eq!(s.expire_claims(&a.scope, NOW.plus(10 * LEASE_MS)).await.unwrap(), 0, "he talks");
            let now = s.call(&a.scope, call.id).await.unwrap();
            assert_eq!((now.state, now.rescuer), (CallState::Talking, Some(claim.member)));
            not_found(s.hand_off(&b.scope, call.id, NOW).await);
            assert_eq!(s.hand_off(&a.scope, call.id, NOW).await.unwrap().state, CallState::Talking, "never back");
        })
    })
    .await;
}

fn spoke(of: CallId) -> NewTask {
    NewTask { id: TaskId(of.0), kind: TaskKind::Voicemail, text: "He spoke.".into(), ..new_task() }
}

#[tokio::test]
async fn what_is_said_after_a_call_that_broke_off_is_kept_and_heard() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            let other = place(w, a, "other").await;
            s.complete_call(&a.scope, other.id, ending(Outcome::Failed, false), NOW).await.unwrap();
            assert_eq!(s.end_rescue(&a.scope, other.id, RescueEnd::Nobody, None, NOW).await.unwrap(), None);
            let url = Some("https://recordings.example.com/2.mp3".to_owned());
            let kept = s.end_rescue(&a.scope, other.id, RescueEnd::Nobody, url.clone(), NOW).await.unwrap().unwrap();
            assert_eq!((kept.ended, kept.recording_url), (Some(RescueEnd::Nobody), url));
            for _ in 0..2 {
                s.mark_voicemail(&a.scope, other.id, spoke(other.id), NOW).await.unwrap();
            }
            let heard = s.task(&a.scope, TaskId(other.id.0)).await.unwrap();
            assert_eq!((heard.kind, heard.call, heard.rev), (TaskKind::Voicemail, Some(other.id), 1));
            let open = place(w, a, "open").await;
            s.mark_voicemail(&a.scope, open.id, spoke(open.id), NOW).await.unwrap();
            not_found(s.task(&a.scope, TaskId(open.id.0)).await);
        })
    })
    .await;
}

#[tokio::test]
async fn nobody_came_and_what_is_overdue() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            phones(w, a).await;
            let call = place(w, a, "sid").await;
            dial(w, call.id, None, NOW).await.unwrap();
            assert!(s.overdue_rescues(&a.scope, NOW.plus(LEASE_MS)).await.unwrap().is_empty());
            assert!(s.overdue_rescues(&b.scope, NOW.plus(900_000)).await.unwrap().is_empty());
            assert_eq!(s.overdue_rescues(&a.scope, NOW.plus(LEASE_MS + 120_000)).await.unwrap().len(), 1);
            not_found(s.check_rescue_at(&b.scope, call.id, NOW).await.and(s.call(&b.scope, call.id).await));
            s.check_rescue_at(&a.scope, call.id, NOW.plus(400_000)).await.unwrap();
            assert!(s.overdue_rescues(&a.scope, NOW.plus(300_000)).await.unwrap().is_empty());
            // What is said meanwhile only brings the question nearer, and spends none.
            let check = async || {
                let rescue = s.rescue(&a.scope, call.id).await.unwrap().unwrap().0;
                (rescue.checks, rescue.check_at)
            };
            for (by, then) in [(500_000, 400_000), (350_000, 350_000), (360_000, 350_000)] {
                s.check_rescue_by(&b.scope, call.id, NOW).await.unwrap();
                s.check_rescue_by(&a.scope, call.id, NOW.plus(by)).await.unwrap();
                assert_eq!(check().await, (1, NOW.plus(then)));
            }
            not_found(s.end_rescue(&b.scope, call.id, RescueEnd::Nobody, None, NOW).await);
            let url = Some("https://recordings.example.com/1.mp3".to_owned());
            let ended = s.end_rescue(&a.scope, call.id, RescueEnd::Nobody, url.clone(), NOW).await.unwrap().unwrap();
            assert_eq!((ended.ended, &ended.recording_url), (Some(RescueEnd::Nobody), &url));
            let again =
                s.end_rescue(&a.scope, call.id, RescueEnd::CallerLeft, None, NOW.plus(9)).await.unwrap().unwrap();
            assert_eq!((again.ended, again.recording_url), (Some(RescueEnd::Nobody), url), "the first stands");
            // A recording makes the task a voicemail, while it is open.
            s.create_task(&a.scope, Some(call.id), NewTask { id: TaskId(call.id.0), ..new_task() }, NOW).await.unwrap();
            not_found(s.mark_voicemail(&b.scope, call.id, spoke(call.id), NOW).await);
            s.mark_voicemail(&a.scope, call.id, spoke(call.id), NOW).await.unwrap();
            let task = s.task(&a.scope, TaskId(call.id.0)).await.unwrap();
            assert_eq!((task.kind, task.text.as_str(), task.rev), (TaskKind::Voicemail, "He spoke.", 2));
            // Unless a person talked after all.
            let last = ends(Some(true), true);
            let taken = s.leg_event(&a.scope, call.id, last, None, NOW, NOW).await.unwrap().unwrap();
            assert_eq!(taken.ended, Some(RescueEnd::Talked));
            // A call that was never escalated has no rescue, and strangers make none after the end.
            let other = place(w, a, "other").await;
            s.complete_call(&a.scope, other.id, ending(Outcome::Unresolved, false), NOW).await.unwrap();
            assert_eq!(s.leg_event(&a.scope, other.id, RINGS, None, NOW, NOW).await.unwrap(), None);
            assert_eq!(s.rescue(&a.scope, other.id).await.unwrap(), None);
        })
    })
    .await;
}

/// A hook that read "nobody came" must not end a call of which another one
/// said meanwhile that somebody talked.
#[tokio::test]
async fn a_call_ends_as_its_rescue_stands_and_not_as_it_stood() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            phones(w, a).await;
            let call = place(w, a, "sid").await;
            let claim = dial(w, call.id, None, NOW).await.unwrap();
            let seen = s.end_rescue(&a.scope, call.id, RescueEnd::Nobody, None, NOW).await.unwrap().unwrap();
            s.leg_event(&a.scope, call.id, ends(Some(true), true), None, NOW, NOW).await.unwrap();
            let nobody = Ending { rescue: Some(Box::new(seen)), ..ending(Outcome::MessageTaken, false) };
            stale(s.complete_call(&a.scope, call.id, nobody.clone(), NOW).await);
            assert_eq!(s.call(&a.scope, call.id).await.unwrap().ended_at, None);
            let now = s.rescue(&a.scope, call.id).await.unwrap().unwrap().0;
            assert_eq!((now.ended, now.taken_by), (Some(RescueEnd::Talked), Some(claim.member)));
            let talked = Ending {
                rescuer: Some(claim.member),
                rescue: Some(Box::new(now)),
                ..ending(Outcome::HandedOver, false)
            };
            assert!(s.complete_call(&a.scope, call.id, talked, NOW).await.unwrap().first);
            assert!(!s.complete_call(&a.scope, call.id, nobody, NOW).await.unwrap().first, "the first ending stands");
        })
    })
    .await;
}

#[tokio::test]
async fn the_rescuers_word_moves_the_call_once() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            phones(w, a).await;
            let call = place(w, a, "sid").await;
            let claim = dial(w, call.id, None, NOW).await.unwrap();
            let who = a.person(claim.member, Role::Member);
            not_found(s.dispose_call(&b.scope, call.id, true, None, NOW).await);
            assert!(matches!(s.dispose_call(&who, call.id, false, None, NOW).await.unwrap(), Disposed::Kept(_)));
            assert_eq!(s.rescue(&a.scope, call.id).await.unwrap().unwrap().0.disposition, Some(false));
            let end =
                Ending { rescuer: Some(claim.member), pickup_ms: Some(4_000), ..ending(Outcome::HandedOver, false) };
            s.complete_call(&a.scope, call.id, end, NOW).await.unwrap();
            s.score_call(&a.scope, call.id, NOW).await.unwrap();
            stale(s.dispose_call(&who, call.id, true, Some(99), NOW).await);
            assert!(matches!(s.dispose_call(&who, call.id, true, None, NOW).await.unwrap(), Disposed::Moved(_)));
            not_now(s.dispose_call(&who, call.id, true, None, NOW).await);
            let moved = s.call(&a.scope, call.id).await.unwrap();
            assert_eq!((moved.outcome, moved.success), (Some(Outcome::ResolvedByMember), true));
            let raw = s.raw_rows(&a.scope).await.unwrap();
            let rescued = |m: MemberId| {
                raw.daily.iter().filter(|d| d.member == m).map(|d| d.rescue.rescues_resolved).sum::<i64>()
            };
            assert_eq!(rescued(claim.member), 1);
            let plain = place(w, a, "plain").await;
            not_now(s.dispose_call(&who, plain.id, true, None, NOW).await);
        })
    })
    .await;
}

/// Eight people, sixty-four callers who ask at once: eight are claimed, each
/// once, and the rest wait, in one order.
#[tokio::test]
async fn sixty_four_at_once_never_claim_one_of_eight_twice() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            phones(w, a).await;
            let set = vec![NewAssignment { agent: caly_core::id::AgentId(1), proficiency: caly_core::id::Proficiency::new(80).unwrap() }];
            for n in 3..9 {
                let m = active(s, &a.scope, &format!("more{n}@example.com"), Role::Member).await;
                let patch = MemberPatch { phone: Some(Some(format!("+91981000000{n}"))), ..MemberPatch::default() };
                s.update_member(&a.scope, m.id, patch, None, NOW).await.unwrap();
                s.set_assignments(&a.scope, m.id, set.clone(), None, NOW).await.unwrap();
            }
            let mut calls = Vec::new();
            for n in 0..64 {
                calls.push(place(w, a, &format!("{n}")).await.id);
            }
            let asks: Vec<_> = calls.iter().map(|id| {
                let (s, scope, id) = (s.clone(), a.scope.clone(), *id);
                tokio::spawn(async move { s.seek_person(&scope, id, 7, NOW).await.unwrap() })
            }).collect();
            let (mut members, mut waits) = (Vec::new(), 0);
            for ask in asks {
                match ask.await.unwrap() {
                    Sought::Claimed(claim) => members.push(claim.member),
                    Sought::Waiting { .. } => waits += 1,
                    Sought::Nobody => panic!("eight people are there"),
                }
            }
            assert_eq!((members.len(), waits), (8, 56));
            assert_eq!(members.iter().collect::<HashSet<_>>().len(), 8, "each once: {members:?}");
            // The control: without the rule a second claim would stand, and be seen.
            let twice = "INSERT INTO claims SELECT client_id, call_id, attempt + 1, member_id, number, state, claimed_at, \
                lease_until, dialled_at, leg, decision FROM claims WHERE attempt = 1";
            assert!(w.try_meddle(twice).await.is_err(), "the index is the rule");
            w.meddle("DROP INDEX claims_member").await;
            w.meddle("DROP INDEX claims_call").await;
            w.meddle(twice).await;
            let raw = s.raw_rows(&a.scope).await.unwrap();
            let held: Vec<_> = raw.claims.iter().filter(|c| c.state != ClaimState::Over).map(|c| c.member).collect();
            assert_eq!((held.len(), held.iter().collect::<HashSet<_>>().len()), (16, 8));
        })
    })
    .await;
}
