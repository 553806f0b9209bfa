//! The binary as an operator meets it.

#[path = "commands/rehearsals.rs"]
mod rehearsals;
#[path = "commands/running.rs"]
mod running;

use running::{Running, caly, finished};
use serde_json::{Value, json};

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

#[test]
fn what_speech_is_there_is_said_in_words_and_as_json() {
    let data = tempfile::tempdir().unwrap();
    let status = |more: &[&str]| {
        let mut command = caly(data.path());
        command.args(["models", "status"]).args(more);
        let (out, _) = finished(command);
        assert!(!out.status.success(), "there is none here");
        String::from_utf8(out.stdout).unwrap()
    };
    assert!(status(&[]).contains("caly models pull"));
    let told: Value = serde_json::from_str(&status(&["--json"])).unwrap();
    assert_eq!((&told["ready"], told["dir"].as_str().unwrap().ends_with("no models")), (&json!(false), true));
    assert!(told["missing"].as_str().unwrap().contains("caly models pull"), "{told}");
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

/// The curl lines of the first checklist, against the demo as it comes.
#[test]
fn the_seeds_own_lines_work_on_the_demo() {
    let running = Running::demo(&[]);
    // Sundays are closed, and hours are not full every day.
    assert!(caly_tests::seed::run(&running.base) >= 4, "a week of the thirty days is told");
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
