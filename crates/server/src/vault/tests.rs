use super::*;
use crate::clock::{SeededChance, StillClock};
use caly_core::agent::{Catalogue, SectorEntry};
use caly_core::time::At;
use caly_store::NewClient;
use caly_store::testing::TempStore;
use uuid::Uuid;

const NOW: At = At(1_795_000_000_000);
const WHY: Purpose = Purpose::ShowHookUrl;
const SHOP: Sector = Sector::Ecommerce;

struct World {
    temp: TempStore,
    vault: Vault,
    entry: &'static SectorEntry,
}

async fn world() -> World {
    let temp = TempStore::chosen().await.unwrap();
    let chance = Arc::new(SeededChance::new(1));
    let master = SecretKey::make(chance.as_ref());
    let vault = Vault::new(temp.store.clone(), master, Arc::new(StillClock::at(NOW)), chance);
    World { temp, vault, entry: Catalogue::embedded().unwrap().sector(SHOP).unwrap() }
}

impl World {
    async fn client(&self, n: u128) -> Scope {
        let id = ClientId(Uuid::from_u128(n));
        let (name, zone) = (format!("c{n}"), "Asia/Kolkata".to_owned());
        let new = NewClient { id, name, sector: SHOP, zone, is_demo: false };
        self.temp.store.create_client(new, NOW).await.unwrap();
        Scope::system(id)
    }

    async fn put(&self, scope: &Scope, changes: &[(&str, Option<&str>)]) -> Result<(), VaultError> {
        let changes = changes.iter().map(|(f, v)| ((*f).to_owned(), v.map(Into::into))).collect();
        self.vault.put(scope, self.entry, changes).await
    }

    async fn get(&self, scope: &Scope, field: &str) -> Option<String> {
        let value = self.vault.open(scope, SHOP, field, WHY).await.unwrap();
        value.map(|v| v.expose_secret().to_owned())
    }
}

const URL: &str = "shopify_store_url";
const TOKEN: &str = "shopify_access_token";

#[tokio::test]
async fn absent_keeps_null_removes_text_replaces() {
    let w = world().await;
    let scope = w.client(1).await;
    w.put(&scope, &[(URL, Some("a.myshopify.com")), (TOKEN, Some("shpat_1"))]).await.unwrap();
    w.put(&scope, &[(TOKEN, Some("shpat_2"))]).await.unwrap();
    assert_eq!(w.get(&scope, URL).await.as_deref(), Some("a.myshopify.com"));
    assert_eq!(w.get(&scope, TOKEN).await.as_deref(), Some("shpat_2"));
    w.put(&scope, &[(TOKEN, None)]).await.unwrap();
    assert_eq!(w.get(&scope, TOKEN).await, None);
    let states = w.vault.states(&scope, w.entry).await.unwrap();
    let said: Vec<_> = states.iter().map(|s| (s.field.as_str(), s.set)).collect();
    assert_eq!(said, [(URL, true), (TOKEN, false)]);
    assert_eq!(states[0].updated_by.as_deref(), Some("system"));
}

#[tokio::test]
async fn a_new_address_voids_the_secrets_of_its_group() {
    let w = world().await;
    let scope = w.client(1).await;
    w.put(&scope, &[(URL, Some("a.myshopify.com")), (TOKEN, Some("shpat_1"))]).await.unwrap();
    w.put(&scope, &[(URL, Some("a.myshopify.com"))]).await.unwrap();
    assert!(w.get(&scope, TOKEN).await.is_some(), "the same address voids nothing");
    w.put(&scope, &[(URL, Some("evil.example"))]).await.unwrap();
    assert_eq!(w.get(&scope, TOKEN).await, None);
    w.put(&scope, &[(URL, Some("b.myshopify.com")), (TOKEN, Some("shpat_3"))]).await.unwrap();
    assert_eq!(w.get(&scope, TOKEN).await.as_deref(), Some("shpat_3"));
}

#[tokio::test]
async fn a_sealed_row_moved_to_another_client_or_field_does_not_open() {
    let w = world().await;
    let (one, two) = (w.client(1).await, w.client(2).await);
    w.put(&one, &[(TOKEN, Some("shpat_1"))]).await.unwrap();
    w.put(&two, &[(TOKEN, Some("shpat_2"))]).await.unwrap();
    let stolen = w.temp.store.settings(&one, SHOP).await.unwrap().remove(0).sealed;
    assert!(!stolen.contains("shpat"));
    for (scope, field) in [(&two, TOKEN), (&one, URL)] {
        let row = vec![(field.to_owned(), Some(stolen.clone()))];
        w.temp.store.put_settings(scope, SHOP, row, NOW).await.unwrap();
        let opened = w.vault.open(scope, SHOP, field, WHY).await;
        assert!(matches!(opened, Err(VaultError::Sealed(_))), "{opened:?}");
    }
    assert_eq!(w.get(&one, TOKEN).await.as_deref(), Some("shpat_1"), "the control: its own place opens");
}

#[tokio::test]
async fn another_installations_key_opens_nothing() {
    let w = world().await;
    let scope = w.client(1).await;
    w.put(&scope, &[(TOKEN, Some("shpat_1"))]).await.unwrap();
    let chance = Arc::new(SeededChance::new(9));
    let other = SecretKey::make(chance.as_ref());
    let vault = Vault::new(w.temp.store.clone(), other, Arc::new(StillClock::at(NOW)), chance);
    assert!(matches!(vault.open(&scope, SHOP, TOKEN, WHY).await, Err(VaultError::Sealed(_))));
}

#[tokio::test]
async fn unknown_and_unfit_values_change_nothing() {
    let w = world().await;
    let scope = w.client(1).await;
    let unknown = w.put(&scope, &[(TOKEN, Some("x")), ("nope", Some("y"))]).await;
    assert!(matches!(unknown, Err(VaultError::UnknownField(f)) if f == "nope"));
    let unfit = w.put(&scope, &[(TOKEN, Some("x")), (URL, Some("a b"))]).await.unwrap_err();
    assert!(!unfit.to_string().contains("a b"), "{unfit}");
    assert_eq!(w.get(&scope, TOKEN).await, None);
}

#[tokio::test]
async fn hook_keys_open_for_their_client_only_and_nothing_shows() {
    let w = world().await;
    let (one, two) = (w.client(1).await, w.client(2).await);
    let sealed = w.vault.seal_hook_key(&one, "k3y").await.unwrap();
    let opened = w.vault.open_hook_key(&one, &sealed, WHY).await.unwrap();
    assert_eq!(opened.expose_secret(), "k3y");
    assert!(w.vault.open_hook_key(&two, &sealed, WHY).await.is_err());
    assert_eq!(format!("{:?}", w.vault), "Vault(…)");
    assert!(!format!("{opened:?}").contains("k3y"));
}
