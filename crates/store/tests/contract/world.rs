//! Two clients on one store, for each engine.

use caly_core::event::Event;
use caly_core::id::*;
use caly_core::member::Role;
use caly_core::outcome::{ChannelKind, EndedBy, Outcome};
use caly_core::scope::{Actor, Scope};
use caly_core::sector::Sector;
use caly_core::time::{At, Day, IsoWeek};
use caly_store::testing::TempStore;
use caly_store::*;
use futures::future::BoxFuture;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

pub const NOW: At = At(1_780_000_000_000);

pub struct World {
    pub temp: TempStore,
    pub s: Store,
    pub a: Side,
    pub b: Side,
}

/// One client: the owner (takes no calls) and two who take calls.
pub struct Side {
    pub scope: Scope,
    pub user: UserId,
    pub email: String,
    pub team: TeamId,
    pub owner: MemberId,
    pub m1: MemberId,
    pub m2: MemberId,
    pub channel: ChannelId,
    pub hook: String,
}

/// Runs the test on SQLite and, where there is one, on PostgreSQL.
pub async fn both(test: for<'a> fn(&'a World) -> BoxFuture<'a, ()>) {
    let w = World::on(TempStore::sqlite().await.unwrap()).await;
    test(&w).await;
    if let Some(temp) = TempStore::postgres().await.unwrap() {
        let w = World::on(temp).await;
        test(&w).await;
        w.s.close().await;
    }
}

/// Counted, so that later ids are greater, as with UUIDv7.
pub fn uuid() -> Uuid {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128(u128::from(COUNT.fetch_add(1, Ordering::Relaxed)))
}

pub fn day(text: &str) -> Day {
    Day(text.to_owned())
}

pub fn week(text: &str) -> IsoWeek {
    IsoWeek(text.to_owned())
}

impl World {
    async fn on(temp: TempStore) -> Self {
        let s = temp.store.clone();
        let a = Side::new(&s, "shop").await;
        let b = Side::new(&s, "clinic").await;
        Self { temp, s, a, b }
    }
}

impl Side {
    async fn new(s: &Store, name: &str) -> Self {
        let client = ClientId(uuid());
        let new = NewClient {
            id: client,
            name: name.to_owned(),
            sector: Sector::Ecommerce,
            zone: "Asia/Kolkata".to_owned(),
            is_demo: true,
        };
        s.create_client(new, NOW).await.unwrap();
        let scope = Scope::system(client);
        let team = s.create_team(&scope, "Front", NOW).await.unwrap().id;
        let mut members = Vec::new();
        for (n, role) in [Role::Owner, Role::Member, Role::Member].into_iter().enumerate() {
            members.push(active(s, &scope, &format!("{name}{n}@example.com"), role).await);
        }
        let hook = format!("hook-{client}");
        let channel = s.create_channel(&scope, channel(team, ChannelKind::Phone, &hook), NOW).await;
        Self {
            channel: channel.unwrap().id,
            scope,
            user: members[0].user.unwrap(),
            email: members[0].email.clone(),
            team,
            owner: members[0].id,
            m1: members[1].id,
            m2: members[2].id,
            hook,
        }
    }

    /// Acting as this person.
    pub fn person(&self, member: MemberId, role: Role) -> Scope {
        Scope { client: self.scope.client, actor: Actor::Person { user: self.user, member, role } }
    }
}

pub async fn active(s: &Store, scope: &Scope, email: &str, role: Role) -> Member {
    let user = UserId(uuid());
    let new =
        NewUser { id: user, email: email.to_owned(), name: email.to_owned(), password_hash: "$argon2id$x".to_owned() };
    s.create_user(new, NOW).await.unwrap();
    let mut new = new_member(email);
    new.role = role;
    new.takes_calls = role == Role::Member;
    let member = s.add_member(scope, new, NOW).await.unwrap();
    s.attach_user(scope, member.id, user, NOW).await.unwrap()
}

pub fn new_member(email: &str) -> NewMember {
    NewMember {
        team: None,
        email: email.to_owned(),
        name: None,
        title: None,
        phone: None,
        role: Role::Member,
        takes_calls: true,
        open_limit: 10,
    }
}

pub fn channel(team: TeamId, kind: ChannelKind, hook: &str) -> NewChannel {
    NewChannel {
        kind,
        carrier: "exotel".to_owned(),
        name: "Line".to_owned(),
        number: Some("+918000000001".to_owned()),
        sector: Sector::Ecommerce,
        team,
        entry_agent: AgentId(1),
        hook_key_hash: hook.to_owned(),
        hook_key_sealed: "sealed".to_owned(),
        account_sid: None,
        hook_basic_hash: None,
    }
}

pub fn new_call(side: &Side, sid: &str) -> NewCall {
    NewCall {
        id: CallId(uuid()),
        channel: side.channel,
        carrier_call_id: sid.to_owned(),
        caller_number: Some("+919800000001".to_owned()),
        caller_raw: Some("09800000001".to_owned()),
        dialled: None,
        agent_type: "shop_front_desk".to_owned(),
        seed: 7,
        token_hash: format!("token-{}-{sid}", side.scope.client),
        token_expires_at: NOW.plus(60_000),
        stream_url: format!("wss://x/{sid}"),
        node: "n1".to_owned(),
        degraded: false,
        attributes: "{}".to_owned(),
    }
}

/// Both who take calls are assigned to the entry agent.
pub async fn assign(w: &World, side: &Side) {
    let set = vec![NewAssignment { agent: AgentId(1), proficiency: Proficiency::new(80).unwrap() }];
    for m in [side.m1, side.m2] {
        w.s.set_assignments(&side.scope, m, set.clone(), None, NOW).await.unwrap();
    }
}

pub async fn place(w: &World, side: &Side, sid: &str) -> Call {
    w.s.place_call(&side.scope, new_call(side, sid), NOW).await.unwrap().call
}

pub fn ending(outcome: Outcome, success: bool) -> Ending {
    Ending {
        outcome: Some(outcome),
        counted: true,
        known: !matches!(outcome, Outcome::MessageTaken | Outcome::HandedOver),
        success,
        implied: false,
        ended_by: EndedBy::Caller,
        ended_at: NOW.plus(90_000),
        day: day("2026-05-29"),
        week: week("2026-W22"),
        agent_ms: 80_000,
        member_ms: 0,
        waiting_ms: 0,
        handling_ms: 80_000,
        baseline_ms: 60_000,
        rating: success.then_some(5),
        rescuer: None,
        pickup_ms: None,
        failure_reason: None,
        asked: None,
        owed: None,
        rescue: None,
        provided: Provided::Nothing,
    }
}

pub fn new_task() -> NewTask {
    NewTask {
        id: TaskId(uuid()),
        kind: TaskKind::Message,
        caller_name: Some("Asha".to_owned()),
        caller_number: Some("+919800000001".to_owned()),
        text: "Please call back".to_owned(),
        due_at: NOW.plus(24 * 3_600_000),
    }
}

pub fn not_found<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    assert!(matches!(result, Err(StoreError::NotFound(_))), "{result:?}");
}

pub fn not_now<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    assert!(matches!(result, Err(StoreError::NotNow(_))), "{result:?}");
}

pub fn stale<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    assert!(matches!(result, Err(StoreError::Stale { .. })), "{result:?}");
}

pub fn conflict<T: std::fmt::Debug>(result: Result<T, StoreError>, what: &str) {
    assert!(matches!(result, Err(StoreError::Conflict(w)) if w == what), "{result:?}");
}

/// Names of all events of the client so far.
pub async fn event_names(w: &World, side: &Side) -> Vec<&'static str> {
    let events = w.s.events(&side.scope, 0, 200).await.unwrap();
    assert!(!events.reset);
    for (n, e) in events.items.iter().enumerate() {
        assert_eq!(e.id, n as i64 + 1, "ids have no holes");
    }
    events.items.iter().map(|e| Event::name(&e.event)).collect()
}

impl World {
    /// Changes rows behind the store's back, as an intruder would.
    pub async fn meddle(&self, sql: &'static str) {
        self.try_meddle(sql).await.unwrap();
    }

    /// The same, where it may be refused.
    pub async fn try_meddle(&self, sql: &'static str) -> Result<(), sqlx::Error> {
        use sqlx::{Connection, Executor};
        match &self.temp.database {
            Database::Sqlite(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let mut conn = sqlx::SqliteConnection::connect_with(&options).await?;
                conn.execute(sql).await.map(drop)
            }
            Database::Postgres(url) => sqlx::PgConnection::connect(url).await?.execute(sql).await.map(drop),
        }
    }
}
