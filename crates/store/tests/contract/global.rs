//! What stands outside of clients.

use crate::world::*;
use caly_core::id::{ClientId, SessionId, UserId};
use caly_core::member::MemberStatus;
use caly_core::outcome::Outcome;
use caly_store::{Database, Ending, MemberPatch, NewClient, NewSession, NewUser, Provided, SessionKind};

pub fn session_of(side: &Side, hash: &str) -> NewSession {
    NewSession {
        id: SessionId(uuid()),
        token_hash: hash.to_owned(),
        user: side.user,
        client: side.scope.client,
        member: side.owner,
        kind: SessionKind::Bearer,
        idle_ms: 1_000,
        expires_at: NOW.plus(10_000),
        user_agent: Some("curl/8".to_owned()),
        address: Some("203.0.113.9".to_owned()),
    }
}

#[tokio::test]
async fn clients_users_and_memberships() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            let client = s.client(a.scope.client).await.unwrap();
            assert_eq!((client.name.as_str(), client.fairness, s.clients().await.unwrap().len()), ("shop", 40, 2));
            not_found(s.client(ClientId(uuid())).await);
            let again =
                NewClient { id: client.id, name: "x".into(), sector: client.sector, zone: "x".into(), is_demo: false };
            conflict(s.create_client(again, NOW).await, "client id");
            let user = s.user_by_email(&a.email.to_uppercase()).await.unwrap().unwrap();
            assert_eq!(s.user(a.user).await.unwrap(), user);
            assert!(!format!("{user:?}").contains("argon2id"));
            assert!(s.user_by_email("nobody@example.com").await.unwrap().is_none());
            not_found(s.user(UserId(uuid())).await);
            let twin = NewUser {
                id: UserId(uuid()),
                email: a.email.to_uppercase(),
                name: String::new(),
                password_hash: String::new(),
            };
            conflict(s.create_user(twin, NOW).await, "email");
            let of = s.memberships(a.user).await.unwrap();
            assert_eq!((of.len(), of[0].client, of[0].member), (1, a.scope.client, a.owner));
        })
    })
    .await;
}

#[tokio::test]
async fn sessions_end_by_idling_time_logout_password_and_deactivation() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let mut foreign = session_of(a, "f");
            foreign.client = b.scope.client;
            not_found(s.create_session(foreign, NOW).await);
            for hash in ["1", "2"] {
                s.create_session(session_of(a, hash), NOW).await.unwrap();
            }
            s.create_session(session_of(b, "b"), NOW).await.unwrap();
            let open = s.session("1", NOW).await.unwrap().unwrap();
            assert_eq!((open.user, open.client, open.member), (a.user, a.scope.client, a.owner));
            assert!(s.session("1", NOW.plus(1_000)).await.unwrap().is_none(), "idle");
            s.touch_session("1", NOW.plus(900)).await.unwrap();
            assert!(s.session("1", NOW.plus(1_000)).await.unwrap().is_some());
            s.touch_session("1", NOW.plus(9_900)).await.unwrap();
            assert!(s.session("1", NOW.plus(10_000)).await.unwrap().is_none(), "over");
            s.end_session("1", NOW).await.unwrap();
            assert!(s.session("1", NOW).await.unwrap().is_none());
            s.set_password(a.user, "new".into(), NOW).await.unwrap();
            assert!(s.session("2", NOW).await.unwrap().is_none());
            not_found(s.set_password(UserId(uuid()), "new".into(), NOW).await);
            assert!(s.session("b", NOW).await.unwrap().is_some());
            s.create_session(session_of(a, "3"), NOW).await.unwrap();
            s.revoke_sessions(a.user, NOW).await.unwrap();
            assert!(s.session("3", NOW).await.unwrap().is_none());
            let off = MemberPatch { status: Some(MemberStatus::Inactive), ..Default::default() };
            s.update_member(&b.scope, b.owner, off, None, NOW).await.unwrap();
            assert!(s.session("b", NOW).await.unwrap().is_none());
        })
    })
    .await;
}

#[tokio::test]
async fn the_sweeper_sees_what_nobody_will_end() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let (never, orphan) = (place(w, a, "1").await, place(w, a, "2").await);
            s.start_stream(&a.scope, orphan.id, "st", "n1", None, NOW).await.unwrap();
            s.beat("n1", NOW).await.unwrap();
            assert_eq!(s.prune_nodes(NOW).await.unwrap(), 0, "it lives");
            assert!(s.streams_that_never_came(&a.scope, NOW.plus(60_000)).await.unwrap().is_empty());
            let late = s.streams_that_never_came(&a.scope, NOW.plus(60_001)).await.unwrap();
            assert_eq!(late.iter().map(|c| c.id).collect::<Vec<_>>(), [never.id]);
            assert!(s.streams_that_never_came(&b.scope, NOW.plus(60_001)).await.unwrap().is_empty());
            assert!(s.orphaned_calls(&a.scope, NOW).await.unwrap().is_empty());
            assert_eq!(s.orphaned_calls(&a.scope, NOW.plus(1)).await.unwrap()[0].id, orphan.id);
            assert!(s.orphaned_calls(&b.scope, NOW.plus(1)).await.unwrap().is_empty());
            assert_eq!(s.open_calls_of(&a.scope, "n1", NOW.plus(1)).await.unwrap()[0].id, orphan.id);
            assert!(s.open_calls_of(&a.scope, "n2", NOW.plus(1)).await.unwrap().is_empty());
            assert!(s.open_calls_of(&b.scope, "n1", NOW.plus(1)).await.unwrap().is_empty());
            assert_eq!(s.prune_nodes(NOW.plus(1)).await.unwrap(), 1);
            assert_eq!(s.orphaned_calls(&a.scope, NOW).await.unwrap()[0].id, orphan.id, "forgotten is dead");
            // The stream may come between the look and the ending.
            let unstreamed = || Ending { provided: Provided::Unstreamed, ..ending(Outcome::Failed, false) };
            stale(s.complete_call(&a.scope, orphan.id, unstreamed(), NOW).await);
            assert!(s.complete_call(&a.scope, never.id, unstreamed(), NOW).await.unwrap().first);
            stale(s.complete_call(&a.scope, never.id, unstreamed(), NOW).await);
        })
    })
    .await;
}

#[tokio::test]
async fn a_database_is_opened_again_with_its_rows() {
    both(|w| {
        Box::pin(async move {
            w.s.ping().await.unwrap();
            assert!(["sqlite", "postgres"].contains(&w.s.engine_name()));
            let again = caly_store::Store::open(&w.temp.database).await.unwrap();
            assert_eq!(again.clients().await.unwrap(), w.s.clients().await.unwrap());
            again.close().await;
            assert!(matches!(again.clients().await, Err(caly_store::StoreError::Closed)));
        })
    })
    .await;
    assert!("ftp://x".parse::<Database>().is_err());
    assert_eq!("sqlite:///a/b".parse::<Database>().unwrap(), Database::Sqlite("/a/b".into()));
    assert!(matches!("postgres://h/d".parse(), Ok(Database::Postgres(_))));
}
