//! A call is talked: the audio socket and everything that lives as long as it.

pub mod caller_audio;
pub mod circuit;
pub mod echo;
pub mod hold;
pub mod house;
pub mod ledger;
pub mod local_speech;
pub mod pacer;
pub mod registry;
pub mod seeker;
pub mod socket;
pub mod speech;

use crate::inbound::degraded::Spent;
use crate::inbound::hook::Seen;
use crate::inbound::keys::PathKeys;
use crate::tools::Tools;
use caly_core::sector::Sector;
use caly_voice::mind::script::Script;
use circuit::Circuit;
use registry::Registry;
use speech::Speech;
use std::collections::HashMap;
use std::sync::Arc;

/// What calls need besides the state that every handler has.
pub struct Telephony {
    /// This node's name, in call rows.
    pub node: String,
    /// Hashes of hook keys, tags of tokens.
    pub keys: PathKeys,
    /// Channels as last seen, for when the database is away.
    pub seen: Seen,
    /// Degraded tokens that were used.
    pub spent: Spent,
    /// Calls on this node.
    pub registry: Registry,
    /// Ears and mouth.
    pub speech: Speech,
    /// How the ears have been doing: open, calls run by keypad.
    pub ears: Circuit,
    /// How the mouth has been doing: open, callers go to people.
    pub mouth: Circuit,
    /// The agents' hands.
    pub tools: Arc<dyn Tools>,
    /// What agents of a sector can talk about.
    pub scripts: HashMap<Sector, Arc<Script>>,
}
