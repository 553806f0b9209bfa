//! A town of twenty clients in twenty zones: its calls' hooks and endings are
//! delivered one to five times each, shuffled, some past a day's or a week's
//! edge, some without what came before them, some contradicting each other.
//! Every call counts once, on its own day, for its own owner.
//!
//! `CALY_DELIVERIES` says how many; `make storm` asks for 100,000.

mod judge;
mod story;
mod town;

use futures::StreamExt;
use std::time::Duration;
use story::{Delivery, What};
use town::Town;

/// In flight at once.
const ABREAST: usize = 16;
/// The clock goes on by so much after each batch: past midnight somewhere
/// every time, past a Monday in every zone within twelve.
const STEP_MS: i64 = 20 * 3_600_000;
const BATCHES: usize = 12;
/// Hooks behind which no caller waits.
const NOTIFICATIONS: [&str; 2] = ["status", "dial-event"];

fn wanted() -> usize {
    std::env::var("CALY_DELIVERIES").ok().and_then(|n| n.parse().ok()).unwrap_or(6_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn shuffled_deliveries_count_every_call_once() {
    let town = Town::new().await;
    let mut story = story::tell(&town, wanted(), BATCHES, STEP_MS, 41);
    let delivered: usize = story.batches.iter().map(Vec::len).sum();
    for batch in story.batches.drain(..) {
        let won: Vec<_> = futures::stream::iter(batch)
            .map(|delivery| deliver(&town, delivery))
            .buffer_unordered(ABREAST)
            .filter_map(std::future::ready)
            .collect()
            .await;
        for (call, way) in won {
            assert!(story.won.insert(call, way).is_none(), "a call ended twice");
        }
        town.night(STEP_MS).await;
    }
    town.rest().await;
    eprintln!("{delivered} deliveries of {} calls over {} clients", story.calls.len(), town.houses.len());
    judge::judge(&town, &story).await;
}

/// Delivers one; the call and the way it ended, when this ended it.
async fn deliver(town: &Town, delivery: Delivery) -> Option<(usize, usize)> {
    match delivery.what {
        What::Hook(path, pairs) => {
            let mut answer = town.hook(delivery.house, path, &delivery.sid, &pairs).await;
            // What could not be made durable in time says so, and comes again.
            while NOTIFICATIONS.contains(&path) && answer.0 == 503 {
                tokio::time::sleep(Duration::from_millis(200)).await;
                answer = town.hook(delivery.house, path, &delivery.sid, &pairs).await;
            }
            assert!(answer.0 < 500, "{answer:?} for {path}");
            None
        }
        What::End(way) => town.end(&delivery, way).await.then_some((delivery.call, way)),
    }
}
