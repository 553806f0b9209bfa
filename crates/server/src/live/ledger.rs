//! Facts on their way to storage: in order, in batches of at most a second,
//! without the audio loop ever waiting for the database.

use crate::bus::Note;
use crate::finish::complete_call;
use crate::state::App;
use caly_core::call::Fact;
use caly_core::event::{Speaker, Turn};
use caly_core::id::{AgentId, CallId, TaskId};
use caly_core::outcome::EscalationReason;
use caly_core::scope::Scope;
use caly_core::time::{At, HOUR};
use caly_store::{Batch, Blank, NewFact, NewTask, StoreError, TaskKind};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Facts that may wait; a call makes a handful a minute.
const QUEUE: usize = 256;
/// Transcript turns wait at most this long for company.
const GATHER: Duration = Duration::from_millis(400);
/// Between two tries of a write while the database is away, at first and at most.
const AGAIN: Duration = Duration::from_millis(100);
const AGAIN_AT_MOST: Duration = Duration::from_secs(4);
/// An error that says nothing of the database's health is tried again so often.
const TRIES: u32 = 6;
/// The socket waits so long for the last facts; they are stored all the same.
const CLOSE: Duration = Duration::from_secs(3);
/// A task is due this long after the call asked for a person.
const DUE_MS: i64 = 24 * HOUR;

/// The inlet of one call's ledger.
pub struct Ledger {
    inlet: mpsc::Sender<(At, Fact)>,
    keeper: JoinHandle<()>,
}

struct Keeper {
    app: App,
    scope: Scope,
    call: CallId,
    caller: Option<String>,
    agent: AgentId,
    seq: i64,
    turns: i64,
    /// Where the caller's turns stand: position of the turn and of its fact.
    caller_turns: Vec<(i64, i64)>,
    /// A person was asked for and the task waits for the caller's message.
    wanted: Option<(EscalationReason, At)>,
}

impl Ledger {
    /// Opens the ledger of a call.
    #[must_use]
    pub fn open(app: App, scope: Scope, call: CallId, caller: Option<String>, agent: AgentId) -> Self {
        let (inlet, facts) = mpsc::channel(QUEUE);
        let keeper =
            Keeper { app, scope, call, caller, agent, seq: 0, turns: 0, caller_turns: Vec::new(), wanted: None };
        Self { inlet, keeper: tokio::spawn(keeper.keep(facts)) }
    }

    /// Hands over a fact; waits only when the database is far behind.
    pub async fn put(&self, at: At, fact: Fact) {
        if self.inlet.send((at, fact)).await.is_err() {
            tracing::error!("a call's ledger has closed before the call");
        }
    }

    /// Waits until everything is stored; for as long as a caller can wait.
    pub async fn close(self) {
        drop(self.inlet);
        match tokio::time::timeout(CLOSE, self.keeper).await {
            Ok(Ok(())) => {}
            Ok(Err(e)) => tracing::error!(ledger.error = %e, "a call's ledger broke; the sweeper ends the call"),
            Err(_) => tracing::warn!("the database is behind; a call's last facts follow"),
        }
    }
}

impl Keeper {
    async fn keep(mut self, mut facts: mpsc::Receiver<(At, Fact)>) {
        while let Some(first) = facts.recv().await {
            let mut batch = vec![first];
            if is_talk(&batch[0].1) {
                // Talk can wait a moment; decisions cannot.
                tokio::time::sleep(GATHER).await;
            }
            while let Ok(more) = facts.try_recv() {
                batch.push(more);
            }
            if let Err(e) = self.store(batch).await {
                tracing::warn!(call.id = %self.call, ledger.error = %e, "facts could not be stored");
            }
        }
    }

    async fn store(&mut self, facts: Vec<(At, Fact)>) -> Result<(), StoreError> {
        let now = self.app.clock.now();
        let mut batch = Batch::default();
        for (at, fact) in &facts {
            self.add(&mut batch, *at, fact)?;
        }
        if !batch.facts.is_empty() || !batch.turns.is_empty() {
            self.patiently(|| self.app.store.record(&self.scope, self.call, batch.clone(), now).boxed()).await?;
        }
        let blanks: Vec<Blank> = facts.iter().filter_map(|(_, fact)| self.blank(fact)).collect();
        if !blanks.is_empty() {
            self.patiently(|| self.app.store.blank_turns(&self.scope, self.call, blanks.clone(), now).boxed()).await?;
        }
        for (at, fact) in facts {
            self.act(at, fact).await?;
        }
        Ok(())
    }

    fn add(&mut self, batch: &mut Batch, at: At, fact: &Fact) -> Result<(), StoreError> {
        if let Fact::AgentSwitched { agent } = fact {
            self.agent = *agent;
        }
        let actor = match fact {
            Fact::Turn { speaker: Speaker::Caller, .. } | Fact::Keys { .. } | Fact::Rated { .. } => "caller".to_owned(),
            _ => format!("agent:{}", self.agent),
        };
        if let Fact::Turn { speaker, text, at } = fact {
            self.turns += 1;
            if *speaker == Speaker::Caller {
                self.caller_turns.push((self.turns, self.seq + 1));
            }
            batch.turns.push(Turn { seq: self.turns, speaker: *speaker, text: text.clone(), at: *at });
        }
        let data = serde_json::to_value(fact).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let kind = data["kind"].as_str().unwrap_or_default().to_owned();
        self.seq += 1;
        batch.facts.push(NewFact { seq: self.seq, at, actor, kind, data });
        Ok(())
    }

    /// What a fact takes out of a turn that is stored already.
    fn blank(&self, fact: &Fact) -> Option<Blank> {
        let Fact::Redacted { turn, text } = fact else { return None };
        let (turn, fact) = *self.caller_turns.get(*turn)?;
        Some(Blank { turn, fact, text: text.clone() })
    }

    /// What follows from a fact beyond its row.
    async fn act(&mut self, at: At, fact: Fact) -> Result<(), StoreError> {
        match fact {
            Fact::AgentSwitched { agent } => {
                let slug = self.app.catalogue.agent(agent).map_or("", |a| a.slug.as_str());
                self.patiently(|| self.app.store.switch_agent(&self.scope, self.call, agent, slug, at).boxed()).await?;
            }
            Fact::Escalated { reason } => {
                self.wanted = Some((reason, at));
                // Decided now, durable now; the message joins the same task.
                self.task(None, words(reason)).await?;
            }
            Fact::Message { name, text } => self.task(name, &text).await?,
            Fact::Ended { facts, rating, .. } => self.end(&facts, rating).await,
            _ => {}
        }
        Ok(())
    }

    /// One task a call: the request for a person makes it, the message the
    /// caller leaves fills it.
    async fn task(&mut self, name: Option<String>, text: &str) -> Result<(), StoreError> {
        let now = self.app.clock.now();
        let task = NewTask {
            id: TaskId(self.call.0),
            kind: TaskKind::Message,
            caller_name: name,
            caller_number: self.caller.clone(),
            text: text.to_owned(),
            due_at: now.plus(DUE_MS),
        };
        match self.wanted.take() {
            Some((reason, at)) => {
                self.patiently(|| {
                    self.app.store.escalate(&self.scope, self.call, reason, Some(task.clone()), at).boxed()
                })
                .await?;
            }
            None => {
                self.patiently(|| self.app.store.put_message(&self.scope, self.call, task.clone(), now).boxed())
                    .await?;
            }
        }
        Ok(())
    }

    async fn end(&self, facts: &caly_core::outcome::CallFacts, rating: Option<u8>) {
        let why = facts.failed.then(|| "the stream never started".to_owned());
        let complete =
            || complete_call::complete(&self.app, &self.scope, self.call, facts, rating, why.clone()).boxed();
        match self.patiently(complete).await {
            Ok(_) => self.app.bus.tell(Note::Jobs),
            Err(e) => tracing::error!(call.id = %self.call, finish.error = %e, "a call's end was not stored"),
        }
    }

    /// While the database is away, nothing of a call is given up.
    async fn patiently<'a, T>(
        &self,
        write: impl Fn() -> BoxFuture<'a, Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let (mut wait, mut tries) = (AGAIN, 1);
        loop {
            match write().await {
                Err(e) if e.is_temporary() || (matches!(e, StoreError::Database(_)) && tries < TRIES) => {
                    tries += 1;
                    tracing::warn!(call.id = %self.call, ledger.error = %e, "facts could not be stored yet");
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(AGAIN_AT_MOST);
                }
                done => return done,
            }
        }
    }
}

fn is_talk(fact: &Fact) -> bool {
    matches!(fact, Fact::Turn { .. } | Fact::Redacted { .. } | Fact::Keys { .. } | Fact::Interrupted)
}

fn words(reason: EscalationReason) -> &'static str {
    match reason {
        EscalationReason::Requested => "The caller asked for a person.",
        EscalationReason::Anger => "The caller was angry.",
        EscalationReason::Failures => "The agent could not help twice.",
        EscalationReason::Rule => "This needs a person by rule.",
        EscalationReason::Degraded => "The agent could not hear or speak.",
    }
}
