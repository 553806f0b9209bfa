use super::*;
use proptest::prelude::*;

fn member(id: i64) -> Candidate {
    Candidate {
        member: MemberId(id),
        proficiency: Proficiency::new(50).unwrap(),
        status: MemberStatus::Active,
        availability: Availability::Available,
        takes_calls: true,
        assigned: true,
        open_owned: 0,
        open_limit: 10,
        in_rescue: 0,
        busy_s: 0.0,
        member_sums: Sums::default(),
        agent_sums: Sums::default(),
    }
}

fn team(candidates: Vec<Candidate>) -> Snapshot {
    Snapshot {
        team: TeamId(1),
        agent: AgentId(1),
        agent_type: "front_desk".into(),
        rate: 0.75,
        fairness: 40,
        candidates,
    }
}

fn wins(candidates: &[Candidate], id: i64) -> usize {
    let won = |seed: &u64| {
        let d = choose_owner(team(candidates.to_vec()), *seed);
        d.chosen.is_some_and(|c| c.team_member_id == MemberId(id))
    };
    (0..400_u64).filter(won).count()
}

fn record(known: i64, successes: i64) -> Sums {
    Sums { calls: known, known, successes, ..Sums::default() }
}

#[test]
fn each_rule_of_eligibility_alone_keeps_out() {
    let away = |a| Candidate { availability: a, ..member(1) };
    let out = [
        Candidate { status: MemberStatus::Invited, ..member(1) },
        Candidate { status: MemberStatus::Inactive, ..member(1) },
        away(Availability::Away),
        away(Availability::Offline),
        Candidate { takes_calls: false, ..member(1) },
        Candidate { assigned: false, ..member(1) },
        Candidate { open_owned: 10, ..member(1) },
    ];
    for c in out {
        let d = choose_owner(team(vec![c.clone()]), 1);
        assert_eq!(d.chosen, None, "{c:?}");
        assert!(d.why.contains("unowned"), "{}", d.why);
    }
    let busy = Candidate { availability: Availability::Busy, ..member(1) };
    assert!(choose_owner(team(vec![busy]), 1).chosen.is_some());
}

#[test]
fn nobody_at_all_is_unowned() {
    assert_eq!(choose_owner(team(vec![]), 7).chosen, None);
}

#[test]
fn answers_in_the_seeds_words() {
    let c = Candidate { proficiency: Proficiency::new(85).unwrap(), ..member(4) };
    let json = serde_json::to_value(choose_owner(team(vec![c]), 7).chosen).unwrap();
    let want = serde_json::json!({"team_member_id": 4, "team_id": 1, "proficiency_level": 85,
        "agent_type": "front_desk"});
    assert_eq!(json, want);
}

#[test]
fn better_records_win_more_often_but_not_always() {
    let good = Candidate { agent_sums: record(40, 38), member_sums: record(40, 38), ..member(1) };
    let poor = Candidate { agent_sums: record(40, 20), member_sums: record(40, 20), ..member(2) };
    let won = wins(&[good, poor], 1);
    assert!(won > 360 && won < 400, "{won} of 400");
}

#[test]
fn proficiency_speaks_before_the_first_call() {
    let able = Candidate { proficiency: Proficiency::new(100).unwrap(), ..member(1) };
    let new = Candidate { proficiency: Proficiency::new(0).unwrap(), ..member(2) };
    assert!(wins(&[able, new], 1) > 280);
}

#[test]
fn load_moves_calls_to_the_idle() {
    let loaded = Candidate { busy_s: 3_600.0, ..member(1) };
    let idle = Candidate { busy_s: 600.0, ..member(2) };
    assert!(wins(&[loaded.clone(), idle.clone()], 2) > 370);
    let unfair: Vec<_> = (0..400)
        .map(|seed| choose_owner(Snapshot { fairness: 0, ..team(vec![loaded.clone(), idle.clone()]) }, seed))
        .filter(|d| d.chosen.as_ref().is_some_and(|c| c.team_member_id == MemberId(2)))
        .collect();
    assert!(unfair.len() < 250, "with the dial at 0 load says nothing: {}", unfair.len());
}

#[test]
fn below_a_minute_of_mean_load_nobody_is_ahead() {
    let d = choose_owner(team(vec![Candidate { busy_s: 100.0, ..member(1) }, member(2)]), 3);
    assert!(d.draws.weighed.iter().all(|w| w.relative == 0.0));
}

#[test]
fn open_calls_and_rescues_weigh() {
    let d = choose_owner(team(vec![Candidate { open_owned: 3, in_rescue: 1, ..member(1) }]), 3);
    let w = &d.draws.weighed[0];
    assert!((w.value - (100.0 * w.theta - 120.0 * 0.5)).abs() < 1e-9);
}

#[test]
fn explores_three_percent_per_member_and_half_at_most() {
    let explored = |n: i64| {
        let all: Vec<_> = (1..=n).map(member).collect();
        (0..2_000).filter(|s| choose_owner(team(all.clone()), *s).draws.uniform.is_some()).count()
    };
    assert!((70..=170).contains(&explored(2)), "6 % of 2,000: {}", explored(2));
    assert!((900..=1_100).contains(&explored(40)), "half of 2,000: {}", explored(40));
}

#[test]
fn busy_seconds_halve_in_a_working_day() {
    let at = At(1_000_000);
    assert!((decayed(100.0, at, at.plus(28_800_000)) - 50.0).abs() < 1e-9);
    assert!((decayed(100.0, at, at) - 100.0).abs() < 1e-9);
    assert!((decayed(100.0, at, At(0)) - 100.0).abs() < 1e-9, "a clock that jumped back adds nothing");
}

fn candidates() -> impl Strategy<Value = Candidate> {
    (0..=100_i64, 0..12_i64, 0..3_i64, 0.0..40_000.0_f64, 0..60_i64, 0..60_i64, any::<bool>()).prop_map(
        |(level, open_owned, in_rescue, busy_s, known, ok, takes_calls)| Candidate {
            proficiency: Proficiency::new(level).unwrap(),
            open_owned,
            in_rescue,
            busy_s,
            takes_calls,
            agent_sums: record(known, ok.min(known)),
            member_sums: record(known * 2, ok.min(known)),
            ..member(1)
        },
    )
}

proptest! {
    #[test]
    fn a_stored_decision_replays(
        all in proptest::collection::vec(candidates(), 0..30),
        seed in any::<u64>(),
    ) {
        let all: Vec<_> = all.into_iter().zip(1..).map(|(c, id)| Candidate { member: MemberId(id), ..c }).collect();
        let decided = choose_owner(team(all), seed);
        let stored = serde_json::to_string(&decided).unwrap();
        let read: Decision = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(read.seed, seed);
        prop_assert_eq!(replay(&read), decided.chosen.as_ref().map(|c| c.team_member_id));
        if let Some(c) = decided.chosen {
            let who = decided.snapshot.candidates.iter().find(|x| x.member == c.team_member_id).unwrap();
            prop_assert!(who.takes_calls && who.open_owned < who.open_limit);
        }
    }
}

#[test]
fn the_owner_rescues_when_free_else_the_best_free_else_the_queue() {
    let good = Candidate { agent_sums: record(90, 88), member_sums: record(90, 88), ..member(2) };
    let held = Candidate { in_rescue: 1, ..member(1) };
    let rescue = |all: Vec<Candidate>, tried| choose_rescuer(team(all), Some(MemberId(1)), tried, 5);
    let owner = rescue(vec![member(1), good.clone()], vec![]);
    assert_eq!((owner.chosen, owner.served), (Some(MemberId(1)), Served::Owner));
    let pool = rescue(vec![held.clone(), member(3), good.clone()], vec![]);
    assert_eq!((pool.chosen, pool.served), (Some(MemberId(2)), Served::Pool));
    let next = rescue(vec![member(1), member(3), good], vec![MemberId(1), MemberId(2)]);
    assert_eq!((next.chosen, next.served), (Some(MemberId(3)), Served::Pool));
    let none = rescue(vec![held, Candidate { availability: Availability::Busy, ..member(2) }], vec![]);
    assert_eq!((none.chosen, none.served), (None, Served::Queue));
}

#[test]
fn open_calls_keep_nobody_from_a_rescue() {
    let full = Candidate { open_owned: 10, ..member(2) };
    let d = choose_rescuer(team(vec![full]), None, vec![], 3);
    assert_eq!(d.chosen, Some(MemberId(2)));
    assert!((d.weighed[0].value - 100.0 * d.weighed[0].theta).abs() < 1e-9);
}

proptest! {
    #[test]
    fn a_stored_rescue_replays(
        all in proptest::collection::vec(candidates(), 0..30),
        owner in proptest::option::of(1..30_i64),
        seed in any::<u64>(),
    ) {
        let all: Vec<_> = all.into_iter().zip(1..).map(|(c, id)| Candidate { member: MemberId(id), ..c }).collect();
        let decided = choose_rescuer(team(all), owner.map(MemberId), vec![MemberId(3)], seed);
        let read: Rescue = serde_json::from_str(&serde_json::to_string(&decided).unwrap()).unwrap();
        prop_assert_eq!(replay_rescue(&read), decided.chosen);
        prop_assert_eq!(decided.chosen.is_none(), decided.served == Served::Queue);
        if let Some(id) = decided.chosen {
            let who = decided.snapshot.candidates.iter().find(|x| x.member == id).unwrap();
            prop_assert!(who.takes_calls && who.in_rescue == 0 && id != MemberId(3));
        }
    }
}
