//! The demo's past, made by starts that are cut off.

use crate::{Inside, prepared};
use caly_core::time::Zone;
use caly_server::clock::{Clock, SystemClock};
use caly_server::demo;
use caly_tests::behind::Behind;
use std::path::PathBuf;
use std::pin::pin;
use std::task::Poll;

const DAY_MS: i64 = 86_400_000;

/// Polls `work` so often, then lets go of it: whether it was over.
async fn cut_off(work: impl Future, polls: usize) -> bool {
    let mut work = pin!(work);
    let mut left = polls;
    std::future::poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        work.as_mut().poll(cx).map(|_| true)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_that_was_cut_off_is_gone_on_with_and_topped_up() {
    let home = tempfile::tempdir().unwrap();
    let data: PathBuf = home.path().join("data");
    let doors = prepared(&data).await;
    let now = SystemClock.now();
    let inside = Inside::open(&data).await;
    let behind = Behind::file(&data.join("caly.db")).await;
    let standing = async || behind.number("SELECT COUNT(*) FROM calls WHERE ended_at IS NULL").await;
    let mut broken = 0;
    for polls in [4, 9, 15, 22, 30, 61, 122, 243] {
        let over = cut_off(demo::top_up(&inside.node, &inside.clock, &doors, now), polls).await;
        assert!(!over, "{polls} polls do not make thirty days");
        broken += standing().await;
    }
    assert!(broken > 0, "no start was cut off in the middle of a call");

    assert!(demo::top_up(&inside.node, &inside.clock, &doors, now).await.unwrap() > 500);
    assert_eq!(standing().await, 0);
    let of_shop = format!("FROM daily WHERE client_id = '{}'", doors[0].client);
    let day = |back: i64| Zone::named(Zone::DEFAULT).unwrap().day(now.plus(-back * DAY_MS));
    assert_eq!(behind.number(&format!("SELECT COUNT(DISTINCT day) {of_shop}")).await, 30);
    for (back, there) in [(0, false), (1, true), (30, true), (31, false)] {
        let rows = behind.number(&format!("SELECT COUNT(*) {of_shop} AND day = '{}'", day(back))).await;
        assert_eq!(rows > 0, there, "{back} days ago");
    }
    let (calls, outcomes) = (
        behind.number("SELECT COUNT(*) FROM calls").await,
        behind.number("SELECT COUNT(*) FROM jobs WHERE kind = 'agent_completed' AND state = 'done'").await,
    );
    assert_eq!(calls, outcomes, "one message a call");
    let report = caly_verify::verify(&inside.node.app.store).await.unwrap();
    assert!(report.differences.is_empty(), "{:?}", report.differences);

    assert_eq!(demo::top_up(&inside.node, &inside.clock, &doors, now).await.unwrap(), 0, "a second start adds nothing");
    let a_day_later = demo::top_up(&inside.node, &inside.clock, &doors, now.plus(DAY_MS)).await.unwrap();
    assert!((1..120).contains(&a_day_later), "{a_day_later} calls for one day more");
}
