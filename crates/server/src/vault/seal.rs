//! Sealing: XChaCha20-Poly1305 with what the value belongs to as associated
//! data, so that a sealed text moved to another row does not open.

use crate::clock::{Chance, random};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

/// 256 bits that are wiped when let go of and never shown.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// A sealed text does not open: another key, another row, or damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored value does not open with this key file; restore the vault key that belongs to this data")]
pub struct Sealed;

const NONCE: usize = 24;

impl SecretKey {
    /// A new key.
    pub fn make(chance: &dyn Chance) -> Self {
        Self(Zeroizing::new(random(chance)))
    }

    /// From 32 raw bytes; `None` for any other length.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// From exactly 32 bytes.
    #[must_use]
    pub fn from_array(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// From 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = Zeroizing::new([0; 32]);
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// As 64 hexadecimal digits, for the key file.
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.iter().map(|b| format!("{b:02x}")).collect())
    }

    /// The raw bytes, for wrapping under another key.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// A key for one purpose, derived from this one.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(purpose, self.0.as_slice())
    }

    /// Seals `plain`, bound to `belongs`; base64 of nonce ‖ ciphertext.
    pub fn seal(&self, plain: &[u8], belongs: &[u8], chance: &dyn Chance) -> String {
        base64_simd::STANDARD.encode_to_string(self.seal_bytes(plain, belongs, chance))
    }

    /// The same as nonce ‖ ciphertext, for what is too large for a text.
    pub fn seal_bytes(&self, plain: &[u8], belongs: &[u8], chance: &dyn Chance) -> Vec<u8> {
        let nonce: [u8; NONCE] = random(chance);
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: belongs })
            // The cipher refuses only texts beyond 256 GiB.
            .expect("what is kept is shorter than 256 GiB");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what [`SecretKey::seal`] made for the same `belongs`.
    ///
    /// # Errors
    /// [`Sealed`] for any other key, row or text.
    pub fn open(&self, sealed: &str, belongs: &[u8]) -> Result<Zeroizing<Vec<u8>>, Sealed> {
        let bytes = base64_simd::STANDARD.decode_to_vec(sealed).map_err(|_| Sealed)?;
        self.open_bytes(&bytes, belongs)
    }

    /// Opens what [`SecretKey::seal_bytes`] made for the same `belongs`.
    ///
    /// # Errors
    /// [`Sealed`] for any other key, row or bytes.
    pub fn open_bytes(&self, bytes: &[u8], belongs: &[u8]) -> Result<Zeroizing<Vec<u8>>, Sealed> {
        let (nonce, rest) = bytes.split_first_chunk::<NONCE>().ok_or(Sealed)?;
        self.cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: rest, aad: belongs })
            .map(Zeroizing::new)
            .map_err(|_| Sealed)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededChance;

    #[test]
    fn a_sealed_text_opens_only_where_it_belongs() {
        let chance = SeededChance::new(1);
        let key = SecretKey::make(&chance);
        let sealed = key.seal(b"shpat_123", b"client/ecommerce/token", &chance);
        assert_eq!(key.open(&sealed, b"client/ecommerce/token").unwrap().as_slice(), b"shpat_123");
        assert_eq!(key.open(&sealed, b"other/ecommerce/token").unwrap_err(), Sealed);
        assert_eq!(SecretKey::make(&chance).open(&sealed, b"client/ecommerce/token").unwrap_err(), Sealed);
        assert!(!sealed.contains("shpat"));
        assert_ne!(sealed, key.seal(b"shpat_123", b"client/ecommerce/token", &chance), "a nonce is used once");
    }

    #[test]
    fn hex_round_trips_and_nothing_shows() {
        let key = SecretKey::make(&SeededChance::new(2));
        assert_eq!(SecretKey::from_hex(&key.to_hex()).unwrap().bytes(), key.bytes());
        assert!(SecretKey::from_hex("abc").is_none());
        assert_eq!(format!("{key:?}"), "SecretKey(…)");
    }
}
