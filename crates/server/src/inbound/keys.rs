//! Secrets in paths. Exotel signs nothing, so the path is the proof: a key per
//! channel, a token per call, both looked up by a hash that is useless to whom
//! reads the database.

use crate::clock::{Chance, random};
use crate::vault::SecretKey;
use base64_simd::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

/// Derived from the installation's key; the key itself is not kept.
#[derive(Clone)]
pub struct PathKeys {
    hook: [u8; 32],
    basic: [u8; 32],
    basic_wrap: SecretKey,
    mac: [u8; 32],
}

impl std::fmt::Debug for PathKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PathKeys(…)")
    }
}

impl PathKeys {
    /// From the installation's key.
    #[must_use]
    pub fn new(master: &SecretKey) -> Self {
        Self {
            hook: master.derive("caly 2026 hook key look-up"),
            basic: master.derive("caly 2026 socket credentials"),
            basic_wrap: SecretKey::from_array(master.derive("caly 2026 wrap of socket credentials' keys")),
            mac: master.derive("caly 2026 degraded stream token"),
        }
    }

    /// The look-up hash of a hook key.
    #[must_use]
    pub fn hook_hash(&self, hook_key: &str) -> String {
        blake3::keyed_hash(&self.hook, hook_key.as_bytes()).to_hex().to_string()
    }

    /// The look-up hash of a socket's Basic credentials, `user:password`.
    #[must_use]
    pub fn basic_hash(&self, credentials: &str) -> String {
        blake3::keyed_hash(&self.basic, credentials.as_bytes()).to_hex().to_string()
    }

    /// Whether credentials are those of a stored hash.
    #[must_use]
    pub fn knows_basic(&self, stored: &str, credentials: &str) -> bool {
        let Some((sealed, hash)) = carried(stored) else {
            return bool::from(self.basic_hash(credentials).as_bytes().ct_eq(stored.as_bytes()));
        };
        let Some(key) = self.basic_wrap.open(sealed, BASIC_OF).ok().and_then(|key| <[u8; 32]>::try_from(&key[..]).ok())
        else {
            return false;
        };
        let given = blake3::keyed_hash(&key, credentials.as_bytes()).to_hex();
        bool::from(given.as_bytes().ct_eq(hash.as_bytes()))
    }

    /// A stored hash of Basic credentials as these keys know it, after it was
    /// stored under `before`. Nobody has the credentials to hash them anew, so
    /// the key that they were hashed with goes along, sealed; `None` when the
    /// stored text is not of `before`'s.
    #[must_use]
    pub fn carry_basic(&self, before: &Self, stored: &str, chance: &dyn Chance) -> Option<String> {
        let (key, hash) = match carried(stored) {
            Some((sealed, hash)) => (before.basic_wrap.open(sealed, BASIC_OF).ok()?.to_vec(), hash),
            None => (before.basic.to_vec(), stored),
        };
        Some(format!("{CARRIED}{}.{hash}", self.basic_wrap.seal(&key, BASIC_OF, chance)))
    }

    /// 128 bits that say who made a text.
    #[must_use]
    pub fn mac(&self, text: &[u8]) -> [u8; 16] {
        let mut tag = [0; 16];
        tag.copy_from_slice(&blake3::keyed_hash(&self.mac, text).as_bytes()[..16]);
        tag
    }
}

/// In front of a hash that was made under an installation key before this one.
const CARRIED: &str = "carried.";
const BASIC_OF: &[u8] = b"basic-hash-key";

/// The sealed key and the hash of a carried one.
fn carried(stored: &str) -> Option<(&str, &str)> {
    stored.strip_prefix(CARRIED)?.split_once('.')
}

/// A new hook key: 128 random bits.
#[must_use]
pub fn mint_hook_key(chance: &dyn Chance) -> String {
    URL_SAFE_NO_PAD.encode_to_string(random::<16>(chance))
}

/// A new stream token: 128 random bits.
#[must_use]
pub fn mint_token(chance: &dyn Chance) -> String {
    URL_SAFE_NO_PAD.encode_to_string(random::<16>(chance))
}
