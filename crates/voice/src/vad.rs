//! Voice activity: one small detector a call, 16 ms at a time.

/// Samples of one frame at 16 kHz: 16 ms.
pub const FRAME: usize = 256;
/// The detector's score from which a frame counts as voice.
const VOICED: f32 = 0.5;

/// What a frame sounds like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VadFrame {
    /// Whether it sounds like a voice.
    pub voiced: bool,
    /// Its level, dB below full scale.
    pub level_db: f32,
}

/// One call's detector (about 8 KiB).
pub struct Vad(Box<earshot::Detector>);

impl Default for Vad {
    fn default() -> Self {
        Self(earshot::Detector::default_boxed())
    }
}

impl Vad {
    /// Judges whole frames of 16 kHz samples; what is left over a multiple of
    /// [`FRAME`] is the caller's to keep.
    pub fn push(&mut self, pcm16k: &[i16], out: &mut Vec<VadFrame>) {
        for frame in pcm16k.as_chunks::<FRAME>().0 {
            let voiced = self.0.predict_i16(frame) >= VOICED;
            out.push(VadFrame { voiced, level_db: level_db(frame) });
        }
    }
}

/// Root mean square of samples, dB below full scale; −120 for silence.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a frame has a few thousand samples")]
pub fn level_db(samples: &[i16]) -> f32 {
    if samples.is_empty() {
        return -120.0;
    }
    let energy: f32 = samples.iter().map(|s| f32::from(*s) * f32::from(*s)).sum::<f32>() / samples.len() as f32;
    (10.0 * (energy / (32_768.0 * 32_768.0)).max(1e-12).log10()).max(-120.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_no_voice_and_levels_are_decibels() {
        let mut out = Vec::new();
        Vad::default().push(&[0; FRAME * 10 + 7], &mut out);
        assert_eq!(out.len(), 10);
        assert!(out.iter().all(|f| !f.voiced && f.level_db == -120.0));
        assert!((level_db(&[16_384; 256]) + 6.02).abs() < 0.01);
    }
}
