//! How a carrier's request finds its client: hook keys and stream tokens.

use crate::Store;
use crate::channels::{self, Channel};
use crate::error::Result;
use crate::sql::{DbRow, args};
use caly_core::id::{CallId, ChannelId, ClientId};
use caly_core::time::At;

/// Whose hook key it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HookOwner {
    /// The client.
    pub client: ClientId,
    /// The channel.
    pub channel: ChannelId,
}

/// The call whose audio socket opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimedStream {
    /// The client.
    pub client: ClientId,
    /// The call.
    pub call: CallId,
    /// Its channel; the path's hook key must be this one's.
    pub channel: ChannelId,
    /// 1 for the first socket, 2 for the carrier's one retry.
    pub upgrade: i64,
}

impl Store {
    /// Whose a hook key's keyed hash is, and the channel as it is now, in one
    /// trip; `None` is a 404.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hook_channel(&self, key_hash: &str) -> Result<Option<(ClientId, Channel)>> {
        self.read_global(key_hash.to_owned(), |tx, hash| {
            Box::pin(async move {
                let row =
                    tx.opt("SELECT client_id, channel_id FROM hook_keys WHERE key_hash = $1", args![hash]).await?;
                let Some(row) = row else { return Ok(None) };
                let client: ClientId = row.get("client_id")?;
                tx.enter(client).await?;
                Ok(Some((client, channels::find(tx, client, row.get("channel_id")?).await?)))
            })
        })
        .await
    }

    /// Every hook key's keyed hash and whose it is, for answering hooks while
    /// the database is away.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hook_keys(&self) -> Result<Vec<(String, HookOwner)>> {
        self.read_global((), |tx, ()| {
            Box::pin(async move {
                let rows = tx.all("SELECT key_hash, client_id, channel_id FROM hook_keys", Vec::new()).await?;
                let owner = |row: &DbRow| -> Result<_> {
                    let owner = HookOwner { client: row.get("client_id")?, channel: row.get("channel_id")? };
                    Ok((row.get("key_hash")?, owner))
                };
                rows.iter().map(owner).collect()
            })
        })
        .await
    }

    /// Claims a stream token. It holds until its time, until the stream's
    /// `start` was accepted ([`Store::start_stream`]), and for two sockets at
    /// most: the carrier repeats a failed handshake once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim_stream(&self, token_hash: &str, now: At) -> Result<Option<ClaimedStream>> {
        self.write_global((token_hash.to_owned(), now), |tx, (hash, now)| {
            Box::pin(async move {
                let row = tx
                    .opt(
                        "UPDATE stream_tokens SET upgrades = upgrades + 1 \
                         WHERE token_hash = $1 AND expires_at > $2 AND upgrades < 2 AND used = FALSE \
                         RETURNING client_id, call_id, channel_id, upgrades",
                        args![hash, now],
                    )
                    .await?;
                row.map(|row| {
                    Ok(ClaimedStream {
                        client: row.get("client_id")?,
                        call: row.get("call_id")?,
                        channel: row.get("channel_id")?,
                        upgrade: row.get("upgrades")?,
                    })
                })
                .transpose()
            })
        })
        .await
    }

    /// Forgets stream tokens that ran out before `before`; how many they were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn prune_stream_tokens(&self, before: At) -> Result<u64> {
        self.write_global(before, |tx, before| {
            Box::pin(async move { tx.exec("DELETE FROM stream_tokens WHERE expires_at < $1", args![before]).await })
        })
        .await
    }
}
