//! Sector settings through the front door: drawn from data, secrets one way,
//! tried against fakes of the real APIs.

use caly_rehearsal::apis::FakeApis;
use caly_server::catalogue;
use caly_server::config::Config;
use caly_tests::TestApp;
use serde_json::{Value, json};

const KEY: &str = "sk_test_right";

struct Desk {
    app: TestApp,
    apis: FakeApis,
    token: String,
    http: reqwest::Client,
}

impl Desk {
    async fn open() -> Self {
        Self::with(|_| {}).await
    }

    /// One whose operator has set something more.
    async fn with(operator: impl FnOnce(&mut Config)) -> Self {
        let apis = FakeApis::open(KEY).await.unwrap();
        let (address, url) = (apis.address(), apis.url());
        let app = TestApp::start_set(None, move |config| {
            config.outbound_allow.push(address);
            config.stripe_url = url;
            operator(config);
        })
        .await;
        let http = reqwest::Client::new();
        let login = json!({"email": "user@example.com", "password": "password"});
        let answer = http.post(format!("{}/api/auth/login", app.base)).json(&login).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        Self { token: body["token"].as_str().unwrap().to_owned(), app, apis, http }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let request = self.http.get(format!("{}{path}", self.app.base)).bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.app.base)).bearer_auth(&self.token).json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// What the test of one sector with these values says.
    async fn tried(&self, sector: &str, config: Value) -> Value {
        let (status, body) = self.post(&format!("/api/sector-config/{sector}/test"), json!({"config": config})).await;
        assert_eq!(status, 200, "{body}");
        body
    }
}

fn setting<'a>(config: &'a Value, key: &str) -> &'a Value {
    config["settings"].as_array().unwrap().iter().find(|s| s["key"] == key).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sector_is_listed_read_saved_and_its_secret_never_comes_back() {
    let desk = Desk::open().await;
    let (status, all) = desk.get("/api/sector-config").await;
    let own: Vec<_> = all["sectors"].as_array().unwrap().iter().filter(|s| s["own"] == true).collect();
    assert_eq!((status, own.len(), &own[0]["sector"]), (200, 1, &json!("ecommerce")), "{all}");

    let (_, shop) = desk.get("/api/sector-config/ecommerce").await;
    let fields: Vec<_> = shop["fields"].as_array().unwrap().iter().map(|f| f["type"].as_str().unwrap()).collect();
    assert_eq!(fields, ["text", "password"]);
    assert!(shop["agents"].as_array().unwrap().iter().any(|a| a["agent_type"] == "order_status"), "{shop}");
    assert_eq!(shop["linked"][0]["group"], "exotel");
    let token = setting(&shop, "shopify_access_token");
    assert_eq!((&token["set"], &token["value"]), (&json!(true), &Value::Null), "the demo has set it");

    let save = json!({"sector": "ecommerce", "config":
        {"shopify_store_url": "store.myshopify.com", "shopify_access_token": "shpat_secret"}});
    let (status, saved) = desk.post("/api/sector-config", save).await;
    assert_eq!(status, 200, "{saved}");
    assert_eq!(setting(&saved, "shopify_store_url")["value"], "store.myshopify.com");
    assert!(setting(&saved, "shopify_access_token")["updated_by"].as_str().unwrap().starts_with("member:"));
    assert!(!saved.to_string().contains("shpat_secret"));

    // A new address voids the secret that was meant for the old one, and the
    // pair would be incomplete: refused as a whole, at the field.
    let moved = json!({"sector": "ecommerce", "config": {"shopify_store_url": "evil.myshopify.com"}});
    let (status, refused) = desk.post("/api/sector-config", moved).await;
    assert_eq!((status, &refused["errors"][0]["field"]), (422, &json!("shopify_access_token")), "{refused}");
    let (_, shop) = desk.get("/api/sector-config/ecommerce").await;
    assert_eq!(setting(&shop, "shopify_store_url")["value"], "store.myshopify.com", "nothing was written");

    let gone = json!({"sector": "ecommerce", "config": {"shopify_store_url": null, "shopify_access_token": null}});
    let (status, empty) = desk.post("/api/sector-config", gone).await;
    assert_eq!((status, &setting(&empty, "shopify_store_url")["set"]), (200, &json!(false)), "{empty}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_named_at_its_field() {
    let desk = Desk::open().await;
    let (status, lost) = desk.get("/api/sector-config/shoes").await;
    assert_eq!((status, &lost["code"]), (404, &json!("unknown_sector")));
    assert!(lost["detail"].as_str().unwrap().contains("ecommerce, healthcare"), "{lost}");
    let wrong = json!({"sector": "healthcare", "config":
        {"emr_type": "abacus", "hipaa_mode": "perhaps", "nonsense": "x"}});
    let (status, refused) = desk.post("/api/sector-config", wrong).await;
    let fields: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!((status, fields), (422, vec!["emr_type", "hipaa_mode", "nonsense"]), "{refused}");
    let odd = json!({"sector": "ecommerce", "config": {"shopify_store_url": 7}});
    let (status, refused) = desk.post("/api/sector-config", odd).await;
    assert_eq!((status, &refused["field"]), (422, &json!("shopify_store_url")), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demos_shop_answers_and_a_typed_address_gets_no_stored_secret() {
    let desk = Desk::open().await;
    let well = desk.tried("ecommerce", json!({})).await;
    assert_eq!((&well["ok"], &well["results"][0]["group"]), (&json!(true), &json!("shopify")), "{well}");
    let wrong = desk.tried("ecommerce", json!({"shopify_access_token": "shpat_wrong"})).await;
    assert!(wrong["results"][0]["message"].as_str().unwrap().contains("refused the access token"), "{wrong}");
    // The required secret of the group is void at a new address.
    let body = json!({"config": {"shopify_store_url": desk.apis.url()}});
    let (status, refused) = desk.post("/api/sector-config/ecommerce/test", body).await;
    assert_eq!((status, &refused["field"]), (422, &json!("shopify_access_token")), "{refused}");
    let inside =
        desk.tried("ecommerce", json!({"shopify_store_url": "127.0.0.1:1", "shopify_access_token": "x"})).await;
    assert!(inside["results"][0]["message"].as_str().unwrap().contains("private network"), "{inside}");
    let (_, shop) = desk.get("/api/sector-config/ecommerce").await;
    assert!(setting(&shop, "shopify_store_url")["value"].as_str().unwrap().contains(&desk.app.shop.url()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_system_is_tried_over_fhir() {
    let desk = Desk::open().await;
    let base = desk.apis.url();
    for (path, key, ok, words) in [
        ("/r4", KEY, true, "FHIR 4.0.1"),
        ("/r4", "wrong", false, "refused the key"),
        ("/dstu2", KEY, false, "no FHIR server"),
        ("/moved", KEY, false, "(404)"),
    ] {
        for emr in ["epic", "cerner", "meditech"] {
            let typed = json!({"emr_type": emr, "emr_api_url": format!("{base}{path}"), "emr_api_key": key});
            let (status, body) = desk.post("/api/sector-config/healthcare/test", json!({"config": typed})).await;
            // The catalogue wants https of everybody; the fake is the operator's exception.
            assert_eq!(status, 200, "{body}");
            let result = &body["results"][0];
            assert_eq!(result["ok"], ok, "{path} {key}: {body}");
            assert!(result["message"].as_str().unwrap().contains(words), "{path} {key}: {body}");
        }
    }
}

/// The shop's own file with three fields more, as an operator would copy it.
fn copied() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalog/sectors/ecommerce.toml");
    let more = r#"
[[fields]]
key = "warehouse_code"
label = "Warehouse code"
kind = "text"
required = true
pattern = "^WH-[0-9]{2}$"
help = "The two figures behind WH- on the delivery note."

[[fields]]
key = "courier"
label = "Courier"
kind = "select"
required = false
options = ["bluedart", "delhivery"]
help = "Who brings the parcels."
"#;
    std::fs::write(dir.path().join("ecommerce.toml"), std::fs::read_to_string(own).unwrap() + more).unwrap();
    dir
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_added_by_the_operators_toml_is_described_checked_saved_and_read_back() {
    let dir = copied();
    let desk = Desk::with(|config| config.catalog_sectors = Some(dir.path().into())).await;
    let (_, shop) = desk.get("/api/sector-config/ecommerce").await;
    let fields: Vec<_> = shop["fields"].as_array().unwrap().iter().map(|f| f["key"].as_str().unwrap()).collect();
    assert_eq!(fields, ["shopify_store_url", "shopify_access_token", "warehouse_code", "courier"]);
    assert_eq!(
        (&shop["fields"][3]["type"], &shop["fields"][3]["options"]),
        (&json!("select"), &json!(["bluedart", "delhivery"]))
    );
    // Another sector is as it is in the binary.
    let (_, clinic) = desk.get("/api/sector-config/healthcare").await;
    assert_eq!(clinic["fields"].as_array().unwrap().len(), 5);

    for (config, field) in [
        (json!({"warehouse_code": "12"}), "warehouse_code"),
        (json!({"warehouse_code": "WH-12", "courier": "pigeon"}), "courier"),
        (json!({"courier": "delhivery"}), "warehouse_code"),
    ] {
        let (status, refused) = desk.post("/api/sector-config", json!({"sector": "ecommerce", "config": config})).await;
        assert_eq!((status, &refused["errors"][0]["field"]), (422, &json!(field)), "{refused}");
    }
    let config = json!({"warehouse_code": "WH-12", "courier": "delhivery"});
    let (status, saved) = desk.post("/api/sector-config", json!({"sector": "ecommerce", "config": config})).await;
    assert_eq!(status, 200, "{saved}");
    let (_, shop) = desk.get("/api/sector-config/ecommerce").await;
    assert_eq!(setting(&shop, "warehouse_code")["value"], "WH-12");
    assert_eq!(setting(&shop, "courier")["value"], "delhivery");
    let (_, all) = desk.get("/api/sector-config").await;
    let own = all["sectors"].as_array().unwrap().iter().find(|s| s["own"] == true).unwrap();
    assert_eq!((&own["fields"], &own["fields_set"]), (&json!(4), &json!(4)), "{own}");
}

/// Each fault stops the start with a sentence that names the file and the key.
#[test]
fn a_bad_file_of_the_operator_is_named_with_its_key() {
    let field = "\n[[fields]]\nkey = \"till\"\nlabel = \"Till\"\nrequired = false\nhelp = \"On it.\"\n";
    for (name, more, words) in [
        ("ecommerce", "kind = \"colour\"", "unknown variant `colour`"),
        ("ecommerce", "kind = \"text\"\npattern = \"[\"", "fields.till.pattern is no regular expression"),
        ("ecommerce", "kind = \"password\"\nurl_group = \"till\"", "fields.till.url_group \"till\" has no address"),
        ("telecom", "kind = \"text\"", "sector must be that of the file's name"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(format!("{name}.toml"));
        std::fs::write(&file, format!("sector = \"ecommerce\"\n{field}{more}\n")).unwrap();
        let said = catalogue::load(Some(dir.path())).expect_err("must be refused").to_string();
        assert!(said.starts_with(&file.display().to_string()) && said.contains(words), "{words}: {said}");
    }
    let dir = tempfile::tempdir().unwrap();
    let twice = format!("sector = \"ecommerce\"\n{field}kind = \"text\"\n{field}kind = \"text\"\n");
    std::fs::write(dir.path().join("ecommerce.toml"), twice).unwrap();
    let said = catalogue::load(Some(dir.path())).expect_err("must be refused").to_string();
    assert!(said.ends_with("ecommerce.toml: fields.till is there twice"), "{said}");
    let empty = tempfile::tempdir().unwrap();
    for at in [&dir.path().join("nowhere"), empty.path()] {
        let said = catalogue::load(Some(at)).expect_err("must be refused").to_string();
        assert!(said.contains("CALY_CATALOG_SECTORS") && said.contains(&at.display().to_string()), "{said}");
    }
}
