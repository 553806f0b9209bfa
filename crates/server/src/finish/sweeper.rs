//! Ends what nobody else will: calls whose stream never came, calls whose node
//! died, tasks whose time ran out; and forgets events that were kept long
//! enough. Needs no carrier.

use super::{complete_call, reconcile, recover, rescue};
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
use tokio_util::sync::CancellationToken;

/// How often a node says that it lives, and looks.
const EVERY: Duration = Duration::from_secs(5);
/// A node that has not said so for this long is dead.
const DEAD_MS: i64 = 30 * SECOND;
/// Events are replayed for this long.
const KEPT_MS: i64 = 10 * MINUTE;
/// Sessions and links that are over are kept for this long; names of dead
/// nodes as well.
const LOGINS_KEPT_MS: i64 = 7 * DAY;

/// Sweeps until stopped.
pub async fn work(app: App, tel: Arc<Telephony>, stop: CancellationToken) {
    let mut own = Beats::default();
    loop {
        let now = app.clock.now();
        let round = round(&app, &tel.node, own.judges_others(now)).await;
        if round.is_ok() {
            own.last = Some(now);
        }
        let swept = [round, lost_sockets(&app, &tel).await, reconcile::overdue(&app, &tel).await];
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
struct Beats {
    last: Option<At>,
    back: Option<At>,
}

impl Beats {
    fn judges_others(&mut self, now: At) -> bool {
        if self.last.is_some_and(|last| now.since(last) > DEAD_MS) {
            self.back = Some(now);
        }
        self.back.is_none_or(|back| now.since(back) > DEAD_MS)
    }
}

/// One round over every client.
///
/// # Errors
/// When the database does not answer; what was done stays done.
pub async fn sweep(app: &App, node: &str) -> Result<(), StoreError> {
    round(app, node, true).await
}

async fn round(app: &App, node: &str, judges_others: bool) -> Result<(), StoreError> {
    let now = app.clock.now();
    app.store.beat(node, now).await?;
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
    if facts.asked_for_person.is_some() && !facts.task_made {
        if let Some((looking, _)) = app.store.rescue(scope, call.id).await? {
            rescue::call_back(app, scope, call, &looking, RescueEnd::Nobody).await?;
        }
        // Without a row of the looking, the end makes it.
        facts.task_made = true;
    }
    complete_call::complete(app, scope, call.id, &facts, rating, Some("the audio socket was lost".into()))
        .await
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_was_away_himself_takes_nobody_for_dead_at_once() {
        let mut own = Beats::default();
        let at = |seconds: i64| At(0).plus(seconds * SECOND);
        assert!(own.judges_others(at(0)), "after a start what lies there has no other to end it");
        own.last = Some(at(0));
        assert!(own.judges_others(at(5)));
        own.last = Some(at(5));
        // The database was away for a minute.
        assert!(!own.judges_others(at(65)));
        own.last = Some(at(65));
        for second in (70..=95).step_by(5) {
            assert!(!own.judges_others(at(second)), "{second}");
            own.last = Some(at(second));
        }
        assert!(own.judges_others(at(100)));
    }
}
