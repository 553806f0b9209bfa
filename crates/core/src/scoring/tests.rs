use super::*;
use crate::id::{AgentId, CallId};
use crate::outcome::Outcome;
use crate::sector::Sector;
use crate::time::{At, Day, IsoWeek};
use proptest::prelude::*;

fn completed() -> Completed {
    Completed {
        call: CallId(uuid::Uuid::from_u128(1)),
        owner: None,
        rescuer: None,
        agent: AgentId(2),
        agent_type: "order_status".into(),
        sector: Sector::Ecommerce,
        day: Day("2026-11-23".into()),
        week: IsoWeek("2026-W48".into()),
        ended_at: At(0),
        outcome: Outcome::ResolvedByAgent,
        counted: true,
        known: true,
        success: true,
        resolved: true,
        escalated: false,
        handling_ms: 60_000,
        agent_ms: 60_000,
        member_ms: 0,
        waiting_ms: 0,
        baseline_ms: 90_000,
        customer_satisfaction: Some(5),
        pickup_ms: None,
    }
}

fn near(a: Option<f64>, b: f64, within: f64) {
    let a = a.expect("a number");
    assert!((a - b).abs() <= within, "{a} is not {b}");
}

fn performance(sums: &Sums) -> Option<f64> {
    score(sums, &Prior::default()).performance
}

#[test]
fn vectors_of_the_score() {
    let fast = |known, successes, ratings, rating_sum| Sums {
        calls: known,
        known,
        successes,
        ratings,
        rating_sum,
        ok_handling_ms: 60_000 * successes,
        ok_baseline_ms: 60_000 * successes,
        ..Sums::default()
    };
    near(performance(&fast(10, 9, 4, 18)), 91.0, 1e-9);
    let slow = Sums { ok_handling_ms: 240_000, ok_baseline_ms: 120_000, ..fast(4, 3, 0, 0) };
    near(performance(&slow), 71.43, 0.005);
    near(performance(&fast(1, 1, 1, 5)), 100.0, 1e-9);
    near(performance(&fast(3, 0, 0, 0)), 0.0, 1e-9);
    near(performance(&fast(2, 2, 1, 0)), 70.0, 1e-9);
    assert_eq!(score(&fast(3, 0, 0, 0), &Prior::default()).speed, None);
}

#[test]
fn no_known_outcome_is_no_score() {
    let s = score(&Sums { calls: 4, handling_ms: 9_000, ..Sums::default() }, &Prior::default());
    assert_eq!((s.performance, s.estimate, s.interval, s.band), (None, None, None, None));
    assert!(s.provisional);
}

#[test]
fn vector_of_the_estimate() {
    let sums = Sums {
        calls: 10,
        known: 10,
        successes: 9,
        ratings: 4,
        rating_sum: 18,
        rating_sq: 82,
        ok_handling_ms: 1,
        ok_baseline_ms: 1,
        ln_sum: -900_000,
        ln_sq: 450_000_000_000,
        ..Sums::default()
    };
    let s = score(&sums, &Prior { r: 0.75, m: 4.16 });
    near(s.estimate, 83.54, 0.005);
    near(s.interval.map(|i| i.0), 76.20, 0.005);
    near(s.interval.map(|i| i.1), 90.88, 0.005);
}

#[test]
fn prior_of_a_new_client_and_of_a_busy_one() {
    let new = Prior::of(&Sums::default());
    assert!((new.r - 0.75).abs() < 1e-12 && (new.m - 4.0).abs() < 1e-12);
    let busy = Prior::of(&Sums { known: 80, successes: 45, ratings: 30, rating_sum: 120, ..Sums::default() });
    assert!((busy.r - 0.6).abs() < 1e-12 && (busy.m - 4.0).abs() < 1e-12);
}

#[test]
fn bands_stand_on_unrounded_numbers() {
    assert_eq!(Band::of(80.0), Band::Excellent);
    assert_eq!(Band::of(79.999), Band::Good);
    assert_eq!(Band::of(60.0), Band::Good);
    assert_eq!(Band::of(40.0), Band::Fair);
    assert_eq!(Band::of(39.99), Band::NeedsImprovement);
}

#[test]
fn shown_rounds_half_to_even() {
    assert_eq!([0.25, 0.75, 71.4286, 2.45, 100.0].map(shown), [0.2, 0.8, 71.4, 2.4, 100.0]);
}

#[test]
fn provisional_ends_at_thirty() {
    let at = |known| score(&Sums { known, ..Sums::default() }, &Prior::default()).provisional;
    assert!(at(29) && !at(30));
}

#[test]
fn a_call_that_does_not_count_moves_nothing() {
    let c = Completed { counted: false, rescuer: Some(crate::id::MemberId(1)), ..completed() };
    assert_eq!(Sums::of(&c), Sums::default());
    assert_eq!(RescueSums::of(&c), RescueSums::default());
    assert_eq!(AgentSums::of(&c), AgentSums::default());
}

#[test]
fn only_successes_move_speed_and_a_second_is_the_least() {
    let s = Sums::of(&Completed { handling_ms: 10, baseline_ms: 1_000, ..completed() });
    assert_eq!((s.handling_ms, s.ok_handling_ms, s.ln_sum), (10, 1_000, 0));
    let open = Completed { known: false, success: false, outcome: Outcome::MessageTaken, ..completed() };
    let s = Sums::of(&open);
    assert_eq!((s.calls, s.known, s.ok_handling_ms, s.handling_ms), (1, 0, 0, 60_000));
}

#[test]
fn a_zero_rating_is_a_rating() {
    let s = Sums::of(&Completed { customer_satisfaction: Some(0), ..completed() });
    assert_eq!((s.ratings, s.rating_sum), (1, 0));
}

#[test]
fn the_rescuer_and_the_agent_get_their_own() {
    let c = Completed {
        rescuer: Some(crate::id::MemberId(3)),
        outcome: Outcome::ResolvedByMember,
        escalated: true,
        pickup_ms: Some(4_000),
        ..completed()
    };
    assert_eq!(RescueSums::of(&c), RescueSums { rescues: 1, rescues_resolved: 1, pickup_ms: 4_000 });
    assert_eq!(AgentSums::of(&c), AgentSums { calls: 1, resolved_by_agent: 0, escalated: 1 });
}

fn calls() -> impl Strategy<Value = Completed> {
    (any::<bool>(), any::<bool>(), 0..2_000_000_i64, 1..600_000_i64, proptest::option::of(0..=5_u8)).prop_map(
        |(known, ok, handling_ms, baseline_ms, rating)| Completed {
            known,
            success: known && ok,
            resolved: known && ok,
            handling_ms,
            baseline_ms,
            customer_satisfaction: rating,
            ..completed()
        },
    )
}

proptest! {
    #[test]
    fn order_changes_nothing(mut all in proptest::collection::vec(calls(), 0..40)) {
        let forward: Sums = all.iter().map(Sums::of).sum();
        all.reverse();
        let backward: Sums = all.iter().map(Sums::of).sum();
        prop_assert_eq!(forward, backward);
    }

    #[test]
    fn a_duplicate_taken_back_changes_nothing(all in proptest::collection::vec(calls(), 1..40)) {
        let once: Sums = all.iter().map(Sums::of).sum();
        let mut again = once;
        again += Sums::of(&all[0]);
        prop_assert_eq!(again - Sums::of(&all[0]), once);
        prop_assert_eq!(once + -once, Sums::default());
    }

    #[test]
    fn slower_never_scores_higher(
        all in proptest::collection::vec(calls(), 1..30),
        at in any::<proptest::sample::Index>(),
        more in 1..600_000_i64,
    ) {
        let quick: Sums = all.iter().map(Sums::of).sum();
        let one = at.get(&all);
        let late = Completed { handling_ms: one.handling_ms + more, ..one.clone() };
        let slow = quick - Sums::of(one) + Sums::of(&late);
        let prior = Prior::default();
        prop_assert!(score(&slow, &prior).performance <= score(&quick, &prior).performance);
        prop_assert!(score(&slow, &prior).estimate <= score(&quick, &prior).estimate);
    }

    #[test]
    fn numbers_stay_within_0_and_100(all in proptest::collection::vec(calls(), 1..30)) {
        let s = score(&all.iter().map(Sums::of).sum(), &Prior::default());
        for x in [s.performance, s.success, s.satisfaction, s.speed, s.estimate].into_iter().flatten() {
            prop_assert!((0.0..=100.000_001).contains(&x), "{}", x);
        }
        if let (Some(e), Some((low, high))) = (s.estimate, s.interval) {
            prop_assert!(low <= e && e <= high);
        }
    }
}
