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
    loop {
        let swept =
            [sweep(&app, &tel.node).await, lost_sockets(&app, &tel).await, reconcile::overdue(&app, &tel).await];
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

/// One round over every client.
///
/// # Errors
/// When the database does not answer; what was done stays done.
pub async fn sweep(app: &App, node: &str) -> Result<(), StoreError> {
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
        let orphaned = app.store.orphaned_calls(&scope, now.plus(-DEAD_MS)).await;
        for call in go_on(client.id, None, orphaned)?.unwrap_or_default() {
            go_on(client.id, Some(call.id), end(app, &scope, &call, client.is_demo, now).await)?;
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
    let why = Some("the carrier never opened the audio stream".to_owned());
    complete_call::complete(app, scope, call.id, &facts, None, why).await.map(drop)
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
