//! Calls: one row each from the first hook to the outcome.

mod blank;
mod complete;
mod day;
mod list;
mod live;
mod place;

pub use blank::Blank;
pub use complete::{Completion, Ending, Provided};
pub use day::{QUARTER, Quarter};
pub use list::{CallCursor, CallFilter};
pub use live::{Batch, NewFact, StoredFact};
pub(crate) use place::dialable;
pub use place::{NewCall, Placed};

use crate::error::{Result, StoreError};
use crate::sql::{DbRow, Tx, args};
use caly_core::id::{AgentId, CallId, ChannelId, ClientId, MemberId, TeamId};
use caly_core::outcome::{CallState, EndedBy, EscalationReason, Outcome};
use caly_core::sector::Sector;
use caly_core::time::{At, Day, IsoWeek};
use serde::{Deserialize, Serialize};

/// A call. Times are UTC ms, durations ms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// Where it came in.
    pub channel: ChannelId,
    /// The carrier's own id, unique in the client.
    pub carrier_call_id: String,
    /// The caller, E.164, when the number was given and readable.
    pub caller_number: Option<String>,
    /// The caller's number as the carrier wrote it.
    pub caller_raw: Option<String>,
    /// The number that was dialled.
    pub dialled: Option<String>,
    /// Where it stands; only moves forward.
    pub state: CallState,
    /// The member that it is attributed to.
    pub owner: Option<MemberId>,
    /// The member who took it over.
    pub rescuer: Option<MemberId>,
    /// The channel's team.
    pub team: TeamId,
    /// The channel's sector.
    pub sector: Sector,
    /// The agent that answered first.
    pub entry_agent: AgentId,
    /// The agent that spoke last (the completing one at the end).
    pub agent: AgentId,
    /// Slug of `agent`.
    pub agent_type: String,
    /// What it was worth, once known.
    pub outcome: Option<Outcome>,
    /// Whether a person was asked for.
    pub escalated: bool,
    /// Why the first time.
    pub escalation_reason: Option<EscalationReason>,
    /// Resolved = success.
    pub resolved: bool,
    /// Whether it counts as a success.
    pub success: bool,
    /// Whether its outcome enters the success rate.
    pub known: bool,
    /// Whether it counts at all.
    pub counted: bool,
    /// Resolved without the caller saying so.
    pub implied: bool,
    /// First hook.
    pub started_at: At,
    /// The stream's start.
    pub answered_at: Option<At>,
    /// End of the agent's part.
    pub bot_done_at: Option<At>,
    /// The end.
    pub ended_at: Option<At>,
    /// Who ended it.
    pub ended_by: Option<EndedBy>,
    /// Local day of the end.
    pub day: Option<Day>,
    /// Local ISO week of the end.
    pub week: Option<IsoWeek>,
    /// Time an agent held the caller.
    pub agent_ms: i64,
    /// Time a person held the caller.
    pub member_ms: i64,
    /// Time nobody did.
    pub waiting_ms: i64,
    /// Handling time, waiting excluded.
    pub handling_ms: i64,
    /// The completing agent's expected handling time.
    pub baseline_ms: i64,
    /// From the request for a person to his voice.
    pub pickup_ms: Option<i64>,
    /// 0-5 by keypad.
    pub rating: Option<i64>,
    /// The answer that the voicebot hook got; a retry gets it again.
    pub stream_url: Option<String>,
    /// The carrier's id of the stream.
    pub stream_sid: Option<String>,
    /// Until when the stream may come.
    pub token_expires_at: Option<At>,
    /// The node that holds the socket.
    pub node: Option<String>,
    /// Fencing number, raised at each start of a stream.
    pub epoch: i64,
    /// Answered by the safe branch.
    pub degraded: bool,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// More, as JSON.
    pub attributes: String,
    /// Revision.
    pub rev: i64,
}

pub(crate) fn call(row: &DbRow) -> Result<Call> {
    Ok(Call {
        id: row.get("id")?,
        channel: row.get("channel_id")?,
        carrier_call_id: row.get("carrier_call_id")?,
        caller_number: row.opt("caller_number")?,
        caller_raw: row.opt("caller_raw")?,
        dialled: row.opt("dialled")?,
        state: row.get("state")?,
        owner: row.opt("owner_id")?,
        rescuer: row.opt("rescuer_id")?,
        team: row.get("team_id")?,
        sector: row.get("sector")?,
        entry_agent: row.get("entry_agent_id")?,
        agent: row.get("agent_id")?,
        agent_type: row.get("agent_type")?,
        outcome: row.opt("outcome")?,
        escalated: row.get("escalated")?,
        escalation_reason: row.opt("escalation_reason")?,
        resolved: row.get("resolved")?,
        success: row.get("success")?,
        known: row.get("known")?,
        counted: row.get("counted")?,
        implied: row.get("implied")?,
        started_at: row.get("started_at")?,
        answered_at: row.opt("answered_at")?,
        bot_done_at: row.opt("bot_done_at")?,
        ended_at: row.opt("ended_at")?,
        ended_by: row.opt("ended_by")?,
        day: row.opt("day")?,
        week: row.opt("week")?,
        agent_ms: row.get("agent_ms")?,
        member_ms: row.get("member_ms")?,
        waiting_ms: row.get("waiting_ms")?,
        handling_ms: row.get("handling_ms")?,
        baseline_ms: row.get("baseline_ms")?,
        pickup_ms: row.opt("pickup_ms")?,
        rating: row.opt("rating")?,
        stream_url: row.opt("stream_url")?,
        stream_sid: row.opt("stream_sid")?,
        token_expires_at: row.opt("token_expires_at")?,
        node: row.opt("node")?,
        epoch: row.get("epoch")?,
        degraded: row.get("degraded")?,
        failure_reason: row.opt("failure_reason")?,
        attributes: row.get("attributes")?,
        rev: row.get("rev")?,
    })
}

pub(crate) async fn find(tx: &mut Tx<'_>, client: ClientId, id: CallId) -> Result<Call> {
    let row = tx.opt("SELECT * FROM calls WHERE client_id = $1 AND id = $2", args![client, id]).await?;
    call(&row.ok_or(StoreError::NotFound("call"))?)
}
