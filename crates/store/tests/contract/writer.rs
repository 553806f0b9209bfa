//! Group commit: many writes, few commits; a refused one harms nobody.

use crate::world::*;
use caly_store::StoreError;

#[tokio::test]
async fn sixty_four_at_once_share_commits_and_a_refused_one_harms_nobody() {
    both(|w| {
        Box::pin(async move {
            let before = w.s.group_commits();
            let tasks: Vec<_> = (0..64)
                .map(|n| {
                    let (s, scope) = (w.s.clone(), w.a.scope.clone());
                    // Every eighth asks for an e-mail that is taken.
                    let email = if n % 8 == 0 { "shop1@example.com".into() } else { format!("n{n}@x.in") };
                    tokio::spawn(async move { s.add_member(&scope, new_member(&email), NOW).await })
                })
                .collect();
            let mut added = Vec::new();
            for task in tasks {
                match task.await.unwrap() {
                    Ok(member) => added.push(member.id),
                    Err(e) => assert!(matches!(e, StoreError::Conflict("email")), "{e}"),
                }
            }
            assert_eq!(added.len(), 56);
            for id in added {
                w.s.member(&w.a.scope, id).await.unwrap();
            }
            assert_eq!(w.s.broken_audit(&w.a.scope).await.unwrap(), None);
            event_names(w, &w.a).await;
            if let (Some(before), Some(after)) = (before, w.s.group_commits()) {
                let (jobs, commits) = (after.0 - before.0, after.1 - before.1);
                eprintln!("group commit: {jobs} writes in {commits} commits");
                assert_eq!(jobs, 64);
                assert!(commits <= 16, "{commits} commits for {jobs} writes");
            }
        })
    })
    .await;
}

#[tokio::test]
async fn a_read_is_given_up_before_anybody_waits_longer_than_two_seconds_and_some() {
    both(|w| {
        Box::pin(async move {
            let given_up = w.s.read_for_ever(&w.a.scope);
            let answer = tokio::time::timeout(std::time::Duration::from_secs(7), given_up).await.expect("in time");
            assert!(matches!(answer, Err(StoreError::Busy)), "{answer:?}");
            // Those who come after it are answered.
            assert_eq!(w.s.channels(&w.a.scope).await.unwrap().len(), 1);
        })
    })
    .await;
}

#[tokio::test]
async fn an_acknowledged_write_is_read_by_a_stranger_at_once() {
    both(|w| {
        Box::pin(async move {
            let call = place(w, &w.a, "sid").await;
            let stranger = caly_store::Store::open(&w.temp.database).await.unwrap();
            assert_eq!(stranger.call(&w.a.scope, call.id).await.unwrap(), call);
        })
    })
    .await;
}

#[tokio::test]
async fn a_full_queue_says_busy_and_does_not_wait() {
    use sqlx::{Connection, Executor};
    let w = caly_store::testing::TempStore::sqlite().await.unwrap();
    let caly_store::Database::Sqlite(path) = &w.database else { unreachable!("made by sqlite()") };
    // Another process writes: nothing drains the queue but one group, which
    // waits for the lock.
    let mut other = sqlx::SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let mut waiting = Vec::new();
    let mut busy = 0;
    for n in 0..1_400 {
        let mut write = Box::pin({
            let store = w.store.clone();
            async move { store.beat(&format!("n{n}"), NOW).await }
        });
        match futures::poll!(&mut write) {
            std::task::Poll::Ready(Err(StoreError::Busy)) => busy += 1,
            std::task::Poll::Ready(other) => panic!("{other:?}"),
            std::task::Poll::Pending => waiting.push(write),
        }
    }
    assert!((1_024..=1_280).contains(&waiting.len()), "{} wait, {busy} are refused", waiting.len());
    other.execute("ROLLBACK").await.unwrap();
    for write in waiting {
        write.await.unwrap();
    }
}

#[tokio::test]
async fn a_full_disk_refuses_whole_writes_and_is_forgotten_when_there_is_space() {
    let w = caly_store::testing::TempStore::sqlite().await.unwrap();
    w.store.limit_pages(1).await.unwrap();
    let mut stored = 0_u32;
    // Node names as long as a page: each needs a new one.
    let refused = loop {
        match w.store.beat(&format!("{stored}{}", "x".repeat(8_000)), NOW).await {
            Ok(()) => stored += 1,
            Err(e) => break e,
        }
        assert!(stored < 100, "the disk did not fill up");
    };
    assert!(matches!(refused, StoreError::DiskFull) && refused.is_temporary(), "{refused}");
    w.store.limit_pages(1 << 20).await.unwrap();
    w.store.beat(&"y".repeat(8_000), NOW).await.unwrap();
}

/// Waits for the lock that the other holds; the other's deadlock then makes
/// PostgreSQL refuse the first of the two, and the store asks again.
#[tokio::test]
async fn postgres_asks_for_a_transaction_again_and_gets_it() {
    use sqlx::{Connection, Executor};
    let Some(temp) = caly_store::testing::TempStore::postgres().await.unwrap() else { return };
    let caly_store::Database::Postgres(url) = &temp.database else { unreachable!("made by postgres()") };
    let scope = caly_core::scope::Scope::system(caly_core::id::ClientId(uuid()));
    let new = caly_store::NewClient {
        id: scope.client,
        name: "Shop".into(),
        sector: caly_core::sector::Sector::Ecommerce,
        zone: "Asia/Kolkata".into(),
        is_demo: false,
    };
    temp.store.create_client(new, NOW).await.unwrap();
    temp.store.create_team(&scope, "Front", NOW).await.unwrap();
    temp.store.add_member(&scope, new_member("first@x.in"), NOW).await.unwrap();
    let mut other = sqlx::PgConnection::connect(url).await.unwrap();
    // It never finds the deadlock itself: the store's transaction must.
    other.execute("SET deadlock_timeout = '60s'; BEGIN").await.unwrap();
    other.execute("UPDATE counters SET value = value WHERE name = 'event'").await.unwrap();
    let store = temp.store.clone();
    let writing = tokio::spawn(async move { store.add_member(&scope, new_member("second@x.in"), NOW).await });
    let mut looker = sqlx::PgConnection::connect(url).await.unwrap();
    blocked(&mut looker).await;
    other.execute("UPDATE counters SET value = value WHERE name = 'member'").await.unwrap();
    assert!(!writing.is_finished(), "refused once, it waits for its second turn");
    other.execute("COMMIT").await.unwrap();
    assert_eq!(writing.await.unwrap().unwrap().email, "second@x.in");
    // The control: the deadlock was there.
    for _ in 0..100 {
        let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
        let deadlocks: i64 = sqlx::query_scalar(sql).fetch_one(&mut looker).await.unwrap();
        if deadlocks >= 1 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("PostgreSQL saw no deadlock: this test proves nothing");
}

/// Whoever gives up at any moment of a read leaves nothing on its connection:
/// the next write there would join a transaction that only reads.
#[tokio::test]
async fn who_goes_away_leaves_no_transaction_to_the_next() {
    use sqlx::Connection;
    let Some(temp) = caly_store::testing::TempStore::postgres().await.unwrap() else { return };
    let caly_store::Database::Postgres(url) = &temp.database else { unreachable!("made by postgres()") };
    let mut looker = sqlx::PgConnection::connect(url).await.unwrap();
    for patience in 1..=24 {
        let mut look = Box::pin(temp.store.ping());
        for _ in 0..patience {
            if futures::poll!(&mut look).is_ready() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        drop(look);
        // The connection is back where the next one takes it.
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        let sql = "SELECT COUNT(*) FROM pg_stat_activity \
                   WHERE state LIKE 'idle in transaction%' AND datname = current_database()";
        let open: i64 = sqlx::query_scalar(sql).fetch_one(&mut looker).await.unwrap();
        assert_eq!(open, 0, "given up after {patience} looks, a transaction stayed open");
        temp.store.beat("next", NOW).await.unwrap();
    }
}

/// A lock that somebody holds too long is no fault of the request: the same
/// one may succeed a moment later, as on SQLite.
#[tokio::test]
async fn postgres_gives_a_write_up_that_waits_too_long_and_says_try_again() {
    use sqlx::{Connection, Executor};
    let Some(temp) = caly_store::testing::TempStore::postgres().await.unwrap() else { return };
    let caly_store::Database::Postgres(url) = &temp.database else { unreachable!("made by postgres()") };
    let mut other = sqlx::PgConnection::connect(url).await.unwrap();
    other.execute("BEGIN; LOCK TABLE nodes IN EXCLUSIVE MODE").await.unwrap();
    let refused = temp.store.beat("n", NOW).await.unwrap_err();
    assert!(matches!(refused, StoreError::Busy) && refused.is_temporary(), "{refused}");
    other.execute("ROLLBACK").await.unwrap();
    temp.store.beat("n", NOW).await.unwrap();
}

async fn blocked(looker: &mut sqlx::PgConnection) {
    for _ in 0..400 {
        let sql =
            "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        let waiting: i64 = sqlx::query_scalar(sql).fetch_one(&mut *looker).await.unwrap();
        if waiting > 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the store's transaction does not wait for the lock");
}
