//! Twenty clients with twenty-five people each, each in a zone of its own.

use crate::story::{Delivery, Pairs, WAYS, facts};
use caly_core::id::{AgentId, ClientId, Proficiency, UserId};
use caly_core::member::{Availability, MemberStatus, Role};
use caly_core::outcome::ChannelKind;
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_core::time::Zone;
use caly_server::clock::{Chance, Clock, StillClock, SystemChance, SystemClock};
use caly_server::finish::{complete_call, jobs, reconcile, sweeper};
use caly_server::inbound::keys::mint_hook_key;
use caly_store::{MemberPatch, NewAssignment, NewChannel, NewClient, NewMember, NewUser, Store, StoreError};
use caly_tests::behind::Behind;
use caly_tests::{Setup, TestApp};
use futures::StreamExt;
use std::sync::Arc;

const PEOPLE: usize = 25;
/// From the first midnight on earth to the last, with half and quarter hours
/// and daylight saving on both halves of the globe.
const ZONES: [&str; 20] = [
    "Pacific/Kiritimati",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Kabul",
    "Asia/Tehran",
    "Europe/Moscow",
    "Africa/Cairo",
    "Europe/Berlin",
    "Europe/London",
    "Atlantic/Azores",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/New_York",
    "America/Denver",
    "America/Los_Angeles",
    "Pacific/Marquesas",
    "Pacific/Pago_Pago",
];

/// A client.
pub struct House {
    pub scope: Scope,
    pub zone: Zone,
    key: String,
    number: String,
}

/// All of them, in one Caly with a clock that only we move.
pub struct Town {
    pub app: TestApp,
    pub behind: Behind,
    pub clock: Arc<StillClock>,
    pub houses: Vec<House>,
    http: reqwest::Client,
}

impl Town {
    pub async fn new() -> Self {
        let clock = Arc::new(StillClock::at(SystemClock.now()));
        let app = TestApp::with(Setup { clock: Some(clock.clone()), ..Setup::default() }).await;
        let behind = Behind::open(&app).await;
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut houses = Vec::new();
        for (n, zone) in ZONES.iter().enumerate() {
            houses.push(house(&app, n, zone).await);
        }
        Self { app, behind, clock, houses, http }
    }

    /// One of the carrier's requests.
    pub async fn hook(&self, house: usize, path: &str, sid: &str, pairs: &Pairs) -> (u16, String) {
        let house = &self.houses[house];
        let mut query =
            vec![("CallSid", sid), ("CallFrom", "+919812345678"), ("CallTo", &house.number), ("Direction", "incoming")];
        query.extend(pairs);
        let url = format!("{}/exotel/{}/{path}", self.app.base, house.key);
        let answer = self.http.get(url).query(&query).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// The agent's part is over; whether that ended the call.
    pub async fn end(&self, delivery: &Delivery, way: usize) -> bool {
        let (app, scope) = (&self.app.node.app, &self.houses[delivery.house].scope);
        let Some(call) = app.store.call_by_carrier_id(scope, &delivery.sid).await.unwrap() else { return false };
        match app.store.start_stream(scope, call.id, &delivery.sid, "test", None, delivery.begins).await {
            Ok(_) | Err(StoreError::NotNow(_)) => {}
            Err(e) => panic!("{e}"),
        }
        let facts = facts(way, delivery.begins);
        complete_call::complete(app, scope, call.id, &facts, WAYS[way].rating, None).await.unwrap().first
    }

    /// The clock goes on; what a node does by itself meanwhile.
    pub async fn night(&self, ms: i64) {
        let (app, tel) = (&self.app.node.app, &self.app.node.telephony);
        for _ in 0..4 {
            self.clock.advance(ms / 4);
            sweeper::sweep(app, &tel.node).await.unwrap();
            reconcile::overdue(app, tel).await.unwrap();
            while jobs::run_due(app, &tel.node).await.unwrap() > 0 {}
        }
    }

    /// Until every call has ended and is counted.
    pub async fn rest(&self) {
        for _ in 0..200 {
            self.night(4 * 61_000).await;
            let open = self.behind.number("SELECT COUNT(*) FROM calls WHERE ended_at IS NULL").await;
            if open == 0 && self.app.store.waiting_jobs().await.unwrap() == 0 {
                return;
            }
        }
        panic!("calls stayed open");
    }
}

async fn house(app: &TestApp, n: usize, zone: &str) -> House {
    let (store, now) = (&app.store, app.node.app.clock.now());
    let id = ClientId(SystemChance.id(now));
    let new =
        NewClient { id, name: format!("House {n}"), sector: Sector::Ecommerce, zone: zone.into(), is_demo: false };
    store.create_client(new, now).await.unwrap();
    let scope = Scope::system(id);
    let team = store.create_team(&scope, "Everybody", now).await.unwrap().id;
    // Fewer at once than PostgreSQL's pool has connections: they take turns at
    // the client's counters, and who waits too long for a connection is refused.
    let people = (0..PEOPLE).map(|m| person(store, &scope, n, m));
    futures::stream::iter(people).buffer_unordered(8).collect::<Vec<_>>().await;
    let key = mint_hook_key(&SystemChance);
    let number = format!("+9180{n:08}");
    let new = NewChannel {
        kind: ChannelKind::Phone,
        carrier: "exotel".into(),
        name: "Main line".into(),
        number: Some(number.clone()),
        sector: Sector::Ecommerce,
        team,
        entry_agent: AgentId(1),
        hook_key_hash: app.node.telephony.keys.hook_hash(&key),
        hook_key_sealed: app.node.vault.seal_hook_key(&scope, &key).await.unwrap(),
        account_sid: None,
        hook_basic_hash: None,
    };
    store.create_channel(&scope, new, now).await.unwrap();
    House { scope, zone: Zone::named(zone).unwrap(), key, number }
}

async fn person(store: &Store, scope: &Scope, house: usize, n: usize) {
    let now = SystemClock.now();
    let email = format!("member{n}@house{house}.example");
    let new = NewMember {
        team: None,
        email: email.clone(),
        name: None,
        title: None,
        phone: Some(format!("+9198{house:04}{n:04}")),
        role: Role::Member,
        takes_calls: true,
        open_limit: 10,
    };
    let member = store.add_member(scope, new, now).await.unwrap().id;
    let id = UserId(SystemChance.id(now));
    let user = NewUser { id, email, name: format!("Member {n}"), password_hash: "none".into() };
    let user = store.create_user(user, now).await.unwrap();
    store.attach_user(scope, member, user.id, now).await.unwrap();
    let patch = MemberPatch {
        status: Some(MemberStatus::Active),
        availability: Some(Availability::Available),
        ..MemberPatch::default()
    };
    store.update_member(scope, member, patch, None, now).await.unwrap();
    let proficiency = Proficiency::new(i64::try_from(40 + n).unwrap()).unwrap();
    let set = vec![NewAssignment { agent: AgentId(1), proficiency }];
    store.set_assignments(scope, member, set, None, now).await.unwrap();
}
