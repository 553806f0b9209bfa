//! What became of a call, for people: what it was worth, which numbers moved.

use crate::tell::Telling;
use anyhow::Context;
use caly_core::id::MemberId;
use caly_core::scope::Scope;
use caly_core::scoring::{Prior, Sums, score, shown};
use caly_core::time::Zone;
use caly_server::app::Node;
use caly_server::clock::{Clock, SystemClock};
use caly_server::demo::Door;
use caly_store::{Call, Member, MemberFilter, Store};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// A call is counted within moments of its end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Everybody's sums, to be compared with those after the call.
pub type Standings = BTreeMap<MemberId, Sums>;

/// The sums as they stand now.
pub async fn standings(node: &Node, door: &Door) -> anyhow::Result<Standings> {
    let scope = Scope::system(door.client);
    let week = Zone::named(Zone::DEFAULT)?.week(SystemClock.now());
    let page = node.app.store.members(&scope, MemberFilter::default(), &week, None, 200).await?;
    Ok(page.items.into_iter().map(|card| (card.member.id, card.member.sums)).collect())
}

/// Tells a call that has ended, once it is counted.
pub async fn outcome(
    node: &Node,
    door: &Door,
    call_sid: &str,
    before: &Standings,
    tell: Telling,
) -> anyhow::Result<()> {
    let scope = Scope::system(door.client);
    let store = &node.app.store;
    let call = counted(store, &scope, call_sid).await?;
    let said = store.turns(&scope, call.id).await?;
    let decision = store.decision(&scope, call.id).await?;
    let prior = Prior::of(&store.sector_sums(&scope, call.sector).await?);
    let moved = match call.owner {
        Some(owner) => Some(Moved {
            member: store.member(&scope, owner).await?,
            before: before.get(&owner).copied().unwrap_or_default(),
            prior,
        }),
        None => None,
    };
    tell.say(
        "counted",
        || in_words(&call, moved.as_ref()),
        || {
            let said: Vec<_> = said.iter().map(|t| json!({ "speaker": t.speaker, "text": t.text })).collect();
            json!({ "said": said, "why": decision.as_ref().map(|d| &d.why),
            "owner": moved.as_ref().map(|m| &m.member.name), "outcome": call.outcome, "rating": call.rating,
            "handling_ms": call.handling_ms, "agent_id": call.agent.0, "day": call.day,
            "moved": moved.as_ref().map(|m| json!({ "before": m.before, "after": m.member.sums })) })
        },
    );
    Ok(())
}

/// The owner's sums before the call and after it.
struct Moved {
    member: Member,
    before: Sums,
    prior: Prior,
}

impl Moved {
    fn in_words(&self) -> String {
        let (was, is) = (self.before, self.member.sums);
        let of = |sums: &Sums| match score(sums, &self.prior).performance {
            Some(score) => format!("{:.1}", shown(score)),
            None => "no calls yet".to_owned(),
        };
        format!(
            "calls {} → {}, resolved {} of {} → {} of {}, ratings {} → {}, score {} → {}",
            was.calls,
            is.calls,
            was.successes,
            was.known,
            is.successes,
            is.known,
            was.ratings,
            is.ratings,
            of(&was),
            of(&is)
        )
    }
}

async fn counted(store: &Store, scope: &Scope, call_sid: &str) -> anyhow::Result<Call> {
    let counted = async {
        loop {
            let call = store.call_by_carrier_id(scope, call_sid).await?.context("the call left no row")?;
            if call.ended_at.is_some() && store.waiting_jobs().await? == 0 {
                return anyhow::Ok(call);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, counted).await.context("the call was not counted within ten seconds")?
}

fn in_words(call: &Call, moved: Option<&Moved>) -> String {
    let outcome = call.outcome.map_or("none", caly_core::outcome::Outcome::word);
    let rating = call.rating.map_or_else(|| "no rating".to_owned(), |r| format!("rated {r}"));
    let mut lines =
        vec![format!("\nOutcome: {outcome}, {rating}, {:.1} s of handling", call.handling_ms as f64 / 1000.0)];
    if let (Some(moved), Some(day)) = (moved, &call.day) {
        lines.push(format!("Moved:   {} (member {}): {}", moved.member.name, moved.member.id, moved.in_words()));
        lines.push(format!("         with it the assignment to agent {} and the day {day}", call.agent));
    }
    lines.join("\n")
}
