//! The call's row, its owner and why, and where its audio goes: once a call,
//! however often the carrier asks.

use super::hook::Known;
use super::keys::mint_token;
use crate::auth::session::hash as token_hash;
use crate::live::Telephony;
use crate::state::App;
use caly_carriers::exotel::answers::stream_url;
use caly_core::id::CallId;
use caly_core::privacy::{Country, canonical_number};
use caly_core::time::{At, SECOND};
use caly_store::{NewCall, Placed, StoreError};

/// The carrier must open the stream within this.
pub const TOKEN_MS: i64 = 60 * SECOND;
/// 16 kHz with 100 ms chunks satisfies every rule of the carrier at once.
pub const RATE: u32 = 16_000;

/// Places the call; a repeat gets the first one's answer. What is known of the
/// channel may be from before: the store says whether it still holds.
///
/// # Errors
/// [`StoreError`]; nothing is half done.
pub async fn place(app: &App, tel: &Telephony, known: &Known, call_sid: &str) -> Result<Placed, StoreError> {
    let token = mint_token(app.chance.as_ref());
    let url = stream_url(&app.config.public_ws_url(), &known.hook_key, &token, RATE);
    let now = app.clock.now();
    let new = new_call(app, tel, known, call_sid, &token, url, now);
    app.store.place_call_as_seen(&known.scope, new, known.channel.rev, now).await
}

/// A row for a call whose voicebot hook was answered without the database.
///
/// # Errors
/// [`StoreError`]; nothing is half done.
pub async fn place_late(
    app: &App,
    tel: &Telephony,
    known: &Known,
    id: CallId,
    sid: &str,
    token: &str,
) -> Result<Placed, StoreError> {
    let now = app.clock.now();
    let new = NewCall { id, degraded: true, ..new_call(app, tel, known, sid, token, String::new(), now) };
    app.store.place_call_as_seen(&known.scope, new, known.channel.rev, now).await
}

fn new_call(app: &App, tel: &Telephony, known: &Known, sid: &str, token: &str, url: String, now: At) -> NewCall {
    let agent = app.catalogue.agent(known.channel.entry_agent);
    NewCall {
        id: CallId(app.chance.id(now)),
        channel: known.channel.id,
        carrier_call_id: sid.to_owned(),
        caller_number: known.call.from.as_deref().and_then(|n| canonical_number(n, Country::In)),
        caller_raw: known.call.from.clone(),
        dialled: known.call.to.clone(),
        agent_type: agent.map_or_else(String::new, |a| a.slug.clone()),
        seed: app.chance.seed(),
        token_hash: token_hash(token),
        token_expires_at: now.plus(TOKEN_MS),
        stream_url: url,
        node: tel.node.clone(),
        degraded: false,
        attributes: "{}".into(),
    }
}
