//! Wakes whoever waits on this node. It carries no data: boards read the
//! events table, so that a lost note costs a moment and never a number.

use caly_core::id::{ClientId, UserId};
use tokio::sync::broadcast;

/// What happened, in as few words as a listener needs to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// New rows in the client's events.
    Events(ClientId),
    /// The user's sessions changed: streams check theirs at once.
    Sessions(UserId),
    /// Jobs wait.
    Jobs,
}

/// The node's notice board.
#[derive(Debug, Clone)]
pub struct Bus(broadcast::Sender<Note>);

/// Listeners that fall further behind than this are told so and look anew.
const DEPTH: usize = 1024;

impl Default for Bus {
    fn default() -> Self {
        Self(broadcast::channel(DEPTH).0)
    }
}

impl Bus {
    /// Tells every listener.
    pub fn tell(&self, note: Note) {
        // Nobody listening is the normal state of a quiet server.
        let _ = self.0.send(note);
    }

    /// Listens from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Note> {
        self.0.subscribe()
    }
}
