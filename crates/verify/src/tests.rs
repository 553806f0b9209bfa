//! Calls through the store's own writes, then one cell changed by hand: the
//! control that shows that a clean report means something.

use crate::recompute::{AGENT_COLUMNS, COLUMNS};
use crate::verify;
use caly_core::id::*;
use caly_core::member::Role;
use caly_core::outcome::{ChannelKind, EndedBy, Outcome};
use caly_core::rescue::{LegEvent, Unanswered};
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_core::time::{At, Day, HOUR, IsoWeek};
use caly_store::testing::TempStore;
use caly_store::*;
use uuid::Uuid;

const NOW: At = At(1_780_000_000_000);

struct World {
    temp: TempStore,
    scope: Scope,
    channel: ChannelId,
    rescuer: MemberId,
}

async fn world() -> World {
    let temp = TempStore::sqlite().await.unwrap();
    let s = &temp.store;
    let scope = Scope::system(ClientId(Uuid::from_u128(1)));
    let new = NewClient {
        id: scope.client,
        name: "Shop".into(),
        sector: Sector::Ecommerce,
        zone: "Asia/Kolkata".into(),
        is_demo: false,
    };
    s.create_client(new, NOW).await.unwrap();
    let team = s.create_team(&scope, "Front", NOW).await.unwrap().id;
    let owner = member(s, &scope, 1).await;
    let rescuer = member(s, &scope, 2).await;
    let set = vec![NewAssignment { agent: AgentId(1), proficiency: Proficiency::new(80).unwrap() }];
    s.set_assignments(&scope, owner, set, None, NOW).await.unwrap();
    let line = NewChannel {
        kind: ChannelKind::Phone,
        carrier: "exotel".into(),
        name: "Line".into(),
        number: None,
        sector: Sector::Ecommerce,
        team,
        entry_agent: AgentId(1),
        hook_key_hash: "h".into(),
        hook_key_sealed: "s".into(),
        account_sid: None,
        hook_basic_hash: None,
    };
    let channel = s.create_channel(&scope, line, NOW).await.unwrap().id;
    World { scope, channel, rescuer, temp }
}

async fn member(s: &Store, scope: &Scope, n: u128) -> MemberId {
    let (id, email) = (UserId(Uuid::from_u128(100 + n)), format!("m{n}@example.com"));
    let user = NewUser { id, email: email.clone(), name: "M".into(), password_hash: "x".into() };
    s.create_user(user, NOW).await.unwrap();
    let new = NewMember {
        team: None,
        email,
        name: None,
        title: None,
        phone: None,
        role: Role::Member,
        takes_calls: true,
        open_limit: 10,
    };
    let added = s.add_member(scope, new, NOW).await.unwrap();
    s.attach_user(scope, added.id, id, NOW).await.unwrap().id
}

fn owed(call: CallId) -> Owed {
    let task = NewTask {
        id: TaskId(call.0),
        kind: TaskKind::Message,
        caller_name: None,
        caller_number: None,
        text: "Please call back".into(),
        due_at: NOW.plus(24 * HOUR),
    };
    Owed { task, message: true }
}

impl World {
    async fn call(&self, n: u128, outcome: Outcome, rating: Option<u8>, rescuer: Option<MemberId>) -> CallId {
        let new = NewCall {
            id: CallId(Uuid::from_u128(1_000 + n)),
            channel: self.channel,
            carrier_call_id: format!("sid{n}"),
            caller_number: None,
            caller_raw: None,
            dialled: None,
            agent_type: "front_desk".into(),
            seed: 7,
            token_hash: format!("t{n}"),
            token_expires_at: NOW,
            stream_url: "wss://x".into(),
            node: "n1".into(),
            degraded: false,
            attributes: "{}".into(),
        };
        let s = &self.temp.store;
        let id = s.place_call(&self.scope, new, NOW).await.unwrap().call.id;
        self.end(id, outcome, rating, rescuer).await;
        id
    }

    async fn end(&self, id: CallId, outcome: Outcome, rating: Option<u8>, rescuer: Option<MemberId>) {
        let s = &self.temp.store;
        let success = matches!(outcome, Outcome::ResolvedByAgent | Outcome::ResolvedByMember);
        let ending = Ending {
            outcome: Some(outcome),
            counted: outcome != Outcome::Failed,
            known: success || outcome == Outcome::Unresolved,
            success,
            implied: false,
            ended_by: EndedBy::Caller,
            ended_at: NOW.plus(90_000),
            day: Day("2026-05-29".into()),
            week: IsoWeek("2026-W22".into()),
            agent_ms: 80_000,
            member_ms: 0,
            waiting_ms: 0,
            handling_ms: 80_000,
            baseline_ms: 60_000,
            rating,
            rescuer,
            pickup_ms: rescuer.map(|_| 4_000),
            failure_reason: None,
            asked: None,
            owed: (outcome == Outcome::MessageTaken).then(|| owed(id)),
            rescue: None,
            provided: Provided::Nothing,
        };
        s.complete_call(&self.scope, id, ending, NOW).await.unwrap();
    }

    async fn history(&self) {
        let rescuer = Some(self.rescuer);
        let ids = [
            self.call(1, Outcome::ResolvedByAgent, Some(5), None).await,
            self.call(2, Outcome::ResolvedByMember, None, rescuer).await,
            self.call(3, Outcome::Unresolved, None, None).await,
            self.call(4, Outcome::MessageTaken, None, None).await,
            self.call(5, Outcome::Failed, None, None).await,
        ];
        for id in ids {
            self.temp.store.score_call(&self.scope, id, NOW).await.unwrap();
        }
    }

    /// Writes past the store, as no code of ours does.
    async fn tamper(&self, sql: String) {
        let Database::Sqlite(path) = &self.temp.database else { unreachable!("made by sqlite()") };
        let db = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
        let changed = sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(&db).await.unwrap();
        assert!(changed.rows_affected() > 0, "{sql}");
        db.close().await;
    }

    async fn columns(&self) -> Vec<(&'static str, &'static str)> {
        let report = verify(&self.temp.store).await.unwrap();
        report.differences.iter().map(|d| (d.table, d.column)).collect()
    }
}

#[tokio::test]
async fn clean_after_scoring_twice_and_while_jobs_wait() {
    let w = world().await;
    w.history().await;
    let waiting = w.call(6, Outcome::ResolvedByAgent, None, None).await;
    let report = verify(&w.temp.store).await.unwrap();
    assert!(report.clean(), "{report}");
    assert_eq!((report.clients, report.calls, report.pending), (1, 6, 1));
    for _ in 0..2 {
        w.temp.store.score_call(&w.scope, waiting, NOW).await.unwrap();
    }
    let report = verify(&w.temp.store).await.unwrap();
    assert!(report.clean() && report.pending == 0, "{report}");
}

#[tokio::test]
async fn every_tampered_column_is_found() {
    let w = world().await;
    w.history().await;
    let tables: [(&str, &str, &[&'static str]); 4] = [
        ("members", "standings", &COLUMNS[..14]),
        ("assignments", "assignments", &COLUMNS[..11]),
        ("daily", "daily", &COLUMNS),
        ("agent_days", "agent_days", &AGENT_COLUMNS),
    ];
    for (stored_in, table, columns) in tables {
        for column in columns {
            let set = |by: &str| format!("UPDATE {stored_in} SET {column} = {column} {by} 1");
            w.tamper(set("+")).await;
            let found = w.columns().await;
            assert!(!found.is_empty() && found.iter().all(|d| *d == (table, column)), "{table}.{column}: {found:?}");
            w.tamper(set("-")).await;
        }
    }
    assert_eq!(w.columns().await, []);
}

#[tokio::test]
async fn a_changed_or_missing_audit_entry_is_found() {
    let w = world().await;
    w.history().await;
    for action in ["a", "b", "c"] {
        w.temp.store.append_audit(&w.scope, action, serde_json::json!({}), NOW).await.unwrap();
    }
    assert_eq!(w.columns().await, []);
    w.tamper("UPDATE audit SET body = '{\"x\":1}' WHERE action = 'b'".into()).await;
    assert_eq!(w.columns().await, [("audit", "chain")]);
    w.tamper("UPDATE audit SET body = '{}' WHERE action = 'b'".into()).await;
    assert_eq!(w.columns().await, []);
    w.tamper("DELETE FROM audit WHERE action = 'b'".into()).await;
    assert_eq!(w.columns().await, [("audit", "chain")]);
}

#[tokio::test]
async fn a_wrong_week_a_lost_row_and_a_flag_are_found() {
    let w = world().await;
    w.history().await;
    w.tamper("UPDATE daily SET week = '2026-W23'".into()).await;
    let found = w.columns().await;
    assert!(!found.is_empty() && found.iter().all(|d| *d == ("daily", "week")), "{found:?}");
    w.tamper("UPDATE daily SET week = '2026-W22'".into()).await;
    w.tamper("UPDATE calls SET counted = TRUE WHERE outcome = 'failed'".into()).await;
    assert!(w.columns().await.contains(&("calls", "counted")));
    w.tamper("UPDATE calls SET counted = FALSE WHERE outcome = 'failed'".into()).await;
    w.tamper("DELETE FROM agent_days".into()).await;
    assert!(w.columns().await.contains(&("agent_days", "calls")));
}

#[tokio::test]
async fn a_taken_message_without_a_task_is_found() {
    let w = world().await;
    w.history().await;
    assert_eq!(w.columns().await, []);
    w.tamper("DELETE FROM tasks".into()).await;
    assert_eq!(w.columns().await, [("tasks", "made")]);
}

impl World {
    /// Makes the member one who can be rung.
    async fn can_be_rung(&self) {
        let phone = MemberPatch { phone: Some(Some("+919810000001".into())), ..MemberPatch::default() };
        self.temp.store.update_member(&self.scope, self.rescuer, phone, None, NOW).await.unwrap();
        let set = vec![NewAssignment { agent: AgentId(1), proficiency: Proficiency::new(80).unwrap() }];
        self.temp.store.set_assignments(&self.scope, self.rescuer, set, None, NOW).await.unwrap();
    }

    /// A call that asks for a person; whom it rings.
    async fn rings(&self, n: u128, now: At) -> Claim {
        let new = NewCall {
            id: CallId(Uuid::from_u128(n)),
            channel: self.channel,
            carrier_call_id: format!("taken {n}"),
            caller_number: None,
            caller_raw: None,
            dialled: None,
            agent_type: "front_desk".into(),
            seed: 7,
            token_hash: format!("taken {n}"),
            token_expires_at: now,
            stream_url: "wss://x".into(),
            node: "n1".into(),
            degraded: false,
            attributes: "{}".into(),
        };
        let call = self.temp.store.place_call(&self.scope, new, now).await.unwrap().call.id;
        match self.temp.store.next_person(&self.scope, call, None, 1, now).await.unwrap() {
            NextPerson::Dial(claim) => *claim,
            other => panic!("he is there: {other:?}"),
        }
    }

    async fn leg(&self, call: CallId, event: LegEvent, at: At) {
        self.temp.store.leg_event(&self.scope, call, event, None, at, at).await.unwrap();
    }
}

const TALKED: LegEvent = LegEvent::Ends { talked: Some(true), talk_ms: None, why: Unanswered::NoAnswer, last: true };

#[tokio::test]
async fn what_claims_say_of_a_rescuer_is_held_against_the_call() {
    let w = world().await;
    w.history().await;
    w.can_be_rung().await;
    let claim = w.rings(2_000, NOW).await;
    let call = claim.call;
    w.leg(call, LegEvent::Answers, NOW.plus(4_000)).await;
    w.leg(call, TALKED, NOW.plus(30_000)).await;
    w.end(call, Outcome::HandedOver, None, Some(claim.member)).await;
    w.temp.store.score_call(&w.scope, call, NOW).await.unwrap();
    assert_eq!(w.columns().await, []);
    for (bend, mend, said) in [
        ("UPDATE rescues SET taken_by = 1", "UPDATE rescues SET taken_by = 2", "rescuer"),
        ("UPDATE rescues SET asked_at = asked_at - 7", "UPDATE rescues SET asked_at = asked_at + 7", "pickup_ms"),
        ("UPDATE claims SET state = 'ringing'", "UPDATE claims SET state = 'over'", "held"),
    ] {
        w.tamper(bend.into()).await;
        assert!(w.columns().await.iter().any(|(_, column)| *column == said), "{bend}: {:?}", w.columns().await);
        w.tamper(mend.into()).await;
    }
    assert_eq!(w.columns().await, []);
}

#[tokio::test]
async fn a_talk_whose_end_was_told_a_day_late_lies_over_no_other() {
    let w = world().await;
    w.can_be_rung().await;
    let first = w.rings(1, NOW).await;
    w.leg(first.call, LegEvent::Answers, NOW.plus(4_000)).await;
    // Past the longest talk he is free again, whatever the carrier has said.
    let later = NOW.plus(2 * HOUR);
    let second = w.rings(2, later).await;
    assert_eq!(second.member, first.member);
    w.leg(second.call, LegEvent::Answers, later.plus(4_000)).await;
    w.leg(second.call, TALKED, later.plus(60_000)).await;
    w.leg(first.call, TALKED, NOW.plus(24 * HOUR)).await;
    assert_eq!(w.columns().await, []);
    // An answer to a phone that stopped ringing long ago was before that.
    let third = w.rings(3, later.plus(HOUR)).await;
    let much_later = later.plus(5 * HOUR);
    w.rings(4, much_later).await;
    w.leg(third.call, LegEvent::Answers, much_later.plus(HOUR)).await;
    w.leg(third.call, TALKED, much_later.plus(HOUR)).await;
    let (rescue, _) = w.temp.store.rescue(&w.scope, third.call).await.unwrap().unwrap();
    assert_eq!(rescue.answered_at, Some(third.lease_until));
    assert_eq!(rescue.talk_ms, Some(0), "both words came at once: nothing is known of its length");
    assert_eq!(w.columns().await, []);
    // The control: two talks at a time are seen.
    let early = format!("UPDATE claims SET leg = replace(leg, '{}', '{}')", later.plus(4_000).0, NOW.plus(60_000).0);
    w.tamper(early).await;
    assert_eq!(w.columns().await, [("claims", "talks")]);
}
