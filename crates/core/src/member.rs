//! People: roles, states and availability.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word in storage and on the wire.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// Reads the word of storage and wire; `None` for any other.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What a person may do. The wire word of [`Role::Member`] is `agent`: the
    /// one place where a person is called so, because clients of the API send it.
    Role {
        /// Everything.
        Owner = "owner",
        /// All but vault values, API keys and whatever touches an owner.
        Manager = "manager",
        /// Reads the team; writes availability, assignments, outcomes, tasks.
        Supervisor = "supervisor",
        /// Reads self, own calls, tasks and performance.
        Member = "agent",
    }
}
words! {
    /// Where a person stands in the team.
    MemberStatus {
        /// Asked to join; has no login yet and is never eligible for calls.
        Invited = "invited",
        /// Works here.
        Active = "active",
        /// Left or paused; everything is kept.
        Inactive = "inactive",
    }
}
words! {
    /// What a person says of himself right now.
    Availability {
        /// Ready to be dialled.
        Available = "available",
        /// Working; may own calls.
        Busy = "busy",
        /// Not at the desk; owns nothing new.
        Away = "away",
        /// Logged off; owns nothing new.
        Offline = "offline",
    }
}
