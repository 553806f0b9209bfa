//! The curl lines that Caly was first asked to answer
//! (`fixtures/seed-checklist.md`), run verbatim but for the host.

use serde_json::Value;
use std::process::Command;

const CHECKLIST: &str = include_str!("../fixtures/seed-checklist.md");

/// Runs every line against the Caly at `base` and checks what it answers; the
/// days with calls in the week that it told of.
///
/// # Panics
/// When a line fails or answers something else.
#[must_use]
pub fn run(base: &str) -> usize {
    let (mut token, mut busy) = (String::new(), 0);
    let lines = commands();
    assert_eq!(lines.len(), 7, "the checklist has seven lines");
    for (name, command) in lines {
        // Its dots stand for the second field of the pair.
        let command = command.replace(",...", r#","shopify_access_token":"shpat_1""#);
        let command = command.replace("http://localhost:8080", base).replace("curl ", "curl -sS --fail-with-body ");
        let out = Command::new("bash").args(["-c", &command]).env("TOKEN", &token).output().unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(out.status.success(), "{name}: {text} {}", String::from_utf8_lossy(&out.stderr));
        let body: Value = serde_json::from_str(&text).unwrap();
        match name.as_str() {
            "Login & get token" => body["token"].as_str().unwrap().clone_into(&mut token),
            "Create team member" => {
                assert_eq!((&body["name"], &body["status"]), (&"Priya Sharma".into(), &"invited".into()));
            }
            "Get team members" => assert_eq!(body["team_members"].as_array().unwrap().len(), 9),
            "Assign agents" => assert_eq!(body["agents"][0]["proficiency_level"], 80, "{body}"),
            "Get performance" => {
                let trend = body["trend"].as_array().unwrap();
                assert_eq!(trend.len(), 7);
                busy = trend.iter().filter(|day| day["calls"].as_i64().unwrap() > 0).count();
            }
            "Get sector config" => assert_eq!(body["sector"], "ecommerce", "{body}"),
            "Save sector config" => {
                assert_eq!(body["settings"][0]["value"], "https://store.myshopify.com", "{body}");
                assert!(!text.contains("shpat_1"), "{body}");
            }
            other => panic!("an unknown line of the checklist: {other}"),
        }
    }
    busy
}

/// (comment, command) of each curl line.
fn commands() -> Vec<(String, String)> {
    let block = CHECKLIST.split("```").nth(1).unwrap().trim_start_matches("bash");
    let parts = block.split("\n# ").map(str::trim).filter(|p| p.contains("curl"));
    parts
        .map(|part| {
            let (name, command) = part.split_once('\n').unwrap();
            (name.trim_start_matches("# ").to_owned(), command.to_owned())
        })
        .collect()
}
