//! The closed sets of words on the wire, for the OpenAPI document. The values
//! themselves are core's; a test holds the two together.

use utoipa::ToSchema;

macro_rules! schema_words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)]
        pub enum $name { $($variant),+ }

        impl $name {
            #[cfg(test)]
            #[allow(dead_code)] // Not every set has a list in core to compare with.
            fn words() -> Vec<String> {
                [$(Self::$variant),+]
                    .iter()
                    .map(|w| serde_json::to_value(w).unwrap().as_str().unwrap().to_owned())
                    .collect()
            }
        }
    };
}

schema_words! {
    /// What a person may do; `agent` is the plain member.
    Role { Owner, Manager, Supervisor, Agent }
}
schema_words! {
    /// How a setting is entered.
    FieldType { Text, Password, Select, Checkbox }
}
schema_words! {
    /// Where a person stands in the team.
    MemberStatus { Invited, Active, Inactive }
}
schema_words! {
    /// What a request may set.
    SettableStatus { Active, Inactive }
}
schema_words! {
    /// What a person says of himself right now.
    Availability { Available, Busy, Away, Offline }
}
schema_words! {
    /// A line of business.
    Sector { Ecommerce, Healthcare, Realestate, Fintech, Hospitality, Logistics, Education, Government, Telecom, Saas }
}
schema_words! {
    /// What a call was worth.
    Outcome { ResolvedByAgent, ResolvedByMember, MessageTaken, Unresolved, HandedOver, Abandoned, Failed }
}
schema_words! {
    /// Why a person was needed.
    EscalationReason { Requested, Anger, TwoFailures, Rule, Degraded }
}
schema_words! {
    /// How far the looking for a person is.
    RescueStep { Queued, Claimed, Ringing, Talking, Unanswered, Over }
}
schema_words! {
    /// Where a claim on a member stands.
    ClaimState { Held, Ringing, Talking, Over }
}
schema_words! {
    /// Why a dialled person did not talk.
    Unanswered { NoAnswer, Busy, Failed, CallerLeft, Lease }
}
schema_words! {
    /// How the looking for a person ended.
    RescueEnd { Talked, Nobody, CallerLeft, Callback }
}
schema_words! {
    /// What kind of way in a channel is.
    ChannelKind { Phone, Browser, Rehearsal, Echo }
}
schema_words! {
    /// Who ended the call.
    EndedBy { Caller, Agent, Carrier, Sweeper }
}
schema_words! {
    /// How far a call has come.
    CallState { New, Routed, Streaming, BotDone, Handoff, Ringing, Talking, Ended }
}
schema_words! {
    /// Who spoke.
    Speaker { Caller, Agent, Member }
}
schema_words! {
    /// The band of a score, decided by the server on unrounded numbers.
    Band { Excellent, Good, Fair, NeedsImprovement }
}
schema_words! {
    /// What a person is asked to do.
    TaskKind { Message, Callback, Voicemail }
}
schema_words! {
    /// What a carrier recorded: what was said after the tone, or the talk with
    /// the agent.
    RecordingKind { Voicemail, Talk }
}
schema_words! {
    /// How far a recording is.
    RecordingState { Pending, Ready, Failed }
}
// A key is a session too, but none that is listed or shown as one: it stands in
// its client's list (`GET /api/api-keys`).
schema_words! {
    /// Who holds a session.
    SessionKind { Browser, Bearer }
}
schema_words! {
    /// How far a task has come.
    TaskState { Open, Claimed, Done, Expired }
}
schema_words! {
    /// A booking's state.
    AppointmentState { Booked, Cancelled }
}

#[cfg(test)]
mod tests {
    use caly_core::{agent, member, outcome, rescue, scoring, sector};

    macro_rules! same {
        ($schema:ident, $core:path) => {{
            type Core = $core;
            let core: Vec<String> = Core::ALL.iter().map(|w| w.word().to_owned()).collect();
            assert_eq!(super::$schema::words(), core, stringify!($schema));
        }};
    }

    #[test]
    fn the_document_and_core_use_the_same_words() {
        same!(Role, member::Role);
        same!(FieldType, agent::FieldKind);
        same!(MemberStatus, member::MemberStatus);
        same!(Availability, member::Availability);
        same!(Sector, sector::Sector);
        same!(Outcome, outcome::Outcome);
        same!(EscalationReason, outcome::EscalationReason);
        same!(ClaimState, rescue::ClaimState);
        same!(Unanswered, rescue::Unanswered);
        same!(RescueEnd, rescue::RescueEnd);
        same!(ChannelKind, outcome::ChannelKind);
        same!(EndedBy, outcome::EndedBy);
        same!(CallState, outcome::CallState);
        same!(Band, scoring::Band);
        same!(TaskKind, caly_store::TaskKind);
        same!(TaskState, caly_store::TaskState);
        same!(RecordingKind, caly_store::RecordingKind);
    }
}
