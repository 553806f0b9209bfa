//! Reading calls.

use super::{Call, call, find};
use crate::error::Result;
use crate::sql::args;
use crate::{Page, Store, page_limit};
use caly_core::id::{AgentId, CallId, ChannelId, MemberId};
use caly_core::outcome::Outcome;
use caly_core::scope::Scope;
use caly_core::time::At;

/// Where a page of calls starts: below this call, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallCursor {
    /// Its start.
    pub started_at: At,
    /// Its id.
    pub id: CallId,
}

/// Which calls; `None` means any.
#[derive(Debug, Clone, Default)]
pub struct CallFilter {
    /// Owned or rescued by this member (what a member sees of himself).
    pub of_member: Option<MemberId>,
    /// Owned by this member.
    pub owner: Option<MemberId>,
    /// Completed by this agent.
    pub agent: Option<AgentId>,
    /// Through this channel.
    pub channel: Option<ChannelId>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// `true`: in progress; `false`: ended.
    pub open: Option<bool>,
    /// Started at or after.
    pub from: Option<At>,
    /// Started before.
    pub to: Option<At>,
}

/// The columns that every reading may be narrowed by, `$1` to `$11` in each of
/// its branches; `$led` is what the branch's index is led by.
macro_rules! branch {
    ($led:literal) => {
        concat!(
            "SELECT * FROM calls WHERE client_id = $1 AND (started_at, id) < ($2, $3) ",
            $led,
            " AND ($4 IS NULL OR owner_id = $4 OR rescuer_id = $4) AND ($5 IS NULL OR owner_id = $5) \
             AND ($6 IS NULL OR agent_id = $6) AND ($7 IS NULL OR channel_id = $7) \
             AND ($8 IS NULL OR outcome = $8) \
             AND ($9 IS NULL OR CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END = $9) \
             AND ($10 IS NULL OR started_at >= $10) AND ($11 IS NULL OR started_at < $11) "
        )
    };
}

/// Ends a reading.
macro_rules! newest_first {
    ($($branch:expr),+) => { concat!($($branch),+, "ORDER BY started_at DESC, id DESC LIMIT $12") };
}

const ANY: &str = newest_first!(branch!(""));
// A filter that few calls pass would read the whole history for one page: each
// such reading says its condition once more as its index knows it. What is left
// without one are agents, most of which have many calls.
const OPEN: &str = newest_first!(branch!("AND ended_at IS NULL"));
const OUTCOME: &str = newest_first!(branch!("AND outcome = $8"));
const CHANNEL: &str = newest_first!(branch!("AND channel_id = $7"));
const OF_MEMBER: &str = newest_first!(
    branch!("AND owner_id = $4"),
    "UNION ALL ",
    branch!("AND rescuer_id = $4 AND (owner_id IS NULL OR owner_id <> $4)")
);

impl CallFilter {
    /// The text whose index finds the fewest calls beside those that pass.
    fn text(&self) -> &'static str {
        match self {
            Self { open: Some(true), .. } => OPEN,
            Self { of_member: Some(_), .. } => OF_MEMBER,
            Self { outcome: Some(_), .. } => OUTCOME,
            Self { channel: Some(_), .. } => CHANNEL,
            _ => ANY,
        }
    }
}

impl Store {
    /// One call.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`].
    pub async fn call(&self, scope: &Scope, id: CallId) -> Result<Call> {
        self.read(scope, (scope.client, id), |tx, (client, id)| Box::pin(async move { find(tx, *client, *id).await }))
            .await
    }

    /// A page of calls, newest first, at most 200, below `cursor`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn calls(
        &self,
        scope: &Scope,
        filter: CallFilter,
        cursor: Option<CallCursor>,
        limit: i64,
    ) -> Result<Page<Call, CallCursor>> {
        let args = (scope.client, filter, cursor, page_limit(limit));
        self.read(scope, args, |tx, (client, f, cursor, limit)| {
            Box::pin(async move {
                let below = cursor.map_or(i64::MAX, |c| c.started_at.0);
                let id = cursor.map_or(String::new(), |c| c.id.to_string());
                let rows = tx
                    .all(
                        f.text(),
                        args![
                            client,
                            below,
                            id,
                            f.of_member,
                            f.owner,
                            f.agent,
                            f.channel,
                            f.outcome,
                            f.open.map(i64::from),
                            f.from,
                            f.to,
                            limit + 1
                        ],
                    )
                    .await?;
                let calls = rows.iter().map(call).collect::<Result<_>>()?;
                Ok(Page::cut(calls, *limit, |c: &Call| CallCursor { started_at: c.started_at, id: c.id }))
            })
        })
        .await
    }
}
