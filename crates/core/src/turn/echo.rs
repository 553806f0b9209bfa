//! How much of our own sound the line brings back, learned while we speak.
//!
//! At first the line is taken for one that echoes, and only what is clearly
//! louder than an echo can be counts as the caller's. A line on which nothing
//! comes back is known after three seconds of our own speech, and from then on
//! a caller is heard over us however softly he begins.

use super::VoiceBit;

/// The loudest echo that a line is thought to have, dB over our own sound.
/// Echoes were measured at −15 to −30 dB.
const LOUDEST_DB: f32 = -12.0;
/// Softer than this is not looked for: a caller's voice has quiet frames too.
const SOFTEST_DB: f32 = -30.0;
/// One frame of an echo may be so much louder than all before it.
const MARGIN_DB: f32 = 4.0;
/// Our own sound is too soft to teach anything below this.
const OWN_DB: f32 = -50.0;
/// The loudest echo of each of so many stretches of our own speech is known …
const STRETCHES: usize = 6;
/// … each of so many bits, half a second.
const STRETCH_BITS: u32 = 31;
/// What came in the last half second may be the caller's beginning: nothing is
/// learned from it until it is known that it was not.
const PENDING: usize = 32;

/// What one line was heard to bring back.
#[derive(Debug, Clone)]
pub(super) struct Echo {
    stretches: [f32; STRETCHES],
    bits: u32,
    pending: [Option<f32>; PENDING],
    next: usize,
}

impl Default for Echo {
    fn default() -> Self {
        Self { stretches: [LOUDEST_DB; STRETCHES], bits: 0, pending: [None; PENDING], next: 0 }
    }
}

impl Echo {
    /// Whether our own sound explains this bit.
    pub(super) fn explains(&self, bit: VoiceBit) -> bool {
        let loudest = self.stretches.iter().copied().fold(f32::MIN, f32::max);
        let over = (loudest + MARGIN_DB).clamp(SOFTEST_DB, LOUDEST_DB);
        bit.level_db <= bit.own_db + over
    }

    /// A bit while nobody but us was known to speak.
    pub(super) fn learn(&mut self, bit: VoiceBit) {
        let over = (bit.own_db > OWN_DB).then_some(if bit.voiced { bit.level_db - bit.own_db } else { f32::MIN });
        let Some(known) = std::mem::replace(&mut self.pending[self.next], over) else {
            self.next = (self.next + 1) % PENDING;
            return;
        };
        self.next = (self.next + 1) % PENDING;
        self.stretches[0] = self.stretches[0].max(known);
        self.bits += 1;
        if self.bits == STRETCH_BITS {
            self.bits = 0;
            self.stretches.rotate_right(1);
            self.stretches[0] = f32::MIN;
        }
    }

    /// It was the caller: nothing of it is learned.
    pub(super) fn caller(&mut self) {
        self.pending = [None; PENDING];
    }
}
