//! A call arrives: its row, its owner and why, in one transaction, once.

use super::{Call, call};
use crate::channels::{self, Channel};
use crate::error::{Result, StoreError};
use crate::members::check_rev;
use crate::sql::{Tx, args, to_json};
use crate::{Store, standings, sums};
use caly_core::event::Event;
use caly_core::id::{AgentId, CallId, ChannelId, ClientId, TeamId};
use caly_core::member::MemberStatus;
use caly_core::outcome::{CallState, ChannelKind};
use caly_core::privacy::{Country, canonical_number};
use caly_core::routing::{self, Candidate, Decision, Snapshot};
use caly_core::scope::Scope;
use caly_core::scoring::Prior;
use caly_core::sector::Sector;
use caly_core::time::At;

/// A repeat this much later than the first request, ms, extends the token.
const EXTEND_MS: i64 = 5_000;

/// A call as its first hook tells it.
#[derive(Debug, Clone)]
pub struct NewCall {
    /// UUIDv7, handed in; a retry's is not used.
    pub id: CallId,
    /// Where it came in.
    pub channel: ChannelId,
    /// The carrier's own id.
    pub carrier_call_id: String,
    /// E.164, when readable.
    pub caller_number: Option<String>,
    /// As the carrier wrote it.
    pub caller_raw: Option<String>,
    /// The number that was dialled.
    pub dialled: Option<String>,
    /// Slug of the channel's entry agent.
    pub agent_type: String,
    /// The seed of the routing decision, handed in.
    pub seed: u64,
    /// SHA-256 of the stream's token, hex.
    pub token_hash: String,
    /// Until when the stream may come.
    pub token_expires_at: At,
    /// What the hook is answered; a retry gets the first one's.
    pub stream_url: String,
    /// The node that answered.
    pub node: String,
    /// Answered by the safe branch before there was a row.
    pub degraded: bool,
    /// More, as JSON text (`{}`).
    pub attributes: String,
}

/// The stored call, whether or not this was the first hook of it.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The row.
    pub call: Call,
    /// `false`: a repeat; nothing was changed.
    pub first: bool,
    /// The decision, when this was the first and the channel owns its calls.
    pub decision: Option<Decision>,
}

impl Store {
    /// Places a call: chooses the owner on the team as it is now, stores the
    /// decision whole, opens the stream's token. Unique per (client, carrier's
    /// call id); a repeat gets the first one's row.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (channel); [`StoreError::NotNow`] when the
    /// channel takes no calls.
    pub async fn place_call(&self, scope: &Scope, new: NewCall, now: At) -> Result<Placed> {
        self.write(scope, (scope.client, new, now), |tx, (client, new, now)| {
            Box::pin(async move {
                let channel = channels::find(tx, *client, new.channel).await?;
                place(tx, *client, &channel, new, *now).await
            })
        })
        .await
    }

    /// As [`Store::place_call`], for a caller who knows the channel from before
    /// and not from this very request: it must still be at `channel_rev`. A
    /// hook key that is replaced or a channel that is switched off moves it.
    ///
    /// # Errors
    /// As there, and [`StoreError::Stale`].
    pub async fn place_call_as_seen(&self, scope: &Scope, new: NewCall, channel_rev: i64, now: At) -> Result<Placed> {
        self.write(scope, (scope.client, new, channel_rev, now), |tx, (client, new, rev, now)| {
            Box::pin(async move {
                let channel = channels::find(tx, *client, new.channel).await?;
                check_rev(Some(*rev), channel.rev)?;
                place(tx, *client, &channel, new, *now).await
            })
        })
        .await
    }

    /// The call that a carrier means.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn call_by_carrier_id(&self, scope: &Scope, carrier_id: &str) -> Result<Option<Call>> {
        self.read(scope, (scope.client, carrier_id.to_owned()), |tx, (client, id)| {
            Box::pin(async move { by_carrier_id(tx, *client, id).await })
        })
        .await
    }
}

async fn by_carrier_id(tx: &mut Tx<'_>, client: ClientId, id: &str) -> Result<Option<Call>> {
    let row = tx.opt("SELECT * FROM calls WHERE client_id = $1 AND carrier_call_id = $2", args![client, id]).await?;
    row.as_ref().map(call).transpose()
}

/// The first one's row; its stream may come later, when its address was asked
/// for again after a good part of its time.
async fn repeated(tx: &mut Tx<'_>, client: ClientId, call: Call, new: &NewCall) -> Result<Placed> {
    let waits = matches!(call.state, CallState::New | CallState::Routed);
    let late = call.token_expires_at.is_some_and(|at| new.token_expires_at.since(at) > EXTEND_MS);
    if !(waits && late) {
        return Ok(Placed { call, first: false, decision: None });
    }
    let until = new.token_expires_at;
    let row = tx
        .one(
            "UPDATE calls SET token_expires_at = $3, rev = rev + 1 WHERE client_id = $1 AND id = $2 RETURNING *",
            args![client, call.id, until],
        )
        .await?;
    tx.exec(
        "UPDATE stream_tokens SET expires_at = $3 WHERE client_id = $1 AND call_id = $2",
        args![client, call.id, until],
    )
    .await?;
    Ok(Placed { call: self::call(&row)?, first: false, decision: None })
}

async fn place(tx: &mut Tx<'_>, client: ClientId, channel: &Channel, new: &NewCall, now: At) -> Result<Placed> {
    if let Some(call) = by_carrier_id(tx, client, &new.carrier_call_id).await? {
        return repeated(tx, client, call, new).await;
    }
    if !channel.is_active {
        return Err(StoreError::NotNow("this channel is switched off; it takes no calls"));
    }
    let decision = match channel.kind {
        ChannelKind::Echo => None,
        _ => {
            let snapshot = snapshot(tx, client, channel, &new.agent_type, now).await?;
            Some(routing::choose_owner(snapshot, new.seed))
        }
    };
    let Some(call) = insert(tx, client, new, channel, decision.as_ref(), now).await? else {
        // Another node was first between the look and the insert.
        let call = by_carrier_id(tx, client, &new.carrier_call_id).await?;
        let call = call.ok_or(StoreError::NotFound("call"))?;
        return Ok(Placed { call, first: false, decision: None });
    };
    tx.exec(
        "INSERT INTO stream_tokens (token_hash, client_id, call_id, channel_id, expires_at) \
         VALUES ($1, $2, $3, $4, $5)",
        args![&new.token_hash, client, call.id, call.channel, new.token_expires_at],
    )
    .await?;
    if let Some(decision) = &decision {
        tx.exec(
            "INSERT INTO decisions (client_id, call_id, at, body) VALUES ($1, $2, $3, $4)",
            args![client, call.id, now, to_json(decision)?],
        )
        .await?;
    }
    tx.emit(
        now,
        Event::CallStarted {
            call_id: call.id,
            channel_id: call.channel,
            owner_id: call.owner,
            agent_id: call.agent,
            started_at: call.started_at,
            caller_number: call.caller_number.clone(),
        },
    );
    Ok(Placed { call, first: true, decision })
}

async fn insert(
    tx: &mut Tx<'_>,
    client: ClientId,
    new: &NewCall,
    channel: &Channel,
    decision: Option<&Decision>,
    now: At,
) -> Result<Option<Call>> {
    let owner = decision.and_then(|d| d.chosen.as_ref()).map(|chosen| chosen.team_member_id);
    let row = tx
        .opt(
            "INSERT INTO calls (client_id, id, channel_id, carrier_call_id, caller_number, caller_raw, \
             dialled, state, owner_id, team_id, sector, entry_agent_id, agent_id, agent_type, \
             escalated, resolved, success, known, counted, implied, started_at, agent_ms, member_ms, \
             waiting_ms, handling_ms, baseline_ms, stream_url, token_expires_at, node, epoch, \
             degraded, attributes, rev) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, \
             FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, $14, 0, 0, 0, 0, 0, $15, $16, $17, 0, $18, $19, 1) \
             ON CONFLICT (client_id, carrier_call_id) DO NOTHING RETURNING *",
            args![
                client,
                new.id,
                channel.id,
                &new.carrier_call_id,
                &new.caller_number,
                &new.caller_raw,
                &new.dialled,
                CallState::Routed,
                owner,
                channel.team,
                channel.sector,
                channel.entry_agent,
                &new.agent_type,
                now,
                &new.stream_url,
                new.token_expires_at,
                &new.node,
                new.degraded,
                &new.attributes
            ],
        )
        .await?;
    row.as_ref().map(call).transpose()
}

/// One row per active person of the team, with everything routing weighs.
const CANDIDATES: &str = concat!(
    "SELECT m.id AS id, m.phone AS phone, m.availability AS availability, m.takes_calls AS takes_calls, \
     m.open_limit AS open_limit, a.proficiency AS proficiency, a.assigned AS assigned, \
     l.busy_s AS busy_s, l.busy_at AS busy_at, ",
    sums::sums_cols!("m.", "m_"),
    ", ",
    sums::sums_cols!("a.", "a_"),
    // Calls beyond the highest limit in the team change nothing, and are not counted.
    ", (SELECT COUNT(*) FROM (SELECT 1 FROM calls c WHERE c.client_id = m.client_id AND c.owner_id = m.id \
        AND c.ended_at IS NULL \
        LIMIT (SELECT MAX(t.open_limit) FROM members t WHERE t.client_id = $1 AND t.team_id = $2)) AS known) \
        AS open_owned, \
     (SELECT COUNT(*) FROM claims k WHERE k.client_id = m.client_id AND k.member_id = m.id \
        AND k.state <> 'over') AS in_rescue \
     FROM members m \
     LEFT JOIN assignments a ON a.client_id = m.client_id AND a.member_id = m.id AND a.agent_id = $3 \
     LEFT JOIN loads l ON l.client_id = m.client_id AND l.member_id = m.id \
     WHERE m.client_id = $1 AND m.team_id = $2 AND m.status = $4 ORDER BY m.id"
);

async fn snapshot(tx: &mut Tx<'_>, client: ClientId, channel: &Channel, agent_type: &str, now: At) -> Result<Snapshot> {
    let rows = tx.all(CANDIDATES, args![client, channel.team, channel.entry_agent, MemberStatus::Active]).await?;
    let candidates = rows.iter().map(|row| candidate(row, now)).collect::<Result<_>>()?;
    weighing(tx, client, channel.sector, channel.team, channel.entry_agent, agent_type, candidates).await
}

/// The people of a call's team who can be dialled, as the router sees them, and
/// their numbers (E.164) in the same order.
pub(crate) async fn dialable(tx: &mut Tx<'_>, client: ClientId, of: &Call, now: At) -> Result<(Snapshot, Vec<String>)> {
    let rows = tx.all(CANDIDATES, args![client, of.team, of.entry_agent, MemberStatus::Active]).await?;
    let (mut candidates, mut numbers) = (Vec::new(), Vec::new());
    for row in &rows {
        let phone: Option<String> = row.opt("phone")?;
        if let Some(number) = phone.as_deref().and_then(|p| canonical_number(p, Country::In)) {
            candidates.push(candidate(row, now)?);
            numbers.push(number);
        }
    }
    let of = weighing(tx, client, of.sector, of.team, of.entry_agent, &of.agent_type, candidates).await?;
    Ok((of, numbers))
}

async fn weighing(
    tx: &mut Tx<'_>,
    client: ClientId,
    sector: Sector,
    team: TeamId,
    agent: AgentId,
    agent_type: &str,
    candidates: Vec<Candidate>,
) -> Result<Snapshot> {
    let (sums, fairness) = standings::sector_and_dial(tx, client, sector).await?;
    Ok(Snapshot {
        team,
        agent,
        agent_type: agent_type.to_owned(),
        rate: Prior::of(&sums).r,
        fairness: u8::try_from(fairness.clamp(0, 80)).unwrap_or(0),
        candidates,
    })
}

fn candidate(row: &crate::sql::DbRow, now: At) -> Result<Candidate> {
    let busy: Option<f64> = row.opt("busy_s")?;
    let busy_at: Option<At> = row.opt("busy_at")?;
    Ok(Candidate {
        member: row.get("id")?,
        // Without a row he is not assigned, and the level is never read.
        proficiency: row
            .opt("proficiency")?
            .map_or_else(|| caly_core::id::Proficiency::new(0).map_err(|e| StoreError::Corrupt(e.to_string())), Ok)?,
        status: MemberStatus::Active,
        availability: row.get("availability")?,
        takes_calls: row.get("takes_calls")?,
        assigned: row.opt("assigned")?.unwrap_or(false),
        open_owned: row.get("open_owned")?,
        open_limit: row.get("open_limit")?,
        in_rescue: row.get("in_rescue")?,
        busy_s: routing::decayed(busy.unwrap_or(0.0), busy_at.unwrap_or(now), now),
        member_sums: sums::read(row, "m_")?,
        agent_sums: sums::read(row, "a_")?,
    })
}
