//! HIPAA mode: who looked or listened is written down, and where a recording
//! lies is not.

use crate::rescue::app;
use crate::wire::{applet, ask, count, get, hook, http, new_sid, voicebot};
use caly_core::scope::Scope;
use caly_store::{Fetched, RecordingKind};
use caly_tests::TestApp;
use serde_json::{Value, json};

/// The clinic.
const DOOR: usize = 1;
const RECORDING: &str = "&CallType=voicemail&RecordingUrl=https%3A%2F%2Frecordings.exotel.com%2Fx.mp3";

async fn api(app: &TestApp, token: Option<&str>, request: reqwest::RequestBuilder) -> (u16, Value) {
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let said = ask(request).await;
    let _ = app;
    (said.status, serde_json::from_str(&said.body).unwrap_or(Value::Null))
}

/// A caller whom nobody answered and who spoke on the voicemail.
async fn voicemail(app: &TestApp) -> String {
    let sid = new_sid(app);
    voicebot(app, DOOR, &sid).await;
    let query = applet(app, DOOR, &sid);
    assert_eq!(get(&hook(app, DOOR, "connect"), &query).await.status, 200);
    let left = format!("{}{RECORDING}", query.replace("&CallType=call-attempt", ""));
    assert_eq!(get(&hook(app, DOOR, "after-connect"), &left).await.status, 200);
    app.counted(&app.doors[DOOR], &sid).await.id.to_string()
}

/// What was kept before the mode was switched on stays, and is listened to in
/// writing.
async fn heard_before(app: &TestApp, id: &str) {
    let scope = Scope::system(app.doors[DOOR].client);
    let (call, kind) = (id.parse().unwrap(), RecordingKind::Voicemail);
    let sealed = app.node.vault.seal_recording(&scope, call, kind, b"ID3".to_vec()).await.unwrap();
    let fetched = Fetched { content_type: "audio/mpeg".into(), bytes: 3, sealed };
    app.store.put_recording(&scope, call, kind, fetched, app.now()).await.unwrap();
}

async fn entries(app: &TestApp, action: &str) -> Vec<String> {
    let scope = Scope::system(app.doors[DOOR].client);
    let (page, _) = app.store.audit_page(&scope, None, 200).await.unwrap();
    page.items.into_iter().filter(|e| e.action == action).map(|e| format!("{} {}", e.actor, e.body)).collect()
}

async fn views(app: &TestApp) -> Vec<String> {
    entries(app, "call.view").await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_hipaa_mode_looks_are_written_down_and_recordings_are_not_kept() {
    let app = app().await;
    let login = json!({"email": app.doors[DOOR].email, "password": "password"});
    let (_, body) = api(&app, None, http().post(format!("{}/api/auth/login", app.base)).json(&login)).await;
    let token = body["token"].as_str().unwrap().to_owned();
    let look = async |id: &str| {
        let (status, call) = api(&app, Some(&token), http().get(format!("{}/api/calls/{id}", app.base))).await;
        assert_eq!(status, 200, "{call}");
        call
    };
    // The control: without it the address is kept and a look leaves no trace.
    let id = voicemail(&app).await;
    assert!(look(&id).await["rescue"]["recording_url"].as_str().unwrap().contains("recordings.exotel.com"));
    assert_eq!(views(&app).await, [""; 0]);
    assert_eq!(count(&app, "SELECT COUNT(*) FROM carrier_inbox WHERE raw LIKE '%recordings.exotel%'").await, 1);

    heard_before(&app, &id).await;
    let listen =
        async |id: &str| api(&app, Some(&token), http().get(format!("{}/api/calls/{id}/recording", app.base))).await.0;
    assert_eq!(listen(&id).await, 200);
    assert_eq!(entries(&app, "call.listen").await, [""; 0]);
    let kept = id;

    let on = json!({"sector": "healthcare", "config": {"hipaa_mode": "true"}});
    let (status, said) =
        api(&app, Some(&token), http().post(format!("{}/api/sector-config", app.base)).json(&on)).await;
    assert_eq!(status, 200, "{said}");
    let id = voicemail(&app).await;
    let call = look(&id).await;
    assert_eq!((&call["rescue"]["recording_url"], &call["recordings"]), (&Value::Null, &json!([])));
    assert_eq!(count(&app, "SELECT COUNT(*) FROM jobs WHERE kind = 'fetch_recording'").await, 1, "of the first only");
    assert_eq!((listen(&id).await, listen(&kept).await), (404, 200));
    let heard = entries(&app, "call.listen").await;
    assert!(heard.len() == 1 && heard[0].contains(&kept) && heard[0].starts_with("member:"), "{heard:?}");
    let seen = views(&app).await;
    assert_eq!(seen.len(), 1);
    assert!(seen[0].contains(&id) && seen[0].starts_with("member:"), "{seen:?}");
    assert_eq!(count(&app, "SELECT COUNT(*) FROM carrier_inbox WHERE raw LIKE '%recordings.exotel%'").await, 1);
    assert_eq!(count(&app, "SELECT COUNT(*) FROM tasks WHERE kind = 'voicemail'").await, 2, "still a voicemail");
}
