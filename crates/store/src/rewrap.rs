//! A client's data key under another installation key, with everything else
//! that hangs on that key, in one transaction.

use crate::Store;
use crate::audit::Note;
use crate::error::{Result, StoreError};
use crate::sql::args;
use caly_core::id::ChannelId;
use caly_core::scope::Scope;
use caly_core::time::At;

/// What a channel is known by under the new key.
#[derive(Debug, Clone)]
pub struct Rehashed {
    /// The channel.
    pub channel: ChannelId,
    /// Keyed hash of its hook key.
    pub hook_key_hash: String,
    /// Keyed hash of its Basic credentials, where it has any.
    pub hook_basic_hash: Option<String>,
}

impl Store {
    /// Puts `after` in the place of `before` as the client's wrapped data key,
    /// and every channel's hashes with it.
    ///
    /// # Errors
    /// [`StoreError::NotNow`] when the data key is no longer `before`, or a
    /// channel came between.
    pub async fn rewrap(
        &self,
        scope: &Scope,
        before: &str,
        after: &str,
        channels: Vec<Rehashed>,
        now: At,
    ) -> Result<()> {
        let args = (scope.clone(), before.to_owned(), after.to_owned(), channels, now);
        self.write(scope, args, |tx, (scope, before, after, channels, now)| {
            Box::pin(async move {
                let keys = args![scope.client, before, after];
                let sql = "UPDATE data_keys SET wrapped = $3 WHERE client_id = $1 AND wrapped = $2";
                if tx.exec(sql, keys).await? != 1 {
                    return Err(StoreError::NotNow("the client's key was changed meanwhile; rotate again"));
                }
                let mut hashed = 0;
                for channel in channels {
                    let hash = args![scope.client, channel.channel, &channel.hook_key_hash];
                    let sql = "UPDATE hook_keys SET key_hash = $3 WHERE client_id = $1 AND channel_id = $2";
                    hashed += tx.exec(sql, hash).await?;
                    let basic = args![scope.client, channel.channel, &channel.hook_basic_hash];
                    let sql = "UPDATE channels SET hook_basic_hash = $3 WHERE client_id = $1 AND id = $2";
                    tx.exec(sql, basic).await?;
                }
                let all =
                    tx.one("SELECT COUNT(*) AS n FROM hook_keys WHERE client_id = $1", args![scope.client]).await?;
                if all.get::<i64>("n")? != i64::try_from(hashed).unwrap_or(i64::MAX) {
                    return Err(StoreError::NotNow("a channel was made meanwhile; rotate again"));
                }
                tx.note(Note::new(scope, *now, "vault.rotate", &serde_json::json!({"channels": channels.len()})));
                Ok(())
            })
        })
        .await
    }
}
