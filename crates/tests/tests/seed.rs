//! The curl lines that Caly was first asked to answer
//! (`fixtures/seed-checklist.md`), run verbatim but for the host.

use caly_tests::TestApp;
use std::process::Command;

const CHECKLIST: &str = include_str!("../fixtures/seed-checklist.md");

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

#[tokio::test(flavor = "multi_thread")]
async fn the_seeds_own_lines_work() {
    let app = TestApp::start(None).await;
    let mut token = String::new();
    let lines = commands();
    assert_eq!(lines.len(), 7, "the checklist has seven lines");
    for (name, command) in lines {
        // Its dots stand for the second field of the pair.
        let command = command.replace(",...", r#","shopify_access_token":"shpat_1""#);
        let command =
            command.replace("http://localhost:8080", &app.base).replace("curl ", "curl -sS --fail-with-body ");
        let out = Command::new("bash").args(["-c", &command]).env("TOKEN", &token).output().unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(out.status.success(), "{name}: {text} {}", String::from_utf8_lossy(&out.stderr));
        let body: serde_json::Value = serde_json::from_str(&text).unwrap();
        match name.as_str() {
            "Login & get token" => token = body["token"].as_str().unwrap().to_owned(),
            "Create team member" => {
                assert_eq!((&body["name"], &body["status"]), (&"Priya Sharma".into(), &"invited".into()))
            }
            "Get team members" => assert_eq!(body["team_members"].as_array().unwrap().len(), 9),
            "Assign agents" => assert_eq!(body["agents"][0]["proficiency_level"], 80, "{body}"),
            "Get performance" => assert_eq!(body["trend"].as_array().unwrap().len(), 7),
            "Get sector config" => assert_eq!(body["sector"], "ecommerce", "{body}"),
            "Save sector config" => {
                assert_eq!(body["settings"][0]["value"], "https://store.myshopify.com", "{body}");
                assert!(!text.contains("shpat_1"), "{body}");
            }
            other => panic!("an unknown line of the checklist: {other}"),
        }
    }
}
