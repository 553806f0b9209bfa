//! Cases 1-5: the Voicebot applet's request and the other hooks' forms.

use crate::logs;
use crate::speech::keypad;
use crate::wire::{self, Said, applet, ask, calls, count, count_of, get, hook, http, new_sid, row, url_in, voicebot};
use caly_core::outcome::CallState;
use caly_core::scope::Scope;
use caly_tests::{Setup, TestApp};
use std::collections::BTreeSet;

async fn app() -> TestApp {
    TestApp::with(Setup { speech: Some(keypad()), ..Setup::default() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn case_01_voicebot_is_told_where_the_audio_goes() {
    let public_url = Some("https://calls.example.com".to_owned());
    let app = TestApp::with(Setup { speech: Some(keypad()), public_url, ..Setup::default() }).await;
    let sid = new_sid(&app);
    let url = voicebot(&app, 0, &sid).await;
    assert!(url.starts_with("wss://calls.example.com/exotel/") && url.len() <= 600, "{url}");
    let query = url.split_once('?').unwrap().1;
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let (rate, custom): (Vec<_>, Vec<_>) = pairs.iter().partition(|(k, _)| k == "sample-rate");
    assert_eq!(rate.len(), 1);
    assert!(["8000", "16000", "24000"].contains(&&*rate[0].1), "{url}");
    assert!(custom.len() <= 3 && custom.iter().map(|(k, v)| k.len() + v.len()).sum::<usize>() <= 256, "{url}");
    let call = row(&app, 0, &sid).await.unwrap();
    assert_eq!((call.state, call.agent_type.as_str()), (CallState::Routed, "front_desk"));
    assert!(call.owner.is_some() && !call.degraded);
    assert_eq!(call.stream_url.as_deref(), Some(url.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn case_02_the_same_request_again_is_the_same_call() {
    let app = app().await;
    let sid = new_sid(&app);
    let ask_once = || get_voicebot(&app, &sid);
    let at_once = futures::future::join_all((0..10).map(|_| ask_once())).await;
    let later = [ask_once().await, ask_once().await];
    let urls: BTreeSet<String> = at_once.iter().chain(&later).map(url_in).collect();
    assert_eq!(urls.len(), 1, "{urls:?}");
    assert_eq!(calls(&app, 0).await.len(), 1);
    for (table, n) in [
        ("SELECT COUNT(*) FROM decisions", 1),
        ("SELECT COUNT(*) FROM stream_tokens", 1),
        ("SELECT COUNT(*) FROM events WHERE body LIKE '%call.started%'", 1),
    ] {
        assert_eq!(count(&app, table).await, n, "{table}");
    }
    // The load moved once: the next call's decision sees one open call of the owner.
    let scope = Scope::system(app.doors[0].client);
    let owner = row(&app, 0, &sid).await.unwrap().owner;
    let next = new_sid(&app);
    voicebot(&app, 0, &next).await;
    let next = row(&app, 0, &next).await.unwrap();
    let decision = app.store.decision(&scope, next.id).await.unwrap().unwrap();
    let open: Vec<_> = decision.snapshot.candidates.iter().filter(|c| c.open_owned > 0).collect();
    assert_eq!(open.len(), 1);
    assert_eq!((Some(open[0].member), open[0].open_owned), (owner, 1));
}

async fn get_voicebot(app: &TestApp, sid: &str) -> Said {
    get(&hook(app, 0, "voicebot"), &applet(app, 0, sid)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn case_02_a_repeat_keeps_the_address_open() {
    let app = app().await;
    let sid = new_sid(&app);
    voicebot(&app, 0, &sid).await;
    // As if 50 of its 60 seconds had passed.
    let first = row(&app, 0, &sid).await.unwrap().token_expires_at.unwrap();
    let early = first.plus(-50_000);
    wire::age(&app, early.0).await;
    voicebot(&app, 0, &sid).await;
    let again = row(&app, 0, &sid).await.unwrap().token_expires_at.unwrap();
    assert!(again >= first, "{again:?} {first:?}");
    assert_eq!(count(&app, "SELECT MIN(expires_at) FROM stream_tokens").await, again.0);
}

/// Rows that a hook could have written, of anybody.
async fn written(app: &TestApp) -> i64 {
    let mut n = 0;
    for sql in [
        "SELECT COUNT(*) FROM calls",
        "SELECT COUNT(*) FROM carrier_inbox",
        "SELECT COUNT(*) FROM decisions",
        "SELECT COUNT(*) FROM stream_tokens",
        "SELECT COUNT(*) FROM events",
    ] {
        n += count(app, sql).await;
    }
    n
}

const HOOKS: [&str; 5] = ["voicebot", "after-bot", "connect", "after-connect", "status"];

#[tokio::test(flavor = "multi_thread")]
async fn case_03_a_wrong_key_or_number_is_nobodys() {
    let logs = logs::listen();
    let app = app().await;
    let before = written(&app).await;
    for name in HOOKS {
        let wrong_key = format!("{}/exotel/{}x/{name}", app.base, app.doors[0].hook_key);
        assert_eq!(get(&wrong_key, &applet(&app, 0, "c1")).await.status, 404, "{name}");
        // The clinic's number on the shop's key.
        let foreign = get(&hook(&app, 0, name), &applet(&app, 1, "c2")).await;
        assert_eq!((foreign.status, foreign.body.as_str()), (404, ""), "{name}");
    }
    assert_eq!(written(&app).await, before, "nothing is written");
    assert_eq!(logs.lines_with(&["security.event", "unknown_hook_key"]), HOOKS.len());
    assert_eq!(logs.lines_with(&["security.event", "foreign_number"]), HOOKS.len());
    // The control: the same request with its own key and number is written.
    assert_eq!(get(&hook(&app, 0, "voicebot"), &applet(&app, 0, "c3")).await.status, 200);
    assert!(written(&app).await > before);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_03_another_clients_call_is_never_read() {
    let app = app().await;
    let sid = new_sid(&app);
    let theirs = voicebot(&app, 0, &sid).await;
    let before = row(&app, 0, &sid).await.unwrap();
    // The clinic knows nothing of it, and what it makes of the id is its own.
    let unknown = get(&hook(&app, 1, "after-bot"), &applet(&app, 1, "never-seen")).await;
    let foreign = get(&hook(&app, 1, "after-bot"), &applet(&app, 1, &sid)).await;
    assert_eq!(foreign, unknown);
    assert_eq!(row(&app, 1, &sid).await, None);
    let own = voicebot(&app, 1, &sid).await;
    assert_ne!(own, theirs);
    let clinics = row(&app, 1, &sid).await.unwrap();
    assert_ne!(clinics.id, before.id);
    assert_eq!(row(&app, 0, &sid).await.unwrap(), before);
    // Nor does its key open the shop's stream.
    let crossed = theirs.replace(&app.doors[0].hook_key, &app.doors[1].hook_key);
    assert_eq!(wire::open(&crossed, None).await.err(), Some(404));
    // The control: the right key does.
    assert!(wire::open(&theirs, None).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_04_numbers_in_every_spelling_are_one_caller() {
    let app = app().await;
    let url = hook(&app, 0, "voicebot");
    let spellings = [
        "CallFrom=09876543210&CallTo=08047491899",
        "CallFrom=%2B919876543210&CallTo=%2B918047491899",
        "Callfrom=%2B919876543210&callto=08047491899",
        "From=09876543210&To=%2B918047491899",
        "CallFrom=%7B%7BCallFrom%7D%7D&From=09876543210",
    ];
    for (n, spelling) in spellings.iter().enumerate() {
        let sid = format!("spelling-{n}");
        url_in(&get(&url, &format!("CallSid={sid}&{spelling}")).await);
        let call = row(&app, 0, &sid).await.unwrap();
        assert_eq!(call.caller_number.as_deref(), Some("+919876543210"), "{spelling}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_04_a_template_is_no_call_id_and_the_stream_names_the_call() {
    let app = app().await;
    let said = get(&hook(&app, 0, "voicebot"), "CallSid=%7B%7BCallSid%7D%7D&CallFrom=%2B919812345678").await;
    let url = url_in(&said);
    assert!(calls(&app, 0).await.is_empty(), "there is nothing to store it under yet");
    let sid = new_sid(&app);
    let mut stream = wire::open(&url, None).await.unwrap();
    stream.start(&sid).await;
    stream.ask_by_keys().await;
    assert_eq!(stream.closed().await, 1000);
    let call = app.counted(&app.doors[0], &sid).await;
    assert!(call.degraded && call.resolved, "{call:?}");
    assert_eq!(call.caller_number.as_deref(), Some("+919812345678"), "as the stream's start says");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_05_every_form_of_a_request_says_the_same() {
    let app = app().await;
    for name in HOOKS {
        let url = hook(&app, 0, name);
        let sid = new_sid(&app);
        let query = applet(&app, 0, &sid);
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let asked = get(&url, &query).await;
        let form = ask(http().post(&url).form(&pairs)).await;
        let object: serde_json::Map<_, _> = pairs.iter().cloned().map(|(k, v)| (k, v.into())).collect();
        let json = ask(http().post(&url).json(&object)).await;
        let parts =
            ask(http().post(&url).header("content-type", "multipart/form-data; boundary=XyZ").body(multipart(&pairs)))
                .await;
        for (form_name, said) in [("form", form), ("JSON", json), ("multipart", parts)] {
            assert_eq!(said, asked, "{name} by {form_name}");
        }
        if name == "voicebot" {
            assert_eq!(calls(&app, 0).await.iter().filter(|c| c.carrier_call_id == sid).count(), 1);
        } else {
            // One request in four forms is one request.
            assert_eq!(
                count_of(&app, "SELECT COUNT(*) FROM carrier_inbox WHERE call_sid = $1", &sid).await,
                1,
                "{name}"
            );
        }
    }
}

fn multipart(pairs: &[(String, String)]) -> String {
    let part =
        |(k, v): &(String, String)| format!("--XyZ\r\nContent-Disposition: form-data; name=\"{k}\"\r\n\r\n{v}\r\n");
    pairs.iter().map(part).collect::<String>() + "--XyZ--\r\n"
}
