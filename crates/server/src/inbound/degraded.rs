//! A token that needs no row: version ‖ client ‖ channel ‖ expiry ‖ CallSid
//! under a MAC with the installation's key. Good for 60 s, once a node.

use super::keys::PathKeys;
use super::place_call::TOKEN_MS;
use base64_simd::URL_SAFE_NO_PAD;
use caly_core::id::{ChannelId, ClientId};
use caly_core::time::At;
use std::collections::HashMap;
use std::sync::Mutex;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// In front, so that a stored token is never taken for one of these.
const MARK: &str = "d1-";
const VERSION: u8 = 1;
const HEAD: usize = 1 + 16 + 8 + 8;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The client.
    pub client: ClientId,
    /// The channel.
    pub channel: ChannelId,
    /// The carrier's call id; empty when the hook had none.
    pub call_sid: String,
    expires_at: At,
}

/// Makes a token.
#[must_use]
pub fn mint(keys: &PathKeys, client: ClientId, channel: ChannelId, call_sid: &str, now: At) -> String {
    let mut text = vec![VERSION];
    text.extend_from_slice(client.0.as_bytes());
    text.extend_from_slice(&channel.0.to_be_bytes());
    text.extend_from_slice(&now.plus(TOKEN_MS).0.to_be_bytes());
    text.extend_from_slice(call_sid.as_bytes());
    let mac = keys.mac(&text);
    text.extend_from_slice(&mac);
    format!("{MARK}{}", URL_SAFE_NO_PAD.encode_to_string(text))
}

/// Reads a token; `None` when it is not one of ours or its time is over.
#[must_use]
pub fn open(keys: &PathKeys, token: &str, now: At) -> Option<Claim> {
    let bytes = URL_SAFE_NO_PAD.decode_to_vec(token.strip_prefix(MARK)?).ok()?;
    let (text, mac) = bytes.split_last_chunk::<16>()?;
    if !bool::from(keys.mac(text).ct_eq(mac)) || text.len() < HEAD || text[0] != VERSION {
        return None;
    }
    let claim = Claim {
        client: ClientId(Uuid::from_slice(&text[1..17]).ok()?),
        channel: ChannelId(i64::from_be_bytes(text[17..25].try_into().ok()?)),
        expires_at: At(i64::from_be_bytes(text[25..33].try_into().ok()?)),
        call_sid: String::from_utf8(text[HEAD..].to_vec()).ok()?,
    };
    (claim.expires_at > now).then_some(claim)
}

/// Tokens that were used on this node, until they run out.
#[derive(Debug, Default)]
pub struct Spent(Mutex<HashMap<String, At>>);

impl Spent {
    /// Uses a token; `false` when it was used before.
    pub fn spend(&self, token: &str, now: At) -> bool {
        let mut map = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        map.retain(|_, until| *until > now);
        map.insert(token.to_owned(), now.plus(TOKEN_MS)).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededChance;
    use crate::vault::SecretKey;

    #[test]
    fn case_26_a_token_holds_for_a_minute_and_for_nobody_else() {
        let keys = PathKeys::new(&SecretKey::make(&SeededChance::new(1)));
        let other = PathKeys::new(&SecretKey::make(&SeededChance::new(2)));
        let client = ClientId(Uuid::from_u128(7));
        let token = mint(&keys, client, ChannelId(3), "c0ffee", At(1000));
        let claim = open(&keys, &token, At(60_999)).unwrap();
        assert_eq!((claim.client, claim.channel, claim.call_sid.as_str()), (client, ChannelId(3), "c0ffee"));
        assert_eq!(open(&keys, &token, At(61_000)), None);
        assert_eq!(open(&other, &token, At(1000)), None);
        for i in MARK.len()..token.len() {
            let mut bent = token.clone().into_bytes();
            bent[i] = if bent[i] == b'A' { b'B' } else { b'A' };
            assert_ne!(open(&keys, std::str::from_utf8(&bent).unwrap(), At(1000)), Some(claim.clone()));
        }
    }

    #[test]
    fn case_26_once() {
        let spent = Spent::default();
        assert!(spent.spend("t", At(0)));
        assert!(!spent.spend("t", At(1)));
    }
}
