//! The demo: two clients with people, numbers, doctors and a past that ran
//! through the real finishing code. Never made outside `caly demo` and tests.

mod caller;
pub mod cast;
mod history;
pub mod past;
mod people;
mod talk;
mod told;
mod world;

pub use history::{still, top_up};

use crate::app::Node;
use crate::error::Problem;
use crate::inbound::keys::mint_hook_key;
use crate::vault::{Changes, VaultError};
use caly_core::id::{AgentId, ChannelId, ClientId, TeamId};
use caly_core::outcome::ChannelKind;
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_core::time::Zone;
use caly_store::{DoctorHours, NewChannel, NewClient, NewDoctor, StoreError};
use cast::Company;
use secrecy::SecretString;

/// The demo could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A row could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A credential could not be sealed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A password could not be hashed.
    #[error("a password cannot be hashed: {0:?}")]
    Password(Problem),
    /// The demo's people are not all there.
    #[error("{0} of the demo is not in its database; start over with --fresh")]
    Person(&'static str),
    /// The catalogue lacks an agent that the demo's cast names.
    #[error("the catalogue has no agent {0}")]
    Agent(&'static str),
    /// An earlier start was ended while it made a company.
    #[error("this demo was stopped while it was being made; start it once more with --fresh")]
    HalfMade,
    /// The database holds something that is no demo.
    #[error(
        "this data directory holds clients that are no demo; start caly serve on it, or the demo with another --data DIR"
    )]
    NotADemo,
}

/// A way into the demo.
#[derive(Debug, Clone)]
pub struct Door {
    /// The client.
    pub client: ClientId,
    /// Its name.
    pub name: &'static str,
    /// Its owner's login.
    pub email: &'static str,
    /// The channel that rehearsals call.
    pub channel: ChannelId,
    /// That channel's hook key.
    pub hook_key: String,
    /// The echo channel's hook key.
    pub echo_key: String,
    /// The number to call.
    pub number: &'static str,
}

/// The shop's credentials for its connector.
#[derive(Debug, Clone)]
pub struct ShopAt {
    /// Its address.
    pub address: String,
    /// Its token.
    pub token: String,
}

/// Makes the demo's clients where there are none, and points the shop's
/// connector at `shop`, whose address changes with every start.
///
/// # Errors
/// [`DemoError`].
pub async fn prepare(node: &Node, password: &str, shop: Option<ShopAt>) -> Result<Vec<Door>, DemoError> {
    let store = &node.app.store;
    let existing = store.clients().await?;
    if existing.iter().any(|c| !c.is_demo) {
        return Err(DemoError::NotADemo);
    }
    let mut doors = Vec::new();
    for company in [&cast::SHOP, &cast::CLINIC] {
        let found = existing.iter().find(|c| c.name == company.name).map(|c| c.id);
        let client = match found {
            Some(client) => {
                people::set_password(node, company, password).await?;
                client
            }
            None => make(node, company, password).await?,
        };
        doors.push(door(node, company, client).await?);
    }
    if let Some(shop) = shop {
        connect(node, doors[0].client, shop).await?;
    }
    Ok(doors)
}

async fn make(node: &Node, company: &'static Company, password: &str) -> Result<ClientId, DemoError> {
    let app = &node.app;
    let now = app.clock.now();
    let id = ClientId(app.chance.id(now));
    let new =
        NewClient { id, name: company.name.into(), sector: company.sector, zone: Zone::DEFAULT.into(), is_demo: true };
    app.store.create_client(new, now).await?;
    let scope = Scope::system(id);
    let team = app.store.create_team(&scope, company.team, now).await?.id;
    people::make(node, &scope, company, password).await?;
    let entry = entry_agent(node, company)?;
    if company.sector == Sector::Healthcare {
        doctors(node, &scope).await?;
    }
    channel(node, &scope, company, team, entry, ChannelKind::Rehearsal, "Rehearsal line").await?;
    channel(node, &scope, company, team, entry, ChannelKind::Phone, "Main line").await?;
    // The last one: where it is, the company was made to its end.
    channel(node, &scope, company, team, entry, ChannelKind::Echo, "Echo test").await?;
    Ok(id)
}

fn entry_agent(node: &Node, company: &'static Company) -> Result<AgentId, DemoError> {
    let agent = node.app.catalogue.by_slug(company.sector, company.entry_agent);
    agent.map(|a| a.id).ok_or(DemoError::Agent(company.entry_agent))
}

async fn channel(
    node: &Node,
    scope: &Scope,
    company: &'static Company,
    team: TeamId,
    entry_agent: AgentId,
    kind: ChannelKind,
    name: &str,
) -> Result<(), DemoError> {
    let key = mint_hook_key(node.app.chance.as_ref());
    let new = NewChannel {
        kind,
        carrier: "exotel".into(),
        name: name.into(),
        number: Some(company.number.into()),
        sector: company.sector,
        team,
        entry_agent,
        hook_key_hash: node.telephony.keys.hook_hash(&key),
        hook_key_sealed: node.vault.seal_hook_key(scope, &key).await?,
        account_sid: None,
        hook_basic_hash: None,
    };
    node.app.store.create_channel(scope, new, node.app.clock.now()).await?;
    Ok(())
}

async fn doctors(node: &Node, scope: &Scope) -> Result<(), DemoError> {
    for p in cast::PHYSICIANS {
        let hours = p.hours.iter().map(|&(weekday, from_min, to_min)| DoctorHours { weekday, from_min, to_min });
        let new = NewDoctor {
            name: p.name.into(),
            speciality: p.speciality.into(),
            slot_minutes: p.slot_minutes,
            hours: hours.collect(),
            is_active: true,
        };
        node.app.store.add_doctor(scope, new, node.app.clock.now()).await?;
    }
    Ok(())
}

async fn door(node: &Node, company: &'static Company, client: ClientId) -> Result<Door, DemoError> {
    let scope = Scope::system(client);
    let channels = node.app.store.channels(&scope).await?;
    let key_of = async |kind: ChannelKind| -> Result<(ChannelId, String), DemoError> {
        let channel = channels.iter().find(|c| c.kind == kind).ok_or(DemoError::HalfMade)?;
        let key =
            node.vault.open_hook_key(&scope, &channel.hook_key_sealed, crate::vault::Purpose::ShowHookUrl).await?;
        Ok((channel.id, secrecy::ExposeSecret::expose_secret(&key).to_owned()))
    };
    let (channel, hook_key) = key_of(ChannelKind::Rehearsal).await?;
    let (_, echo_key) = key_of(ChannelKind::Echo).await?;
    let owner = company.people.iter().find(|p| !p.takes_calls).map_or("", |p| p.email);
    Ok(Door { client, name: company.name, email: owner, channel, hook_key, echo_key, number: company.number })
}

async fn connect(node: &Node, client: ClientId, shop: ShopAt) -> Result<(), DemoError> {
    let Some(entry) = node.app.catalogue.sector(Sector::Ecommerce) else {
        return Err(DemoError::Agent("ecommerce"));
    };
    let changes = Changes::from([
        ("shopify_store_url".to_owned(), Some(SecretString::from(shop.address))),
        ("shopify_access_token".to_owned(), Some(SecretString::from(shop.token))),
    ]);
    Ok(node.vault.put(&Scope::system(client), entry, changes).await?)
}
