//! Facts on their way to storage: in order, in batches of at most a second,
//! without the audio loop ever waiting for the database.

use crate::bus::Note;
use crate::finish::{complete_call, rescue};
use crate::live::house::House;
use crate::live::registry::Seat;
use crate::state::App;
use caly_core::call::Fact;
use caly_core::event::{Speaker, Turn};
use caly_core::id::{AgentId, CallId, TaskId};
use caly_core::outcome::EscalationReason;
use caly_core::rescue::RescueEnd;
use caly_core::scope::Scope;
use caly_core::time::At;
use caly_store::{Batch, Blank, NewFact, NewTask, StoreError, TaskKind};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Facts that may wait; a call makes a handful a minute.
const QUEUE: usize = 256;
/// Transcript turns wait at most this long for company.
const GATHER: Duration = Duration::from_millis(400);
/// A database that is away, full or busy is asked again for so long, with
/// pauses that grow to [`LONGEST_PAUSE`]; then the sweeper ends the call from
/// what was stored.
const PATIENCE: Duration = Duration::from_mins(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// An error that says nothing of the database's health is tried so often.
const TRIES: u32 = 6;
/// The caller does not wait longer than this for the database at the end; the
/// flow's next hook branches safely without it.
const AT_THE_END: Duration = Duration::from_secs(3);

/// The inlet of one call's ledger.
pub struct Ledger {
    /// Boxed: a channel keeps room for 32 values, and a fact is half a kilobyte.
    inlet: mpsc::Sender<Box<(At, Fact)>>,
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
    /// Why a person was asked for.
    reason: Option<EscalationReason>,
}

impl Ledger {
    /// Opens the ledger of a call.
    #[must_use]
    pub fn open(app: App, scope: Scope, call: CallId, caller: Option<String>, agent: AgentId) -> Self {
        let (inlet, facts) = mpsc::channel(QUEUE);
        let keeper = Keeper {
            app,
            scope,
            call,
            caller,
            agent,
            seq: 0,
            turns: 0,
            caller_turns: Vec::new(),
            wanted: None,
            reason: None,
        };
        Self { inlet, keeper: tokio::spawn(keeper.keep(facts)) }
    }

    /// Hands over a fact; waits only when the database is far behind.
    pub async fn put(&self, at: At, fact: Fact) {
        if self.inlet.send(Box::new((at, fact))).await.is_err() {
            tracing::error!("a call's ledger has closed before the call");
        }
    }

    /// Waits until everything is stored, but not for a database that is away:
    /// then the rest is stored behind the caller's back. The seat says until
    /// then that this node still has the call.
    pub async fn close(self, seat: Seat) {
        drop(self.inlet);
        let kept = tokio::spawn(async move {
            if let Err(e) = self.keeper.await {
                tracing::error!(ledger.error = %e, "a call's ledger broke; the sweeper ends the call");
            }
            drop(seat);
        });
        if tokio::time::timeout(AT_THE_END, kept).await.is_err() {
            tracing::warn!("a call's end waits for the database");
        }
    }
}

impl Keeper {
    async fn keep(mut self, mut facts: mpsc::Receiver<Box<(At, Fact)>>) {
        while let Some(first) = facts.recv().await {
            let mut batch = vec![*first];
            // Talk can wait a moment for company; decisions and the end cannot.
            let until = tokio::time::Instant::now() + GATHER;
            while is_talk(&batch[batch.len() - 1].1) {
                let Ok(Some(more)) = tokio::time::timeout_at(until, facts.recv()).await else { break };
                batch.push(*more);
            }
            while let Ok(more) = facts.try_recv() {
                batch.push(*more);
            }
            // Boxed: most of a call it only waits, and what storing needs is large.
            if let Err(e) = Box::pin(self.store(batch)).await {
                tracing::error!(call.id = %self.call, ledger.error = %e, "facts could not be stored");
            }
        }
    }

    /// Everything is tried, whatever became of what stood before it: an end
    /// must not be lost with a line of the transcript.
    async fn store(&mut self, facts: Vec<(At, Fact)>) -> Result<(), StoreError> {
        let now = self.app.clock.now();
        let mut batch = Batch::default();
        for (at, fact) in &facts {
            self.add(&mut batch, *at, fact)?;
        }
        let mut result = Ok(());
        if !batch.facts.is_empty() || !batch.turns.is_empty() {
            result = patiently(|| self.app.store.record(&self.scope, self.call, batch.clone(), now)).await;
        }
        let blanks: Vec<Blank> = facts.iter().filter_map(|(_, fact)| self.blank(fact)).collect();
        if !blanks.is_empty() {
            let blank = || self.app.store.blank_turns(&self.scope, self.call, blanks.clone(), now);
            result = result.and(patiently(blank).await);
        }
        for (at, fact) in facts {
            result = result.and(self.act(at, fact).await);
        }
        result
    }

    fn add(&mut self, batch: &mut Batch, at: At, fact: &Fact) -> Result<(), StoreError> {
        if let Fact::AgentSwitched { agent } = fact {
            self.agent = *agent;
        }
        if let Fact::Turn { speaker, text, at } = fact {
            self.turns += 1;
            if *speaker == Speaker::Caller {
                self.caller_turns.push((self.turns, self.seq + 1));
            }
            batch.turns.push(Turn { seq: self.turns, speaker: *speaker, text: text.clone(), at: *at });
        }
        self.seq += 1;
        batch.facts.push(row(self.seq, at, self.agent, fact)?);
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
                patiently(|| self.app.store.switch_agent(&self.scope, self.call, agent, slug, at)).await?;
            }
            Fact::Escalated { reason, seeks: false } => {
                self.wanted = Some((reason, at));
                self.reason = Some(reason);
                // Decided now, durable now; the message joins the same task.
                self.task(TaskKind::Message, None, words(reason)).await?;
            }
            Fact::Escalated { reason, seeks: true } => {
                self.reason = Some(reason);
                patiently(|| self.app.store.escalate(&self.scope, self.call, reason, None, at)).await?;
            }
            Fact::Unreached { callback } => {
                let kind = if callback { TaskKind::Callback } else { TaskKind::Message };
                self.task(kind, None, self.reason.map_or("The caller wanted a person.", words)).await?;
                if callback {
                    let end = || self.app.store.end_rescue(&self.scope, self.call, RescueEnd::Callback, None, at);
                    patiently(end).await?;
                }
            }
            Fact::Message { name, text } => self.task(TaskKind::Message, name, &text).await?,
            Fact::Ended { facts, .. } if facts.to_person => self.hand_off(at).await?,
            Fact::Ended { facts, rating, .. } => self.end(&facts, rating).await?,
            _ => {}
        }
        Ok(())
    }

    /// One task a call: the request for a person makes it, the message the
    /// caller leaves fills it.
    async fn task(&mut self, kind: TaskKind, name: Option<String>, text: &str) -> Result<(), StoreError> {
        let now = self.app.clock.now();
        let task = NewTask {
            id: TaskId(self.call.0),
            kind,
            caller_name: name,
            caller_number: self.caller.clone(),
            text: text.to_owned(),
            due_at: House::read_or_default(&self.app, &self.scope).await.due(now, rescue::TASK_DUE_MS),
        };
        match self.wanted.take() {
            Some((reason, at)) => {
                patiently(|| self.app.store.escalate(&self.scope, self.call, reason, Some(task.clone()), at)).await?;
            }
            None => {
                patiently(|| self.app.store.put_message(&self.scope, self.call, task.clone(), now)).await?;
            }
        }
        Ok(())
    }

    /// The agent's part is stored; the human leg ends the call. It may have
    /// ended already: hooks do not wait for us.
    async fn hand_off(&self, at: At) -> Result<(), StoreError> {
        patiently(|| self.app.store.hand_off(&self.scope, self.call, at)).await?;
        patiently(|| rescue::settle(&self.app, &self.scope, self.call)).await
    }

    async fn end(&self, facts: &caly_core::outcome::CallFacts, rating: Option<u8>) -> Result<(), StoreError> {
        let why = facts.failed.then(|| "the stream never started".to_owned());
        let end =
            || complete_call::complete_with_agent(&self.app, &self.scope, self.call, facts, rating, why.clone(), None);
        match patiently(end).await {
            // The flow was faster: a person is dialled or talks.
            Err(StoreError::Stale { .. }) => self.hand_off(facts.ended_at).await?,
            done => drop(done?),
        }
        self.app.bus.tell(Note::Jobs);
        Ok(())
    }
}

/// A fact as it is stored, with who did it: the caller, or the agent that talks.
pub(crate) fn row(seq: i64, at: At, agent: AgentId, fact: &Fact) -> Result<NewFact, StoreError> {
    let actor = match fact {
        Fact::Turn { speaker: Speaker::Caller, .. } | Fact::Keys { .. } | Fact::Rated { .. } => "caller".to_owned(),
        _ => format!("agent:{agent}"),
    };
    let data = serde_json::to_value(fact).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    let kind = data["kind"].as_str().unwrap_or_default().to_owned();
    Ok(NewFact { seq, at, actor, kind, data })
}

/// Asks again while the database says "not now".
async fn patiently<T, F>(ask: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let (mut waited, mut pause, mut tries) = (Duration::ZERO, Duration::from_millis(100), 1);
    loop {
        match ask().await {
            Err(e) if again(&e, waited, tries) => {
                tries += 1;
                tracing::warn!(ledger.error = %e, "a call's facts wait for the database");
                tokio::time::sleep(pause).await;
                waited += pause;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            other => return other,
        }
    }
}

fn again(e: &StoreError, waited: Duration, tries: u32) -> bool {
    waited < PATIENCE && (e.is_temporary() || (matches!(e, StoreError::Database(_)) && tries < TRIES))
}

fn is_talk(fact: &Fact) -> bool {
    matches!(fact, Fact::Turn { .. } | Fact::Redacted { .. } | Fact::Keys { .. } | Fact::Interrupted)
}

pub(crate) fn words(reason: EscalationReason) -> &'static str {
    match reason {
        EscalationReason::Requested => "The caller asked for a person.",
        EscalationReason::Anger => "The caller was angry.",
        EscalationReason::Failures => "The agent could not help twice.",
        EscalationReason::Rule => "This needs a person by rule.",
        EscalationReason::Degraded => "The agent could not hear or speak.",
    }
}
