//! Channels: the phone numbers and other ways in.

mod edit;

pub use edit::ChannelPatch;

use crate::Store;
use crate::audit::Note;
use crate::error::{Result, StoreError};
use crate::sql::{DbRow, Tx, args};
use caly_core::id::{AgentId, ChannelId, ClientId, TeamId};
use caly_core::outcome::ChannelKind;
use caly_core::scope::Scope;
use caly_core::sector::Sector;
use caly_core::time::At;
use serde::{Deserialize, Serialize};

/// A way in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Phone, browser, rehearsal or echo.
    pub kind: ChannelKind,
    /// `exotel`.
    pub carrier: String,
    /// Its name.
    pub name: String,
    /// The dialled number, E.164 (checked against `CallTo`).
    pub number: Option<String>,
    /// The sector that answers.
    pub sector: Sector,
    /// The team that owns its calls.
    pub team: TeamId,
    /// The agent that answers first.
    pub entry_agent: AgentId,
    /// The hook key, sealed by the server's vault, for showing.
    pub hook_key_sealed: String,
    /// The carrier's account, checked in the stream's `start`.
    pub account_sid: Option<String>,
    /// Keyed hash of `user:password` when the hooks carry Basic credentials.
    pub hook_basic_hash: Option<String>,
    /// Dialled when Caly cannot say whom: E.164.
    pub fallback_number: Option<String>,
    /// The carrier's API, sealed by the server's vault.
    pub carrier_login_sealed: Option<String>,
    /// Whether the carrier's recording of a talk with the agent is fetched.
    pub keep_talks: bool,
    /// Whether calls are taken.
    pub is_active: bool,
    /// Revision.
    pub rev: i64,
    /// When it was made.
    pub created_at: At,
}

/// A way in to be made.
#[derive(Debug, Clone)]
pub struct NewChannel {
    /// Phone, browser, rehearsal or echo.
    pub kind: ChannelKind,
    /// `exotel`.
    pub carrier: String,
    /// Its name.
    pub name: String,
    /// The dialled number.
    pub number: Option<String>,
    /// The sector.
    pub sector: Sector,
    /// The team.
    pub team: TeamId,
    /// The entry agent.
    pub entry_agent: AgentId,
    /// Keyed hash of the hook key, hex.
    pub hook_key_hash: String,
    /// The hook key, sealed.
    pub hook_key_sealed: String,
    /// The carrier's account.
    pub account_sid: Option<String>,
    /// Keyed hash of the hooks' Basic credentials.
    pub hook_basic_hash: Option<String>,
}

/// What of a channel's carrier is to be changed; the inner `None` removes.
#[derive(Debug, Clone, Default)]
pub struct CarrierPatch {
    /// Dialled when Caly cannot say whom.
    pub fallback_number: Option<Option<String>>,
    /// The carrier's account.
    pub account_sid: Option<Option<String>>,
    /// The carrier's API, sealed.
    pub login_sealed: Option<Option<String>>,
    /// Whether recordings of talks with the agent are fetched.
    pub keep_talks: Option<bool>,
}

fn channel(row: &DbRow) -> Result<Channel> {
    Ok(Channel {
        id: row.get("id")?,
        kind: row.get("kind")?,
        carrier: row.get("carrier")?,
        name: row.get("name")?,
        number: row.opt("number")?,
        sector: row.get("sector")?,
        team: row.get("team_id")?,
        entry_agent: row.get("entry_agent_id")?,
        hook_key_sealed: row.get("hook_key_sealed")?,
        account_sid: row.opt("account_sid")?,
        hook_basic_hash: row.opt("hook_basic_hash")?,
        fallback_number: row.opt("fallback_number")?,
        carrier_login_sealed: row.opt("carrier_login_sealed")?,
        keep_talks: row.get("keep_talks")?,
        is_active: row.get("is_active")?,
        rev: row.get("rev")?,
        created_at: row.get("created_at")?,
    })
}

impl Store {
    /// Makes an active channel with its hook key.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the team is not this client's;
    /// [`StoreError::Conflict`] (`hook key`, or `browser channel`: a client has
    /// one at the most).
    pub async fn create_channel(&self, scope: &Scope, new: NewChannel, now: At) -> Result<Channel> {
        self.write(scope, (scope.clone(), new, now), |tx, (scope, new, now)| {
            Box::pin(async move {
                // The counter's row is held: who makes a channel looks after whoever made one.
                let id = ChannelId(tx.next(scope.client, "channel").await?);
                if new.kind == ChannelKind::Browser {
                    let there = "SELECT id FROM channels WHERE client_id = $1 AND kind = $2";
                    if tx.opt(there, args![scope.client, new.kind]).await?.is_some() {
                        return Err(StoreError::Conflict("browser channel"));
                    }
                }
                let row = tx
                    .one(
                        "INSERT INTO channels (client_id, id, kind, carrier, name, number, sector, \
                         team_id, entry_agent_id, hook_key_sealed, account_sid, hook_basic_hash, \
                         is_active, rev, created_at) \
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, TRUE, 1, $13) \
                         RETURNING *",
                        args![
                            scope.client,
                            id,
                            new.kind,
                            &new.carrier,
                            &new.name,
                            &new.number,
                            new.sector,
                            new.team,
                            new.entry_agent,
                            &new.hook_key_sealed,
                            &new.account_sid,
                            &new.hook_basic_hash,
                            now
                        ],
                    )
                    .await?;
                add_key(tx, scope.client, id, &new.hook_key_hash, *now).await?;
                tx.note(Note::new(
                    scope,
                    *now,
                    "channel.create",
                    &serde_json::json!({"channel": id, "kind": new.kind, "name": new.name}),
                ));
                channel(&row)
            })
        })
        .await
    }

    /// Sets what a channel has of its carrier; what is left out stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Stale`].
    pub async fn set_carrier(
        &self,
        scope: &Scope,
        id: ChannelId,
        to: CarrierPatch,
        expected_rev: Option<i64>,
        now: At,
    ) -> Result<Channel> {
        let args = (scope.clone(), id, to, expected_rev, now);
        self.write(scope, args, |tx, (scope, id, to, expected, now)| {
            Box::pin(async move {
                let before = edit::lock(tx, scope.client, *id).await?;
                crate::members::check_rev(*expected, before.rev - 1)?;
                let row = tx
                    .one(
                        "UPDATE channels SET fallback_number = $3, account_sid = $4, carrier_login_sealed = $5, \
                         keep_talks = $6 WHERE client_id = $1 AND id = $2 RETURNING *",
                        args![
                            scope.client,
                            id,
                            to.fallback_number.clone().unwrap_or(before.fallback_number),
                            to.account_sid.clone().unwrap_or(before.account_sid),
                            to.login_sealed.clone().unwrap_or(before.carrier_login_sealed),
                            to.keep_talks.unwrap_or(before.keep_talks)
                        ],
                    )
                    .await?;
                let changed = channel(&row)?;
                let body = serde_json::json!({
                    "channel": id, "fallback_number": to.fallback_number.is_some(),
                    "account_sid": to.account_sid.is_some(), "login": to.login_sealed.is_some(),
                    "keep_talks": to.keep_talks,
                });
                tx.note(Note::new(scope, *now, "channel.carrier", &body));
                Ok(changed)
            })
        })
        .await
    }

    /// One channel.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn channel(&self, scope: &Scope, id: ChannelId) -> Result<Channel> {
        self.read(scope, (scope.client, id), |tx, (client, id)| Box::pin(async move { find(tx, *client, *id).await }))
            .await
    }

    /// All channels by id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn channels(&self, scope: &Scope) -> Result<Vec<Channel>> {
        self.read(scope, scope.client, |tx, client| {
            Box::pin(async move {
                let rows = tx.all("SELECT * FROM channels WHERE client_id = $1 ORDER BY id", args![client]).await?;
                rows.iter().map(channel).collect()
            })
        })
        .await
    }

    /// Replaces a channel's hook key: the old one is unknown from now on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Stale`]; [`StoreError::Conflict`].
    pub async fn rotate_hook_key(
        &self,
        scope: &Scope,
        id: ChannelId,
        key_hash: String,
        key_sealed: String,
        expected_rev: Option<i64>,
        now: At,
    ) -> Result<Channel> {
        let args = (scope.clone(), id, key_hash, key_sealed, expected_rev, now);
        self.write(scope, args, |tx, (scope, id, hash, sealed, expected, now)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "UPDATE channels SET hook_key_sealed = $3, rev = rev + 1 \
                         WHERE client_id = $1 AND id = $2 RETURNING *",
                        args![scope.client, id, sealed],
                    )
                    .await?
                    .ok_or(StoreError::NotFound("channel"))?;
                let channel = channel(&row)?;
                crate::members::check_rev(*expected, channel.rev - 1)?;
                tx.exec("DELETE FROM hook_keys WHERE client_id = $1 AND channel_id = $2", args![scope.client, id])
                    .await?;
                add_key(tx, scope.client, *id, hash, *now).await?;
                let body = serde_json::json!({"channel": id});
                tx.note(Note::new(scope, *now, "channel.rotate_key", &body));
                Ok(channel)
            })
        })
        .await
    }
}

pub(crate) async fn find(tx: &mut Tx<'_>, client: ClientId, id: ChannelId) -> Result<Channel> {
    let row = tx.opt("SELECT * FROM channels WHERE client_id = $1 AND id = $2", args![client, id]).await?;
    channel(&row.ok_or(StoreError::NotFound("channel"))?)
}

async fn add_key(tx: &mut Tx<'_>, client: ClientId, channel: ChannelId, hash: &str, now: At) -> Result<()> {
    let added = tx
        .exec(
            "INSERT INTO hook_keys (key_hash, client_id, channel_id, created_at) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (key_hash) DO NOTHING",
            args![hash, client, channel, now],
        )
        .await?;
    if added == 0 { Err(StoreError::Conflict("hook key")) } else { Ok(()) }
}
