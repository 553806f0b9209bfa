//! Words that only rows have.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word in storage and on the wire.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// Reads the word; `None` for any other.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// What a person is asked to do.
    TaskKind {
        /// The caller left a message.
        Message = "message",
        /// The caller wants to be called.
        Callback = "callback",
        /// The caller spoke after the tone.
        Voicemail = "voicemail",
    }
}
words! {
    /// What a carrier recorded.
    RecordingKind {
        /// What the caller said after the tone.
        Voicemail = "voicemail",
        /// The talk with the agent, where a channel keeps it.
        Talk = "talk",
    }
}
words! {
    /// Where a task stands.
    TaskState {
        /// Nobody has it.
        Open = "open",
        /// Somebody has it.
        Claimed = "claimed",
        /// Closed by a person.
        Done = "done",
        /// Its time ran out; it can still be closed.
        Expired = "expired",
    }
}
words! {
    /// How far an outward change has come.
    IntentState {
        /// About to be asked for.
        Begun = "begun",
        /// The other system did it.
        Done = "done",
        /// The other system refused: it may be asked again.
        Refused = "refused",
        /// Nobody knows: a task was made.
        Unknown = "unknown",
    }
}
words! {
    /// How a session's token travels.
    SessionKind {
        /// In a cookie.
        Browser = "browser",
        /// In a header.
        Bearer = "bearer",
        /// A program's, in a header, with a name and a role of its own.
        Key = "key",
    }
}
words! {
    /// What a one-time link is good for.
    LinkKind {
        /// Become a member of a client.
        Invitation = "invitation",
        /// Choose a new password.
        PasswordReset = "password_reset",
        /// Make a client.
        Setup = "setup",
    }
}
