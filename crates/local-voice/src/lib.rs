//! The local pack: a spoken call with no account. A recogniser and a
//! synthesiser in pure Rust on weights that `caly models pull` fetches once.
//! Knows nothing of calls, clients or carriers.

pub mod error;
pub mod g2p;
pub mod pack;
pub mod stt;
pub mod tts;
