use super::*;
use crate::clock::{SeededChance, StillClock};
use crate::vault::{Changes, Purpose, Vault};
use caly_core::agent::Catalogue;
use caly_core::id::{AgentId, CallId, TeamId};
use caly_core::outcome::ChannelKind;
use caly_core::sector::Sector;
use caly_core::time::At;
use caly_store::testing::TempStore;
use caly_store::{Channel, NewChannel, NewClient, RecordingKind};
use secrecy::ExposeSecret;
use std::sync::Arc;
use uuid::Uuid;

const NOW: At = At(1_795_000_000_000);
const TOKEN: &str = "shopify_access_token";
const VOICEMAIL: RecordingKind = RecordingKind::Voicemail;
const BASIC: &str = "exotel:twelve letters";

struct World {
    temp: TempStore,
    clock: StillClock,
    chance: SeededChance,
    clients: Vec<ClientId>,
}

/// Two clients with a secret, a channel and its password each.
async fn world(master: &SecretKey) -> World {
    let temp = TempStore::chosen().await.unwrap();
    let chance = SeededChance::new(5);
    let vault = vault(&temp.store, master);
    let keys = PathKeys::new(master);
    let mut clients = Vec::new();
    for n in 1..=2_u128 {
        let (id, zone) = (ClientId(Uuid::from_u128(n)), "Asia/Kolkata".to_owned());
        let new = NewClient { id, name: format!("c{n}"), sector: Sector::Ecommerce, zone, is_demo: false };
        temp.store.create_client(new, NOW).await.unwrap();
        let scope = Scope::system(id);
        temp.store.create_team(&scope, "Everybody", NOW).await.unwrap();
        let entry = Catalogue::embedded().unwrap().sector(Sector::Ecommerce).unwrap();
        let changes: Changes = [(TOKEN.to_owned(), Some(format!("shpat_{n}").into()))].into_iter().collect();
        vault.put(&scope, entry, changes).await.unwrap();
        let hook_key = format!("hook-{n}");
        let channel = NewChannel {
            kind: ChannelKind::Phone,
            carrier: "exotel".into(),
            name: "Line".into(),
            number: None,
            sector: Sector::Ecommerce,
            team: TeamId(1),
            entry_agent: AgentId(1),
            hook_key_hash: keys.hook_hash(&hook_key),
            hook_key_sealed: vault.seal_hook_key(&scope, &hook_key).await.unwrap(),
            account_sid: None,
            hook_basic_hash: Some(keys.basic_hash(BASIC)),
        };
        temp.store.create_channel(&scope, channel, NOW).await.unwrap();
        clients.push(id);
    }
    World { temp, clock: StillClock::at(NOW), chance, clients }
}

fn vault(store: &Store, master: &SecretKey) -> Vault {
    Vault::new(store.clone(), master.clone(), Arc::new(StillClock::at(NOW)), Arc::new(SeededChance::new(9)))
}

impl World {
    async fn rotate(&self, keys: &Pair) -> Result<Rotated, RotateError> {
        rewrap_all(&self.temp.store, keys, &self.clock, &self.chance, |_| {}).await
    }

    async fn secret(&self, client: usize, master: &SecretKey) -> Result<String, VaultError> {
        let scope = Scope::system(self.clients[client]);
        let found = vault(&self.temp.store, master).open(&scope, Sector::Ecommerce, TOKEN, Purpose::Rehearse).await?;
        Ok(found.unwrap().expose_secret().to_owned())
    }

    /// A recording that was sealed under the first key.
    async fn voicemail(&self, client: usize, sealed: &[u8], master: &SecretKey) -> Result<Vec<u8>, VaultError> {
        let scope = Scope::system(self.clients[client]);
        let kept = vault(&self.temp.store, master);
        Ok(kept.open_recording(&scope, CallId(Uuid::from_u128(7)), VOICEMAIL, sealed.to_vec()).await?.to_vec())
    }

    /// The channel that a carrier with this hook key and password reaches.
    async fn rings(&self, client: usize, master: &SecretKey) -> bool {
        let keys = PathKeys::new(master);
        let hash = keys.hook_hash(&format!("hook-{}", client + 1));
        let owner = self.temp.store.hook_channel(&hash).await.unwrap();
        let scope = Scope::system(self.clients[client]);
        let channel: Channel = self.temp.store.channels(&scope).await.unwrap().remove(0);
        let stored = channel.hook_basic_hash.unwrap();
        assert!(!keys.knows_basic(&stored, "exotel:another word"));
        owner.is_some() && keys.knows_basic(&stored, BASIC)
    }
}

fn pair(old: &SecretKey, new: &SecretKey) -> Pair {
    Pair { old: old.clone(), new: new.clone() }
}

#[tokio::test]
async fn cut_off_between_two_clients_it_goes_on_and_the_old_key_opens_nothing() {
    let chance = SeededChance::new(2);
    let [first, second, third] = [0; 3].map(|_| SecretKey::make(&chance));
    let w = world(&first).await;
    assert!(w.rings(0, &first).await, "the control");
    let (owner, call) = (Scope::system(w.clients[0]), CallId(Uuid::from_u128(7)));
    let sealed = vault(&w.temp.store, &first).seal_recording(&owner, call, VOICEMAIL, b"RIFF".to_vec()).await.unwrap();
    let keys = pair(&first, &second);
    // As far as a run that was killed after its first client.
    assert!(rewrap(&w.temp.store, &keys, w.clients[0], &w.clock, &w.chance).await.unwrap());
    assert_eq!(shut_to(&w.temp.store, &first).await.unwrap(), Some(w.clients[0]));
    assert_eq!(shut_to(&w.temp.store, &second).await.unwrap(), Some(w.clients[1]));
    assert_eq!(w.rotate(&keys).await.unwrap(), Rotated { clients: 1, before: 1 });
    assert_eq!(w.rotate(&keys).await.unwrap(), Rotated { clients: 0, before: 2 });
    // A second rotation carries what the first one carried.
    assert_eq!(w.rotate(&pair(&second, &third)).await.unwrap(), Rotated { clients: 2, before: 0 });
    for client in 0..2 {
        assert_eq!(w.secret(client, &third).await.unwrap(), format!("shpat_{}", client + 1));
        assert!(w.rings(client, &third).await, "the carrier's hooks and password are as before");
        for gone in [&first, &second] {
            assert!(w.secret(client, gone).await.is_err());
            assert!(!w.rings(client, gone).await);
        }
    }
    assert_eq!(w.voicemail(0, &sealed, &third).await.unwrap(), b"RIFF", "under a key that was wrapped twice");
    assert!(w.voicemail(0, &sealed, &first).await.is_err() && w.voicemail(1, &sealed, &third).await.is_err());
    let audit = w.temp.store.audit(&Scope::system(w.clients[0]), 0, 200).await.unwrap();
    assert_eq!(audit.iter().filter(|e| e.action == "vault.rotate").count(), 2);
}

#[tokio::test]
async fn a_wrong_key_changes_nothing() {
    let chance = SeededChance::new(3);
    let [right, wrong, new] = [0; 3].map(|_| SecretKey::make(&chance));
    let w = world(&right).await;
    let refused = w.rotate(&pair(&wrong, &new)).await.unwrap_err();
    assert!(matches!(refused, RotateError::Neither { client, .. } if client == w.clients[0]), "{refused}");
    assert_eq!(w.secret(0, &right).await.unwrap(), "shpat_1");
    assert_eq!(w.secret(1, &right).await.unwrap(), "shpat_2");
}

#[test]
fn the_files_go_on_from_wherever_they_were_left() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.key");
    let chance = SeededChance::new(4);
    let first = crate::vault::key_file::load(None, &path, false, &chance).unwrap();
    let begun = begin(&path, &chance).unwrap();
    assert_eq!(begun.old.bytes(), first.bytes());
    assert_ne!(begun.new.bytes(), first.bytes());
    assert!(is_open(&path));
    // Cut off before, between and after the rows: the same two keys again.
    let again = begin(&path, &chance).unwrap();
    assert_eq!((again.old.bytes(), again.new.bytes()), (begun.old.bytes(), begun.new.bytes()));
    finish(&path).unwrap();
    let late = begin(&path, &chance).unwrap();
    assert_eq!((late.old.bytes(), late.new.bytes()), (begun.old.bytes(), begun.new.bytes()));
    finish(&path).unwrap();
    forget(&path).unwrap();
    assert!(!is_open(&path) && !beside(&path, "new").exists() && !beside(&path, "part").exists());
    assert_eq!(crate::vault::key_file::read(&path).unwrap().bytes(), begun.new.bytes());
}
