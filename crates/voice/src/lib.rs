//! Ears, minds and mouths behind small traits. The call decides; what is here
//! only hears, thinks and speaks.

pub mod audio;
pub mod mind;
pub mod stt;
pub mod tts;
pub mod vad;
