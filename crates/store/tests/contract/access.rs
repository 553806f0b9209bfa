//! Links, sessions as their owner sees them, API keys, and how people come in.

use crate::global::session_of;
use crate::world::*;
use caly_core::id::{AgentId, ClientId, MemberId, Proficiency, SessionId, UserId};
use caly_core::member::{MemberStatus, Role};
use caly_core::scope::{Actor, Scope};
use caly_core::sector::Sector;
use caly_core::time::{At, HOUR, MINUTE};
use caly_store::{
    LinkKind, Login, Member, MemberPatch, NewApiKey, NewAssignment, NewClient, NewSession, NewUser, SetUp, Store,
};

const LATER: At = At(NOW.0 + HOUR);

fn login(email: &str) -> Login {
    Login::New(NewUser {
        id: UserId(uuid()),
        email: email.to_owned(),
        name: "New".to_owned(),
        password_hash: "$argon2id$new".to_owned(),
    })
}

async fn invited(s: &Store, side: &Side, email: &str, token: &str) -> Member {
    let member = s.add_member(&side.scope, new_member(email), NOW).await.unwrap();
    s.invite(&side.scope, member.id, member.role, token, LATER, NOW).await.unwrap()
}

fn session(side: &Side, hash: &str, login: &Login) -> NewSession {
    NewSession { user: login.user(), ..session_of(side, hash) }
}

async fn accept(s: &Store, side: &Side, token: &str, login: Login) -> Result<Member, caly_store::StoreError> {
    let session = session(side, &format!("s-{token}-{}", uuid()), &login);
    s.accept_invitation(&side.scope, token, login, session, NOW).await
}

async fn actions(s: &Store, side: &Side) -> Vec<String> {
    let entries = s.audit(&side.scope, 0, 200).await.unwrap();
    assert_eq!(s.broken_audit(&side.scope).await.unwrap(), None);
    entries.into_iter().map(|e| format!("{} {}", e.actor, e.action)).collect()
}

#[tokio::test]
async fn an_invitation_is_accepted_once_and_makes_the_login() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let member = invited(s, a, "New@Example.com", "t1").await;
            assert_eq!((member.status, member.user), (MemberStatus::Invited, None));
            let link = s.link(LinkKind::Invitation, "t1", NOW).await.unwrap().unwrap();
            assert_eq!(
                (link.client, link.member, link.email_key.as_deref(), link.role),
                (Some(a.scope.client), Some(member.id), Some("new@example.com"), Some(Role::Member))
            );
            assert!(s.link(LinkKind::PasswordReset, "t1", NOW).await.unwrap().is_none(), "another kind");
            assert!(s.link(LinkKind::Invitation, "t1", LATER).await.unwrap().is_none(), "run out");
            not_found(accept(s, b, "t1", login("new@example.com")).await);
            not_found(accept(s, a, "t1", login("else@example.com")).await);
            not_found(accept(s, a, "t1", Login::Existing(b.user)).await);
            let joined = accept(s, a, "t1", login("new@example.com")).await.unwrap();
            assert_eq!((joined.id, joined.status), (member.id, MemberStatus::Active));
            let user = s.user_by_email("new@example.com").await.unwrap().unwrap();
            assert_eq!(joined.user, Some(user.id));
            assert_eq!(s.open_sessions(user.id, NOW).await.unwrap().len(), 1);
            not_found(accept(s, a, "t1", login("new@example.com")).await);
            not_now(s.invite(&a.scope, member.id, Role::Member, "t2", LATER, NOW).await);
            not_now(s.withdraw_invitation(&a.scope, member.id, NOW).await);
            let seen = actions(s, a).await;
            let accepted = format!("member:{} member.accept", member.id);
            assert!(seen.contains(&"system member.invite".to_owned()) && seen.contains(&accepted), "{seen:?}");
        })
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_void_after_a_newer_one_or_a_change() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let member = invited(s, a, "new@example.com", "t1").await;
            let twin = invited(s, b, "new@example.com", "other").await;
            assert_eq!(twin.id, member.id, "the same number in another client");
            s.invite(&a.scope, member.id, Role::Member, "t2", LATER, NOW).await.unwrap();
            assert!(s.link(LinkKind::Invitation, "t1", NOW).await.unwrap().is_none(), "replaced");
            assert!(s.link(LinkKind::Invitation, "other", NOW).await.unwrap().is_some(), "another client's stays");
            not_now(s.invite(&a.scope, member.id, Role::Owner, "t3", LATER, NOW).await);
            not_found(s.invite(&a.scope, MemberId(77), Role::Member, "t3", LATER, NOW).await);
            let up = MemberPatch { role: Some(Role::Manager), ..Default::default() };
            s.update_member(&a.scope, member.id, up, None, NOW).await.unwrap();
            assert!(s.link(LinkKind::Invitation, "t2", NOW).await.unwrap().is_none(), "for another role");
            s.invite(&a.scope, member.id, Role::Manager, "t3", LATER, NOW).await.unwrap();
            let name = MemberPatch { name: Some("N".into()), role: Some(Role::Manager), ..Default::default() };
            s.update_member(&a.scope, member.id, name, None, NOW).await.unwrap();
            assert!(s.link(LinkKind::Invitation, "t3", NOW).await.unwrap().is_some(), "a name is no role");
            let out = MemberPatch { status: Some(MemberStatus::Inactive), ..Default::default() };
            s.update_member(&a.scope, member.id, out, None, NOW).await.unwrap();
            not_found(accept(s, a, "t3", login("new@example.com")).await);
            let again = s.invite(&a.scope, member.id, Role::Manager, "t4", LATER, NOW).await.unwrap();
            assert_eq!(again.status, MemberStatus::Invited, "who left before accepting can come back");
            s.withdraw_invitation(&a.scope, member.id, NOW).await.unwrap();
            s.withdraw_invitation(&a.scope, member.id, NOW).await.unwrap();
            not_found(accept(s, a, "t4", login("new@example.com")).await);
            assert!(s.user_by_email("new@example.com").await.unwrap().is_none(), "nothing was made on the way");
            assert!(accept(s, b, "other", login("new@example.com")).await.is_ok(), "the control");
        })
    })
    .await;
}

#[tokio::test]
async fn an_existing_login_joins_a_second_client_and_goes_back_and_forth() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let member = invited(s, b, &a.email, "t").await;
            conflict(accept(s, b, "t", login(&a.email)).await, "email");
            accept(s, b, "t", Login::Existing(a.user)).await.unwrap();
            assert_eq!(s.memberships(a.user).await.unwrap().len(), 2);
            s.create_session(session_of(a, "old"), NOW).await.unwrap();
            let there = NewSession { client: b.scope.client, member: member.id, ..session_of(a, "new") };
            s.switch_session("old", there.clone(), NOW).await.unwrap();
            assert!(s.session("old", NOW).await.unwrap().is_none());
            assert_eq!(s.session("new", NOW).await.unwrap().unwrap().client, b.scope.client);
            assert!(s.person_behind("old", NOW).await.unwrap().is_none());
            let (session, client, behind) = s.person_behind("new", NOW).await.unwrap().unwrap();
            assert_eq!(Some(session), s.session("new", NOW).await.unwrap());
            assert_eq!(client, s.client(b.scope.client).await.unwrap());
            assert_eq!(behind, s.member(&b.scope, member.id).await.unwrap());
            let foreign = NewSession { user: b.user, client: a.scope.client, ..there };
            not_found(s.switch_session("new", NewSession { token_hash: "x".into(), ..foreign }, NOW).await);
            assert!(s.session("new", NOW).await.unwrap().is_some(), "the old one stands when the new one cannot be");
        })
    })
    .await;
}

#[tokio::test]
async fn a_reset_stays_inside_the_client_and_is_used_once() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let manager = a.person(a.m1, Role::Manager);
            not_found(s.allow_reset(&a.scope, MemberId(77), Role::Member, "r", LATER, NOW).await);
            not_now(s.allow_reset(&manager, a.owner, Role::Member, "r", LATER, NOW).await);
            let invited = invited(s, a, "new@example.com", "i").await;
            not_now(s.allow_reset(&manager, invited.id, Role::Member, "r", LATER, NOW).await);
            s.allow_reset(&manager, a.owner, Role::Owner, "r1", LATER, NOW).await.unwrap();
            s.allow_reset(&manager, a.owner, Role::Owner, "r2", LATER, NOW).await.unwrap();
            not_found(s.reset_password("r1", "$x".into(), NOW).await);
            not_found(s.reset_password("r2", "$x".into(), LATER).await);
            for hash in ["1", "2"] {
                s.create_session(session_of(a, hash), NOW).await.unwrap();
            }
            let owner = a.person(a.owner, Role::Owner);
            s.create_api_key(&owner, key("k", None), NOW).await.unwrap();
            assert_eq!(s.reset_password("r2", "$x".into(), NOW).await.unwrap(), a.user);
            not_found(s.reset_password("r2", "$y".into(), NOW).await);
            assert_eq!(s.user(a.user).await.unwrap().password_hash, "$x");
            assert!(s.open_sessions(a.user, NOW).await.unwrap().is_empty());
            assert!(s.session("k", NOW).await.unwrap().is_some(), "programs go on");
            // A login of two clients: nobody in either may reset it.
            s.allow_reset(&manager, a.owner, Role::Owner, "r3", LATER, NOW).await.unwrap();
            let there = s.add_member(&b.scope, new_member(&a.email), NOW).await.unwrap();
            s.attach_user(&b.scope, there.id, a.user, NOW).await.unwrap();
            not_found(s.reset_password("r3", "$z".into(), NOW).await);
            not_now(s.allow_reset(&manager, a.owner, Role::Owner, "r4", LATER, NOW).await);
            assert_eq!(s.user(a.user).await.unwrap().password_hash, "$x");
            assert!(actions(s, a).await.contains(&format!("member:{} user.reset", a.owner)));
        })
    })
    .await;
}

#[tokio::test]
async fn a_reset_for_a_role_is_void_for_a_higher_one() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            let manager = a.person(a.m1, Role::Manager);
            s.allow_reset(&manager, a.m2, Role::Member, "r", LATER, NOW).await.unwrap();
            let up = MemberPatch { role: Some(Role::Owner), ..Default::default() };
            s.update_member(&a.scope, a.m2, up, None, NOW).await.unwrap();
            not_found(s.reset_password("r", "$x".into(), NOW).await);
            let down = MemberPatch { role: Some(Role::Member), ..Default::default() };
            s.update_member(&a.scope, a.m2, down, None, NOW).await.unwrap();
            s.reset_password("r", "$x".into(), NOW).await.unwrap();
        })
    })
    .await;
}

#[tokio::test]
async fn who_asks_for_a_reset_gets_one_now_and_then_in_every_client() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let there = s.add_member(&b.scope, new_member(&a.email), NOW).await.unwrap();
            s.attach_user(&b.scope, there.id, a.user, NOW).await.unwrap();
            assert!(s.make_reset_link(a.user, "r1", false, LATER, NOW).await.unwrap());
            assert!(!s.make_reset_link(a.user, "r2", false, LATER, NOW).await.unwrap(), "asking again voids nothing");
            assert!(s.link(LinkKind::PasswordReset, "r1", NOW).await.unwrap().is_some());
            assert!(s.make_reset_link(a.user, "r3", false, LATER, NOW.plus(6 * MINUTE)).await.unwrap());
            assert!(s.make_reset_link(a.user, "r4", true, LATER, NOW.plus(6 * MINUTE)).await.unwrap());
            assert!(s.link(LinkKind::PasswordReset, "r3", NOW).await.unwrap().is_none());
            assert_eq!(s.reset_password("r4", "$x".into(), NOW).await.unwrap(), a.user);
            for (side, member) in [(a, a.owner), (b, there.id)] {
                let seen = actions(s, side).await;
                assert!(seen.contains(&"system user.reset_link".to_owned()), "{seen:?}");
                assert!(seen.contains(&format!("member:{member} user.reset")), "{seen:?}");
            }
        })
    })
    .await;
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            for hash in ["1", "2"] {
                s.create_session(session_of(a, hash), NOW).await.unwrap();
            }
            s.make_reset_link(a.user, "r", true, LATER, NOW).await.unwrap();
            let old = s.user(a.user).await.unwrap().password_hash;
            s.change_password(old.clone(), "$new".into(), session_of(a, "3"), NOW).await.unwrap();
            assert_eq!(s.open_sessions(a.user, NOW).await.unwrap().len(), 1);
            assert!(s.session("3", NOW).await.unwrap().is_some());
            not_now(s.change_password(old, "$late".into(), session_of(a, "4"), NOW).await);
            assert!(s.session("3", NOW).await.unwrap().is_some(), "nothing of it was kept");
            not_found(s.reset_password("r", "$x".into(), NOW).await);
            assert!(actions(s, a).await.contains(&format!("member:{} user.password", a.owner)));
        })
    })
    .await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_own_login() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let (one, two, theirs) = (session_of(a, "1"), session_of(a, "2"), session_of(b, "b"));
            for new in [&one, &two, &theirs] {
                s.create_session(new.clone(), NOW).await.unwrap();
            }
            let list = s.open_sessions(a.user, NOW).await.unwrap();
            assert_eq!(list.iter().map(|o| o.id).collect::<Vec<_>>(), [two.id, one.id]);
            assert_eq!((list[0].client_name.as_str(), list[0].user_agent.as_deref()), ("shop", Some("curl/8")));
            assert!(s.open_sessions(a.user, NOW.plus(1_000)).await.unwrap().is_empty(), "idle");
            not_found(s.revoke_session(a.user, theirs.id, NOW).await);
            not_found(s.revoke_session(a.user, SessionId(uuid()), NOW).await);
            s.revoke_session(a.user, one.id, NOW).await.unwrap();
            not_found(s.revoke_session(a.user, one.id, NOW).await);
            let owner = a.person(a.owner, Role::Owner);
            let made = s.create_api_key(&owner, key("k", None), NOW).await.unwrap();
            not_found(s.revoke_session(a.user, made.id, NOW).await);
            s.revoke_sessions(a.user, NOW).await.unwrap();
            assert!(s.open_sessions(a.user, NOW).await.unwrap().is_empty());
            assert!(s.session("k", NOW).await.unwrap().is_some() && s.session("b", NOW).await.unwrap().is_some());
            let seen = actions(s, a).await;
            assert!(seen.contains(&format!("member:{} session.revoke", a.owner)), "{seen:?}");
            assert!(s.prune_logins(NOW).await.unwrap() == 0);
            assert_eq!(s.prune_logins(NOW.plus(1)).await.unwrap(), 2, "what ended is forgotten");
        })
    })
    .await;
}

fn key(hash: &str, expires_at: Option<At>) -> NewApiKey {
    NewApiKey {
        id: SessionId(uuid()),
        token_hash: hash.into(),
        name: "Reports".into(),
        role: Role::Supervisor,
        expires_at,
    }
}

#[tokio::test]
async fn api_keys_belong_to_a_client_and_end_with_their_maker() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let owner = a.person(a.owner, Role::Owner);
            not_now(s.create_api_key(&a.scope, key("x", None), NOW).await);
            let made = s.create_api_key(&owner, key("k1", None), NOW).await.unwrap();
            assert_eq!(
                (made.member, made.role, made.expires_at, made.seen_at),
                (a.owner, Role::Supervisor, None, None)
            );
            let short = s.create_api_key(&owner, key("k2", Some(LATER)), NOW).await.unwrap();
            let live = s.session("k1", NOW.plus(400 * 24 * HOUR)).await.unwrap().unwrap();
            assert_eq!((live.id, live.role, live.member), (made.id, Some(Role::Supervisor), a.owner));
            assert!(s.session("k2", LATER).await.unwrap().is_none());
            s.touch_session("k1", NOW.plus(MINUTE)).await.unwrap();
            let list = s.api_keys(&a.scope, NOW).await.unwrap();
            assert_eq!(list.iter().map(|k| k.id).collect::<Vec<_>>(), [made.id, short.id]);
            assert_eq!((list[0].seen_at, list[1].expires_at), (Some(NOW.plus(MINUTE)), Some(LATER)));
            assert!(s.api_keys(&b.scope, NOW).await.unwrap().is_empty());
            not_found(s.revoke_api_key(&b.scope, made.id, NOW).await);
            s.create_session(session_of(a, "s"), NOW).await.unwrap();
            let session = s.open_sessions(a.user, NOW).await.unwrap()[0].id;
            not_found(s.revoke_api_key(&owner, session, NOW).await);
            assert_eq!(s.revoke_api_key(&owner, short.id, NOW).await.unwrap(), a.user);
            not_found(s.revoke_api_key(&owner, short.id, NOW).await);
            let off = MemberPatch { status: Some(MemberStatus::Inactive), ..Default::default() };
            s.update_member(&a.scope, a.owner, off, None, NOW).await.unwrap();
            assert!(s.session("k1", NOW).await.unwrap().is_none());
            let seen = actions(s, a).await;
            assert!(seen.contains(&format!("member:{} api_key.revoke", a.owner)), "{seen:?}");
        })
    })
    .await;
}

#[tokio::test]
async fn a_client_holds_a_hundred_keys() {
    both(|w| {
        Box::pin(async move {
            let owner = w.a.person(w.a.owner, Role::Owner);
            for n in 0..100 {
                w.s.create_api_key(&owner, key(&format!("k{n}"), None), NOW).await.unwrap();
            }
            not_now(w.s.create_api_key(&owner, key("more", None), NOW).await);
            let other = w.b.person(w.b.owner, Role::Owner);
            w.s.create_api_key(&other, key("other", None), NOW).await.unwrap();
        })
    })
    .await;
}

fn set_up(client: ClientId, email: &str, login: Login) -> SetUp {
    let session = NewSession {
        id: SessionId(uuid()),
        token_hash: format!("s-{client}"),
        user: login.user(),
        client,
        member: MemberId(0),
        kind: caly_store::SessionKind::Browser,
        idle_ms: 1_000,
        expires_at: LATER,
        user_agent: None,
        address: None,
    };
    let mut owner = new_member(email);
    owner.role = Role::Owner;
    let (name, zone) = ("Fresh".to_owned(), "Asia/Kolkata".to_owned());
    let client = NewClient { id: client, name, sector: Sector::Saas, zone, is_demo: false };
    let agents = vec![NewAssignment { agent: AgentId(50), proficiency: Proficiency::new(50).unwrap() }];
    SetUp { client, team: "Front desk".into(), owner, login, agents, session }
}

#[tokio::test]
async fn a_client_is_set_up_whole_or_not_at_all() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            s.make_setup_link("t1", LATER, NOW).await.unwrap();
            s.make_setup_link("t2", LATER, NOW).await.unwrap();
            let id = ClientId(uuid());
            let scope = Scope::system(id);
            let new = set_up(id, "fresh@example.com", login("fresh@example.com"));
            not_found(s.set_up(&scope, "t1", new.clone(), NOW).await);
            not_found(s.set_up(&scope, "t2", new.clone(), LATER).await);
            conflict(s.set_up(&scope, "t2", set_up(id, &a.email, login(&a.email)), NOW).await, "email");
            not_found(s.client(id).await);
            let owner = s.set_up(&scope, "t2", new.clone(), NOW).await.unwrap();
            assert_eq!((owner.id, owner.role, owner.status), (MemberId(1), Role::Owner, MemberStatus::Active));
            assert_eq!(s.client(id).await.unwrap().sector, Sector::Saas);
            assert_eq!(s.teams(&scope).await.unwrap()[0].name, "Front desk");
            assert_eq!(s.assignments(&scope, owner.id).await.unwrap().len(), 1);
            let live = s.session(&format!("s-{id}"), NOW).await.unwrap().unwrap();
            assert_eq!((live.client, live.member, Some(live.user)), (id, owner.id, owner.user));
            not_found(s.set_up(&Scope::system(ClientId(uuid())), "t2", new, NOW).await);
            assert_eq!(s.audit(&scope, 0, 9).await.unwrap()[0].action, "client.set_up");
            assert_eq!(s.broken_audit(&scope).await.unwrap(), None);
            // An owner of one client makes another one with the same login.
            s.make_setup_link("t3", LATER, NOW).await.unwrap();
            let second = ClientId(uuid());
            let new = set_up(second, &a.email, Login::Existing(a.user));
            s.set_up(&Scope::system(second), "t3", new, NOW).await.unwrap();
            assert_eq!(s.memberships(a.user).await.unwrap().len(), 2);
        })
    })
    .await;
}

#[tokio::test]
async fn of_two_at_the_same_moment_one_uses_the_link() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            s.make_reset_link(a.user, "r", true, LATER, NOW).await.unwrap();
            let (one, two) =
                tokio::join!(s.reset_password("r", "$1".into(), NOW), s.reset_password("r", "$2".into(), NOW));
            assert_ne!(one.is_ok(), two.is_ok(), "{one:?} {two:?}");
        })
    })
    .await;
}

#[test]
fn a_key_is_named_in_the_audit() {
    let (client, user, key) = (ClientId(uuid()), UserId(uuid()), SessionId(uuid()));
    let scope = Scope { client, actor: Actor::Key { user, member: MemberId(7), role: Role::Manager, key } };
    assert_eq!(scope.actor_word(), format!("member:7 key:{key}"));
    assert_eq!((scope.user(), scope.member(), scope.role()), (Some(user), Some(MemberId(7)), Some(Role::Manager)));
}
