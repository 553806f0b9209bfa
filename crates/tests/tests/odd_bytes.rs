//! A carrier's request that holds U+0000, in every form a hook can have: it is
//! answered as any other and stored on both engines, and nothing of it is lost
//! but that one character.

use caly_core::scope::Scope;
use caly_tests::{CALLER, TestApp};
use futures::{SinkExt, StreamExt};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

/// What no person types and PostgreSQL does not keep, in a value of ours.
const ODD: &str = "a\0b";
/// The same as it is stored.
const KEPT: &str = "a\u{fffd}b";
/// As the parameters are written down.
const WRITTEN: &str = "a%EF%BF%BDb";

struct World {
    app: TestApp,
    http: Client,
    token: String,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::start(None).await;
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let login = json!({"email": "user@example.com", "password": "password"});
        let answer = http.post(format!("{}/api/auth/login", app.base)).json(&login).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        Self { token: body["token"].as_str().unwrap().to_owned(), app, http }
    }

    fn url(&self, hook: &str) -> String {
        format!("{}/exotel/{}/{hook}", self.app.base, self.app.doors[0].hook_key)
    }

    /// One request in each form in which it can be sent.
    fn forms(&self, hook: &str, pairs: &[(&str, &str)]) -> Vec<(&'static str, RequestBuilder)> {
        let object: serde_json::Map<_, _> = pairs.iter().map(|(k, v)| ((*k).to_owned(), json!(v))).collect();
        let part =
            |(k, v): &(&str, &str)| format!("--XyZ\r\nContent-Disposition: form-data; name=\"{k}\"\r\n\r\n{v}\r\n");
        let parts = pairs.iter().map(part).collect::<String>() + "--XyZ--\r\n";
        let url = self.url(hook);
        vec![
            ("query", self.http.get(&url).query(pairs)),
            ("form", self.http.post(&url).form(pairs)),
            ("JSON", self.http.post(&url).json(&object)),
            ("multipart", self.http.post(&url).header("content-type", "multipart/form-data; boundary=XyZ").body(parts)),
        ]
    }

    /// A call that was placed by a request without any oddity.
    async fn placed(&self, sid: &str) {
        let asked = self.http.get(self.url("voicebot")).query(&[("CallSid", sid), ("CallFrom", CALLER)]);
        assert_eq!(asked.send().await.unwrap().status(), 200);
    }

    /// What a supervisor is shown of the channel's requests.
    async fn shown(&self) -> Vec<Value> {
        let get = |path: String| self.http.get(format!("{}{path}", self.app.base)).bearer_auth(&self.token).send();
        let channels: Value = body(get("/api/channels".into()).await.unwrap()).await;
        let mut all = Vec::new();
        for channel in channels["channels"].as_array().unwrap() {
            let path = format!("/api/channels/{}/requests", channel["id"]);
            let shown: Value = body(get(path).await.unwrap()).await;
            all.extend(shown["requests"].as_array().unwrap().iter().cloned());
        }
        all
    }
}

async fn body(answer: Response) -> Value {
    answer.error_for_status().unwrap().json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hook_keeps_what_it_was_told() {
    let w = World::new().await;
    for hook in ["after-bot", "connect", "after-connect", "dial-event", "status"] {
        for (n, form) in ["query", "form", "JSON", "multipart"].into_iter().enumerate() {
            let sid = format!("odd-{hook}-{n}");
            w.placed(&sid).await;
            let pairs = [("CallSid", sid.as_str()), ("CallFrom", CALLER), ("EventType", ODD), ("Custom", ODD)];
            let (_, request) = w.forms(hook, &pairs).swap_remove(n);
            let answer = request.send().await.unwrap();
            // The control: the same without the character is answered the same.
            let plain = format!("{sid}-plain");
            w.placed(&plain).await;
            let pairs = [("CallSid", plain.as_str()), ("CallFrom", CALLER), ("EventType", KEPT), ("Custom", "x")];
            let (name, request) = w.forms(hook, &pairs).swap_remove(n);
            assert_eq!((name, answer.status()), (form, request.send().await.unwrap().status()), "{hook}");
            let stored = w.shown().await;
            let events: Vec<_> = stored.iter().filter(|r| r["raw"].as_str().unwrap().contains(&sid)).collect();
            assert_eq!(events.len(), 2, "{hook} by {form}: {events:#?}");
            assert!(events.iter().all(|r| r["event"] == KEPT), "{hook} by {form}: {events:#?}");
            let odd = |r: &&&Value| r["raw"].as_str().unwrap().contains(&format!("Custom={WRITTEN}"));
            assert_eq!(events.iter().filter(odd).count(), 1, "{hook} by {form}: {events:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_stored_with_its_numbers() {
    let w = World::new().await;
    let scope = Scope::system(w.app.doors[0].client);
    for (n, form) in ["query", "form", "JSON", "multipart"].into_iter().enumerate() {
        let sid = format!("odd-{n}");
        let (_, request) = w.forms("voicebot", &[("CallSid", sid.as_str()), ("CallFrom", ODD)]).swap_remove(n);
        let answer: Value = body(request.send().await.unwrap()).await;
        assert!(!answer["url"].as_str().unwrap().contains("/stream/d1-"), "{form}: not the branch without a row");
        let call = w.app.store.call_by_carrier_id(&scope, &sid).await.unwrap().unwrap();
        assert_eq!(call.caller_raw.as_deref(), Some(KEPT), "{form}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_begins_whatever_its_start_holds() {
    let w = World::new().await;
    let scope = Scope::system(w.app.doors[0].client);
    // Without an id the hook stores nothing: the stream's start names the call.
    let asked = w.http.get(w.url("voicebot")).query(&[("CallFrom", CALLER)]);
    let answer: Value = body(asked.send().await.unwrap()).await;
    let (mut socket, _) = tokio_tungstenite::connect_async(answer["url"].as_str().unwrap()).await.unwrap();
    let start = json!({"event": "start", "stream_sid": ODD, "start": {"stream_sid": ODD, "call_sid": "odd-start",
        "from": ODD, "to": ODD, "custom_parameters": {"x": ODD}}});
    socket.send(Message::text(start.to_string())).await.unwrap();
    let said = socket.next().await.unwrap().unwrap().into_text().unwrap();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["stream_sid"], ODD, "the carrier's own name of it goes back as it came");
    let call = w.app.store.call_by_carrier_id(&scope, "odd-start").await.unwrap().unwrap();
    assert_eq!((call.caller_raw.as_deref(), call.ended_at), (Some(KEPT), None), "{call:?}");
}
