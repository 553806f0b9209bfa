//! Changes of a channel. Its kind and carrier stay: calls were counted by them.

use super::{Channel, channel};
use crate::Store;
use crate::audit::Note;
use crate::error::{Result, StoreError};
use crate::members::check_rev;
use crate::sql::{Tx, args};
use caly_core::id::{AgentId, ChannelId, ClientId, TeamId};
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_core::time::At;

/// What to change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct ChannelPatch {
    /// Its name.
    pub name: Option<String>,
    /// The dialled number; `Some(None)` clears it.
    pub number: Option<Option<String>>,
    /// The sector, with the agent that answers first there.
    pub entry: Option<(Sector, AgentId)>,
    /// The team that owns its calls from now on.
    pub team: Option<TeamId>,
    /// The carrier's account; `Some(None)` clears it.
    pub account_sid: Option<Option<String>>,
    /// Keyed hash of the hooks' Basic credentials; `Some(None)` clears it.
    pub hook_basic_hash: Option<Option<String>>,
    /// Whether calls are taken.
    pub is_active: Option<bool>,
}

impl ChannelPatch {
    fn apply(&self, channel: &mut Channel) {
        let set = |to: &mut Option<String>, from: &Option<Option<String>>| {
            if let Some(value) = from {
                to.clone_from(value);
            }
        };
        if let Some(name) = &self.name {
            channel.name.clone_from(name);
        }
        set(&mut channel.number, &self.number);
        set(&mut channel.account_sid, &self.account_sid);
        set(&mut channel.hook_basic_hash, &self.hook_basic_hash);
        (channel.sector, channel.entry_agent) = self.entry.unwrap_or((channel.sector, channel.entry_agent));
        channel.team = self.team.unwrap_or(channel.team);
        channel.is_active = self.is_active.unwrap_or(channel.is_active);
    }
}

impl Store {
    /// Changes a channel. Calls that are on stay as they were placed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (`channel`, or `team` that is not this
    /// client's); [`StoreError::Stale`].
    pub async fn update_channel(
        &self,
        scope: &Scope,
        id: ChannelId,
        patch: ChannelPatch,
        expected_rev: Option<i64>,
        now: At,
    ) -> Result<Channel> {
        let args = (scope.clone(), id, patch, expected_rev, now);
        self.write(scope, args, |tx, (scope, id, patch, expected, now)| {
            Box::pin(async move {
                let mut c = lock(tx, scope.client, *id).await?;
                check_rev(*expected, c.rev - 1)?;
                patch.apply(&mut c);
                let team = args![scope.client, c.team];
                if tx.opt("SELECT id FROM teams WHERE client_id = $1 AND id = $2", team).await?.is_none() {
                    return Err(StoreError::NotFound("team"));
                }
                let args = args![
                    scope.client,
                    id,
                    &c.name,
                    &c.number,
                    c.sector,
                    c.team,
                    c.entry_agent,
                    &c.account_sid,
                    &c.hook_basic_hash,
                    c.is_active
                ];
                let row = tx
                    .one(
                        "UPDATE channels SET name = $3, number = $4, sector = $5, team_id = $6, entry_agent_id = $7, \
                         account_sid = $8, hook_basic_hash = $9, is_active = $10 \
                         WHERE client_id = $1 AND id = $2 RETURNING *",
                        args,
                    )
                    .await?;
                let body = serde_json::json!({"channel": id, "name": c.name, "team": c.team, "is_active": c.is_active});
                tx.note(Note::new(scope, *now, "channel.update", &body));
                channel(&row)
            })
        })
        .await
    }
}

/// Its row, held until the end of the transaction, with the next revision.
pub(super) async fn lock(tx: &mut Tx<'_>, client: ClientId, id: ChannelId) -> Result<Channel> {
    let row = tx
        .opt("UPDATE channels SET rev = rev + 1 WHERE client_id = $1 AND id = $2 RETURNING *", args![client, id])
        .await?;
    channel(&row.ok_or(StoreError::NotFound("channel"))?)
}
