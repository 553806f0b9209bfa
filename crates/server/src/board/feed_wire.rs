//! The events as boards receive them: the tagged union of the OpenAPI
//! document, filtered and masked for the person who listens.

use crate::manage::wire::number_for;
use crate::manage::words;
use caly_core::event::{Event, RescueStep, Speaker};
use caly_core::id::MemberId;
use caly_core::outcome::{EscalationReason, Outcome};
use caly_core::scope::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

/// One server-sent event, by its fields.
#[derive(Debug, ToSchema)]
pub struct SentEvent {
    /// Counts per client; the last one goes back as `Last-Event-ID`.
    pub id: String,
    /// The `type` of the change.
    pub event: String,
    /// The change as JSON.
    #[schema(schema_with = change_as_json)]
    pub data: String,
}

fn change_as_json() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .content_media_type("application/json")
        .content_schema(Some(Ref::from_schema_name("Event")))
        .description(Some("The change as JSON."))
        .build()
}

/// One change, in the `data` of a server-sent event. Its `event` field carries
/// the same name as `type`, its `id` counts per client.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "type")]
#[schema(as = Event)]
pub enum WireEvent {
    /// A call was routed.
    #[serde(rename = "call.started")]
    CallStarted {
        /// The call.
        call_id: String,
        /// Where it came in.
        channel_id: i64,
        /// Its owner, when one was eligible.
        owner_id: Option<i64>,
        /// The entry agent.
        agent_id: i64,
        /// RFC 3339 UTC.
        #[schema(format = DateTime)]
        started_at: String,
        /// Masked by role.
        caller_number: Option<String>,
    },
    /// Turns of the transcript.
    #[serde(rename = "call.turn")]
    CallTurn {
        /// The call.
        call_id: String,
        /// Its owner.
        owner_id: Option<i64>,
        /// In the order spoken.
        turns: Vec<WireTurn>,
    },
    /// Another agent goes on.
    #[serde(rename = "call.agent_switched")]
    AgentSwitched {
        /// The call.
        call_id: String,
        /// Its owner.
        owner_id: Option<i64>,
        /// The agent that goes on.
        agent_id: i64,
    },
    /// A person is asked for.
    #[serde(rename = "call.escalated")]
    CallEscalated {
        /// The call.
        call_id: String,
        /// Its owner.
        owner_id: Option<i64>,
        /// Why.
        #[schema(value_type = words::EscalationReason)]
        reason: EscalationReason,
    },
    /// How far the looking for a person is: read the call for the rest.
    #[serde(rename = "call.rescue")]
    CallRescue {
        /// The call.
        call_id: String,
        /// Its owner.
        owner_id: Option<i64>,
        /// Who is claimed or talks.
        member_id: Option<i64>,
        /// How far.
        #[schema(value_type = words::RescueStep)]
        step: RescueStep,
    },
    /// The call ended.
    #[serde(rename = "call.completed")]
    CallCompleted {
        /// The call.
        call_id: String,
        /// Its owner.
        owner_id: Option<i64>,
        /// None on an echo channel.
        #[schema(value_type = Option<words::Outcome>)]
        outcome: Option<Outcome>,
        /// RFC 3339 UTC.
        #[schema(format = DateTime)]
        ended_at: String,
    },
    /// A member's figures moved: read the member again.
    #[serde(rename = "standing.changed")]
    StandingChanged {
        /// The member.
        member_id: i64,
    },
    /// A member was added or edited.
    #[serde(rename = "member.changed")]
    MemberChanged {
        /// The member.
        member_id: i64,
        /// After the change.
        rev: i64,
    },
    /// A task was made, claimed, released, done or expired.
    #[serde(rename = "task.changed")]
    TaskChanged {
        /// The task.
        task_id: String,
        /// Who holds it.
        claimed_by: Option<i64>,
        /// The owner of the task's call.
        owner_id: Option<i64>,
        /// After the change.
        rev: i64,
    },
    /// What you have is too old to be continued: read everything again.
    #[serde(rename = "reset")]
    Reset {},
}

/// One turn of a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Turn)]
pub struct WireTurn {
    /// Position in the call, from 1.
    pub seq: i64,
    /// Who spoke.
    #[schema(value_type = words::Speaker)]
    pub speaker: Speaker,
    /// Redacted text.
    pub text: String,
    /// When it began, RFC 3339 UTC.
    #[schema(format = DateTime)]
    pub at: String,
}

impl WireEvent {
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

/// What `scope` may see of an event; `None` when nothing.
#[must_use]
pub fn for_listener(event: Event, scope: &Scope) -> Option<WireEvent> {
    visible(&event, scope).then(|| wire(event, scope))
}

/// The turn as the API says it.
impl From<caly_core::event::Turn> for WireTurn {
    fn from(turn: caly_core::event::Turn) -> Self {
        Self { seq: turn.seq, speaker: turn.speaker, text: turn.text, at: turn.at.rfc3339() }
    }
}

/// Leaders see the team. A member sees himself, the calls he owns, and tasks
/// that are his, from his calls, or free to be claimed.
fn visible(event: &Event, scope: &Scope) -> bool {
    if scope.sees_team() {
        return true;
    }
    let me = |id: &Option<MemberId>| id.is_some() && *id == scope.member();
    match event {
        Event::CallStarted { owner_id, .. }
        | Event::CallTurn { owner_id, .. }
        | Event::AgentSwitched { owner_id, .. }
        | Event::CallEscalated { owner_id, .. }
        | Event::CallCompleted { owner_id, .. } => me(owner_id),
        Event::CallRescue { owner_id, member_id, .. } => me(owner_id) || me(member_id),
        Event::StandingChanged { member_id } | Event::MemberChanged { member_id, .. } => me(&Some(*member_id)),
        Event::TaskChanged { claimed_by, owner_id, .. } => claimed_by.is_none() || me(claimed_by) || me(owner_id),
        Event::Reset {} => true,
    }
}

fn wire(event: Event, scope: &Scope) -> WireEvent {
    let id = |member: Option<MemberId>| member.map(|m| m.0);
    match event {
        Event::CallStarted { call_id, channel_id, owner_id, agent_id, started_at, caller_number } => {
            let own = owner_id.is_some() && owner_id == scope.member();
            WireEvent::CallStarted {
                call_id: call_id.to_string(),
                channel_id: channel_id.0,
                owner_id: id(owner_id),
                agent_id: agent_id.0,
                started_at: started_at.rfc3339(),
                caller_number: number_for(scope, caller_number.as_deref(), own),
            }
        }
        Event::CallTurn { call_id, owner_id, turns } => WireEvent::CallTurn {
            call_id: call_id.to_string(),
            owner_id: id(owner_id),
            turns: turns.into_iter().map(WireTurn::from).collect(),
        },
        Event::AgentSwitched { call_id, owner_id, agent_id } => {
            WireEvent::AgentSwitched { call_id: call_id.to_string(), owner_id: id(owner_id), agent_id: agent_id.0 }
        }
        Event::CallEscalated { call_id, owner_id, reason } => {
            WireEvent::CallEscalated { call_id: call_id.to_string(), owner_id: id(owner_id), reason }
        }
        Event::CallRescue { call_id, owner_id, member_id, step } => {
            let (owner_id, member_id) = (id(owner_id), id(member_id));
            WireEvent::CallRescue { call_id: call_id.to_string(), owner_id, member_id, step }
        }
        Event::CallCompleted { call_id, owner_id, outcome, ended_at } => WireEvent::CallCompleted {
            call_id: call_id.to_string(),
            owner_id: id(owner_id),
            outcome,
            ended_at: ended_at.rfc3339(),
        },
        Event::StandingChanged { member_id } => WireEvent::StandingChanged { member_id: member_id.0 },
        Event::MemberChanged { member_id, rev } => WireEvent::MemberChanged { member_id: member_id.0, rev },
        Event::TaskChanged { task_id, claimed_by, owner_id, rev } => WireEvent::TaskChanged {
            task_id: task_id.to_string(),
            claimed_by: id(claimed_by),
            owner_id: id(owner_id),
            rev,
        },
        Event::Reset {} => WireEvent::Reset {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use caly_core::id::{AgentId, CallId, ChannelId, ClientId, TaskId, UserId};
    use caly_core::member::Role;
    use caly_core::scope::Actor;
    use caly_core::time::At;
    use uuid::Uuid;

    fn scope(member: i64, role: Role) -> Scope {
        let actor = Actor::Person { user: UserId(Uuid::nil()), member: MemberId(member), role };
        Scope { client: ClientId(Uuid::nil()), actor }
    }

    fn started(owner: Option<i64>) -> Event {
        Event::CallStarted {
            call_id: CallId(Uuid::nil()),
            channel_id: ChannelId(1),
            owner_id: owner.map(MemberId),
            agent_id: AgentId(1),
            started_at: At(0),
            caller_number: Some("+919812345678".into()),
        }
    }

    #[test]
    fn a_member_hears_only_of_himself() {
        let me = scope(3, Role::Member);
        assert!(for_listener(started(Some(3)), &me).is_some());
        assert!(for_listener(started(Some(4)), &me).is_none());
        assert!(for_listener(started(None), &me).is_none());
        assert!(for_listener(Event::StandingChanged { member_id: MemberId(4) }, &me).is_none());
        let task = |claimed_by: Option<i64>| Event::TaskChanged {
            task_id: TaskId(Uuid::nil()),
            claimed_by: claimed_by.map(MemberId),
            owner_id: None,
            rev: 1,
        };
        assert!(for_listener(task(None), &me).is_some());
        assert!(for_listener(task(Some(4)), &me).is_none());
        assert!(for_listener(started(None), &scope(9, Role::Supervisor)).is_some());
    }

    #[test]
    fn the_name_is_the_type() {
        let json = serde_json::to_value(for_listener(started(Some(3)), &scope(3, Role::Member)).unwrap()).unwrap();
        assert_eq!(json["type"], started(None).name());
        assert_eq!(json["started_at"], "1970-01-01T00:00:00.000Z");
        assert_eq!(json["caller_number"], "+919812345678");
    }
}
