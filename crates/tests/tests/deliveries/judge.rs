//! What must have come of the story: by the story itself, by sums made here
//! from the call log, and by `caly verify`.

use crate::story::{Story, WAYS};
use crate::town::Town;
use std::collections::BTreeMap;

/// calls, known, successes, sum of ratings, ratings, handling ms.
type Sums = [i64; 6];

pub async fn judge(town: &Town, story: &Story) {
    as_told(town, story).await;
    let (members, assignments, days) = from_the_log(town).await;
    assert!(members.values().map(|s| s[0]).sum::<i64>() > 100, "hardly a call was counted");
    assert_eq!(stored(town, "members", "id", "0", "''").await, members);
    assert_eq!(stored(town, "assignments", "member_id", "agent_id", "''").await, assignments);
    assert_eq!(stored(town, "daily", "member_id", "agent_id", "day").await, days);
    let report = caly_verify::verify(&town.app.store).await.unwrap();
    assert!(report.clean(), "{report}");
    control(town).await;
}

/// Each call that the agent ended is worth what that ending says, on the day
/// that it had in its client's zone; every call ended, once.
async fn as_told(town: &Town, story: &Story) {
    let mut rows = BTreeMap::new();
    let columns = ["carrier_call_id", "outcome", "CAST(success AS INTEGER)", "rating", "day"];
    for row in town.behind.arrays(&columns, "FROM calls").await {
        let row: (String, Option<String>, i64, Option<u8>, Option<String>) = parse(&row);
        assert!(rows.insert(row.0.clone(), row).is_none(), "a call has two rows");
    }
    assert!(story.won.len() * 2 > story.calls.len(), "most calls were ended by their agent");
    for (call, way) in &story.won {
        let (told, way) = (&story.calls[*call], &WAYS[*way]);
        assert!(!told.handed);
        let day = town.houses[told.house].zone.day(told.begins.plus(way.seconds * 1_000)).to_string();
        let want = (told.sid.clone(), Some(way.outcome.to_owned()), i64::from(way.success), way.rating, Some(day));
        assert_eq!(rows.get(&told.sid), Some(&want));
    }
    assert!(rows.values().all(|row| row.1.is_some() && row.4.is_some()), "a call has no outcome");
    let messages = town.behind.number("SELECT COUNT(*) FROM jobs WHERE kind = 'agent_completed'").await;
    assert_eq!(messages, i64::try_from(rows.len()).unwrap(), "one message an outcome");
}

type Key = (String, i64, i64, String);

fn parse<T: serde::de::DeserializeOwned>(row: &str) -> T {
    serde_json::from_str(row).unwrap()
}

/// The sums of members, assignments and days, from the calls' own rows.
async fn from_the_log(town: &Town) -> (BTreeMap<Key, Sums>, BTreeMap<Key, Sums>, BTreeMap<Key, Sums>) {
    let (mut members, mut assignments, mut days) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let (known, success) = ("CAST(known AS INTEGER)", "CAST(success AS INTEGER)");
    let columns = ["client_id", "owner_id", "agent_id", "day", known, success, "rating", "handling_ms"];
    for row in town.behind.arrays(&columns, "FROM calls WHERE counted AND owner_id IS NOT NULL").await {
        let (client, member, agent, day, known, success, rating, ms): LogRow = parse(&row);
        let sums = [1, known, success, rating.unwrap_or(0), i64::from(rating.is_some()), ms];
        add(&mut members, (client.clone(), member, 0, String::new()), sums);
        add(&mut assignments, (client.clone(), member, agent, String::new()), sums);
        add(&mut days, (client, member, agent, day), sums);
    }
    (members, assignments, days)
}

type LogRow = (String, i64, i64, String, i64, i64, Option<i64>, i64);

/// A key and its sums.
type StoredRow = (String, i64, i64, String, i64, i64, i64, i64, i64, i64);

fn add(into: &mut BTreeMap<Key, Sums>, key: Key, sums: Sums) {
    for (sum, more) in into.entry(key).or_default().iter_mut().zip(sums) {
        *sum += more;
    }
}

/// The counters as they are stored, without the rows that never moved.
async fn stored(town: &Town, table: &str, member: &str, agent: &str, day: &str) -> BTreeMap<Key, Sums> {
    let sums = ["calls", "known", "successes", "rating_sum", "ratings", "handling_ms"];
    let columns = [&["client_id", member, agent, day], &sums[..]].concat();
    let rows = town.behind.arrays(&columns, &format!("FROM {table} WHERE calls > 0 AND {member} > 0")).await;
    let row = |row: &String| {
        let (client, member, agent, day, a, b, c, d, e, f): StoredRow = parse(row);
        ((client, member, agent, day), [a, b, c, d, e, f])
    };
    rows.iter().map(row).collect()
}

/// The control: one message applied twice is seen by both.
async fn control(town: &Town) {
    let again = "UPDATE jobs SET state = 'waiting' WHERE kind = 'agent_completed' AND ref = \
                 (SELECT MIN(id) FROM calls WHERE counted AND owner_id IS NOT NULL)";
    assert_eq!(town.behind.tamper(again).await, 1);
    town.rest().await;
    assert!(!caly_verify::verify(&town.app.store).await.unwrap().clean(), "verify did not notice a doubled call");
    let (members, _, _) = from_the_log(town).await;
    assert_ne!(stored(town, "members", "id", "0", "''").await, members, "the sums did not notice a doubled call");
}
