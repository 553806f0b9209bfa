//! Who acts, for which client, with which role. Every store method takes one.

use crate::id::{ChannelId, ClientId, MemberId, SessionId, UserId};
use crate::member::Role;
use serde::{Deserialize, Serialize};

/// The right to act inside one client. There is no way to read a client's
/// rows without one, and none carries two clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The client whose rows are seen.
    pub client: ClientId,
    /// Who acts.
    pub actor: Actor,
}

/// Who acts inside a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// A person who is logged in.
    Person {
        /// The login.
        user: UserId,
        /// The person in this client.
        member: MemberId,
        /// The role at the time of the request.
        role: Role,
    },
    /// A program with an API key.
    Key {
        /// The login of whoever made the key.
        user: UserId,
        /// That person in this client.
        member: MemberId,
        /// The lesser of the key's role and the person's role right now.
        role: Role,
        /// The key.
        key: SessionId,
    },
    /// A carrier, by the hook key of a channel.
    Carrier(ChannelId),
    /// Caly itself: jobs, the sweeper, the demo.
    System,
}

impl Scope {
    /// Caly's own scope for a client's jobs.
    #[must_use]
    pub fn system(client: ClientId) -> Self {
        Self { client, actor: Actor::System }
    }

    /// The login, if a person or his key acts.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match self.actor {
            Actor::Person { user, .. } | Actor::Key { user, .. } => Some(user),
            Actor::Carrier(_) | Actor::System => None,
        }
    }

    /// The role, if a person or his key acts.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        match self.actor {
            Actor::Person { role, .. } | Actor::Key { role, .. } => Some(role),
            Actor::Carrier(_) | Actor::System => None,
        }
    }

    /// The person, if he or his key acts.
    #[must_use]
    pub fn member(&self) -> Option<MemberId> {
        match self.actor {
            Actor::Person { member, .. } | Actor::Key { member, .. } => Some(member),
            Actor::Carrier(_) | Actor::System => None,
        }
    }

    /// Whether the person may see the whole team's rows (owner, manager,
    /// supervisor). Caly itself may.
    #[must_use]
    pub fn sees_team(&self) -> bool {
        !matches!(self.role(), Some(Role::Member))
    }

    /// The word for audit rows: `member:7`, `member:7 key:<id>`, `carrier:1` or
    /// `system`.
    #[must_use]
    pub fn actor_word(&self) -> String {
        match &self.actor {
            Actor::Person { member, .. } => format!("member:{member}"),
            Actor::Key { member, key, .. } => format!("member:{member} key:{key}"),
            Actor::Carrier(channel) => format!("carrier:{channel}"),
            Actor::System => "system".to_owned(),
        }
    }
}
