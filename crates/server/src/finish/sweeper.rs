//! Ends what nobody else will: calls whose stream never came, calls whose node
//! died, tasks whose time ran out; and forgets events that were kept long
//! enough. Needs no carrier.

use super::{complete_call, recover, rescue};
use crate::live::Telephony;
use crate::state::App;
use caly_core::id::{CallId, ClientId};
use caly_core::outcome::{CallFacts, EndedBy};
use caly_core::rescue::RescueEnd;
use caly_core::scope::Scope;
use caly_core::time::{At, DAY, MINUTE, SECOND};
use caly_store::{Call, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often a node says that it lives, and looks.
pub(super) const EVERY: Duration = Duration::from_secs(5);
/// A node that has not said so for this long is dead.
const DEAD_MS: i64 = 30 * SECOND;
/// A node that could not say so for this long judges nobody: where that is
/// everybody's trouble, the others' last word is some seconds older than its own.
const AWAY_MS: i64 = 15 * SECOND;
/// Events are replayed for this long.
const KEPT_MS: i64 = 10 * MINUTE;
/// Sessions and links that are over are kept for this long; names of dead
/// nodes as well.
const LOGINS_KEPT_MS: i64 = 7 * DAY;

/// Says that this node lives, until stopped. A task of its own: whatever keeps
/// the node's other work waiting, other nodes must not take it for dead and end
/// the calls that it carries.
pub async fn beat(app: App, node: String, own: Arc<Beats>, stop: CancellationToken) {
    loop {
        let now = app.clock.now();
        match app.store.beat(&node, now).await {
            Ok(()) => own.beaten(now),
            Err(e) => tracing::warn!(beat.error = %e, "this node cannot say that it lives; trying again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Sweeps until stopped.
pub async fn work(app: App, tel: Arc<Telephony>, own: Arc<Beats>, stop: CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => return,
        () = own.first() => {}
    }
    loop {
        let judges_others = own.judges_others(app.clock.now());
        let swept = [round(&app, judges_others).await, lost_sockets(&app, &tel).await];
        for e in swept.into_iter().filter_map(Result::err) {
            tracing::warn!(sweep.error = %e, "the sweeper could not finish; it comes again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// What cannot be dealt with is told and left, and the rest goes on: one bad
/// row is nobody else's. Only a database that cannot just now ends the round.
pub(super) fn go_on<T>(
    client: ClientId,
    call: Option<CallId>,
    done: Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(e) if e.is_temporary() => Err(e),
        Err(e) => {
            let call = call.map(|id| id.to_string());
            tracing::error!(client.id = %client, call.id = call, sweep.error = %e, "left as it is; the others go on");
            Ok(None)
        }
    }
}

/// When this node could last say that it lives. While the database was away
/// nobody could: whoever comes back first gives the others their time to say
/// so, before he takes their silence for death and ends their calls.
#[derive(Debug, Default)]
pub struct Beats(watch::Sender<Said>);

#[derive(Debug, Default, Clone, Copy)]
struct Said {
    last: Option<At>,
    /// The first time again after an absence.
    back: Option<At>,
}

impl Beats {
    fn beaten(&self, now: At) {
        self.0.send_modify(|said| {
            if said.last.is_some_and(|last| now.since(last) > AWAY_MS) {
                said.back = Some(now);
            }
            said.last = Some(now);
        });
    }

    /// Until it was said once: before, nobody is judged. Where it cannot be
    /// said, the rest is looked at all the same.
    async fn first(&self) {
        let mut said = self.0.subscribe();
        // An error is the time that passed: there is a sender, this one.
        drop(tokio::time::timeout(EVERY, said.wait_for(|said| said.last.is_some())).await);
    }

    /// After a start at once: what lies there has no other to end it.
    fn judges_others(&self, now: At) -> bool {
        let said = *self.0.borrow();
        said.last.is_some_and(|last| now.since(last) <= AWAY_MS)
            && said.back.is_none_or(|back| now.since(back) > DEAD_MS)
    }
}

/// One round over every client, by a node that lives.
///
/// # Errors
/// When the database does not answer; what was done stays done.
pub async fn sweep(app: &App, node: &str) -> Result<(), StoreError> {
    app.store.beat(node, app.clock.now()).await?;
    round(app, true).await
}

async fn round(app: &App, judges_others: bool) -> Result<(), StoreError> {
    let now = app.clock.now();
    app.store.prune_stream_tokens(now.plus(-KEPT_MS)).await?;
    app.store.prune_logins(now.plus(-LOGINS_KEPT_MS)).await?;
    app.store.prune_nodes(now.plus(-LOGINS_KEPT_MS)).await?;
    for client in app.store.clients().await? {
        let scope = Scope::system(client.id);
        let never = app.store.streams_that_never_came(&scope, now).await;
        for call in go_on(client.id, None, never)?.unwrap_or_default() {
            go_on(client.id, Some(call.id), never_came(app, &scope, &call, client.is_demo, now).await)?;
        }
        if judges_others {
            let orphaned = app.store.orphaned_calls(&scope, now.plus(-DEAD_MS)).await;
            for call in go_on(client.id, None, orphaned)?.unwrap_or_default() {
                go_on(client.id, Some(call.id), end(app, &scope, &call, client.is_demo, now).await)?;
            }
        }
        go_on(client.id, None, app.store.expire_claims(&scope, now).await)?;
        go_on(client.id, None, app.store.expire_tasks(&scope, now).await)?;
        go_on(client.id, None, app.store.prune_events(&scope, now.plus(-KEPT_MS)).await)?;
    }
    Ok(())
}

/// Calls that this node should have and does not: their end could not be
/// stored in its time, or their task broke.
///
/// # Errors
/// When the database does not answer; what was done stays done.
pub async fn lost_sockets(app: &App, tel: &Telephony) -> Result<(), StoreError> {
    let now = app.clock.now();
    for client in app.store.clients().await? {
        let scope = Scope::system(client.id);
        let open = app.store.open_calls_of(&scope, &tel.node, now.plus(-DEAD_MS)).await;
        let open = go_on(client.id, None, open)?.unwrap_or_default();
        for call in open.iter().filter(|call| !tel.registry.holds(call.id)) {
            go_on(client.id, Some(call.id), end(app, &scope, call, client.is_demo, now).await)?;
        }
    }
    Ok(())
}

/// After a start: what the dead run before it held is ended at once.
///
/// # Errors
/// When the database does not answer.
pub async fn after_start(app: &App, node: &str) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let mut ended = 0;
    for client in app.store.clients().await? {
        let scope = Scope::system(client.id);
        loop {
            let open = app.store.open_calls_of(&scope, node, now).await;
            let mut moved = 0;
            for call in go_on(client.id, None, open)?.unwrap_or_default() {
                let end = end(app, &scope, &call, client.is_demo, now).await;
                moved += usize::from(go_on(client.id, Some(call.id), end)?.is_some());
            }
            ended += moved;
            if moved == 0 {
                break;
            }
        }
    }
    Ok(ended)
}

async fn never_came(app: &App, scope: &Scope, call: &Call, is_demo: bool, now: At) -> Result<(), StoreError> {
    let channel = app.store.channel(scope, call.channel).await?;
    let mut facts = CallFacts::new(channel.kind, EndedBy::Sweeper, now);
    facts.is_demo = is_demo;
    facts.failed = true;
    let why = "the carrier never opened the audio stream".to_owned();
    match complete_call::complete_unstreamed(app, scope, call.id, &facts, why).await {
        // It came after we looked.
        Err(StoreError::Stale { .. }) => Ok(()),
        done => done.map(drop),
    }
}

async fn end(app: &App, scope: &Scope, call: &Call, is_demo: bool, now: At) -> Result<(), StoreError> {
    let channel = app.store.channel(scope, call.channel).await?;
    let stored = app.store.facts(scope, call.id).await?;
    let (mut facts, rating) = recover::facts(call, channel.kind, is_demo, &stored, now);
    if facts.to_person {
        // Its own end was stored, and only the handing over was not.
        app.store.hand_off(scope, call.id, facts.ended_at).await?;
        return rescue::settle(app, scope, call.id).await;
    }
    let mut owed = None;
    if facts.asked_for_person.is_some() && !facts.task_made {
        if let Some((looking, _)) = app.store.rescue(scope, call.id).await? {
            // With the end itself, which may be refused.
            owed = Some(rescue::owed(app, scope, call, &looking, RescueEnd::Nobody).await?);
        }
        // Without a row of the looking, the end finds its own words for it.
        facts.task_made = true;
    }
    let why = Some("the audio socket was lost".to_owned());
    match complete_call::complete_with_agent(app, scope, call.id, &facts, rating, why, owed).await {
        Err(StoreError::Stale { .. }) => {
            // A person has the line since we looked: his leg ends the call.
            app.store.hand_off(scope, call.id, facts.ended_at).await?;
            rescue::settle(app, scope, call.id).await
        }
        done => done.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_was_away_himself_takes_nobody_for_dead_at_once() {
        let own = Beats::default();
        let at = |seconds: i64| At(0).plus(seconds * SECOND);
        assert!(!own.judges_others(at(0)), "who has not said that he lives");
        own.beaten(at(0));
        assert!(own.judges_others(at(0)), "after a start what lies there has no other to end it");
        own.beaten(at(5));
        assert!(own.judges_others(at(9)));
        // The database was away for a minute. Whichever comes first when it is
        // back, the beat or the sweep: nobody is judged.
        assert!(own.judges_others(at(20)));
        assert!(!own.judges_others(at(21)));
        assert!(!own.judges_others(at(65)));
        own.beaten(at(65));
        for second in (65..=95).step_by(5) {
            assert!(!own.judges_others(at(second)), "{second}");
            own.beaten(at(second));
        }
        assert!(own.judges_others(at(96)));
    }
}
