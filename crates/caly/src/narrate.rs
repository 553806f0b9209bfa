//! What became of a call, for people: who said what, who owned it and why,
//! what it was worth, which numbers moved.

use crate::tell::Telling;
use anyhow::Context;
use caly_core::event::{Speaker, Turn};
use caly_core::scope::Scope;
use caly_server::app::Node;
use caly_server::demo::Door;
use caly_store::{Call, Member, Store};
use serde_json::json;
use std::time::Duration;

/// A call is counted within moments of its end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tells a call that has ended, once it is counted.
pub async fn outcome(node: &Node, door: &Door, call_sid: &str, tell: Telling) -> anyhow::Result<()> {
    let scope = Scope::system(door.client);
    let store = &node.app.store;
    let call = counted(store, &scope, call_sid).await?;
    let turns = store.turns(&scope, call.id).await?;
    let decision = store.decision(&scope, call.id).await?;
    let member = match call.owner {
        Some(owner) => Some(store.member(&scope, owner).await?),
        None => None,
    };
    tell.say(
        "counted",
        || in_words(&call, &turns, decision.as_ref().map(|d| d.why.as_str()), member.as_ref()),
        || {
            let said: Vec<_> = turns.iter().map(|t| json!({ "speaker": t.speaker, "text": t.text })).collect();
            json!({ "said": said, "why": decision.as_ref().map(|d| &d.why), "owner": member.as_ref().map(|m| &m.name),
                "outcome": call.outcome, "rating": call.rating, "handling_ms": call.handling_ms, "agent_id": call.agent.0,
                "day": call.day })
        },
    );
    Ok(())
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

fn in_words(call: &Call, turns: &[Turn], why: Option<&str>, member: Option<&Member>) -> String {
    let mut lines = vec!["\nWhat was said:".to_owned()];
    for turn in turns {
        let who = match turn.speaker {
            Speaker::Caller => "caller",
            Speaker::Agent => "agent",
            Speaker::Member => "member",
        };
        lines.push(format!("  {who:<7} {}", turn.text));
    }
    lines.extend(why.map(|why| format!("Owner:   {why}")));
    let outcome = call.outcome.map_or("none", caly_core::outcome::Outcome::word);
    let rating = call.rating.map_or_else(|| "no rating".to_owned(), |r| format!("rated {r}"));
    lines.push(format!("Outcome: {outcome}, {rating}, {:.1} s of handling", call.handling_ms as f64 / 1000.0));
    if let (Some(member), Some(day)) = (member, &call.day) {
        lines.push(format!("Moved:   {} (member {}), agent {}, the day {day}", member.name, member.id, call.agent));
    }
    lines.join("\n")
}
