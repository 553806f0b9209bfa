//! What boards see. One event per committed change, in the client's order.
//! The wire form is a tagged union: `{"type": "call.started", ...}`.

use crate::id::{AgentId, CallId, ChannelId, MemberId, TaskId};
use crate::outcome::{EscalationReason, Outcome};
use crate::time::At;
use serde::{Deserialize, Serialize};

/// One change that a board can show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Event {
    /// A call was routed.
    #[serde(rename = "call.started")]
    CallStarted {
        /// The call.
        call_id: CallId,
        /// Where it came in.
        channel_id: ChannelId,
        /// Its owner, when one was eligible.
        owner_id: Option<MemberId>,
        /// The entry agent.
        agent_id: AgentId,
        /// When.
        started_at: At,
        /// The caller's number, masked by role at the edge.
        caller_number: Option<String>,
    },
    /// Turns of the transcript, in batches of at most one second.
    #[serde(rename = "call.turn")]
    CallTurn {
        /// The call.
        call_id: CallId,
        /// Its owner, for filtering by role.
        owner_id: Option<MemberId>,
        /// The turns.
        turns: Vec<Turn>,
    },
    /// Another agent goes on.
    #[serde(rename = "call.agent_switched")]
    AgentSwitched {
        /// The call.
        call_id: CallId,
        /// Its owner.
        owner_id: Option<MemberId>,
        /// The agent that goes on.
        agent_id: AgentId,
    },
    /// A person is asked for.
    #[serde(rename = "call.escalated")]
    CallEscalated {
        /// The call.
        call_id: CallId,
        /// Its owner.
        owner_id: Option<MemberId>,
        /// Why.
        reason: EscalationReason,
    },
    /// How far the looking for a person is.
    #[serde(rename = "call.rescue")]
    CallRescue {
        /// The call.
        call_id: CallId,
        /// Its owner.
        owner_id: Option<MemberId>,
        /// Who is claimed or talks; none in the queue and when nobody came.
        member_id: Option<MemberId>,
        /// How far.
        step: RescueStep,
    },
    /// The call ended with an outcome.
    #[serde(rename = "call.completed")]
    CallCompleted {
        /// The call.
        call_id: CallId,
        /// Its owner.
        owner_id: Option<MemberId>,
        /// What it was worth; none on an echo channel.
        outcome: Option<Outcome>,
        /// When.
        ended_at: At,
    },
    /// A member's sums moved; the board reads the member again.
    #[serde(rename = "standing.changed")]
    StandingChanged {
        /// The member.
        member_id: MemberId,
    },
    /// A member was added or edited.
    #[serde(rename = "member.changed")]
    MemberChanged {
        /// The member.
        member_id: MemberId,
        /// The member's revision after the change.
        rev: i64,
    },
    /// A task was made, claimed, released, done or expired.
    #[serde(rename = "task.changed")]
    TaskChanged {
        /// The task.
        task_id: TaskId,
        /// Who holds it, for filtering by role.
        claimed_by: Option<MemberId>,
        /// The owner of the task's call, for filtering by role.
        owner_id: Option<MemberId>,
        /// The task's revision after the change.
        rev: i64,
    },
    /// The asked-for id is older than what is kept: read everything again.
    #[serde(rename = "reset")]
    Reset {},
}

/// How far the looking for a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RescueStep {
    /// The caller waits for the first who is free.
    Queued,
    /// A member is claimed.
    Claimed,
    /// His phone rings.
    Ringing,
    /// He talks with the caller.
    Talking,
    /// He did not pick up; the next is looked for.
    Unanswered,
    /// Nobody came, or the caller went.
    Over,
}

/// One turn of a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Position in the call, from 1.
    pub seq: i64,
    /// Who spoke.
    pub speaker: Speaker,
    /// Redacted text.
    pub text: String,
    /// When it began.
    pub at: At,
}

/// Who spoke a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The caller.
    Caller,
    /// The AI agent.
    Agent,
    /// A person of the team.
    Member,
}

impl Event {
    /// The event's name, as in its `type` field.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CallStarted { .. } => "call.started",
            Self::CallTurn { .. } => "call.turn",
            Self::AgentSwitched { .. } => "call.agent_switched",
            Self::CallEscalated { .. } => "call.escalated",
            Self::CallRescue { .. } => "call.rescue",
            Self::CallCompleted { .. } => "call.completed",
            Self::StandingChanged { .. } => "standing.changed",
            Self::MemberChanged { .. } => "member.changed",
            Self::TaskChanged { .. } => "task.changed",
            Self::Reset {} => "reset",
        }
    }
}
