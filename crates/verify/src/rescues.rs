//! People who took calls over: what the claims say, against the calls.
//!
//! Nobody is held twice, nobody is held by a call that is over, nobody talks
//! with two callers at a time, and a call's rescuer and pick-up time are those
//! of his own answered leg.

use crate::report::Difference;
use caly_core::rescue::{ClaimState, RescueEnd, TALK_S};
use caly_core::time::SECOND;
use caly_store::raw::RawRows;
use caly_store::{Call, Claim, Rescue};
use std::collections::{BTreeMap, HashMap};

/// Stands for "none" where numbers are compared.
const NONE: i64 = -1;

/// Everything about rescues that does not fit.
pub(crate) fn rescues(client: &str, rows: &RawRows) -> Vec<Difference> {
    let over: HashMap<_, &Call> = rows.calls.iter().filter(|c| c.ended_at.is_some()).map(|c| (c.id, c)).collect();
    let mut found = Vec::new();
    let mut say = |table, key: String, column, stored, recomputed| {
        found.push(Difference { client: client.to_owned(), table, key, column, stored, recomputed });
    };
    for (key, held) in held(&rows.claims).into_iter().filter(|(_, n)| *n > 1) {
        say("claims", key, "held", held, 1);
    }
    for claim in rows.claims.iter().filter(|c| c.state != ClaimState::Over && over.contains_key(&c.call)) {
        say("claims", format!("{}/{}", claim.call, claim.attempt), "held", 1, 0);
    }
    for claim in overlapping(&rows.claims) {
        say("claims", format!("{}/{}", claim.call, claim.attempt), "talks", 2, 1);
    }
    for rescue in &rows.rescues {
        let Some(call) = over.get(&rescue.call) else { continue };
        let (rescuer, pickup) = taken(rescue, &rows.claims);
        let (stored, waited) = (call.rescuer.map_or(NONE, |m| m.0), call.pickup_ms.unwrap_or(NONE));
        if stored != rescuer {
            say("rescues", rescue.call.to_string(), "rescuer", stored, rescuer);
        }
        if waited != pickup {
            say("rescues", rescue.call.to_string(), "pickup_ms", waited, pickup);
        }
    }
    found
}

/// How many claims hold each member and each call right now.
fn held(claims: &[Claim]) -> BTreeMap<String, i64> {
    let mut held = BTreeMap::new();
    for claim in claims.iter().filter(|c| c.state != ClaimState::Over) {
        *held.entry(format!("member {}", claim.member)).or_insert(0) += 1;
        *held.entry(format!("call {}", claim.call)).or_insert(0) += 1;
    }
    held
}

/// Talks that began while their member talked with somebody else. A talk counts
/// for as long as its claim held him: what is told of it later is hearsay about
/// somebody who was another caller's by then.
fn overlapping(claims: &[Claim]) -> Vec<&Claim> {
    let span = |c: &&Claim| {
        let (from, told) = (c.leg.answered_at?.0, c.leg.ended_at?.0);
        let to = told.min(from + TALK_S * SECOND).min(c.lease_until.0);
        (from < to).then_some((c.member.0, from, to))
    };
    let mut talks: Vec<_> =
        claims.iter().filter_map(|c| span(&c).map(|(member, from, to)| (member, from, to, c))).collect();
    talks.sort_by_key(|(member, from, _, _)| (*member, *from));
    // Carriers tell whole seconds: touching within one is no overlap.
    let doubled = |p: &&[(i64, i64, i64, &Claim)]| p[0].0 == p[1].0 && p[1].1 + 1_000 < p[0].2;
    talks.windows(2).filter(doubled).map(|p| p[1].3).collect()
}

/// Who took the call by the legs, and how long the caller waited for him.
fn taken(rescue: &Rescue, claims: &[Claim]) -> (i64, i64) {
    let talked = rescue.ended == Some(RescueEnd::Talked);
    let own = |c: &&Claim| {
        let heard = c.leg.answered_at.is_some() || c.leg.talked == Some(true);
        c.call == rescue.call && Some(c.member) == rescue.taken_by && heard && c.leg.ended_at.is_some()
    };
    if !talked || !claims.iter().any(|c| own(&c)) {
        return (NONE, NONE);
    }
    let waited = rescue.answered_at.map_or(NONE, |at| (at.0 - rescue.asked_at.0).max(0));
    (rescue.taken_by.map_or(NONE, |m| m.0), waited)
}
