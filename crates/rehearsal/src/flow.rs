//! The call flow as data: the graph of applets that is built by hand in the
//! carrier's flow builder.

use crate::error::RehearsalError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One box of the flow. `path` is under the server's base URL; `{k}` in it is
/// the hook key. `then` and the other exits name applets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "applet", rename_all = "snake_case")]
pub enum Applet {
    /// Asks where the stream goes, then streams.
    Voicebot {
        /// The dynamic URL.
        path: String,
        /// After the stream, however it went.
        then: String,
    },
    /// Tells the server; a synchronous one branches on the answer.
    Passthru {
        /// The URL.
        path: String,
        /// Whether the caller waits for the answer.
        sync: bool,
        /// After 200, and always when asynchronous.
        on_200: String,
        /// After 302.
        on_302: String,
    },
    /// Asks whom to dial, then dials.
    Connect {
        /// The dynamic URL.
        path: String,
        /// The fallback URL.
        fallback: Option<String>,
        /// After a conversation.
        talked: String,
        /// When nobody answered.
        no_answer: String,
        /// When nobody was dialled.
        not_dialled: String,
    },
    /// A recording is played; nothing goes over the wire.
    Greeting {
        /// Next.
        then: String,
    },
    /// The end.
    Hangup,
}

/// A graph of applets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// The first applet.
    pub start: String,
    /// By name.
    pub applets: BTreeMap<String, Applet>,
}

impl Default for Flow {
    /// The flow that Caly asks its users to build (telephony contract, §0.2):
    /// bot, then 200 hangs up or 302 goes to people, and each exit is told.
    fn default() -> Self {
        let s = str::to_owned;
        let passthru = |path: &str, sync, on_200: &str, on_302: &str| Applet::Passthru {
            path: s(path),
            sync,
            on_200: s(on_200),
            on_302: s(on_302),
        };
        let applets = [
            ("bot", Applet::Voicebot { path: s("/exotel/{k}/voicebot"), then: s("after_bot") }),
            ("after_bot", passthru("/exotel/{k}/after-bot", true, "hangup", "connect")),
            (
                "connect",
                Applet::Connect {
                    path: s("/exotel/{k}/connect"),
                    fallback: None,
                    talked: s("after_connect"),
                    no_answer: s("after_connect"),
                    not_dialled: s("sorry"),
                },
            ),
            ("sorry", Applet::Greeting { then: s("after_connect") }),
            ("after_connect", passthru("/exotel/{k}/after-connect", false, "hangup", "hangup")),
            ("hangup", Applet::Hangup),
        ];
        Self { start: s("bot"), applets: applets.map(|(name, applet)| (s(name), applet)).into() }
    }
}

impl Flow {
    /// The applet of a name.
    ///
    /// # Errors
    /// [`RehearsalError::BadFlow`].
    pub fn applet(&self, name: &str) -> Result<&Applet, RehearsalError> {
        self.applets.get(name).ok_or_else(|| RehearsalError::BadFlow(name.to_owned()))
    }

    /// Whether every exit leads somewhere.
    ///
    /// # Errors
    /// [`RehearsalError::BadFlow`] with the first name that is missing.
    pub fn check(&self) -> Result<(), RehearsalError> {
        self.applet(&self.start)?;
        for applet in self.applets.values() {
            for exit in exits(applet) {
                self.applet(exit)?;
            }
        }
        Ok(())
    }
}

fn exits(applet: &Applet) -> Vec<&str> {
    match applet {
        Applet::Voicebot { then, .. } | Applet::Greeting { then } => vec![then],
        Applet::Passthru { on_200, on_302, .. } => vec![on_200, on_302],
        Applet::Connect { talked, no_answer, not_dialled, .. } => vec![talked, no_answer, not_dialled],
        Applet::Hangup => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_flow_is_whole_and_survives_json() {
        let flow = Flow::default();
        flow.check().unwrap();
        let json = serde_json::to_string(&flow).unwrap();
        assert_eq!(serde_json::from_str::<Flow>(&json).unwrap(), flow);
    }

    #[test]
    fn an_exit_to_nowhere_is_named() {
        let mut flow = Flow::default();
        flow.applets.remove("sorry");
        assert!(flow.check().unwrap_err().to_string().contains("\"sorry\""));
    }
}
