//! Rehearsed calls, asked for over the API and in a shell.

use crate::running::{Running, caly, finished};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// A rehearsal line of the demo's clinic, by an id that is none of the shop's:
/// ids count anew in every company.
async fn line_of_the_clinic(running: &Running, shop: &str) -> i64 {
    let (_, login) = running.login("clinic@example.com", "password").await;
    let clinic = login["token"].as_str().unwrap();
    let (http, url) = (reqwest::Client::new(), format!("{}/api/channels", running.base));
    let list: Value = http.get(&url).bearer_auth(shop).send().await.unwrap().json().await.unwrap();
    let own: Vec<i64> = list["channels"].as_array().unwrap().iter().map(|c| c["id"].as_i64().unwrap()).collect();
    loop {
        let ask = http.post(&url).bearer_auth(clinic).json(&json!({"kind": "rehearsal", "name": "Another line"}));
        let made: Value = ask.send().await.unwrap().json().await.unwrap();
        let id = made["id"].as_i64().unwrap_or_else(|| panic!("{made}"));
        if !own.contains(&id) {
            return id;
        }
    }
}

#[tokio::test]
async fn a_rehearsed_call_is_placed_over_the_api_and_seen_in_the_log() {
    let running = Running::demo(&[]);
    let (_, login) = running.login("user@example.com", "password").await;
    let token = login["token"].as_str().unwrap();
    caly_server::crypto();
    let http = reqwest::Client::new();
    let ask = |body: Value| {
        let request = http.post(format!("{}/api/rehearsals", running.base)).bearer_auth(token).json(&body);
        async move {
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
        }
    };
    let (status, refused) = ask(json!({"script": "dance"})).await;
    assert_eq!((status, &refused["field"]), (422, &json!("script")));
    assert!(refused["detail"].as_str().unwrap().contains("order_keypad"), "{refused}");
    let (status, refused) = ask(json!({"script": "order"})).await;
    assert_eq!(status, 422, "spoken, and nothing speaks here: {refused}");
    assert!(refused["detail"].as_str().unwrap().contains("caly models pull"), "{refused}");
    assert_eq!(ask(json!({"script": "order_keypad", "channel_id": 9_999})).await.0, 404);
    let theirs = line_of_the_clinic(&running, token).await;
    assert_eq!(ask(json!({"script": "order_keypad", "channel_id": theirs})).await.0, 404, "another company's line");
    let (status, placed) = ask(json!({"script": "order_keypad"})).await;
    assert_eq!((status, &placed["script"]), (202, &json!("order_keypad")), "{placed}");
    for _ in 0..600 {
        let calls = http.get(format!("{}/api/calls?limit=5", running.base)).bearer_auth(token).send().await.unwrap();
        let calls: Value = calls.json().await.unwrap();
        let call = &calls["calls"][0];
        if call["carrier_call_id"] == placed["carrier_call_id"] && !call["outcome"].is_null() {
            assert_eq!(call["outcome"], "resolved_by_agent", "{call}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the rehearsed call did not end within two minutes");
}

/// The command that integrators have: one call, a load, a wrong key, the list.
#[tokio::test]
async fn calls_are_rehearsed_from_a_shell() {
    let running = Running::demo(&[]);
    let (_, login) = running.login("user@example.com", "password").await;
    let asked = reqwest::Client::new().get(format!("{}/api/channels", running.base));
    let list: Value = asked.bearer_auth(login["token"].as_str().unwrap()).send().await.unwrap().json().await.unwrap();
    let lines = list["channels"].as_array().unwrap();
    let url = lines.iter().find(|c| c["kind"] == "rehearsal").unwrap()["hook_urls"]["voicebot"].as_str().unwrap();
    let key = url.split('/').rev().nth(1).unwrap();
    let rehearse = |key: &str, more: &[&str]| {
        let mut command = caly(running._data.path());
        command.args(["rehearse", "--url", &running.base, "--key", key, "--scenario", "order_keypad"]).args(more);
        finished(command)
    };
    // A recording of the integrator's own, beside the others: here a tone, which
    // means nothing.
    let wav = running._data.path().join("caller.wav");
    std::fs::write(&wav, caly_rehearsal::carrier_api::tone(400)).unwrap();
    let by_wav = |wav: &Path| {
        let mut command = caly(running._data.path());
        command.args(["rehearse", "--url", &running.base, "--key", key, "--json", "--wav"]).arg(wav);
        command
    };
    let (out, words) = finished(by_wav(Path::new("no-such.wav")));
    assert!(!out.status.success() && words.contains("no-such.wav is no WAV file"), "{words}");
    let recorded = by_wav(&wav);
    let recorded = std::thread::spawn(move || finished(recorded));
    let (out, words) = rehearse(key, &["--json"]);
    let one: Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {words}"));
    assert!(out.status.success() && one["violations"] == json!([]), "{words}");
    let (out, words) = rehearse(key, &["--json", "--calls", "3", "--rate", "5"]);
    let load: Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {words}"));
    let clean = load["errors"] == json!({}) && load["violations"] == json!({});
    assert!(out.status.success() && clean && load["placed"] == 3, "{load} {words}");
    let (out, words) = recorded.join().unwrap();
    let one: Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {words}"));
    let turn = &one["turns"][0];
    assert!(turn["said"] == "(a recording)" && turn["first_reply_ms"].is_u64(), "{one} {words}");
    let (out, words) = rehearse("nobodys-key", &[]);
    assert!(!out.status.success() && words.contains("404"), "{words}");

    let mut command = caly(running._data.path());
    command.args(["rehearse", "--scenario", "list", "--json"]);
    let named: Value = serde_json::from_slice(&finished(command).0.stdout).unwrap();
    assert!(named.as_array().unwrap().iter().any(|s| s["name"] == "order_keypad" && s["sector"] == "ecommerce"));
    let mut command = caly(running._data.path());
    command.args(["verify", "--json"]);
    let (out, words) = finished(command);
    let report: Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {words}"));
    assert!(out.status.success() && report["differences"] == json!([]), "{words}");
}

/// A company of any sector, minutes old, watches its first call: the line is
/// made, the caller asks what the agents know, and no figure moves.
#[tokio::test]
async fn a_new_company_watches_a_rehearsed_call() {
    let running = Running::start(&["serve", "--json"], "\"ready\"");
    let told: Value = serde_json::from_str(running.told.lines().next().unwrap()).unwrap();
    let token = told["url"].as_str().unwrap().trim().split("/setup#").nth(1).unwrap();
    caly_server::crypto();
    let http = reqwest::Client::new();
    let body = json!({"token": token, "company": "Fresh Telecom", "sector": "telecom", "zone": "Asia/Kolkata",
        "name": "Asha Rao", "email": "asha@fresh.example", "password": "tram mango kettle violin"});
    let made = http.post(format!("{}/api/setup", running.base)).json(&body).send().await.unwrap();
    assert_eq!(made.status().as_u16(), 201);
    let (_, login) = running.login("asha@fresh.example", "tram mango kettle violin").await;
    let bearer = login["token"].as_str().unwrap().to_owned();
    let get = async |path: &str| {
        let request = http.get(format!("{}{path}", running.base)).bearer_auth(&bearer);
        request.send().await.unwrap().json::<Value>().await.unwrap()
    };
    assert_eq!(get("/api/channels").await["channels"], json!([]));
    let ask = http.post(format!("{}/api/rehearsals", running.base)).bearer_auth(&bearer);
    let answer = ask.json(&json!({"script": "question"})).send().await.unwrap();
    let (status, placed) = (answer.status().as_u16(), answer.json::<Value>().await.unwrap());
    assert_eq!((status, &placed["script"]), (202, &json!("question")), "{placed}");
    let mut call = Value::Null;
    for _ in 0..300 {
        let page = get("/api/calls").await;
        let ended = page["calls"].as_array().unwrap().iter().find(|c| !c["ended_at"].is_null());
        if let Some(ended) = ended {
            call = get(&format!("/api/calls/{}", ended["id"].as_str().unwrap())).await;
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    assert_eq!(call["carrier_call_id"], placed["carrier_call_id"], "{call}");
    // Here nothing can speak, so the keyed question goes to a person at once.
    assert_eq!((&call["outcome"], &call["counted"]), (&json!("message_taken"), &json!(false)), "{call}");
    assert!(call["transcript"].as_array().unwrap().len() >= 2, "{call}");
    let channels = get("/api/channels").await;
    assert_eq!(channels["channels"][0]["kind"], "rehearsal");
    assert_eq!(get("/api/teams/summary").await["all_time"]["calls"], 0);
}
