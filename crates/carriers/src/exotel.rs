//! Exotel: its applets, its audio stream, its answers.

pub mod answers;
pub mod legs;
pub mod stream;
pub mod webhook;

/// What a carrier says, as both engines store it: PostgreSQL keeps no U+0000,
/// so it becomes U+FFFD, and the rest is not lost with it.
#[must_use]
pub fn storable(said: String) -> String {
    if said.contains('\0') { said.replace('\0', "\u{fffd}") } else { said }
}
