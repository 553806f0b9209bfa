//! Case 18: what the carrier recorded, named by a webhook, fetched with the
//! channel's login, kept sealed and heard in the browser.

use crate::carrier_asked::{allowing, log_in, with_api};
use crate::rescue::{after_connect, dialled};
use crate::wire::{applet, ask, count, get, hook, http, new_sid, row, voicebot};
use caly_core::scope::Scope;
use caly_rehearsal::carrier_api::{FakeCarrierApi, tone};
use caly_server::finish::recordings;
use caly_store::{CarrierPatch, Progress, RecordingKind};
use caly_tests::TestApp;
use caly_tests::behind::Behind;
use serde_json::{Value, json};
use std::time::Duration;

fn escaped(url: &str) -> String {
    form_urlencoded::byte_serialize(url.as_bytes()).collect()
}

/// A caller who spoke after the tone, where `url` says.
async fn left_a_voicemail(app: &TestApp, url: &str) -> String {
    let (sid, _) = dialled(app).await;
    after_connect(app, &sid, &format!("CallType=voicemail&RecordingUrl={}", escaped(url))).await;
    app.counted(&app.doors[0], &sid).await.id.to_string()
}

async fn progress(app: &TestApp, id: &str) -> Option<(RecordingKind, Progress)> {
    let scope = Scope::system(app.doors[0].client);
    let known = app.store.recordings(&scope, id.parse().unwrap()).await.unwrap();
    assert!(known.len() < 2);
    known.into_iter().next().map(|r| (r.kind, r.progress))
}

/// Its next try is due now, as often as it has to be, until it is here or
/// given up.
async fn settled(app: &TestApp, id: &str) -> (RecordingKind, Progress) {
    for _ in 0..200 {
        let now = progress(app, id).await.unwrap();
        if now.1 != Progress::Pending {
            return now;
        }
        let due = "UPDATE jobs SET due_at = 0 WHERE kind = 'fetch_recording' AND state = 'waiting'";
        Behind::open(app).await.tamper(due).await;
        recordings::run_due(&app.node.app, "test").await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the recording of {id} stays pending");
}

async fn owner(app: &TestApp, door: usize) -> String {
    let login = json!({"email": app.doors[door].email, "password": "password"});
    let said = ask(http().post(format!("{}/api/auth/login", app.base)).json(&login)).await;
    serde_json::from_str::<Value>(&said.body).unwrap()["token"].as_str().unwrap().to_owned()
}

async fn api(app: &TestApp, token: &str, path: &str) -> reqwest::Response {
    http().get(format!("{}{path}", app.base)).bearer_auth(token).send().await.unwrap()
}

async fn code(answer: reqwest::Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    (status, body["code"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn case_18_a_voicemail_that_is_404_twice_is_stored_sealed_and_heard() {
    let (app, carrier) = with_api().await;
    let sound = tone(700);
    let id = left_a_voicemail(&app, &carrier.keep("a b.wav", 2, sound.clone())).await;
    let token = owner(&app, 0).await;
    let (call, path) = (format!("/api/calls/{id}"), format!("/api/calls/{id}/recording"));
    let seen: Value = api(&app, &token, &call).await.json().await.unwrap();
    assert_eq!(seen["recordings"], json!([{"kind": "voicemail", "state": "pending", "reason": null}]));
    assert_eq!(code(api(&app, &token, &path).await).await, (409, "recording_pending".into()));
    assert_eq!(settled(&app, &id).await, (RecordingKind::Voicemail, Progress::Ready));
    let asked: Vec<u16> = carrier.fetched().iter().map(|(_, status)| *status).collect();
    assert_eq!(asked, [404, 404, 200], "with the login each time");
    let seen: Value = api(&app, &token, &call).await.json().await.unwrap();
    assert_eq!(seen["recordings"], json!([{"kind": "voicemail", "state": "ready", "reason": null}]));

    let heard = api(&app, &token, &path).await;
    let header = |name: &str| heard.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((heard.status().as_u16(), header("content-type")), (200, "audio/wav".into()));
    assert_eq!(
        (header("cache-control"), header("content-length")),
        ("private, no-store".into(), sound.len().to_string())
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(heard.bytes().await.unwrap() == sound, "byte by byte");
    assert_eq!(code(api(&app, &token, &format!("{path}?kind=talk")).await).await, (404, "not_found".into()));
    assert_eq!(code(api(&app, &token, &format!("{path}?kind=x")).await).await, (400, "bad_query".into()));
    assert_eq!(api(&app, &owner(&app, 1).await, &path).await.status(), 404, "another client");
    assert_eq!(ask(http().get(format!("{}{path}", app.base))).await.status, 401);
    // The row holds the sound, and no word of it.
    let longer = "SELECT COUNT(*) FROM recordings WHERE LENGTH(sealed) > bytes AND bytes = 11244";
    assert_eq!(count(&app, longer).await, 1);
    let in_clear = if caly_store::testing::on_postgres() {
        "SELECT COUNT(*) FROM recordings WHERE position('\\x57415645'::bytea IN sealed) > 0"
    } else {
        "SELECT COUNT(*) FROM recordings WHERE instr(sealed, CAST('WAVE' AS BLOB)) > 0"
    };
    assert_eq!(count(&app, in_clear).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_18_each_form_of_stream_names_the_same_recording_where_talks_are_kept() {
    let (app, carrier) = with_api().await;
    let scope = Scope::system(app.doors[0].client);
    let url = carrier.keep("talk.wav", 0, tone(300));
    let json =
        escaped(&json!({"StreamSID": "S", "Status": "completed", "Duration": "28", "RecordingUrl": url}).to_string());
    let url = escaped(&url);
    let forms = [
        format!("Stream[Status]=completed&Stream[Duration]=28&Stream[RecordingUrl]={url}"),
        format!("Stream%5BStatus%5D=completed&Stream%5BDuration%5D=28&Stream%5BRecordingUrl%5D={url}"),
        format!("Stream={json}"),
    ];
    let after_bot = async |form: &str| {
        let sid = new_sid(&app);
        voicebot(&app, 0, &sid).await;
        let said = get(&hook(&app, 0, "after-bot"), &format!("{}&{form}", applet(&app, 0, &sid))).await;
        (said.status, row(&app, 0, &sid).await.unwrap().id.to_string())
    };
    // The control: talks are not kept unless the channel's owner wants it.
    let (as_ever, id) = after_bot(&forms[0]).await;
    assert_eq!(progress(&app, &id).await, None);
    for channel in app.store.channels(&scope).await.unwrap() {
        let keep = CarrierPatch { keep_talks: Some(true), ..CarrierPatch::default() };
        app.store.set_carrier(&scope, channel.id, keep, None, app.now()).await.unwrap();
    }
    for form in &forms {
        let (status, id) = after_bot(form).await;
        assert_eq!(status, as_ever, "{form}");
        assert_eq!(settled(&app, &id).await, (RecordingKind::Talk, Progress::Ready), "{form}");
        let (token, path) = (owner(&app, 0).await, format!("/api/calls/{id}/recording?kind=talk"));
        assert!(api(&app, &token, &path).await.bytes().await.unwrap() == tone(300), "{form}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_18_a_refused_login_is_given_up_with_its_reason_until_it_is_mended() {
    let (app, carrier) = with_api().await;
    log_in(&app, &carrier, "an old token").await;
    let id = left_a_voicemail(&app, &carrier.keep("v.wav", 0, tone(100))).await;
    let (_, Progress::Failed(why)) = settled(&app, &id).await else { panic!("it was fetched") };
    assert!(why.contains("401") && why.contains("Settings"), "{why}");
    assert_eq!(carrier.fetched(), [("v.wav".to_owned(), 401)], "asked once, and not until the lock falls");
    let token = owner(&app, 0).await;
    let jobs: Value = api(&app, &token, "/api/jobs").await.json().await.unwrap();
    let job = json!({"kind": "fetch_recording", "ref": format!("{id}/voicemail"), "tries": 1, "reason": why});
    assert_eq!(jobs["jobs"], json!([job]));
    let path = format!("/api/calls/{id}/recording");
    assert_eq!(code(api(&app, &token, &path).await).await, (409, "recording_failed".into()));
    log_in(&app, &carrier, "token").await;
    let again = json!({"kind": "fetch_recording", "ref": format!("{id}/voicemail")});
    let retry = http().post(format!("{}/api/jobs/retry", app.base)).bearer_auth(&token).json(&again);
    assert_eq!(ask(retry).await.status, 204);
    assert_eq!(settled(&app, &id).await.1, Progress::Ready);
    assert_eq!(api(&app, &token, &path).await.status(), 200);
}

/// The hook's key is all that somebody needs to send these. The second fake
/// would answer, and the operator even allows its address.
#[tokio::test(flavor = "multi_thread")]
async fn case_18_another_host_is_not_asked_and_gets_no_login() {
    let foreign = FakeCarrierApi::open("key", "token").await.unwrap();
    let carrier = FakeCarrierApi::open("key", "token").await.unwrap();
    let app = allowing(&carrier, vec![carrier.address(), foreign.address()]).await;
    let bait = foreign.keep("v.wav", 0, tone(100));
    let port = foreign.address().port();
    for url in [
        bait.clone(),
        format!("http://localhost:{port}/recordings/v.wav"),
        format!("http://key:token@127.0.0.1:{port}/recordings/v.wav"),
        format!("{}@127.0.0.1:{port}/recordings/v.wav", carrier.url()),
        format!("https://recordings.exotel.com@127.0.0.1:{port}/recordings/v.wav"),
    ] {
        let id = left_a_voicemail(&app, &url).await;
        let (_, Progress::Failed(why)) = settled(&app, &id).await else { panic!("{url} was fetched") };
        assert!(why.contains("none of the carrier's hosts"), "{url}: {why}");
    }
    assert_eq!(foreign.fetched(), [], "nothing reached it");
    assert_eq!(carrier.fetched(), []);
    // The control: whoever asks it with the login is given the sound.
    let asked = http().get(&bait).basic_auth("key", Some("token")).send().await.unwrap();
    assert_eq!((asked.status().as_u16(), foreign.fetched().len()), (200, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn case_18_what_is_no_sound_or_too_much_of_it_is_given_up() {
    let (app, carrier) = with_api().await;
    let page = carrier.keep("page", 0, b"<html><script>alert(1)</script></html>".to_vec());
    let mut endless = tone(10);
    endless.resize(10 * 1024 * 1024 + 1, 0);
    let endless = carrier.keep("endless", 0, endless);
    for (url, why) in [(page, "no sound"), (endless, "more than 10 MiB")] {
        let id = left_a_voicemail(&app, &url).await;
        let (_, Progress::Failed(said)) = settled(&app, &id).await else { panic!("{url} was stored") };
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(count(&app, "SELECT COUNT(*) FROM recordings WHERE sealed IS NOT NULL").await, 0);
}
