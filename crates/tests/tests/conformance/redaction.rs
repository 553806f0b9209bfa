//! Case 30: what would let somebody in, or says what a caller keyed, is in no
//! log of ours, at debug.

use crate::logs;
use crate::speech::keypad;
use crate::wire::{self, applet, ask, get, hook, http, new_sid, talk, voicebot};
use caly_server::inbound::degraded;
use caly_tests::{Setup, TestApp};
use serde_json::json;

const KEYED: &str = "7301948265";
const BASIC: &str = "caly:a-basic-secret-that-is-long";
const WRONG: &str = "a wrong password that was typed";

/// Calls, hooks and logins with every kind of secret; the secrets.
async fn busy_day(app: &TestApp) -> Vec<String> {
    let mut secrets = vec![app.doors[0].hook_key.clone(), app.doors[0].echo_key.clone(), KEYED.into(), WRONG.into()];
    // A call with keys in it, and what its token was.
    let (mut stream, sid) = talk(app, 0).await;
    let call = wire::row(app, 0, &sid).await.unwrap();
    secrets.push(token_in(call.stream_url.as_deref().unwrap()));
    stream.listen().await;
    stream.press("1").await;
    stream.listen().await;
    stream.press(KEYED).await;
    stream.listen().await;
    stream.send(r#"{"event":"media","media":{"payload":"%%"}}"#).await;
    stream.stop(&sid).await;
    app.counted(&app.doors[0], &sid).await;
    // Hooks with keys in them, known, unknown and foreign.
    for name in ["voicebot", "after-bot", "connect", "after-connect", "status"] {
        let query = format!("{}&digits=%22{KEYED}%22", applet(app, 0, &new_sid(app)));
        get(&hook(app, 0, name), &query).await;
        get(&hook(app, 0, name), &applet(app, 1, "foreign")).await;
        get(&format!("{}/exotel/a-key-that-was-guessed/{name}", app.base), &query).await;
    }
    secrets.push("a-key-that-was-guessed".into());
    // Sockets that are refused: a used token, a wrong one, one of a call that
    // the database did not see, with and without a password.
    let url = voicebot(app, 0, &new_sid(app)).await;
    let token = token_in(&url);
    let late = degraded::mint(&app.node.telephony.keys, app.doors[0].client, app.doors[0].channel, "x", app.now());
    let password = format!("Basic {}", base64_simd::STANDARD.encode_to_string(BASIC));
    for token_now in [token.as_str(), "a-token-that-was-guessed", &late, &late] {
        let url = url.replace(&token, token_now);
        let _ = wire::open(&url, Some(&password)).await.map(drop);
    }
    secrets.extend([token, late, "a-token-that-was-guessed".into(), BASIC.into(), password]);
    // People: a login, a wrong one, requests with the token and a wrong one.
    let login = |password: &str| {
        let body = json!({"email": app.doors[0].email, "password": password});
        http().post(format!("{}/api/auth/login", app.base)).json(&body)
    };
    assert_eq!(ask(login(WRONG)).await.status, 401);
    let said = ask(login("password")).await;
    assert_eq!(said.status, 200, "{said:?}");
    let body: serde_json::Value = serde_json::from_str(&said.body).unwrap();
    let bearer = body["token"].as_str().unwrap().to_owned();
    for path in ["me", "teams", "channels", "calls", "tasks"] {
        let path = if path == "me" { "auth/me" } else { path };
        let url = format!("{}/api/{path}", app.base);
        assert_eq!(ask(http().get(&url).bearer_auth(&bearer)).await.status, 200, "{path}");
        ask(http().get(&url).bearer_auth("a-bearer-that-was-guessed")).await;
    }
    secrets.extend([bearer, "a-bearer-that-was-guessed".into()]);
    secrets
}

fn token_in(url: &str) -> String {
    url.split("/stream/").nth(1).unwrap().split('?').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn case_30_no_secret_is_in_a_log() {
    let logs = logs::listen();
    let app = TestApp::with(Setup { speech: Some(keypad()), ..Setup::default() }).await;
    let secrets = busy_day(&app).await;
    assert!(secrets.len() >= 12 && secrets.iter().all(|s| s.len() >= 10), "{secrets:?}");
    let text = logs.text();
    assert!(logs.lines_with(&["\"level\":\"DEBUG\"", "caly_server"]) > 20, "our crates are heard at debug");
    assert!(logs.lines_with(&["security.event"]) > 10, "what is refused is logged");
    for secret in &secrets {
        assert!(!text.contains(secret.as_str()), "in a log: {secret}");
    }
    // Nor is the key that a hook came by in what is kept of it.
    let kept = wire::count_of(&app, "SELECT COUNT(*) FROM carrier_inbox WHERE raw LIKE '%' || $1 || '%'", &secrets[0]);
    assert_eq!(kept.await, 0);
    // The control: one that is logged is noticed, wherever in a line.
    for (n, secret) in secrets.iter().enumerate() {
        tracing::debug!(control = n, url = format!("/exotel/{secret}/voicebot"), "a mistake");
        assert!(logs.text().contains(secret.as_str()), "{secret}");
    }
}
