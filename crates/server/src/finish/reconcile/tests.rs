//! What becomes of a call whose person nobody hears of, and of everybody else
//! while a carrier does not answer.

use super::*;
use crate::app::{Node, Parts};
use crate::clock::{Clock as _, SeededChance, StillClock};
use crate::config::{Config, Overrides};
use crate::live::local_speech;
use crate::vault::SecretKey;
use caly_core::id::{AgentId, CallId, ChannelId, ClientId, MemberId, Proficiency, UserId};
use caly_core::member::{Availability, MemberStatus, Role};
use caly_core::outcome::{ChannelKind, Outcome};
use caly_core::rescue::LEASE_MS;
use caly_core::sector::Sector;
use caly_store::testing::TempStore;
use caly_store::{
    CarrierPatch, MemberPatch, NewAssignment, NewCall, NewChannel, NewClient, NewMember, NewUser, NextPerson, Store,
    TaskFilter,
};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpListener;
use uuid::Uuid;

/// 2026-11-23 15:30 in India, a Monday.
const NOW: At = At(1_795_428_000_000);
/// When the carrier is asked about a number that went out at once.
const ASKED_MS: i64 = LEASE_MS + 2 * MINUTE;

/// A node with a shop, its line, and one person who can be rung.
struct World {
    node: Node,
    clock: Arc<StillClock>,
    scope: Scope,
    channel: ChannelId,
    _temp: TempStore,
}

impl World {
    async fn open(allow: &[SocketAddr]) -> Self {
        let temp = TempStore::chosen().await.unwrap();
        let clock = Arc::new(StillClock::at(NOW));
        let chance = Arc::new(SeededChance::new(7));
        let mut config = Config::load(&Overrides::default(), &|_| None).unwrap();
        config.outbound_allow.extend(allow);
        let node = Node::new(Parts {
            config,
            store: temp.store.clone(),
            master: SecretKey::make(chance.as_ref()),
            clock: clock.clone(),
            chance,
            speech: local_speech::load(Path::new("nothing")).unwrap().speech,
            rehearsals: None,
            node: "here".into(),
        })
        .unwrap();
        let scope = Scope::system(ClientId(Uuid::from_u128(1)));
        let channel = line(&temp.store, &scope).await;
        Self { node, clock, scope, channel, _temp: temp }
    }

    fn store(&self) -> &Store {
        &self.node.app.store
    }

    /// The carrier's API is said to be there.
    async fn login(&self, api: SocketAddr) {
        let login = CarrierLogin {
            host: format!("http://{api}"),
            account_sid: "acme1m".into(),
            key: "key".into(),
            token: "token".into(),
        };
        let text = serde_json::to_string(&login).unwrap();
        let sealed = self.node.vault.seal_carrier_login(&self.scope, &text).await.unwrap();
        let to = CarrierPatch { login_sealed: Some(Some(sealed)), ..CarrierPatch::default() };
        self.store().set_carrier(&self.scope, self.channel, to, None, NOW).await.unwrap();
    }

    async fn placed(&self, n: u128) -> CallId {
        let new = NewCall {
            id: CallId(Uuid::from_u128(n)),
            channel: self.channel,
            carrier_call_id: format!("sid{n}"),
            caller_number: Some("+919812345678".into()),
            caller_raw: None,
            dialled: None,
            agent_type: "front_desk".into(),
            seed: 7,
            token_hash: format!("t{n}"),
            token_expires_at: NOW.plus(MINUTE),
            stream_url: "wss://x".into(),
            node: "here".into(),
            degraded: false,
            attributes: "{}".into(),
        };
        self.store().place_call(&self.scope, new, NOW).await.unwrap().call.id
    }

    /// A call that the flow took on to people.
    async fn handed(&self, n: u128) -> CallId {
        let call = self.placed(n).await;
        self.store().hand_off(&self.scope, call, NOW).await.unwrap();
        call
    }

    /// … and whom Connect was told to dial.
    async fn dialled(&self, n: u128) -> CallId {
        let call = self.handed(n).await;
        let next = self.store().next_person(&self.scope, call, None, 1, NOW).await.unwrap();
        assert!(matches!(next, NextPerson::Dial(_)), "{next:?}");
        call
    }

    /// What a node does by itself, so long after the start.
    async fn at(&self, ms: i64) {
        self.clock.set(NOW.plus(ms));
        self.store().expire_claims(&self.scope, self.clock.now()).await.unwrap();
        overdue(&self.node.app, &self.node.telephony).await.unwrap();
    }

    async fn outcome(&self, call: CallId) -> Option<Outcome> {
        self.store().call(&self.scope, call).await.unwrap().outcome
    }

    async fn says(&self, call: CallId, event: LegEvent) {
        let now = self.clock.now();
        self.store().leg_event(&self.scope, call, event, None, now, now).await.unwrap();
        rescue::settle(&self.node.app, &self.scope, call).await.unwrap();
    }

    /// Whether an end was told before its time, or a task made for nothing.
    async fn is_open(&self, call: CallId) -> bool {
        let tasks = self.store().tasks(&self.scope, TaskFilter::default(), None, 10).await.unwrap();
        self.outcome(call).await.is_none() && tasks.items.is_empty()
    }
}

async fn line(store: &Store, scope: &Scope) -> ChannelId {
    let new = NewClient {
        id: scope.client,
        name: "Shop".into(),
        sector: Sector::Ecommerce,
        zone: "Asia/Kolkata".into(),
        is_demo: true,
    };
    store.create_client(new, NOW).await.unwrap();
    let team = store.create_team(scope, "Everybody", NOW).await.unwrap().id;
    let member = NewMember {
        team: None,
        email: "asha@example.com".into(),
        name: None,
        title: None,
        phone: Some("+919810000001".into()),
        role: Role::Member,
        takes_calls: true,
        open_limit: 10,
    };
    let member = store.add_member(scope, member, NOW).await.unwrap().id;
    at_the_phone(store, scope, member).await;
    let line = NewChannel {
        kind: ChannelKind::Phone,
        carrier: "exotel".into(),
        name: "Main line".into(),
        number: None,
        sector: Sector::Ecommerce,
        team,
        entry_agent: AgentId(1),
        hook_key_hash: "h".into(),
        hook_key_sealed: "s".into(),
        account_sid: None,
        hook_basic_hash: None,
    };
    store.create_channel(scope, line, NOW).await.unwrap().id
}

async fn at_the_phone(store: &Store, scope: &Scope, member: MemberId) {
    let user = NewUser {
        id: UserId(Uuid::from_u128(9)),
        email: "asha@example.com".into(),
        name: "Asha".into(),
        password_hash: "none".into(),
    };
    let user = store.create_user(user, NOW).await.unwrap();
    store.attach_user(scope, member, user.id, NOW).await.unwrap();
    let patch = MemberPatch {
        status: Some(MemberStatus::Active),
        availability: Some(Availability::Available),
        ..MemberPatch::default()
    };
    store.update_member(scope, member, patch, None, NOW).await.unwrap();
    let set = vec![NewAssignment { agent: AgentId(1), proficiency: Proficiency::new(80).unwrap() }];
    store.set_assignments(scope, member, set, None, NOW).await.unwrap();
}

const TALKED: LegEvent =
    LegEvent::Ends { talked: Some(true), talk_ms: Some(390_000), why: Unanswered::NoAnswer, last: true };

#[tokio::test]
async fn without_a_login_a_silent_talk_ends_with_its_own_last_word() {
    for rings in [false, true] {
        let w = World::open(&[]).await;
        let call = w.dialled(2).await;
        if rings {
            w.says(call, LegEvent::Rings).await;
        }
        for ms in [LEASE_MS, ASKED_MS, 399_000] {
            w.at(ms).await;
            assert!(w.is_open(call).await, "rings {rings}, after {ms} ms");
        }
        // A status callback is a reason to look, and no word of a person.
        w.store().check_rescue_by(&w.scope, call, NOW).await.unwrap();
        w.at(400_000).await;
        assert!(w.is_open(call).await);
        w.says(call, TALKED).await;
        let ended = w.store().call(&w.scope, call).await.unwrap();
        assert_eq!((ended.outcome, ended.member_ms), (Some(Outcome::HandedOver), 390_000));
        assert!(ended.rescuer.is_some());
    }
}

#[tokio::test]
async fn without_a_login_and_without_a_word_nobody_came_once_the_longest_talk_is_over() {
    let w = World::open(&[]).await;
    let call = w.dialled(2).await;
    for minute in 0..62 {
        w.at(minute * MINUTE).await;
        assert!(w.is_open(call).await, "after {minute} minutes");
    }
    w.at(65 * MINUTE).await;
    assert_eq!(w.outcome(call).await, Some(Outcome::MessageTaken));
}

#[tokio::test]
async fn a_talk_whose_agent_never_said_that_it_is_over_ends_all_the_same() {
    let w = World::open(&[]).await;
    let call = w.placed(2).await;
    // By a number that nobody claimed, while the call still waited for its stream.
    w.store().leg_event(&w.scope, call, LegEvent::Answers, Some("+918022223333".into()), NOW, NOW).await.unwrap();
    let row = w.store().call(&w.scope, call).await.unwrap();
    assert_eq!((row.state, row.bot_done_at), (CallState::Talking, None));
    // It is seen after the longest talk, and then given as long again.
    for minute in 0..130 {
        w.at(minute * MINUTE).await;
    }
    assert_eq!(w.outcome(call).await, Some(Outcome::HandedOver));
}

#[tokio::test]
async fn a_fallback_number_may_have_been_rung_where_nobody_was_dialled() {
    let w = World::open(&[]).await;
    let nobody = w.handed(2).await;
    w.at(ASKED_MS).await;
    assert_eq!(w.outcome(nobody).await, Some(Outcome::MessageTaken), "the control: there is none");
    let w = World::open(&[]).await;
    let to = CarrierPatch { fallback_number: Some(Some("+918022223333".into())), ..CarrierPatch::default() };
    w.store().set_carrier(&w.scope, w.channel, to, None, NOW).await.unwrap();
    let (talks, silent) = (w.handed(2).await, w.handed(3).await);
    w.at(ASKED_MS).await;
    assert!(w.is_open(talks).await);
    w.clock.set(NOW.plus(400_000));
    w.says(talks, TALKED).await;
    assert_eq!(w.outcome(talks).await, Some(Outcome::HandedOver));
    assert_eq!(w.outcome(silent).await, None);
    w.at(65 * MINUTE).await;
    assert_eq!(w.outcome(silent).await, Some(Outcome::MessageTaken));
}

#[tokio::test]
async fn a_carrier_that_does_not_answer_says_nothing_of_a_talk() {
    // Nobody listens there.
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let w = World::open(&[closed]).await;
    w.login(closed).await;
    let call = w.dialled(2).await;
    for minute in 0..62 {
        w.at(minute * MINUTE).await;
        assert!(w.is_open(call).await, "after {minute} minutes");
    }
    let asked = w.store().rescue(&w.scope, call).await.unwrap().unwrap().0.checks;
    assert!((10..30).contains(&asked), "it may still answer, and is asked seldom: {asked}");
    w.at(65 * MINUTE).await;
    assert_eq!(w.outcome(call).await, Some(Outcome::MessageTaken));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carrier_that_hangs_stops_no_heart_no_ending_and_no_stop() {
    let hangs = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = hangs.local_addr().unwrap();
    let w = World::open(&[address]).await;
    w.login(address).await;
    w.dialled(2).await;
    // A call that this node carries.
    let live = w.placed(3).await;
    w.store().start_stream(&w.scope, live, "st", "here", None, NOW).await.unwrap();
    let _seat = w.node.telephony.registry.take(w.scope.client, live).unwrap();
    w.clock.set(NOW.plus(ASKED_MS));
    // As another node sees it.
    let dead = async || {
        let orphans = w.store().orphaned_calls(&w.scope, w.clock.now().plus(-30_000)).await.unwrap();
        orphans.iter().any(|call| call.id == live)
    };
    w.store().beat("here", NOW).await.unwrap();
    assert!(dead().await, "the control");
    let stop = CancellationToken::new();
    let workers = w.node.start_work(&stop);
    let question = tokio::time::timeout(Duration::from_secs(5), hangs.accept()).await.unwrap().unwrap();
    // It is given up after ten seconds. Meanwhile time goes on, and here is a
    // call whose stream will never come.
    let never = w.placed(4).await;
    w.clock.advance(MINUTE);
    tokio::time::timeout(Duration::from_secs(8), async {
        while dead().await || w.outcome(never).await.is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .expect("beats and endings go on beside the question");
    assert_eq!(w.outcome(live).await, None);
    stop.cancel();
    let stopped = tokio::time::timeout(Duration::from_secs(1), futures::future::join_all(workers)).await;
    assert!(stopped.expect("a stop waits for no carrier").iter().all(Result::is_ok));
    drop(question);
}
