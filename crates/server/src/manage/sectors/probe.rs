//! Tries a sector's settings against the real API's shape, and says what is
//! wrong in words. Only reads; the far side's body is never echoed.

use crate::outbound::{Allow, Answer, Outbound, OutboundError};
use crate::tools::shopify::{Shop, ShopError};
use crate::vault::Values;
use caly_core::agent::{Field, FieldKind, SectorEntry};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// How one far side answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SectorTry)]
pub struct Tried {
    /// The group of fields that was tried.
    pub group: String,
    /// Whether it works.
    pub ok: bool,
    /// What was found, or what is wrong and what to do.
    pub message: String,
}

/// One group's address and secret, with the rest of the sector's values.
struct Side<'a> {
    address: Option<&'a str>,
    secret: Option<&'a str>,
    values: &'a Values,
    allow: &'a Allow,
    stripe: &'a str,
}

/// Tries every group of fields of which something is set, one after the other.
pub(super) async fn all(entry: &SectorEntry, values: &Values, allow: &Allow, stripe: &str) -> Vec<Tried> {
    let mut groups: Vec<&str> = entry.fields.iter().filter_map(|f| f.url_group.as_deref()).collect();
    groups.dedup();
    let mut results = Vec::new();
    for group in groups {
        let fields: Vec<&Field> = entry.fields.iter().filter(|f| f.url_group.as_deref() == Some(group)).collect();
        if !fields.iter().any(|f| values.contains_key(&f.key)) {
            continue;
        }
        let side = Side {
            address: first(&fields, values, |f| f.kind == FieldKind::Text && f.key.ends_with("_url")),
            secret: first(&fields, values, |f| f.kind == FieldKind::Password),
            values,
            allow,
            stripe,
        };
        let found = one(group, &side).await;
        let ok = found.is_ok();
        results.push(Tried { group: group.to_owned(), ok, message: found.unwrap_or_else(|why| why) });
    }
    results
}

fn first<'a>(fields: &[&Field], values: &'a Values, which: impl Fn(&Field) -> bool) -> Option<&'a str> {
    fields.iter().find(|f| which(f)).and_then(|f| values.get(&f.key)).map(ExposeSecret::expose_secret)
}

async fn one(group: &str, side: &Side<'_>) -> Result<String, String> {
    match group {
        "shopify" => shopify(side).await,
        "stripe" => stripe(side).await,
        "emr" => fhir(side).await,
        "lms" => lms(side).await,
        _ => rest(side).await,
    }
}

async fn shopify(side: &Side<'_>) -> Result<String, String> {
    let (address, token) = (side.address()?, side.secret()?);
    let shop = Shop::at(address, token.to_owned().into(), side.allow).await.map_err(|e| e.to_string())?;
    match shop.name().await {
        Ok(name) => Ok(format!("Connected to the shop \"{name}\".")),
        Err(ShopError::Nonsense { status: 404 }) => {
            Err("There is no Shopify store at this address; use the one that ends in myshopify.com.".into())
        }
        Err(other) => Err(other.to_string()),
    }
}

async fn stripe(side: &Side<'_>) -> Result<String, String> {
    let answer = get(side, side.stripe, "/v1/balance", Some(side.secret()?)).await?;
    let body = understood(&answer, "Stripe")?;
    match (body["object"].as_str(), body["livemode"].as_bool()) {
        (Some("balance"), Some(true)) => Ok("Stripe accepts the key (live mode).".into()),
        (Some("balance"), _) => Ok("Stripe accepts the key (test mode).".into()),
        _ => Err("The answer is not Stripe's; check the address that the operator set.".into()),
    }
}

/// FHIR R4: the capability statement is public, a search needs the token.
async fn fhir(side: &Side<'_>) -> Result<String, String> {
    let address = side.address()?;
    let answer = get(side, address, "/metadata", side.secret).await?;
    let body = understood(&answer, "The record system")?;
    let version = body["fhirVersion"].as_str().unwrap_or_default();
    if body["resourceType"] != "CapabilityStatement" {
        return Err("There is no FHIR server at this address; use the R4 base address, which often ends in /r4.".into());
    }
    if !version.starts_with("4.") {
        let version = if version.is_empty() { "no version" } else { version };
        return Err(format!("The server speaks FHIR {version}; Caly needs R4 (4.0)."));
    }
    let answer = get(side, address, "/Practitioner?_count=1", side.secret).await?;
    let body = understood(&answer, "The record system")?;
    if body["resourceType"] == "Bundle" {
        Ok(format!("Connected over FHIR {version}."))
    } else {
        Err("The server did not answer a search for practitioners; ask its vendor for the scope Practitioner.read."
            .into())
    }
}

async fn lms(side: &Side<'_>) -> Result<String, String> {
    let kind = side.values.iter().find(|(key, _)| {
        key.starts_with("lms") && !key.contains("url") && !key.contains("key") && !key.contains("token")
    });
    match kind.map(|(_, v)| v.expose_secret()) {
        Some("moodle") => moodle(side).await,
        Some("canvas") => {
            let answer = get(side, side.address()?, "/api/v1/users/self", Some(side.secret()?)).await?;
            let body = understood(&answer, "Canvas")?;
            let name = body["name"].as_str().ok_or("The answer is not Canvas's; check the address.")?;
            Ok(format!("Connected to Canvas as {name}."))
        }
        _ => rest(side).await,
    }
}

/// Moodle answers 200 whatever happens; the words are in the body.
async fn moodle(side: &Side<'_>) -> Result<String, String> {
    let form =
        [("wstoken", side.secret()?), ("wsfunction", "core_webservice_get_site_info"), ("moodlewsrestformat", "json")];
    let to = Outbound::to(side.address()?, side.allow).await.map_err(words)?;
    let answer = to.post_form("/webservice/rest/server.php", &form).await.map_err(words)?;
    let body = understood(&answer, "Moodle")?;
    match (body["sitename"].as_str(), body["errorcode"].as_str()) {
        (Some(name), _) => Ok(format!("Connected to the Moodle site \"{name}\".")),
        (None, Some("invalidtoken")) => {
            Err("Moodle refused the token; make one under Site administration, Server, Manage tokens.".into())
        }
        (None, Some("accessexception")) => {
            Err("The token may not call core_webservice_get_site_info; add that function to its service.".into())
        }
        _ => Err("The answer is not Moodle's; check the address and that web services are switched on.".into()),
    }
}

/// Any other API: it answers, and the key opens it.
async fn rest(side: &Side<'_>) -> Result<String, String> {
    let answer = get(side, side.address()?, "", side.secret).await?;
    match answer.status {
        200..=399 => Ok("The address answers and accepts the key.".into()),
        404 => Err("The address answers, but there is nothing at this path (404); check its path.".into()),
        _ => understood(&answer, "The API").map(|_| "The address answers and accepts the key.".into()),
    }
}

async fn get(side: &Side<'_>, address: &str, path: &str, bearer: Option<&str>) -> Result<Answer, String> {
    let to = Outbound::to(address, side.allow).await.map_err(words)?;
    to.get(path, bearer).await.map_err(words)
}

fn words(error: OutboundError) -> String {
    let mut text = error.to_string();
    if let OutboundError::Unreachable { source, .. } = &error
        && source.to_string().contains("certificate")
    {
        text.push_str(" (its certificate is not trusted)");
    }
    text + "."
}

/// A JSON body, or what the status means.
fn understood(answer: &Answer, who: &str) -> Result<Value, String> {
    match answer.status {
        200..=299 => serde_json::from_slice(&answer.body)
            .map_err(|_| format!("{who} answered something that is not JSON; check the address.")),
        300..=399 => Err(format!("{who} sends on to another address ({}); enter the final one.", answer.status)),
        401 | 403 => Err(format!("{who} refused the key ({}); enter a new one.", answer.status)),
        404 => Err(format!("{who} has nothing at this address (404); check it.")),
        429 => Err(format!("{who} wants fewer requests; try again in a minute.")),
        status => Err(format!("{who} answered with status {status}; try again later or ask its vendor.")),
    }
}

impl Side<'_> {
    fn address(&self) -> Result<&str, String> {
        self.address.ok_or_else(|| "The address is missing.".to_owned())
    }

    fn secret(&self) -> Result<&str, String> {
        self.secret.ok_or_else(|| "The key is missing; a new address needs its key typed again.".to_owned())
    }
}
