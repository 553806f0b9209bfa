//! Teams, channels and rules as a manager sets them up.

use super::isolation::furnish;
use super::{ALL, House, NOW};
use crate::finish::complete_call;
use axum::http::{Method, StatusCode};
use caly_core::outcome::{CallFacts, ChannelKind, EndedBy};
use caly_core::time::MINUTE;
use caly_store::jobs::AGENT_COMPLETED;
use serde_json::json;

#[tokio::test]
async fn a_second_team_takes_members_and_channels_and_goes_when_it_is_empty() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let token = house.login("manager1@example.com").await;
    let call = async |method, path: &str, body| house.call(Some(&token), method, path, body).await;
    let (status, team) = call(Method::POST, "/api/teams", Some(json!({"name": " Evening "}))).await;
    assert_eq!((status, team["name"].as_str(), team["id"].as_i64()), (StatusCode::CREATED, Some("Evening"), Some(2)));
    let (status, member) = call(Method::PUT, "/api/teams/members/4", Some(json!({"team_id": 2}))).await;
    assert_eq!((status, member["team_id"].as_i64()), (StatusCode::OK, Some(2)), "{member}");
    let newcomer = json!({"email": "new@example.com", "role": "agent", "team_id": 9});
    for (method, path, body) in
        [(Method::PUT, "/api/teams/members/4", json!({"team_id": 9})), (Method::POST, "/api/teams/members", newcomer)]
    {
        let (status, problem) = call(method, path, Some(body)).await;
        let said = (status, &problem["field"]);
        assert_eq!(said, (StatusCode::UNPROCESSABLE_ENTITY, &json!("team_id")), "a team that is not there: {problem}");
    }
    let (_, list) = call(Method::GET, "/api/teams?team_id=2", None).await;
    assert_eq!(list["team_members"].as_array().map(Vec::len), Some(1));
    let (status, problem) = call(Method::DELETE, "/api/teams/2", None).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("not_now")), "{problem}");
    call(Method::PUT, "/api/teams/members/4", Some(json!({"team_id": 1}))).await;
    assert_eq!(call(Method::DELETE, "/api/teams/2", None).await.0, StatusCode::NO_CONTENT);
    let (_, all) = call(Method::GET, "/api/teams/all", None).await;
    assert_eq!(all["teams"].as_array().map(Vec::len), Some(1));
    assert_eq!(call(Method::DELETE, "/api/teams/1", None).await.0, StatusCode::CONFLICT, "the last one stays");
}

#[tokio::test]
async fn a_channel_is_made_changed_and_gets_another_key() {
    let house = House::open().await;
    let scope = house.client(1, &ALL).await;
    let owner = house.login("owner1@example.com").await;
    let call = async |method, path: &str, body| house.call(Some(&owner), method, path, body).await;
    for (body, field) in [
        (json!({"kind": "phone", "name": "Main"}), "number"),
        (json!({"kind": "phone", "name": "Main", "number": "call me"}), "number"),
        (json!({"kind": "echo", "name": ""}), "name"),
        (json!({"kind": "echo", "name": "Echo", "team_id": 7}), "team_id"),
        (json!({"kind": "echo", "name": "Echo", "entry_agent_id": 4}), "entry_agent_id"),
        (json!({"kind": "browser", "name": "Web"}), "kind"),
    ] {
        let (status, problem) = call(Method::POST, "/api/channels", Some(body)).await;
        assert_eq!((status, problem["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some(field)), "{problem}");
    }
    let main = json!({"kind": "phone", "name": "Main", "number": "080 4749 1899", "account_sid": "acme1m"});
    let (status, made) = call(Method::POST, "/api/channels", Some(main)).await;
    assert_eq!((status, made["number"].as_str()), (StatusCode::CREATED, Some("+918047491899")), "{made}");
    assert_eq!((made["sector"].as_str(), made["entry_agent_id"].as_i64()), (Some("ecommerce"), Some(1)));
    let before = house.app.store.channels(&scope).await.unwrap()[0].hook_key_sealed.clone();
    let (status, _) = call(Method::POST, "/api/channels/1/rotate-key", None).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(house.app.store.channels(&scope).await.unwrap()[0].hook_key_sealed, before);
    let edit =
        json!({"sector": "healthcare", "is_active": false, "basic": {"user": "exotel", "password": "twelve letters"}});
    let (status, changed) = call(Method::PUT, "/api/channels/1", Some(edit)).await;
    assert_eq!((status, changed["is_active"].as_bool()), (StatusCode::OK, Some(false)), "{changed}");
    assert_eq!(changed["sector"].as_str(), Some("healthcare"));
    assert!(!changed.to_string().contains("twelve"), "credentials are never read back");
    let (status, problem) = call(Method::PUT, "/api/channels/1", Some(json!({"number": null}))).await;
    assert_eq!((status, problem["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("number")));
}

#[tokio::test]
async fn rules_are_checked_field_by_field_and_say_when_people_are_there() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let token = house.login("manager1@example.com").await;
    let call = async |method, body| house.call(Some(&token), method, "/api/rules", body).await;
    let (status, none) = call(Method::GET, None).await;
    assert_eq!((status, none["rev"].as_i64(), none["open_now"].as_bool()), (StatusCode::OK, Some(0), Some(true)));
    let bad = json!({"hours": [{"weekday": 8, "from_min": 0, "to_min": 10}], "limits": {"call_minutes": 0}});
    let (status, problem) = call(Method::PUT, Some(bad)).await;
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["field"].clone()).collect();
    assert_eq!(
        (status, fields),
        (StatusCode::UNPROCESSABLE_ENTITY, vec![json!("hours[0].weekday"), json!("limits.call_minutes")])
    );
    // It is 15:30 on a Monday in Kolkata.
    let office = json!({"hours": [{"weekday": 1, "from_min": 540, "to_min": 900}, {"weekday": 2, "from_min": 540, "to_min": 1080}],
        "holidays": [{"day": "2026-11-24", "name": "Guru Nanak"}], "escalation_phrases": ["legal notice"]});
    let (status, set) = call(Method::PUT, Some(office)).await;
    assert_eq!(
        (status, set["rev"].as_i64(), set["open_now"].as_bool()),
        (StatusCode::OK, Some(1), Some(false)),
        "{set}"
    );
    assert_eq!(set["next_opening"].as_str(), Some("2026-11-30T03:30:00.000Z"), "{set}");
    assert_eq!(set["updated_by"].as_str(), Some("member:2"));
}

#[tokio::test]
async fn a_company_says_what_is_wrong_field_by_field_and_a_later_rev_wins() {
    let house = House::open().await;
    house.client(1, &ALL).await;
    let token = house.login("manager1@example.com").await;
    let call = async |method, path: &str, body| house.call(Some(&token), method, path, body).await;
    let (status, now) = call(Method::GET, "/api/company", None).await;
    assert_eq!((status, now["language"].as_str(), now["fairness"].as_i64()), (StatusCode::OK, Some("en-IN"), Some(40)));
    let bad = json!({"name": "", "sector": "saas", "zone": "Asia/Poona", "language": "hi", "fairness": 81});
    let (status, problem) = call(Method::PUT, "/api/company", Some(bad)).await;
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["field"].clone()).collect();
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(fields, vec![json!("name"), json!("zone"), json!("language"), json!("fairness")]);
    let good =
        json!({"name": " Pune Shop ", "sector": "saas", "zone": "Europe/Berlin", "language": "en-GB", "fairness": 0});
    let (status, set) = call(Method::PUT, "/api/company", Some(good)).await;
    assert_eq!(
        (status, set["name"].as_str(), set["zone"].as_str()),
        (StatusCode::OK, Some("Pune Shop"), Some("Europe/Berlin"))
    );
    let (_, me) = call(Method::GET, "/api/auth/me", None).await;
    assert_eq!(
        (me["client"]["name"].as_str(), me["client"]["language"].as_str()),
        (Some("Pune Shop"), Some("en-GB")),
        "at once"
    );
}

#[tokio::test]
async fn what_was_given_up_is_listed_and_sent_on_its_way_again() {
    let house = House::open().await;
    let scope = house.client(1, &ALL).await;
    let own = furnish(&house, &scope, 1).await;
    let token = house.login("manager1@example.com").await;
    let call = async |method, path: &str, body| house.call(Some(&token), method, path, body).await;
    let (status, none) = call(Method::GET, "/api/jobs", None).await;
    assert_eq!((status, none["jobs"].as_array().map(Vec::len)), (StatusCode::OK, Some(0)));
    let gone = json!({"kind": "agent_completed", "ref": "nothing"});
    let (status, problem) = call(Method::POST, "/api/jobs/retry", Some(gone)).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::NOT_FOUND, Some("not_found")), "{problem}");
    let facts = CallFacts::new(ChannelKind::Rehearsal, EndedBy::Caller, NOW);
    complete_call::complete(&house.app, &scope, own.call, &facts, None, None).await.unwrap();
    let claimed = async || house.app.store.claim_jobs(AGENT_COMPLETED, "n", 9, MINUTE, NOW).await.unwrap();
    let due = claimed().await;
    assert_eq!(due.len(), 1, "{due:?}");
    house.app.store.fail_job(&due[0], "a sum is too large", None).await.unwrap();
    let (_, list) = call(Method::GET, "/api/jobs", None).await;
    let job = json!({"kind": "agent_completed", "ref": own.call.to_string()});
    let given_up = json!({"kind": job["kind"], "ref": job["ref"], "tries": 1, "reason": "a sum is too large"});
    assert_eq!(list["jobs"], json!([given_up]));
    assert!(claimed().await.is_empty(), "nobody tries it any more");
    assert_eq!(call(Method::POST, "/api/jobs/retry", Some(job)).await.0, StatusCode::NO_CONTENT);
    let (_, none) = call(Method::GET, "/api/jobs", None).await;
    assert_eq!(none["jobs"], json!([]));
    let due = claimed().await;
    assert_eq!(due.iter().map(|job| job.tries).collect::<Vec<_>>(), [1], "with all its tries");
}
