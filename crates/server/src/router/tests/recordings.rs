//! Who hears what: the call's own people everything, a member the voicemail
//! whose task he may take.

use super::isolation::furnish;
use super::{ALL, House, NOW};
use axum::http::{Method, StatusCode};
use caly_core::id::MemberId;
use caly_core::member::Role;
use caly_store::{Fetched, RecordingKind};

#[tokio::test]
async fn whoever_may_take_the_task_hears_the_voicemail_and_no_more() {
    let house = House::open().await;
    let scope = house.client(1, &ALL).await;
    house.person(&scope, 900, "second@example.com", Role::Member).await;
    let own = furnish(&house, &scope, 1).await;
    let (s, talk) = (&house.app.store, RecordingKind::Talk);
    s.expect_recording(&scope, own.call, talk, "https://recordings.exotel.com/y", NOW).await.unwrap();
    let sealed = house.app.vault.seal_recording(&scope, own.call, talk, b"ID3".to_vec()).await.unwrap();
    let fetched = Fetched { content_type: "audio/mpeg".into(), bytes: 3, sealed };
    s.put_recording(&scope, own.call, talk, fetched, NOW).await.unwrap();
    let second = house.login("second@example.com").await;
    let lead = house.login("supervisor1@example.com").await;
    let call = format!("/api/calls/{}", own.call);
    let get = async |who: &str, rest: &str| house.call(Some(who), Method::GET, &format!("{call}{rest}"), None).await.0;
    let heard = async |who: &str| [get(who, "/recording").await, get(who, "/recording?kind=talk").await];
    let (ok, hidden) = (StatusCode::OK, StatusCode::NOT_FOUND);
    assert_eq!((get(&second, "").await, heard(&second).await), (hidden, [ok, hidden]), "the task is nobody's yet");
    assert_eq!(heard(&lead).await, [ok, ok]);
    s.claim_task(&scope, own.task, MemberId(4), None, NOW).await.unwrap();
    assert_eq!(heard(&second).await, [hidden, hidden], "another took it");
    assert_eq!(heard(&house.login("agent1@example.com").await).await, [ok, ok], "the call is his");
}
