//! Teams, members, assignments, channels.

use crate::world::*;
use caly_core::id::{AgentId, ChannelId, MemberId, Proficiency, TeamId};
use caly_core::member::{Availability, MemberStatus, Role};
use caly_core::outcome::ChannelKind;
use caly_core::rules::{Limits, Rules};
use caly_core::sector::Sector;
use caly_store::{CarrierPatch, ChannelPatch, Company, MemberFilter, MemberPatch, NewAssignment};
use futures::future::join_all;

#[tokio::test]
async fn people_are_added_changed_and_kept_apart() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let mut new = new_member("  New@Example.com ");
            new.title = Some("Lead".into());
            let m = s.add_member(&a.scope, new.clone(), NOW).await.unwrap();
            assert_eq!(
                (m.name.as_str(), m.email.as_str(), m.status),
                ("Lead", "New@Example.com", MemberStatus::Invited)
            );
            new.email = "new@example.COM".into();
            conflict(s.add_member(&a.scope, new.clone(), NOW).await, "email");
            // The same e-mail elsewhere is nobody's business; a foreign team is.
            let twin = s.add_member(&b.scope, new.clone(), NOW).await.unwrap();
            assert_eq!(twin.id, m.id, "counted per client: the same number, another person");
            new.email = "other@example.com".into();
            new.team = Some(TeamId(99));
            not_found(s.add_member(&a.scope, new, NOW).await);

            let active = MemberPatch { status: Some(MemberStatus::Active), ..Default::default() };
            not_now(s.update_member(&a.scope, m.id, active, None, NOW).await);
            let patch = MemberPatch {
                title: Some(None),
                phone: Some(Some("+91".into())),
                name: Some("N".into()),
                role: Some(Role::Supervisor),
                availability: Some(Availability::Away),
                takes_calls: Some(false),
                open_limit: Some(3),
                ..Default::default()
            };
            stale(s.update_member(&a.scope, m.id, patch.clone(), Some(m.rev + 1), NOW).await);
            assert_eq!(s.member(&a.scope, m.id).await.unwrap(), m, "a stale write changes nothing");
            let changed = s.update_member(&a.scope, m.id, patch, Some(m.rev), NOW).await.unwrap();
            assert_eq!(changed.rev, m.rev + 1);
            assert_eq!(s.member(&a.scope, m.id).await.unwrap(), changed);
            assert_eq!((changed.title.as_deref(), changed.open_limit), (None, 3));
            assert_eq!(s.member(&b.scope, twin.id).await.unwrap(), twin, "the same number is untouched");

            not_found(s.member(&b.scope, MemberId(77)).await);
            not_found(s.update_member(&b.scope, MemberId(77), MemberPatch::default(), None, NOW).await);
            not_found(s.attach_user(&b.scope, MemberId(77), a.user, NOW).await);
            conflict(s.attach_user(&a.scope, m.id, a.user, NOW).await, "login");
            assert_eq!(s.member(&a.scope, m.id).await.unwrap(), changed);
            assert_eq!(s.teams(&a.scope).await.unwrap().len(), 1);
            assert!(event_names(w, a).await.contains(&"member.changed"));
        })
    })
    .await;
}

#[tokio::test]
async fn the_nested_list_pages_filters_and_stays_inside_the_client() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            assign(w, a).await;
            let (wk, all) = (week("2026-W22"), MemberFilter::default());
            let first = s.members(&a.scope, all.clone(), &wk, None, 2).await.unwrap();
            assert_eq!(first.items.len(), 2);
            assert_eq!(first.items[1].assignments.len(), 1);
            let rest = s.members(&a.scope, all.clone(), &wk, first.next, 2).await.unwrap();
            assert_eq!((rest.items.len(), rest.next), (1, None));
            assert_eq!(rest.items[0].assignments[0].agent, AgentId(1));
            let owners = MemberFilter {
                role: Some(Role::Owner),
                status: Some(MemberStatus::Active),
                team: Some(a.team),
                only: None,
            };
            assert_eq!(s.members(&a.scope, owners, &wk, None, 9).await.unwrap().items.len(), 1);
            for of in [a, b] {
                let page = s.members(&of.scope, all.clone(), &wk, None, 200).await.unwrap();
                let sums = s.sector_sums(&of.scope, Sector::Ecommerce).await.unwrap();
                let team = s.members_and_sums(&of.scope, Sector::Ecommerce, all.clone(), &wk, None, 200).await.unwrap();
                assert_eq!(team, (page, sums));
            }
            for card in s.members(&b.scope, all, &wk, None, 200).await.unwrap().items {
                assert!(card.assignments.is_empty() && card.member.email.starts_with("clinic"));
            }
            assert_eq!(s.member_card(&a.scope, a.m1, &wk).await.unwrap().assignments.len(), 1);
            not_found(s.member_card(&b.scope, MemberId(77), &wk).await);
        })
    })
    .await;
}

#[tokio::test]
async fn the_whole_set_of_assignments_is_replaced_and_rows_survive() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            assign(w, a).await;
            let rev = s.member(&a.scope, a.m1).await.unwrap().rev;
            let two = vec![NewAssignment { agent: AgentId(2), proficiency: Proficiency::new(0).unwrap() }];
            stale(s.set_assignments(&a.scope, a.m1, two.clone(), Some(rev - 1), NOW).await);
            let rows = s.set_assignments(&a.scope, a.m1, two.clone(), Some(rev), NOW).await.unwrap();
            let seen: Vec<_> = rows.iter().map(|r| (r.agent.0, r.assigned, r.proficiency.get())).collect();
            assert_eq!(seen, [(1, false, 80), (2, true, 0)]);
            assert_eq!(s.assignments(&a.scope, a.m1).await.unwrap(), rows);
            assert!(s.assignments(&b.scope, b.m1).await.unwrap().is_empty());
            not_found(s.set_assignments(&b.scope, MemberId(77), two, None, NOW).await);
            not_found(s.assignments(&b.scope, MemberId(77)).await);
        })
    })
    .await;
}

#[tokio::test]
async fn a_client_has_one_browser_channel_at_the_most() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let many = ["b0", "b1", "b2", "b3", "b4", "b5"].map(|hash| channel(a.team, ChannelKind::Browser, hash));
            let made = join_all(many.map(|new| s.create_channel(&a.scope, new, NOW))).await;
            assert_eq!(made.iter().filter(|m| m.is_ok()).count(), 1, "{made:?}");
            made.into_iter().filter(Result::is_err).for_each(|m| conflict(m, "browser channel"));
            let browsers = s.channels(&a.scope).await.unwrap().into_iter().filter(|c| c.kind == ChannelKind::Browser);
            let only: Vec<_> = browsers.collect();
            assert_eq!(only.len(), 1);
            // Switched off it is one still.
            let off = ChannelPatch { is_active: Some(false), ..ChannelPatch::default() };
            s.update_channel(&a.scope, only[0].id, off, None, NOW).await.unwrap();
            let more = channel(a.team, ChannelKind::Browser, "b6");
            conflict(s.create_channel(&a.scope, more, NOW).await, "browser channel");
            s.create_channel(&b.scope, channel(b.team, ChannelKind::Browser, "b7"), NOW).await.unwrap();
        })
    })
    .await;
}

#[tokio::test]
async fn what_is_left_out_of_a_carrier_stays_whoever_else_writes() {
    both(|w| {
        Box::pin(async move {
            let (s, a) = (&w.s, &w.a);
            for round in 0..8 {
                let value = || Some(Some(format!("+9180000000{round:02}")));
                let number = CarrierPatch { fallback_number: value(), ..CarrierPatch::default() };
                let account = CarrierPatch { account_sid: value(), ..CarrierPatch::default() };
                let login = CarrierPatch { login_sealed: value(), ..CarrierPatch::default() };
                let all = [number, account, login].map(|to| s.set_carrier(&a.scope, a.channel, to, None, NOW));
                assert!(join_all(all).await.iter().all(Result::is_ok));
                let now = s.channel(&a.scope, a.channel).await.unwrap();
                assert_eq!(
                    [now.fallback_number, now.account_sid, now.carrier_login_sealed].map(Some),
                    [(); 3].map(|()| value())
                );
            }
            let rev = s.channel(&a.scope, a.channel).await.unwrap().rev;
            let set = || s.set_carrier(&a.scope, a.channel, CarrierPatch::default(), Some(rev), NOW);
            let made = join_all((0..6).map(|_| set())).await;
            assert_eq!(made.iter().filter(|m| m.is_ok()).count(), 1, "all looked at one revision");
        })
    })
    .await;
}

#[tokio::test]
async fn channels_and_their_hook_keys() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let (client, found) = s.hook_channel(&a.hook).await.unwrap().unwrap();
            assert_eq!((client, found.id), (a.scope.client, a.channel));
            assert_eq!(found, s.channel(&a.scope, a.channel).await.unwrap());
            conflict(s.create_channel(&b.scope, channel(b.team, ChannelKind::Echo, &a.hook), NOW).await, "hook key");
            assert_eq!(s.channels(&b.scope).await.unwrap().len(), 1, "nothing of it was kept");
            changed_by_its_own_client_only(s, a, b).await;
            let before = s.channel(&a.scope, a.channel).await.unwrap();
            stale(s.rotate_hook_key(&a.scope, a.channel, "h2".into(), "s2".into(), Some(9), NOW).await);
            let after =
                s.rotate_hook_key(&a.scope, a.channel, "h2".into(), "s2".into(), Some(before.rev), NOW).await.unwrap();
            assert_eq!(after.hook_key_sealed, "s2");
            assert!(s.hook_channel(&a.hook).await.unwrap().is_none());
            assert_eq!(s.hook_channel("h2").await.unwrap().unwrap().1.id, a.channel);
            let other = s.create_channel(&a.scope, channel(a.team, ChannelKind::Echo, "h3"), NOW).await.unwrap();
            not_found(s.channel(&b.scope, other.id).await);
            not_found(s.rotate_hook_key(&b.scope, other.id, "h4".into(), "s".into(), None, NOW).await);
            assert_eq!(s.hook_channel("h3").await.unwrap().unwrap().0, a.scope.client);
            let keys = s.hook_keys().await.unwrap();
            let of_a = keys.iter().filter(|(_, owner)| owner.client == a.scope.client);
            assert_eq!(
                of_a.map(|(hash, _)| hash.as_str()).collect::<std::collections::BTreeSet<_>>(),
                ["h2", "h3"].into()
            );
            assert_eq!(keys.iter().filter(|(_, owner)| owner.client == b.scope.client).count(), 1);
        })
    })
    .await;
}

async fn changed_by_its_own_client_only(s: &caly_store::Store, a: &Side, b: &Side) {
    let was = s.channel(&a.scope, a.channel).await.unwrap();
    let second = s.create_team(&a.scope, "Second", NOW).await.unwrap();
    let patch = ChannelPatch {
        name: Some("Renamed".into()),
        number: Some(None),
        entry: Some((Sector::Fintech, AgentId(16))),
        team: Some(second.id),
        account_sid: Some(Some("acme1m".into())),
        hook_basic_hash: Some(Some("b".into())),
        is_active: Some(false),
    };
    not_found(s.update_channel(&b.scope, ChannelId(99), patch.clone(), None, NOW).await);
    stale(s.update_channel(&a.scope, a.channel, patch.clone(), Some(was.rev + 1), NOW).await);
    not_found(
        s.update_channel(&a.scope, a.channel, ChannelPatch { team: Some(TeamId(77)), ..patch.clone() }, None, NOW)
            .await,
    );
    assert_eq!(s.channel(&a.scope, a.channel).await.unwrap(), was, "what was refused left nothing");
    let now = s.update_channel(&a.scope, a.channel, patch, Some(was.rev), NOW).await.unwrap();
    let want = caly_store::Channel {
        name: "Renamed".into(),
        number: None,
        sector: Sector::Fintech,
        entry_agent: AgentId(16),
        team: second.id,
        account_sid: Some("acme1m".into()),
        hook_basic_hash: Some("b".into()),
        is_active: false,
        rev: was.rev + 1,
        ..was.clone()
    };
    assert_eq!(now, want);
    assert_eq!(s.channel(&a.scope, a.channel).await.unwrap(), want);
    let back = ChannelPatch { team: Some(was.team), is_active: Some(true), ..ChannelPatch::default() };
    s.update_channel(&a.scope, a.channel, back, None, NOW).await.unwrap();
    teams_are_renamed_and_removed(s, a, b, second).await;
}

async fn teams_are_renamed_and_removed(s: &caly_store::Store, a: &Side, b: &Side, second: caly_store::Team) {
    not_found(s.rename_team(&b.scope, TeamId(second.id.0 + 7), "Theirs", None, NOW).await);
    stale(s.rename_team(&a.scope, second.id, "Late", Some(second.rev + 1), NOW).await);
    let named = s.rename_team(&a.scope, second.id, "Evening", Some(second.rev), NOW).await.unwrap();
    assert_eq!((named.name.as_str(), named.rev), ("Evening", second.rev + 1));
    let refused = s.delete_team(&a.scope, a.team, NOW).await.unwrap_err();
    assert!(matches!(refused, caly_store::StoreError::NotNow(_)), "{refused}");
    not_found(s.delete_team(&b.scope, TeamId(second.id.0 + 7), NOW).await);
    s.delete_team(&a.scope, second.id, NOW).await.unwrap();
    assert_eq!(s.teams(&a.scope).await.unwrap().len(), 1);
}

#[tokio::test]
async fn rules_are_one_document_a_client() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            assert_eq!(s.rules(&a.scope).await.unwrap(), caly_store::StoredRules::default());
            let short = Rules { limits: Limits { call_minutes: 7 }, ..Rules::default() };
            stale(s.put_rules(&a.scope, short.clone(), Some(1), NOW).await);
            assert_eq!(s.put_rules(&a.scope, short.clone(), Some(0), NOW).await.unwrap(), 1);
            let phrases = Rules { escalation_phrases: vec!["legal notice".into()], ..short };
            stale(s.put_rules(&a.scope, phrases.clone(), Some(0), NOW).await);
            assert_eq!(s.put_rules(&a.scope, phrases.clone(), None, NOW).await.unwrap(), 2);
            let stored = s.rules(&a.scope).await.unwrap();
            assert_eq!((stored.rules, stored.rev, stored.updated_at), (phrases, 2, Some(NOW)));
            assert_eq!(s.rules(&b.scope).await.unwrap(), caly_store::StoredRules::default());
        })
    })
    .await;
}

#[tokio::test]
async fn a_company_is_changed_as_a_whole_and_only_its_own() {
    both(|w| {
        Box::pin(async move {
            let (s, a, b) = (&w.s, &w.a, &w.b);
            let (own, other) = (s.client(a.scope.client).await.unwrap(), s.client(b.scope.client).await.unwrap());
            let to = Company {
                name: "Shop of Pune".into(),
                sector: Sector::Saas,
                zone: "Europe/Berlin".into(),
                language: "en-GB".into(),
                fairness: 7,
            };
            stale(s.put_company(&a.scope, to.clone(), Some(own.rev + 1), NOW).await);
            // Everybody looked at the same revision: one changes it.
            let at_once = (0..8).map(|_| s.put_company(&a.scope, to.clone(), Some(own.rev), NOW));
            let mut made: Vec<_> = join_all(at_once).await.into_iter().filter_map(Result::ok).collect();
            assert_eq!(made.len(), 1);
            let changed = made.remove(0);
            assert_eq!((changed.rev, changed.language.as_str(), changed.fairness), (own.rev + 1, "en-GB", 7));
            assert_eq!((changed.zone, changed.sector, changed.name), (to.zone, to.sector, to.name));
            assert_eq!(s.client(b.scope.client).await.unwrap(), other, "nobody else's");
            let entries = s.audit(&a.scope, 0, 200).await.unwrap();
            assert!(entries.iter().any(|e| e.action == "company.put"), "{entries:?}");
        })
    })
    .await;
}
