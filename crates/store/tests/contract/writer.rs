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
    let w = caly_store::testing::TempStore::sqlite().await.unwrap();
    // On a single-threaded runtime nothing drains the queue while these are
    // polled once each.
    let mut waiting = Vec::new();
    let mut busy = 0;
    for n in 0..1_100 {
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
    assert_eq!((waiting.len(), busy), (1_024, 76));
    for write in waiting {
        write.await.unwrap();
    }
}
