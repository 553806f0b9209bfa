//! Moving the ledgers, always in the order member, assignment, day.

use super::Correction;
use crate::calls::Call;
use crate::error::{Result, StoreError};
use crate::jobs::AGENT_COMPLETED;
use crate::sql::{Tx, args, from_json, to_json};
use crate::sums;
use caly_core::event::Event;
use caly_core::id::{ClientId, MemberId};
use caly_core::scoring::{AgentSums, Completed, RescueSums, Sums};
use caly_core::time::At;

/// What one call moves in one direction.
struct Delta<'a> {
    of: &'a Completed,
    owner: Sums,
    rescue: RescueSums,
    agent: AgentSums,
    escalated: i64,
}

impl<'a> Delta<'a> {
    fn of(c: &'a Completed) -> Self {
        Self {
            of: c,
            owner: Sums::of(c),
            rescue: RescueSums::of(c),
            agent: AgentSums::of(c),
            escalated: i64::from(c.counted && c.escalated),
        }
    }

    /// From `before` to `after`, which differ in the outcome only.
    fn between(before: &'a Completed, after: &'a Completed) -> Self {
        let (old, new) = (Self::of(before), Self::of(after));
        Self {
            of: after,
            owner: new.owner - old.owner,
            rescue: new.rescue - old.rescue,
            agent: new.agent - old.agent,
            escalated: new.escalated - old.escalated,
        }
    }
}

/// Adds a call that was not counted before.
pub(super) async fn add(tx: &mut Tx<'_>, client: ClientId, c: &Completed, now: At) -> Result<()> {
    if !c.counted {
        return Ok(());
    }
    move_by(tx, client, &Delta::of(c), now).await
}

/// Tells boards whose standing moved.
pub(super) fn tell(tx: &mut Tx<'_>, c: &Completed, now: At) {
    for member_id in people(c) {
        tx.emit(now, Event::StandingChanged { member_id });
    }
}

/// Sets a call's outcome anew. If its message was applied, the ledgers of its
/// own day move by the difference; if not, the waiting message is rewritten.
pub(crate) async fn correct(tx: &mut Tx<'_>, client: ClientId, call: &Call, to: Correction, now: At) -> Result<()> {
    tx.exec(
        "UPDATE calls SET outcome = $3, known = $4, success = $5, resolved = $5 \
         WHERE client_id = $1 AND id = $2",
        args![client, call.id, to.outcome, to.known, to.success],
    )
    .await?;
    // Locks the message's row against the worker that may be applying it.
    let row = tx
        .opt(
            "UPDATE jobs SET tries = tries WHERE client_id = $1 AND kind = $2 AND ref = $3 \
             RETURNING body, state",
            args![client, AGENT_COMPLETED, call.id.to_string()],
        )
        .await?
        .ok_or(StoreError::NotFound("agent_completed job"))?;
    let before: Completed = from_json(&row.get::<String>("body")?)?;
    let after =
        Completed { outcome: to.outcome, known: to.known, success: to.success, resolved: to.success, ..before.clone() };
    tx.exec(
        "UPDATE jobs SET body = $4 WHERE client_id = $1 AND kind = $2 AND ref = $3",
        args![client, AGENT_COMPLETED, call.id.to_string(), to_json(&after)?],
    )
    .await?;
    if row.get::<String>("state")? == "done" {
        move_by(tx, client, &Delta::between(&before, &after), now).await?;
        tell(tx, &after, now);
    }
    Ok(())
}

/// Owner and rescuer, each once, in the order of ids (the lock order).
fn people(c: &Completed) -> Vec<MemberId> {
    let mut people: Vec<_> = c.owner.into_iter().chain(c.rescuer).collect();
    people.sort();
    people.dedup();
    people
}

async fn move_by(tx: &mut Tx<'_>, client: ClientId, d: &Delta<'_>, now: At) -> Result<()> {
    let c = d.of;
    for member in people(c) {
        let own = if c.owner == Some(member) { d.owner } else { Sums::default() };
        let rescue = if c.rescuer == Some(member) { d.rescue } else { RescueSums::default() };
        move_member(tx, client, member, &own, &rescue).await?;
    }
    if let Some(owner) = c.owner {
        move_assignment(tx, client, owner, c, &d.owner, now).await?;
    }
    let none = RescueSums::default();
    move_day(tx, client, c.owner.unwrap_or(MemberId(0)), d, &d.owner, &none, d.escalated).await?;
    if let Some(rescuer) = c.rescuer {
        move_day(tx, client, rescuer, d, &Sums::default(), &d.rescue, 0).await?;
    }
    move_agent_day(tx, client, d).await
}

async fn move_member(
    tx: &mut Tx<'_>,
    client: ClientId,
    member: MemberId,
    own: &Sums,
    rescue: &RescueSums,
) -> Result<()> {
    let mut values = args![client, member, rescue.rescues, rescue.rescues_resolved];
    values.extend(sums::values(own));
    values.extend(args![rescue.pickup_ms]);
    tx.exec(
        concat!(
            "UPDATE members SET rescues = rescues + $3, rescues_resolved = rescues_resolved + $4, ",
            sums::sums_add_from_5!(""),
            ", pickup_ms = pickup_ms + $16 WHERE client_id = $1 AND id = $2"
        ),
        values,
    )
    .await?;
    Ok(())
}

/// An agent that is not assigned gets a row with `assigned = false`, at the
/// middle of the scale, where the prior leans neither way.
async fn move_assignment(
    tx: &mut Tx<'_>,
    client: ClientId,
    owner: MemberId,
    c: &Completed,
    own: &Sums,
    now: At,
) -> Result<()> {
    let mut values = args![client, owner, c.agent, c.sector];
    values.extend(sums::values(own));
    values.extend(args![now]);
    tx.exec(
        concat!(
            "INSERT INTO assignments (client_id, member_id, agent_id, sector, calls, known, successes, \
             rating_sum, rating_sq, ratings, handling_ms, ok_handling_ms, ok_baseline_ms, ln_sum, ln_sq, \
             updated_at, proficiency, assigned, rev) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 50, FALSE, 1) \
             ON CONFLICT (client_id, member_id, agent_id) DO UPDATE SET sector = $4, ",
            sums::sums_add_from_5!("assignments.")
        ),
        values,
    )
    .await?;
    Ok(())
}

async fn move_day(
    tx: &mut Tx<'_>,
    client: ClientId,
    member: MemberId,
    d: &Delta<'_>,
    own: &Sums,
    rescue: &RescueSums,
    escalated: i64,
) -> Result<()> {
    let c = d.of;
    let mut values = args![client, member, c.agent, &c.day];
    values.extend(sums::values(own));
    values.extend(args![&c.week, c.sector, rescue.rescues, rescue.rescues_resolved, rescue.pickup_ms, escalated]);
    tx.exec(
        concat!(
            "INSERT INTO daily (client_id, member_id, agent_id, day, calls, known, successes, \
             rating_sum, rating_sq, ratings, handling_ms, ok_handling_ms, ok_baseline_ms, ln_sum, ln_sq, \
             week, sector, rescues, rescues_resolved, pickup_ms, escalated) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) \
             ON CONFLICT (client_id, member_id, agent_id, day) DO UPDATE SET ",
            sums::sums_add_from_5!("daily."),
            ", rescues = daily.rescues + $18, rescues_resolved = daily.rescues_resolved + $19, \
             pickup_ms = daily.pickup_ms + $20, escalated = daily.escalated + $21"
        ),
        values,
    )
    .await?;
    Ok(())
}

async fn move_agent_day(tx: &mut Tx<'_>, client: ClientId, d: &Delta<'_>) -> Result<()> {
    let (c, a) = (d.of, &d.agent);
    tx.exec(
        "INSERT INTO agent_days (client_id, agent_id, day, week, calls, resolved_by_agent, escalated) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (client_id, agent_id, day) DO UPDATE SET calls = agent_days.calls + $5, \
         resolved_by_agent = agent_days.resolved_by_agent + $6, escalated = agent_days.escalated + $7",
        args![client, c.agent, &c.day, &c.week, a.calls, a.resolved_by_agent, a.escalated],
    )
    .await?;
    Ok(())
}
