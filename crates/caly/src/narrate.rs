//! What became of a call, for people: who said what, who owned it and why,
//! what it was worth, which numbers moved.

use anyhow::Context;
use caly_core::event::Speaker;
use caly_core::scope::Scope;
use caly_server::app::Node;
use caly_server::demo::Door;
use std::time::Duration;

/// A call is counted within moments of its end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Prints a call that has ended, once it is counted.
pub async fn outcome(node: &Node, door: &Door, call_sid: &str) -> anyhow::Result<()> {
    let scope = Scope::system(door.client);
    let store = &node.app.store;
    let counted = async {
        loop {
            let call = store.call_by_carrier_id(&scope, call_sid).await?.context("the call left no row")?;
            if call.ended_at.is_some() && store.waiting_jobs().await? == 0 {
                return anyhow::Ok(call);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let call =
        tokio::time::timeout(PATIENCE, counted).await.context("the call was not counted within ten seconds")??;
    eprintln!("\nWhat was said:");
    for turn in store.turns(&scope, call.id).await? {
        let who = match turn.speaker {
            Speaker::Caller => "caller",
            Speaker::Agent => "agent",
            Speaker::Member => "member",
        };
        eprintln!("  {who:<7} {}", turn.text);
    }
    if let Some(decision) = store.decision(&scope, call.id).await? {
        eprintln!("Owner:   {}", decision.why);
    }
    let outcome = call.outcome.map_or("none", caly_core::outcome::Outcome::word);
    let rating = call.rating.map_or_else(|| "no rating".to_owned(), |r| format!("rated {r}"));
    eprintln!("Outcome: {outcome}, {rating}, {:.1} s of handling", call.handling_ms as f64 / 1000.0);
    if let Some(owner) = call.owner {
        let member = store.member(&scope, owner).await?;
        eprintln!(
            "Moved:   {} (member {owner}), agent {}, the day {}",
            member.name,
            call.agent,
            call.day.context("no day")?
        );
    }
    Ok(())
}
