//! The browser's microphone: a talk with the agent in the same call path.

use crate::rescue::app;
use crate::wire::{Stream, ask, count_of, http, open, talk};
use caly_core::outcome::{CallState, ChannelKind, EscalationReason, Outcome};
use caly_core::scope::Scope;
use caly_tests::TestApp;
use serde_json::{Value, json};

async fn token(app: &TestApp, email: &str) -> String {
    let body = json!({"email": email, "password": "password"});
    let answer = http().post(format!("{}/api/auth/login", app.base)).json(&body).send().await.unwrap();
    let body: Value = answer.json().await.unwrap();
    body["token"].as_str().unwrap().to_owned()
}

/// A talk's call and the address of its socket.
async fn placed(app: &TestApp, token: &str) -> (String, String) {
    let said = ask(http().post(format!("{}/api/talks", app.base)).bearer_auth(token)).await;
    assert_eq!(said.status, 201, "{said:?}");
    let body: Value = serde_json::from_str(&said.body).unwrap();
    assert_eq!(body["sample_rate"], 16_000);
    let path = body["path"].as_str().unwrap();
    (body["call_id"].as_str().unwrap().to_owned(), format!("{}{path}", app.base.replace("http", "ws")))
}

async fn started(url: &str, id: &str) -> Stream {
    let mut stream = open(url, None).await.unwrap();
    stream.start_as(&format!("talk-{id}"), "browser").await;
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talk_from_the_browser_is_a_call_like_any_other() {
    let app = app().await;
    let owner = token(&app, app.doors[0].email).await;
    let (id, url) = placed(&app, &owner).await;
    let mut stream = started(&url, &id).await;
    stream.listen().await;
    assert!(stream.heard_ms() > 0, "a greeting is heard");
    // Nobody can be dialled behind a browser: a message is taken.
    stream.press("0").await;
    stream.listen_out().await;
    stream.stop(&format!("talk-{id}")).await;
    stream.closed().await;
    assert_eq!(stream.broken, []);
    let scope = Scope::system(app.doors[0].client);
    let call = app.counted(&app.doors[0], &format!("talk-{id}")).await;
    let channel = app.store.channel(&scope, call.channel).await.unwrap();
    assert_eq!((channel.kind, channel.hook_basic_hash), (ChannelKind::Browser, None));
    assert_eq!((call.state, call.outcome), (CallState::Ended, Some(Outcome::MessageTaken)));
    assert_eq!((call.escalation_reason, call.counted), (Some(EscalationReason::Requested), true));
    assert!(call.owner.is_some(), "it has an owner in the team");
    assert_eq!(count_of(&app, "SELECT COUNT(*) FROM claims WHERE call_id = $1", &call.id.to_string()).await, 0);
    let verified = caly_verify::verify(&app.store).await.unwrap();
    assert!(verified.clean(), "{verified}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_channel_is_one_and_stays_off_when_it_is_switched_off() {
    let app = app().await;
    let owner = token(&app, app.doors[0].email).await;
    // The first talks, all at once.
    futures::future::join_all((0..4).map(|_| placed(&app, &owner))).await;
    let scope = Scope::system(app.doors[0].client);
    let browsers = async || {
        let channels = app.store.channels(&scope).await.unwrap();
        channels.into_iter().filter(|c| c.kind == ChannelKind::Browser).collect::<Vec<_>>()
    };
    let all = browsers().await;
    assert_eq!(all.len(), 1, "{all:?}");
    let switch = async |on: bool| {
        let url = format!("{}/api/channels/{}", app.base, all[0].id);
        ask(http().put(url).bearer_auth(&owner).json(&json!({"is_active": on}))).await.status
    };
    assert_eq!(switch(false).await, 200);
    let refused = ask(http().post(format!("{}/api/talks", app.base)).bearer_auth(&owner)).await;
    let said: Value = serde_json::from_str(&refused.body).unwrap();
    assert_eq!((refused.status, &said["code"]), (409, &json!("browser_off")), "{said}");
    assert_eq!(browsers().await.len(), 1, "no other takes its place");
    assert_eq!(switch(true).await, 200);
    placed(&app, &owner).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talks_address_is_good_once_and_for_nothing_else() {
    let app = app().await;
    let owner = token(&app, app.doors[0].email).await;
    let refused = ask(http().post(format!("{}/api/talks", app.base))).await;
    assert_eq!(refused.status, 401);
    let (id, url) = placed(&app, &owner).await;
    let mut stream = started(&url, &id).await;
    stream.listen().await;
    assert_eq!(open(&url, None).await.err(), Some(404), "used");
    let elsewhere = url.replace("/talk/", &format!("/exotel/{}/stream/", app.doors[0].hook_key));
    let (_, fresh) = placed(&app, &owner).await;
    let wrong = fresh.replace("/talk/", &format!("/exotel/{}/stream/", app.doors[0].hook_key));
    for url in [elsewhere, wrong, format!("{}/talk/nothing", app.base.replace("http", "ws"))] {
        assert_eq!(open(&url, None).await.err(), Some(404), "{url}");
    }
    // And a carrier's token opens no talk.
    let sid = crate::wire::new_sid(&app);
    let carrier = crate::wire::voicebot(&app, 0, &sid).await;
    let token = carrier.split(['/', '?']).find(|part| part.len() == 22 && *part != app.doors[0].hook_key).unwrap();
    assert_eq!(open(&format!("{}/talk/{token}", app.base.replace("http", "ws")), None).await.err(), Some(404));
    // The control: such a token is good where it belongs.
    drop(talk(&app, 0).await);
}
