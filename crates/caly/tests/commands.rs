//! The binary as an operator meets it.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

fn caly(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caly"));
    command.env_clear().env("PATH", "").env("HOME", data).env("CALY_DATA", data.join("data")).current_dir(data);
    // Nothing to hear with and nothing to speak with: what every machine can do.
    command.env("CALY_MODELS", data.join("no models"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A port that nobody has at this moment.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

struct Running {
    child: Child,
    base: String,
    told: String,
    _data: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already gone is as good as stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// A demo that says that it is up.
    fn demo(more: &[&str]) -> Self {
        Self::demo_until(more, "Ctrl-C")
    }

    fn demo_until(more: &[&str], up: &str) -> Self {
        Self::start(&[&["demo"], more].concat(), up)
    }

    fn start(words: &[&str], up: &str) -> Self {
        Self::start_on(tempfile::tempdir().unwrap(), words, up)
    }

    fn start_on(data: TempDir, words: &[&str], up: &str) -> Self {
        let port = free_port();
        let mut child = caly(data.path()).args(words).args(["--listen", &format!("127.0.0.1:{port}")]).spawn().unwrap();
        let mut told = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        while !told.contains(up) {
            if out.read_line(&mut told).unwrap() == 0 {
                let mut why = String::new();
                child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
                panic!("the demo did not come up: {told} {why}");
            }
        }
        Self { child, base: format!("http://127.0.0.1:{port}"), told, _data: data }
    }

    /// Another demo on the same data.
    fn again(mut self, words: &[&str]) -> Self {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let data = std::mem::replace(&mut self._data, tempfile::tempdir().unwrap());
        Self::start_on(data, &[&["demo"], words].concat(), "Ctrl-C")
    }

    /// Logs in; the status and the answer.
    async fn login(&self, email: &str, password: &str) -> (u16, Value) {
        caly_server::crypto();
        let body = json!({"email": email, "password": password});
        let answer =
            reqwest::Client::new().post(format!("{}/api/auth/login", self.base)).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

fn finished(mut command: Command) -> (Output, String) {
    let out = command.output().unwrap();
    let words = String::from_utf8_lossy(&out.stderr).into_owned();
    (out, words)
}

#[test]
fn every_command_explains_itself() {
    let data = tempfile::tempdir().unwrap();
    for words in [
        "demo",
        "serve",
        "setup-link",
        "reset-link",
        "rehearse",
        "verify",
        "backup",
        "restore",
        "vault",
        "vault rotate",
        "simulate",
        "simulate routing",
        "models",
        "openapi",
        "models pull",
        "models status",
    ] {
        let mut command = caly(data.path());
        command.args(words.split(' ')).arg("--help");
        let (out, _) = finished(command);
        assert!(out.status.success(), "{words}");
        let help = String::from_utf8_lossy(&out.stdout);
        assert!(help.contains("Usage: caly"), "{words}: {help}");
        if ["demo", "serve", "setup-link", "reset-link", "verify", "backup", "restore", "vault rotate"].contains(&words)
        {
            for option in ["--listen", "--data", "--database", "--config"] {
                assert!(help.contains(option), "{words} lacks {option}");
            }
        }
    }
}

#[tokio::test]
async fn an_empty_directory_is_set_up_by_the_link_of_the_console() {
    let running = Running::start(&["serve", "--json"], "\"ready\"");
    let told: Value = serde_json::from_str(running.told.lines().next().unwrap()).unwrap();
    let token = |url: &str| url.trim().split("/setup#").nth(1).unwrap().to_owned();
    let printed = |words: &[&str]| {
        let mut command = caly(running._data.path());
        command.args(words);
        let (out, why) = finished(command);
        assert!(out.status.success(), "{why}");
        String::from_utf8(out.stdout).unwrap()
    };
    caly_server::crypto();
    let http = reqwest::Client::new();
    let set_up = async |token: String, email: &str| {
        let body = json!({"token": token, "company": "Fresh Ltd", "sector": "ecommerce", "zone": "Asia/Kolkata",
            "name": "Asha Rao", "email": email, "password": "tram mango kettle violin"});
        let answer = http.post(format!("{}/api/setup", running.base)).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let first = token(told["url"].as_str().unwrap());
    let second = token(&printed(&["setup-link"]));
    assert_eq!(set_up(first, "asha@fresh.example").await.0, 404, "a newer link voids the one before");
    let (status, made) = set_up(second.clone(), "asha@fresh.example").await;
    assert_eq!((status, &made["user"]["role"]), (201, &json!("owner")), "{made}");
    assert_eq!(set_up(second, "else@fresh.example").await.1["code"], "link_over");
    let another = token(&printed(&["setup-link"]));
    assert_eq!(set_up(another, "ravi@second.example").await.0, 201, "many clients share an installation");
    assert_eq!(running.login("asha@fresh.example", "tram mango kettle violin").await.0, 200);
    let reset = printed(&["reset-link", "asha@fresh.example"]);
    let body =
        json!({"token": reset.trim().split("/reset#").nth(1).unwrap(), "password": "violet harbour cactus nine"});
    let used = http.post(format!("{}/api/auth/password-resets/use", running.base)).json(&body).send().await.unwrap();
    assert_eq!(used.status().as_u16(), 204);
    assert_eq!(running.login("asha@fresh.example", "tram mango kettle violin").await.0, 401);
    assert_eq!(running.login("asha@fresh.example", "violet harbour cactus nine").await.0, 200);
}

#[test]
fn a_wrong_setting_names_its_key() {
    let data = tempfile::tempdir().unwrap();
    for (key, value) in [
        ("CALY_LISTEN", "nowhere"),
        ("CALY_MAX_CALLS", "many"),
        ("CALY_PUBLIC_URL", "ftp://x"),
        ("CALY_CATALOG_SECTORS", "/nowhere/at/all"),
    ] {
        let mut command = caly(data.path());
        command.arg("serve").env(key, value);
        let (out, words) = finished(command);
        assert!(!out.status.success(), "{key}");
        assert!(words.contains(key), "{key}: {words}");
    }
}

#[test]
fn known_passwords_stay_on_this_machine() {
    let data = tempfile::tempdir().unwrap();
    // A listener for everybody, and one behind a proxy for everybody.
    for (listen, public) in [("0.0.0.0:0", None), ("127.0.0.1:0", Some("https://calls.example.com"))] {
        let mut command = caly(data.path());
        command.args(["demo", "--listen", listen]).envs(public.map(|url| ("CALY_PUBLIC_URL", url)));
        let (out, words) = finished(command);
        assert!(!out.status.success());
        assert!(words.contains("--public"), "{words}");
    }
}

#[tokio::test]
async fn a_busy_port_and_a_second_start_say_so() {
    let running = Running::demo(&[]);
    let other = tempfile::tempdir().unwrap();
    let mut command = caly(other.path());
    command.args(["demo", "--listen", running.base.trim_start_matches("http://")]);
    let (out, words) = finished(command);
    assert!(!out.status.success());
    assert!(words.contains("--listen"), "{words}");

    let mut again = caly(running._data.path());
    again.args(["demo", "--listen", "127.0.0.1:0"]);
    let (out, words) = finished(again);
    assert!(!out.status.success());
    assert!(words.contains("another"), "{words}");
}

#[tokio::test]
async fn a_public_demo_has_a_random_password() {
    let running = Running::demo(&["--public"]);
    assert_eq!(running.login("user@example.com", "password").await.0, 401);
    let password = running.told.lines().find_map(|l| l.split("log in as user@example.com / ").nth(1)).unwrap();
    assert!(password.len() >= 20, "{}", running.told);
    assert_eq!(running.login("user@example.com", password.trim()).await.0, 200);
}

#[tokio::test]
async fn a_public_demo_on_older_data_leaves_nobody_the_known_password() {
    let running = Running::demo(&[]);
    let (status, login) = running.login("user@example.com", "password").await;
    assert_eq!(status, 200);
    let team = reqwest::Client::new().get(format!("{}/api/teams", running.base));
    let team: Value = team.bearer_auth(login["token"].as_str().unwrap()).send().await.unwrap().json().await.unwrap();
    let people: Vec<_> =
        team["team_members"].as_array().unwrap().iter().map(|m| m["email"].as_str().unwrap().to_owned()).collect();
    assert!(people.len() > 2, "{team}");
    // The control: before, a member's login is as known as the owner's.
    assert_eq!(running.login(people.last().unwrap(), "password").await.0, 200);
    let running = running.again(&["--public"]);
    for email in people {
        assert_eq!(running.login(&email, "password").await.0, 401, "{email}");
    }
    let password = running.told.lines().find_map(|l| l.split("log in as user@example.com / ").nth(1)).unwrap();
    assert_eq!(running.login("user@example.com", password.trim()).await.0, 200);
}

#[test]
fn the_demo_speaks_json_when_asked() {
    let running = Running::demo_until(&["--json"], "ready");
    let line: Value = serde_json::from_str(running.told.lines().last().unwrap()).unwrap();
    assert_eq!((&line["event"], &line["clients"][0]["email"]), (&json!("ready"), &json!("user@example.com")));
    let voicebot = line["clients"][0]["hook_urls"]["voicebot"].as_str().unwrap();
    assert!(voicebot.starts_with(&running.base) && voicebot.ends_with("/voicebot"), "{voicebot}");
}

#[test]
fn the_opening_call_is_told_while_it_runs() {
    let running = Running::demo_until(&["--call", "--json"], "\"counted\"");
    let told: Vec<Value> = running.told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let at = |event: &str| told.iter().position(|line| line["event"] == event).unwrap_or_else(|| panic!("no {event}"));
    assert!(at("rings") < at("owner") && at("owner") < at("turn"), "{}", running.told);
    let said = told[..at("walked")].iter().filter(|line| line["event"] == "turn");
    let agent: Vec<_> =
        said.filter(|line| line["speaker"] == "agent").filter_map(|line| line["text"].as_str()).collect();
    assert!(agent.len() >= 3 && agent[0].contains("thank you for calling"), "{agent:?}");
    let counted = &told[at("counted")];
    let [before, after] = ["before", "after"].map(|when| counted["moved"][when]["calls"].as_i64().unwrap());
    assert_eq!((after, &counted["outcome"]), (before + 1, &json!("resolved_by_agent")), "{counted}");
}

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
    let (out, words) = rehearse(key, &["--json"]);
    let one: Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {words}"));
    assert!(out.status.success() && one["violations"] == json!([]), "{words}");
    let (out, words) = rehearse(key, &["--json", "--calls", "3", "--rate", "5"]);
    let load: Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {words}"));
    let clean = load["errors"] == json!({}) && load["violations"] == json!({});
    assert!(out.status.success() && clean && load["placed"] == 3, "{load} {words}");
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

/// The made-up past has words, and its figures are what its calls say.
#[tokio::test]
async fn the_demos_past_calls_can_be_read() {
    let running = Running::demo(&[]);
    caly_server::crypto();
    let http = reqwest::Client::new();
    for (email, word) in [("user@example.com", "order"), ("clinic@example.com", "appointment")] {
        let (_, login) = running.login(email, "password").await;
        let bearer = login["token"].as_str().unwrap().to_owned();
        let get = async |path: &str| {
            let request = http.get(format!("{}{path}", running.base)).bearer_auth(&bearer);
            request.send().await.unwrap().json::<Value>().await.unwrap()
        };
        let page = get("/api/calls?limit=30").await;
        let mut texts = std::collections::BTreeSet::new();
        let (mut words, mut facts) = (String::new(), 0);
        for listed in page["calls"].as_array().unwrap() {
            let call = get(&format!("/api/calls/{}", listed["id"].as_str().unwrap())).await;
            let turns = call["transcript"].as_array().unwrap();
            let said: Vec<&str> = turns.iter().map(|t| t["text"].as_str().unwrap()).collect();
            assert!(!said.is_empty(), "{call}");
            let (began, ended) = (call["started_at"].as_str().unwrap(), call["ended_at"].as_str().unwrap());
            assert!(turns.iter().all(|t| (began..=ended).contains(&t["at"].as_str().unwrap())), "{call}");
            let kinds: Vec<&str> =
                call["facts"].as_array().unwrap().iter().map(|f| f["kind"].as_str().unwrap()).collect();
            assert_eq!((kinds.first(), kinds.last()), (Some(&"answered"), Some(&"ended")), "{call}");
            facts += kinds.iter().filter(|k| **k != "turn").count();
            words.push_str(&said.join(" ").to_lowercase());
            texts.insert(said.join("\n"));
        }
        let calls = page["calls"].as_array().unwrap().len();
        assert!(calls == 30 && texts.len() >= calls - 2, "{} of {calls} calls read alike", calls - texts.len());
        assert!(words.contains(word) && facts > 3 * calls, "{word}: {facts} facts");
    }
    let mut verify = caly(running._data.path());
    verify.arg("verify");
    let (out, why) = finished(verify);
    assert!(out.status.success(), "{} {why}", String::from_utf8_lossy(&out.stdout));
}
