//! Asks the store for a person, again and again while the caller waits: each
//! time keeps the place in the queue, and a change on any node is seen at the
//! next look.

use crate::bus::Note;
use crate::state::App;
use caly_core::call::Found;
use caly_core::id::CallId;
use caly_core::scope::Scope;
use caly_store::Sought;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// A note that was missed, or another node's change, costs at most this.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Between two looks at least: every claim of the client wakes every waiter.
const BREATH: Duration = Duration::from_millis(100);

/// Looks until there is an answer that stands, or nobody listens: `tell` is
/// given what is found, and whether to go on.
pub async fn seek(app: App, scope: Scope, call: CallId, tell: impl AsyncFn(Found) -> bool) {
    let mut notes = app.bus.listen();
    let mut last = None;
    loop {
        let found = match app.store.seek_person(&scope, call, app.chance.seed(), app.clock.now()).await {
            Ok(Sought::Claimed(claim)) => Found::Person(claim.member),
            Ok(Sought::Waiting { ahead }) => Found::Queue { ahead },
            Ok(Sought::Nobody) => Found::Nobody,
            Err(e) if e.is_temporary() => {
                // The call gives up by itself when nothing comes.
                tracing::warn!(call.id = %call, rescue.error = %e, "a person could not be looked for; trying again");
                tokio::time::sleep(LOOK_AGAIN).await;
                continue;
            }
            Err(e) => {
                tracing::warn!(call.id = %call, rescue.error = %e, "a person cannot be looked for");
                Found::Nobody
            }
        };
        if last != Some(found) && !tell(found).await {
            return;
        }
        last = Some(found);
        if !matches!(found, Found::Queue { .. }) {
            return;
        }
        tokio::time::sleep(BREATH).await;
        let _ = tokio::time::timeout(LOOK_AGAIN, a_change(&mut notes, &scope)).await;
    }
}

/// Somebody of this client may have become free.
async fn a_change(notes: &mut Receiver<Note>, scope: &Scope) {
    loop {
        match notes.recv().await {
            Ok(Note::Events(client)) if client == scope.client => return,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
