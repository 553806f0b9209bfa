//! Ears and mouth as a call sees them: asked, answered later, cancelled by
//! being let go of.

use caly_core::mind;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use std::sync::Arc;

/// Words, or why there are none.
pub type Words = BoxFuture<'static, Result<String, String>>;
/// Sound at the asked rate, piece by piece as it is made, or why there is none.
pub type Sound = BoxStream<'static, Result<Arc<[i16]>, String>>;

/// Recognises speech.
pub trait Ears: Send + Sync {
    /// Recognises one range of 16 kHz mono samples.
    fn recognise(&self, samples: Vec<i16>) -> Words;
    /// Whether another caller would wait for his words too long to talk.
    fn late(&self) -> bool {
        false
    }
}

/// Makes speech.
pub trait Mouth: Send + Sync {
    /// Renders a speech at `rate` samples a second.
    fn say(&self, speech: &mind::Speech, rate: u32) -> Sound;
    /// Whether any text can be said, or shipped prompts only.
    fn says_anything(&self) -> bool;
}

/// What this installation has.
#[derive(Clone)]
pub struct Speech {
    /// None: calls run by keypad.
    pub ears: Option<Arc<dyn Ears>>,
    /// At least shipped prompts.
    pub mouth: Arc<dyn Mouth>,
}
