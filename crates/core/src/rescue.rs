//! A person takes a call over by phone: what a claim is, what the carrier says
//! of a dialled leg, and the line that the person hears first.
//!
//! [`Leg`] is a lattice: events come in any order, twice, or not at all, and
//! the same set of them always ends in the same leg (`ARCHITECTURE.md`, "Rescue
//! by phone").

mod brief;
#[cfg(test)]
mod tests;

pub use brief::{Brief, brief};

use crate::member::words;
use crate::time::{At, MINUTE, SECOND};
use serde::{Deserialize, Serialize};

/// A person's phone rings this long, seconds.
pub const RING_S: i64 = 30;
/// A claim that was not dialled, or whose phone rings, holds its member this
/// long, ms: the ringing and a little for the carrier's way.
pub const LEASE_MS: i64 = (RING_S + 15) * SECOND;
/// The longest conversation of a person, seconds.
pub const TALK_S: i64 = 3_600;
/// A caller waits on the stream at most this long, ms.
pub const QUEUE_MS: i64 = 2 * MINUTE;
/// A call whose node did not ask for this long does not hold its place in the
/// queue any more, ms.
pub const QUEUE_SILENCE_MS: i64 = 10 * SECOND;

words! {
    /// Where a claim on a member stands. Only one that is not over holds him.
    ClaimState {
        /// His; the carrier has not dialled yet.
        Held = "held",
        /// His phone rings.
        Ringing = "ringing",
        /// He talks with the caller.
        Talking = "talking",
        /// He is free again.
        Over = "over",
    }
}
words! {
    /// Why a dialled person did not talk.
    Unanswered {
        /// Nobody picked up.
        NoAnswer = "no_answer",
        /// On another call.
        Busy = "busy",
        /// The carrier could not reach the number.
        Failed = "failed",
        /// The caller was gone before.
        CallerLeft = "caller_left",
        /// The claim's time ran out without a word from the carrier.
        Lease = "lease",
    }
}
words! {
    /// How the looking for a person ended.
    RescueEnd {
        /// A person talked with the caller.
        Talked = "talked",
        /// Nobody came.
        Nobody = "nobody",
        /// The caller hung up first.
        CallerLeft = "caller_left",
        /// The caller chose to be called back.
        Callback = "callback",
    }
}

/// What the carrier says of a dialled leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LegEvent {
    /// It is dialled or rings.
    Rings,
    /// Picked up.
    Answers,
    /// Over.
    Ends {
        /// Whether the person talked, where the carrier says so.
        talked: Option<bool>,
        /// How long, ms, where the carrier says so.
        talk_ms: Option<i64>,
        /// Why not, when he did not.
        why: Unanswered,
        /// Nothing more will be said of this leg: it is judged on what is known.
        last: bool,
    },
}

/// One dialled leg, as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// First told that it rings.
    pub rung_at: Option<At>,
    /// First told that it was answered.
    pub answered_at: Option<At>,
    /// First told that it is over.
    pub ended_at: Option<At>,
    /// Whether the person talked, where the carrier said so.
    pub talked: Option<bool>,
    /// How long, ms, where the carrier said so.
    pub talk_ms: Option<i64>,
    /// Why nobody talked.
    pub why: Option<Unanswered>,
    /// The carrier's last word has come.
    pub is_final: bool,
}

/// What a leg amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegVerdict {
    /// More is to come.
    Open,
    /// Nobody talked.
    Unanswered(Unanswered),
    /// The person talked so long, ms.
    Talked {
        /// Length of the conversation.
        talk_ms: i64,
    },
}

impl Leg {
    /// Takes what the carrier says; earlier moments stand, and that a person
    /// talked outranks that he did not.
    pub fn take(&mut self, event: LegEvent, at: At) {
        let first = |known: Option<At>| Some(known.map_or(at, |known| known.min(at)));
        match event {
            LegEvent::Rings => self.rung_at = first(self.rung_at),
            LegEvent::Answers => self.answered_at = first(self.answered_at),
            LegEvent::Ends { talked, talk_ms, why, last } => {
                self.ended_at = first(self.ended_at);
                self.talked = match (self.talked, talked) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (before, now) => before.or(now),
                };
                self.talk_ms = self.talk_ms.max(talk_ms);
                self.why = self.why.or(Some(why));
                self.is_final |= last;
            }
        }
    }

    /// When it was over: as it was told, but a carrier ends every conversation
    /// after [`TALK_S`], however late word of it comes.
    #[must_use]
    pub fn over_at(&self) -> Option<At> {
        let longest = self.answered_at.map_or(At(i64::MAX), |at| at.plus(TALK_S * SECOND));
        Some(self.ended_at?.min(longest))
    }

    /// What it amounts to. An end that says "talked" waits for the answer's
    /// moment, unless it is the last word: so every order ends the same.
    #[must_use]
    pub fn verdict(&self) -> LegVerdict {
        let Some(ended) = self.over_at() else { return LegVerdict::Open };
        match (self.answered_at, self.talked) {
            (Some(answered), _) => {
                LegVerdict::Talked { talk_ms: self.talk_ms.unwrap_or_else(|| ended.since(answered)).max(0) }
            }
            (None, Some(true)) if self.is_final => LegVerdict::Talked { talk_ms: self.talk_ms.unwrap_or(0).max(0) },
            (None, Some(true)) => LegVerdict::Open,
            (None, _) => LegVerdict::Unanswered(self.why.unwrap_or(Unanswered::NoAnswer)),
        }
    }

    /// What it means for the member who is dialled.
    #[must_use]
    pub fn state(&self) -> ClaimState {
        match (self.ended_at, self.answered_at, self.rung_at) {
            (Some(_), _, _) => ClaimState::Over,
            (None, Some(_), _) => ClaimState::Talking,
            (None, None, Some(_)) => ClaimState::Ringing,
            (None, None, None) => ClaimState::Held,
        }
    }
}
