//! What a call was worth: the facts of a call in, exactly one outcome out
//! (`ARCHITECTURE.md`, "What a call is worth").

mod decide;
#[cfg(test)]
mod tests;

pub use decide::{
    CallFacts, Corrected, EARLY_ABANDON_MS, Handling, Helped, Verdict, after_disposition, after_task, corrected, decide,
};

use crate::member::words;
use serde::{Deserialize, Serialize};

words! {
    /// One per call.
    Outcome {
        /// A tool's answer or confirmed slots, and the caller agreed.
        ResolvedByAgent = "resolved_by_agent",
        /// A person resolved it.
        ResolvedByMember = "resolved_by_member",
        /// A task for a person exists.
        MessageTaken = "message_taken",
        /// It ended without help.
        Unresolved = "unresolved",
        /// A person talked; the disposition is open.
        HandedOver = "handed_over",
        /// The caller left before anything was resolved or asked for.
        Abandoned = "abandoned",
        /// Carrier or provider failed.
        Failed = "failed",
    }
}
words! {
    /// Why a person is needed.
    EscalationReason {
        /// The caller asked for a person.
        Requested = "requested",
        /// The caller is angry.
        Anger = "anger",
        /// The agent failed twice.
        Failures = "two_failures",
        /// The matter belongs to a person by rule (a refund).
        Rule = "rule",
        /// Ears, mind or mouth are gone.
        Degraded = "degraded",
    }
}
words! {
    /// The channel's kind; nothing else marks a call.
    ChannelKind {
        /// A phone number.
        Phone = "phone",
        /// The browser's microphone.
        Browser = "browser",
        /// A rehearsed call: shown, not counted except for a demo client.
        Rehearsal = "rehearsal",
        /// Sound comes back; no owner, no outcome.
        Echo = "echo",
    }
}
words! {
    /// Who ended the call.
    EndedBy {
        /// The caller hung up.
        Caller = "caller",
        /// The agent closed.
        Agent = "agent",
        /// The carrier or the network.
        Carrier = "carrier",
        /// The sweeper found it dead.
        Sweeper = "sweeper",
    }
}
words! {
    /// How far a call has come; it only moves forward.
    CallState {
        /// Known, nothing decided.
        New = "new",
        /// Owner and agent are chosen.
        Routed = "routed",
        /// Audio flows.
        Streaming = "streaming",
        /// The agent's part is over.
        BotDone = "bot_done",
        /// A person is looked for.
        Handoff = "handoff",
        /// A person's phone rings.
        Ringing = "ringing",
        /// A person talks.
        Talking = "talking",
        /// Over.
        Ended = "ended",
    }
}
