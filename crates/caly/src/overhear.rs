//! What Caly itself hears, says and decides while a call runs, told as it is
//! stored: the caller's side of the line knows only its own words.

use crate::tell::Telling;
use caly_core::event::{Event, Speaker, Turn};
use caly_core::id::CallId;
use caly_core::scope::Scope;
use caly_server::app::Node;
use caly_store::{Call, Store, StoreError};
use serde_json::json;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

/// A lost note costs a moment.
const LOOK: Duration = Duration::from_millis(500);

/// Follows one client's events for one call.
pub struct Overhearing {
    node: Node,
    scope: Scope,
    call_sid: String,
    call: Option<CallId>,
    after: i64,
    tell: Telling,
}

impl Overhearing {
    /// From now on, for the call with this id of the carrier's.
    pub async fn begin(node: &Node, scope: Scope, call_sid: String, tell: Telling) -> Result<Self, StoreError> {
        let after = node.app.store.last_event(&scope).await?;
        Ok(Self { node: node.clone(), scope, call_sid, call: None, after, tell })
    }

    /// Tells what comes until `over`, and then what is still left.
    pub async fn follow(mut self, over: CancellationToken) -> Result<(), StoreError> {
        let mut committed = self.node.app.store.committed();
        loop {
            let last = over.is_cancelled();
            self.look().await?;
            if last {
                return Ok(());
            }
            tokio::select! {
                () = over.cancelled() => {}
                () = tokio::time::sleep(LOOK) => {}
                note = committed.recv() => match note {
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return Ok(()),
                },
            }
        }
    }

    async fn look(&mut self) -> Result<(), StoreError> {
        let events = self.node.app.store.events(&self.scope, self.after, 200).await?;
        self.after = events.items.last().map_or(self.after, |event| event.id);
        if events.reset {
            self.after = events.last;
        }
        for stored in events.items {
            self.one(&stored.event).await?;
        }
        Ok(())
    }

    async fn one(&mut self, event: &Event) -> Result<(), StoreError> {
        match event {
            Event::CallStarted { call_id, .. } if self.call.is_none() => {
                let store = &self.node.app.store;
                let call = store.call_by_carrier_id(&self.scope, &self.call_sid).await?;
                if let Some(call) = call.filter(|call| call.id == *call_id) {
                    self.call = Some(call.id);
                    let owner = owner(store, &self.scope, &call).await?;
                    self.tell.say("owner", || format!("  owner   {owner}"), || json!({ "owner": owner }));
                }
            }
            Event::CallTurn { call_id, turns, .. } if self.is(*call_id) => {
                for turn in turns {
                    self.tell.say("turn", || words(turn), || json!({ "speaker": turn.speaker, "text": turn.text }));
                }
            }
            Event::AgentSwitched { call_id, agent_id, .. } if self.is(*call_id) => {
                let agent = self.node.app.catalogue.agent(*agent_id);
                let name = agent.map_or_else(|| agent_id.to_string(), |agent| agent.name.clone());
                self.tell.say("agent", || format!("  agent   {name} goes on"), || json!({ "agent_id": agent_id.0 }));
            }
            Event::CallEscalated { call_id, reason, .. } if self.is(*call_id) => {
                let why = || format!("  agent   asks for a person ({})", reason.word().replace('_', " "));
                self.tell.say("escalated", why, || json!({ "reason": reason }));
            }
            _ => {}
        }
        Ok(())
    }

    fn is(&self, call: CallId) -> bool {
        self.call == Some(call)
    }
}

async fn owner(store: &Store, scope: &Scope, call: &Call) -> Result<String, StoreError> {
    let why = store.decision(scope, call.id).await?.map_or_else(String::new, |decision| decision.why);
    Ok(match call.owner {
        Some(owner) => format!("{}: {why}", store.member(scope, owner).await?.name),
        None => format!("nobody: {why}"),
    })
}

/// The caller's words as they were understood, so that a misheard one shows.
fn words(turn: &Turn) -> String {
    let who = match turn.speaker {
        Speaker::Caller => "heard",
        Speaker::Agent => "agent",
        Speaker::Member => "member",
    };
    format!("  {who:<7} “{}”", turn.text)
}
