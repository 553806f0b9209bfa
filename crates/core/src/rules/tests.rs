use super::*;
use crate::time::SECOND;
use proptest::prelude::*;

fn span(weekday: i8, from_min: i64, to_min: i64) -> Opening {
    Opening { weekday, from_min, to_min }
}

/// Monday to Friday 9-18, Saturday in two parts, closed on Republic Day.
fn office() -> Rules {
    let mut hours: Vec<Opening> = (1..=5).map(|day| span(day, 9 * 60, 18 * 60)).collect();
    hours.extend([span(6, 9 * 60, 13 * 60), span(6, 16 * 60, 19 * 60)]);
    let holidays = vec![Holiday { day: Day("2026-01-26".into()), name: "Republic Day".into() }];
    Rules { hours, holidays, ..Rules::default() }
}

fn at(zone: &Zone, day: &str, minute: i64) -> At {
    zone.at(&Day(day.into()), minute).unwrap()
}

#[test]
fn open_as_the_clock_on_the_wall_says() {
    let (rules, zone) = (office(), Zone::named("Asia/Kolkata").unwrap());
    // 2026-01-24 is a Saturday.
    for (day, minute, open) in [
        ("2026-01-23", 9 * 60 - 1, false),
        ("2026-01-23", 9 * 60, true),
        ("2026-01-23", 18 * 60 - 1, true),
        ("2026-01-23", 18 * 60, false),
        ("2026-01-24", 14 * 60, false),
        ("2026-01-24", 16 * 60, true),
        ("2026-01-25", 12 * 60, false),
        ("2026-01-26", 12 * 60, false),
        ("2026-01-27", 12 * 60, true),
    ] {
        assert_eq!(rules.is_open(&zone, at(&zone, day, minute)), open, "{day} {minute}");
    }
    assert!(Rules::default().is_open(&zone, At(0)), "no hours: always");
}

#[test]
fn the_next_opening_is_over_sunday_and_the_holiday() {
    let (rules, zone) = (office(), Zone::named("Asia/Kolkata").unwrap());
    let saturday_night = at(&zone, "2026-01-24", 20 * 60);
    assert_eq!(rules.next_opening(&zone, saturday_night), Some(at(&zone, "2026-01-27", 9 * 60)));
    let noon = at(&zone, "2026-01-23", 12 * 60);
    assert_eq!(rules.next_opening(&zone, noon), Some(noon), "open is now");
    let never = Rules { hours: vec![span(1, 0, 1)], holidays: vec![], ..Rules::default() };
    let found = never.next_opening(&zone, noon).unwrap();
    assert_eq!(zone.day(found).0, "2026-01-26");
}

#[test]
fn a_task_of_the_night_waits_for_people() {
    let (rules, zone) = (office(), Zone::named("Asia/Kolkata").unwrap());
    let saturday_night = at(&zone, "2026-01-24", 20 * 60);
    let due = rules.due(&zone, saturday_night, 24 * HOUR);
    assert_eq!(due, at(&zone, "2026-01-27", 11 * 60));
    let noon = at(&zone, "2026-01-22", 12 * 60);
    assert_eq!(rules.due(&zone, noon, 24 * HOUR), noon.plus(24 * HOUR));
}

#[test]
fn a_gap_in_the_clock_opens_behind_it() {
    // New York skips 02:00-03:00 on 2026-03-08, a Sunday.
    let zone = Zone::named("America/New_York").unwrap();
    let rules = Rules { hours: vec![span(7, 150, 300)], ..Rules::default() };
    let open = rules.next_opening(&zone, at(&zone, "2026-03-08", 0)).unwrap();
    assert_eq!(zone.minute_of_day(open), (180, 7), "three is the first minute after half past two");
    assert!(rules.is_open(&zone, open));
}

#[test]
fn phrases_are_whole_words() {
    let rules = Rules { escalation_phrases: vec!["Legal notice".into(), "वकील".into()], ..Rules::default() };
    assert!(rules.wants_person("I will send you a LEGAL, notice!"));
    assert!(rules.wants_person("मैं वकील से बात करूँगा"));
    assert!(!rules.wants_person("that is illegal notice"));
    assert!(!Rules::default().wants_person("anything"));
}

#[test]
fn every_fault_names_its_field() {
    let rules = Rules {
        hours: vec![span(0, 0, 10), span(1, -1, 10), span(1, 10, 10), span(2, 60, 120), span(2, 100, 130)],
        holidays: vec![
            Holiday { day: Day("2026-02-30".into()), name: "x".into() },
            Holiday { day: Day("2026-02-03".into()), name: " ".into() },
        ],
        escalation_phrases: vec!["...".into()],
        limits: Limits { call_minutes: 59 },
    };
    let fields: Vec<String> = rules.faults().into_iter().map(|f| f.field).collect();
    let want = [
        "hours[0].weekday",
        "hours[1].from_min",
        "hours[2].to_min",
        "hours[4]",
        "holidays[0].day",
        "holidays[1].name",
        "escalation_phrases[0]",
        "limits.call_minutes",
    ];
    assert_eq!(fields, want);
    assert!(office().faults().is_empty());
    let many = Rules { escalation_phrases: vec!["a".into(); MOST + 1], ..Rules::default() };
    assert_eq!(many.faults()[0].field, "escalation_phrases");
}

#[test]
fn stored_rules_read_back_and_unknown_fields_do_not() {
    let text = serde_json::to_string(&office()).unwrap();
    assert_eq!(serde_json::from_str::<Rules>(&text).unwrap(), office());
    assert_eq!(serde_json::from_str::<Rules>("{}").unwrap(), Rules::default());
    assert!(serde_json::from_str::<Rules>(r#"{"hour": []}"#).is_err());
}

proptest! {
    /// In every zone, at any time: an opening is open, is not in the past,
    /// and a little before it people were not there.
    #[test]
    fn an_opening_is_the_first(zone_at in 0_usize..600, at in 1_500_000_000_000_i64..2_000_000_000_000, days in 1_u8..128, from in 0_i64..1_380, length in 1_i64..1_440) {
        let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        let zone = Zone::named(&names[zone_at % names.len()]).unwrap();
        let to = (from + length).min(DAY_MIN);
        let hours = (1..=7).filter(|day| days & (1 << (day - 1)) != 0).map(|day| span(day, from, to)).collect();
        let rules = Rules { hours, ..Rules::default() };
        let now = At(at);
        let open = rules.next_opening(&zone, now).expect("some day opens");
        prop_assert!(open >= now);
        if open > now {
            prop_assert!(rules.is_open(&zone, open));
            prop_assert!(open.since(now) <= 9 * 24 * HOUR, "within nine days");
        }
        // Sampled every half hour: nobody was there in between.
        let mut t = now;
        while t.plus(SECOND) < open {
            prop_assert!(!rules.is_open(&zone, t), "open at {t:?} before {open:?}");
            t = t.plus(30 * MINUTE);
        }
    }
}
